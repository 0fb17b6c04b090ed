package bot

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/silenceper/wechat/v2/work/externalcontact"

	"siyu/internal/jobs"
	"siyu/internal/weixin"
	"siyu/models"
	"siyu/offers"
)

// settle is how long after a change a group is read: WeCom refreshes it with a delay, and joins come in bursts.
const settle = 10 * time.Second

// reconcileEvery is how often every group is read even though nothing was heard of it: callbacks get lost.
const reconcileEvery = 6 * time.Hour

// SyncGroup is the job that reads a WeCom group and books who came and who left.
type SyncGroup struct {
	Community models.CommunityID `json:"community"`
	ChatID    string             `json:"chat_id"`
}

// Kind names the job.
func (SyncGroup) Kind() string { return "group.sync" }

// Reconcile is the periodic job that has every WeCom group read.
type Reconcile struct{}

// Kind names the job.
func (Reconcile) Kind() string { return "group.reconcile" }

// groupChanged has a group read soon after WeCom said that it changed; many changes at once are one reading.
func (b *Bot) groupChanged(_ context.Context, _ models.Channel, _ models.Inbox, m weixin.Message) (effect, error) {
	if m.ChatID == "" {
		return nil, nil
	}
	return func(sc *models.Scope) error {
		if err := noteRemovals(sc, m); err != nil {
			return err
		}
		return enqueueSync(sc, m.ChatID, sc.Now.Add(settle))
	}, nil
}

// quitRemoved is the QuitScene of members whom the group's owner or an administrator removed; 0 is leaving by oneself.
// (WeCom's "change_external_chat" event; MemChangeList is newer than the rest of it and may be missing.)
const quitRemoved = 1

// noteRemovals keeps that people were removed: who is thrown out has not had enough of the group.
func noteRemovals(sc *models.Scope, m weixin.Message) error {
	if m.UpdateDetail != "del_member" || m.QuitScene != quitRemoved {
		return nil
	}
	g, err := sc.GroupByChatID(m.ChatID)
	if models.IsKind(err, models.NotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	if len(m.MemChangeList) > 0 {
		_, err := sc.MarkRemoved(g.ID, m.MemChangeList)
		return err
	}
	return sc.AddRemovals(g.ID, int(max(1, min(m.MemChangeCnt, wecomMost))))
}

// wecomMost is how many people a customer group can hold at most.
const wecomMost = 500

func enqueueSync(sc *models.Scope, chatID string, at models.Millis) error {
	_, err := jobs.EnqueueOnce(sc.Tx, SyncGroup{Community: sc.Community, ChatID: chatID}, at,
		"sync:"+sc.Community.String()+":"+chatID)
	return err
}

// reconcile lists the groups of every connected corp and has each read.
func (b *Bot) reconcile(ctx context.Context, _ Reconcile) error {
	tx := b.store.Read(ctx)
	channels, err := tx.AllChannels()
	if err != nil {
		return err
	}
	var errs []error
	for _, c := range channels {
		if c.Kind == models.WeCom {
			errs = append(errs, b.reconcileCorp(ctx, c))
		}
	}
	if err := errors.Join(errs...); err != nil { // the other corps were read all the same
		return err
	}
	return jobs.SnoozeFor(tx.Now, reconcileEvery, "reconciled")
}

func (b *Bot) reconcileCorp(ctx context.Context, c models.Channel) error {
	chats, err := b.listChats(c)
	if err != nil {
		return fmt.Errorf("list the groups of a corp: %w", err)
	}
	return b.store.Tx(ctx, func(tx *models.Tx) error {
		for _, chat := range chats {
			if err := enqueueSync(tx.In(c.CommunityID), chat, tx.Now); err != nil {
				return err
			}
		}
		return nil
	})
}

func (b *Bot) listChats(c models.Channel) ([]string, error) {
	corp, err := b.hub.Work(c.AppID, c.AgentID)
	if err != nil {
		return nil, err
	}
	var all []string
	req := &externalcontact.GroupChatListRequest{Limit: 1000}
	for {
		page, err := corp.GetExternalContact().GetGroupChatList(req)
		if err != nil {
			return nil, err
		}
		for _, g := range page.GroupChatList {
			all = append(all, g.ChatID)
		}
		if page.NextCursor == "" {
			return all, nil
		}
		req.Cursor = page.NextCursor
	}
}

// syncGroup reads one group and books the difference in one transaction. A second job may read it at the same time, and
// what one has read may be older than what the other has booked: so only who was known before the reading can be found
// to have left.
func (b *Bot) syncGroup(ctx context.Context, a SyncGroup) error {
	sc := b.store.Read(ctx).In(a.Community)
	c, err := sc.Channel(models.WeCom)
	if err != nil {
		return err
	}
	corp, err := b.hub.Work(c.AppID, c.AgentID)
	if err != nil {
		return err
	}
	before, err := presentIn(sc, a.ChatID)
	if err != nil {
		return err
	}
	detail, err := corp.GetExternalContact().GetGroupChatDetail(
		&externalcontact.GroupChatDetailRequest{ChatID: a.ChatID, NeedName: 1})
	if err != nil {
		return fmt.Errorf("read a group: %w", err)
	}
	return b.store.Tx(ctx, func(tx *models.Tx) error {
		sc := tx.In(a.Community)
		g, err := knownGroup(sc, detail.GroupChat)
		if err != nil {
			return err
		}
		if err := sc.SetGroupFacts(g.ID, clip(detail.GroupChat.Name, 120), detail.GroupChat.Owner, len(detail.GroupChat.MemberList)); err != nil {
			return err
		}
		if err := bookMembers(sc, c.AppID, g, before, detail.GroupChat.MemberList); err != nil {
			return err
		}
		return watchLeaves(sc, g.ID)
	})
}

// manyLeaves is how many leaves in two days make it worth looking whether they are a wave.
const manyLeaves = 4

// watchLeaves has a group looked at that several members have left lately.
func watchLeaves(sc *models.Scope, group models.GroupID) error {
	left, err := sc.LeftIn([]models.GroupID{group}, sc.Now.Add(-48*time.Hour))
	if err != nil || len(left[group]) < manyLeaves {
		return err
	}
	_, err = jobs.EnqueueOnce(sc.Tx, offers.Watch{Community: sc.Community, Group: group}, sc.Now, "watch:"+group.String())
	return err
}

// presentIn is the set of stays in a WeCom group as far as we know; none if we do not know the group.
func presentIn(sc *models.Scope, chatID string) (map[models.ID[models.GroupMember]]bool, error) {
	g, err := sc.GroupByChatID(chatID)
	if models.IsKind(err, models.NotFound) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	present, err := sc.PresentMembers(g.ID)
	stays := make(map[models.ID[models.GroupMember]]bool, len(present))
	for _, m := range present {
		stays[m.ID] = true
	}
	return stays, err
}

// wecomCapacity is how many people a customer group holds at which its join code rolls over.
const wecomCapacity = 200

// knownGroup finds the group, or registers one that WeCom knows and we do not.
func knownGroup(sc *models.Scope, chat externalcontact.GroupChat) (models.Group, error) {
	g, err := sc.GroupByChatID(chat.ChatID)
	if !models.IsKind(err, models.NotFound) {
		return g, err
	}
	community, err := sc.ReadCommunity(sc.Community)
	if err != nil {
		return g, err
	}
	g = models.Group{Name: clip(chat.Name, 120), Kind: models.WeComGroup, ChatID: &chat.ChatID, OwnerUserID: chat.Owner,
		Zone: community.Zone, Capacity: wecomCapacity}
	return g, sc.InsertGroup(&g)
}

// bookMembers compares who is in the group with who we think is, and books every stay that began or ended. before is who
// we thought was in it when WeCom was asked.
func bookMembers(sc *models.Scope, corpID string, g models.Group, before map[models.ID[models.GroupMember]]bool, now []externalcontact.GroupChatMember) error {
	present, err := sc.PresentMembers(g.ID)
	if err != nil {
		return err
	}
	known := make(map[string]models.GroupMember, len(present))
	for _, m := range present {
		known[m.UserKey] = m
	}
	inIt := make(map[string]bool, len(now))
	for _, m := range now {
		inIt[m.UserID] = true
		was, ok := known[m.UserID]
		joined := models.Millis(m.JoinTime) * 1000
		if ok && was.JoinedAt >= joined {
			continue
		}
		if ok { // left and came back between two readings
			if _, err := sc.CloseGroupMember(was.ID, joined); err != nil {
				return err
			}
		}
		if err := bookJoin(sc, corpID, g, m); err != nil {
			return err
		}
	}
	for _, m := range present {
		if !inIt[m.UserKey] && before[m.ID] {
			if err := bookLeave(sc, g, m); err != nil {
				return err
			}
		}
	}
	return nil
}

func bookJoin(sc *models.Scope, corpID string, g models.Group, m externalcontact.GroupChatMember) error {
	stay := models.GroupMember{GroupID: g.ID, UserKey: m.UserID, Staff: m.Type == 1, JoinScene: m.JoinScene,
		State: clip(m.State, 64), JoinedAt: models.Millis(m.JoinTime) * 1000}
	if !stay.Staff {
		var err error
		stay.MemberID, err = sc.Identify(models.Name{Kind: models.ExternalUserID, Scope: corpID, Value: m.UserID},
			models.Name{Kind: models.UnionID, Value: m.UnionID})
		if err != nil {
			return err
		}
	}
	fresh, err := sc.AddGroupMember(&stay)
	if err != nil || !fresh || stay.Staff {
		return err
	}
	touch := models.Touch{Kind: models.TouchGroup, At: min(stay.JoinedAt, sc.Now), MemberID: stay.MemberID, GroupID: g.ID,
		UID: "join:" + stay.ID.String()}
	if entry, err := sc.EntryByCode(m.State); err == nil && entry.CommunityID == sc.Community {
		touch.EntryID, touch.VideoID = entry.ID, entry.VideoID
	} else if err != nil && !models.IsKind(err, models.NotFound) {
		return err
	}
	_, err = sc.AddTouch(&touch)
	return err
}

func bookLeave(sc *models.Scope, g models.Group, m models.GroupMember) error {
	end := sc.CloseGroupMember
	if !m.Staff && !m.Removed {
		removed, err := sc.TakeRemoval(g.ID)
		if err != nil {
			return err
		}
		if removed {
			end = sc.CloseRemoved
		}
	}
	ended, err := end(m.ID, sc.Now)
	if err != nil || !ended || m.Staff || m.MemberID == 0 {
		return err
	}
	_, err = sc.AddTouch(&models.Touch{Kind: models.TouchLeave, At: sc.Now, MemberID: m.MemberID, GroupID: g.ID,
		UID: "leave:" + m.ID.String()})
	return err
}
