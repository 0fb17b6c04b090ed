package plan

import (
	"fmt"
	"sort"

	"siyu/throttle"
)

// maxSlots bounds a horizon: a brand's open slots in a group are one word of bits.
const maxSlots = 64

// Snapshot is all that a plan is made from. It is not changed by planning, and whoever made it must not change what a
// plan was made from either: copy what is to differ (the slices inside may be shared).
type Snapshot struct {
	// Slots are the bounds of the horizon's stretches, UTC milliseconds, ascending: stretch k is [Slots[k], Slots[k+1])
	// and gets at most one post in each group. Days makes the usual one, a stretch per local day.
	Slots  []int64
	From   int64 // nothing is planned before it: now, where the horizon has begun already
	Groups []Group
	Offers []Offer
	Brands []Brand

	// Least is the least value that is worth a post in a group at an instant, after the turns that are planned before it
	// there: the fatigue threshold. Nil: everything above zero is. It must not keep before.
	Least func(group int, at int64, before []Turn) float64

	// Gates are those that close a group to one offer for a while, beside the ones in Group.Ask. Nil: none. For an offer
	// that may never run in a group there is no edge.
	Gates func(group, offer int) []throttle.Gate
}

// Group is one group: what the kernel knows of it, and who may post there.
type Group struct {
	ID    int64
	Reach int64 // members that see a post; the unit in which brands are served
	// Ask is the question that the kernel is asked, without its candidate: rules, quiet hours, gates, and what is live.
	Ask   throttle.Input
	Edges []Edge // the offers that may run here, ordered by brand and then by offer (their indices)
	// Near are the groups with so many of the same members that they must not get one offer at once, by index; the other
	// group names this one too. How far apart is for a rule of ScopeNear in Ask to say.
	Near []int32
}

// Edge is one offer that may run in a group.
type Edge struct {
	Offer int32   // index into Snapshot.Offers
	Value float32 // responses expected of a member reached; not above zero: not wanted
}

// Offer is one approved offer.
type Offer struct {
	ID         int64
	Brand      int   // index into Snapshot.Brands
	Category   int64 // 0: none
	Start, End int64 // the flight [Start, End); End = 0 is open
	Priority   int   // the higher goes first among the offers of its own brand
	// Target is the reach the whole flight is meant for, Delivered what it had before the horizon; no target: 0. An offer
	// behind the even curve goes before the others of its brand; one that has its target is not planned any more.
	Target, Delivered int64
}

// Brand is one sponsor.
type Brand struct {
	ID     int64
	Weight float64 // its share of the room relative to other brands; not above zero counts as 1
	// Delivered is the reach the brand had in the period over which shares are to be even, before the horizon. A brand
	// that had more than the others gives way until they are level.
	Delivered int64
}

// Turn is one planned post: it may go out at any instant of [S, E].
type Turn struct {
	Offer int // index into Snapshot.Offers
	Slot  int
	S, E  int64
	Value float64 // responses expected of a member reached
}

// check refuses a snapshot that cannot be planned.
func (s *Snapshot) check() error {
	if err := s.checkHead(); err != nil {
		return err
	}
	for g := range s.Groups {
		if err := s.checkGroup(&s.Groups[g]); err != nil {
			return err
		}
	}
	return nil
}

// checkHead looks at all but the groups.
func (s *Snapshot) checkHead() error {
	if n := len(s.Slots) - 1; n < 1 || n > maxSlots {
		return fmt.Errorf("plan: a horizon has 1 to %d stretches, not %d", maxSlots, n)
	}
	for k := 1; k < len(s.Slots); k++ {
		if s.Slots[k] <= s.Slots[k-1] {
			return fmt.Errorf("plan: stretch %d ends before it begins", k-1)
		}
	}
	if len(s.Brands) >= maxBrands {
		return fmt.Errorf("plan: %d brands, at most %d", len(s.Brands), maxBrands-1)
	}
	for _, o := range s.Offers {
		if o.Brand < 0 || o.Brand >= len(s.Brands) {
			return fmt.Errorf("plan: offer %d is of an unknown brand", o.ID)
		}
	}
	return nil
}

func (s *Snapshot) checkGroup(g *Group) error {
	if g.Reach < 0 {
		return fmt.Errorf("plan: group %d reaches %d members", g.ID, g.Reach)
	}
	for _, n := range g.Near {
		if n < 0 || int(n) >= len(s.Groups) {
			return fmt.Errorf("plan: group %d is near an unknown one", g.ID)
		}
	}
	last, lastBrand := int32(-1), -1
	for _, e := range g.Edges {
		if e.Offer < 0 || int(e.Offer) >= len(s.Offers) {
			return fmt.Errorf("plan: group %d: an unknown offer", g.ID)
		}
		brand := s.Offers[e.Offer].Brand
		if brand < lastBrand || brand == lastBrand && e.Offer <= last {
			return fmt.Errorf("plan: group %d: offer %d is out of order", g.ID, s.Offers[e.Offer].ID)
		}
		if e.Value != e.Value { // not a number
			return fmt.Errorf("plan: group %d: offer %d has no value", g.ID, s.Offers[e.Offer].ID)
		}
		last, lastBrand = e.Offer, brand
	}
	return nil
}

// candidate puts an offer into the kernel's question about a group; gates is room to write into.
func (s *Snapshot) candidate(in *throttle.Input, group, offer int, gates []throttle.Gate) []throttle.Gate {
	o := &s.Offers[offer]
	in.Brand, in.Offer, in.Category, in.Start, in.End = s.Brands[o.Brand].ID, o.ID, o.Category, o.Start, o.End
	if s.Gates == nil {
		return gates
	}
	gates = append(append(gates[:0], s.Groups[group].Ask.Gates...), s.Gates(group, offer)...)
	in.Gates = gates
	return gates
}

// entry is a turn as the kernel counts it, in its own group or elsewhere.
func (s *Snapshot) entry(t Turn, kind throttle.Kind) throttle.Entry {
	o := &s.Offers[t.Offer]
	return throttle.Entry{Interval: throttle.Interval{S: t.S, E: t.E}, Brand: s.Brands[o.Brand].ID, Offer: o.ID,
		Category: o.Category, Kind: kind}
}

// edge finds a group's edge to an offer.
func (s *Snapshot) edge(g *Group, offer int) (Edge, bool) {
	brand := s.Offers[offer].Brand
	for i := s.first(g, brand); i < len(g.Edges) && s.Offers[g.Edges[i].Offer].Brand == brand; i++ {
		if int(g.Edges[i].Offer) == offer {
			return g.Edges[i], true
		}
	}
	return Edge{}, false
}

// first is the index of a group's first edge to an offer of the brand or of a later one.
func (s *Snapshot) first(g *Group, brand int) int {
	return sort.Search(len(g.Edges), func(i int) bool { return s.Offers[g.Edges[i].Offer].Brand >= brand })
}
