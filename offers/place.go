package offers

import (
	"context"
	"crypto/rand"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"siyu/internal/jobs"
	"siyu/models"
	"siyu/throttle"
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

// PlaceMany is the job that asks for the slots of several placements at once, in their order, and leaves those that must
// wait to jobs of their own.
type PlaceMany struct {
	Community  models.CommunityID   `json:"community"`
	Placements []models.PlacementID `json:"placements"`
	// Once leaves further asking to the jobs that are waiting.
	Once bool `json:"once,omitempty"`
}

// Kind names the job.
func (PlaceMany) Kind() string { return "placement.place_many" }

// placeAtOnce is how many placements ask in one transaction: their groups are locked together until it ends.
const placeAtOnce = 200

// askAgain is how long a held placement waits at most before it asks again: policies change, and groups resume.
const askAgain = 24 * time.Hour

// place reserves a slot and has it handed over, or waits for the next one.
func (s *Service) place(ctx context.Context, a Place) error {
	var own *waiting
	err := s.store.Tx(ctx, func(tx *models.Tx) error {
		own = nil // the transaction may run more than once
		sc := tx.In(a.Community)
		ids, err := s.rivals(sc, a.Placement)
		if err != nil {
			return err
		}
		held, err := s.reserve(sc, ids)
		for i := range held {
			if held[i].id == a.Placement {
				own = &held[i]
			}
		}
		return err
	})
	if err != nil || own == nil || a.Once {
		return err
	}
	return jobs.Snooze(own.again, own.reason)
}

// rivals are the placements that may ask for the same slot as one of them: those of its group that were told a time that
// has come. What brings most for its harm asks first.
func (s *Service) rivals(sc *models.Scope, id models.PlacementID) ([]models.PlacementID, error) {
	p, err := sc.Placement(id)
	if err != nil {
		return nil, fmt.Errorf("placement %s: %w", id, err)
	}
	if p.State != models.PlacementPlanned && p.State != models.PlacementHeld {
		return []models.PlacementID{id}, nil
	}
	held, err := sc.HeldIn(p.GroupID)
	if err != nil {
		return nil, err
	}
	held = slices.DeleteFunc(held, func(q models.Placement) bool {
		return q.ID == id || q.NextAt == 0 || q.NextAt > sc.Now || q.TurnAt > sc.Now
	})
	ranked, err := s.keeper.Rank(sc, p.GroupID, append(held, p))
	if err != nil {
		return nil, err
	}
	return idsOf(ranked), nil
}

// placeMany is place for several; what must wait gets its own job.
func (s *Service) placeMany(ctx context.Context, a PlaceMany) error {
	return s.store.Tx(ctx, func(tx *models.Tx) error {
		held, err := s.reserve(tx.In(a.Community), a.Placements)
		if err != nil || a.Once {
			return err
		}
		for _, w := range held {
			if err := jobs.Enqueue(tx, Place{Community: a.Community, Placement: w.id}, w.again); err != nil {
				return err
			}
		}
		return nil
	})
}

// waiting is a held placement and when it asks again.
type waiting struct {
	id     models.PlacementID
	again  models.Millis
	reason string
}

// reserve asks for slots, has those that are got handed over, and lists those that must wait.
func (s *Service) reserve(sc *models.Scope, ids []models.PlacementID) ([]waiting, error) {
	all, err := s.ledger.ReserveMany(sc, ids)
	if err != nil {
		return nil, err
	}
	var held []throttle.Reserved
	var wanted []models.OfferID
	for _, r := range all {
		if r.Fresh { // a second job that finds it reserved must not start a second hand-over beside the first
			if err := handOver(sc, r.Placement); err != nil {
				return nil, err
			}
		}
		if r.State == models.PlacementHeld {
			held, wanted = append(held, r), append(wanted, r.OfferID)
		}
	}
	slices.Sort(wanted)
	known, err := sc.OffersByID(slices.Compact(wanted), false)
	if err != nil {
		return nil, err
	}
	wait := make([]waiting, len(held))
	for i, r := range held {
		again := min(max(known[r.OfferID].EndsAt, sc.Now), sc.Now.Add(askAgain))
		if r.NextAt > sc.Now {
			again = min(again, r.NextAt)
		}
		wait[i] = waiting{id: r.ID, again: again, reason: r.Reason}
	}
	return wait, nil
}

// handOver has a reserved placement given to its owner, once.
func handOver(sc *models.Scope, p models.Placement) error {
	_, err := jobs.EnqueueOnce(sc.Tx, Handover{Community: sc.Community, Placement: p.ID}, sc.Now, "handover:"+p.ID.String())
	return err
}

// Nudge has every held placement of a group ask once, what brings most for its harm first: a slot may be free earlier than
// was said. Where some wait for their turn the week is planned anew. The ledger calls it when a post was seen or given up.
func (s *Service) Nudge(sc *models.Scope, group models.GroupID) error {
	held, err := sc.HeldIn(group)
	if err != nil {
		return err
	}
	due := slices.DeleteFunc(slices.Clone(held), func(p models.Placement) bool { return p.TurnAt > sc.Now })
	if len(due) < len(held) {
		if err := planSoon(sc, planAfter); err != nil {
			return err
		}
	}
	if due, err = s.keeper.Rank(sc, group, due); err != nil {
		return err
	}
	return enqueuePlacing(sc, idsOf(due), true)
}

// enqueuePlacing has placements ask for their slots now.
func enqueuePlacing(sc *models.Scope, ids []models.PlacementID, once bool) error {
	for some := range slices.Chunk(ids, placeAtOnce) {
		if err := jobs.Enqueue(sc.Tx, PlaceMany{Community: sc.Community, Placements: some, Once: once}, sc.Now); err != nil {
			return err
		}
	}
	return nil
}

// idem names a round of an offer in a group.
func idem(o models.OfferID, g models.GroupID, round int) string {
	return fmt.Sprintf("%s:%s:%d", o, g, round)
}

// planned is a placement as it is first written.
func planned(o models.Offer, g models.GroupID, round int) models.Placement {
	return models.Placement{Idem: idem(o.ID, g, round), Code: rand.Text()[:placementCodeLength], GroupID: g, OfferID: o.ID, BrandID: o.BrandID}
}

// Again plans a placement that was given up, though neither its owner nor its offer was to blame, anew: it waits for a slot
// like the first. An offer that is over is not planned.
func Again(sc *models.Scope, id models.PlacementID) error {
	p, err := sc.Placement(id)
	if err != nil {
		return err
	}
	o, err := sc.Offer(p.OfferID)
	if err != nil || o.State != models.OfferApproved || sc.Now >= o.EndsAt {
		return err
	}
	last, ours := strings.CutPrefix(p.Idem, fmt.Sprintf("%s:%s:", o.ID, p.GroupID))
	round, err := strconv.Atoi(last)
	if err != nil || !ours {
		return nil //nolint:nilerr // it was not planned here
	}
	next := planned(o, p.GroupID, round+1)
	fresh, err := sc.AddPlacement(&next)
	if err != nil || !fresh {
		return err
	}
	return jobs.Enqueue(sc.Tx, Place{Community: sc.Community, Placement: next.ID}, sc.Now)
}
