package bot

import (
	"context"

	"siyu/models"
)

// renderGroup leads somebody to the group of the entry she came by, or of the one the answer names. A group that nobody can
// join now is never offered as if one could: the words say so, and the page behind the link knows when that changes.
func (b *Bot) renderGroup(ctx context.Context, to asked, v values, a RuleAnswer) (Content, error) {
	code := a.Entry
	if code == "" {
		code = to.in.Entry
	}
	entry, err := b.store.Read(ctx).EntryByCode(code)
	if models.IsKind(err, models.NotFound) || (err == nil && (entry.CommunityID != to.channel.CommunityID || entry.RetiredAt != 0)) {
		return Content{}, nil // it has gone since the rule was written
	}
	if err != nil {
		return Content{}, err
	}
	// No place is kept for her: she may never open the page, which keeps it.
	lead, err := b.lead(ctx, entry, Visitor{})
	if err != nil {
		return Content{}, err
	}
	v.group, v.link = lead.Group, b.EntryURL(entry)
	text := a.in(to.lang).Text
	switch lead.State {
	case InviteFull:
		text = say(AnswerGroup, textFullHans, textFullHant, textFullEn).in(to.lang).Text
	case InviteClosed, InviteEnded:
		text = say(AnswerGroup, textClosedHans, textClosedHant, textClosedEn).in(to.lang).Text
	case InviteOpen:
	}
	return Content{Kind: contentText, Text: clip(v.fill(AnswerGroup, text), maxTextBytes)}, nil
}
