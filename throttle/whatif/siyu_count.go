package whatif

import "siyu/throttle/fatigue"

// siyuCount follows how many members a group has and how many left by themselves, from reports that come late or never
// and from head counts.
type siyuCount struct {
	members float64
	paused  int64 // by the breaker
	days    [siyuLate]siyuDay
}

// siyuDay is what was reported of one day so far.
type siyuDay struct {
	quits, joins, complaints float64
	count                    float64 // of heads in the evening; 0 if nobody counted
	x                        [fatigue.Memories]float64
}

// siyuLate is how many days are kept open for late reports; siyuWait of them pass before a day is learned from.
const (
	siyuLate = 8
	siyuWait = 3
)

func (c *siyuCount) begin(members float64) { c.members = members }

func (c *siyuCount) hear(n News) {
	d := &c.days[n.Day%siyuLate]
	switch n.Kind {
	case Quit:
		d.quits += float64(n.N)
	case Joined:
		d.joins += float64(n.N)
	case Complained:
		d.complaints += float64(n.N)
	case Count:
		d.count, c.members = float64(n.N), float64(n.N)
	default:
	}
}

// close ends a day: its exposure is noted, and the day that has waited long enough is learned from.
func (c *siyuCount) close(day int, x [fatigue.Memories]float64, b *fatigue.Belief) {
	c.days[day%siyuLate].x = x
	if day < siyuWait {
		return
	}
	d := &c.days[(day-siyuWait)%siyuLate]
	members := c.members
	if d.count > 0 {
		members = d.count
	}
	b.Observe(fatigue.Observation{MemberDays: members, Quits: c.left(day - siyuWait), Complaints: d.complaints, X: d.x})
	c.days[(day+1)%siyuLate] = siyuDay{} // tomorrow's place; what still comes for that old day is lost
}

// left is how many members left on a day: as many as were reported, or as it takes to explain the head counts.
func (c *siyuCount) left(day int) float64 {
	d := &c.days[day%siyuLate]
	if day == 0 || d.count == 0 {
		return d.quits
	}
	before := c.days[(day-1)%siyuLate].count
	if before == 0 {
		return d.quits
	}
	return max(d.quits, d.joins-(d.count-before))
}

// wave asks the breaker about the last two days.
func (c *siyuCount) wave(day int, now int64, b *fatigue.Belief, x [fatigue.Memories]float64) (until int64) {
	if day < 2 {
		return 0
	}
	quits := c.left(day-1) + c.left(day-2)
	return fatigue.Breaker{}.Until(now, int(quits), 2*c.members*b.Rate(x))
}
