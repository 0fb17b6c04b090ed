package bot

import (
	"context"

	"siyu/internal/jobs"
	"siyu/internal/weixin"
	"siyu/models"
)

// codeNotLoaded says that the platform could not load the file it was to look at.
const codeNotLoaded = -1008

// traceSettles is how long a verdict waits for the answer it belongs to: the platform may tell what it found before its
// answer to the question, which names the trace, is written down.
const traceSettles = 5_000

// mediaChecked settles the check of a picture or a sound. A verdict about something we did not ask for is kept as it
// came.
func (b *Bot) mediaChecked(ctx context.Context, c models.Channel, push models.Inbox, m weixin.Message) (effect, error) {
	v := m.Check
	if v == nil || v.TraceID == "" {
		return nil, nil
	}
	sc := b.store.Read(ctx).In(push.CommunityID)
	_, err := sc.CheckByTrace(c.AppID, v.TraceID)
	if models.IsKind(err, models.NotFound) {
		asking, err := sc.AskingChecks(c.AppID)
		if err != nil || asking == 0 || sc.Now > push.ReceivedAt+12*traceSettles {
			return nil, err
		}
		return nil, jobs.Snooze(sc.Now+traceSettles, "the question it answers is still being asked")
	}
	if err != nil {
		return nil, err
	}
	return func(sc *models.Scope) error {
		check, err := sc.CheckByTrace(c.AppID, v.TraceID)
		if err != nil {
			return err
		}
		late := check.State == models.CheckReview && check.Reason == models.ReviewTimeout
		if check.State != models.CheckChecking && !late { // decided by a person meanwhile, or told before
			return nil
		}
		return settleMedia(sc, check, *v)
	}, nil
}

// settleMedia writes what the platform found; an answer it cannot give is left to a person.
func settleMedia(sc *models.Scope, check models.Check, v weixin.MediaCheck) error {
	from := check.State
	switch {
	case v.ErrCode == codeNotLoaded:
		check.State, check.Reason = models.CheckReview, models.ReviewDownload
	case v.ErrCode != 0:
		check.State, check.Reason = models.CheckReview, models.ReviewUnavailable
	default:
		check = check.Judged(string(v.Suggest), int(v.Label))
	}
	_, err := sc.MoveCheck(check, from)
	return err
}
