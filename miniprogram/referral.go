package miniprogram

import (
	"context"
	"crypto/rand"
	"fmt"
	"regexp"
	"time"

	"siyu/models"
)

// referralCodeLength gives 50 bits: the code is no secret, but nobody should hit one by chance.
const referralCodeLength = 10

// newcomer is how long somebody counts as having just come: who is here longer was not brought by a card she opens today.
const newcomer = 24 * time.Hour

var referralCode = regexp.MustCompile(`^[0-9A-Z]{4,32}$`)

// ReferralCode is what a member's cards carry, so that it is known by whom somebody came. It never changes and tells nothing
// of her. Nothing is given for it.
func (s *Service) ReferralCode(ctx context.Context, session models.Session) (string, error) {
	var r models.Referrer
	err := s.store.Tx(ctx, func(tx *models.Tx) error {
		sc := tx.In(session.CommunityID)
		person, err := sc.LockPerson(session.MemberID)
		if err != nil {
			return err
		}
		r, err = sc.AddReferrer(person[0], rand.Text()[:referralCodeLength])
		return err
	})
	if err != nil {
		return "", fmt.Errorf("make a referral code: %w", err)
	}
	return r.Code, nil
}

// Referred notes by whose card a member came, if she has just come. The first one counts; herself, a code nobody has, somebody
// she brought, and who is here longer are left out without a word: she has no part in it.
func (s *Service) Referred(ctx context.Context, session models.Session, code string) error {
	if !referralCode.MatchString(code) {
		return nil
	}
	err := s.store.Tx(ctx, func(tx *models.Tx) error {
		sc := tx.In(session.CommunityID)
		by, err := sc.ReferrerByCode(code)
		if err != nil || by == 0 {
			return err
		}
		// both, so that two who bring each other at one moment make no circle
		people, err := sc.LockPeople([]models.MemberID{session.MemberID, by})
		if err != nil || len(people[by]) == 0 || len(people[session.MemberID]) == 0 {
			return err
		}
		she, referrer := people[session.MemberID][0], people[by][0]
		first, err := sc.FirstTouch(she)
		if err != nil || she == referrer || (first != 0 && first <= sc.Now.Add(-newcomer)) {
			return err
		}
		if circle, err := sc.Brought(referrer, she); err != nil || circle {
			return err
		}
		_, err = sc.AddReferral(&models.Referral{MemberID: she, ReferrerID: referrer})
		return err
	})
	if err != nil {
		return fmt.Errorf("note a referral: %w", err)
	}
	return nil
}

// ReferralReport counts who was brought in each of the last weeks, the newest first; a week is seven times 24 hours. It names
// nobody.
func (s *Service) ReferralReport(ctx context.Context, community models.CommunityID, weeks int) ([]models.ReferralWeek, error) {
	sc := s.store.Read(ctx).In(community)
	all := make([]models.ReferralWeek, weeks)
	for i := range all {
		to := sc.Now.Add(-time.Duration(i)*7*24*time.Hour) + 1 // what is written now is in it
		w, err := sc.CountReferrals(to.Add(-7*24*time.Hour), to)
		if err != nil {
			return nil, fmt.Errorf("count referrals: %w", err)
		}
		all[i] = w
	}
	return all, nil
}
