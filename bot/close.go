package bot

import (
	"context"
	"errors"
	"fmt"
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
	if t.Kind == models.WeComGroup && t.State == models.TaskCalling {
		if t, err = b.adopt(ctx, a.Community, t); err != nil {
			return b.keepClosing(ctx, sc.Now, err)
		}
		if safe := t.CalledAt.Add(b.lag); t.State == models.TaskCalling && sc.Now < safe {
			return jobs.Snooze(safe, "WeCom may have the task: look again")
		}
	}
	if t.Kind == models.WeComGroup && t.MsgID != "" {
		stopped := b.cancel(ctx, a.Community, t)
		posted, err := b.bookResult(ctx, a.Community, t) // also if it cannot be stopped: it may be because it was posted
		if stopped != nil && !posted {
			err = errors.Join(fmt.Errorf("stop a task: %w", stopped), err)
		}
		if err != nil {
			return b.keepClosing(ctx, sc.Now, err)
		}
		if posted {
			return nil
		}
	}
	return b.giveUp(ctx, a.Community, t, a.Why)
}

// keepClosing has a task that cannot be stopped looked at for ever: as long as it is open it can be posted, and counts.
func (b *Bot) keepClosing(ctx context.Context, now models.Millis, err error) error {
	if !jobs.Final(ctx, err) {
		return err
	}
	b.log.ErrorContext(ctx, "a task cannot be stopped; its group gets nothing until it is", "error", err)
	return jobs.SnoozeFor(now, closeEvery, "it cannot be stopped")
}
