package keeper

import (
	"sort"

	"siyu/models"
	"siyu/throttle/fatigue"
)

// Wave is that unusually many members left a group within 48 hours.
type Wave struct {
	At       models.Millis // of the leave that made it one
	Until    models.Millis // sponsored posts rest before
	Quits    int
	Expected float64
}

// breakerLooks is how far back waves are looked for: as long as a pause lasts, and the window before.
func (k *Keeper) breakerLooks() models.Millis {
	pause := k.o.Breaker.Pause
	if pause <= 0 {
		pause = 7 * dayMillis
	}
	return models.Millis(pause + fatigue.BreakerWindow)
}

// leaves reads who left some groups lately, and how many members those have that lost several.
func (k *Keeper) leaves(sc *models.Scope, ids []models.GroupID) (map[models.GroupID][]models.Millis, map[models.GroupID]int, error) {
	left, err := sc.LeftIn(ids, sc.Now-k.breakerLooks())
	if err != nil {
		return nil, nil, err
	}
	var many []models.GroupID
	for id, at := range left {
		if len(at) >= leastWave {
			many = append(many, id)
		}
	}
	if len(many) == 0 {
		return left, nil, nil
	}
	members, err := sc.CountStays(many)
	return left, members, err
}

// leastWave is how many leaves can be a wave at least; package fatigue says the same.
const leastWave = 4

// Wave looks for a wave in the rows, and returns the latest; the zero value if there is none. What was found before is
// remembered, also if by what was learnt since it would not be one.
func (v *View) Wave() Wave {
	var found Wave
	if l := v.Learning; l.BreakerUntil > v.now && l.BreakerAt >= l.ForgetAt {
		found = Wave{At: l.BreakerAt, Until: l.BreakerUntil, Quits: l.BreakerQuits, Expected: l.BreakerExpected}
	}
	left := v.left
	for len(left) > 0 && left[0] < v.Learning.ForgetAt {
		left = left[1:]
	}
	if len(left) < leastWave {
		return found
	}
	posts := v.felt()
	for i, at := range left {
		if i+1 < leastWave || at > v.now || (i+1 < len(left) && left[i+1] == at) {
			continue
		}
		from := at - models.Millis(fatigue.BreakerWindow)
		quits := i + 1 - sort.Search(i+1, func(j int) bool { return left[j] > from })
		members := float64(v.members + len(left) - i - 1) // those who left later were still there, those of the wave are counted below
		members += float64(quits) / 2
		expected := members * float64(fatigue.BreakerWindow) / float64(dayMillis) * v.mind.belief.Rate(fatigue.Felt(posts, int64(from), int64(at)))
		until := models.Millis(v.k.o.Breaker.Until(int64(at), quits, expected))
		if until > v.now && until > found.Until {
			found = Wave{At: at, Until: until, Quits: quits, Expected: expected}
		}
	}
	return found
}

// felt is the group's posts as the learner takes them.
func (v *View) felt() []fatigue.Post {
	posts := make([]fatigue.Post, len(v.posts))
	for i, p := range v.posts {
		posts[i] = fatigue.Post{At: int64(v.sentAt(p)), Weight: v.Weight(p.BrandID)}
	}
	return posts
}

// Check looks for a wave of leaves in a group and writes it down if it is a new one; it reports whether it is.
func (k *Keeper) Check(sc *models.Scope, id models.GroupID) (Wave, bool, error) {
	g, err := sc.LockGroup(id)
	if err != nil {
		return Wave{}, false, err
	}
	views, err := k.views(sc, []models.Group{g}, nil, nil)
	if err != nil {
		return Wave{}, false, err
	}
	v := views[id]
	w := v.Wave()
	if w.Until <= v.now || w.Until <= v.Learning.BreakerUntil {
		return w, false, nil
	}
	l := v.Learning
	l.GroupID = id
	trip(&l, w)
	return w, true, sc.ReplaceLearnings([]models.Learning{l})
}

func trip(l *models.Learning, w Wave) {
	l.BreakerAt, l.BreakerUntil, l.BreakerQuits, l.BreakerExpected = w.At, w.Until, w.Quits, w.Expected
}
