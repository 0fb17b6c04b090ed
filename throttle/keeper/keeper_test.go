package keeper_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"siyu/internal/testkit"
	"siyu/models"
	"siyu/throttle"
	"siyu/throttle/keeper"
)

const (
	hour = time.Hour
	day  = 24 * time.Hour
)

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// hall is a community with groups of people who come and go as a test says.
type hall struct {
	t         testing.TB
	store     *models.Store
	clock     *models.ManualClock
	keeper    *keeper.Keeper
	ledger    *throttle.Ledger
	community models.CommunityID
	groups    []models.GroupID
	brands    []models.BrandID
	stays     map[models.GroupID][]models.ID[models.GroupMember]
	names     int
}

// looseRules leave nearly everything to the keeper.
func looseRules() models.Rules {
	return models.Rules{GroupCap: 20, GroupWindow: (7 * day).Milliseconds(), HoldFor: (12 * hour).Milliseconds(), MinHold: 1,
		OfferSpacing: hour.Milliseconds()}
}

// newHall fills a community with groups of some size.
func newHall(t testing.TB, s *models.Store, clock *models.ManualClock, groups, size int, rules models.Rules) *hall {
	t.Helper()
	h := &hall{t: t, store: s, clock: clock, stays: map[models.GroupID][]models.ID[models.GroupMember]{}}
	var err error
	h.keeper, err = keeper.New(keeper.Options{Store: s})
	must(t, err)
	h.ledger, err = throttle.NewLedger(throttle.Options{})
	must(t, err)
	h.ledger.AddHook(h.keeper.Gates)
	h.community = testkit.Community(t, s, func(sc *models.Scope) error {
		_, err := sc.AddPolicy(0, rules, 0)
		return err
	})
	for range 3 {
		h.tx(func(sc *models.Scope) error {
			b := models.Brand{Name: fmt.Sprint("brand ", len(h.brands)), Weight: 1}
			err := sc.InsertBrand(&b)
			h.brands = append(h.brands, b.ID)
			return err
		})
	}
	for range groups {
		h.addGroup(size)
	}
	return h
}

func (h *hall) tx(fn func(sc *models.Scope) error) {
	h.t.Helper()
	must(h.t, h.store.Tx(context.Background(), func(tx *models.Tx) error { return fn(tx.In(h.community)) }))
}

func (h *hall) read() *models.Scope { return h.store.Read(context.Background()).In(h.community) }

func (h *hall) addGroup(size int) models.GroupID {
	h.t.Helper()
	h.names++
	chat := fmt.Sprint("chat", h.names)
	g := models.Group{Name: chat, Kind: models.WeComGroup, ChatID: &chat, Zone: "America/Vancouver", Capacity: 200}
	h.tx(func(sc *models.Scope) error { return sc.InsertGroup(&g) })
	h.groups = append(h.groups, g.ID)
	h.join(g.ID, size)
	return g.ID
}

// join has people come into a group now.
func (h *hall) join(g models.GroupID, people int) {
	h.t.Helper()
	h.tx(func(sc *models.Scope) error {
		for range people {
			h.names++
			m := models.GroupMember{GroupID: g, UserKey: fmt.Sprint("u", h.names), JoinedAt: sc.Now}
			if _, err := sc.AddGroupMember(&m); err != nil {
				return err
			}
			h.stays[g] = append(h.stays[g], m.ID)
		}
		return nil
	})
}

// leave has people leave a group at a time.
func (h *hall) leave(g models.GroupID, people int, at models.Millis, removed bool) {
	h.t.Helper()
	h.tx(func(sc *models.Scope) error {
		for range min(people, len(h.stays[g])) {
			end := sc.CloseGroupMember
			if removed {
				end = sc.CloseRemoved
			}
			if _, err := end(h.stays[g][0], at); err != nil {
				return err
			}
			h.stays[g] = h.stays[g][1:]
		}
		return nil
	})
}

// offer is a new approved offer, always open.
func (h *hall) offer(brand models.BrandID) models.Offer {
	h.t.Helper()
	o := models.Offer{BrandID: brand, State: models.OfferApproved, Title: "offer", Body: "words", Currency: "CAD", Stock: 1000, PerMember: 1,
		StartsAt: 1, EndsAt: models.MillisOf(h.clock.Now().Add(3000 * day)), RedeemBy: models.MillisOf(h.clock.Now().Add(3001 * day))}
	h.tx(func(sc *models.Scope) error { return sc.InsertOffer(&o) })
	return o
}

// plan plans an offer into a group.
func (h *hall) plan(o models.Offer, g models.GroupID) models.Placement {
	h.t.Helper()
	h.names++
	p := models.Placement{Idem: fmt.Sprint("idem", h.names), Code: fmt.Sprint(h.community, "-", h.names), GroupID: g, OfferID: o.ID, BrandID: o.BrandID}
	h.tx(func(sc *models.Scope) error {
		_, err := sc.AddPlacement(&p)
		return err
	})
	return p
}

// ask asks for a slot now.
func (h *hall) ask(id models.PlacementID) (p models.Placement) {
	h.t.Helper()
	h.tx(func(sc *models.Scope) error {
		var err error
		p, _, err = h.ledger.Reserve(sc, id)
		return err
	})
	return p
}

// post has an offer appear in a group now, whatever the keeper says of it.
func (h *hall) post(o models.Offer, g models.GroupID) models.Placement {
	h.t.Helper()
	p := h.plan(o, g)
	h.tx(func(sc *models.Scope) error { return h.ledger.Confirm(sc, p.ID, sc.Now) })
	return p
}

// click has people open a card.
func (h *hall) click(p models.Placement, people int) {
	h.t.Helper()
	h.tx(func(sc *models.Scope) error {
		for range people {
			h.names++
			t := models.Touch{UID: fmt.Sprint("t", h.names), Kind: models.TouchMini, At: sc.Now, MemberID: models.MemberID(h.names), PlacementID: p.ID}
			if _, err := sc.AddTouch(&t); err != nil {
				return err
			}
		}
		return nil
	})
}

// learn runs the daily work.
func (h *hall) learn() keeper.Day {
	h.t.Helper()
	d, err := h.keeper.Daily(context.Background(), h.community, time.Hour)
	must(h.t, err)
	if !d.Done {
		h.t.Fatal("an hour was not enough")
	}
	return d
}

func (h *hall) learning(g models.GroupID) models.Learning {
	h.t.Helper()
	all, err := h.read().LearningsOf([]models.GroupID{g})
	must(h.t, err)
	return all[g]
}

func (h *hall) days(g models.GroupID) []models.GroupDay {
	h.t.Helper()
	all, err := h.read().GroupDays([]models.GroupID{g}, 0)
	must(h.t, err)
	return all
}

// TestDay counts by hand what a day was.
func TestDay(t *testing.T) {
	t.Parallel()
	testkit.Each(t, func(t *testing.T, s *models.Store, clock *models.ManualClock) {
		h := newHall(t, s, clock, 1, 100, looseRules()) // Monday noon
		g := h.groups[0]
		clock.Advance(24 * hour) // Tuesday noon
		p := h.post(h.offer(h.brands[0]), g)
		h.join(g, 10)
		clock.Advance(6 * hour)
		at := models.MillisOf(clock.Now())
		h.leave(g, 4, at, false)
		h.leave(g, 2, at, true)
		h.click(p, 7)
		clock.Advance(18 * hour) // Wednesday noon
		h.leave(g, 3, models.MillisOf(clock.Now()), false)
		if d := h.learn(); d.Observed != 1 || d.Learnt != 1 {
			t.Fatalf("the run came to %+v", d)
		}
		days := h.days(g)
		if len(days) != 2 {
			t.Fatalf("%d days were written", len(days))
		}
		mon, tue := days[0], days[1]
		if mon.Members != 100 || mon.MemberDays != 50 || mon.Joins != 100 || mon.Quits != 0 || mon.Posts != 0 {
			t.Errorf("Monday was %+v", mon)
		}
		if tue.Members != 104 || tue.Joins != 10 || tue.Quits != 4 || tue.Removals != 2 || tue.Posts != 1 || tue.Clicks != 7 {
			t.Errorf("Tuesday was %+v", tue)
		}
		if want := 100 + 10*0.5 - 6*0.25; tue.MemberDays != want {
			t.Errorf("Tuesday had %v member-days, not %v", tue.MemberDays, want)
		}
		if tue.Felt <= 0.4 || tue.Felt >= 0.5 || tue.Threshold <= 0 {
			t.Errorf("Tuesday's exposure was %v, its threshold %v", tue.Felt, tue.Threshold)
		}
		if again := h.learn(); again.Observed != 0 || again.Learnt != 0 {
			t.Errorf("a second run on the same day did %+v", again)
		}
	})
}
