package plan_test

import (
	"testing"

	"pgregory.net/rapid"

	"siyu/throttle"
	"siyu/throttle/plan"
)

// Every offer in every group is planned or has a cause, and the cause is true.
func TestEveryOfferHasATurnOrACause(t *testing.T) {
	t.Parallel()
	quiet := vancouver(t)
	rapid.Check(t, func(t *rapid.T) {
		s := small(t, quiet)
		p := mustPlan(t, s)
		end := s.Slots[len(s.Slots)-1]
		for g := range s.Groups {
			turns := map[int]plan.Turn{}
			for _, turn := range p.Turns(g) {
				turns[turn.Offer] = turn
			}
			for o := range s.Offers {
				a := p.Why(g, o)
				turn, has := turns[o]
				if has != (a.Cause == plan.Planned) || has && a.Turn != turn {
					t.Fatalf("group %d, offer %d: turn %+v, answer %+v", g, o, turn, a)
				}
				if a.Cause != plan.Planned && (a.Deciding == throttle.None || !a.Reasons.Has(a.Deciding)) {
					t.Fatalf("group %d, offer %d: no reason in %+v (%s)", g, o, a, a.Cause)
				}
				if a.Cause == plan.Held {
					in := s.Groups[g].Ask
					of := s.Offers[o]
					in.Brand, in.Offer, in.Category, in.Start, in.End = s.Brands[of.Brand].ID, of.ID, of.Category, of.Start, of.End
					for x := max(s.Slots[0], s.From); x < end; x += hour {
						if throttle.Decide(in, x).Allow {
							t.Fatalf("group %d, offer %d is held until %s, but may go out at %s", g, o, at(a.Next), at(x))
						}
					}
				}
			}
		}
	})
}

func TestTheCalendarIsTheKernels(t *testing.T) {
	t.Parallel()
	quiet := vancouver(t)
	rapid.Check(t, func(t *rapid.T) {
		s := small(t, quiet)
		p := mustPlan(t, s)
		g := rapid.IntRange(0, len(s.Groups)-1).Draw(t, "group")
		o := rapid.IntRange(-1, len(s.Offers)-1).Draw(t, "offer")
		in := s.Groups[g].Ask
		in.Live = nil
		for _, l := range allOf(s, p, g) {
			in.Live = append(in.Live, l.Entry)
		}
		if o >= 0 {
			of := s.Offers[o]
			in.Brand, in.Offer, in.Category, in.Start, in.End = s.Brands[of.Brand].ID, of.ID, of.Category, of.Start, of.End
		}
		next := max(s.Slots[0], s.From)
		for _, stretch := range p.Calendar(g, o) {
			if stretch.S != next || stretch.E <= stretch.S {
				t.Fatalf("the stretch %+v does not begin at %s", stretch, at(next))
			}
			if !stretch.Free && stretch.Deciding == throttle.None {
				t.Fatalf("the stretch %+v is closed for no reason", stretch)
			}
			for x := stretch.S; x < stretch.E; x += 7 * hour / 60 {
				if throttle.Decide(in, x).Allow != stretch.Free {
					t.Fatalf("at %s: %+v, the kernel says %+v", at(x), stretch, throttle.Decide(in, x))
				}
			}
			if throttle.Decide(in, stretch.E-1).Allow != stretch.Free {
				t.Fatalf("the last instant of %+v: the kernel says %+v", stretch, throttle.Decide(in, stretch.E-1))
			}
			next = stretch.E
		}
		if end := s.Slots[len(s.Slots)-1]; next != end && next < end {
			t.Fatalf("the calendar ends at %s", at(next))
		}
	})
}
