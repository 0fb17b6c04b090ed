package bot

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/silenceper/wechat/v2/work/externalcontact"

	"siyu/internal/jobs"
	"siyu/internal/weixin"
	"siyu/models"
	"siyu/throttle"
)

// PollEnvelope is the job that asks WeCom what became of an envelope. One that is closed is looked at again some time later:
// a row that comes late happened all the same.
type PollEnvelope struct {
	Community models.CommunityID `json:"community"`
	Envelope  models.EnvelopeID  `json:"envelope"`
	Again     int                `json:"again,omitempty"` // how often a closed one was looked at
}

// Kind names the job.
func (PollEnvelope) Kind() string { return "envelope.poll" }

// lookAgain are the times after an envelope's end at which WeCom is asked about it once more.
func lookAgain() []time.Duration { return []time.Duration{time.Hour, 24 * time.Hour} }

// What WeCom says became of a message in a group (get_groupmsg_send_result), and of its sender (get_groupmsg_task). It
// documents the third for customers and tells of groups only what was sent; should it ever tell, the group has had the
// messages it may have.
const (
	sendDone    = 1
	sendLimited = 3
	ownerSent   = 2
	dispatching = 41063 // errcode: the message was just made
)

// stillDispatching is how long a message that WeCom is handing out is left alone.
const stillDispatching = time.Minute

// outcome is what WeCom knows of an envelope.
type outcome struct {
	sent    map[string]models.Millis // chat_id -> when it appeared there
	limited map[string]bool          // chat_id -> WeCom let it through no more
	at      models.Millis            // when its owner sent it; zero: not yet
}

// pollEnvelope asks once; while something is left it asks again later, until the envelope's time is over.
func (b *Bot) pollEnvelope(ctx context.Context, a PollEnvelope) error {
	sc := b.store.Read(ctx).In(a.Community)
	e, err := sc.Envelope(a.Envelope)
	if err != nil || e.MsgID == "" || e.State == models.EnvelopeOpen && sc.Now >= e.DueAt {
		return err
	}
	r, err := b.askOutcome(sc, e)
	if code, _ := weixin.Code(err); code == dispatching {
		return jobs.SnoozeFor(sc.Now, stillDispatching, "it is being handed out")
	}
	if weixin.Classify(err) == weixin.Invalid { // WeCom does not know it: its end will tell
		if e.State == models.EnvelopeClosed && sc.Now >= e.ClosedAt.Add(lookAgain()[len(lookAgain())-1]) {
			return nil
		}
		b.log.ErrorContext(ctx, "WeCom does not tell of a message", "envelope", e.ID.String(), "error", weixin.Redacted(err))
		return jobs.SnoozeFor(sc.Now, closeEvery, "WeCom does not know it")
	}
	if err != nil {
		return err
	}
	over := false
	err = b.store.Tx(ctx, func(tx *models.Tx) error {
		over, err = b.bookOutcome(tx.In(a.Community), e.ID, r)
		return err
	})
	switch {
	case err != nil:
		return err
	case e.State == models.EnvelopeOpen && over:
		return nil
	case e.State == models.EnvelopeOpen:
		return jobs.SnoozeFor(sc.Now, pollEvery, "not posted yet")
	case a.Again+1 < len(lookAgain()):
		next := a
		next.Again++
		return b.store.Tx(ctx, func(tx *models.Tx) error {
			return jobs.Enqueue(tx, next, e.ClosedAt.Add(lookAgain()[next.Again]))
		})
	}
	return nil
}

// askOutcome reads all rows of an envelope, and when its owner has sent it.
func (b *Bot) askOutcome(sc *models.Scope, e models.Envelope) (outcome, error) {
	r, err := b.sendRows(sc, e.MsgID, e.OwnerUserID)
	if err != nil || e.SentAt != 0 {
		r.at = e.SentAt
		return r, err
	}
	senders, err := b.senders(sc, e.MsgID)
	if err != nil {
		return r, err
	}
	for _, s := range senders {
		if s.UserID == e.OwnerUserID && s.Status == ownerSent {
			r.at = max(models.Millis(s.SendTime)*1000, 1)
		}
	}
	return r, nil
}

// sendRows reads what became of a message that one person was asked to send, in each of her groups.
func (b *Bot) sendRows(sc *models.Scope, msgID, sender string) (outcome, error) {
	r := outcome{sent: map[string]models.Millis{}, limited: map[string]bool{}}
	corp, err := b.corp(sc)
	if err != nil {
		return r, err
	}
	req := &externalcontact.GetGroupMsgSendResultRequest{MsgID: msgID, UserID: sender, Limit: 1000}
	for {
		page, err := corp.GetGroupMsgSendResult(req)
		if err != nil {
			return r, fmt.Errorf("read a message's result: %w", weixin.OfWeCom(err))
		}
		for _, s := range page.SendList {
			switch s.Status {
			case sendDone:
				r.sent[s.ChatID] = models.Millis(s.SendTime) * 1000
			case sendLimited:
				r.limited[s.ChatID] = true
			}
		}
		if page.NextCursor == "" {
			return r, nil
		}
		req.Cursor = page.NextCursor
	}
}

// senders reads who is asked to send a message and who did.
func (b *Bot) senders(sc *models.Scope, msgID string) ([]*externalcontact.Task, error) {
	corp, err := b.corp(sc)
	if err != nil {
		return nil, err
	}
	var all []*externalcontact.Task
	req := &externalcontact.GetGroupMsgTaskRequest{MsgID: msgID, Limit: 1000}
	for {
		page, err := corp.GetGroupMsgTask(req)
		if err != nil {
			return nil, fmt.Errorf("read a message's senders: %w", weixin.OfWeCom(err))
		}
		all = append(all, page.TaskList...)
		if page.NextCursor == "" {
			return all, nil
		}
		req.Cursor = page.NextCursor
	}
}

// bookOutcome books what WeCom says of an envelope, and reports whether nothing is left in it; then it is closed. Doing it
// twice is the same as once.
func (b *Bot) bookOutcome(sc *models.Scope, id models.EnvelopeID, r outcome) (over bool, err error) {
	e, left, err := b.bookRows(sc, id, r)
	if err != nil || e.State != models.EnvelopeOpen {
		return err == nil, err
	}
	over = true
	for _, t := range left {
		if r.at == 0 || sc.Now < r.at.Add(b.envelopes.SettleAfter) {
			over = false
			continue
		}
		if err := b.unposted(sc, t, reasonSkipped); err != nil {
			return false, err
		}
	}
	if !over {
		return false, nil
	}
	if r.at == 0 { // nothing is left, but she could still send it
		return true, jobs.Enqueue(sc.Tx, CloseEnvelope{Community: sc.Community, Envelope: e.ID}, sc.Now)
	}
	return true, b.endEnvelope(sc, e, false)
}

// bookRows books every row, under the locks of the groups, and returns the envelope as it is and the tasks that are still
// open.
func (b *Bot) bookRows(sc *models.Scope, id models.EnvelopeID, r outcome) (e models.Envelope, left []models.Task, err error) {
	e.ID = id
	if _, _, err := b.lockEnvelope(sc, e); err != nil {
		return e, nil, err
	}
	if e, err = sc.Envelope(id); err != nil {
		return e, nil, err
	}
	all, err := sc.TasksInEnvelope(id)
	if err != nil {
		return e, nil, err
	}
	groups, err := taskGroups(sc, all)
	if err != nil {
		return e, nil, err
	}
	if r.at != 0 {
		if err := sc.EnvelopeSent(id, r.at); err != nil {
			return e, nil, err
		}
	}
	ours := map[string]bool{}
	for _, t := range all {
		chat := ""
		if id := groups[t.GroupID].ChatID; id != nil {
			chat = *id
		}
		ours[chat] = true
		at, sent := r.sent[chat]
		switch {
		case sent && t.State != models.TaskDone:
			if err = b.posted(sc, t, at, models.ProofPlatform); err == nil {
				err = b.learnSent(sc, t.GroupID)
			}
		case t.State == models.TaskOpen && r.limited[chat]:
			err = b.groupFull(sc, t)
		case t.State == models.TaskOpen:
			left = append(left, t)
		}
		if err != nil {
			return e, nil, err
		}
	}
	return e, left, b.bookStrays(sc, e, ours, r)
}

// bookStrays books the rows of groups whose tasks are not in the envelope any more: they went out with it all the same.
func (b *Bot) bookStrays(sc *models.Scope, e models.Envelope, ours map[string]bool, r outcome) error {
	offer, err := offerOf(sc, e.Code, e)
	if err != nil {
		return err
	}
	for _, chat := range slices.Sorted(maps.Keys(r.sent)) {
		if ours[chat] {
			continue
		}
		if err := b.bookMass(sc, mass{msgID: e.MsgID, offer: offer, sponsored: sponsored(e.Content)}, chat, r.sent[chat]); err != nil {
			return err
		}
	}
	return nil
}

func taskGroups(sc *models.Scope, tasks []models.Task) (map[models.GroupID]models.Group, error) {
	ids := make([]models.GroupID, len(tasks))
	for i, t := range tasks {
		ids[i] = t.GroupID
	}
	slices.Sort(ids)
	all, err := sc.GroupsByID(slices.Compact(ids))
	found := make(map[models.GroupID]models.Group, len(all))
	for _, g := range all {
		found[g.ID] = g
	}
	return found, err
}

// endEnvelope closes an envelope and has WeCom asked about it again later.
func (b *Bot) endEnvelope(sc *models.Scope, e models.Envelope, void bool) error {
	moved, err := sc.CloseEnvelope(e.ID, e.State, void)
	if err != nil || !moved {
		return err
	}
	return jobs.Enqueue(sc.Tx, PollEnvelope{Community: sc.Community, Envelope: e.ID}, sc.Now.Add(lookAgain()[0]))
}

// groupFull books that WeCom lets no message into a group any more.
func (b *Bot) groupFull(sc *models.Scope, t models.Task) error {
	if err := b.learnFull(sc, t.GroupID); err != nil {
		return err
	}
	return b.unposted(sc, t, throttle.Platform.String())
}
