package bot

import (
	"context"
	"errors"
	"slices"
	"time"

	"siyu/internal/jobs"
	"siyu/models"
	"siyu/offers"
	"siyu/throttle"
)

// stockEvery is how often posts are compared with their offers' stock beside the times at which that is known to have moved. No
// post goes out in between: each is looked at right before it is handed over.
const stockEvery = time.Hour

// watchStock takes back what owners have of offers with nothing left, and has what waited for stock ask for a slot again.
func (b *Bot) watchStock(ctx context.Context, _ offers.WatchStock) error {
	tx := b.store.Read(ctx)
	all, err := tx.Communities()
	if err != nil {
		return err
	}
	var errs []error
	for _, c := range all {
		errs = append(errs, b.followStock(ctx, c.ID))
	}
	if err := errors.Join(errs...); err != nil { // the others were looked at all the same
		return err
	}
	b.jobs.Wake()
	return jobs.SnoozeFor(tx.Now, stockEvery, "posts follow their stock")
}

func (b *Bot) followStock(ctx context.Context, community models.CommunityID) error {
	empty, err := b.store.Read(ctx).In(community).SoldOutWithPosts()
	if err != nil {
		return err
	}
	for _, id := range empty {
		if err := b.store.Tx(ctx, func(tx *models.Tx) error { return b.emptied(tx.In(community), id) }); err != nil {
			return err
		}
	}
	return b.store.Tx(ctx, func(tx *models.Tx) error { return offers.InStock(tx.In(community)) })
}

// emptied gives up what an offer has a slot for and asks owners to leave what they have, if there is still nothing left of it.
// All of it waits for stock then, and the slots are free for others. Doing it twice is the same as once.
func (b *Bot) emptied(sc *models.Scope, id models.OfferID) error {
	all, err := sc.PlacementsOf(id)
	if err != nil {
		return err
	}
	var groups []models.GroupID
	for _, p := range all {
		if p.State == models.PlacementReserved || p.State == models.PlacementTasked {
			groups = append(groups, p.GroupID)
		}
	}
	slices.Sort(groups)
	if _, err := sc.LockGroups(append([]models.GroupID{}, slices.Compact(groups)...)); err != nil {
		return err
	}
	o, err := sc.Offer(id)
	if err != nil || !o.SoldOut() {
		return err
	}
	if all, err = sc.PlacementsOf(id); err != nil { // again: what was read before the locks may be old
		return err
	}
	for _, p := range all {
		if p.State == models.PlacementReserved || p.State == models.PlacementTasked {
			if err := b.withoutStock(sc, p); err != nil {
				return err
			}
		}
	}
	return nil
}

// withoutStock gives back one post's slot: at once if nobody has been asked for it, or else when its owner cannot post it any
// more. Who has taken a card that shows the stock has most likely posted it, and it says by itself that nothing is left: that one
// stays, and counts.
func (b *Bot) withoutStock(sc *models.Scope, p models.Placement) error {
	why := throttle.SoldOut.String()
	t, err := sc.TaskOf(p.ID)
	if models.IsKind(err, models.NotFound) {
		if err := b.ledger.Release(sc, p.ID, why); err != nil {
			return err
		}
		return planAnew(sc, p.ID)
	}
	if err != nil || ended(t) {
		return err
	}
	if _, err := sc.LiveCardOfTask(t.ID); !models.IsKind(err, models.NotFound) {
		return err
	}
	_, err = jobs.EnqueueOnce(sc.Tx, CloseTask{Community: sc.Community, Task: t.ID, Why: why}, sc.Now, "emptied:"+t.ID.String())
	return err
}
