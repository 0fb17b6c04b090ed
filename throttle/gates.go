package throttle

import (
	"slices"

	"siyu/models"
)

// standing is what is known of a group and a candidate besides posts and rules: everything that a gate is made from.
type standing struct {
	now       int64
	stopped   bool
	gone      bool
	suspect   bool
	paused    bool
	until     int64 // when the pause ends; 0: when somebody ends it
	fullUntil int64 // the platform takes no message before
	limits    models.Rules

	offer    *models.Offer // nil asks about the group alone
	vetoed   bool
	refusing int // members who refuse all advertising or this brand's
	known    int // members known by name

	pending bool // a sponsored post may still appear at any moment
	last    int64
	organic int // posts without a sponsor since the last sponsored one

	exposedUntil int64 // before it too many members have seen enough
}

// gates are all gates that are closed; pure.
func (s standing) gates() []Gate {
	var all []Gate
	shut := func(closed bool, until int64, why Reason) {
		if closed {
			all = append(all, Gate{Until: until, Code: why})
		}
	}
	shut(s.stopped, Never, Stopped)
	shut(s.gone, Never, Gone)
	shut(s.suspect, Never, ClockSuspect)
	if s.until == 0 {
		s.until = Never
	}
	shut(s.paused && s.now < s.until, s.until, Paused)
	shut(s.now < s.fullUntil, s.fullUntil, Platform)
	shut(s.now < s.exposedUntil, s.exposedUntil, Exposure)
	shut(s.limits.Organic > 0 && s.last != 0 && (s.pending || s.organic < s.limits.Organic), Never, Ratio)
	if s.offer == nil {
		return all
	}
	shut(s.vetoed, Never, Vetoed)
	shut(s.offer.State != models.OfferApproved, Never, Unapproved)
	shut(s.offer.SoldOut(), Never, SoldOut)
	shut(excluded(s.limits, *s.offer), Never, Excluded)
	shut(!s.offer.Labelled(), Never, AdLabel)
	percent := s.limits.RefusedPercent
	shut(percent > 0 && 100*s.refusing > percent*s.known, Never, Refusals)
	return all
}

func excluded(r models.Rules, o models.Offer) bool {
	if slices.Contains(r.ExcludedBrands, o.BrandID) {
		return true
	}
	of := Category(o.Category)
	return of != 0 && slices.ContainsFunc(r.ExcludedCategories, func(name string) bool { return Category(name) == of })
}

// standing gathers what is known about a candidate in a group at a time; a nil offer asks about the group alone.
func (d *desk) standing(g *models.Group, o *models.Offer, now int64) standing {
	p := d.policies[g.ID]
	s := standing{now: now, stopped: d.community.StoppedAt != 0, suspect: d.l.guard.Suspects() != "", gone: g.GoneAt != 0, paused: g.Paused,
		until: int64(g.PausedUntil), fullUntil: int64(g.FullUntil), limits: p.limits, offer: o}
	if o != nil {
		s.vetoed = d.vetoes[vetoKey{g.ID, o.ID}] || d.vetoes[vetoKey{0, o.ID}]
		s.refusing, s.known = d.refusals[g.ID][0]+d.refusals[g.ID][o.BrandID], d.known[g.ID]
	}
	if p.limits.Organic > 0 {
		s.countOrganic(d.live[g.ID], d.organic[g.ID])
	}
	if p.exposes() {
		s.exposedUntil = d.exposedUntil(g.ID, p.limits, now)
	}
	return s
}

// countOrganic counts what was posted without a sponsor since a sponsored post could last have appeared. While one is
// pending that is now: nothing can have come after it.
func (s *standing) countOrganic(live []models.Placement, posts []models.OrganicPost) {
	for _, p := range live {
		if sent(p) {
			s.last = max(s.last, int64(p.SentAt))
		} else {
			s.last, s.pending = s.now, true
		}
	}
	for _, p := range posts {
		if int64(p.At) > s.last {
			s.organic += p.Posts
		}
	}
}

// sent reports whether a placement that counts is in its group.
func sent(p models.Placement) bool {
	return p.State == models.PlacementConfirmed || p.State == models.PlacementLate
}
