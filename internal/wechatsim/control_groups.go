package wechatsim

import (
	"errors"
	"fmt"
	"net/http"
)

// GroupState is a group as the control plane shows it.
type GroupState struct {
	ID        string   `json:"id"`
	Kind      string   `json:"kind"` // wecom or ordinary
	ChatID    string   `json:"chat_id,omitempty"`
	Name      string   `json:"name"`
	Owner     string   `json:"owner"` // userid, or person ID in ordinary groups
	Members   []string `json:"members"`
	Posts     int      `json:"posts"`
	Dismissed bool     `json:"dismissed,omitempty"`
}

// view reads a group; mu is held.
func (g *Group) view() GroupState {
	v := GroupState{
		ID: g.id, Kind: "wecom", ChatID: g.chatID, Name: g.name, Owner: g.owner,
		Members: []string{}, Posts: len(g.posts), Dismissed: g.dismissed,
	}
	if g.corp == nil {
		v.Kind, v.Owner = "ordinary", g.person.id
	}
	for _, m := range g.members {
		if m.person != nil {
			v.Members = append(v.Members, m.person.id)
		}
	}
	return v
}

func (g *Group) locked() GroupState {
	g.sim.mu.Lock()
	defer g.sim.mu.Unlock()
	return g.view()
}

func (s *Sim) controlGroups(on route) {
	on("POST /_sim/groups", s.ctlNewGroup)
	group := func(pattern string, act func(*http.Request, *Group, params) (any, error)) {
		on(pattern, func(r *http.Request, in params) (any, error) {
			g, err := s.group(r.PathValue("id"))
			if err != nil {
				return nil, err
			}
			return act(r, g, in)
		})
	}
	member := func(verb string, act func(*http.Request, *Group, *Person, params) error) {
		group("POST /_sim/groups/{id}/"+verb, func(r *http.Request, g *Group, in params) (any, error) {
			p, err := s.person(in.Person)
			if err != nil {
				return nil, err
			}
			if err := act(r, g, p, in); err != nil {
				return nil, err
			}
			return g.locked(), nil
		})
	}
	group("GET /_sim/groups/{id}", func(_ *http.Request, g *Group, _ params) (any, error) { return g.locked(), nil })
	group("GET /_sim/groups/{id}/posts", func(_ *http.Request, g *Group, _ params) (any, error) {
		return append([]Post{}, g.Posts()...), nil
	})
	group("POST /_sim/groups/{id}/dismiss", func(r *http.Request, g *Group, _ params) (any, error) {
		return nil, g.Dismiss(r.Context())
	})
	group("POST /_sim/groups/{id}/owner", func(r *http.Request, g *Group, in params) (any, error) {
		return nil, g.ChangeOwner(r.Context(), in.UserID)
	})
	on("POST /_sim/staff/leave", func(_ *http.Request, in params) (any, error) { return nil, s.StaffLeaves(in.CorpID, in.UserID) })
	member("join", func(r *http.Request, g *Group, p *Person, in params) error {
		scene, _ := in.Scene.(float64)
		return g.Join(r.Context(), p, JoinVia{Scene: int(scene), State: in.State})
	})
	member("leave", func(r *http.Request, g *Group, p *Person, _ params) error { return g.Leave(r.Context(), p) })
	member("remove", func(r *http.Request, g *Group, p *Person, _ params) error { return g.Remove(r.Context(), p) })
	member("post", func(_ *http.Request, g *Group, p *Person, in params) error {
		return g.PostCard(p, Post{Title: in.Title, AppID: in.AppID, Page: in.Page, Text: in.Text})
	})
	group("POST /_sim/groups/{id}/welcome", func(r *http.Request, g *Group, in params) (any, error) {
		return nil, g.WelcomeOn(r.Context(), in.TemplateID)
	})
	on("GET /_sim/tasks", func(r *http.Request, _ params) (any, error) {
		q := r.URL.Query()
		return append([]Task{}, s.OpenTasks(s.alias(q.Get("corpid")), q.Get("userid"))...), nil
	})
	on("POST /_sim/masses", func(_ *http.Request, in params) (any, error) {
		m := GroupMass{ChatIDs: in.ChatIDs, Text: in.Text}
		if in.Page != "" {
			m.Cards = []Post{{Title: in.Title, AppID: in.AppID, Page: in.Page}}
		}
		id, err := s.PostMass(in.CorpID, in.UserID, m)
		return map[string]string{"msgid": id}, err
	})
	on("POST /_sim/tasks/{msgid}/confirm", func(r *http.Request, in params) (any, error) {
		return nil, s.Confirm(in.CorpID, r.PathValue("msgid"), in.UserID, in.ChatIDs...)
	})
}

func (s *Sim) group(id string) (*Group, error) {
	g, found := s.Group(id)
	if !found {
		return nil, fmt.Errorf("group %q: %w", id, errNotFound)
	}
	return g, nil
}

func (s *Sim) ctlNewGroup(r *http.Request, in params) (any, error) {
	if in.Name == "" || in.Owner == "" {
		return nil, errors.New("name and owner are required")
	}
	if in.Kind == "ordinary" {
		owner, err := s.person(in.Owner)
		if err != nil {
			return nil, err
		}
		return s.NewOrdinaryGroup(in.Name, owner).locked(), nil
	}
	if in.Kind != "wecom" {
		return nil, errors.New("kind must be wecom or ordinary")
	}
	g, err := s.NewWeComGroup(r.Context(), in.CorpID, GroupSpec{
		Name: in.Name, OwnerUserID: in.Owner, Capacity: in.Capacity,
	})
	if err != nil {
		return nil, err
	}
	return g.locked(), nil
}
