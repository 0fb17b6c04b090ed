package bot

import (
	"cmp"
	"slices"

	"siyu/models"
	"siyu/offers"
	"siyu/throttle"
)

// ownerDayMost is how many sponsored messages a WeCom owner is asked to send on one of her days, unless the rules say
// otherwise: a task every day is what she bears, whatever the groups' own limits leave.
const ownerDayMost = 1

// ownersDay is a day of a WeCom owner, in the zone of her oldest group.
type ownersDay struct {
	day  int
	next models.Millis // when the next one begins
}

// dayOf is the owner's day now. groups are hers; the ledger's clock may be a little ahead of ours, and what it has seen is
// believed, so that the fold and the ledger never differ about the day.
func dayOf(groups []models.Group, now models.Millis) (ownersDay, error) {
	if len(groups) == 0 {
		return ownersDay{}, nil
	}
	first := slices.MinFunc(groups, func(a, b models.Group) int { return cmp.Compare(a.ID, b.ID) })
	for _, g := range groups {
		now = max(now, g.ClockHigh)
	}
	day, next, err := dayIn(first.Zone, now)
	return ownersDay{day, next}, err
}

// ownerDay reads the owner's day.
func ownerDay(sc *models.Scope, owner string) (ownersDay, error) {
	groups, err := sc.GroupsOfOwner(owner)
	if err != nil {
		return ownersDay{}, err
	}
	return dayOf(groups, sc.Now)
}

// leftToday is how many more sponsored envelopes an owner may be asked to send on a day, besides one.
func leftToday(sc *models.Scope, owner string, day int, besides models.EnvelopeID) (int, error) {
	had, err := sc.EnvelopesOfDays([]string{owner}, []int{day})
	if err != nil {
		return 0, err
	}
	most, err := communityOwnerDay(sc)
	for _, e := range had {
		if sponsored(e.Content) && e.ID != besides {
			most--
		}
	}
	return most, err
}

func communityOwnerDay(sc *models.Scope) (int, error) {
	row, err := sc.PolicyOf(0)
	if models.IsKind(err, models.NotFound) {
		return ownerDayMost, nil
	}
	if err != nil {
		return 0, err
	}
	rules, err := row.Rules()
	return cmp.Or(rules.OwnerDay, ownerDayMost), err
}

// tomorrow gives back the slots of tasks whose owner has had her day's, and has them wait for another.
func (b *Bot) tomorrow(sc *models.Scope, tasks []models.Task) error {
	for _, t := range tasks {
		if err := b.unposted(sc, t, throttle.OwnerDay.String()); err != nil {
			return err
		}
	}
	return nil
}

// again reports whether what was given back for a reason is planned anew: neither the group's owner nor the offer was to
// blame.
func again(why string) bool {
	switch why {
	case throttle.Stopped.String(), throttle.OwnerDay.String(), throttle.Platform.String(), throttle.SoldOut.String(), reasonOwner:
		return true
	}
	return false
}

// planAnew has a placement that was given back wait for a slot once more.
func planAnew(sc *models.Scope, p models.PlacementID) error { return offers.Again(sc, p) }
