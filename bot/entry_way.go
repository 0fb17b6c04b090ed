package bot

import (
	"context"
	"errors"
	"fmt"

	"siyu/internal/jobs"
	"siyu/internal/weixin"
	"siyu/models"
)

const groupChatAPI = "/cgi-bin/externalcontact/groupchat/"

// joinScene is a QR code; 1 would be a Mini Program's button.
const joinScene = 2

// joinRequest is add_join_way's request.
type joinRequest struct {
	Scene          int      `json:"scene"`
	Remark         string   `json:"remark"`
	AutoCreateRoom int      `json:"auto_create_room"`
	ChatIDList     []string `json:"chat_id_list"`
	State          string   `json:"state"`
}

type joinConfig struct {
	ConfigID string `json:"config_id"`
}

// askJoinWay asks WeCom for a way into a group whose state is an entry's code. When the group is full, WeCom opens the
// next one. A way whose answer is lost stays with WeCom, which lists them nowhere: one of 500,000.
func (b *Bot) askJoinWay(ctx context.Context, sc *models.Scope, code string, g models.Group) (models.JoinWay, error) {
	way := models.JoinWay{GroupID: g.ID}
	c, err := sc.Channel(models.WeCom)
	if err != nil {
		return way, err
	}
	var made joinConfig
	err = b.hub.PostJSON(ctx, accountID(c), groupChatAPI+"add_join_way", joinRequest{Scene: joinScene, AutoCreateRoom: 1,
		ChatIDList: []string{*g.ChatID}, State: code, Remark: code}, &made)
	if err != nil {
		return way, err
	}
	var out struct {
		JoinWay struct {
			QRCode string `json:"qr_code"`
		} `json:"join_way"`
	}
	if err := b.hub.PostJSON(ctx, accountID(c), groupChatAPI+"get_join_way", made, &out); err != nil {
		return way, err
	}
	if out.JoinWay.QRCode == "" {
		return way, errors.New("WeCom gave no QR code")
	}
	way.ConfigID, way.URL = made.ConfigID, out.JoinWay.QRCode
	return way, nil
}

// dropJoinWay has WeCom forget a way; one that it has forgotten is fine.
func (b *Bot) dropJoinWay(ctx context.Context, sc *models.Scope, configID string) error {
	c, err := sc.Channel(models.WeCom)
	if err != nil {
		return err
	}
	err = b.hub.PostJSON(ctx, accountID(c), groupChatAPI+"del_join_way", joinConfig{configID}, nil)
	if weixin.Classify(err) == weixin.Invalid {
		return nil
	}
	return err
}

// MendWays is the job that gives an entry a join way into every WeCom group of its live code, and takes away those it
// needs no more: all of them once it is retired.
type MendWays struct {
	Community models.CommunityID `json:"community"`
	Entry     models.EntryID     `json:"entry"`
}

// Kind names the job.
func (MendWays) Kind() string { return "entry.ways" }

func enqueueWays(sc *models.Scope, e models.EntryID) error {
	_, err := jobs.EnqueueOnce(sc.Tx, MendWays{Community: sc.Community, Entry: e}, sc.Now, "ways:"+e.String())
	return err
}

func (b *Bot) mendWays(ctx context.Context, a MendWays) error {
	sc := b.store.Read(ctx).In(a.Community)
	e, err := sc.Entry(a.Entry)
	if err != nil {
		return err
	}
	if e.RetiredAt != 0 && e.JoinConfig != "" {
		if err := b.dropJoinWay(ctx, sc, e.JoinConfig); err != nil {
			return weixin.Redacted(err)
		}
	}
	has, err := sc.JoinWays(e.ID)
	if err != nil {
		return err
	}
	wants, err := b.wantsWays(sc, e)
	if err != nil {
		return err
	}
	for _, w := range has {
		if _, ok := wants[w.GroupID]; ok {
			delete(wants, w.GroupID)
			continue
		}
		if err := b.dropJoinWay(ctx, sc, w.ConfigID); err != nil {
			return weixin.Redacted(err)
		}
		if err := b.store.Tx(ctx, func(tx *models.Tx) error { return tx.In(a.Community).DeleteJoinWay(w.ID) }); err != nil {
			return err
		}
	}
	var errs []error // one group that WeCom does not take keeps no other from its way
	for _, g := range wants {
		errs = append(errs, b.addWay(ctx, sc, e, g))
	}
	return errors.Join(errs...)
}

// addWay makes one way and stores it; if another process has made one meanwhile, or it is not wanted any more, ours is
// taken back.
func (b *Bot) addWay(ctx context.Context, sc *models.Scope, e models.Entry, g models.Group) error {
	way, err := b.askJoinWay(ctx, sc, e.Code, g)
	if err != nil {
		return fmt.Errorf("make a group's join way: %w", weixin.Redacted(err))
	}
	way.EntryID = e.ID
	first := false
	err = b.store.Tx(ctx, func(tx *models.Tx) error {
		sc := tx.In(sc.Community)
		now, err := sc.LockEntry(e.ID)
		if err != nil {
			return err
		}
		wants, err := b.wantsWays(sc, now)
		if err != nil {
			return err
		}
		first = false
		if _, wanted := wants[g.ID]; wanted {
			first, err = sc.AddJoinWay(&way)
		}
		return err
	})
	if err != nil || first {
		return err
	}
	return b.dropJoinWay(ctx, sc, way.ConfigID)
}

// wantsWays are the WeCom groups that an entry should have ways into.
func (b *Bot) wantsWays(sc *models.Scope, e models.Entry) (map[models.GroupID]models.Group, error) {
	wants := map[models.GroupID]models.Group{}
	if e.RetiredAt != 0 || e.LiveID == 0 {
		return wants, nil
	}
	groups, err := b.liveGroups(sc, e.LiveID)
	for _, g := range groups {
		if g.Kind == models.WeComGroup && g.ChatID != nil {
			wants[g.ID] = g
		}
	}
	return wants, err
}
