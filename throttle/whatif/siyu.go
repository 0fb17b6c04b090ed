package whatif

import (
	"math"

	"siyu/throttle"
	"siyu/throttle/fatigue"
)

// siyu is the house's own policy: the kernel's hard rules, and on top of them the learner of package fatigue, which lets
// an offer pass when its predicted clicks are worth the members it is expected to cost.
type siyu struct {
	known     Known
	community *fatigue.Community
	all       []*fatigue.Group
	groups    []siyuGroup
	rules     []throttle.Rule
	day       int

	clicks fatigue.Ratio   // of everybody, beside the guess
	brands []fatigue.Ratio // by brand
	posted map[[2]int]siyuPost
}

// siyuGroup is what siyu knows of one group.
type siyuGroup struct {
	fatigue.Group
	siyuCount
	free    int64   // no post before, by the rules and the learner, as far as known
	pending float64 // exposure of what owners were handed and have not sent
	best    float64 // value of today's best offer per unit of exposure
	clicks  fatigue.Ratio
	pairs   []fatigue.Ratio // by brand
	last    []int64         // by brand: when it was there
	often   []float64       // by brand: posts of late, fading
}

// siyuPost is a post whose clicks are not in yet.
type siyuPost struct{ match, weight, promised float64 }

// The hard rules of the policy, wide enough for the learner to have something to decide.
const (
	siyuPerWeek = 14
	siyuGap     = 4 * hourMillis
)

// How the house begins: the guesses that every community starts with.
const (
	siyuClick  = 0.02 // clicks per member on the usual post
	siyuBlind  = 0.05 // share of clicks lost per unit of exposure
	siyuLearns = 3    // days between lessons
	siyuPrices = 28   // days between new thresholds for what is on offer
)

func (s *siyu) Begin(k Known) {
	s.known, s.posted, s.day = k, map[[2]int]siyuPost{}, -1
	s.rules = []throttle.Rule{
		{Scope: throttle.ScopeGroup, K: siyuPerWeek, W: 7 * dayMillis, Code: throttle.GroupCap},
		{Scope: throttle.ScopeGroup, K: 1, W: siyuGap, Code: throttle.MinGap},
	}
	s.community = fatigue.NewCommunity(fatigue.Terms{Worth: k.MemberDay, Ahead: k.Ahead, Mutes: -1, Blindness: siyuBlind})
	s.brands = make([]fatigue.Ratio, k.Brands+1)
	s.groups = make([]siyuGroup, len(k.Groups))
	for i := range s.groups {
		g := &s.groups[i]
		g.begin(float64(k.Groups[i].Members))
		g.pairs, g.last = make([]fatigue.Ratio, k.Brands+1), make([]int64, k.Brands+1)
		g.often = make([]float64, k.Brands+1)
		s.all = append(s.all, &g.Group)
	}
}

// Hear takes news in.
func (s *siyu) Hear(n News) {
	g := &s.groups[n.Group]
	switch n.Kind {
	case Sent:
		id := [2]int{n.Group, n.Offer}
		p := s.posted[id]
		g.pending = max(0, g.pending-p.weight)
		p.promised = siyuClick * p.match * g.novelty(n.Brand, n.At) * g.members * s.dim(g.Exposure.On(n.At))
		s.posted[id] = p
		g.Exposure.Add(n.At, p.weight)
		g.often[n.Brand] = g.oft(n.Brand, n.At) + 1
		g.last[n.Brand], g.free = max(g.last[n.Brand], n.At), 0
	case Expired:
		g.pending = max(0, g.pending-s.posted[[2]int{n.Group, n.Offer}].weight)
		delete(s.posted, [2]int{n.Group, n.Offer})
		g.free = 0
	case Clicked:
		id := [2]int{n.Group, n.Offer}
		r := s.response(g, n.Brand)
		r.Learn(float64(n.N), s.posted[id].promised)
		s.clicks, g.clicks, s.brands[n.Brand], g.pairs[n.Brand] = r.All, r.Group, r.Brand, r.Pair
		delete(s.posted, id)
	default:
		g.hear(n)
	}
}

func (s *siyu) response(g *siyuGroup, brand int) fatigue.Response {
	return fatigue.Response{All: s.clicks, Group: g.clicks, Brand: s.brands[brand], Pair: g.pairs[brand]}
}

// dim is how much of the response is left at an exposure.
func (s *siyu) dim(x [fatigue.Memories]float64) float64 { return math.Exp(-siyuBlind * x[1]) }

func (g *siyuGroup) novelty(brand int, now int64) float64 {
	if g.last[brand] == 0 {
		return 1
	}
	return fatigue.Novelty(float64(now-g.last[brand]) / float64(dayMillis))
}

// oft is how many posts a brand had of late, the older ones counting less.
func (g *siyuGroup) oft(brand int, now int64) float64 {
	if g.often[brand] == 0 {
		return 0
	}
	return g.often[brand] * fatigue.Recent(now-g.last[brand])
}

// morning learns once a day what the days before brought.
func (s *siyu) morning(day int, now int64) {
	s.day = day
	midnight := s.known.Start + int64(day)*dayMillis
	for i := range s.groups {
		g := &s.groups[i]
		g.best, g.free = 0, 0
		if day > 0 {
			g.close(day-1, g.Exposure.On(midnight), &g.Belief)
		}
		if day == 0 {
			g.Belief.Learn(s.community.Prior)
		}
		if until := g.wave(day, now, &g.Belief, g.Exposure.On(midnight)); until > 0 {
			g.paused = until
		}
	}
	if day > 0 && day%siyuPrices == 0 || day == 7 {
		s.community.Reprice()
	}
	if day%siyuLearns == 0 {
		for _, g := range s.all {
			g.Belief.Evidence.Fade(fatigue.Kept(siyuLearns))
		}
		s.community.Relearn(s.all)
	}
}

// Choose asks the kernel, and then the learner.
func (s *siyu) Choose(q *Question) int {
	if q.Day != s.day {
		s.morning(q.Day, q.Now)
	}
	g := &s.groups[q.Group]
	if g.best == 0 {
		s.offered(g, q)
	}
	if q.Now < g.free || q.Now < g.paused {
		return Nothing
	}
	v := throttle.Decide(throttle.Input{Live: q.Live, Rules: s.rules, Hold: q.Hold, PausedUntil: g.paused}, q.Now)
	if !v.Allow {
		g.free = v.Next
		return Nothing
	}
	price := s.price(g, q.Now)
	if g.best < price*0.98 { // today's best has not become better since
		return Nothing
	}
	return s.pick(g, q, price)
}

// price is the group's threshold now, what is in the owner's hands counted as sent.
func (s *siyu) price(g *siyuGroup, now int64) float64 {
	x := g.Exposure.On(now)
	for i := range x {
		x[i] += g.pending
	}
	return g.Curve.At(x) * fatigue.Caution
}

// bid is an offer's value in clicks per member, and what it adds to the exposure.
func (s *siyu) bid(g *siyuGroup, c *Candidate, now int64) (value, weight float64) {
	r := s.response(g, c.Brand)
	return (1 - fatigue.Stale(g.oft(c.Brand, now))) * r.Value(siyuClick, c.Match, g.novelty(c.Brand, now)), fatigue.Weight(c.Match * r.Match())
}

// offered finds the best offer of the day and counts it, sent or not.
func (s *siyu) offered(g *siyuGroup, q *Question) {
	weighs := 0.0
	all := q.Candidates()
	for i := range all {
		if value, weight := s.bid(g, &all[i], q.Now); value/weight > g.best {
			g.best, weighs = value/weight, weight
		}
	}
	if g.best > 0 {
		s.community.Offered(&g.Group, g.best, weighs)
	}
}

// pick takes the offer that brings most beyond its price.
func (s *siyu) pick(g *siyuGroup, q *Question, price float64) int {
	best, most := Nothing, 0.0
	var post siyuPost
	all := q.Candidates()
	for i := range all {
		value, weight := s.bid(g, &all[i], q.Now)
		if gain := value - weight*price; gain > most {
			best, most, post = i, gain, siyuPost{match: all[i].Match, weight: weight}
		}
	}
	if best != Nothing {
		s.posted[[2]int{q.Group, all[best].ID}] = post
		g.pending += post.weight
	}
	return best
}
