package bot

import (
	"testing"
	"time"

	"siyu/models"
)

// TestPace: neither in a minute nor in an hour more calls are made than WeCom allows, less what is left to others, also by
// a process that was started again.
func TestPace(t *testing.T) {
	t.Parallel()
	o := SyncOptions{PerMinute: 10, PerHour: 25, Share: 0.8}.filled()
	start := time.Date(2026, 5, 4, 10, 0, 0, 0, time.UTC)
	made := map[time.Time]int{}
	now := start.Add(30 * time.Minute)
	p := &pace{apis: map[string]*stretch{}}
	var told models.Sync
	for range 100 {
		until, ok := p.take("x", now, o)
		if !ok {
			if !until.After(now) {
				t.Fatalf("at %v it is to wait until %v", now, until)
			}
			now = until
			continue
		}
		made[now.Truncate(time.Hour)]++
		told = models.Sync{Calls: made[now.Truncate(time.Hour)], StartedAt: models.MillisOf(now.Truncate(time.Hour)), UpdatedAt: models.MillisOf(now.Add(time.Millisecond))}
		if made[now.Truncate(time.Hour)]%7 == 0 { // the process dies, and another one begins
			p = &pace{apis: map[string]*stretch{}}
			p.learn("x", now.Add(time.Second), []models.Sync{told})
		}
	}
	for hour, n := range made {
		if n > 20 || n < 10 {
			t.Errorf("%d calls in the hour of %v, want 20 at most", n, hour)
		}
	}
	old := models.Sync{Calls: 5000, StartedAt: models.MillisOf(start.Add(-2 * time.Hour)), UpdatedAt: models.MillisOf(start.Add(-time.Hour))}
	over := models.Sync{Calls: 1200, StartedAt: models.MillisOf(start.Add(-time.Hour)), UpdatedAt: models.MillisOf(start.Add(time.Hour))}
	if a, b := callsSince(old, start), callsSince(over, start); a != 0 || b != 600 {
		t.Errorf("%d calls of a sync that ended before, %d of one that was half done", a, b)
	}
}
