package wechatsim

import (
	"cmp"
	"errors"
	"fmt"
	"net/http"
	"strconv"
)

// PersonState is somebody as the control plane shows them.
type PersonState struct {
	ID          string            `json:"id"`
	Name        string            `json:"name"`
	UnionID     string            `json:"unionid"`
	OpenIDs     map[string]string `json:"openids"`          // by appid
	ExternalIDs map[string]string `json:"external_userids"` // by corpid
	Following   []string          `json:"following"`        // appids
}

// view reads a person; mu is held.
func (p *Person) view() PersonState {
	v := PersonState{
		ID: p.id, Name: p.name, UnionID: p.UnionID(),
		OpenIDs: map[string]string{}, ExternalIDs: map[string]string{}, Following: []string{},
	}
	for _, acc := range p.sim.order {
		if acc.kind == wecom {
			v.ExternalIDs[acc.id] = p.ExternalUserID(acc.id)
			continue
		}
		v.OpenIDs[acc.id] = p.OpenID(acc.id)
		if p.chat(acc.id).following {
			v.Following = append(v.Following, acc.id)
		}
	}
	return v
}

func (p *Person) locked() PersonState {
	p.sim.mu.Lock()
	defer p.sim.mu.Unlock()
	return p.view()
}

func (s *Sim) controlPeople(on route) {
	on("POST /_sim/people", func(_ *http.Request, in params) (any, error) {
		if in.Name == "" {
			return nil, errors.New("name is missing")
		}
		return s.NewPerson(in.Name).locked(), nil
	})
	on("GET /_sim/people/{id}", func(r *http.Request, _ params) (any, error) {
		p, err := s.person(r.PathValue("id"))
		if err != nil {
			return nil, err
		}
		return p.locked(), nil
	})
	on("GET /_sim/people/{id}/inbox", func(r *http.Request, _ params) (any, error) {
		p, err := s.person(r.PathValue("id"))
		if err != nil {
			return nil, err
		}
		return append([]Received{}, p.Inbox(s.alias(r.URL.Query().Get("appid")))...), nil
	})
	on("GET /_sim/people/{id}/welcomes", func(r *http.Request, _ params) (any, error) {
		p, err := s.person(r.PathValue("id"))
		if err != nil {
			return nil, err
		}
		return append([]Welcome{}, p.Welcomes(s.alias(r.URL.Query().Get("corpid")))...), nil
	})
	on("GET /_sim/people/{id}/chat", func(r *http.Request, _ params) (any, error) {
		p, err := s.person(r.PathValue("id"))
		if err != nil {
			return nil, err
		}
		id := s.alias(r.URL.Query().Get("appid"))
		return map[string]any{"lines": p.Conversation(id), "windows": p.Windows(id), "typing": p.SeesTyping(id)}, nil
	})
	s.controlActs(on)
}

// controlActs are the things a person does.
func (s *Sim) controlActs(on route) {
	person := func(verb string, act personAct) {
		on("POST /_sim/people/{id}/"+verb, func(r *http.Request, in params) (any, error) {
			p, err := s.person(r.PathValue("id"))
			if err != nil {
				return nil, err
			}
			return act(r, p, in)
		})
	}
	s.controlTalk(person)
	person("login", func(_ *http.Request, p *Person, in params) (any, error) {
		return map[string]string{"code": p.Login(in.AppID)}, nil
	})
	person("phone", func(_ *http.Request, p *Person, in params) (any, error) {
		if in.Phone != "" {
			p.SetPhone(cmp.Or(in.Country, "86"), in.Phone)
		}
		return map[string]string{"code": p.PhoneCode(in.AppID)}, nil
	})
	person("risk", func(_ *http.Request, p *Person, in params) (any, error) {
		p.SetRisk(in.Rank)
		return nil, nil
	})
	person("enter", s.ctlEnter)
	person("subscribe", func(r *http.Request, p *Person, in params) (any, error) {
		return nil, p.AcceptSubscribe(r.Context(), in.AppID, in.Templates...)
	})
	person("contact", func(r *http.Request, p *Person, in params) (any, error) {
		return nil, p.AddContact(r.Context(), in.CorpID, in.UserID, in.State)
	})
	person("chat", func(_ *http.Request, p *Person, in params) (any, error) {
		p.Chat(in.CorpID, in.UserID)
		return nil, nil
	})
	person("join", func(r *http.Request, p *Person, in params) (any, error) {
		g, err := p.ScanJoinQR(r.Context(), in.ConfigID)
		if err != nil {
			return nil, err
		}
		return g.locked(), nil
	})
}

func (s *Sim) person(id string) (*Person, error) {
	p, found := s.Person(id)
	if !found {
		return nil, fmt.Errorf("person %q: %w", id, errNotFound)
	}
	return p, nil
}

func ctlScan(r *http.Request, p *Person, in params) (any, error) {
	what := in.Ticket
	switch scene := in.Scene.(type) {
	case string:
		what = scene
	case float64:
		what = strconv.FormatInt(int64(scene), 10)
	}
	if what == "" {
		return nil, errors.New("scene or ticket is missing")
	}
	return p.ScanOfficialQR(r.Context(), in.AppID, what)
}

func (s *Sim) ctlEnter(_ *http.Request, p *Person, in params) (any, error) {
	g, err := s.group(in.Group)
	if err != nil {
		return nil, err
	}
	data, iv, err := p.EnterFromGroup(in.AppID, g)
	if err != nil {
		return nil, err
	}
	return map[string]string{"encryptedData": data, "iv": iv}, nil
}

// personAct is one thing a person does, by HTTP.
type personAct func(*http.Request, *Person, params) (any, error)

// controlTalk is what a person has to do with an app's chat.
func (s *Sim) controlTalk(person func(verb string, act personAct)) {
	person("scan", ctlScan)
	person("follow", func(r *http.Request, p *Person, in params) (any, error) {
		return p.Follow(r.Context(), in.AppID)
	})
	person("unfollow", func(r *http.Request, p *Person, in params) (any, error) {
		return nil, p.Unfollow(r.Context(), in.AppID)
	})
	person("text", func(r *http.Request, p *Person, in params) (any, error) {
		return p.SendText(r.Context(), in.AppID, in.Text)
	})
	person("click", func(r *http.Request, p *Person, in params) (any, error) {
		return p.ClickMenu(r.Context(), in.AppID, in.Key)
	})
	person("tap", func(r *http.Request, p *Person, in params) (any, error) {
		return p.TapMenu(r.Context(), in.AppID, in.Name)
	})
	person("send", func(r *http.Request, p *Person, in params) (any, error) {
		if in.Message == nil {
			return nil, errors.New("message is missing")
		}
		return p.Send(r.Context(), in.AppID, *in.Message)
	})
	person("event", func(r *http.Request, p *Person, in params) (any, error) {
		return s.Event(r.Context(), in.AppID, p, in.Event, fieldsOf(in.Fields)...)
	})
	person("answer", func(r *http.Request, p *Person, in params) (any, error) {
		return nil, p.AnswerSubscribe(r.Context(), in.AppID, in.Answers...)
	})
	person("withdraw", func(r *http.Request, p *Person, in params) (any, error) {
		return nil, p.WithdrawSubscribe(r.Context(), in.AppID, in.Templates...)
	})
	person("service", func(r *http.Request, p *Person, in params) (any, error) {
		return nil, p.OpenService(r.Context(), in.AppID, in.Key)
	})
	person("refuse", func(_ *http.Request, p *Person, in params) (any, error) {
		return nil, p.Refuse(in.AppID, in.Errcode)
	})
}
