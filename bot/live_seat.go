package bot

import (
	"context"
	"encoding/hex"

	"siyu/models"
)

// visitorKey is the name a visitor has in one place, such as the seats of one live code. Without the secret key nobody can
// tell that two of her names are one person.
func visitorKey(k *models.Keys, purpose, place, id string) string {
	return hex.EncodeToString(k.MAC(purpose, []byte(place+"\x00"+id))[:20])
}

// seatKey is a visitor's name among the seats of a live code; empty for nobody.
func seatKey(k *models.Keys, live models.LiveID, visitor string) string {
	if visitor == "" {
		return ""
	}
	return visitorKey(k, "live.seat", live.String(), visitor)
}

// seat chooses a group of a live code for a visitor and keeps her a place in it. For nobody, such as a program that fetches
// a preview, it only chooses.
func (b *Bot) seat(ctx context.Context, e models.Entry, l models.LiveCode, v Visitor) (Room, []Room, bool, error) {
	sc := b.store.Read(ctx).In(e.CommunityID)
	key := seatKey(sc.Keys(), l.ID, v.ID)
	who := Seeker{Pick: firstOf(e.Pick, v.Pick)}
	seat, err := seatOf(sc, l.ID, key)
	if err != nil {
		return Room{}, nil, false, err
	}
	who.Had = seat.GroupID
	rooms, err := b.rooms(sc, l, e, key, nil)
	if err != nil {
		return Room{}, nil, false, err
	}
	found, ok := Choose(l, rooms, who, sc.Now, b.entries)
	fresh := seat.GroupID == found.GroupID && seat.SeenAt > sc.Now.Add(-b.entries.SeatHold/4)
	if !ok || key == "" || fresh {
		return found, rooms, ok, nil
	}
	err = b.store.Tx(ctx, func(tx *models.Tx) error {
		sc := tx.In(e.CommunityID)
		ids := make([]models.GroupID, len(rooms))
		for i, r := range rooms {
			ids[i] = r.GroupID
		}
		locked, err := sc.LockGroups(ids)
		if err != nil {
			return err
		}
		if rooms, err = b.rooms(sc, l, e, key, locked); err != nil {
			return err
		}
		if found, ok = Choose(l, rooms, who, sc.Now, b.entries); !ok {
			return nil
		}
		return sc.PutLiveSeat(models.LiveSeat{LiveID: l.ID, Visitor: key, GroupID: found.GroupID})
	})
	return found, rooms, ok, err
}

func seatOf(sc *models.Scope, live models.LiveID, key string) (models.LiveSeat, error) {
	if key == "" {
		return models.LiveSeat{}, nil
	}
	s, err := sc.LiveSeatOf(live, key)
	if models.IsKind(err, models.NotFound) {
		return models.LiveSeat{}, nil
	}
	return s, err
}

// rooms reads the pool of a live code as a visitor of an entry sees it; the zero entry sees the ways that are everybody's.
// With locked groups it reads no others.
func (b *Bot) rooms(sc *models.Scope, l models.LiveCode, e models.Entry, but string, locked []models.Group) ([]Room, error) {
	pool, err := sc.LiveRooms(l.ID)
	if err != nil || len(pool) == 0 {
		return nil, err
	}
	if locked == nil {
		ids := make([]models.GroupID, len(pool))
		for i, r := range pool {
			ids[i] = r.GroupID
		}
		if locked, err = sc.GroupsByID(ids); err != nil {
			return nil, err
		}
	}
	groups := make(map[models.GroupID]models.Group, len(locked))
	for _, g := range locked {
		groups[g.ID] = g
	}
	ways, err := waysOf(sc, e.ID)
	if err != nil {
		return nil, err
	}
	var rooms []Room
	for _, p := range pool {
		g, ok := groups[p.GroupID]
		if !ok {
			continue
		}
		r := Room{LiveRoom: p, Group: g, URL: firstOf(ways[g.ID], g.InviteURL)}
		if r.Heads, err = heads(sc, g); err != nil {
			return nil, err
		}
		since := min(g.CountedAt, sc.Now.Add(-b.entries.SeatHold))
		if r.Held, err = sc.CountLiveSeats(g.ID, since, l.ID, but); err != nil {
			return nil, err
		}
		rooms = append(rooms, r)
	}
	return rooms, nil
}

// heads is how many people are known to be in a group. Nobody tells of an ordinary one; at least those we have seen are
// in it.
func heads(sc *models.Scope, g models.Group) (int, error) {
	if g.Kind != models.OrdinaryGroup {
		return g.Headcount, nil
	}
	seen, err := sc.CountPresent(g.ID)
	return max(g.Headcount, seen), err
}

func waysOf(sc *models.Scope, e models.EntryID) (map[models.GroupID]string, error) {
	if e == 0 {
		return nil, nil
	}
	all, err := sc.JoinWays(e)
	ways := make(map[models.GroupID]string, len(all))
	for _, w := range all {
		ways[w.GroupID] = w.URL
	}
	return ways, err
}

func firstOf(all ...string) string {
	for _, s := range all {
		if s != "" {
			return s
		}
	}
	return ""
}
