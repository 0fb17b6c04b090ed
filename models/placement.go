package models

import "fmt"

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
	Origin      string // [OriginExternal], or empty: Siyu planned it
	TurnAt      Millis // its turn in the week's plan: no slot before; zero: any time
	Asked       string // a digest of what the last decision about it was made from and of its outcome
	Note        string // what the organiser said when she approved the offer for its group
	CreatedAt   Millis `gorm:"autoCreateTime:false"`
	UpdatedAt   Millis `gorm:"autoUpdateTime:false"`
}

// OriginExternal marks a sponsored post that somebody made by hand, without asking Siyu. It may have no offer.
const OriginExternal = "external"

// TableName names the table.
func (Placement) TableName() string { return "placements" }

// PlacementEvent is one transition of a placement; rows are only added.
type PlacementEvent struct {
	ID          ID[PlacementEvent] `gorm:"primaryKey;autoIncrement:false"`
	CommunityID CommunityID
	PlacementID PlacementID
	GroupID     GroupID // in whose chain its record is: the placement may move to another group later
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

func (e PlacementEvent) digest() string {
	return Digest(fmt.Appendf(nil, "%d|%d|%d|%q|%q|%q|%d|%d|%d|%d", e.ID, e.CommunityID, e.PlacementID, e.FromState, e.ToState,
		e.Reason, e.S, e.E, e.PolicyRev, e.At))
}

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

// AddPlacements stores planned placements of new Idems in few statements.
func (sc *Scope) AddPlacements(all []Placement) error {
	for i := range all {
		p := &all[i]
		p.ID, p.CommunityID = newID[Placement](sc.Tx), sc.Community
		p.State, p.CreatedAt, p.UpdatedAt = PlacementPlanned, sc.Now, sc.Now
	}
	return insertAll(sc.Tx, all, "placements")
}

// PlacementByIdem finds the placement of an offer, a group and a round, or of an external post.
func (sc *Scope) PlacementByIdem(idem string) (Placement, error) {
	var p Placement
	return p, one(sc.rows().Where("idem = ?", idem), &p, "placement")
}

// PlacementsByID reads some placements; one that is not there is left out.
func (sc *Scope) PlacementsByID(ids []PlacementID) (map[PlacementID]Placement, error) {
	found := make(map[PlacementID]Placement, len(ids))
	err := inBatches(ids, func(some []PlacementID) error {
		var part []Placement
		err := list(sc.rows().Where("id IN ?", ints(some)), &part, "placements")
		for _, p := range part {
			found[p.ID] = p
		}
		return err
	})
	return found, err
}

// PlacementByCode finds the placement a card belongs to.
func (sc *Scope) PlacementByCode(code string) (Placement, error) {
	var p Placement
	return p, one(sc.rows().Where("code = ?", code), &p, "placement")
}

// LivePlacements lists what still counts in a group: everything pending, and everything posted after since.
func (sc *Scope) LivePlacements(group GroupID, since Millis) ([]Placement, error) {
	return sc.LiveIn([]GroupID{group}, nil, since)
}

// LiveIn is LivePlacements for several groups; with offers it lists only those of the offers.
func (sc *Scope) LiveIn(groups []GroupID, offers []OfferID, since Millis) ([]Placement, error) {
	var all []Placement
	err := inBatches(groups, func(some []GroupID) error {
		var part []Placement
		q := sc.rows().Where("group_id IN ?", ints(some)).
			Where("state IN ? OR (state IN ? AND sent_at > ?)",
				[]PlacementState{PlacementReserved, PlacementTasked},
				[]PlacementState{PlacementConfirmed, PlacementLate}, int64(since)).
			Order("id")
		if offers != nil {
			q = q.Where("offer_id IN ?", ints(offers))
		}
		err := list(q, &part, "live placements")
		all = append(all, part...)
		return err
	})
	return all, err
}

// HeldIn lists what is held in a group, in the order it was planned.
func (sc *Scope) HeldIn(group GroupID) ([]Placement, error) {
	var all []Placement
	return all, list(sc.rows().Where("group_id = ? AND state = ?", int64(group), PlacementHeld).Order("id"), &all, "held placements")
}

// GroupsHolding lists the groups in which something is held: of some, or of all if groups is nil.
func (sc *Scope) GroupsHolding(groups []GroupID) ([]GroupID, error) {
	if groups == nil {
		return sc.groupsHolding(nil)
	}
	var all []GroupID
	err := inBatches(groups, func(some []GroupID) error {
		part, err := sc.groupsHolding(some)
		all = append(all, part...)
		return err
	})
	return all, err
}

func (sc *Scope) groupsHolding(some []GroupID) ([]GroupID, error) {
	q := sc.rows().Model(&Placement{}).Where("state = ?", PlacementHeld)
	if some != nil {
		q = q.Where("group_id IN ?", ints(some))
	}
	var ids []GroupID
	err := q.Distinct().Order("group_id").Pluck("group_id", &ids).Error
	return ids, translate(err, "list groups that hold something")
}

// PlacementsOf lists the placements of an offer, oldest first.
func (sc *Scope) PlacementsOf(offer OfferID) ([]Placement, error) {
	var all []Placement
	return all, list(sc.rows().Where("offer_id = ?", int64(offer)).Order("id"), &all, "placements")
}

// WaitingIn lists what wants to go to some groups and has no slot: planned and held placements.
func (sc *Scope) WaitingIn(groups []GroupID) ([]Placement, error) {
	var all []Placement
	err := inBatches(groups, func(some []GroupID) error {
		var part []Placement
		q := sc.rows().Where("group_id IN ? AND state IN ?", ints(some), []PlacementState{PlacementPlanned, PlacementHeld}).Order("id")
		err := list(q, &part, "waiting placements")
		all = append(all, part...)
		return err
	})
	return all, err
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

// Contended reports whether placements of two brands wait in one group.
func (sc *Scope) Contended() (bool, error) {
	var some []struct{ GroupID GroupID }
	q := sc.rows().Model(&Placement{}).Select("group_id").
		Where("state IN ?", []PlacementState{PlacementPlanned, PlacementHeld}).
		Group("group_id").Having("COUNT(DISTINCT brand_id) > 1").Limit(1)
	err := q.Find(&some).Error
	return len(some) > 0, translate(err, "look for contended groups")
}

// PlacementTurn is when a placement has its turn.
type PlacementTurn struct {
	ID PlacementID
	At Millis // zero: any time
}

// SetTurns stores turns of placements that still wait; those that have a slot by now have had their turn.
func (sc *Scope) SetTurns(all []PlacementTurn) error {
	const part = 200
	for len(all) > 0 {
		n := min(len(all), part)
		ids, set := make([]int64, n), map[string][]any{}
		for i, t := range all[:n] {
			ids[i] = int64(t.ID)
			set["turn_at"] = append(set["turn_at"], int64(t.At))
		}
		q := sc.rows().Where("state IN ?", []PlacementState{PlacementPlanned, PlacementHeld})
		if _, err := updateRows(q, &Placement{}, ids, set, "turns"); err != nil {
			return err
		}
		all = all[n:]
	}
	return nil
}

// PlacementEvents lists a placement's transitions in order.
func (sc *Scope) PlacementEvents(id PlacementID) ([]PlacementEvent, error) {
	var all []PlacementEvent
	return all, list(sc.rows().Where("placement_id = ?", int64(id)).Order("id"), &all, "placement events")
}
