package bot

import (
	"context"

	"siyu/internal/weixin"
	"siyu/models"
)

// effect is what a push causes, in the transaction that marks it done.
type effect func(*models.Scope) error

// cause finds out what a push causes, nil for nothing. What must be asked of WeChat is asked here, before the
// transaction.
type cause func(context.Context, models.Channel, models.Inbox, weixin.Message) (effect, error)

// causes is what each intent leads to, all of it in this one list. An intent without a cause is kept in the inbox:
// so is IntentProfile, because we store no name and no picture of anybody that could be out of date, and so is
// IntentCorpTags, because what a corp calls its customers at WeCom is not used here.
func (b *Bot) causes() map[Intent][]cause {
	return map[Intent][]cause{
		IntentFollow:       {b.follows, b.arrival, b.opensWindow, b.answers, b.retag},
		IntentScan:         {b.follows, b.arrival, b.opensWindow, b.answers},
		IntentUnfollow:     {b.leaves},
		IntentRevoke:       {b.withdraws},
		IntentMessage:      {b.opensWindow, b.answers},
		IntentMenuClick:    {b.opensWindow, b.answers},
		IntentMenuScan:     {b.opensWindow, b.answers},
		IntentHelpOpened:   {b.opensWindow, b.answers},
		IntentUnknown:      {b.answers}, // a message of a new type has an answer; what window it opens, nobody has said
		IntentContact:      {b.welcomed, b.contactChanged},
		IntentCodeReviewed: {b.codeReviewed},
		IntentPunished:     {b.punished},
		IntentGroupChanged: {b.groupChanged},
		IntentMassDone:     {b.massDone},
		IntentPublishDone:  {b.publishDone},
		IntentSubscription: {b.answered}, IntentSubscribeSent: {b.sent}, IntentMediaChecked: {b.mediaChecked},
	}
}

// causedBy joins what a push causes into one effect, in the order of the list; nil if it causes nothing.
func (b *Bot) causedBy(ctx context.Context, c models.Channel, push models.Inbox, m weixin.Message) (effect, error) {
	var all []effect
	for _, find := range b.causes()[IntentOf(c.Kind, m)] {
		do, err := find(ctx, c, push, m)
		if err != nil {
			return nil, err
		}
		if do != nil {
			all = append(all, do)
		}
	}
	if len(all) == 0 {
		return nil, nil
	}
	return func(sc *models.Scope) error {
		for _, do := range all {
			if err := do(sc); err != nil {
				return err
			}
		}
		return nil
	}, nil
}
