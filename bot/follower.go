package bot

import (
	"context"
	"time"

	"siyu/internal/jobs"
	"siyu/internal/weixin"
	"siyu/models"
)

// blankAfter is how long after somebody left her pushes are blanked once more: what was still being worked on when she
// left has had its effect by then.
const blankAfter = time.Hour

// lateBy is how long after somebody left there may come what she sent before: WeChat tries again three times, five seconds
// apart.
const lateBy = 25 * time.Second

// BlankPushes is the job that forgets what somebody who left had sent until then.
type BlankPushes struct {
	Community models.CommunityID `json:"community"`
	Sender    string             `json:"sender"` // as the inbox writes her
	Until     models.Millis      `json:"until"`
}

// Kind names the job.
func (BlankPushes) Kind() string { return "push.blank" }

// follows books that somebody follows, or scanned as one who does. An older leave that comes late does not undo it.
func (b *Bot) follows(_ context.Context, c models.Channel, push models.Inbox, m weixin.Message) (effect, error) {
	return func(sc *models.Scope) error {
		_, err := sc.SetFollowing(models.Follower{ChannelID: c.ID, Person: sc.SenderKey(c.ID, m.FromUserName),
			Following: true, At: happened(m, push.ReceivedAt), HeardAt: push.ReceivedAt})
		return err
	}, nil
}

// leaves is somebody who stops following. WeChat asks us to delete what we have of her: what she wrote is blanked and
// nothing is sent to her any more. Her openid stays as the name of what she did, because following again makes her the
// same person again, with her vouchers. A leave that she took back before we heard of it is only written down.
func (b *Bot) leaves(_ context.Context, c models.Channel, push models.Inbox, m weixin.Message) (effect, error) {
	return func(sc *models.Scope) error {
		at, person := happened(m, push.ReceivedAt), sc.SenderKey(c.ID, m.FromUserName)
		last, err := sc.SetFollowing(models.Follower{ChannelID: c.ID, Person: person, At: at, HeardAt: push.ReceivedAt})
		if err != nil {
			return err
		}
		if err := wentAway(sc, c, push, m, at); err != nil || !last {
			return err
		}
		if err := silence(sc, c, m.FromUserName, at); err != nil {
			return err
		}
		if _, err := sc.BlankDonePushes(person, push.ReceivedAt); err != nil {
			return err
		}
		return jobs.Enqueue(sc.Tx, BlankPushes{sc.Community, person, push.ReceivedAt.Add(lateBy)}, sc.Now.Add(blankAfter))
	}, nil
}

// wentAway writes the fact down. Somebody we never knew does not become known by leaving.
func wentAway(sc *models.Scope, c models.Channel, push models.Inbox, m weixin.Message, at models.Millis) error {
	member, err := sc.MemberNamed(models.Name{Kind: models.OpenID, Scope: c.AppID, Value: m.FromUserName})
	if err != nil || member == 0 {
		return err
	}
	return addTouch(sc, models.Touch{At: at, MemberID: member}, models.TouchAway, push)
}

// leftSince reports whether a person has left an account at a time or after it: what she did before, and we work on late,
// lets nobody write to her any more.
func leftSince(sc *models.Scope, c models.Channel, openID string, at models.Millis) (bool, error) {
	f, err := sc.LockFollower(c.ID, openID)
	if models.IsKind(err, models.NotFound) {
		return false, nil
	}
	return err == nil && !f.Following && f.At >= at, err
}

// silence takes back all that lets the account write to a person: her windows and her credits.
func silence(sc *models.Scope, c models.Channel, openID string, at models.Millis) error {
	if err := sc.CloseSendWindows(c.ID, sc.SenderKey(c.ID, openID), at, ReasonUnfollowed); err != nil {
		return err
	}
	credits, err := sc.CreditsOf(c.AppID, openID)
	if err != nil {
		return err
	}
	for _, credit := range credits {
		if err := sc.ZeroCredit(c.AppID, openID, credit.TemplateID, at); err != nil {
			return err
		}
	}
	return nil
}

// blankPushes is the work of BlankPushes. A push that still waits or has died by now has no effect any more.
func (b *Bot) blankPushes(ctx context.Context, a BlankPushes) error {
	return b.store.Tx(ctx, func(tx *models.Tx) error {
		_, err := tx.In(a.Community).BlankPushesUntil(a.Sender, a.Until)
		return err
	})
}
