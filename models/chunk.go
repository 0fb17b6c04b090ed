package models

// ChunkState is where a part of a broadcast stands.
type ChunkState string

// The states of a part: new → calling → accepted → done or failed. Unknown is one whose answer was lost for so long that
// asking again could send it twice: it counts as sent.
const (
	ChunkNew      ChunkState = "new"
	ChunkCalling  ChunkState = "calling"
	ChunkAccepted ChunkState = "accepted" // WeChat has it; how it ended is told later
	ChunkDone     ChunkState = "done"
	ChunkFailed   ChunkState = "failed"
	ChunkUnknown  ChunkState = "unknown"
)

// Chunk is one call of a broadcast: to everyone, to a tag, or to a list of at most 10,000.
type Chunk struct {
	ID          ChunkID `gorm:"primaryKey;autoIncrement:false"`
	CommunityID CommunityID
	BroadcastID BroadcastID
	ChannelID   ChannelID
	Seq         int    // counted from 1
	Kind        string // everyone, tag or list
	ClientMsgID string // unique: WeChat refuses a second call with it
	State       ChunkState
	MsgID       string // WeChat's
	People      int    // how many were meant, as far as we know them
	CalledAt    Millis // when WeChat was first asked
	AcceptedAt  Millis
	DoneAt      Millis
	Result      string // the code of how it ended; empty: well
	Total       int    // what WeChat counted, -1 while it has not told: who was meant
	Filtered    int    // who was left after its own filters (TotalCount less the silent skips)
	Sent        int
	Errors      int
}

// TableName names the table.
func (Chunk) TableName() string { return "broadcast_chunks" }

// Recipient is somebody a broadcast was meant for, with the month it counts in. It names a member, never an openid.
type Recipient struct {
	ID          ID[Recipient] `gorm:"primaryKey;autoIncrement:false"`
	CommunityID CommunityID
	BroadcastID BroadcastID // unique with the member
	ChannelID   ChannelID
	ChunkID     ChunkID // zero: left out because her month is used up
	MemberID    MemberID
	Month       int  // of China's calendar, such as 202611
	Counts      bool // it was sent, or may have been: one of her four
}

// TableName names the table.
func (Recipient) TableName() string { return "broadcast_recipients" }

// InsertChunk stores a new part and fills its id, from which follows what WeChat knows it by.
func (sc *Scope) InsertChunk(c *Chunk) error {
	c.ID, c.CommunityID, c.State = newID[Chunk](sc.Tx), sc.Community, ChunkNew
	c.ClientMsgID = "siyu" + c.ID.String() // at most 32 bytes
	c.Total, c.Filtered, c.Sent, c.Errors = -1, -1, -1, -1
	return insert(sc.Tx, c, "broadcast chunk")
}

// Chunk returns one part of a broadcast.
func (sc *Scope) Chunk(id ChunkID) (Chunk, error) {
	var c Chunk
	return c, one(sc.rows().Where("id = ?", int64(id)), &c, "broadcast chunk")
}

// Chunks lists the parts of a broadcast in their order.
func (sc *Scope) Chunks(b BroadcastID) ([]Chunk, error) {
	var all []Chunk
	return all, list(sc.rows().Where("broadcast_id = ?", int64(b)).Order("seq"), &all, "broadcast chunks")
}

// ChunkByMsgID finds the part that WeChat calls by a message id.
func (sc *Scope) ChunkByMsgID(channel ChannelID, msgID string) (Chunk, error) {
	var c Chunk
	return c, one(sc.rows().Where("channel_id = ? AND msg_id = ?", int64(channel), msgID), &c, "broadcast chunk")
}

// CallingChunks counts the parts of an account whose answer is waited for.
func (sc *Scope) CallingChunks(channel ChannelID) (int64, error) {
	var n int64
	q := sc.rows().Model(&Chunk{}).Where("channel_id = ? AND state = ?", int64(channel), ChunkCalling)
	return n, translate(q.Count(&n).Error, "count broadcast chunks")
}

// CallChunk notes that WeChat is about to be asked, and from then on its people's month is counted. It reports false if
// the part is not new.
func (sc *Scope) CallChunk(id ChunkID, month int) (bool, error) {
	ok, err := swap(sc.rows().Where("id = ? AND state = ?", int64(id), ChunkNew), &Chunk{},
		map[string]any{"state": ChunkCalling, "called_at": int64(sc.Now)}, "broadcast chunk")
	if err != nil || !ok {
		return ok, err
	}
	r := sc.rows().Model(&Recipient{}).Where("chunk_id = ?", int64(id)).Updates(map[string]any{"month": month, "counts": true})
	return true, translate(r.Error, "count recipients")
}

// AcceptChunk books WeChat's message id; it reports false if the part was not calling.
func (sc *Scope) AcceptChunk(id ChunkID, msgID string) (bool, error) {
	return swap(sc.rows().Where("id = ? AND state = ?", int64(id), ChunkCalling), &Chunk{},
		map[string]any{"state": ChunkAccepted, "msg_id": msgID, "accepted_at": int64(sc.Now)}, "broadcast chunk")
}

// ResetChunk takes a part back to new after WeChat said that it did not take it.
func (sc *Scope) ResetChunk(id ChunkID) error {
	ok, err := swap(sc.rows().Where("id = ? AND state = ?", int64(id), ChunkCalling), &Chunk{},
		map[string]any{"state": ChunkNew, "called_at": 0}, "broadcast chunk")
	if err != nil || !ok {
		return err
	}
	return sc.uncount(id)
}

// EndChunk books how a part ended, from any state in which it had not; one that is known to have ended so
// may still be told its numbers and the reason. It reports whether anything changed.
func (sc *Scope) EndChunk(c Chunk) (bool, error) {
	open := []ChunkState{ChunkNew, ChunkCalling, ChunkAccepted, ChunkUnknown}
	q := sc.rows().Where("id = ? AND (state IN ? OR (state = ? AND total < 0))", int64(c.ID), open, c.State)
	ok, err := swap(q, &Chunk{}, map[string]any{"state": c.State, "result": c.Result, "total": c.Total,
		"filtered": c.Filtered, "sent": c.Sent, "errors": c.Errors, "done_at": int64(sc.Now)}, "broadcast chunk")
	if err != nil || !ok || c.State != ChunkFailed {
		return ok, err
	}
	return true, sc.uncount(c.ID)
}

// uncount gives a part's people their month back: nothing reached them.
func (sc *Scope) uncount(id ChunkID) error {
	r := sc.rows().Model(&Recipient{}).Where("chunk_id = ?", int64(id)).Update("counts", false)
	return translate(r.Error, "count recipients")
}

// AddRecipients stores whom a broadcast is meant for.
func (sc *Scope) AddRecipients(all []Recipient) error {
	for len(all) > 0 {
		n := min(len(all), 500)
		part := all[:n]
		for i := range part {
			part[i].ID, part[i].CommunityID = newID[Recipient](sc.Tx), sc.Community
		}
		if err := insert(sc.Tx, &part, "recipients"); err != nil {
			return err
		}
		all = all[n:]
	}
	return nil
}

// RecipientsOf lists whom a part is meant for.
func (sc *Scope) RecipientsOf(chunk ChunkID) ([]Recipient, error) {
	var all []Recipient
	return all, list(sc.rows().Where("chunk_id = ?", int64(chunk)).Order("id"), &all, "recipients")
}

// SentInMonth tells how many broadcasts of an account count in a month for each member; who is not in it had none. What
// was sent from WeChat's own console is not known, so it may be more.
func (sc *Scope) SentInMonth(channel ChannelID, month int) (map[MemberID]int, error) {
	var rows []struct {
		MemberID MemberID
		N        int
	}
	err := sc.rows().Model(&Recipient{}).Select("member_id, COUNT(*) AS n").
		Where("channel_id = ? AND month = ? AND counts = ?", int64(channel), month, true).
		Group("member_id").Find(&rows).Error
	counts := make(map[MemberID]int, len(rows))
	for _, r := range rows {
		counts[r.MemberID] = r.N
	}
	return counts, translate(err, "count recipients")
}

// repointRecipients gives one person what another one was sent. A broadcast that both were meant for counts once.
func (sc *Scope) repointRecipients(from, to MemberID) error {
	err := sc.db.Exec("DELETE FROM broadcast_recipients WHERE community_id = ? AND member_id = ? AND broadcast_id IN "+
		"(SELECT broadcast_id FROM (SELECT broadcast_id FROM broadcast_recipients WHERE community_id = ? AND member_id = ?) both_had)",
		int64(sc.Community), int64(from), int64(sc.Community), int64(to)).Error
	if err != nil {
		return translate(err, "merge recipients")
	}
	err = sc.rows().Model(&Recipient{}).Where("member_id = ?", int64(from)).Update("member_id", int64(to)).Error
	return translate(err, "merge recipients")
}
