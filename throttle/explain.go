package throttle

import (
	"fmt"
	"strings"

	"siyu/models"
)

// NextFree answers for a group alone, without an offer: may a sponsored post go out now, and if not, why and when. It is
// what the console shows beside a group.
func (l *Ledger) NextFree(sc *models.Scope, group models.GroupID) (Verdict, error) {
	g, err := sc.Group(group)
	if err != nil {
		return Verdict{}, fmt.Errorf("group %s: %w", group, err)
	}
	return l.look(sc, g, nil, models.Placement{})
}

// look asks the kernel and changes nothing. What cannot be read as rules becomes the reason NoPolicy; only a failing store
// is an error.
func (l *Ledger) look(sc *models.Scope, g models.Group, o *models.Offer, p models.Placement) (Verdict, error) {
	var offers []models.OfferID
	if o != nil {
		offers = append(offers, o.ID)
	}
	d, err := l.sit(sc, []models.Group{g}, offers, false)
	if err != nil {
		return Verdict{}, err
	}
	if _, readable := d.policies[g.ID]; !readable {
		return Verdict{Reasons: Reasons(0).With(NoPolicy), Deciding: NoPolicy, Next: Never}, nil
	}
	more, err := l.hooked(sc, []Ask{d.ask(g.ID, p)})
	if err != nil {
		return Verdict{}, err
	}
	in, now := d.input(g.ID, o, more[0])
	return d.verdict(g.ID, in, now), nil
}

// Explanation is all that can be told about a placement: where it stands, why, when again, and how it came there.
type Explanation struct {
	Placement models.Placement
	Reasons   []string                // all reasons of a held, lapsed or released one, as stored codes
	Now       Verdict                 // of a planned or held one: what the answer would be if it asked now
	Events    []models.PlacementEvent // every transition, oldest first
}

// Explain tells everything about one placement. It changes nothing.
func (l *Ledger) Explain(sc *models.Scope, id models.PlacementID) (Explanation, error) {
	p, err := sc.Placement(id)
	if err != nil {
		return Explanation{}, fmt.Errorf("placement %s: %w", id, err)
	}
	x := Explanation{Placement: p, Reasons: strings.Fields(p.Reasons)}
	if x.Events, err = sc.PlacementEvents(id); err != nil {
		return x, err
	}
	if !asks(p) {
		return x, nil
	}
	o, err := sc.Offer(p.OfferID)
	if err != nil {
		return x, err
	}
	g, err := sc.Group(p.GroupID)
	if err != nil {
		return x, err
	}
	x.Now, err = l.look(sc, g, &o, p)
	return x, err
}
