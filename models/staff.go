package models

import "log/slog"

// StaffUser is one of a WeCom corp's own people who is known because of customer groups, and which colleague of the team she
// is.
type StaffUser struct {
	ID          StaffUserID `gorm:"primaryKey;autoIncrement:false"`
	CommunityID CommunityID
	CorpID      string
	UserID      string // of the corp's address book; unique with the corp
	Name        string // empty unless WeCom told it
	AccountID   AccountID
	SeenAt      Millis // when WeCom last named her
	LeftAt      Millis // when it was found that she is with the corp no more; zero: she is
	CreatedAt   Millis `gorm:"autoCreateTime:false"`
}

// TableName names the table.
func (StaffUser) TableName() string { return "staff_users" }

// LogValue keeps names out of logs.
func (u StaffUser) LogValue() slog.Value { return slog.StringValue("staff " + u.ID.String()) }

// Present reports whether she is still with the corp, as far as we know.
func (u StaffUser) Present() bool { return u.ID != 0 && u.LeftAt == 0 }

// StaffUsers lists the people of the community's corps, those who have left last.
func (sc *Scope) StaffUsers() ([]StaffUser, error) {
	var all []StaffUser
	return all, list(sc.rows().Order("left_at, id"), &all, "staff users")
}

// StaffUser returns one of them.
func (sc *Scope) StaffUser(id StaffUserID) (StaffUser, error) {
	var u StaffUser
	err := one(sc.rows().Where("id = ?", int64(id)), &u, "staff user")
	if IsKind(err, NotFound) {
		return u, Errorf(NotFound, "staff_user_not_found", "no such person of the corp")
	}
	return u, err
}

// StaffByUserID returns one of a corp's people; NotFound if nobody has heard of her.
func (sc *Scope) StaffByUserID(corpID, userID string) (StaffUser, error) {
	var u StaffUser
	return u, one(sc.rows().Where("corp_id = ? AND user_id = ?", corpID, userID), &u, "staff user")
}

// staffSeenEvery is how old SeenAt may be before it is written again: reading a thousand groups names the same few people a
// thousand times.
const staffSeenEvery = Millis(24 * 60 * 60 * 1000)

// SeenStaff notes that WeCom named some people of a corp, by userid, with their names where it told them. Who was taken for
// gone is back. It writes only what changed.
func (sc *Scope) SeenStaff(corpID string, names map[string]string) error {
	if len(names) == 0 {
		return nil
	}
	var known []StaffUser
	if err := list(sc.rows().Where("corp_id = ?", corpID), &known, "staff users"); err != nil {
		return err
	}
	by := make(map[string]StaffUser, len(known))
	for _, u := range known {
		by[u.UserID] = u
	}
	for id, name := range names {
		u, ok := by[id]
		switch {
		case id == "":
		case !ok:
			if err := sc.addStaff(corpID, id, name); err != nil {
				return err
			}
		case u.LeftAt != 0 || name != "" && name != u.Name || sc.Now-u.SeenAt >= staffSeenEvery:
			set := map[string]any{"seen_at": int64(sc.Now), "left_at": 0}
			if name != "" {
				set["name"] = name
			}
			if _, err := swap(sc.rows().Where("id = ?", int64(u.ID)), &StaffUser{}, set, "staff user"); err != nil {
				return err
			}
		}
	}
	return nil
}

func (sc *Scope) addStaff(corpID, userID, name string) error {
	u := StaffUser{ID: newID[StaffUser](sc.Tx), CommunityID: sc.Community, CorpID: corpID, UserID: userID, Name: name,
		SeenAt: sc.Now, CreatedAt: sc.Now}
	_, err := insertOnce(sc.Tx, &u, "staff user", func() error {
		_, err := sc.StaffByUserID(corpID, userID)
		return err
	})
	return err
}

// SetStaffAccount stores which colleague one of the corp's people is; account zero: none.
func (sc *Scope) SetStaffAccount(id StaffUserID, account AccountID) error {
	_, err := swap(sc.rows().Where("id = ?", int64(id)), &StaffUser{}, map[string]any{"account_id": int64(account)}, "staff user")
	return err
}

// StaffLeft notes that one of the corp's people has left it; it reports false if that was known.
func (sc *Scope) StaffLeft(corpID, userID string) (bool, error) {
	if err := sc.addStaff(corpID, userID, ""); err != nil { // heard of for the first time because she has left
		return false, err
	}
	return swap(sc.rows().Where("corp_id = ? AND user_id = ? AND left_at = 0", corpID, userID), &StaffUser{},
		map[string]any{"left_at": int64(sc.Now)}, "staff user")
}
