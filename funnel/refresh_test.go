package funnel_test

import (
	"fmt"
	"math/rand/v2"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"siyu/funnel"
	"siyu/internal/testkit"
	"siyu/models"
)

func newRefresher(t testing.TB, s *models.Store) *funnel.Refresher {
	t.Helper()
	r, err := funnel.New(funnel.Options{Store: s})
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// in runs fn in a transaction of the community.
func in(t testing.TB, s *models.Store, id models.CommunityID, fn func(*models.Scope) error) {
	t.Helper()
	if err := s.Tx(t.Context(), func(tx *models.Tx) error { return fn(tx.In(id)) }); err != nil {
		t.Error(err)
	}
}

func refresh(t testing.TB, r *funnel.Refresher) int {
	t.Helper()
	n, err := r.Refresh(t.Context())
	if err != nil {
		t.Error(err)
	}
	return n
}

func identify(t testing.TB, s *models.Store, id models.CommunityID, names ...models.Name) models.MemberID {
	t.Helper()
	var m models.MemberID
	in(t, s, id, func(sc *models.Scope) (err error) {
		m, err = sc.Identify(names...)
		return err
	})
	return m
}

func openid(v string) models.Name  { return models.Name{Kind: models.OpenID, Scope: "wx1", Value: v} }
func unionid(v string) models.Name { return models.Name{Kind: models.UnionID, Value: v} }
func external(v string) models.Name {
	return models.Name{Kind: models.ExternalUserID, Scope: "ww1", Value: v}
}

// ignoreKeys leaves what a journey says and drops what the store added.
var ignoreKeys = cmpopts.IgnoreFields(models.Journey{}, "ID", "CommunityID", "MemberID")

// checkJourneys compares what is stored for a person with a recomputation of everything she did.
func checkJourneys(t testing.TB, s *models.Store, id models.CommunityID, m models.MemberID, did []models.Touch) {
	t.Helper()
	got, err := s.Read(t.Context()).In(id).JourneysOf(m)
	if err != nil {
		t.Fatal(err)
	}
	want := funnel.Journeys(did, vancouver(t), funnel.DefaultWindow)
	if diff := cmp.Diff(want, got, ignoreKeys, cmpopts.EquateEmpty()); diff != "" {
		t.Errorf("from scratch -, stored +:\n%s", diff)
	}
}

// drawn makes a random history of one identity.
func drawn(rng *rand.Rand, who string) []models.Touch {
	touches := through(time.Duration(rng.IntN(400))*time.Hour, funnel.Stage(1+rng.IntN(6)))
	for range rng.IntN(6) {
		touches = append(touches, at(time.Duration(rng.IntN(1000))*time.Hour, kinds[rng.IntN(len(kinds))],
			video(models.VideoID(rng.IntN(3))), group(models.GroupID(rng.IntN(3)))))
	}
	for i := range touches {
		touches[i].UID = fmt.Sprintf("%s:%d", who, i)
	}
	return touches
}

// TestIncremental: whatever the order, the repetition, the lateness and the moment at which identities turn out to be
// one person, the stored journeys equal those of a recomputation.
func TestIncremental(t *testing.T) {
	t.Parallel()
	testkit.Each(t, func(t *testing.T, s *models.Store, _ *models.ManualClock) {
		id := testkit.Community(t, s, nil)
		r := newRefresher(t, s)
		for seed := range uint64(25) {
			rng := rand.New(rand.NewPCG(seed, 7))
			names := []models.Name{openid(fmt.Sprint("o", seed)), external(fmt.Sprint("e", seed)), unionid(fmt.Sprint("u", seed))}
			type delivery struct {
				touch models.Touch
				name  models.Name
			}
			var all []models.Touch
			var queue []delivery
			for _, n := range names {
				for _, touch := range drawn(rng, n.Value) {
					all = append(all, touch)
					queue = append(queue, delivery{touch, n})
					if rng.IntN(3) == 0 {
						queue = append(queue, delivery{touch, n})
					}
				}
			}
			rng.Shuffle(len(queue), func(i, j int) { queue[i], queue[j] = queue[j], queue[i] })
			for i, d := range queue {
				touch := d.touch
				touch.MemberID = identify(t, s, id, d.name)
				in(t, s, id, func(sc *models.Scope) error { _, err := sc.AddTouch(&touch); return err })
				if rng.IntN(4) == 0 {
					refresh(t, r)
				}
				if i == len(queue)/2 { // two of her names are seen together
					identify(t, s, id, names[0], names[2])
				}
			}
			person := identify(t, s, id, names[2], names[1])
			refresh(t, r)
			checkJourneys(t, s, id, person, all)
			before, err := s.Read(t.Context()).In(id).JourneysOf(person)
			if err != nil {
				t.Fatal(err)
			}
			if err := r.Recompute(t.Context(), id, person); err != nil {
				t.Fatal(err)
			}
			after, err := s.Read(t.Context()).In(id).JourneysOf(person)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(before, after, ignoreKeys); diff != "" {
				t.Errorf("kept -, recomputed +:\n%s", diff)
			}
		}
		checkNobodyTwice(t, s, id, 25)
	})
}

// checkNobodyTwice: members that were merged away have no journeys, so the report counts people and not identities.
func checkNobodyTwice(t *testing.T, s *models.Store, id models.CommunityID, people int64) {
	t.Helper()
	counts, err := s.Read(t.Context()).In(id).CountJourneys(0, 1<<62)
	if err != nil {
		t.Fatal(err)
	}
	var n int64
	for _, c := range counts {
		if c.Dim == funnel.DimAll {
			n += c.People
		}
	}
	if n != people {
		t.Errorf("%d people are counted, there are %d", n, people)
	}
}

// TestConcurrent: touches, merges and refreshes at the same time lose nothing.
func TestConcurrent(t *testing.T) {
	t.Parallel()
	testkit.Each(t, func(t *testing.T, s *models.Store, _ *models.ManualClock) {
		const people = 6
		id := testkit.Community(t, s, nil)
		r := newRefresher(t, s)
		did := make([][]models.Touch, people)
		var writers, readers sync.WaitGroup
		done := make(chan struct{})
		for range 2 {
			readers.Go(func() {
				for {
					select {
					case <-done:
						return
					default:
						refresh(t, r)
					}
				}
			})
		}
		for p := range people {
			rng := rand.New(rand.NewPCG(uint64(p), 3))
			names := []models.Name{openid(fmt.Sprint("o", p)), external(fmt.Sprint("e", p))}
			for _, n := range names {
				touches := drawn(rng, n.Value)
				did[p] = append(did[p], touches...)
				writers.Go(func() {
					for i := range touches {
						touch := touches[i]
						touch.MemberID = identify(t, s, id, n) // in a transaction of its own: she may be merged in between
						in(t, s, id, func(sc *models.Scope) error { _, err := sc.AddTouch(&touch); return err })
					}
				})
			}
			writers.Go(func() { identify(t, s, id, names...) })
		}
		writers.Wait()
		close(done)
		readers.Wait()
		refresh(t, r)
		for p := range people {
			person := identify(t, s, id, openid(fmt.Sprint("o", p)), external(fmt.Sprint("e", p)))
			refresh(t, r)
			checkJourneys(t, s, id, person, did[p])
		}
		checkNobodyTwice(t, s, id, people)
		if n := refresh(t, r); n != 0 {
			t.Errorf("%d people are still marked", n)
		}
	})
}

// TestTwoMarksOfOnePerson: a mark of an old id and one of her own are taken by two refreshers at once; whichever writes
// last has read everything.
func TestTwoMarksOfOnePerson(t *testing.T) {
	t.Parallel()
	testkit.Each(t, func(t *testing.T, s *models.Store, _ *models.ManualClock) {
		id := testkit.Community(t, s, nil)
		r := newRefresher(t, s)
		for round := range 40 {
			o, e := openid(fmt.Sprint("o", round)), external(fmt.Sprint("e", round))
			first, second := identify(t, s, id, o), identify(t, s, id, e)
			person := identify(t, s, id, o, e)
			refresh(t, r)
			touches := through(0, funnel.Redeem)
			var wg sync.WaitGroup
			for i := range touches {
				touches[i].UID = fmt.Sprint(round, "-", i)
				touches[i].MemberID = []models.MemberID{first, second}[i%2]
				wg.Go(func() {
					touch := touches[i]
					in(t, s, id, func(sc *models.Scope) error { _, err := sc.AddTouch(&touch); return err })
					refresh(t, r)
				})
			}
			wg.Wait()
			checkJourneys(t, s, id, person, touches)
		}
	})
}

// TestTouchOfMergedMember: a touch that was written for a member at the moment she was merged counts for the person
// she became.
func TestTouchOfMergedMember(t *testing.T) {
	t.Parallel()
	testkit.Each(t, func(t *testing.T, s *models.Store, _ *models.ManualClock) {
		id := testkit.Community(t, s, nil)
		r := newRefresher(t, s)
		first, second := identify(t, s, id, openid("o")), identify(t, s, id, external("e"))
		touches := through(0, funnel.Mini)
		for i := range touches {
			touches[i].MemberID = first
			if i == len(touches)-1 {
				if got := identify(t, s, id, external("e"), openid("o")); got != first {
					t.Fatalf("merged into %s, want %s", got, first)
				}
				touches[i].MemberID = second
			}
			in(t, s, id, func(sc *models.Scope) error { _, err := sc.AddTouch(&touches[i]); return err })
		}
		if n := refresh(t, r); n != 2 {
			t.Errorf("%d marks were taken, want 2", n)
		}
		checkJourneys(t, s, id, first, touches)
		checkJourneys(t, s, id, second, nil)
	})
}

func TestRefresh(t *testing.T) {
	t.Parallel()
	s, _ := testkit.Store(t)
	r := newRefresher(t, s)
	id := testkit.Community(t, s, func(sc *models.Scope) error {
		for i := range 450 { // more than two batches
			m, err := sc.Identify(openid(fmt.Sprint(i)))
			if err != nil {
				return err
			}
			touch := at(0, models.TouchVideo, uid(fmt.Sprint(i)))
			touch.MemberID = m
			if _, err := sc.AddTouch(&touch); err != nil {
				return err
			}
		}
		nobody := at(0, models.TouchVideo, uid("nobody"))
		_, err := sc.AddTouch(&nobody)
		return err
	})
	if n := refresh(t, r); n != 451 {
		t.Errorf("%d were recomputed, want 451", n)
	}
	if n := refresh(t, r); n != 0 {
		t.Errorf("%d were recomputed, want none", n)
	}
	checkNobodyTwice(t, s, id, 450)
	if _, err := funnel.New(funnel.Options{}); err == nil {
		t.Error("no store was accepted")
	}
	if _, err := funnel.New(funnel.Options{Store: s, Window: -1}); err == nil {
		t.Error("a negative window was accepted")
	}
}
