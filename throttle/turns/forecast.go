package turns

import (
	"math"
	"slices"
	"time"

	"siyu/models"
	"siyu/throttle"
	"siyu/throttle/plan"
)

// Forecast is what an offer would get in the coming week if it were launched now, and what it would change.
type Forecast struct {
	plan.Forecast
	Week *Week // what its indices of groups and brands mean
}

// Forecast plans the week with an offer that is not launched, and without it. The offer need not be stored: without an id
// it is a draft. Members of several groups are counted once as far as they are known by name. It writes nothing.
func (p *Planner) Forecast(sc *models.Scope, o models.Offer) (*Forecast, error) {
	waiting, err := sc.PlacementsIn(models.PlacementPlanned, models.PlacementHeld)
	if err != nil {
		return nil, err
	}
	waiting = slices.DeleteFunc(waiting, func(q models.Placement) bool { return q.OfferID == o.ID })
	w, err := p.Week(sc, waiting, o.ID)
	if err != nil {
		return nil, err
	}
	brand := slices.IndexFunc(w.Brands, func(b models.Brand) bool { return b.ID == o.BrandID })
	if brand < 0 {
		return nil, models.Errorf(models.NotFound, "not_found", "no such brand")
	}
	without, err := plan.Make(w.Snapshot)
	if err != nil {
		return nil, err
	}
	leaves, err := w.leaves(sc)
	if err != nil {
		return nil, err
	}
	o.State = models.OfferApproved // it is asked what would be
	var failed error
	f, err := without.Forecast(plan.Draft{Offer: w.planned(o, brand), Leaves: leaves,
		Value: func(g int) float64 {
			id := w.Groups[g].ID
			if shut(w.look.Gates(id, o)) {
				return 0
			}
			return w.rates.Value(id, o.BrandID, throttle.Category(o.Category))
		},
		People: func(groups []int) int64 {
			people, err := w.people(sc, groups)
			if err != nil {
				failed = err
			}
			return people
		}})
	if err == nil {
		err = failed
	}
	if err != nil {
		return nil, err
	}
	w.Offers = append(w.Offers, o)
	w.Snapshot = f.Plan.Snapshot()
	return &Forecast{Forecast: *f, Week: w}, nil
}

// Shut lists the groups that are closed to the offer for good, and why: a forecast does not count them as missed.
func (f *Forecast) Shut(o models.Offer) map[models.GroupID]throttle.Reasons {
	all := map[models.GroupID]throttle.Reasons{}
	o.State = models.OfferApproved
	for _, g := range f.Week.Groups {
		for _, c := range f.Week.look.Gates(g.ID, o) {
			if c.Until == throttle.Never {
				all[g.ID] = all[g.ID].With(c.Code)
			}
		}
	}
	return all
}

// people counts the different members of groups. Who is not known by name is taken to be in one group only.
func (w *Week) people(sc *models.Scope, groups []int) (int64, error) {
	ids, exposures := make([]models.GroupID, len(groups)), int64(0)
	for i, g := range groups {
		ids[i] = w.Groups[g].ID
		exposures += reachOf(w.Groups[g])
	}
	twice, err := sc.CountShared(ids)
	return max(0, exposures-int64(twice)), err
}

// What a post does to a group where nothing was learnt of it, and for how long it is felt.
const (
	usualPhi  = 6e-5 // leaves per member and day at one post fully felt
	memory    = 7 * 24 * time.Hour
	aftermath = 3 * memory // how long after the week leaves are counted
)

// leaves foretells how many members leave a group because of what it had lately and of a plan's turns: each day's leaves
// grow with the square of what is felt. Of two plans the difference counts.
func (w *Week) leaves(sc *models.Scope) (func(g int, turns []plan.Turn) float64, error) {
	ids := make([]models.GroupID, len(w.Groups))
	for i, g := range w.Groups {
		ids[i] = g.ID
	}
	learnt, err := sc.LearningsOf(ids)
	if err != nil {
		return nil, err
	}
	const day = 24 * time.Hour
	from := w.Snapshot.From
	end := w.Snapshot.Slots[len(w.Snapshot.Slots)-1] + aftermath.Milliseconds()
	return func(g int, turns []plan.Turn) float64 {
		phi := usualPhi
		if l, known := learnt[w.Groups[g].ID]; known && l.Phi > 0 {
			phi = l.Phi
		}
		sum := 0.0
		for t := from; t < end; t += day.Milliseconds() {
			felt := 0.0
			for _, e := range w.Snapshot.Groups[g].Ask.Live {
				if e.Kind == throttle.Sponsored && e.S <= t {
					felt += math.Exp(-float64(t-e.S) / float64(memory.Milliseconds()))
				}
			}
			for _, turn := range turns {
				if turn.S <= t {
					felt += math.Exp(-float64(t-turn.S) / float64(memory.Milliseconds()))
				}
			}
			sum += phi * felt * felt
		}
		return sum * float64(w.Snapshot.Groups[g].Reach)
	}, nil
}

// Calendar is the free time of a group in the coming days by everything that is booked, for an offer or, without one, for
// any. Turns that are only planned do not count: they give way to whoever asks in time.
func (p *Planner) Calendar(sc *models.Scope, id models.GroupID, o *models.Offer, days int) ([]plan.Stretch, error) {
	group, err := sc.Group(id)
	if err != nil {
		return nil, err
	}
	var offers []models.OfferID
	if o != nil && o.ID != 0 {
		offers = append(offers, o.ID)
	}
	look, err := p.ledger.Outlook(sc, []models.Group{group}, offers)
	if err != nil {
		return nil, err
	}
	in, readable := look.Group(group.ID)
	if !readable {
		why := throttle.Reasons(0).With(throttle.NoPolicy)
		return []plan.Stretch{{S: int64(sc.Now), E: int64(sc.Now.Add(time.Duration(days) * 24 * time.Hour)), Reasons: why, Deciding: throttle.NoPolicy}}, nil
	}
	if o != nil {
		in.Brand, in.Offer, in.Category = int64(o.BrandID), int64(o.ID), throttle.Category(o.Category)
		in.Start, in.End = int64(o.StartsAt), int64(o.EndsAt)
		in.Gates = append(in.Gates, look.Gates(group.ID, *o)...)
	}
	return plan.Calendar(in, int64(sc.Now), int64(sc.Now.Add(time.Duration(days)*24*time.Hour))), nil
}
