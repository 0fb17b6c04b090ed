package whatif

import "math"

// evening is what a day does to people: all recover a little, some mute, some leave. Then the news of the day is written.
func (r *run) evening(day int) {
	w, harm := r.world, r.weather[day].Harm
	r.recover()
	var parting []parting
	for g := range r.start {
		left := len(parting)
		reading, mute, complained := 0, 0, 0
		for s := r.first[g]; s < r.until[g]; s++ {
			if r.state[s] == parted {
				continue
			}
			cause := r.drawn[s]
			if r.leaves[s] <= int32(day) {
				cause = ownReasons
			}
			if f := r.felt[r.person[s]]; f > untouched || r.slow != nil {
				r.hurt[s] += harm * r.tender[s] * r.strain(r.person[s], f)
			}
			if cause == 0 && r.hurt[s] >= r.leaveAt[s] {
				cause = thePosts
			}
			reads := r.state[s] == here
			switch {
			case cause != 0:
				r.state[s] = parted
				parting = append(parting, partingOf(g, s, cause))
			case reads && r.hurt[s] >= r.muteAt[s]:
				r.state[s] = muted
			}
			if reads && (cause == thePosts || r.state[s] == muted) {
				r.tally.Lost++
				if r.draws.complaint.uniform(int(s)) < w.Callbacks.Complaint {
					complained++
				}
			}
			switch r.state[s] {
			case here:
				reading++
			case muted:
				mute++
			}
		}
		r.tally.Days += float64(reading) + w.Mute.Worth*float64(mute)
		r.present[g] -= len(parting) - left
		r.recount(g, day, complained)
	}
	r.tally.Left += len(parting)
	r.follow(day, parting)
	for _, p := range parting {
		r.report(Quit, p.group, day, p.seat, p.seat+1)
	}
}

// Why a member leaves.
const (
	ownReasons uint8 = iota + 1
	thePosts
)

// untouched is an F that does nothing: a tenth of a thousandth of one post.
const untouched = 1e-4

// parting is one member who leaves today.
type parting struct {
	group int
	seat  int32
	cause uint8
}

func partingOf(group int, seat int32, cause uint8) parting { return parting{group, seat, cause} }

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
func (r *run) follow(day int, gone []parting) {
	w := &r.world.Correlated
	if w.Circle <= 1 || w.Follow == 0 {
		return
	}
	clear(r.drawn)
	for _, p := range gone {
		from, to := r.circle(p.group, p.seat)
		k := r.draws.circle.of(day).of(int(p.seat))
		for s := from; s < to; s++ {
			if (r.state[s] == here || r.state[s] == muted) && k.uniform(int(s)) < w.Follow {
				r.drawn[s] = max(r.drawn[s], p.cause)
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
func (r *run) recount(g, day, complained int) {
	at := firstDay + int64(day+1)*dayMillis
	said := r.organic[g][day]
	if day > 0 {
		said -= r.organic[g][day-1]
	}
	r.tell(day+1, News{Kind: Organic, Group: g, Day: day, At: at, N: int(said)})
	if complained > 0 {
		r.tell(day+1, News{Kind: Complained, Group: g, Day: day, At: at, N: complained})
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
