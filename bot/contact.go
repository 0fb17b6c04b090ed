package bot

import (
	"context"
	"strings"

	"siyu/internal/weixin"
	"siyu/models"
)

// contactChanged is a WeCom customer who was added, changed or lost, by its ChangeType:
//
//	add_external_contact,     she becomes known, and known as the person she is elsewhere if WeCom tells
//	add_half_external_contact
//	edit_external_contact     the same if we do not know her, because callbacks get lost; her remark and tags at WeCom are
//	                          not kept
//	del_external_contact,     nothing: she stays known, since she may still be in the corp's groups
//	del_follow_user
//	transfer_fail             written down where the organiser looks: a customer did not go to the colleague she was given to
func (b *Bot) contactChanged(ctx context.Context, c models.Channel, _ models.Inbox, m weixin.Message) (effect, error) {
	switch {
	case m.ChangeType == "transfer_fail":
		return noted(c, "contact.transfer_failed", m.FailReason), nil
	case m.ExternalUserID == "":
		return nil, nil
	case m.ChangeType == "edit_external_contact":
		known, err := b.store.Read(ctx).In(c.CommunityID).MemberNamed(
			models.Name{Kind: models.ExternalUserID, Scope: c.AppID, Value: m.ExternalUserID})
		if err != nil || known != 0 {
			return nil, err
		}
	case !strings.HasPrefix(m.ChangeType, "add_"):
		return nil, nil
	}
	unionID, err := b.contactUnionID(ctx, c, m.ExternalUserID)
	if err != nil {
		return nil, err
	}
	return func(sc *models.Scope) error {
		_, err := sc.Identify(models.Name{Kind: models.ExternalUserID, Scope: c.AppID, Value: m.ExternalUserID},
			models.Name{Kind: models.UnionID, Value: unionID})
		return err
	}, nil
}

// contactUnionID asks WeCom who a customer is across accounts; "" if the corp is not bound to an Open Platform account, if
// she uses WeCom herself, or if she is gone.
func (b *Bot) contactUnionID(ctx context.Context, c models.Channel, externalUserID string) (string, error) {
	corp, err := b.hub.Work(c.AppID, c.AgentID)
	if err != nil {
		return "", err
	}
	detail, err := corp.GetExternalContact().GetExternalUserDetail(externalUserID)
	if err != nil {
		return "", b.untold(ctx, weixin.OfWeCom(withoutURL(err)))
	}
	return detail.ExternalContact.UnionID, nil
}
