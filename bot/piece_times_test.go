package bot_test

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"siyu/bot"
	"siyu/models"
)

// zones are the names of all zones there are.
func zones(t *testing.T) []string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("..", "throttle", "soak", "testdata", "zones.txt"))
	must(t, err)
	return strings.Fields(string(text))
}

// clockChanges are the instants of a zone's changes within some years.
func clockChanges(zone *time.Location, from, to int) []time.Time {
	var all []time.Time
	offset := func(t time.Time) int { _, o := t.In(zone).Zone(); return o }
	before := offset(time.Date(from, 1, 1, 0, 0, 0, 0, time.UTC))
	for t := time.Date(from, 1, 1, 0, 0, 0, 0, time.UTC); t.Year() < to; t = t.Add(24 * time.Hour) {
		lo, hi, was := t, t.Add(24*time.Hour), before
		if before = offset(hi); before == was {
			continue
		}
		for hi.Sub(lo) > time.Second {
			if mid := lo.Add(hi.Sub(lo) / 2).Truncate(time.Second); offset(mid) == was {
				lo = mid
			} else {
				hi = mid
			}
		}
		all = append(all, hi)
	}
	return all
}

// TestNextInEveryZone asks for posts at many minutes of the days around each change of every zone's clocks, and holds the
// answers against the clock itself, read minute by minute.
func TestNextInEveryZone(t *testing.T) {
	t.Parallel()
	known, asked, shifted := map[string]bool{}, 0, 0
	for _, name := range zones(t) {
		zone, err := time.LoadLocation(name)
		must(t, err)
		for _, change := range clockChanges(zone, 2025, 2028) {
			_, before := change.Add(-time.Second).In(zone).Zone()
			_, after := change.In(zone).Zone()
			key := change.UTC().Format(time.RFC3339) + change.In(zone).Format(time.RFC3339) + change.Add(-time.Second).In(zone).Format(time.RFC3339)
			if known[key] {
				continue
			}
			known[key] = true
			a, s := walkChange(t, zone, change, after-before)
			asked, shifted = asked+a, shifted+s
		}
	}
	t.Logf("%d changes of the clocks, %d times asked for, %d of them skipped by a clock", len(known), asked, shifted)
	if len(known) < 100 || shifted < 100 {
		t.Errorf("only %d changes and %d skipped times: the list of zones is wrong", len(known), shifted)
	}
}

// walkChange asks for every quarter of an hour that a clock shows, or skips, around a change of it by so many seconds.
func walkChange(t *testing.T, zone *time.Location, change time.Time, by int) (asked, shifted int) {
	t.Helper()
	first := map[int64]time.Time{} // the first instant a local minute is shown at
	start := change.Add(-30 * time.Hour).Truncate(time.Minute)
	reading := func(x time.Time) int64 { _, o := x.In(zone).Zone(); return (x.Unix() + int64(o)) / 60 }
	for x := start; x.Before(change.Add(30 * time.Hour)); x = x.Add(time.Minute) {
		if m := reading(x); first[m].IsZero() {
			first[m] = x
		}
	}
	around := reading(change)
	for m := around - int64(max(by, -by))/60 - 120; m <= around+120; m += 15 {
		want, shown := first[m]
		if !shown {
			shifted++
			for later := m; later < m+24*60 && want.IsZero(); later++ {
				want = first[later]
			}
			if later, day := reading(want), m/(24*60); later/(24*60) > day && reading(want.Add(-time.Minute))/(24*60) < day {
				continue // no clock shows the date
			}
		}
		asked++
		s := models.Schedule{Start: models.DateText(int(m / (24 * 60))), Minute: int(m % (24 * 60)), Repeat: models.Once}
		got, ok := bot.Next(s, zone, models.MillisOf(start.Add(-48*time.Hour)))
		if !ok || got != models.MillisOf(want) {
			t.Errorf("%s, %s at minute %d: due at %v (%v), the clock says %v", zone, s.Start, s.Minute, got.Time().In(zone), ok, want.In(zone))
		}
		if again, more := bot.Next(s, zone, got); more {
			t.Errorf("%s: what is due once at %v is due again at %v", zone, got.Time(), again.Time())
		}
	}
	return asked, shifted
}

// TestNextDateThatAZoneSkips: Samoa had no 30 December 2011.
func TestNextDateThatAZoneSkips(t *testing.T) {
	t.Parallel()
	zone, err := time.LoadLocation("Pacific/Apia")
	must(t, err)
	s := models.Schedule{Start: "2011-12-28", Minute: 600, Repeat: models.Daily, Until: "2012-01-01"}
	var days []string
	for _, at := range bot.NextTimes(s, zone, 0, 10) {
		days = append(days, at.Time().In(zone).Format("01-02 15:04"))
	}
	want := []string{"12-28 10:00", "12-29 10:00", "12-31 10:00", "01-01 10:00"}
	if !slices.Equal(days, want) {
		t.Errorf("due on %v, want %v", days, want)
	}
}

// drawSchedule draws any valid schedule that begins in 2026.
func drawSchedule(r *rapid.T) models.Schedule {
	first := int(time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC).Unix() / 86400)
	date := rapid.Custom(func(r *rapid.T) string { return models.DateText(first + rapid.IntRange(0, 400).Draw(r, "date")) })
	s := models.Schedule{Start: models.DateText(first + rapid.IntRange(0, 60).Draw(r, "start")), Minute: rapid.IntRange(0, 1439).Draw(r, "minute"),
		Repeat: rapid.SampledFrom([]models.Repeat{models.Once, models.Daily, models.Weekly, models.Monthly}).Draw(r, "repeat"),
		Every:  rapid.IntRange(0, 5).Draw(r, "every"), Count: rapid.SampledFrom([]int{0, 0, 1, 3, 9}).Draw(r, "count"),
		Except: rapid.SliceOfN(date, 0, 5).Draw(r, "except")}
	if rapid.Bool().Draw(r, "ends") {
		s.Until = models.DateText(first + rapid.IntRange(60, 500).Draw(r, "until"))
	}
	switch s.Repeat {
	case models.Weekly:
		s.Days = rapid.SliceOfNDistinct(rapid.IntRange(1, 7), 0, 7, rapid.ID[int]).Draw(r, "days")
	case models.Monthly:
		if rapid.Bool().Draw(r, "by weekday") {
			s.Nth, s.Weekday = rapid.SampledFrom([]int{-1, 1, 2, 3, 4}).Draw(r, "nth"), rapid.IntRange(1, 7).Draw(r, "weekday")
		} else {
			s.MonthDay = rapid.IntRange(-1, 31).Draw(r, "month day")
		}
	case models.Once, models.Daily:
	}
	return s
}

// listDates builds a schedule's dates from its words, month by month or week by week, which is another way than asking of
// each date whether it is one.
func listDates(s models.Schedule, end time.Time) []string {
	start, _ := time.Parse(time.DateOnly, s.Start)
	every := max(s.Every, 1)
	var all []string
	add := func(d time.Time) {
		text := d.Format(time.DateOnly)
		late := s.Until != "" && text > s.Until
		if !d.Before(start) && !late && !slices.Contains(s.Except, text) && (s.Count == 0 || len(all) < s.Count) {
			all = append(all, text)
		}
	}
	iso := func(d time.Time) int { return (int(d.Weekday())+6)%7 + 1 }
	switch s.Repeat {
	case models.Once:
		add(start)
	case models.Daily:
		for d := start; d.Before(end); d = d.AddDate(0, 0, every) {
			add(d)
		}
	case models.Weekly:
		days := slices.Sorted(slices.Values(s.Days))
		if len(days) == 0 {
			days = []int{iso(start)}
		}
		for week := start.AddDate(0, 0, 1-iso(start)); week.Before(end); week = week.AddDate(0, 0, 7*every) {
			for _, d := range days {
				add(week.AddDate(0, 0, d-1))
			}
		}
	case models.Monthly:
		for month := start.AddDate(0, 0, 1-start.Day()); month.Before(end); month = month.AddDate(0, every, 0) {
			var of []time.Time // the days of the month that are meant, or could be
			for d := month; d.Month() == month.Month(); d = d.AddDate(0, 0, 1) {
				if s.Nth == 0 || iso(d) == s.Weekday {
					of = append(of, d)
				}
			}
			n := s.Nth
			if n == 0 {
				n = s.MonthDay
			}
			if n == 0 {
				n = start.Day()
			}
			if n == models.LastDay || n > len(of) {
				n = len(of)
			}
			add(of[n-1])
		}
	}
	return all
}

// TestNextDates: the dates of any schedule are those of its words, wherever one begins to ask.
func TestNextDates(t *testing.T) {
	t.Parallel()
	names := []string{"America/Vancouver", "Asia/Shanghai", "Australia/Lord_Howe", "Africa/Casablanca", "America/Scoresbysund", "UTC"}
	end := time.Date(2028, 1, 1, 0, 0, 0, 0, time.UTC)
	rapid.Check(t, func(r *rapid.T) {
		s := drawSchedule(r)
		if err := s.Validate(); err != nil {
			r.Fatal(err)
		}
		zone, err := time.LoadLocation(rapid.SampledFrom(names).Draw(r, "zone"))
		if err != nil {
			r.Fatal(err)
		}
		want := listDates(s, end.AddDate(1, 0, 0))
		var got []string
		var at []models.Millis
		for after := models.Millis(0); ; {
			next, more := bot.Next(s, zone, after)
			if !more || next.Time().After(end) {
				break
			}
			if next <= after {
				r.Fatalf("after %v comes %v", after.Time(), next.Time())
			}
			after = next
			got, at = append(got, next.Time().In(zone).Format(time.DateOnly)), append(at, next)
		}
		for len(want) > len(got) && want[len(want)-1] >= "2027-12-31" {
			want = want[:len(want)-1]
		}
		for i := range min(len(got), len(want)) { // a clock that jumps over midnight shows the next date
			shown := at[i].Time().In(zone)
			if got[i] != want[i] && (shown.Hour() != 0 || shown.Add(-time.Minute).Format(time.DateOnly) != want[i]) {
				r.Fatalf("date %d is %s, want %s", i, got[i], want[i])
			}
		}
		if len(got) != len(want) {
			r.Fatalf("%d dates %v, want %d %v", len(got), got, len(want), want)
		}
		if len(at) > 1 { // asking from any moment between two finds the second
			i := rapid.IntRange(1, len(at)-1).Draw(r, "i")
			from := at[i-1] + models.Millis(rapid.Int64Range(0, int64(at[i]-at[i-1])-1).Draw(r, "from"))
			if next, _ := bot.Next(s, zone, from); next != at[i] {
				r.Fatalf("after %v comes %v, want %v", from.Time(), next.Time(), at[i].Time())
			}
		}
	})
}
