package miniprogram

import (
	"context"
	"strings"
	"time"

	"siyu/internal/jobs"
	"siyu/models"
	"siyu/offers"
)

// SweepChecks is the periodic job that leaves to a person what nobody decides: its job may have died.
type SweepChecks struct{}

// Kind names the job.
func (SweepChecks) Kind() string { return "checks.sweep" }

const (
	sweepEvery = time.Hour
	sweepAfter = time.Hour
	sweepBatch = 200
)

func (s *Service) sweepChecks(ctx context.Context, _ SweepChecks) error {
	var now models.Millis
	err := s.store.Tx(ctx, func(tx *models.Tx) error {
		now = tx.Now
		communities, err := tx.Communities()
		if err != nil {
			return err
		}
		for _, c := range communities {
			if err := sweep(tx.In(c.ID)); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	return jobs.SnoozeFor(now, sweepEvery, "swept")
}

func sweep(sc *models.Scope) error {
	pictures, err := sc.PicturesInUse()
	if err != nil {
		return err
	}
	if err := offers.CheckPictures(sc, pictures, 0); err != nil { // those that were shown before pictures were looked at
		return err
	}
	for _, state := range []models.CheckState{models.CheckUnchecked, models.CheckChecking} {
		all, err := sc.ChecksIn(state, 0, sweepBatch)
		if err != nil {
			return err
		}
		for _, c := range all {
			if max(c.CreatedAt, c.AskedAt).Add(sweepAfter) > sc.Now {
				continue
			}
			c.State, c.Reason = models.CheckReview, models.ReviewTimeout
			if _, err := sc.MoveCheck(c, state); err != nil {
				return err
			}
		}
	}
	return nil
}

// Checks lists the checks in a state, all if it is empty, oldest first.
func (s *Service) Checks(ctx context.Context, community models.CommunityID, state models.CheckState, after models.CheckID, limit int) ([]models.Check, error) {
	return s.store.Read(ctx).In(community).ChecksIn(state, after, limit)
}

// PassCheck lets others see what was checked, whatever the platform says: the organiser answers for it.
func (s *Service) PassCheck(ctx context.Context, community models.CommunityID, id models.CheckID, by models.AccountID) (models.Check, error) {
	return s.decide(ctx, community, id, models.CheckPassed, by, "")
}

// RefuseCheck keeps it from being seen; the author reads why.
func (s *Service) RefuseCheck(ctx context.Context, community models.CommunityID, id models.CheckID, by models.AccountID, why string) (models.Check, error) {
	if why = strings.TrimSpace(why); why == "" {
		return models.Check{}, models.Errorf(models.Invalid, "reason_missing", "say why").With("field", "reason")
	}
	return s.decide(ctx, community, id, models.CheckRefused, by, why)
}

// decide writes a person's decision. The same decision twice is one.
func (s *Service) decide(ctx context.Context, community models.CommunityID, id models.CheckID, to models.CheckState,
	by models.AccountID, note string,
) (models.Check, error) {
	var c models.Check
	err := s.store.Tx(ctx, func(tx *models.Tx) error {
		sc := tx.In(community)
		var err error
		if c, err = sc.Check(id); err != nil || c.State == to {
			return err
		}
		from := c.State
		c.State, c.Reason, c.DecidedBy, c.Note = to, models.ReviewByHand, by, note
		moved, err := sc.MoveCheck(c, from)
		if err != nil {
			return err
		}
		if !moved {
			return models.Errorf(models.Conflict, "check_moved", "the check has changed meanwhile")
		}
		if err := s.reviewJudged(sc, c); err != nil {
			return err
		}
		return sc.AddAudit(by, "check."+string(to), "check:"+id.String(), note)
	})
	if err != nil {
		return models.Check{}, err
	}
	return s.check(ctx, community, id)
}

func (s *Service) check(ctx context.Context, community models.CommunityID, id models.CheckID) (models.Check, error) {
	return s.store.Read(ctx).In(community).Check(id)
}
