package offers

import (
	"context"
	"errors"
	"time"

	"siyu/internal/jobs"
	"siyu/models"
)

// PlanTurns is the job that plans a community's week: where brands compete for a group, every placement that waits gets
// its turn.
type PlanTurns struct {
	Community models.CommunityID `json:"community"`
}

// Kind names the job.
func (PlanTurns) Kind() string { return "throttle.plan" }

// PlanWeeks is the periodic job that has every community's week planned anew.
type PlanWeeks struct{}

// Kind names the job.
func (PlanWeeks) Kind() string { return "throttle.plan_all" }

const (
	planEvery = 24 * time.Hour
	// planAfter is how long a change waits for others before the week is planned anew: posts are confirmed in waves.
	planAfter = time.Minute
)

// planTurns plans by a state of the store that may be old when it is written: turns are no promises, the ledger decides. If
// no plan can be made, everybody asks without a turn: who asks first is served first, but nobody waits for a plan for ever.
func (s *Service) planTurns(ctx context.Context, a PlanTurns) error {
	changed, failed := s.turns.Plan(s.store.Read(ctx).In(a.Community))
	err := s.store.Tx(ctx, func(tx *models.Tx) error {
		sc := tx.In(a.Community)
		if err := sc.SetTurns(changed); err != nil {
			return err
		}
		return s.askAnew(sc, changed)
	})
	return errors.Join(failed, err)
}

// askAnew has those ask that never did, and those whose turn comes earlier than they were told.
func (s *Service) askAnew(sc *models.Scope, changed []models.PlacementTurn) error {
	fresh, err := sc.PlacementsIn(models.PlacementPlanned)
	if err != nil {
		return err
	}
	rows, err := sc.PlacementsByID(turnIDs(changed))
	if err != nil {
		return err
	}
	var again []models.PlacementID
	for _, t := range changed {
		if p := rows[t.ID]; p.State == models.PlacementHeld && (p.NextAt == 0 || t.At < p.NextAt) {
			again = append(again, t.ID)
		}
	}
	if err := enqueuePlacing(sc, idsOf(fresh), false); err != nil {
		return err
	}
	return enqueuePlacing(sc, again, true)
}

func idsOf(all []models.Placement) []models.PlacementID {
	ids := make([]models.PlacementID, len(all))
	for i, p := range all {
		ids[i] = p.ID
	}
	return ids
}

func turnIDs(all []models.PlacementTurn) []models.PlacementID {
	ids := make([]models.PlacementID, len(all))
	for i, t := range all {
		ids[i] = t.ID
	}
	return ids
}

// planSoon has the community's week planned once, a little later than now.
func planSoon(sc *models.Scope, after time.Duration) error {
	_, err := jobs.EnqueueOnce(sc.Tx, PlanTurns{Community: sc.Community}, sc.Now.Add(after), "turns:"+sc.Community.String())
	return err
}

// planWeeks has all communities' weeks planned.
func (s *Service) planWeeks(ctx context.Context, _ PlanWeeks) error {
	var now models.Millis
	err := s.store.Tx(ctx, func(tx *models.Tx) error {
		now = tx.Now
		all, err := tx.Communities()
		if err != nil {
			return err
		}
		for _, c := range all {
			if err := planSoon(tx.In(c.ID), 0); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	return jobs.SnoozeFor(now, planEvery, "planned")
}
