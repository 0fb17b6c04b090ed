package bot

import (
	"context"
	"fmt"
	"time"

	"siyu/internal/jobs"
	"siyu/internal/weixin"
	"siyu/models"
)

// replyUseful is how long an answer to what somebody did is of use to her. One that could not be sent by then is not sent,
// whatever her window allows.
const replyUseful = time.Hour

// Speech is a customer-service message that is to be sent to one person.
type Speech struct {
	Channel  models.Channel // an Official Account or a Mini Program
	OpenID   string
	Content  Content
	Purpose  string        // what it is for, such as rule:123; at most 80 bytes
	Key      string        // makes it one message however often it is asked for; at most 160 bytes
	NotAfter models.Millis // it is of no use later; zero: as long as a window is open
}

// Say has a message sent as soon as may be, after those to the same person that wait already. It is written in the caller's
// transaction. The message that comes back is waiting, or it is unsent for a reason: [Unsent] says it in words. Either way
// the organiser finds it among her messages. An error means that nothing was written.
func (b *Bot) Say(sc *models.Scope, s Speech) (models.Message, error) {
	msgType, body, err := s.Content.body(s.Channel.Kind)
	if err != nil {
		return models.Message{}, err
	}
	m := models.Message{ChannelID: s.Channel.ID, Person: sc.SenderKey(s.Channel.ID, s.OpenID), OpenID: s.OpenID, Ukey: s.Key,
		Purpose: clip(s.Purpose, 80), Kind: msgType, Body: body, State: models.MessageWaiting, NotAfter: s.NotAfter}
	windows, err := sc.LockSendWindows(m.ChannelID, m.Person)
	if err != nil {
		return m, err
	}
	before, err := sc.LockOpenMessages(m.ChannelID, m.Person)
	if err != nil {
		return m, err
	}
	promised := 0
	for _, o := range before { // one that is being sent is counted already
		if o.State == models.MessageWaiting && o.Ukey != m.Ukey {
			promised++
		}
	}
	if _, m.Reason = choose(windows, promised, sc.Now); m.Reason != "" {
		m.State = models.MessageUnsent
	}
	fresh, err := sc.AddMessage(&m)
	if err != nil || !fresh || m.State != models.MessageWaiting {
		return m, err
	}
	return m, enqueueSend(sc, m)
}

// Unsent is a message's reason as an error that people can read; nil for one that was sent or waits.
func Unsent(reason string) error {
	switch reason {
	case "":
		return nil
	case ReasonWindowClosed:
		return models.Errorf(models.Denied, "message_window_closed", "nothing she did lately lets the account write to her")
	case ReasonUsedUp:
		return models.Errorf(models.Exhausted, "message_window_used_up", "as many messages as she allowed have been sent")
	case ReasonUnfollowed:
		return models.Errorf(models.Denied, "message_unfollowed", "she does not follow the account any more")
	case ReasonRefused:
		return models.Errorf(models.Denied, "message_refused", "she takes no messages of the account")
	case ReasonBlocked:
		return models.Errorf(models.Denied, "message_blocked", "the account has her on its blacklist")
	case ReasonNobody:
		return models.Errorf(models.NotFound, "message_nobody", "the platform knows no such person")
	case ReasonQuota:
		return models.Errorf(models.Throttled, "message_quota", "the account has made all the calls it may for now")
	case ReasonDenied:
		return models.Errorf(models.Denied, "message_denied", "the account may not send such messages")
	case ReasonInvalid:
		return models.Errorf(models.Invalid, "message_invalid", "the platform does not take the message")
	case ReasonTooLate:
		return models.Errorf(models.Denied, "message_too_late", "it was of no use any more when it came to its turn")
	}
	return models.Errorf(models.Unavailable, "message_unknown", "nobody knows whether it arrived; it is not sent again")
}

// answers sends what of a push's reply did not go out in the answer to it.
func (b *Bot) answers(ctx context.Context, c models.Channel, push models.Inbox, m weixin.Message) (effect, error) {
	p, err := readPlan(push.Reply)
	if err != nil {
		return nil, jobs.Fatal(err)
	}
	if p.Late {
		if p, err = b.lateReply(ctx, c, push, m); err != nil {
			return nil, err
		}
	}
	if len(p.Later) == 0 {
		return nil, nil
	}
	return func(sc *models.Scope) error {
		for i, s := range p.Later {
			_, err := b.Say(sc, Speech{Channel: c, OpenID: m.FromUserName, Content: s, Purpose: p.Rule,
				Key: fmt.Sprintf("push:%s:%d", push.ID, i), NotAfter: push.ReceivedAt.Add(replyUseful)})
			if err != nil {
				return err
			}
		}
		return nil
	}, nil
}

// lateReply finds the reply to a push that was answered with nothing because there was no time. All of it goes out as
// messages; handing over is possible in the answer only, and that is gone.
func (b *Bot) lateReply(ctx context.Context, c models.Channel, push models.Inbox, m weixin.Message) (plan, error) {
	in, ok := b.inputOf(c, m)
	if !ok {
		return plan{}, nil
	}
	in.Now = push.ReceivedAt
	p, err := b.planReply(ctx, c, m, in)
	if err != nil || p.Passive == nil {
		return p, err
	}
	if p.Passive.Kind == contentHuman {
		b.log.WarnContext(ctx, "a conversation could not be handed over in time", "push", push.ID.String())
		return p, nil
	}
	p.Later = append([]Content{*p.Passive}, p.Later...)
	return p, nil
}
