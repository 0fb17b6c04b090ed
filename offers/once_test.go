package offers_test

import (
	"context"
	"slices"
	"testing"
	"time"

	"siyu/internal/jobs"
	"siyu/internal/testkit"
	"siyu/models"
	"siyu/offers"
)

// TestMergedWantOnce: two groups turn out to be one. What was wanted in both goes there once, whether it waited in both or had
// its slot in one of them.
func TestMergedWantOnce(t *testing.T) {
	t.Parallel()
	testkit.Each(t, func(t *testing.T, s *models.Store, clock *models.ManualClock) {
		h := newHouse(t, s, clock, 2)
		h.tx(func(sc *models.Scope) error { return h.ledger.Pause(sc, h.groups[1], models.Pause{Paused: true}) })
		h.open(h.draft(1000))
		h.drain()
		h.openOf(0, 30*time.Hour)
		h.openOf(1, 30*time.Hour)
		h.drain()
		merge := func(sc *models.Scope) error {
			_, err := offers.Merge(sc, h.groups[1], h.groups[0], 0, "a test")
			return err
		}
		h.tx(merge)
		h.tx(merge)
		h.drain()
		type wish struct{ waits, goes, givenUp int }
		wants := map[wish]int{}
		got := map[models.OfferID]wish{}
		for _, p := range h.placements() {
			w := got[p.OfferID]
			switch p.State {
			case models.PlacementPlanned, models.PlacementHeld:
				w.waits++
			case models.PlacementReleased:
				w.givenUp++
			default:
				w.goes++
			}
			got[p.OfferID] = w
			if p.GroupID != h.groups[0] || p.State == models.PlacementReleased && p.Reason != "offer_once" {
				t.Errorf("%+v", p)
			}
		}
		for _, w := range got {
			wants[w]++
		}
		if wants[wish{waits: 1, givenUp: 1}] != 2 || wants[wish{goes: 1, givenUp: 1}] != 1 || len(got) != 3 {
			t.Errorf("%+v", got)
		}
	})
}

// TestMergedSeenCards: a card of another group that was opened in a place was posted in the group that the place turns out to
// be, at the time it was opened, and is booked there once.
func TestMergedSeenCards(t *testing.T) {
	t.Parallel()
	testkit.Each(t, func(t *testing.T, s *models.Store, clock *models.ManualClock) {
		h := newHouse(t, s, clock, 3)
		place, home, other := h.groups[0], h.groups[1], h.groups[2]
		var seen []offers.CardSeen
		jobs.Register(h.runner, func(_ context.Context, a offers.CardSeen) error { seen = append(seen, a); return nil })
		at := h.now()
		h.tx(func(sc *models.Scope) error {
			for _, o := range []models.Sighting{
				{Subject: "p:1", HomeID: home, GroupID: place, MemberID: 1},
				{Subject: "p:2", HomeID: other, GroupID: place, MemberID: 1},
				{Subject: "p:2", HomeID: other, GroupID: place, MemberID: 2},
				{Subject: models.NotThisGroup, HomeID: other, GroupID: place},
			} {
				if _, err := sc.AddSighting(&o); err != nil {
					return err
				}
			}
			return nil
		})
		clock.Advance(5 * time.Hour)
		h.tx(func(sc *models.Scope) error {
			_, err := offers.Merge(sc, place, home, 0, "a test")
			return err
		})
		h.drain()
		want := []offers.CardSeen{{Community: h.community, Subject: "p:2", Group: home, At: at}}
		if !slices.Equal(seen, want) {
			t.Errorf("got %+v, want %+v", seen, want)
		}
	})
}
