package wechatsim

import (
	"encoding/json"
	"fmt"
	"time"
)

const (
	// typingAfter is how fresh the last word of a person must be for a typing
	// mark, typingFor how long it shows (documentation of custom/typing).
	typingAfter = 30 * time.Second
	typingFor   = 15 * time.Second
)

// Refuse makes an app's messages to the person end with an error whatever
// windows are open: 48002 she refuses messages, 43019 the account has put her
// on its blacklist, 43004 the platform does not take her for a follower. 0 ends it.
func (p *Person) Refuse(appID string, errcode int) error {
	switch errcode {
	case 0, 48002, 43019, 43004:
	default:
		return fmt.Errorf("refuse with %d: 48002, 43019 or 43004: %w", errcode, ErrWrongKind)
	}
	p.sim.mu.Lock()
	defer p.sim.mu.Unlock()
	if _, err := p.sim.account(appID, official, mini); err != nil {
		return err
	}
	p.chat(appID).refuses = errcode
	return nil
}

// SeesTyping says whether the person's screen shows that the app is writing.
func (p *Person) SeesTyping(appID string) bool {
	p.sim.mu.Lock()
	defer p.sim.mu.Unlock()
	return p.sim.now().Before(p.chat(appID).typing)
}

// reachable finds the chat a message is for and refuses who cannot get one.
func (s *Sim) reachable(acc *account, openID string) (*chat, error) {
	p := s.who(acc, openID)
	if p == nil {
		return nil, apiError{Code: 40003}
	}
	ch := p.chat(acc.id)
	if ch.refuses != 0 {
		return nil, apiError{Code: ch.refuses}
	}
	return ch, nil
}

// apiTyping shows or ends "is writing…"; it takes nothing from any window.
func (s *Sim) apiTyping(c *call) (any, error) {
	var in struct {
		ToUser  string `json:"touser"`
		Command string `json:"command"`
	}
	if err := c.read(&in); err != nil {
		return nil, err
	}
	ch, err := s.reachable(c.acc, in.ToUser)
	switch {
	case err != nil:
		return nil, err
	case in.Command != "Typing" && in.Command != "CancelTyping":
		return nil, apiError{Code: 45072}
	case c.now.Sub(ch.heard) > typingAfter:
		return nil, apiError{Code: 45080}
	case in.Command == "CancelTyping":
		ch.typing = time.Time{}
		return ok(), nil
	case c.now.Before(ch.typing):
		return nil, apiError{Code: 45081}
	}
	ch.typing = c.now.Add(typingFor)
	return ok(), nil
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
		Link struct {
			Title string `json:"title"`
			URL   string `json:"url"`
		} `json:"link"`
		News struct {
			Articles []struct {
				Title string `json:"title"`
				URL   string `json:"url"`
			} `json:"articles"`
		} `json:"news"`
		Menu struct {
			Head string `json:"head_content"`
		} `json:"msgmenu"`
	}
	if err := c.read(&in); err != nil {
		return nil, err
	}
	if err := s.checkMessage(c, in.MsgType, in.Text.Content); err != nil {
		return nil, err
	}
	ch, err := s.reachable(c.acc, in.ToUser)
	if err != nil {
		return nil, err
	}
	if c.acc.kind == official && !ch.following {
		return nil, apiError{Code: 45015}
	}
	if err := ch.spend(c.now); err != nil {
		return nil, err
	}
	got := Received{At: c.now, Kind: in.MsgType, Text: in.Text.Content, Raw: c.body}
	switch in.MsgType {
	case "miniprogrampage":
		got.Text, got.Page = in.Card.Title, in.Card.PagePath
	case "link":
		got.Text, got.Page = in.Link.Title, in.Link.URL
	case "news":
		if len(in.News.Articles) != 1 {
			return nil, apiError{Code: 45008, Msg: "article size out of limit"}
		}
		got.Text, got.Page = in.News.Articles[0].Title, in.News.Articles[0].URL
	case "msgmenu":
		got.Text = in.Menu.Head
	}
	ch.typing = time.Time{}
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
