package soak_test

import (
	_ "embed"
	"math/rand/v2"
	"strings"
	"sync"
	"time"
	_ "time/tzdata" // the list below names the zones of this copy

	"siyu/throttle"
)

const (
	second = int64(1000)
	minute = 60 * second
	hour   = 60 * minute
	day    = 24 * hour
)

// zoneList names every zone of the IANA database as Go carries it.
//
//go:embed testdata/zones.txt
var zoneList string

func zoneNames() []string { return strings.Fields(zoneList) }

// The years whose changes of the clocks are walked.
const (
	firstYear = 2025
	lastYear  = 2035
)

// changes lists the instants (UTC milliseconds) at which a zone's offset changes in the years walked. It reads the zone
// hour by hour, and minute by minute where the hour's ends differ.
func changes(loc *time.Location) []int64 {
	offset := func(t int64) int {
		_, seconds := time.UnixMilli(t).In(loc).Zone()
		return seconds
	}
	var all []int64
	t := time.Date(firstYear, 1, 1, 0, 0, 0, 0, time.UTC).UnixMilli()
	end := time.Date(lastYear+1, 1, 1, 0, 0, 0, 0, time.UTC).UnixMilli()
	for last := offset(t); t < end; t += hour {
		next := offset(t + hour)
		if next == last {
			continue
		}
		for x := t; x < t+hour; x += minute {
			if now := offset(x + minute); now != last {
				all, last = append(all, x+minute), now
			}
		}
	}
	return all
}

// sky is what the clocks of one zone show during some weeks, read from the time package.
type sky struct {
	name     string
	from     int64   // UTC milliseconds, a whole minute
	offset   []int16 // minutes east of UTC, minute by minute from from on
	shifts   bool    // its clocks change in these weeks
	quietFor []throttle.Hours
	ahead    []int32 // minutes until the next quiet minute of quietFor; 0 is quiet
	dayLeft  []int32 // minutes until the local date is another one
}

// newSky reads a zone for some days. A quarter of an hour whose ends agree is one offset: no clock has changed twice
// within one since 1970.
func newSky(name string, loc *time.Location, from int64, days int) *sky {
	s := &sky{name: name, from: from, offset: make([]int16, days*24*60)}
	read := func(i int) int16 {
		_, seconds := time.UnixMilli(from + int64(i)*minute).In(loc).Zone()
		return int16(seconds / 60)
	}
	last := read(0)
	for i := 0; i < len(s.offset); i += 15 {
		next := read(i + 15)
		for j := i; j < i+15; j++ {
			s.offset[j] = last
			if next != last {
				s.offset[j] = read(j)
			}
		}
		s.shifts = s.shifts || next != last
		last = next
	}
	s.dayLeft = make([]int32, len(s.offset))
	for i := len(s.dayLeft) - 1; i >= 0; i-- {
		if t := from + int64(i)*minute; i+1 < len(s.dayLeft) && s.minutes(t)/(24*60) == s.minutes(t+minute)/(24*60) {
			s.dayLeft[i] = s.dayLeft[i+1]
		}
		s.dayLeft[i]++
	}
	return s
}

// end is the first instant that was not read.
func (s *sky) end() int64 { return s.from + int64(len(s.offset))*minute }

// unit names the local day, week or month that t lies in, by the standard library's calendar.
func (s *sky) unit(t int64, u throttle.Unit) int64 {
	d := s.minutes(t) / (24 * 60)
	switch u {
	case throttle.Week:
		y, w := time.Unix(d*86400, 0).UTC().ISOWeek()
		return int64(y)*100 + int64(w)
	case throttle.Month:
		y, m, _ := time.Unix(d*86400, 0).UTC().Date()
		return int64(y)*100 + int64(m)
	}
	return d
}

// lasts is the last instant of the unit of t that can be reached without leaving it.
func (s *sky) lasts(t int64, u throttle.Unit) int64 {
	for id, x := s.unit(t, u), t; ; {
		i := (x - s.from) / minute
		if i >= int64(len(s.dayLeft)) {
			return x
		}
		if x = s.from + (i+int64(s.dayLeft[i]))*minute; s.unit(x, u) != id {
			return x - 1
		}
	}
}

// touches tells whether some instant of [a, b] lies in the unit.
func (s *sky) touches(a, b, id int64, u throttle.Unit) bool {
	for x := a; x <= b; x = s.lasts(x, u) + 1 {
		if s.unit(x, u) == id {
			return true
		}
		if x >= s.end() {
			break
		}
	}
	return false
}

// minutes is the local time in minutes since 1970 by the local calendar.
func (s *sky) minutes(t int64) int64 {
	i := (t - s.from) / minute
	return t/minute + int64(s.offset[max(0, min(i, int64(len(s.offset)-1)))])
}

// night marks the quiet minutes for these hours; asking again for the same costs nothing.
func (s *sky) night(hours []throttle.Hours) {
	if s.ahead != nil && len(hours) == len(s.quietFor) {
		same := true
		for i := range hours {
			same = same && hours[i] == s.quietFor[i]
		}
		if same {
			return
		}
	}
	var quiet [24 * 60]bool
	for _, h := range hours {
		for m := h.From; m != h.To; m = (m + 1) % len(quiet) {
			quiet[m] = true
		}
	}
	s.quietFor = hours
	s.ahead = make([]int32, len(s.offset))
	next := int32(1 << 30)
	for i := len(s.ahead) - 1; i >= 0; i-- {
		next++
		if quiet[s.minutes(s.from+int64(i)*minute)%(24*60)] {
			next = 0
		}
		s.ahead[i] = next
	}
}

// open is the last instant before the next quiet one, if t is not quiet itself.
func (s *sky) open(t int64) (until int64, ok bool) {
	i := (t - s.from) / minute
	if i >= int64(len(s.ahead)) {
		return t, true // past the weeks that were read: the caller does not look there
	}
	n := int64(s.ahead[i])
	return s.from + (i+n)*minute - 1, n > 0
}

// changed keeps what changes found: looking for them takes longer than a world.
var changed sync.Map

// someSky picks weeks of a zone: around one of its clock changes if it has any.
func someSky(r *rand.Rand, name string, days int) (*sky, error) {
	loc, err := time.LoadLocation(name)
	if err != nil {
		return nil, err
	}
	at := time.Date(firstYear+r.IntN(lastYear-firstYear+1), 1, 1+r.IntN(360), 0, 0, 0, 0, time.UTC).UnixMilli()
	known, ok := changed.Load(name)
	if !ok {
		known, _ = changed.LoadOrStore(name, changes(loc))
	}
	if all := known.([]int64); len(all) > 0 {
		at = all[r.IntN(len(all))] - r.Int64N(10*day)
	}
	return newSky(name, loc, at/minute*minute, days), nil
}
