package story

import (
	"math/rand/v2"
	"time"
)

// origin is how somebody comes to the community.
type origin int

const (
	fromVideo  origin = iota // scans a video's code
	fromFriend               // is invited straight into a group
	fromSearch               // follows the Official Account, and perhaps scans a video later
)

// scan is one look at a video's code.
type scan struct {
	at    time.Time
	entry int
}

// persona is somebody's character and plans, fixed before the story begins. What comes of them depends on the story.
type persona struct {
	n         int
	name      string
	origin    origin
	keen      float64 // 0 to 1: how readily she opens, claims and comes back
	scans     []scan  // in order of time
	opens     bool    // looks at the invitation she is sent
	joins     bool    // and joins its group
	joinAfter time.Duration
	invited   time.Time     // fromFriend: when she is let into a group
	friendly  int           // and which
	follows   time.Time     // fromSearch: when
	writes    time.Time     // when she writes to the Official Account; zero: never
	unfollows time.Duration // after her first scan; zero: never
	stays     time.Duration // in a group, if no advertisement drives her away
}

// setting is what the generator of people knows of the world.
type setting struct {
	seed   int64
	start  time.Time
	end    time.Time
	zone   *time.Location
	videos []airing
	groups int
}

// airing is a video as its viewers meet it.
type airing struct {
	at      time.Time
	pull    float64
	entries []int
}

// population makes n people. Person i is the same in every population of one seed.
func population(s setting, n int) []persona {
	all := make([]persona, n)
	for i := range all {
		all[i] = newPersona(s, i)
	}
	return all
}

func newPersona(s setting, n int) persona {
	r := stream(s.seed, "persona", n)
	p := persona{
		n: n, name: nickname(s.seed, n), origin: origin(weigh(r, []float64{0.80, 0.13, 0.07})),
		keen: r.Float64(), opens: chance(r, 0.9), joins: chance(r, 0.85),
		joinAfter: waiting(r, 40*time.Minute, 20*time.Hour), stays: waiting(r, 150*day, 400*day),
	}
	whole := s.end.Sub(s.start)
	switch p.origin {
	case fromVideo:
		p.scans = append(p.scans, s.watch(r, 0))
		if chance(r, 0.22) {
			p.scans = append(p.scans, s.watch(r, 0))
		}
	case fromFriend:
		at := s.start.Add(between(r, 3*time.Hour, whole*3/4))
		p.invited, p.friendly = awake(r, at, s.zone), r.IntN(s.groups)
		if chance(r, 0.3) {
			p.scans = append(p.scans, s.watch(r, at.Sub(s.start)))
		}
	case fromSearch:
		at := s.start.Add(between(r, time.Hour, whole*3/4))
		p.follows = awake(r, at, s.zone)
		if chance(r, 0.6) {
			p.scans = append(p.scans, s.watch(r, at.Sub(s.start)))
		}
	}
	if len(p.scans) == 2 && p.scans[1].at.Before(p.scans[0].at) {
		p.scans[0], p.scans[1] = p.scans[1], p.scans[0]
	}
	if chance(r, 0.08) {
		p.writes = awake(r, s.start.Add(between(r, day, whole)), s.zone)
	}
	if chance(r, 0.05) {
		p.unfollows = between(r, 2*day, 20*day)
	}
	return p
}

// watch draws a video and when its code is scanned, not before so long after the start. Interest fades: half of the
// scans come in the first day, a few after a week.
func (s setting) watch(r *rand.Rand, earliest time.Duration) scan {
	weights := make([]float64, len(s.videos))
	for i, v := range s.videos {
		weights[i] = v.pull
	}
	v := s.videos[weigh(r, weights)]
	from := v.at
	if t := s.start.Add(earliest); t.After(from) {
		from = t
	}
	at := from.Add(time.Minute + waiting(r, 34*time.Hour, 12*day))
	return scan{at: awake(r, at, s.zone), entry: v.entries[r.IntN(len(v.entries))]}
}
