package bot

import (
	"context"
	"time"

	"siyu/internal/jobs"
	"siyu/models"
)

// closeEvery is how often a task that could not be stopped for a day is tried again.
const closeEvery = time.Hour

// CloseTask is the job that takes a task back when its time is over.
type CloseTask struct {
	Community models.CommunityID `json:"community"`
	Task      models.TaskID      `json:"task"`
	// Why is the order that takes it back before its time; empty: its time is over.
	Why string `json:"why,omitempty"`
}

// Kind names the job.
func (CloseTask) Kind() string { return "task.close" }

// closeTask takes a task back at the end of its interval. The quota is given back only when WeCom says that the task
// is stopped and was not posted at the last moment; until then unknown counts as sent.
func (b *Bot) closeTask(ctx context.Context, a CloseTask) error {
	sc := b.store.Read(ctx).In(a.Community)
	t, err := sc.Task(a.Task)
	if err != nil || t.State == models.TaskDone || t.State == models.TaskCancelled {
		return err
	}
	if t.EnvelopeID == 0 || t.State == models.TaskNew {
		return b.endTask(ctx, a.Community, t, a.Why)
	}
	e, err := sc.Envelope(t.EnvelopeID)
	if err != nil {
		return err
	}
	if e.State == models.EnvelopeCalling {
		if e, err = b.adopt(ctx, a.Community, e); err != nil {
			return b.keepClosing(ctx, sc.Now, err)
		}
		if safe := e.CalledAt.Add(b.lag); e.State == models.EnvelopeCalling && sc.Now < safe {
			return jobs.Snooze(safe, "WeCom may have the task: look again")
		}
	}
	if e.State == models.EnvelopeOpen {
		return b.takeBack(ctx, a.Community, e, t, a.Why)
	}
	return b.endTask(ctx, a.Community, t, a.Why)
}

// endTask ends a task that no owner has. One whose group only has another owner by now is hers.
func (b *Bot) endTask(ctx context.Context, community models.CommunityID, t models.Task, why string) error {
	return b.store.Tx(ctx, func(tx *models.Tx) error {
		if why == reasonOwner && tx.Now < t.DueAt {
			return b.goBack(tx.In(community), t)
		}
		return b.unposted(tx.In(community), t, why)
	})
}

// keepClosing has a task that cannot be stopped looked at for ever: as long as it is open it can be posted, and counts.
func (b *Bot) keepClosing(ctx context.Context, now models.Millis, err error) error {
	if !jobs.Final(ctx, err) {
		return err
	}
	b.log.ErrorContext(ctx, "a task cannot be stopped; its group gets nothing until it is", "error", err)
	return jobs.SnoozeFor(now, closeEvery, "it cannot be stopped")
}
