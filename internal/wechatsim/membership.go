package wechatsim

import (
	"context"
	"fmt"
	"slices"
)

// Join brings somebody into the group. A customer group pushes
// change_external_chat / update / add_member without naming the member, as the
// platform does; an ordinary group pushes nothing. A push that was not
// accepted is an error, but the person is in.
func (g *Group) Join(ctx context.Context, p *Person, via JoinVia) error {
	s := g.sim
	if via.Scene == 0 {
		via.Scene = 1
	}
	s.mu.Lock()
	b, err := g.admit(p, via)
	s.mu.Unlock()
	if err != nil {
		return fmt.Errorf("join: %w", err)
	}
	return s.tell(ctx, g.corp, b)
}

// admit adds a member and makes the push; mu is held.
func (g *Group) admit(p *Person, via JoinVia) (body, error) {
	switch {
	case g.dismissed:
		return nil, ErrDismissed
	case g.find(p) != nil:
		return nil, ErrAlreadyMember
	case len(g.members) >= g.capacity:
		return nil, ErrGroupFull
	}
	g.members = append(g.members, &groupMember{person: p, joined: g.sim.now(), via: via})
	g.greet(p)
	scene := int64(0) // invited
	if via.Scene == 3 {
		scene = 3
	}
	return g.changed("add_member", p, field{"JoinScene", scene}), nil
}

// Fill brings people into the group without a push, as if they had been there
// before it was connected, and returns how many had room.
func (g *Group) Fill(people []*Person, via JoinVia) int {
	g.sim.mu.Lock()
	defer g.sim.mu.Unlock()
	if via.Scene == 0 {
		via.Scene = 1
	}
	n := min(len(people), max(0, g.capacity-len(g.members)))
	rows := make([]groupMember, n) // one piece of memory for all of them
	for i, p := range people[:n] {
		rows[i] = groupMember{person: p, joined: g.sim.now(), via: via}
		g.members = append(g.members, &rows[i])
	}
	g.version++
	return n
}

// Leave is somebody going by themselves.
func (g *Group) Leave(ctx context.Context, p *Person) error { return g.part(ctx, p, 0) }

// Remove is somebody being removed by the owner.
func (g *Group) Remove(ctx context.Context, p *Person) error { return g.part(ctx, p, 1) }

func (g *Group) part(ctx context.Context, p *Person, quitScene int64) error {
	s := g.sim
	s.mu.Lock()
	i := slices.IndexFunc(g.members, func(m *groupMember) bool { return m.person == p && p != nil })
	if i < 0 || g.dismissed {
		s.mu.Unlock()
		return fmt.Errorf("leave: %w", ErrNotMember)
	}
	g.members = slices.Delete(g.members, i, i+1)
	b := g.changed("del_member", p, field{"QuitScene", quitScene})
	s.mu.Unlock()
	return s.tell(ctx, g.corp, b)
}

// Rename gives the group another name.
func (g *Group) Rename(ctx context.Context, name string) error {
	s := g.sim
	s.mu.Lock()
	g.name = name
	b := append(g.event("update"), field{"UpdateDetail", "change_name"})
	s.mu.Unlock()
	return s.tell(ctx, g.corp, b)
}

// Dismiss ends the group.
func (g *Group) Dismiss(ctx context.Context) error {
	s := g.sim
	s.mu.Lock()
	g.dismissed = true
	b := g.event("dismiss")
	s.mu.Unlock()
	return s.tell(ctx, g.corp, b)
}

// tell pushes a corporation's event; ordinary groups have nobody to tell.
func (s *Sim) tell(ctx context.Context, acc *account, b body) error {
	if acc == nil || b == nil {
		return nil
	}
	_, err := s.deliver(ctx, acc, "", b)
	return err
}

// event is a change_external_chat push; nil for ordinary groups. mu is held.
func (g *Group) event(change string) body {
	if g.corp == nil {
		return nil
	}
	return append(sysEvent(g.corp, g.sim, "change_external_chat"),
		field{"ChatId", g.chatID}, field{"ChangeType", change})
}

// sysEvent begins every customer-contact push: the sender is always "sys".
func sysEvent(acc *account, s *Sim, event string) body {
	return body{
		{"ToUserName", acc.id},
		{"FromUserName", "sys"},
		{"CreateTime", s.now().Unix()},
		{"MsgType", "event"},
		{"Event", event},
	}
}

// changed counts a change of the member list and tells of it; mu is held.
func (g *Group) changed(detail string, p *Person, scene field) body {
	last := g.memberVersion(g.version)
	g.version++
	b := g.event("update")
	if b == nil {
		return nil
	}
	b = append(b, field{"UpdateDetail", detail}, scene, field{"MemChangeCnt", int64(1)})
	switch id := p.ExternalUserID(g.corp.id); g.sim.opts.MemberLists {
	case ItemMembers:
		b = append(b, field{"MemChangeList", body{{"Item", id}}})
	case FlatMembers:
		b = append(b, field{"MemChangeList", id})
	case NoMembers:
	}
	return append(b, field{"LastMemVer", last}, field{"CurMemVer", g.memberVersion(g.version)})
}
