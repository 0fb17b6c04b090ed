package whatif

import "math"

// predictor guesses what a post would bring, for every policy that ranks: the match that Siyu is told, times how well the
// brand has lived up to it, times how long it has not been there. The group's own rate does not change an order within the
// group and is left out.
type predictor struct {
	brands int
	lastAt []int64   // by group and brand: when it was last posted; 0 never
	hoped  []float64 // by brand: clicks its posts should have brought, by what was told
	came   []float64 // by brand: what they did bring
	rate   [2]float64
	posted map[[2]int]hope // by group and offer: posts whose clicks are not in yet
}

// hope is what was expected of a post when it went out.
type hope struct{ match, members float64 }

// Of novelty, and of how slowly a brand's record outweighs what is told: it takes so many hoped-for clicks.
const (
	noveltyDepth = 0.5
	noveltyDays  = 10
	trustAfter   = 25
)

func newPredictor(k Known) *predictor {
	return &predictor{brands: k.Brands, lastAt: make([]int64, len(k.Groups)*(k.Brands+1)), hoped: make([]float64, k.Brands+1),
		came: make([]float64, k.Brands+1), posted: map[[2]int]hope{}}
}

// worth is the prediction, in clicks of the usual offer.
func (p *predictor) worth(c *Candidate, group int, now int64) float64 {
	return c.Match * p.record(c.Brand) * p.novelty(group, c.Brand, now)
}

// novelty is 1 for a brand that has not been there, and less the shorter ago it was.
func (p *predictor) novelty(group, brand int, now int64) float64 {
	at := p.lastAt[group*(p.brands+1)+brand]
	if at == 0 {
		return 1
	}
	return 1 - noveltyDepth*math.Exp(-float64(now-at)/float64(noveltyDays*dayMillis))
}

// record is how a brand's clicks compare with what was told, beside all brands; 1 as long as little is known.
func (p *predictor) record(brand int) float64 {
	if p.rate[0] == 0 || p.rate[1] == 0 {
		return 1
	}
	all := p.rate[1] / p.rate[0]
	return (p.came[brand] + trustAfter) / (p.hoped[brand]*all + trustAfter)
}

// choose remembers what is hoped of a post.
func (p *predictor) choose(c *Candidate, group int, members float64) {
	p.posted[[2]int{group, c.ID}] = hope{match: c.Match, members: members}
}

// hear learns from what became of posts.
func (p *predictor) hear(n News) {
	id := [2]int{n.Group, n.Offer}
	switch n.Kind {
	case Sent:
		h := p.posted[id]
		h.match *= p.novelty(n.Group, n.Brand, n.At)
		p.posted[id] = h
		p.lastAt[n.Group*(p.brands+1)+n.Brand] = n.At
	case Expired:
		delete(p.posted, id)
	case Clicked:
		h := p.posted[id]
		delete(p.posted, id)
		hoped := h.match * h.members * usualClick
		p.hoped[n.Brand] += hoped
		p.came[n.Brand] += float64(n.N)
		p.rate[0] += hoped
		p.rate[1] += float64(n.N)
	default:
	}
}

// usualClick is about what share of a group clicks on the usual post; it only sets the scale in which trust grows.
const usualClick = 0.02
