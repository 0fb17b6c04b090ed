package whatif

import "siyu/throttle/fatigue"

// predictor guesses what a post would bring, for every policy that ranks. It is the same guess that Siyu makes: the match
// that it is told, what the brand's clicks made of such promises before (in all groups and in this one), and how long the
// brand has not been there. So a policy that ranks loses nothing to Siyu by ranking worse.
type predictor struct {
	brands  int
	all     fatigue.Ratio
	byGroup []fatigue.Ratio
	byBrand []fatigue.Ratio
	byPair  []fatigue.Ratio    // by group and brand
	lastAt  []int64            // by group and brand: when it was last posted; 0 never
	members []float64          // by group: the last count
	posted  map[[2]int]float64 // by group and offer: the match of posts whose clicks are not in yet, then the clicks promised
}

// usualClick is the guess of a member's clicks on the usual post: the chance to see it times that to open it.
const usualClick = 0.02

func newPredictor(k Known) *predictor {
	n := len(k.Groups)
	p := &predictor{brands: k.Brands, byGroup: make([]fatigue.Ratio, n), byBrand: make([]fatigue.Ratio, k.Brands+1),
		byPair: make([]fatigue.Ratio, n*(k.Brands+1)), lastAt: make([]int64, n*(k.Brands+1)), posted: map[[2]int]float64{}}
	for _, g := range k.Groups {
		p.members = append(p.members, float64(g.Members))
	}
	return p
}

func (p *predictor) pair(group, brand int) int { return group*(p.brands+1) + brand }

func (p *predictor) response(group, brand int) fatigue.Response {
	return fatigue.Response{All: p.all, Group: p.byGroup[group], Brand: p.byBrand[brand], Pair: p.byPair[p.pair(group, brand)]}
}

// novelty is how fresh a brand is in a group.
func (p *predictor) novelty(group, brand int, now int64) float64 {
	at := p.lastAt[p.pair(group, brand)]
	if at == 0 {
		return 1
	}
	return fatigue.Novelty(float64(now-at) / float64(dayMillis))
}

// choose is the candidate of most clicks, which is remembered as posted; Nothing if there is none.
func (p *predictor) choose(q *Question) int {
	best, most := Nothing, 0.0
	all := q.Candidates()
	for i := range all {
		c := &all[i]
		if v := p.response(q.Group, c.Brand).Value(usualClick, c.Match, p.novelty(q.Group, c.Brand, q.Now)); v > most {
			best, most = i, v
		}
	}
	if best != Nothing {
		p.posted[[2]int{q.Group, all[best].ID}] = all[best].Match
	}
	return best
}

// hear learns from what became of posts.
func (p *predictor) hear(n News) {
	id := [2]int{n.Group, n.Offer}
	switch n.Kind {
	case Count:
		p.members[n.Group] = float64(n.N)
	case Sent:
		p.posted[id] *= usualClick * p.novelty(n.Group, n.Brand, n.At) * p.members[n.Group]
		p.lastAt[p.pair(n.Group, n.Brand)] = n.At
	case Expired:
		delete(p.posted, id)
	case Clicked:
		r := p.response(n.Group, n.Brand)
		r.Learn(float64(n.N), p.posted[id])
		p.all, p.byGroup[n.Group], p.byBrand[n.Brand], p.byPair[p.pair(n.Group, n.Brand)] = r.All, r.Group, r.Brand, r.Pair
		delete(p.posted, id)
	default:
	}
}
