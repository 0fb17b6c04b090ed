package plan

import "math"

// unlimited is the demand of a brand with an offer that has no target.
var unlimited = math.Inf(1)

// Plan is what is to be posted where within the horizon. It does not change; Revise makes another one of it.
type Plan struct {
	s    *Snapshot
	pass *pass
}

// Make plans a snapshot.
func Make(s *Snapshot) (*Plan, error) {
	if err := s.check(); err != nil {
		return nil, err
	}
	p := newPass(s)
	all := make([]int32, len(s.Groups))
	for g := range all {
		all[g] = int32(g)
	}
	p.each(all, func(w *worker, g int) { p.cells[g] = w.prepare(g) })
	p.mean = p.meanValue()
	p.divide(all)
	copy(p.got, p.fair)
	for g := range p.cells {
		copy(p.cells[g].own, p.cells[g].fair)
	}
	p.settle(all)
	return &Plan{s: s, pass: p}, nil
}

func newPass(s *Snapshot) *pass {
	nb, no := len(s.Brands), len(s.Offers)
	floats := make([]float64, 8*nb+2*no)
	take := func(n int) []float64 {
		part := floats[:n:n]
		floats = floats[n:]
		return part
	}
	p := &pass{s: s, cells: make([]cell, len(s.Groups)), spent: make([]bool, no), reach: take(no), pace: take(no),
		weight: take(nb), due: take(nb), fair: take(nb), got: take(nb), paid: take(nb), taxed: take(nb), price: take(nb), slope: take(nb)}
	for b := range s.Brands {
		if p.weight[b] = s.Brands[b].Weight; !(p.weight[b] > 0) {
			p.weight[b] = 1
		}
	}
	for g := range s.Groups {
		p.usual += float64(s.Groups[g].Reach) / float64(len(s.Groups))
	}
	p.paces()
	return p
}

// settle takes groups whose fair division stands to their turns.
func (p *pass) settle(groups []int32) {
	p.worth(groups)
	p.choose(groups)
	p.fillAll(groups)
	p.count()
}

// fillAll asks the kernel for all groups given: at once, or one after the other those that are near others, and all if
// there are targets to share out.
func (p *pass) fillAll(groups []int32) {
	alone := make([]int32, 0, len(groups))
	var near []int32
	for _, g := range groups {
		if p.targets || len(p.s.Groups[g].Near) > 0 {
			near = append(near, g)
			p.cells[g].turns = nil
		} else {
			alone = append(alone, g)
		}
	}
	fill := func(w *worker, g int) { p.cells[g].turns = w.fill(p, g) }
	p.each(alone, fill)
	w := &worker{s: p.s, spent: p.spent}
	for _, g := range near {
		fill(w, int(g))
	}
}

// count adds up what the brands and offers get.
func (p *pass) count() {
	clear(p.got)
	clear(p.reach)
	for g := range p.cells {
		reach := float64(p.s.Groups[g].Reach)
		for _, t := range p.cells[g].turns {
			p.got[p.s.Offers[t.Offer].Brand] += reach
			p.reach[t.Offer] += reach
		}
	}
}

// Turns are the planned posts of a group by index, in the order of time. The caller must not change them.
func (p *Plan) Turns(group int) []Turn { return p.pass.cells[group].turns }

// Snapshot is what the plan was made from.
func (p *Plan) Snapshot() *Snapshot { return p.s }

// Share is what a brand gets of the room.
type Share struct {
	Reach int64 // planned, members reached, each post counted
	Fair  int64 // its share of the fair division: weighted max-min over what the brands can use at all
}

// Shares lists the brands' shares, by index.
func (p *Plan) Shares() []Share {
	all := make([]Share, len(p.s.Brands))
	for b := range all {
		all[b] = Share{Reach: int64(math.Round(p.pass.got[b])), Fair: int64(math.Round(p.pass.fair[b]))}
	}
	return all
}

// Value is the sum of the responses expected.
func (p *Plan) Value() float64 {
	sum := 0.0
	for g := range p.pass.cells {
		for _, t := range p.pass.cells[g].turns {
			sum += t.Value * float64(p.s.Groups[g].Reach)
		}
	}
	return sum
}
