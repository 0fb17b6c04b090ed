package bot

import (
	"context"
	"fmt"
	"runtime/debug"
	"time"

	"siyu/internal/jobs"
	"siyu/internal/weixin"
	"siyu/models"
)

// Process is the job that works on a stored push.
type Process struct {
	Community models.CommunityID `json:"community"`
	Push      models.InboxID     `json:"push"`
}

// Kind names the job.
func (Process) Kind() string { return "push.process" }

// process works on one push. What must be asked of WeChat is asked before the transaction.
//
// Two pushes of one person may be worked on at the same time and in either order, by two workers or two processes: the
// queue starts them in the order they came, and promises no more. An effect must therefore be right in any order. It
// decides by the time the push tells ([happened]), as following and leaving do, or only adds a fact under a natural key,
// as touches and credits do. What holds is that each push has its effect once: the transaction that has it moves the
// push from pending to done.
func (b *Bot) process(ctx context.Context, a Process) error {
	sc := b.store.Read(ctx).In(a.Community)
	push, err := sc.Push(a.Push)
	if err != nil || push.State != models.InboxPending {
		return err
	}
	err = weixin.Redacted(b.workOn(ctx, sc, push)) // it is kept with the push and with the job
	if err != nil && jobs.Final(ctx, err) {
		// The time of the attempt may be what is over: saying so gets a time of its own.
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), deadWithin)
		defer cancel()
		if dead := b.finish(ctx, a, models.InboxDead, told(err), nil); dead != nil {
			return fmt.Errorf("%w; and it cannot be marked dead: %w", err, dead)
		}
	}
	return err
}

// deadWithin is how long it may take to mark a push dead.
const deadWithin = 5 * time.Second

// workOn finds what a push causes and has it happen. A panic is an error like any other: a push that causes one would
// otherwise stay pending when its job dies, and nobody would find it among the dead letters.
func (b *Bot) workOn(ctx context.Context, sc *models.Scope, push models.Inbox) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("panic: %v\n%s", p, debug.Stack())
		}
	}()
	do, err := b.effectOf(ctx, sc, push)
	if err != nil {
		return err
	}
	return b.finish(ctx, Process{Community: sc.Community, Push: push.ID}, models.InboxDone, "", do)
}

func (b *Bot) finish(ctx context.Context, a Process, to models.InboxState, why string, do effect) error {
	return b.store.Tx(ctx, func(tx *models.Tx) error {
		sc := tx.In(a.Community)
		first, err := sc.FinishPush(a.Push, to, why)
		if err != nil || !first || do == nil {
			return err
		}
		return do(sc)
	})
}

// effectOf decides what a push causes; nil for nothing. Pushes we do not know stay in the inbox as they came.
func (b *Bot) effectOf(ctx context.Context, sc *models.Scope, push models.Inbox) (effect, error) {
	channels, err := sc.AllChannels()
	if err != nil {
		return nil, err
	}
	var channel models.Channel
	for _, c := range channels {
		if c.ID == push.ChannelID {
			channel = c
		}
	}
	m, err := weixin.ParseMessage(push.Body)
	if err != nil {
		return nil, jobs.Fatal(fmt.Errorf("read the push: %w", err))
	}
	return b.causedBy(ctx, channel, push, m)
}

// happened is when a push says something happened. A time from the future is taken for the time it was received.
func happened(m weixin.Message, received models.Millis) models.Millis {
	const ahead = 10 * time.Minute
	at := models.Millis(m.CreateTime * 1000)
	if at <= 0 || at > received.Add(ahead) {
		return received
	}
	return at
}
