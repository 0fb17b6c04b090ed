package wechatsim

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"time"
)

// newsArticle is one article of a draft.
type newsArticle struct {
	Title     string `json:"title"`
	Author    string `json:"author"`
	Digest    string `json:"digest"`
	Content   string `json:"content"`
	SourceURL string `json:"content_source_url"`
	Thumb     string `json:"thumb_media_id"`
	Comment   int    `json:"need_open_comment"`
	FansOnly  int    `json:"only_fans_can_comment"`
	URL       string `json:"url,omitempty"`
}

// newsDraft is a draft in an account's draft box.
type newsDraft struct {
	id       string
	articles []newsArticle
	updated  time.Time
}

// publication is a draft that was handed in to be published.
type publication struct {
	acc    *account
	id     string
	media  string
	status int // 0 published, 1 being published, 2 original, 3 failed, 4 refused
	link   string
}

func (d *desk) draft(id string) *newsDraft {
	i := slices.IndexFunc(d.drafts, func(n *newsDraft) bool { return n.id == id })
	if i < 0 {
		return nil
	}
	return d.drafts[i]
}

func (d *desk) checkArticle(a newsArticle) error {
	switch {
	case a.Title == "" || len([]rune(a.Title)) > 64:
		return apiError{Code: 45003, Msg: "title size out of limit"}
	case len([]rune(a.Digest)) > 128:
		return apiError{Code: 45004, Msg: "description size out of limit"}
	case a.Content == "" || len(a.Content) > 1<<20 || len([]rune(a.Content)) >= 20_000:
		return apiError{Code: 45002, Msg: "content size out of limit"}
	case d.files[a.Thumb] == nil:
		return apiError{Code: 40007, Msg: "thumb"}
	}
	return nil
}

func (s *Sim) apiDraftAdd(c *call) (any, error) {
	var in struct {
		Articles []newsArticle `json:"articles"`
	}
	if err := c.read(&in); err != nil {
		return nil, err
	}
	d := s.desk(c.acc)
	if len(in.Articles) == 0 || len(in.Articles) > 8 {
		return nil, apiError{Code: 45008, Msg: "article size out of limit"}
	}
	for _, a := range in.Articles {
		if err := d.checkArticle(a); err != nil {
			return nil, err
		}
	}
	n := strconv.FormatInt(s.next("draft"), 10)
	draft := &newsDraft{id: s.mint("D", base64url, 63, "draft", c.acc.id, n), articles: in.Articles, updated: c.now}
	d.drafts = append(d.drafts, draft)
	return map[string]any{"media_id": draft.id}, nil
}

func (s *Sim) apiDraftUpdate(c *call) (any, error) {
	var in struct {
		MediaID string      `json:"media_id"`
		Index   int         `json:"index"`
		Article newsArticle `json:"articles"`
	}
	if err := c.read(&in); err != nil {
		return nil, err
	}
	d := s.desk(c.acc)
	draft := d.draft(in.MediaID)
	if draft == nil || in.Index < 0 || in.Index >= len(draft.articles) {
		return nil, apiError{Code: 40007}
	}
	if err := d.checkArticle(in.Article); err != nil {
		return nil, err
	}
	draft.articles[in.Index], draft.updated = in.Article, c.now
	return ok(), nil
}

type draftRef struct {
	MediaID string `json:"media_id"`
}

func (s *Sim) apiDraftGet(c *call) (any, error) {
	var in draftRef
	if err := c.read(&in); err != nil {
		return nil, err
	}
	draft := s.desk(c.acc).draft(in.MediaID)
	if draft == nil {
		return nil, apiError{Code: 40007}
	}
	return map[string]any{"news_item": draft.articles}, nil
}

func (s *Sim) apiDraftList(c *call) (any, error) {
	var in struct {
		Offset int `json:"offset"`
		Count  int `json:"count"`
	}
	if err := c.read(&in); err != nil {
		return nil, err
	}
	if in.Count < 1 || in.Count > 20 || in.Offset < 0 {
		return nil, apiError{Code: 40058}
	}
	all := slices.Clone(s.desk(c.acc).drafts)
	slices.Reverse(all)
	items := []any{}
	for _, n := range all[min(in.Offset, len(all)):min(in.Offset+in.Count, len(all))] {
		items = append(items, map[string]any{"media_id": n.id, "content": map[string]any{"news_item": n.articles},
			"update_time": n.updated.Unix()})
	}
	return map[string]any{"total_count": len(all), "item_count": len(items), "item": items}, nil
}

func (s *Sim) apiDraftDelete(c *call) (any, error) {
	var in draftRef
	if err := c.read(&in); err != nil {
		return nil, err
	}
	d := s.desk(c.acc)
	if d.draft(in.MediaID) == nil {
		return nil, apiError{Code: 40007}
	}
	d.drafts = slices.DeleteFunc(d.drafts, func(n *newsDraft) bool { return n.id == in.MediaID })
	return ok(), nil
}

func (s *Sim) apiPublish(c *call) (any, error) {
	var in draftRef
	if err := c.read(&in); err != nil {
		return nil, err
	}
	d := s.desk(c.acc)
	if d.draft(in.MediaID) == nil {
		return nil, apiError{Code: 40007}
	}
	p := &publication{acc: c.acc, id: strconv.FormatInt(100000000+s.next("publish"), 10), media: in.MediaID, status: 1}
	d.publish = append(d.publish, p)
	return struct {
		status
		PublishID string `json:"publish_id"`
	}{ok(), p.id}, nil
}

func (s *Sim) apiPublication(c *call) (any, error) {
	var in struct {
		PublishID string `json:"publish_id"`
	}
	if err := c.read(&in); err != nil {
		return nil, err
	}
	for _, p := range s.desk(c.acc).publish {
		if p.id == in.PublishID {
			return p.answer(), nil
		}
	}
	return nil, apiError{Code: 53602, Msg: "publish id invalid"}
}

func (p *publication) answer() map[string]any {
	out := map[string]any{"publish_id": p.id, "publish_status": p.status}
	switch p.status {
	case 0:
		out["article_id"] = "A" + p.id
		out["article_detail"] = map[string]any{"count": 1, "item": []any{map[string]any{"idx": 1, "article_url": p.link}}}
	case 2, 4:
		out["fail_idx"] = []int{1}
	}
	return out
}

// ErrNoPublication is a publication that is not there or has ended.
var ErrNoPublication = errors.New("wechatsim: no such publication")

// FinishPublication ends a publication and tells the callback. status is 0 for published, 2 for a fault of originality, 3
// for a failure, 4 for a refusal by the review.
func (s *Sim) FinishPublication(ctx context.Context, id string, status int) error {
	s.mu.Lock()
	var p *publication
	for _, d := range s.desks {
		for _, x := range d.publish {
			if x.id == id {
				p = x
			}
		}
	}
	if p == nil || p.status != 1 {
		s.mu.Unlock()
		return fmt.Errorf("%w: %s", ErrNoPublication, id)
	}
	p.status, p.link = status, "https://mp.weixin.qq.com/s/"+p.id
	info := body{{"publish_id", p.id}, {"publish_status", int64(status)}}
	if status == 0 {
		d := s.desk(p.acc)
		d.drafts = slices.DeleteFunc(d.drafts, func(n *newsDraft) bool { return n.id == p.media })
		info = append(info, field{"article_id", "A" + p.id})
	}
	b := body{{"ToUserName", p.acc.original}, {"FromUserName", s.administrator(p.acc)},
		{"CreateTime", s.now().Unix()}, {"MsgType", "event"}, {"Event", "PUBLISHJOBFINISH"},
		{"PublishEventInfo", info}}
	acc := p.acc
	s.mu.Unlock()
	_, err := s.deliver(ctx, acc, s.administrator(acc), b)
	return err
}

// Publications lists the ids of an account's publications, oldest first.
func (s *Sim) Publications(appID string) []string {
	ids := []string{}
	_ = s.onDesk(appID, func(d *desk) error { // an unknown account has none
		for _, p := range d.publish {
			ids = append(ids, p.id)
		}
		return nil
	})
	return ids
}
