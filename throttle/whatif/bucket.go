package whatif

import "math"

// bucket is a token bucket by group: tokens drip in, a post takes one, and what is not used is saved up to a burst. A post
// that was not sent gives its token back. Offers are ranked as for the caps.
type bucket struct {
	perWeek, burst float64
	tokens         []float64 // by group, at
	at             []int64
	best           *predictor
}

func (b *bucket) Begin(k Known) {
	b.tokens, b.at = make([]float64, len(k.Groups)), make([]int64, len(k.Groups))
	for g := range b.at {
		b.tokens[g], b.at[g] = 1, k.Start
	}
	b.best = newPredictor(k)
}

func (b *bucket) Hear(n News) {
	if n.Kind == Expired {
		b.tokens[n.Group]++
	}
	b.best.hear(n)
}

func (b *bucket) Choose(q *Question) int {
	g := q.Group
	b.tokens[g] = min(b.burst, b.tokens[g]+b.perWeek*float64(q.Now-b.at[g])/float64(7*dayMillis))
	b.at[g] = q.Now
	if b.tokens[g] < 1 {
		return Nothing
	}
	i := b.best.choose(q)
	if i != Nothing {
		b.tokens[g]--
	}
	return i
}

// aimd raises each group's rate a little every week, and cuts it when clearly more members left than usual: additive
// increase, multiplicative decrease, as networks do it. Posts are evenly spread and ranked as for the caps.
type aimd struct {
	rate  []float64 // posts a week, by group
	next  []int64   // no post before
	quits []float64 // of this week, by group
	best  *predictor
}

// The steps of aimd, and what share of members leaves in the usual week.
const (
	aimdStart, aimdLeast, aimdMost = 3.0, 0.5, 14.0
	aimdUp, aimdDown               = 0.5, 0.6
	usualWeek                      = 7 * 0.0009
)

func (a *aimd) Begin(k Known) {
	n := len(k.Groups)
	a.rate, a.next, a.quits = make([]float64, n), make([]int64, n), make([]float64, n)
	for g := range a.rate {
		a.rate[g] = aimdStart
	}
	a.best = newPredictor(k)
}

func (a *aimd) Hear(n News) {
	switch n.Kind {
	case Quit:
		a.quits[n.Group] += float64(n.N)
	case Complained:
		a.quits[n.Group] += complaintQuits * float64(n.N)
	case Expired:
		a.next[n.Group] = 0
	case Count:
		if (n.Day+1)%7 == 0 {
			a.week(n.Group, float64(n.N))
		}
	default:
	}
	a.best.hear(n)
}

// complaintQuits is how many quits a complaint stands for.
const complaintQuits = 3

// week sets a group's rate for the next one.
func (a *aimd) week(g int, members float64) {
	usual := usualWeek * members
	if a.quits[g] > usual+1.5*math.Sqrt(usual) {
		a.rate[g] = max(aimdLeast, a.rate[g]*aimdDown)
	} else {
		a.rate[g] = min(aimdMost, a.rate[g]+aimdUp)
	}
	a.quits[g] = 0
}

func (a *aimd) Choose(q *Question) int {
	g := q.Group
	if q.Now < a.next[g] {
		return Nothing
	}
	i := a.best.choose(q)
	if i != Nothing {
		a.next[g] = q.Now + int64(7/a.rate[g]*float64(dayMillis))
	}
	return i
}
