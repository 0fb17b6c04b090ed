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

// PollTask is the job that asks WeCom whether the owner has posted.
type PollTask struct {
	Community models.CommunityID `json:"community"`
	Task      models.TaskID      `json:"task"`
}

// Kind names the job.
func (PollTask) Kind() string { return "task.poll" }

// order is everything a hand-over needs to know.
type order struct {
	placement models.Placement
	task      models.Task
	group     models.Group
	offer     models.Offer
	brand     models.Brand
}

// handover gives a reserved placement to its group's owner: a task by API for a WeCom group, a card to forward by
// hand for an ordinary one. One whose interval is over is not handed over any more, one that an order stopped meanwhile not
// before the order ends; if that is too late, closeTask gives the slot back.
func (b *Bot) handover(ctx context.Context, a offers.Handover) error {
	var o order
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
		if o, err = readOrder(sc, a.Placement); err != nil {
			return err
		}
		if o.placement.State != models.PlacementReserved {
			return nil
		}
		o.task = models.Task{PlacementID: o.placement.ID, GroupID: o.group.ID, Kind: o.group.Kind, State: models.TaskNew, DueAt: o.placement.E}
		if err := b.assign(sc, o.group, &o.task); err != nil {
			return err
		}
		fresh, err := sc.AddTask(&o.task)
		if err != nil {
			return err
		}
		if fresh {
			if err := jobs.Enqueue(tx, CloseTask{Community: a.Community, Task: o.task.ID}, o.task.DueAt); err != nil {
				return err
			}
		}
		if o.group.Kind == models.OrdinaryGroup && why == throttle.None && tx.Now < o.placement.E {
			return open(sc, o.task, o.placement, "")
		}
		return nil
	})
	now := models.MillisOf(b.store.Clock().Now())
	switch {
	case err != nil || o.placement.State != models.PlacementReserved || now >= o.placement.E:
		return err
	case why != throttle.None:
		return jobs.SnoozeFor(now, askAfterOrder, "an order: "+why.String())
	case o.group.Kind == models.OrdinaryGroup:
		return nil
	}
	return b.handToWeCom(ctx, a.Community, o)
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
	_, err = sc.MovePlacement(p, to)
	return err
}

// pollTask asks once; while the owner has not posted it asks again later, until the task's time is over.
func (b *Bot) pollTask(ctx context.Context, a PollTask) error {
	tx := b.store.Read(ctx)
	t, err := tx.In(a.Community).Task(a.Task)
	if err != nil || t.State != models.TaskOpen || tx.Now >= t.DueAt {
		return err
	}
	posted, err := b.bookResult(ctx, a.Community, t)
	if err != nil || posted {
		return err
	}
	return jobs.SnoozeFor(tx.Now, pollEvery, "not posted yet")
}

// bookResult asks WeCom whether the task's message is in the group and books it if so.
func (b *Bot) bookResult(ctx context.Context, community models.CommunityID, t models.Task) (posted bool, err error) {
	sc := b.store.Read(ctx).In(community)
	g, err := sc.Group(t.GroupID)
	if err != nil {
		return false, err
	}
	at, full, err := b.sentAt(sc, g, t)
	if err == nil && full && at == 0 {
		return true, b.groupFull(ctx, community, t) // nothing is left to do about this task
	}
	if err != nil || at == 0 {
		return false, err
	}
	return true, b.book(ctx, community, t, at)
}

// book confirms a placement and ends its task in one transaction. Doing it twice is the same as once.
func (b *Bot) book(ctx context.Context, community models.CommunityID, t models.Task, at models.Millis) error {
	return b.store.Tx(ctx, func(tx *models.Tx) error {
		return b.posted(tx.In(community), t, at, models.ProofPlatform)
	})
}
