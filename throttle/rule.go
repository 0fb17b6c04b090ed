package throttle

import "math"

// Never is the instant that does not come: an open end, or a slot that will not free by itself.
const Never int64 = math.MaxInt64

// Interval is the closed set of instants [S, E], in UTC milliseconds, at which a placement could be sent.
type Interval struct{ S, E int64 }

// Kind says what an entry is.
type Kind uint8

// An entry is a sponsored post in the group, or something else that some rules count.
const (
	Sponsored Kind = iota
	Organic        // the organiser's own post, which only the platform's limits count
	Elsewhere      // a sponsored post in a group that has many of the same members
)

// Entry is one post that counts: reserved, confirmed, late or made by hand.
type Entry struct {
	Interval
	Brand, Offer, Category int64 // 0 when unknown: then only group-wide rules count it
	Kind                   Kind
}

// Scope says which entries a rule counts.
type Scope uint8

// A rule counts all of the group's sponsored entries, or only those of the candidate's brand, offer or category.
// ScopeRival counts those of its category by other brands, and ScopeNear those of its offer elsewhere: there K = 1 lets the
// candidate alone through. ScopeAll counts organic posts too.
const (
	ScopeGroup Scope = iota
	ScopeBrand
	ScopeOffer
	ScopeCategory
	ScopeRival
	ScopeNear
	ScopeAll
)

// counts reports whether a rule of this scope counts entry l against the candidate. What it does not know it counts: the
// strict side.
func (s Scope) counts(l *Entry, c *Input) bool {
	switch l.Kind {
	case Organic:
		return s == ScopeAll
	case Elsewhere:
		return s == ScopeNear && c.Offer != 0 && l.Offer == c.Offer
	case Sponsored:
	}
	switch s {
	case ScopeGroup, ScopeAll:
		return true
	case ScopeBrand:
		return c.Brand != 0 && l.Brand == c.Brand
	case ScopeOffer:
		return c.Offer != 0 && l.Offer == c.Offer
	case ScopeCategory:
		return c.Category != 0 && l.Category == c.Category
	case ScopeRival:
		return c.Category != 0 && l.Category == c.Category && l.Brand != c.Brand
	case ScopeNear:
		return false
	}
	return true
}

// among reports whether the entries counted must obey the rule among themselves. Rivals and other groups need not: only the
// candidate must keep away from them.
func (s Scope) among() bool { return s != ScopeRival && s != ScopeNear }

// code is what a rule of this scope is called if it has no name of its own.
func (s Scope) code() Reason {
	switch s {
	case ScopeBrand:
		return BrandCap
	case ScopeOffer:
		return OfferCap
	case ScopeCategory:
		return CategoryCap
	case ScopeRival:
		return Rival
	case ScopeNear:
		return Overlap
	case ScopeAll:
		return Platform
	case ScopeGroup:
	}
	return GroupCap
}

// Rule allows at most K sends of its scope in any window (t-W, t]. W is in milliseconds; K = 0 allows none, ever. The
// minimum gap is {ScopeGroup, 1, gap}, the same offer once in thirty days {ScopeOffer, 1, 30 d}. Rules only ever tighten
// one another: a placement needs all of them.
type Rule struct {
	Scope Scope
	K     int
	W     int64
	Code  Reason // what to tell people when this rule refuses
}

// refuses reports whether a candidate that could be sent anywhere in [s, e] would break the rule; until is then the first
// instant by which every overfull stretch ahead of it is over (Never for a rule that can never hold: K or W not
// positive), and over tells that the entries alone, without the candidate, exceed K.
//
// The candidate lifts the depth by one over [s, e+W), so the rule holds iff the others stay below K there. Their depth
// can only rise where one of them starts: it is enough to look at s and at each start inside the stretch. Reservations
// normally start before now, so the second look is rare and the first is one pass.
func (r Rule) refuses(c *Input, s, e int64) (until int64, over bool) {
	if r.K <= 0 || r.W <= 0 {
		return Never, false
	}
	reach := after(e, r.W)
	depth, ahead := 0, false
	for i := range c.Live {
		l := &c.Live[i]
		if l.S > s {
			ahead = ahead || l.S < reach && r.Scope.counts(l, c)
		} else if after(l.E, r.W) > s && r.Scope.counts(l, c) {
			depth++
		}
	}
	if depth >= r.K {
		until, over = r.clears(c, s), depth > r.K && r.Scope.among()
	}
	if !ahead {
		return until, over
	}
	for i := range c.Live {
		l := &c.Live[i]
		if l.S <= s || l.S >= reach || !r.Scope.counts(l, c) {
			continue
		}
		if d := r.depth(c, l.S); d >= r.K {
			until, over = max(until, r.clears(c, l.S)), over || d > r.K && r.Scope.among()
		}
	}
	return until, over
}

// depth is the number of enlarged intervals [S, E+W) that cover x.
func (r Rule) depth(c *Input, x int64) int {
	n := 0
	for i := range c.Live {
		if l := &c.Live[i]; l.S <= x && x < after(l.E, r.W) && r.Scope.counts(l, c) {
			n++
		}
	}
	return n
}

// clears is the first instant after x, where the depth is at least K, at which it is below K.
func (r Rule) clears(c *Input, x int64) int64 {
	for {
		next := Never
		for i := range c.Live {
			if l := &c.Live[i]; l.S <= x && x < after(l.E, r.W) && r.Scope.counts(l, c) {
				next = min(next, after(l.E, r.W))
			}
		}
		if next == Never || r.depth(c, next) < r.K {
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
	if r.Code != None {
		return r.Code
	}
	return r.Scope.code()
}
