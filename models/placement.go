package models

// PlacementState is where a placement stands.
type PlacementState string

// The states of a placement. Confirmed, Released and Lapsed are final, but a confirmation that arrives after
// Released or Lapsed is booked as Late: it happened, so it counts.
const (
	PlacementPlanned   PlacementState = "planned"   // wanted, not asked for yet
	PlacementHeld      PlacementState = "held"      // refused for now, with a reason and the next free time
	PlacementReserved  PlacementState = "reserved"  // holds its interval
	PlacementTasked    PlacementState = "tasked"    // handed to the group's owner
	PlacementConfirmed PlacementState = "confirmed" // seen in the group
	PlacementLate      PlacementState = "late"      // seen in the group after it was given up
	PlacementReleased  PlacementState = "released"  // its owner did not post it in time
	PlacementLapsed    PlacementState = "lapsed"    // its offer ended before a slot was free
)

// Placement is one offer in one group. From its reservation on it is the interval [S, E] of times at which it could
// really be posted; once confirmed it is the moment SentAt.
type Placement struct {
	ID          PlacementID `gorm:"primaryKey;autoIncrement:false"`
	CommunityID CommunityID
	Idem        string // unique: offer, group and round
	Code        string // unique: in the path of the Mini Program card, so that a lost task can be found again
	GroupID     GroupID
	OfferID     OfferID
	BrandID     BrandID
	State       PlacementState
	S           Millis
	E           Millis
	SentAt      Millis
	NextAt      Millis // of a held one: when it may be asked for again; zero: never
	Reason      string // the deciding reason of the last refusal or release
	Reasons     string // all of them, separated by spaces
	PolicyRev   int
	CreatedAt   Millis `gorm:"autoCreateTime:false"`
	UpdatedAt   Millis `gorm:"autoUpdateTime:false"`
}

// TableName names the table.
func (Placement) TableName() string { return "placements" }

// PlacementEvent is one transition of a placement; rows are only added.
type PlacementEvent struct {
	ID          ID[PlacementEvent] `gorm:"primaryKey;autoIncrement:false"`
	CommunityID CommunityID
	PlacementID PlacementID
	FromState   PlacementState
	ToState     PlacementState
	Reason      string
	S           Millis
	E           Millis
	PolicyRev   int
	At          Millis
}

// TableName names the table.
func (PlacementEvent) TableName() string { return "placement_events" }

// AddPlacement stores a planned placement; it reports false if its Idem is known, and then p is the known one.
func (sc *Scope) AddPlacement(p *Placement) (bool, error) {
	p.ID, p.CommunityID = newID[Placement](sc.Tx), sc.Community
	p.State, p.CreatedAt, p.UpdatedAt = PlacementPlanned, sc.Now, sc.Now
	return insertOnce(sc.Tx, p, "placement", func() error {
		var known Placement
		if err := one(sc.rows().Where("idem = ?", p.Idem), &known, "placement"); err != nil {
			return err
		}
		*p = known
		return nil
	})
}

// Placement returns one placement of the community.
func (sc *Scope) Placement(id PlacementID) (Placement, error) {
	var p Placement
	return p, one(sc.rows().Where("id = ?", int64(id)), &p, "placement")
}

// PlacementByCode finds the placement a card belongs to.
func (sc *Scope) PlacementByCode(code string) (Placement, error) {
	var p Placement
	return p, one(sc.rows().Where("code = ?", code), &p, "placement")
}

// LivePlacements lists what still counts in a group: everything pending, and everything posted after since.
func (sc *Scope) LivePlacements(group GroupID, since Millis) ([]Placement, error) {
	var all []Placement
	q := sc.rows().Where("group_id = ?", int64(group)).
		Where("state IN ? OR (state IN ? AND sent_at > ?)",
			[]PlacementState{PlacementReserved, PlacementTasked},
			[]PlacementState{PlacementConfirmed, PlacementLate}, int64(since)).
		Order("id")
	return all, list(q, &all, "live placements")
}

// PlacementsIn lists the community's placements in any of the states, oldest first; all if none is named.
func (sc *Scope) PlacementsIn(states ...PlacementState) ([]Placement, error) {
	var all []Placement
	q := sc.rows().Order("id")
	if len(states) > 0 {
		q = q.Where("state IN ?", states)
	}
	return all, list(q, &all, "placements")
}

// MovePlacement takes p from the state it was read in to the one that to says, with everything to carries, and
// writes the event; it reports false if p had moved meanwhile.
func (sc *Scope) MovePlacement(p, to Placement) (bool, error) {
	q := sc.rows().Where("id = ? AND state = ?", int64(p.ID), p.State)
	ok, err := swap(q, &Placement{}, map[string]any{
		"state": to.State, "s": int64(to.S), "e": int64(to.E), "sent_at": int64(to.SentAt), "next_at": int64(to.NextAt),
		"reason": to.Reason, "reasons": to.Reasons, "policy_rev": to.PolicyRev, "updated_at": int64(sc.Now),
	}, "placement")
	if err != nil || !ok {
		return false, err
	}
	ev := PlacementEvent{ID: newID[PlacementEvent](sc.Tx), CommunityID: sc.Community, PlacementID: p.ID,
		FromState: p.State, ToState: to.State, Reason: to.Reason, S: to.S, E: to.E, PolicyRev: to.PolicyRev, At: sc.Now}
	return true, insert(sc.Tx, &ev, "placement event")
}

// PlacementEvents lists a placement's transitions in order.
func (sc *Scope) PlacementEvents(id PlacementID) ([]PlacementEvent, error) {
	var all []PlacementEvent
	return all, list(sc.rows().Where("placement_id = ?", int64(id)).Order("id"), &all, "placement events")
}
