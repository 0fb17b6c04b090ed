package whatif

import (
	"math"
	"slices"

	"siyu/throttle"
)

// pending is a post that waits for its owner.
type pending struct {
	group int
	offer *Offer
	s, e  int64
	at    int64 // when it is decided: the tap, or the end of its time
	sent  bool
	late  bool
}

// handOver books an offer for a group and gives it to the owner.
func (r *run) handOver(g int, o *Offer, now int64, q *Question) {
	p := pending{group: g, offer: o, s: now, e: min(now+q.Hold, o.End-1), at: now, sent: true}
	r.used[(o.ID-1)*len(r.start)+g] = now
	r.live[g] = append(r.live[g], throttle.Entry{Interval: throttle.Interval{S: p.s, E: p.e}, Brand: int64(o.Brand), Offer: int64(o.ID)})
	w := &r.world.Owner
	if w.Delay > 0 {
		k := r.draws.owner.of(g).of(q.Day*r.world.Hard.Decisions + q.Turn)
		p.at = now + millis(w.Delay*k.lognormal(1, w.Spread), hourMillis)
		p.sent = k.uniform(0) >= w.Never
		if p.sent && p.at > p.e {
			p.sent, p.late = k.uniform(1) < w.Late, true
		}
		if !p.sent {
			p.at = p.e
		}
	} else if w.Never > 0 {
		k := r.draws.owner.of(g).of(q.Day*r.world.Hard.Decisions + q.Turn)
		if p.sent = k.uniform(0) >= w.Never; !p.sent {
			p.at = p.e
		}
	}
	if p.at <= now {
		r.finish(p)
		return
	}
	r.pending = append(r.pending, p)
}

// settle lets everything happen that owners did before an instant, in its order.
func (r *run) settle(until int64) {
	if len(r.pending) == 0 {
		return
	}
	slices.SortStableFunc(r.pending, func(a, b pending) int {
		switch {
		case a.at != b.at && a.at < b.at:
			return -1
		case a.at != b.at:
			return 1
		case a.group != b.group:
			return a.group - b.group
		}
		return a.offer.ID - b.offer.ID
	})
	n := 0
	for n < len(r.pending) && r.pending[n].at < until {
		r.finish(r.pending[n])
		n++
	}
	r.pending = append(r.pending[:0], r.pending[n:]...)
}

// finish books what became of a post and lets members see it.
func (r *run) finish(p pending) {
	g, day := p.group, int((p.at-firstDay)/dayMillis)
	i := slices.IndexFunc(r.live[g], func(e throttle.Entry) bool { return e.Offer == int64(p.offer.ID) && e.S == p.s })
	news := News{Kind: Sent, Late: p.late, Group: g, Offer: p.offer.ID, Brand: p.offer.Brand, Day: day, At: p.at, N: 1}
	if !p.sent {
		news.Kind, news.Late, news.N = Expired, false, 0
		r.live[g] = slices.Delete(r.live[g], i, i+1)
		r.used[(p.offer.ID-1)*len(r.start)+g] = 0
		r.policy.Hear(news)
		return
	}
	if i >= 0 { // one that is very late has been forgotten
		r.live[g][i].S, r.live[g][i].E = p.at, p.at
	}
	r.policy.Hear(news)
	news.Kind, news.Late, news.At = Clicked, false, firstDay+int64(day+1)*dayMillis
	news.N = r.show(g, p.offer, day, p.at)
	r.tell(day+1, news)
}

// show lets the members of a group see a post, and returns how many click.
func (r *run) show(g int, o *Offer, day int, at int64) (clicks int) {
	w, season := r.world, &r.weather[day]
	match := float64(r.match[(o.ID-1)*len(r.start)+g])
	tires := r.tires(g, match, at)
	opens := r.click[g] * match * season.Clicks
	if last := &r.brandAt[g*(r.brands+1)+o.Brand]; *last > 0 {
		opens *= 1 - w.Attention.Repeat*math.Exp(-float64(at-*last)/(w.Attention.RepeatDays*float64(dayMillis)))
	}
	r.brandAt[g*(r.brands+1)+o.Brand], r.postAt[g] = at, at

	// One draw decides both: its lower half whether she sees it, its upper half whether she opens it.
	const half = 1 << 32
	sees, seesMuted := uint64(min(1, w.Attention.Sees*season.Sees)*half), uint64(min(1, w.Mute.Sees*season.Sees)*half)
	draw := r.draws.sight.of(day).of(r.today[g])
	r.today[g]++
	r.tally.Posts++
	first := r.first[g]
	seats := r.state[first:r.until[g]]
	threshold := [...]uint64{away: 0, here: sees, muted: seesMuted, parted: 0}
	seers := r.seers[:len(seats)]
	n := 0
	for i, state := range seats { // no branch on chance: every other guess of the processor would be wrong
		seers[n] = first + int32(i)
		seen := 0
		if draw.bits(int(first)+i)%half < threshold[state&3] {
			seen = 1
		}
		n += seen
	}
	for _, s := range seers[:n] {
		f := &r.felt[r.person[s]]
		if float64(draw.bits(int(s))>>32) < half*opens*r.blind[min(int(*f*blindPer), blindSteps-1)] {
			clicks++
		}
		*f += tires
	}
	r.tally.Clicks += clicks
	return clicks
}

// tires is how much seeing a post adds to F.
func (r *run) tires(g int, match float64, at int64) float64 {
	w := r.world
	a := max(leastTiring, 1+w.Leave.PoorMatch*(1-match))
	if w.Organic.Need == 0 || r.postAt[g] == 0 {
		return a
	}
	said := r.said(g, at) - r.said(g, r.postAt[g])
	return a * (1 + w.Organic.Starve*max(0, 1-said/w.Organic.Need))
}

// leastTiring is what even the best offer adds to F.
const leastTiring = 0.25

// said is how much members have said up to an instant.
func (r *run) said(g int, at int64) float64 {
	day := int((at - firstDay) / dayMillis)
	before := 0.0
	if day > 0 {
		before = float64(r.organic[g][min(day, r.world.Days)-1])
	}
	if day >= r.world.Days {
		return before
	}
	part := float64((at-firstDay)%dayMillis) / float64(dayMillis)
	return before + part*(float64(r.organic[g][day])-before)
}
