package models

// PlacementsSince lists the placements of some groups that were pending at some time since, or posted, or given up: what
// counted at any moment since then is among them.
func (sc *Scope) PlacementsSince(groups []GroupID, since Millis) ([]Placement, error) {
	var all []Placement
	err := inBatches(groups, func(some []GroupID) error {
		var part []Placement
		q := sc.rows().Where("group_id IN ?", ints(some)).
			Where("state IN ? OR updated_at > ? OR sent_at > ?", []PlacementState{PlacementReserved, PlacementTasked}, int64(since), int64(since)).
			Order("id")
		err := list(q, &part, "placements")
		all = append(all, part...)
		return err
	})
	return all, err
}

// PlacementsShown lists the placements of some groups that people look at, the oldest first: those that are held or
// pending, those posted after sentSince, and those given up after endedSince.
func (sc *Scope) PlacementsShown(groups []GroupID, sentSince, endedSince Millis) ([]Placement, error) {
	var all []Placement
	err := inBatches(groups, func(some []GroupID) error {
		var part []Placement
		q := sc.rows().Where("group_id IN ?", ints(some)).
			Where("state IN ? OR (state IN ? AND sent_at > ?) OR (state IN ? AND updated_at > ?)",
				[]PlacementState{PlacementHeld, PlacementReserved, PlacementTasked},
				[]PlacementState{PlacementConfirmed, PlacementLate}, int64(sentSince),
				[]PlacementState{PlacementReleased, PlacementLapsed}, int64(endedSince)).
			Order("id")
		err := list(q, &part, "placements")
		all = append(all, part...)
		return err
	})
	return all, err
}

// AskingIn lists the placements of some groups that wait for a slot, the oldest first, at most limit.
func (sc *Scope) AskingIn(groups []GroupID, limit int) ([]Placement, error) {
	var all []Placement
	err := inBatches(groups, func(some []GroupID) error {
		var part []Placement
		q := sc.rows().Where("group_id IN ? AND state IN ?", ints(some), []PlacementState{PlacementPlanned, PlacementHeld}).
			Order("id").Limit(limit - len(all))
		if len(all) >= limit {
			return nil
		}
		err := list(q, &part, "placements")
		all = append(all, part...)
		return err
	})
	return all, err
}

// HoldsSince lists when some placements were refused, in the order of time.
func (sc *Scope) HoldsSince(placements []PlacementID, since Millis) ([]PlacementEvent, error) {
	var all []PlacementEvent
	err := inBatches(placements, func(some []PlacementID) error {
		var part []PlacementEvent
		q := sc.rows().Where("placement_id IN ? AND to_state = ? AND at > ?", ints(some), PlacementHeld, int64(since)).Order("at, id")
		err := list(q, &part, "placement events")
		all = append(all, part...)
		return err
	})
	return all, err
}

// GroupsAfter lists the community's groups after an id, at most limit, and counts all there are.
func (sc *Scope) GroupsAfter(after GroupID, limit int) ([]Group, int, error) {
	var n int64
	if err := sc.rows().Model(&Group{}).Count(&n).Error; err != nil {
		return nil, 0, translate(err, "count groups")
	}
	var all []Group
	err := list(sc.rows().Where("id > ?", int64(after)).Order("id").Limit(limit), &all, "groups")
	return all, int(n), err
}
