package soak_test

import (
	"time"

	"siyu/throttle"
)

// law is one rule as the oracle reads it: at most k posts of its scope in any stretch of w milliseconds, or in each local
// day, week or month; with perDay k for each of its days.
type law struct {
	scope  throttle.Scope
	k      int
	w      int64
	unit   throttle.Unit // 0: w
	perDay bool
	code   throttle.Reason // 0: that of its scope
}

// laws are all that holds in a group at one time.
type laws struct {
	all       []law
	night     []throttle.Hours
	hold      int64 // how long an owner has
	minWindow int64 // what is worth handing over
}

// thing is what is posted, or wants to be.
type thing struct {
	brand, offer, category int64
	kind                   throttle.Kind
}

// counts tells whether a law that x must obey counts y.
func (l law) counts(x, y thing) bool {
	switch l.scope {
	case throttle.ScopeAll:
		return y.kind != throttle.Elsewhere
	case throttle.ScopeNear:
		return y.kind == throttle.Elsewhere && x.offer == y.offer
	case throttle.ScopeGroup:
		return y.kind == throttle.Sponsored
	case throttle.ScopeBrand:
		return y.kind == throttle.Sponsored && x.brand == y.brand
	case throttle.ScopeOffer:
		return y.kind == throttle.Sponsored && x.offer == y.offer
	case throttle.ScopeCategory:
		return y.kind == throttle.Sponsored && x.category == y.category
	case throttle.ScopeRival:
		return y.kind == throttle.Sponsored && x.category == y.category && x.brand != y.brand
	}
	panic("a scope that the oracle does not know")
}

// limit is how many posts the law allows in its window, or in the unit that t lies in.
func (l law) limit(sk *sky, t int64) int {
	switch {
	case !l.perDay || l.unit == throttle.Day:
		return l.k
	case l.unit == throttle.Week:
		return 7 * l.k
	}
	d := time.UnixMilli(sk.minutes(t) * minute).UTC()
	return l.k * d.AddDate(0, 0, 1-d.Day()).AddDate(0, 1, -1).Day()
}

// span is a post that may be sent at any instant of [s, e].
type span struct {
	thing
	s, e int64
}

// crowd is how many of the posts one window (x-w, x] can hold at worst, x among the windows that [s, e] can fall into; the
// owners choose their instants independently, so a post can iff its span touches the window. The fullest windows end
// where a span begins.
func (l law) crowd(what thing, s, e int64, books []span) int {
	most := 0
	for i := -1; i < len(books); i++ {
		x := s
		if i >= 0 {
			if x = books[i].s; x <= s || x-l.w >= e || !l.counts(what, books[i].thing) {
				continue
			}
		}
		n := 0
		for j := range books {
			if books[j].s <= x && books[j].e > x-l.w && l.counts(what, books[j].thing) {
				n++
			}
		}
		most = max(most, n)
	}
	return most
}

// bucket is how many of the posts the unit of t can hold at worst: those that may be sent at some instant of it.
func (l law) bucket(sk *sky, what thing, t int64, books []span) int {
	id, n := sk.unit(t, l.unit), 0
	for i := range books {
		if b := &books[i]; l.counts(what, b.thing) && sk.touches(b.s, b.e, id, l.unit) {
			n++
		}
	}
	return n
}

// room tells whether what may be sent anywhere in [s, e], which lies in one unit, without any law being broken, whatever the
// owners choose.
func (l *laws) room(sk *sky, what thing, s, e int64, books []span) bool {
	for _, one := range l.all {
		n := one.crowd(what, s, e, books)
		if one.unit != 0 {
			n = one.bucket(sk, what, s, books)
		}
		if n+1 > one.limit(sk, s) {
			return false
		}
	}
	return true
}

// question is what the oracle needs to know beside the laws.
type question struct {
	what        thing
	start, end  int64 // the flight
	floor, gate int64 // nothing before: a clock that lags, and what is closed until then
}

// allows is the oracle's own answer: the span in which the thing may be sent if it is booked at t.
func (l *laws) allows(sk *sky, q question, t int64, books []span) (e int64, ok bool) {
	if t < q.start || t < q.floor || t < q.gate || t >= q.end {
		return 0, false
	}
	e, ok = sk.open(t)
	if !ok {
		return 0, false
	}
	e = min(e, t+l.hold, q.end-1)
	for _, one := range l.all {
		if one.unit != 0 {
			e = min(e, sk.lasts(t, one.unit))
		}
	}
	if e-t+1 < min(l.minWindow, l.hold+1) {
		return 0, false
	}
	return e, l.room(sk, q.what, t, e, books)
}

// input is the same question in the kernel's words.
func (l *laws) input(q question, quiet *throttle.Quiet, books []span) throttle.Input {
	in := throttle.Input{Quiet: quiet, Clock: &quiet.Clock, Brand: q.what.brand, Offer: q.what.offer, Category: q.what.category,
		Start: q.start, End: q.end, Hold: l.hold, MinWindow: l.minWindow, ClockFloor: q.floor}
	if q.gate > 0 {
		in.Gates = []throttle.Gate{{Until: q.gate, Code: throttle.Paused}}
	}
	for _, one := range l.all {
		if one.unit != 0 {
			in.Calendar = append(in.Calendar, throttle.Calendar{Scope: one.scope, K: one.k, PerDay: one.perDay, Unit: one.unit, Code: one.code})
		} else {
			in.Rules = append(in.Rules, throttle.Rule{Scope: one.scope, K: one.k, W: one.w, Code: one.code})
		}
	}
	for _, b := range books {
		in.Live = append(in.Live, throttle.Entry{Interval: throttle.Interval{S: b.s, E: b.e}, Brand: b.brand, Offer: b.offer,
			Category: b.category, Kind: b.kind})
	}
	return in
}
