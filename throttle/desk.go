package throttle

import (
	"errors"
	"fmt"
	"maps"
	"slices"

	"siyu/models"
)

// desk is what a transaction has read of some groups in order to decide about posts in them. It is read in few statements
// however many groups there are, and what is decided is added to it, so that the next decision of the same transaction sees
// it.
type desk struct {
	l         *Ledger
	sc        *models.Scope
	community models.Community
	groups    map[models.GroupID]*models.Group
	policies  map[models.GroupID]policy // one that is not there cannot be read
	offers    map[models.OfferID]models.Offer
	vetoes    map[vetoKey]bool
	live      map[models.GroupID][]models.Placement // of the groups, and what is needed of those near them
	near      map[models.GroupID][]models.Overlap
	organic   map[models.GroupID][]models.OrganicPost
	refusals  map[models.GroupID]map[models.BrandID]int
	known     map[models.GroupID]int
	crowd     map[models.GroupID][]models.GroupMember // each known member's stays, those of one member together
}

type vetoKey struct {
	group models.GroupID // zero: every group
	offer models.OfferID
}

// sit reads all that decisions about some offers in some groups need. With lock the groups are locked by this transaction
// already, and what else must not change meanwhile is locked here: after the groups the offers, after those the community.
func (l *Ledger) sit(sc *models.Scope, groups []models.Group, offers []models.OfferID, lock bool) (*desk, error) {
	return l.sitUnder(sc, groups, offers, lock, l.policy)
}

// sitUnder is sit with rules that read makes of the newest revisions.
func (l *Ledger) sitUnder(sc *models.Scope, groups []models.Group, offers []models.OfferID, lock bool,
	read func(models.Group, map[models.GroupID]models.Policy) (policy, error),
) (*desk, error) {
	d := &desk{l: l, sc: sc, groups: make(map[models.GroupID]*models.Group, len(groups)),
		policies: make(map[models.GroupID]policy, len(groups))}
	ids := make([]models.GroupID, len(groups))
	for i := range groups {
		ids[i] = groups[i].ID
		d.groups[ids[i]] = &groups[i]
	}
	newest, err := sc.PoliciesOf(ids)
	if err != nil {
		return nil, err
	}
	for _, g := range groups {
		p, err := read(g, newest)
		if err != nil {
			if !errors.Is(err, errNoPolicy) {
				return nil, err
			}
			l.log.Warn("a group has no rules that can be read: nothing is sent to it", "group", g.ID.String(), "error", err)
			continue
		}
		d.policies[g.ID] = p
	}
	for _, read := range []func([]models.GroupID, []models.OfferID, bool) error{d.readNear, d.readOffers, d.readCommunity,
		d.readCrowd, d.readLive, d.readVetoes, d.readRefusals, d.readOrganic} {
		if err := read(ids, offers, lock); err != nil {
			return nil, err
		}
	}
	return d, nil
}

// any reports whether one of the policies asks for something.
func (d *desk) any(asks func(policy) bool) bool {
	for _, p := range d.policies {
		if asks(p) {
			return true
		}
	}
	return false
}

// readNear finds the groups that share so many members with one of ours that the same offer must keep its distance.
func (d *desk) readNear(ids []models.GroupID, offers []models.OfferID, _ bool) error {
	if len(offers) == 0 || !d.any(func(p policy) bool { return p.near }) {
		return nil
	}
	all, err := d.sc.OverlapsOf(ids)
	if err != nil {
		return err
	}
	d.near = map[models.GroupID][]models.Overlap{}
	for _, o := range all {
		if p, ok := d.policies[o.GroupID]; ok && p.near && 100*o.Shared >= p.limits.OverlapPercent*max(o.Smaller, 1) {
			d.near[o.GroupID] = append(d.near[o.GroupID], o)
		}
	}
	return nil
}

// readOffers reads the candidates. Two near groups may take the same offer at the same moment, each under its own lock:
// then the offer's row is what they share.
func (d *desk) readOffers(_ []models.GroupID, offers []models.OfferID, lock bool) error {
	var err error
	d.offers, err = d.sc.OffersByID(offers, lock && len(d.near) > 0)
	return err
}

// readCommunity reads the kill switch. Whoever stops the community locks all groups first: under a group's lock what is
// read here holds. What members see in all groups together has no row of its own but this one.
func (d *desk) readCommunity(_ []models.GroupID, _ []models.OfferID, lock bool) error {
	var err error
	if lock && d.any(policy.exposes) {
		d.community, err = d.sc.LockCommunity()
	} else {
		d.community, err = d.sc.ReadCommunity(d.sc.Community)
	}
	return err
}

// exposes reports whether the policy limits what members see in all groups together.
func (p policy) exposes() bool { return p.limits.ExposureMost > 0 && p.limits.ExposureWindow > 0 }

// readCrowd finds in which other groups the members of ours are.
func (d *desk) readCrowd(ids []models.GroupID, _ []models.OfferID, _ bool) error {
	exposed := slices.DeleteFunc(slices.Clone(ids), func(id models.GroupID) bool { return !d.policies[id].exposes() })
	if len(exposed) == 0 {
		return nil
	}
	var err error
	d.crowd, err = d.sc.CrowdsOf(exposed)
	return err
}

// readLive reads what counts: of our own groups everything, of the near ones the candidates, and of all groups in which a
// member sees posts whatever she may have seen.
func (d *desk) readLive(ids []models.GroupID, offers []models.OfferID, _ bool) error {
	longest := int64(0)
	for _, p := range d.policies {
		longest = max(longest, p.longest, p.limits.ExposureWindow)
	}
	since := d.sc.Now - models.Millis(longest)
	all := map[models.GroupID]bool{}
	for _, id := range ids {
		all[id] = true
		since = min(since, max(d.groups[id].ClockHigh, d.sc.Now)-models.Millis(longest))
	}
	for _, stays := range d.crowd {
		for _, s := range stays {
			all[s.GroupID] = true
		}
	}
	rows, err := d.sc.LiveIn(slices.Sorted(maps.Keys(all)), nil, since)
	if err != nil {
		return fmt.Errorf("what counts: %w", err)
	}
	var near []models.GroupID
	for _, overlaps := range d.near {
		for _, o := range overlaps {
			if !all[o.OtherID] {
				all[o.OtherID] = true
				near = append(near, o.OtherID)
			}
		}
	}
	if len(near) > 0 {
		slices.Sort(near)
		elsewhere, err := d.sc.LiveIn(near, offers, since)
		if err != nil {
			return fmt.Errorf("what counts nearby: %w", err)
		}
		rows = append(rows, elsewhere...)
	}
	d.live = make(map[models.GroupID][]models.Placement, len(all))
	for _, p := range rows {
		d.live[p.GroupID] = append(d.live[p.GroupID], p)
	}
	if !d.any(func(p policy) bool { return p.categories }) {
		return nil
	}
	return d.readCategories(rows)
}

// readCategories reads the offers of posts that count, as far as they are not known.
func (d *desk) readCategories(rows []models.Placement) error {
	unknown := map[models.OfferID]bool{}
	for _, p := range rows {
		if _, known := d.offers[p.OfferID]; !known && p.OfferID != 0 {
			unknown[p.OfferID] = true
		}
	}
	more, err := d.sc.OffersByID(slices.Sorted(maps.Keys(unknown)), false)
	maps.Copy(d.offers, more)
	return err
}

func (d *desk) readVetoes(_ []models.GroupID, offers []models.OfferID, _ bool) error {
	if len(offers) == 0 {
		return nil
	}
	all, err := d.sc.VetoesOf(offers...)
	d.vetoes = make(map[vetoKey]bool, len(all))
	for _, v := range all {
		d.vetoes[vetoKey{v.GroupID, v.OfferID}] = true
	}
	return err
}

// readRefusals counts who wants no advertising, where a policy cares.
func (d *desk) readRefusals(ids []models.GroupID, _ []models.OfferID, _ bool) error {
	if !d.any(func(p policy) bool { return p.limits.RefusedPercent > 0 }) {
		return nil
	}
	all, err := d.sc.RefusalsIn(ids)
	if err != nil || len(all) == 0 {
		return err
	}
	d.refusals = map[models.GroupID]map[models.BrandID]int{}
	for _, r := range all {
		if d.refusals[r.GroupID] == nil {
			d.refusals[r.GroupID] = map[models.BrandID]int{}
		}
		d.refusals[r.GroupID][r.BrandID] = r.Members
	}
	d.known, err = d.sc.KnownIn(ids)
	return err
}

// readOrganic reads the posts that no sponsor paid for, where a policy counts them.
func (d *desk) readOrganic(ids []models.GroupID, _ []models.OfferID, _ bool) error {
	longest := int64(0)
	for _, p := range d.policies {
		if p.organic || p.limits.Organic > 0 {
			longest = max(longest, p.longest)
		}
	}
	if longest == 0 {
		return nil
	}
	all, err := d.sc.OrganicPosts(ids, d.sc.Now-models.Millis(longest))
	d.organic = map[models.GroupID][]models.OrganicPost{}
	for _, p := range all {
		d.organic[p.GroupID] = append(d.organic[p.GroupID], p)
	}
	return err
}

// book adds what was just decided.
func (d *desk) book(p models.Placement) { d.live[p.GroupID] = append(d.live[p.GroupID], p) }
