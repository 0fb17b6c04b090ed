package throttle_test

import (
	"testing"
	"time"

	"siyu/throttle"
)

// Every minute of the days around each clock change from 2020 to 2035 is compared with the standard library's reading of
// the local clock; and each span's end is the minute at which that reading changes.
func TestQuietAgainstLocalClock(t *testing.T) {
	t.Parallel()
	zones := []string{
		"America/Vancouver", "America/Toronto", "America/St_Johns", "America/Santiago", "America/Asuncion",
		"Australia/Lord_Howe", "Australia/Sydney", "Asia/Shanghai", "Asia/Beirut", "Africa/Cairo", "Africa/Casablanca",
		"Europe/London", "Europe/Dublin", "Atlantic/Azores", "Pacific/Auckland", "Pacific/Chatham", "Antarctica/Troll", "UTC",
	}
	hours := [][2]int{{21*60 + 30, 8 * 60}, {22 * 60, 90}, {0, 60}, {90, 150}, {23*60 + 45, 15}}
	for _, zone := range zones {
		t.Run(zone, func(t *testing.T) {
			t.Parallel()
			loc, err := time.LoadLocation(zone)
			if err != nil {
				t.Fatal(err)
			}
			for _, h := range hours {
				q := quiet(t, zone, h[0], h[1])
				for day := time.Date(2020, 1, 1, 0, 0, 0, 0, time.UTC); day.Year() < 2036; day = day.AddDate(0, 0, 1) {
					if changes(day, loc) {
						walk(t, q, loc, h, day)
					}
				}
				walk(t, q, loc, h, time.Date(2026, 6, 1, 0, 0, 0, 0, time.UTC))
			}
		})
	}
}

func changes(day time.Time, loc *time.Location) bool {
	_, a := day.AddDate(0, 0, -1).In(loc).Zone()
	_, b := day.AddDate(0, 0, 1).In(loc).Zone()
	return a != b
}

func walk(t *testing.T, q *throttle.Quiet, loc *time.Location, h [2]int, day time.Time) {
	t.Helper()
	reads := func(x time.Time) bool {
		local := x.In(loc)
		m := local.Hour()*60 + local.Minute()
		if h[0] < h[1] {
			return h[0] <= m && m < h[1]
		}
		return m >= h[0] || m < h[1]
	}
	var until int64
	for x := day; x.Before(day.Add(48 * time.Hour)); x = x.Add(time.Minute) {
		got, next := q.Span(x.UnixMilli())
		if got != reads(x) {
			t.Fatalf("%v: quiet = %v at %v", h, got, x.In(loc))
		}
		if end := time.UnixMilli(next); reads(end) == got || reads(end.Add(-time.Millisecond)) != got {
			t.Fatalf("%v: the span at %v does not end at %v", h, x.In(loc), end.In(loc))
		}
		if x.UnixMilli() < until && next != until {
			t.Fatalf("%v: at %v the span's end moved from %d to %d", h, x.In(loc), until, next)
		}
		until = next
	}
}

// An allowed interval never touches the night, and the next slot of a refusal at night is its end.
func TestIntervalEndsBeforeNight(t *testing.T) {
	t.Parallel()
	for _, zone := range []string{"America/Vancouver", "Australia/Lord_Howe", "Asia/Shanghai", "America/Santiago"} {
		q := quiet(t, zone, 22*60, 8*60)
		in := throttle.Input{Quiet: q, Hold: 12 * hour, MinWindow: 30 * minute}
		start := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC).UnixMilli()
		for now := start; now < start+365*day; now += 17 * minute {
			v := throttle.Decide(in, now)
			if !v.Allow {
				if v.Next <= now || v.Next > now+12*hour || !throttle.Decide(in, v.Next).Allow || throttle.Decide(in, v.Next-1).Allow {
					t.Fatalf("%s: at %v next = %d", zone, time.UnixMilli(now), v.Next)
				}
				continue
			}
			if now, until := q.Span(v.S); now || until <= v.E {
				t.Fatalf("%s: [%d,%d] touches the night at %d", zone, v.S, v.E, until)
			}
		}
	}
}

func TestNewQuietRefuses(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		zone     string
		from, to int
	}{{"Mars/Olympus", 0, 1}, {"", 0, 1}, {"Local", 0, 1}, {"UTC", -1, 5}, {"UTC", 0, 1440}} {
		if _, err := throttle.NewQuiet(tt.zone, throttle.Hours{From: tt.from, To: tt.to}); err == nil {
			t.Errorf("NewQuiet(%q, %d, %d): no error", tt.zone, tt.from, tt.to)
		}
	}
}

func TestReasonNames(t *testing.T) {
	t.Parallel()
	var all throttle.Reasons
	seen := map[string]bool{}
	for r := throttle.OfferEnded; r <= throttle.Turn; r++ {
		all = all.With(r)
		if seen[r.String()] || r.String() == "" {
			t.Errorf("reason %d has no name of its own: %q", r, r)
		}
		seen[r.String()] = true
	}
	n := 0
	for r := range all.All() {
		if !all.Has(r) {
			t.Errorf("%s is listed and not in the set", r)
		}
		n++
	}
	if n != len(seen) || throttle.Reason(99).String() != "unknown" || throttle.Reasons(0).With(throttle.None) != 0 {
		t.Errorf("the set lists %d of %d", n, len(seen))
	}
}
