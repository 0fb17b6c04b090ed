package whatif

import (
	"math"
	"slices"

	"siyu/throttle"
)

// What has become of a seat.
const (
	away   uint8 = iota // not there yet
	here                // reads along
	muted               // there, and hardly looks
	parted              // left
)

// Tally is what a run came to.
type Tally struct {
	Posts     int // sent, in all groups
	Clicks    int // on them: the value to sponsors
	Lost      int // members whom posts drove away or made mute; nobody counts twice
	Left      int // members who left, for whatever reason
	Joined    int
	Start     int     // members on the first day
	End       int     // members after the last, mute ones included
	Days      float64 // days of members, a mute one's at what it is worth
	Remaining float64 // members after the last day, a mute one at what she is worth
}

// Value is the total in clicks: what sponsors got and what the community still has.
func (t Tally) Value(w *World) float64 {
	return float64(t.Clicks) + w.Worth.MemberDay*(t.Days+w.Worth.After*t.Remaining)
}

// run is one policy in one crowd.
type run struct {
	*crowd
	policy Policy
	tally  Tally

	state []uint8   // by seat
	hurt  []float64 // by seat: the hazard that posts have added so far
	felt  []float64 // by person: F
	slow  []float64 // by person: what the long run adds; nil if it adds nothing
	limit []float64 // by seat: of that, what she bears before she mutes or leaves
	until []int32   // by group: the seats that have been taken up to today

	live            [][]throttle.Entry // by group
	used            []int64            // by offer and group: when it was last booked; 0 never
	brandAt         []int64            // by group and brand: when the brand was last there; 0 never
	postAt          []int64            // by group: when the last post was sent; 0 never
	today           []int              // by group: posts sent today
	open            []int32            // offers in flight now, by arrival
	pending         []pending
	seers           []int32   // room for who sees a post
	inbox           [][]News  // by day: what is told that morning
	present         []int     // by group: members, mute ones included
	mute            []int     // by group: those who muted it
	complained      []int     // by group: members who complained today
	gone, followers []parting // today; tomorrow because a friend is gone
	draws           struct{ sight, owner, news, complaint, circle key }
}

// simulate lets a policy run a crowd.
func simulate(c *crowd, p Policy) Tally {
	r := newRun(c, p)
	p.Begin(r.known())
	q := &Question{run: r}
	for day := range c.world.Days {
		r.morning(day)
		for turn := range c.world.Hard.Decisions {
			r.turn(q, day, turn)
		}
		r.settle(firstDay + int64(day+1)*dayMillis)
		r.evening(day)
	}
	for g := range r.start {
		r.tally.End += r.present[g]
		r.tally.Remaining += float64(r.present[g]-r.mute[g]) + c.world.Mute.Worth*float64(r.mute[g])
	}
	return r.tally
}

func newRun(c *crowd, p Policy) *run {
	seats, groups := len(c.joins), len(c.start)
	r := &run{crowd: c, policy: p, state: make([]uint8, seats), hurt: make([]float64, seats), felt: make([]float64, seats),
		limit: make([]float64, seats), until: make([]int32, groups), live: make([][]throttle.Entry, groups),
		used: make([]int64, len(c.offers)*groups), brandAt: make([]int64, groups*(c.brands+1)), postAt: make([]int64, groups),
		today: make([]int, groups), inbox: make([][]News, c.world.Days+1), present: make([]int, groups), mute: make([]int, groups),
		complained: make([]int, groups)}
	for s := range r.limit {
		r.limit[s] = min(c.leaveAt[s], c.muteAt[s])
	}
	most := int32(0)
	for g := range c.start {
		most = max(most, c.first[g+1]-c.first[g])
	}
	r.seers = make([]int32, most+1)
	if c.world.Leave.LongRun > 1 {
		r.slow = make([]float64, seats)
	}
	r.draws.sight, r.draws.owner, r.draws.news = c.root.of(forSight), c.root.of(forOwner), c.root.of(forNews)
	r.draws.complaint, r.draws.circle = c.root.of(forComplaint), c.root.of(forCircle)
	for g := range c.start {
		r.until[g] = c.first[g]
		r.arrive(g, 0)
		r.tally.Start += r.present[g]
	}
	r.tally.Joined = 0
	return r
}

// known is what the policy is told before the first day.
func (r *run) known() Known {
	w := r.world
	k := Known{Brands: r.brands, Start: firstDay, Turns: w.Hard.Decisions, OfferOnce: millis(w.Hard.OfferOnce, dayMillis),
		MemberDay: w.Worth.MemberDay * w.Worth.Told, Ahead: w.Worth.After, Sees: usualSight, Seed: uint64(r.root)}
	for g := range r.start {
		k.Groups = append(k.Groups, Group{Members: r.present[g]})
	}
	return k
}

// usualSight is the guess of a member's chance to see a post that policies are given, whatever is true.
const usualSight = 0.5

func millis(n float64, unit int64) int64 { return int64(math.Round(n * float64(unit))) }

// morning takes in who joined and tells the news.
func (r *run) morning(day int) {
	for g := range r.start {
		r.today[g] = 0
		if n := r.arrive(g, day); n > 0 && day > 0 {
			r.report(Joined, g, day, r.until[g]-int32(n), r.until[g])
		}
	}
	for _, n := range r.inbox[day] {
		r.policy.Hear(n)
	}
	r.inbox[day] = nil
	now := firstDay + int64(day)*dayMillis
	for g := range r.live { // a month and a day is more than any rule looks back
		r.live[g] = slices.DeleteFunc(r.live[g], func(e throttle.Entry) bool { return e.E < now-32*dayMillis })
	}
}

// arrive seats those who come on a day.
func (r *run) arrive(g, day int) int {
	n := 0
	for r.until[g] < r.first[g+1] && r.joins[r.until[g]] <= int32(day) {
		r.state[r.until[g]] = here
		r.until[g]++
		n++
	}
	r.present[g] += n
	r.tally.Joined += n
	return n
}

// turn asks the policy about every group.
func (r *run) turn(q *Question, day, turn int) {
	h := &r.world.Hard
	awake := int64(h.WakeTo-h.WakeFrom) * hourMillis
	now := firstDay + int64(day)*dayMillis + int64(h.WakeFrom)*hourMillis + awake*int64(turn)/int64(h.Decisions)
	night := firstDay + int64(day)*dayMillis + int64(h.WakeTo)*hourMillis
	r.settle(now)
	r.open = r.open[:0]
	for i := range r.offers {
		if r.offers[i].Start > now {
			break
		}
		if r.offers[i].End > now {
			r.open = append(r.open, int32(i))
		}
	}
	q.Day, q.Turn, q.Now, q.Hold = day, turn, now, min(millis(h.Hold, hourMillis), night-1-now)
	for g := range r.start {
		if r.present[g] == 0 {
			continue
		}
		q.Group, q.Live, q.listed = g, r.live[g], false
		if chosen := r.policy.Choose(q); chosen != Nothing {
			r.handOver(g, q.Candidates()[chosen].Offer, now, q)
		}
	}
}

// list is the candidates of a group.
func (r *run) list(g int, now int64, into []Candidate) []Candidate {
	groups, once := len(r.start), millis(r.world.Hard.OfferOnce, dayMillis)
	for _, i := range r.open {
		at := int(i)*groups + g
		if told := r.told[at]; told >= 0 && (r.used[at] == 0 || r.used[at] <= now-once) {
			into = append(into, Candidate{Offer: &r.offers[i], Match: float64(told)})
		}
	}
	return into
}
