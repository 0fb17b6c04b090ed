package desk_test

import (
	"context"
	"testing"
	"time"

	"siyu/internal/testkit"
	"siyu/models"
	"siyu/throttle"
	"siyu/throttle/desk"
)

// TestDecide: "2 of 2 in 7 days; frees in five days", whose rule that is, and how much room the others leave.
func TestDecide(t *testing.T) {
	t.Parallel()
	testkit.Each(t, func(t *testing.T, s *models.Store, clock *models.ManualClock) {
		h := newHouse(t, s, clock, 2, models.Rules{GroupCap: 2, GroupWindow: 7 * day, MinGap: day, QuietStart: 22 * 60, QuietEnd: 8 * 60,
			Caps: []models.Cap{{Scope: models.CapGroup, K: 9, Per: models.PerMonth}}})
		h.at(0, func(sc *models.Scope) error {
			_, err := sc.AddPolicy(h.groups[1].ID, models.Rules{BrandCap: 1, BrandWindow: 14 * day}, 0)
			return err
		})
		for _, g := range []int{0, 1} {
			h.posted(g, 0, 6*dayTime, models.PlacementConfirmed)
		}
		h.posted(0, 1, 2*dayTime, models.PlacementConfirmed)
		ask := func(group, offer int) desk.Decision {
			var id models.OfferID
			if offer >= 0 {
				id = h.offers[offer].ID
			}
			d, err := h.desk.Decide(context.Background(), h.community, h.groups[group].ID, id)
			must(t, err)
			return d
		}
		room := func(d desk.Decision, why throttle.Reason, unit throttle.Unit) desk.Room {
			for _, r := range d.Rooms {
				if r.Code == why && r.Calendar.Unit == unit {
					return r
				}
			}
			t.Fatalf("no %s in %+v", why, d.Rooms)
			return desk.Room{}
		}
		now := int64(h.now)
		full := ask(0, -1)
		if full.Allow || full.Deciding != throttle.GroupCap || full.Next != now+day {
			t.Errorf("%+v", full.Verdict)
		}
		if r := room(full, throttle.GroupCap, 0); r.Used != 2 || r.Most != 2 || r.Until != now+day || r.Frees != now+day || r.Level != desk.OfCommunity {
			t.Errorf("%+v", r)
		}
		if r := room(full, throttle.MinGap, 0); r.Used != 0 || r.Until != now || r.Frees != 0 {
			t.Errorf("%+v", r)
		}
		if r := room(full, throttle.GroupCap, throttle.Month); r.Used != 1 || r.Most != 9 || r.Until != now { // the other was in April
			t.Errorf("%+v", r)
		}
		if free := ask(1, 1); !free.Allow || len(free.Closed) != 0 || free.E <= free.S {
			t.Errorf("another brand: %+v", free)
		}
		held := ask(1, 2)
		if r := room(held, throttle.BrandCap, 0); held.Allow || r.Level != desk.OfGroup || r.Used != 1 || r.Most != 1 || r.Until != now+8*day {
			t.Errorf("the same brand: %+v, %+v", held.Verdict, r)
		}
		h.at(0, func(sc *models.Scope) error { return sc.PauseGroup(h.groups[0].ID, models.Pause{Paused: true}) })
		if paused := ask(0, -1); len(paused.Closed) != 1 || paused.Closed[0] != (throttle.Gate{Until: throttle.Never, Code: throttle.Paused}) {
			t.Errorf("%+v", paused.Closed)
		}
		if _, err := h.desk.Decide(context.Background(), h.community, 7, 0); models.CodeOf(err) != "group_not_found" {
			t.Error(err)
		}
	})
}

// TestCalendar: a week of free and closed stretches, without gaps, each true at its ends.
func TestCalendar(t *testing.T) {
	t.Parallel()
	testkit.Each(t, func(t *testing.T, s *models.Store, clock *models.ManualClock) {
		h := newHouse(t, s, clock, 3, models.Rules{GroupCap: 1, GroupWindow: 3 * day, QuietStart: 22 * 60, QuietEnd: 8 * 60, MinHold: hour})
		h.posted(1, 0, dayTime, models.PlacementConfirmed)
		look := func(l desk.Look) desk.Calendars {
			all, err := h.desk.Calendar(context.Background(), h.community, l)
			must(t, err)
			return all
		}
		all := look(desk.Look{})
		if all.Total != 3 || len(all.Groups) != 3 || all.Next != 0 || all.To-all.From != 7*day {
			t.Fatalf("%+v", all)
		}
		sc := s.Read(t.Context()).In(h.community)
		for _, g := range all.Groups {
			at := all.From
			for _, x := range g.Stretches {
				if x.S != at || x.E <= x.S || x.Free != (x.Reasons == 0) {
					t.Fatalf("%s: %+v after %d", g.Group.Name, x, at)
				}
				at = x.E
				clock.Set(models.Millis(x.S).Time())
				if v, err := h.ledger.NextFree(s.Read(t.Context()).In(h.community), g.Group.ID); err != nil || v.Allow != x.Free {
					t.Errorf("%s at %s: %+v, %v", g.Group.Name, clock.Now(), v, err)
				}
			}
			clock.Set(h.now.Time())
			if at != all.To {
				t.Errorf("%s ends at %d", g.Group.Name, at)
			}
		}
		// Monday noon: free until 21:00, then too little time is left, then it is night; group 1 is full until Wednesday noon.
		if f := all.Groups[0].Stretches; len(f) != 22 || !f[0].Free || f[0].E-f[0].S != 9*hour+1 || f[1].Deciding != throttle.WindowShort || f[2].Deciding != throttle.QuietHours {
			t.Errorf("%d stretches: %+v", len(f), f[:3])
		}
		if g := all.Groups[1]; g.FirstFree != int64(sc.Now)+2*day || g.Stretches[0].Deciding != throttle.GroupCap {
			t.Errorf("%d %+v", g.FirstFree, g.Stretches[0])
		}
		start := h.now.Add(3 * 24 * time.Hour)
		draft := look(desk.Look{Draft: &models.Offer{BrandID: h.brands[0].ID, StartsAt: start, EndsAt: start.Add(24 * time.Hour)}, Days: 28, Limit: 1})
		if len(draft.Groups) != 1 || draft.Next != h.groups[0].ID || draft.Groups[0].FirstFree != int64(start) ||
			draft.Groups[0].Stretches[0].Deciding != throttle.NotStarted {
			t.Errorf("%+v", draft)
		}
		if rest := look(desk.Look{After: draft.Next}); len(rest.Groups) != 2 || rest.Next != 0 {
			t.Errorf("%+v", rest)
		}
	})
}
