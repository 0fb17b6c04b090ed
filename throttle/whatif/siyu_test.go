package whatif

import (
	"testing"

	"siyu/throttle"
	"siyu/throttle/fatigue"
)

// escorted is siyu with somebody who checks every post against the kernel.
type escorted struct {
	siyu
	t     *testing.T
	posts int
}

func (w *escorted) Choose(q *Question) int {
	chosen := w.siyu.Choose(q)
	if chosen == Nothing {
		return chosen
	}
	w.posts++
	g := &w.groups[q.Group]
	if v := throttle.Decide(throttle.Input{Live: q.Live, Rules: w.rules, Hold: q.Hold}, q.Now); !v.Allow {
		w.t.Errorf("day %d, group %d: posted what the rules refuse: %s", q.Day, q.Group, v.Reasons)
	}
	if q.Now < g.paused {
		w.t.Errorf("day %d, group %d: posted during a pause", q.Day, q.Group)
	}
	return chosen
}

// TestSiyuOnlyTightens: the learner never posts what the kernel refuses, and nothing while its breaker pauses a group.
func TestSiyuOnlyTightens(t *testing.T) {
	t.Parallel()
	w := small()
	w.Worth.MemberDay, w.Leave.Extra = 0.0001, 1e-6 // there is every reason to post
	w.Correlated = Correlated{Circle: 10, Quarrel: 0.01}
	w.Owner = Owner{Delay: 6, Spread: 1, Never: 0.2, Late: 0.5}
	p := &escorted{t: t}
	simulate(newCrowd(&w, 1), p)
	if p.posts < 300 {
		t.Errorf("%d posts: nothing was tested", p.posts)
	}
}

// TestSiyuWeighsMembers: the more a member is worth, and the worse ads are borne, the fewer posts.
func TestSiyuWeighsMembers(t *testing.T) {
	t.Parallel()
	w := small()
	w.Days = 120
	last := 1 << 30
	for _, worth := range []float64{0.001, 0.02, 0.4} {
		w.Worth.MemberDay = worth
		got := simulate(newCrowd(&w, 1), &siyu{})
		if got.Posts >= last {
			t.Errorf("a member-day is worth %v: %d posts, not fewer than %d", worth, got.Posts, last)
		}
		last = got.Posts
	}
	w.Worth.MemberDay = 0.02
	mild := simulate(newCrowd(&w, 1), &siyu{})
	w.Leave.Extra *= 20
	harsh := simulate(newCrowd(&w, 1), &siyu{})
	if harsh.Posts*2 > mild.Posts {
		t.Errorf("%d posts where ads do twenty times the harm, %d elsewhere", harsh.Posts, mild.Posts)
	}
}

// TestSiyuBearsBadNews: reports that are lost, late and out of order cost a few percent of the value and no more.
func TestSiyuBearsBadNews(t *testing.T) {
	t.Parallel()
	w := small()
	w.Days = 150
	good := simulate(newCrowd(&w, 1), &siyu{})
	w.Callbacks.Loss, w.Callbacks.Delay, w.Callbacks.HeadCount = 0.5, 2, 3
	bad := simulate(newCrowd(&w, 1), &siyu{})
	if a, b := good.Value(&w), bad.Value(&w); b < 0.97*a {
		t.Errorf("value %.0f, with good news %.0f", b, a)
	}
}

// TestSiyuCountsLeaves: what was not reported is read off the head counts, and joins hide no leaves.
func TestSiyuCountsLeaves(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		news []News
		want float64
	}{
		"reported":         {[]News{{Kind: Quit, Day: 1, N: 2}}, 2},
		"only counted":     {[]News{{Kind: Count, Day: 0, N: 50}, {Kind: Count, Day: 1, N: 47}}, 3},
		"half reported":    {[]News{{Kind: Count, Day: 0, N: 50}, {Kind: Quit, Day: 1, N: 1}, {Kind: Count, Day: 1, N: 47}}, 3},
		"hidden by a join": {[]News{{Kind: Count, Day: 0, N: 50}, {Kind: Joined, Day: 1, N: 2}, {Kind: Count, Day: 1, N: 50}}, 2},
		"a join not heard": {[]News{{Kind: Count, Day: 0, N: 50}, {Kind: Quit, Day: 1, N: 1}, {Kind: Count, Day: 1, N: 51}}, 1},
		"nobody counts":    {[]News{{Kind: Joined, Day: 1, N: 9}}, 0},
		"out of order":     {[]News{{Kind: Count, Day: 1, N: 47}, {Kind: Quit, Day: 1, N: 3}, {Kind: Count, Day: 0, N: 50}}, 3},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var c siyuCount
			c.begin(50)
			for _, n := range test.news {
				c.hear(n)
			}
			if got := c.left(1); got != test.want {
				t.Errorf("%v left, not %v", got, test.want)
			}
			b := fatigue.NewCommunity(fatigue.Terms{Mutes: -1})
			var belief fatigue.Belief
			belief.Learn(b.Prior)
			for day := range 9 {
				c.close(day, [fatigue.Memories]float64{}, &belief)
			}
			if days, leaves := belief.Evidence.Totals(); days <= 0 || leaves > test.want+3 || leaves < min(test.want, 2) {
				t.Errorf("%v leaves in %v member-days were learned from", leaves, days)
			}
		})
	}
}
