package soak_test

import (
	"math/rand/v2"
	"sync"

	"siyu/throttle"
)

// The sizes of a world.
const (
	longestLaw = 33 * day // a month
	worldDays  = 26
	before     = 4  // days of the sky read before a world begins: clocks that lag look back
	beyond     = 35 // and after it: slots that free later
)

// someLaws draws rules of every kind.
func someLaws(r *rand.Rand) *laws {
	l := &laws{hold: minute + r.Int64N(1+r.Int64N(20*hour)), minWindow: r.Int64N(2 * hour)}
	maybe := func(percent int, one law) {
		if r.IntN(100) < percent {
			l.all = append(l.all, one)
		}
	}
	maybe(80, law{scope: throttle.ScopeGroup, k: 1 + r.IntN(4), w: hour + r.Int64N(2*day)})
	maybe(60, law{scope: throttle.ScopeGroup, k: 1, w: minute + r.Int64N(5*hour)})
	maybe(40, law{scope: throttle.ScopeBrand, k: 1 + r.IntN(2), w: hour + r.Int64N(2*day)})
	maybe(40, law{scope: throttle.ScopeOffer, k: 1, w: hour + r.Int64N(6*day)})
	maybe(25, law{scope: throttle.ScopeCategory, k: 1 + r.IntN(3), w: hour + r.Int64N(3*day)})
	maybe(25, law{scope: throttle.ScopeRival, k: 1, w: hour + r.Int64N(day)})
	maybe(25, law{scope: throttle.ScopeNear, k: 1, w: hour + r.Int64N(2*day)})
	maybe(15, law{scope: throttle.ScopeAll, k: 2 + r.IntN(5), w: hour + r.Int64N(6*day)})
	maybe(30, law{scope: throttle.ScopeGroup, k: 1 + r.IntN(3), unit: throttle.Day})
	maybe(20, law{scope: throttle.ScopeBrand, k: 1 + r.IntN(3), unit: throttle.Week})
	maybe(15, law{scope: throttle.ScopeAll, k: 1, unit: throttle.Month, perDay: true})
	maybe(10, law{scope: throttle.ScopeCategory, k: 2 + r.IntN(6), unit: throttle.Month})
	for range r.IntN(3) {
		h := throttle.Hours{From: r.IntN(24 * 60), To: r.IntN(24 * 60)}
		if r.IntN(2) == 0 { // a usual night
			h = throttle.Hours{From: 20*60 + r.IntN(4*60), To: 5*60 + r.IntN(5*60)}
		}
		if h.From != h.To && (h.To-h.From+24*60)%(24*60) < 16*60 {
			l.night = append(l.night, h)
		}
	}
	return l
}

// tables keeps the kernel's clocks: one takes longer to make than a world to live.
var tables sync.Map

// newMachine makes a world in a zone.
func newMachine(r *rand.Rand, zone string, days int, by scheme, all dangers) (*machine, error) {
	sk, err := someSky(r, zone, before+days+beyond)
	if err != nil {
		return nil, err
	}
	table, ok := tables.Load(zone)
	if !ok {
		fresh, err := throttle.NewClock(zone)
		if err != nil {
			return nil, err
		}
		table, _ = tables.LoadOrStore(zone, fresh)
	}
	m := &machine{r: r, table: table.(*throttle.Clock), days: int64(days), scheme: by, dangers: all, sky: sk, time: sk.from + before*day + r.Int64N(day)}
	if all.jumps && r.IntN(6) == 0 { // a machine that has always been wrong, until somebody sets its clock
		m.jump()
		m.base = m.skew
	}
	m.rule(someLaws(r))
	for range 8 {
		m.wants = append(m.wants, m.newWant())
	}
	if sk.shifts {
		m.shifts = 1
	}
	return m, nil
}

// over tells that a world has come to its end.
func (m *machine) over() bool {
	return m.fault != "" || m.time > m.sky.from+(before+m.days)*day
}

// judge compares an answer with the oracle's: the verdict, the span, and of a hold the time at which it says yes.
func (m *machine) judge(q question, at int64, books []span, v throttle.Verdict) {
	e, ok := m.laws.allows(m.sky, q, at, books)
	switch {
	case ok != v.Allow:
		m.fail("the kernel says %+v (%s), the oracle %v: %+v %+v %+v at %d", v, v.Reasons, ok, q, *m.laws, books, at)
	case ok && (v.S != at || v.E != e):
		m.fail("the kernel gives [%d,%d], the oracle [%d,%d]", v.S, v.E, at, e)
	case !ok && (v.Reasons == 0 || !v.Reasons.Has(v.Deciding)):
		m.fail("held without a reason: %+v", v)
	case !ok:
		m.judgeNext(q, at, books, v)
	}
}

// judgeNext wants a hold to be over when it says: refused before, allowed then and one second later. The oracle is asked,
// and the scheme's own kernel one second before and after.
func (m *machine) judgeNext(q question, at int64, books []span, v throttle.Verdict) {
	yes := func(t int64) bool { _, ok := m.laws.allows(m.sky, q, t, books); return ok }
	kernel := func(t int64) bool { return m.scheme.decide(m, q, t, books).Allow }
	last := min(v.Next, m.sky.end()-2*day)
	for range 2 {
		if t := at + m.r.Int64N(max(1, last-at)); t > at && yes(t) {
			m.fail("held until %d, and the oracle allows it at %d", v.Next, t)
		}
	}
	if v.Next > last {
		return
	}
	switch early := v.Next - second; {
	case !yes(v.Next) || !kernel(v.Next):
		m.fail("held until %d, and then refused: %+v", v.Next, m.scheme.decide(m, q, v.Next, books))
	case v.Next-1 > at && yes(v.Next-1), early > at && (yes(early) || kernel(early)):
		m.fail("held until %d, and allowed before", v.Next)
	case yes(v.Next+second) != kernel(v.Next+second):
		m.fail("a second after %d: the oracle says %v", v.Next, yes(v.Next+second))
	case !yes(v.Next + second):
		m.closing++ // the slot is shorter than a second: a night or an end follows on its heels
	}
}
