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

// offset is the zone's distance from UTC (milliseconds, east positive) before the instant until and after the one of the
// element in front of it.
type offset struct{ until, utc int64 }

// Clock is the local clock of a zone as a table: what it reads at an instant, and on which day that is. Immutable, so one
// value serves all groups of the zone.
type Clock struct {
	day     int64 // length of the clock's cycle
	offsets []offset
}

// NewClock tabulates the clock of an IANA zone. An unknown zone is an error: the caller must refuse to send.
func NewClock(zone string) (*Clock, error) {
	if zone == "" || zone == "Local" {
		return nil, fmt.Errorf("zone %q is not an IANA zone", zone)
	}
	loc, err := time.LoadLocation(zone)
	if err != nil {
		return nil, fmt.Errorf("read zone: %w", err)
	}
	return &Clock{day: dayMillis, offsets: tabulate(loc)}, nil
}

// at is the element of the table in force at t.
func (c *Clock) at(t int64) int {
	lo, hi := 0, len(c.offsets)-1 // the last one has no end
	for lo < hi {
		if mid := int(uint(lo+hi) >> 1); c.offsets[mid].until > t {
			hi = mid
		} else {
			lo = mid + 1
		}
	}
	return lo
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

// mod is a modulo m in [0, m), also for negative a.
func mod(a, m int64) int64 {
	if a %= m; a < 0 {
		a += m
	}
	return a
}
