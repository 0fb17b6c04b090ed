package bot

import (
	"context"
	"fmt"
	"net/url"
	"slices"
	"time"

	"siyu/internal/jobs"
	"siyu/internal/weixin"
	"siyu/models"
)

// reasonOwner says of a task that its group has another owner.
const reasonOwner = "owner_changed"

// ownerChanged books that a WeCom group has another owner, whom a reading of it found. What the old one was asked to post
// there is taken back: WeCom is told to stop it, what she posted at the last moment is booked, and the rest goes to the new
// owner for what is left of its time. The first owner anybody hears of is no change. It reports whether there was one.
func (b *Bot) ownerChanged(sc *models.Scope, g models.Group, userID string) (bool, error) {
	if userID == "" || g.OwnerUserID == userID {
		return false, nil
	}
	moved, err := sc.SetGroupOwner(g.ID, userID)
	if err != nil || !moved || g.OwnerUserID == "" {
		return false, err
	}
	tasks, err := sc.TasksOfGroup(g.ID, models.TaskNew, models.TaskCalling, models.TaskOpen)
	if err != nil {
		return true, err
	}
	var work []jobs.Args
	for _, t := range tasks {
		if t.Kind == models.WeComGroup && t.OwnerUserID != userID {
			work = append(work, CloseTask{Community: sc.Community, Task: t.ID, Why: reasonOwner})
		}
	}
	if err := jobs.EnqueueAll(sc.Tx, work, sc.Now); err != nil {
		return true, err
	}
	return true, sc.AddAudit(0, "group.owner", "group:"+g.ID.String(), fmt.Sprintf("%d tasks pass on", len(work)))
}

// WatchStaff is the periodic job that finds out who of the corps' people has left.
type WatchStaff struct{}

// Kind names the job.
func (WatchStaff) Kind() string { return "staff.watch" }

// watchStaffEvery is how often each corp is asked for its people: one call.
const watchStaffEvery = 6 * time.Hour

func (b *Bot) watchStaff(ctx context.Context, _ WatchStaff) error {
	tx := b.store.Read(ctx)
	channels, err := tx.AllChannels()
	if err != nil {
		return err
	}
	for _, c := range channels {
		if c.Kind != models.WeCom {
			continue
		}
		if err := b.readStaff(ctx, c); err != nil { // one corp's trouble is no other's
			b.log.WarnContext(ctx, "the people of a corp cannot be read", "channel", c.ID.String(), "error", weixin.Redacted(err))
		}
	}
	return jobs.SnoozeFor(tx.Now, watchStaffEvery, "watched")
}

// suspectSender has the corps' people looked at now if WeCom refuses somebody as a sender: she may have left. err is what it
// said.
func (b *Bot) suspectSender(ctx context.Context, err error) error {
	if weixin.Classify(err) != weixin.Gone {
		return nil
	}
	return b.store.Tx(ctx, func(tx *models.Tx) error { return jobs.Hasten(tx, WatchStaff{}, tx.Now) })
}

// readStaff reads who of a corp has customer contact. Somebody who was known to have it, or owns a group, and is not listed
// any more can neither own a group nor send to one: to us she has left. A list without anybody says more about the app's
// rights than about people, and is not believed.
func (b *Bot) readStaff(ctx context.Context, c models.Channel) error {
	var out struct {
		Users []string `json:"follow_user"`
	}
	if err := b.hub.GetJSON(ctx, accountID(c), "/cgi-bin/externalcontact/get_follow_user_list", url.Values{}, &out); err != nil {
		return fmt.Errorf("list the people of a corp: %w", err)
	}
	if len(out.Users) == 0 {
		return nil
	}
	return b.store.Tx(ctx, func(tx *models.Tx) error {
		sc := tx.In(c.CommunityID)
		names := make(map[string]string, len(out.Users))
		for _, u := range out.Users {
			names[u] = ""
		}
		if err := sc.SeenStaff(c.AppID, names); err != nil {
			return err
		}
		known, err := sc.StaffUsers()
		if err != nil {
			return err
		}
		missing := map[string]bool{}
		for _, u := range known {
			if u.CorpID == c.AppID && u.Present() && !slices.Contains(out.Users, u.UserID) {
				missing[u.UserID] = true
			}
		}
		owners, err := sc.GroupOwners()
		if err != nil {
			return err
		}
		for _, owner := range owners {
			if !slices.Contains(out.Users, owner) && !gone(known, owner) {
				missing[owner] = true
			}
		}
		for owner := range missing {
			if err := b.staffGone(sc, c.AppID, owner); err != nil {
				return err
			}
		}
		return nil
	})
}

func gone(staff []models.StaffUser, userID string) bool {
	return slices.ContainsFunc(staff, func(u models.StaffUser) bool { return u.UserID == userID && !u.Present() })
}

// staffGone books that one of a corp's people has left. Her groups are listed for somebody else, and what is to be posted in
// them is the owners' of the community until then. Booking it twice is the same as once.
func (b *Bot) staffGone(sc *models.Scope, corpID, userID string) error {
	first, err := sc.StaffLeft(corpID, userID)
	if err != nil || !first {
		return err
	}
	u, err := sc.StaffByUserID(corpID, userID)
	if err != nil {
		return err
	}
	groups, err := sc.GroupsOwned(userID)
	if err != nil {
		return err
	}
	if _, err := b.passOn(sc, groups); err != nil {
		return err
	}
	if len(groups) > 0 { // the next look at the groups' health warns of it; not only in an hour
		if err := jobs.Hasten(sc.Tx, WatchHealth{}, sc.Now); err != nil {
			return err
		}
	}
	return sc.AddAudit(0, "staff.left", "staff_user:"+u.ID.String(), fmt.Sprintf("%d groups", len(groups)))
}
