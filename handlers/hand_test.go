package handlers

import (
	"testing"
	"time"

	"siyu/models"
)

// TestLastMinute: a time of day is the last one that the group's clocks have shown, also where they were changed.
func TestLastMinute(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ zone, now, said, want string }{
		"today":                      {"Asia/Shanghai", "2026-05-04T12:00:00Z", "19:59", "2026-05-04T11:59:00Z"},
		"this minute":                {"Asia/Shanghai", "2026-05-04T12:00:30Z", "20:00", "2026-05-04T12:00:00Z"},
		"yesterday":                  {"Asia/Shanghai", "2026-05-04T12:00:00Z", "20:01", "2026-05-03T12:01:00Z"},
		"the second of two":          {"America/Vancouver", "2025-11-02T09:40:00Z", "01:30", "2025-11-02T09:30:00Z"},
		"the first of two":           {"America/Vancouver", "2025-11-02T08:40:00Z", "01:30", "2025-11-02T08:30:00Z"},
		"a minute that was left out": {"America/Vancouver", "2025-03-09T12:00:00Z", "02:30", "2025-03-08T10:30:00Z"},
	} {
		said, err := time.Parse("15:04", c.said)
		if err != nil {
			t.Fatal(err)
		}
		now, err := time.Parse(time.RFC3339, c.now)
		if err != nil {
			t.Fatal(err)
		}
		if got := lastMinute(said, models.MillisOf(now), zoneOf(c.zone)).Time().UTC().Format(time.RFC3339); got != c.want {
			t.Errorf("%s: %s at %s was %s, want %s", name, c.said, c.now, got, c.want)
		}
	}
}
