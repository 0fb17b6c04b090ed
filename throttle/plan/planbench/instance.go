// Package planbench makes planning problems of given shapes and measures the planner on them beside its naive form. It
// must never be part of a running Siyu.
package planbench

import (
	"math"
	"math/rand/v2"

	"siyu/throttle"
	"siyu/throttle/plan"
)

// Shape is a kind of problem.
type Shape struct {
	Name           string
	Groups, Offers int
	Brands         int
	Density        float64 // the share of groups in which an ordinary brand may post
	Narrow         float64 // the share of brands that may post in few groups only
	NarrowDensity  float64 // and in which share of the groups at most: log-uniform from a tenth of it
	Skew           bool    // weights from 1 to 16, else all 1
	Giant          float64 // weight of brand 0 relative to all others together; 0: as the others
	Flood          float64 // the share of all offers that brand 0 hands in; 0: as the others
	Spread         float64 // how much offers differ in all groups alike: sigma of a lognormal factor
	Boast          float64 // what brand 0's values are multiplied with; 0: 1
	Live           int     // live entries a group has from before
	Flights        bool    // offers begin and end within the week
	History        bool    // brands had different reach before
}

const (
	day  = int64(24 * 60 * 60 * 1000)
	hour = int64(60 * 60 * 1000)
)

// Start is the first instant of every horizon: a Monday, midnight in Shanghai.
const Start = int64(1_772_380_800_000)

// Snapshot makes the problem of a seed.
func (sh Shape) Snapshot(seed uint64) *plan.Snapshot {
	r := rand.New(rand.NewPCG(seed, 0x5eed)) //nolint:gosec // a problem to measure with, no secret
	s := &plan.Snapshot{}
	for k := range int64(8) {
		s.Slots = append(s.Slots, Start+k*day)
	}
	sh.brands(r, s)
	sh.offers(r, s)
	ctr := make([]float64, len(s.Offers))
	for i := range ctr {
		ctr[i] = math.Exp(sh.Spread * r.NormFloat64())
		if s.Offers[i].Brand == 0 && sh.Boast > 0 {
			ctr[i] *= sh.Boast
		}
	}
	quiet, err := throttle.NewQuiet("Asia/Shanghai", throttle.Hours{From: 21*60 + 30, To: 8 * 60})
	if err != nil {
		panic(err) // the zone is embedded
	}
	taste, density := make([]float64, len(s.Brands)), make([]float64, len(s.Brands))
	for b := range density {
		if density[b] = sh.Density; b >= len(density)-int(sh.Narrow*float64(len(density))) {
			density[b] = sh.NarrowDensity * math.Pow(10, -r.Float64())
		}
	}
	for g := range sh.Groups {
		group := plan.Group{ID: int64(g + 1), Reach: 40 + int64(160*math.Pow(r.Float64(), 2)), Ask: rules(quiet)}
		for b := range taste {
			taste[b] = 0.02 * math.Exp(0.5*r.NormFloat64())
			if r.Float64() >= density[b] {
				taste[b] = 0
			}
		}
		for i, o := range s.Offers {
			if v := taste[o.Brand] * ctr[i] * math.Exp(0.3*r.NormFloat64()); v > 0 {
				group.Edges = append(group.Edges, plan.Edge{Offer: int32(i), Value: float32(v)})
			}
		}
		sh.live(r, s, &group)
		s.Groups = append(s.Groups, group)
	}
	return s
}

// rules are those of the reference load: six of them.
func rules(quiet *throttle.Quiet) throttle.Input {
	return throttle.Input{Quiet: quiet, Hold: 12 * hour, MinWindow: hour / 2, Rules: []throttle.Rule{
		{Scope: throttle.ScopeGroup, K: 3, W: 7 * day, Code: throttle.GroupCap},
		{Scope: throttle.ScopeGroup, K: 1, W: day, Code: throttle.GroupCap},
		{Scope: throttle.ScopeGroup, K: 1, W: 6 * hour, Code: throttle.MinGap},
		{Scope: throttle.ScopeBrand, K: 1, W: 7 * day, Code: throttle.BrandCap},
		{Scope: throttle.ScopeBrand, K: 3, W: 28 * day, Code: throttle.BrandCap},
		{Scope: throttle.ScopeOffer, K: 1, W: 30 * day, Code: throttle.OfferOnce},
	}}
}

func (sh Shape) brands(r *rand.Rand, s *plan.Snapshot) {
	for b := range sh.Brands {
		brand := plan.Brand{ID: int64(b + 1), Weight: 1}
		if sh.Skew {
			brand.Weight = math.Exp2(4 * r.Float64())
		}
		if sh.History {
			brand.Delivered = int64(r.Float64() * 100 * float64(sh.Groups*3) / float64(sh.Brands))
		}
		s.Brands = append(s.Brands, brand)
	}
	if sh.Giant > 0 {
		rest := 0.0
		for _, b := range s.Brands[1:] {
			rest += b.Weight
		}
		s.Brands[0].Weight = sh.Giant * rest
	}
}

// offers gives every brand one, brand 0 its flood, and spreads the rest.
func (sh Shape) offers(r *rand.Rand, s *plan.Snapshot) {
	number := make([]int, sh.Brands)
	left := sh.Offers
	for b := range number {
		number[b]++
		left--
	}
	flood := int(sh.Flood * float64(sh.Offers))
	for ; left > 0; left-- {
		if flood > 0 {
			number[0]++
			flood--
			continue
		}
		number[r.IntN(sh.Brands)]++
	}
	for b, n := range number {
		for range n {
			o := plan.Offer{ID: int64(len(s.Offers) + 1), Brand: b, Start: Start - 3*day, End: Start + 20*day}
			if sh.Flights {
				o.Start = Start + int64(r.IntN(8)-3)*day
				o.End = o.Start + int64(2+r.IntN(6))*day
			}
			s.Offers = append(s.Offers, o)
		}
	}
}

// live fills in what a group got in the four weeks before.
func (sh Shape) live(r *rand.Rand, s *plan.Snapshot, g *plan.Group) {
	if len(g.Edges) == 0 {
		return
	}
	for i := range sh.Live {
		e := g.Edges[r.IntN(len(g.Edges))]
		o := s.Offers[e.Offer]
		at := Start - int64(float64(28*day)*(float64(i)+r.Float64())/float64(sh.Live))
		g.Ask.Live = append(g.Ask.Live, throttle.Entry{Interval: throttle.Interval{S: at, E: at},
			Brand: s.Brands[o.Brand].ID, Offer: o.ID})
	}
}

// Main is the name of the shape that is measured first of all.
const Main = "narrow brands"

// Shapes are the problems that the planner must be fair in.
func Shapes() []Shape {
	base := Shape{Groups: 1000, Offers: 300, Brands: 60, Density: 0.4, Spread: 0.1}
	named := func(name string, change func(*Shape)) Shape {
		sh := base
		sh.Name = name
		change(&sh)
		return sh
	}
	return []Shape{
		named(Main, func(s *Shape) { s.Groups, s.Narrow, s.NarrowDensity = 5000, 0.2, 0.1 }),
		named("very narrow brands", func(s *Shape) { s.Narrow, s.NarrowDensity = 0.3, 0.02 }),
		named("skewed weights", func(s *Shape) { s.Skew = true }),
		named("few groups", func(s *Shape) { s.Groups, s.Brands, s.Offers = 60, 12, 60 }),
		named("giant brand", func(s *Shape) { s.Giant = 1 }),
		named("flooding brand", func(s *Shape) { s.Flood, s.Boast = 0.6, 1.5 }),
		named("flights", func(s *Shape) { s.Flights = true }),
		named("history", func(s *Shape) { s.History = true }),
		named("unequal offers", func(s *Shape) { s.Spread = 0.4 }),
		named("live posts", func(s *Shape) { s.Live = 12 }),
	}
}
