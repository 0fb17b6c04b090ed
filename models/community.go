package models

// Community is one organiser's world (社群). Its zone decides what "today" means.
type Community struct {
	ID   CommunityID `gorm:"primaryKey;autoIncrement:false"`
	Name string
	Zone string // IANA, such as America/Vancouver
	// StatementDays is how many days after a month is over brands' statements of it are closed by themselves; zero:
	// [DefaultStatementDays]; below zero: an organiser closes them.
	StatementDays int
	StoppedAt     Millis // when the organiser stopped all sponsored posts; zero: they go on
	StoppedBy     AccountID
	StopNote      string
	Chain         string // the hash of the last record that concerns all its groups
	ChainSeq      int64
	CreatedAt     Millis `gorm:"autoCreateTime:false"`
}

// How many days after a month is over its statements are closed by themselves. Till lines that were written without a network
// settle within a day; the rest is for somebody to look before.
const (
	DefaultStatementDays = 5
	MaxStatementDays     = 28
)

// StatementsAfter is how many days after a month is over it is closed by itself; false if it is not.
func (c Community) StatementsAfter() (days int, byItself bool) {
	if c.StatementDays == 0 {
		return DefaultStatementDays, true
	}
	return max(c.StatementDays, 0), c.StatementDays > 0
}

// SetStatementDays stores Community.StatementDays; it reports false if it was so.
func (sc *Scope) SetStatementDays(days int) (bool, error) {
	q := sc.db.Where("id = ? AND statement_days <> ?", int64(sc.Community), days)
	return swap(q, &Community{}, map[string]any{"statement_days": days}, "community")
}

// TableName names the table.
func (Community) TableName() string { return "communities" }

// InsertCommunity stores a new community and fills its id.
func (tx *Tx) InsertCommunity(c *Community) error {
	c.ID, c.CreatedAt = newID[Community](tx), tx.Now
	return insert(tx, c, "community")
}

// ReadCommunity returns one community.
func (tx *Tx) ReadCommunity(id CommunityID) (Community, error) {
	var c Community
	return c, one(tx.db.Where("id = ?", int64(id)), &c, "community")
}

// Communities lists all communities, oldest first.
func (tx *Tx) Communities() ([]Community, error) {
	var all []Community
	return all, list(tx.db.Order("id"), &all, "communities")
}

// StopCommunity stops all sponsored posts of the community, or lets them go on, and writes that into its chain; it reports
// false if they are stopped, or go on, already. It locks every group: what is being reserved ends first, and whoever
// reserves next sees it.
func (sc *Scope) StopCommunity(stop bool, by AccountID, note string) (bool, error) {
	if _, err := sc.LockGroups(nil); err != nil {
		return false, err
	}
	c, err := sc.LockCommunity()
	if err != nil || (c.StoppedAt != 0) == stop {
		return false, err
	}
	set, o := map[string]any{"stopped_at": int64(0), "stopped_by": int64(by), "stop_note": note}, order{What: "start", Note: note}
	if stop {
		set["stopped_at"], o.What = int64(max(sc.Now, 1)), "stop"
	}
	if _, err := swap(sc.db.Where("id = ?", int64(sc.Community)), &Community{}, set, "community"); err != nil {
		return false, err
	}
	return true, sc.recordOrder(0, by, o)
}
