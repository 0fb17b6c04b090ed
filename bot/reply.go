package bot

import (
	"context"

	"siyu/internal/weixin"
	"siyu/models"
)

// What people who follow the Official Account read. Its audience reads Chinese.
const (
	textInvite  = "欢迎！点下面的链接进入「%group%」，群里有当地活动和专属优惠：\n%link%"
	textLater   = "欢迎！「%group%」现在暂时进不去，群主正在准备。请晚点再点这个链接：\n%link%"
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
	entry, lead, err := b.scanned(ctx, c, m)
	if models.IsKind(err, models.NotFound) {
		return weixin.Text{Content: textWelcome}, nil
	}
	if err != nil {
		return nil, err
	}
	switch lead.State {
	case InviteEnded:
		return weixin.Text{Content: textWelcome}, nil
	case InviteFull, InviteClosed:
		return weixin.Text{Content: fill(textLater, "group", lead.Group, "link", b.EntryURL(entry))}, nil
	case InviteOpen:
	}
	return weixin.Text{Content: fill(textInvite, "group", lead.Group, "link", b.EntryURL(entry))}, nil
}
