package funnel

import (
	"cmp"
	"math"
	"slices"
	"sort"
	"time"

	"siyu/models"
)

// DefaultWindow is the longest time from the first to the last touch of a chain. It is long because sponsored posts
// are rationed: the first offer a group may get can come weeks after the scan, and a return takes one more week. The
// price is that a cohort is final only a month after its last day.
const DefaultWindow = 30 * 24 * time.Hour

// The dimensions of a journey.
const (
	DimAll   = "all"   // attempts start with a video; the value is 0
	DimVideo = "video" // attempts start with a video; the value is the video, 0 if unknown
	DimGroup = "group" // attempts start with joining a group; the value is the group, 0 if unknown
)

// Journeys returns how far the person who did all these touches came: one row per value of each dimension, sorted by
// dimension and value. A row of the video dimensions has a level from Video on; a row of the group dimension, which
// people who came without any video are in too, has one from Group on. window is inclusive and counts whole seconds;
// weeks are those of zone, UTC if nil. touches may be in any order and hold duplicates; they are not changed.
func Journeys(touches []models.Touch, zone *time.Location, window time.Duration) []models.Journey {
	if zone == nil {
		zone = time.UTC
	}
	steps := ordered(touches)
	w := walk{zone: zone, best: make(map[value]models.Journey)}
	for k := range w.chain {
		for j := range w.chain[k] {
			w.chain[k][j] = never
		}
	}
	seconds := int64(window / time.Second)
	for i := len(steps) - 1; i >= 0; i-- {
		w.back(steps[i], seconds)
	}
	rows := make([]models.Journey, 0, len(w.best))
	for _, row := range w.best {
		rows = append(rows, row)
	}
	slices.SortFunc(rows, func(a, b models.Journey) int {
		return cmp.Or(cmp.Compare(a.Dim, b.Dim), cmp.Compare(a.Val, b.Val))
	})
	return rows
}

// step is what the walk needs of a touch.
type step struct {
	sec   int64
	stage Stage
	touch *models.Touch
}

// ordered returns the touches that reach a stage by second, stage and uid. Seconds, because WeChat's callbacks carry
// no more: what happened in one second is taken in the order of the stages.
func ordered(touches []models.Touch) []step {
	steps := make([]step, 0, len(touches))
	for i := range touches {
		if s := StageOf(touches[i].Kind); s != 0 {
			steps = append(steps, step{sec: floorSecond(touches[i].At), stage: s, touch: &touches[i]})
		}
	}
	slices.SortFunc(steps, func(a, b step) int {
		return cmp.Or(cmp.Compare(a.sec, b.sec), cmp.Compare(a.stage, b.stage), cmp.Compare(a.touch.UID, b.touch.UID))
	})
	return steps
}

func floorSecond(at models.Millis) int64 { return at.Time().Unix() }

// never is later than every touch.
const never = math.MaxInt64

// value is one value of one dimension.
type value struct {
	dim string
	val int64
}

// walk goes once through a person's steps, from the last to the first.
type walk struct {
	zone *time.Location
	// chain[k][j] is the earliest second at which stage j is reached by a chain that starts with stage k among the
	// steps met so far. A chain from an earlier touch can use all a later one can, so the newest value is the least.
	chain   [last + 2][last + 1]int64
	returns []int64 // seconds of the touches that show a person is back, latest first
	best    map[value]models.Journey
}

func (w *walk) back(s step, window int64) {
	k := s.stage
	for j := k + 1; j <= last; j++ {
		w.chain[k][j] = w.chain[k+1][j]
	}
	w.chain[k][k] = s.sec
	if k == Redeem {
		w.chain[k][Repeat] = w.nextReturn(s.sec)
	}
	if isReturn(k) {
		w.returns = append(w.returns, s.sec)
	}
	switch k {
	case Video:
		level := w.level(k, s.sec+window)
		w.attempt(value{DimAll, 0}, level, s.touch.At)
		w.attempt(value{DimVideo, int64(s.touch.VideoID)}, level, s.touch.At)
	case Group:
		w.attempt(value{DimGroup, int64(s.touch.GroupID)}, w.level(k, s.sec+window), s.touch.At)
	case Follow, Mini, Claim, Redeem, Repeat:
	}
}

// level is the furthest stage that a chain from an attempt at stage k reaches by the given second. Stages are reached
// in order, so the first one that is missed ends it.
func (w *walk) level(k Stage, by int64) Stage {
	reached := k
	for reached < last && w.chain[k][reached+1] <= by {
		reached++
	}
	return reached
}

// nextReturn is the earliest second after a redemption at which the person is back in a later ISO week.
func (w *walk) nextReturn(redeemed int64) int64 {
	week := w.week(redeemed)
	n := sort.Search(len(w.returns), func(i int) bool { return w.week(w.returns[i]) <= week })
	if n == 0 {
		return never
	}
	return w.returns[n-1]
}

// week numbers ISO weeks so that a later one has a greater number.
func (w *walk) week(sec int64) int {
	year, week := time.Unix(sec, 0).In(w.zone).ISOWeek()
	return year*100 + week
}

func (w *walk) attempt(v value, level Stage, at models.Millis) {
	row, known := w.best[v]
	if !known {
		row = models.Journey{Dim: v.dim, Val: v.val, FirstAt: at}
	}
	row.Level = max(row.Level, int(level))
	row.FirstAt = min(row.FirstAt, at)
	w.best[v] = row
}
