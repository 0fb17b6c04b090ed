package bot

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/silenceper/wechat/v2/work/externalcontact"

	"siyu/internal/jobs"
	"siyu/internal/weixin"
	"siyu/models"
)

// CloseEnvelope is the job that stops an envelope in which nothing is left to be posted, or that must not go out.
type CloseEnvelope struct {
	Community models.CommunityID `json:"community"`
	Envelope  models.EnvelopeID  `json:"envelope"`
}

// Kind names the job.
func (CloseEnvelope) Kind() string { return "envelope.close" }

func (b *Bot) closeEnvelope(ctx context.Context, a CloseEnvelope) error {
	sc := b.store.Read(ctx).In(a.Community)
	e, err := sc.Envelope(a.Envelope)
	if err != nil || e.State != models.EnvelopeOpen {
		return err
	}
	if sc.Now >= e.DueAt.Add(b.envelopes.HandFor) {
		if over, err := b.forget(ctx, a.Community, e); err != nil || over {
			return err
		}
	}
	return b.takeBack(ctx, a.Community, e, models.Task{}, "")
}

// forget closes an old envelope that WeCom does not tell of and in which nothing is left, and reports whether it did.
func (b *Bot) forget(ctx context.Context, community models.CommunityID, e models.Envelope) (over bool, err error) {
	err = b.store.Tx(ctx, func(tx *models.Tx) error {
		sc := tx.In(community)
		left, _, err := b.lockEnvelope(sc, e)
		if err != nil || len(left) > 0 {
			return err
		}
		over, err = sc.CloseEnvelope(e.ID, e.State, false)
		return err
	})
	return over, err
}

// takeBack stops an envelope at WeCom and then reads what became of it: what was posted at the last moment is booked, the
// task that is to end, and every other whose time is over, gives its slot back, and those that still have time go back to
// be handed over anew. Until WeCom has said that it is stopped, unknown counts as sent.
func (b *Bot) takeBack(ctx context.Context, community models.CommunityID, e models.Envelope, t models.Task, why string) error {
	sc := b.store.Read(ctx).In(community)
	stopped := b.cancel(sc, e)
	r, err := b.askOutcome(sc, e) // also if it cannot be stopped: it may be because it was posted
	if code, _ := weixin.Code(errors.Join(stopped, err)); code == dispatching {
		return jobs.SnoozeFor(sc.Now, stillDispatching, "it is being handed out")
	}
	if err != nil {
		return b.keepClosing(ctx, sc.Now, errors.Join(stopped, err))
	}
	if stopped != nil && r.at != 0 { // its owner has sent it: there is nothing to stop
		b.log.WarnContext(ctx, "WeCom does not stop a message that was sent", "envelope", e.ID.String(), "error", weixin.Redacted(stopped))
		stopped = nil
	}
	var left int
	settled := r.at.Add(b.envelopes.SettleAfter)
	err = b.store.Tx(ctx, func(tx *models.Tx) error {
		sc := tx.In(community)
		e, open, err := b.bookRows(sc, e.ID, r)
		left = len(open)
		if err == nil && stopped != nil && left == 0 && t.ID != 0 { // her task is over, and the message is not
			return jobs.Enqueue(tx, CloseEnvelope{Community: community, Envelope: e.ID}, tx.Now)
		}
		if err != nil || stopped != nil || left > 0 && r.at != 0 && tx.Now < settled {
			return err
		}
		left = 0
		return b.endAll(sc, e, open, r, closing{task: t.ID, why: why})
	})
	switch {
	case err != nil:
		return err
	case stopped != nil && (left > 0 || t.ID == 0):
		return b.keepClosing(ctx, sc.Now, fmt.Errorf("stop a message: %w", stopped))
	case left == 0:
		return nil
	}
	return jobs.Snooze(settled, "its owner has sent it: rows may be late")
}

// closing is which task is to end, and why before its time; none: only what is over ends.
type closing struct {
	task models.TaskID
	why  string
}

// endAll ends what is left in an envelope that WeCom has stopped, and the envelope. It is no task of its owner's day if an
// order stopped it before anything of it was posted.
func (b *Bot) endAll(sc *models.Scope, e models.Envelope, open []models.Task, r outcome, c closing) error {
	for _, t := range open {
		why, over := "", sc.Now >= t.DueAt
		if t.ID == c.task {
			why = c.why
		}
		var err error
		switch {
		case r.at != 0 && why == "": // she sent it and left this group out
			err = b.unposted(sc, t, reasonSkipped)
		case over || t.ID == c.task && why != reasonOwner:
			err = b.unposted(sc, t, why)
		default:
			err = b.goBack(sc, t)
		}
		if err != nil {
			return err
		}
	}
	all, err := sc.TasksInEnvelope(e.ID)
	if err != nil {
		return err
	}
	posted := len(r.sent) > 0 || slices.ContainsFunc(all, func(t models.Task) bool { return t.State == models.TaskDone })
	return b.endEnvelope(sc, e, !posted && (c.why != "" || c.task == 0) && sc.Now < e.DueAt)
}

// cancel stops an envelope; one that is stopped already is fine.
func (b *Bot) cancel(sc *models.Scope, e models.Envelope) error {
	corp, err := b.corp(sc)
	if err != nil {
		return err
	}
	return weixin.OfWeCom(corp.CancelGroupMsgSend(&externalcontact.CancelGroupMsgSendRequest{MsgID: e.MsgID}))
}
