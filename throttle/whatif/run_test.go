package whatif

import (
	"testing"
)

// small is a world that is run in milliseconds.
func small() World {
	w := Default()
	w.Days, w.Groups.Count, w.Groups.Size = 60, 12, 100
	return w
}

// TestRunsAreRepeatable: the same seed gives the same numbers, another seed other ones.
func TestRunsAreRepeatable(t *testing.T) {
	t.Parallel()
	w := small()
	w.Days = 30
	for _, p := range policies() {
		first := simulate(newCrowd(&w, 1), p.make())
		if again := simulate(newCrowd(&w, 1), p.make()); again != first {
			t.Errorf("%s: %+v, and then %+v", p.name, first, again)
		}
	}
	for _, p := range []Policy{never{}, always{}} {
		if simulate(newCrowd(&w, 1), p) == simulate(newCrowd(&w, 2), p) {
			t.Errorf("%T: seed 2 is seed 1", p)
		}
	}
}

// TestPeopleAreConserved: who is there in the end was there, or came, and did not leave.
func TestPeopleAreConserved(t *testing.T) {
	t.Parallel()
	w := small()
	w.Correlated = Correlated{Circle: 8, Follow: 0.1, Quarrel: 0.001}
	w.Owner = Owner{Delay: 5, Spread: 1, Never: 0.1, Late: 0.5}
	w.Leave.Extra *= 5
	for _, p := range policies() {
		got := simulate(newCrowd(&w, 3), p.make())
		if got.End != got.Start+got.Joined-got.Left {
			t.Errorf("%s: %d at the end, of %d and %d who came and %d who left", p.name, got.End, got.Start, got.Joined, got.Left)
		}
	}
}

// TestPostsDoHarm: nobody is lost to posts where there are none, and more posts lose more.
func TestPostsDoHarm(t *testing.T) {
	t.Parallel()
	w := small()
	c := newCrowd(&w, 1)
	before := simulate(c, never{})
	if before.Lost != 0 || before.Posts != 0 || before.Clicks != 0 {
		t.Errorf("without posts: %+v", before)
	}
	for _, posts := range []int{1, 3, 7, 14} {
		got := simulate(c, &capped{posts: posts, days: 7, ranked: true})
		if got.Lost <= before.Lost || got.Posts <= before.Posts {
			t.Errorf("%d a week: %+v, with fewer: %+v", posts, got, before)
		}
		before = got
	}
}
