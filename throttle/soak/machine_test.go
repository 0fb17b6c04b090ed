package soak_test

import (
	"fmt"
	"math/rand/v2"

	"siyu/models"
	"siyu/throttle"
)

// state is where a row of the books stands.
type state uint8

const (
	reserved state = iota
	tasked
	confirmed
	late
	released
)

// row is one placement as the books show it. Its times are those of the clock that the books had then.
type row struct {
	thing
	state   state
	s, e    int64
	sent    int64
	stamp   int64 // the slot asked for, for schemes that count instants
	seq     int   // the order in which slots were taken and posts were booked
	made    *laws // what held when the slot was taken
	skew    int64 // how far the clock was off then
	manual  bool  // a copy by hand: nobody can take it back
	offered bool  // its owner can still post it
	deed    int   // index of the post; -1 not posted
	id      models.PlacementID
}

// deed is a post that truly appeared in the group.
type deed struct {
	thing
	at    int64 // true time
	row   int   // -1: made by hand, and the books have not heard of it
	seq   int   // of its row; of one that nobody promised, of its booking, and unheard until then
	late  bool  // after its time was over or it was given up, or by hand: it counts, but nobody promised it
	heard bool
}

// unheard comes after every slot that was taken.
const unheard = 1 << 60

// want is an offer that asks for a slot in the group.
type want struct {
	q   question
	row int                // -1: has none
	id  models.PlacementID // in the real ledger, if one goes along
}

// flight is what a worker has read and decided and not yet written.
type flight struct {
	want    int
	ver     int
	began   int64 // true time
	now, at int64
	v       throttle.Verdict
	busy    bool
}

// dangers are the things that may go wrong in a world.
type dangers struct{ races, kills, lateOwners, ahead, jumps bool }

// tally is what a machine did.
type tally struct {
	steps, asks, allows, holds, stale, kills, retries, posts, lates, jumps, closing, shifts int
}

func (a *tally) add(b tally) {
	a.steps, a.asks, a.allows, a.holds = a.steps+b.steps, a.asks+b.asks, a.allows+b.allows, a.holds+b.holds
	a.stale, a.kills, a.retries, a.posts = a.stale+b.stale, a.kills+b.kills, a.retries+b.retries, a.posts+b.posts
	a.lates, a.jumps, a.closing, a.shifts = a.lates+b.lates, a.jumps+b.jumps, a.closing+b.closing, a.shifts+b.shifts
}

// machine is one group, its books, its clock and its owner.
type machine struct {
	r       *rand.Rand
	scheme  scheme
	dangers dangers
	sky     *sky
	table   *throttle.Clock
	quiet   *throttle.Quiet
	days    int64
	fixed   bool // the laws do not change

	time  int64 // true time
	skew  int64 // the clock reads time + skew
	base  int64 // the skew that the guard takes for right
	high  int64 // the latest time in the books
	pause int64
	ver   int
	seq   int
	laws  *laws
	rows  []row
	deeds []deed
	wants []want
	desks [3]flight
	tally
	fault  string  // the first violation
	mirror *mirror // the real ledger, which does the same; nil in most worlds
}

// The guard's terms, as the ledger's.
const (
	maxDrift = 5 * minute // a clock that is further off its own course is not believed
	slack    = minute     // how far behind the books a clock is still believed
)

// fail keeps the first violation.
func (m *machine) fail(format string, a ...any) {
	if m.fault == "" {
		m.fault = fmt.Sprintf("step %d, %s: ", m.steps, m.sky.name) + fmt.Sprintf(format, a...)
	}
}

// clock is the books' time; floor is set while the clock lags behind them, and trusted is false when it has jumped.
func (m *machine) clock() (now, floor int64, trusted bool) {
	now = m.time + m.skew
	if !m.scheme.guarded {
		return now, 0, true
	}
	if d := m.skew - m.base; d > maxDrift || d < -maxDrift {
		return now, 0, false
	}
	if now >= m.high {
		return now, 0, true
	}
	if m.high-now <= slack {
		return m.high, 0, true
	}
	return now, m.high, true
}

// step does one random thing.
func (m *machine) step() {
	m.steps++
	switch n := m.r.IntN(1000); {
	case n < 150:
		m.wait()
	case n < 400:
		m.ask(m.r.IntN(len(m.desks)), m.r.IntN(len(m.wants)))
	case n < 600:
		m.write(m.r.IntN(len(m.desks)))
	case n < 700:
		m.hand()
	case n < 810:
		m.tap()
	case n < 890:
		m.hear()
	case n < 975:
		m.sweep()
	case n < 981:
		m.byHand()
	case n < 985:
		m.revise()
	case n < 988:
		m.pauseOrResume()
	case n < 991:
		m.jump()
	default:
		m.heal()
	}
}

func (m *machine) wait() {
	longest := [...]int64{second, minute, 30 * minute, 3 * hour, 9 * hour}
	m.time += m.r.Int64N(longest[m.r.IntN(len(longest))])
	if m.r.IntN(4) == 0 {
		m.time += minute - m.time%minute // rules meet on whole minutes
	}
}

// books is what counts in the group by the scheme, back to what its longest law looks at.
func (m *machine) books(now int64) []span {
	longest := int64(0)
	for _, one := range m.laws.all {
		longest = max(longest, one.w, [...]int64{0, 2 * day, 9 * day, 33 * day}[one.unit])
	}
	all := make([]span, 0, 16)
	for i := range m.rows {
		r := &m.rows[i]
		sp := m.scheme.view(r, now)
		if r.state == released || sp.e <= now-longest && (r.state == confirmed || r.state == late) {
			continue
		}
		all = append(all, sp)
	}
	return all
}

// ask reads and decides at a desk; nothing is written yet.
func (m *machine) ask(desk, want int) {
	now, floor, trusted := m.clock()
	if !trusted {
		return
	}
	f := flight{want: want, ver: m.ver, began: m.time, now: now, at: now, busy: true}
	w := &m.wants[f.want]
	m.asks++
	if w.row >= 0 && m.scheme.once {
		m.retries++ // asking twice is answered with what there is
		m.mirror.again(m, w.row)
		return
	}
	if m.dangers.ahead && m.r.IntN(4) == 0 {
		f.at += m.r.Int64N(5 * day)
	}
	q := w.q
	q.floor, q.gate = floor, m.pause
	books := m.books(now)
	f.v = m.scheme.decide(m, q, f.at, books)
	if m.scheme.exact {
		m.judge(q, f.at, books, f.v)
	}
	if !f.v.Allow {
		m.holds++
		m.mirror.hold(m, w, f.v)
		return
	}
	m.desks[desk] = f
	if !m.dangers.races {
		m.write(desk)
	}
}

// write takes the slot that was decided at a desk, unless the books have changed since.
func (m *machine) write(desk int) {
	f := m.desks[desk]
	if !f.busy {
		return
	}
	m.desks[desk].busy = false
	w := &m.wants[f.want]
	if m.time-f.began > minute || m.scheme.locked && f.ver != m.ver {
		m.stale++ // too old for a transaction, or something has changed since it was read
		return
	}
	kill := 0
	if m.dangers.kills {
		kill = m.r.IntN(20)
	}
	if kill == 1 { // between the statements: nothing was written
		m.kills++
		m.mirror.kill(m, w)
		return
	}
	m.ver, m.seq, m.high = m.ver+1, m.seq+1, max(m.high, f.now)
	stamp := f.at + m.time - f.began
	m.rows = append(m.rows, row{thing: w.q.what, s: f.v.S, e: f.v.E, stamp: stamp, seq: m.seq, made: m.laws, skew: m.skew,
		manual: m.r.IntN(3) == 0, deed: -1, id: w.id})
	m.allows++
	id := len(m.rows) - 1
	m.mirror.take(m, id)
	if kill == 2 { // after the commit: the answer is lost, and whoever asks again must get the same slot
		m.kills++
		if !m.scheme.once {
			return
		}
	}
	w.row = id
	if !m.dangers.lateOwners && f.at == f.now {
		m.handRow(id)
		m.tapRow(id)
		m.hearDeed(m.rows[id].deed)
	}
}

// some picks a row that fits among the newest; -1 if there is none.
func (m *machine) some(fits func(*row) bool) int {
	n := min(len(m.rows), 20)
	if n == 0 {
		return -1
	}
	for i, first := 0, m.r.IntN(n); i < n; i++ {
		if at := len(m.rows) - 1 - (first+i)%n; fits(&m.rows[at]) {
			return at
		}
	}
	return -1
}

// hand gives a reserved post to its owner.
func (m *machine) hand() {
	now, floor, trusted := m.clock()
	i := m.some(func(r *row) bool { return r.state == reserved && now >= r.s && now <= r.e })
	if i >= 0 && trusted && floor == 0 && now >= m.pause {
		m.handRow(i)
	}
}

func (m *machine) handRow(i int) {
	m.rows[i].state, m.rows[i].offered = tasked, true
	m.mirror.hand(m, i)
}

// tap has an owner post what she was given, whatever the time.
func (m *machine) tap() {
	if i := m.some(func(r *row) bool { return r.offered && r.deed < 0 }); i >= 0 {
		m.tapRow(i)
	}
}

func (m *machine) tapRow(i int) {
	r := &m.rows[i]
	r.deed, r.offered = len(m.deeds), false
	over := r.state == released || m.time+r.skew > r.e
	d := deed{thing: r.thing, at: m.time, row: i, seq: r.seq, late: over}
	m.posts++
	if over {
		d.seq = unheard
		m.lates++
	}
	m.deeds = append(m.deeds, d)
	m.witness(r)
}

// hear tells the books of a post: late, twice, in any order.
func (m *machine) hear() {
	if n := len(m.deeds); n > 0 {
		m.hearDeed(n - 1 - m.r.IntN(min(n, 8)))
	}
}
