package throttle

import (
	"fmt"
	"sort"
	"time"
	_ "time/tzdata" // zones must resolve in a bare container: an unreadable zone stops the group
)

const dayMillis int64 = 24 * 60 * 60 * 1000

// The years for which a zone's offset changes are tabulated; outside them the nearest known offset is used.
const (
	firstYear = 2015
	lastYear  = 2075
)

// Hours are quiet hours by the local clock, in minutes after midnight (0..1439): at or after From and before To. From
// past To crosses midnight; equal minutes mean none.
type Hours struct{ From, To int }

// Quiet is a group's quiet hours: the instants whose local clock in the group's zone reads inside any of its Hours. The
// clock decides, instant by instant: an hour that the clock repeats in autumn is quiet both times, and one that it skips
// in spring does not occur. Immutable, so one value serves all groups with the same zone and hours.
type Quiet struct {
	hours   []hours
	day     int64 // length of the clock's cycle
	offsets []offset
}

// hours is Hours in milliseconds; from and to differ.
type hours struct{ from, to int64 }

// offset is the zone's distance from UTC (milliseconds, east positive) before the instant until and after the one of the
// element in front of it.
type offset struct{ until, utc int64 }

// NewQuiet tabulates quiet hours in an IANA zone. An unknown zone or a minute out of range is an error: the caller must
// refuse to send.
func NewQuiet(zone string, all ...Hours) (*Quiet, error) {
	if zone == "" || zone == "Local" {
		return nil, fmt.Errorf("quiet hours: zone %q is not an IANA zone", zone)
	}
	loc, err := time.LoadLocation(zone)
	if err != nil {
		return nil, fmt.Errorf("quiet hours: %w", err)
	}
	q := &Quiet{day: dayMillis}
	for _, h := range all {
		if h.From < 0 || h.From > 1439 || h.To < 0 || h.To > 1439 {
			return nil, fmt.Errorf("quiet hours %d-%d: not minutes of a day", h.From, h.To)
		}
		if h.From != h.To {
			q.hours = append(q.hours, hours{from: int64(h.From) * 60_000, to: int64(h.To) * 60_000})
		}
	}
	if len(q.hours) > 0 {
		q.offsets = tabulate(loc)
	}
	return q, nil
}

// tabulate finds the zone's offset changes by reading its offset once a day and halving where two days differ. (Not by
// time.Time.ZoneBounds: in the years that a zone's rule extends to, Go 1.26 can return a bound that is not after the
// instant asked about.)
func tabulate(loc *time.Location) []offset {
	utc := func(t int64) int64 {
		_, seconds := time.Unix(t, 0).In(loc).Zone()
		return int64(seconds)
	}
	const daySeconds = 24 * 60 * 60
	var table []offset
	t := time.Date(firstYear, 1, 1, 0, 0, 0, 0, time.UTC).Unix()
	for end := time.Date(lastYear, 1, 1, 0, 0, 0, 0, time.UTC).Unix(); t < end; t += daySeconds {
		from := utc(t)
		if utc(t+daySeconds) == from {
			continue
		}
		n := sort.Search(daySeconds, func(n int) bool { return utc(t+int64(n)) != from })
		table = append(table, offset{until: (t + int64(n)) * 1000, utc: from * 1000})
	}
	return append(table, offset{until: Never, utc: utc(t) * 1000})
}

// Span tells whether t is quiet, and the first instant after t at which that changes (Never if it does not).
func (q *Quiet) Span(t int64) (quiet bool, until int64) {
	if q == nil || len(q.hours) == 0 {
		return false, Never
	}
	i := sort.Search(len(q.offsets), func(i int) bool { return q.offsets[i].until > t })
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

// mod is a modulo m in [0, m), also for negative a.
func mod(a, m int64) int64 {
	if a %= m; a < 0 {
		a += m
	}
	return a
}
