package month_test

import (
	"errors"
	"fmt"
	"slices"
	"time"

	"siyu/models"
)

// posts is how the posts compare.
type posts struct {
	Appeared int `json:"appeared"`  // cards that really appeared in their groups, each once
	Platform int `json:"platform"`  // of these booked because WeCom says so,
	Owner    int `json:"owner"`     // because the owner says so,
	Card     int `json:"card"`      // because somebody opened the card there
	Other    int `json:"other"`     // booked as made by hand in a group that the card was not for
	Unseen   int `json:"unseen"`    // appeared, but neither the platform nor the owner nor any member told of it
	SaidOnly int `json:"said_only"` // booked on the owner's word, which was a lie
	Repeated int `json:"repeated"`  // the same card again in the same group: nobody can tell, it is booked once
	Entered  int `json:"entered"`   // made by hand and entered by the organiser
	Organic  int `json:"organic"`   // mass messages of staff, which WeCom tells
	Copies   int `json:"copies"`    // cards of ours in messages that staff sent by themselves
	Unknown  int `json:"unknown"`   // of unknown fate: counted as sent, and listed
	Open     int `json:"open"`      // with their owners at the end, in time

	Missing   int `json:"missing"`    // appeared, was told of, and is not booked
	Phantom   int `json:"phantom"`    // is booked and did not appear
	WrongTime int `json:"wrong_time"` // is booked at a time at which it cannot have appeared
	Doubled   int `json:"doubled"`    // sent to its group by two messages of ours
	Left      int `json:"left"`       // messages that their owner can still send though they are over
}

// comparison collects what differs.
type comparison struct {
	posts   posts
	runs    runs
	members members
	diffs   []string
	copies  map[string]int // cards of ours in messages that staff sent by themselves, by group and second
}

// most is how many differences are told in full.
const most = 12

func (c *comparison) differ(n *int, format string, args ...any) {
	*n++
	c.diffs = append(c.diffs, fmt.Sprintf(format, args...))
}

// err is all that must not differ.
func (c *comparison) err() error {
	if len(c.diffs) == 0 {
		return nil
	}
	errs := []error{fmt.Errorf("%d differences: %+v %+v %+v", len(c.diffs), c.posts, c.runs, c.members)}
	for _, d := range c.diffs[:min(most, len(c.diffs))] {
		errs = append(errs, errors.New(d))
	}
	return errors.Join(errs...)
}

// compare holds the book against the truth; pure.
func compare(tr truth, b book) *comparison {
	c := &comparison{copies: map[string]int{}}
	b.index()
	c.comparePosts(tr, b)
	c.compareRuns(tr, b)
	c.compareLeft(tr, b)
	c.compareMembers(tr, b)
	return c
}

// seen is a card in a group, with all that is known of it on both sides.
type seen struct {
	group  int
	at     []time.Time // when it appeared, in order
	by     []string
	msgID  string   // of the send task it came from; empty: by hand
	msgIDs []string // of all of them
	code   string
	told   *fact
	p      models.Placement // the one it is of in this group; none of ours: the one it was made for, elsewhere
	own    bool             // it was made for this group
}

func (s *seen) String() string {
	return fmt.Sprintf("card %s in group %d at %s by %v (msgid %q); told %+v; placement %s of offer %s is %s [%s, %s] sent %s reason %q",
		s.code, s.group, s.at, s.by, s.msgID, s.told, s.p.ID, s.p.OfferID, s.p.State, s.p.S.Time(), s.p.E.Time(), s.p.SentAt.Time(), s.p.Reason)
}

// second names a moment in a group.
func second(g models.GroupID, at time.Time) string { return fmt.Sprintf("%s %d", g, at.Unix()) }

// cards folds the simulator's log into one entry for each card and group.
func (c *comparison) cards(tr truth, b book) []*seen {
	places := map[string]place{}
	for _, g := range tr.groups {
		places[g.sim] = g
	}
	byKey, all := map[string]*seen{}, []*seen{}
	for _, a := range tr.appeared {
		g, ours := places[a.Group]
		if !ours || a.AppID != miniApp {
			continue
		}
		code := codeOf(a.Page)
		if b.isRun(code) {
			continue
		}
		if tr.masses[a.MsgID] {
			c.copies[second(g.id, a.At)]++
			continue
		}
		p, own := b.placementOf(code, g.id, a.At)
		if p.ID == 0 {
			c.differ(&c.posts.Missing, "a card with the unknown code %q appeared in group %d at %s", code, g.n, a.At)
			continue
		}
		k := fmt.Sprint(g.id, p.ID)
		s := byKey[k]
		if s == nil {
			s = &seen{group: g.n, code: code, p: p, own: own, told: &fact{}}
			byKey[k], all = s, append(all, s)
		}
		s.at, s.by = append(s.at, a.At), append(s.by, a.By)
		if a.MsgID != "" {
			s.msgID, s.msgIDs = a.MsgID, append(s.msgIDs, a.MsgID)
		}
		if f := tr.facts[key{g.n, code}]; f != nil {
			s.told = f
		}
	}
	return all
}

// placementOf finds what a card is about in a group: a placement's own card, or an envelope's, which is about the group's
// placement of the same offer that was handed over last before it appeared. own is false if it was made for other groups.
func (b book) placementOf(code string, g models.GroupID, at time.Time) (p models.Placement, own bool) {
	e, folded := b.envelopes[code]
	if !folded {
		p := b.byCode[code]
		return p, p.GroupID == g
	}
	for _, q := range b.byOffer[e.Content] {
		if _, handed := b.tasks[q.ID]; !handed {
			continue
		}
		mine := q.GroupID == g
		if mine == own && (p.ID == 0 || q.S > p.S && !q.S.Time().After(at)) || mine && !own {
			p, own = q, mine
		}
	}
	return p, own
}

// index makes the book quick to look things up in.
func (b *book) index() {
	b.byCode, b.byOffer, b.byIdem = map[string]models.Placement{}, map[string][]models.Placement{}, map[string]models.OrganicPost{}
	for _, p := range b.placements {
		b.byCode[p.Code] = p
		if p.Origin == "" {
			b.byOffer["o:"+p.OfferID.String()] = append(b.byOffer["o:"+p.OfferID.String()], p)
		}
	}
	for _, o := range b.organic {
		b.byIdem[o.Idem] = o
	}
	b.byRun = map[string]bool{}
	for _, r := range b.runs {
		b.byRun[r.Code] = true
	}
}

// comparePosts compares card by card, and then looks for what is booked beyond that.
func (c *comparison) comparePosts(tr truth, b book) {
	appeared := map[models.PlacementID]bool{}
	others := map[string]int{} // group and offer -> cards that appeared there by hand
	handmade := c.compareEntered(tr, b)
	c.compareOrganic(tr, b)
	for _, s := range c.cards(tr, b) {
		c.posts.Repeated += len(s.at) - 1
		c.compareOnce(s)
		if !s.own {
			others[fmt.Sprint(tr.groups[s.group].id, s.p.OfferID)]++
			c.compareOther(tr, b, s)
			continue
		}
		c.posts.Appeared++
		appeared[s.p.ID] = true
		if !booked(s.p) && b.byHand(s.p) { // staff sent it in a message of their own
			others[fmt.Sprint(s.p.GroupID, s.p.OfferID)]++
			c.posts.Other++
			continue
		}
		c.compareCard(tr, b, s)
	}
	said := map[models.PlacementID]bool{}
	for k, f := range tr.facts {
		if p, known := b.byCode[k.code]; known && f.lied {
			said[p.ID] = true
		}
	}
	for _, p := range b.placements {
		if !handmade[p.Idem] {
			c.compareBooked(b, p, appeared[p.ID], said[p.ID], others)
		}
	}
	for at, n := range c.copies {
		if n > 0 {
			c.differ(&c.posts.Missing, "staff's own message with a card of ours is not in the book: group and second %s", at)
		}
	}
}

func booked(p models.Placement) bool {
	return p.State == models.PlacementConfirmed || p.State == models.PlacementLate
}

// compareCard is one card that appeared in the group it was made for.
func (c *comparison) compareCard(tr truth, b book, s *seen) {
	t := b.tasks[s.p.ID]
	told := s.msgID != "" || len(s.told.said) > 0 || tr.byCard && len(s.told.opened) > 0
	switch {
	case !booked(s.p) && told:
		c.differ(&c.posts.Missing, "missing: %s; task %+v", s, t)
		return
	case !booked(s.p):
		c.posts.Unseen++
		return
	}
	switch t.Proof {
	case models.ProofPlatform:
		c.posts.Platform++
	case models.ProofOwner:
		c.posts.Owner++
	case models.ProofCard:
		c.posts.Card++
	default:
		c.differ(&c.posts.Phantom, "booked without a proof: %s; task %+v", s, t)
	}
	c.compareTime(s, t)
}

// slack is how much later than somebody told it a post may be booked: the server is down for a moment, or its job waits.
const slack = 30 * time.Minute

// compareTime wants a booking at the time the post appeared, if the platform tells it; else not before that, and not after
// somebody told of it. A post from before its interval counts as its beginning.
func (c *comparison) compareTime(s *seen, t models.Task) {
	first, got := s.at[0].Truncate(time.Second), s.p.SentAt.Time()
	latest := first
	switch {
	case t.Proof == models.ProofPlatform && s.msgID != "":
		latest = first.Add(time.Second)
		for _, at := range s.at { // by hand before, by the task later: the platform tells the latter
			if at.After(latest) {
				latest = at.Add(time.Second)
			}
		}
	default:
		for _, at := range slices.Concat(s.told.said, s.told.opened) {
			if at.Time().After(latest) {
				latest = at.Time()
			}
		}
		latest = latest.Add(slack)
	}
	if s.p.S.Time().After(latest) {
		latest = s.p.S.Time()
	}
	if got.Before(first) || got.After(latest) {
		c.differ(&c.posts.WrongTime, "booked at %s, not from %s to %s: %s; task %+v", got, first, latest, s, t)
	}
}

// compareOther is a card that appeared in a group it was not made for.
func (c *comparison) compareOther(tr truth, b book, s *seen) {
	here := s.p
	here.GroupID = tr.groups[s.group].id
	switch {
	case b.byHand(here):
		c.posts.Other++
	case tr.byCard && len(s.told.opened) > 0:
		c.differ(&c.posts.Missing, "missing, in a group it was not for: %s", s)
	default:
		c.posts.Unseen++
	}
}

// byHand reports whether an offer is booked as posted by hand in a group.
func (b book) byHand(of models.Placement) bool {
	return slices.ContainsFunc(b.placements, func(p models.Placement) bool {
		return p.Origin == models.OriginExternal && p.GroupID == of.GroupID && p.OfferID == of.OfferID && booked(p)
	})
}

// compareBooked is one placement of the book.
func (c *comparison) compareBooked(b book, p models.Placement, appeared, said bool, others map[string]int) {
	t, tasked := b.tasks[p.ID]
	switch {
	case p.Origin == models.OriginExternal && c.copies[second(p.GroupID, p.SentAt.Time())] > 0:
		c.copies[second(p.GroupID, p.SentAt.Time())]--
		c.posts.Copies++
	case p.Origin == models.OriginExternal:
		at := fmt.Sprint(p.GroupID, p.OfferID)
		if others[at]--; others[at] < 0 {
			c.differ(&c.posts.Phantom, "booked as made by hand and did not appear: %+v", p)
		}
	case booked(p) && !appeared && said && t.Proof == models.ProofOwner:
		c.posts.SaidOnly++
	case booked(p) && !appeared:
		c.differ(&c.posts.Phantom, "booked and did not appear: %+v; task %+v", p, t)
	case tasked && (t.State == models.TaskOpen || t.State == models.TaskCalling || t.State == models.TaskNew):
		c.compareUnfinished(b, p, t)
	}
}

// compareUnfinished is a task that is neither done nor taken back: in time, or of unknown fate, and then it counts.
func (c *comparison) compareUnfinished(b book, p models.Placement, t models.Task) {
	if t.DueAt.Add(time.Hour) > b.now {
		c.posts.Open++
		return
	}
	c.posts.Unknown++
	if p.State != models.PlacementReserved && p.State != models.PlacementTasked && !booked(p) {
		c.differ(&c.posts.Missing, "of unknown fate and not counted: %+v; task %+v", p, t)
	}
}
