package bot

import (
	"context"

	"siyu/internal/weixin"
	"siyu/models"
)

// What people who follow the Official Account read. Its audience reads Chinese.
const (
	textInvite  = "欢迎！点下面的链接进入「%group%」，群里有当地活动和专属优惠：\n%link%"
	textWelcome = "欢迎关注！扫描视频里的二维码即可加入我们的群。"
	textDefault = "收到你的留言了，群主看到后会回复你。"
)

// reply makes the passive reply to a push, nil for none. It only reads: the same push gets the same reply again.
func (b *Bot) reply(ctx context.Context, c models.Channel, m weixin.Message) (weixin.Reply, error) {
	if c.Kind != models.OfficialAccount {
		return nil, nil
	}
	switch {
	case m.MsgType != weixin.MsgTypeEvent:
		return weixin.Text{Content: textDefault}, nil
	case m.Event == "subscribe" || m.Event == "SCAN":
		return b.invitation(ctx, c, m)
	}
	return nil, nil
}

// invitation leads somebody who scanned a video's code to the group it invites to.
func (b *Bot) invitation(ctx context.Context, c models.Channel, m weixin.Message) (weixin.Reply, error) {
	code := sceneOf(m)
	if code == "" {
		return weixin.Text{Content: textWelcome}, nil
	}
	tx := b.store.Read(ctx)
	entry, err := tx.EntryByCode(code)
	if models.IsKind(err, models.NotFound) || (err == nil && entry.CommunityID != c.CommunityID) {
		return weixin.Text{Content: textWelcome}, nil
	}
	if err != nil {
		return nil, err
	}
	group, err := tx.In(c.CommunityID).Group(entry.GroupID)
	if err != nil {
		return nil, err
	}
	return weixin.Text{Content: fill(textInvite, "group", group.Name, "link", b.EntryURL(entry))}, nil
}
