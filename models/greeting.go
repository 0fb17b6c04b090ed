package models

// GreetingState is what became of one welcome of a new contact.
type GreetingState string

// The states of a greeting. WeCom takes the code of a new contact once, so that asking twice is not welcoming twice.
const (
	GreetingWaiting GreetingState = "waiting"
	GreetingCalling GreetingState = "calling" // WeCom is being asked; after a crash it is asked again, and says what it knows
	GreetingSent    GreetingState = "sent"
	GreetingTaken   GreetingState = "taken"  // somebody else has welcomed her, or she has written first
	GreetingLate    GreetingState = "late"   // its time was over before it could be sent
	GreetingFailed  GreetingState = "failed" // WeCom refused it; Code says why
	GreetingOff     GreetingState = "off"    // the organiser wants none
)

// Greeting is one welcome of one new contact. It does not say whom it welcomed.
type Greeting struct {
	ID          ID[Greeting] `gorm:"primaryKey;autoIncrement:false"`
	CommunityID CommunityID
	PushID      InboxID   // unique: the push that told of her
	WelcomeID   WelcomeID // zero: the house's own
	EntryID     EntryID   // the entry she came through, if it is known
	State       GreetingState
	Code        int    // the platform's last errcode
	Tries       int    // calls
	Took        Millis // from the push's arrival until it was sent, in milliseconds
	CreatedAt   Millis `gorm:"autoCreateTime:false"`
	DoneAt      Millis
}

// TableName names the table.
func (Greeting) TableName() string { return "greetings" }

// AddGreeting stores the greeting of a push; it reports false if it is known, and then g is the known one.
func (sc *Scope) AddGreeting(g *Greeting) (bool, error) {
	g.ID, g.CommunityID, g.CreatedAt, g.State = newID[Greeting](sc.Tx), sc.Community, sc.Now, GreetingWaiting
	return insertOnce(sc.Tx, g, "greeting", func() error {
		var known Greeting
		if err := one(sc.rows().Where("push_id = ?", int64(g.PushID)), &known, "greeting"); err != nil {
			return err
		}
		*g = known
		return nil
	})
}

// MoveGreeting stores what g says of a greeting that is still in the state from; it reports false if it is not.
func (sc *Scope) MoveGreeting(from GreetingState, g Greeting) (bool, error) {
	set := map[string]any{"state": g.State, "welcome_id": int64(g.WelcomeID), "entry_id": int64(g.EntryID), "code": g.Code,
		"tries": g.Tries, "took": int64(g.Took)}
	if g.State != GreetingWaiting && g.State != GreetingCalling {
		set["done_at"] = int64(sc.Now)
	}
	return swap(sc.rows().Where("id = ? AND state = ?", int64(g.ID), from), &Greeting{}, set, "greeting")
}

// GreetingCount is how many greetings ended in a state.
type GreetingCount struct {
	State GreetingState
	Count int64
	Took  Millis // the longest
}

// CountGreetings counts the community's greetings since a time by state.
func (sc *Scope) CountGreetings(since Millis) ([]GreetingCount, error) {
	var all []GreetingCount
	err := sc.rows().Model(&Greeting{}).Select("state, COUNT(*) AS count, MAX(took) AS took").
		Where("created_at >= ?", int64(since)).Group("state").Order("state").Scan(&all).Error
	return all, translate(err, "count greetings")
}

// DeleteGreetings removes what became of greetings before a time, and returns how many there were.
func (tx *Tx) DeleteGreetings(before Millis) (int64, error) {
	r := tx.db.Where("created_at < ?", int64(before)).Delete(&Greeting{})
	return r.RowsAffected, translate(r.Error, "delete greetings")
}
