package soak_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"

	"siyu/models"
	"siyu/throttle"
)

// mirror is the real ledger on a real store, which does whatever a machine does. Each of its answers and rows must be the
// machine's. A nil mirror does nothing.
type mirror struct {
	store  *models.Store
	clock  *models.ManualClock
	ledger *throttle.Ledger
	owner  models.CommunityID
	group  models.GroupID
	offers []models.Offer
	made   int
}

// newMirror makes a community with one group in the zone.
func newMirror(s *models.Store, clock *models.ManualClock, zone string, now int64) (*mirror, error) {
	ledger, err := throttle.NewLedger(throttle.Options{})
	if err != nil {
		return nil, err
	}
	r := &mirror{store: s, clock: clock, ledger: ledger}
	clock.Set(models.Millis(now).Time())
	return r, s.Tx(context.Background(), func(tx *models.Tx) error {
		c := models.Community{Name: zone, Zone: zone}
		if err := tx.InsertCommunity(&c); err != nil {
			return err
		}
		r.owner = c.ID
		g := models.Group{Name: zone, Kind: models.OrdinaryGroup, Zone: zone}
		err := tx.In(c.ID).InsertGroup(&g)
		r.group = g.ID
		return err
	})
}

// tx does something at the machine's time; what goes wrong is the machine's fault.
func (r *mirror) tx(m *machine, what string, fn func(*models.Scope) error) {
	now, _, _ := m.clock()
	r.clock.Set(models.Millis(now).Time())
	if err := r.store.Tx(context.Background(), func(tx *models.Tx) error { return fn(tx.In(r.owner)) }); err != nil {
		m.fail("%s: %v", what, err)
	}
}

// tame leaves out laws that one group cannot show, and has one law about the same offer: the ledger always has.
func (r *mirror) tame(l *laws) *laws {
	spacing := law{scope: throttle.ScopeOffer, k: 1, w: 3 * day, code: throttle.OfferOnce}
	l.all = slices.DeleteFunc(l.all, func(one law) bool {
		if one.scope == throttle.ScopeOffer {
			spacing.w = one.w
		}
		return one.scope == throttle.ScopeNear || one.scope == throttle.ScopeOffer
	})
	l.all = append(l.all, spacing)
	return l
}

// rule writes the machine's laws down as two levels of rules: the nights apart, everything else for the community.
func (r *mirror) rule(m *machine) {
	if r == nil {
		return
	}
	all := models.Rules{HoldFor: m.laws.hold, MinHold: max(1, m.laws.minWindow)}
	own := models.Rules{}
	scopes := map[throttle.Scope]models.CapScope{throttle.ScopeGroup: models.CapGroup, throttle.ScopeBrand: models.CapBrand,
		throttle.ScopeCategory: models.CapCategory, throttle.ScopeAll: models.CapAll}
	units := [...]models.CapUnit{throttle.Day: models.PerDay, throttle.Week: models.PerWeek, throttle.Month: models.PerMonth}
	for _, one := range m.laws.all {
		switch one.scope {
		case throttle.ScopeOffer:
			all.OfferSpacing = one.w
		case throttle.ScopeRival:
			all.RivalGap = one.w
		default:
			all.Caps = append(all.Caps, models.Cap{Scope: scopes[one.scope], K: one.k, Window: one.w, Per: units[one.unit], Daily: one.perDay})
		}
	}
	for i, h := range m.laws.night {
		to := [...]*models.Rules{&all, &own}[i]
		to.QuietStart, to.QuietEnd = h.From, h.To
	}
	r.tx(m, "write rules", func(sc *models.Scope) error {
		_, err := sc.AddPolicy(0, all, 0)
		if err == nil {
			_, err = sc.AddPolicy(r.group, own, 0)
		}
		return err
	})
}

// add gives a want its offer and placement; every other one is a further round of an offer that was there before.
func (r *mirror) add(m *machine, w *want) {
	if r == nil {
		return
	}
	r.tx(m, "add a placement", func(sc *models.Scope) error {
		if n := len(r.offers); n > 0 && m.r.IntN(2) == 0 {
			o := r.offers[n-1-m.r.IntN(min(n, 6))]
			w.q.what.offer, w.q.what.brand = int64(o.ID), int64(o.BrandID)
			w.q.what.category, _ = strconv.ParseInt(o.Category, 10, 64)
			w.q.start, w.q.end = int64(o.StartsAt), int64(o.EndsAt)
		} else {
			o := models.Offer{BrandID: models.BrandID(w.q.what.brand), State: models.OfferApproved, Title: "x", Currency: "CAD", Stock: 1,
				PerMember: 1, Category: strconv.FormatInt(w.q.what.category, 10), StartsAt: models.Millis(w.q.start), EndsAt: models.Millis(w.q.end)}
			if err := sc.InsertOffer(&o); err != nil {
				return err
			}
			w.q.what.offer = int64(o.ID)
			r.offers = append(r.offers, o)
		}
		p, err := r.placement(sc, w.q.what)
		w.id = p.ID
		return err
	})
}

func (r *mirror) placement(sc *models.Scope, what thing) (models.Placement, error) {
	r.made++
	key := fmt.Sprint(r.owner, "-", r.made)
	p := models.Placement{Idem: key, Code: key, GroupID: r.group, OfferID: models.OfferID(what.offer), BrandID: models.BrandID(what.brand)}
	_, err := sc.AddPlacement(&p)
	return p, err
}

// take wants the slot that the machine took.
func (r *mirror) take(m *machine, i int) {
	if r == nil {
		return
	}
	r.tx(m, "reserve", func(sc *models.Scope) error {
		p, fresh, err := r.ledger.Reserve(sc, m.rows[i].id)
		if err == nil && !fresh {
			m.fail("the ledger holds %+v, the machine has taken it", p)
		}
		return err
	})
	r.same(m, i)
}

// hold wants the reasons and the time that the machine has.
func (r *mirror) hold(m *machine, w *want, v throttle.Verdict) {
	if r == nil {
		return
	}
	r.tx(m, "reserve", func(sc *models.Scope) error {
		p, _, err := r.ledger.Reserve(sc, w.id)
		next := models.Millis(v.Next)
		if v.Next == throttle.Never {
			next = 0
		}
		over := int64(sc.Now) >= w.q.end
		switch {
		case err != nil:
		case over && p.State != models.PlacementLapsed:
			m.fail("the flight is over, and the ledger has %+v", p)
		case !over && (p.State != models.PlacementHeld || p.NextAt != next || p.Reasons != v.Reasons.String() || p.Reason == ""):
			m.fail("the ledger has %s %q until %d, the machine %q until %d", p.State, p.Reasons, p.NextAt, v.Reasons, v.Next)
		}
		return err
	})
}

// kill reserves and dies before the commit: nothing may be left of it.
func (r *mirror) kill(m *machine, w *want) {
	if r == nil {
		return
	}
	fresh, killed := false, errors.New("killed")
	now, _, _ := m.clock()
	r.clock.Set(models.Millis(now).Time())
	err := r.store.Tx(context.Background(), func(tx *models.Tx) (err error) {
		if _, fresh, err = r.ledger.Reserve(tx.In(r.owner), w.id); err != nil {
			return err
		}
		return killed
	})
	if !fresh || !errors.Is(err, killed) {
		m.fail("reserve and be killed: %v, %v", fresh, err)
	}
}

func (r *mirror) again(m *machine, i int) {
	if r == nil {
		return
	}
	r.tx(m, "reserve again", func(sc *models.Scope) error {
		_, fresh, err := r.ledger.Reserve(sc, m.rows[i].id)
		if fresh {
			m.fail("asking twice took two slots")
		}
		return err
	})
	r.same(m, i)
}

func (r *mirror) hand(m *machine, i int) {
	if r == nil {
		return
	}
	r.tx(m, "hand over", func(sc *models.Scope) error {
		p, err := sc.Placement(m.rows[i].id)
		if err != nil {
			return err
		}
		to := p
		to.State = models.PlacementTasked
		_, err = sc.MovePlacement(p, to)
		return err
	})
	r.same(m, i)
}

func (r *mirror) confirm(m *machine, i int, at int64) {
	if r == nil {
		return
	}
	if m.rows[i].kind == throttle.Organic {
		return
	}
	r.tx(m, "confirm", func(sc *models.Scope) error { return r.ledger.Confirm(sc, m.rows[i].id, models.Millis(at)) })
	r.same(m, i)
}

func (r *mirror) release(m *machine, i int) {
	if r == nil {
		return
	}
	r.tx(m, "release", func(sc *models.Scope) error { return r.ledger.Release(sc, m.rows[i].id, "owner_silent") })
	r.same(m, i)
}

// byHand books a post that nobody asked for: a mass message of the organiser's, or a placement that never had a slot.
func (r *mirror) byHand(m *machine, i int, at int64) {
	if r == nil {
		return
	}
	one := &m.rows[i]
	r.tx(m, "book by hand", func(sc *models.Scope) error {
		if one.kind == throttle.Organic {
			_, err := sc.AddOrganicPost(&models.OrganicPost{Idem: fmt.Sprint(r.owner, "-", i), GroupID: r.group, Kind: models.OrganicMass,
				Posts: 1, At: models.Millis(one.sent)})
			return err
		}
		p, err := r.placement(sc, one.thing)
		if err != nil {
			return err
		}
		one.id = p.ID
		return r.ledger.Confirm(sc, p.ID, models.Millis(at))
	})
	if one.kind != throttle.Organic {
		r.same(m, i)
	}
}

func (r *mirror) pause(m *machine) {
	if r == nil {
		return
	}
	r.tx(m, "pause", func(sc *models.Scope) error {
		return sc.PauseGroup(r.group, models.Pause{Paused: m.pause != 0, Until: models.Millis(m.pause)})
	})
}

// same compares a row with the machine's.
func (r *mirror) same(m *machine, i int) {
	states := map[state]models.PlacementState{reserved: models.PlacementReserved, tasked: models.PlacementTasked,
		confirmed: models.PlacementConfirmed, late: models.PlacementLate, released: models.PlacementReleased}
	p, err := r.store.Read(context.Background()).In(r.owner).Placement(m.rows[i].id)
	one := m.rows[i]
	if err != nil || p.State != states[one.state] || int64(p.S) != one.s || int64(p.E) != one.e || int64(p.SentAt) != one.sent {
		m.fail("the ledger has %+v, the machine %+v, %v", p, one, err)
	}
}

// audit wants the chain of all that happened to be sound, and every decision to come out again as it was.
func (r *mirror) audit(m *machine) (decisions int64) {
	sc := r.store.Read(context.Background()).In(r.owner)
	for _, g := range []models.GroupID{0, r.group} {
		chain, err := throttle.Verify(sc, g)
		if err != nil || chain.Bad != 0 {
			m.fail("the chain is broken: %+v, %v", chain, err)
		}
	}
	again, err := throttle.Replay(sc, r.group)
	if err != nil || len(again.Differ)+len(again.Untrue) > 0 || again.Decisions == 0 {
		m.fail("decided again: %+v, %v", again, err)
	}
	return again.Decisions
}
