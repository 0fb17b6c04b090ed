package throttle

import "math"

// Never is the instant that does not come: an open end, or a slot that will not free by itself.
const Never int64 = math.MaxInt64

// Interval is the closed set of instants [S, E], in UTC milliseconds, at which a placement could be sent.
type Interval struct{ S, E int64 }

// Entry is one placement of the group that counts: reserved, confirmed, late or made by hand.
type Entry struct {
	Interval
	Brand, Offer int64 // 0 when unknown: then only group-wide rules count it
}

// Scope says which entries a rule counts.
type Scope uint8

// A rule counts all of the group's entries, or only those of the candidate's brand, or of the candidate's offer.
const (
	ScopeGroup Scope = iota
	ScopeBrand
	ScopeOffer
)

// Rule allows at most K sends of its scope in any window (t-W, t]. W is in milliseconds; K = 0 allows none, ever. The
// minimum gap is {ScopeGroup, 1, gap}, the same offer once in thirty days {ScopeOffer, 1, 30 d}. Rules only ever tighten
// one another: a placement needs all of them.
type Rule struct {
	Scope Scope
	K     int
	W     int64
	Code  Reason // what to tell people when this rule refuses
}

// counts reports whether the rule counts entry l against a candidate of this brand and offer.
func (r Rule) counts(l *Entry, brand, offer int64) bool {
	switch r.Scope {
	case ScopeGroup:
		return true
	case ScopeBrand:
		return brand != 0 && l.Brand == brand
	case ScopeOffer:
		return offer != 0 && l.Offer == offer
	}
	return true // an unknown scope counts everything: the strict side
}

// refuses reports whether a candidate that could be sent anywhere in [s, e] would break the rule; until is then the first
// instant by which every overfull stretch ahead of it is over (Never for a rule that can never hold: K or W not
// positive), and over tells that the entries alone, without the candidate, exceed K.
//
// The candidate lifts the depth by one over [s, e+W), so the rule holds iff the others stay below K there. Their depth
// can only rise where one of them starts: it is enough to look at s and at each start inside the stretch. Reservations
// normally start before now, so the second look is rare and the first is one pass.
func (r Rule) refuses(live []Entry, brand, offer, s, e int64) (until int64, over bool) {
	if r.K <= 0 || r.W <= 0 {
		return Never, false
	}
	reach := after(e, r.W)
	depth, ahead := 0, false
	for i := range live {
		l := &live[i]
		if l.S > s {
			ahead = ahead || l.S < reach && r.counts(l, brand, offer)
		} else if after(l.E, r.W) > s && r.counts(l, brand, offer) {
			depth++
		}
	}
	if depth >= r.K {
		until, over = r.clears(live, brand, offer, s), depth > r.K
	}
	if !ahead {
		return until, over
	}
	for i := range live {
		l := &live[i]
		if l.S <= s || l.S >= reach || !r.counts(l, brand, offer) {
			continue
		}
		if d := r.depth(live, brand, offer, l.S); d >= r.K {
			until, over = max(until, r.clears(live, brand, offer, l.S)), over || d > r.K
		}
	}
	return until, over
}

// depth is the number of enlarged intervals [S, E+W) that cover x.
func (r Rule) depth(live []Entry, brand, offer, x int64) int {
	n := 0
	for i := range live {
		if l := &live[i]; l.S <= x && x < after(l.E, r.W) && r.counts(l, brand, offer) {
			n++
		}
	}
	return n
}

// clears is the first instant after x, where the depth is at least K, at which it is below K.
func (r Rule) clears(live []Entry, brand, offer, x int64) int64 {
	for {
		next := Never
		for i := range live {
			if l := &live[i]; l.S <= x && x < after(l.E, r.W) && r.counts(l, brand, offer) {
				next = min(next, after(l.E, r.W))
			}
		}
		if next == Never || r.depth(live, brand, offer, next) < r.K {
			return next
		}
		x = next
	}
}

// after is t + length, and Never where that is past the end of time.
func after(t, length int64) int64 {
	if t > Never-length {
		return Never
	}
	return t + length
}

// code is what the rule is called when it refuses; a rule never refuses without a reason.
func (r Rule) code() Reason {
	switch {
	case r.Code != None:
		return r.Code
	case r.Scope == ScopeBrand:
		return BrandCap
	case r.Scope == ScopeOffer:
		return OfferOnce
	}
	return GroupCap
}
