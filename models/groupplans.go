package models

import "slices"

// runsSettled is how far back the runs of two groups that become one are held against each other: longer than times that
// nobody planned are made up for.
const runsSettled = Millis(31 * 24 * 60 * 60 * 1000)

// movePlans has what the organiser planned for one group planned for another: a piece whose groups she chose is for that one,
// and what is planned at one time for both is planned once.
func (sc *Scope) movePlans(from, into GroupID) error {
	if err := sc.moveAudiences(from, into); err != nil {
		return err
	}
	return sc.settleRuns(from, into)
}

func (sc *Scope) moveAudiences(from, into GroupID) error {
	var all []Piece
	q := sc.rows().Where("state <> ? AND audience_json LIKE ?", PieceEnded, `%"`+from.String()+`"%`).Order("id")
	if err := list(q, &all, "pieces"); err != nil {
		return err
	}
	for _, p := range all {
		a, err := p.Audience()
		if err != nil {
			return err
		}
		s, err := p.Schedule()
		if err != nil {
			return err
		}
		a.Groups = append(slices.DeleteFunc(a.Groups, func(id GroupID) bool { return id == from || id == into }), into)
		if err := p.SetPlan(a, s); err != nil {
			return err
		}
		ok, err := sc.EditPiece(&p, nil)
		if err == nil && !ok {
			err = Errorf(Conflict, "piece_changed", "somebody changes a piece for the group at this moment")
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// settleRuns takes out what is planned twice when two groups become one, and has the rest go by the name it would have been
// planned under in the other group: else it would be planned there once more.
func (sc *Scope) settleRuns(from, into GroupID) error {
	here, err := sc.scheduledRuns(from)
	if err != nil {
		return err
	}
	there, err := sc.scheduledRuns(into)
	if err != nil {
		return err
	}
	type slot struct {
		piece PieceID
		due   Millis
	}
	taken := make(map[slot]Run, len(there))
	for _, r := range there {
		taken[slot{r.PieceID, r.DueAt}] = r
	}
	for _, r := range here {
		other, both := taken[slot{r.PieceID, r.DueAt}]
		drop := RunID(0)
		switch {
		case both && r.State == RunPlanned:
			drop = r.ID
		case both && other.State == RunPlanned: // an owner has the first already
			drop = other.ID
		case both:
			continue
		}
		if drop != 0 {
			if err := sc.DropRuns([]RunID{drop}); err != nil {
				return err
			}
		}
		if drop == r.ID {
			continue
		}
		if _, err := swap(sc.rows().Where("id = ?", int64(r.ID)), &Run{}, map[string]any{"idem": RunIdem(r.PieceID, into, r.DueAt)}, "run"); err != nil {
			return err
		}
	}
	return nil
}

// scheduledRuns lists the runs of a group that its pieces' schedules made lately or ahead.
func (sc *Scope) scheduledRuns(group GroupID) ([]Run, error) {
	var all []Run
	q := sc.rows().Where("group_id = ? AND created_by = 0 AND due_at > ?", int64(group), int64(sc.Now-runsSettled)).Order("id")
	return all, list(q, &all, "runs")
}
