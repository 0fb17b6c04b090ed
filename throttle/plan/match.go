package plan

import (
	"math"
	"math/bits"
)

// match is a group's openings being given to wishes of which some can have only some of them.
type match struct {
	wish  [maxSlots]int32 // of each opening, -1 if it is free
	level [maxSlots]int32 // how many wishes must move on until the opening is free; -1: it cannot be freed
	reach uint64          // the openings that can be freed
}

// all serves all the wishes picked, and tells whether that can be done: mostly the best wishes do not stand in each other's
// way, and then there is nothing to search for.
func (m *match) all(c *cell, pick []choice, n int) bool {
	for j := range n {
		m.wish[j] = -1
	}
	for _, top := range pick {
		m.free(c, n)
		if c.masks[top.wish]&m.reach == 0 {
			return false
		}
		m.serve(c, top.wish)
	}
	return true
}

// best serves the wishes with the highest scores that can be served together. Such sets are the independent sets of a
// matroid, so taking the best wish that can still be served, again and again, is optimal; those served before may have to
// move to another of their openings for it. It uses up the scores.
func (m *match) best(c *cell, scores []float64, n int) {
	for j := range n {
		m.wish[j] = -1
	}
	for range n {
		m.free(c, n)
		top, best := int32(-1), math.Inf(-1)
		for i, score := range scores {
			if score > best && c.masks[i]&m.reach != 0 {
				top, best = int32(i), score
			}
		}
		if top < 0 {
			return
		}
		scores[top] = math.Inf(-1)
		m.serve(c, top)
	}
}

// scores prices a group's wishes.
func (p *pass) scores(c *cell, worth, reach float64) {
	p.score = p.score[:0]
	last, rank := none, 0.5
	for i := range c.wish {
		w := &c.wish[i]
		if w.brand == last {
			rank++
		} else {
			last, rank = w.brand, 0.5
		}
		p.score = append(p.score, worth*float64(w.value)+p.price[w.brand]-rank*reach*p.slope[w.brand])
	}
}

// free finds the openings that are free or can be freed by moving wishes on.
func (m *match) free(c *cell, n int) {
	m.reach = 0
	for j := range n {
		m.level[j] = -1
		if m.wish[j] < 0 {
			m.level[j] = 0
			m.reach |= 1 << j
		}
	}
	for level := int32(1); ; level++ {
		var more uint64
		for j := range n {
			if m.level[j] < 0 && c.masks[m.wish[j]]&m.reach != 0 {
				m.level[j] = level
				more |= 1 << j
			}
		}
		if more == 0 {
			return
		}
		m.reach |= more
	}
}

// serve gives a wish one of its openings; whoever held it moves to one that is nearer to a free one, and so on.
func (m *match) serve(c *cell, wish int32) {
	for wish >= 0 {
		to := -1
		for left := c.masks[wish] & m.reach; left != 0; left &= left - 1 {
			if j := bits.TrailingZeros64(left); to < 0 || m.level[j] < m.level[to] {
				to = j
			}
		}
		m.wish[to], wish = wish, m.wish[to]
	}
}
