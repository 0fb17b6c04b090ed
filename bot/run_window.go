package bot

import (
	"time"

	"siyu/models"
	"siyu/throttle"
)

// leastWindow is for how long a piece may be posted even if quiet hours begin before: an organiser who plans a post for a
// quarter of an hour before them wants it then, and not in the morning.
const leastWindow = 30 * time.Minute

// Why a run is shifted, beside the platform.
const reasonQuiet = "quiet_hours"

// runWindow says from when until when a run that is due may be posted, and why that is not at once. Quiet hours shift it to
// their end, whole, and cut it off where they begin, unless the organiser has said exactly when; quiet is nil for a group
// without.
func runWindow(due models.Millis, length time.Duration, exact bool, quiet *throttle.Quiet) (from, until models.Millis, why string) {
	from = due
	if exact {
		return from, from.Add(length), ""
	}
	if night, end := quiet.Span(int64(from)); night && end != throttle.Never {
		from, why = models.Millis(end), reasonQuiet
	}
	until = from.Add(length)
	if night, start := quiet.Span(int64(from)); !night && start != throttle.Never {
		until = min(until, max(models.Millis(start), from.Add(leastWindow)))
	}
	return from, until, why
}
