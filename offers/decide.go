package offers

import (
	"context"
	"slices"
	"strings"

	"siyu/models"
)

// placementCodeLength gives 50 bits: a card's code is no secret, but nobody should hit one by chance.
const placementCodeLength = 10

// Choice is where an organiser lets an offer run.
type Choice struct {
	// Rev is the revision she has read; if there is a newer one the choice fails as offer_changed. Zero: whatever there is.
	Rev int
	// Groups are those it may go to; nil: all it can. It can go to others later.
	Groups []GroupNote
}

// GroupNote is a group and what the organiser says about it.
type GroupNote struct {
	Group models.GroupID
	Note  string
}

// Approve lets an offer run in all groups: one placement per group is planned, and each waits for the throttle. Approving twice is
// the same as once.
func (s *Service) Approve(ctx context.Context, community models.CommunityID, id models.OfferID, by models.AccountID) (models.Offer, error) {
	return s.ApproveIn(ctx, community, id, by, Choice{})
}

// ApproveIn lets an offer run in some groups, or one that runs in more of them. A group that refused it keeps that: naming it fails
// as group_vetoed.
func (s *Service) ApproveIn(ctx context.Context, community models.CommunityID, id models.OfferID, by models.AccountID, c Choice) (models.Offer, error) {
	return s.decide(ctx, community, id, models.OfferApproved, by, "", c.Rev, func(sc *models.Scope, o models.Offer, moved bool) error {
		if !moved && c.Groups == nil {
			return nil
		}
		return s.launch(sc, o, by, c.Groups)
	})
}

// Decline refuses an offer and tells the brand why.
func (s *Service) Decline(ctx context.Context, community models.CommunityID, id models.OfferID, by models.AccountID, reason string) (models.Offer, error) {
	if reason = strings.TrimSpace(reason); reason == "" {
		return models.Offer{}, models.Errorf(models.Invalid, "reason_missing", "say why").With("field", "reason")
	}
	return s.decide(ctx, community, id, models.OfferDeclined, by, reason, 0, nil)
}

func (s *Service) decide(ctx context.Context, community models.CommunityID, id models.OfferID, to models.OfferState,
	by models.AccountID, reason string, rev int, then func(sc *models.Scope, o models.Offer, moved bool) error,
) (models.Offer, error) {
	var o models.Offer
	err := s.store.Tx(ctx, func(tx *models.Tx) error {
		sc := tx.In(community)
		moved, err := sc.MoveOffer(id, models.OfferSubmitted, to, by, reason)
		if err != nil {
			return err
		}
		if o, err = sc.Offer(id); err != nil {
			return err
		}
		if !moved {
			if o.State == to && then != nil {
				return then(sc, o, false)
			}
			if o.State == to {
				return nil
			}
			return models.Errorf(models.Conflict, "offer_decided", "the offer is %s", o.State).With("state", string(o.State))
		}
		if rev != 0 && rev != o.Rev {
			return changed()
		}
		if to == models.OfferApproved && o.EndsAt <= tx.Now {
			return models.Errorf(models.Conflict, "offer_over", "the offer ended before it was approved")
		}
		if err := readByHand(sc, CheckObject(id), to, by, reason); err != nil {
			return err
		}
		if err := seenByHand(sc, o.TermsID, to, by); err != nil {
			return err
		}
		if err := sc.AddAudit(by, "offer."+string(to), "offer:"+id.String(), reason); err != nil {
			return err
		}
		if then == nil {
			return nil
		}
		return then(sc, o, true)
	})
	if err == nil {
		s.jobs.Wake()
	}
	return o, err
}

// launch plans an approved offer into groups, each once: into those named, or all that may have it. Each placement asks for its slot
// at once, also before the offer begins: then the ledger says since when it waits and until when. Where another brand waits as
// well, the week is planned before anybody asks.
func (s *Service) launch(sc *models.Scope, o models.Offer, by models.AccountID, only []GroupNote) error {
	all, err := placementsFor(sc, o, only)
	if err != nil {
		return err
	}
	if err := sc.AddPlacements(all); err != nil {
		return err
	}
	if only != nil {
		for _, p := range all {
			if err := sc.AddAudit(by, "offer.approve_group", "offer:"+o.ID.String(), "group:"+p.GroupID.String()+" "+p.Note); err != nil {
				return err
			}
		}
	}
	rivals, err := sc.Contended()
	if err != nil {
		return err
	}
	if rivals {
		return planSoon(sc, 0)
	}
	return enqueuePlacing(sc, idsOf(all), false)
}

// placementsFor are the placements that an offer is to get now. An offer for the members of some groups goes to those alone: others
// would read of what they cannot have.
func placementsFor(sc *models.Scope, o models.Offer, only []GroupNote) ([]models.Placement, error) {
	groups, err := sc.Groups()
	if err != nil {
		return nil, err
	}
	refused, has, err := chosen(sc, o.ID)
	if err != nil {
		return nil, err
	}
	notes := make(map[models.GroupID]string, len(only))
	for _, g := range only {
		notes[g.Group] = strings.TrimSpace(g.Note)
	}
	audience := o.AudienceGroups()
	all, known := make([]models.Placement, 0, len(groups)), 0
	for _, g := range groups {
		note, named := notes[g.ID]
		if named {
			known++
		}
		_, no := refused[g.ID]
		_, everywhere := refused[0]
		switch {
		case only != nil && !named, has[g.ID] != nil, g.GoneAt != 0:
			continue
		case named && (no || everywhere):
			return nil, models.Errorf(models.Conflict, "group_vetoed", "the offer was refused there").With("group", g.Name)
		case no || everywhere:
			continue
		case audience != nil && !slices.Contains(audience, g.ID):
			if named {
				return nil, models.Errorf(models.Conflict, "group_not_meant", "the offer is for other groups").With("group", g.Name)
			}
			continue
		}
		p := planned(o, g.ID, 1)
		p.Note = note
		all = append(all, p)
	}
	if known != len(notes) {
		return nil, models.Errorf(models.NotFound, "group_not_found", "no such group")
	}
	return all, nil
}

// chosen is what was decided about an offer by group: what refused it, and the newest placement it has. What somebody posted by
// hand decides nothing.
func chosen(sc *models.Scope, id models.OfferID) (map[models.GroupID]models.Veto, map[models.GroupID]*models.Placement, error) {
	vetoes, err := sc.VetoesOf(id)
	if err != nil {
		return nil, nil, err
	}
	refused := make(map[models.GroupID]models.Veto, len(vetoes))
	for _, v := range vetoes {
		refused[v.GroupID] = v
	}
	placements, err := sc.PlacementsOf(id)
	has := make(map[models.GroupID]*models.Placement, len(placements))
	for i, p := range placements {
		if p.Origin != models.OriginExternal {
			has[p.GroupID] = &placements[i]
		}
	}
	return refused, has, err
}
