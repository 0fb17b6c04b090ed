package bot

import (
	"context"
	"time"

	"siyu/models"
)

// reasonCannot is why something was not posted whose owner said that she cannot.
const reasonCannot = "owner_cannot"

// wordDrift is how far the clock of who says when she posted may be wrong.
const wordDrift = 5 * time.Minute

// Word is what one of the team says about a task of an ordinary group.
type Word struct {
	By   models.AccountID
	At   models.Millis // when she posted it; zero: just now
	Note string        // why she cannot
}

// ConfirmTask books that a card was posted by hand, at the time that is said, which lies between the task's opening and now.
// A card posted before or after its interval, or after it was taken back, is booked all the same: it happened, so it counts.
// Saying it twice is the same as once, and what was known first stays.
func (b *Bot) ConfirmTask(ctx context.Context, community models.CommunityID, id models.TaskID, w Word) (TaskView, error) {
	return b.word(ctx, community, id, func(sc *models.Scope, t models.Task) error {
		if t.State == models.TaskDone {
			return nil
		}
		at, err := postedAt(t, w.At, sc.Now)
		if err != nil {
			return err
		}
		if err := b.posted(sc, t, at, models.ProofOwner); err != nil {
			return err
		}
		if err := sc.SignTask(t.ID, w.By); err != nil {
			return err
		}
		return sc.AddAudit(w.By, "task.confirm", "task:"+t.ID.String(), "")
	})
}

// SkipTask gives a task's slot back because its owner cannot post it. One that was posted is a Conflict task_done; one that was
// taken back already stays as it is.
func (b *Bot) SkipTask(ctx context.Context, community models.CommunityID, id models.TaskID, w Word) (TaskView, error) {
	return b.word(ctx, community, id, func(sc *models.Scope, t models.Task) error {
		switch t.State {
		case models.TaskDone:
			return models.Errorf(models.Conflict, "task_done", "it was posted already")
		case models.TaskCancelled:
			return nil
		case models.TaskNew, models.TaskCalling, models.TaskOpen:
		}
		if err := b.unposted(sc, t, reasonCannot); err != nil {
			return err
		}
		if err := sc.SignTask(t.ID, w.By); err != nil {
			return err
		}
		return sc.AddAudit(w.By, "task.skip", "task:"+t.ID.String(), clip(w.Note, detailChars))
	})
}

// word does what somebody says about a task that is posted by hand, which is locked: who says something else at the same
// moment comes after it.
func (b *Bot) word(ctx context.Context, community models.CommunityID, id models.TaskID, do func(*models.Scope, models.Task) error) (TaskView, error) {
	var v TaskView
	err := b.store.Tx(ctx, func(tx *models.Tx) error {
		sc := tx.In(community)
		t, err := sc.LockTask(id)
		if err != nil {
			return err
		}
		if t.Kind != models.OrdinaryGroup {
			return models.Errorf(models.Invalid, "task_not_by_hand", "WeCom tells by itself when this task is done")
		}
		if err := do(sc, t); err != nil {
			return err
		}
		if t, err = sc.Task(id); err != nil {
			return err
		}
		v, err = b.ViewTask(sc, t)
		return err
	})
	b.jobs.Wake()
	return v, err
}

// postedAt is when a task was posted, as somebody says: not before she could have had it, not in the future; pure.
func postedAt(t models.Task, said, now models.Millis) (models.Millis, error) {
	if said == 0 {
		return now, nil
	}
	opened := t.OpenedAt
	if opened == 0 {
		opened = t.CreatedAt
	}
	if said < opened.Add(-wordDrift) || said > now.Add(wordDrift) {
		return 0, models.Errorf(models.Invalid, "posted_at_outside", "it cannot have been posted then").With("field", "posted_at")
	}
	return min(said, now), nil
}

// HandTasks lists the open tasks of ordinary groups that somebody of the team is asked to do, the most urgent first.
func (b *Bot) HandTasks(ctx context.Context, who models.Account) ([]TaskView, error) {
	sc := b.store.Read(ctx).In(who.CommunityID)
	tasks, err := handTasks(sc, who)
	if err != nil {
		return nil, err
	}
	views := make([]TaskView, len(tasks))
	for i, t := range tasks {
		if views[i], err = b.ViewTask(sc, t); err != nil {
			return nil, err
		}
	}
	return views, nil
}

// HandTask shows one task.
func (b *Bot) HandTask(ctx context.Context, community models.CommunityID, id models.TaskID) (TaskView, error) {
	sc := b.store.Read(ctx).In(community)
	t, err := sc.Task(id)
	if err != nil {
		return TaskView{}, err
	}
	return b.ViewTask(sc, t)
}
