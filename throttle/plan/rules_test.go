package plan_test

import (
	"math"
	"reflect"
	"testing"
	"time"

	"pgregory.net/rapid"

	"siyu/throttle"
	"siyu/throttle/plan"
)

const (
	hour = int64(time.Hour / time.Millisecond)
	day  = 24 * hour
)

// monday is the first instant of the small horizons: a midnight in Vancouver, six days before its clocks change.
func monday() int64 { return time.Date(2026, 3, 2, 8, 0, 0, 0, time.UTC).UnixMilli() }

// small is a snapshot of a few groups and offers with all kinds of rules, some of them tight.
func small(t *rapid.T, quiet *throttle.Quiet) *plan.Snapshot {
	num := func(name string, lo, hi int64) int64 { return rapid.Int64Range(lo, hi).Draw(t, name) }
	s := &plan.Snapshot{}
	for k := range num("days", 1, 7) + 1 {
		s.Slots = append(s.Slots, monday()+k*day)
	}
	if rapid.Bool().Draw(t, "begun") {
		s.From = monday() + num("from", 0, 48)*hour
	}
	for b := range num("brands", 1, 4) {
		s.Brands = append(s.Brands, plan.Brand{ID: b + 1, Weight: float64(num("weight", 1, 3)), Delivered: 100 * num("had", 0, 2)})
	}
	for i := range num("offers", 1, 8) {
		o := plan.Offer{ID: i + 1, Brand: int(num("brand", 0, int64(len(s.Brands)-1))), Category: num("category", 0, 2),
			Start: monday() + num("start", -48, 120)*hour, Priority: int(num("priority", 0, 2)), Target: 300 * num("target", 0, 2)}
		if rapid.Bool().Draw(t, "ends") {
			o.End = o.Start + num("flight", 1, 120)*hour
		}
		s.Offers = append(s.Offers, o)
	}
	for g := range num("groups", 1, 6) {
		s.Groups = append(s.Groups, smallGroup(t, s, g, quiet))
	}
	if n := len(s.Groups); n > 1 && rapid.Bool().Draw(t, "near") {
		s.Groups[0].Near, s.Groups[n-1].Near = []int32{int32(n - 1)}, []int32{0}
	}
	if rapid.Bool().Draw(t, "fatigue") {
		s.Least = func(_ int, at int64, before []plan.Turn) float64 {
			x := 0.5
			for _, b := range before {
				x += math.Exp(-float64(at-b.S) / float64(3*day))
			}
			return x
		}
	}
	return s
}

func smallGroup(t *rapid.T, s *plan.Snapshot, g int64, quiet *throttle.Quiet) plan.Group {
	num := func(name string, lo, hi int64) int64 { return rapid.Int64Range(lo, hi).Draw(t, name) }
	group := plan.Group{ID: g + 1, Reach: num("reach", 20, 200), Ask: throttle.Input{Hold: num("hold", 0, 14) * hour, MinWindow: hour / 2}}
	if rapid.Bool().Draw(t, "quiet") {
		group.Ask.Quiet = quiet
	}
	if rapid.Bool().Draw(t, "calendar") {
		group.Ask.Clock = &quiet.Clock
		group.Ask.Calendar = []throttle.Calendar{{Scope: throttle.ScopeGroup, K: int(num("k", 1, 2)), Unit: throttle.Day}}
	}
	group.Ask.PausedUntil = rapid.SampledFrom([]int64{0, 0, 0, 0, monday() + 30*hour, throttle.Never}).Draw(t, "paused")
	for range num("rules", 0, 5) {
		scope := throttle.Scope(num("scope", 0, 6))
		k := int(num("k", 0, 3))
		if scope == throttle.ScopeNear || scope == throttle.ScopeRival { // they count others only: more than one has no meaning
			k = 1
		}
		group.Ask.Rules = append(group.Ask.Rules, throttle.Rule{Scope: scope, K: k, W: num("w", 1, 150) * hour, Code: throttle.GroupCap})
	}
	for range num("live", 0, 3) {
		o := s.Offers[num("of", 0, int64(len(s.Offers)-1))]
		from := monday() + num("at", -150, 100)*hour
		group.Ask.Live = append(group.Ask.Live, throttle.Entry{Interval: throttle.Interval{S: from, E: from + num("len", 0, 10)*hour},
			Brand: s.Brands[o.Brand].ID, Offer: o.ID, Category: o.Category, Kind: throttle.Kind(num("kind", 0, 2))})
	}
	for b := range s.Brands {
		for i := range s.Offers {
			if s.Offers[i].Brand == b && num("may", 0, 3) > 0 {
				group.Edges = append(group.Edges, plan.Edge{Offer: int32(i), Value: float32(num("value", 0, 20)) / 10})
			}
		}
	}
	return group
}

func vancouver(t testing.TB) *throttle.Quiet {
	t.Helper()
	q, err := throttle.NewQuiet("America/Vancouver", throttle.Hours{From: 21*60 + 30, To: 8 * 60})
	if err != nil {
		t.Fatal(err)
	}
	return q
}

func mustPlan(t *rapid.T, s *plan.Snapshot) *plan.Plan {
	p, err := plan.Make(s)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// planned is a turn with what the rules want to know of it.
type planned struct {
	throttle.Entry
	ours bool
}

// allOf lists what is live and what is planned in a group, and the same offers' turns in the groups near it.
func allOf(s *plan.Snapshot, p *plan.Plan, g int) []planned {
	var all []planned
	for _, l := range s.Groups[g].Ask.Live {
		all = append(all, planned{Entry: l})
	}
	add := func(g int, kind throttle.Kind, ours bool) {
		for _, t := range p.Turns(g) {
			o := s.Offers[t.Offer]
			all = append(all, planned{ours: ours, Entry: throttle.Entry{Interval: throttle.Interval{S: t.S, E: t.E},
				Brand: s.Brands[o.Brand].ID, Offer: o.ID, Category: o.Category, Kind: kind}})
		}
	}
	add(g, throttle.Sponsored, true)
	for _, n := range s.Groups[g].Near {
		add(int(n), throttle.Elsewhere, false)
	}
	return all
}

// counted tells by the words of the rules whether a rule counts an entry when it is asked about another.
func counted(scope throttle.Scope, l, c throttle.Entry) bool {
	sponsored := l.Kind == throttle.Sponsored
	switch scope {
	case throttle.ScopeGroup:
		return sponsored
	case throttle.ScopeBrand:
		return sponsored && l.Brand == c.Brand
	case throttle.ScopeOffer:
		return sponsored && l.Offer == c.Offer
	case throttle.ScopeCategory:
		return sponsored && c.Category != 0 && l.Category == c.Category
	case throttle.ScopeRival:
		return sponsored && c.Category != 0 && l.Category == c.Category && l.Brand != c.Brand
	case throttle.ScopeNear:
		return l.Kind == throttle.Elsewhere && l.Offer == c.Offer
	case throttle.ScopeAll:
		return l.Kind != throttle.Elsewhere
	}
	return true
}

// breaches looks for a window of a rule that a planned post can fall into together with too many others: it tries the
// instants at which such a window can first be full, those at which a post can begin.
func breaches(t *rapid.T, s *plan.Snapshot, all []planned, r throttle.Rule) {
	for i, c := range all {
		if !c.ours {
			continue
		}
		instants := []int64{c.S}
		for _, l := range all {
			if l.S >= c.S && l.S < c.E+r.W {
				instants = append(instants, l.S)
			}
		}
		for _, x := range instants {
			n := 0
			for j, l := range all {
				if (i == j || counted(r.Scope, l.Entry, c.Entry)) && l.S <= x && x-r.W < l.E {
					n++
				}
			}
			if n > r.K {
				t.Fatalf("%d posts in the window of rule %+v up to %s, turn %+v of %+v", n, r, at(x), c, all)
			}
		}
	}
}

func at(x int64) string { return time.UnixMilli(x).UTC().Format(time.DateTime) }

func TestAPlanBreaksNoRule(t *testing.T) {
	t.Parallel()
	quiet := vancouver(t)
	zone, err := time.LoadLocation("America/Vancouver")
	if err != nil {
		t.Fatal(err)
	}
	rapid.Check(t, func(t *rapid.T) {
		s := small(t, quiet)
		checkRules(t, s, mustPlan(t, s), zone)
	})
}

// checkRules holds every planned turn against every rule.
func checkRules(t *rapid.T, s *plan.Snapshot, p *plan.Plan, zone *time.Location) {
	for g := range s.Groups {
		group, all := &s.Groups[g], allOf(s, p, g)
		for _, r := range group.Ask.Rules {
			breaches(t, s, all, r)
		}
		for i, turn := range p.Turns(g) {
			o := s.Offers[turn.Offer]
			switch {
			case turn.S > turn.E || turn.E-turn.S > group.Ask.Hold:
				t.Fatalf("the turn %+v is no interval of at most %d", turn, group.Ask.Hold)
			case turn.S < s.Slots[turn.Slot] || turn.S >= s.Slots[turn.Slot+1] || turn.S < s.From:
				t.Fatalf("the turn %+v is not in its slot", turn)
			case turn.S < o.Start || o.End != 0 && turn.E >= o.End:
				t.Fatalf("the turn %+v is not in the flight [%s, %s)", turn, at(o.Start), at(o.End))
			case turn.S < group.Ask.PausedUntil:
				t.Fatalf("the turn %+v is planned into a pause", turn)
			case i > 0 && p.Turns(g)[i-1].Slot >= turn.Slot:
				t.Fatalf("turns out of order: %+v", p.Turns(g))
			}
			for x := turn.S; group.Ask.Quiet != nil && x <= turn.E; x += 60_000 {
				local := time.UnixMilli(x).In(zone)
				if m := local.Hour()*60 + local.Minute(); m >= 21*60+30 || m < 8*60 {
					t.Fatalf("the turn %+v may be sent at %s", turn, local)
				}
			}
		}
		calendarBreaches(t, group, all, zone)
	}
}

// calendarBreaches counts by local dates.
func calendarBreaches(t *rapid.T, group *plan.Group, all []planned, zone *time.Location) {
	for _, c := range group.Ask.Calendar {
		days, ours := map[string]int{}, map[string]bool{}
		for _, l := range all {
			if l.Kind != throttle.Sponsored {
				continue
			}
			for x := l.S - l.S%hour; x <= l.E; x += hour {
				date := time.UnixMilli(max(x, l.S)).In(zone).Format(time.DateOnly)
				if x+hour > l.E || time.UnixMilli(x+hour).In(zone).Format(time.DateOnly) != date {
					days[date]++
				}
				ours[date] = ours[date] || l.ours
			}
		}
		for date, n := range days {
			if ours[date] && n > c.K {
				t.Fatalf("%d posts on %s, %d allowed: %+v", n, date, c.K, all)
			}
		}
	}
}

// What can be planned is planned: where a slot is empty the kernel refuses every offer that is worth it, all through the slot.
func TestAPlanLeavesNoSlotEmpty(t *testing.T) {
	t.Parallel()
	quiet := vancouver(t)
	rapid.Check(t, func(t *rapid.T) {
		s := small(t, quiet)
		for i := range s.Offers {
			s.Offers[i].Target = 0
		}
		checkFull(t, s, mustPlan(t, s))
	})
}

// checkFull looks for a post that an empty slot has room for.
func checkFull(t *rapid.T, s *plan.Snapshot, p *plan.Plan) {
	for g := range s.Groups {
		full, has := map[int]bool{}, map[int]bool{}
		in := s.Groups[g].Ask
		in.Live = nil
		for _, n := range s.Groups[g].Near { // its neighbours' wish to keep apart holds here too
			for _, r := range s.Groups[n].Ask.Rules {
				if r.Scope == throttle.ScopeNear {
					in.Rules = append(in.Rules[:len(in.Rules):len(in.Rules)], r)
				}
			}
		}
		for _, l := range allOf(s, p, g) {
			in.Live = append(in.Live, l.Entry)
		}
		for _, turn := range p.Turns(g) {
			full[turn.Slot], has[turn.Offer] = true, true
		}
		for k := range len(s.Slots) - 1 {
			for _, e := range s.Groups[g].Edges {
				now := max(s.Slots[k], s.From)
				if full[k] || has[int(e.Offer)] || e.Value <= 0 || now >= s.Slots[k+1] {
					continue
				}
				o := s.Offers[e.Offer]
				in.Brand, in.Offer, in.Category, in.Start, in.End = s.Brands[o.Brand].ID, o.ID, o.Category, o.Start, o.End
				if v := throttle.Decide(in, now); v.Next < s.Slots[k+1] && worthIt(s, p, g, e, v.Next) {
					t.Fatalf("group %d: slot %d is empty, but offer %d may go out at %s; turns %+v", g, k, o.ID, at(v.Next), p.Turns(g))
				}
			}
		}
	}
}

// worthIt tells whether an offer would have passed the threshold at any time between the slot's beginning and an instant.
func worthIt(s *plan.Snapshot, p *plan.Plan, g int, e plan.Edge, now int64) bool {
	if s.Least == nil {
		return true
	}
	var before []plan.Turn
	for _, turn := range p.Turns(g) {
		if turn.S < now {
			before = append(before, turn)
		}
	}
	first := s.Slots[0]
	for _, k := range s.Slots {
		if k <= now {
			first = max(k, s.From)
		}
	}
	return float64(e.Value) >= s.Least(g, first, before) // the threshold only falls until the next post
}

func TestEqualSnapshotsHaveEqualPlans(t *testing.T) {
	t.Parallel()
	quiet := vancouver(t)
	rapid.Check(t, func(t *rapid.T) {
		s := small(t, quiet)
		p, q := mustPlan(t, s), mustPlan(t, s)
		for g := range s.Groups {
			if !reflect.DeepEqual(p.Turns(g), q.Turns(g)) {
				t.Fatalf("group %d: %+v and %+v", g, p.Turns(g), q.Turns(g))
			}
		}
	})
}
