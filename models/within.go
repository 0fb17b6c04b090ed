package models

// PlacementsWithin lists the placements of some groups that people see in a stretch of the calendar, [from, to): those that
// may be posted in it, were posted in it, or may be asked for again in it. The oldest come first.
func (sc *Scope) PlacementsWithin(groups []GroupID, from, to Millis) ([]Placement, error) {
	var all []Placement
	err := inBatches(groups, func(some []GroupID) error {
		var part []Placement
		q := sc.rows().Where("group_id IN ?", ints(some)).
			Where("(state IN ? AND s < ? AND e >= ?) OR (state IN ? AND sent_at >= ? AND sent_at < ?) OR (state IN ? AND next_at >= ? AND next_at < ?)",
				[]PlacementState{PlacementReserved, PlacementTasked}, int64(to), int64(from),
				[]PlacementState{PlacementConfirmed, PlacementLate}, int64(from), int64(to),
				[]PlacementState{PlacementPlanned, PlacementHeld}, int64(from), int64(to)).
			Order("id")
		err := list(q, &part, "placements")
		all = append(all, part...)
		return err
	})
	return all, err
}
