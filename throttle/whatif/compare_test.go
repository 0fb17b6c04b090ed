package whatif

import (
	"context"
	"encoding/json"
	"errors"
	"reflect"
	"slices"
	"testing"
)

// two are two small worlds.
func two() []World {
	a, b := small(), small()
	a.Days, b.Days = 10, 10 // Siyu thinks for long once a month
	a.Name, b.Name = "mild", "harsh"
	b.Leave.Extra *= 4
	return []World{a, b}
}

// TestCompareIsTheSameForAllMachines: the number of workers does not change a digit.
func TestCompareIsTheSameForAllMachines(t *testing.T) {
	t.Parallel()
	var told []Progress
	one, err := Compare(t.Context(), Options{Worlds: two(), Seeds: 2, Workers: 1, Progress: func(p Progress) { told = append(told, p) }})
	if err != nil {
		t.Fatal(err)
	}
	three, err := Compare(t.Context(), Options{Worlds: two(), Seeds: 2, Workers: 3})
	if err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(one, three) {
		t.Errorf("one worker says %+v, three say %+v", one.Summary, three.Summary)
	}
	if len(told) != 4 || told[3] != (Progress{Done: 4, Of: 4, World: "harsh"}) {
		t.Errorf("progress %+v", told)
	}
}

// TestReportShape: the report has the policies under the names that scripts rely on, and no number that JSON cannot hold.
func TestReportShape(t *testing.T) {
	t.Parallel()
	empty := small()
	empty.Name, empty.Offers.PerWeek, empty.Leave.Extra, empty.Worth.MemberDay = "empty", 0, 0, 0
	r, err := Compare(t.Context(), Options{Worlds: append(two(), empty), Seeds: 1, Days: 6})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := json.Marshal(r); err != nil {
		t.Fatal(err)
	}
	for _, w := range r.Worlds {
		if w.Days != 6 || w.Seeds != 1 || len(w.Caps) < 14 {
			t.Errorf("%s: %d days, %d seeds, %d caps", w.Name, w.Days, w.Seeds, len(w.Caps))
		}
		for i, name := range PolicyNames() {
			if w.Policies[i].Name != name {
				t.Errorf("%s: policy %d is %s, want %s", w.Name, i, w.Policies[i].Name, name)
			}
		}
		for _, row := range w.Policies {
			if i := slices.IndexFunc(w.Caps, func(c Row) bool { return c.Name == row.Name }); i >= 0 && w.Caps[i] != row {
				t.Errorf("%s: %+v among the caps is %+v", w.Name, row, w.Caps[i])
			}
		}
	}
}

// TestCompareStops: whoever waits can give up, and nothing to run is an error.
func TestCompareStops(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	_, err := Compare(ctx, Options{Worlds: two(), Seeds: 50, Workers: 1, Progress: func(Progress) { cancel() }})
	if !errors.Is(err, context.Canceled) {
		t.Errorf("given up: %v", err)
	}
	if _, err := Compare(t.Context(), Options{}); err == nil {
		t.Error("no world is no error")
	}
}

// TestFrontier: between caps lie straight lines, caps that lose more for less are no part of it.
func TestFrontier(t *testing.T) {
	t.Parallel()
	f := newFrontier([]point{{300, 30}, {100, 20}, {400, 25}, {200, 20}})
	for _, c := range []struct{ lost, value float64 }{{0, 0}, {50, 10}, {100, 20}, {200, 25}, {300, 30}} {
		if got := f.value(c.lost); got != c.value {
			t.Errorf("for %g lost %g, want %g", c.lost, got, c.value)
		}
		if got := f.lost(c.value); got != c.lost {
			t.Errorf("for value %g %g lost, want %g", c.value, got, c.lost)
		}
	}
	if f.value(1000) != 30 || f.lost(50) != 300 {
		t.Errorf("past its end: %g and %g", f.value(1000), f.lost(50))
	}
	for _, c := range [][3]float64{{0, 0, 0}, {1, 0, mostGain}, {3, 2, 0.5}, {1, 2, -0.5}} {
		if got := gain(c[0], c[1]); got != c[2] {
			t.Errorf("gain of %g over %g is %g, want %g", c[0], c[1], got, c[2])
		}
	}
}
