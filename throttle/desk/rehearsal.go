package desk

import (
	"cmp"
	"slices"

	"siyu/models"
	"siyu/throttle"
)

// rehearse asks about the past of every group.
func (t *trial) rehearse() error {
	for _, g := range t.groups {
		was, is, had, err := t.terms(g)
		if err != nil {
			return err
		}
		t.out.Groups = append(t.out.Groups, t.group(g, was, is, had))
	}
	return nil
}

// posted is a post of the past that is asked about.
type posted struct {
	models.Placement
	fact bool
}

// group rehearses one group's past.
func (t *trial) group(g models.Group, was, is throttle.Terms, had bool) GroupTrial {
	out := GroupTrial{Group: g.ID, Name: g.Name, Items: []Item{}}
	var posts []posted
	var others []throttle.Entry
	for _, p := range t.rows[g.ID] {
		if p.State != models.PlacementConfirmed && p.State != models.PlacementLate {
			continue
		}
		if p.SentAt <= t.since() {
			others = append(others, t.entry(p, p.SentAt, p.SentAt))
			continue
		}
		posts = append(posts, posted{p, p.State == models.PlacementLate || p.Origin == models.OriginExternal})
	}
	slices.SortStableFunc(posts, func(a, b posted) int { return cmp.Compare(a.SentAt, b.SentAt) })
	for _, p := range t.organic[g.ID] {
		others = append(others, throttle.Entry{Interval: throttle.Interval{S: int64(p.At), E: int64(p.At)}, Kind: throttle.Organic})
	}
	verdicts := t.ask(g, is, others, posts)
	today := make([]throttle.Verdict, len(posts))
	if had {
		today = t.ask(g, was, others, posts)
	}
	for i, p := range posts {
		n := Tally{Posts: 1}
		if p.fact {
			n.Facts = 1
		} else {
			n.Held, n.Today = bit(!verdicts[i].Allow), bit(had && !today[i].Allow)
		}
		t.count(&out, p.BrandID, n)
		if n.Held == 1 {
			t.reasons[verdicts[i].Deciding]++
			t.tell(&out, p.Placement, Item{At: p.SentAt, Reasons: verdicts[i].Reasons, Deciding: verdicts[i].Deciding})
		}
	}
	if had {
		t.free(&out, g, was, is)
	}
	return out
}

func bit(b bool) int {
	if b {
		return 1
	}
	return 0
}

func (t *trial) count(out *GroupTrial, brand models.BrandID, n Tally) {
	out.add(n)
	of := t.brands[brand]
	of.add(n)
	t.brands[brand] = of
}

// tell lists an item as long as there is room.
func (t *trial) tell(out *GroupTrial, p models.Placement, i Item) {
	if len(out.Items) == mostItems {
		return
	}
	i.Placement, i.OfferTitle, i.BrandName = p.ID, t.offers[p.OfferID].Title, t.names[p.BrandID]
	out.Items = append(out.Items, i)
}

func (t *trial) entry(p models.Placement, s, e models.Millis) throttle.Entry {
	return throttle.Entry{Interval: throttle.Interval{S: int64(s), E: int64(e)}, Brand: int64(p.BrandID), Offer: int64(p.OfferID),
		Category: throttle.Category(t.offers[p.OfferID].Category)}
}

// ask rehearses the posts under some terms.
func (t *trial) ask(g models.Group, terms throttle.Terms, others []throttle.Entry, posts []posted) []throttle.Verdict {
	asked := make([]throttle.Happened, len(posts))
	for i, p := range posts {
		asked[i] = throttle.Happened{Brand: int64(p.BrandID), Offer: int64(p.OfferID), Category: throttle.Category(t.offers[p.OfferID].Category),
			At: int64(p.SentAt), Fact: p.fact, Gates: t.gates(terms, p.Placement)}
	}
	under := func(at int64) throttle.Input { return terms.For(t.sc.Community, g.ID, at) }
	return throttle.Rehearse(under, others, asked)
}

// gates are those that the rules shut for an offer, whatever the time.
func (t *trial) gates(terms throttle.Terms, p models.Placement) []throttle.Gate {
	o := t.offers[p.OfferID]
	o.BrandID = p.BrandID
	if terms.Excludes(o) {
		return []throttle.Gate{{Until: throttle.Never, Code: throttle.Excluded}}
	}
	return nil
}

// byRules are the reasons that rules alone make: only a post that one of them decided about can be freed by other rules.
func byRules() []string {
	var all []string
	for _, r := range []throttle.Reason{throttle.GroupCap, throttle.MinGap, throttle.BrandCap, throttle.OfferOnce, throttle.Debt, throttle.CategoryCap,
		throttle.Rival, throttle.OfferCap, throttle.Platform, throttle.QuietHours, throttle.WindowShort, throttle.Excluded, throttle.HeldOut} {
		all = append(all, r.String())
	}
	return all
}

// free looks for posts that were held and would have gone.
func (t *trial) free(out *GroupTrial, g models.Group, was, is throttle.Terms) {
	type moment struct {
		models.Placement
		at models.Millis
	}
	var moments []moment
	rules := byRules()
	for _, p := range t.rows[g.ID] {
		for _, e := range t.holds[p.ID] {
			if slices.Contains(rules, e.Reason) {
				moments = append(moments, moment{p, e.At})
			}
		}
	}
	slices.SortStableFunc(moments, func(a, b moment) int { return cmp.Compare(a.at, b.at) })
	asked := make([]throttle.Held, len(moments))
	for i, m := range moments {
		o := t.offers[m.OfferID]
		asked[i] = throttle.Held{Brand: int64(m.BrandID), Offer: int64(m.OfferID), Category: throttle.Category(o.Category), Start: int64(o.StartsAt),
			End: int64(o.EndsAt), At: int64(m.at), Live: t.liveAt(g.ID, m.at), Gates: t.gates(is, m.Placement), Was: t.gates(was, m.Placement)}
	}
	under := func(terms throttle.Terms) func(int64) throttle.Input {
		return func(at int64) throttle.Input { return terms.For(t.sc.Community, g.ID, at) }
	}
	for i, freed := range throttle.Freed(under(was), under(is), asked) {
		if freed {
			t.count(out, moments[i].BrandID, Tally{Freed: 1})
			t.tell(out, moments[i].Placement, Item{At: moments[i].at, Freed: true})
		}
	}
}

// liveAt is what counted in a group at a time of the past, as far as it can be told from how it ended: a reservation from
// its start until it was posted or given up.
func (t *trial) liveAt(g models.GroupID, at models.Millis) []throttle.Entry {
	var all []throttle.Entry
	for _, p := range t.rows[g] {
		posted := p.State == models.PlacementConfirmed || p.State == models.PlacementLate
		switch {
		case posted && p.SentAt <= at:
			all = append(all, t.entry(p, p.SentAt, p.SentAt))
		case p.S == 0 || p.S > at:
		case !posted && p.State != models.PlacementReserved && p.State != models.PlacementTasked && p.UpdatedAt <= at: // given up
		default:
			all = append(all, t.entry(p, p.S, max(p.E, at)))
		}
	}
	for _, p := range t.organic[g] {
		if p.At <= at {
			all = append(all, throttle.Entry{Interval: throttle.Interval{S: int64(p.At), E: int64(p.At)}, Kind: throttle.Organic})
		}
	}
	return all
}

// ahead asks what the proposal does to the groups and to what waits in them now.
func (t *trial) ahead() error {
	asking, err := t.sc.AskingIn(t.ids(), mostAsking)
	if err != nil {
		return err
	}
	var offers []models.OfferID
	for _, p := range asking {
		offers = append(offers, p.OfferID)
	}
	slices.Sort(offers)
	offers = slices.Compact(offers)
	found, err := t.sc.OffersByID(offers, false)
	if err != nil {
		return err
	}
	var questions []throttle.Question
	for _, g := range t.groups {
		questions = append(questions, throttle.Question{Group: g.ID})
	}
	for _, p := range asking {
		o := found[p.OfferID]
		questions = append(questions, throttle.Question{Group: p.GroupID, Offer: &o, Placement: p})
	}
	var answers [2][]throttle.Answer
	for i, change := range []*throttle.Change{nil, {Group: t.p.Group, Rules: t.p.Rules}} {
		view, err := t.d.ledger.View(t.sc, slices.Clone(t.groups), offers, change)
		if err != nil {
			return err
		}
		if answers[i], err = view.Ask(questions); err != nil {
			return err
		}
	}
	at := make(map[models.GroupID]string, len(t.groups))
	for i := range t.groups {
		t.out.Groups[i].Before, t.out.Groups[i].After = answers[0][i].Verdict, answers[1][i].Verdict
		at[t.groups[i].ID] = t.groups[i].Name
	}
	for i, p := range asking {
		k := len(t.groups) + i
		t.out.Pending = append(t.out.Pending, Waiting{Placement: p.ID, Group: p.GroupID, GroupName: at[p.GroupID], OfferTitle: found[p.OfferID].Title,
			Before: answers[0][k].Verdict, After: answers[1][k].Verdict})
	}
	return nil
}
