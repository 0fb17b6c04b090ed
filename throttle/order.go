package throttle

import (
	"fmt"

	"siyu/models"
)

// Stop is the kill switch: once the transaction is committed nothing is reserved in the community until [Ledger.Start].
// What is with an owner already is the caller's to take back. It reports false if everything is stopped already.
func (l *Ledger) Stop(sc *models.Scope, by models.AccountID, note string) (bool, error) {
	fresh, err := sc.StopCommunity(true, by, note)
	if err != nil || !fresh {
		return false, err
	}
	return true, sc.AddAudit(by, "community.stop", "community:"+sc.Community.String(), note)
}

// Start ends a stop: what was held may have a slot at once. It reports false if nothing is stopped.
func (l *Ledger) Start(sc *models.Scope, by models.AccountID, note string) (bool, error) {
	fresh, err := sc.StopCommunity(false, by, note)
	if err != nil || !fresh {
		return false, err
	}
	if err := l.ChangedAll(sc); err != nil {
		return false, err
	}
	return true, sc.AddAudit(by, "community.resume", "community:"+sc.Community.String(), note)
}

// ChangedAll tells that every group of the community may be free earlier than was said.
func (l *Ledger) ChangedAll(sc *models.Scope) error {
	return l.changedMany(sc, nil)
}

// Pause stops sponsored posts in one group, until a time or until somebody resumes, or resumes them: then what was held may
// have a slot at once.
func (l *Ledger) Pause(sc *models.Scope, group models.GroupID, p models.Pause) error {
	if p.Paused && p.Until != 0 && p.Until <= sc.Now {
		return models.Errorf(models.Invalid, "pause_over", "a pause ends in the future").With("field", "until")
	}
	if err := sc.PauseGroup(group, p); err != nil {
		return err
	}
	if p.Paused {
		return sc.AddAudit(p.By, "group.pause", "group:"+group.String(), p.Note)
	}
	if err := l.changed(sc, group); err != nil {
		return err
	}
	return sc.AddAudit(p.By, "group.resume", "group:"+group.String(), p.Note)
}

// Veto is an organiser's final no to an offer in a group, or with group zero in every group. What waits for a slot is given
// up; what has one is the caller's to take back. It reports false if the veto is known.
func (l *Ledger) Veto(sc *models.Scope, v models.Veto) (bool, error) {
	if _, err := sc.Offer(v.OfferID); err != nil {
		return false, err
	}
	var ids []models.GroupID // all groups
	if v.GroupID != 0 {
		ids = []models.GroupID{v.GroupID}
	}
	groups, err := sc.LockGroups(ids)
	if err != nil {
		return false, fmt.Errorf("lock groups: %w", err)
	}
	if v.GroupID != 0 && len(groups) == 0 {
		return false, models.Errorf(models.NotFound, "group_not_found", "no such group")
	}
	fresh, err := sc.AddVeto(&v)
	if err != nil || !fresh {
		return false, err
	}
	all, err := sc.PlacementsOf(v.OfferID)
	if err != nil {
		return false, err
	}
	for _, p := range all {
		if asks(p) && (v.GroupID == 0 || p.GroupID == v.GroupID) {
			if err := l.Release(sc, p.ID, Vetoed.String()); err != nil {
				return false, err
			}
		}
	}
	return true, sc.AddAudit(v.AccountID, "offer.veto", "offer:"+v.OfferID.String(), "group:"+v.GroupID.String()+" "+v.Note)
}

// MayHand reports whether a reserved placement may be handed to its group's owner now; if not, why is the code of what came
// in between. It locks the group: what it says holds until the transaction ends, so the caller marks the hand-over in it.
func (l *Ledger) MayHand(sc *models.Scope, p models.Placement) (why Reason, err error) {
	g, err := sc.LockGroup(p.GroupID)
	if err != nil {
		return None, fmt.Errorf("lock group %s: %w", p.GroupID, err)
	}
	community, err := sc.ReadCommunity(sc.Community)
	if err != nil {
		return None, err
	}
	vetoes, err := sc.VetoesOf(p.OfferID)
	if err != nil {
		return None, err
	}
	for _, v := range vetoes {
		if v.GroupID == 0 || v.GroupID == p.GroupID {
			return Vetoed, nil
		}
	}
	o, err := sc.Offer(p.OfferID)
	if err != nil {
		return None, err
	}
	switch {
	case o.State != models.OfferApproved || sc.Now >= o.EndsAt: // withdrawn since, or over
		return OfferEnded, nil
	case community.StoppedAt != 0:
		return Stopped, nil
	case l.guard.Suspects() != "": // its interval may be over, whatever the clock says
		return ClockSuspect, nil
	case g.GoneAt != 0:
		return Gone, nil
	case g.PausedAt(sc.Now):
		return Paused, nil
	case o.SoldOut(): // last: whoever reads it would come for nothing, until stock comes back
		return SoldOut, nil
	}
	return None, nil
}

// External is a sponsored post that somebody made by hand, without a placement.
type External struct {
	Group models.GroupID
	Brand models.BrandID // zero: not known
	Offer models.OfferID // zero: none of ours
	At    models.Millis  // when it appeared
	Key   string         // what makes it one post however often it is told
	By    models.AccountID
}

// External books a post that was made by hand. It happened, so it counts, and whatever it exceeds is debt. Telling it twice
// is the same as once: the key is looked up first.
func (l *Ledger) External(sc *models.Scope, x External) (models.Placement, error) {
	g, err := sc.LockGroup(x.Group)
	if models.IsKind(err, models.NotFound) {
		return models.Placement{}, models.Errorf(models.NotFound, "group_not_found", "no such group")
	}
	if err != nil {
		return models.Placement{}, err
	}
	idem := "external:" + x.Group.String() + ":" + x.Key
	known, err := sc.PlacementByIdem(idem)
	if !models.IsKind(err, models.NotFound) {
		return known, err
	}
	if x.Offer != 0 {
		o, err := sc.Offer(x.Offer)
		if err != nil {
			return known, err
		}
		x.Brand = o.BrandID
	} else if x.Brand != 0 {
		if _, err := sc.Brand(x.Brand); err != nil {
			return known, err
		}
	}
	p := models.Placement{Idem: idem, Code: "x" + models.Digest([]byte(sc.Community.String() + idem))[:15], GroupID: x.Group,
		OfferID: x.Offer, BrandID: x.Brand, Origin: models.OriginExternal}
	if _, err := sc.AddPlacement(&p); err != nil {
		return p, err
	}
	to := p
	to.State, to.SentAt = models.PlacementLate, min(x.At, max(sc.Now, g.ClockHigh))
	moves := []models.Move{{From: p, To: to}}
	if err := sc.BookMoves(map[models.GroupID]*models.Group{g.ID: &g}, moves); err != nil {
		return p, err
	}
	return moves[0].To, sc.AddAudit(x.By, "post.external", "group:"+x.Group.String(), x.Key)
}

// Organic books a post that no sponsor paid for. What waited for one may have a slot at once.
func (l *Ledger) Organic(sc *models.Scope, p models.OrganicPost) error {
	if _, err := sc.Group(p.GroupID); models.IsKind(err, models.NotFound) {
		return models.Errorf(models.NotFound, "group_not_found", "no such group")
	} else if err != nil {
		return err
	}
	p.At = min(p.At, sc.Now)
	fresh, err := sc.AddOrganicPost(&p)
	if err != nil || !fresh {
		return err
	}
	if err := sc.AddAudit(p.AccountID, "post.organic", "group:"+p.GroupID.String(), fmt.Sprintf("%s %d", p.Kind, p.Posts)); err != nil {
		return err
	}
	return l.changed(sc, p.GroupID)
}
