package bot

import (
	"fmt"
	"time"

	"siyu/models"
)

// dayIn is the day on which an instant lies in an IANA zone, counted from 1 January 1970, and when the next one begins.
func dayIn(zone string, at models.Millis) (day int, next models.Millis, err error) {
	loc, err := time.LoadLocation(zone)
	if err != nil {
		return 0, 0, fmt.Errorf("read zone: %w", err)
	}
	y, m, d := at.Time().In(loc).Date()
	day = int(time.Date(y, m, d, 0, 0, 0, 0, time.UTC).Unix() / (24 * 60 * 60))
	return day, models.MillisOf(time.Date(y, m, d+1, 0, 0, 0, 0, loc)), nil
}
