package story

import (
	"cmp"
	"context"
	"reflect"
	"slices"
	"testing"
	"time"
)

func testSetting(t *testing.T, seed int64) setting {
	t.Helper()
	zone, err := time.LoadLocation(Zone)
	if err != nil {
		t.Fatal(err)
	}
	s := setting{seed: seed, start: Start(), end: Start().Add(28 * day), zone: zone, groups: 3}
	entry := 0
	for _, c := range videoCasts() {
		a := airing{at: Start().Add(c.after), pull: c.pull}
		for range c.groups {
			a.entries = append(a.entries, entry)
			entry++
		}
		s.videos = append(s.videos, a)
	}
	return s
}

func TestPopulationIsTheSameForASeed(t *testing.T) {
	t.Parallel()
	s := testSetting(t, 7)
	a, b := population(s, 300), population(s, 300)
	if !reflect.DeepEqual(a, b) {
		t.Error("two populations of one seed differ")
	}
	if !reflect.DeepEqual(population(s, 40), a[:40]) {
		t.Error("a person depends on how many others there are")
	}
	if reflect.DeepEqual(population(testSetting(t, 8), 300), a) {
		t.Error("two seeds give one population")
	}
}

func TestPopulationIsPlausible(t *testing.T) {
	t.Parallel()
	s := testSetting(t, 1)
	count := map[origin]int{}
	inTime := 0
	for _, p := range population(s, 3000) {
		count[p.origin]++
		for _, sc := range p.scans {
			local := sc.at.In(s.zone)
			if minute := local.Hour()*60 + local.Minute(); minute < 450 || minute >= 23*60 {
				t.Fatalf("person %d scans at %s", p.n, local.Format(time.DateTime))
			}
			if sc.at.Before(s.start) || sc.at.Nanosecond() != 0 {
				t.Fatalf("person %d scans at %s", p.n, sc.at)
			}
			if sc.at.Before(s.end) {
				inTime++
			}
		}
		if p.origin == fromVideo && len(p.scans) == 0 {
			t.Fatalf("person %d comes from a video and scans none", p.n)
		}
		if !slices.IsSortedFunc(p.scans, func(a, b scan) int { return a.at.Compare(b.at) }) {
			t.Fatalf("person %d scans backwards", p.n)
		}
	}
	if sum := count[fromVideo] + count[fromFriend] + count[fromSearch]; sum != 3000 {
		t.Errorf("%d people of 3000 come from somewhere", sum)
	}
	for o, want := range map[origin]int{fromVideo: 2400, fromFriend: 390, fromSearch: 210} {
		if got := count[o]; got < want*8/10 || got > want*12/10 {
			t.Errorf("origin %d: %d people, about %d expected", o, got, want)
		}
	}
	if inTime < 2800 {
		t.Errorf("only %d scans happen within the story", inTime)
	}
}

func TestQueueHandsOutInOrder(t *testing.T) {
	t.Parallel()
	r := stream(3, "queue")
	var q queue
	for range 500 {
		q.plan(Start().Add(between(r, 0, time.Minute)), "", func(context.Context) error { return nil })
	}
	var got []event
	for e, more := q.next(); more; e, more = q.next() {
		got = append(got, e)
	}
	sorted := slices.IsSortedFunc(got, func(a, b event) int {
		return cmp.Or(a.at.Compare(b.at), cmp.Compare(a.seq, b.seq))
	})
	if len(got) != 500 || !sorted {
		t.Errorf("%d events, in order: %v", len(got), sorted)
	}
}

func TestAwake(t *testing.T) {
	t.Parallel()
	zone := testSetting(t, 1).zone
	for clock, want := range map[string]string{ // the day the answer falls on
		"2026-03-07 22:59": "2026-03-07", "2026-03-07 23:00": "2026-03-08", "2026-03-08 00:30": "2026-03-08",
		"2026-03-08 07:29": "2026-03-08", "2026-03-08 07:30": "2026-03-08", "2026-03-31 23:30": "2026-04-01",
	} {
		at, err := time.ParseInLocation("2006-01-02 15:04", clock, zone)
		if err != nil {
			t.Fatal(err)
		}
		got := awake(stream(1, clock), at, zone)
		if got.Before(at) || got.Format(time.DateOnly) != want || got.Hour() < 7 {
			t.Errorf("%s: %s", clock, got)
		}
	}
}

func TestMistypeChangesOneCharacter(t *testing.T) {
	t.Parallel()
	for at := range 20 {
		const code = "4F7K-9QXW-2HJN"
		wrong := mistype(code, at)
		differ := 0
		for i := range code {
			if code[i] != wrong[i] {
				differ++
			}
		}
		if len(wrong) != len(code) || differ != 1 {
			t.Errorf("%s became %s", code, wrong)
		}
	}
}

func TestPlacementCode(t *testing.T) {
	t.Parallel()
	for page, want := range map[string]string{
		"pages/offer/index?placement=abc": "abc", "pages/wall.html?p=XY_9&s=1": "XY_9", "pages/wall": "", "pages/wall?x=1": "",
	} {
		got, err := placementCode(page)
		if got != want || (err != nil) != (want == "") {
			t.Errorf("%s: %q, %v", page, got, err)
		}
	}
}
