package bot

import (
	"context"
	"errors"
	"fmt"
	"time"

	"siyu/internal/jobs"
	"siyu/internal/weixin"
	"siyu/models"
)

// readEarly is how long after a reading that came too early the group is read once more.
const readEarly = 30 * time.Second

// readTries is how often a group is read anew because others read it at the same time.
const readTries = 4

// SyncGroup is the job that reads a WeCom group and books who came and who left.
type SyncGroup struct {
	Community models.CommunityID `json:"community"`
	ChatID    string             `json:"chat_id"`
}

// Kind names the job.
func (SyncGroup) Kind() string { return "group.sync" }

// groupChanged has a group read soon after WeCom said that it changed; many changes at once are one reading. Whatever the
// change is (create, dismiss, or an update of members, owner, name or notice), the reading finds it out. A change of members
// that was booked already is not read again.
func (b *Bot) groupChanged(_ context.Context, c models.Channel, push models.Inbox, m weixin.Message) (effect, error) {
	if m.ChatID == "" {
		return nil, nil
	}
	return func(sc *models.Scope) error {
		if l, ok := leavingOf(m, push.ReceivedAt); ok {
			if err := noteLeaving(sc, m.ChatID, l); err != nil {
				return err
			}
		}
		if m.CurMemVer != "" {
			chat, err := sc.Chat(c.ID, m.ChatID)
			if err != nil && !models.IsKind(err, models.NotFound) {
				return err
			}
			if chat.MemberVersion == m.CurMemVer {
				return nil
			}
			if err := sc.StaleChat(c.ID, m.ChatID, clip(m.LastMemVer, 64)); err != nil {
				return err
			}
		}
		return enqueueSync(sc, m.ChatID, sc.Now.Add(b.sync.Settle))
	}, nil
}

func enqueueSync(sc *models.Scope, chatID string, at models.Millis) error {
	_, err := jobs.EnqueueOnce(sc.Tx, SyncGroup{Community: sc.Community, ChatID: chatID}, at,
		"sync:"+sc.Community.String()+":"+chatID)
	return err
}

// syncGroup reads one group and books the difference. A second job may read it at the same time: who finds that the other
// has booked meanwhile reads again, because nobody can tell whose reading is newer.
func (b *Bot) syncGroup(ctx context.Context, a SyncGroup) error {
	c, err := b.store.Read(ctx).In(a.Community).Channel(models.WeCom)
	if err != nil {
		return err
	}
	for range readTries {
		err = b.readGroup(ctx, c, a.ChatID)
		if !errors.Is(err, errReadAgain) {
			return err
		}
	}
	return jobs.Snooze(models.MillisOf(b.store.Clock().Now()).Add(b.sync.Settle), "others read the group at the same time")
}

func (b *Bot) readGroup(ctx context.Context, c models.Channel, chatID string) error {
	sc := b.store.Read(ctx).In(c.CommunityID)
	was, err := sc.Chat(c.ID, chatID)
	if err != nil && !models.IsKind(err, models.NotFound) {
		return err
	}
	if err := b.mayCall(c, groupDetailAPI); err != nil {
		return err
	}
	d, err := b.chatDetail(ctx, c, chatID)
	switch {
	case isGone(err):
		was.ChatID = chatID
		return b.chatGone(ctx, c, 0, was)
	case err != nil:
		return fmt.Errorf("read a group: %w", weixin.Redacted(err))
	}
	if d.isNew(was) {
		if _, err := b.bookReading(ctx, c, 0, was, d); err != nil {
			return err
		}
	}
	if d.Version == "" || d.Version != was.StaleVersion {
		return nil
	}
	err = b.store.Tx(ctx, func(tx *models.Tx) error { return tx.In(c.CommunityID).StaleChat(c.ID, chatID, "") })
	if err != nil {
		return err
	}
	return jobs.SnoozeFor(sc.Now, readEarly, "WeCom does not know the change yet")
}
