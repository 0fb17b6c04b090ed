package ledger

import (
	"sort"
	"time"

	"siyu/models"
)

// Month is a local month, such as May 2026.
type Month struct {
	Year int
	Of   time.Month
}

// monthForm is how a month is written.
const monthForm = "2006-01"

// ParseMonth reads what String writes; anything else is Invalid (statement_month_wrong).
func ParseMonth(text string) (Month, error) {
	t, err := time.Parse(monthForm, text)
	if err != nil {
		return Month{}, models.Errorf(models.Invalid, "statement_month_wrong", "a month is written like 2026-05").With("field", "month")
	}
	return Month{t.Year(), t.Month()}, nil
}

// String writes the month.
func (m Month) String() string {
	return time.Date(m.Year, m.Of, 1, 0, 0, 0, 0, time.UTC).Format(monthForm)
}

// Next is the month after.
func (m Month) Next() Month {
	t := time.Date(m.Year, m.Of+1, 1, 0, 0, 0, 0, time.UTC)
	return Month{t.Year(), t.Month()}
}

// From is when the month begins in a zone: the first moment at which clocks there show its first day, or a later one if they
// skip it. It ends when the next one begins, so that every moment is in exactly one month, whatever the clocks do.
func (m Month) From(zone *time.Location) models.Millis {
	first := time.Date(m.Year, m.Of, 1, 0, 0, 0, 0, time.UTC)
	begin := first.Add(-27 * time.Hour) // no zone is farther from UTC
	minutes := sort.Search(54*60, func(n int) bool {
		y, mo, d := begin.Add(time.Duration(n) * time.Minute).In(zone).Date()
		return !time.Date(y, mo, d, 0, 0, 0, 0, time.UTC).Before(first)
	})
	return models.MillisOf(begin.Add(time.Duration(minutes) * time.Minute))
}

// Until is when the month is over.
func (m Month) Until(zone *time.Location) models.Millis { return m.Next().From(zone) }

// MonthAt is the month in which a moment is.
func MonthAt(at models.Millis, zone *time.Location) Month {
	t := at.Time().In(zone)
	m := Month{t.Year(), t.Month()}
	if at < m.From(zone) { // clocks were set back over midnight: the first day was there before, for a moment
		t = time.Date(m.Year, m.Of-1, 1, 0, 0, 0, 0, time.UTC)
		return Month{t.Year(), t.Month()}
	}
	if at >= m.Until(zone) {
		return m.Next()
	}
	return m
}
