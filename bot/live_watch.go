package bot

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"time"

	"siyu/internal/jobs"
	"siyu/models"
)

// The kinds of warnings about entries and live codes.
const (
	WarnExpiring = "invite_expiring" // a group's QR code ends within 48 hours, and once more within 24
	WarnExpired  = "invite_expired"
	WarnFilling  = "room_filling" // a group has few places left
	WarnFull     = "room_full"
	WarnLow      = "pool_low"   // one group is left
	WarnEmpty    = "pool_empty" // none is left: people are told to come back
	WarnSlots    = "slots_low"  // few permanent QR codes are left
	WarnRenewal  = "renewal_refused"
)

// RoomView is a group of a pool as its organiser sees it.
type RoomView struct {
	Room
	State    RoomState
	Limit    int
	Left     int
	Warnings []string
}

// LiveView is a live code as its organiser sees it.
type LiveView struct {
	models.LiveCode
	Rooms    []RoomView
	Open     int // groups that can be shown now
	Warnings []string
}

// LiveBoard shows up to limit live codes after one, or the one that is named.
func (b *Bot) LiveBoard(ctx context.Context, community models.CommunityID, only, after models.LiveID, limit int) ([]LiveView, error) {
	sc := b.store.Read(ctx).In(community)
	var codes []models.LiveCode
	var err error
	if only != 0 {
		var l models.LiveCode
		l, err = sc.LiveCode(only)
		codes = []models.LiveCode{l}
	} else {
		codes, err = sc.LiveCodes(after, limit)
	}
	if err != nil {
		return nil, err
	}
	views := make([]LiveView, len(codes))
	for i, l := range codes {
		rooms, err := b.rooms(sc, l, models.Entry{}, "", nil)
		if err != nil {
			return nil, err
		}
		if err := b.addWays(sc, l, rooms); err != nil {
			return nil, err
		}
		views[i] = look(l, rooms, sc.Now, b.entries)
	}
	return views, nil
}

// addWays gives a WeCom group without a way of its own the one of an entry, so that it is not taken for closed.
func (b *Bot) addWays(sc *models.Scope, l models.LiveCode, rooms []Room) error {
	entries, err := sc.EntriesOfLive(l.ID)
	if err != nil || len(entries) == 0 {
		return err
	}
	ways, err := waysOf(sc, entries[0].ID)
	for i := range rooms {
		rooms[i].URL = firstOf(rooms[i].URL, ways[rooms[i].GroupID])
	}
	return err
}

// look judges a live code and its pool.
func look(l models.LiveCode, rooms []Room, now models.Millis, o EntryOptions) LiveView {
	v := LiveView{LiveCode: l, Rooms: make([]RoomView, len(rooms)), Warnings: []string{}}
	for i, r := range rooms {
		rv := RoomView{Room: r, State: r.State(l.Margin, now, o), Limit: r.Limit(l.Margin, o), Left: r.Left(l.Margin, o)}
		rv.Warnings = warningsOf(rv, now, o)
		if rv.State == RoomOpen {
			v.Open++
		}
		v.Rooms[i] = rv
	}
	switch {
	case l.RetiredAt != 0 || l.Paused:
		v.Open = 0
	case v.Open == 0:
		v.Warnings = append(v.Warnings, WarnEmpty)
	case v.Open == 1 && !rolling(v.Rooms):
		v.Warnings = append(v.Warnings, WarnLow)
	}
	return v
}

// rolling reports whether an open group opens the next one by itself.
func rolling(rooms []RoomView) bool {
	for _, r := range rooms {
		if r.State == RoomOpen && r.Rolls {
			return true
		}
	}
	return false
}

// warningsOf is what an organiser should know of a group in a pool.
func warningsOf(r RoomView, now models.Millis, o EntryOptions) []string {
	all := []string{}
	if ends := r.Group.InviteExpiresAt; ends != 0 && r.URL == r.Group.InviteURL {
		switch {
		case now >= ends:
			all = append(all, WarnExpired)
		case ends.Sub(now) <= 48*time.Hour:
			all = append(all, WarnExpiring)
		}
	}
	taken := r.Heads + r.Held
	switch {
	case r.Rolls || r.Limit <= 0:
	case r.Left == 0:
		all = append(all, WarnFull)
	case taken*100 >= r.Limit*o.FullAt:
		all = append(all, WarnFilling)
	}
	return all
}

// WatchLive is the periodic job that warns of live codes that are about to lead nowhere.
type WatchLive struct{}

// Kind names the job.
func (WatchLive) Kind() string { return "live.watch" }

// CheckLive is the job that does so for one live code now.
type CheckLive struct {
	Community models.CommunityID `json:"community"`
	Live      models.LiveID      `json:"live"`
}

// Kind names the job.
func (CheckLive) Kind() string { return "live.check" }

const watchEvery = time.Hour

// alarm has a live code that showed somebody nothing looked at at once.
func (b *Bot) alarm(ctx context.Context, l models.LiveCode) error {
	ctx, cancel := context.WithTimeout(ctx, b.entries.VisitWithin)
	defer cancel()
	err := b.store.Tx(ctx, func(tx *models.Tx) error {
		_, err := jobs.EnqueueOnce(tx, CheckLive{Community: l.CommunityID, Live: l.ID}, tx.Now, "live:"+l.ID.String())
		return err
	})
	if err != nil { // the periodic one will see it; her page is not kept waiting
		b.log.WarnContext(ctx, "a live code that has no room is not looked at now", "error", err)
	}
	return nil
}

func (b *Bot) watchLive(ctx context.Context, _ WatchLive) error {
	tx := b.store.Read(ctx)
	all, err := tx.Communities()
	if err != nil {
		return err
	}
	var errs []error
	for _, c := range all {
		codes, err := tx.In(c.ID).LiveCodes(0, 0)
		errs = append(errs, err)
		for _, l := range codes {
			if l.RetiredAt == 0 {
				errs = append(errs, b.checkLive(ctx, CheckLive{Community: c.ID, Live: l.ID}))
			}
		}
		errs = append(errs, b.watchSlots(ctx, c.ID))
	}
	if err := errors.Join(errs...); err != nil {
		return err
	}
	return jobs.SnoozeFor(tx.Now, watchEvery, "watched")
}

// checkLive warns of one live code. A warning of a day or of an expiry is given once.
func (b *Bot) checkLive(ctx context.Context, a CheckLive) error {
	views, err := b.LiveBoard(ctx, a.Community, a.Live, 0, 1)
	if err != nil || len(views) == 0 || views[0].RetiredAt != 0 || views[0].Paused {
		return err
	}
	v := views[0]
	return b.store.Tx(ctx, func(tx *models.Tx) error {
		sc := tx.In(a.Community)
		today := sc.Now.Time().Format(time.DateOnly)
		for _, kind := range v.Warnings {
			if _, err := sc.AddWarning(kind, "live:"+v.ID.String(), today, map[string]any{"name": v.Name}); err != nil {
				return err
			}
		}
		for _, r := range v.Rooms {
			if r.Paused {
				continue
			}
			for _, kind := range r.Warnings {
				args := map[string]any{"name": r.Group.Name, "heads": r.Heads, "left": r.Left, "ends_at": r.Group.InviteExpiresAt}
				if _, err := sc.AddWarning(kind, "group:"+r.GroupID.String(), episode(kind, r, sc.Now), args); err != nil {
					return err
				}
			}
		}
		return nil
	})
}

// episode is what makes a warning about a group the same one: an end is warned of two days and one day before, a group that
// fills once a week.
func episode(kind string, r RoomView, now models.Millis) string {
	ends := r.Group.InviteExpiresAt
	switch kind {
	case WarnExpiring:
		hours := 48
		if ends.Sub(now) <= 24*time.Hour {
			hours = 24
		}
		return fmt.Sprintf("%d-%dh", int64(ends), hours)
	case WarnExpired:
		return strconv.FormatInt(int64(ends), 10)
	}
	year, week := now.Time().ISOWeek()
	return fmt.Sprintf("%d-W%02d", year, week)
}

// watchSlots warns when few permanent QR codes are left.
func (b *Bot) watchSlots(ctx context.Context, community models.CommunityID) error {
	u, err := b.Slots(ctx, community)
	if models.CodeOf(err) == "no_official_account" {
		return nil
	}
	if err != nil || u.Left*100 > int64(u.Limit)*int64(100-b.entries.FullAt) {
		return err
	}
	return b.store.Tx(ctx, func(tx *models.Tx) error {
		year, week := tx.Now.Time().ISOWeek()
		_, err := tx.In(community).AddWarning(WarnSlots, "slots", fmt.Sprintf("%d-W%02d", year, week), map[string]any{"left": u.Left})
		return err
	})
}
