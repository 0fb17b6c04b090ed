package models

// LiveRule says how a live code chooses among the groups of its pool.
type LiveRule string

// The rules.
const (
	LiveInOrder LiveRule = "in_order"   // fill one group, then the next
	LiveLeast   LiveRule = "least_full" // the one with most room
	LiveByCity  LiveRule = "city"       // in order, among the groups of a city
	LiveByTag   LiveRule = "tag"        // in order, among the groups with a tag
)

// LiveCode is a group live code (活码): what is printed once, and leads to whichever group of its pool has room.
type LiveCode struct {
	ID          LiveID `gorm:"primaryKey;autoIncrement:false"`
	CommunityID CommunityID
	Name        string
	Rule        LiveRule `gorm:"column:rule_name"`
	Margin      int      // places kept free in every group, because heads are counted late
	Paused      bool
	RetiredAt   Millis // zero while it works
	CreatedAt   Millis `gorm:"autoCreateTime:false"`
}

// TableName names the table.
func (LiveCode) TableName() string { return "live_codes" }

// LiveRoom is a group in the pool of a live code.
type LiveRoom struct {
	ID          ID[LiveRoom] `gorm:"primaryKey;autoIncrement:false"`
	CommunityID CommunityID
	LiveID      LiveID
	GroupID     GroupID
	Place       int    // in order, the lowest first
	City        string // empty: any
	Tag         string // empty: any
	Rolls       bool   // a WeCom group whose join way opens the next group by itself when it is full
	Paused      bool
	CreatedAt   Millis `gorm:"autoCreateTime:false"`
}

// TableName names the table.
func (LiveRoom) TableName() string { return "live_rooms" }

// LiveSeat is the group that a live code showed somebody. Visitor is a keyed hash.
type LiveSeat struct {
	ID          ID[LiveSeat] `gorm:"primaryKey;autoIncrement:false"`
	CommunityID CommunityID
	LiveID      LiveID
	Visitor     string
	GroupID     GroupID
	SeenAt      Millis // when it was last shown
	CreatedAt   Millis `gorm:"autoCreateTime:false"`
}

// TableName names the table.
func (LiveSeat) TableName() string { return "live_seats" }

// InsertLiveCode stores a new live code and fills its id.
func (sc *Scope) InsertLiveCode(l *LiveCode) error {
	l.ID, l.CommunityID, l.CreatedAt = newID[LiveCode](sc.Tx), sc.Community, sc.Now
	return insert(sc.Tx, l, "live code")
}

// LiveCode returns one live code of the community.
func (sc *Scope) LiveCode(id LiveID) (LiveCode, error) {
	var l LiveCode
	err := one(sc.rows().Where("id = ?", int64(id)), &l, "live code")
	if IsKind(err, NotFound) {
		return l, Errorf(NotFound, "live_not_found", "no such live code")
	}
	return l, err
}

// LiveCodes lists up to limit live codes after one, oldest first; no limit if it is zero.
func (sc *Scope) LiveCodes(after LiveID, limit int) ([]LiveCode, error) {
	q := sc.rows().Where("id > ?", int64(after)).Order("id")
	if limit > 0 {
		q = q.Limit(limit)
	}
	var all []LiveCode
	return all, list(q, &all, "live codes")
}

// SetLiveCode stores a live code's name, rule, margin and pause.
func (sc *Scope) SetLiveCode(l LiveCode) error {
	_, err := swap(sc.rows().Where("id = ?", int64(l.ID)), &LiveCode{}, map[string]any{"name": l.Name, "rule_name": l.Rule,
		"margin": l.Margin, "paused": l.Paused}, "live code")
	return err
}

// RetireLiveCode ends a live code; it reports false if it had ended.
func (sc *Scope) RetireLiveCode(id LiveID) (bool, error) {
	return swap(sc.rows().Where("id = ? AND retired_at = 0", int64(id)), &LiveCode{},
		map[string]any{"retired_at": int64(sc.Now)}, "live code")
}

// AddLiveRoom puts a group into a pool; one that is in it is a Conflict.
func (sc *Scope) AddLiveRoom(r *LiveRoom) error {
	r.ID, r.CommunityID, r.CreatedAt = newID[LiveRoom](sc.Tx), sc.Community, sc.Now
	err := insert(sc.Tx, r, "room")
	if IsDuplicate(err) {
		return &Error{Kind: Conflict, Code: "live_room_taken", Text: "the group is in the pool already", Err: err}
	}
	return err
}

// LiveRooms lists a pool in its order.
func (sc *Scope) LiveRooms(live LiveID) ([]LiveRoom, error) {
	var all []LiveRoom
	return all, list(sc.rows().Where("live_id = ?", int64(live)).Order("place, id"), &all, "rooms")
}

// RollingRooms lists the community's rooms whose group opens the next one by itself when it is full.
func (sc *Scope) RollingRooms() ([]LiveRoom, error) {
	var all []LiveRoom
	return all, list(sc.rows().Where("rolls = ?", true).Order("id"), &all, "rooms")
}

// SetLiveRoom stores a room's place, city, tag and pause.
func (sc *Scope) SetLiveRoom(r LiveRoom) error {
	_, err := swap(sc.rows().Where("id = ?", int64(r.ID)), &LiveRoom{}, map[string]any{"place": r.Place, "city": r.City,
		"tag": r.Tag, "rolls": r.Rolls, "paused": r.Paused}, "room")
	return err
}

// DeleteLiveRoom takes a group out of a pool; it reports false if it was not in it.
func (sc *Scope) DeleteLiveRoom(live LiveID, group GroupID) (bool, error) {
	r := sc.rows().Where("live_id = ? AND group_id = ?", int64(live), int64(group)).Delete(&LiveRoom{})
	return r.RowsAffected == 1, translate(r.Error, "delete room")
}

// GroupsByID reads groups.
func (sc *Scope) GroupsByID(ids []GroupID) ([]Group, error) {
	var all []Group
	return all, list(sc.rows().Where("id IN ?", ids).Order("id"), &all, "groups")
}

// LiveSeatOf finds the seat of a visitor.
func (sc *Scope) LiveSeatOf(live LiveID, visitor string) (LiveSeat, error) {
	var s LiveSeat
	return s, one(sc.rows().Where("live_id = ? AND visitor = ?", int64(live), visitor), &s, "seat")
}

// PutLiveSeat stores which group a visitor was shown now.
func (sc *Scope) PutLiveSeat(s LiveSeat) error {
	set := map[string]any{"group_id": int64(s.GroupID), "seen_at": int64(sc.Now)}
	q := func() (bool, error) {
		return swap(sc.rows().Where("live_id = ? AND visitor = ?", int64(s.LiveID), s.Visitor), &LiveSeat{}, set, "seat")
	}
	if _, err := sc.LiveSeatOf(s.LiveID, s.Visitor); err == nil {
		_, err := q()
		return err
	} else if !IsKind(err, NotFound) {
		return err
	}
	s.ID, s.CommunityID, s.SeenAt, s.CreatedAt = newID[LiveSeat](sc.Tx), sc.Community, sc.Now, sc.Now
	err := insert(sc.Tx, &s, "seat")
	if IsDuplicate(err) { // two views of one person at once: the transaction runs again and finds the other's seat
		return errIDCollision
	}
	return err
}

// CountLiveSeats counts who was shown a group after a time, leaving out one visitor of one live code.
func (sc *Scope) CountLiveSeats(group GroupID, since Millis, live LiveID, but string) (int, error) {
	var n int64
	err := sc.rows().Model(&LiveSeat{}).Where("group_id = ? AND seen_at > ?", int64(group), int64(since)).
		Where("NOT (live_id = ? AND visitor = ?)", int64(live), but).Count(&n).Error
	return int(n), translate(err, "count seats")
}

// DeleteSeats forgets seats of any community that were last shown before a time, and returns how many.
func (tx *Tx) DeleteSeats(before Millis) (int64, error) {
	r := tx.db.Where("seen_at < ?", int64(before)).Delete(&LiveSeat{})
	return r.RowsAffected, translate(r.Error, "delete seats")
}
