package throttle

import (
	"slices"

	"siyu/models"
)

// Outlook is what the ledger knows of some groups and offers, to plan ahead with: the same rules, posts and gates that a
// decision is made from, but read once and without locks. It holds no transaction's promise; every post that is planned
// with it still asks for its slot.
type Outlook struct {
	d     *desk
	gates map[models.GroupID][]Gate // of the ledger's hooks
}

// Outlook reads it. It takes a few statements, however many groups and offers there are.
func (l *Ledger) Outlook(sc *models.Scope, groups []models.Group, offers []models.OfferID) (*Outlook, error) {
	d, err := l.sit(sc, groups, offers, false)
	if err != nil {
		return nil, err
	}
	asks := make([]Ask, len(groups))
	for i, g := range groups {
		asks[i] = d.ask(g.ID, models.Placement{})
	}
	more, err := l.hooked(sc, asks)
	if err != nil {
		return nil, err
	}
	o := &Outlook{d: d, gates: make(map[models.GroupID][]Gate, len(groups))}
	for i, g := range groups {
		o.gates[g.ID] = more[i]
	}
	return o, nil
}

// Group is the kernel's question about a group, without a candidate; false if it has no rules that can be read. Posts in
// groups with many of the same members are among what is live. What may open at any moment is left out: a post of the
// organiser's own, or a clock that is trusted again, must not keep a week from being planned.
func (o *Outlook) Group(id models.GroupID) (Input, bool) {
	if _, readable := o.d.policies[id]; !readable {
		return Input{}, false
	}
	in, now := o.d.input(id, nil, o.gates[id])
	in.ClockFloor = 0
	in.Gates = slices.DeleteFunc(in.Gates, func(g Gate) bool { return g.Code == Ratio || g.Code == ClockSuspect })
	for _, near := range o.d.near[id] {
		for _, p := range o.d.live[near.OtherID] {
			in.Live = append(in.Live, o.d.entry(p, models.Millis(now), Elsewhere))
		}
	}
	return in, true
}

// Offer is one of the offers as it was read, and the gates that close a group to it beside those that close it to all.
func (o *Outlook) Offer(group models.GroupID, offer models.OfferID) (models.Offer, []Gate) {
	of, known := o.d.offers[offer]
	if !known {
		return of, []Gate{{Until: Never, Code: Unapproved}}
	}
	return of, o.Gates(group, of)
}

// Gates are those that close a group to an offer, which may be one that nobody has handed in yet, beside those that close
// it to all.
func (o *Outlook) Gates(group models.GroupID, of models.Offer) []Gate {
	return standing{limits: o.d.policies[group].limits, offer: &of,
		vetoed:   o.d.vetoes[vetoKey{group, of.ID}] || o.d.vetoes[vetoKey{0, of.ID}],
		refusing: o.d.refusals[group][0] + o.d.refusals[group][of.BrandID], known: o.d.known[group]}.gates()
}

// Near lists the groups that share so many members with a group that one offer must keep its distance.
func (o *Outlook) Near(group models.GroupID) []models.GroupID {
	all := make([]models.GroupID, len(o.d.near[group]))
	for i, n := range o.d.near[group] {
		all[i] = n.OtherID
	}
	return all
}
