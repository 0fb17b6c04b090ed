package bot

import (
	"context"

	"siyu/internal/weixin"
	"siyu/models"
)

// answered books what somebody answered in the subscription dialog, or changed later in the menu of a notice. Every line
// of the push counts by itself, under a key of its own.
func (b *Bot) answered(_ context.Context, c models.Channel, push models.Inbox, m weixin.Message) (effect, error) {
	if m.FromUserName == "" || len(m.Subscriptions) == 0 {
		return nil, nil
	}
	at := happened(m, push.ReceivedAt)
	changed := m.Event == "subscribe_msg_change_event"
	return func(sc *models.Scope) error {
		for i, line := range m.Subscriptions {
			if !isTemplateID(line.TemplateID) {
				continue
			}
			if changed {
				if line.Status != "reject" { // the platform tells only of those; an accept here is no tap
					continue
				}
				if err := sc.ZeroCredit(c.AppID, m.FromUserName, line.TemplateID, at); err != nil {
					return err
				}
				continue
			}
			_, err := sc.AddSubscription(models.Subscription{
				UID:   sc.SubscriptionUID(models.SourceEvent, c.AppID, m.FromUserName, push.DedupeKey, i, line.TemplateID),
				AppID: c.AppID, OpenID: m.FromUserName, TemplateID: line.TemplateID, Source: models.SourceEvent,
				Answer: clip(line.Status, 32), At: at})
			if err != nil {
				return err
			}
		}
		return nil
	}, nil
}

// isTemplateID keeps what cannot be a template's id out of the ledger.
func isTemplateID(id string) bool { return id != "" && len(id) <= 64 }

// sent settles the notices a sent event tells of. It tells of success and of what went wrong after the platform had
// accepted a message; a credit is used up in either case, because nothing says that the platform gives it back.
func (b *Bot) sent(_ context.Context, c models.Channel, _ models.Inbox, m weixin.Message) (effect, error) {
	if m.FromUserName == "" || len(m.Subscriptions) == 0 {
		return nil, nil
	}
	return func(sc *models.Scope) error {
		for _, line := range m.Subscriptions {
			n, err := sc.SentNotice(c.AppID, m.FromUserName, line.TemplateID, line.MsgID)
			if models.IsKind(err, models.NotFound) { // sent by hand, or by another system
				continue
			}
			if err != nil {
				return err
			}
			to, reason := models.NoticeDelivered, ""
			if line.ErrorCode != 0 {
				to, reason = models.NoticeFailed, clip("not_delivered:"+line.ErrorStatus, 64)
			}
			if n.State == models.NoticeDelivered || n.State == models.NoticeFailed {
				continue
			}
			n.MsgID = clip(line.MsgID, 32)
			if _, err := sc.MoveNotice(n, n.State, to, reason); err != nil {
				return err
			}
		}
		return nil
	}, nil
}
