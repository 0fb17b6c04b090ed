package funnel_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"

	"siyu/funnel"
	"siyu/models"
)

// before is the order of touches, written out.
func before(a, b models.Touch) bool {
	x, y := a.At.Time().Unix(), b.At.Time().Unix()
	if x != y {
		return x < y
	}
	p, q := funnel.StageOf(a.Kind), funnel.StageOf(b.Kind)
	if p != q {
		return p < q
	}
	return a.UID < b.UID
}

// furthest tries every chain that goes on from e, which was taken for stage k of a chain that began at first.
func furthest(all []models.Touch, e models.Touch, k funnel.Stage, first int64, zone *time.Location, window int64) funnel.Stage {
	reached := k
	for _, next := range all {
		if !before(e, next) || next.At.Time().Unix()-first > window {
			continue
		}
		switch {
		case k < funnel.Redeem && funnel.StageOf(next.Kind) == k+1:
			reached = max(reached, furthest(all, next, k+1, first, zone, window))
		case k == funnel.Redeem && isVisit(next.Kind) && weekOf(next, zone).After(weekOf(e, zone)):
			reached = funnel.Repeat
		}
	}
	return reached
}

func isVisit(k models.TouchKind) bool {
	return k == models.TouchMini || k == models.TouchClaim || k == models.TouchRedeem
}

// weekOf is the Monday of a touch's week, as a calendar date.
func weekOf(t models.Touch, zone *time.Location) time.Time {
	y, m, d := t.At.Time().In(zone).Date()
	date := time.Date(y, m, d, 0, 0, 0, 0, time.UTC)
	for date.Weekday() != time.Monday {
		date = date.AddDate(0, 0, -1)
	}
	return date
}

// brute is the definition, attempt by attempt and chain by chain.
func brute(all []models.Touch, zone *time.Location, window time.Duration) []models.Journey {
	var rows []models.Journey
	add := func(dim string, val int64, level funnel.Stage, at models.Millis) {
		i := slices.IndexFunc(rows, func(r models.Journey) bool { return r.Dim == dim && r.Val == val })
		if i < 0 {
			rows = append(rows, models.Journey{Dim: dim, Val: val, FirstAt: at})
			i = len(rows) - 1
		}
		rows[i].Level = max(rows[i].Level, int(level))
		rows[i].FirstAt = min(rows[i].FirstAt, at)
	}
	for _, e := range all {
		k := funnel.StageOf(e.Kind)
		if k != funnel.Video && k != funnel.Group {
			continue
		}
		level := furthest(all, e, k, e.At.Time().Unix(), zone, int64(window/time.Second))
		if k == funnel.Group {
			add(funnel.DimGroup, int64(e.GroupID), level, e.At)
			continue
		}
		add(funnel.DimAll, 0, level, e.At)
		add(funnel.DimVideo, int64(e.VideoID), level, e.At)
	}
	return rows
}

var kinds = []models.TouchKind{models.TouchVideo, models.TouchFollow, models.TouchGroup, models.TouchMini,
	models.TouchClaim, models.TouchRedeem, models.TouchLeave}

// drawTouches makes touches that collide often: few moments, many of them a window or a week apart, and enough that
// long chains are common.
func drawTouches(t *rapid.T, window time.Duration) []models.Touch {
	n := rapid.IntRange(0, 16).Draw(t, "n")
	climb := rapid.Bool().Draw(t, "climb") // touches that tend to follow the stages
	moments := []time.Duration{0, 300 * time.Millisecond, time.Second, time.Hour, day, window - time.Second, window,
		window + time.Second, week - time.Second, week, week + day}
	all := make([]models.Touch, n)
	base := time.Duration(0)
	for i := range all {
		kind := rapid.SampledFrom(kinds).Draw(t, "kind")
		if climb {
			kind = kinds[i%6]
			base += rapid.SampledFrom([]time.Duration{0, time.Second, time.Hour, day}).Draw(t, "step")
		}
		all[i] = at(base+rapid.SampledFrom(moments).Draw(t, "moment"), kind,
			uid(fmt.Sprint(rapid.IntRange(0, 9).Draw(t, "uid"), "-", i)),
			video(models.VideoID(rapid.IntRange(0, 2).Draw(t, "video"))),
			group(models.GroupID(rapid.IntRange(0, 2).Draw(t, "group"))))
	}
	return all
}

func sortRows(a, b models.Journey) bool {
	return a.Dim < b.Dim || (a.Dim == b.Dim && a.Val < b.Val)
}

func TestJourneysEqualTheDefinition(t *testing.T) {
	t.Parallel()
	zone := vancouver(t)
	rapid.Check(t, func(t *rapid.T) {
		window := rapid.SampledFrom([]time.Duration{time.Hour, 8 * day, 30 * day}).Draw(t, "window")
		touches := drawTouches(t, window)
		want := brute(touches, zone, window)
		got := funnel.Journeys(touches, zone, window)
		if diff := cmp.Diff(want, got, cmpopts.SortSlices(sortRows), cmpopts.EquateEmpty()); diff != "" {
			t.Fatalf("definition -, walk +:\n%s", diff)
		}
		shuffled := append(slices.Clone(touches), touches[:len(touches)/2]...) // any order, and half of it twice
		rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 1)).Shuffle(len(shuffled), func(i, j int) {
			shuffled[i], shuffled[j] = shuffled[j], shuffled[i]
		})
		if diff := cmp.Diff(got, funnel.Journeys(shuffled, zone, window)); diff != "" {
			t.Fatalf("in order -, shuffled with duplicates +:\n%s", diff)
		}
	})
}
