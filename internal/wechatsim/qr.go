package wechatsim

import (
	"strconv"
	"time"
)

// qrTicket is one parameter QR of an Official Account.
type qrTicket struct {
	ticket  string
	scene   string
	number  int64     // the scene when it is a number
	expires time.Time // zero: permanent
}

const (
	maxQRSeconds = 2592000
	minQRSeconds = 60
	// maxPermanentQRs is how many permanent ones an account may have; the same scene again is the same one.
	maxPermanentQRs = 100_000
)

func (s *Sim) apiQRCreate(c *call) (any, error) {
	var in struct {
		ExpireSeconds int64  `json:"expire_seconds"`
		ActionName    string `json:"action_name"`
		ActionInfo    struct {
			Scene struct {
				ID   int64  `json:"scene_id"`
				Text string `json:"scene_str"`
			} `json:"scene"`
		} `json:"action_info"`
	}
	if err := c.read(&in); err != nil {
		return nil, err
	}
	if c.acc.subscription {
		return nil, apiError{Code: 48001}
	}
	scene := in.ActionInfo.Scene
	var temporary, valid bool
	switch in.ActionName {
	case "QR_SCENE":
		temporary, valid = true, scene.ID > 0 && scene.ID < 1<<32
	case "QR_LIMIT_SCENE":
		valid = scene.ID > 0 && scene.ID <= 100000
	case "QR_STR_SCENE":
		temporary, valid = true, len(scene.Text) >= 1 && len(scene.Text) <= 64
	case "QR_LIMIT_STR_SCENE":
		valid = len(scene.Text) >= 1 && len(scene.Text) <= 64
	default:
		return nil, apiError{Code: 40052}
	}
	if !valid {
		return nil, apiError{Code: 40053}
	}
	t := &qrTicket{scene: scene.Text, number: scene.ID}
	if in.ActionName == "QR_STR_SCENE" || in.ActionName == "QR_LIMIT_STR_SCENE" {
		t.number = 0
	}
	if temporary {
		in.ExpireSeconds = min(max(in.ExpireSeconds, minQRSeconds), maxQRSeconds)
		t.expires = c.now.Add(time.Duration(in.ExpireSeconds) * time.Second)
	} else {
		in.ExpireSeconds = 0
	}
	if key := "permanent/" + c.acc.id; !temporary {
		if s.tickets[c.acc.id+"/permanent:"+t.name()] == nil {
			if s.counters[key] >= maxPermanentQRs {
				return nil, apiError{Code: 45029} // what the platform answers for permanent codes of Mini Programs
			}
			s.counters[key]++
		}
		s.tickets[c.acc.id+"/permanent:"+t.name()] = t
	}
	s.keepTicket(c.acc, t)
	return struct {
		Ticket string `json:"ticket"`
		Expire int64  `json:"expire_seconds,omitempty"`
		URL    string `json:"url"`
	}{t.ticket, in.ExpireSeconds, "http://weixin.qq.com/q/" + s.mint("02", base64url, 22, t.ticket)}, nil
}

// name is the scene as text.
func (t *qrTicket) name() string {
	if t.number != 0 {
		return strconv.FormatInt(t.number, 10)
	}
	return t.scene
}

// keepTicket names the ticket and makes it findable by ticket and by scene.
func (s *Sim) keepTicket(acc *account, t *qrTicket) {
	n := strconv.FormatInt(s.next("ticket"), 10)
	t.ticket = s.mint("gQ", base62+"+/", 94, "ticket", acc.id, n) + "=="
	s.tickets[acc.id+"/"+t.ticket] = t
	s.tickets[acc.id+"/scene:"+t.name()] = t
	s.tickets[t.ticket] = t
}

func (s *Sim) apiShowQR(c *call) (any, error) {
	t := s.tickets[c.query.Get("ticket")]
	if t == nil || (!t.expires.IsZero() && !c.now.Before(t.expires)) {
		return nil, apiError{Code: 40066, Msg: "ticket"}
	}
	return drawCode("official-qr "+t.ticket, 430), nil
}
