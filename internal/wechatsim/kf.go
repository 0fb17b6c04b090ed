package wechatsim

import (
	"encoding/json"
	"time"
)

// trigger is something a person does that lets an app write to them.
type trigger string

const (
	onMessage trigger = "message"
	onClick   trigger = "click"
	onFollow  trigger = "follow"
	onScan    trigger = "scan"
	onService trigger = "service" // Mini Program customer-service page
)

// window is how many messages may be sent until when.
type window struct {
	limit   int
	used    int
	expires time.Time
}

func allowance(t trigger) (limit int, life time.Duration) {
	switch t {
	case onMessage:
		return 5, 48 * time.Hour
	case onService:
		return 2, time.Minute
	default:
		return 3, time.Minute
	}
}

// open starts a window anew.
func (c *chat) open(t trigger, now time.Time) {
	limit, life := allowance(t)
	c.windows[t] = &window{limit: limit, expires: now.Add(life)}
}

// spend takes one message from every open window: allowances of different
// triggers do not add up. It refuses when none has any left.
func (c *chat) spend(now time.Time) error {
	open, left := 0, 0
	for _, w := range c.windows {
		if now.Before(w.expires) {
			open++
			if w.used < w.limit {
				left++
			}
		}
	}
	if open == 0 {
		return apiError{Code: 45015}
	}
	if left == 0 {
		return apiError{Code: 45047}
	}
	for _, w := range c.windows {
		if now.Before(w.expires) {
			w.used++
		}
	}
	return nil
}

func (s *Sim) apiCustomSend(c *call) (any, error) {
	var in struct {
		ToUser  string `json:"touser"`
		MsgType string `json:"msgtype"`
		Text    struct {
			Content string `json:"content"`
		} `json:"text"`
		Card struct {
			Title    string `json:"title"`
			PagePath string `json:"pagepath"`
		} `json:"miniprogrampage"`
	}
	if err := c.read(&in); err != nil {
		return nil, err
	}
	p := s.byOpenID[c.acc.id+"/"+in.ToUser]
	if p == nil {
		return nil, apiError{Code: 40003}
	}
	if err := s.checkMessage(c, in.MsgType, in.Text.Content); err != nil {
		return nil, err
	}
	ch := p.chat(c.acc.id)
	if c.acc.kind == official && !ch.following {
		return nil, apiError{Code: 45015}
	}
	if err := ch.spend(c.now); err != nil {
		return nil, err
	}
	got := Received{At: c.now, Kind: in.MsgType, Text: in.Text.Content, Raw: c.body}
	if in.MsgType == "miniprogrampage" {
		got.Text, got.Page = in.Card.Title, in.Card.PagePath
	}
	ch.inbox = append(ch.inbox, got)
	return ok(), nil
}

// checkMessage refuses unknown types, a missing object of the type, and empty
// or overlong text.
func (s *Sim) checkMessage(c *call, msgType, text string) error {
	var parts map[string]json.RawMessage
	if err := c.read(&parts); err != nil {
		return err
	}
	switch msgType {
	case "text":
		if text == "" {
			return apiError{Code: 44004, Msg: "empty content"}
		}
		if len(text) > 2048 {
			return apiError{Code: 45002, Msg: "content size out of limit"}
		}
	case "image", "link", "miniprogrampage":
	case "voice", "video", "music", "news", "mpnewsarticle", "msgmenu", "wxcard":
		if c.acc.kind == mini {
			return apiError{Code: 40008, Msg: "invalid message type"}
		}
	default:
		return apiError{Code: 40008, Msg: "invalid message type"}
	}
	if len(parts[msgType]) == 0 {
		return apiError{Code: 47001}
	}
	return nil
}
