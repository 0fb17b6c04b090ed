package wechatsim

import (
	"context"
	"fmt"
)

// Answer is what somebody chose for one template of the subscription dialog.
type Answer struct {
	TemplateID string `json:"template_id"`
	Answer     string `json:"answer"` // accept or reject
}

// AnswerSubscribe answers one subscription dialog with several templates, each
// its own way: one tap, one subscribe_msg_popup_event with all of them.
func (p *Person) AnswerSubscribe(ctx context.Context, mpAppID string, answers ...Answer) error {
	if len(answers) == 0 {
		return nil
	}
	_, err := p.do(ctx, mpAppID, []kind{mini}, func(acc *account, c *chat) (body, error) {
		items := make([]body, 0, len(answers))
		for _, a := range answers {
			switch a.Answer {
			case "accept":
				c.credits[a.TemplateID]++
			case "reject":
			default:
				return nil, fmt.Errorf("answer %q: accept or reject: %w", a.Answer, ErrWrongKind)
			}
			items = append(items, body{
				{"TemplateId", a.TemplateID}, {"SubscribeStatusString", a.Answer}, {"PopupScene", "0"},
			})
		}
		return p.event(acc, "subscribe_msg_popup_event",
			field{"List", group{wrapper: "SubscribeMsgPopupEvent", items: items}}), nil
	})
	return err
}

// WithdrawSubscribe switches templates off in the menu of the service notice:
// what was allowed is gone, and subscribe_msg_change_event tells of it. (The
// platform pushes only "reject".)
func (p *Person) WithdrawSubscribe(ctx context.Context, mpAppID string, templateIDs ...string) error {
	if len(templateIDs) == 0 {
		return nil
	}
	_, err := p.do(ctx, mpAppID, []kind{mini}, func(acc *account, c *chat) (body, error) {
		var items []body
		for _, id := range templateIDs {
			delete(c.credits, id)
			items = append(items, body{{"TemplateId", id}, {"SubscribeStatusString", "reject"}})
		}
		return p.event(acc, "subscribe_msg_change_event",
			field{"List", group{wrapper: "SubscribeMsgChangeEvent", items: items}}), nil
	})
	return err
}
