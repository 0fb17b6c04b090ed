package plan

import "siyu/throttle"

// choose names the offer for each opening that a brand has in the groups given: of the brand's offers that fit, the one
// with the highest priority, of equals the one that is worth most, an offer behind its flight's curve counting for more
// than it is worth. No other brand's openings come into it.
func (p *pass) choose(groups []int32) {
	for _, g := range groups {
		c := &p.cells[g]
		group := &p.s.Groups[g]
		for j := range c.offer {
			c.offer[j] = -1
		}
		for j, b := range c.own {
			if b == none {
				continue
			}
			best, bestValue := int32(-1), 0.0
			for i := p.s.first(group, int(b)); i < len(group.Edges); i++ {
				e := group.Edges[i]
				o := &p.s.Offers[e.Offer]
				if o.Brand != int(b) {
					break
				}
				at := c.open[j].s
				if e.Value <= 0 || o.Start > at || o.End != 0 && o.End <= at || p.sated(e.Offer) || holdsOffer(c.offer[:j], e.Offer) || p.near(group, e.Offer, at) {
					continue
				}
				value := float64(e.Value) * p.pace[e.Offer]
				if best < 0 || o.Priority > p.s.Offers[best].Priority ||
					o.Priority == p.s.Offers[best].Priority && value > bestValue {
					best, bestValue = e.Offer, value
				}
			}
			if best >= 0 {
				c.offer[j] = best
				p.reach[best] += float64(group.Reach)
			}
		}
	}
}

// sated tells an offer that has its target by what was planned of it so far.
func (p *pass) sated(offer int32) bool {
	o := &p.s.Offers[offer]
	return o.Target > 0 && float64(o.Delivered)+p.reach[offer] >= float64(o.Target)
}

// near tells that a group with many of the same members is to have the offer at about the time.
func (p *pass) near(group *Group, offer int32, at int64) bool {
	if len(group.Near) == 0 {
		return false
	}
	var apart int64
	for _, r := range group.Ask.Rules {
		if r.Scope == throttle.ScopeNear {
			apart = max(apart, r.W+group.Ask.Hold)
		}
	}
	for _, n := range group.Near {
		c := &p.cells[n]
		for j, o := range c.offer {
			if o == offer && c.open[j].s > at-apart && c.open[j].s < at+apart {
				return true
			}
		}
	}
	return false
}

func holdsOffer(all []int32, offer int32) bool {
	for _, o := range all {
		if o == offer {
			return true
		}
	}
	return false
}

// Pacing: an offer's curve is even, from nothing at its flight's start to its target at its end.
const (
	slowest = 0.5 // what an offer far ahead of its curve counts for
	fastest = 2.0 // and one far behind
)

// curve is how much of an offer's target it should have by an instant, 0 to 1.
func (o *Offer) curve(at int64) float64 {
	switch {
	case at <= o.Start:
		return 0
	case o.End == 0:
		return 1 // without an end there is nothing to spread it over
	case at >= o.End:
		return 1
	}
	return float64(at-o.Start) / float64(o.End-o.Start)
}

// paces notes who is behind and who has enough, and what each brand's flights are due by the end of the horizon.
func (p *pass) paces() {
	from, to := p.s.Slots[0], p.s.Slots[len(p.s.Slots)-1]
	open := make([]bool, len(p.s.Brands)) // the brand has an offer without a target
	for i := range p.s.Offers {
		o := &p.s.Offers[i]
		p.pace[i] = 1
		if o.Target <= 0 {
			open[o.Brand] = true
			continue
		}
		p.targets = true
		p.spent[i] = o.Delivered >= o.Target
		now, end := o.curve(from)*float64(o.Target), o.curve(to)*float64(o.Target)
		if now > 0 {
			p.pace[i] = min(max(now/max(float64(o.Delivered), 1), slowest), fastest)
		}
		p.due[o.Brand] += max(0, end-float64(o.Delivered))
	}
	for b := range open {
		if open[b] {
			p.due[b] = unlimited
		}
	}
}
