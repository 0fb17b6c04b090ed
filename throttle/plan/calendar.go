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
			end := turns(in, t, min(v.Next, to), v.Deciding)
			all = append(all, Stretch{S: t, E: end, Reasons: v.Reasons, Deciding: v.Deciding})
			t = end
			continue
		}
		end := closes(in, t, to)
		all = append(all, Stretch{S: t, E: end, Free: true})
		t = end
	}
	return all
}

// turns is the first instant after t, which is closed until end, at which another reason decides; end if none does. In the
// evening there is too little time left, and then it is night: people are told of both.
func turns(in throttle.Input, t, end int64, deciding throttle.Reason) int64 {
	same := func(at int64) bool {
		v := throttle.Decide(in, at)
		return !v.Allow && v.Deciding == deciding
	}
	for t < end {
		next := min(t+calendarStep, end)
		if next == end || same(next) {
			t = next
			continue
		}
		for next-t > 1 {
			if mid := t + (next-t)/2; same(mid) {
				t = mid
			} else {
				next = mid
			}
		}
		return next
	}
	return end
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
