package bot

import (
	"context"
	"slices"
	"time"

	"siyu/internal/jobs"
	"siyu/internal/weixin"
	"siyu/models"
)

// FollowRoom is the job that finds out whether WeCom opened a new group because another one was full, and if so puts it into
// the pool of the live code that led there.
type FollowRoom struct {
	Community models.CommunityID `json:"community"`
	Group     models.GroupID     `json:"group"`
}

// Kind names the job.
func (FollowRoom) Kind() string { return "live.follow" }

// followFor is for how long a new group is looked at: the first to join it says by which entry she came.
const (
	followFor   = time.Hour
	followEvery = 5 * time.Minute
)

// groupFound has a WeCom group that was just found looked at, if a live code has groups that open the next one.
func (b *Bot) groupFound(sc *models.Scope, g models.Group) error {
	rooms, err := sc.RollingRooms()
	if err != nil || len(rooms) == 0 {
		return err
	}
	_, err = jobs.EnqueueOnce(sc.Tx, FollowRoom{Community: sc.Community, Group: g.ID}, sc.Now, "follow:"+g.ID.String())
	return err
}

// followRoom looks by which entries the people in a new group came, and asks WeCom whether it belongs to their join ways.
func (b *Bot) followRoom(ctx context.Context, a FollowRoom) error {
	sc := b.store.Read(ctx).In(a.Community)
	g, err := sc.Group(a.Group)
	if err != nil || g.ChatID == nil || g.GoneAt != 0 {
		return err
	}
	present, err := sc.PresentMembers(g.ID)
	if err != nil {
		return err
	}
	var codes []string
	for _, m := range present {
		if m.State != "" && !slices.Contains(codes, m.State) {
			codes = append(codes, m.State)
		}
	}
	entries, err := sc.EntriesByCodes(codes)
	if err != nil {
		return err
	}
	if len(entries) == 0 {
		if sc.Now < g.CreatedAt.Add(followFor) {
			return jobs.SnoozeFor(sc.Now, followEvery, "nobody has come by an entry yet")
		}
		return nil
	}
	for _, code := range codes {
		if e, ok := entries[code]; ok && e.LiveID != 0 {
			if err := b.followEntry(ctx, sc, e, g); err != nil {
				return err
			}
		}
	}
	return nil
}

// followEntry puts a group into the pool of an entry's live code if one of the entry's join ways leads there now.
func (b *Bot) followEntry(ctx context.Context, sc *models.Scope, e models.Entry, g models.Group) error {
	pool, err := sc.LiveRooms(e.LiveID)
	if err != nil || slices.ContainsFunc(pool, func(r models.LiveRoom) bool { return r.GroupID == g.ID }) {
		return err
	}
	ways, err := sc.JoinWays(e.ID)
	if err != nil {
		return err
	}
	for _, w := range ways {
		at := slices.IndexFunc(pool, func(r models.LiveRoom) bool { return r.GroupID == w.GroupID && r.Rolls })
		if at < 0 {
			continue
		}
		chats, err := b.wayLeadsTo(ctx, sc, w)
		if err != nil {
			return err
		}
		if slices.Contains(chats, *g.ChatID) {
			return b.addFollowed(ctx, pool[at], g)
		}
	}
	return nil
}

// wayLeadsTo asks WeCom into which groups a join way leads; one that it has forgotten leads nowhere.
func (b *Bot) wayLeadsTo(ctx context.Context, sc *models.Scope, w models.JoinWay) ([]string, error) {
	c, err := sc.Channel(models.WeCom)
	if err != nil {
		return nil, err
	}
	var out struct {
		JoinWay struct {
			ChatIDList []string `json:"chat_id_list"`
		} `json:"join_way"`
	}
	err = b.hub.PostJSON(ctx, accountID(c), groupChatAPI+"get_join_way", joinConfig{w.ConfigID}, &out)
	if weixin.Classify(err) == weixin.Invalid {
		return nil, nil
	}
	return out.JoinWay.ChatIDList, weixin.Redacted(err)
}

// addFollowed puts a group that WeCom opened behind the full one, for the same city and tag. Entries get ways of their own
// into it, so that the next one is opened from there.
func (b *Bot) addFollowed(ctx context.Context, from models.LiveRoom, g models.Group) error {
	return b.store.Tx(ctx, func(tx *models.Tx) error {
		sc := tx.In(from.CommunityID)
		l, err := sc.LiveCode(from.LiveID)
		if err != nil || l.RetiredAt != 0 {
			return err
		}
		r := models.LiveRoom{LiveID: from.LiveID, GroupID: g.ID, Place: from.Place, City: from.City, Tag: from.Tag, Rolls: true}
		err = sc.AddLiveRoom(&r)
		if models.IsKind(err, models.Conflict) { // somebody was faster
			return nil
		}
		if err != nil {
			return err
		}
		if err := mendAll(sc, from.LiveID); err != nil {
			return err
		}
		return sc.AddAudit(0, "live.room.follow", "live:"+from.LiveID.String(), "group:"+g.ID.String())
	})
}
