package wechatsim

import (
	"slices"
	"strconv"
	"strings"
	"time"
)

const (
	// maxWelcomes is how many group welcomes a corporation may have.
	maxWelcomes = 100
	// maxWelcomeText is how long one may be, in bytes with its %NICKNAME%.
	maxWelcomeText = 3000
	// welcomeMerge is how long after a welcome those who join are welcomed by the same one.
	welcomeMerge = time.Minute
)

// groupWelcome is a welcome that owners can switch on in their groups.
type groupWelcome struct {
	acc  *account
	id   string
	body welcomeBody
}

// welcomeBody is a group welcome: a text and at most one more part.
type welcomeBody struct {
	Text  *textRef  `json:"text,omitempty"`
	Image *mediaRef `json:"image,omitempty"`
	Link  *linkCard `json:"link,omitempty"`
	Mini  *miniCard `json:"miniprogram,omitempty"`
	File  *mediaRef `json:"file,omitempty"`
	Video *mediaRef `json:"video,omitempty"`
}

type textRef struct {
	Content string `json:"content"`
}

type welcomeRequest struct {
	TemplateID string `json:"template_id"`
	welcomeBody
}

// groupWelcome finds a corporation's own welcome; mu is held.
func (s *Sim) groupWelcome(acc *account, id string) *groupWelcome {
	i := slices.IndexFunc(s.welcomes, func(w *groupWelcome) bool { return w.acc == acc && w.id == id })
	if i < 0 {
		return nil
	}
	return s.welcomes[i]
}

// checkWelcome refuses what the platform refuses, and keeps the part that goes first when several are given.
func (s *Sim) checkWelcome(c *call, in *welcomeBody) error {
	if in.Text != nil && in.Text.Content == "" {
		in.Text = nil
	}
	if in.Text != nil && len(in.Text.Content) > maxWelcomeText {
		return apiError{Code: 45002, Msg: "text should have at most 3000 bytes"}
	}
	part := in.part()
	if in.Text == nil && part.MsgType == "" {
		return apiError{Code: 44004, Msg: "nothing to say"}
	}
	in.Image, in.Link, in.Mini, in.File, in.Video = part.Image, part.Link, part.Mini, part.File, part.Video
	if part.MsgType == "" {
		return nil
	}
	return s.checkAttachment(c, part)
}

// part is the one that is shown: image, link, miniprogram, file, video, in this order.
func (b welcomeBody) part() attachment {
	switch {
	case b.Image != nil && *b.Image != mediaRef{}:
		return attachment{MsgType: "image", Image: b.Image}
	case b.Link != nil && *b.Link != linkCard{}:
		return attachment{MsgType: "link", Link: b.Link}
	case b.Mini != nil && *b.Mini != miniCard{}:
		return attachment{MsgType: "miniprogram", Mini: b.Mini}
	case b.File != nil && *b.File != mediaRef{}:
		return attachment{MsgType: "file", File: b.File}
	case b.Video != nil && *b.Video != mediaRef{}:
		return attachment{MsgType: "video", Video: b.Video}
	}
	return attachment{}
}

func (s *Sim) apiAddWelcome(c *call) (any, error) {
	var in welcomeRequest
	if err := c.read(&in); err != nil {
		return nil, err
	}
	has := 0
	for _, w := range s.welcomes {
		if w.acc == c.acc {
			has++
		}
	}
	if has >= c.acc.welcomesMost {
		return nil, apiError{Code: 45009, Msg: "too many welcome templates"}
	}
	if err := s.checkWelcome(c, &in.welcomeBody); err != nil {
		return nil, err
	}
	id := s.mint("msg", base64url, 29, "groupwelcome", c.acc.id, strconv.FormatInt(s.next("groupwelcome"), 10))
	s.welcomes = append(s.welcomes, &groupWelcome{acc: c.acc, id: id, body: in.welcomeBody})
	return struct {
		status
		TemplateID string `json:"template_id"`
	}{ok(), id}, nil
}

// ownWelcome reads the template a call is about.
func (s *Sim) ownWelcome(c *call) (*groupWelcome, welcomeRequest, error) {
	var in welcomeRequest
	if err := c.read(&in); err != nil {
		return nil, in, err
	}
	w := s.groupWelcome(c.acc, in.TemplateID)
	if w == nil {
		return nil, in, apiError{Code: 40058, Msg: "template_id"}
	}
	return w, in, nil
}

func (s *Sim) apiEditWelcome(c *call) (any, error) {
	w, in, err := s.ownWelcome(c)
	if err != nil {
		return nil, err
	}
	if err := s.checkWelcome(c, &in.welcomeBody); err != nil {
		return nil, err
	}
	w.body = in.welcomeBody
	return ok(), nil
}

func (s *Sim) apiGetWelcome(c *call) (any, error) {
	w, _, err := s.ownWelcome(c)
	if err != nil {
		return nil, err
	}
	return struct {
		status
		welcomeBody
	}{ok(), w.body}, nil
}

func (s *Sim) apiDelWelcome(c *call) (any, error) {
	w, _, err := s.ownWelcome(c)
	if err != nil {
		return nil, err
	}
	s.dropWelcome(w)
	return ok(), nil
}

func (s *Sim) dropWelcome(w *groupWelcome) {
	s.welcomes = slices.DeleteFunc(s.welcomes, func(other *groupWelcome) bool { return other == w })
	for _, g := range s.groups {
		if g.welcome == w {
			g.welcome = nil
		}
	}
}

// GroupWelcomes lists the ids of a corporation's group welcomes, oldest first.
func (s *Sim) GroupWelcomes(corpID string) []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	var ids []string
	for _, w := range s.welcomes {
		if w.acc.id == corpID {
			ids = append(ids, w.id)
		}
	}
	return ids
}

// RewriteWelcome is somebody changing a group welcome in WeCom's own console; an empty text deletes it there.
func (s *Sim) RewriteWelcome(corpID, templateID, text string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	acc, err := s.account(corpID, wecom)
	if err != nil {
		return err
	}
	w := s.groupWelcome(acc, templateID)
	switch {
	case w == nil:
		return ErrNoWelcome
	case text == "":
		s.dropWelcome(w)
	default:
		w.body.Text = &textRef{text}
	}
	return nil
}

// greet shows the group's welcome to somebody who has joined; many who join together see one. mu is held.
func (g *Group) greet(p *Person) {
	now := g.sim.now()
	if g.welcome == nil || (!g.greeted.IsZero() && now.Sub(g.greeted) < welcomeMerge) {
		return
	}
	g.greeted = now
	post := Post{At: now, By: g.owner, Welcome: g.welcome.id}
	if text := g.welcome.body.Text; text != nil {
		post.Text = strings.ReplaceAll(text.Content, "%NICKNAME%", p.name)
	}
	if card := g.welcome.body.part().Mini; card != nil {
		post.Title, post.AppID, post.Page = card.Title, card.AppID, card.Page
	}
	g.posts = append(g.posts, post)
}
