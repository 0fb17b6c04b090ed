package bot

import (
	"context"

	"siyu/models"
)

// InviteState says what the page of an entry has to offer.
type InviteState string

// The states of an invitation.
const (
	InviteOpen   InviteState = "open"
	InviteFull   InviteState = "full"   // there is no room now
	InviteClosed InviteState = "closed" // there is no way in now
	InviteEnded  InviteState = "ended"  // the entry or its live code is retired
)

// Invitation is what the page of an entry shows.
type Invitation struct {
	State     InviteState
	Community string
	Group     string   // its name, or the live code's while no group is chosen
	JoinURL   string   // what the group's QR code says; empty unless the state is open
	FollowURL string   // what the Official Account's QR code says, for who must come back later
	Link      string   // into the Mini Program; empty: none
	Picks     []string // cities or tags she can choose among
}

// Invite finds what the page of an entry shows a visitor, and keeps her place in the group it shows.
func (b *Bot) Invite(ctx context.Context, code string, v Visitor) (Invitation, error) {
	var i Invitation
	tx := b.store.Read(ctx)
	e, err := tx.EntryByCode(code)
	if models.IsKind(err, models.NotFound) {
		return i, models.Errorf(models.NotFound, "entry_not_found", "no such entry")
	}
	if err != nil {
		return i, err
	}
	c, err := tx.ReadCommunity(e.CommunityID)
	if err != nil {
		return i, err
	}
	i, err = b.lead(ctx, e, v)
	if err != nil {
		return i, err
	}
	i.Community = c.Name
	if e.RetiredAt != 0 {
		return Invitation{State: InviteEnded, Community: i.Community, Group: i.Group}, nil
	}
	if e.QRExpiresAt == 0 || e.QRExpiresAt > tx.Now {
		i.FollowURL = e.URL
	}
	i.Link, err = b.linkOf(tx.In(e.CommunityID), e)
	return i, err
}

// lead finds the group an entry leads a visitor to.
func (b *Bot) lead(ctx context.Context, e models.Entry, v Visitor) (Invitation, error) {
	sc := b.store.Read(ctx).In(e.CommunityID)
	if e.LiveID == 0 {
		return b.leadToGroup(sc, e)
	}
	l, err := sc.LiveCode(e.LiveID)
	if err != nil {
		return Invitation{}, err
	}
	if e.RetiredAt != 0 {
		v = Visitor{}
	}
	room, rooms, ok, err := b.seat(ctx, e, l, v)
	if err != nil {
		return Invitation{}, err
	}
	i := Invitation{State: InviteFull, Group: l.Name}
	if e.Pick == "" {
		i.Picks = Picks(l.Rule, rooms)
	}
	switch {
	case ok:
		i.State, i.Group, i.JoinURL = InviteOpen, room.Group.Name, room.URL
	case l.RetiredAt != 0:
		i.State = InviteEnded
	case l.Paused || len(only(rooms, func(r Room) bool { return r.State(l.Margin, sc.Now, b.entries) == RoomFull })) == 0:
		i.State = InviteClosed
	}
	if !ok && v.ID != "" && l.RetiredAt == 0 && !l.Paused {
		return i, b.alarm(ctx, l)
	}
	return i, nil
}

// leadToGroup leads to one group, which is shown while it has room and its QR code works. A join way always has room: when
// the group is full it leads to the next one.
func (b *Bot) leadToGroup(sc *models.Scope, e models.Entry) (Invitation, error) {
	g, err := sc.Group(e.GroupID)
	if err != nil {
		return Invitation{}, err
	}
	i := Invitation{State: InviteOpen, Group: g.Name}
	url := firstOf(e.JoinURL, g.InviteURL)
	ends := g.InviteExpiresAt
	taken, err := heads(sc, g)
	if err != nil {
		return i, err
	}
	switch {
	case e.JoinURL == "" && taken >= (Room{Group: g}).Limit(0, b.entries):
		i.State = InviteFull
	case url == "", e.JoinURL == "" && ends != 0 && sc.Now.Add(b.entries.ShowUntil) >= ends:
		i.State = InviteClosed
	default:
		i.JoinURL = url
	}
	return i, nil
}

// RetireEntry ends an entry: its page says so, its join ways are taken away, and its permanent QR code rests before it may
// mean another entry.
func (b *Bot) RetireEntry(ctx context.Context, community models.CommunityID, id models.EntryID, by models.AccountID) (models.Entry, error) {
	var e models.Entry
	err := b.store.Tx(ctx, func(tx *models.Tx) error {
		sc := tx.In(community)
		var err error
		if e, err = entryOf(sc, id); err != nil {
			return err
		}
		first, err := sc.RetireEntry(id)
		if err != nil || !first {
			return err
		}
		e.RetiredAt = sc.Now
		if e.SlotID != 0 {
			if err := sc.RestSlot(e.SlotID, id, sc.Now.Add(b.entries.SlotRest)); err != nil {
				return err
			}
		}
		if err := enqueueWays(sc, id); err != nil {
			return err
		}
		return sc.AddAudit(by, "entry.retire", "entry:"+id.String(), "")
	})
	return e, err
}
