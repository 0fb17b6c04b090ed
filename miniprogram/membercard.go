package miniprogram

import (
	"context"
	"fmt"

	"siyu/models"
)

// MemberCard is what an organiser sees of a member: what she did and has, not who she is.
type MemberCard struct {
	Member  models.MemberID // who she is now, after merges
	Since   models.Millis   // when she became known
	FirstAt models.Millis   // when she first did something; zero: never
	LastAt  models.Millis   // when she last did something; zero: never
	Claims  int             // vouchers she claimed
	Redeems int             // vouchers she used
	Groups  []models.GroupID
	Brought bool // another member brought her
	Purse
	Household       models.HouseholdID // zero: she shares limits with nobody
	HouseholdByHand bool               // the team said so, also that she lives with nobody
	Housemates      []models.MemberID  // everybody in the household, she too
}

// MemberCard shows an organiser a member, whichever of her ids is given.
func (s *Service) MemberCard(ctx context.Context, community models.CommunityID, member models.MemberID) (MemberCard, error) {
	sc := s.store.Read(ctx).In(community)
	person, err := sc.Cluster(member)
	if models.IsKind(err, models.NotFound) {
		return MemberCard{}, models.Errorf(models.NotFound, "member_not_found", "no such member")
	}
	if err != nil {
		return MemberCard{}, fmt.Errorf("show a member: %w", err)
	}
	card := MemberCard{Member: person[0]}
	for _, read := range []func(*models.Scope, []models.MemberID) error{card.readDeeds, card.readHousehold} {
		if err := read(sc, person); err != nil {
			return MemberCard{}, fmt.Errorf("show a member: %w", err)
		}
	}
	card.Purse, err = purseOf(sc, person)
	return card, err
}

// readDeeds reads what a person did and where she is.
func (c *MemberCard) readDeeds(sc *models.Scope, person []models.MemberID) error {
	m, err := sc.Member(person[0])
	if err != nil {
		return err
	}
	c.Since = m.CreatedAt
	touches, err := sc.TouchesOf(person[0])
	if err != nil {
		return err
	}
	for _, t := range touches {
		switch t.Kind {
		case models.TouchClaim:
			c.Claims++
		case models.TouchRedeem:
			c.Redeems++
		case models.TouchVideo, models.TouchFollow, models.TouchAway, models.TouchGroup, models.TouchLeave, models.TouchMini, models.TouchReverse:
		}
	}
	if n := len(touches); n > 0 {
		c.FirstAt, c.LastAt = touches[0].At, touches[n-1].At
	}
	in, err := sc.GroupsOfAll(person[:1])
	if err != nil {
		return err
	}
	c.Groups = in[person[0]]
	_, err = sc.ReferralOf(person[0])
	if c.Brought = err == nil; models.IsKind(err, models.NotFound) {
		return nil
	}
	return err
}

// readHousehold reads with whom a person shares limits.
func (c *MemberCard) readHousehold(sc *models.Scope, person []models.MemberID) error {
	at, err := sc.HouseOf(person[0])
	if err != nil || at.HouseholdID == 0 {
		c.HouseholdByHand = at.ByHand
		return err
	}
	h, err := sc.Household(at.HouseholdID)
	if err != nil {
		return err
	}
	in, err := sc.PeopleIn([]models.HouseholdID{at.HouseholdID})
	c.Household, c.HouseholdByHand, c.Housemates = h.ID, h.CreatedBy != 0, in[at.HouseholdID]
	return err
}
