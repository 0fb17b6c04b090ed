package plan

import "siyu/throttle"

// Cause is why an offer is not planned in a group.
type Cause uint8

// The causes, from the first that is asked about to the last.
const (
	Planned  Cause = iota // it is planned
	Unwanted              // it may not run in the group
	Sated                 // it has its target
	Held                  // the rules refuse it throughout the horizon, whatever else is planned
	Weak                  // there is room, but it is worth less than the group's threshold
	Outbid                // the room it could have goes to others
)

// String is the cause's code.
func (c Cause) String() string {
	return [...]string{"planned", "unwanted", "sated", "held", "weak", "outbid"}[c]
}

// Answer is what can be told about an offer in a group. Reasons, Deciding and Next are the kernel's at the horizon's
// beginning: of a held one without what is planned, else with it.
type Answer struct {
	Cause    Cause
	Turn     Turn // of a planned one
	Reasons  throttle.Reasons
	Deciding throttle.Reason
	Next     int64
}

// Why answers for an offer and a group, by index.
func (p *Plan) Why(group, offer int) Answer {
	s := p.s
	for _, t := range p.Turns(group) {
		if t.Offer == offer {
			return Answer{Cause: Planned, Turn: t, Next: t.S}
		}
	}
	e, ok := s.edge(&s.Groups[group], offer)
	o := &s.Offers[offer]
	switch {
	case !ok || e.Value <= 0:
		return Answer{Cause: Unwanted, Reasons: throttle.Reasons(0).With(throttle.Excluded), Deciding: throttle.Excluded, Next: throttle.Never}
	case o.Target > 0 && float64(o.Delivered)+p.pass.reach[offer] >= float64(o.Target):
		return Answer{Cause: Sated, Reasons: throttle.Reasons(0).With(throttle.OfferEnded), Deciding: throttle.OfferEnded, Next: throttle.Never}
	}
	from, end := max(s.Slots[0], s.From), s.Slots[len(s.Slots)-1]
	v := throttle.Decide(p.question(group, offer, false), from)
	if v.Allow && from >= end { // the horizon is over
		return Answer{Cause: Outbid, Reasons: v.Reasons.With(throttle.Turn), Deciding: throttle.Turn, Next: v.Next}
	}
	if v.Next >= end {
		return Answer{Cause: Held, Reasons: v.Reasons, Deciding: v.Deciding, Next: v.Next}
	}
	first := v.Next
	v = throttle.Decide(p.question(group, offer, true), from)
	a := Answer{Cause: Outbid, Reasons: v.Reasons.With(throttle.Turn), Deciding: v.Deciding, Next: v.Next}
	if v.Next < end {
		first = v.Next
	}
	if a.Deciding == throttle.None {
		a.Deciding = throttle.Turn
	}
	if s.Least != nil && float64(e.Value) < s.Least(group, first, p.before(group, first)) {
		a.Cause, a.Reasons, a.Deciding = Weak, v.Reasons.With(throttle.Fatigue), throttle.Fatigue
	}
	return a
}

// before are the turns of a group that begin before an instant.
func (p *Plan) before(group int, at int64) []Turn {
	turns := p.Turns(group)
	for i, t := range turns {
		if t.S >= at {
			return turns[:i]
		}
	}
	return turns
}

// question is the kernel's about a group and an offer, by index; offer -1 asks about the group alone. With planned, all
// that the plan puts into the group and the groups near it counts too.
func (p *Plan) question(group, offer int, planned bool) throttle.Input {
	s, g := p.s, &p.s.Groups[group]
	in := g.Ask
	if planned {
		in.Live = append(make([]throttle.Entry, 0, len(g.Ask.Live)+8), g.Ask.Live...)
		for _, t := range p.Turns(group) {
			in.Live = append(in.Live, s.entry(t, throttle.Sponsored))
		}
		for _, n := range g.Near {
			for _, t := range p.Turns(int(n)) {
				in.Live = append(in.Live, s.entry(t, throttle.Elsewhere))
			}
		}
	}
	if offer < 0 {
		in.Brand, in.Offer, in.Category, in.Start, in.End = 0, 0, 0, 0, 0
		return in
	}
	s.candidate(&in, group, offer, nil)
	return in
}
