package models

import "slices"

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
	Void        bool   // it was taken back by an order before anything of it was posted: it is no task of the day
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

// EnvelopesIn lists the community's envelopes in any of the states, oldest first.
func (sc *Scope) EnvelopesIn(states ...EnvelopeState) ([]Envelope, error) {
	var all []Envelope
	return all, list(sc.rows().Where("state IN ?", states).Order("id"), &all, "envelopes")
}

// EnvelopesOfDays lists what some owners were asked to send on any of some local days, oldest first: not what was withdrawn
// before they had it, or taken back by an order.
func (sc *Scope) EnvelopesOfDays(owners []string, days []int) ([]Envelope, error) {
	var all []Envelope
	q := sc.rows().Where("owner_user_id IN ? AND day IN ? AND void = ? AND (state <> ? OR msg_id <> '')", owners, days, false, EnvelopeClosed)
	return all, list(q.Order("id"), &all, "envelopes of a day")
}

// EnvelopeByMsgID finds the envelope that WeCom knows under an id.
func (sc *Scope) EnvelopeByMsgID(msgID string) (Envelope, error) {
	var e Envelope
	return e, one(sc.rows().Where("msg_id = ?", msgID), &e, "envelope")
}

// CallEnvelope says that WeCom is about to be asked for an envelope, as a task of a local day, and reports false if it was
// not in from.
func (sc *Scope) CallEnvelope(e Envelope, day int, due Millis) (bool, error) {
	return sc.swapEnvelope(e.ID, e.State, map[string]any{"state": EnvelopeCalling, "called_at": int64(sc.Now), "day": day, "due_at": int64(due)})
}

// UncallEnvelope says that WeCom refused an envelope: it does not have it.
func (sc *Scope) UncallEnvelope(id EnvelopeID) (bool, error) {
	return sc.swapEnvelope(id, EnvelopeCalling, map[string]any{"state": EnvelopeNew})
}

// OpenEnvelope books that WeCom has an envelope and under which id.
func (sc *Scope) OpenEnvelope(id EnvelopeID, msgID string) (bool, error) {
	return sc.swapEnvelope(id, EnvelopeCalling, map[string]any{"state": EnvelopeOpen, "msg_id": msgID, "opened_at": int64(sc.Now)})
}

// CloseEnvelope ends an envelope; void says that it is no task of its day.
func (sc *Scope) CloseEnvelope(id EnvelopeID, from EnvelopeState, void bool) (bool, error) {
	return sc.swapEnvelope(id, from, map[string]any{"state": EnvelopeClosed, "closed_at": int64(sc.Now), "void": void})
}

// EnvelopeSent keeps when its owner sent an envelope.
func (sc *Scope) EnvelopeSent(id EnvelopeID, at Millis) error {
	_, err := swap(sc.rows().Where("id = ? AND sent_at = 0", int64(id)), &Envelope{}, map[string]any{"sent_at": int64(at)}, "envelope")
	return err
}

// RemindEnvelope counts a reminder before it is asked for, and reports false if the envelope is not open or was reminded
// meanwhile.
func (sc *Scope) RemindEnvelope(e Envelope) (bool, error) {
	q := sc.rows().Where("id = ? AND state = ? AND reminded = ? AND sent_at = 0", int64(e.ID), EnvelopeOpen, e.Reminded)
	return swap(q, &Envelope{}, map[string]any{"reminded": e.Reminded + 1, "reminded_at": int64(sc.Now)}, "envelope")
}

func (sc *Scope) swapEnvelope(id EnvelopeID, from EnvelopeState, set map[string]any) (bool, error) {
	return swap(sc.rows().Where("id = ? AND state = ?", int64(id), from), &Envelope{}, set, "envelope")
}

// TasksToFold lists the tasks of a WeCom owner that lie in no envelope yet, oldest first.
func (sc *Scope) TasksToFold(owner string) ([]Task, error) {
	var all []Task
	q := sc.rows().Where("owner_user_id = ? AND state = ? AND kind = ? AND envelope_id = 0", owner, TaskNew, WeComGroup)
	return all, list(q.Order("id"), &all, "tasks")
}

// FoldTask lays a new task into an envelope and reports false if it moved meanwhile.
func (sc *Scope) FoldTask(id TaskID, e EnvelopeID) (bool, error) {
	q := sc.rows().Where("id = ? AND state = ? AND envelope_id = 0", int64(id), TaskNew)
	return swap(q, &Task{}, map[string]any{"envelope_id": int64(e)}, "task")
}

// UnfoldTask makes a task new again, to be handed anew to whom it names, and reports false if it moved meanwhile.
func (sc *Scope) UnfoldTask(t Task) (bool, error) {
	return sc.swapTask(t.ID, t.State, map[string]any{"state": TaskNew, "envelope_id": 0, "msg_id": "",
		"owner_user_id": t.OwnerUserID, "account_id": int64(t.AccountID)})
}

// TasksInEnvelope lists the tasks that were folded into an envelope, oldest first.
func (sc *Scope) TasksInEnvelope(id EnvelopeID) ([]Task, error) {
	var all []Task
	return all, list(sc.rows().Where("envelope_id = ?", int64(id)).Order("id"), &all, "tasks")
}

// TasksPast lists the tasks of customer groups that were with WeCom when their time was over, before some time, and have not
// ended, oldest first.
func (sc *Scope) TasksPast(before Millis) ([]Task, error) {
	var all []Task
	q := sc.rows().Where("state IN ? AND kind = ? AND due_at <= ?", []TaskState{TaskCalling, TaskOpen}, WeComGroup, int64(before))
	return all, list(q.Order("id"), &all, "tasks")
}

// GroupsOfOwner lists the customer groups of a WeCom owner, oldest first.
func (sc *Scope) GroupsOfOwner(owners ...string) ([]Group, error) {
	var all []Group
	return all, list(sc.rows().Where("owner_user_id IN ? AND kind = ?", owners, WeComGroup).Order("id"), &all, "groups")
}

// PlacementOfCard finds the placement that a card belongs to, given the groups in which somebody may have opened it: its code
// is the placement's own, or that of the envelope it was sent in, which serves many groups. Of several groups it is the one
// where it was posted first. If it is none of them, an envelope for one group is taken to be that one's.
func (sc *Scope) PlacementOfCard(code string, in ...GroupID) (Placement, error) {
	p, err := sc.PlacementByCode(code)
	if !IsKind(err, NotFound) {
		return p, err
	}
	e, err := sc.EnvelopeByCode(code)
	if err != nil {
		return p, err
	}
	tasks, err := sc.TasksInEnvelope(e.ID)
	if err != nil {
		return p, err
	}
	known, err := sc.PlacementsByID(placementsIn(tasks, in))
	if err != nil {
		return p, err
	}
	p, found := postedFirst(tasks, known, in)
	if !found {
		return p, Errorf(NotFound, "not_found", "no placement has this card in these groups")
	}
	return p, nil
}

// placementsIn lists the placements of an envelope's tasks that may be meant in some groups: those there, or its only one.
func placementsIn(tasks []Task, in []GroupID) []PlacementID {
	var ids []PlacementID
	for _, t := range tasks {
		if t.PlacementID != 0 && (slices.Contains(in, t.GroupID) || len(tasks) == 1) {
			ids = append(ids, t.PlacementID)
		}
	}
	return ids
}

// postedFirst chooses among them the one that was posted first, else the first; it reports false if there is none.
func postedFirst(tasks []Task, known map[PlacementID]Placement, in []GroupID) (p Placement, found bool) {
	for _, id := range placementsIn(tasks, in) {
		q, first := known[id], p.ID == 0 || p.SentAt == 0
		if first && (p.ID == 0 || q.SentAt != 0) || q.SentAt != 0 && q.SentAt < p.SentAt {
			p = q
		}
	}
	return p, p.ID != 0
}

// PlacementOfPerson is PlacementOfCard for the groups somebody is in, under all her ids.
func (sc *Scope) PlacementOfPerson(code string, person []MemberID) (Placement, error) {
	p, err := sc.PlacementByCode(code)
	if !IsKind(err, NotFound) {
		return p, err
	}
	groups, err := sc.GroupsOfAll(person)
	if err != nil {
		return p, err
	}
	var in []GroupID
	for _, id := range person {
		in = append(in, groups[id]...)
	}
	return sc.PlacementOfCard(code, in...)
}
