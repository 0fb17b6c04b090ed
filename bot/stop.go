package bot

import (
	"context"
	"slices"

	"siyu/internal/jobs"
	"siyu/models"
	"siyu/offers"
	"siyu/throttle"
)

// Stop is the community's kill switch. When it returns, nothing new is reserved or handed over, on any instance; owners are
// asked at once to leave what they have. Stopping twice is the same as once.
func (b *Bot) Stop(ctx context.Context, community models.CommunityID, by models.AccountID, note string) error {
	return b.halting(ctx, community, func(sc *models.Scope) ([]models.Task, error) {
		if _, err := b.ledger.Stop(sc, by, note); err != nil {
			return nil, err
		}
		return unfinished(sc) // also when it is stopped already: somebody presses again because a task is still open
	}, throttle.Stopped)
}

// Resume ends a stop. What was taken back by it is planned anew.
func (b *Bot) Resume(ctx context.Context, community models.CommunityID, by models.AccountID, note string) error {
	err := b.store.Tx(ctx, func(tx *models.Tx) error {
		_, err := b.ledger.Start(tx.In(community), by, note)
		return err
	})
	b.jobs.Wake()
	return err
}

// PauseGroup stops or resumes sponsored posts in a group. What is with an owner already is taken back at its end.
func (b *Bot) PauseGroup(ctx context.Context, community models.CommunityID, id models.GroupID, p models.Pause) error {
	err := b.store.Tx(ctx, func(tx *models.Tx) error { return b.ledger.Pause(tx.In(community), id, p) })
	b.jobs.Wake()
	return err
}

// Veto is an organiser's final no to one offer in a group, or with group zero in every group. Posts that wait are given up,
// owners who have one are asked to leave it.
func (b *Bot) Veto(ctx context.Context, community models.CommunityID, v models.Veto) error {
	return b.halting(ctx, community, func(sc *models.Scope) ([]models.Task, error) {
		if _, err := b.ledger.Veto(sc, v); err != nil {
			return nil, err
		}
		return b.vetoed(sc, v)
	}, throttle.Vetoed)
}

// Withdraw ends an offer before its time, by its brand or an organiser; see [offers.Withdraw]. Owners who have a post of it are
// asked to leave it. Doing it twice is the same as once.
func (b *Bot) Withdraw(ctx context.Context, who models.Account, id models.OfferID, reason string) error {
	return b.halting(ctx, who.CommunityID, func(sc *models.Scope) ([]models.Task, error) {
		if _, err := offers.Withdraw(sc, b.ledger, who, id, reason); err != nil {
			return nil, err
		}
		return b.takeBackAll(sc, id, 0, throttle.OfferEnded)
	}, throttle.OfferEnded)
}

// vetoed is takeBackAll for a veto.
func (b *Bot) vetoed(sc *models.Scope, v models.Veto) ([]models.Task, error) {
	return b.takeBackAll(sc, v.OfferID, v.GroupID, throttle.Vetoed)
}

// takeBackAll gives up what an offer has a slot for in a group, or in every group, and no task yet, and returns the tasks of the
// rest.
func (b *Bot) takeBackAll(sc *models.Scope, offer models.OfferID, group models.GroupID, why throttle.Reason) ([]models.Task, error) {
	all, err := sc.PlacementsOf(offer)
	if err != nil {
		return nil, err
	}
	var tasks []models.Task
	for _, p := range all {
		if group != 0 && p.GroupID != group || p.State != models.PlacementReserved && p.State != models.PlacementTasked {
			continue
		}
		t, err := sc.TaskOf(p.ID)
		switch {
		case models.IsKind(err, models.NotFound):
			if err := b.ledger.Release(sc, p.ID, why.String()); err != nil {
				return nil, err
			}
		case err != nil:
			return nil, err
		default:
			tasks = append(tasks, t)
		}
	}
	return tasks, nil
}

// unfinished lists the sponsored tasks that an owner has or may yet get. The organiser's own posts go on.
func unfinished(sc *models.Scope) ([]models.Task, error) {
	all, err := sc.TasksIn(models.TaskNew, models.TaskCalling, models.TaskOpen)
	return slices.DeleteFunc(all, func(t models.Task) bool { return t.PlacementID == 0 }), err
}

// halting gives an order and has the tasks it names taken back now, by whichever instance is free.
func (b *Bot) halting(ctx context.Context, community models.CommunityID, order func(*models.Scope) ([]models.Task, error), why throttle.Reason) error {
	err := b.store.Tx(ctx, func(tx *models.Tx) error {
		tasks, err := order(tx.In(community))
		if err != nil {
			return err
		}
		all := make([]jobs.Args, len(tasks))
		for i, t := range tasks {
			all[i] = CloseTask{Community: community, Task: t.ID, Why: why.String()}
		}
		return jobs.EnqueueAll(tx, all, jobs.Front) // whoever gave the order waits for owners to be asked
	})
	b.jobs.Wake()
	return err
}

// haltIf has a task that was just opened taken back at once, if an order came while the platform was being asked for it.
func (b *Bot) haltIf(sc *models.Scope, t models.Task, p models.Placement) error {
	why, err := b.ledger.MayHand(sc, p)
	if err != nil || (why != throttle.Stopped && why != throttle.Vetoed && why != throttle.OfferEnded && why != throttle.SoldOut) {
		return err
	}
	return jobs.Enqueue(sc.Tx, CloseTask{Community: sc.Community, Task: t.ID, Why: why.String()}, sc.Now)
}

// BookExternal books a sponsored post that somebody made by hand.
func (b *Bot) BookExternal(ctx context.Context, community models.CommunityID, x throttle.External) error {
	return b.store.Tx(ctx, func(tx *models.Tx) error {
		_, err := b.ledger.External(tx.In(community), x)
		return err
	})
}

// BookOrganic books a post of the organiser's own; what waited for one asks again.
func (b *Bot) BookOrganic(ctx context.Context, community models.CommunityID, p models.OrganicPost) error {
	err := b.store.Tx(ctx, func(tx *models.Tx) error { return b.ledger.Organic(tx.In(community), p) })
	b.jobs.Wake()
	return err
}
