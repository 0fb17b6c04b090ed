package planbench

import (
	"siyu/throttle"
	"siyu/throttle/plan"
)

// Naive is the planner that asks the kernel about everything: in each stretch, for each group, about every offer, and
// takes the one that is worth most. It knows no fairness: its value is the greedy value. It returns the turns by group,
// and how often it asked.
func Naive(s *plan.Snapshot) (turns [][]plan.Turn, asked int) {
	turns = make([][]plan.Turn, len(s.Groups))
	for g := range s.Groups {
		group := &s.Groups[g]
		in := group.Ask
		in.Live = append([]throttle.Entry(nil), in.Live...)
		for k := range len(s.Slots) - 1 {
			best := plan.Turn{Offer: -1}
			for _, e := range group.Edges {
				o := &s.Offers[e.Offer]
				in.Brand, in.Offer, in.Category, in.Start, in.End = s.Brands[o.Brand].ID, o.ID, o.Category, o.Start, o.End
				at := max(s.Slots[k], s.From)
				v := throttle.Decide(in, at)
				asked++
				if !v.Allow && v.Next < s.Slots[k+1] {
					v = throttle.Decide(in, v.Next)
				}
				if v.Allow && (best.Offer < 0 || float64(e.Value) > best.Value) {
					best = plan.Turn{Offer: int(e.Offer), Slot: k, S: v.S, E: v.E, Value: float64(e.Value)}
				}
			}
			if best.Offer < 0 {
				continue
			}
			o := &s.Offers[best.Offer]
			turns[g] = append(turns[g], best)
			in.Live = append(in.Live, throttle.Entry{Interval: throttle.Interval{S: best.S, E: best.E},
				Brand: s.Brands[o.Brand].ID, Offer: o.ID, Category: o.Category})
		}
	}
	return turns, asked
}

// Value is the sum of the responses expected of turns by group, and what each brand's reach is.
func Value(s *plan.Snapshot, turns func(g int) []plan.Turn) (value float64, reach []float64) {
	reach = make([]float64, len(s.Brands))
	for g := range s.Groups {
		for _, t := range turns(g) {
			value += t.Value * float64(s.Groups[g].Reach)
			reach[s.Offers[t.Offer].Brand] += float64(s.Groups[g].Reach)
		}
	}
	return value, reach
}

// Jain is Jain's index of how even amounts are: 1 if all are equal, 1/n if one has everything.
func Jain(all []float64) float64 {
	sum, squares := 0.0, 0.0
	for _, x := range all {
		sum, squares = sum+x, squares+x*x
	}
	if squares == 0 {
		return 1
	}
	return sum * sum / squares / float64(len(all))
}
