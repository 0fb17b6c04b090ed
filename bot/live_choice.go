package bot

import (
	"cmp"
	"slices"

	"siyu/models"
)

// Room is a group in the pool of a live code, as the choice sees it.
type Room struct {
	models.LiveRoom
	Group models.Group
	URL   string // what its QR code says for this entry; empty: there is no way in
	Heads int    // people known to be in it
	Held  int    // places kept for people who were shown it since they were counted
}

// RoomState says whether a group can be shown, and if not, why.
type RoomState string

// The states of a room.
const (
	RoomOpen    RoomState = "open"
	RoomFull    RoomState = "full"
	RoomExpired RoomState = "expired" // its QR code has ended, or will before somebody could use it
	RoomClosed  RoomState = "closed"  // there is no way in
	RoomPaused  RoomState = "paused"
)

// Limit is how many people may be in the group before it is shown no more.
func (r Room) Limit(margin int, o EntryOptions) int {
	most := o.JoinLimit
	if r.Group.Capacity > 0 {
		most = min(most, r.Group.Capacity)
	}
	return most - margin
}

// Left is how many more people can be shown the group; not below zero.
func (r Room) Left(margin int, o EntryOptions) int { return max(0, r.Limit(margin, o)-r.Heads-r.Held) }

// State says whether the group can be shown now.
func (r Room) State(margin int, now models.Millis, o EntryOptions) RoomState {
	ends := r.Group.InviteExpiresAt
	switch {
	case r.Paused:
		return RoomPaused
	case r.URL == "":
		return RoomClosed
	case ends != 0 && now.Add(o.ShowUntil) >= ends && r.URL == r.Group.InviteURL:
		return RoomExpired
	case r.Left(margin, o) == 0 && !r.Rolls:
		return RoomFull
	}
	return RoomOpen
}

// Seeker is somebody a group is chosen for.
type Seeker struct {
	Pick string         // the city or tag she wants; empty: any
	Had  models.GroupID // the group she was shown before
}

// Choose finds the group to show somebody: the one she was shown before while that is possible, else the rule's. The
// places held for herself must not be among those of the rooms. It reports false if every group is full, expired, paused
// or closed.
func Choose(l models.LiveCode, rooms []Room, who Seeker, now models.Millis, o EntryOptions) (Room, bool) {
	if l.Paused || l.RetiredAt != 0 {
		return Room{}, false
	}
	var open []Room
	for _, r := range rooms {
		if r.State(l.Margin, now, o) == RoomOpen {
			open = append(open, r)
		}
	}
	for _, r := range open {
		if r.GroupID == who.Had && suits(l.Rule, rooms, r, who.Pick) {
			return r, true
		}
	}
	open = wanted(l.Rule, rooms, open, who.Pick)
	if len(open) == 0 {
		return Room{}, false
	}
	return slices.MinFunc(open, func(a, b Room) int {
		if l.Rule == models.LiveLeast {
			if c := cmp.Compare(b.Left(l.Margin, o), a.Left(l.Margin, o)); c != 0 {
				return c
			}
		}
		// A group that opens the next one by itself is the last resort: it has room for ever.
		aRolls, bRolls := a.Left(l.Margin, o) == 0, b.Left(l.Margin, o) == 0
		if aRolls != bRolls {
			if aRolls {
				return 1
			}
			return -1
		}
		return cmp.Or(cmp.Compare(a.Place, b.Place), cmp.Compare(a.GroupID, b.GroupID))
	}), true
}

// wanted leaves the open groups of a city or tag. Groups that have none are for everybody else: for who wants none of
// those the pool has, and for who wants one whose groups are all taken.
func wanted(rule models.LiveRule, rooms, open []Room, pick string) []Room {
	key := keyOf(rule)
	if key == nil || pick == "" {
		return open
	}
	if of := only(open, func(r Room) bool { return key(r) == pick }); len(of) > 0 {
		return of
	}
	known := slices.ContainsFunc(rooms, func(r Room) bool { return key(r) == pick })
	common := only(open, func(r Room) bool { return key(r) == "" })
	if known || len(common) > 0 {
		return common
	}
	return open // nobody has a group for it: any is better than none
}

// suits reports whether a group may be what somebody gets who wants a city or tag; another one she must have chosen since.
func suits(rule models.LiveRule, rooms []Room, r Room, pick string) bool {
	key := keyOf(rule)
	if key == nil || pick == "" || key(r) == pick || key(r) == "" {
		return true
	}
	return !slices.ContainsFunc(rooms, func(r Room) bool { return key(r) == pick })
}

// keyOf is what a rule sorts groups by; nil if it sorts them by nothing.
func keyOf(rule models.LiveRule) func(Room) string {
	switch rule {
	case models.LiveByCity:
		return func(r Room) string { return r.City }
	case models.LiveByTag:
		return func(r Room) string { return r.Tag }
	case models.LiveInOrder, models.LiveLeast:
	}
	return nil
}

// Picks lists what can be asked of a live code, in the order of its pool.
func Picks(rule models.LiveRule, rooms []Room) []string {
	key := keyOf(rule)
	all := []string{}
	for _, r := range rooms {
		if key != nil && key(r) != "" && !slices.Contains(all, key(r)) {
			all = append(all, key(r))
		}
	}
	return all
}

func only(rooms []Room, keep func(Room) bool) []Room {
	var kept []Room
	for _, r := range rooms {
		if keep(r) {
			kept = append(kept, r)
		}
	}
	return kept
}
