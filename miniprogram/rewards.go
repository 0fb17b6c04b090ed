package miniprogram

import (
	"context"
	"fmt"
	"strings"
	"unicode/utf8"

	"siyu/models"
	"siyu/offers/ledger"
)

// RewardsView are the rules in force with their revision, which is 0 for the defaults.
type RewardsView struct {
	Plan    models.RewardPlan
	Rewards models.Rewards
}

// Rewards shows what the community gives for coming back.
func (s *Service) Rewards(ctx context.Context, community models.CommunityID) (RewardsView, error) {
	p, r, err := s.store.Read(ctx).In(community).RewardPlan()
	return RewardsView{Plan: p, Rewards: r}, err
}

// SetRewards puts another revision in force. base is the one it was made from: if it is not the newest any more, that is a
// Conflict rewards_moved. What members have got stays as it is.
func (s *Service) SetRewards(ctx context.Context, community models.CommunityID, by models.AccountID, base int, r models.Rewards) (RewardsView, error) {
	var p models.RewardPlan
	err := s.store.Tx(ctx, func(tx *models.Tx) error {
		sc := tx.In(community)
		var err error
		if p, err = sc.ReviseRewards(base, r, by); err != nil {
			return err
		}
		return sc.AddAudit(by, "rewards.revise", fmt.Sprintf("rewards:%d", p.Rev), "")
	})
	return RewardsView{Plan: p, Rewards: r}, err
}

// RewardRevisions lists the revisions, newest first, those before one if before is not zero.
func (s *Service) RewardRevisions(ctx context.Context, community models.CommunityID, before, limit int) ([]models.RewardPlan, error) {
	return s.store.Read(ctx).In(community).RewardPlans(before, limit)
}

// Purse is what a member has in points and how far she is.
type Purse struct {
	Balance int64 // points she has now
	Earned  int   // points she ever earned, spent or not; adjustments do not count
	Level   int   // counted from 0
	Next    int   // what the next level begins at; 0: she is at the highest
	Levels  []models.Level
}

// Points shows a member her points and level.
func (s *Service) Points(ctx context.Context, session models.Session) (Purse, error) {
	sc := s.store.Read(ctx).In(session.CommunityID)
	person, err := sc.Cluster(session.MemberID)
	if err != nil {
		return Purse{}, fmt.Errorf("show points: %w", err)
	}
	return purseOf(sc, person)
}

// purseOf reads the points of a person, all of whose ids are given, the one she is now first.
func purseOf(sc *models.Scope, person []models.MemberID) (Purse, error) {
	_, rewards, err := sc.RewardPlan()
	if err != nil {
		return Purse{}, fmt.Errorf("show points: %w", err)
	}
	p := Purse{Levels: rewards.Levels}
	if _, p.Earned, err = sc.Earned(person, 0, 0); err != nil {
		return p, fmt.Errorf("show points: %w", err)
	}
	p.Level, p.Next = levelOf(rewards.Levels, p.Earned)
	p.Balance, err = ledger.Balance(sc, person[0])
	return p, err
}

// PointsHistory lists the changes of a member's points, the newest first, those before an entry if it is named. The last page
// is empty.
func (s *Service) PointsHistory(ctx context.Context, community models.CommunityID, member models.MemberID, before models.TransferID, limit int) ([]ledger.Entry, error) {
	all, err := ledger.History(s.store.Read(ctx).In(community), member, before, limit)
	if models.IsKind(err, models.NotFound) {
		return nil, models.Errorf(models.NotFound, "member_not_found", "no such member")
	}
	if err != nil {
		return nil, fmt.Errorf("list points: %w", err)
	}
	return all, nil
}

// Adjustment is points that an organiser gives or takes by hand.
type Adjustment struct {
	Member models.MemberID
	Points int    // below zero: taken; not more than she has
	Reason string // she reads it
	Key    string // of the request: the same key is the same adjustment
}

// The most an organiser gives or takes at once, and the longest reason in characters.
const (
	maxAdjustment = 100_000
	maxReason     = 200
)

// Adjust gives or takes points by hand, once for each key.
func (s *Service) Adjust(ctx context.Context, community models.CommunityID, by models.AccountID, in Adjustment) (models.Award, error) {
	in.Reason = strings.TrimSpace(in.Reason)
	switch {
	case in.Reason == "" || utf8.RuneCountInString(in.Reason) > maxReason:
		return models.Award{}, models.Errorf(models.Invalid, "reason_missing", "say why").With("field", "reason")
	case in.Points == 0 || in.Points > maxAdjustment || in.Points < -maxAdjustment:
		return models.Award{}, models.Errorf(models.Invalid, "bad_field", "1 to 100,000 points").With("field", "points")
	}
	var a models.Award
	err := s.store.Tx(ctx, func(tx *models.Tx) error {
		sc := tx.In(community)
		person, err := sc.LockPerson(in.Member)
		if models.IsKind(err, models.NotFound) {
			return models.Errorf(models.NotFound, "not_found", "no such member")
		}
		if err != nil {
			return err
		}
		a = models.Award{MemberID: person[0], Action: models.ActAdjust, Points: in.Points, Note: in.Reason, AccountID: by, Term: models.Digest([]byte(in.Key))[:20]}
		asked := a
		fresh, err := s.give(sc, &a)
		if err == nil && !fresh && (a.Points != asked.Points || a.MemberID != asked.MemberID) {
			err = models.Errorf(models.Conflict, "adjustment_reused", "this key was used for another adjustment")
		}
		if err != nil || !fresh {
			return err
		}
		return sc.AddAudit(by, "points.adjust", "member:"+person[0].String(), fmt.Sprintf("%+d %s", in.Points, in.Reason))
	})
	return a, err
}
