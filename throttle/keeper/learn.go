package keeper

import (
	"context"
	"math"

	"siyu/models"
	"siyu/throttle"
	"siyu/throttle/fatigue"
)

// lesson is one group while a community is being learnt from.
type lesson struct {
	was    models.Learning
	days   []models.GroupDay // that were put into memory now, or were never judged
	now    memory
	closed memory
	day    int // the end of the closed memory
	belief fatigue.Belief
}

// steps is how often groups and prior are learnt from one another; it stops when nothing moves any more.
const steps = 8

// learn learns from the days of all groups of a community: first what offers bring, then what every group's days say, then
// what the groups have in common, and last each group in that light. All of it is a pure function of what is stored of days
// and posts.
func (k *Keeper) learn(ctx context.Context, community models.CommunityID, groups []models.Group) (int, map[models.GroupID]Wave, error) {
	sc := k.o.Store.Read(ctx).In(community)
	sums, err := sc.ResponseSums(sc.Now-models.Millis(answersFor), sc.Now-models.Millis(settleAfter))
	if err != nil {
		return 0, nil, err
	}
	c := &class{k: k, answers: fit(sums, k.o.Click), lessons: make(map[models.GroupID]*lesson, len(groups))}
	for part := range parts(groups) {
		if err := c.recall(sc, part); err != nil {
			return 0, nil, err
		}
	}
	c.agree(groups)
	if c.stored, err = c.prior.MarshalBinary(); err != nil {
		return 0, nil, err
	}
	err = k.o.Store.Tx(ctx, func(tx *models.Tx) error {
		sc := tx.In(community)
		if err := sc.ReplaceRatios(c.answers.rows()); err != nil {
			return err
		}
		if err := sc.DeleteGroupDays(tx.Now - keepDays*models.Millis(dayMillis)); err != nil {
			return err
		}
		if err := sc.DeletePostResults(tx.Now - keepDays*models.Millis(dayMillis)); err != nil {
			return err
		}
		return sc.ReplacePrior(models.Prior{Version: version, AsOf: tx.Now, State: c.stored, GroupsSeen: c.seen})
	})
	if err != nil {
		return 0, nil, err
	}
	waves := map[models.GroupID]Wave{}
	for part := range parts(groups) {
		found := map[models.GroupID]Wave{} // the transaction may run more than once
		err := k.o.Store.Tx(ctx, func(tx *models.Tx) error {
			clear(found)
			return c.write(tx.In(community), part, found)
		})
		if err != nil {
			return 0, nil, err
		}
		for id, w := range found {
			waves[id] = w
		}
	}
	return len(c.lessons), waves, nil
}

// parts cuts groups into chunks.
func parts(groups []models.Group) func(func([]models.Group) bool) {
	return func(yield func([]models.Group) bool) {
		for len(groups) > 0 {
			n := min(len(groups), chunk)
			if !yield(groups[:n]) {
				return
			}
			groups = groups[n:]
		}
	}
}

// class is a community while it is being learnt from.
type class struct {
	k       *Keeper
	answers answers
	lessons map[models.GroupID]*lesson
	prior   fatigue.Prior
	stored  []byte
	seen    int
}

// recall puts the days of some groups into their memories.
func (c *class) recall(sc *models.Scope, groups []models.Group) error {
	ids := idsOf(groups)
	known, err := sc.LearningsOf(ids)
	if err != nil {
		return err
	}
	first := math.MaxInt
	for _, id := range ids {
		first = min(first, begins(known[id])+1)
	}
	days, err := sc.GroupDays(ids, first)
	if err != nil {
		return err
	}
	of := make(map[models.GroupID][]models.GroupDay, len(ids))
	for _, d := range days {
		if l := known[d.GroupID]; d.Day > begins(l) && d.FromAt >= l.ForgetAt {
			of[d.GroupID] = append(of[d.GroupID], d)
		}
	}
	best, err := c.best(sc, groups)
	if err != nil {
		return err
	}
	for _, id := range ids {
		l := &lesson{was: known[id], days: of[id]}
		if len(l.days) == 0 {
			continue
		}
		if last := &l.days[len(l.days)-1]; last.Threshold == 0 { // not judged yet: what is on offer now was on offer then
			last.Best = best[id]
		}
		if err := l.recall(); err != nil {
			return err
		}
		c.lessons[id] = l
	}
	return nil
}

// begins is the last day that need not be counted again.
func begins(l models.Learning) int {
	if l.Version != version {
		return 0
	}
	return l.BaseDay
}

func (l *lesson) recall() error {
	base, baseDay := memory{}, begins(l.was)
	if baseDay != 0 {
		var err error
		if base, err = decode(l.was.Base); err != nil {
			return err
		}
	}
	var err error
	l.now, l.closed, l.day, err = recall(base, baseDay, l.days)
	l.belief.Evidence = l.now.evidence
	return err
}

// best is what the best offer that wants to go to each group is worth, for each unit of exposure it adds.
func (c *class) best(sc *models.Scope, groups []models.Group) (map[models.GroupID]float64, error) {
	views, err := c.k.views(sc, groups, []int64{}, nil)
	if err != nil {
		return nil, err
	}
	waiting, err := sc.WaitingIn(idsOf(groups))
	if err != nil {
		return nil, err
	}
	yesterday := sc.Now - models.Millis(dayMillis)
	for _, v := range views {
		v.answers = c.answers
		for _, p := range v.posts {
			if !sent(p) || p.SentAt >= yesterday {
				waiting = append(waiting, p)
			}
		}
	}
	offers, err := offersOf(sc, waiting)
	best := make(map[models.GroupID]float64, len(views))
	for _, p := range waiting {
		o, known := offers[p.OfferID]
		if !known || o.State != models.OfferApproved {
			continue
		}
		v := views[p.GroupID]
		worth := v.Bid(p.BrandID, throttle.Category(o.Category), sc.Now) / v.Weight(p.BrandID)
		best[p.GroupID] = max(best[p.GroupID], worth)
	}
	return best, err
}

func offersOf(sc *models.Scope, placements []models.Placement) (map[models.OfferID]models.Offer, error) {
	seen := map[models.OfferID]bool{}
	var ids []models.OfferID
	for _, p := range placements {
		if !seen[p.OfferID] && p.OfferID != 0 {
			seen[p.OfferID] = true
			ids = append(ids, p.OfferID)
		}
	}
	return sc.OffersByID(ids, false)
}

// agree works out what the groups have in common, from the belief that every community begins with.
func (c *class) agree(groups []models.Group) {
	c.prior = fatigue.NewPrior()
	var beliefs []*fatigue.Belief
	for _, g := range groups { // in a fixed order: sums of floats depend on it
		if l := c.lessons[g.ID]; l != nil {
			beliefs = append(beliefs, &l.belief)
			if days, _ := l.belief.Evidence.Totals(); days > 0 {
				c.seen++
			}
		}
	}
	for range steps {
		for _, b := range beliefs {
			b.Learn(c.prior)
		}
		next := fatigue.Pool(c.prior, beliefs)
		moved := 0.0
		for m := range next.LogPhi {
			moved = max(moved, math.Abs(next.LogPhi[m]-c.prior.LogPhi[m]), math.Abs(next.Spread[m]-c.prior.Spread[m]))
		}
		c.prior = next
		if moved < 1e-3 {
			return
		}
	}
}

// write stores what was learnt of some groups, and judges their days.
func (c *class) write(sc *models.Scope, groups []models.Group, waves map[models.GroupID]Wave) error {
	ids := idsOf(groups)
	if _, err := sc.LockGroups(ids); err != nil { // what is forgotten or tripped meanwhile must not be written over
		return err
	}
	policies, err := sc.PoliciesOf(ids)
	if err != nil {
		return err
	}
	views, err := c.k.views(sc, groups, []int64{}, nil)
	if err != nil {
		return err
	}
	var learnt []models.Learning
	var judged []models.GroupDay
	for _, id := range ids {
		l, v := c.lessons[id], views[id]
		if l == nil || v.Learning.ForgetAt != l.was.ForgetAt { // told to forget meanwhile
			continue
		}
		if err := l.learning(&v.Learning, sc.Now); err != nil {
			return err
		}
		v.answers = c.answers
		v.think(c.prior, c.stored, throttle.Wishes(policies, id))
		if w := v.Wave(); w.Until > v.Learning.BreakerUntil {
			trip(&v.Learning, w)
			waves[id] = w
		}
		v.headline()
		learnt = append(learnt, v.Learning)
		for _, d := range l.days {
			if d.Threshold == 0 {
				x := [fatigue.Memories]float64{d.FeltShort, d.Felt, d.FeltLong}
				d.Score, d.Threshold = v.mind.belief.Score(x, middle), v.price(x)
				judged = append(judged, d)
			}
		}
	}
	if err := sc.ReplaceLearnings(learnt); err != nil {
		return err
	}
	return sc.JudgeGroupDays(judged)
}

// learning writes the memories into the group's row.
func (l *lesson) learning(row *models.Learning, now models.Millis) error {
	state, err := l.now.encode()
	if err != nil {
		return err
	}
	base, err := l.closed.encode()
	if err != nil {
		return err
	}
	row.Version, row.Day, row.AsOf = version, l.days[len(l.days)-1].Day, now
	row.State, row.Base, row.BaseDay = state, base, l.day
	return nil
}

// headline fills in the values that are shown first.
func (v *View) headline() {
	l := &v.Learning
	l.Score = v.Score(v.now)
	l.H0, _, _ = v.mind.belief.Base()
	l.Phi = v.mind.belief.Phi(middle)
	l.CTR = v.Value(0, 0, v.now)
	posts := 0
	for _, p := range v.posts {
		if sent(p) && p.SentAt > v.now-models.Millis(4*7*dayMillis) {
			posts++
		}
	}
	l.PerWeek = float64(posts) / 4
}
