package wechatsim

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
)

// mass is one mass message.
type mass struct {
	acc      *account
	id       int64
	client   string
	at       time.Time
	kind     string
	raw      []byte
	text     string
	people   []*Person
	waiting  bool // for an administrator
	status   string
	total    int
	filtered int
	sent     int
}

// Mass is a mass message as it stands.
type Mass struct {
	ID       string `json:"id"`
	ClientID string `json:"clientmsgid"`
	Kind     string `json:"kind"`
	Status   string `json:"status"`
	Meant    int    `json:"meant"`
	Sent     int    `json:"sent"`
}

// The platform's limits of mass messages.
const (
	massListMin   = 2
	massListMax   = 10_000
	massMonthly   = 4              // to one follower of a service account
	massClientMax = 32             // bytes of clientmsgid
	massRemember  = 24 * time.Hour // how long a clientmsgid is known
	massAgain     = time.Minute    // how soon one may be sent again
	massConfirm   = 30 * time.Minute
)

// ErrNoMass is a mass message that is not there or has ended.
var ErrNoMass = errors.New("wechatsim: no such mass message")

type massIn struct {
	Filter *struct {
		ToAll bool  `json:"is_to_all"`
		TagID int64 `json:"tag_id"`
	} `json:"filter"`
	ToUser  json.RawMessage `json:"touser"`
	WxName  string          `json:"towxname"`
	MsgType string          `json:"msgtype"`
	Client  string          `json:"clientmsgid"`
	Text    *struct {
		Content string `json:"content"`
	} `json:"text"`
	Images *struct {
		MediaIDs  []string `json:"media_ids"`
		Recommend string   `json:"recommend"`
	} `json:"images"`
	Image *struct {
		MediaID string `json:"media_id"`
	} `json:"image"`
	News *struct {
		MediaID string `json:"media_id"`
	} `json:"mpnews"`
}

// massText checks a message's content and returns its words.
func (s *Sim) massText(c *call, in massIn, preview bool) (string, error) {
	d := s.desk(c.acc)
	switch in.MsgType {
	case "text":
		if in.Text == nil || in.Text.Content == "" {
			return "", apiError{Code: 44004, Msg: "empty content"}
		}
		if len(in.Text.Content) > 2048 {
			return "", apiError{Code: 45002, Msg: "content size out of limit"}
		}
		return in.Text.Content, nil
	case "image":
		var ids []string
		words := ""
		if preview && in.Image != nil {
			ids = []string{in.Image.MediaID}
		} else if in.Images != nil {
			ids, words = in.Images.MediaIDs, in.Images.Recommend
		}
		if len(ids) == 0 {
			return "", apiError{Code: 40007}
		}
		for _, id := range ids {
			if d.files[id] == nil && s.checkMedia(c, id) != nil {
				return "", apiError{Code: 40007}
			}
		}
		return words, nil
	case "mpnews":
		if in.News == nil || d.draft(in.News.MediaID) == nil {
			return "", apiError{Code: 40007}
		}
		return d.draft(in.News.MediaID).articles[0].Title, nil
	}
	return "", apiError{Code: 40008, Msg: "invalid message type"}
}

func (s *Sim) apiMassSendAll(c *call) (any, error) {
	var in massIn
	if err := c.read(&in); err != nil {
		return nil, err
	}
	if in.Filter == nil {
		return nil, apiError{Code: 40058}
	}
	d := s.desk(c.acc)
	var tag *userTag
	if !in.Filter.ToAll {
		if tag = d.tag(in.Filter.TagID); tag == nil {
			return nil, apiError{Code: 45159, Msg: "invalid tag id"}
		}
	}
	var people []*Person
	for _, p := range s.people {
		if p.chat(c.acc.id).following && (tag == nil || tag.people[p]) {
			people = append(people, p)
		}
	}
	return s.massSend(c, in, people)
}

func (s *Sim) apiMassSend(c *call) (any, error) {
	var in massIn
	if err := c.read(&in); err != nil {
		return nil, err
	}
	var ids []string
	if json.Unmarshal(in.ToUser, &ids) != nil || len(ids) < massListMin || len(ids) > massListMax {
		return nil, apiError{Code: 40130, Msg: "invalid openid list size, at least two openid"}
	}
	var people []*Person
	for _, id := range ids {
		p := s.who(c.acc, id)
		if p == nil {
			return nil, apiError{Code: 40003}
		}
		if p.chat(c.acc.id).following && !slices.Contains(people, p) {
			people = append(people, p)
		}
	}
	return s.massSend(c, in, people)
}

// massSend takes a message in; it reaches people when it is finished.
func (s *Sim) massSend(c *call, in massIn, people []*Person) (any, error) {
	d := s.desk(c.acc)
	if len(in.Client) > massClientMax {
		return nil, apiError{Code: 45067, Msg: "clientmsgid size out of limit"}
	}
	for _, m := range d.masses {
		if in.Client == "" || m.client != in.Client || c.now.Sub(m.at) >= massRemember {
			continue
		}
		if c.now.Sub(m.at) < massAgain {
			return nil, apiError{Code: 45066, Msg: "same clientmsgid retry too fast"}
		}
		return struct {
			status
			MsgID int64 `json:"msg_id"`
		}{apiError{Code: 45065, Msg: "clientmsgid exist"}.answer(""), m.id}, nil
	}
	text, err := s.massText(c, in, false)
	if err != nil {
		return nil, err
	}
	if c.acc.subscription && slices.ContainsFunc(d.masses, func(m *mass) bool {
		return m.status != "SEND_FAIL" && m.at.In(china()).Format(time.DateOnly) == c.now.In(china()).Format(time.DateOnly)
	}) {
		return nil, apiError{Code: 45028, Msg: "has no masssend quota"}
	}
	m := &mass{acc: c.acc, id: 1000000000 + s.next("mass")*1009, client: in.Client, at: c.now, kind: in.MsgType, raw: c.body,
		text: text, people: people, status: "SENDING", waiting: d.guarded && in.Filter != nil && in.Filter.ToAll}
	d.masses = append(d.masses, m)
	return struct {
		status
		MsgID  int64 `json:"msg_id"`
		DataID int64 `json:"msg_data_id,omitempty"`
	}{status{ErrMsg: "send job submission success"}, m.id, m.id + 7}, nil
}

func (s *Sim) apiMassPreview(c *call) (any, error) {
	var in massIn
	if err := c.read(&in); err != nil {
		return nil, err
	}
	text, err := s.massText(c, in, true)
	if err != nil {
		return nil, err
	}
	var openID string
	_ = json.Unmarshal(in.ToUser, &openID) // towxname is looked at instead
	p := s.who(c.acc, openID)
	for _, other := range s.people {
		if in.WxName != "" && other.name == in.WxName {
			p = other
		}
	}
	if p == nil {
		return nil, apiError{Code: 40003}
	}
	if !p.chat(c.acc.id).following {
		return nil, apiError{Code: 43004, Msg: "require subscribe"}
	}
	ch := p.chat(c.acc.id)
	if ch.refuses != 0 {
		return nil, apiError{Code: ch.refuses}
	}
	ch.inbox = append(ch.inbox, Received{At: c.now, Kind: "preview:" + in.MsgType, Text: text, Raw: c.body})
	return struct {
		status
		MsgID int64 `json:"msg_id"`
	}{status{ErrMsg: "preview success"}, s.next("preview")}, nil
}

func (d *desk) mass(id int64) *mass {
	i := slices.IndexFunc(d.masses, func(m *mass) bool { return m.id == id })
	if i < 0 {
		return nil
	}
	return d.masses[i]
}

type massRef struct {
	MsgID json.Number `json:"msg_id"`
}

func (s *Sim) apiMassGet(c *call) (any, error) {
	var in massRef
	if err := c.read(&in); err != nil {
		return nil, err
	}
	id, _ := in.MsgID.Int64() // 0 is no message
	m := s.desk(c.acc).mass(id)
	if m == nil {
		return nil, apiError{Code: 40059, Msg: "invalid msg id"}
	}
	return map[string]any{"msg_id": m.id, "msg_status": m.status}, nil
}

func (s *Sim) apiMassDelete(c *call) (any, error) {
	var in massRef
	if err := c.read(&in); err != nil {
		return nil, err
	}
	id, _ := in.MsgID.Int64() // 0 is no message
	m := s.desk(c.acc).mass(id)
	if m == nil || m.kind != "mpnews" {
		return nil, apiError{Code: 40059, Msg: "invalid msg id"}
	}
	m.status = "DELETE"
	return ok(), nil
}

// Masses lists an account's mass messages, oldest first.
func (s *Sim) Masses(appID string) ([]Mass, error) {
	all := []Mass{}
	err := s.onDesk(appID, func(d *desk) error {
		for _, m := range d.masses {
			all = append(all, Mass{ID: strconv.FormatInt(m.id, 10), ClientID: m.client, Kind: m.kind, Status: m.status,
				Meant: len(m.people), Sent: m.sent})
		}
		return nil
	})
	return all, err
}

// FinishMass ends the work on a mass message: it reaches everybody who still has one of her four left, and the callback
// is told. code is 0 for success, -1 for "send fail", or the n of err(n): what the review found, 40001 for an
// administrator's no, 40002 for none within 30 minutes.
func (s *Sim) FinishMass(ctx context.Context, msgID string, code int) error {
	s.mu.Lock()
	m := s.findMass(msgID)
	if m == nil || m.status != "SENDING" {
		s.mu.Unlock()
		return fmt.Errorf("%w: %s", ErrNoMass, msgID)
	}
	if m.waiting && code == 0 && s.now().Sub(m.at) >= massConfirm {
		code = 40002
	}
	told := s.finish(m, code)
	b := body{{"ToUserName", m.acc.original}, {"FromUserName", s.administrator(m.acc)},
		{"CreateTime", s.now().Unix()}, {"MsgType", "event"}, {"Event", "MASSSENDJOBFINISH"}, {"MsgID", m.id},
		{"Status", told}, {"TotalCount", int64(m.total)}, {"FilterCount", int64(m.filtered)}, {"SentCount", int64(m.sent)},
		{"ErrorCount", int64(m.filtered - m.sent)}}
	acc := m.acc
	s.mu.Unlock()
	_, err := s.deliver(ctx, acc, s.administrator(acc), b)
	return err
}

func (s *Sim) findMass(msgID string) *mass {
	for _, d := range s.desks {
		for _, m := range d.masses {
			if strconv.FormatInt(m.id, 10) == msgID {
				return m
			}
		}
	}
	return nil
}

// finish gives a message to its people and returns the status the callback is told; mu is held.
func (s *Sim) finish(m *mass, code int) string {
	d, now := s.desk(m.acc), s.now()
	m.total = len(m.people)
	if code != 0 {
		m.status = "SEND_FAIL"
		if code < 0 {
			return "send fail"
		}
		return "err(" + strconv.Itoa(code) + ")"
	}
	for _, p := range m.people {
		had := d.months[p]
		if had == nil {
			had = map[string]int{}
			d.months[p] = had
		}
		ch := p.chat(m.acc.id)
		if !ch.following || (!m.acc.subscription && had[month(now)] >= massMonthly) {
			continue // skipped without a word
		}
		m.filtered++
		if ch.refuses != 0 {
			continue // told as an error of the job, not to the caller
		}
		had[month(now)]++
		m.sent++
		ch.inbox = append(ch.inbox, Received{At: now, Kind: "mass:" + m.kind, Text: strings.TrimSpace(m.text), Raw: m.raw})
	}
	m.status = "SEND_SUCCESS"
	return "send success"
}

// MassOnSite counts one mass message of this month that a person got from WeChat's own console.
func (s *Sim) MassOnSite(appID string, p *Person) error {
	return s.onDesk(appID, func(d *desk) error {
		if d.months[p] == nil {
			d.months[p] = map[string]int{}
		}
		d.months[p][month(s.now())]++
		return nil
	})
}
