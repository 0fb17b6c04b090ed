package keeper

import (
	"encoding/binary"
	"hash/fnv"
	"math"
	"slices"

	"siyu/models"
	"siyu/throttle"
	"siyu/throttle/fatigue"
)

// View is what is known of a group at a time, ready to be asked.
type View struct {
	Group    models.Group
	Learning models.Learning // the zero value if nothing was learnt of it yet

	k       *Keeper
	now     models.Millis
	rules   models.Fatigue
	mind    *mind
	answers answers
	posts   []models.Placement // sent or pending, in the last weeks
	left    []models.Millis    // when members left by themselves, in order
	members int
}

// mind is what follows from what was learnt of a group: the same until something else is learnt or wished.
type mind struct {
	belief fatigue.Belief
	curve  fatigue.Curve
	values fatigue.Values
}

// mindKey names what a mind was made from.
type mindKey struct {
	group models.GroupID
	state uint64 // a hash of the memory, of the prior and of all numbers that enter
}

// usualOften is how often the brand of a usual offer was there of late, as bids count it: one that comes every two weeks.
const usualOften = 1.7

// maxMinds bounds the minds kept: each is 6 KB.
const maxMinds = 4096

// views gathers what is known of some groups. refs are the brands and categories that will be asked about, nil for all;
// wishes are the organiser's, by group.
func (k *Keeper) views(sc *models.Scope, groups []models.Group, refs []int64, wishes map[models.GroupID]models.Fatigue) (map[models.GroupID]*View, error) {
	ids := make([]models.GroupID, len(groups))
	for i, g := range groups {
		ids[i] = g.ID
	}
	learnings, err := sc.LearningsOf(ids)
	if err != nil {
		return nil, err
	}
	prior, stored, err := k.prior(sc)
	if err != nil {
		return nil, err
	}
	ratios, err := sc.RatiosOf(ids, refs)
	if err != nil {
		return nil, err
	}
	rows, err := sc.LiveIn(ids, nil, sc.Now-models.Millis(feltFor))
	if err != nil {
		return nil, err
	}
	posts := make(map[models.GroupID][]models.Placement, len(ids))
	for _, p := range rows {
		posts[p.GroupID] = append(posts[p.GroupID], p)
	}
	left, members, err := k.leaves(sc, ids)
	if err != nil {
		return nil, err
	}
	all := answersOf(ratios)
	views := make(map[models.GroupID]*View, len(groups))
	for _, g := range groups {
		v := &View{Group: g, Learning: learnings[g.ID], k: k, now: sc.Now, answers: all, posts: posts[g.ID], left: left[g.ID],
			members: members[g.ID]}
		v.think(prior, stored, wishes[g.ID])
		views[g.ID] = v
	}
	return views, nil
}

// prior is what the community's groups have in common, and its stored form. One that cannot be read is as if nothing had
// been learnt: that is the belief every community begins with.
func (k *Keeper) prior(sc *models.Scope) (fatigue.Prior, []byte, error) {
	row, err := sc.Prior()
	if err != nil || row.Version != version {
		return fatigue.NewPrior(), nil, err
	}
	var p fatigue.Prior
	if err := p.UnmarshalBinary(row.State); err != nil {
		k.log.Warn("what the groups of a community have in common cannot be read and is learnt again", "error", err)
		return fatigue.NewPrior(), nil, nil
	}
	return p, row.State, nil
}

// think makes the group's mind up, under the organiser's wishes.
func (v *View) think(prior fatigue.Prior, stored []byte, wishes models.Fatigue) {
	v.rules = wishes
	state := v.Learning.State
	if v.Learning.Version != version {
		state = nil
	}
	worth := or(wishes.Worth, v.k.o.Worth)
	usual := v.answers.rate(v.k.o.Click) * (1 - fatigue.Stale(usualOften)) // best offers are counted by their bids, the guess is too
	h := fnv.New64a()
	_, _ = h.Write(state)
	_, _ = h.Write(stored)
	_, _ = h.Write(binary.LittleEndian.AppendUint64(binary.LittleEndian.AppendUint64(nil, math.Float64bits(worth)), math.Float64bits(usual)))
	key := mindKey{v.Group.ID, h.Sum64()}
	v.k.mu.Lock()
	defer v.k.mu.Unlock()
	if v.mind = v.k.minds[key]; v.mind != nil {
		return
	}
	m, err := decode(state)
	if err != nil {
		v.k.log.Warn("what was learnt of a group cannot be read and is learnt again", "group", v.Group.ID.String(), "error", err)
		m = memory{}
	}
	v.mind = &mind{belief: fatigue.Belief{Evidence: m.evidence}, values: m.values}
	v.mind.belief.Learn(prior)
	v.mind.curve = v.k.tables.Curve(&v.mind.belief, m.values.Mean(usual), worth*v.k.o.Ahead)
	if len(v.k.minds) >= maxMinds {
		clear(v.k.minds)
	}
	v.k.minds[key] = v.mind
}

// Weight is what a post of a brand adds to what the group feels.
func (v *View) Weight(brand models.BrandID) float64 {
	if brand == 0 {
		return 1
	}
	return fatigue.Weight(v.answers.response(v.Group.ID, brand).Match())
}

// Value is how many clicks per member an offer would get at a time, before the group's tiredness.
func (v *View) Value(brand models.BrandID, category int64, at models.Millis) float64 {
	return v.answers.value(v.k.o.Click, v.Group.ID, brand, category, v.novelty(brand, at))
}

// novelty is how fresh a brand is in the group. What is pending counts as if it were sent now.
func (v *View) novelty(brand models.BrandID, at models.Millis) float64 {
	last := models.Millis(0)
	for _, p := range v.posts {
		if p.BrandID == brand && brand != 0 {
			last = max(last, v.sentAt(p))
		}
	}
	if last == 0 {
		return 1
	}
	return fatigue.Novelty(max(0, float64(at-last)) / float64(dayMillis))
}

// sentAt is when a post was sent; one that is pending can be sent at any moment, and now is felt most.
func (v *View) sentAt(p models.Placement) models.Millis {
	if sent(p) {
		return p.SentAt
	}
	return v.now
}

// Exposure is what the group still feels of its posts.
func (v *View) Exposure() fatigue.Exposure {
	posts := make([]fatigue.Post, len(v.posts))
	for i, p := range v.posts {
		posts[i] = fatigue.Post{At: int64(v.sentAt(p)), Weight: v.Weight(p.BrandID)}
	}
	slices.SortFunc(posts, func(a, b fatigue.Post) int { return int(a.At - b.At) })
	return fatigue.ExposureOf(posts)
}

// Threshold is the least value for each unit of exposure an offer adds that is worth a post at a time.
func (v *View) Threshold(at models.Millis) float64 {
	return v.price(v.Exposure().On(int64(at)))
}

// price is the threshold at an exposure.
func (v *View) price(x [fatigue.Memories]float64) float64 {
	return v.mind.curve.At(x) * fatigue.Caution
}

// Bid is what counts of an offer's value when it is chosen: without what it only takes from its brand's next posts. What is
// pending counts as if it were sent now.
func (v *View) Bid(brand models.BrandID, category int64, at models.Millis) float64 {
	often := 0.0
	for _, p := range v.posts {
		if p.BrandID == brand && brand != 0 {
			often += fatigue.Recent(int64(max(0, at-v.sentAt(p))))
		}
	}
	return (1 - fatigue.Stale(often)) * v.Value(brand, category, at)
}

// Score is the group's fatigue score at a time, 0 to 100.
func (v *View) Score(at models.Millis) float64 {
	return v.mind.belief.Score(v.Exposure().On(int64(at)), middle)
}

// middle is the quantile of the sensitivity that scores are told at.
const middle = 0.5

// rested is the exposure at which a group has had so long a rest, about 16 days after a single post, that one more post is
// always allowed: what was learnt must have a chance to turn out wrong.
const rested = 0.1

// Worthwhile is the first instant from now on at which an offer is worth its harm, if nothing is posted until then;
// [throttle.Never] if that never comes.
func (v *View) Worthwhile(brand models.BrandID, category int64) int64 {
	weight := v.Weight(brand)
	e := v.Exposure()
	free := func(t int64) bool {
		x := e.On(t)
		if v.rules.Worth == 0 && x[1] <= rested {
			return true
		}
		return v.price(x)*weight <= v.Bid(brand, category, models.Millis(t))
	}
	return first(free, int64(v.now))
}

// first is the first instant from now on at which free holds, given that it holds ever after; Never if not within two years.
func first(free func(int64) bool, now int64) int64 {
	if free(now) {
		return now
	}
	low, high := now, now+730*dayMillis
	if !free(high) {
		return throttle.Never
	}
	for high-low > 1 {
		if mid := low + (high-low)/2; free(mid) {
			high = mid
		} else {
			low = mid
		}
	}
	return high
}
