package turns_test

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"testing"
	"time"

	"siyu/internal/testkit"
	"siyu/models"
	"siyu/throttle"
	"siyu/throttle/turns"
)

const hour = int64(time.Hour / time.Millisecond)

// town is a community with groups of a hundred, three brands and rules.
type town struct {
	t         *testing.T
	store     *models.Store
	planner   *turns.Planner
	community models.CommunityID
	brands    []models.BrandID
	groups    []models.Group
	offers    int
}

func newTown(t *testing.T, s *models.Store, groups int) *town {
	t.Helper()
	ledger, err := throttle.NewLedger(throttle.Options{})
	if err != nil {
		t.Fatal(err)
	}
	w := &town{t: t, store: s, planner: turns.New(ledger)}
	w.community = testkit.Community(t, s, func(sc *models.Scope) error {
		rules := models.Rules{GroupCap: 2, GroupWindow: 7 * 24 * hour, MinGap: 24 * hour, HoldFor: 4 * hour, MinHold: hour / 2,
			ExcludedCategories: []string{"烟酒"}}
		if _, err := sc.AddPolicy(0, rules, 0); err != nil {
			return err
		}
		for i := range 3 {
			b := models.Brand{Name: fmt.Sprint("brand ", i), Weight: 1}
			if err := sc.InsertBrand(&b); err != nil {
				return err
			}
			w.brands = append(w.brands, b.ID)
		}
		for range groups {
			g := models.Group{Name: "g", Kind: models.OrdinaryGroup, Zone: "America/Vancouver", Headcount: 100}
			if err := sc.InsertGroup(&g); err != nil {
				return err
			}
			w.groups = append(w.groups, g)
		}
		return nil
	})
	return w
}

func (w *town) tx(fn func(*models.Scope) error) {
	w.t.Helper()
	if err := w.store.Tx(context.Background(), func(tx *models.Tx) error { return fn(tx.In(w.community)) }); err != nil {
		w.t.Fatal(err)
	}
}

func (w *town) read() *models.Scope { return w.store.Read(context.Background()).In(w.community) }

// offer is an approved one that waits in every group.
func (w *town) offer(brand int, change func(*models.Offer)) models.Offer {
	w.t.Helper()
	var o models.Offer
	w.offers++
	w.tx(func(sc *models.Scope) error {
		o = models.Offer{BrandID: w.brands[brand], State: models.OfferApproved, Title: "买一送一", Body: "x", Currency: "CAD", Stock: 5, PerMember: 1,
			StartsAt: sc.Now, EndsAt: sc.Now.Add(20 * 24 * time.Hour), RedeemBy: sc.Now.Add(30 * 24 * time.Hour), AdLabel: models.AdLabels()[0]}
		if change != nil {
			change(&o)
		}
		if err := sc.InsertOffer(&o); err != nil {
			return err
		}
		all := make([]models.Placement, len(w.groups))
		for i, g := range w.groups {
			all[i] = models.Placement{Idem: fmt.Sprint(o.ID, g.ID), Code: fmt.Sprintf("C%05d%04d", w.offers, i), GroupID: g.ID, OfferID: o.ID, BrandID: o.BrandID}
		}
		return sc.AddPlacements(all)
	})
	return o
}

// Nobody waits for a turn while one brand is alone; with a second one each has half of the first day's posts, and whoever
// is not on in this week waits until its end.
func TestPlan(t *testing.T) {
	t.Parallel()
	testkit.Each(t, func(t *testing.T, s *models.Store, _ *models.ManualClock) {
		w := newTown(t, s, 10)
		first, second := w.offer(0, nil), w.offer(0, nil)
		changed, err := w.planner.Plan(w.read())
		if err != nil || len(changed) != 0 {
			t.Fatalf("%d turns for a brand that is alone, %v", len(changed), err)
		}
		other := w.offer(1, nil)
		if changed, err = w.planner.Plan(w.read()); err != nil {
			t.Fatal(err)
		}
		at := map[models.PlacementID]models.Millis{}
		for _, c := range changed {
			at[c.ID] = c.At
		}
		w.tx(func(sc *models.Scope) error { return sc.SetTurns(changed) })
		rows, err := w.read().PlacementsIn()
		if err != nil {
			t.Fatal(err)
		}
		today, week, never := map[models.BrandID]int{}, map[models.BrandID]int{}, 0
		now := w.read().Now
		for _, p := range rows {
			switch {
			case p.TurnAt != at[p.ID]:
				t.Errorf("placement %s has its turn at %d, want %d", p.ID, p.TurnAt, at[p.ID])
			case p.TurnAt == 0 || p.TurnAt < now.Add(20*time.Hour):
				today[p.BrandID]++
			case p.TurnAt < now.Add(6*24*time.Hour):
				week[p.BrandID]++
			default:
				never++
			}
		}
		a, b := today[first.BrandID]+week[first.BrandID], today[other.BrandID]+week[other.BrandID]
		if today[first.BrandID]+today[other.BrandID] != 10 || a+b != 20 || b < 9 || never != 10 {
			t.Errorf("today %v, later this week %v, not this week %d (%s, %s, %s)", today, week, never, first.ID, second.ID, other.ID)
		}
		if again, err := w.planner.Plan(w.read()); err != nil || len(again) != 0 {
			t.Errorf("planned again at once, %d turns differ, %v", len(again), err)
		}
	})
}

// The week can be planned though something waits twice in a group, since two groups have just become one.
func TestPlanTwins(t *testing.T) {
	t.Parallel()
	s, _ := testkit.Store(t)
	w := newTown(t, s, 2)
	w.offer(0, nil)
	w.offer(1, nil)
	w.tx(func(sc *models.Scope) error {
		_, err := sc.MergeGroups(w.groups[1].ID, w.groups[0].ID, 0, "a test")
		return err
	})
	changed, err := w.planner.Plan(w.read())
	if err != nil {
		t.Fatal(err)
	}
	first := map[models.OfferID]models.PlacementID{}
	waiting, err := w.read().WaitingIn([]models.GroupID{w.groups[0].ID})
	if err != nil || len(waiting) != 4 {
		t.Fatalf("%d wait, %v", len(waiting), err)
	}
	for _, p := range waiting {
		if first[p.OfferID] == 0 {
			first[p.OfferID] = p.ID
		}
	}
	for _, c := range changed {
		if !slices.Contains(slices.Collect(maps.Values(first)), c.ID) {
			t.Errorf("the later one of two has a turn: %+v", c)
		}
	}
}

// A forecast books nothing, leaves out what is closed for good, and counts people once.
func TestForecastOfTheStore(t *testing.T) {
	t.Parallel()
	testkit.Each(t, func(t *testing.T, s *models.Store, _ *models.ManualClock) {
		w := newTown(t, s, 10)
		w.offer(0, nil)
		w.offer(1, nil)
		w.tx(func(sc *models.Scope) error { // thirty people who are in all groups
			for i := range 30 {
				for _, g := range w.groups {
					m := models.GroupMember{GroupID: g.ID, MemberID: models.MemberID(1000 + i), UserKey: fmt.Sprint("u", i), JoinedAt: sc.Now}
					if _, err := sc.AddGroupMember(&m); err != nil {
						return err
					}
				}
			}
			_, err := sc.AddVeto(&models.Veto{GroupID: w.groups[0].ID, OfferID: 4242})
			return err
		})
		now := w.read().Now
		draft := models.Offer{ID: 4242, BrandID: w.brands[2], StartsAt: now, EndsAt: now.Add(10 * 24 * time.Hour), AdLabel: "Ad"}
		f, err := w.planner.Forecast(w.read(), draft)
		if err != nil {
			t.Fatal(err)
		}
		if f.Posts < 5 || f.Posts+len(f.Missed) != 9 || f.Exposures != int64(100*f.Posts) {
			t.Errorf("%d posts to %d members, missed %d of nine groups", f.Posts, f.Exposures, len(f.Missed))
		}
		if want := f.Exposures - int64(30*(f.Posts-1)); f.People != want {
			t.Errorf("%d people, want %d", f.People, want)
		}
		if len(f.Short) == 0 || f.Claims <= 0 {
			t.Errorf("short %+v, claims %.1f: the week was full without it", f.Short, f.Claims)
		}
		if shut := f.Shut(draft); len(shut) != 1 || !shut[w.groups[0].ID].Has(throttle.Vetoed) {
			t.Errorf("closed for good: %v", shut)
		}
		draft.Category = "烟酒"
		if f, err = w.planner.Forecast(w.read(), draft); err != nil || f.Posts != 0 || len(f.Shut(draft)) != 10 {
			t.Errorf("of an excluded category %d posts, %d groups closed, %v", f.Posts, len(f.Shut(draft)), err)
		}
		if rows, err := w.read().PlacementsIn(); err != nil || len(rows) != 20 {
			t.Errorf("%d placements after a forecast, %v", len(rows), err)
		}
		empty, err := w.planner.Forecast(w.read(), models.Offer{BrandID: 99})
		if !models.IsKind(err, models.NotFound) {
			t.Errorf("of no brand: %+v, %v", empty, err)
		}
	})
}

// Nobody tells how many are in an ordinary group: at least the members who were seen in it are.
func TestForecastCountsWhoIsKnown(t *testing.T) {
	t.Parallel()
	s, _ := testkit.Store(t)
	w := newTown(t, s, 0)
	w.tx(func(sc *models.Scope) error {
		g := models.Group{Name: "never counted", Kind: models.OrdinaryGroup, Zone: "America/Vancouver"}
		if err := sc.InsertGroup(&g); err != nil {
			return err
		}
		for i := range 12 {
			m := models.GroupMember{GroupID: g.ID, MemberID: models.MemberID(1000 + i), UserKey: fmt.Sprint("u", i), JoinedAt: sc.Now}
			if _, err := sc.AddGroupMember(&m); err != nil {
				return err
			}
		}
		return nil
	})
	now := w.read().Now
	f, err := w.planner.Forecast(w.read(), models.Offer{BrandID: w.brands[0], StartsAt: now, EndsAt: now.Add(9 * 24 * time.Hour), AdLabel: "Ad"})
	if err != nil || f.Posts != 1 || f.Exposures != 12 || f.People != 12 {
		t.Errorf("%+v, %v: want one post to twelve people", f, err)
	}
}

// The more posts, the more members are at risk.
func TestForecastOfLeaves(t *testing.T) {
	t.Parallel()
	s, _ := testkit.Store(t)
	w := newTown(t, s, 4)
	now := w.read().Now
	f, err := w.planner.Forecast(w.read(), models.Offer{BrandID: w.brands[0], StartsAt: now, EndsAt: now.Add(9 * 24 * time.Hour), AdLabel: "Ad"})
	if err != nil || f.Posts != 4 {
		t.Fatalf("%d posts, %v", f.Posts, err)
	}
	// One post, felt for four weeks: 6e-5 of 100 members a day times the sum of exp(-2t/7) over days, about 3.5 to 4.
	if one := f.Leaves / 4; one < 0.015 || one > 0.03 {
		t.Errorf("one post costs %.4f members of 100", one)
	}
}

func TestCalendarOfTheStore(t *testing.T) {
	t.Parallel()
	s, _ := testkit.Store(t)
	w := newTown(t, s, 1)
	o := w.offer(0, nil)
	all, err := w.planner.Calendar(w.read(), w.groups[0].ID, &o, 7)
	if err != nil || len(all) != 1 || !all[0].Free {
		t.Fatalf("%+v, %v", all, err)
	}
	w.tx(func(sc *models.Scope) error {
		return sc.PauseGroup(w.groups[0].ID, models.Pause{Paused: true, Until: sc.Now.Add(24 * time.Hour)})
	})
	all, err = w.planner.Calendar(w.read(), w.groups[0].ID, nil, 7)
	if err != nil || len(all) != 2 || all[0].Free || all[0].Deciding != throttle.Paused || !all[1].Free || all[1].S-all[0].S != 24*hour {
		t.Fatalf("%+v, %v", all, err)
	}
}
