package bot_test

import (
	"testing"
	"time"

	"siyu/internal/jobs"
	"siyu/internal/testkit"
	"siyu/internal/wechatsim"
	"siyu/models"
	"siyu/offers"
)

// stock makes an offer have so many vouchers, of which some are claimed, and has posts follow it, as the service does.
func (b *bench) stock(t *testing.T, o models.Offer, stock, claimed int) {
	t.Helper()
	must(t, b.store.Tx(t.Context(), func(tx *models.Tx) error {
		sc := tx.In(b.community)
		now, err := sc.Offer(o.ID)
		if err != nil {
			return err
		}
		if now.Stock != stock {
			if _, err := sc.SetStock(o.ID, now.Stock, stock); err != nil {
				return err
			}
		}
		for range claimed - now.Claimed {
			if _, err := sc.TakeStock(o.ID); err != nil {
				return err
			}
		}
		return jobs.Hasten(tx, offers.WatchStock{}, tx.Now)
	}))
	_, err := b.runner.Drain(t.Context())
	must(t, err)
}

// roundsOf lists an offer's placements in a group, the first round first.
func (b *bench) roundsOf(t *testing.T, o models.Offer, g models.GroupID) []models.Placement {
	t.Helper()
	all, err := b.store.Read(t.Context()).In(b.community).PlacementsOf(o.ID)
	must(t, err)
	var here []models.Placement
	for _, p := range all {
		if p.GroupID == g {
			here = append(here, p)
		}
	}
	return here
}

// TestSoldOutTakesBack: when nothing is left of an offer its owners are asked to leave its posts, in WeCom and by hand, what had a
// slot gives it back, and all of it is held as sold out; what was posted stays. When stock comes back it is planned again, once.
func TestSoldOutTakesBack(t *testing.T) {
	t.Parallel()
	testkit.Each(t, func(t *testing.T, s *models.Store, clock *models.ManualClock) {
		b := newBench(t, s, clock)
		b.followStock(t)
		o := b.offer(t, "可颂")
		posted, _ := b.customerGroup(t, wechatsim.GroupSpec{Name: "二群", OwnerUserID: owner})
		p1 := b.ask(t, b.ledger, b.wanted(t, o, posted.ID).ID)
		b.settle(t, 20*time.Second)
		must(t, b.sim.Confirm(corpID, b.sim.OpenTasks(corpID, owner)[0].MsgID, owner))
		clock.Advance(20 * time.Minute)
		b.settle(t, 20*time.Second)
		hand, late := b.secondGroup(t), b.secondGroup(t)
		p2 := b.ask(t, b.ledger, b.wanted(t, o, hand).ID) // with its owner, by hand
		b.settle(t, 20*time.Second)
		third, _ := b.customerGroup(t, wechatsim.GroupSpec{Name: "三群", OwnerUserID: "other-owner"})
		p3 := b.ask(t, b.ledger, b.wanted(t, o, third.ID).ID) // with its owner, in WeCom
		b.settle(t, 20*time.Second)
		if n := len(b.sim.OpenTasks(corpID, "other-owner")); n != 1 {
			t.Fatalf("the owner has %d tasks before anything was sold out", n)
		}
		p4 := b.wanted(t, o, late)
		must(t, s.Tx(t.Context(), func(tx *models.Tx) (err error) { // has its slot, and nobody was asked
			_, _, err = b.ledger.Reserve(tx.In(b.community), p4.ID)
			return err
		}))

		b.stock(t, o, 10, 10)
		b.settle(t, 20*time.Second)
		b.state(t, p1, models.PlacementConfirmed, "")
		for _, p := range []models.Placement{p2, p3, p4} {
			b.state(t, p, models.PlacementReleased, "sold_out")
			rounds := b.roundsOf(t, o, p.GroupID)
			if len(rounds) != 2 || rounds[1].State != models.PlacementHeld || rounds[1].Reason != "sold_out" || rounds[1].NextAt != 0 {
				t.Errorf("in group %s there are %+v, want a second one that is held without a time", p.GroupID, rounds)
			}
		}
		if n := len(b.sim.OpenTasks(corpID, "other-owner")); n != 0 {
			t.Errorf("%d tasks are left with WeCom", n)
		}
		clock.Advance(3 * time.Hour)
		b.settle(t, 20*time.Second)
		if left, err := b.bot.Tasks(t.Context(), b.community); err != nil || len(left) != 0 {
			t.Errorf("owners still have %+v, %v", left, err)
		}
		if got := b.roundsOf(t, o, posted.ID); len(got) != 1 {
			t.Errorf("what was posted was planned again: %+v", got)
		}

		b.stock(t, o, 12, 10)
		b.settle(t, 30*time.Second)
		for _, g := range []models.GroupID{hand, late, third.ID} {
			rounds := b.roundsOf(t, o, g)
			if len(rounds) != 2 || rounds[1].State != models.PlacementTasked && rounds[1].State != models.PlacementReserved {
				t.Errorf("with stock again, group %s has %+v", g, rounds)
			}
		}
		b.sound(t)
	})
}

// TestSoldOutBeforeSending: a post whose offer is sold out between its reservation and its sending is never given to WeCom, though
// nobody has told; if there is stock again before its time is over it goes out, or else it gives its slot back and waits.
func TestSoldOutBeforeSending(t *testing.T) {
	t.Parallel()
	for _, back := range []bool{true, false} {
		s, clock := testkit.Store(t)
		b := newBench(t, s, clock)
		o := b.offer(t, "可颂")
		take := func(n int) {
			must(t, s.Tx(t.Context(), func(tx *models.Tx) error {
				for range n {
					if ok, err := tx.In(b.community).TakeStock(o.ID); err != nil || !ok {
						t.Fatal(ok, err)
					}
				}
				return nil
			}))
		}
		p := b.ask(t, b.ledger, b.wanted(t, o, b.group.ID).ID)
		take(10)
		for range 3 {
			clock.Advance(time.Minute)
			b.settle(t, 10*time.Second)
		}
		if n := len(b.sim.OpenTasks(corpID, owner)); n != 0 || b.placement(t, p.ID).State != models.PlacementReserved {
			t.Fatalf("%d tasks with WeCom, the post is %s", n, b.placement(t, p.ID).State)
		}
		if back {
			must(t, s.Tx(t.Context(), func(tx *models.Tx) error { _, err := tx.In(b.community).SetStock(o.ID, 10, 11); return err }))
			clock.Advance(2 * time.Minute)
			b.settle(t, 30*time.Second)
			if n := len(b.sim.OpenTasks(corpID, owner)); n != 1 || b.placement(t, p.ID).State != models.PlacementTasked {
				t.Errorf("with stock again there are %d tasks, the post is %s", n, b.placement(t, p.ID).State)
			}
			continue
		}
		clock.Set(p.E.Time().Add(time.Second))
		b.settle(t, time.Minute)
		b.state(t, p, models.PlacementReleased, "sold_out")
		if rounds := b.roundsOf(t, o, b.group.ID); len(rounds) != 2 {
			t.Errorf("there are %+v, want one that waits for stock", rounds)
		}
	}
}

// followStock adds who plans offers, and the periodic job.
func (b *bench) followStock(t *testing.T) {
	t.Helper()
	_, err := offers.New(offers.Options{Store: b.store, Ledger: b.ledger, Jobs: b.runner})
	must(t, err)
	must(t, b.store.Tx(t.Context(), func(tx *models.Tx) error { return jobs.Periodic(tx, offers.WatchStock{}) }))
}
