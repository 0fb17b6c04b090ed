package throttle

import (
	"cmp"
	"slices"
)

// Happened is a post that was in a group at an instant, to be asked about once more under other rules.
type Happened struct {
	Brand, Offer, Category int64
	At                     int64
	// Fact says that no rule would have kept it away: it was made by hand, or sent after its slot was given up. It counts
	// for those after it, and is asked about too.
	Fact bool
	// Gates are those that would have been closed for it.
	Gates []Gate
}

// Rehearse asks about the posts of one group one after the other: would these rules have allowed each at the instant at
// which it appeared? A post that they would have held does not count for those after it. others is what counts besides: posts
// from before, the organiser's own, and those of near groups; only what lies before a post counts for it. under gives the
// rules at an instant, as Terms.For does.
//
// Posts that the kernel allowed under the same rules are allowed again: what was reserved as an interval is asked about as
// the one instant it became, among instants. Pure; the verdicts come in the order of the posts, which is that of time.
func Rehearse(under func(at int64) Input, others []Entry, posts []Happened) []Verdict {
	others = slices.Clone(others)
	slices.SortStableFunc(others, func(a, b Entry) int { return cmp.Compare(a.S, b.S) })
	out := make([]Verdict, len(posts))
	var live []Entry
	for i, p := range posts {
		for len(others) > 0 && others[0].S <= p.At {
			live, others = append(live, others[0]), others[1:]
		}
		in := under(p.At)
		in.Live, in.Hold, in.MinWindow, in.Start, in.End = live, 0, 1, 0, Never
		in.Brand, in.Offer, in.Category, in.Gates = p.Brand, p.Offer, p.Category, slices.Concat(in.Gates, p.Gates)
		out[i] = Decide(in, p.At)
		if out[i].Allow || p.Fact {
			live = append(live, Entry{Interval: Interval{S: p.At, E: p.At}, Brand: p.Brand, Offer: p.Offer, Category: p.Category})
		}
	}
	return out
}

// Held is a moment at which a placement was refused, with what it knew then.
type Held struct {
	Brand, Offer, Category int64
	Start, End             int64 // the flight
	At                     int64
	Live                   []Entry // what counted then
	Gates, Was             []Gate  // that are closed for it under the new rules, and were under the old ones
}

// Freed asks about the moments at which placements of one group were held, in their order: would the new rules have let it go
// where the old ones did not? What they would have let go counts for those after it. Tighter rules never free: a moment is
// only counted if the old rules refuse it on the same rows.
func Freed(was, is func(at int64) Input, moments []Held) []bool {
	out := make([]bool, len(moments))
	var more []Entry
	gone := map[int64]bool{} // offers that went already
	for i, m := range moments {
		if gone[m.Offer] {
			continue
		}
		ask := func(in Input, live []Entry, gates []Gate) Verdict {
			in.Live, in.Gates = live, slices.Concat(in.Gates, gates)
			in.Brand, in.Offer, in.Category, in.Start, in.End = m.Brand, m.Offer, m.Category, m.Start, m.End
			return Decide(in, m.At)
		}
		v := ask(is(m.At), slices.Concat(m.Live, more), m.Gates)
		if !v.Allow || ask(was(m.At), m.Live, m.Was).Allow {
			continue
		}
		out[i], gone[m.Offer] = true, true
		more = append(more, Entry{Interval: Interval{S: v.S, E: v.E}, Brand: m.Brand, Offer: m.Offer, Category: m.Category})
	}
	return out
}
