package desk

import (
	"cmp"
	"context"
	"slices"
	"time"

	"siyu/models"
	"siyu/throttle"
)

// Bounds of a trial. Groups come in pages, so that a large community can be tried with its progress shown; the posts of a
// page are asked about within a second or so.
const (
	UsualDays  = 28
	MostDays   = 90
	MostGroups = 500 // of a page
	mostItems  = 20  // told of a group; the others are counted
	mostAsking = 500 // waiting posts of a page that are asked about
)

// Proposal is rules that are only thought of.
type Proposal struct {
	Group models.GroupID // zero: the community's rules
	Rules models.Rules
	Days  int            // how far back; zero: 28
	After models.GroupID // of the community's: the group that ended the page before
	Limit int            // groups of a page; zero: as many as there can be
}

// Trial is what a proposal would have done, and would do. Its numbers are of one page of groups; they can be added.
type Trial struct {
	Changes []Difference
	Effect  Effect
	Days    int
	Tally
	Reasons []ReasonTally
	Brands  []BrandTally
	Groups  []GroupTrial
	Pending []Waiting
	// Unseen are the changed rules that the past cannot be asked about: who was in a group and what she had seen is not
	// kept.
	Unseen []string
	Total  int            // groups there are
	Next   models.GroupID // the page's last group if there are more
}

// Tally counts posts.
type Tally struct {
	Posts int // that were in the groups
	Held  int // of them that the proposal would have held
	Today int // of them that the rules of today would have held as well
	Facts int // of them that nothing would have held: made by hand, or posted too late
	Freed int // posts that waited and would have gone out earlier, or at all
}

// ReasonTally counts the posts that would have been held for a reason that decided.
type ReasonTally struct {
	Reason throttle.Reason
	Held   int
}

// BrandTally counts a brand's posts.
type BrandTally struct {
	Brand models.BrandID // zero: unknown
	Name  string
	Tally
}

// GroupTrial is what a proposal would have done in a group.
type GroupTrial struct {
	Group models.GroupID
	Name  string
	Tally
	Items         []Item
	Before, After throttle.Verdict // for the group alone, now
}

// Item is one post that would have been held, or that would have gone out.
type Item struct {
	Placement  models.PlacementID
	OfferTitle string
	BrandName  string
	At         models.Millis // when it was posted; of a freed one when it would have gone
	Freed      bool
	Reasons    throttle.Reasons
	Deciding   throttle.Reason
}

// Waiting is a post that has no slot yet, and when it may have one under the rules of today and under the proposal.
type Waiting struct {
	Placement     models.PlacementID
	Group         models.GroupID
	GroupName     string
	OfferTitle    string
	Before, After throttle.Verdict
}

// Try tells what rules would have done with the posts of the last weeks, and what they would do to what waits now. Nothing is
// stored. The rules it compares with are those of today, not those that held then.
func (d *Desk) Try(ctx context.Context, community models.CommunityID, p Proposal) (Trial, error) {
	sc := d.store.Read(ctx).In(community)
	if err := check(sc, p.Rules); err != nil {
		return Trial{}, err
	}
	if p.Days == 0 {
		p.Days = UsualDays
	}
	if p.Limit == 0 {
		p.Limit = MostGroups
	}
	t := &trial{d: d, sc: sc, p: p, names: map[models.BrandID]string{}, offers: map[models.OfferID]models.Offer{},
		reasons: map[throttle.Reason]int{}, brands: map[models.BrandID]Tally{}}
	t.out = Trial{Days: p.Days, Groups: []GroupTrial{}, Pending: []Waiting{}}
	for _, step := range []func() error{t.compare, t.readGroups, t.readPast, t.rehearse, t.ahead} {
		if err := step(); err != nil {
			return Trial{}, err
		}
	}
	t.sum()
	return t.out, nil
}

// trial is a trial in the making.
type trial struct {
	d         *Desk
	sc        *models.Scope
	p         Proposal
	community *models.Rules // nil: none
	groups    []models.Group
	own       map[models.GroupID]models.Rules
	rows      map[models.GroupID][]models.Placement
	holds     map[models.PlacementID][]models.PlacementEvent
	organic   map[models.GroupID][]models.OrganicPost
	offers    map[models.OfferID]models.Offer
	names     map[models.BrandID]string
	reasons   map[throttle.Reason]int
	brands    map[models.BrandID]Tally
	out       Trial
}

// compare tells what the proposal changes.
func (t *trial) compare() error {
	was, err := t.sc.PolicyOf(t.p.Group)
	var rules models.Rules
	switch {
	case err == nil:
		if rules, err = was.Rules(); err != nil {
			return err
		}
	case !models.IsKind(err, models.NotFound):
		return err
	}
	t.out.Changes = Compare(rules, t.p.Rules)
	t.out.Effect = Overall(t.out.Changes)
	t.out.Unseen = []string{}
	for _, c := range t.out.Changes {
		switch c.Field {
		case "exposure_most", "refused_percent", "organic", "overlap_percent", "hold_for", "min_hold", "owner_day",
			"fatigue.off", "fatigue.per_week", "fatigue.worth", "fatigue.max_score":
			t.out.Unseen = append(t.out.Unseen, c.Field)
		}
	}
	return nil
}

// readGroups reads the page's groups and everybody's rules.
func (t *trial) readGroups() error {
	if t.p.Group != 0 {
		g, err := groupOf(t.sc, t.p.Group)
		if err != nil {
			return err
		}
		t.groups, t.out.Total = []models.Group{g}, 1
	} else {
		all, n, err := t.sc.GroupsAfter(t.p.After, min(t.p.Limit, MostGroups)+1)
		if err != nil {
			return err
		}
		if t.groups, t.out.Total = all, n; len(all) > min(t.p.Limit, MostGroups) {
			t.groups = all[:len(all)-1]
			t.out.Next = t.groups[len(t.groups)-1].ID
		}
	}
	newest, err := t.sc.PoliciesOf(t.ids())
	if err != nil {
		return err
	}
	t.own = map[models.GroupID]models.Rules{}
	for owner, row := range newest {
		r, err := row.Rules()
		if err != nil {
			return err
		}
		if owner == 0 {
			t.community = &r
		} else {
			t.own[owner] = r
		}
	}
	brands, err := t.sc.Brands()
	for _, b := range brands {
		t.names[b.ID] = b.Name
	}
	return err
}

func (t *trial) ids() []models.GroupID {
	ids := make([]models.GroupID, len(t.groups))
	for i, g := range t.groups {
		ids[i] = g.ID
	}
	return ids
}

// terms are a group's rules today and under the proposal; false if it has none that can be read.
func (t *trial) terms(g models.Group) (was, is throttle.Terms, hadRules bool, err error) {
	community := t.community
	own, hasOwn := t.own[g.ID]
	if t.p.Group == 0 {
		community = &t.p.Rules
	} else {
		own, hasOwn = t.p.Rules, true
	}
	levels := func(c *models.Rules, own models.Rules, has bool) []models.Rules {
		var all []models.Rules
		if c != nil {
			all = append(all, *c)
		}
		if has {
			all = append(all, own)
		}
		return all
	}
	if is, err = t.d.ledger.Terms(g.Zone, levels(community, own, hasOwn)...); err != nil {
		return was, is, false, err
	}
	old, hadOwn := t.own[g.ID]
	if old := levels(t.community, old, hadOwn); len(old) > 0 {
		was, err = t.d.ledger.Terms(g.Zone, old...)
		return was, is, true, err
	}
	return was, is, false, nil
}

func (t *trial) since() models.Millis { return t.sc.Now.Add(-time.Duration(t.p.Days) * 24 * time.Hour) }

// readPast reads what was in the groups, and when what was refused.
func (t *trial) readPast() error {
	longest := int64(0)
	for _, g := range t.groups {
		was, is, _, err := t.terms(g)
		if err != nil {
			return err
		}
		longest = max(longest, was.Longest, is.Longest)
	}
	from := t.since() - models.Millis(longest)
	rows, err := t.sc.PlacementsSince(t.ids(), from)
	if err != nil {
		return err
	}
	t.rows, t.holds = map[models.GroupID][]models.Placement{}, map[models.PlacementID][]models.PlacementEvent{}
	var ids []models.PlacementID
	var offers []models.OfferID
	for _, p := range rows {
		t.rows[p.GroupID] = append(t.rows[p.GroupID], p)
		ids, offers = append(ids, p.ID), append(offers, p.OfferID)
	}
	slices.Sort(offers)
	if t.offers, err = t.sc.OffersByID(slices.Compact(offers), false); err != nil {
		return err
	}
	events, err := t.sc.HoldsSince(ids, t.since())
	if err != nil {
		return err
	}
	for _, e := range events {
		t.holds[e.PlacementID] = append(t.holds[e.PlacementID], e)
	}
	posts, err := t.sc.OrganicPosts(t.ids(), from)
	t.organic = map[models.GroupID][]models.OrganicPost{}
	for _, p := range posts {
		if p.Kind == models.OrganicMass {
			t.organic[p.GroupID] = append(t.organic[p.GroupID], p)
		}
	}
	return err
}

// sum adds up the page.
func (t *trial) sum() {
	for _, g := range t.out.Groups {
		t.out.add(g.Tally)
	}
	t.out.Reasons, t.out.Brands = []ReasonTally{}, []BrandTally{}
	for why, n := range t.reasons {
		t.out.Reasons = append(t.out.Reasons, ReasonTally{why, n})
	}
	slices.SortFunc(t.out.Reasons, func(a, b ReasonTally) int { return cmp.Or(b.Held-a.Held, cmp.Compare(a.Reason, b.Reason)) })
	for id, n := range t.brands {
		t.out.Brands = append(t.out.Brands, BrandTally{Brand: id, Name: t.names[id], Tally: n})
	}
	slices.SortFunc(t.out.Brands, func(a, b BrandTally) int {
		return cmp.Or(b.Held-a.Held, b.Posts-a.Posts, cmp.Compare(a.Brand, b.Brand))
	})
	t.out.Groups = slices.DeleteFunc(t.out.Groups, func(g GroupTrial) bool {
		return g.Posts+g.Freed == 0 && g.Before.Next == g.After.Next // nothing to tell
	})
}

func (t *Tally) add(o Tally) {
	t.Posts += o.Posts
	t.Held += o.Held
	t.Today += o.Today
	t.Facts += o.Facts
	t.Freed += o.Freed
}
