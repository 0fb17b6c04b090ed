package models

import (
	"slices"
	"time"
)

// Repeat says how often something recurs.
type Repeat string

// How often.
const (
	Once    Repeat = "once"
	Daily   Repeat = "daily"
	Weekly  Repeat = "weekly"
	Monthly Repeat = "monthly"
)

// Schedule says at which local times something is due: a time of the day, and the dates it falls on. It names no zone: the
// same schedule is at other instants in another zone.
type Schedule struct {
	Start    string   `json:"start"`     // the first date it may fall on, such as 2026-05-04
	Minute   int      `json:"minute"`    // after local midnight, 0..1439
	Repeat   Repeat   `json:"repeat"`    //
	Every    int      `json:"every"`     // each so many days, weeks (from Monday) or months, counted from Start's; 0 is 1
	Days     []int    `json:"days"`      // weekly: the days of the week, Monday 1 to Sunday 7; none: that of Start
	MonthDay int      `json:"month_day"` // monthly: the day, or [LastDay]; one that a month lacks is its last; 0: that of Start
	Nth      int      `json:"nth"`       // monthly, instead of MonthDay: the first to fourth, or [LastDay], Weekday of the month
	Weekday  int      `json:"weekday"`   // Monday 1 to Sunday 7
	Until    string   `json:"until"`     // the last date it may fall on; empty: no end
	Count    int      `json:"count"`     // on how many dates it falls, without the excluded ones; 0: no end
	Except   []string `json:"except"`    // dates on which it does not fall
}

// LastDay stands for the last day, or the last of a weekday, of a month.
const LastDay = -1

// Limits of what a schedule may say; beyond them a person has mistyped.
const (
	maxEveryDays   = 366
	maxEveryWeeks  = 52
	maxEveryMonths = 24
	maxTimes       = 1000
	maxExcept      = 100
)

// Validate tells the first thing in a schedule that cannot be meant, with the field it is in.
func (s Schedule) Validate() error {
	if s.Minute < 0 || s.Minute > 1439 {
		return wrongSchedule("minute", "a minute of the day")
	}
	start, ok := DateOf(s.Start)
	if !ok {
		return wrongSchedule("start", "a date")
	}
	if until, ok := DateOf(s.Until); s.Until != "" && (!ok || until < start) {
		return wrongSchedule("until", "a date that is not before the first")
	}
	if s.Count < 0 || s.Count > maxTimes {
		return wrongSchedule("count", "a number up to 1000")
	}
	if len(s.Except) > maxExcept || slices.ContainsFunc(s.Except, func(d string) bool { _, ok := DateOf(d); return !ok }) {
		return wrongSchedule("except", "up to 100 dates")
	}
	return s.validatePattern()
}

func (s Schedule) validatePattern() error {
	most := map[Repeat]int{Once: 0, Daily: maxEveryDays, Weekly: maxEveryWeeks, Monthly: maxEveryMonths}
	n, known := most[s.Repeat]
	switch {
	case !known:
		return wrongSchedule("repeat", "once, daily, weekly or monthly")
	case s.Every < 0 || s.Repeat != Once && s.Every > n:
		return wrongSchedule("every", "a small number")
	case s.Repeat == Weekly && slices.ContainsFunc(s.Days, notWeekday):
		return wrongSchedule("days", "days of the week, 1 to 7")
	case s.Repeat != Monthly:
		return nil
	case s.Nth != 0 && (s.Nth < LastDay || s.Nth > 4):
		return wrongSchedule("nth", "the first to the fourth, or the last")
	case s.Nth != 0 && notWeekday(s.Weekday):
		return wrongSchedule("weekday", "a day of the week, 1 to 7")
	case s.Nth == 0 && (s.MonthDay < LastDay || s.MonthDay > 31):
		return wrongSchedule("month_day", "a day of the month, or the last")
	}
	return nil
}

func notWeekday(d int) bool { return d < 1 || d > 7 }

func wrongSchedule(field, must string) error {
	return Errorf(Invalid, "schedule_wrong", "%s must be %s", field, must).With("field", "schedule."+field)
}

// DateOf reads a date such as 2026-05-04 as the number of days since 1 January 1970; years are 2000 to 2099.
func DateOf(date string) (day int, ok bool) {
	t, err := time.Parse(time.DateOnly, date)
	if err != nil || t.Year() < 2000 || t.Year() > 2099 {
		return 0, false
	}
	return int(t.Unix() / (24 * 60 * 60)), true
}

// DateText writes a day counted from 1 January 1970 as a date.
func DateText(day int) string {
	return time.Unix(int64(day)*24*60*60, 0).UTC().Format(time.DateOnly)
}
