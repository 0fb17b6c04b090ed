package bot

import (
	"cmp"
	"slices"

	"siyu/models"
	"siyu/throttle"
)

// gates tells the ledger what the queue knows: a WeCom owner is asked once a day, and the platform lets a group have only so
// many mass messages.
func (b *Bot) gates(sc *models.Scope, asks []throttle.Ask) ([][]throttle.Gate, error) {
	all := make([][]throttle.Gate, len(asks))
	owners, err := readOwners(sc, asks)
	if err != nil {
		return nil, err
	}
	full, err := fullUntil(sc, asks)
	if err != nil {
		return nil, err
	}
	for i, a := range asks {
		if until := full[a.Group.ID]; until > a.Now {
			all[i] = append(all[i], throttle.Gate{Until: int64(until), Code: throttle.Platform})
		}
		if o := owners[a.Group.OwnerUserID]; a.Group.Kind == models.WeComGroup && o != nil && o.busy(a) {
			all[i] = append(all[i], throttle.Gate{Until: int64(o.day.next), Code: throttle.OwnerDay})
		}
	}
	return all, nil
}

// ownerLoad is what a WeCom owner has to do on her day.
type ownerLoad struct {
	day    ownersDay
	given  []models.Envelope // what she was asked to send today
	waits  []models.OfferID  // what will be in an envelope of hers soon, each once
	groups []models.Group
}

// readOwners reads the day of every WeCom owner who is asked about, in three statements.
func readOwners(sc *models.Scope, asks []throttle.Ask) (map[string]*ownerLoad, error) {
	found := map[string]*ownerLoad{}
	var names []string
	for _, a := range asks {
		if owner := a.Group.OwnerUserID; a.Group.Kind == models.WeComGroup && owner != "" && found[owner] == nil {
			found[owner] = &ownerLoad{}
			names = append(names, owner)
		}
	}
	if len(names) == 0 {
		return found, nil
	}
	groups, err := sc.GroupsOfOwner(names...)
	if err != nil {
		return nil, err
	}
	ids := make([]models.GroupID, len(groups))
	ownerOf := make(map[models.GroupID]*ownerLoad, len(groups))
	for i, g := range groups {
		o := found[g.OwnerUserID]
		ids[i], ownerOf[g.ID], o.groups = g.ID, o, append(o.groups, g)
	}
	var days []int
	for _, o := range found {
		if o.day, err = dayOf(o.groups, sc.Now); err != nil {
			return nil, err
		}
		days = append(days, o.day.day)
	}
	slices.Sort(days)
	given, err := sc.EnvelopesOfDays(names, slices.Compact(days))
	if err != nil {
		return nil, err
	}
	for _, e := range given {
		if o := found[e.OwnerUserID]; e.Day == o.day.day && sponsored(e.Content) {
			o.given = append(o.given, e)
		}
	}
	return found, readWaiting(sc, ids, ownerOf)
}

// readWaiting reads what has its slot and is with nobody yet.
func readWaiting(sc *models.Scope, ids []models.GroupID, ownerOf map[models.GroupID]*ownerLoad) error {
	pending, err := sc.LiveIn(ids, nil, sc.Now)
	if err != nil {
		return err
	}
	for _, p := range pending {
		o := ownerOf[p.GroupID]
		if p.State == models.PlacementReserved && !slices.Contains(o.waits, p.OfferID) {
			o.waits = append(o.waits, p.OfferID)
		}
	}
	return nil
}

// busy reports whether the owner may be asked for nothing more of a candidate's content today. What is not with her yet can
// still take one more group of the same content.
func (o *ownerLoad) busy(a throttle.Ask) bool {
	own := offerContent + a.Offer.ID.String()
	used, folded := 0, map[string]bool{}
	for _, e := range o.given {
		if e.Content != own || e.State != models.EnvelopeNew {
			used++
		}
		folded[e.Content] = true
	}
	for _, offer := range o.waits {
		if content := offerContent + offer.String(); content != own && !folded[content] {
			used++
		}
	}
	return used >= cmp.Or(a.Rules.OwnerDay, ownerDayMost)
}
