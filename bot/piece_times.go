package bot

import (
	"slices"
	"sort"
	"time"

	"siyu/models"
)

const daySeconds = 24 * 60 * 60

// pattern is a schedule that was read: days are counted from 1 January 1970.
type pattern struct {
	models.Schedule
	start, until int
	except       map[int]bool
}

// readPattern reads a valid schedule.
func readPattern(s models.Schedule) pattern {
	p := pattern{Schedule: s, except: map[int]bool{}}
	p.start, _ = models.DateOf(s.Start)
	p.until = 1 << 30
	if s.Repeat == models.Once {
		p.until = p.start
	} else if s.Until != "" {
		p.until, _ = models.DateOf(s.Until)
	}
	for _, d := range s.Except {
		day, _ := models.DateOf(d)
		p.except[day] = true
	}
	p.Every = max(p.Every, 1)
	return p
}

// Next is the first instant after a time at which a schedule is due in a zone; false if there is none any more. A time of the
// day that the zone skips (clocks go forward) is due when the clock goes on; one that comes twice is due the first time; a
// date that a zone skips as a whole does not occur.
func Next(s models.Schedule, zone *time.Location, after models.Millis) (models.Millis, bool) {
	p := readPattern(s)
	first := max(p.start, localDay(after.Time(), zone)-1)
	left := 1 << 30
	if p.Count > 0 {
		left = p.Count
		for day := p.start; day < first && left > 0; day++ {
			if p.falls(day) {
				left--
			}
		}
	}
	for day := first; day <= min(p.until, first+longestPause) && left > 0; day++ {
		if !p.falls(day) {
			continue
		}
		if at, occurs := instant(day, p.Minute, zone); occurs && at > after {
			return at, true
		}
		left--
	}
	return 0, false
}

// longestPause is more days than there are between two dates of any schedule, even if some of its dates are excluded.
const longestPause = 200 * 366

// NextTimes are up to n instants after a time.
func NextTimes(s models.Schedule, zone *time.Location, after models.Millis, n int) []models.Millis {
	var all []models.Millis
	for len(all) < n {
		at, more := Next(s, zone, after)
		if !more {
			break
		}
		all = append(all, at)
		after = at
	}
	return all
}

// falls reports whether a date is one of the schedule's, however many there are.
func (p pattern) falls(day int) bool {
	if day < p.start || day > p.until || p.except[day] {
		return false
	}
	switch p.Repeat {
	case models.Once:
		return day == p.start
	case models.Daily:
		return (day-p.start)%p.Every == 0
	case models.Weekly:
		weeks := (monday(day) - monday(p.start)) / 7
		if len(p.Days) == 0 {
			return weeks%p.Every == 0 && weekday(day) == weekday(p.start)
		}
		return weeks%p.Every == 0 && slices.Contains(p.Days, weekday(day))
	case models.Monthly:
		return p.fallsInMonth(day)
	}
	return false
}

func (p pattern) fallsInMonth(day int) bool {
	y, m, d := civil(day)
	fromYear, fromMonth, fromDay := civil(p.start)
	if (y*12+int(m)-fromYear*12-int(fromMonth))%p.Every != 0 {
		return false
	}
	last := time.Date(y, m+1, 0, 0, 0, 0, 0, time.UTC).Day()
	switch {
	case p.Nth == models.LastDay:
		return weekday(day) == p.Weekday && d > last-7
	case p.Nth > 0:
		return weekday(day) == p.Weekday && (d-1)/7+1 == p.Nth
	case p.MonthDay == models.LastDay:
		return d == last
	case p.MonthDay > 0:
		return d == min(p.MonthDay, last)
	}
	return d == min(fromDay, last)
}

func civil(day int) (int, time.Month, int) {
	return time.Unix(int64(day)*daySeconds, 0).UTC().Date()
}

// weekday is Monday 1 to Sunday 7; 1 January 1970 was a Thursday.
func weekday(day int) int { return ((day+3)%7+7)%7 + 1 }

func monday(day int) int { return day - weekday(day) + 1 }

// localDay is the date that a zone's clock shows, as a day.
func localDay(t time.Time, zone *time.Location) int {
	y, m, d := t.In(zone).Date()
	return int(time.Date(y, m, d, 0, 0, 0, 0, time.UTC).Unix() / daySeconds)
}

// instant is when a zone's clock first shows a minute of a date, or, if it never does, when it first shows a later one of the
// date; false if the zone skips the date. Offsets lie between -12 and +14 hours, and no zone changes twice within that.
func instant(day, minute int, zone *time.Location) (models.Millis, bool) {
	wanted := int64(day)*daySeconds + int64(minute)*60
	reads := func(utc int64) int64 {
		_, offset := time.Unix(utc, 0).In(zone).Zone()
		return utc + int64(offset)
	}
	early, late := wanted-15*60*60, wanted+13*60*60
	first := int64(1 << 62)
	for _, at := range []int64{wanted - (reads(early) - early), wanted - (reads(late) - late)} {
		if reads(at) == wanted {
			first = min(first, at)
		}
	}
	if first == 1<<62 { // the clock jumps over it
		n := sort.Search(int(late-early), func(n int) bool { return reads(early+int64(n)) >= wanted })
		first = early + int64(n)
		if reads(first) >= int64(day+1)*daySeconds && reads(first-1) < int64(day)*daySeconds {
			return 0, false
		}
	}
	return models.MillisOf(time.Unix(first, 0)), true
}
