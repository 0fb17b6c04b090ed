package throttle

import "siyu/models"

// Confirm books that a placement appeared in its group at a time. Inside its interval it is confirmed, and from then on
// counts at that one instant. Outside it, or after it was given up, or without ever having had a slot, it is late: it
// happened, so it counts, and whatever it exceeds is debt. Never refused; a second confirmation changes nothing.
//
// A time before the interval is taken as its beginning (platforms tell whole seconds), one after now as now.
func (l *Ledger) Confirm(sc *models.Scope, id models.PlacementID, at models.Millis) error {
	p, moved, err := l.change(sc, id, func(p models.Placement, g models.Group) (models.Placement, error) {
		sent := min(at, max(sc.Now, g.ClockHigh))
		switch p.State {
		case models.PlacementConfirmed, models.PlacementLate:
			return p, nil
		case models.PlacementReserved, models.PlacementTasked:
			p.State, p.SentAt = models.PlacementLate, max(sent, p.S)
			if p.SentAt <= p.E {
				p.State = models.PlacementConfirmed
			}
		case models.PlacementPlanned, models.PlacementHeld, models.PlacementReleased, models.PlacementLapsed:
			p.State, p.SentAt = models.PlacementLate, sent
		}
		p.NextAt = 0
		return p, nil
	})
	if err != nil || !moved {
		return err
	}
	return l.changed(sc, p.GroupID)
}

// Release gives a placement up and its slot back, for a reason the ledger keeps. It may only be called when the placement
// verifiably cannot be sent any more; until then it counts. What is sent or given up already stays as it is.
func (l *Ledger) Release(sc *models.Scope, id models.PlacementID, reason string) error {
	p, moved, err := l.change(sc, id, func(p models.Placement, _ models.Group) (models.Placement, error) {
		switch p.State {
		case models.PlacementPlanned, models.PlacementHeld, models.PlacementReserved, models.PlacementTasked:
			p.State, p.NextAt, p.Reason, p.Reasons = models.PlacementReleased, 0, reason, reason
		case models.PlacementConfirmed, models.PlacementLate, models.PlacementReleased, models.PlacementLapsed:
		}
		return p, nil
	})
	if err != nil || !moved {
		return err
	}
	return l.changed(sc, p.GroupID)
}
