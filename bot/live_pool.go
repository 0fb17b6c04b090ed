package bot

import (
	"context"

	"siyu/models"
)

// liveGroups are the groups in the pool of a live code.
func (b *Bot) liveGroups(sc *models.Scope, id models.LiveID) ([]models.Group, error) {
	if _, err := sc.LiveCode(id); err != nil {
		return nil, err
	}
	pool, err := sc.LiveRooms(id)
	if err != nil || len(pool) == 0 {
		return nil, err
	}
	ids := make([]models.GroupID, len(pool))
	for i, r := range pool {
		ids[i] = r.GroupID
	}
	return sc.GroupsByID(ids)
}

// AddLiveCode makes a live code with an empty pool. A negative margin is the default one.
func (b *Bot) AddLiveCode(ctx context.Context, community models.CommunityID, l models.LiveCode, by models.AccountID) (models.LiveCode, error) {
	if l.Margin < 0 {
		l.Margin = b.entries.Margin
	}
	err := b.store.Tx(ctx, func(tx *models.Tx) error {
		sc := tx.In(community)
		if err := sc.InsertLiveCode(&l); err != nil {
			return err
		}
		return sc.AddAudit(by, "live.add", "live:"+l.ID.String(), "")
	})
	return l, err
}

// ChangeLiveCode changes a live code that works still.
func (b *Bot) ChangeLiveCode(ctx context.Context, community models.CommunityID, id models.LiveID, by models.AccountID, change func(*models.LiveCode)) error {
	return b.store.Tx(ctx, func(tx *models.Tx) error {
		sc := tx.In(community)
		l, err := workingLive(sc, id)
		if err != nil {
			return err
		}
		change(&l)
		if err := sc.SetLiveCode(l); err != nil {
			return err
		}
		return sc.AddAudit(by, "live.change", "live:"+id.String(), "")
	})
}

func workingLive(sc *models.Scope, id models.LiveID) (models.LiveCode, error) {
	l, err := sc.LiveCode(id)
	if err == nil && l.RetiredAt != 0 {
		err = models.Errorf(models.Conflict, "live_retired", "the live code is retired")
	}
	return l, err
}

// RetireLiveCode ends a live code: the pages of its entries say so.
func (b *Bot) RetireLiveCode(ctx context.Context, community models.CommunityID, id models.LiveID, by models.AccountID) error {
	return b.store.Tx(ctx, func(tx *models.Tx) error {
		sc := tx.In(community)
		if _, err := sc.LiveCode(id); err != nil {
			return err
		}
		first, err := sc.RetireLiveCode(id)
		if err != nil || !first {
			return err
		}
		return sc.AddAudit(by, "live.retire", "live:"+id.String(), "")
	})
}

// AddLiveRoom puts a group into the pool of a live code. Entries get their ways into a WeCom group soon after.
func (b *Bot) AddLiveRoom(ctx context.Context, community models.CommunityID, r models.LiveRoom, by models.AccountID) error {
	return b.store.Tx(ctx, func(tx *models.Tx) error {
		sc := tx.In(community)
		if _, err := workingLive(sc, r.LiveID); err != nil {
			return err
		}
		g, err := groupOf(sc, r.GroupID)
		if err != nil {
			return err
		}
		r.Rolls = r.Rolls && g.Kind == models.WeComGroup
		if err := sc.AddLiveRoom(&r); err != nil {
			return err
		}
		if err := mendAll(sc, r.LiveID); err != nil {
			return err
		}
		return sc.AddAudit(by, "live.room.add", "live:"+r.LiveID.String(), "group:"+r.GroupID.String())
	})
}

// mendAll has the ways of every entry of a live code looked after.
func mendAll(sc *models.Scope, id models.LiveID) error {
	entries, err := sc.EntriesOfLive(id)
	if err != nil {
		return err
	}
	for _, e := range entries {
		if err := enqueueWays(sc, e.ID); err != nil {
			return err
		}
	}
	return nil
}

// ChangeLiveRoom changes what a pool says of one of its groups.
func (b *Bot) ChangeLiveRoom(ctx context.Context, community models.CommunityID, id models.LiveID, group models.GroupID, by models.AccountID, change func(*models.LiveRoom)) error {
	return b.store.Tx(ctx, func(tx *models.Tx) error {
		sc := tx.In(community)
		if _, err := workingLive(sc, id); err != nil {
			return err
		}
		pool, err := sc.LiveRooms(id)
		if err != nil {
			return err
		}
		for _, r := range pool {
			if r.GroupID != group {
				continue
			}
			g, err := groupOf(sc, group)
			if err != nil {
				return err
			}
			change(&r)
			r.Rolls = r.Rolls && g.Kind == models.WeComGroup
			if err := sc.SetLiveRoom(r); err != nil {
				return err
			}
			return sc.AddAudit(by, "live.room.change", "live:"+id.String(), "group:"+group.String())
		}
		return models.Errorf(models.NotFound, "group_not_found", "the group is not in the pool")
	})
}

// DropLiveRoom takes a group out of the pool of a live code.
func (b *Bot) DropLiveRoom(ctx context.Context, community models.CommunityID, id models.LiveID, group models.GroupID, by models.AccountID) error {
	return b.store.Tx(ctx, func(tx *models.Tx) error {
		sc := tx.In(community)
		was, err := sc.DeleteLiveRoom(id, group)
		if err != nil || !was {
			return err
		}
		if err := mendAll(sc, id); err != nil {
			return err
		}
		return sc.AddAudit(by, "live.room.drop", "live:"+id.String(), "group:"+group.String())
	})
}

// GroupWay is what an organiser says of an ordinary group's way in and of the people in it. Nil is left as it is.
type GroupWay struct {
	URL       *string       // what its QR code says
	ExpiresAt models.Millis // zero: a whole life from now; that of a QR code we have already stays
	Headcount *int
	Capacity  *int
}

// SetGroupWay stores an ordinary group's new way in and its head count.
func (b *Bot) SetGroupWay(ctx context.Context, community models.CommunityID, id models.GroupID, w GroupWay, by models.AccountID) (models.Group, error) {
	var g models.Group
	err := b.store.Tx(ctx, func(tx *models.Tx) error {
		sc := tx.In(community)
		var err error
		if g, err = groupOf(sc, id); err != nil {
			return err
		}
		if g.Kind != models.OrdinaryGroup {
			return models.Errorf(models.Invalid, "group_not_ordinary", "WeCom tells this group's way in and its head count by itself")
		}
		if w.URL != nil {
			url, err := InviteLink(*w.URL)
			if err != nil {
				return err
			}
			ends := b.inviteEnds(g, url, w.ExpiresAt, sc.Now)
			if ends <= sc.Now {
				return models.Errorf(models.Invalid, "invite_ended", "this QR code has ended").With("field", "ends_at")
			}
			if _, err := sc.SetGroupWay(id, url, ends); err != nil {
				return err
			}
		}
		if w.Headcount != nil || w.Capacity != nil {
			if err := setHeads(sc, g, w); err != nil {
				return err
			}
		}
		if g, err = sc.Group(id); err != nil {
			return err
		}
		return sc.AddAudit(by, "group.way", "group:"+id.String(), "")
	})
	return g, err
}

// inviteEnds is when a way in ends: when the organiser says, at the latest a whole life from now. WeChat draws another QR code
// each time: the same one that is sent once more is not younger for it.
func (b *Bot) inviteEnds(g models.Group, url string, said, now models.Millis) models.Millis {
	ends := now.Add(b.entries.InviteLife)
	switch {
	case said != 0:
		return min(ends, said)
	case url == g.InviteURL && g.InviteExpiresAt != 0:
		return min(ends, g.InviteExpiresAt)
	}
	return ends
}

func setHeads(sc *models.Scope, g models.Group, w GroupWay) error {
	heads, capacity := g.Headcount, g.Capacity
	if w.Headcount != nil {
		heads = *w.Headcount
	}
	if w.Capacity != nil {
		capacity = *w.Capacity
	}
	if w.Headcount == nil {
		return sc.SetCapacity(g.ID, capacity)
	}
	_, err := sc.SetHeadcount(g.ID, heads, capacity)
	return err
}
