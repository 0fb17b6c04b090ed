package soak_test

import "siyu/throttle"

// scheme is a way to keep a cap: ours, and those that others use.
type scheme struct {
	name    string
	locked  bool // a slot is only written if nothing has changed since it was decided
	once    bool // asking again for the same placement is answered with the slot it has
	guarded bool // a clock that has jumped is not believed
	exact   bool // its answers are compared with the oracle's
	view    func(r *row, now int64) span
	decide  func(m *machine, q question, at int64, books []span) throttle.Verdict
}

// decider is the kernel, or one that was damaged on purpose.
type decider func(in throttle.Input, now int64) throttle.Verdict

// ours is the interval log with a guarded clock.
func ours(decide decider) scheme {
	return scheme{name: "interval log (ours) + guarded clock", locked: true, once: true, guarded: true, exact: true,
		view: interval, decide: asking(decide)}
}

// asking puts the question to a kernel.
func asking(decide decider) func(*machine, question, int64, []span) throttle.Verdict {
	return func(m *machine, q question, at int64, books []span) throttle.Verdict {
		return decide(m.laws.input(q, m.quiet, books), at)
	}
}

// interval is a row as the ledger counts it: every instant at which it may be sent; what is over and not given up may
// still be sent now.
func interval(r *row, now int64) span {
	if r.state == confirmed || r.state == late {
		return span{thing: r.thing, s: r.sent, e: r.sent}
	}
	return span{thing: r.thing, s: r.s, e: max(r.e, now)}
}

// stamped is a row as a log counts it that writes the slot's time when the slot is taken.
func stamped(r *row, _ int64) span { return span{thing: r.thing, s: r.stamp, e: r.stamp} }

// restamped is a row as a log counts it that corrects the time when the post is confirmed; until then it counts as now.
func restamped(r *row, now int64) span {
	if r.state == confirmed || r.state == late {
		return span{thing: r.thing, s: r.sent, e: r.sent}
	}
	return span{thing: r.thing, s: max(now, r.stamp), e: max(now, r.stamp)}
}

// yes is what the others answer: a slot at this instant, good for as long as an owner has.
func yes(m *machine, at int64) throttle.Verdict {
	return throttle.Verdict{Allow: true, S: at, E: at + m.laws.hold}
}

// slidingLog counts the posts of the window that ends at the slot, and of the one that begins with it.
func slidingLog(m *machine, q question, at int64, books []span) throttle.Verdict {
	for _, one := range m.laws.all {
		if one.crowd(q.what, at, at, books)+1 > one.k {
			return throttle.Verdict{}
		}
	}
	return yes(m, at)
}

// fixedWindow counts what has the same number of whole windows since 1970.
func fixedWindow(m *machine, q question, at int64, books []span) throttle.Verdict {
	for _, one := range m.laws.all {
		n := 0
		for _, b := range books {
			if b.s/one.w == at/one.w && one.counts(q.what, b.thing) {
				n++
			}
		}
		if n >= one.k {
			return throttle.Verdict{}
		}
	}
	return yes(m, at)
}

// cellRate is the generic cell rate algorithm with a burst of k and k cells a window, over the slots in order.
func cellRate(m *machine, q question, at int64, books []span) throttle.Verdict {
	for _, one := range m.laws.all {
		cell := one.w / int64(one.k)
		var full int64 // the time at which the bucket is empty again
		for _, b := range books {
			if one.counts(q.what, b.thing) && b.s <= at {
				full = max(full, b.s) + cell
			}
		}
		if max(full, at)+cell-at > one.w {
			return throttle.Verdict{}
		}
	}
	return yes(m, at)
}

// others are the schemes in use elsewhere, the weakest first.
func others() []scheme {
	return []scheme{
		{name: "check then send", view: stamped, decide: slidingLog},
		{name: "atomic fixed window", locked: true, once: true, view: stamped, decide: fixedWindow},
		{name: "GCRA b=K", locked: true, once: true, view: stamped, decide: cellRate},
		{name: "sliding log, stamped at reserve", locked: true, once: true, view: stamped, decide: slidingLog},
		{name: "sliding log, re-stamped at confirm, pending always counts", locked: true, once: true, view: restamped,
			decide: slidingLog},
	}
}
