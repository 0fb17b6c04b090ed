package models

// EnvelopeState is where an envelope stands.
type EnvelopeState string

// The states of an envelope.
const (
	EnvelopeNew     EnvelopeState = "new"     // written, WeCom was not asked
	EnvelopeCalling EnvelopeState = "calling" // WeCom is being asked; after a crash its answer must be looked up
	EnvelopeOpen    EnvelopeState = "open"    // with the owner
	EnvelopeClosed  EnvelopeState = "closed"  // sent and read, or stopped
)

// Envelope is one group message that WeCom hands to a groups' owner, with all her groups of the same content folded in. She
// sends it with one tap, to all of them or to some.
type Envelope struct {
	ID          EnvelopeID `gorm:"primaryKey;autoIncrement:false"`
	CommunityID CommunityID
	ChannelID   ChannelID
	OwnerUserID string // WeCom userid of who is asked to send it
	Code        string // unique: in its card's path, so that a lost one can be found again
	Content     string // what it says: "o:" and an offer, or "piece:" and a piece
	Day         int    // the owner's local day, counted from 1 January 1970
	State       EnvelopeState
	MsgID       string // WeCom's
	CalledAt    Millis // when WeCom was last asked
	OpenedAt    Millis // when WeCom had it
	SentAt      Millis // when she sent it, as WeCom says; zero: not yet, as far as we know
	DueAt       Millis // the earliest end of its tasks' intervals
	Reminded    int
	RemindedAt  Millis
	ClosedAt    Millis
	CreatedAt   Millis `gorm:"autoCreateTime:false"`
}

// TableName names the table.
func (Envelope) TableName() string { return "envelopes" }

// AddEnvelope stores a new envelope and fills its id.
func (sc *Scope) AddEnvelope(e *Envelope) error {
	e.ID, e.CommunityID, e.CreatedAt = newID[Envelope](sc.Tx), sc.Community, sc.Now
	return insert(sc.Tx, e, "envelope")
}

// Envelope returns one envelope of the community.
func (sc *Scope) Envelope(id EnvelopeID) (Envelope, error) {
	var e Envelope
	return e, one(sc.rows().Where("id = ?", int64(id)), &e, "envelope")
}

// EnvelopeByCode finds the envelope a card belongs to.
func (sc *Scope) EnvelopeByCode(code string) (Envelope, error) {
	var e Envelope
	return e, one(sc.rows().Where("code = ?", code), &e, "envelope")
}

// TasksInEnvelope lists the tasks that were folded into an envelope, oldest first.
func (sc *Scope) TasksInEnvelope(id EnvelopeID) ([]Task, error) {
	var all []Task
	return all, list(sc.rows().Where("envelope_id = ?", int64(id)).Order("id"), &all, "tasks")
}
