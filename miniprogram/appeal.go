package miniprogram

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"siyu/models"
)

// reportBack is how far the gate's report looks back.
const reportBack = 30 * 24 * time.Hour

// Appeal keeps a member's word against what the gate did with her claim of an offer. While one is open it is the same one. Where
// nothing was held or refused there is nothing to appeal against: NotFound nothing_to_appeal.
func (s *Service) Appeal(ctx context.Context, session models.Session, offer models.OfferID, text string) (models.Appeal, error) {
	var a models.Appeal
	err := s.store.Tx(ctx, func(tx *models.Tx) error {
		sc := tx.In(session.CommunityID)
		person, err := sc.LockPerson(session.MemberID)
		if err != nil {
			return err
		}
		j, err := sc.LatestJudgement(person, offer)
		if models.IsKind(err, models.NotFound) {
			return models.Errorf(models.NotFound, "nothing_to_appeal", "nothing was held or refused")
		}
		if err != nil {
			return err
		}
		a = models.Appeal{MemberID: person[0], OfferID: offer, Reasons: j.Reasons, Body: strings.TrimSpace(text)}
		_, err = sc.AddAppeal(&a)
		return err
	})
	if err != nil {
		return a, fmt.Errorf("appeal: %w", err)
	}
	return a, nil
}

// Appeals lists what a member has appealed against, newest first.
func (s *Service) Appeals(ctx context.Context, session models.Session) ([]models.Appeal, error) {
	sc := s.store.Read(ctx).In(session.CommunityID)
	person, err := sc.Cluster(session.MemberID)
	if err != nil {
		return nil, err
	}
	return sc.AppealsOf(person)
}

// DecideAppeal ends an appeal. Upheld, the gate lets her pass for as long as the policy says, and what it held of the offer is good at
// once. One that was decided before is Conflict appeal_decided.
func (s *Service) DecideAppeal(ctx context.Context, by models.Account, id models.AppealID, uphold bool, text string) (models.Appeal, error) {
	var a models.Appeal
	var person []models.MemberID
	err := s.store.Tx(ctx, func(tx *models.Tx) error {
		sc := tx.In(by.CommunityID)
		was, err := sc.Appeal(id)
		if err != nil {
			return err
		}
		if person, err = sc.LockPerson(was.MemberID); err != nil {
			return err
		}
		policy, err := sc.GatePolicy()
		if err != nil {
			return err
		}
		to, until, action := models.AppealDismissed, models.Millis(0), "appeal.dismiss"
		if uphold {
			to, until, action = models.AppealUpheld, sc.Now.Add(time.Duration(policy.AppealHours)*time.Hour), "appeal.uphold"
		}
		moved, err := sc.DecideAppeal(id, to, by.ID, text, until)
		if err == nil && !moved {
			err = models.Errorf(models.Conflict, "appeal_decided", "it was decided before")
		}
		if err == nil && uphold {
			err = sc.ReleaseHeld(person, was.OfferID)
		}
		if err != nil {
			return err
		}
		if err := sc.AddAudit(by.ID, action, "appeal:"+id.String(), text); err != nil {
			return err
		}
		a, err = sc.Appeal(id)
		return err
	})
	if err != nil {
		return a, fmt.Errorf("decide an appeal: %w", err)
	}
	s.Reconsider(by.CommunityID, person)
	return a, nil
}

// GateReport is what the gate did within thirty days, and how often it was wrong.
type GateReport struct {
	Claims    int64
	Verdicts  map[string]int // by verdict, of those something followed from
	Noted     map[string]int // by verdict, of those that were only noted
	Appeals   map[models.AppealState]int
	Reasons   []models.JudgementCount
	WrongRate float64 // appeals upheld, of all claims that were made or refused
}

// GateReport counts what the gate did.
func (s *Service) GateReport(ctx context.Context, community models.CommunityID) (GateReport, error) {
	sc := s.store.Read(ctx).In(community)
	since := sc.Now.Add(-reportBack)
	r := GateReport{Verdicts: map[string]int{}, Noted: map[string]int{}}
	var err error
	if r.Claims, err = sc.CountVouchersSince(since); err != nil {
		return r, err
	}
	if r.Appeals, err = sc.CountAppeals(since); err != nil {
		return r, err
	}
	if r.Reasons, err = sc.CountJudgements(since); err != nil {
		return r, err
	}
	for _, c := range r.Reasons {
		if c.Shadow {
			r.Noted[c.Verdict] += c.N
		} else {
			r.Verdicts[c.Verdict] += c.N
		}
	}
	if all := r.Claims + int64(r.Verdicts["deny"]); all > 0 {
		r.WrongRate = float64(r.Appeals[models.AppealUpheld]) / float64(all)
	}
	return r, nil
}

// SetGatePolicy stores a community's policy; it counts at once here, and elsewhere within seconds.
func (s *Service) SetGatePolicy(ctx context.Context, by models.Account, p models.GatePolicy) error {
	err := s.store.Tx(ctx, func(tx *models.Tx) error { return tx.In(by.CommunityID).SetGatePolicy(p, by.ID) })
	if err == nil {
		s.gate.forgetPolicy(by.CommunityID)
	}
	return err
}

// Household is people who share limits.
type Household struct {
	models.Household
	Members []models.MemberID
}

// Households lists the households with at least two people, after an id.
func (s *Service) Households(ctx context.Context, community models.CommunityID, after models.HouseholdID, limit int) ([]Household, error) {
	sc := s.store.Read(ctx).In(community)
	ids, err := sc.Households(after, limit)
	if err != nil {
		return nil, err
	}
	in, err := sc.PeopleIn(ids)
	if err != nil {
		return nil, err
	}
	all := make([]Household, 0, len(ids))
	for _, id := range ids {
		h, err := sc.Household(id)
		if err != nil {
			return nil, err
		}
		all = append(all, Household{h, in[id]})
	}
	return all, nil
}

// PutTogether says that some members are one household; PutApart that each of them lives with nobody. Both hold against what their
// phone numbers say.
func (s *Service) PutTogether(ctx context.Context, by models.Account, members []models.MemberID) (models.HouseholdID, error) {
	var id models.HouseholdID
	err := s.house(ctx, by, members, "household.join", func(sc *models.Scope, people []models.MemberID) (err error) {
		if len(people) < 2 {
			return models.Errorf(models.Invalid, "bad_field", "a household has at least two people").With("field", "members")
		}
		id, err = sc.Join(people, by.ID)
		return err
	})
	return id, err
}

// PutApart says of each of some members that she lives with nobody.
func (s *Service) PutApart(ctx context.Context, by models.Account, members []models.MemberID) error {
	return s.house(ctx, by, members, "household.part", func(sc *models.Scope, people []models.MemberID) error {
		for _, p := range people {
			if err := sc.Part(p); err != nil {
				return err
			}
		}
		return nil
	})
}

// house changes where people live, each locked as who she is now.
func (s *Service) house(ctx context.Context, by models.Account, members []models.MemberID, action string,
	change func(*models.Scope, []models.MemberID) error,
) error {
	return s.store.Tx(ctx, func(tx *models.Tx) error {
		sc := tx.In(by.CommunityID)
		locked, err := sc.LockPeople(members)
		if err != nil {
			return err
		}
		var people []models.MemberID
		var names []string
		for _, m := range members {
			ids, known := locked[m]
			if !known {
				return models.Errorf(models.NotFound, "member_not_found", "no such member")
			}
			if !slices.Contains(people, ids[0]) {
				people, names = append(people, ids[0]), append(names, ids[0].String())
			}
		}
		if err := change(sc, people); err != nil {
			return err
		}
		return sc.AddAudit(by.ID, action, "member:"+names[0], strings.Join(names, " "))
	})
}
