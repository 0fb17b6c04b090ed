package miniprogram

import (
	"siyu/models"
	"siyu/offers"
)

// agreeing is how many must have opened a group's cards in one place, and how many of its cards, before that place is taken for
// the group. One card alone may have been forwarded to another group before anybody opened it in its own: it takes more than
// twice as many.
const agreeing = 2

// card is what a card's code says.
type card struct {
	subject string
	home    models.GroupID // the group it was made for
}

// cardOf finds the card with a code as it was opened in a group; false if there is none. The card of an envelope was made for
// all of its groups.
func cardOf(sc *models.Scope, code string, in models.GroupID) (card, bool, error) {
	if code == "" {
		return card{}, false, nil
	}
	p, err := sc.PlacementByCode(code)
	if err == nil {
		return card{models.SubjectOf(p.ID, 0), p.GroupID}, true, nil
	}
	if !models.IsKind(err, models.NotFound) {
		return card{}, false, err
	}
	r, err := sc.RunByCode(code)
	if err == nil {
		return card{models.SubjectOf(0, r.ID), r.GroupID}, true, nil
	}
	if !models.IsKind(err, models.NotFound) {
		return card{}, false, err
	}
	e, err := sc.EnvelopeByCode(code)
	if err != nil {
		return card{}, false, missing(err)
	}
	tasks, err := sc.TasksInEnvelope(e.ID)
	if err != nil || len(tasks) == 0 {
		return card{}, false, err
	}
	of := tasks[0]
	for _, t := range tasks {
		if t.GroupID == in {
			of = t
		}
	}
	return card{of.Subject, of.GroupID}, true, nil
}

func missing(err error) error {
	if models.IsKind(err, models.NotFound) {
		return nil
	}
	return err
}

// sight books that a member opened a card in a group, which is locked, and returns the group that is: enough people who open
// the cards of one ordinary group in a place that nobody knows show that the place is the group.
func (s *Service) sight(sc *models.Scope, member models.MemberID, g models.Group, code string) (models.Group, error) {
	c, found, err := cardOf(sc, code, g.ID)
	if err != nil || !found {
		return g, err
	}
	if c.home != g.ID {
		if g, err = s.elsewhere(sc, member, g, c); err != nil {
			return g, err
		}
	}
	return g, seenCard(sc, c, g)
}

// elsewhere books that a card was opened in another group than its own, as far as is known, and returns the group that is.
func (s *Service) elsewhere(sc *models.Scope, member models.MemberID, g models.Group, c card) (models.Group, error) {
	t, err := sc.TaskAbout(c.subject)
	if err != nil || t.OpenedAt == 0 && t.State != models.TaskCalling { // nobody was given the card: this is not how it came there
		return g, missing(err)
	}
	home, err := sc.LockGroup(c.home) // before the sighting: who sees the same at this moment comes after
	if err != nil {
		return g, err
	}
	one := models.Sighting{Subject: c.subject, HomeID: home.ID, GroupID: g.ID, MemberID: member}
	if _, err := sc.AddSighting(&one); err != nil || !mayBe(g, home) {
		return g, err
	}
	all, err := sc.LockSightings(home.ID)
	if err != nil {
		return g, err
	}
	rivals, err := candidates(sc, all)
	if err != nil {
		return g, err
	}
	team, err := teamOf(sc)
	if err != nil {
		return g, err
	}
	crowd, err := sc.CountPresent(g.ID)
	if err != nil || home.Capacity > 0 && crowd > home.Capacity || !belongs(all, g.ID, rivals, team, s.agree) {
		return g, err
	}
	if _, err := offers.Merge(sc, g.ID, home.ID, 0, "its cards are opened there"); err != nil {
		return g, err
	}
	return sc.Group(home.ID)
}

// mayBe reports whether a place where a card was opened may be the card's group: nobody has said what either is; pure.
func mayBe(place, home models.Group) bool {
	return place.Kind == models.OrdinaryGroup && !place.Known() && home.Kind == models.OrdinaryGroup && home.OpenGID == nil &&
		home.MergedInto == 0 && home.GoneAt == 0
}

// candidates are the places among some sightings that are nobody's group yet.
func candidates(sc *models.Scope, all []models.Sighting) (map[models.GroupID]bool, error) {
	open := map[models.GroupID]bool{}
	for _, o := range all {
		if _, asked := open[o.GroupID]; asked {
			continue
		}
		g, err := sc.Group(o.GroupID)
		if err != nil {
			return nil, err
		}
		open[g.ID] = g.Kind == models.OrdinaryGroup && !g.Known() && g.MergedInto == 0
	}
	return open, nil
}

// teamOf are the people of the team whose WeChat is known. Brands have bound theirs too: where one of them opens a card shows
// no more than where any member does.
func teamOf(sc *models.Scope) (map[models.MemberID]bool, error) {
	team, err := sc.Team()
	if err != nil {
		return nil, err
	}
	active := map[models.AccountID]bool{}
	for _, a := range team {
		active[a.ID] = a.Active()
	}
	bound, err := sc.Operators()
	if err != nil {
		return nil, err
	}
	people := map[models.MemberID]bool{}
	for _, o := range bound {
		if !active[o.AccountID] || o.MemberID == 0 {
			continue
		}
		who, err := sc.Canonical(o.MemberID)
		if err != nil {
			return nil, err
		}
		people[who] = true
	}
	return people, nil
}

// belongs reports whether the sightings of a group's cards show that a place is the group: several people opened several of
// them there, or a crowd one of them, or one of the team did; no other candidate has half as many; and the organiser has not said
// that they are two. Pure.
func belongs(all []models.Sighting, place models.GroupID, candidates map[models.GroupID]bool, team map[models.MemberID]bool, agree int) bool {
	people, cards := map[models.GroupID]map[models.MemberID]bool{}, map[string]bool{}
	ours := false
	for _, o := range all {
		if o.Subject == models.NotThisGroup {
			if o.GroupID == place {
				return false
			}
			continue
		}
		if people[o.GroupID] == nil {
			people[o.GroupID] = map[models.MemberID]bool{}
		}
		people[o.GroupID][o.MemberID] = true
		if o.GroupID == place {
			cards[o.Subject] = true
			ours = ours || team[o.MemberID]
		}
	}
	several := len(people[place]) >= agree && len(cards) >= agree
	if !ours && !several && len(people[place]) <= 2*agree {
		return false
	}
	for other, who := range people {
		if other != place && candidates[other] && 2*len(who) >= len(people[place]) {
			return false
		}
	}
	return true
}

// seenCard has it booked that a card was opened in a group, if that tells anything new.
func seenCard(sc *models.Scope, c card, g models.Group) error {
	t, err := sc.TaskAbout(c.subject)
	if err != nil || t.State == models.TaskNew || t.State == models.TaskDone && (t.GroupID == g.ID || !g.Known()) {
		return missing(err)
	}
	return offers.Seen(sc, offers.CardSeen{Community: sc.Community, Subject: c.subject, Group: g.ID, At: sc.Now})
}
