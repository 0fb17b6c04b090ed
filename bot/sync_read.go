package bot

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"siyu/internal/jobs"
	"siyu/internal/weixin"
	"siyu/models"
)

// readAtOnce is how many groups are read between two looks at how far the sync is; all that is kept in memory is what is
// known of them, and the member lists of those in flight.
const readAtOnce = 64

// manyFailures is how many groups in a row may fail for a reason that time mends before the whole sync waits.
const manyFailures = 5

// readAgainAfter is when a group that could not be read is tried by itself.
const readAgainAfter = 5 * time.Minute

// readAll reads the groups of a sync until all are read or its slice of time is over; then it goes on in the next one.
func (b *Bot) readAll(ctx context.Context, c models.Channel, s models.Sync) error {
	began := b.stopwatch()
	for {
		sc := b.store.Read(ctx).In(c.CommunityID)
		chats, err := sc.ChatsToRead(s, readAtOnce)
		if err != nil {
			return err
		}
		if len(chats) == 0 {
			return b.endSync(ctx, s, models.SyncDone, "")
		}
		err = b.readSome(ctx, c, s, chats)
		if saved := b.saveProgress(ctx, s); err == nil {
			err = saved
		}
		if err != nil {
			return err
		}
		if began() > b.sync.Slice {
			return jobs.Snooze(sc.Now, "it goes on")
		}
	}
}

// stopwatch tells how much real time has passed since it was started.
func (b *Bot) stopwatch() func() time.Duration {
	clock := models.WallClock{}
	start := clock.Now()
	return func() time.Duration { return clock.Now().Sub(start) }
}

// heard is what WeCom said of a group.
type heard struct {
	detail chatDetail
	err    error
}

// askAll has WeCom asked about some groups, several at a time. What it returns gives the answers in the order of the groups;
// it must be called once for each group or until ctx ends, and wait must be called after it.
func (b *Bot) askAll(ctx context.Context, c models.Channel, chats []models.Chat) (next func(i int) heard, wait func()) {
	ctx, cancel := context.WithCancel(ctx)
	answers := make([]chan heard, len(chats))
	for i := range answers {
		answers[i] = make(chan heard, 1)
	}
	places := make(chan struct{}, b.sync.InFlight)
	var all sync.WaitGroup
	all.Go(func() {
		for i, chat := range chats {
			select {
			case places <- struct{}{}:
			case <-ctx.Done():
				answers[i] <- heard{err: ctx.Err()}
				continue
			}
			if err := b.mayCall(c, groupDetailAPI); err != nil {
				answers[i] <- heard{err: err}
				continue
			}
			all.Go(func() {
				d, err := b.chatDetail(ctx, c, chat.ChatID)
				answers[i] <- heard{d, err}
			})
		}
	})
	next = func(i int) heard {
		a := <-answers[i]
		select {
		case <-places: // only now: what was answered and is not booked counts as in flight
		default:
		}
		return a
	}
	return next, func() { cancel(); all.Wait() }
}

// readSome reads some groups and books what is new, in their order. Groups with nothing new are booked together.
func (b *Bot) readSome(ctx context.Context, c models.Channel, s models.Sync, chats []models.Chat) error {
	next, wait := b.askAll(weixin.LowPriority(ctx), c, chats)
	defer wait()
	var tally models.Tally
	var same []models.Chat
	var stop error
	failures := 0
	for i, chat := range chats {
		a := next(i)
		tally.Calls++
		if a.err == nil {
			failures = 0
			if !s.Whole && !a.detail.isNew(chat) {
				same = append(same, chat)
				continue
			}
			t, err := b.bookReading(ctx, c, s.ID, chat, a.detail)
			if errors.Is(err, errReadAgain) { // it stays unread: the next look finds it
				continue
			}
			if stop = err; stop != nil {
				break
			}
			tally.Changed, tally.Joined, tally.Departed = tally.Changed+t.Changed, tally.Joined+t.Joined, tally.Departed+t.Departed
			continue
		}
		failures++
		if stop = b.unread(ctx, c, s, chat, a.err, failures); stop != nil {
			break
		}
	}
	err := b.store.Tx(context.WithoutCancel(ctx), func(tx *models.Tx) error {
		sc := tx.In(c.CommunityID)
		if err := sc.MarkChatsRead(s, same); err != nil {
			return err
		}
		return sc.AddTally(s.ID, tally)
	})
	if stop != nil {
		return stop
	}
	return err
}

// unread books that a group could not be read. It returns an error if it is not the group's fault: then the sync waits.
func (b *Bot) unread(ctx context.Context, c models.Channel, s models.Sync, chat models.Chat, err error, failures int) error {
	if isGone(err) {
		return b.chatGone(ctx, c, s.ID, chat)
	}
	_, stopped := errors.AsType[*weixin.StoppedError](err)
	if stopped || jobs.IsSnooze(err) || ctx.Err() != nil {
		return err
	}
	switch weixin.Classify(err) {
	case weixin.Quota:
		return err
	case weixin.Temporary, weixin.None:
		if failures >= manyFailures {
			return fmt.Errorf("read groups: %w", weixin.Redacted(err))
		}
	case weixin.Gone, weixin.Denied, weixin.Invalid:
		if chat.Missed >= b.sync.Misses { // neither listed nor readable
			return b.chatGone(ctx, c, s.ID, chat)
		}
	}
	b.log.WarnContext(ctx, "a group cannot be read", "group", chat.GroupID.String(), "error", weixin.Redacted(err))
	return b.store.Tx(ctx, func(tx *models.Tx) error {
		sc := tx.In(c.CommunityID)
		if err := sc.FailChat(s, chat.ID); err != nil {
			return err
		}
		return enqueueSync(sc, chat.ChatID, sc.Now.Add(readAgainAfter))
	})
}

// saveProgress stores how far a sync is, for whoever watches it.
func (b *Bot) saveProgress(ctx context.Context, s models.Sync) error {
	return b.store.Tx(context.WithoutCancel(ctx), func(tx *models.Tx) error {
		sc := tx.In(s.CommunityID)
		var err error
		if s.Total, s.Done, s.Failed, err = sc.CountChats(s); err != nil {
			return err
		}
		_, err = sc.SaveSync(s)
		return err
	})
}

// endSync books how a sync ended.
func (b *Bot) endSync(ctx context.Context, s models.Sync, state models.SyncState, why string) error {
	return b.store.Tx(context.WithoutCancel(ctx), func(tx *models.Tx) error {
		sc := tx.In(s.CommunityID)
		var err error
		if s.Total, s.Done, s.Failed, err = sc.CountChats(s); err != nil {
			return err
		}
		s.State, s.Error = state, clip(why, detailChars)
		_, err = sc.EndSync(s)
		return err
	})
}
