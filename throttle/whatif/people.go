package whatif

import (
	"math"
	"sort"
)

// crowd is one draw of a world: who is there, what they will bear, and what brands hand in. It does not change during a
// run, and all policies of a seed share it. A member is one person's seat in one group; seats of one group are
// neighbours, those who join later last.
type crowd struct {
	world *World
	root  key

	first []int32 // by group: its first seat; one more at the end
	start []int32 // by group: seats that are taken on the first day

	// By seat.
	group   []int32
	person  []int32   // whose seat it is: the first seat of the same person
	joins   []int32   // the day she comes; 0 is there from the start
	leaves  []int32   // the day she leaves for reasons of her own
	tender  []float64 // phi of the group times her own sensitivity
	leaveAt []float64 // she leaves when posts have added so much hazard...
	muteAt  []float64 // ...and mutes at so much
	decay   []float64 // of F in a day, by person

	byDay [][]int32 // by day: the seats whose day to leave it is

	// By group.
	click   []float64
	organic [][]int32 // by day: posts of members up to its end

	offers  []Offer   // by arrival; offer ID is offers[ID-1]
	match   []float32 // by offer and group: how well it suits
	told    []float32 // what Siyu is told of that; negative: not for this group
	brands  int
	weather []Season // by day: the product of the seasons

	blind [blindSteps]float64 // exp(-blindness F), tabulated
}

// The table of blindness: F from 0 to blindSteps/blindPer.
const (
	blindSteps = 4096
	blindPer   = 64
)

// newCrowd draws a world.
func newCrowd(w *World, seed int) *crowd {
	c := &crowd{world: w, root: key(mix(uint64(seed) * golden)), brands: w.Offers.Brands}
	c.makeWeather()
	c.makeSeats()
	c.pairSeats()
	c.makePeople()
	c.makeQuarrels()
	c.sortLeaves()
	c.makeOrganic()
	c.makeOffers()
	for i := range c.blind {
		c.blind[i] = math.Exp(-w.Attention.Blindness * float64(i) / blindPer)
	}
	return c
}

// makeWeather multiplies the seasons out, day by day; one day more than the world has, for what ends with the last.
func (c *crowd) makeWeather() {
	c.weather = make([]Season, c.world.Days+1)
	for day := range c.weather {
		c.weather[day] = c.world.season(day)
	}
}

// season is what all seasons together make of a day.
func (w *World) season(day int) Season {
	d := Season{Leaves: 1, Harm: 1, Sees: 1, Clicks: 1, Offers: 1, Organic: 1}
	for _, s := range w.Seasons {
		if day >= s.From && day < s.From+s.Days {
			d.Leaves *= s.Leaves
			d.Harm *= s.Harm
			d.Sees *= s.Sees
			d.Clicks *= s.Clicks
			d.Offers *= s.Offers
			d.Organic *= s.Organic
		}
	}
	return d
}

// smallest is the least size of a group: WeChat makes none with fewer.
const smallest = 3

// makeSeats lays out the seats: those of the first day and, day by day, of those who join.
func (c *crowd) makeSeats() {
	w, sizes, joins := c.world, c.root.of(forGroups), c.root.of(forJoins)
	for g := range w.Groups.Count {
		c.first = append(c.first, int32(len(c.joins)))
		n := max(smallest, int(math.Round(w.Groups.Size*sizes.lognormal(g, w.Groups.SizeSpread))))
		c.start = append(c.start, int32(n))
		for range n {
			c.joins, c.group = append(c.joins, 0), append(c.group, int32(g))
		}
		for day := 1; day < w.Days && w.Growth.PerDay > 0; day++ {
			for range joins.of(g).of(day).poisson(float64(n) * w.Growth.PerDay) {
				c.joins, c.group = append(c.joins, int32(day)), append(c.group, int32(g))
			}
		}
	}
	c.first = append(c.first, int32(len(c.joins)))
}

// pairSeats gives some people a second seat, in another group.
func (c *crowd) pairSeats() {
	c.person = make([]int32, len(c.joins))
	draw := c.root.of(forPeople).of(0)
	share := 2 * c.world.Groups.Shared / (1 + c.world.Groups.Shared) // of the seats
	type seat struct {
		at, group int32
		order     uint64
	}
	var paired []seat
	for g := range c.start {
		for s := c.first[g]; s < c.first[g+1]; s++ {
			c.person[s] = s
			if c.joins[s] == 0 && draw.uniform(int(s)) < share {
				paired = append(paired, seat{s, int32(g), draw.of(1).bits(int(s))})
			}
		}
	}
	sort.Slice(paired, func(i, j int) bool { return paired[i].order < paired[j].order })
	for i := 0; i+1 < len(paired); i += 2 {
		if a, b := paired[i], paired[i+1]; a.group != b.group {
			c.person[max(a.at, b.at)] = min(a.at, b.at)
		}
	}
}

// makePeople draws what each seat will bear.
func (c *crowd) makePeople() {
	w, n := c.world, len(c.joins)
	groups, people := c.root.of(forGroups), c.root.of(forPeople)
	c.leaves, c.tender = make([]int32, n), make([]float64, n)
	c.leaveAt, c.muteAt, c.decay = make([]float64, n), make([]float64, n), make([]float64, n)
	calm := make([]float64, w.Days+1) // the hazard of the days before, in units of the group's own
	for day := range w.Days {
		calm[day+1] = calm[day] + c.weather[day].Leaves
	}
	sensitive, recovers, calmly, patience, quiet := people.of(1), people.of(2), people.of(3), people.of(4), people.of(5)
	for g := range c.start {
		base := w.Leave.Base * groups.of(1).lognormal(g, w.Leave.BaseSpread)
		phi := w.Leave.Extra * groups.of(2).lognormal(g, w.Leave.ExtraSpread)
		c.click = append(c.click, w.Attention.Click*groups.of(3).lognormalMean(g, w.Attention.ClickSpread))
		for s := c.first[g]; s < c.first[g+1]; s++ {
			p := int(c.person[s])
			c.tender[s] = phi * sensitive.lognormalMean(p, w.Leave.Sensitivity)
			c.decay[s] = math.Exp(-1 / (w.Leave.Recovery * recovers.lognormal(p, w.Leave.RecoverySpr)))
			c.leaveAt[s] = patience.exponential(int(s))
			c.muteAt[s] = math.Inf(1)
			if w.Mute.PerLeave > 0 {
				c.muteAt[s] = quiet.exponential(int(s)) / w.Mute.PerLeave
			}
			c.leaves[s] = math.MaxInt32
			if base > 0 {
				until := calm[c.joins[s]] + calmly.exponential(int(s))/base
				if day := sort.SearchFloat64s(calm, until); day <= w.Days {
					c.leaves[s] = int32(max(day-1, int(c.joins[s])))
				}
			}
		}
	}
}

// makeQuarrels lets whole circles leave early.
func (c *crowd) makeQuarrels() {
	w := c.world
	if w.Correlated.Quarrel == 0 {
		return
	}
	draw := c.root.of(forQuarrel)
	for g := range c.start {
		circles := (int(c.start[g]) + w.Correlated.Circle - 1) / w.Correlated.Circle
		for day := range w.Days {
			if k := draw.of(g).of(day); k.uniform(0) < w.Correlated.Quarrel {
				from, to := c.circle(g, c.first[g]+int32(int(k.uniform(1)*float64(circles))*w.Correlated.Circle))
				for s := from; s < to; s++ {
					c.leaves[s] = min(c.leaves[s], int32(day))
				}
			}
		}
	}
}

// sortLeaves lists by day who leaves for reasons of her own.
func (c *crowd) sortLeaves() {
	c.byDay = make([][]int32, c.world.Days)
	for s, day := range c.leaves {
		if int(day) < len(c.byDay) {
			c.byDay[day] = append(c.byDay[day], int32(s))
		}
	}
}

// circle is the range of seats that are friends of a seat of group g, itself included. Who joins later knows nobody.
func (c *crowd) circle(g int, seat int32) (from, to int32) {
	size, first, end := int32(c.world.Correlated.Circle), c.first[g], c.first[g]+c.start[g]
	if seat >= end {
		return seat, seat + 1
	}
	from = first + (seat-first)/size*size
	return from, min(from+size, end)
}

// makeOrganic draws what members say.
func (c *crowd) makeOrganic() {
	w, draw := c.world, c.root.of(forOrganic)
	for g := range c.start {
		mean := w.Organic.PerDay * draw.lognormal(g, w.Organic.Spread)
		said, total := make([]int32, w.Days), int32(0)
		for day := range said {
			total += int32(draw.of(g).of(day).poisson(mean * c.weather[day].Organic))
			said[day] = total
		}
		c.organic = append(c.organic, said)
	}
}
