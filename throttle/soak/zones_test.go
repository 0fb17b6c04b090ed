package soak_test

import (
	"archive/zip"
	"fmt"
	"path/filepath"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"siyu/throttle"
)

// around is how far on both sides of a change of the clocks each minute is looked at: the local days that a change can
// make longer, shorter or leave out.
const around = 30 * hour

// TestEveryZone walks each change of the clocks of every zone from 2025 to 2035 by the minute: quiet hours and local days,
// weeks and months must be what the time package says, and a day must begin where it says so. Zones that have the same
// changes by the same amounts are walked once.
func TestEveryZone(t *testing.T) {
	t.Parallel()
	type walk struct {
		zone string
		at   []int64
	}
	walks, known, withChange := []walk(nil), map[string]bool{}, 0
	for _, name := range zoneNames() {
		loc, err := time.LoadLocation(name)
		if err != nil {
			t.Fatal(err)
		}
		all := changes(loc)
		if len(all) > 0 {
			withChange++
		} else {
			all = []int64{time.Date(2028, 2, 29, 12, 0, 0, 0, time.UTC).UnixMilli()} // an ordinary leap day
		}
		key := ""
		for _, x := range all {
			_, a := time.UnixMilli(x - 1).In(loc).Zone()
			_, b := time.UnixMilli(x).In(loc).Zone()
			key += fmt.Sprint(x, a, b, ";")
		}
		if len(all) == 1 {
			_, a := time.UnixMilli(all[0]).In(loc).Zone()
			key += fmt.Sprint(a)
		}
		if !known[key] {
			known[key] = true
			walks = append(walks, walk{name, all})
		}
	}
	var next, minutes atomic.Int64
	var all sync.WaitGroup
	for range runtime.GOMAXPROCS(0) {
		all.Go(func() {
			for n := next.Add(1) - 1; n < int64(len(walks)); n = next.Add(1) - 1 {
				walked, err := walkZone(walks[n].zone, walks[n].at)
				if minutes.Add(walked); err != nil {
					t.Errorf("%s: %v", walks[n].zone, err)
				}
			}
		})
	}
	all.Wait()
	t.Logf("%d zones, %d of them with a change from %d to %d, %d different: %d minutes walked", len(zoneNames()), withChange,
		firstYear, lastYear, len(walks), minutes.Load())
	if withChange < 100 {
		t.Error("hardly any zone changes its clocks: the list is wrong")
	}
}

// walkZone looks at each minute around the changes of one zone.
func walkZone(zone string, at []int64) (minutes int64, err error) {
	loc, err := time.LoadLocation(zone)
	if err != nil {
		return 0, err
	}
	night := throttle.Hours{From: 22*60 + 30, To: 7*60 + 15}
	early := throttle.Hours{From: 1*60 + 30, To: 2*60 + 30} // most changes lie here
	quiet, err := throttle.NewQuiet(zone, night)
	if err != nil {
		return 0, err
	}
	both, err := quiet.Quiet(night, early)
	if err != nil {
		return 0, err
	}
	for _, x := range at {
		w := newWalk(loc, quiet, both)
		for t := x/minute*minute - around; t < x+around; t += minute {
			if err := w.minute(t, night, early); err != nil {
				return minutes, err
			}
			minutes++
		}
	}
	return minutes, nil
}

// walk remembers what the kernel has foretold, until the minute comes.
type walk struct {
	loc         *time.Location
	quiet, both *throttle.Quiet
	spanEnd     int64 // quiet changes then, as both was last asked
	spanQuiet   bool
	unitEnd     [3]int64 // the day, week and month end then
	date        [3]string
}

func newWalk(loc *time.Location, quiet, both *throttle.Quiet) *walk {
	return &walk{loc: loc, quiet: quiet, both: both}
}

func within(h throttle.Hours, clock int) bool {
	if h.From < h.To {
		return h.From <= clock && clock < h.To
	}
	return clock >= h.From || clock < h.To
}

// minute compares one minute, at its first and its last millisecond.
func (w *walk) minute(t int64, night, early throttle.Hours) error {
	local := time.UnixMilli(t).In(w.loc)
	clock := local.Hour()*60 + local.Minute()
	want := within(night, clock)
	for _, x := range []int64{t, t + minute - 1} {
		if is, _ := w.quiet.Span(x); is != want {
			return fmt.Errorf("at %s quiet is %v", local, is)
		}
	}
	want = want || within(early, clock)
	is, until := w.both.Span(t)
	if is != want || w.spanEnd > t && is != w.spanQuiet || w.spanEnd == t && is == w.spanQuiet ||
		w.spanEnd > t && until != w.spanEnd {
		return fmt.Errorf("at %s quiet is %v until %d, foretold %v until %d", local, is, until, w.spanQuiet, w.spanEnd)
	}
	w.spanQuiet, w.spanEnd = is, until
	return w.units(t, local)
}

// units compares local day, week and month: one cap of a single post each, and a post at t.
func (w *walk) units(t int64, local time.Time) error {
	y, week := local.ISOWeek()
	dates := [3]string{local.Format(time.DateOnly), fmt.Sprint(y, "w", week), local.Format("2006-01")}
	for i, u := range []throttle.Unit{throttle.Day, throttle.Week, throttle.Month} {
		if w.unitEnd[i] > t && dates[i] != w.date[i] {
			return fmt.Errorf("at %s %s has ended; its end was foretold for %d", local, w.date[i], w.unitEnd[i])
		}
		if w.unitEnd[i] == t && dates[i] == w.date[i] {
			return fmt.Errorf("at %s %s should have ended", local, w.date[i])
		}
		if w.unitEnd[i] > t && t%hour != 0 { // ask again each hour
			continue
		}
		in := throttle.Input{Clock: &w.quiet.Clock, Hold: 400 * day, Calendar: []throttle.Calendar{{K: 1, Unit: u}}}
		v := throttle.Decide(in, t)
		in.Live = []throttle.Entry{{Interval: throttle.Interval{S: t, E: t}}}
		held := throttle.Decide(in, t)
		if !v.Allow || held.Allow || held.Next != v.E+1 {
			return fmt.Errorf("at %s: a first post %+v, a second %+v", local, v, held)
		}
		w.unitEnd[i], w.date[i] = v.E+1, dates[i]
	}
	return nil
}

// The list of zones must be that of the Go that tests, where its archive is at hand.
func TestZoneList(t *testing.T) {
	t.Parallel()
	archive, err := zip.OpenReader(filepath.Join(runtime.GOROOT(), "lib", "time", "zoneinfo.zip")) //nolint:staticcheck // where it is not known the test is skipped
	if err != nil {
		t.Skip("the archive of zones is not at hand: ", err)
	}
	defer func() { _ = archive.Close() }()
	have := zoneNames()
	for _, f := range archive.File {
		if !f.FileInfo().IsDir() && !slices.Contains(have, f.Name) {
			t.Errorf("%s is missing in testdata/zones.txt", f.Name)
		}
	}
}
