package wechatsim

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"time"
)

// welcomeLife is how long after somebody was added she can be welcomed.
const welcomeLife = 20 * time.Second

// welcomeCode lets one welcome be sent to one new contact.
type welcomeCode struct {
	acc     *account
	person  *Person
	userID  string
	expires time.Time
	used    bool
	busy    int // calls that find another app sending
}

// Welcome is what a new contact was welcomed with.
type Welcome struct {
	At    time.Time `json:"at"`
	By    string    `json:"by"` // userid
	Text  string    `json:"text,omitempty"`
	Cards []Post    `json:"cards,omitempty"` // its Mini Program cards
	Links []string  `json:"links,omitempty"`
}

// ErrNoWelcome is a group welcome that the corporation does not have.
var ErrNoWelcome = errors.New("wechatsim: no such group welcome")

// welcomeCode makes the code of a new contact; mu is held.
func (s *Sim) welcomeCode(acc *account, p *Person, userID string) string {
	code := s.mint("", base64url, 43, "welcome", strconv.FormatInt(s.next("welcome"), 10))
	s.codes[code] = &welcomeCode{acc: acc, person: p, userID: userID, expires: s.now().Add(welcomeLife), busy: acc.busyWelcomes}
	return code
}

// BusyWelcomes lets the first calls to welcome each later contact of a corporation find that another app is welcoming her
// (41096).
func (s *Sim) BusyWelcomes(corpID string, calls int) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	acc, err := s.account(corpID, wecom)
	if err != nil {
		return fmt.Errorf("busy welcomes: %w", err)
	}
	acc.busyWelcomes = calls
	return nil
}

// Chat is a contact writing to the staff member who added her: from then on she cannot be welcomed any more.
func (p *Person) Chat(corpID, userID string) {
	p.sim.mu.Lock()
	defer p.sim.mu.Unlock()
	for _, c := range p.sim.codes {
		if c.person == p && c.acc.id == corpID && c.userID == userID {
			c.used = true
		}
	}
}

// Welcomes are what a person was welcomed with by a corporation's staff, oldest first.
func (p *Person) Welcomes(corpID string) []Welcome {
	p.sim.mu.Lock()
	defer p.sim.mu.Unlock()
	return slices.Clone(p.welcomes[corpID])
}

func (s *Sim) apiWelcome(c *call) (any, error) {
	var in struct {
		Code string `json:"welcome_code"`
		Text struct {
			Content string `json:"content"`
		} `json:"text"`
		Attachments []attachment `json:"attachments"`
	}
	if err := c.read(&in); err != nil {
		return nil, err
	}
	code := s.codes[in.Code]
	switch {
	case code == nil || code.acc != c.acc || !c.now.Before(code.expires):
		return nil, apiError{Code: 41050}
	case code.used:
		return nil, apiError{Code: 41051}
	case code.busy > 0:
		code.busy--
		return nil, apiError{Code: 41096}
	case in.Text.Content == "" && len(in.Attachments) == 0:
		return nil, apiError{Code: 44004, Msg: "text and attachments both empty"}
	case len(in.Text.Content) > 4000:
		return nil, apiError{Code: 45002, Msg: "text should have at most 4000 bytes"}
	case len(in.Attachments) > 9:
		return nil, apiError{Code: 40058, Msg: "at most 9 attachments"}
	}
	w := Welcome{At: c.now, By: code.userID, Text: in.Text.Content}
	for _, a := range in.Attachments {
		if err := s.checkAttachment(c, a); err != nil {
			return nil, err
		}
		switch a.MsgType {
		case "miniprogram":
			w.Cards = append(w.Cards, Post{Title: a.Mini.Title, AppID: a.Mini.AppID, Page: a.Mini.Page})
		case "link":
			w.Links = append(w.Links, a.Link.URL)
		}
	}
	code.used = true
	if code.person.welcomes == nil {
		code.person.welcomes = map[string][]Welcome{}
	}
	code.person.welcomes[c.acc.id] = append(code.person.welcomes[c.acc.id], w)
	return ok(), nil
}

// WelcomeOn is the owner of a group switching a welcome template on in it; an empty one switches it off.
func (g *Group) WelcomeOn(_ context.Context, templateID string) error {
	s := g.sim
	s.mu.Lock()
	defer s.mu.Unlock()
	if templateID == "" {
		g.welcome = nil
		return nil
	}
	w := s.groupWelcome(g.corp, templateID)
	if w == nil || g.corp == nil {
		return fmt.Errorf("switch a welcome on: %w", ErrNoWelcome)
	}
	g.welcome = w
	return nil
}
