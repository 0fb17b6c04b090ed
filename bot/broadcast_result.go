package bot

import (
	"context"
	"time"

	"siyu/internal/jobs"
	"siyu/internal/weixin"
	"siyu/models"
)

// When WeChat is asked what became of a part whose callback has not come: first after a quarter of an hour, for an
// administrator may take half an hour, then every hour for three days.
const (
	massPollFirst = 15 * time.Minute
	massPollEvery = time.Hour
	massPollFor   = 72 * time.Hour
)

// PollChunk is the job that asks WeChat what became of a part.
type PollChunk struct {
	Community models.CommunityID `json:"community"`
	Chunk     models.ChunkID     `json:"chunk"`
}

// Kind names the job.
func (PollChunk) Kind() string { return "broadcast.poll" }

// massDone books what became of a part, as the callback tells it. The callback may come before the answer to the call is
// booked: while an answer is waited for, a message nobody knows is looked at again. Messages that were sent from WeChat's
// own console are not ours.
func (b *Bot) massDone(ctx context.Context, c models.Channel, _ models.Inbox, m weixin.Message) (effect, error) {
	if m.Mass == nil || m.MsgID == "" {
		return nil, nil
	}
	sc := b.store.Read(ctx).In(c.CommunityID)
	chunk, err := sc.ChunkByMsgID(c.ID, m.MsgID)
	if models.IsKind(err, models.NotFound) {
		waiting, err := sc.CallingChunks(c.ID)
		if err == nil && waiting > 0 {
			err = jobs.SnoozeFor(sc.Now, time.Minute, "the answer to the call is not booked yet")
		}
		return nil, err
	}
	if err != nil {
		return nil, err
	}
	end := models.Chunk{ID: chunk.ID, BroadcastID: chunk.BroadcastID, State: models.ChunkDone, Result: massResult(m.Status),
		Total: int(m.Mass.Total), Filtered: int(m.Mass.Filtered), Sent: int(m.Mass.Sent), Errors: int(m.Mass.Failed)}
	if end.Result != "" && end.Sent == 0 {
		end.State = models.ChunkFailed
	}
	return func(sc *models.Scope) error {
		changed, err := sc.EndChunk(end)
		if err != nil || !changed {
			return err
		}
		return settleBroadcast(sc, end.BroadcastID)
	}, nil
}

// pollChunk asks what became of a part. WeChat tells success or failure here, but no numbers: those only the callback has,
// and if it comes after all they are booked.
func (b *Bot) pollChunk(ctx context.Context, a PollChunk) error {
	sc := b.store.Read(ctx).In(a.Community)
	c, err := sc.Chunk(a.Chunk)
	if err != nil || c.State != models.ChunkAccepted {
		return err
	}
	channel, err := b.officialOf(sc)
	if err != nil {
		return err
	}
	var answer struct {
		Status string `json:"msg_status"`
	}
	err = b.hub.PostJSON(ctx, accountID(channel), "/cgi-bin/message/mass/get", map[string]any{"msg_id": c.MsgID}, &answer)
	end := models.Chunk{ID: c.ID, BroadcastID: c.BroadcastID, Total: -1, Filtered: -1, Sent: -1, Errors: -1}
	late := sc.Now > c.AcceptedAt.Add(massPollFor)
	if err = weixin.Redacted(err); err != nil && !late && !jobs.Final(ctx, err) {
		return err
	}
	switch {
	case err != nil:
		end.State, end.Result = models.ChunkUnknown, "lost"
	case answer.Status == "SEND_SUCCESS":
		end.State = models.ChunkDone
	case answer.Status == "DELETE":
		end.State, end.Result = models.ChunkDone, "deleted"
	case answer.Status == "SEND_FAIL":
		end.State, end.Result = models.ChunkFailed, "send_fail"
	case late:
		end.State, end.Result = models.ChunkUnknown, "lost"
	default:
		return jobs.SnoozeFor(sc.Now, massPollEvery, "WeChat is still sending")
	}
	return b.endChunk(ctx, a.Community, end)
}

// BroadcastSettings returns what the account may and what its organiser wants.
func (b *Bot) BroadcastSettings(ctx context.Context, community models.CommunityID) (models.BroadcastSettings, error) {
	sc := b.store.Read(ctx).In(community)
	c, err := b.officialOf(sc)
	if err != nil {
		return models.BroadcastSettings{}, err
	}
	return sc.BroadcastSettings(c.ID)
}

// SetBroadcastSettings stores them.
func (b *Bot) SetBroadcastSettings(ctx context.Context, community models.CommunityID, by models.AccountID, s models.BroadcastSettings) error {
	return b.store.Tx(ctx, func(tx *models.Tx) error {
		sc := tx.In(community)
		c, err := b.officialOf(sc)
		if err != nil {
			return err
		}
		s.ChannelID = c.ID
		if err := sc.SetBroadcastSettings(s); err != nil {
			return err
		}
		return sc.AddAudit(by, "broadcast.settings", "channel:"+c.ID.String(), "")
	})
}
