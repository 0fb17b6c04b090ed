package throttle

import "siyu/models"

// Terms are the rules of a group as the kernel takes them: one or more levels of them together, in the group's zone. They
// are what a rehearsal, a calendar or a forecast asks the kernel with, and the ledger asks with the same.
type Terms struct {
	Limits  models.Rules // all levels together
	Longest int64        // how far back posts count, milliseconds
	p       policy
}

// Terms reads levels of rules, the widest first. Rules that cannot be read, none at all, or an unknown zone are an error:
// nothing may be sent under them.
func (l *Ledger) Terms(zone string, levels ...models.Rules) (Terms, error) {
	p, err := l.zones.compile(zone, levels)
	return Terms{Limits: p.limits, Longest: p.longest, p: p}, err
}

// Input is the kernel's question by these terms, without a candidate, gates and what is live. The slices inside are shared:
// copy what is to differ.
func (t Terms) Input() Input {
	return Input{Rules: t.p.rules, Calendar: t.p.calendar, Clock: t.p.clock, Quiet: t.p.quiet, Hold: t.p.hold, MinWindow: t.p.minWindow}
}

// For is Input for a group at a time, with what its holdout says then.
func (t Terms) For(community models.CommunityID, group models.GroupID, at int64) Input {
	arm, season := t.p.arm(community, group, at)
	return t.p.under(t.Input(), arm, season)
}

// Excludes reports whether the rules do not want an offer at all.
func (t Terms) Excludes(o models.Offer) bool { return excluded(t.Limits, o) }
