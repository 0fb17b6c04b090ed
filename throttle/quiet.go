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

// Quiet is a group's quiet hours: the instants whose local clock in the group's zone reads at or after from and before
// to. The clock decides, instant by instant: an hour that the clock repeats in autumn is quiet both times, and one that
// it skips in spring does not occur. Immutable, so one value serves all groups with the same zone and hours.
type Quiet struct {
	from, to int64 // milliseconds after local midnight; from > to crosses midnight
	day      int64 // length of the clock's cycle
	offsets  []offset
}

// offset is the zone's distance from UTC (milliseconds, east positive) before the instant until and after the one of the
// element in front of it.
type offset struct{ until, utc int64 }

// NewQuiet tabulates the quiet hours from..to (minutes after local midnight, 0..1439) of an IANA zone. Equal minutes mean
// no quiet hours. An unknown zone or a minute out of range is an error: the caller must refuse to send.
func NewQuiet(zone string, from, to int) (*Quiet, error) {
	if from < 0 || from > 1439 || to < 0 || to > 1439 {
		return nil, fmt.Errorf("quiet hours %d-%d: not minutes of a day", from, to)
	}
	if zone == "" || zone == "Local" {
		return nil, fmt.Errorf("quiet hours: zone %q is not an IANA zone", zone)
	}
	loc, err := time.LoadLocation(zone)
	if err != nil {
		return nil, fmt.Errorf("quiet hours: %w", err)
	}
	return &Quiet{from: int64(from) * 60_000, to: int64(to) * 60_000, day: dayMillis, offsets: tabulate(loc)}, nil
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
	if q == nil || q.from == q.to {
		return false, Never
	}
	i := sort.Search(len(q.offsets), func(i int) bool { return q.offsets[i].until > t })
	quiet = q.clockQuiet(t + q.offsets[i].utc)
	edge := q.from
	if quiet {
		edge = q.to
	}
	for ; ; i++ {
		z := q.offsets[i]
		if next := t + mod(edge-(t+z.utc), q.day); next < z.until {
			return quiet, next
		}
		t = z.until
		if q.clockQuiet(t+q.offsets[i+1].utc) != quiet {
			return quiet, t
		}
	}
}

// clockQuiet decides for a local reading (milliseconds since the local epoch).
func (q *Quiet) clockQuiet(local int64) bool {
	clock := mod(local, q.day)
	if q.from < q.to {
		return q.from <= clock && clock < q.to
	}
	return clock >= q.from || clock < q.to
}

// mod is a modulo m in [0, m), also for negative a.
func mod(a, m int64) int64 {
	if a %= m; a < 0 {
		a += m
	}
	return a
}
