package models

// SyncState is where a sync stands.
type SyncState string

// The states of a sync.
const (
	SyncListing SyncState = "listing" // WeCom is asked which groups there are
	SyncReading SyncState = "reading" // they are read, one after the other
	SyncDone    SyncState = "done"
	SyncFailed  SyncState = "failed" // WeCom does not list the groups; see Error
)

// Sync is one reading of all groups of a WeCom corp. All it needs to go on after a restart is in its row and in those of
// the chats.
type Sync struct {
	ID          SyncID `gorm:"primaryKey;autoIncrement:false"`
	CommunityID CommunityID
	ChannelID   ChannelID
	OpenKey     *string // the channel's id while it runs: one at a time; nil when it has ended
	State       SyncState
	Whole       bool   // every member list is compared; if not, those whose version is known are not
	ByOwner     bool   // too many people are visible (81017): the groups are listed owner by owner
	ListCursor  string // WeCom's, of the next page of the list
	OwnersAfter string // the last owner whose groups are all listed
	Total       int    // groups to be read
	Done        int    // of them: read
	Changed     int    // of those: something was booked
	Failed      int    // of Total: could not be read this time
	Calls       int    // of WeCom's API, as of the last look
	Joined      int    // stays that began
	Departed    int    // stays that ended
	AccountID   AccountID
	Error       string
	StartedAt   Millis
	UpdatedAt   Millis `gorm:"autoUpdateTime:false"`
	EndedAt     Millis
}

// TableName names the table.
func (Sync) TableName() string { return "syncs" }

// Running reports whether a sync goes on.
func (s Sync) Running() bool { return s.OpenKey != nil }

// StartSync stores a new sync of a corp and fills its id; it reports false if one runs, and then s is that one.
func (sc *Scope) StartSync(s *Sync) (bool, error) {
	key := s.ChannelID.String()
	s.ID, s.CommunityID, s.OpenKey, s.State = newID[Sync](sc.Tx), sc.Community, &key, SyncListing
	s.StartedAt, s.UpdatedAt = sc.Now, sc.Now
	return insertOnce(sc.Tx, s, "sync", func() error {
		known, err := sc.RunningSync(s.ChannelID)
		if err == nil {
			*s = known
		}
		return err
	})
}

// Sync returns one sync of the community.
func (sc *Scope) Sync(id SyncID) (Sync, error) {
	var s Sync
	return s, one(sc.rows().Where("id = ?", int64(id)), &s, "sync")
}

// RunningSync finds the sync of a corp that goes on now.
func (sc *Scope) RunningSync(channel ChannelID) (Sync, error) {
	var s Sync
	return s, one(sc.rows().Where("open_key = ?", channel.String()), &s, "sync")
}

// LastWholeSync finds the latest sync of a corp that compared every member list to its end; the zero sync if there is none.
func (sc *Scope) LastWholeSync(channel ChannelID) (Sync, error) {
	var s Sync
	err := one(sc.rows().Where("channel_id = ? AND whole = ? AND state = ?", int64(channel), true, SyncDone).Order("id DESC"), &s, "sync")
	if IsKind(err, NotFound) {
		return Sync{}, nil
	}
	return s, err
}

// Syncs lists the latest syncs of the community, the newest first.
func (sc *Scope) Syncs(limit int) ([]Sync, error) {
	var all []Sync
	return all, list(sc.rows().Order("id DESC").Limit(limit), &all, "syncs")
}

// SaveSync stores how far a sync is; it reports false if it has ended.
func (sc *Scope) SaveSync(s Sync) (bool, error) {
	return swap(sc.rows().Where("id = ? AND open_key IS NOT NULL", int64(s.ID)), &Sync{}, map[string]any{
		"state": s.State, "by_owner": s.ByOwner, "list_cursor": s.ListCursor, "owners_after": s.OwnersAfter,
		"total": s.Total, "done": s.Done, "failed": s.Failed, "error": s.Error, "updated_at": int64(sc.Now)}, "sync")
}

// Tally is what a part of a sync came to.
type Tally struct{ Calls, Changed, Joined, Departed int }

// AddTally adds to what a sync came to.
func (sc *Scope) AddTally(id SyncID, t Tally) error {
	r := sc.db.Exec("UPDATE syncs SET calls = calls + ?, changed = changed + ?, joined = joined + ?, departed = departed + ?, "+
		"updated_at = ? WHERE community_id = ? AND id = ?", t.Calls, t.Changed, t.Joined, t.Departed, int64(sc.Now),
		int64(sc.Community), int64(id))
	return translate(r.Error, "count a sync")
}

// EndSync books how a sync ended; it reports false if it had.
func (sc *Scope) EndSync(s Sync) (bool, error) {
	if _, err := sc.SaveSync(s); err != nil {
		return false, err
	}
	return swap(sc.rows().Where("id = ? AND open_key IS NOT NULL", int64(s.ID)), &Sync{},
		map[string]any{"open_key": nil, "ended_at": int64(sc.Now)}, "sync")
}
