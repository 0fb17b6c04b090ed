package bot_test

import (
	"testing"
	"time"

	"siyu/internal/jobs"
	"siyu/internal/testkit"
	"siyu/internal/wechatsim"
	"siyu/models"
	"siyu/throttle"
)

func (b *bench) secondGroup(t *testing.T) models.GroupID {
	t.Helper()
	g := models.Group{Name: "二群", Kind: models.OrdinaryGroup, Zone: "America/Vancouver", Capacity: 500}
	must(t, b.store.Tx(t.Context(), func(tx *models.Tx) error { return tx.In(b.community).InsertGroup(&g) }))
	return g.ID
}

// TestStop is the kill switch: owners are asked to leave what they have, nothing new is handed over, what was taken back
// waits for a slot again, and a post that appears all the same is booked.
func TestStop(t *testing.T) {
	t.Parallel()
	testkit.Each(t, func(t *testing.T, s *models.Store, clock *models.ManualClock) {
		b := newBench(t, s, clock)
		corp := wechatsim.DefaultCorpID
		b.rules(t, models.Rules{GroupCap: 2, GroupWindow: 7 * 24 * 3600_000, OwnerDay: 2})
		open, byHand := b.reserve(t, b.group.ID), b.reserve(t, b.secondGroup(t))
		b.settle(t, time.Minute)
		posted := b.reserve(t, b.group.ID)
		b.settle(t, time.Minute)
		tasks := b.sim.OpenTasks(corp, owner)
		if len(tasks) != 2 {
			t.Fatalf("%d open tasks before the stop", len(tasks))
		}
		must(t, b.sim.Confirm(corp, b.task(t, posted).MsgID, owner)) // nobody has heard of it yet
		late := b.reserve(t, b.secondGroup(t))                       // reserved and not handed over

		must(t, b.bot.Stop(t.Context(), b.community, 0, "they complain"))
		must(t, b.bot.Stop(t.Context(), b.community, 0, "again"))
		_, err := b.runner.Drain(t.Context()) // no time passes
		must(t, err)
		for _, p := range []models.Placement{open, byHand} {
			if got := b.placement(t, p.ID); got.State != models.PlacementReleased || got.Reason != "stopped" {
				t.Errorf("a post that was with its owner is %s (%s)", got.State, got.Reason)
			}
		}
		if got := b.placement(t, posted.ID); got.State != models.PlacementConfirmed {
			t.Errorf("a post that had appeared is %s", got.State)
		}
		if err := b.sim.Confirm(corp, b.task(t, open).MsgID, owner); err == nil {
			t.Error("the owner can still post what was stopped")
		}
		if got := b.placement(t, late.ID); got.State != models.PlacementReserved {
			t.Errorf("what had its slot is %s", got.State)
		}
		if stopped, err := b.bot.StoppedTasks(t.Context(), b.community); err != nil || len(stopped) != 2 || stopped[0].Reason != "stopped" {
			t.Errorf("shown as taken back: %+v, %v", stopped, err)
		}
		fresh := b.reserve(t, b.secondGroup(t))
		if fresh.State != models.PlacementHeld || fresh.Reason != "stopped" || fresh.NextAt != 0 {
			t.Errorf("a new post is %s (%s), next at %d", fresh.State, fresh.Reason, fresh.NextAt)
		}
		b.settle(t, 3*time.Minute)
		if left, err := b.bot.Tasks(t.Context(), b.community); err != nil || len(left) != 0 {
			t.Errorf("handed over while stopped: %+v, %v", left, err)
		}

		must(t, b.bot.Resume(t.Context(), b.community, 0, "all is well"))
		b.settle(t, 3*time.Minute)
		if got := b.placement(t, late.ID); got.State != models.PlacementTasked {
			t.Errorf("after it resumed the reserved post is %s", got.State)
		}
		again, err := s.Read(t.Context()).In(b.community).PlacementsOf(open.OfferID)
		must(t, err)
		if len(again) != 1 { // its Idem is not one of the offers' own: it is not planned anew
			t.Errorf("%d placements", len(again))
		}
		audits, err := s.Read(t.Context()).In(b.community).Audits(10)
		must(t, err)
		if audits[0].Action != "community.resume" || audits[1].Action != "community.stop" || audits[1].Detail != "they complain" {
			t.Errorf("audits %+v", audits[:2])
		}
		b.sound(t)
	})
}

// sound checks all chains.
func (b *bench) sound(t *testing.T) {
	t.Helper()
	sc := b.store.Read(t.Context()).In(b.community)
	groups, err := sc.Groups()
	must(t, err)
	for _, g := range append(groups, models.Group{}) {
		c, err := throttle.Verify(sc, g.ID)
		if err != nil || c.Bad != 0 {
			t.Errorf("chain %+v, %v", c, err)
		}
	}
}

// TestStopWhileCalling is a stop that comes while WeCom is being asked for a task: as soon as its answer is there the task is
// taken back.
func TestStopWhileCalling(t *testing.T) {
	t.Parallel()
	s, clock := testkit.Store(t)
	b := newBench(t, s, clock)
	b.work = jobs.Options{Poll: 5 * time.Millisecond}
	b.wire(t, b.api)
	must(t, b.bot.Connect(t.Context()))
	b.sim.Fail(addTemplate, wechatsim.Fault{Delay: 400 * time.Millisecond, Times: 1})
	p := b.reserve(t, b.group.ID)
	stop := b.run(t)
	defer stop()
	eventually(t, func() bool {
		task, err := s.Read(t.Context()).In(b.community).TaskOf(p.ID)
		return err == nil && task.State == models.TaskCalling
	})
	must(t, b.bot.Stop(t.Context(), b.community, 0, ""))
	eventually(t, func() bool { return b.placement(t, p.ID).State == models.PlacementReleased })
	if n := len(b.sim.OpenTasks(wechatsim.DefaultCorpID, owner)); n != 0 {
		t.Errorf("%d tasks are left", n)
	}
	if got := b.placement(t, p.ID); got.Reason != "stopped" {
		t.Errorf("given back because of %q", got.Reason)
	}
}

// eventually waits until something is so.
func eventually(t *testing.T, so func() bool) {
	t.Helper()
	deadline := time.After(10 * time.Second)
	for !so() {
		select {
		case <-deadline:
			t.Fatal("it does not happen")
		case <-time.After(5 * time.Millisecond):
		}
	}
}

// TestOrderOutlastsTheSlot is a post that had its slot and was not handed over because of an order, which went on until the
// slot was over: neither its owner nor WeCom was to blame, so it waits for a slot again. A veto is final.
func TestOrderOutlastsTheSlot(t *testing.T) {
	t.Parallel()
	for want, order := range map[string]func(*bench) error{
		"stopped": func(b *bench) error { return b.bot.Stop(t.Context(), b.community, 0, "") },
		"paused": func(b *bench) error {
			return b.bot.PauseGroup(t.Context(), b.community, b.group.ID, models.Pause{Paused: true})
		},
	} {
		s, clock := testkit.Store(t)
		b := newBench(t, s, clock)
		p := b.reserveAs(t, b.group.ID, func(o models.OfferID) string { return o.String() + ":" + b.group.ID.String() + ":0" })
		must(t, order(b))
		b.settle(t, time.Minute)
		clock.Set(p.E.Time().Add(time.Second))
		b.settle(t, time.Minute)
		if got := b.placement(t, p.ID); got.State != models.PlacementReleased || got.Reason != want {
			t.Errorf("the post is %s (%s), want it released because everything was %s", got.State, got.Reason, want)
		}
		all, err := s.Read(t.Context()).In(b.community).PlacementsOf(p.OfferID)
		if err != nil || len(all) != 2 {
			t.Errorf("%s: %d placements, %v: want one more, planned anew", want, len(all), err)
		}
	}
}

// TestVeto is an organiser's final no: what waits is given up, what an owner has is taken back, other groups keep theirs.
func TestVeto(t *testing.T) {
	t.Parallel()
	testkit.Each(t, func(t *testing.T, s *models.Store, clock *models.ManualClock) {
		b := newBench(t, s, clock)
		open := b.reserve(t, b.group.ID)
		b.settle(t, time.Minute)
		reserved := b.reserve(t, b.secondGroup(t))
		for range 2 {
			must(t, b.bot.Veto(t.Context(), b.community, models.Veto{OfferID: open.OfferID, GroupID: b.group.ID, Note: "no"}))
			must(t, b.bot.Veto(t.Context(), b.community, models.Veto{OfferID: reserved.OfferID}))
		}
		_, err := b.runner.Drain(t.Context())
		must(t, err)
		for _, p := range []models.Placement{open, reserved} {
			if got := b.placement(t, p.ID); got.State != models.PlacementReleased || got.Reason != "vetoed" {
				t.Errorf("a vetoed post is %s (%s)", got.State, got.Reason)
			}
		}
		if n := len(b.sim.OpenTasks(wechatsim.DefaultCorpID, owner)); n != 0 {
			t.Errorf("%d tasks are left", n)
		}
		must(t, s.Tx(t.Context(), func(tx *models.Tx) error {
			sc := tx.In(b.community)
			all, err := sc.VetoesOf(open.OfferID, reserved.OfferID)
			if err != nil || len(all) != 2 {
				t.Errorf("%d vetoes, %v", len(all), err)
			}
			return err
		}))
		err = b.bot.Veto(t.Context(), b.community, models.Veto{OfferID: open.OfferID, GroupID: 12345})
		if models.CodeOf(err) != "group_not_found" {
			t.Errorf("a veto in no group: %v", err)
		}
		b.sound(t)
	})
}
