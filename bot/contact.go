package bot

import (
	"context"
	"strings"

	"siyu/internal/weixin"
	"siyu/models"
)

// contactChanged is a WeCom customer who was added, changed or lost. Who is added becomes known, and known as the person
// she is elsewhere if WeCom tells. Who is lost stays known: she may still be in the corp's groups.
func (b *Bot) contactChanged(ctx context.Context, c models.Channel, _ models.Inbox, m weixin.Message) (effect, error) {
	if m.ExternalUserID == "" || !strings.HasPrefix(m.ChangeType, "add_") {
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
		return "", b.untold(ctx, withoutURL(err))
	}
	return detail.ExternalContact.UnionID, nil
}
