package bot

import (
	"context"
	"time"

	"siyu/internal/jobs"
	"siyu/models"
	"siyu/offers"
	"siyu/throttle"
)

// pollEvery is how often WeCom is asked whether an owner has posted.
const pollEvery = 15 * time.Minute

// askAfterOrder is how often a hand-over that was stopped by an order looks whether the order has ended.
const askAfterOrder = time.Minute

// PollTask is the job that asked WeCom about one task, when each had a message of its own.
type PollTask struct {
	Community models.CommunityID `json:"community"`
	Task      models.TaskID      `json:"task"`
}

// Kind names the job.
func (PollTask) Kind() string { return "task.poll" }

// pollTask leaves it to the job of the task's envelope.
func (b *Bot) pollTask(ctx context.Context, a PollTask) error {
	return b.store.Tx(ctx, func(tx *models.Tx) error {
		t, err := tx.In(a.Community).Task(a.Task)
		if err != nil || ended(t) || t.EnvelopeID == 0 {
			return err
		}
		return jobs.Enqueue(tx, PollEnvelope{Community: a.Community, Envelope: t.EnvelopeID}, tx.Now)
	})
}

// order is everything a hand-over needs to know.
type order struct {
	placement models.Placement
	task      models.Task
	group     models.Group
	offer     models.Offer
	brand     models.Brand
}

// handover gives a reserved placement to its group's owner: folded with others into a message by API for a WeCom group, a
// card to forward by hand for an ordinary one. One whose interval is over is not handed over any more, one that an order
// stopped meanwhile not before the order ends; if that is too late, closeTask gives the slot back.
func (b *Bot) handover(ctx context.Context, a offers.Handover) error {
	var why throttle.Reason
	err := b.store.Tx(ctx, func(tx *models.Tx) error {
		sc := tx.In(a.Community)
		p, err := sc.Placement(a.Placement)
		if err != nil {
			return err
		}
		if why, err = b.ledger.MayHand(sc, p); err != nil { // it locks the group: what follows is read under the lock
			return err
		}
		o, err := readOrder(sc, a.Placement)
		if err != nil {
			return err
		}
		if o.placement.State != models.PlacementReserved {
			why = throttle.None
			return nil
		}
		o.task = models.Task{PlacementID: o.placement.ID, GroupID: o.group.ID, Kind: o.group.Kind, State: models.TaskNew, DueAt: o.placement.E}
		if err := b.assign(sc, o.group, &o.task); err != nil {
			return err
		}
		if err := b.queue(sc, &o.task, o.placement.S); err != nil {
			return err
		}
		if o.group.Kind == models.WeComGroup || tx.Now >= o.placement.E {
			why = throttle.None // whoever folds looks for orders again
			return nil
		}
		if why != throttle.None {
			return nil
		}
		return open(sc, o.task, o.placement, "")
	})
	if err != nil || why == throttle.None {
		return err
	}
	return jobs.SnoozeFor(models.MillisOf(b.store.Clock().Now()), askAfterOrder, "an order: "+why.String())
}

// queue stores a task, once, has it taken back when its time is over, and has a WeCom owner's folded. It was to be handed over
// since a time: when there is much to do, what waits longest goes first.
func (b *Bot) queue(sc *models.Scope, t *models.Task, since models.Millis) error {
	fresh, err := sc.AddTask(t)
	if err != nil {
		return err
	}
	if fresh {
		if err := jobs.Enqueue(sc.Tx, CloseTask{Community: sc.Community, Task: t.ID}, t.DueAt); err != nil {
			return err
		}
	}
	switch {
	case t.Kind != models.WeComGroup:
		return nil
	case t.State == models.TaskCalling: // its hand-over began before there were envelopes
		_, err := jobs.EnqueueOnce(sc.Tx, SendEnvelope{Community: sc.Community, Envelope: t.EnvelopeID}, sc.Now, "send:"+t.EnvelopeID.String())
		return err
	case t.State == models.TaskNew && t.EnvelopeID == 0:
		return foldAt(sc, t.OwnerUserID, min(since, sc.Now).Add(b.envelopes.FoldAfter))
	}
	return nil
}

func readOrder(sc *models.Scope, id models.PlacementID) (order, error) {
	var o order
	var err error
	if o.placement, err = sc.Placement(id); err != nil {
		return o, err
	}
	if o.group, err = sc.Group(o.placement.GroupID); err != nil {
		return o, err
	}
	if o.offer, err = sc.Offer(o.placement.OfferID); err != nil {
		return o, err
	}
	o.brand, err = sc.Brand(o.placement.BrandID)
	return o, err
}

// open books that a task is with its owner.
func open(sc *models.Scope, t models.Task, p models.Placement, msgID string) error {
	moved, err := sc.MoveTask(t.ID, t.State, models.TaskOpen, msgID)
	if err != nil || !moved {
		return err
	}
	to := p
	to.State = models.PlacementTasked
	if _, err = sc.MovePlacement(p, to); err != nil {
		return err
	}
	return tellSoon(sc, t)
}
