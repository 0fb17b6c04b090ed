package bot

import (
	"context"
	"encoding/json"
	"strconv"
	"time"

	"siyu/internal/jobs"
	"siyu/internal/weixin"
	"siyu/models"
)

// StartBroadcast is the job that cuts a broadcast into parts when its time has come.
type StartBroadcast struct {
	Community models.CommunityID `json:"community"`
	Broadcast models.BroadcastID `json:"broadcast"`
}

// Kind names the job.
func (StartBroadcast) Kind() string { return "broadcast.start" }

// SendChunk is the job that asks WeChat to send one part.
type SendChunk struct {
	Community models.CommunityID `json:"community"`
	Chunk     models.ChunkID     `json:"chunk"`
}

// Kind names the job.
func (SendChunk) Kind() string { return "broadcast.send" }

// massPlan is how a broadcast is sent: its parts, and who is left out because her month is used up.
type massPlan struct {
	all   bool
	parts [][]models.MemberID
	full  []models.MemberID
}

// planMass cuts an audience into calls. A list leaves out who has had her messages of the month: WeChat would skip her
// without a word. A call to everyone cannot leave anybody out.
func planMass(a audience, sent map[models.MemberID]int, limit int) massPlan {
	if a.all {
		return massPlan{all: true, parts: [][]models.MemberID{a.people}}
	}
	var p massPlan
	var rest []models.MemberID
	for _, m := range a.people {
		if limit > 0 && sent[m] >= limit {
			p.full = append(p.full, m)
			continue
		}
		rest = append(rest, m)
	}
	l := DefaultMassLimits()
	if len(rest) >= l.ListMin {
		p.parts = splitList(rest, l.ListMin, l.ListMax)
	}
	return p
}

// startBroadcast writes down who gets what, once, and has each part sent. Quiet hours that were set after the
// confirmation are kept too.
func (b *Bot) startBroadcast(ctx context.Context, a StartBroadcast) error {
	sc := b.store.Read(ctx).In(a.Community)
	br, err := sc.Broadcast(a.Broadcast)
	if err != nil || br.State != models.BroadcastScheduled {
		return err
	}
	if sc.Now < br.SendAt {
		return jobs.Snooze(br.SendAt, "its time has not come")
	}
	f, p, err := b.forecast(sc, br, sc.Now)
	if err != nil {
		return err
	}
	if f.QuietUntil > 0 && !br.OverQuiet {
		return jobs.Snooze(f.QuietUntil, "quiet hours")
	}
	return b.store.Tx(ctx, func(tx *models.Tx) error {
		sc := tx.In(a.Community)
		first, err := sc.StartBroadcast(br.ID, f.People, f.Skips())
		if err != nil || !first {
			return err
		}
		return writeMass(sc, br, p, ChinaMonth(tx.Now))
	})
}

func writeMass(sc *models.Scope, br models.Broadcast, p massPlan, month int) error {
	for i, people := range p.parts {
		c := models.Chunk{BroadcastID: br.ID, ChannelID: br.ChannelID, Seq: i + 1, Kind: "list", People: len(people)}
		if p.all {
			c.Kind = "everyone"
		}
		if err := sc.InsertChunk(&c); err != nil {
			return err
		}
		if err := sc.AddRecipients(recipients(br, c.ID, people, month)); err != nil {
			return err
		}
		if err := jobs.Enqueue(sc.Tx, SendChunk{sc.Community, c.ID}, sc.Now); err != nil {
			return err
		}
	}
	if err := sc.AddRecipients(recipients(br, 0, p.full, month)); err != nil {
		return err
	}
	return settleBroadcast(sc, br.ID)
}

func recipients(br models.Broadcast, chunk models.ChunkID, people []models.MemberID, month int) []models.Recipient {
	all := make([]models.Recipient, len(people))
	for i, m := range people {
		all[i] = models.Recipient{BroadcastID: br.ID, ChannelID: br.ChannelID, ChunkID: chunk, MemberID: m, Month: month}
	}
	return all
}

// settleBroadcast ends a broadcast whose parts have all ended.
func settleBroadcast(sc *models.Scope, id models.BroadcastID) error {
	chunks, err := sc.Chunks(id)
	if err != nil {
		return err
	}
	to := models.BroadcastFailed
	for _, c := range chunks {
		switch c.State {
		case models.ChunkNew, models.ChunkCalling, models.ChunkAccepted:
			return nil
		case models.ChunkDone, models.ChunkUnknown:
			to = models.BroadcastSent
		case models.ChunkFailed:
		}
	}
	_, err = sc.MoveBroadcast(id, models.BroadcastSending, to)
	return err
}

// sendChunk asks WeChat to send one part. The part is marked before, and WeChat knows it by its clientmsgid: after a crash
// it is asked again and says that it has the message. Once it may have forgotten that, it is not asked again.
func (b *Bot) sendChunk(ctx context.Context, a SendChunk) error {
	sc := b.store.Read(ctx).In(a.Community)
	c, err := sc.Chunk(a.Chunk)
	if err != nil {
		return err
	}
	switch c.State {
	case models.ChunkNew:
		if err := rests(sc, c, 0); err != nil {
			return err
		}
		err := b.store.Tx(ctx, func(tx *models.Tx) error {
			marked, err := tx.In(a.Community).CallChunk(c.ID, ChinaMonth(tx.Now))
			if err == nil && !marked {
				return jobs.Snooze(tx.Now, "the part moved")
			}
			return err
		})
		if err != nil {
			return err
		}
	case models.ChunkCalling:
		last := c.CalledAt.Add(DefaultMassLimits().Remember)
		if sc.Now > last {
			return b.endChunk(ctx, a.Community, models.Chunk{ID: c.ID, BroadcastID: c.BroadcastID, State: models.ChunkUnknown,
				Result: "lost", Total: -1, Filtered: -1, Sent: -1, Errors: -1})
		}
		if err := rests(sc, c, last); err != nil {
			return err
		}
	case models.ChunkAccepted, models.ChunkDone, models.ChunkFailed, models.ChunkUnknown:
		return nil
	}
	channel, err := b.officialOf(sc)
	if err != nil {
		return err
	}
	path, body, err := b.massCall(sc, channel, c)
	if err != nil {
		return err
	}
	var answer massAnswer
	err = b.hub.PostJSON(ctx, accountID(channel), path, body, &answer)
	return b.bookChunk(ctx, a.Community, c, answer, err)
}

// rests keeps a part that has had to wait, such as for its quota, out of the quiet hours; last is until when it can wait,
// zero for as long as need be.
func rests(sc *models.Scope, c models.Chunk, last models.Millis) error {
	br, err := sc.Broadcast(c.BroadcastID)
	if err != nil || br.OverQuiet {
		return err
	}
	settings, err := sc.BroadcastSettings(c.ChannelID)
	if err != nil {
		return err
	}
	community, err := sc.ReadCommunity(sc.Community)
	if err != nil {
		return err
	}
	until, err := quietUntil(settings, community.Zone, sc.Now)
	if err != nil || until == 0 || (last != 0 && until > last) {
		return err
	}
	return jobs.Snooze(until, "quiet hours")
}

type massAnswer struct {
	MsgID json.Number `json:"msg_id"`
}

// What message/mass answers about a clientmsgid.
const (
	codeMassKnown = 45065 // it has the message, and says its id
	codeMassSoon  = 45066 // asked again within a minute
)

// bookChunk books what WeChat answered to a part that was read as c: once an answer to it was lost, nothing that is said
// later proves that it was not taken.
func (b *Bot) bookChunk(ctx context.Context, community models.CommunityID, c models.Chunk, answer massAnswer, err error) error {
	code, said := weixin.Code(err)
	id, _ := strconv.ParseInt(answer.MsgID.String(), 10, 64) // 0: none
	if (err == nil || code == codeMassKnown) && id > 0 {
		return b.store.Tx(ctx, func(tx *models.Tx) error {
			sc := tx.In(community)
			if _, err := sc.AcceptChunk(c.ID, strconv.FormatInt(id, 10)); err != nil {
				return err
			}
			return jobs.Enqueue(tx, PollChunk{community, c.ID}, tx.Now.Add(massPollFirst))
		})
	}
	lost := models.Chunk{ID: c.ID, BroadcastID: c.BroadcastID, State: models.ChunkUnknown, Result: "lost", Total: -1, Filtered: -1, Sent: -1, Errors: -1}
	if err == nil || code == codeMassKnown { // taken, and nobody can ask what became of it
		return b.endChunk(ctx, community, lost)
	}
	err = weixin.Redacted(err)
	first := c.State == models.ChunkNew
	if _, waits := weixin.RetryAt(err, b.store.Clock().Now()); waits {
		if !first {
			return err
		}
		// Nothing was taken: the part waits as if it had never been asked for.
		reset := b.store.Tx(ctx, func(tx *models.Tx) error { return tx.In(community).ResetChunk(c.ID) })
		if reset != nil {
			return reset
		}
		return err
	}
	switch weixin.Classify(err) {
	case weixin.Temporary, weixin.None, weixin.Quota:
		if code == codeMassSoon {
			return jobs.SnoozeFor(models.MillisOf(b.store.Clock().Now()), DefaultMassLimits().Again+time.Second, "asked too soon")
		}
		if jobs.Final(ctx, err) {
			return b.endChunk(ctx, community, lost)
		}
		return err
	case weixin.Gone, weixin.Denied, weixin.Invalid:
	}
	result := "refused"
	if e := refusedCode(code); said && e != nil {
		result = e.Code
	}
	lost.Result = result
	if first {
		lost.State = models.ChunkFailed
	}
	return b.endChunk(ctx, community, lost)
}

// endChunk books how a part ended, and ends the broadcast with its last part.
func (b *Bot) endChunk(ctx context.Context, community models.CommunityID, c models.Chunk) error {
	return b.store.Tx(ctx, func(tx *models.Tx) error {
		sc := tx.In(community)
		changed, err := sc.EndChunk(c)
		if err != nil || !changed {
			return err
		}
		return settleBroadcast(sc, c.BroadcastID)
	})
}

// massCall makes the call that sends a part.
func (b *Bot) massCall(sc *models.Scope, channel models.Channel, c models.Chunk) (path string, body map[string]any, err error) {
	br, err := sc.Broadcast(c.BroadcastID)
	if err != nil {
		return "", nil, err
	}
	content, err := br.Content()
	if err != nil {
		return "", nil, err
	}
	body = massBody(content, br.Sponsored, false)
	body["clientmsgid"] = c.ClientMsgID
	if c.Kind == "everyone" {
		body["filter"] = map[string]any{"is_to_all": true}
		return "/cgi-bin/message/mass/sendall", body, nil
	}
	meant, err := sc.RecipientsOf(c.ID)
	if err != nil {
		return "", nil, err
	}
	members := make([]models.MemberID, len(meant))
	for i, r := range meant {
		members[i] = r.MemberID
	}
	names, err := sc.OpenIDs(channel.AppID, members)
	if err != nil {
		return "", nil, err
	}
	openIDs := make([]string, 0, len(members))
	for _, m := range members {
		if id := names[m]; id != "" { // she may have asked to be forgotten since
			openIDs = append(openIDs, id)
		}
	}
	body["touser"] = openIDs
	return "/cgi-bin/message/mass/send", body, nil
}

// massBody is a broadcast's content in the platform's words. A preview takes one picture, under another name.
func massBody(c models.BroadcastContent, sponsored, preview bool) map[string]any {
	switch c.Kind {
	case "image":
		if preview {
			return map[string]any{"msgtype": "image", "image": map[string]any{"media_id": c.MediaIDs[0]}}
		}
		return map[string]any{"msgtype": "image", "images": map[string]any{"media_ids": c.MediaIDs,
			"recommend": massText(c.Caption, sponsored), "need_open_comment": 0, "only_fans_can_comment": 0}}
	case "news":
		return map[string]any{"msgtype": "mpnews", "mpnews": map[string]any{"media_id": c.MediaIDs[0]}, "send_ignore_reprint": 0}
	}
	return map[string]any{"msgtype": "text", "text": map[string]any{"content": massText(c.Text, sponsored)}}
}

// PreviewBroadcast shows a broadcast to one follower, by her WeChat id or as a member. WeChat allows 100 a day.
func (b *Bot) PreviewBroadcast(ctx context.Context, community models.CommunityID, id models.BroadcastID, wxName string, member models.MemberID) error {
	sc := b.store.Read(ctx).In(community)
	br, err := sc.Broadcast(id)
	if err != nil {
		return err
	}
	content, err := br.Content()
	if err != nil {
		return err
	}
	channel, err := b.officialOf(sc)
	if err != nil {
		return err
	}
	body := massBody(content, br.Sponsored, true)
	if wxName != "" {
		body["towxname"] = wxName
	} else {
		names, err := sc.OpenIDs(channel.AppID, []models.MemberID{member})
		if err != nil {
			return err
		}
		if names[member] == "" {
			return models.Errorf(models.Invalid, "not_following", "this member does not follow the account")
		}
		body["touser"] = names[member]
	}
	return refused(b.hub.PostJSON(ctx, accountID(channel), "/cgi-bin/message/mass/preview", body, nil), sc.Now.Time())
}
