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

const dayTime = 24 * time.Hour

// TestTry is counted by hand.
func TestTry(t *testing.T) {
	t.Parallel()
	testkit.Each(t, func(t *testing.T, s *models.Store, clock *models.ManualClock) {
		rules := models.Rules{GroupCap: 2, GroupWindow: 7 * day, OfferSpacing: hour}
		h := newHouse(t, s, clock, 3, rules)
		for _, p := range []struct {
			group, offer int
			ago          time.Duration
			state        models.PlacementState
		}{
			{0, 0, 30 * dayTime, models.PlacementConfirmed}, // before the 28 days: counts, is not asked about
			{0, 1, 24 * dayTime, models.PlacementConfirmed}, // within 7 days of the first: held by one a week
			{0, 2, 20 * dayTime, models.PlacementConfirmed}, // the one before was held: allowed
			{0, 3, 15 * dayTime, models.PlacementConfirmed}, // held
			{0, 0, 13 * dayTime, models.PlacementLate},      // a fact
			{0, 1, 8 * dayTime, models.PlacementConfirmed},  // held: the fact counts
			{1, 0, 6 * dayTime, models.PlacementConfirmed},  // allowed
			{1, 2, 2 * dayTime, models.PlacementConfirmed},  // held
		} {
			h.posted(p.group, p.offer, p.ago, p.state)
		}
		var waiting models.Placement
		h.at(dayTime, func(sc *models.Scope) (err error) { // group 1 has had two in a week: brand 1 waits
			if waiting, err = h.place(sc, 1, 1); err != nil {
				return err
			}
			waiting, _, err = h.ledger.Reserve(sc, waiting.ID)
			return err
		})
		if waiting.State != models.PlacementHeld || waiting.Reason != "group_cap" {
			t.Fatalf("%+v", waiting)
		}
		try := func(p desk.Proposal) desk.Trial {
			out, err := h.desk.Try(context.Background(), h.community, p)
			must(t, err)
			return out
		}
		tally := func(name string, got, want desk.Tally) {
			t.Helper()
			if got != want {
				t.Errorf("%s: %+v, want %+v", name, got, want)
			}
		}

		same := try(desk.Proposal{Rules: rules})
		tally("the same rules", same.Tally, desk.Tally{Posts: 7, Facts: 1})
		if len(same.Changes) != 0 || same.Effect != "" || len(same.Pending) != 1 || same.Pending[0].Before != same.Pending[0].After ||
			same.Pending[0].After.Next != int64(h.now.Add(dayTime)) {
			t.Errorf("%+v", same)
		}

		one := rules
		one.GroupCap = 1
		weekly := try(desk.Proposal{Rules: one})
		tally("one a week", weekly.Tally, desk.Tally{Posts: 7, Held: 4, Facts: 1})
		if len(weekly.Reasons) != 1 || weekly.Reasons[0] != (desk.ReasonTally{Reason: throttle.GroupCap, Held: 4}) || weekly.Effect != desk.Tighter {
			t.Errorf("%+v %s", weekly.Reasons, weekly.Effect)
		}
		if len(weekly.Groups) != 2 || len(weekly.Groups[0].Items) != 3 || weekly.Groups[0].Items[0].OfferTitle != "offer 1" ||
			weekly.Groups[0].Items[0].BrandName != "brand 1" || weekly.Groups[0].Items[0].At != h.now.Add(-24*dayTime) {
			t.Errorf("%+v", weekly.Groups)
		}
		tally("its brand 0", byName(weekly, "brand 0"), desk.Tally{Posts: 4, Held: 1, Facts: 1})
		tally("its brand 1", byName(weekly, "brand 1"), desk.Tally{Posts: 3, Held: 3})
		if w := weekly.Pending[0]; w.After.Next != int64(h.now.Add(5*dayTime)) || w.Before.Next != int64(h.now.Add(dayTime)) {
			t.Errorf("what waits: %+v", w)
		}

		three := rules
		three.GroupCap = 3
		looser := try(desk.Proposal{Rules: three})
		tally("three a week", looser.Tally, desk.Tally{Posts: 7, Facts: 1, Freed: 1})
		if looser.Groups[1].Items[0].Placement != waiting.ID || !looser.Groups[1].Items[0].Freed || !looser.Pending[0].After.Allow {
			t.Errorf("%+v", looser.Groups)
		}

		without := rules
		without.ExcludedBrands = []models.BrandID{h.brands[0].ID}
		excluded := try(desk.Proposal{Rules: without})
		tally("without a brand", excluded.Tally, desk.Tally{Posts: 7, Held: 3, Facts: 1})

		short := try(desk.Proposal{Rules: one, Days: 7})
		tally("of a week", short.Tally, desk.Tally{Posts: 2, Held: 1})
		group := try(desk.Proposal{Group: h.groups[1].ID, Rules: models.Rules{MinGap: 7 * day}})
		tally("of a group", group.Tally, desk.Tally{Posts: 2, Held: 1})

		var pages desk.Tally
		n := 0
		for after := models.GroupID(0); n == 0 || after != 0; n++ {
			page := try(desk.Proposal{Rules: one, After: after, Limit: 1})
			if page.Total != 3 {
				t.Fatalf("%d groups", page.Total)
			}
			pages.Posts, pages.Held, pages.Facts = pages.Posts+page.Posts, pages.Held+page.Held, pages.Facts+page.Facts
			after = page.Next
		}
		if tally("page by page", pages, weekly.Tally); n != 3 {
			t.Errorf("%d pages", n)
		}
		if policy, err := h.desk.Policy(context.Background(), h.community, 0); err != nil || policy.Community.Rev != 1 {
			t.Errorf("a trial stores nothing: %+v, %v", policy, err)
		}
	})
}

func byName(t desk.Trial, name string) desk.Tally {
	for _, b := range t.Brands {
		if b.Name == name {
			return b.Tally
		}
	}
	return desk.Tally{}
}
