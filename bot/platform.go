package bot

import (
	"context"
	"strconv"

	"siyu/internal/weixin"
	"siyu/models"
)

// detailChars is how much of what the platform says an audit keeps.
const detailChars = 480

// codeReviewed writes down what became of the Mini Program's code, where its organiser looks.
func (b *Bot) codeReviewed(_ context.Context, c models.Channel, _ models.Inbox, m weixin.Message) (effect, error) {
	if m.Review == nil {
		return nil, nil
	}
	detail := m.Event
	if m.Review.Reason != "" {
		detail += ": " + m.Review.Reason
	}
	return noted(c, "mini.code_reviewed", detail), nil
}

// punished writes down that the platform warned or punished the Mini Program: it may stop working at any time.
func (b *Bot) punished(_ context.Context, c models.Channel, _ models.Inbox, m weixin.Message) (effect, error) {
	if m.Punishment == nil {
		return nil, nil
	}
	return noted(c, "mini.punished", "type "+strconv.FormatInt(m.Punishment.Type, 10)+": "+m.Punishment.Reason), nil
}

// noted is an entry in the audit that nobody but the platform has caused.
func noted(c models.Channel, action, detail string) effect {
	return func(sc *models.Scope) error {
		return sc.AddAudit(0, action, "channel:"+c.ID.String(), clip(detail, detailChars))
	}
}
