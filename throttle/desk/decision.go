package desk

import (
	"context"
	"slices"

	"siyu/models"
	"siyu/throttle"
	"siyu/throttle/plan"
)

// Decision is what the throttle says of a group now, or of an offer in it, with the numbers it comes from.
type Decision struct {
	throttle.Verdict
	Now    int64
	Closed []throttle.Gate // what is closed whatever was posted
	Rooms  []Room          // of every rule
}

// Room is how much of a rule is used, and whose rule it is.
type Room struct {
	throttle.Room
	Level Level
}

// Decide says whether an offer may go into a group now, and if not, why and when; with offer zero it says that of the group
// alone. Nothing is reserved.
func (d *Desk) Decide(ctx context.Context, community models.CommunityID, group models.GroupID, offer models.OfferID) (Decision, error) {
	sc := d.store.Read(ctx).In(community)
	g, err := groupOf(sc, group)
	if err != nil {
		return Decision{}, err
	}
	answers, err := d.ask(sc, []models.Group{g}, candidate{id: offer})
	if err != nil {
		return Decision{}, err
	}
	a := answers[0]
	out := Decision{Verdict: a.Verdict, Now: a.Now, Closed: []throttle.Gate{}, Rooms: []Room{}}
	if !a.Readable {
		return out, nil
	}
	out.Closed = append(out.Closed, throttle.Closed(a.Input, a.Now)...)
	own, err := d.ownRules(sc, g)
	if err != nil {
		return out, err
	}
	for _, r := range throttle.Rooms(a.Input, a.Now) {
		level := OfCommunity
		if slices.Contains(own.Rules, r.Rule) && r.Calendar == (throttle.Calendar{}) || slices.Contains(own.Calendar, r.Calendar) {
			level = OfGroup
		}
		out.Rooms = append(out.Rooms, Room{Room: r, Level: level})
	}
	return out, nil
}

// ownRules are the kernel's rows that a group has of its own, and not from the community.
func (d *Desk) ownRules(sc *models.Scope, g models.Group) (throttle.Input, error) {
	var tables [2]throttle.Input
	for i, owner := range []models.GroupID{0, g.ID} {
		row, err := sc.PolicyOf(owner)
		if models.IsKind(err, models.NotFound) {
			continue
		}
		if err != nil {
			return throttle.Input{}, err
		}
		r, err := row.Rules()
		if err != nil {
			return throttle.Input{}, err
		}
		terms, err := d.ledger.Terms(g.Zone, r)
		if err != nil {
			return throttle.Input{}, err
		}
		tables[i] = terms.Input()
	}
	own := tables[1]
	own.Rules = slices.DeleteFunc(slices.Clone(own.Rules), func(r throttle.Rule) bool { return slices.Contains(tables[0].Rules, r) })
	own.Calendar = slices.DeleteFunc(slices.Clone(own.Calendar), func(c throttle.Calendar) bool { return slices.Contains(tables[0].Calendar, c) })
	return own, nil
}

// candidate is an offer that is asked about: one there is, one that is only thought of, or with neither the group alone.
type candidate struct {
	id    models.OfferID
	draft *models.Offer
}

// ask asks the throttle about a candidate in some groups. A draft is taken as approved.
func (d *Desk) ask(sc *models.Scope, groups []models.Group, c candidate) ([]throttle.Answer, error) {
	o, offers := c.draft, []models.OfferID(nil)
	if c.id != 0 {
		known, err := sc.Offer(c.id)
		if err != nil {
			return nil, err
		}
		o, offers = &known, []models.OfferID{c.id}
	}
	if o != nil && c.draft != nil {
		approved := *o
		approved.State = models.OfferApproved
		if approved.AdLabel == "" {
			approved.AdLabel = models.AdLabels()[0]
		}
		o = &approved
	}
	view, err := d.ledger.View(sc, groups, offers, nil)
	if err != nil {
		return nil, err
	}
	questions := make([]throttle.Question, len(groups))
	for i, g := range groups {
		questions[i] = throttle.Question{Group: g.ID, Offer: o}
	}
	return view.Ask(questions)
}

// Bounds of a calendar.
const (
	CalendarDays   = 7
	MostDaysAhead  = 28
	CalendarGroups = 50 // of a page
)

// Look is what a calendar is asked for.
type Look struct {
	Group models.GroupID // zero: all of them, page by page
	Offer models.OfferID // zero: of the draft, or without one of the group alone
	Draft *models.Offer  // brand, category and flight count
	Days  int            // zero: 7
	After models.GroupID
	Limit int
}

// GroupCalendar is when a group is free in the coming days.
type GroupCalendar struct {
	Group     models.Group
	Stretches []plan.Stretch // from now on, without gaps
	FirstFree int64          // the first instant that is free; zero: none
}

// Calendars are those of one page of groups.
type Calendars struct {
	From, To int64
	Groups   []GroupCalendar
	Total    int
	Next     models.GroupID // the page's last group if there are more
}

// Calendar tells when groups are free for a post in the coming days, and where they are not, why. What is not posted yet
// counts as if it were not wanted: a calendar is for one more post.
func (d *Desk) Calendar(ctx context.Context, community models.CommunityID, l Look) (Calendars, error) {
	sc := d.store.Read(ctx).In(community)
	if l.Days == 0 {
		l.Days = CalendarDays
	}
	out := Calendars{From: int64(sc.Now), To: int64(sc.Now) + int64(min(l.Days, MostDaysAhead))*dayMillis, Groups: []GroupCalendar{}, Total: 1}
	var groups []models.Group
	if l.Group != 0 {
		g, err := groupOf(sc, l.Group)
		if err != nil {
			return out, err
		}
		groups = []models.Group{g}
	} else {
		limit := CalendarGroups
		if l.Limit > 0 {
			limit = min(limit, l.Limit)
		}
		var err error
		if groups, out.Total, err = sc.GroupsAfter(l.After, limit+1); err != nil {
			return out, err
		}
		if len(groups) > limit {
			groups = groups[:limit]
			out.Next = groups[limit-1].ID
		}
	}
	answers, err := d.ask(sc, groups, candidate{id: l.Offer, draft: l.Draft})
	if err != nil {
		return out, err
	}
	for i, a := range answers {
		g := GroupCalendar{Group: groups[i]}
		if a.Readable {
			g.Stretches = plan.Calendar(a.Input, max(out.From, a.Now), out.To)
		} else {
			g.Stretches = []plan.Stretch{{S: out.From, E: out.To, Reasons: a.Reasons, Deciding: a.Deciding}}
		}
		for _, s := range g.Stretches {
			if s.Free {
				g.FirstFree = s.S
				break
			}
		}
		out.Groups = append(out.Groups, g)
	}
	return out, nil
}

const dayMillis = int64(24 * 3600_000)
