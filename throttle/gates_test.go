package throttle_test

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"siyu/internal/testkit"
	"siyu/models"
	"siyu/throttle"
)

func (w *town) at(offer, group int) models.PlacementID { return w.places[offer*len(w.groups)+group] }

func (w *town) one(offer, group int) models.Placement {
	w.t.Helper()
	return w.many(w.at(offer, group))[0].Placement
}

func (w *town) read() *models.Scope { return w.store.Read(context.Background()).In(w.community) }

// TestRows: what the ledger makes of its rows, on every engine; each story has a community of its own.
func TestRows(t *testing.T) {
	t.Parallel()
	testkit.Each(t, func(t *testing.T, s *models.Store, clock *models.ManualClock) {
		for name, story := range map[string]func(*testing.T, *models.Store, *models.ManualClock){
			"gates": testGates, "unfit offers": testUnfitOffers, "exposure": testExposure, "near groups race": testNearGroupsRace,
			"batches race": testBatchesRace, "external posts": testExternal, "overlaps": testOverlaps,
		} {
			t.Run(name, func(t *testing.T) { story(t, s, clock) })
		}
	})
}

// testGates closes and opens each gate that is made from rows.
func testGates(t *testing.T, s *models.Store, clock *models.ManualClock) {
	rules := models.Rules{GroupCap: 9, GroupWindow: day, HoldFor: hour, RefusedPercent: 25}
	w := newTown(t, s, 3, 3, rules)
	people := w.crowd([]int{0}, []int{0}, []int{0}, []int{0, 1})
	now := models.MillisOf(clock.Now())
	for _, g := range []struct {
		why        string
		next       models.Millis // zero: never
		close, end func(sc *models.Scope) error
	}{
		{"stopped", 0,
			func(sc *models.Scope) error { _, err := w.ledger.Stop(sc, 0, "no"); return err },
			func(sc *models.Scope) error { _, err := w.ledger.Start(sc, 0, "yes"); return err }},
		{"paused", 0,
			func(sc *models.Scope) error {
				return w.ledger.Pause(sc, w.groups[0], models.Pause{Paused: true, Note: "x"})
			},
			func(sc *models.Scope) error { return w.ledger.Pause(sc, w.groups[0], models.Pause{}) }},
		{"paused", now.Add(time.Hour),
			func(sc *models.Scope) error {
				return w.ledger.Pause(sc, w.groups[0], models.Pause{Paused: true, Until: sc.Now.Add(time.Hour)})
			},
			func(sc *models.Scope) error { return w.ledger.Pause(sc, w.groups[0], models.Pause{}) }},
		{"sold_out", 0,
			func(sc *models.Scope) error {
				p, err := sc.Placement(w.at(0, 0))
				if err == nil {
					_, err = sc.TakeStock(p.OfferID)
				}
				return err
			},
			func(sc *models.Scope) error {
				p, err := sc.Placement(w.at(0, 0))
				if err == nil {
					_, err = sc.SetStock(p.OfferID, 1, 2)
				}
				return err
			}},
		{"platform", now.Add(2 * time.Hour),
			func(sc *models.Scope) error {
				return sc.SetMassQuota(w.groups[0], models.MassQuota{}, sc.Now.Add(2*time.Hour))
			}, nil},
		{"excluded", 0,
			func(sc *models.Scope) error {
				r := rules
				r.ExcludedCategories = []string{" TEA"}
				_, err := sc.AddPolicy(w.groups[0], r, 0)
				return err
			},
			func(sc *models.Scope) error { _, err := sc.AddPolicy(w.groups[0], rules, 0); return err }},
		{"excluded", 0,
			func(sc *models.Scope) error {
				r := rules
				r.ExcludedBrands = []models.BrandID{7}
				_, err := sc.AddPolicy(0, r, 0)
				return err
			},
			func(sc *models.Scope) error { _, err := sc.AddPolicy(0, rules, 0); return err }},
		{"refusals", 0,
			func(sc *models.Scope) error { // one of four refuses all, another this brand: more than a quarter
				_, err := sc.AddRefusal(people[0], 0)
				_, err2 := sc.AddRefusal(people[0], 7)
				_, err3 := sc.AddRefusal(people[1], 7)
				return errors.Join(err, err2, err3)
			},
			func(sc *models.Scope) error { _, err := sc.DropRefusal(people[1], 7); return err }},
		{"ratio", 0,
			func(sc *models.Scope) error {
				r := rules
				r.Organic = 3
				if _, err := sc.AddPolicy(w.groups[0], r, 0); err != nil {
					return err
				}
				_, err := w.ledger.External(sc, throttle.External{Group: w.groups[0], At: sc.Now.Add(-time.Minute), Key: "by hand"})
				return err
			},
			func(sc *models.Scope) error {
				err := w.ledger.Organic(sc, models.OrganicPost{GroupID: w.groups[0], Kind: models.OrganicChat, Posts: 2, At: sc.Now, Idem: "a"})
				return errors.Join(err, w.ledger.Organic(sc,
					models.OrganicPost{GroupID: w.groups[0], Kind: models.OrganicMass, Posts: 1, At: sc.Now, Idem: "b"}))
			}},
	} {
		w.tx(g.close)
		p := w.one(0, 0)
		if p.State != models.PlacementHeld || p.Reason != g.why || p.NextAt != g.next {
			t.Fatalf("%s: %s (%s) next at %d", g.why, p.State, p.Reasons, p.NextAt)
		}
		x, err := w.ledger.Explain(w.read(), p.ID)
		if err != nil || x.Now.Allow || x.Now.Deciding.String() != g.why {
			t.Fatalf("%s is explained as %+v, %v", g.why, x.Now, err)
		}
		if g.end == nil {
			clock.Set(g.next.Time())
		} else {
			w.tx(g.end)
		}
		if x, err = w.ledger.Explain(w.read(), p.ID); err != nil || !x.Now.Allow {
			t.Fatalf("after %s it is still %+v, %v", g.why, x.Now, err)
		}
	}
	audits, err := w.read().Audits(100)
	booked := 0
	for _, a := range audits {
		if a.Action == "post.organic" && a.Object == "group:"+w.groups[0].String() && (a.Detail == "chat 2" || a.Detail == "mass 1") {
			booked++
		}
	}
	if err != nil || booked != 2 {
		t.Errorf("%d of two organic posts in the audit, %v", booked, err)
	}
	// Only what the gate is about is closed.
	w.tx(func(sc *models.Scope) error {
		_, err := w.ledger.Veto(sc, models.Veto{OfferID: w.offers[0], GroupID: w.groups[0]})
		return err
	})
	if p := w.one(0, 0); p.State != models.PlacementReleased || p.Reason != "vetoed" {
		t.Errorf("a vetoed post is %s (%s)", p.State, p.Reason)
	}
	if p := w.one(0, 1); p.State != models.PlacementReserved {
		t.Errorf("in another group it is %s (%s)", p.State, p.Reasons)
	}
	for _, g := range append(w.groups, 0) {
		wantSound(t, w, g)
	}
}

// testUnfitOffers: an offer without a label, or one that nobody has approved, is not sent.
func testUnfitOffers(t *testing.T, s *models.Store, _ *models.ManualClock) {
	w := newTown(t, s, 1, 1, models.Rules{GroupCap: 9, GroupWindow: day})
	var places []models.PlacementID
	w.tx(func(sc *models.Scope) error {
		for i, o := range []models.Offer{{State: models.OfferApproved, AdLabel: "推荐"}, {State: models.OfferSubmitted}} {
			o.BrandID, o.Title, o.Currency, o.Stock, o.EndsAt = 7, "x", "CAD", 1, sc.Now.Add(time.Hour*24)
			if err := sc.InsertOffer(&o); err != nil {
				return err
			}
			p := models.Placement{Idem: fmt.Sprint("p", i), Code: fmt.Sprint("c", i), GroupID: w.groups[0], OfferID: o.ID, BrandID: 7}
			if _, err := sc.AddPlacement(&p); err != nil {
				return err
			}
			places = append(places, p.ID)
		}
		return nil
	})
	all := w.many(places...)
	if all[0].Reasons != "ad_label" || all[1].Reasons != "unapproved" || all[0].NextAt != 0 || all[1].NextAt != 0 {
		t.Errorf("held for %q and %q", all[0].Reasons, all[1].Reasons)
	}
}

// testExposure: a member's posts in all her groups count, and the told time is the first at which few enough have seen too
// much, to the millisecond.
func testExposure(t *testing.T, s *models.Store, clock *models.ManualClock) {
	rules := models.Rules{GroupCap: 99, GroupWindow: day, HoldFor: hour, MinHold: minute,
		ExposureMost: 2, ExposureWindow: 10 * hour, ExposurePercent: 40}
	w := newTown(t, s, 3, 3, rules)
	// Of the five in group 0 two are in group 1 too, and one in all.
	w.crowd([]int{0}, []int{0}, []int{0, 1}, []int{0, 1}, []int{0, 1, 2})
	send := func(offer, group int) {
		p := w.one(offer, group)
		if p.State != models.PlacementReserved {
			t.Fatalf("offer %d in group %d is %s (%s)", offer, group, p.State, p.Reasons)
		}
		w.tx(func(sc *models.Scope) error { return w.ledger.Confirm(sc, p.ID, sc.Now) })
	}
	start := models.MillisOf(clock.Now())
	send(0, 2) // one of five has seen one
	clock.Advance(time.Hour)
	send(0, 1) // three have seen one, of whom one two
	clock.Advance(time.Hour)
	send(0, 0) // everybody one; three two or more: sixty percent
	p := w.one(1, 0)
	if p.Reasons != "exposure" {
		t.Fatalf("held for %q", p.Reasons)
	}
	// Two are over until the post in group 1 no longer counts; the third has one more until then, and sees it as the others.
	if want := start.Add(11 * time.Hour); p.NextAt != want {
		t.Fatalf("next at +%v, want +%v", p.NextAt.Sub(start), want.Sub(start))
	}
	clock.Set(p.NextAt.Time().Add(-time.Millisecond))
	if again := w.one(1, 0); again.State != models.PlacementHeld {
		t.Errorf("a millisecond before it is %s", again.State)
	}
	clock.Set(p.NextAt.Time())
	if again := w.one(1, 0); again.State != models.PlacementReserved {
		t.Errorf("at the told time it is %s (%s)", again.State, again.Reasons)
	}
}

// testNearGroupsRace: groups that share many members ask for one offer at the same moment, each under its own lock: one gets
// it. Without the lock that they share, several would; so would members see more than they should.
func testNearGroupsRace(t *testing.T, s *models.Store, _ *models.ManualClock) {
	const groups = 8
	near := make([][2]int, 0, groups*groups)
	everywhere := make([]int, groups)
	for i := range groups {
		everywhere[i] = i
		for k := range i {
			near = append(near, [2]int{k, i})
		}
	}
	for name, rules := range map[string]models.Rules{
		"overlap":  {GroupCap: 9, GroupWindow: day, OverlapPercent: 20, OverlapGap: day},
		"exposure": {GroupCap: 9, GroupWindow: day, ExposureMost: 1, ExposureWindow: day, ExposurePercent: 50},
	} {
		for range 3 {
			w := newTown(t, s, groups, 1, rules)
			w.overlap(20, near...)
			w.crowd(everywhere, everywhere)
			var wg sync.WaitGroup
			for g := range groups {
				wg.Go(func() {
					err := s.Tx(context.Background(), func(tx *models.Tx) error {
						_, err := w.ledger.ReserveMany(tx.In(w.community), []models.PlacementID{w.at(0, g)})
						return err
					})
					if err != nil {
						t.Error(err)
					}
				})
			}
			wg.Wait()
			got, err := w.read().PlacementsIn(models.PlacementReserved)
			if err != nil || len(got) != 1 {
				t.Errorf("%s: %d groups got the offer, want one; %v", name, len(got), err)
			}
		}
	}
}

// testBatchesRace: batches over the same groups in different orders, beside single reservations, exceed no cap.
func testBatchesRace(t *testing.T, s *models.Store, _ *models.ManualClock) {
	w := newTown(t, s, 6, 6, models.Rules{GroupCap: 2, GroupWindow: day, HoldFor: hour})
	var wg sync.WaitGroup
	var mu sync.Mutex
	fresh := map[models.PlacementID]int{}
	for worker := range 8 {
		wg.Go(func() {
			ids := slices.Clone(w.places)
			if worker%2 == 1 {
				slices.Reverse(ids)
			}
			size := []int{1, 5, 36}[worker%3]
			for some := range slices.Chunk(ids, size) {
				var got []throttle.Reserved
				err := s.Tx(context.Background(), func(tx *models.Tx) (err error) {
					got, err = w.ledger.ReserveMany(tx.In(w.community), some)
					return err
				})
				if err != nil {
					t.Error(err)
					return
				}
				mu.Lock()
				for _, r := range got {
					if r.Fresh {
						fresh[r.ID]++
					}
				}
				mu.Unlock()
			}
		})
	}
	wg.Wait()
	if len(fresh) != 12 {
		t.Errorf("%d slots were given, want two in each of six groups", len(fresh))
	}
	for id, n := range fresh {
		if n != 1 {
			t.Errorf("placement %s was given its slot %d times", id, n)
		}
	}
	for _, g := range w.groups {
		live, err := w.read().LivePlacements(g, 0)
		if err != nil || len(live) != 2 {
			t.Errorf("%d live in a group, %v", len(live), err)
		}
		wantSound(t, w, g)
	}
}

// testExternal: a post made by hand is booked once, counts, and is debt where it exceeds a cap.
func testExternal(t *testing.T, s *models.Store, clock *models.ManualClock) {
	w := newTown(t, s, 1, 2, models.Rules{GroupCap: 1, GroupWindow: day, HoldFor: hour})
	start := models.MillisOf(clock.Now())
	for range 2 {
		for _, key := range []string{"a", "b"} {
			w.tx(func(sc *models.Scope) error {
				p, err := w.ledger.External(sc, throttle.External{Group: w.groups[0], Offer: w.offers[0], At: sc.Now.Add(time.Hour), Key: key})
				if err == nil && (p.State != models.PlacementLate || p.SentAt != start || p.Origin != models.OriginExternal || p.BrandID != 7) {
					t.Errorf("booked as %+v", p)
				}
				return err
			})
		}
	}
	all, err := w.read().PlacementsIn(models.PlacementLate)
	if err != nil || len(all) != 2 {
		t.Fatalf("%d booked, %v", len(all), err)
	}
	p := w.one(1, 0)
	if p.Reasons != "group_cap debt" || p.NextAt != start.Add(24*time.Hour) {
		t.Errorf("held for %q until %d", p.Reasons, p.NextAt)
	}
	v, err := w.ledger.NextFree(w.read(), w.groups[0])
	if err != nil || !v.Reasons.Has(throttle.Debt) {
		t.Errorf("the group shows %v, %v", v.Reasons, err)
	}
	err = s.Tx(t.Context(), func(tx *models.Tx) error {
		_, err := w.ledger.External(tx.In(w.community), throttle.External{Group: 5, Key: "x"})
		return err
	})
	if models.CodeOf(err) != "group_not_found" {
		t.Errorf("a post in no group: %v", err)
	}
	wantSound(t, w, w.groups[0])
}

// tamper changes rows behind the store's back.
func tamper(t *testing.T, dsn, statement string, args ...any) {
	t.Helper()
	db, err := sql.Open("sqlite", dsn)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = db.Close() }()
	r, err := db.ExecContext(t.Context(), statement, args...)
	if err != nil {
		t.Fatal(err)
	}
	if n, err := r.RowsAffected(); err != nil || n == 0 {
		t.Fatalf("%s changed %d rows, %v", statement, n, err)
	}
}

// TestAuditFindsTheFirstBadRecord: whatever is changed, taken out or put in shows, and thinning does not.
func TestAuditFindsTheFirstBadRecord(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		statement string
		bad       int64 // counted from 1; 0: sound
	}{
		"nothing":           {"UPDATE records SET at = at", 0},
		"an allowed one":    {"UPDATE records SET verdict = 'hold' WHERE seq = 1 AND group_id <> 0", 1},
		"its inputs":        {"UPDATE records SET body = x'0102' WHERE seq = 1 AND group_id <> 0", 1},
		"a time":            {"UPDATE records SET at = at + 1 WHERE seq = 2 AND group_id <> 0", 2},
		"one is gone":       {"DELETE FROM records WHERE seq = 2 AND group_id <> 0", 2},
		"the last is gone":  {"DELETE FROM records WHERE seq = 7 AND group_id <> 0", 7},
		"an event":          {"UPDATE placement_events SET reason = 'x' WHERE to_state = 'held'", 4},
		"an event is gone":  {"DELETE FROM placement_events WHERE to_state = 'held'", 4},
		"an event more":     {"INSERT INTO placement_events SELECT id + 1, community_id, placement_id, from_state, to_state, reason, s, e, policy_rev, at + 1, group_id FROM placement_events LIMIT 1", 8},
		"the end is forged": {"UPDATE chat_groups SET chain_seq = 5", 8},
		"the rules":         {"UPDATE policies SET rules_json = '{}'", -1},
		"a veto":            {"UPDATE vetoes SET note = 'yes'", 7},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			path := t.TempDir() + "/siyu.db"
			clock := models.NewManualClock(time.Date(2026, 5, 4, 19, 0, 0, 0, time.UTC))
			s, err := models.Open(t.Context(), models.Options{DSN: "sqlite:" + path, Secret: []byte(testkit.Secret), Clock: clock, Throwaway: true})
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { _ = s.Close() })
			if _, err := s.Migrate(t.Context()); err != nil {
				t.Fatal(err)
			}
			w := newTown(t, s, 1, 2, models.Rules{GroupCap: 1, GroupWindow: day, HoldFor: hour})
			w.one(0, 0)
			clock.Advance(time.Minute)
			w.one(1, 0)
			w.one(1, 0) // the same answer is no record
			clock.Advance(time.Hour)
			w.one(1, 0) // overdue: other inputs, another time
			w.tx(func(sc *models.Scope) error {
				_, err := sc.AddVeto(&models.Veto{OfferID: w.offers[0], GroupID: w.groups[0]})
				return err
			})
			records, err := w.read().Records(w.groups[0], 0, 100)
			if err != nil || len(records) != 7 { // three decisions, three events, a veto
				t.Fatalf("%d records, %v", len(records), err)
			}
			if _, err := s.ThinRecords(t.Context(), models.MillisOf(clock.Now())+1); err != nil {
				t.Fatal(err)
			}
			wantSound(t, w, w.groups[0])
			wantSound(t, w, 0)
			tamper(t, path, tt.statement)
			group, bad := w.groups[0], tt.bad
			if bad < 0 {
				group, bad = 0, -bad
			}
			c, err := throttle.Verify(w.read(), group)
			if err != nil || c.Bad != bad {
				t.Errorf("bad %d (%s) of %d, want %d; %v", c.Bad, c.Why, len(records), bad, err)
			}
		})
	}
}

// testOverlaps counts pairs as the obvious way does, also when a person's stays come in two parts.
func testOverlaps(t *testing.T, s *models.Store, _ *models.ManualClock) {
	w := newTown(t, s, 4, 1, models.Rules{})
	w.crowd([]int{0, 1}, []int{0, 1, 2}, []int{0}, []int{3}, []int{2, 3}, []int{0, 1})
	for _, part := range []int{1, 2, 100} {
		o := throttle.NewOverlaps()
		err := w.read().Stays(func(stays []models.GroupMember) error {
			for some := range slices.Chunk(stays, part) {
				if err := o.Add(some); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, p := range o.Pairs() {
			got = append(got, fmt.Sprint(slices.Index(w.groups, p.GroupID), slices.Index(w.groups, p.OtherID), p.Shared, p.Smaller))
		}
		if want := []string{"0 1 3 3", "0 2 1 2", "1 2 1 2", "2 3 1 2"}; !slices.Equal(got, want) {
			t.Errorf("%v, want %v", got, want)
		}
	}
}
