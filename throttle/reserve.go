package throttle

import (
	"fmt"
	"slices"

	"siyu/models"
)

// Reserved is what became of a placement that was asked for.
type Reserved struct {
	models.Placement
	// Fresh is true only for the one call that took the slot: whoever gets it hands the placement over.
	Fresh bool
}

// Reserve asks for a slot for a planned or held placement, now. It returns the placement as it is afterwards: reserved
// with its interval [S, E]; held with the reasons and NextAt, the first time at which the answer will be yes if nothing
// else happens (zero: not by itself); or lapsed because the flight is over. Any other state is returned as it is: asking
// twice takes one slot.
//
// fresh is true only for the one call that took the slot: whoever gets it hands the placement over.
func (l *Ledger) Reserve(sc *models.Scope, id models.PlacementID) (p models.Placement, fresh bool, err error) {
	all, err := l.ReserveMany(sc, []models.PlacementID{id})
	if err != nil {
		return p, false, err
	}
	return all[0].Placement, all[0].Fresh, nil
}

// ReserveMany is Reserve for many placements in one transaction, with the same answers as one after the other in the order
// given. It reads and writes in few statements and commits once: with 200 at a time that is more than ten times as many a
// second. All their groups are locked, in the order of their ids, until the transaction ends.
func (l *Ledger) ReserveMany(sc *models.Scope, ids []models.PlacementID) ([]Reserved, error) {
	rows, err := sc.PlacementsByID(ids)
	if err != nil {
		return nil, err
	}
	groupIDs := make([]models.GroupID, 0, len(ids))
	for _, id := range ids {
		p, known := rows[id]
		if !known {
			return nil, fmt.Errorf("placement %s: %w", id, models.Errorf(models.NotFound, "not_found", "no such placement"))
		}
		groupIDs = append(groupIDs, p.GroupID)
	}
	slices.Sort(groupIDs)
	groups, err := sc.LockGroups(slices.Compact(groupIDs))
	if err != nil {
		return nil, fmt.Errorf("lock groups: %w", err)
	}
	if rows, err = sc.PlacementsByID(ids); err != nil { // again: what was read before the lock may be old
		return nil, err
	}
	var wanted []models.OfferID
	for _, p := range rows {
		if asks(p) && !slices.Contains(wanted, p.OfferID) {
			wanted = append(wanted, p.OfferID)
		}
	}
	if len(wanted) > 0 {
		slices.Sort(wanted)
		d, err := l.sit(sc, groups, wanted, true)
		if err != nil {
			return nil, err
		}
		return d.reserve(ids, rows)
	}
	all := make([]Reserved, len(ids))
	for i, id := range ids {
		all[i].Placement = rows[id]
	}
	return all, nil
}

// asks reports whether a placement has no slot and may still get one.
func asks(p models.Placement) bool {
	return p.State == models.PlacementPlanned || p.State == models.PlacementHeld
}

// reserve decides about the placements in their order. Those of one group are decided and written one after the other, so
// that hooks, which read for themselves, see what was decided before; those of different groups go together.
func (d *desk) reserve(ids []models.PlacementID, rows map[models.PlacementID]models.Placement) ([]Reserved, error) {
	all := make([]Reserved, 0, len(ids))
	for wave := range waves(ids, rows) {
		moves, err := d.decideAll(wave, rows)
		if err != nil {
			return nil, err
		}
		if err := d.sc.BookMoves(d.groups, moves); err != nil {
			return nil, err
		}
		fresh := make(map[models.PlacementID]bool, len(moves))
		for _, m := range moves {
			rows[m.To.ID] = m.To
			fresh[m.To.ID] = m.To.State == models.PlacementReserved
		}
		for _, id := range wave {
			all = append(all, Reserved{Placement: rows[id], Fresh: fresh[id]})
		}
	}
	return all, nil
}

// waves cuts a list into runs in which each group is named once at most.
func waves(ids []models.PlacementID, rows map[models.PlacementID]models.Placement) func(func([]models.PlacementID) bool) {
	return func(yield func([]models.PlacementID) bool) {
		first := 0
		seen := map[models.GroupID]bool{}
		for i, id := range ids {
			g := rows[id].GroupID
			if seen[g] {
				if !yield(ids[first:i]) {
					return
				}
				first = i
				clear(seen)
			}
			seen[g] = true
		}
		if first < len(ids) {
			yield(ids[first:])
		}
	}
}

// decideAll asks the kernel for each placement of a wave; what gets its slot counts for those that follow.
func (d *desk) decideAll(wave []models.PlacementID, rows map[models.PlacementID]models.Placement) ([]models.Move, error) {
	var candidates []models.Placement
	for _, id := range wave {
		if p := rows[id]; asks(p) {
			candidates = append(candidates, p)
		}
	}
	more, err := d.hooked(candidates)
	if err != nil {
		return nil, err
	}
	var moves []models.Move
	for i, p := range candidates {
		o, known := d.offers[p.OfferID]
		if !known {
			return nil, models.Errorf(models.NotFound, "offer_not_found", "no such offer")
		}
		if o.State == models.OfferDeclined || o.State == models.OfferDone || o.State == models.OfferWithdrawn || d.sc.Now >= o.EndsAt {
			moves = append(moves, models.Move{From: p, To: lapse(p)})
			continue
		}
		m := d.decide(p, o, more[i])
		if m.To == m.From && m.Decision == nil {
			continue
		}
		moves = append(moves, m)
		if m.To.State == models.PlacementReserved {
			d.book(m.To)
		}
	}
	return moves, nil
}

// hooked asks the ledger's hooks about the candidates.
func (d *desk) hooked(candidates []models.Placement) ([][]Gate, error) {
	if len(d.l.hooks) == 0 {
		return make([][]Gate, len(candidates)), nil
	}
	all := make([]Ask, len(candidates))
	for i, p := range candidates {
		all[i] = d.ask(p.GroupID, p)
	}
	return d.l.hooked(d.sc, all)
}

func (d *desk) ask(group models.GroupID, p models.Placement) Ask {
	a := Ask{Group: *d.groups[group], Placement: p, Offer: d.offers[p.OfferID], Rules: d.policies[group].limits, Posts: d.live[group]}
	a.Now, _ = d.now(group)
	return a
}

// decide is what becomes of a planned or held placement now. A refusal on the same inputs as the last one is no decision.
func (d *desk) decide(p models.Placement, o models.Offer, gates []Gate) models.Move {
	m := models.Move{From: p, To: p}
	in, now := d.input(p.GroupID, &o, gates)
	pol, readable := d.policies[p.GroupID]
	v := Verdict{Reasons: Reasons(0).With(NoPolicy), Deciding: NoPolicy, Next: Never}
	told := v // with the next time that is true, where the kernel knows only this season
	if readable {
		v = Decide(in, now)
		told = d.verdict(p.GroupID, in, now)
	}
	m.To = answer(p, told)
	m.To.PolicyRev = pol.rev
	body, asked := decision{in: in, now: now, verdict: v, readable: readable, revs: pol.revs}.encode()
	if m.To.Asked = asked; asked == p.Asked && !v.Allow {
		m.To.PolicyRev = p.PolicyRev
		return models.Move{From: p, To: p}
	}
	m.Decision = &models.Record{Kind: models.RecordDecision, Ref: int64(p.ID), Verdict: models.VerdictHold, Body: body}
	if v.Allow {
		m.Decision.Verdict = models.VerdictAllow
	}
	return m
}

// now is the time in a group: never before the latest its ledger knows. A clock that is further behind than instances may
// disagree is not believed, and floor is what it must reach.
func (d *desk) now(group models.GroupID) (now, floor models.Millis) {
	high := d.groups[group].ClockHigh
	if high.Sub(d.sc.Now) <= clockSlack {
		return max(d.sc.Now, high), 0
	}
	return d.sc.Now, high
}

// input is what the kernel is asked about a group, with an offer or alone.
func (d *desk) input(group models.GroupID, o *models.Offer, more []Gate) (Input, int64) {
	g, pol := d.groups[group], d.policies[group]
	now, floor := d.now(group)
	in := Input{Rules: pol.rules, Calendar: pol.calendar, Clock: pol.clock, Quiet: pol.quiet, Hold: pol.hold,
		MinWindow: pol.minWindow, ClockFloor: int64(floor)}
	if o != nil {
		in.Brand, in.Offer, in.Category = int64(o.BrandID), int64(o.ID), Category(o.Category)
		in.Start, in.End = int64(o.StartsAt), int64(o.EndsAt)
	}
	in.Gates = append(d.standing(g, o, int64(now)).gates(), more...)
	in.Live = d.entries(group, o, now)
	arm, season := pol.arm(d.sc.Community, group, int64(now))
	return pol.under(in, arm, season), int64(now)
}

// entries lists what counts in a group. A pending placement whose time is over and that nobody has taken back can still be
// sent: it reaches to now.
func (d *desk) entries(group models.GroupID, o *models.Offer, now models.Millis) []Entry {
	all := make([]Entry, 0, len(d.live[group]))
	for _, p := range d.live[group] {
		all = append(all, d.entry(p, now, Sponsored))
	}
	if o != nil {
		for _, near := range d.near[group] {
			for _, p := range d.live[near.OtherID] {
				if p.OfferID == o.ID {
					all = append(all, d.entry(p, now, Elsewhere))
				}
			}
		}
	}
	for _, p := range d.organic[group] {
		if p.Kind == models.OrganicMass && d.policies[group].organic {
			all = append(all, Entry{Interval: Interval{S: int64(p.At), E: int64(p.At)}, Kind: Organic})
		}
	}
	return all
}

func (d *desk) entry(p models.Placement, now models.Millis, kind Kind) Entry {
	e := Entry{Interval: Interval{S: int64(p.S), E: int64(max(p.E, now))}, Brand: int64(p.BrandID), Offer: int64(p.OfferID),
		Category: Category(d.offers[p.OfferID].Category), Kind: kind}
	if sent(p) {
		e.S, e.E = int64(p.SentAt), int64(p.SentAt)
	}
	return e
}

// answer is the placement after a verdict.
func answer(p models.Placement, v Verdict) models.Placement {
	p.NextAt = 0
	if v.Allow {
		p.State, p.S, p.E = models.PlacementReserved, models.Millis(v.S), models.Millis(v.E)
		p.Reason, p.Reasons = "", ""
		return p
	}
	p.State, p.Reason, p.Reasons = models.PlacementHeld, v.Deciding.String(), v.Reasons.String()
	if v.Next != Never {
		p.NextAt = models.Millis(v.Next)
	}
	return p
}

// lapse ends a placement whose flight is over; the reason it was last held for stays.
func lapse(p models.Placement) models.Placement {
	p.State, p.NextAt = models.PlacementLapsed, 0
	if p.Reason == "" {
		p.Reason, p.Reasons = OfferEnded.String(), OfferEnded.String()
	}
	return p
}
