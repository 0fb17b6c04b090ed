package bot

import (
	"siyu/internal/jobs"
	"siyu/models"
	"siyu/throttle"
)

// Why something that had its time was not posted, beside the orders that stop it.
const (
	reasonSilent = "owner_silent" // its owner did not post it in time
	reasonFailed = "task_failed"  // WeCom did not take the task: the owner never saw it

	reasonSkipped = "owner_skipped" // she sent it to other groups and left this one out
)

// posted books that a task's message appeared in its group at a time, and ends the task. Doing it twice is the same as once.
// One that was taken back and appears all the same is booked as late, and is done.
func (b *Bot) posted(sc *models.Scope, t models.Task, at models.Millis, how models.Proof) error {
	book := func() error { return b.ledger.Confirm(sc, t.PlacementID, at) }
	if t.PlacementID == 0 {
		book = func() error { return b.runPosted(sc, t, at) }
	}
	if err := book(); err != nil {
		return err
	}
	_, err := sc.FinishTask(t.ID, t.State, how)
	return err
}

// unposted ends a task that verifiably cannot be posted any more and gives its slot back, for a reason; if that is empty, for
// what kept it from being posted in time. What an order stopped, and not its owner, is planned anew. A task that moved since
// it was read, because its hand-over was under way, is looked at anew.
func (b *Bot) unposted(sc *models.Scope, t models.Task, why string) error {
	anew := again(why)
	if why == "" {
		why = whyUnsent(t)
		order, err := b.orderOn(sc, t)
		if err != nil {
			return err
		}
		if order != throttle.None {
			why, anew = order.String(), order != throttle.Vetoed
		}
	}
	if why == reasonOwner { // its time ended while it changed hands: neither of the two owners could post it
		why = reasonFailed
	}
	moved, err := sc.WithdrawTask(t.ID, t.State, why)
	if err != nil {
		return err
	}
	if !moved {
		return jobs.Snooze(sc.Now, "the task moved")
	}
	if t.PlacementID == 0 {
		return b.runUnposted(sc, t, why)
	}
	if err := b.ledger.Release(sc, t.PlacementID, why); err != nil || !anew {
		return err
	}
	return planAnew(sc, t.PlacementID)
}

func whyUnsent(t models.Task) string {
	if t.State == models.TaskOpen {
		return reasonSilent
	}
	return reasonFailed
}

// orderOn is the order that kept a task from being handed over until its time was over; none if it was handed over, or
// nothing stood in its way but WeCom.
func (b *Bot) orderOn(sc *models.Scope, t models.Task) (throttle.Reason, error) {
	if t.State != models.TaskNew || t.PlacementID == 0 {
		return throttle.None, nil
	}
	p, err := sc.Placement(t.PlacementID)
	if err != nil {
		return throttle.None, err
	}
	return b.ledger.MayHand(sc, p)
}
