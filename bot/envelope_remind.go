package bot

import (
	"context"
	"maps"
	"slices"

	"github.com/silenceper/wechat/v2/work/externalcontact"

	"siyu/internal/jobs"
	"siyu/internal/weixin"
	"siyu/models"
	"siyu/throttle"
)

// RemindEnvelope is the job that reminds an owner of what she has not sent yet.
type RemindEnvelope struct {
	Community models.CommunityID `json:"community"`
	Envelope  models.EnvelopeID  `json:"envelope"`
}

// Kind names the job.
func (RemindEnvelope) Kind() string { return "envelope.remind" }

// remindAt is when an envelope that was opened at a time is reminded of for the nth time, the first being 0: at half of its
// time, at five sixths, and so on.
func remindAt(opened, due models.Millis, nth int) models.Millis {
	left := due - opened
	for range nth {
		left /= 3
	}
	return due - left/2
}

// remindLater plans the next reminder of an envelope, if there is one.
func (b *Bot) remindLater(sc *models.Scope, e models.Envelope, opened models.Millis) error {
	at := max(remindAt(opened, e.DueAt, e.Reminded), sc.Now)
	if e.Reminded >= b.envelopes.RemindMost || at >= e.DueAt {
		return nil
	}
	return jobs.Enqueue(sc.Tx, RemindEnvelope{Community: sc.Community, Envelope: e.ID}, at)
}

// remindEnvelope has WeCom remind an owner, unless she has sent it or it is night in one of her groups: then it waits until
// morning. It is counted before WeCom is asked: after a crash there is one too few rather than one too many.
func (b *Bot) remindEnvelope(ctx context.Context, a RemindEnvelope) error {
	sc := b.store.Read(ctx).In(a.Community)
	e, err := sc.Envelope(a.Envelope)
	if err != nil || e.State != models.EnvelopeOpen || sc.Now >= e.DueAt || e.Reminded >= b.envelopes.RemindMost {
		return err
	}
	tasks, err := sc.TasksInEnvelope(e.ID)
	if err != nil {
		return err
	}
	until, err := b.quietUntil(sc, tasks)
	if err != nil {
		return err
	}
	if until >= e.DueAt {
		return nil
	}
	if until > sc.Now {
		return jobs.Snooze(until, "it is night")
	}
	r, err := b.askOutcome(sc, e)
	if code, _ := weixin.Code(err); code == dispatching {
		return jobs.SnoozeFor(sc.Now, stillDispatching, "it is being handed out")
	}
	if err != nil || r.at != 0 || len(r.sent) > 0 {
		return err
	}
	counted := false
	err = b.store.Tx(ctx, func(tx *models.Tx) error {
		sc := tx.In(a.Community)
		if counted, err = sc.RemindEnvelope(e); err != nil || !counted {
			return err
		}
		next := e
		next.Reminded++
		return b.remindLater(sc, next, e.OpenedAt)
	})
	if err != nil || !counted {
		return err
	}
	return b.remind(ctx, sc, e)
}

// remind asks WeCom for a reminder. What it refuses is not asked again: it is counted.
func (b *Bot) remind(ctx context.Context, sc *models.Scope, e models.Envelope) error {
	corp, err := b.corp(sc)
	if err != nil {
		return err
	}
	if err := corp.RemindGroupMsgSend(&externalcontact.RemindGroupMsgSendRequest{MsgID: e.MsgID}); err != nil {
		b.log.WarnContext(ctx, "an owner could not be reminded", "envelope", e.ID.String(), "error", weixin.Redacted(err))
	}
	return nil
}

// quietUntil is when it is night in none of the tasks' groups; now: it is in none now.
func (b *Bot) quietUntil(sc *models.Scope, tasks []models.Task) (models.Millis, error) {
	groups, err := taskGroups(sc, tasks)
	if err != nil {
		return 0, err
	}
	hours, err := b.ledger.QuietOf(sc, slices.Collect(maps.Values(groups)))
	if err != nil {
		return 0, err
	}
	at := int64(sc.Now)
	for again := true; again && at < throttle.Never; {
		again = false
		for _, h := range hours {
			if quiet, until := h.Span(at); quiet {
				at, again = until, true
			}
		}
	}
	return models.Millis(at), nil
}
