package bot

import (
	"context"
	"errors"
	"io"
	"strings"
	"time"

	"siyu/internal/weixin"
	"siyu/models"
)

// Answer is what WeChat is answered.
type Answer struct {
	Body        []byte
	ContentType string
}

// Verify answers the check of the webhook's address in WeChat's console.
func (b *Bot) Verify(ctx context.Context, kind models.ChannelKind, appID, rawQuery string) (Answer, error) {
	d, err := b.door(ctx, doorKey{kind, appID})
	if err != nil {
		return Answer{}, err
	}
	q, err := weixin.ParseQuery(rawQuery)
	if err != nil {
		return Answer{}, refusal(err)
	}
	echo, err := d.receiver.VerifyURL(q)
	if err != nil {
		return Answer{}, refusal(err)
	}
	return Answer{Body: []byte(echo), ContentType: "text/plain; charset=utf-8"}, nil
}

// answerWithin is how long a push may take: WeChat waits five seconds and then sends it again.
const answerWithin = 4500 * time.Millisecond

// Receive takes a push in. It returns without error only when the push is stored; then it has the passive reply, the
// same for every copy of the push: it is stored with it. Everything else the push causes runs as a job. A store that does not answer while
// WeChat waits is Unavailable: nobody would read a later answer, and the copies would queue up behind it. The reply has
// what is left of that time: one that takes longer is left out.
func (b *Bot) Receive(ctx context.Context, kind models.ChannelKind, appID, rawQuery string, body io.Reader) (Answer, error) {
	ctx, cancel := context.WithTimeout(ctx, b.within)
	defer cancel()
	d, err := b.door(ctx, doorKey{kind, appID})
	if err != nil {
		return Answer{}, err
	}
	raw, err := d.receiver.ReadBody(body)
	if err != nil {
		return Answer{}, refusal(err)
	}
	env, err := d.receiver.Open(rawQuery, raw)
	if err != nil {
		return Answer{}, refusal(err)
	}
	push := b.pushOf(ctx, d.channel, env)
	fresh, err := b.intake.put(ctx, push)
	if err != nil {
		return Answer{}, err
	}
	if fresh {
		b.jobs.Wake()
	}
	reply, err := b.replyTo(ctx, push, fresh)
	if err != nil {
		// The push is stored; a reply that cannot be made must not make WeChat send it again.
		b.log.WarnContext(ctx, "no passive reply", "error", err)
		reply = nil
	}
	out, contentType, err := d.receiver.Seal(reply, env.Message, env.Nonce)
	if err != nil {
		b.log.WarnContext(ctx, "no passive reply", "error", err)
		out, contentType, err = d.receiver.Seal(nil, env.Message, env.Nonce)
	}
	return Answer{Body: out, ContentType: contentType}, err
}

// pushOf is what is stored of a push.
func (b *Bot) pushOf(ctx context.Context, c models.Channel, env weixin.Envelope) models.Inbox {
	m := env.Message
	return models.Inbox{CommunityID: c.CommunityID, ChannelID: c.ID, DedupeKey: m.DedupeKey(env.Plain), Body: env.Plain, Format: format(env.Format),
		Intent: string(IntentOf(c.Kind, m)), Event: clip(strings.ToValidUTF8(shapeOf(m), ""), models.MaxEvent),
		Sender: b.store.Read(ctx).SenderKey(c.ID, m.Person()), Reply: b.replyPlan(ctx, c, m)}
}

// shapeOf is what the platform calls a push: the event, or the type of a message.
func shapeOf(m weixin.Message) string {
	if m.MsgType == weixin.MsgTypeEvent {
		return m.Event
	}
	return m.MsgType
}

func format(f weixin.Format) string {
	if f == weixin.JSON {
		return "json"
	}
	return "xml"
}

// refusal gives the seam's refusals their kind. One text for everything that fails verification: whoever forges a
// push learns nothing.
func refusal(err error) error {
	switch {
	case errors.Is(err, weixin.ErrTooLarge):
		return &models.Error{Kind: models.Invalid, Code: "body_too_large", Text: "the push is too large", Err: err}
	case errors.Is(err, weixin.ErrMalformed):
		return &models.Error{Kind: models.Invalid, Code: "push_malformed", Text: "the push cannot be read", Err: err}
	case errors.Is(err, weixin.ErrRejected):
		return &models.Error{Kind: models.Denied, Code: "push_rejected", Text: "the push is not authentic", Err: err}
	}
	return err
}

// sceneOf returns the entry code that a subscribe or SCAN event was caused by, or "".
func sceneOf(m weixin.Message) string {
	switch m.Event {
	case "subscribe":
		scene, ok := strings.CutPrefix(m.EventKey, "qrscene_")
		if ok {
			return scene
		}
	case "SCAN":
		return m.EventKey
	}
	return ""
}
