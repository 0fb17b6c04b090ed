package plan

import "siyu/throttle"

// Stretch is a part [S, E) of a calendar: free, or closed for the reasons the kernel gives at its beginning.
type Stretch struct {
	S, E     int64
	Free     bool
	Reasons  throttle.Reasons
	Deciding throttle.Reason
}

// calendarStep is how closely a free stretch is looked at for its end, milliseconds. A closed stretch that is shorter and
// has free ones around it may be missed; no rule makes one: gaps and nights are longer.
const calendarStep = 15 * 60_000

// Calendar asks the kernel's question all through [from, to): when could the post be reserved, and where not, why not. The
// beginning of each free stretch is exact, and so is its end.
func Calendar(in throttle.Input, from, to int64) []Stretch {
	var all []Stretch
	for t := from; t < to; {
		v := throttle.Decide(in, t)
		if !v.Allow {
			all = append(all, Stretch{S: t, E: min(v.Next, to), Reasons: v.Reasons, Deciding: v.Deciding})
			t = v.Next
			continue
		}
		end := closes(in, t, to)
		all = append(all, Stretch{S: t, E: end, Free: true})
		t = end
	}
	return all
}

// closes is the first instant after t, which is free, that is not; at most to.
func closes(in throttle.Input, t, to int64) int64 {
	for t < to {
		next := min(t+calendarStep, to)
		if throttle.Decide(in, next).Allow {
			t = next
			continue
		}
		for next-t > 1 {
			if mid := t + (next-t)/2; throttle.Decide(in, mid).Allow {
				t = mid
			} else {
				next = mid
			}
		}
		return next
	}
	return to
}

// Calendar is that of a group for an offer, both by index, through the horizon: what is planned counts. Offer -1 asks
// about the group alone.
func (p *Plan) Calendar(group, offer int) []Stretch {
	return Calendar(p.question(group, offer, true), max(p.s.Slots[0], p.s.From), p.s.Slots[len(p.s.Slots)-1])
}
