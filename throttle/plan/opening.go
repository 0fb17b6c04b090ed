package plan

import "siyu/throttle"

// opening is a time at which a group's own rules leave room for a post, whoever's it is.
type opening struct {
	slot int32
	s, e int64
}

// openings lists a group's: from the first instant on, each as early as the group's rules allow after those before it.
// The kernel is asked about the group alone, so for no candidate is there more room than this.
func (w *worker) openings(g int) {
	w.open = w.open[:0]
	in := w.ask(g)
	slots := w.s.Slots
	free := max(slots[0], w.s.From)
	for k := 0; k < len(slots)-1 && free != throttle.Never; k++ {
		t := max(slots[k], free)
		if t >= slots[k+1] {
			continue
		}
		v := throttle.Decide(*in, t)
		if !v.Allow {
			if free = v.Next; free >= slots[k+1] {
				continue
			}
			if v = throttle.Decide(*in, free); !v.Allow {
				continue
			}
		}
		w.open = append(w.open, opening{slot: int32(k), s: v.S, e: v.E})
		w.live = append(w.live, throttle.Entry{Interval: throttle.Interval{S: v.S, E: v.E}})
		in.Live = w.live
	}
}

// ask is the kernel's question about a group alone, with a list of live entries that may be appended to.
func (w *worker) ask(g int) *throttle.Input {
	w.in = w.s.Groups[g].Ask
	w.gatesOf = w.in.Gates
	w.live = append(w.live[:0], w.in.Live...)
	w.in.Live = w.live
	w.alone()
	return &w.in
}

// alone takes the candidate out of the question.
func (w *worker) alone() {
	w.in.Brand, w.in.Offer, w.in.Category, w.in.Start, w.in.End = 0, 0, 0, 0, 0
	w.in.Gates = w.gatesOf
}
