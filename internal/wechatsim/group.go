package wechatsim

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"time"
)

// GroupSpec describes a customer group.
type GroupSpec struct {
	Name        string
	OwnerUserID string // staff member who owns it
	Capacity    int    // members including the owner; default 200, when a join QR rolls over
	MonthlyCap  int    // broadcasts a month; default: as many as the month has days
	WeeklyCap   int    // and a week of China's calendar; default: no such cap
	DailyCap    int    // and a day; default: no such cap
	Silent      bool   // make it without the create push, as if it had been there before
}

// Group is a WeCom customer group or an ordinary WeChat group.
type Group struct {
	sim  *Sim
	id   string
	corp *account // nil for ordinary groups

	// guarded by sim.mu
	chatID    string
	name      string
	owner     string  // userid of a customer group's owner
	person    *Person // owner of an ordinary group
	capacity  int
	monthly   int // own cap of broadcasts; 0: the days of the month
	weekly    int // 0: none
	daily     int // 0: none
	created   time.Time
	version   int64
	dismissed bool
	members   []*groupMember
	posts     []Post
	talk      []said
	masses    []time.Time   // when each mass message reached it
	welcome   *groupWelcome // switched on by its owner; nil: none
	greeted   time.Time     // when it was last shown
}

type groupMember struct {
	person *Person // nil: the owner, who is staff
	joined time.Time
	via    JoinVia
}

// JoinVia is how somebody came into a group.
type JoinVia struct {
	Scene   int    // 1 invited, 2 by invitation link, 3 by QR; default 1
	State   string // told in groupchat/get, when a join way has set it
	Invitor string // userid of the staff member who invited
}

// Post is a message in a group that people can see.
type Post struct {
	At    time.Time `json:"at"`
	By    string    `json:"by"` // userid, or person ID in ordinary groups
	Title string    `json:"title,omitempty"`
	AppID string    `json:"appid,omitempty"` // of a Mini Program card
	Page  string    `json:"page,omitempty"`
	Text  string    `json:"text,omitempty"`
	MsgID string    `json:"msgid,omitempty"` // the send task it came from
	// Welcome is the template id of a welcome that the platform shows by itself; nobody posted it.
	Welcome string `json:"welcome,omitempty"`
	// Live is the activity of a card that can change, and State what the card says now.
	Live  string `json:"live,omitempty"`
	State string `json:"state,omitempty"`
}

// NewWeComGroup makes a customer group with its owner as first member and,
// unless it is silent, pushes its creation. The group exists even when the
// push was not accepted; then both are returned.
func (s *Sim) NewWeComGroup(ctx context.Context, corpID string, spec GroupSpec) (*Group, error) {
	s.mu.Lock()
	acc, err := s.account(corpID, wecom)
	if err != nil {
		s.mu.Unlock()
		return nil, fmt.Errorf("new group: %w", err)
	}
	g := s.newCustomerGroup(acc, spec)
	b := g.event("create")
	s.mu.Unlock()
	if spec.Silent {
		return g, nil
	}
	return g, s.tell(ctx, acc, b)
}

// newCustomerGroup makes one; mu is held.
func (s *Sim) newCustomerGroup(acc *account, spec GroupSpec) *Group {
	n := s.next("group")
	g := &Group{
		sim: s, id: "g" + strconv.FormatInt(n, 10), corp: acc, name: spec.Name, owner: spec.OwnerUserID,
		capacity: spec.Capacity, monthly: spec.MonthlyCap, weekly: spec.WeeklyCap, daily: spec.DailyCap, created: s.now(), version: 1,
		chatID: s.mint("wr", base64url, 30, "chat", acc.id, strconv.FormatInt(n, 10)),
	}
	if g.capacity == 0 {
		g.capacity = 200
	}
	g.members = []*groupMember{{joined: g.created, via: JoinVia{Scene: 1}}}
	s.groups = append(s.groups, g)
	s.byChatID[g.chatID] = g
	return g
}

// NewOrdinaryGroup makes a WeChat group: no API knows it and nothing is pushed.
func (s *Sim) NewOrdinaryGroup(name string, owner *Person) *Group {
	s.mu.Lock()
	defer s.mu.Unlock()
	g := &Group{
		sim: s, id: "g" + strconv.FormatInt(s.next("group"), 10), name: name, person: owner,
		capacity: 500, created: s.now(),
	}
	g.members = []*groupMember{{person: owner, joined: g.created}}
	s.groups = append(s.groups, g)
	return g
}

// Group finds a group by its ID or its chat_id.
func (s *Sim) Group(id string) (*Group, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if g := s.byChatID[id]; g != nil {
		return g, true
	}
	n, err := strconv.Atoi(id[min(1, len(id)):])
	if err != nil || n < 1 || n > len(s.groups) || s.groups[n-1].id != id {
		return nil, false
	}
	return s.groups[n-1], true
}

// Groups lists every group, dismissed ones too, in the order they were made.
func (s *Sim) Groups() []*Group {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.groups)
}

// ID is the simulator's own name for the group, such as g1.
func (g *Group) ID() string { return g.id }

// ChatID is the id WeCom's API uses; empty for ordinary groups.
func (g *Group) ChatID() string { return g.chatID }

// Ordinary says whether it is an ordinary WeChat group.
func (g *Group) Ordinary() bool { return g.corp == nil }

// OpenGID is the group's id in one Mini Program; it never changes.
func (g *Group) OpenGID(mpAppID string) string {
	g.sim.mu.Lock()
	defer g.sim.mu.Unlock()
	return g.sim.openGID(mpAppID, g)
}

// openGID also makes the group findable by it; mu is held.
func (s *Sim) openGID(appID string, g *Group) string {
	id := s.mint("tG", base64url, 26, "opengid", appID, g.id)
	s.byOpenGID[id] = g
	return id
}

// Name is the group's present name.
func (g *Group) Name() string {
	g.sim.mu.Lock()
	defer g.sim.mu.Unlock()
	return g.name
}

// Members are the people in the group in order of joining; a customer group's
// owner is staff and not among them.
func (g *Group) Members() []*Person {
	g.sim.mu.Lock()
	defer g.sim.mu.Unlock()
	var people []*Person
	for _, m := range g.members {
		if m.person != nil {
			people = append(people, m.person)
		}
	}
	return people
}

// Has says whether somebody is in the group.
func (g *Group) Has(p *Person) bool {
	g.sim.mu.Lock()
	defer g.sim.mu.Unlock()
	return g.find(p) != nil
}

// Posts are the broadcasts and cards that reached the group, oldest first.
func (g *Group) Posts() []Post {
	g.sim.mu.Lock()
	defer g.sim.mu.Unlock()
	return slices.Clone(g.posts)
}

// PostCard posts by hand, as an ordinary group's owner (or any member) does.
// The time is the simulator's.
func (g *Group) PostCard(by *Person, post Post) error {
	g.sim.mu.Lock()
	defer g.sim.mu.Unlock()
	if g.dismissed {
		return ErrDismissed
	}
	if g.find(by) == nil {
		return fmt.Errorf("post card: %w", ErrNotMember)
	}
	post.At, post.By = g.sim.now(), by.id
	g.posts = append(g.posts, post)
	return nil
}

// find looks up a member; mu is held.
func (g *Group) find(p *Person) *groupMember {
	for _, m := range g.members {
		if m.person != nil && m.person == p {
			return m
		}
	}
	return nil
}

func (g *Group) chatType() int {
	if g.corp == nil {
		return 3
	}
	return 4
}

// memberVersion is what groupchat/get and the pushes tell of a member list.
func (g *Group) memberVersion(version int64) string {
	return g.sim.mintHex("members", g.id, strconv.FormatInt(version, 10))
}
