package plan

import (
	"math"

	"siyu/throttle"
)

// fill asks the kernel for each chosen offer of a group, in the order of time, and where it refuses, or nothing was chosen,
// for the next best, until one fits. An offer comes at most once in a plan of a group.
func (w *worker) fill(p *pass, g int) []Turn {
	c := &p.cells[g]
	in := w.ask(g)
	w.elsewhere(p, g)
	w.turns = w.turns[:0]
	w.tried = append(w.tried[:0], make([]int64, len(w.s.Groups[g].Edges))...)
	// As long as everything stands as the openings assumed, a slot without one has no room. Not where something is booked
	// ahead: an offer that ends early has a shorter interval than the group alone, and may fit in before it.
	asPlanned := !w.ahead(g)
	j := 0
	for k := 0; k < len(w.s.Slots)-1; k++ {
		t, end := max(w.s.Slots[k], w.s.From), w.s.Slots[k+1]
		has := j < len(c.open) && int(c.open[j].slot) == k
		chosen, o := int32(-1), opening{}
		if has {
			o, chosen = c.open[j], c.offer[j]
			j++
		}
		if asPlanned {
			if !has {
				continue
			}
			t = o.s
		} else {
			if t >= end {
				continue
			}
			w.alone()
			in.Hold = 0 // a single instant: no candidate needs less
			v := throttle.Decide(*in, t)
			in.Hold = w.s.Groups[g].Ask.Hold
			if t = max(t, v.Next); t >= end {
				continue
			}
		}
		if chosen < 0 || !w.try(g, chosen, k, t) {
			w.complete(p, g, k, t, chosen)
		}
		if last := len(w.turns) - 1; !has || last < 0 || w.turns[last].Slot != k || w.turns[last].S != o.s || w.turns[last].E != o.e {
			asPlanned = false
		}
	}
	return keep(&w.store.turns, w.turns)
}

// elsewhere adds what groups with many of the same members are to have, and their rules about it: two groups keep apart if
// either wants to.
func (w *worker) elsewhere(p *pass, g int) {
	if len(w.s.Groups[g].Near) == 0 {
		return
	}
	w.rules = append(w.rules[:0], w.in.Rules...)
	for _, n := range w.s.Groups[g].Near {
		for _, t := range p.cells[n].turns {
			w.live = append(w.live, w.s.entry(t, throttle.Elsewhere))
		}
		for _, r := range w.s.Groups[n].Ask.Rules {
			if r.Scope == throttle.ScopeNear {
				w.rules = append(w.rules, r)
			}
		}
	}
	w.in.Live, w.in.Rules = w.live, w.rules
}

// ahead tells whether something is booked in the horizon already.
func (w *worker) ahead(g int) bool {
	for i := range w.s.Groups[g].Ask.Live {
		if w.s.Groups[g].Ask.Live[i].S >= w.s.Slots[0] {
			return true
		}
	}
	return false
}

// try plans an offer into a slot, from t on, if the kernel allows it there and it is worth it.
func (w *worker) try(g int, offer int32, k int, t int64) bool {
	e, ok := w.s.edge(&w.s.Groups[g], int(offer))
	if !ok || w.planned(offer) || w.s.Least != nil && float64(e.Value) < w.s.Least(g, t, w.turns) {
		return false
	}
	return w.book(g, e, k, t) == 0
}

// book asks the kernel and books the turn. If there is none in the slot it returns the first instant at which there is.
func (w *worker) book(g int, e Edge, k int, t int64) int64 {
	w.gates = w.s.candidate(&w.in, g, int(e.Offer), w.gates)
	v := throttle.Decide(w.in, t)
	if !v.Allow {
		if v.Next >= w.s.Slots[k+1] {
			return v.Next
		}
		if v = throttle.Decide(w.in, v.Next); !v.Allow {
			return throttle.Never
		}
	}
	turn := Turn{Offer: int(e.Offer), Slot: k, S: v.S, E: v.E, Value: float64(e.Value)}
	w.turns = append(w.turns, turn)
	w.live = append(w.live, w.s.entry(turn, throttle.Sponsored))
	w.in.Live = w.live
	return 0
}

// complete finds the best offer that fits into an empty slot, if any: first among the brand's whose turn it was, then
// among all. What the kernel refused until an instant it also refuses until then when more is planned, so no offer is
// asked twice for nothing.
func (w *worker) complete(p *pass, g, k int, t int64, chosen int32) {
	least, reach := 0.0, float64(w.s.Groups[g].Reach)
	if w.s.Least != nil {
		least = w.s.Least(g, t, w.turns)
	}
	if chosen >= 0 && p.targets {
		p.reach[chosen] -= reach
	}
	edges := w.s.Groups[g].Edges
	brand := -1
	if chosen >= 0 {
		brand = w.s.Offers[chosen].Brand
	}
	for {
		best, bestScore := -1, math.Inf(-1)
		for i := range edges {
			e := &edges[i]
			value := float64(e.Value)
			if value <= 0 || value < least || w.tried[i] >= w.s.Slots[k+1] || e.Offer == chosen || w.planned(e.Offer) || w.spent[e.Offer] ||
				p.targets && p.sated(e.Offer) {
				continue
			}
			b := w.s.Offers[e.Offer].Brand
			score := value + p.price[b]
			if b == brand {
				score += beyond
			}
			if score > bestScore {
				best, bestScore = i, score
			}
		}
		if best < 0 {
			return
		}
		next := w.book(g, edges[best], k, t)
		if next == 0 {
			if p.targets {
				p.reach[edges[best].Offer] += reach
			}
			return
		}
		w.tried[best] = next
	}
}

// planned tells whether the group has the offer already.
func (w *worker) planned(offer int32) bool {
	for i := range w.turns {
		if w.turns[i].Offer == int(offer) {
			return true
		}
	}
	return false
}
