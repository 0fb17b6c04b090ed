package throttle

import (
	"fmt"
	"math"
	"testing"
	"time"

	"pgregory.net/rapid"
)

// The oracle: the definitions of the kernel, walked instant by instant in a world where a day has ten of them. It shares
// no routine with the kernel: windows of real time instead of enlarged intervals, single instants instead of spans.

// tinyQuiet is a day of ten instants with a zone that shifts its clock now and then.
func tinyQuiet(t *rapid.T) *Quiet {
	q := &Quiet{Clock: Clock{day: 10}}
	for range rapid.IntRange(0, 2).Draw(t, "nights") {
		h := hours{from: rapid.Int64Range(0, 9).Draw(t, "from"), to: rapid.Int64Range(0, 9).Draw(t, "to")}
		if h.from != h.to {
			q.hours = append(q.hours, h)
		}
	}
	until := int64(0)
	for range rapid.IntRange(0, 3).Draw(t, "shifts") {
		until += rapid.Int64Range(1, 25).Draw(t, "until")
		q.offsets = append(q.offsets, offset{until: until, utc: rapid.Int64Range(-12, 12).Draw(t, "utc")})
	}
	q.offsets = append(q.offsets, offset{until: Never, utc: rapid.Int64Range(-12, 12).Draw(t, "utc")})
	return q
}

func oracleQuiet(q *Quiet, x int64) bool {
	var utc int64
	for i := len(q.offsets) - 1; i >= 0; i-- {
		if x < q.offsets[i].until {
			utc = q.offsets[i].utc
		}
	}
	clock := ((x+utc)%q.day + q.day) % q.day
	for _, h := range q.hours {
		for c := h.from; c != h.to; c = (c + 1) % q.day {
			if c == clock {
				return true
			}
		}
	}
	return false
}

// oracleRule asks of every window (x-W, x] that the candidate can fall into: how many others can fall into it too? The
// owners choose their instants independently, so an interval can iff it touches the window.
func oracleRule(r Rule, in *Input, s, e int64) bool {
	touches := func(a, b, x int64) bool { return a <= x && b > x-r.W }
	for x := s; x <= e+r.W; x++ {
		if !touches(s, e, x) {
			continue
		}
		n := 1
		for _, l := range in.Live {
			if oracleCounts(r.Scope, in, l) && touches(l.S, l.E, x) {
				n++
			}
		}
		if n > r.K {
			return false
		}
	}
	return r.K > 0
}

func oracleCounts(s Scope, in *Input, l Entry) bool {
	own := l.Kind == Sponsored
	return map[Scope]bool{
		ScopeGroup:    own,
		ScopeBrand:    own && in.Brand != 0 && l.Brand == in.Brand,
		ScopeOffer:    own && in.Offer != 0 && l.Offer == in.Offer,
		ScopeCategory: own && in.Category != 0 && l.Category == in.Category,
		ScopeRival:    own && in.Category != 0 && l.Category == in.Category && l.Brand != in.Brand,
		ScopeNear:     l.Kind == Elsewhere && in.Offer != 0 && l.Offer == in.Offer,
		ScopeAll:      own || l.Kind == Organic,
	}[s]
}

// oracleDate names the local day, week or month of an instant, as the standard library's calendar has it.
func oracleDate(c *Clock, x int64, u Unit) string {
	var utc int64
	for i := len(c.offsets) - 1; i >= 0; i-- {
		if x < c.offsets[i].until {
			utc = c.offsets[i].utc
		}
	}
	d := time.Date(1970, 1, 1+int(math.Floor(float64(x+utc)/float64(c.day))), 0, 0, 0, 0, time.UTC)
	switch u {
	case Week:
		y, w := d.ISOWeek()
		return fmt.Sprint(y, "w", w)
	case Month:
		return d.Format("2006-01")
	}
	return d.Format(time.DateOnly)
}

// oracleCalendar counts, of every date the candidate can fall on, what else can fall on it.
func oracleCalendar(r Calendar, in *Input, s, e int64) bool {
	for x := s; x <= e; x++ {
		date, n, k := oracleDate(in.Clock, x, r.Unit), 1, r.K
		for _, l := range in.Live {
			for y := l.S; y <= l.E; y++ {
				if oracleCounts(r.Scope, in, l) && oracleDate(in.Clock, y, r.Unit) == date {
					n++
					break
				}
			}
		}
		if r.PerDay {
			k = map[Unit]int{Day: 1, Week: 7}[r.Unit] * r.K
			if first, err := time.Parse("2006-01", date); err == nil {
				k = first.AddDate(0, 1, -1).Day() * r.K
			}
		}
		if n > k {
			return false
		}
	}
	return r.K > 0
}

func oracleAllows(in *Input, t int64) (e int64, ok bool) {
	if t < in.Start || t < in.PausedUntil || t < in.ClockFloor {
		return 0, false
	}
	for _, g := range in.Gates {
		if t < g.Until {
			return 0, false
		}
	}
	same := func(x int64) bool { // an interval lies in one day, if days are counted; in one week, if weeks are
		for _, r := range in.Calendar {
			if oracleDate(in.Clock, x, r.Unit) != oracleDate(in.Clock, t, r.Unit) {
				return false
			}
		}
		return true
	}
	e = t - 1
	for x := t; x <= t+in.Hold && (in.End == 0 || x < in.End) && !oracleQuiet(in.Quiet, x) && same(x); x++ {
		e = x
	}
	if useful := e - t + 1; useful < 1 || useful < in.MinWindow && useful < in.Hold+1 {
		return 0, false
	}
	for _, r := range in.Rules {
		if !oracleRule(r, in, t, e) {
			return 0, false
		}
	}
	for _, r := range in.Calendar {
		if !oracleCalendar(r, in, t, e) {
			return 0, false
		}
	}
	return e, true
}

func tinyInput(t *rapid.T) Input {
	num := func(name string, lo, hi int64) int64 { return rapid.Int64Range(lo, hi).Draw(t, name) }
	in := Input{
		Quiet: tinyQuiet(t), Brand: num("brand", 0, 2), Offer: num("offer", 0, 2),
		Start: num("start", 0, 30), Hold: num("hold", 0, 8), MinWindow: num("min", 0, 4),
		PausedUntil: rapid.SampledFrom([]int64{0, 0, 0, 15, Never}).Draw(t, "paused"),
		ClockFloor:  rapid.SampledFrom([]int64{0, 0, 12, 33}).Draw(t, "floor"),
	}
	if rapid.Bool().Draw(t, "ends") {
		in.End = in.Start + num("flight", 1, 80)
	}
	in.Clock, in.Category = &in.Quiet.Clock, num("category", 0, 2)
	for range rapid.SampledFrom([]int{0, 0, 0, 1, 2}).Draw(t, "gates") {
		in.Gates = append(in.Gates, Gate{Until: rapid.SampledFrom([]int64{0, 7, 22, 22, 41, Never}).Draw(t, "gate"), Code: Vetoed})
	}
	for range rapid.SampledFrom([]int{0, 0, 1, 2}).Draw(t, "calendar rules") {
		in.Calendar = append(in.Calendar, Calendar{Scope: Scope(rapid.IntRange(0, 6).Draw(t, "scope")), K: rapid.IntRange(0, 3).Draw(t, "k"),
			Unit: Unit(rapid.IntRange(1, 3).Draw(t, "unit")), PerDay: rapid.IntRange(0, 4).Draw(t, "per day") == 0})
	}
	for range rapid.IntRange(0, 4).Draw(t, "rules") {
		in.Rules = append(in.Rules, Rule{
			Scope: Scope(rapid.IntRange(0, 6).Draw(t, "scope")), K: rapid.IntRange(0, 3).Draw(t, "k"),
			W: num("w", 1, 20), Code: Reason(rapid.IntRange(int(GroupCap), int(OfferOnce)).Draw(t, "code")),
		})
	}
	for range rapid.IntRange(0, 7).Draw(t, "live") {
		s := num("s", 0, 50)
		l := Entry{Interval: Interval{S: s, E: s + num("len", 0, 9)}, Brand: num("b", 0, 2), Offer: num("o", 0, 2),
			Category: num("c", 0, 2), Kind: rapid.SampledFrom([]Kind{Sponsored, Sponsored, Sponsored, Organic, Elsewhere}).Draw(t, "kind")}
		in.Live = append(in.Live, l)
	}
	return in
}

// oracleEnd is past every entry, window, shift, flight and pause of a tiny world, by more than one of its months.
const oracleEnd = 520

func TestDecideAgreesWithOracle(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		in := tinyInput(t)
		now := rapid.Int64Range(0, 60).Draw(t, "now")
		v := Decide(in, now)
		e, ok := oracleAllows(&in, now)
		if v.Allow != ok || ok && (v.S != now || v.E != e || v.Next != now || v.Reasons != 0) {
			t.Fatalf("got %+v, oracle says [%d,%d] %v", v, now, e, ok)
		}
		if ok {
			return
		}
		if v.Deciding == None || !v.Reasons.Has(v.Deciding) {
			t.Fatalf("refused without a deciding reason: %+v", v)
		}
		next := Never
		for x := now; x < oracleEnd; x++ {
			if _, ok := oracleAllows(&in, x); ok {
				next = x
				break
			}
		}
		if v.Next != next {
			t.Fatalf("next = %d, oracle says %d (%+v)", v.Next, next, v)
		}
		if next != Never && (Decide(in, next-1).Allow || !Decide(in, next).Allow) {
			t.Fatalf("next %d is not the first", next)
		}
	})
}

// Whatever instants the owners choose inside their intervals, a ledger filled by the kernel alone never has more than K
// sends in a window. Every combination of instants is tried.
func TestNoChoiceOfSendTimesBreaksACap(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		r := Rule{Scope: ScopeGroup, K: rapid.IntRange(1, 2).Draw(t, "k"), W: rapid.Int64Range(1, 12).Draw(t, "w")}
		in := Input{Rules: []Rule{r}, Hold: rapid.Int64Range(0, 3).Draw(t, "hold")}
		for range 4 {
			at := rapid.Int64Range(0, 30).Draw(t, "at") // in any order: slots planned ahead as well
			if v := Decide(in, at); v.Allow {
				in.Live = append(in.Live, Entry{Interval: Interval{S: v.S, E: v.E}})
			}
		}
		times := make([]int64, len(in.Live))
		var choose func(i int)
		choose = func(i int) {
			if i < len(times) {
				for x := in.Live[i].S; x <= in.Live[i].E; x++ {
					times[i] = x
					choose(i + 1)
				}
				return
			}
			for _, x := range times {
				n := 0
				for _, y := range times {
					if x-r.W < y && y <= x {
						n++
					}
				}
				if n > r.K {
					t.Fatalf("%d sends in (%d,%d] of %v, live %v, rule %+v", n, x-r.W, x, times, in.Live, r)
				}
			}
		}
		choose(0)
	})
}

// Tightening never allows what was refused: one more rule, a smaller K, a longer W, one more entry, a later start, an
// earlier end, a pause; and what is refused stays refused for at least as long.
func TestTighteningNeverAllows(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		in := tinyInput(t)
		now := rapid.Int64Range(0, 60).Draw(t, "now")
		before := Decide(in, now)
		tight := in
		tight.Rules = append([]Rule(nil), in.Rules...)
		tight.Live = append([]Entry(nil), in.Live...)
		tight.Gates = append([]Gate(nil), in.Gates...)
		tight.Calendar = append([]Calendar(nil), in.Calendar...)
		switch rapid.IntRange(0, 7).Draw(t, "how") {
		case 6:
			tight.Gates = append(tight.Gates, Gate{Until: 37, Code: Fatigue})
		case 7:
			for i := range tight.Calendar {
				tight.Calendar[i].K--
			}
		case 0:
			tight.Rules = append(tight.Rules, Rule{K: rapid.IntRange(0, 3).Draw(t, "k2"), W: 9, Code: GroupCap})
		case 1:
			for i := range tight.Rules {
				tight.Rules[i].K--
			}
		case 2:
			for i := range tight.Rules {
				tight.Rules[i].W += 3
			}
		case 3:
			s := rapid.Int64Range(0, 50).Draw(t, "s2")
			tight.Live = append(tight.Live, Entry{Interval: Interval{S: s, E: s + 2}, Brand: 1, Offer: 1})
		case 4:
			tight.Start += 5
		case 5:
			tight.PausedUntil = max(tight.PausedUntil, 40)
		}
		after := Decide(tight, now)
		if after.Allow && !before.Allow {
			t.Fatalf("tightened input allows: %+v, before %+v", after, before)
		}
		if after.Next < before.Next {
			t.Fatalf("tightened input frees earlier: %d, before %d", after.Next, before.Next)
		}
	})
}
