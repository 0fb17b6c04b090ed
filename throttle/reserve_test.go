package throttle_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"siyu/internal/testkit"
	"siyu/models"
	"siyu/throttle"
)

// town is a community with several groups, two brands and offers in all groups, some groups near one another.
type town struct {
	t         testing.TB
	store     *models.Store
	ledger    *throttle.Ledger
	community models.CommunityID
	groups    []models.GroupID
	offers    []models.OfferID
	places    []models.PlacementID // of offer i in group j at i*len(groups)+j
}

func newTown(t testing.TB, s *models.Store, groups, offers int, rules models.Rules) *town {
	t.Helper()
	ledger, err := throttle.NewLedger(throttle.Options{})
	if err != nil {
		t.Fatal(err)
	}
	w := &town{t: t, store: s, ledger: ledger}
	w.community = testkit.Community(t, s, func(sc *models.Scope) error {
		if _, err := sc.AddPolicy(0, rules, 0); err != nil {
			return err
		}
		for i := range groups {
			g := models.Group{Name: fmt.Sprint("g", i), Kind: models.OrdinaryGroup, Zone: []string{"America/Vancouver", "Asia/Shanghai"}[i%2]}
			if err := sc.InsertGroup(&g); err != nil {
				return err
			}
			w.groups = append(w.groups, g.ID)
		}
		var all []models.Placement
		for i := range offers {
			o := models.Offer{BrandID: models.BrandID(7 + i%2), State: models.OfferApproved, Title: "x", Currency: "CAD", Stock: 1, PerMember: 1,
				Category: []string{"tea", "Tea ", ""}[i%3], StartsAt: sc.Now.Add(-24 * time.Hour), EndsAt: sc.Now.Add(30 * 24 * time.Hour)}
			if err := sc.InsertOffer(&o); err != nil {
				return err
			}
			w.offers = append(w.offers, o.ID)
			for _, g := range w.groups {
				all = append(all, models.Placement{Idem: o.ID.String() + ":" + g.String(), Code: models.Digest([]byte(o.ID.String() + g.String()))[:16], GroupID: g,
					OfferID: o.ID, BrandID: o.BrandID})
			}
		}
		if err := sc.AddPlacements(all); err != nil {
			return err
		}
		for _, p := range all {
			w.places = append(w.places, p.ID)
		}
		return nil
	})
	return w
}

func (w *town) tx(fn func(sc *models.Scope) error) {
	w.t.Helper()
	if err := w.store.Tx(context.Background(), func(tx *models.Tx) error { return fn(tx.In(w.community)) }); err != nil {
		w.t.Fatal(err)
	}
}

func (w *town) many(ids ...models.PlacementID) []throttle.Reserved {
	w.t.Helper()
	var all []throttle.Reserved
	w.tx(func(sc *models.Scope) (err error) { all, err = w.ledger.ReserveMany(sc, ids); return err })
	return all
}

// overlap says that the groups with these numbers share a part of their members.
func (w *town) overlap(percent int, pairs ...[2]int) {
	w.t.Helper()
	all := make([]models.Overlap, len(pairs))
	for i, p := range pairs {
		all[i] = models.Overlap{GroupID: w.groups[p[0]], OtherID: w.groups[p[1]], Shared: percent, Smaller: 100}
	}
	w.tx(func(sc *models.Scope) error { return sc.PutOverlaps(all) })
}

// crowd puts people into groups.
func (w *town) crowd(inGroups ...[]int) []models.MemberID {
	w.t.Helper()
	people := make([]models.MemberID, len(inGroups))
	w.tx(func(sc *models.Scope) (err error) {
		for i, groups := range inGroups {
			people[i], err = sc.Identify(models.Name{Kind: models.OpenID, Scope: "mini", Value: fmt.Sprint("person ", i)})
			if err != nil {
				return err
			}
			for _, g := range groups {
				m := models.GroupMember{GroupID: w.groups[g], UserKey: fmt.Sprint("u", i), MemberID: people[i], JoinedAt: 1}
				if _, err := sc.AddGroupMember(&m); err != nil {
					return err
				}
			}
		}
		return nil
	})
	return people
}

// TestReserveManyIsOneByOne: many placements in one transaction get the answers they would get one after the other.
func TestReserveManyIsOneByOne(t *testing.T) {
	t.Parallel()
	s, clock := testkit.Store(t)
	begin := clock.Now()
	for seed := range uint64(40) {
		dice := rand.New(rand.NewPCG(seed, 7))
		clock.Set(begin.Add(time.Duration(dice.IntN(48)) * time.Hour))
		rules := models.Rules{GroupCap: dice.IntN(4), GroupWindow: day, BrandCap: dice.IntN(3), BrandWindow: 2 * day,
			MinGap: dice.Int64N(2) * 2 * hour, HoldFor: 4 * hour, QuietStart: 22 * 60, QuietEnd: 8 * 60, RivalGap: dice.Int64N(2) * 3 * hour,
			OverlapPercent: 20, OverlapGap: dice.Int64N(2) * day,
			ExposureMost: dice.IntN(3), ExposureWindow: 3 * day, ExposurePercent: 30}
		batch := 2 + dice.IntN(25)
		outcome := func(batch int) (told []string) {
			w := newTown(t, s, 4, 4, rules)
			w.overlap(25, [2]int{0, 1}, [2]int{1, 2})
			w.crowd([]int{0, 1}, []int{0}, []int{1, 2, 3}, []int{3})
			dice := rand.New(rand.NewPCG(seed, 1))
			order := slices.Concat(w.places, w.places[:6])
			dice.Shuffle(len(order), func(i, k int) { order[i], order[k] = order[k], order[i] })
			for some := range slices.Chunk(order, batch) {
				for _, r := range w.many(some...) {
					i := slices.Index(w.places, r.ID)
					told = append(told, fmt.Sprintln(i, r.State, r.S, r.E, r.NextAt, r.Reasons, r.Reason, r.Fresh))
				}
			}
			for _, g := range append(w.groups, 0) {
				wantSound(t, w, g)
			}
			return told
		}
		if one, many := outcome(1), outcome(batch); !slices.Equal(one, many) {
			t.Fatalf("seed %d, rules %+v\none by one: %v\n%d together: %v", seed, rules, one, batch, many)
		}
	}
}

func wantSound(t testing.TB, w *town, g models.GroupID) {
	t.Helper()
	sc := w.store.Read(context.Background()).In(w.community)
	c, err := throttle.Verify(sc, g)
	if err != nil || c.Bad != 0 {
		t.Fatalf("chain of %s: %+v, %v", g, c, err)
	}
	r, err := throttle.Replay(sc, g)
	if err != nil || len(r.Differ) > 0 {
		t.Fatalf("replay of %s: %+v, %v", g, r, err)
	}
}
