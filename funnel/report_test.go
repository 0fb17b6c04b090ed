package funnel_test

import (
	"fmt"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"siyu/funnel"
	"siyu/internal/testkit"
	"siyu/models"
)

func TestReport(t *testing.T) {
	t.Parallel()
	testkit.Each(t, func(t *testing.T, s *models.Store, clock *models.ManualClock) {
		var seen, unseen models.Video
		var harbour models.Group
		did := func(sc *models.Scope, who string, touches ...models.Touch) error {
			m, err := sc.Identify(openid(who))
			for i := 0; err == nil && i < len(touches); i++ {
				touches[i].MemberID, touches[i].UID = m, fmt.Sprint(who, i)
				if touches[i].VideoID != 0 {
					touches[i].VideoID = seen.ID
				}
				if touches[i].GroupID != 0 {
					touches[i].GroupID = harbour.ID
				}
				_, err = sc.AddTouch(&touches[i])
			}
			return err
		}
		id := testkit.Community(t, s, func(sc *models.Scope) error {
			seen, unseen = models.Video{Title: "周末去哪儿"}, models.Video{Title: "没人看"}
			harbour = models.Group{Name: "海港一群", Kind: models.OrdinaryGroup, Zone: "America/Vancouver"}
			for _, err := range []error{sc.InsertVideo(&seen), sc.InsertVideo(&unseen), sc.InsertGroup(&harbour)} {
				if err != nil {
					return err
				}
			}
			for who, touches := range map[string][]models.Touch{
				"back":    with(through(0, funnel.Redeem), at(week, models.TouchMini)),
				"till":    through(0, funnel.Redeem),
				"group":   through(0, funnel.Group),
				"scan":    through(0, funnel.Video),
				"unknown": {at(0, models.TouchVideo)},
				"joined":  {at(0, models.TouchGroup, group(1)), at(day, models.TouchMini)},
				"early":   {at(-day, models.TouchVideo, video(1))},
				"late":    {at(2*day, models.TouchVideo, video(1))},
			} {
				if err := did(sc, who, touches...); err != nil {
					return err
				}
			}
			return nil
		})
		r := newRefresher(t, s)
		got, err := r.Report(t.Context(), id, models.MillisOf(monday), models.MillisOf(monday.Add(2*day)))
		if err != nil {
			t.Fatal(err)
		}
		want := funnel.Report{
			AsOf:   models.MillisOf(clock.Now()),
			Stages: stages(funnel.Video, 5, 3, 3, 2, 2, 2, 1),
			ByVideo: []funnel.Row{
				{ID: int64(seen.ID), Name: seen.Title, Stages: stages(funnel.Video, 4, 3, 3, 2, 2, 2, 1)},
				{ID: int64(unseen.ID), Name: unseen.Title, Stages: stages(funnel.Video, 0, 0, 0, 0, 0, 0, 0)},
				{Stages: stages(funnel.Video, 1, 0, 0, 0, 0, 0, 0)},
			},
			ByGroup: []funnel.Row{{ID: int64(harbour.ID), Name: harbour.Name, Stages: stages(funnel.Group, 4, 3, 2, 2, 1)}},
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("want -, got +:\n%s", diff)
		}
	})
}

// TestReportOfNothing: a community that has just begun has empty rows, which clients can count, and not null.
func TestReportOfNothing(t *testing.T) {
	t.Parallel()
	s, _ := testkit.Store(t)
	id := testkit.Community(t, s, func(*models.Scope) error { return nil })
	got, err := newRefresher(t, s).Report(t.Context(), id, 0, models.MillisOf(monday))
	if err != nil {
		t.Fatal(err)
	}
	if got.ByVideo == nil || got.ByGroup == nil || len(got.ByVideo)+len(got.ByGroup) != 0 {
		t.Errorf("rows of nothing: %#v and %#v", got.ByVideo, got.ByGroup)
	}
}

func stages(first funnel.Stage, people ...int64) []funnel.StageCount {
	all := slices.Clone(funnel.Stages()[first-1:])
	counts := make([]funnel.StageCount, len(all))
	for i, s := range all {
		counts[i] = funnel.StageCount{Stage: s, Name: s.String(), People: people[i]}
	}
	return counts
}
