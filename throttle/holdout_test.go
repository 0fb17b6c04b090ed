package throttle_test

import (
	"testing"
	"time"

	"siyu/internal/testkit"
	"siyu/models"
	"siyu/throttle"
)

// TestHoldout: some groups get nothing for a season and some half as many, and each is told the true next time, through the
// seasons in which that changes.
func TestHoldout(t *testing.T) {
	t.Parallel()
	testkit.Each(t, func(t *testing.T, s *models.Store, clock *models.ManualClock) {
		rules := models.Rules{GroupCap: 2, GroupWindow: 2 * day, MinGap: 8 * hour, HoldFor: hour, MinHold: 30 * minute,
			Holdout: &models.Holdout{Percent: 25, HalfPercent: 25, SeasonDays: 7}}
		w := newWorld(t, s, 1, &rules)
		const groups = 40
		var all []models.Group
		w.tx(func(sc *models.Scope) error {
			for i := range groups {
				g := models.Group{Name: "g", Kind: models.OrdinaryGroup, Zone: "America/Vancouver"}
				if err := sc.InsertGroup(&g); err != nil {
					return err
				}
				all = append(all, g)
				for j := range i % 3 {
					e := models.Placement{Idem: g.ID.String() + "/" + string(rune('a'+j)), Code: g.ID.String() + string(rune('a'+j)), GroupID: g.ID, OfferID: 1, BrandID: 7}
					if _, err := sc.AddPlacement(&e); err != nil {
						return err
					}
					sent := e
					sent.State, sent.SentAt = models.PlacementConfirmed, sc.Now.Add(-time.Duration(1+9*j)*time.Hour)
					if _, err := sc.MovePlacement(e, sent); err != nil {
						return err
					}
				}
			}
			return nil
		})
		start := clock.Now()
		why := map[throttle.Reason]int{}
		ask := func(g models.Group, at int64) throttle.Verdict {
			clock.Set(time.UnixMilli(at))
			v, err := w.ledger.NextFree(s.Read(t.Context()).In(w.community), g.ID)
			if err != nil {
				t.Fatal(err)
			}
			return v
		}
		for _, g := range all {
			for at := start.UnixMilli(); at < start.UnixMilli()+30*day; {
				v := ask(g, at)
				if v.Allow {
					at += 31 * hour
					continue
				}
				why[v.Deciding]++
				if v.Next == throttle.Never || v.Next <= at {
					t.Fatalf("group %s at %d: %+v", g.ID, at, v)
				}
				if early := ask(g, v.Next-1000); v.Next-1000 > at && early.Allow {
					t.Errorf("group %s is free a second before %d", g.ID, v.Next)
				}
				if late := ask(g, v.Next+1); !late.Allow {
					t.Errorf("group %s was told %d and is held then: %+v", g.ID, v.Next, late)
				}
				at = v.Next + 1
			}
		}
		if why[throttle.HeldOut] < 10 || why[throttle.GroupCap] == 0 || why[throttle.MinGap] == 0 {
			t.Errorf("only %v", why)
		}
	})
}

// TestHalfAsMany: over a season, a group of the half arm gets half of what its rules allow.
func TestHalfAsMany(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		rules models.Rules
		full  int
		half  int
	}{
		{models.Rules{GroupCap: 2, GroupWindow: 2 * day}, 28, 14},
		{models.Rules{GroupCap: 3, GroupWindow: 7 * day}, 12, 6},
		{models.Rules{MinGap: 2 * day}, 14, 7},
		{models.Rules{Caps: []models.Cap{{Scope: models.CapGroup, K: 1, Per: models.PerDay}}}, 29, 14},
	} {
		for _, holdout := range []*models.Holdout{nil, {HalfPercent: 50, SeasonDays: 366}} {
			rules := c.rules
			rules.Holdout, rules.OfferSpacing = holdout, 1
			ledger, err := throttle.NewLedger(throttle.Options{})
			if err != nil {
				t.Fatal(err)
			}
			group := models.Group{ID: 1, Zone: "America/Vancouver"}
			got := map[int]bool{}
			for id := range 6 { // of six groups some are in the half arm
				group.ID = models.GroupID(id + 1)
				terms, err := ledger.Terms(group.Zone, rules)
				if err != nil {
					t.Fatal(err)
				}
				n := 0
				from := int64(1_777_921_200_000)
				in := terms.For(7, group.ID, from)
				in.End, in.Brand, in.Offer, in.Hold = throttle.Never, 1, 1, 0
				for at := from; at < from+28*day; {
					v := throttle.Decide(in, at)
					if v.Allow {
						n++
						in.Live = append(in.Live, throttle.Entry{Interval: throttle.Interval{S: at, E: at}, Brand: 1, Offer: 1})
						at++
						continue
					}
					at = v.Next
				}
				got[n] = true
			}
			want := map[int]bool{c.full: true}
			if holdout != nil {
				want[c.half] = true
			}
			for n := range got {
				if !want[n] {
					t.Errorf("%+v, holdout %v: %d posts in 28 days, want %v", c.rules, holdout, n, want)
				}
			}
			if len(got) != len(want) {
				t.Errorf("%+v, holdout %v: only %v", c.rules, holdout, got)
			}
		}
	}
}
