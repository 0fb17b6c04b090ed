package miniprogram

import (
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"siyu/models"
)

// zones are thirty whose clocks are changed at different hours, midnight among them, in both hemispheres and by half an hour;
// the last few change no clocks.
func zones() []string {
	return []string{"America/Vancouver", "America/Toronto", "America/St_Johns", "America/Havana", "America/Santiago", "America/Asuncion",
		"America/Nuuk", "America/Scoresbysund", "Atlantic/Azores", "Europe/London", "Europe/Dublin", "Europe/Berlin", "Europe/Lisbon", "Europe/Athens",
		"Europe/Chisinau", "Asia/Beirut", "Asia/Jerusalem", "Africa/Cairo", "Africa/Casablanca", "Australia/Sydney", "Australia/Adelaide",
		"Australia/Lord_Howe", "Pacific/Auckland", "Pacific/Chatham", "Pacific/Easter", "Pacific/Norfolk", "Antarctica/Troll",
		"Asia/Shanghai", "Asia/Kathmandu", "Pacific/Kiritimati"}
}

func rules() models.StreakRules { return models.DefaultRewards().Streak }

// TestStreakOverClockChanges: who comes on every day of her calendar, at whatever hour, has one day more each day, and a second
// visit on a day gives nothing: for the days around each on which the clocks are changed, in thirty zones, and some others.
func TestStreakOverClockChanges(t *testing.T) {
	t.Parallel()
	const around = 4 // days before and after
	changes := 0
	for _, name := range zones() {
		zone, err := time.LoadLocation(name)
		if err != nil {
			t.Fatal(err)
		}
		starts := []int{180}
		for n := range 365 {
			if begin, end := spell(n, zone); end.Sub(begin) != 24*time.Hour {
				starts = append(starts, n-around)
				changes++
			}
		}
		for _, from := range starts {
			cameDaily(t, zone, from, 2*around+1)
		}
	}
	if changes < 40 {
		t.Errorf("only %d days had not 24 hours: are the zones still there?", changes)
	}
}

// spell is when the n-th day of 2026 begins and ends.
func spell(n int, zone *time.Location) (begin, end models.Millis) {
	return dayBegins(2026, 1, 1+n, zone), dayBegins(2026, 1, 2+n, zone)
}

// cameDaily has somebody come on n days from one on: on every other in its first instant, its middle and its last, on the others
// only in the last.
func cameDaily(t *testing.T, zone *time.Location, from, n int) {
	t.Helper()
	var all []models.CheckIn
	var days []int
	r := rules()
	r.FreezeEvery = 0
	for d := range n {
		begin, end := spell(from+d, zone)
		visits := []models.Millis{begin, begin + 1, begin + (end-begin)/2, end - 1}
		if d%2 == 1 {
			visits = visits[3:]
		}
		for i, at := range visits {
			got, today, fresh := calendar(all, zone, at, r.ZoneHoldDays)
			if got != zone || fresh != (i == 0) {
				t.Fatalf("%s: visit %d (%s) is new: %v", zone, i, at.Time().In(zone), fresh)
			}
			if fresh {
				all = append(all, models.CheckIn{Day: today, Zone: zone.String(), At: at})
				days = append(days, today)
			}
			if s := streakOf(days, today, r); s.Days != d+1 || !s.Today {
				t.Fatalf("%s: a streak of %d after %d days", zone, s.Days, d+1)
			}
		}
	}
}

// TestTravelGainsNothing: however often a phone tells another zone, each day is later than the one before, is the date in a
// zone that was told, and in no stretch of time are there more days than the dates that began in it, and one.
func TestTravelGainsNothing(t *testing.T) {
	t.Parallel()
	names := zones()
	rapid.Check(t, func(t *rapid.T) {
		at := models.Millis(1_770_000_000_000)
		var all []models.CheckIn
		for range rapid.IntRange(1, 120).Draw(t, "visits") {
			at += models.Millis(rapid.Int64Range(0, int64(30*time.Hour/time.Millisecond)).Draw(t, "later"))
			asked, err := time.LoadLocation(rapid.SampledFrom(names).Draw(t, "zone"))
			if err != nil {
				t.Fatal(err)
			}
			zone, today, fresh := calendar(all, asked, at, 7)
			if fresh {
				if n := len(all); n > 0 && (all[n-1].Day >= today || dayIn(at, zoneOf(all[n-1].Zone)) <= all[n-1].Day) {
					t.Fatalf("day %d after %+v", today, all[n-1])
				}
				all = append(all, models.CheckIn{Day: today, Zone: zone.String(), At: at})
			}
		}
		for i := range all {
			for j := i + 1; j < len(all); j++ {
				// the calendars of two places on earth are at most 26 hours apart
				if spell := all[j].At.Sub(all[i].At) + 26*time.Hour; j-i > int(spell/(24*time.Hour))+1 {
					t.Fatalf("%d days in %s", j-i+1, all[j].At.Sub(all[i].At))
				}
			}
			if i > 0 && all[i].Zone != all[i-1].Zone {
				for _, c := range all[:i] {
					if c.Zone != all[i-1].Zone && c.At > all[i].At.Add(-7*24*time.Hour) {
						t.Fatal("the zone changed twice in a week")
					}
				}
			}
		}
	})
}

// TestStreakIsOfTheSet: the order of days and their repetition do not matter, and two people's days together are what their
// union is.
func TestStreakIsOfTheSet(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		days := rapid.SliceOfN(rapid.IntRange(100, 160), 0, 60).Draw(t, "days")
		want := streakOf(days, 160, rules())
		mixed := append(rapid.Permutation(days).Draw(t, "order"), days...)
		got := streakOf(mixed, 160, rules())
		if got.Days != want.Days || got.Longest != want.Longest || got.Total != want.Total || got.Freezes != want.Freezes || !slices.Equal(got.Frozen, want.Frozen) {
			t.Fatalf("%+v, %+v", got, want)
		}
		if plain, strict := bruteStreak(days, 160), (models.StreakRules{}); streakOf(days, 160, strict).Days != plain {
			t.Fatalf("without freezes %d, by counting back %d", streakOf(days, 160, strict).Days, plain)
		}
		if got.Days > got.Total || got.Freezes > rules().FreezeMost || got.Longest < got.Days {
			t.Fatalf("%+v", got)
		}
	})
}

// bruteStreak counts back from today, or from yesterday.
func bruteStreak(days []int, today int) int {
	n, d := 0, today
	if !slices.Contains(days, d) {
		d--
	}
	for slices.Contains(days, d) {
		n, d = n+1, d-1
	}
	return n
}

// TestFreezes: what is earned with seven days in a row forgives one missed day, two are the most, and a longer gap begins anew.
func TestFreezes(t *testing.T) {
	t.Parallel()
	run := func(from, to int) (days []int) {
		for d := from; d <= to; d++ {
			days = append(days, d)
		}
		return days
	}
	for name, c := range map[string]struct {
		days          []int
		today         int
		want, freezes int
		frozen        []int
	}{
		"nothing":                          {nil, 10, 0, 0, nil},
		"one day":                          {[]int{10}, 10, 1, 0, nil},
		"yesterday still counts":           {[]int{8, 9}, 10, 2, 0, nil},
		"a missed day without a freeze":    {[]int{7, 8}, 10, 0, 0, nil},
		"seven earn one":                   {run(1, 7), 7, 7, 1, nil},
		"it forgives a day":                {append(run(1, 7), 9), 9, 8, 0, []int{8}},
		"it forgives one that is not over": {run(1, 7), 9, 7, 0, []int{8}},
		"and not two":                      {run(1, 7), 10, 0, 1, nil},
		"fourteen earn two":                {append(run(1, 14), 17), 17, 15, 0, []int{15, 16}},
		"twenty-one no more":               {run(1, 21), 21, 21, 2, nil},
		"a break begins anew":              {append(run(1, 7), 20, 21), 21, 2, 1, nil},
	} {
		if got := streakOf(c.days, c.today, rules()); got.Days != c.want || got.Freezes != c.freezes || !slices.Equal(got.Frozen, c.frozen) {
			t.Errorf("%s: %+v", name, got)
		}
	}
}

// TestMakeUps: a missed day can be made up for three days, twice a month, and not before the first.
func TestMakeUps(t *testing.T) {
	t.Parallel()
	at := func(day int) models.Millis { return models.Millis(day) * 24 * 3600_000 }
	month := monthIn(time.UTC)
	day := dayIn(models.MillisOf(time.Date(2026, 5, 20, 12, 0, 0, 0, time.UTC)), time.UTC)
	in := func(d int, made bool) models.CheckIn { return models.CheckIn{Day: d, At: at(d), MadeUp: made} }
	for name, c := range map[string]struct {
		all  []models.CheckIn
		want []int
		left int
	}{
		"nothing was missed before the first": {[]models.CheckIn{in(day-1, false)}, nil, 2},
		"three days back":                     {[]models.CheckIn{in(day-9, false)}, []int{day - 1, day - 2, day - 3}, 2},
		"not what she has":                    {[]models.CheckIn{in(day-9, false), in(day-2, false)}, []int{day - 1, day - 3}, 2},
		"one left":                            {[]models.CheckIn{in(day-9, false), in(day-2, true)}, []int{day - 1, day - 3}, 1},
		"none left":                           {[]models.CheckIn{in(day-9, false), in(day-2, true), in(day-3, true)}, nil, 0},
		"last month's do not count":           {[]models.CheckIn{in(day-50, false), in(day-31, true), in(day-32, true)}, []int{day - 1, day - 2, day - 3}, 2},
	} {
		if got, left := makeUps(c.all, day, month, at(day), rules()); !slices.Equal(got, c.want) || left != c.left {
			t.Errorf("%s: %v and %d left", name, got, left)
		}
	}
}

// TestDayBegins: the first instant of a day is of that day, and the one before is not, where there is no midnight or two as well.
func TestDayBegins(t *testing.T) {
	t.Parallel()
	for _, name := range zones() {
		zone, err := time.LoadLocation(name)
		if err != nil {
			t.Fatal(err)
		}
		for n := range 366 {
			noon := time.Date(2026, 1, 1+n, 12, 0, 0, 0, time.UTC)
			at, want := dayBegins(noon.Year(), noon.Month(), noon.Day(), zone), dayIn(models.MillisOf(noon), time.UTC)
			if dayIn(at, zone) != want || dayIn(at-1, zone) >= want {
				t.Errorf("%s: %s begins %s", name, noon.Format(time.DateOnly), at.Time().In(zone))
			}
		}
	}
}
