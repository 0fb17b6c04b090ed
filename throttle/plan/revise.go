package plan

import "slices"

// Revise is the plan of a snapshot that differs from this one's in a few groups: those named, by index. Only they are
// planned anew, everywhere else the turns stay, and fairness is kept by giving what the named groups have to the brands
// that are now behind. The snapshot may have more groups, offers and brands than before, at the end of each list; what was
// there keeps its index. A group has changed if its rules, what is live in it, its reach or its edges did, if an offer in
// it has another flight or priority, or if the horizon has moved on so that one of its turns is in the past.
func (p *Plan) Revise(s *Snapshot, groups []int) (*Plan, error) {
	if err := s.checkHead(); err != nil {
		return nil, err
	}
	next := p.pass.branch(s)
	changed := make([]int32, 0, len(groups)+len(s.Groups)-len(p.s.Groups))
	seen := make(map[int]bool, len(groups))
	for g := len(p.s.Groups); g < len(s.Groups); g++ {
		groups = append(groups[:len(groups):len(groups)], g)
	}
	for _, g := range groups {
		if seen[g] {
			continue
		}
		if err := s.checkGroup(&s.Groups[g]); err != nil {
			return nil, err
		}
		seen[g] = true
		changed = append(changed, int32(g)) //nolint:gosec // an index of a slice in memory
	}
	next.each(changed, func(w *worker, g int) { next.cells[g] = w.prepare(g) })
	next.recount()
	next.divide(changed)
	next.settle(changed)
	return &Plan{s: s, pass: next}, nil
}

// branch is a pass over another snapshot that begins where this one ended. Cells are shared until they are replaced.
func (p *pass) branch(s *Snapshot) *pass {
	next := newPass(s)
	copy(next.cells, p.cells)
	copy(next.paid, p.paid)
	copy(next.taxed, p.taxed)
	next.mean = p.mean
	return next
}

// recount adds up who has what by the divisions as they stand.
func (p *pass) recount() {
	for g := range p.cells {
		c, reach := &p.cells[g], float64(p.s.Groups[g].Reach)
		for j := range c.fair {
			if b := c.fair[j]; b != none {
				p.fair[b] += reach
			}
			if b := c.own[j]; b != none {
				p.got[b] += reach
			}
		}
		for _, t := range c.turns {
			p.reach[t.Offer] += reach
		}
	}
}

// With is a copy of the snapshot with one more offer, which expects a value in each group (not above zero: it does not run
// there), and a list of the groups in which it may run. The offer's brand may be a new one: the index after the last. What
// does not change is shared.
func (s *Snapshot) With(o Offer, brand Brand, value func(group int) float64) (*Snapshot, []int) {
	next := *s
	next.Offers = append(slices.Clip(s.Offers), o)
	if o.Brand == len(s.Brands) {
		next.Brands = append(slices.Clip(s.Brands), brand)
	}
	next.Groups = append([]Group(nil), s.Groups...)
	edge := Edge{Offer: int32(len(s.Offers))} //nolint:gosec // an index of a slice in memory
	var touched []int
	for g := range next.Groups {
		v := value(g)
		if v <= 0 {
			continue
		}
		edge.Value = float32(v)
		group := &next.Groups[g]
		at := next.first(group, o.Brand+1)
		edges := make([]Edge, 0, len(group.Edges)+1)
		edges = append(append(edges, group.Edges[:at]...), edge)
		group.Edges = append(edges, group.Edges[at:]...)
		touched = append(touched, g)
	}
	return &next, touched
}

// WithGroup is a copy of the snapshot in which one group differs.
func (s *Snapshot) WithGroup(g int, group Group) *Snapshot {
	next := *s
	next.Groups = append([]Group(nil), s.Groups...)
	next.Groups[g] = group
	return &next
}
