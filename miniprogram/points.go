package miniprogram

import (
	"context"
	"fmt"
	"time"

	"siyu/models"
)

// pointsFor is what an action gives at a time, before the daily cap; pure. Of the rules in force the last one holds.
func pointsFor(rules []models.PointsRule, a models.Action, now models.Millis) models.PointsRule {
	var in models.PointsRule
	for _, r := range rules {
		if r.Action == a && now >= r.From && (r.Until == 0 || now < r.Until) {
			in = r
		}
	}
	return in
}

// capped is what is left of an action's points under its daily cap when some were given today; pure.
func capped(r models.PointsRule, today int) int {
	if r.DailyCap == 0 {
		return r.Points
	}
	return min(r.Points, max(0, r.DailyCap-today))
}

// levelOf is which level, counted from 0, somebody has who has earned some points, and what the next one begins at (0: there
// is none); pure.
func levelOf(levels []models.Level, earned int) (level, next int) {
	for i, l := range levels {
		if earned < l.From {
			return level, l.From
		}
		level = i
	}
	return level, 0
}

// communityZone is whose days and weeks caps and quests go by.
func communityZone(sc *models.Scope) (*time.Location, error) {
	c, err := sc.ReadCommunity(sc.Community)
	if err != nil {
		return nil, err
	}
	return zoneOf(c.Zone), nil
}

// earn counts one action of a person, whose lock the caller has, with the points that the rules give for it, and finishes the
// quests it completes. It counts once, however often it is told: then the award is the known one.
func (s *Service) earn(sc *models.Scope, person []models.MemberID, a models.Award) (models.Award, error) {
	_, rewards, err := sc.RewardPlan()
	if err != nil {
		return a, err
	}
	zone, err := communityZone(sc)
	if err != nil {
		return a, err
	}
	rule := pointsFor(rewards.Points, a.Action, sc.Now)
	_, today, err := sc.Earned(person, startOfDay(sc.Now, zone), 0, a.Action)
	if err != nil {
		return a, err
	}
	a.MemberID, a.Points = person[0], capped(rule, today)
	if fresh, err := s.give(sc, &a); err != nil || !fresh {
		return a, err
	}
	return a, s.advance(sc, person, a.Action, zone)
}

// give stores an award and books its points; it reports false if it is known.
func (s *Service) give(sc *models.Scope, a *models.Award) (bool, error) {
	a.Name()
	fresh, err := sc.AddAward(a)
	if err != nil || !fresh {
		return false, err
	}
	return true, book(sc, a)
}

// takeBack makes an award void, with the quests that are not complete without it, and takes back what was booked. What is
// not there yet is void before it comes: what was undone first is not given afterwards. The caller has the person's lock.
func (s *Service) takeBack(sc *models.Scope, person []models.MemberID, a models.Award, why string) error {
	a.MemberID, a.VoidAt, a.VoidWhy = person[0], max(sc.Now, 1), why
	a.Name()
	fresh, err := sc.AddAward(&a)
	if err != nil || fresh {
		return err
	}
	moved, err := sc.VoidAward(a.ID, why)
	if err != nil || !moved {
		return err
	}
	a.VoidAt = max(sc.Now, 1)
	if err := book(sc, &a); err != nil {
		return err
	}
	return s.retreat(sc, person, a)
}

// afterRedeem is the job that gives members points for what was written off.
func (s *Service) afterRedeem(ctx context.Context, a models.AfterRedeem) error {
	for _, id := range a.Redemptions { // one person at a time, so that nobody waits for anybody
		err := s.store.Tx(ctx, func(tx *models.Tx) error {
			sc := tx.In(a.Community)
			person, err := s.redeemer(sc, id)
			if err != nil {
				return err
			}
			_, err = s.earn(sc, person, models.Award{Action: models.ActRedeem, Ref: int64(id)})
			return err
		})
		if err != nil {
			return fmt.Errorf("give points for redemption %s: %w", id, err)
		}
	}
	return nil
}

// afterReverse is the job that takes back what was given for a write-off that was reversed, its review too. It may come
// before the job that gives.
func (s *Service) afterReverse(ctx context.Context, a models.AfterReverse) error {
	err := s.store.Tx(ctx, func(tx *models.Tx) error {
		sc := tx.In(a.Community)
		person, err := s.redeemer(sc, a.Redemption)
		if err != nil {
			return err
		}
		if err := s.voidReview(sc, person, a.Redemption); err != nil {
			return err
		}
		return s.takeBack(sc, person, models.Award{Action: models.ActRedeem, Ref: int64(a.Redemption)}, "reversed")
	})
	if err != nil {
		return fmt.Errorf("take back the points of redemption %s: %w", a.Redemption, err)
	}
	return nil
}

// redeemer locks the person whose voucher was written off.
func (s *Service) redeemer(sc *models.Scope, id models.RedemptionID) ([]models.MemberID, error) {
	r, err := sc.Redemption(id)
	if err != nil {
		return nil, err
	}
	v, err := sc.Voucher(r.VoucherID)
	if err != nil {
		return nil, err
	}
	return sc.LockPerson(v.MemberID)
}

// settleBatch is how many awards one transaction of settling looks at.
const settleBatch = 200

// settlePoints is the job that takes back what is booked of awards that became void when two people turned out to be one.
func (s *Service) settlePoints(ctx context.Context, a models.SettlePoints) error {
	var after models.AwardID
	for {
		all, err := s.store.Read(ctx).In(a.Community).UnsettledAwards(after, settleBatch)
		if err != nil || len(all) == 0 {
			return err
		}
		for _, award := range all {
			after = award.ID
			err := s.store.Tx(ctx, func(tx *models.Tx) error {
				sc := tx.In(a.Community)
				if _, err := sc.LockPerson(award.MemberID); err != nil {
					return err
				}
				now, err := sc.AwardNamed(award.UID)
				if err != nil || now.VoidAt == 0 || now.Booked == 0 {
					return err
				}
				return book(sc, &now)
			})
			if err != nil {
				return fmt.Errorf("settle points: %w", err)
			}
		}
	}
}
