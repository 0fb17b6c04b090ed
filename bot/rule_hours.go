package bot

import (
	"time"

	"siyu/models"
)

// dayMinutes is how many minutes a clock shows in a day, also on the two days a year on which more or fewer pass.
const dayMinutes = 24 * 60

// Open reports whether a community answers by hand at a time that is given in its zone. What counts is what the clock on
// its wall shows: an hour that is shown twice, when summer ends, is open or closed both times, and one that is skipped never
// comes. No hours mean always open.
func Open(week []models.OpenHours, local time.Time) bool {
	if len(week) == 0 {
		return true
	}
	today, minute := int(local.Weekday()), local.Hour()*60+local.Minute()
	yesterday := (today + 6) % 7
	for _, h := range week {
		overnight := h.To <= h.From
		switch {
		case h.Day == today && minute >= h.From && (overnight || minute < h.To),
			h.Day == yesterday && overnight && minute < h.To:
			return true
		}
	}
	return false
}

// maxSpans is how many spans a week may have: three a day.
const maxSpans = 21

// CheckHours refuses opening hours that mean nothing.
func CheckHours(week []models.OpenHours) error {
	if len(week) > maxSpans {
		return models.Errorf(models.Invalid, "hours_too_many", "more than %d spans of opening hours", maxSpans).
			With("field", "hours").With("limit", maxSpans)
	}
	for _, h := range week {
		if h.Day < 0 || h.Day > 6 || h.From < 0 || h.From >= dayMinutes || h.To < 1 || h.To > dayMinutes {
			return models.Errorf(models.Invalid, "hours_unreadable", "a span of opening hours is not within a day").With("field", "hours")
		}
	}
	return nil
}
