package whatif

import (
	"math"
	"slices"
)

// evening is what a day does to people: all recover a little, some mute, some leave. Then the news of the day is written.
func (r *run) evening(day int) {
	r.recover()
	r.gone = r.gone[:0]
	for _, s := range r.byDay[day] {
		r.part(s, ownReasons)
	}
	for _, f := range r.followers {
		r.part(f.seat, f.cause)
	}
	r.hurtAll(day)
	r.tally.Left += len(r.gone)
	slices.SortFunc(r.gone, func(a, b parting) int { return int(a.seat - b.seat) })
	r.follow(day)
	for _, p := range r.gone {
		r.report(Quit, int(r.group[p.seat]), day, p.seat, p.seat+1)
	}
	for g := range r.start {
		r.tally.Days += float64(r.present[g]-r.mute[g]) + r.world.Mute.Worth*float64(r.mute[g])
		r.recount(g, day)
	}
}

// Why a member leaves.
const (
	ownReasons uint8 = iota + 1
	thePosts
)

// parting is one member who leaves today.
type parting struct {
	seat  int32
	cause uint8
}

// part lets a member leave, if she is still there.
func (r *run) part(s int32, cause uint8) {
	g := r.group[s]
	switch r.state[s] {
	case here:
		if cause == thePosts {
			r.lose(s)
		}
	case muted:
		r.mute[g]--
	default:
		return
	}
	r.present[g]--
	r.state[s], r.limit[s] = parted, math.Inf(1)
	r.gone = append(r.gone, parting{s, cause})
}

// lose counts a member whom posts drove away or made mute, for the first time.
func (r *run) lose(s int32) {
	r.tally.Lost++
	if r.draws.complaint.uniform(int(s)) < r.world.Callbacks.Complaint {
		r.complained[r.group[s]]++
	}
}

// hurtAll adds what members feel today to what they have borne, and lets those mute or leave for whom it is too much. It
// is the inner loop of everything: four arrays, and no question about who is still there (whoever left has no limit).
func (r *run) hurtAll(day int) {
	harm, plain := r.weather[day].Harm, r.world.Leave.Shape == "quadratic" && r.slow == nil
	for g := range r.start {
		for s := r.first[g]; s < r.until[g]; s++ {
			f := r.felt[r.person[s]]
			if f < untouched && r.slow == nil {
				continue
			}
			if plain {
				f *= f
			} else {
				f = r.strain(r.person[s], f)
			}
			r.hurt[s] += harm * r.tender[s] * f
			if r.hurt[s] >= r.limit[s] {
				r.enough(s)
			}
		}
	}
}

// enough is the day on which it is too much.
func (r *run) enough(s int32) {
	if r.hurt[s] >= r.leaveAt[s] {
		r.part(s, thePosts)
		return
	}
	r.lose(s)
	r.mute[r.group[s]]++
	r.state[s], r.limit[s] = muted, r.leaveAt[s]
}

// untouched is an F that does nothing: a tenth of a thousandth of one post.
const untouched = 1e-4

// strain is g(F), with what the long run adds.
func (r *run) strain(person int32, f float64) float64 {
	l := &r.world.Leave
	var g float64
	switch l.Shape {
	case "linear":
		g = l.Knee * f
	case "threshold":
		g = 3 * max(0, f-l.Knee) * max(0, f-l.Knee)
	case "saturating":
		g = f * f
		if f > l.Knee {
			g = l.Knee * l.Knee * (1 + 2*math.Log(f/l.Knee)) // the slope goes on from 2 knee and falls as 1/F
		}
	case "power":
		g = l.Knee * l.Knee * math.Pow(f/l.Knee, l.Exponent)
	default:
		g = f * f
	}
	if r.slow == nil {
		return g
	}
	return g + (l.LongRun-1)*r.slow[person]
}

// recover lets F fade.
func (r *run) recover() {
	for s := range r.felt {
		if r.felt[s] == 0 && r.slow == nil {
			continue // she has seen nothing yet, or it is another seat of hers that feels
		}
		if r.slow != nil {
			l := &r.world.Leave
			r.slow[s] += (r.fresh(r.felt[s]) - r.slow[s]) / l.LongRunDays
		}
		r.felt[s] *= r.decay[s]
	}
}

// fresh is g(F) without the long run.
func (r *run) fresh(f float64) float64 {
	slow := r.slow
	r.slow = nil
	g := r.strain(0, f)
	r.slow = slow
	return g
}

// follow decides who goes tomorrow because a friend went today.
func (r *run) follow(day int) {
	w := &r.world.Correlated
	r.followers = r.followers[:0]
	if w.Circle <= 1 || w.Follow == 0 {
		return
	}
	for _, p := range r.gone {
		from, to := r.circle(int(r.group[p.seat]), p.seat)
		k := r.draws.circle.of(day).of(int(p.seat))
		for s := from; s < to; s++ {
			if k.uniform(int(s)) < w.Follow {
				r.followers = append(r.followers, parting{s, p.cause})
			}
		}
	}
}

// report writes joins or quits as the platform reports them: one by one, some never, some late.
func (r *run) report(kind Kind, g, day int, from, to int32) {
	w := &r.world.Callbacks
	for s := from; s < to; s++ {
		k := r.draws.news.of(int(s))
		n := 3 * int(kind) // joining and leaving have chances of their own
		if k.uniform(n) < w.Loss {
			continue
		}
		arrives := day + 1
		if kind == Joined {
			arrives = day // it is still morning
		}
		if w.Delay > 0 {
			arrives += int(w.Delay * k.exponential(n+1))
		}
		r.tell(arrives, News{Kind: kind, Group: g, Day: day, At: firstDay + int64(day+1)*dayMillis, N: 1})
	}
}

// recount writes what is counted by group.
func (r *run) recount(g, day int) {
	at := firstDay + int64(day+1)*dayMillis
	said := r.organic[g][day]
	if day > 0 {
		said -= r.organic[g][day-1]
	}
	r.tell(day+1, News{Kind: Organic, Group: g, Day: day, At: at, N: int(said)})
	if r.complained[g] > 0 {
		r.tell(day+1, News{Kind: Complained, Group: g, Day: day, At: at, N: r.complained[g]})
		r.complained[g] = 0
	}
	if every := r.world.Callbacks.HeadCount; every > 0 && (day+1)%every == 0 {
		r.tell(day+1, News{Kind: Count, Group: g, Day: day, At: at, N: r.present[g]})
	}
}

// tell puts news into a morning's post; what comes after the last day is never heard. Equal news of one day is one.
func (r *run) tell(day int, n News) {
	if day >= len(r.inbox) {
		return
	}
	if last := len(r.inbox[day]) - 1; last >= 0 && (n.Kind == Quit || n.Kind == Joined) {
		if l := &r.inbox[day][last]; l.Kind == n.Kind && l.Group == n.Group && l.Day == n.Day {
			l.N += n.N
			return
		}
	}
	r.inbox[day] = append(r.inbox[day], n)
}
