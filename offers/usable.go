package offers

import (
	"fmt"
	"slices"
	"time"

	"siyu/models"
)

// maxSpans bounds how many blackout spans terms may have, and maxWeek how far ahead the end of one is looked for.
const (
	maxSpans = 21
	maxWeek  = 8 * 24 * time.Hour
)

// Usable says whether a voucher may be used now in a shop (zero: a brand without shops) whose clocks are in zone, by its terms and
// its own validity; pure. Whether it was used already is the redemption's to say. It fails with not_yet_valid, voucher_expired,
// blackout, which says when it can be used next, or wrong_shop.
func Usable(t models.Terms, v models.Voucher, shop models.ShopID, zone *time.Location, now models.Millis) error {
	at := func(m models.Millis) string { return m.Time().In(zone).Format("2006-01-02 15:04") }
	switch {
	case now < v.ValidFrom:
		return models.Errorf(models.Conflict, "not_yet_valid", "good only later").With("at", at(v.ValidFrom))
	case now >= v.ValidTo:
		return models.Errorf(models.Conflict, "voucher_expired", "no longer valid").With("at", at(v.ValidTo))
	}
	if shops := t.Shops(); len(shops) > 0 && !slices.Contains(shops, shop) {
		return models.Errorf(models.Conflict, "wrong_shop", "the voucher is for other shops")
	}
	if next, closed := closedUntil(t.Blackout.List(), zone, now); closed {
		return models.Errorf(models.Conflict, "blackout", "not at this hour").With("at", at(next))
	}
	return nil
}

// closedUntil reports whether a time is in a blackout, and when that ends. Both ends are read from the clocks on the wall, so an
// hour that comes twice is closed twice.
func closedUntil(spans []models.BlackoutSpan, zone *time.Location, now models.Millis) (models.Millis, bool) {
	if len(spans) == 0 || !closed(spans, now.Time().In(zone)) {
		return 0, false
	}
	t := now.Time().In(zone).Truncate(time.Minute)
	for end := t.Add(maxWeek); t.Before(end); {
		if t = t.Add(time.Minute); !closed(spans, t) {
			break
		}
	}
	return models.MillisOf(t), true
}

// closed reports whether a local time is in one of the spans.
func closed(spans []models.BlackoutSpan, t time.Time) bool {
	day, minute := int(t.Weekday()), t.Hour()*60+t.Minute()
	return slices.ContainsFunc(spans, func(s models.BlackoutSpan) bool {
		today, yesterday := slices.Contains(s.Days, day), slices.Contains(s.Days, (day+6)%7)
		if s.From < s.To {
			return today && minute >= s.From && minute < s.To
		}
		return today && minute >= s.From || yesterday && minute < s.To
	})
}

// checkBlackout says what is wrong with some spans: there must be an hour left in the week.
func checkBlackout(spans []models.BlackoutSpan) error {
	bad := func(field, code, text string) error {
		return models.Errorf(models.Invalid, code, "%s", text).With("field", field)
	}
	if len(spans) > maxSpans {
		return bad("blackout", "bad_field", "there are too many spans")
	}
	for _, s := range spans {
		odd := slices.ContainsFunc(s.Days, func(d int) bool { return d < 0 || d > 6 })
		if len(s.Days) == 0 || len(s.Days) > 7 || odd || s.From < 0 || s.From > 1439 || s.To < 1 || s.To > 1440 {
			return bad("blackout", "bad_field", "a span has days 0 to 6, begins at minute 0 to 1439 and ends at 1 to 1440")
		}
	}
	sunday := time.Date(2026, 1, 4, 0, 0, 0, 0, time.UTC)
	for m := range 7 * 24 * 60 {
		if !closed(spans, sunday.Add(time.Duration(m)*time.Minute)) {
			return nil
		}
	}
	return bad("blackout", "blackout_always", "a voucher can never be used")
}

// ZoneOf is where a community's clocks are.
func ZoneOf(sc *models.Scope) (*time.Location, error) {
	c, err := sc.ReadCommunity(sc.Community)
	if err != nil {
		return nil, err
	}
	zone, err := time.LoadLocation(c.Zone)
	if err != nil {
		return nil, fmt.Errorf("zone of the community: %w", err)
	}
	return zone, nil
}
