package plan

import "math"

// pass is one planning under way.
type pass struct {
	s       *Snapshot
	cells   []cell
	spent   []bool    // by offer: it has its target
	reach   []float64 // by offer: what is planned of it
	targets bool      // an offer has a target: who gets what is left of it is settled in order
	pace    []float64 // by offer: above 1 when it is behind its curve
	weight  []float64 // by brand, above zero
	due     []float64 // by brand: the reach its flights are to have by the end of the horizon; +Inf without targets
	fair    []float64 // by brand: reach in the fair division
	got     []float64 // by brand: reach in the plan
	paid    []float64 // by brand: what it is paid per reach for a missing share, in values
	taxed   []float64 // by brand: and taxed for what it has beyond

	mean         float64   // value of a group's best wish, on average
	usual        float64   // reach of a group, on average
	price, slope []float64 // by brand, of the sweep under way
	pick         []choice
	score        []float64
}

// choice is a wish that gets an opening.
type choice struct {
	score float64
	wish  int32
}

const (
	fairSweeps = 30
	settled    = 4000 // a sweep that moves less than one opening in so many has settled
	beyond     = 1e12 // lowers a brand that has what its flights want below all that have not
)

// divide makes the fair division over the groups given, from where it stands: each group in turn gives its openings to
// the brands with the lowest levels. A single step never raises the sum of squares, and where no step lowers it no brand
// can be raised at the cost of a better one.
func (p *pass) divide(groups []int32) {
	price := func(b int) {
		p.price[b] = -(float64(p.s.Brands[b].Delivered) + p.fair[b]) / p.weight[b]
		p.slope[b] = 1 / p.weight[b]
		if p.fair[b] >= p.due[b] {
			p.price[b] -= beyond
		}
	}
	for range fairSweeps {
		if p.sweep(groups, 0, p.fair, price, func(c *cell) []uint16 { return c.fair }) {
			return
		}
	}
}

// sweep gives the openings of each group anew to the wishes with the highest price plus worth times value, and tells
// whether hardly anything moved. The order of the groups is scattered, so that a brand's groups do not come in a row.
func (p *pass) sweep(groups []int32, worth float64, got []float64, price func(brand int), of func(*cell) []uint16) bool {
	for b := range p.s.Brands {
		price(b)
	}
	moved, all := 0, 0
	n := len(groups)
	step := stride(n)
	at := 0
	for range n {
		g := int(groups[at])
		if at += step; at >= n {
			at -= n
		}
		c := &p.cells[g]
		if len(c.open) == 0 || len(c.wish) == 0 {
			continue
		}
		all += len(c.open)
		reach := float64(p.s.Groups[g].Reach)
		owners := of(c)
		for _, b := range owners {
			if b != none {
				got[b] -= reach
				price(int(b))
			}
		}
		moved += p.best(c, worth, reach, owners)
		for _, b := range owners {
			if b != none {
				got[b] += reach
				price(int(b))
			}
		}
	}
	return moved*settled < all
}

// stride is a step through n groups that meets each once.
func stride(n int) int {
	for step := max(1, int(float64(n)*0.6180339887)); ; step++ {
		if gcd(step, n) == 1 {
			return step % max(n, 1)
		}
	}
}

func gcd(a, b int) int {
	for b != 0 {
		a, b = b, a%b
	}
	return a
}

// best gives a group's openings to its best wishes. It returns how many openings changed hands.
func (p *pass) best(c *cell, worth, reach float64, owners []uint16) int {
	p.top(c, worth, reach, len(owners))
	var m match
	if c.masks == nil {
		for j := range owners {
			if m.wish[j] = -1; j < len(p.pick) {
				m.wish[j] = p.pick[j].wish
			}
		}
	} else if !m.all(c, p.pick, len(owners)) {
		p.scores(c, worth, reach)
		m.best(c, p.score, len(owners))
	}
	moved := 0
	for j := range owners {
		to := none
		if m.wish[j] >= 0 {
			to = c.wish[m.wish[j]].brand
		}
		if to != owners[j] {
			moved++
			owners[j] = to
		}
	}
	return moved
}

// top picks a group's n wishes with the highest scores.
func (p *pass) top(c *cell, worth, reach float64, n int) {
	pick := p.pick[:0]
	floor := math.Inf(-1)
	last, rank := none, 0.5
	for i := range c.wish {
		w := &c.wish[i]
		if w.brand == last {
			rank++
		} else {
			last, rank = w.brand, 0.5
		}
		score := worth*float64(w.value) + p.price[w.brand] - rank*reach*p.slope[w.brand]
		if score <= floor {
			continue
		}
		if len(pick) < n {
			pick = append(pick, choice{})
		}
		j := len(pick) - 1
		for ; j > 0 && pick[j-1].score < score; j-- {
			pick[j] = pick[j-1]
		}
		pick[j] = choice{score: score, wish: int32(i)}
		if len(pick) == n {
			floor = pick[n-1].score
		}
	}
	p.pick = pick
}
