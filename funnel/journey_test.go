package funnel_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"siyu/funnel"
	"siyu/models"
)

// monday is Monday, 4 May 2026, 00:00 in Vancouver.
var monday = time.Date(2026, 5, 4, 7, 0, 0, 0, time.UTC)

const (
	day  = 24 * time.Hour
	week = 7 * day
)

func vancouver(t testing.TB) *time.Location {
	t.Helper()
	zone, err := time.LoadLocation("America/Vancouver")
	if err != nil {
		t.Fatal(err)
	}
	return zone
}

// at makes a touch of a kind a while after monday; the uid tells touches of one moment apart.
func at(after time.Duration, kind models.TouchKind, with ...func(*models.Touch)) models.Touch {
	t := models.Touch{UID: string(kind) + after.String(), Kind: kind, At: models.MillisOf(monday.Add(after))}
	for _, f := range with {
		f(&t)
	}
	return t
}

func video(id models.VideoID) func(*models.Touch) { return func(t *models.Touch) { t.VideoID = id } }
func group(id models.GroupID) func(*models.Touch) { return func(t *models.Touch) { t.GroupID = id } }
func uid(u string) func(*models.Touch)            { return func(t *models.Touch) { t.UID = u } }

// through returns one touch per stage from Video to the last stage named, an hour apart, starting at start.
func through(start time.Duration, to funnel.Stage) []models.Touch {
	kinds := []models.TouchKind{models.TouchVideo, models.TouchFollow, models.TouchGroup, models.TouchMini,
		models.TouchClaim, models.TouchRedeem}
	var all []models.Touch
	for i, k := range kinds[:to] {
		all = append(all, at(start+time.Duration(i)*time.Hour, k, video(1), group(5)))
	}
	return all
}

func row(dim string, val int64, level funnel.Stage, first time.Duration) models.Journey {
	return models.Journey{Dim: dim, Val: val, Level: int(level), FirstAt: models.MillisOf(monday.Add(first))}
}

func with(base []models.Touch, more ...models.Touch) []models.Touch { return append(base, more...) }

func TestJourneys(t *testing.T) {
	t.Parallel()
	const second = time.Second
	tests := []struct {
		name    string
		touches []models.Touch
		want    []models.Journey
	}{
		{"nobody did anything", nil, nil},
		{"a scan alone", []models.Touch{at(0, models.TouchVideo, video(1))},
			[]models.Journey{row("all", 0, funnel.Video, 0), row("video", 1, funnel.Video, 0)}},
		{"a scan of an unknown video", []models.Touch{at(0, models.TouchVideo)},
			[]models.Journey{row("all", 0, funnel.Video, 0), row("video", 0, funnel.Video, 0)}},
		{"all the way to the till", through(0, funnel.Redeem),
			[]models.Journey{row("all", 0, funnel.Redeem, 0), row("group", 5, funnel.Redeem, 2*time.Hour),
				row("video", 1, funnel.Redeem, 0)}},
		{"a group without any video", []models.Touch{at(0, models.TouchGroup, group(5)), at(day, models.TouchMini)},
			[]models.Journey{row("group", 5, funnel.Mini, 0)}},
		{"a group nobody knows", []models.Touch{at(0, models.TouchGroup)},
			[]models.Journey{row("group", 0, funnel.Group, 0)}},
		{"leaving is no stage", []models.Touch{at(0, models.TouchLeave, group(5))}, nil},
		{"a follow before the scan does not count for it",
			[]models.Touch{at(0, models.TouchFollow), at(second, models.TouchVideo, video(1))},
			[]models.Journey{row("all", 0, funnel.Video, second), row("video", 1, funnel.Video, second)}},
		{"a stage that is skipped ends the chain",
			[]models.Touch{at(0, models.TouchVideo, video(1)), at(day, models.TouchGroup, group(5)), at(2*day, models.TouchMini)},
			[]models.Journey{row("all", 0, funnel.Video, 0), row("group", 5, funnel.Mini, day), row("video", 1, funnel.Video, 0)}},
		{"scan and follow in one second convert, whatever the milliseconds say",
			[]models.Touch{at(900*time.Millisecond, models.TouchVideo, video(1)), at(100*time.Millisecond, models.TouchFollow)},
			[]models.Journey{row("all", 0, funnel.Follow, 900*time.Millisecond), row("video", 1, funnel.Follow, 900*time.Millisecond)}},
		{"same second, and the uids would say otherwise",
			[]models.Touch{at(0, models.TouchVideo, video(1), uid("z")), at(0, models.TouchFollow, uid("a"))},
			[]models.Journey{row("all", 0, funnel.Follow, 0), row("video", 1, funnel.Follow, 0)}},
		{"the window is inclusive to the second",
			[]models.Touch{at(0, models.TouchVideo, video(1)), at(30*day+999*time.Millisecond, models.TouchFollow)},
			[]models.Journey{row("all", 0, funnel.Follow, 0), row("video", 1, funnel.Follow, 0)}},
		{"a second later is too late",
			[]models.Touch{at(0, models.TouchVideo, video(1)), at(30*day+second, models.TouchFollow)},
			[]models.Journey{row("all", 0, funnel.Video, 0), row("video", 1, funnel.Video, 0)}},
		{"the group's window starts when she joins",
			[]models.Touch{at(0, models.TouchVideo, video(1)), at(0, models.TouchFollow), at(20*day, models.TouchGroup, group(5)),
				at(40*day, models.TouchMini)},
			[]models.Journey{row("all", 0, funnel.Group, 0), row("group", 5, funnel.Mini, 20*day), row("video", 1, funnel.Group, 0)}},
		{"re-entry: the best attempt counts, the first gives the time",
			with(through(40*day, funnel.Claim), at(0, models.TouchVideo, video(1))),
			[]models.Journey{row("all", 0, funnel.Claim, 0), row("group", 5, funnel.Claim, 40*day+2*time.Hour),
				row("video", 1, funnel.Claim, 0)}},
		{"each video has its own attempt",
			with(through(0, funnel.Group), at(90*time.Minute, models.TouchVideo, video(2))),
			[]models.Journey{row("all", 0, funnel.Group, 0), row("group", 5, funnel.Group, 2*time.Hour),
				row("video", 1, funnel.Group, 0), row("video", 2, funnel.Video, 90*time.Minute)}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			got := funnel.Journeys(tt.touches, vancouver(t), funnel.DefaultWindow)
			if diff := cmp.Diff(tt.want, got, cmpopts.EquateEmpty()); diff != "" {
				t.Errorf("want -, got +:\n%s", diff)
			}
		})
	}
}

// TestRepeat: a return is a visit in a later ISO week, in the community's zone, than the redemption before it.
func TestRepeat(t *testing.T) {
	t.Parallel()
	redeemed := 5 * time.Hour // of through(0, Redeem)
	tests := []struct {
		name   string
		more   models.Touch
		window time.Duration
		want   funnel.Stage
	}{
		{"a visit in the same week", at(6*day, models.TouchMini), 0, funnel.Redeem},
		{"the last second of the week", at(week-time.Millisecond, models.TouchMini), 0, funnel.Redeem},
		{"the first second of the next week in Vancouver, where Shanghai is hours ahead", at(week, models.TouchMini), 0, funnel.Repeat},
		{"a later week", at(3*week, models.TouchMini), 0, funnel.Repeat},
		{"a claim is a return", at(week, models.TouchClaim), 0, funnel.Repeat},
		{"a redemption is a return", at(week, models.TouchRedeem), 0, funnel.Repeat},
		{"a scan is none", at(week, models.TouchVideo, video(1)), 0, funnel.Redeem},
		{"joining a group is none", at(week, models.TouchGroup, group(5)), 0, funnel.Redeem},
		{"a visit before the redemption is none", at(-week, models.TouchMini), 0, funnel.Redeem},
		{"a return after the window is none", at(week, models.TouchMini), week - time.Second, funnel.Redeem},
		{"a return at the end of the window", at(week, models.TouchMini), week, funnel.Repeat},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			window := tt.window
			if window == 0 {
				window = funnel.DefaultWindow
			}
			touches := with(through(0, funnel.Redeem), tt.more)
			for _, j := range funnel.Journeys(touches, vancouver(t), window) {
				if j.Dim == funnel.DimAll && funnel.Stage(j.Level) != tt.want {
					t.Errorf("redeemed at %s, got %s, want %s", redeemed, funnel.Stage(j.Level), tt.want)
				}
			}
		})
	}
	t.Run("the turn of the year is one ISO week", func(t *testing.T) {
		t.Parallel()
		eve := time.Date(2026, 12, 30, 20, 0, 0, 0, time.UTC).Sub(monday) // Wednesday of 2026-W53
		for after, want := range map[time.Duration]funnel.Stage{3 * day: funnel.Redeem, 6 * day: funnel.Repeat} {
			touches := with(through(eve, funnel.Redeem), at(eve+after, models.TouchMini))
			got := funnel.Journeys(touches, vancouver(t), funnel.DefaultWindow)
			if funnel.Stage(got[0].Level) != want {
				t.Errorf("%s later: got %s, want %s", after, funnel.Stage(got[0].Level), want)
			}
		}
	})
	t.Run("no zone is UTC", func(t *testing.T) {
		t.Parallel()
		touches := with(through(0, funnel.Redeem), at(week-time.Hour, models.TouchMini)) // Sunday there, Monday in UTC
		if got := funnel.Journeys(touches, nil, funnel.DefaultWindow); funnel.Stage(got[0].Level) != funnel.Repeat {
			t.Errorf("got %s", funnel.Stage(got[0].Level))
		}
	})
}

func TestStages(t *testing.T) {
	t.Parallel()
	names := ""
	for i, s := range funnel.Stages() {
		if int(s) != i+1 {
			t.Errorf("%s is number %d, want %d", s, int(s), i+1)
		}
		names += s.String() + " "
	}
	if want := "video follow group mini claim redeem repeat "; names != want {
		t.Errorf("got %q, want %q", names, want)
	}
	if got := funnel.Stage(0).String(); got != "none" {
		t.Errorf("got %q", got)
	}
	if got := funnel.StageOf(models.TouchLeave); got != 0 {
		t.Errorf("leaving is stage %s", got)
	}
}
