package wechatsim

import (
	"fmt"
	"net/http"
	"slices"
	"time"
)

// Appearance is a post that really appeared in a group, as the simulator's own
// log has it: whatever the program under test believes is held against this.
type Appearance struct {
	Group  string `json:"group"`             // the simulator's own name, such as g1
	ChatID string `json:"chat_id,omitempty"` // of a customer group
	Post
}

// Presence is somebody who is in a group, and since when.
type Presence struct {
	Person     string    `json:"person"` // the simulator's own name, such as p1
	ExternalID string    `json:"external_userid,omitempty"`
	Joined     time.Time `json:"joined"`
}

// Appeared are all posts that appeared in any group, oldest first; those of
// one moment in the order of their groups.
func (s *Sim) Appeared() []Appearance {
	s.mu.Lock()
	defer s.mu.Unlock()
	all := []Appearance{}
	for _, g := range s.groups {
		for _, p := range g.posts {
			all = append(all, Appearance{g.id, g.chatID, p})
		}
	}
	slices.SortStableFunc(all, func(a, b Appearance) int { return a.At.Compare(b.At) })
	return all
}

// Present are the people in the group in order of joining, without a customer
// group's owner; nobody once it is dismissed.
func (g *Group) Present() []Presence {
	g.sim.mu.Lock()
	defer g.sim.mu.Unlock()
	all := []Presence{}
	if g.dismissed {
		return all
	}
	for _, m := range g.members {
		if m.person == nil {
			continue
		}
		p := Presence{Person: m.person.id, Joined: m.joined}
		if g.corp != nil {
			p.ExternalID = m.person.ExternalUserID(g.corp.id)
		}
		all = append(all, p)
	}
	return all
}

// PostByStaff is a customer group's owner writing in the group by hand, past
// every send task: no API tells of it.
func (g *Group) PostByStaff(userID string, post Post) error {
	g.sim.mu.Lock()
	defer g.sim.mu.Unlock()
	if g.dismissed {
		return ErrDismissed
	}
	if g.corp == nil || g.owner != userID {
		return fmt.Errorf("post by staff: %w", ErrNotMember)
	}
	post.At, post.By = g.sim.now(), userID
	g.posts = append(g.posts, post)
	return nil
}

// controlPast adds what a test in another process compares a book with.
func (s *Sim) controlPast(on route) {
	on("GET /_sim/posts", func(*http.Request, params) (any, error) { return s.Appeared(), nil })
	on("GET /_sim/members", func(*http.Request, params) (any, error) {
		all := map[string][]Presence{}
		for _, g := range s.Groups() {
			all[g.id] = g.Present()
		}
		return all, nil
	})
	on("POST /_sim/groups/{id}/staff-post", func(r *http.Request, in params) (any, error) {
		g, err := s.group(r.PathValue("id"))
		if err != nil {
			return nil, err
		}
		return nil, g.PostByStaff(in.UserID, Post{Title: in.Title, AppID: in.AppID, Page: in.Page, Text: in.Text})
	})
}
