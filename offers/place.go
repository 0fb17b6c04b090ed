package offers

import (
	"context"
	"time"

	"siyu/internal/jobs"
	"siyu/models"
)

// Place is the job that asks the throttle for a placement's slot, until it has one or its offer ends.
type Place struct {
	Community models.CommunityID `json:"community"`
	Placement models.PlacementID `json:"placement"`
	// Once asks once and leaves further asking to the job that is waiting.
	Once bool `json:"once,omitempty"`
}

// Kind names the job.
func (Place) Kind() string { return "placement.place" }

// askAgain is how long a held placement waits at most before it asks again: policies change, and groups resume.
const askAgain = 24 * time.Hour

// place reserves a slot and has it handed over, or waits for the next one.
func (s *Service) place(ctx context.Context, a Place) error {
	var p models.Placement
	var again models.Millis
	err := s.store.Tx(ctx, func(tx *models.Tx) error {
		again = 0 // the transaction may run more than once
		sc := tx.In(a.Community)
		var err error
		var fresh bool
		if p, fresh, err = s.ledger.Reserve(sc, a.Placement); err != nil {
			return err
		}
		if fresh { // a second job that finds it reserved must not start a second hand-over beside the first
			return handOver(sc, p)
		}
		if p.State != models.PlacementHeld || a.Once {
			return nil
		}
		o, err := sc.Offer(p.OfferID)
		if err != nil {
			return err
		}
		again = min(max(o.EndsAt, tx.Now), tx.Now.Add(askAgain))
		if p.NextAt > tx.Now {
			again = min(again, p.NextAt)
		}
		return nil
	})
	if err != nil || again == 0 {
		return err
	}
	return jobs.Snooze(again, p.Reason)
}

// handOver has a reserved placement given to its owner, once.
func handOver(sc *models.Scope, p models.Placement) error {
	_, err := jobs.EnqueueOnce(sc.Tx, Handover{Community: sc.Community, Placement: p.ID}, sc.Now, "handover:"+p.ID.String())
	return err
}

// Nudge has every held placement of a group ask once, in the order they were planned: a slot may be free earlier than
// was said. The ledger calls it when a post was seen or given up.
func (s *Service) Nudge(sc *models.Scope, group models.GroupID) error {
	held, err := sc.PlacementsIn(models.PlacementHeld)
	if err != nil {
		return err
	}
	for _, p := range held {
		if p.GroupID != group {
			continue
		}
		if err := jobs.Enqueue(sc.Tx, Place{Community: sc.Community, Placement: p.ID, Once: true}, sc.Now); err != nil {
			return err
		}
	}
	return nil
}
