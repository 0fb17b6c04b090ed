package offers

import (
	"errors"
	"slices"
	"time"

	"siyu/models"
)

// groupAge is how long somebody must be known to be in a group, where WeCom's list does not name her, before its own offers are
// hers: who joins for the voucher waits. Who was there before the offer does not.
const groupAge = 24 * time.Hour

// heldBefore is how long before its end a voucher that the gate holds is good at the latest.
const heldBefore = time.Hour

// Passage is what the gate said of a claim before it waits in the line. The zero Passage lets it pass.
type Passage struct {
	Refusal    error         // she gets no new voucher; one she holds she is shown all the same
	UsableFrom models.Millis // a new voucher is good from then on; zero: at once
	// Unasked says that the gate was not asked, because the offer was sold out a moment ago. If there is one after all, the claim
	// fails as [ErrUnasked]: it comes back with the gate's word.
	Unasked bool
}

// ErrUnasked is a claim that could have been given a voucher, had the gate been asked about it.
var ErrUnasked = errors.New("offers: the gate was not asked about the claim")

// admission is what decides, beside her limit and the stock, whether somebody may have a voucher. What an offer does not ask for is
// not read and keeps nobody out.
type admission struct {
	groups   map[models.MemberID]models.Belonging // of an offer for some groups
	tagged   map[models.MemberID]bool             // of an offer for who has a tag
	home     map[models.MemberID]models.HouseholdID
	holdings map[models.HouseholdID]models.HouseholdHolding
	promises map[models.MemberID]models.WaiterID // of one of the stock
	used     []models.WaiterID                   // promises that were kept
}

// asksMore reports whether an offer asks for more than a limit and a stock.
func asksMore(o models.Offer) bool {
	return o.Audience != models.ForAll || o.PerHousehold > 0 || o.Promised > 0
}

// admits reads what an offer asks of the people who want it, a fixed number of statements for all of them.
func admits(sc *models.Scope, o models.Offer, people map[models.MemberID][]models.MemberID) (*admission, error) {
	a := &admission{promises: map[models.MemberID]models.WaiterID{}}
	now, ids := allPeople(people)
	var err error
	switch o.Audience {
	case models.ForGroups:
		a.groups, err = sc.BelongingTo(o.AudienceGroups(), now)
	case models.ForTag:
		a.tagged, err = sc.TaggedAny(o.AudienceTags(), now)
	case models.ForAll:
	}
	if err == nil && o.PerHousehold > 0 {
		err = a.readHomes(sc, o, now)
	}
	if err == nil && o.Promised > 0 {
		err = a.readPromises(sc, o, people, ids)
	}
	return a, err
}

func (a *admission) readHomes(sc *models.Scope, o models.Offer, people []models.MemberID) error {
	var err error
	if a.home, err = sc.HouseholdsOf(people); err != nil {
		return err
	}
	var homes []models.HouseholdID
	for _, h := range a.home {
		homes = append(homes, h)
	}
	slices.Sort(homes)
	a.holdings, err = sc.HouseholdHoldings(o.ID, slices.Compact(homes))
	return err
}

func (a *admission) readPromises(sc *models.Scope, o models.Offer, people map[models.MemberID][]models.MemberID, ids []models.MemberID) error {
	all, err := sc.LiveWaiters(o.ID, ids)
	if err != nil {
		return err
	}
	owner := map[models.MemberID]models.MemberID{}
	for _, of := range people {
		for _, id := range of {
			owner[id] = of[0]
		}
	}
	for _, w := range all {
		if w.State == models.WaiterPromised && sc.Now < w.Until {
			a.promises[owner[w.MemberID]] = w.ID
		}
	}
	return nil
}

// refuses says why a person who holds so many may have no new voucher, nil if she may; it asks nobody.
func (a *admission) refuses(o models.Offer, person models.MemberID, held int, now models.Millis) error {
	switch o.Audience {
	case models.ForGroups:
		if err := provesGroup(a.groups[person], o.DecidedAt, now); err != nil {
			return err
		}
	case models.ForTag:
		if !a.tagged[person] {
			return models.Errorf(models.Denied, "tag_only", "she has none of the tags")
		}
	case models.ForAll:
	}
	if home, has := a.home[person]; has {
		held = a.holdings[home].Held
	}
	if o.PerHousehold > 0 && held >= o.PerHousehold {
		return models.Errorf(models.Conflict, "household_claimed", "her household holds all it may").With("limit", o.PerHousehold)
	}
	return nil
}

// provesGroup says whether a person is proven to be in a group for which an offer is meant that was decided at a time; pure.
func provesGroup(b models.Belonging, decided, now models.Millis) error {
	switch {
	case b.Roster, b.Since > 0 && b.Since < decided, b.Since > 0 && now.Sub(b.Since) >= groupAge:
		return nil
	case b.Since > 0:
		left := groupAge - now.Sub(b.Since)
		return models.Errorf(models.Denied, "group_new", "she came into the group after the offer").
			With("hours", int((left+time.Hour-1)/time.Hour))
	}
	return models.Errorf(models.Denied, "group_only", "she is in none of the groups")
}

// takes counts a new voucher of a person, and says whether it is one that was promised to her.
func (a *admission) takes(v *models.Voucher) (promised bool) {
	if home, has := a.home[v.MemberID]; has {
		h := a.holdings[home]
		h.Held, h.Seq = h.Held+1, h.Seq+1
		a.holdings[home] = h
		seq := h.Seq
		v.HouseholdID, v.HouseholdSeq = &home, &seq
	}
	if id, has := a.promises[v.MemberID]; has {
		delete(a.promises, v.MemberID)
		a.used = append(a.used, id)
		return true
	}
	return false
}

// allPeople lists the people as who they are now, and all their ids, each once.
func allPeople(people map[models.MemberID][]models.MemberID) (now, ids []models.MemberID) {
	for _, of := range people {
		now = append(now, of[0])
	}
	slices.Sort(now)
	return slices.Compact(now), allIDs(people)
}
