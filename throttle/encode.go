package throttle

import (
	"encoding/binary"
	"errors"
	"fmt"
	"slices"

	"siyu/models"
)

// decision is one question to the kernel with everything it looked at, and the answer.
type decision struct {
	in       Input
	now      int64
	verdict  Verdict
	readable bool   // the group had rules; if not, the kernel was not asked
	revs     [2]int // of the community's and of the group's rules; zero: none
}

// decisionVersion is the first byte of a stored decision. A reader refuses what it does not know.
const decisionVersion = 1

// clockAhead is for how long from a decision on the changes of the zone's clock are stored with it. Nothing the kernel
// looks for lies further ahead: windows and flights end within little more than a year.
const (
	clockBack  = 60 * dayMillis
	clockAhead = 6 * 366 * dayMillis
)

// The bits of a stored decision's second byte.
const (
	flagAllow = 1 << iota
	flagReadable
	flagQuiet
	flagClock
)

// encode writes the decision so that it can be made again exactly, in some hundred bytes; asked is a digest of all of it
// but the time: equal for the same answer to the same question.
func (d decision) encode() (body []byte, asked string) {
	w := writer{base: d.now}
	w.numbers(int64(d.revs[0]), int64(d.revs[1]), d.in.Brand, d.in.Offer, d.in.Category, d.in.Start, d.in.End, d.in.Hold,
		d.in.MinWindow, d.in.PausedUntil, d.in.ClockFloor)
	w.numbers(int64(len(d.in.Rules)))
	for _, r := range d.in.Rules {
		w.numbers(int64(r.Scope), int64(r.K), r.W, int64(r.Code))
	}
	w.numbers(int64(len(d.in.Calendar)))
	for _, c := range d.in.Calendar {
		w.numbers(int64(c.Scope), int64(c.K), bit(c.PerDay), int64(c.Unit), int64(c.Code))
	}
	w.numbers(int64(len(d.in.Gates)))
	for _, g := range d.in.Gates {
		w.numbers(g.Until, int64(g.Code))
	}
	w.entries(d.in.Live)
	var flags byte
	if d.in.Quiet != nil {
		flags |= flagQuiet
		w.numbers(int64(len(d.in.Quiet.hours)))
		for _, h := range d.in.Quiet.hours {
			w.numbers(h.from, h.to)
		}
	}
	mark := len(w.b) // the part of the clock's table moves with the time: it is left out of the digest
	switch {
	case d.in.Clock != nil:
		flags |= flagClock
		w.clock(d.in.Clock)
	case d.in.Quiet != nil:
		w.clock(&d.in.Quiet.Clock)
	}
	if d.verdict.Allow {
		flags |= flagAllow
	}
	if d.readable {
		flags |= flagReadable
	}
	head := writer{}
	head.b = append(head.b, decisionVersion, flags)
	head.numbers(d.now, d.verdict.S, d.verdict.E, int64(d.verdict.Reasons), int64(d.verdict.Deciding), d.verdict.Next) //nolint:gosec // bits
	same := writer{b: slices.Clone(w.b[:mark])}
	same.b = append(same.b, flags)
	same.numbers(int64(d.verdict.Reasons), int64(d.verdict.Deciding), d.verdict.Next) //nolint:gosec // bits
	return append(head.b, w.b...), models.Digest(same.b)[:32]
}

func bit(b bool) int64 {
	if b {
		return 1
	}
	return 0
}

// writer appends numbers, small ones in few bytes. Ids are written once each.
type writer struct {
	b    []byte
	base int64
}

func (w *writer) numbers(all ...int64) {
	for _, n := range all {
		w.b = binary.AppendVarint(w.b, n)
	}
}

func (w *writer) entries(live []Entry) {
	var ids []int64
	index := func(id int64) int64 {
		i := slices.Index(ids, id)
		if i < 0 {
			i, ids = len(ids), append(ids, id)
		}
		return int64(i)
	}
	body := writer{}
	for _, l := range live {
		body.numbers(l.S, l.E-l.S, index(l.Brand), index(l.Offer), index(l.Category), int64(l.Kind))
	}
	w.numbers(int64(len(ids)))
	w.numbers(ids...)
	w.numbers(int64(len(live)))
	w.b = append(w.b, body.b...)
}

// clock writes the part of the table that a decision at this time can look at.
func (w *writer) clock(c *Clock) {
	first, last := c.at(w.base-clockBack), c.at(w.base+clockAhead)
	w.numbers(c.day, int64(last-first+1))
	for i := first; i <= last; i++ {
		until := c.offsets[i].until
		if i == last {
			until = Never
		}
		w.numbers(until, c.offsets[i].utc)
	}
}

// errDecision says that stored bytes are no decision.
var errDecision = errors.New("these bytes are no decision")

// decodeDecision reads what encode wrote.
func decodeDecision(body []byte) (decision, error) {
	var d decision
	if len(body) < 2 || body[0] != decisionVersion {
		return d, fmt.Errorf("version: %w", errDecision)
	}
	flags := body[1]
	r := reader{b: body[2:]}
	d.readable, d.verdict.Allow = flags&flagReadable != 0, flags&flagAllow != 0
	d.now, d.verdict.S, d.verdict.E = r.next(), r.next(), r.next()
	d.verdict.Reasons, d.verdict.Deciding, d.verdict.Next = Reasons(r.next()), Reason(r.next()), r.next() //nolint:gosec // bits
	d.revs = [2]int{int(r.next()), int(r.next())}
	in := &d.in
	for _, into := range []*int64{&in.Brand, &in.Offer, &in.Category, &in.Start, &in.End, &in.Hold, &in.MinWindow, &in.PausedUntil,
		&in.ClockFloor} {
		*into = r.next()
	}
	for range r.count() {
		in.Rules = append(in.Rules, Rule{Scope: Scope(r.next()), K: int(r.next()), W: r.next(), Code: Reason(r.next())}) //nolint:gosec // as written
	}
	for range r.count() {
		in.Calendar = append(in.Calendar, Calendar{Scope: Scope(r.next()), K: int(r.next()), PerDay: r.next() != 0, //nolint:gosec // as written
			Unit: Unit(r.next()), Code: Reason(r.next())}) //nolint:gosec // as written
	}
	for range r.count() {
		in.Gates = append(in.Gates, Gate{Until: r.next(), Code: Reason(r.next())}) //nolint:gosec // as written
	}
	in.Live = r.entries()
	var quiet []hours
	if flags&flagQuiet != 0 {
		for range r.count() {
			quiet = append(quiet, hours{from: r.next(), to: r.next()})
		}
	}
	if flags&(flagQuiet|flagClock) != 0 {
		c := r.clock()
		if flags&flagClock != 0 {
			in.Clock = &c
		}
		if flags&flagQuiet != 0 {
			in.Quiet = &Quiet{Clock: c, hours: quiet}
		}
	}
	if r.bad || len(r.b) > 0 {
		return d, errDecision
	}
	return d, nil
}

// reader reads numbers; once one is missing it is bad and reads zeros.
type reader struct {
	b   []byte
	bad bool
}

func (r *reader) next() int64 {
	n, size := binary.Varint(r.b)
	if size <= 0 {
		r.b, r.bad = nil, true
		return 0
	}
	r.b = r.b[size:]
	return n
}

// count is a length: never more than there are bytes left.
func (r *reader) count() int {
	n := r.next()
	if n < 0 || n > int64(len(r.b)) {
		r.b, r.bad = nil, true
		return 0
	}
	return int(n)
}

func (r *reader) entries() []Entry {
	ids := make([]int64, r.count())
	for i := range ids {
		ids[i] = r.next()
	}
	id := func() int64 {
		i := r.next()
		if i < 0 || i >= int64(len(ids)) {
			r.b, r.bad = nil, true
			return 0
		}
		return ids[i]
	}
	var all []Entry
	for range r.count() {
		e := Entry{Interval: Interval{S: r.next()}}
		e.E = e.S + r.next()
		e.Brand, e.Offer, e.Category, e.Kind = id(), id(), id(), Kind(r.next()) //nolint:gosec // as written
		all = append(all, e)
	}
	return all
}

func (r *reader) clock() Clock {
	c := Clock{day: r.next()}
	for range r.count() {
		c.offsets = append(c.offsets, offset{until: r.next(), utc: r.next()})
	}
	if len(c.offsets) == 0 || c.day <= 0 {
		r.bad = true
	}
	return c
}
