package throttle

// Room is how much of one rule is used up at an instant.
type Room struct {
	Rule     Rule     // of a rolling rule
	Calendar Calendar // or of one of the calendar; its Unit tells which
	Code     Reason   // what it is called when it refuses
	Used     int      // posts that count
	Most     int      // posts there may be
	// Until is the first instant at which the rule would let the candidate through; the asked one if it does now, Never if
	// it never will by itself.
	Until int64
	// Frees is when the next of the posts that count stops to; zero if none does.
	Frees int64
}

// Rooms tells of every rule how much room it leaves for the candidate at now: those that hold, and those that refuse. What
// the rules say of a reservation that could be sent at now alone; the verdict asks about all of its interval.
func Rooms(in Input, now int64) []Room {
	all := make([]Room, 0, len(in.Rules)+len(in.Calendar))
	for _, r := range in.Rules {
		m := Room{Rule: r, Code: r.code(), Used: r.depth(&in, now), Most: r.K, Until: now}
		if until, _ := r.refuses(&in, now, now); until != 0 {
			m.Until = until
		}
		for i := range in.Live {
			l := &in.Live[i]
			if ends := after(l.E, r.W); l.S <= now && now < ends && r.Scope.counts(l, &in) && (m.Frees == 0 || ends < m.Frees) {
				m.Frees = ends
			}
		}
		all = append(all, m)
	}
	for _, c := range in.Calendar {
		m := Room{Calendar: c, Code: c.code(), Most: c.K, Until: now}
		if until, _ := c.refuses(&in, now); until != 0 {
			m.Until = until
		}
		if in.Clock != nil && c.Unit > noUnit && c.Unit <= Month {
			id, end := in.Clock.bucket(now, c.Unit)
			if m.Used, m.Most = c.depth(&in, now, id), c.limit(id); m.Used > 0 {
				m.Frees = end
			}
		}
		all = append(all, m)
	}
	return all
}

// Closed lists the gates that are closed at an instant, and the quiet hours if they are.
func Closed(in Input, now int64) []Gate {
	var all []Gate
	for _, g := range in.Gates {
		if g.Until > now {
			all = append(all, g)
		}
	}
	if quiet, until := in.Quiet.Span(now); quiet {
		all = append(all, Gate{Until: until, Code: QuietHours})
	}
	return all
}

// String names the unit as rules write it.
func (u Unit) String() string { return [...]string{"", "day", "week", "month"}[min(u, Month)] }

// String names the scope.
func (s Scope) String() string {
	return [...]string{"group", "brand", "offer", "category", "rival", "near", "all"}[min(s, ScopeAll)]
}
