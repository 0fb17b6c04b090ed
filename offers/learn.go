package offers

import (
	"context"
	"fmt"
	"time"

	"siyu/internal/jobs"
	"siyu/models"
	"siyu/throttle/keeper"
)

// Learn is the periodic job that writes down what happened in every group on the local days that have ended, and learns
// from it.
type Learn struct{}

// Kind names the job.
func (Learn) Kind() string { return "throttle.learn" }

// Watch is the job that looks whether unusually many members have left a group. Whoever books leaves enqueues it.
type Watch struct {
	Community models.CommunityID `json:"community"`
	Group     models.GroupID     `json:"group"`
}

// Kind names the job.
func (Watch) Kind() string { return "throttle.watch" }

// WarnWave is the warning that members left a group in a wave, and that sponsored posts rest there.
const WarnWave = "leaves_wave"

const (
	learnEvery = time.Hour        // groups live in many zones, so some day ends every hour
	learnMost  = 30 * time.Second // of one run: jobs must not hold their lease for long
)

// learn works through the communities; what there is no time for now is done at once in the next run.
func (s *Service) learn(ctx context.Context, _ Learn) error {
	communities, err := s.store.Read(ctx).Communities()
	if err != nil {
		return err
	}
	now := models.MillisOf(s.store.Clock().Now())
	wall := models.WallClock{}
	left := learnMost
	for _, c := range communities {
		began := wall.Now()
		d, err := s.keeper.Daily(ctx, c.ID, left)
		if err != nil {
			return err
		}
		for id, w := range d.Waves {
			if err := s.store.Tx(ctx, func(tx *models.Tx) error { return warn(tx.In(c.ID), id, w) }); err != nil {
				return err
			}
		}
		if left -= wall.Now().Sub(began); !d.Done || left <= 0 {
			return jobs.Snooze(now, "more days to write")
		}
	}
	return jobs.Snooze(nextHour(now), "learnt")
}

// nextHour is a little after the next full hour: days end then.
func nextHour(now models.Millis) models.Millis {
	hour := models.Millis(learnEvery.Milliseconds())
	return (now/hour+1)*hour + models.Millis(time.Minute.Milliseconds())
}

func (s *Service) watch(ctx context.Context, a Watch) error {
	return s.store.Tx(ctx, func(tx *models.Tx) error {
		sc := tx.In(a.Community)
		w, fresh, err := s.keeper.Check(sc, a.Group)
		if err != nil || !fresh {
			return err
		}
		return warn(sc, a.Group, w)
	})
}

// warn tells the organiser of a wave, and writes down that Siyu itself has paused the group.
func warn(sc *models.Scope, id models.GroupID, w keeper.Wave) error {
	g, err := sc.Group(id)
	if err != nil {
		return err
	}
	detail := fmt.Sprintf("%d left in 48 hours, %.1f foreseen; until %s", w.Quits, w.Expected, w.Until.Time().Format(time.RFC3339))
	if err := sc.AddAudit(0, "breaker.trip", "group:"+id.String(), detail); err != nil {
		return err
	}
	_, err = sc.AddWarning(WarnWave, "group:"+id.String(), w.At.Time().Format(time.DateOnly),
		map[string]any{"name": g.Name, "left": w.Quits})
	return err
}

// ForgetFatigue has what was learnt of a group forgotten; what waited because of it asks again at once.
func (s *Service) ForgetFatigue(ctx context.Context, community models.CommunityID, group models.GroupID, by models.AccountID) error {
	err := s.store.Tx(ctx, func(tx *models.Tx) error {
		sc := tx.In(community)
		if err := s.keeper.Forget(sc, group, by); err != nil {
			return err
		}
		return s.Nudge(sc, group)
	})
	s.jobs.Wake()
	return err
}
