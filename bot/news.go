package bot

import (
	"bytes"
	"context"
	"net/http"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/silenceper/wechat/v2/officialaccount/material"

	"siyu/internal/weixin"
	"siyu/models"
)

// NewsArticle is one article of a news draft, in the platform's words.
type NewsArticle struct {
	Title     string `json:"title"`
	Author    string `json:"author,omitempty"`
	Digest    string `json:"digest,omitempty"`
	Content   string `json:"content"` // HTML; WeChat takes scripts out
	SourceURL string `json:"content_source_url,omitempty"`
	Thumb     string `json:"thumb_media_id"` // of a permanent picture
}

// NewsDraft is a draft in the account's draft box at WeChat, which is the only place it is kept in.
type NewsDraft struct {
	MediaID   string
	Articles  []NewsArticle
	UpdatedAt models.Millis
}

// NewsLimits are the platform's limits of a draft, in characters but for the last.
type NewsLimits struct{ Articles, Title, Digest, Content, ContentBytes int }

// DefaultNewsLimits are those of the documentation of draft/add.
func DefaultNewsLimits() NewsLimits {
	return NewsLimits{Articles: 8, Title: 64, Digest: 128, Content: 19_999, ContentBytes: 1 << 20}
}

// CheckNews holds a draft's articles against the limits.
func CheckNews(all []NewsArticle, l NewsLimits) error {
	if len(all) == 0 || len(all) > l.Articles {
		return models.Errorf(models.Invalid, "draft_articles", "a draft has 1 to %d articles", l.Articles).
			With("field", "articles").With("max", l.Articles)
	}
	for _, a := range all {
		switch {
		case strings.TrimSpace(a.Title) == "" || utf8.RuneCountInString(a.Title) > l.Title:
			return models.Errorf(models.Invalid, "draft_title", "a title has 1 to %d characters", l.Title).
				With("field", "title").With("max", l.Title)
		case utf8.RuneCountInString(a.Digest) > l.Digest:
			return models.Errorf(models.Invalid, "draft_digest", "a digest has at most %d characters", l.Digest).
				With("field", "digest").With("max", l.Digest)
		case strings.TrimSpace(a.Content) == "" || utf8.RuneCountInString(a.Content) > l.Content || len(a.Content) > l.ContentBytes:
			return models.Errorf(models.Invalid, "draft_content", "an article has 1 to %d characters", l.Content).
				With("field", "content").With("max", l.Content)
		case a.Thumb == "":
			return models.Errorf(models.Invalid, "draft_cover", "an article needs a cover").With("field", "thumb_media_id")
		}
	}
	return nil
}

// getDraft reads a draft from the account's draft box.
func (b *Bot) getDraft(ctx context.Context, c models.Channel, mediaID string) ([]NewsArticle, error) {
	var answer struct {
		Items []NewsArticle `json:"news_item"`
	}
	err := b.hub.PostJSON(ctx, accountID(c), "/cgi-bin/draft/get", map[string]any{"media_id": mediaID}, &answer)
	return answer.Items, err
}

// ask calls an API of the community's Official Account for an organiser who waits.
func (b *Bot) ask(ctx context.Context, community models.CommunityID, path string, in, out any) error {
	sc := b.store.Read(ctx).In(community)
	c, err := b.officialOf(sc)
	if err != nil {
		return err
	}
	return refused(b.hub.PostJSON(ctx, accountID(c), path, in, out), sc.Now.Time())
}

// NewsDrafts lists drafts, the newest first; WeChat gives at most 20 at a time.
func (b *Bot) NewsDrafts(ctx context.Context, community models.CommunityID, offset, limit int) (all []NewsDraft, total int, err error) {
	var answer struct {
		Total int `json:"total_count"`
		Items []struct {
			MediaID string `json:"media_id"`
			Content struct {
				Items []NewsArticle `json:"news_item"`
			} `json:"content"`
			Updated int64 `json:"update_time"`
		} `json:"item"`
	}
	err = b.ask(ctx, community, "/cgi-bin/draft/batchget", map[string]any{"offset": offset, "count": limit, "no_content": 0}, &answer)
	all = make([]NewsDraft, len(answer.Items))
	for i, d := range answer.Items {
		all[i] = NewsDraft{MediaID: d.MediaID, Articles: d.Content.Items, UpdatedAt: models.Millis(d.Updated * 1000)}
	}
	return all, answer.Total, err
}

// NewsDraft reads one draft.
func (b *Bot) NewsDraft(ctx context.Context, community models.CommunityID, mediaID string) (NewsDraft, error) {
	sc := b.store.Read(ctx).In(community)
	c, err := b.officialOf(sc)
	if err != nil {
		return NewsDraft{}, err
	}
	all, err := b.getDraft(ctx, c, mediaID)
	return NewsDraft{MediaID: mediaID, Articles: all}, refused(err, sc.Now.Time())
}

// AddNewsDraft puts a new draft into the draft box. The call cannot be told apart from a second one: if its answer is lost,
// the organiser finds the draft in the list.
func (b *Bot) AddNewsDraft(ctx context.Context, community models.CommunityID, by models.AccountID, articles []NewsArticle) (NewsDraft, error) {
	if err := CheckNews(articles, DefaultNewsLimits()); err != nil {
		return NewsDraft{}, err
	}
	var answer struct {
		MediaID string `json:"media_id"`
	}
	if err := b.ask(ctx, community, "/cgi-bin/draft/add", map[string]any{"articles": articles}, &answer); err != nil {
		return NewsDraft{}, err
	}
	return NewsDraft{MediaID: answer.MediaID, Articles: articles}, b.noteDraft(ctx, community, by, "draft.add", answer.MediaID)
}

// EditNewsDraft replaces one article of a draft, counted from 0.
func (b *Bot) EditNewsDraft(ctx context.Context, community models.CommunityID, by models.AccountID, mediaID string, index int, a NewsArticle) error {
	if err := CheckNews([]NewsArticle{a}, DefaultNewsLimits()); err != nil {
		return err
	}
	err := b.ask(ctx, community, "/cgi-bin/draft/update", map[string]any{"media_id": mediaID, "index": index, "articles": a}, nil)
	if err != nil {
		return err
	}
	return b.noteDraft(ctx, community, by, "draft.edit", mediaID)
}

// DeleteNewsDraft takes a draft out of the draft box; there is no way back.
func (b *Bot) DeleteNewsDraft(ctx context.Context, community models.CommunityID, by models.AccountID, mediaID string) error {
	if err := b.ask(ctx, community, "/cgi-bin/draft/delete", map[string]any{"media_id": mediaID}, nil); err != nil {
		return err
	}
	return b.noteDraft(ctx, community, by, "draft.delete", mediaID)
}

func (b *Bot) noteDraft(ctx context.Context, community models.CommunityID, by models.AccountID, action, mediaID string) error {
	return b.store.Tx(ctx, func(tx *models.Tx) error {
		return tx.In(community).AddAudit(by, action, "draft:"+clip(mediaID, 100), "")
	})
}

// MaxPicture is the platform's limit of a permanent picture, in bytes.
const MaxPicture = 10 << 20

// UploadPicture gives WeChat a picture to keep and returns its media_id, for covers and broadcasts.
func (b *Bot) UploadPicture(ctx context.Context, community models.CommunityID, by models.AccountID, picture []byte) (mediaID, url string, err error) {
	ending := map[string]string{"image/png": ".png", "image/jpeg": ".jpg", "image/gif": ".gif"}[http.DetectContentType(picture)]
	if ending == "" || len(picture) > MaxPicture {
		return "", "", models.Errorf(models.Invalid, "picture_kind", "a picture is PNG, JPEG or GIF of at most %d MB", MaxPicture>>20).
			With("max", MaxPicture>>20)
	}
	sc := b.store.Read(ctx).In(community)
	c, err := b.officialOf(sc)
	if err != nil {
		return "", "", err
	}
	oa, err := b.hub.Official(c.AppID)
	if err != nil {
		return "", "", err
	}
	mediaID, url, err = oa.GetMaterial().AddMaterialFromReader(material.MediaTypeImage, "picture"+ending, bytes.NewReader(picture))
	if err != nil {
		return "", "", refused(weixin.Redacted(err), sc.Now.Time())
	}
	return mediaID, url, b.noteDraft(ctx, community, by, "picture.add", mediaID)
}

// articlePollEvery is how often WeChat is asked what became of a publication whose callback has not come.
const articlePollEvery = 10 * time.Minute
