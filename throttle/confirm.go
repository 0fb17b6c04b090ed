package throttle

import (
	"fmt"
	"time"

	"siyu/models"
)

// maxDrift is how far two clocks that are both right may be apart.
const maxDrift = 5 * time.Minute

// Confirm books that a placement appeared in its group at a time. Inside its interval it is confirmed, and from then on
// counts at that one instant. Outside it, or after it was given up, or without ever having had a slot, it is late: it
// happened, so it counts, and whatever it exceeds is debt. Never refused; a second confirmation changes nothing.
//
// Clocks never agree to the second: a time a little before the interval is its beginning, one a little after now is now.
// When they disagree by more, the later of two times is booked, so that nothing is forgotten too early: a post from before
// it was asked for happened by now at the latest, and one from the future is believed, and so is its time as the group's.
func (l *Ledger) Confirm(sc *models.Scope, id models.PlacementID, at models.Millis) error {
	p, moved, err := l.change(sc, id, func(p models.Placement, g models.Group) (models.Placement, error) {
		now := max(sc.Now, g.ClockHigh)
		sent := at
		if sent.Sub(now) <= maxDrift {
			sent = min(sent, now)
		}
		switch p.State {
		case models.PlacementConfirmed, models.PlacementLate:
			return p, nil
		case models.PlacementReserved, models.PlacementTasked:
			if p.S.Sub(at) > maxDrift {
				sent = now
			}
			p.State, p.SentAt = models.PlacementLate, max(sent, p.S)
			if p.SentAt <= p.E {
				p.State = models.PlacementConfirmed
			}
		case models.PlacementPlanned, models.PlacementHeld, models.PlacementReleased, models.PlacementLapsed:
			if at <= 0 { // no time was told: 1970 would take it out of every window
				sent = now
			}
			p.State, p.SentAt = models.PlacementLate, sent
		}
		p.NextAt = 0
		return p, nil
	})
	if err != nil || !moved {
		return err
	}
	for _, fn := range l.onConfirm {
		if err := fn(sc, p); err != nil {
			return fmt.Errorf("tell that placement %s was confirmed: %w", p.ID, err)
		}
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
