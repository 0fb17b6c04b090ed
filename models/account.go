package models

// Role is what an account may do.
type Role string

// The roles.
const (
	Organiser Role = "organiser"
	BrandUser Role = "brand"
	Staff     Role = "staff"
)

// AccountScope is how much of her community an organiser has in her hands.
type AccountScope string

// The scopes. Accounts of other roles have none.
const (
	OwnerScope  AccountScope = "owner"  // all groups and all settings
	KeeperScope AccountScope = "keeper" // only the groups that are hers
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
	Scope        AccountScope
	AwayUntil    Millis // until then her tasks go to the deputies of her groups; zero: she is there
	LeftAt       Millis // when she was deactivated: nobody signs in with this account; zero: it is in use
	ToldAt       Millis // when she was last sent a digest of warnings
}

// TableName names the table.
func (Account) TableName() string { return "accounts" }

// Owns reports whether the account may see and change everything in its community.
func (a Account) Owns() bool { return a.Role == Organiser && a.Scope == OwnerScope }

// Active reports whether somebody can sign in with the account.
func (a Account) Active() bool { return a.ID != 0 && a.LeftAt == 0 }

// AwayAt reports whether she is away at a time.
func (a Account) AwayAt(at Millis) bool { return at < a.AwayUntil }

// InsertAccount stores a new account and fills its id; a taken login is a Conflict. An organiser owns everything unless
// her scope says otherwise.
func (sc *Scope) InsertAccount(a *Account) error {
	if a.Role == Organiser && a.Scope == "" {
		a.Scope = OwnerScope
	}
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
