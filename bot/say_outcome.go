package bot

import (
	"context"

	"siyu/internal/jobs"
	"siyu/internal/weixin"
	"siyu/models"
)

// booked books what became of one call. Its error is for the job: the message waits again, and for what.
func (b *Bot) booked(ctx context.Context, a SendMessages, m models.Message, outcome error) error {
	var again error
	err := b.store.Tx(ctx, func(tx *models.Tx) error {
		var err error
		again, err = b.outcome(ctx, tx.In(a.Community), m, outcome)
		return err
	})
	if err != nil {
		return err
	}
	return again
}

// outcome is booked in its transaction. again is what the job is to return because the message waits again.
func (b *Bot) outcome(ctx context.Context, sc *models.Scope, m models.Message, outcome error) (again, err error) {
	windows, err := sc.LockSendWindows(m.ChannelID, m.Person)
	if err != nil {
		return nil, err
	}
	if outcome == nil {
		return nil, end(sc, m, models.MessageSent, "")
	}
	m.LastError = told(outcome)
	before := neverLeft(outcome)
	code, said := weixin.Code(outcome)
	switch reason := reasonOf(code); {
	case !said && !before:
		return nil, end(sc, m, models.MessageLost, ReasonUnknown)
	case said && !before && reason != "":
		if err := learn(sc, windows, m, reason); err != nil {
			return nil, err
		}
		return nil, end(sc, m, models.MessageUnsent, reason)
	}
	// The platform has not sent it: it gives back what it has taken, and takes it anew if it is tried again.
	if err := b.windows.refund(sc, windows, m.ChargedAt); err != nil {
		return nil, err
	}
	m.ChargedAt, m.Through = 0, ""
	return retry(ctx, sc, windows, m, outcome)
}

// reasonOf is what a refusal says about the person; "" for one that says nothing about her.
func reasonOf(code int) string {
	switch code {
	case 45015:
		return ReasonWindowClosed
	case 45047:
		return ReasonUsedUp
	case 48002:
		return ReasonRefused
	case 43004:
		return ReasonUnfollowed
	case 43019:
		return ReasonBlocked
	case 40003:
		return ReasonNobody
	}
	return ""
}

// learn corrects the ledger by what the platform has said, so that it is not asked the same again. What she did after the
// call began stays open.
func learn(sc *models.Scope, windows []models.SendWindow, m models.Message, reason string) error {
	if reason != ReasonUsedUp {
		return sc.CloseSendWindows(m.ChannelID, m.Person, m.ChargedAt, reason)
	}
	for _, w := range windows {
		if w.OpenedAt <= m.ChargedAt && w.Used < w.Quota {
			if err := use(sc, w, w.Quota-w.Used); err != nil {
				return err
			}
		}
	}
	return nil
}

// retry has a message that was verifiably not sent wait again, if that is of use while a window is open.
func retry(ctx context.Context, sc *models.Scope, windows []models.SendWindow, m models.Message, outcome error) (again, err error) {
	until, waits := weixin.RetryAt(outcome, sc.Now.Time())
	at, class, reason := models.MillisOf(until), weixin.Classify(outcome), ""
	switch {
	case waits && at >= useful(windows, m):
		reason = ReasonDenied
		if class == weixin.Quota {
			reason = ReasonQuota
		}
		m.ResumeAt = at
	case weixin.Hopeless(outcome) && class == weixin.Denied:
		reason = ReasonDenied
	case weixin.Hopeless(outcome):
		reason = ReasonInvalid
	case class == weixin.Quota && !waits: // for life
		reason = ReasonQuota
	case jobs.Final(ctx, outcome):
		reason = ReasonTooLate
	}
	if reason != "" {
		return nil, end(sc, m, models.MessageUnsent, reason)
	}
	m.State = models.MessageWaiting
	if waits {
		m.ResumeAt, again = at, jobs.Snooze(at, "the account may not send now")
	} else {
		again = outcome
	}
	return again, move(sc, models.MessageCalling, m)
}

// useful is until when a message may still be sent.
func useful(windows []models.SendWindow, m models.Message) models.Millis {
	var latest models.Millis
	for _, w := range windows {
		latest = max(latest, w.ClosesAt)
	}
	if m.NotAfter != 0 {
		latest = min(latest, m.NotAfter)
	}
	return latest
}

// end gives a message its last state.
func end(sc *models.Scope, m models.Message, state models.MessageState, reason string) error {
	from := m.State
	m.State, m.Reason = state, reason
	return move(sc, from, m)
}

// move changes a message that nobody else may change: its person's windows and her open messages are locked, or it is this
// process that is sending it. One that has moved all the same was taken for lost while its call lasted longer than any call
// should; what is known first stays.
func move(sc *models.Scope, from models.MessageState, to models.Message) error {
	_, err := sc.MoveMessage(from, to)
	return err
}
