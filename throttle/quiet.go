package throttle

import "fmt"

// Hours are quiet hours by the local clock, in minutes after midnight (0..1439): at or after From and before To. From
// past To crosses midnight; equal minutes mean none.
type Hours struct{ From, To int }

// Quiet is a group's quiet hours: the instants whose local clock in the group's zone reads inside any of its Hours. The
// clock decides, instant by instant: an hour that the clock repeats in autumn is quiet both times, and one that it skips
// in spring does not occur. Immutable, so one value serves all groups with the same zone and hours.
type Quiet struct {
	Clock
	hours []hours
}

// hours is Hours in milliseconds; from and to differ.
type hours struct{ from, to int64 }

// NewQuiet tabulates quiet hours in an IANA zone. An unknown zone or a minute out of range is an error: the caller must
// refuse to send.
func NewQuiet(zone string, all ...Hours) (*Quiet, error) {
	clock, err := NewClock(zone)
	if err != nil {
		return nil, fmt.Errorf("quiet hours: %w", err)
	}
	return clock.Quiet(all...)
}

// Quiet makes quiet hours by this clock. A minute out of range is an error.
func (c *Clock) Quiet(all ...Hours) (*Quiet, error) {
	q := &Quiet{Clock: *c}
	for _, h := range all {
		if h.From < 0 || h.From > 1439 || h.To < 0 || h.To > 1439 {
			return nil, fmt.Errorf("quiet hours %d-%d: not minutes of a day", h.From, h.To)
		}
		if h.From != h.To {
			q.hours = append(q.hours, hours{from: int64(h.From) * 60_000, to: int64(h.To) * 60_000})
		}
	}
	return q, nil
}

// Span tells whether t is quiet, and the first instant after t at which that changes (Never if it does not).
func (q *Quiet) Span(t int64) (quiet bool, until int64) {
	if q == nil || len(q.hours) == 0 {
		return false, Never
	}
	i := q.at(t)
	quiet = q.clockQuiet(t + q.offsets[i].utc)
	// From edge to edge of any of the hours, and to each change of the clock, until the answer differs. Hours that cover
	// the whole day between them never differ: two days of edges are enough to know.
	for first := t; t <= first+2*q.day; {
		next := t + q.edge(t+q.offsets[i].utc)
		if next >= q.offsets[i].until {
			next = q.offsets[i].until
			i++
		}
		if q.clockQuiet(next+q.offsets[i].utc) != quiet {
			return quiet, next
		}
		t = next
	}
	return quiet, Never
}

// edge is how far it is from a local reading to the next beginning or end of quiet hours; at least 1.
func (q *Quiet) edge(local int64) int64 {
	nearest := q.day
	for _, h := range q.hours {
		nearest = min(nearest, 1+mod(h.from-local-1, q.day), 1+mod(h.to-local-1, q.day))
	}
	return nearest
}

// clockQuiet decides for a local reading (milliseconds since the local epoch).
func (q *Quiet) clockQuiet(local int64) bool {
	clock := mod(local, q.day)
	for _, h := range q.hours {
		if h.from < h.to && h.from <= clock && clock < h.to || h.from > h.to && (clock >= h.from || clock < h.to) {
			return true
		}
	}
	return false
}
