package keeper_test

import (
	"context"
	"reflect"
	"testing"
	"time"

	"siyu/internal/testkit"
	"siyu/models"
	"siyu/throttle/keeper"
)

// quietMonths lets days pass in all groups: one in so many members leaves a day, and three posts a week are made in them,
// each of which drives away harm of the members within the two days after. Leaves come at a steady pace, not by chance.
func (h *hall) quietMonths(days int, base, harm float64) {
	h.t.Helper()
	owed := make([]float64, len(h.groups))
	since := make([]int, len(h.groups))
	offers := []models.Offer{h.offer(h.brands[0]), h.offer(h.brands[1]), h.offer(h.brands[2])}
	posts := 0
	for d := range days {
		h.clock.Advance(day)
		for i, g := range h.groups {
			size := float64(len(h.stays[g]))
			owed[i] += base * size
			if since[i]++; since[i] <= 2 {
				owed[i] += harm / 2 * size
			}
			if n := int(owed[i]); n > 0 {
				h.leave(g, n, models.MillisOf(h.clock.Now()), false)
				h.join(g, n)
				owed[i] -= float64(n)
			}
			if harm >= 0 && (d+i)%2 == 0 {
				p := h.post(offers[posts%3], g)
				h.click(p, int(size)/50)
				posts++
				since[i] = 0
			}
		}
		h.learn()
	}
}

// TestLearnsHarm: where leaves rise after posts the score rises and the threshold with it; where they do not, both stay.
func TestLearnsHarm(t *testing.T) {
	t.Parallel()
	testkit.Each(t, func(t *testing.T, s *models.Store, clock *models.ManualClock) {
		bad := newHall(t, s, clock, 2, 200, looseRules())
		bad.quietMonths(30, 0.001, 0.02)
		good := newHall(t, s, clock, 2, 200, looseRules())
		good.quietMonths(30, 0.001, 0)
		for i := range 2 {
			b, g := bad.learning(bad.groups[i]), good.learning(good.groups[i])
			if b.Score < 50 || g.Score > 30 || b.Phi < 4*g.Phi {
				t.Errorf("group %d: harmed %.0f points and phi %g, unharmed %.0f and %g", i, b.Score, b.Phi, g.Score, g.Phi)
			}
			if g.H0 < 0.0005 || g.H0 > 0.002 {
				t.Errorf("the base rate is %g, not 0.001", g.H0)
			}
		}
		first, last := bad.days(bad.groups[0])[1], bad.days(bad.groups[0])[28]
		if last.Score < first.Score+20 {
			t.Errorf("the score went from %.0f to %.0f", first.Score, last.Score)
		}
	})
}

// TestTrueNextTime: a tired group's offer is refused until the very instant it was told, and has its slot then, though other
// things were learnt meanwhile.
func TestTrueNextTime(t *testing.T) {
	t.Parallel()
	testkit.Each(t, func(t *testing.T, s *models.Store, clock *models.ManualClock) {
		h := newHall(t, s, clock, 2, 200, looseRules())
		h.quietMonths(30, 0.001, 0.02)
		g := h.groups[0]
		p := h.ask(h.plan(h.offer(h.brands[0]), g).ID)
		if p.State != models.PlacementHeld || p.Reason != "fatigue" && p.Reason != "breaker" || p.NextAt <= models.MillisOf(clock.Now()) {
			t.Fatalf("a tired group answered %s for %q until %d", p.State, p.Reasons, p.NextAt)
		}
		told := p.NextAt
		clock.Set(told.Time().Add(-time.Second))
		if p = h.ask(p.ID); p.State != models.PlacementHeld || p.NextAt != told {
			t.Errorf("a second before, it was %s until %d and not %d", p.State, p.NextAt, told)
		}
		clock.Set(told.Time().Add(-time.Millisecond))
		if p = h.ask(p.ID); p.State != models.PlacementHeld {
			t.Errorf("a millisecond before, it was %s", p.State)
		}
		clock.Set(told.Time())
		h.leave(g, 3, told.Add(-3*day), false) // and that was heard of late
		h.learn()
		if p = h.ask(p.ID); p.State != models.PlacementReserved {
			t.Errorf("at the time it was told, it was %s for %q until %v", p.State, p.Reasons, p.NextAt.Time())
		}
	})
}

// TestFreshGroup: in a group nobody knows anything of, what is believed of all groups holds no sensible post back: two a
// week, each brand once a week.
func TestFreshGroup(t *testing.T) {
	t.Parallel()
	s, clock := testkit.Store(t)
	h := newHall(t, s, clock, 1, 120, looseRules())
	for week := range 4 {
		for i := range 2 {
			p := h.ask(h.plan(h.offer(h.brands[(2*week+i)%3]), h.groups[0]).ID)
			if p.State != models.PlacementReserved {
				t.Fatalf("post %d of week %d was %s for %q until %v", i+1, week+1, p.State, p.Reasons, p.NextAt.Time())
			}
			h.tx(func(sc *models.Scope) error { return h.ledger.Confirm(sc, p.ID, sc.Now) })
			clock.Advance(84 * hour)
		}
	}
	for range 12 { // but not whatever there is
		p := h.ask(h.plan(h.offer(h.brands[0]), h.groups[0]).ID)
		if p.State == models.PlacementHeld {
			if p.Reason != "fatigue" {
				t.Fatalf("it was held for %q", p.Reasons)
			}
			return
		}
		h.tx(func(sc *models.Scope) error { return h.ledger.Confirm(sc, p.ID, sc.Now) })
		clock.Advance(hour)
	}
	t.Error("a dozen posts of one brand within a day were let through")
}

// TestBreaker: a wave of leaves pauses the group at once, before any day was learnt; usual leaves do not, nor do removals.
func TestBreaker(t *testing.T) {
	t.Parallel()
	testkit.Each(t, func(t *testing.T, s *models.Store, clock *models.ManualClock) {
		h := newHall(t, s, clock, 3, 200, looseRules())
		clock.Advance(5 * day)
		usual, wave, thrown := h.groups[0], h.groups[1], h.groups[2]
		at := models.MillisOf(clock.Now())
		h.leave(usual, 2, at, false)
		h.leave(wave, 7, at, false)
		h.leave(thrown, 20, at, true)
		clock.Advance(hour)
		for g, want := range map[models.GroupID]models.PlacementState{usual: models.PlacementReserved, wave: models.PlacementHeld,
			thrown: models.PlacementReserved} {
			p := h.ask(h.plan(h.offer(h.brands[0]), g).ID)
			if p.State != want {
				t.Errorf("%d: %s for %q", g, p.State, p.Reasons)
			}
			if want == models.PlacementHeld && (p.Reason != "breaker" || p.NextAt != at.Add(7*day)) {
				t.Errorf("the wave holds for %q until %v", p.Reason, p.NextAt.Time())
			}
		}
		for _, g := range h.groups {
			fresh := false
			check := func() (w keeper.Wave) {
				h.tx(func(sc *models.Scope) (err error) {
					w, fresh, err = h.keeper.Check(sc, g)
					return err
				})
				return w
			}
			w := check()
			if fresh != (g == wave) {
				t.Errorf("%d: a new wave: %v, %+v", g, fresh, w)
			}
			if check(); fresh {
				t.Error("the same wave was new twice")
			}
		}
		h.learn() // what is learnt since does not end the pause
		if l := h.learning(wave); l.BreakerUntil != at.Add(7*day) || l.BreakerQuits != 7 {
			t.Errorf("of the wave is kept %+v", l)
		}
		clock.Set(at.Add(7 * day).Time())
		if p := h.ask(h.plan(h.offer(h.brands[1]), wave).ID); p.State != models.PlacementReserved {
			t.Errorf("after the pause: %s for %q", p.State, p.Reasons)
		}
	})
}

// TestUsualNoise: groups that members leave as they do in healthy ones hardly ever trip the breaker.
func TestUsualNoise(t *testing.T) {
	t.Parallel()
	s, clock := testkit.Store(t)
	h := newHall(t, s, clock, 20, 100, looseRules())
	h.quietMonths(20, 0.003, -1) // 0.3% a day: the upper end of what is usual
	tripped := 0
	for _, g := range h.groups {
		if h.learning(g).BreakerAt != 0 {
			tripped++
		}
	}
	if tripped > 0 {
		t.Errorf("%d of 20 groups were paused in 20 usual days", tripped)
	}
}

// TestWishes: the organiser's word stands over what was learnt.
func TestWishes(t *testing.T) {
	t.Parallel()
	s, clock := testkit.Store(t)
	h := newHall(t, s, clock, 1, 200, looseRules())
	g := h.groups[0]
	wish := func(f models.Fatigue) {
		r := looseRules()
		r.Fatigue = &f
		h.tx(func(sc *models.Scope) error {
			_, err := sc.AddPolicy(0, r, 0)
			return err
		})
	}
	ask := func() models.Placement { return h.ask(h.plan(h.offer(h.brands[0]), g).ID) }
	h.post(h.offer(h.brands[1]), g)
	clock.Advance(hour)

	wish(models.Fatigue{PerWeek: 1})
	if p := ask(); p.Reason != "fatigue" || p.NextAt != models.MillisOf(clock.Now().Add(7*day-hour)) {
		t.Errorf("one a week: %s for %q until %v", p.State, p.Reasons, p.NextAt.Time())
	}
	wish(models.Fatigue{Worth: 5})
	if p := ask(); p.Reason != "fatigue" {
		t.Errorf("a member worth five clicks a day: %s for %q", p.State, p.Reasons)
	}
	wish(models.Fatigue{MaxScore: 1})
	if p := ask(); p.Reason != "fatigue" || p.NextAt == 0 {
		t.Errorf("no more than one point: %s for %q until %v", p.State, p.Reasons, p.NextAt.Time())
	}
	wish(models.Fatigue{})
	if p := ask(); p.State != models.PlacementReserved {
		t.Errorf("no wishes: %s for %q", p.State, p.Reasons)
	}
	h.leave(g, 20, models.MillisOf(clock.Now()), false)
	if p := h.ask(h.plan(h.offer(h.brands[2]), g).ID); p.Reason != "breaker" {
		t.Errorf("a wave: %s for %q", p.State, p.Reasons)
	}
	wish(models.Fatigue{Off: true})
	if p := ask(); p.State != models.PlacementReserved {
		t.Errorf("switched off: %s for %q", p.State, p.Reasons)
	}
}

// bare is what was learnt, without the time.
func bare(l models.Learning) models.Learning {
	l.AsOf, l.GroupID, l.CommunityID = 0, 0, 0
	return l
}

// TestAgain: the day can be run again, and late news mends the days they are about, as if they had come in time.
func TestAgain(t *testing.T) {
	t.Parallel()
	testkit.Each(t, func(t *testing.T, s *models.Store, clock *models.ManualClock) {
		h := newHall(t, s, clock, 2, 150, looseRules())
		h.quietMonths(40, 0.002, 0.01)
		g := h.groups[0]
		before, days := h.learning(g), h.days(g)
		h.forgetDone()
		if d := h.learn(); d.Observed != 2 {
			t.Fatalf("the day was not run again: %+v", d)
		}
		after := h.learning(g)
		if !reflect.DeepEqual(bare(before), bare(after)) {
			t.Errorf("run again, it is\n%+v and was\n%+v", bare(after), bare(before))
		}
		again := h.days(g)
		for i := range again {
			again[i].ID, days[i].ID = 0, 0
		}
		if !reflect.DeepEqual(days, again) {
			t.Error("run again, the days differ")
		}
		h.leave(g, 3, models.MillisOf(clock.Now().Add(-5*day)), false) // it was heard of five days late
		h.forgetDone()
		h.learn()
		late := h.days(g)
		if got, was := late[len(late)-6], days[len(days)-6]; got.Quits+late[len(late)-5].Quits != was.Quits+days[len(days)-5].Quits+3 {
			t.Errorf("five days ago %d left, and now %d", was.Quits, got.Quits)
		}
		if l := h.learning(g); reflect.DeepEqual(l.State, before.State) {
			t.Error("late news taught nothing")
		}
	})
}

// forgetDone lets the keeper believe that the last day was not written yet.
func (h *hall) forgetDone() {
	h.t.Helper()
	h.tx(func(sc *models.Scope) error {
		all, err := sc.LearningsOf(h.groups)
		var rows []models.Learning
		for _, l := range all {
			l.Observed--
			rows = append(rows, l)
		}
		if err != nil {
			return err
		}
		return sc.ReplaceLearnings(rows)
	})
}

// TestFromScratch: going on from day to day and learning everything at once from the stored days come to the same, to the
// last bit.
func TestFromScratch(t *testing.T) {
	t.Parallel()
	testkit.Each(t, func(t *testing.T, s *models.Store, clock *models.ManualClock) {
		h := newHall(t, s, clock, 2, 150, looseRules())
		h.quietMonths(75, 0.002, 0.01)
		g := h.groups[0]
		before := h.learning(g)
		if before.BaseDay == 0 {
			t.Fatal("nothing was closed in 75 days: the test shows nothing")
		}
		h.tx(func(sc *models.Scope) error { // nothing is left but the days
			all, err := sc.LearningsOf(h.groups)
			var rows []models.Learning
			for _, l := range all {
				rows = append(rows, models.Learning{GroupID: l.GroupID, Observed: l.Observed})
			}
			if err != nil {
				return err
			}
			return sc.ReplaceLearnings(rows)
		})
		h.learn()
		after := h.learning(g)
		after.BreakerAt, after.BreakerUntil, after.BreakerQuits, after.BreakerExpected = before.BreakerAt, before.BreakerUntil, before.BreakerQuits, before.BreakerExpected
		if !reflect.DeepEqual(bare(before), bare(after)) {
			t.Errorf("from scratch it is\n%+v and was\n%+v", bare(after), bare(before))
		}
	})
}

// TestForget: what was seen before does not count, and what comes after does.
func TestForget(t *testing.T) {
	t.Parallel()
	testkit.Each(t, func(t *testing.T, s *models.Store, clock *models.ManualClock) {
		h := newHall(t, s, clock, 2, 200, looseRules())
		h.quietMonths(30, 0.001, 0.02)
		g := h.groups[0]
		before := h.learning(g)
		must(t, h.store.Tx(context.Background(), func(tx *models.Tx) error { return h.keeper.Forget(tx.In(h.community), g, 7) }))
		if l := h.learning(g); l.Day != 0 || l.State != nil || l.ForgetAt == 0 || l.Observed != before.Observed {
			t.Fatalf("after forgetting there is %+v", l)
		}
		r, err := h.keeper.Report(context.Background(), h.community, g)
		must(t, err)
		if r.Learning.Day != 0 || len(r.Days) < 29 || len(r.Values) < 6 || len(r.Brands) != 3 {
			t.Errorf("the report says %+v", r)
		}
		clock.Advance(day)
		h.learn()
		clock.Advance(day)
		h.learn()
		l := h.learning(g)
		if l.Day == 0 || len(l.State) >= len(before.State) || l.Day != before.Day+2 {
			t.Errorf("two days later there is %+v", l)
		}
		audits, err := h.read().Audits(5)
		must(t, err)
		if len(audits) == 0 || audits[0].Action != "fatigue.forget" || audits[0].AccountID != 7 {
			t.Errorf("written down is %+v", audits)
		}
	})
}

// TestOthersHelp: a small group that nobody can learn much from is taken to be like the others of its community.
func TestOthersHelp(t *testing.T) {
	t.Parallel()
	s, clock := testkit.Store(t)
	phi := map[bool]float64{}
	for _, harmful := range []bool{true, false} {
		h := newHall(t, s, clock, 6, 200, looseRules())
		harm := 0.0
		if harmful {
			harm = 0.02
		}
		h.quietMonths(25, 0.001, harm)
		small := h.addGroup(10)
		clock.Advance(2 * day)
		h.learn()
		phi[harmful] = h.learning(small).Phi
	}
	if !(phi[true] > 3*phi[false]) {
		t.Errorf("a small group among harmed ones has phi %g, among unharmed ones %g", phi[true], phi[false])
	}
}

// TestComplaintsCount: complaints weigh as three leaves and vetoes as five.
func TestComplaintsCount(t *testing.T) {
	t.Parallel()
	s, clock := testkit.Store(t)
	phi := map[string]float64{}
	for _, what := range []string{"nothing", "complaints", "vetoes"} {
		h := newHall(t, s, clock, 1, 200, looseRules())
		g := h.groups[0]
		for range 10 {
			clock.Advance(day)
			o := h.offer(h.brands[0])
			h.post(o, g)
			h.tx(func(sc *models.Scope) error {
				switch what {
				case "complaints":
					h.names++
					m := models.GroupMember{GroupID: g, UserKey: "c", JoinedAt: sc.Now, MemberID: models.MemberID(h.names)}
					if _, err := sc.AddGroupMember(&m); err != nil {
						return err
					}
					_, err := sc.AddRefusal(m.MemberID, 0)
					return err
				case "vetoes":
					_, err := sc.AddVeto(&models.Veto{GroupID: g, OfferID: o.ID})
					return err
				}
				return nil
			})
			h.learn()
		}
		clock.Advance(day)
		h.learn()
		n := 0
		for _, d := range h.days(g) {
			n += d.Complaints + d.Vetoes
		}
		if what != "nothing" && n != 10 {
			t.Errorf("%d %s were counted", n, what)
		}
		phi[what] = h.learning(g).Phi
	}
	if !(phi["complaints"] > 2*phi["nothing"]) || !(phi["vetoes"] > 2*phi["nothing"]) {
		t.Errorf("sensitivity: %v", phi)
	}
}
