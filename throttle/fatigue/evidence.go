package fatigue

import "math"

// bins is how many levels of exposure the leaves are counted by.
const bins = 14

// levels are the upper ends of the bins; the last one is open.
var levels = [bins - 1]float64{0.1, 0.4, 0.8, 1.2, 1.7, 2.3, 3, 4, 5, 6.5, 8.5, 12, 18}

// count is what was seen at one level of exposure.
type count struct {
	days  float64 // member-days
	x, xx float64 // member-days times X, and times X squared

	leaves         float64
	lx, lxx, lxxxx float64 // leaves times X, X squared, and its fourth power, of the days they happened on
}

// Evidence is what a group's days said, counted by level of exposure under each recovery time. It is all that has to be
// kept of the past: any leave rate that depends on the exposure can be judged from it, in whatever order days came. The
// zero value is a group nothing is known of.
type Evidence struct {
	counts     [Memories][bins]count
	complaints float64 // in complaints, a veto being worth more
}

// Observation is what was seen of a group since the last one, a day as a rule. Days nobody looked at are simply not
// there: they say nothing, in neither direction.
type Observation struct {
	MemberDays float64           // members present times days watched
	Quits      float64           // members who left by themselves; being removed is not fatigue
	Complaints float64           // one-tap complaints about an ad
	Vetoes     float64           // offers the organiser withdrew from the group
	X          [Memories]float64 // the exposure of that time
}

// What vetoes and complaints weigh beside one another, and the most that one observation may bring: nobody floods a group
// out of its ads by tapping. What a complaint says about leaves is learned (Prior.Voice).
const (
	vetoComplaints = 5.0 / 3
	maxComplaints  = 5
)

// surprise is the most leaves an observation may count where expected were foreseen: four standard deviations and some.
// A bus load leaving together is one event and not twenty members' judgement; the breaker deals with it at once.
func surprise(expected float64) float64 { return expected + 4*math.Sqrt(expected) + 2 }

// add counts an observation; expected is how many leaves the present belief foresaw for it. Nonsense is not counted.
func (e *Evidence) add(o Observation, expected float64) {
	if !(o.MemberDays > 0) || math.IsInf(o.MemberDays, 0) || !(o.Quits >= 0) {
		return
	}
	leaves := min(o.Quits, surprise(expected), o.MemberDays)
	if x := o.X[1]; x >= levels[0] { // without ads there is nothing of ours to complain about
		e.complaints += min(max(0, o.Complaints)+vetoComplaints*max(0, o.Vetoes), maxComplaints)
	}
	for m := range e.counts {
		x := o.X[m]
		if !(x >= 0) || x > maxX {
			x = maxX
		}
		c := &e.counts[m][level(x)]
		c.days += o.MemberDays
		c.x += o.MemberDays * x
		c.xx += o.MemberDays * x * x
		n := leaves
		c.leaves, c.lx, c.lxx, c.lxxxx = c.leaves+n, c.lx+n*x, c.lxx+n*x*x, c.lxxxx+n*x*x*x*x
	}
}

// level is the bin of an exposure.
func level(x float64) int {
	for i, upper := range levels {
		if x < upper {
			return i
		}
	}
	return bins - 1
}

// Fade makes the past weigh less: what was counted keeps the share keep of its weight. Groups change.
func (e *Evidence) Fade(keep float64) {
	keep = max(0, min(1, keep))
	e.complaints *= keep
	for m := range e.counts {
		for i := range e.counts[m] {
			c := &e.counts[m][i]
			c.days, c.x, c.xx = c.days*keep, c.x*keep, c.xx*keep
			c.leaves, c.lx, c.lxx, c.lxxxx = c.leaves*keep, c.lx*keep, c.lxx*keep, c.lxxxx*keep
		}
	}
}

// Totals are all member-days and leaves counted.
func (e *Evidence) Totals() (memberDays, leaves float64) {
	for i := range e.counts[1] {
		memberDays += e.counts[1][i].days
		leaves += e.counts[1][i].leaves
	}
	return memberDays, leaves
}

// load is the form of the model over one bin, weighed by member-days.
func (c *count) load(m model) float64 {
	if m.linear {
		return hinge * c.x
	}
	return c.xx
}

// struck is the form of the model on the days of the bin's leaves: its mean and its variance.
func (c *count) struck(m model) (mean, variance float64) {
	if m.linear {
		mean = c.lx / c.leaves
		return hinge * mean, hinge * hinge * max(0, c.lxx/c.leaves-mean*mean)
	}
	mean = c.lxx / c.leaves
	return mean, max(0, c.lxxxx/c.leaves-mean*mean)
}

// load is the form of the model over all that was seen.
func (e *Evidence) load(m model) (sum float64) {
	for i := range e.counts[m.memory] {
		sum += e.counts[m.memory][i].load(m)
	}
	return sum
}
