package bot

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"time"

	"siyu/internal/jobs"
	"siyu/internal/weixin"
	"siyu/models"
)

const customSend = "/cgi-bin/message/custom/send"

// A call ends after eight seconds, its token may take longer; all of it and then its booking have these times. What is
// still "calling" after callLasts, which is longer than both, was left behind by a process that is gone.
const (
	callWithin = 20 * time.Second
	bookWithin = 5 * time.Second
	callLasts  = 30 * time.Second
)

// SendMessages is the job that sends a person's messages, one after the other in the order they were asked for.
type SendMessages struct {
	Community models.CommunityID `json:"community"`
	Channel   models.ChannelID   `json:"channel"`
	Person    string             `json:"person"` // not her openid: jobs are kept and shown
}

// Kind names the job.
func (SendMessages) Kind() string { return "message.send" }

func enqueueSend(sc *models.Scope, m models.Message) error {
	key := "say:" + m.ChannelID.String() + ":" + m.Person
	_, err := jobs.EnqueueOnce(sc.Tx, SendMessages{sc.Community, m.ChannelID, m.Person}, sc.Now, key)
	return err
}

// sendMessages sends until nothing waits. Each message is marked and counted in its window before the call: if this process
// dies in it, the message may have arrived, so it is not sent again (saying something twice annoys, and a count that
// is too low earns a refusal).
func (b *Bot) sendMessages(ctx context.Context, a SendMessages) error {
	c, err := b.channelOf(b.store.Read(ctx).In(a.Community), a.Channel)
	if err != nil {
		return err
	}
	for {
		m, err := b.nextMessage(ctx, a)
		if err != nil || m.ID.IsZero() {
			return err
		}
		if err := b.sendOne(ctx, a, c, m); err != nil {
			return err
		}
	}
}

// sendOne makes the call and books what became of it. It is done to the end, also when this process is told to stop: a
// call that is broken off would be a message of which nobody knows whether it arrived.
func (b *Bot) sendOne(ctx context.Context, a SendMessages, c models.Channel, m models.Message) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), callWithin)
	defer cancel()
	outcome := b.callSend(ctx, c, m)
	booking, done := context.WithTimeout(context.WithoutCancel(ctx), bookWithin)
	defer done()
	return b.booked(booking, a, m, outcome)
}

func (b *Bot) channelOf(sc *models.Scope, id models.ChannelID) (models.Channel, error) {
	all, err := sc.AllChannels()
	if err != nil {
		return models.Channel{}, err
	}
	for _, c := range all {
		if c.ID == id && c.CommunityID == sc.Community {
			return c, nil
		}
	}
	return models.Channel{}, jobs.Fatal(models.Errorf(models.NotFound, "channel_unknown", "no such account is connected"))
}

// nextMessage takes the oldest message that waits, and counts it in its window. Messages that cannot be sent any more end
// on the way. No message: the zero value.
func (b *Bot) nextMessage(ctx context.Context, a SendMessages) (models.Message, error) {
	var next models.Message
	err := b.store.Tx(ctx, func(tx *models.Tx) error {
		next = models.Message{}
		sc := tx.In(a.Community)
		windows, err := sc.LockSendWindows(a.Channel, a.Person)
		if err != nil {
			return err
		}
		open, err := sc.LockOpenMessages(a.Channel, a.Person)
		if err != nil {
			return err
		}
		for _, m := range open {
			if m.State == models.MessageCalling {
				if until := m.ChargedAt.Add(callLasts); tx.Now < until {
					return jobs.Snooze(until, "a message to her is on its way")
				}
				if err := end(sc, m, models.MessageLost, ReasonUnknown); err != nil {
					return err
				}
				continue
			}
			w, reason := choose(windows, 0, tx.Now)
			if m.NotAfter != 0 && tx.Now > m.NotAfter {
				reason = ReasonTooLate
			}
			if reason != "" {
				if err := end(sc, m, models.MessageUnsent, reason); err != nil {
					return err
				}
				continue
			}
			from := m.State
			m.State, m.Through, m.ChargedAt = models.MessageCalling, w.Kind, tx.Now
			next = m
			return errors.Join(move(sc, from, m), charge(sc, windows, tx.Now))
		}
		return nil
	})
	return next, err
}

// callSend makes the call. Its token is fetched first: what fails until then has verifiably not been sent.
func (b *Bot) callSend(ctx context.Context, c models.Channel, m models.Message) error {
	var body map[string]any
	if err := json.Unmarshal([]byte(m.Body), &body); err != nil {
		return &unsentError{fmt.Errorf("read a message: %w", err)}
	}
	body["touser"] = m.OpenID
	if _, err := b.hub.Token(ctx, accountID(c)); err != nil {
		return &unsentError{weixin.Redacted(err)}
	}
	return weixin.Redacted(b.hub.PostJSON(ctx, accountID(c), customSend, body, nil))
}

// unsentError is a failure before the call.
type unsentError struct{ err error }

func (n *unsentError) Error() string { return n.err.Error() }
func (n *unsentError) Unwrap() error { return n.err }

// neverLeft reports whether a call that failed without an answer verifiably never reached the platform.
func neverLeft(err error) bool {
	if _, before := errors.AsType[*unsentError](err); before {
		return true
	}
	if op, ok := errors.AsType[*net.OpError](err); ok && op.Op == "dial" {
		return true
	}
	return errors.Is(err, weixin.ErrNoAccount)
}
