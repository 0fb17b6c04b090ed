package bot

import (
	"context"

	"siyu/internal/jobs"
	"siyu/models"
)

// UnknownTasks lists the tasks of WeCom groups whose time is over and of which WeCom has not said what became of them: they
// count as posted until it does, or somebody who has looked says so.
func (b *Bot) UnknownTasks(ctx context.Context, community models.CommunityID) ([]TaskView, error) {
	sc := b.store.Read(ctx).In(community)
	all, err := sc.TasksPast(sc.Now.Add(-b.envelopes.UnknownAfter))
	if err != nil {
		return nil, err
	}
	views := []TaskView{}
	for _, t := range all {
		v, err := b.ViewTask(sc, t)
		if err != nil {
			return nil, err
		}
		views = append(views, v)
	}
	return views, nil
}

// Settlement is what an organiser says became of a task that WeCom does not tell of.
type Settlement struct {
	PostedAt models.Millis // zero: it was not posted
	By       models.AccountID
}

// SettleTask books what an organiser says of a task whose fate is unknown. WeCom goes on being asked to stop the message; what
// appears all the same is booked as late.
func (b *Bot) SettleTask(ctx context.Context, community models.CommunityID, id models.TaskID, s Settlement) (TaskView, error) {
	var v TaskView
	err := b.store.Tx(ctx, func(tx *models.Tx) error {
		sc := tx.In(community)
		t, err := sc.LockTask(id) // two who say what became of it say it one after the other
		if err != nil {
			return err
		}
		switch {
		case t.Kind != models.WeComGroup || ended(t) || tx.Now < t.DueAt.Add(b.envelopes.UnknownAfter):
			return models.Errorf(models.Conflict, "task_not_unknown", "WeCom tells what became of this task")
		case s.PostedAt != 0 && (s.PostedAt < t.CreatedAt || s.PostedAt > tx.Now):
			return models.Errorf(models.Invalid, "posted_at_outside", "it was posted between its making and now").With("field", "posted_at")
		}
		detail := "not posted"
		if s.PostedAt != 0 {
			detail = "posted"
			err = b.posted(sc, t, s.PostedAt, models.ProofOwner)
		} else {
			err = b.unposted(sc, t, reasonSilent)
		}
		if err != nil {
			return err
		}
		if err := b.stopLater(sc, t); err != nil {
			return err
		}
		if err := sc.AddAudit(s.By, "task.settle", "task:"+t.ID.String(), detail); err != nil {
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

// stopLater has WeCom asked to stop a message in which nothing is left.
func (b *Bot) stopLater(sc *models.Scope, t models.Task) error {
	if t.EnvelopeID == 0 {
		return nil
	}
	return jobs.Enqueue(sc.Tx, CloseEnvelope{Community: sc.Community, Envelope: t.EnvelopeID}, sc.Now)
}
