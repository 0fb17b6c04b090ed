package wechatsim

import (
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Person is somebody with WeChat on their phone. One person has one unionid,
// an openid in every app and an external_userid in every corporation; all of
// them follow from the seed and the order in which people were made.
type Person struct {
	sim  *Sim
	id   string
	name string

	apps  map[string]*chat // by appid, made when first needed; guarded by sim.mu
	lang  string           // of the phone; empty is zh_CN; guarded by sim.mu
	phone phoneNumber      // guarded by sim.mu
	risk  int              // what the platform thinks; guarded by sim.mu

	welcomes map[string][]Welcome // by corpid; guarded by sim.mu
}

// chat is what one app and one person have with each other.
type chat struct {
	following  bool
	since      time.Time
	how        string // subscribe_scene
	qrScene    string // of the follow
	qrNumber   int64  // the same, when it was a number
	windows    map[Trigger]*window
	allow      map[Trigger]Allowance
	heard      time.Time // last time the person did something
	typing     time.Time // until when "is writing" shows
	refuses    int       // errcode of every message; 0: none
	inbox      []Received
	said       []saying       // what the person did and what was answered at once
	credits    map[string]int // template -> messages allowed
	sessionKey string
	sessionAt  time.Time
	activeAt   time.Time // last use of the Mini Program
}

// Received is a message that reached a person outside a push's own answer.
type Received struct {
	At         time.Time         `json:"at"`
	Kind       string            `json:"kind"` // text, image, news, miniprogrampage, …, or subscribe
	Text       string            `json:"text,omitempty"`
	TemplateID string            `json:"template_id,omitempty"` // of a subscription message
	Page       string            `json:"page,omitempty"`        // where a tap leads
	Data       map[string]string `json:"data,omitempty"`        // fields of a subscription message
	Raw        []byte            `json:"-"`                     // the API call's body
}

// NewPerson brings somebody into the world.
func (s *Sim) NewPerson(name string) *Person {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.newPerson(name)
}

// NewPeople brings many into the world who share a name.
func (s *Sim) NewPeople(n int, name string) []*Person {
	s.mu.Lock()
	defer s.mu.Unlock()
	all := make([]*Person, n)
	for i := range all {
		all[i] = s.newPerson(name)
	}
	return all
}

// newPerson makes somebody; mu is held.
func (s *Sim) newPerson(name string) *Person {
	p := &Person{sim: s, id: "p" + strconv.FormatInt(s.next("person"), 10), name: name}
	s.people = append(s.people, p)
	return p
}

// Person finds somebody by ID.
func (s *Sim) Person(id string) (*Person, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	n, err := strconv.Atoi(id[min(1, len(id)):])
	if err != nil || n < 1 || n > len(s.people) || s.people[n-1].id != id {
		return nil, false
	}
	return s.people[n-1], true
}

// People lists everybody, in the order they came.
func (s *Sim) People() []*Person {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]*Person(nil), s.people...)
}

// who finds somebody by the id an account knows: an external_userid of a
// corporation, else an openid. Ids follow from the seed in one direction only,
// so the first question makes a table of everybody; mu is held.
func (s *Sim) who(acc *account, id string) *Person {
	if id == "" {
		return nil
	}
	if acc.known == nil {
		acc.known = make(map[string]*Person, len(s.people))
	}
	for _, p := range s.people[acc.asked:] {
		if acc.kind == wecom {
			acc.known[p.ExternalUserID(acc.id)] = p
		} else {
			acc.known[p.OpenID(acc.id)] = p
		}
	}
	acc.asked = len(s.people)
	return acc.known[id]
}

// ID is the simulator's own name for the person, such as p1.
func (p *Person) ID() string { return p.id }

// Name is the nickname.
func (p *Person) Name() string { return p.name }

// UnionID is the same in every account of the Open Platform account.
func (p *Person) UnionID() string {
	return p.sim.mint("o", base64url, 27, "unionid", strings.TrimPrefix(p.id, "p"))
}

// OpenID is the person's id in one Official Account or Mini Program.
func (p *Person) OpenID(appID string) string {
	return p.sim.mint("o", base64url, 27, "openid", appID, p.id)
}

// ExternalUserID is the person's id in one corporation.
func (p *Person) ExternalUserID(corpID string) string {
	return p.sim.mint("wm", base64url, 30, "external", corpID, p.id)
}

// GroupOpenID is the person's id in one group, as one Mini Program sees it.
func (p *Person) GroupOpenID(appID string, g *Group) string {
	return p.sim.mint("og", base64url, 26, "group_openid", appID, g.id, p.id)
}

// Following says whether the person follows an Official Account.
func (p *Person) Following(appID string) bool {
	p.sim.mu.Lock()
	defer p.sim.mu.Unlock()
	return p.chat(appID).following
}

// Inbox is every message an app has sent to the person by API, oldest first.
func (p *Person) Inbox(appID string) []Received {
	p.sim.mu.Lock()
	defer p.sim.mu.Unlock()
	return append([]Received(nil), p.chat(appID).inbox...)
}

// chat is made when first needed; mu is held.
func (p *Person) chat(appID string) *chat {
	c := p.apps[appID]
	if c == nil {
		c = &chat{allow: p.sim.opts.Allowances, windows: map[Trigger]*window{}, credits: map[string]int{}}
		if p.apps == nil {
			p.apps = map[string]*chat{}
		}
		p.apps[appID] = c
	}
	return c
}

func (s *Sim) apiUserInfo(c *call) (any, error) {
	openID := c.query.Get("openid")
	p := s.who(c.acc, openID)
	if p == nil {
		return nil, apiError{Code: 40003}
	}
	ch := p.chat(c.acc.id)
	if !ch.following {
		return struct {
			Subscribe int    `json:"subscribe"`
			OpenID    string `json:"openid"`
		}{0, openID}, nil
	}
	union := p.UnionID()
	if c.acc.unbound {
		union = ""
	}
	return struct {
		Subscribe int     `json:"subscribe"`
		OpenID    string  `json:"openid"`
		Nickname  string  `json:"nickname"` // empty since 2021
		Language  string  `json:"language"`
		Time      int64   `json:"subscribe_time"`
		UnionID   string  `json:"unionid,omitempty"`
		Remark    string  `json:"remark"`
		GroupID   int     `json:"groupid"`
		Tags      []int64 `json:"tagid_list"`
		Scene     string  `json:"subscribe_scene"`
		QRScene   int64   `json:"qr_scene"`
		QRString  string  `json:"qr_scene_str"`
	}{1, openID, "", p.language(), ch.since.Unix(), union, "", 0, s.desk(c.acc).tagsOf(p), ch.how, ch.qrNumber, ch.qrText()}, nil
}

// qrText is the scene when it is a string; a number is told as qr_scene.
func (c *chat) qrText() string {
	if c.qrNumber != 0 {
		return ""
	}
	return c.qrScene
}

// seen is what a message looks like in one line.
func (r Received) seen() string {
	text := r.Text
	for _, name := range slices.Sorted(maps.Keys(r.Data)) {
		if text != "" {
			text += " · "
		}
		text += r.Data[name]
	}
	return text
}
