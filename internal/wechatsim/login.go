package wechatsim

import (
	"fmt"
	"strconv"
	"time"
)

const (
	codeLife = 5 * time.Minute
	// keyLife is how long one session_key is handed out again. The platform
	// does not say; a new one now and then finds clients that cache it.
	keyLife = 24 * time.Hour
)

// jsCode is what wx.login gave to a page.
type jsCode struct {
	person  *Person
	appID   string
	expires time.Time
	used    bool
}

// Login is wx.login in a Mini Program: a code that its server can exchange
// once within five minutes. A code of an unknown app is of no use to anyone.
func (p *Person) Login(mpAppID string) string {
	s := p.sim
	s.mu.Lock()
	defer s.mu.Unlock()
	n := strconv.FormatInt(s.next("code "+p.id), 10)
	code := s.mint("0", base62, 31, "code", mpAppID, p.id, n)
	p.chat(mpAppID).activeAt = s.now()
	s.jsCodes[code] = &jsCode{person: p, appID: mpAppID, expires: s.now().Add(codeLife)}
	return code
}

func (s *Sim) apiCode2Session(c *call) (any, error) {
	acc, err := s.account(c.query.Get("appid"), mini)
	if err != nil {
		return nil, apiError{Code: 40013}
	}
	if acc.secret != c.query.Get("secret") {
		return nil, apiError{Code: 40125}
	}
	if c.query.Get("grant_type") != "authorization_code" {
		return nil, apiError{Code: 40002}
	}
	code := s.jsCodes[c.query.Get("js_code")]
	if code == nil || code.used || code.appID != acc.id || !c.now.Before(code.expires) {
		return nil, apiError{Code: 40029}
	}
	code.used = true
	ch := code.person.chat(acc.id)
	if ch.sessionKey == "" || c.now.Sub(ch.sessionAt) >= keyLife {
		n := strconv.FormatInt(s.next("session "+acc.id+code.person.id), 10)
		ch.sessionKey = s.mintKey("session", acc.id, code.person.id, n)
		ch.sessionAt = c.now
	}
	union := code.person.UnionID()
	if acc.unbound {
		union = ""
	}
	return struct {
		SessionKey string `json:"session_key"`
		OpenID     string `json:"openid"`
		UnionID    string `json:"unionid,omitempty"`
	}{ch.sessionKey, code.person.OpenID(acc.id), union}, nil
}

// EnterFromGroup opens a Mini Program from a card in a group and asks
// wx.getGroupEnterInfo: the group's identity, encrypted under the person's
// present session_key. It is an error before the first login was exchanged.
func (p *Person) EnterFromGroup(mpAppID string, g *Group) (encryptedData, iv string, err error) {
	s := p.sim
	s.mu.Lock()
	defer s.mu.Unlock()
	if _, err := s.account(mpAppID, mini); err != nil {
		return "", "", fmt.Errorf("enter from group: %w", err)
	}
	if g.dismissed {
		return "", "", fmt.Errorf("enter from group: %w", ErrDismissed)
	}
	if g.find(p) == nil {
		return "", "", fmt.Errorf("enter from group: 65206: %w", ErrNotMember)
	}
	key := p.chat(mpAppID).sessionKey
	if key == "" {
		return "", "", fmt.Errorf("enter from group: %w", ErrNoSession)
	}
	plain := compact(struct {
		OpenGID      string    `json:"opengid"`
		SingleRoomID string    `json:"open_single_roomid"`
		GroupOpenID  string    `json:"group_openid"`
		ChatType     int       `json:"chat_type"`
		Watermark    watermark `json:"watermark"`
	}{s.openGID(mpAppID, g), "", p.GroupOpenID(mpAppID, g), g.chatType(), watermark{s.now().Unix(), mpAppID}})
	raw, iv := newIV()
	encryptedData, err = sealSession(key, raw, plain)
	if err != nil {
		return "", "", fmt.Errorf("enter from group: %w", err)
	}
	return encryptedData, iv, nil
}
