package models

// Role is what an account may do.
type Role string

// The roles.
const (
	Organiser Role = "organiser"
	BrandUser Role = "brand"
	Staff     Role = "staff"
)

// Account is someone who signs in to the console or the redemption desk.
type Account struct {
	ID           AccountID `gorm:"primaryKey;autoIncrement:false"`
	CommunityID  CommunityID
	Role         Role
	BrandID      BrandID // of a brand's user or of staff; zero for an organiser
	Login        string  // unique over all communities
	Name         string
	PasswordHash []byte
	Lang         string // "zh-Hans" or "en"; "" follows the browser
	CreatedAt    Millis `gorm:"autoCreateTime:false"`
}

// TableName names the table.
func (Account) TableName() string { return "accounts" }

// InsertAccount stores a new account and fills its id; a taken login is a Conflict.
func (sc *Scope) InsertAccount(a *Account) error {
	a.ID, a.CommunityID, a.CreatedAt = newID[Account](sc.Tx), sc.Community, sc.Now
	err := insert(sc.Tx, a, "account")
	if IsDuplicate(err) {
		return &Error{Kind: Conflict, Code: "login_taken", Text: "this sign-in name is taken", Err: err}
	}
	return err
}

// AccountByLogin finds the account that signs in with login.
func (tx *Tx) AccountByLogin(login string) (Account, error) {
	var a Account
	return a, one(tx.db.Where("login = ?", login), &a, "account")
}

// Account returns one account of the community.
func (sc *Scope) Account(id AccountID) (Account, error) {
	var a Account
	return a, one(sc.rows().Where("id = ?", int64(id)), &a, "account")
}

// Accounts lists the community's accounts of a role, oldest first.
func (sc *Scope) Accounts(role Role) ([]Account, error) {
	var all []Account
	return all, list(sc.rows().Where("role = ?", role).Order("id"), &all, "accounts")
}

// SetAccountLang stores the language an account reads.
func (sc *Scope) SetAccountLang(id AccountID, lang string) error {
	_, err := swap(sc.rows().Where("id = ?", int64(id)), &Account{}, map[string]any{"lang": lang}, "account")
	return err
}
