package whatif

import "siyu/throttle"

// never posts nothing.
type never struct{}

func (never) Begin(Known)          {}
func (never) Hear(News)            {}
func (never) Choose(*Question) int { return Nothing }

// always posts whatever came first, at every turn.
type always struct{ never }

func (always) Choose(q *Question) int {
	if len(q.Candidates()) == 0 {
		return Nothing
	}
	return 0
}

// capped posts at most so many in any stretch of days, evenly spread: the usual frequency cap with a minimum gap, asked
// of the same kernel as the real thing. It takes the best offer by prediction, or (first come) the oldest.
type capped struct {
	posts, days int
	ranked      bool
	rules       []throttle.Rule
	free        []int64 // by group: not before this, as far as known
	best        *predictor
}

// gap is the least time between posts of so many in so many days: a little less than an even spread, so that turns and
// nights do not cost posts, and for more than one a day less than the waking hours.
func gap(posts, days int) int64 {
	share := 0.75
	if posts > days {
		share = 0.4
	}
	return int64(share * float64(days) / float64(posts) * float64(dayMillis))
}

func (c *capped) Begin(k Known) {
	c.rules = []throttle.Rule{
		{Scope: throttle.ScopeGroup, K: c.posts, W: int64(c.days) * dayMillis, Code: throttle.GroupCap},
		{Scope: throttle.ScopeGroup, K: 1, W: gap(c.posts, c.days), Code: throttle.MinGap},
	}
	c.free = make([]int64, len(k.Groups))
	c.best = newPredictor(k)
}

func (c *capped) Hear(n News) {
	if n.Kind == Sent || n.Kind == Expired {
		c.free[n.Group] = 0
	}
	c.best.hear(n)
}

func (c *capped) Choose(q *Question) int {
	if q.Now < c.free[q.Group] {
		return Nothing
	}
	v := throttle.Decide(throttle.Input{Live: q.Live, Rules: c.rules, Hold: q.Hold}, q.Now)
	if !v.Allow {
		c.free[q.Group] = v.Next
		return Nothing
	}
	all := q.Candidates()
	if len(all) == 0 {
		return Nothing
	}
	if !c.ranked {
		return 0
	}
	return c.best.choose(q)
}
