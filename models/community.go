package models

// Community is one organiser's world (社群). Its zone decides what "today" means.
type Community struct {
	ID        CommunityID `gorm:"primaryKey;autoIncrement:false"`
	Name      string
	Zone      string // IANA, such as America/Vancouver
	CreatedAt Millis `gorm:"autoCreateTime:false"`
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
