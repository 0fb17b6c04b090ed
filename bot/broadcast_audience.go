package bot

import (
	"slices"

	"siyu/models"
)

// audience is whom a broadcast would reach now, as far as we know them.
type audience struct {
	people []models.MemberID
	all    bool // it goes to everyone by one call, also to followers we never heard of
}

// readAudience finds who is meant: only who follows the account now.
func (b *Bot) readAudience(sc *models.Scope, c models.Channel, br models.Broadcast) (audience, error) {
	wants, err := br.Audience()
	if err != nil {
		return audience{}, err
	}
	readers, err := sc.Addressees(c)
	if err != nil {
		return audience{}, err
	}
	refusers := map[models.MemberID]bool{}
	if br.Sponsored {
		if refusers, err = adRefusers(sc); err != nil {
			return audience{}, err
		}
	}
	meant, err := meantBy(sc, wants, readers)
	if err != nil {
		return audience{}, err
	}
	a := audience{all: wants.Kind == "everyone" && len(refusers) == 0}
	seen := map[models.MemberID]bool{}
	for _, r := range readers {
		if meant(r.MemberID) && !refusers[r.MemberID] && !seen[r.MemberID] {
			seen[r.MemberID] = true
			a.people = append(a.people, r.MemberID)
		}
	}
	return a, nil
}

// meantBy tells of a member whether an audience means her.
func meantBy(sc *models.Scope, wants models.BroadcastAudience, readers []models.Addressee) (func(models.MemberID) bool, error) {
	switch {
	case wants.Kind == "everyone":
		return func(models.MemberID) bool { return true }, nil
	case wants.Kind == "tag":
		shares, err := sc.MemberTags(wants.Tag)
		has := make(map[models.MemberID]bool, len(shares))
		for _, s := range shares {
			has[s.MemberID] = s.Wanted
		}
		return func(m models.MemberID) bool { return has[m] }, err
	case wants.Rule != nil:
		facts, err := factsOf(sc, readers)
		return func(m models.MemberID) bool { return RuleHolds(*wants.Rule, facts[m], sc.Now) }, err
	}
	return func(m models.MemberID) bool { return slices.Contains(wants.Members, m) }, nil
}

// adRefusers lists who wants no advertising at all. One refusal is enough to have a sponsored broadcast sent to a list
// instead of to everyone.
func adRefusers(sc *models.Scope) (map[models.MemberID]bool, error) { return sc.Refusers(0) }

// audienceOf is an audience without what its kind does not use.
func audienceOf(a models.BroadcastAudience) models.BroadcastAudience {
	switch a.Kind {
	case "tag":
		return models.BroadcastAudience{Kind: a.Kind, Tag: a.Tag}
	case "members":
		return models.BroadcastAudience{Kind: a.Kind, Rule: a.Rule, Members: a.Members}
	}
	return models.BroadcastAudience{Kind: a.Kind}
}

// checkAudience refuses an audience that cannot be meant.
func checkAudience(sc *models.Scope, a models.BroadcastAudience) error {
	const most = 1000 // who means more has a tag for them
	switch {
	case a.Kind == "everyone":
		return nil
	case a.Kind == "tag":
		_, err := sc.ActiveTag(a.Tag)
		return err
	case a.Kind == "members" && a.Rule != nil && len(a.Members) == 0:
		return CheckRule(*a.Rule)
	case a.Kind == "members" && len(a.Members) > 0 && len(a.Members) <= most:
		return nil
	}
	return models.Errorf(models.Invalid, "mass_audience", "say who gets it").With("field", "audience").With("max", most)
}
