package offers

import (
	"context"

	"siyu/internal/jobs"
	"siyu/models"
	"siyu/throttle"
)

// Merge makes two groups one, see [models.Scope.MergeGroups], and has what was wanted in both be wanted once. Cards of other
// groups that were opened in the one while nobody knew which group it was were posted in this one.
func Merge(sc *models.Scope, from, into models.GroupID, by models.AccountID, note string) (bool, error) {
	moved, err := sc.MergeGroups(from, into, by, note)
	if err != nil || !moved {
		return moved, err
	}
	strange, err := sc.StrangersIn(into)
	if err != nil {
		return true, err
	}
	for _, o := range strange {
		seen := CardSeen{Community: sc.Community, Subject: o.Subject, Group: into, At: o.At}
		if err := Seen(sc, seen); err != nil {
			return true, err
		}
	}
	return true, jobs.Enqueue(sc.Tx, OneEach{Community: sc.Community, Group: into}, sc.Now)
}

// OneEach is the job that gives up what waits in a group though the same offer goes there, or went there, already: two groups
// for each of which it was planned have turned out to be one.
type OneEach struct {
	Community models.CommunityID `json:"community"`
	Group     models.GroupID     `json:"group"`
}

// Kind names the job.
func (OneEach) Kind() string { return "placement.one_each" }

func (s *Service) oneEach(ctx context.Context, a OneEach) error {
	return s.store.Tx(ctx, func(tx *models.Tx) error {
		sc := tx.In(a.Community)
		if _, err := sc.LockGroup(a.Group); err != nil { // nothing gets its slot meanwhile
			return err
		}
		live, err := sc.LivePlacements(a.Group, 0)
		if err != nil {
			return err
		}
		goes := map[models.OfferID]bool{}
		for _, p := range live {
			if p.Origin != models.OriginExternal { // what somebody posted by herself took nobody's turn
				goes[p.OfferID] = true
			}
		}
		waiting, err := sc.WaitingIn([]models.GroupID{a.Group})
		if err != nil {
			return err
		}
		for _, p := range waiting {
			if goes[p.OfferID] {
				if err := s.ledger.Release(sc, p.ID, throttle.OfferOnce.String()); err != nil {
					return err
				}
			}
			goes[p.OfferID] = true
		}
		return nil
	})
}
