package soak_test

import "siyu/throttle"

// hearDeed books a post as the ledger's Confirm does.
func (m *machine) hearDeed(i int) {
	d := &m.deeds[i]
	now, floor, trusted := m.clock()
	d.heard = true
	now = max(now, floor)
	if trusted {
		m.high = max(m.high, now)
	}
	if m.scheme.guarded && d.at > now+maxDrift {
		m.high = max(m.high, d.at) // the platform is ahead: our clock lags, and is not believed until it catches up
	}
	if d.seq == unheard {
		m.seq++
		d.seq = m.seq
	}
	if d.row < 0 {
		m.ver++
		d.row = len(m.rows)
		m.rows = append(m.rows, row{thing: d.thing, state: late, sent: m.sent(d.at, now), seq: m.seq, deed: i})
		m.mirror.byHand(m, d.row, d.at)
		return
	}
	r := &m.rows[d.row]
	before := *r
	sent := m.sent(d.at, now)
	switch r.state {
	case confirmed, late:
		m.mirror.confirm(m, d.row, d.at)
		return
	case reserved, tasked:
		if m.scheme.guarded && d.at < r.s-maxDrift {
			sent = now // before it was asked for: our clock is ahead of the platform's, and now is the latest it can have been
		}
		r.state, r.sent = late, max(sent, r.s)
		if r.sent <= r.e {
			r.state = confirmed
		}
	case released:
		r.state, r.sent = late, sent
	}
	m.ver++
	if !d.late && before.state != released && r.state == late && before.skew == 0 {
		m.fail("a post in time (%d in [%d,%d]) is booked as late", d.at, before.s, before.e)
	}
	m.mirror.confirm(m, d.row, d.at)
	m.renew(d.row)
}

// sent is the time at which a post is booked: what the platform says. A little after now is now; much after it, the
// platform is believed and not our clock.
func (m *machine) sent(at, now int64) int64 {
	if at > now && (at-now <= maxDrift || !m.scheme.guarded) {
		return now
	}
	return at
}

// renew lets another offer ask where one has come to its end.
func (m *machine) renew(r int) {
	for i := range m.wants {
		if m.wants[i].row == r {
			m.wants[i] = m.newWant()
		}
	}
}

func (m *machine) newWant() want {
	brand := 1 + m.r.Int64N(4)
	q := question{what: thing{brand: brand, offer: brand*100 + m.r.Int64N(4), category: 1 + brand%3}}
	q.start = m.time + m.skew - m.r.Int64N(5*day)
	if m.r.IntN(5) == 0 {
		q.start += m.r.Int64N(8 * day)
	}
	q.end = q.start + hour + m.r.Int64N(20*day)
	w := want{q: q, row: -1}
	m.mirror.add(m, &w)
	return w
}

// sweep gives up what is over: the platform is asked, and the slot is given back only when it verifiably cannot be used
// any more; a copy by hand cannot be taken back, and what comes of it later is late. Offers that have ended make room.
func (m *machine) sweep() {
	now, _, trusted := m.clock()
	if !trusted {
		return
	}
	for i := range m.wants {
		if m.wants[i].row < 0 && now >= m.wants[i].q.end {
			m.wants[i] = m.newWant()
		}
	}
	i := m.some(func(r *row) bool { return (r.state == reserved || r.state == tasked) && now > r.e })
	if i < 0 {
		return
	}
	r := &m.rows[i]
	if r.deed >= 0 && !r.manual {
		m.hearDeed(r.deed)
		return
	}
	r.state, m.ver, m.high = released, m.ver+1, max(m.high, now)
	if !r.manual {
		r.offered = false
	} else if r.deed >= 0 { // posted in time, and nobody said so in time: what is told later is late
		m.deeds[r.deed].late, m.deeds[r.deed].seq = true, unheard
		m.lates++
	}
	m.mirror.release(m, i)
	m.renew(i)
}

// byHand is a post that nobody asked the ledger for: somebody's own sponsored one, an organic one, or the same offer in a
// group that has many of the same members (whose ledger tells at once).
func (m *machine) byHand() {
	if !m.dangers.lateOwners {
		return
	}
	d := deed{thing: m.wants[m.r.IntN(len(m.wants))].q.what, at: m.time, row: -1, seq: unheard, late: true}
	d.kind = throttle.Kind(m.r.IntN(3))
	if m.mirror != nil && d.kind == throttle.Elsewhere {
		return // its world has one group
	}
	m.deeds = append(m.deeds, d)
	m.lates++
	if d.kind == throttle.Elsewhere {
		m.hearDeed(len(m.deeds) - 1)
	}
}

func (m *machine) revise() {
	if m.fixed {
		return
	}
	by := someLaws(m.r)
	if m.mirror != nil {
		by = m.mirror.tame(by)
	}
	m.rule(by)
}

// rule puts laws in force.
func (m *machine) rule(by *laws) {
	m.laws = by
	m.ver++
	m.sky.night(m.laws.night)
	var err error
	if m.quiet, err = m.table.Quiet(m.laws.night...); err != nil {
		m.fail("%v", err)
	}
	m.mirror.rule(m)
}

func (m *machine) pauseOrResume() {
	now, _, _ := m.clock()
	m.ver++
	if m.pause = 0; m.r.IntN(2) == 0 {
		m.pause = now + m.r.Int64N(2*day)
	}
	m.mirror.pause(m)
}

// jump sets the clock off by up to a day and a half.
func (m *machine) jump() {
	if m.dangers.jumps && m.skew == 0 {
		m.skew = 6*minute + m.r.Int64N(36*hour-6*minute)
		if m.r.IntN(2) == 0 {
			m.skew = -m.skew
		}
		m.jumps++
	}
}

// heal sets the clock right, and has somebody vouch for it.
func (m *machine) heal() {
	if m.skew == 0 {
		m.base = 0
		return
	}
	if m.r.IntN(3) == 0 {
		m.skew = 0
		m.jumps++
	}
}

// witness wants, after a post, that no window of true time holds more than was promised. Of the posts in a window the
// one whose slot was taken last answers for it: all the others were in the books by then. Posts that nobody promised
// count for those that came after they were booked.
func (m *machine) witness(posted *row) {
	for i := len(m.deeds) - 1; i >= 0; i-- {
		d := &m.deeds[i]
		if m.time-d.at > 2*longestLaw {
			break
		}
		if d.late || d.row < 0 {
			continue
		}
		for _, one := range m.rows[d.row].made.all {
			if one.unit != 0 && m.rows[d.row].skew != 0 {
				continue // the date was another one by the clock that was believed
			}
			if n, most := m.fullest(one, d), one.limit(m.sky, d.at); n > most {
				m.fail("%d posts within %d h or unit %d, %d may be (scope %d)", n, one.w/hour, one.unit, most, one.scope)
			}
		}
	}
	if m.scheme.exact && posted.skew == 0 && m.time <= posted.e && posted.made == m.laws {
		if _, ok := m.sky.open(m.time); !ok {
			m.fail("a post in quiet hours at %d", m.time)
		}
	}
	if again := 0; m.scheme.exact {
		for i := range m.rows {
			if r := &m.rows[i]; r.deed >= 0 && r.deed == posted.deed {
				again++
			}
		}
		if again != 1 {
			m.fail("one post and %d rows", again)
		}
	}
}

// fullest is how many posts the fullest window with d in it holds, d's own and what was known when its slot was taken.
func (m *machine) fullest(one law, d *deed) int {
	most := 0
	if one.unit != 0 {
		id := m.sky.unit(d.at, one.unit)
		for j := range m.deeds {
			if c := &m.deeds[j]; m.within(one, c, d) && m.sky.unit(c.at, one.unit) == id {
				most++
			}
		}
		return most
	}
	for i := range m.deeds {
		x := m.deeds[i].at // windows (x-w, x] that end with a post
		if x < d.at || x-one.w >= d.at {
			continue
		}
		n := 0
		for j := range m.deeds {
			if c := &m.deeds[j]; c.at <= x && c.at > x-one.w && m.within(one, c, d) {
				n++
			}
		}
		most = max(most, n)
	}
	return most
}

// within tells whether c counts for the promise that was made to d. By a clock that has been ahead since the machine was
// started nobody can tell how long ago something was that nobody promised.
func (m *machine) within(one law, c, d *deed) bool {
	return c == d || c.seq < d.seq && one.counts(d.thing, c.thing) && (!c.late || m.rows[d.row].skew <= 0)
}
