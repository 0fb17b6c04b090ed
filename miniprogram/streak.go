package miniprogram

import (
	"slices"
	"sort"
	"time"

	"siyu/models"
)

// Streak is how many days in a row somebody was here, as of a day of her own calendar. It follows from the set of her days
// alone: in which order they were told, or how often, does not matter.
type Streak struct {
	Days    int   // in a row, until today or yesterday; 0 if it is broken
	Longest int   // she ever had
	Total   int   // days in all
	Today   bool  // today is one of them
	Freezes int   // missed days that will be forgiven
	Frozen  []int // missed days that were forgiven within this streak
}

// streakOf works out a streak from days, counted from 1 January 1970; pure. With every so many days in a row a freeze is earned;
// a missed day takes one. Where there are not enough the streak begins anew, and the freezes stay.
func streakOf(days []int, today int, r models.StreakRules) Streak {
	days = slices.Compact(slices.Sorted(slices.Values(days)))
	s := Streak{Total: len(days)}
	for i, d := range days {
		gap := 0
		if i > 0 {
			gap = d - days[i-1] - 1
		}
		s.miss(d-gap, gap)
		s.Days++
		if r.FreezeEvery > 0 && s.Days%r.FreezeEvery == 0 {
			s.Freezes = min(s.Freezes+1, max(r.FreezeMost, s.Freezes))
		}
		s.Longest = max(s.Longest, s.Days)
	}
	if len(days) == 0 {
		return s
	}
	last := days[len(days)-1]
	s.Today = last >= today
	s.miss(last+1, max(0, today-last-1)) // today is not over yet
	return s
}

// miss is what n missed days from a day on do to a streak.
func (s *Streak) miss(from, n int) {
	switch {
	case n == 0:
	case n <= s.Freezes && s.Days > 0:
		s.Freezes -= n
		for d := range n {
			s.Frozen = append(s.Frozen, from+d)
		}
	default:
		s.Days, s.Frozen = 0, nil
	}
}

// makeUps lists the missed days that can be made up today, the newest first, and how many more of them this month; pure. Days
// before the first one were not missed.
func makeUps(all []models.CheckIn, today int, month func(models.Millis) int, now models.Millis, r models.StreakRules) (days []int, left int) {
	has, first := map[int]bool{}, today
	left = r.MakeUpMonth
	for _, c := range all {
		has[c.Day] = true
		first = min(first, c.Day)
		if c.MadeUp && month(c.At) == month(now) {
			left--
		}
	}
	if left = max(left, 0); left == 0 {
		return nil, 0
	}
	for d := today - 1; d >= today-r.MakeUpDays && d > first; d-- {
		if !has[d] {
			days = append(days, d)
		}
	}
	return days, left
}

// dayIn is the day of a zone's calendar, counted from 1 January 1970.
func dayIn(at models.Millis, zone *time.Location) int {
	local := at.Time().In(zone)
	return int(time.Date(local.Year(), local.Month(), local.Day(), 0, 0, 0, 0, time.UTC).Unix() / (24 * 3600))
}

// startOfDay is the first instant of the day of a zone's calendar; pure.
func startOfDay(at models.Millis, zone *time.Location) models.Millis {
	local := at.Time().In(zone)
	return dayBegins(local.Year(), local.Month(), local.Day(), zone)
}

// dayBegins is the first instant of a date. Where clocks are changed around midnight there may be no midnight, or two: so it is
// searched for.
func dayBegins(year int, month time.Month, day int, zone *time.Location) models.Millis {
	const farthest = 15 * 3600 // seconds; no place's midnight is farther from that of UTC
	utc := models.MillisOf(time.Date(year, month, day, 0, 0, 0, 0, time.UTC))
	want, from := dayIn(utc, time.UTC), utc-farthest*1000
	n := sort.Search(2*farthest, func(n int) bool { return dayIn(from+models.Millis(n)*1000, zone) >= want })
	return from + models.Millis(n)*1000
}

// monthIn numbers the months of a zone's calendar.
func monthIn(zone *time.Location) func(models.Millis) int {
	return func(at models.Millis) int {
		local := at.Time().In(zone)
		return local.Year()*12 + int(local.Month())
	}
}

// dateOf writes a day as a date.
func dateOf(day int) string { return time.Unix(int64(day)*24*3600, 0).UTC().Format(time.DateOnly) }

// dayOf reads a date; false if it is none.
func dayOf(date string) (int, bool) {
	at, err := time.Parse(time.DateOnly, date)
	return int(at.Unix() / (24 * 3600)), err == nil
}

// calendar is whose day it is now for somebody: the zone that counts, its day, and whether that day is new. Pure.
//
// Her phone says where she is. It is believed when she is somewhere else for the first time in hold days; until then the zone
// of her last day stays. On the day of a change the date must be new in both zones, and a day must always be later than all
// before it. So whoever travels, or says she does, never has more days than dates have passed.
func calendar(all []models.CheckIn, asked *time.Location, now models.Millis, hold int) (zone *time.Location, today int, fresh bool) {
	if len(all) == 0 {
		return asked, dayIn(now, asked), true
	}
	last := all[0]
	for _, c := range all {
		if c.Day > last.Day {
			last = c
		}
	}
	before, err := time.LoadLocation(last.Zone)
	if err != nil || before.String() == asked.String() {
		today = dayIn(now, asked)
		return asked, today, today > last.Day
	}
	for _, c := range all {
		if c.Zone != last.Zone && c.At > now.Add(-time.Duration(hold)*24*time.Hour) {
			today = dayIn(now, before)
			return before, today, today > last.Day
		}
	}
	today = dayIn(now, asked)
	return asked, today, today > last.Day && dayIn(now, before) > last.Day
}
