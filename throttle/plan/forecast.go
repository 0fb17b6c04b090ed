package plan

import "sort"

// Draft is an offer that is only thought of.
type Draft struct {
	Offer Offer
	Brand Brand                   // a new brand, if Offer.Brand is the index after the last one
	Value func(group int) float64 // as Edge.Value; not above zero: not in this group

	// People counts the different people in groups, by index. Nil: nobody is in two groups, and the forecast's People is
	// what it is at most.
	People func(groups []int) int64
	// Leaves is how many members more than by themselves are expected to leave a group with these turns. Nil: not asked.
	Leaves func(group int, turns []Turn) float64
}

// Forecast is what a draft would get and what it would change, all within the horizon.
type Forecast struct {
	Posts     int     // planned
	BySlot    []int   // posts in each stretch
	Exposures int64   // members reached, each post counted
	People    int64   // different members reached
	Claims    float64 // responses expected
	Leaves    float64 // members more than without it that are expected to leave
	Short     []Shortfall
	Missed    []Missed // the groups it is wanted in and does not get, by index
	Value     float64  // of the whole plan, with it
	Without   float64  // and without it

	Plan *Plan // with it
}

// Shortfall is a brand that gets less by a draft than without it.
type Shortfall struct {
	Brand         int   // index
	Before, After int64 // reach
	Fair          int64 // its fair share with the draft
}

// Missed is a group that a draft does not get, and why.
type Missed struct {
	Group int
	Answer
}

// leastLoss is the part of its reach that a brand must lose to be called short: less is a group here for a group there.
const leastLoss = 0.01

// Forecast plans a draft into a copy of the snapshot and tells what it would get. Nothing is booked; the copy shares
// everything with the plan but what the draft touches.
func (p *Plan) Forecast(d Draft) (*Forecast, error) {
	s, touched := p.s.With(d.Offer, d.Brand, d.Value)
	with, err := p.Revise(s, touched)
	if err != nil {
		return nil, err
	}
	f := &Forecast{BySlot: make([]int, len(s.Slots)-1), Value: with.Value(), Without: p.Value(), Plan: with}
	offer := len(s.Offers) - 1
	var groups []int
	for _, g := range touched {
		if d.Leaves != nil {
			f.Leaves += d.Leaves(g, with.Turns(g)) - d.Leaves(g, p.Turns(g))
		}
		a := with.Why(g, offer)
		if a.Cause != Planned {
			f.Missed = append(f.Missed, Missed{Group: g, Answer: a})
			continue
		}
		groups = append(groups, g)
		f.Posts++
		f.BySlot[a.Turn.Slot]++
		f.Exposures += s.Groups[g].Reach
		f.Claims += a.Turn.Value * float64(s.Groups[g].Reach)
	}
	if f.People = f.Exposures; d.People != nil {
		f.People = min(f.Exposures, d.People(groups))
	}
	f.Short = shortfalls(p.Shares(), with.Shares())
	return f, nil
}

// shortfalls are the brands that lose, those that lose most first.
func shortfalls(before, after []Share) []Shortfall {
	var all []Shortfall
	for b := range before {
		if float64(after[b].Reach) < (1-leastLoss)*float64(before[b].Reach) {
			all = append(all, Shortfall{Brand: b, Before: before[b].Reach, After: after[b].Reach, Fair: after[b].Fair})
		}
	}
	sort.SliceStable(all, func(i, j int) bool { return all[i].Before-all[i].After > all[j].Before-all[j].After })
	return all
}
