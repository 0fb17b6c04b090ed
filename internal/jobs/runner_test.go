package jobs_test

import (
	"context"
	"errors"
	"slices"
	"sync"
	"testing"
	"time"

	"siyu/internal/jobs"
	"siyu/internal/testkit"
	"siyu/models"
)

type ping struct{ N int }

func (ping) Kind() string { return "test.ping" }

type tick struct{}

func (tick) Kind() string { return "test.tick" }

func runner(t *testing.T, s *models.Store) *jobs.Runner {
	t.Helper()
	r, err := jobs.NewRunner(jobs.Options{Store: s, MaxAttempts: 3, Poll: time.Millisecond})
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func enqueue(t *testing.T, s *models.Store, at models.Millis, args ...ping) {
	t.Helper()
	err := s.Tx(context.Background(), func(tx *models.Tx) error {
		for _, a := range args {
			if err := jobs.Enqueue(tx, a, at); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

func drain(t *testing.T, r *jobs.Runner, want int) {
	t.Helper()
	n, err := r.Drain(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	if n != want {
		t.Fatalf("%d jobs ran, want %d", n, want)
	}
}

func TestRunner(t *testing.T) {
	t.Parallel()
	testkit.Each(t, func(t *testing.T, s *models.Store, clock *models.ManualClock) {
		ctx := context.Background()
		r := runner(t, s)
		var got []int
		fail := map[int]error{}
		jobs.Register(r, func(_ context.Context, p ping) error {
			got = append(got, p.N)
			return fail[p.N]
		})
		now := func() models.Millis { return models.MillisOf(clock.Now()) }
		count := func() models.JobCount {
			c, err := s.Read(ctx).CountJobs()
			if err != nil {
				t.Fatal(err)
			}
			return c
		}

		enqueue(t, s, now().Add(time.Hour), ping{3})
		enqueue(t, s, now(), ping{1}, ping{2})
		drain(t, r, 2)
		if len(got) != 2 || got[0] != 1 || got[1] != 2 {
			t.Fatalf("ran %v, want 1 then 2", got)
		}
		if c := count(); c.Due != 0 || c.NextAt != now().Add(time.Hour) {
			t.Fatalf("counted %+v", c)
		}
		clock.Advance(time.Hour)
		drain(t, r, 1)

		fail[4] = errors.New("no")
		enqueue(t, s, now(), ping{4})
		drain(t, r, 1)
		for range 2 {
			clock.Advance(time.Hour)
			drain(t, r, 1)
		}
		if c := count(); c.Dead != 1 {
			t.Fatalf("counted %+v after three failures, want one dead", c)
		}

		fail[5] = jobs.Snooze(now().Add(time.Minute), "later")
		enqueue(t, s, now(), ping{5})
		for range 5 { // a snooze uses up no attempt
			drain(t, r, 1)
			clock.Advance(time.Minute)
			fail[5] = jobs.Snooze(now().Add(time.Minute), "later")
		}
		if c := count(); c.Dead != 1 {
			t.Fatalf("counted %+v after five snoozes", c)
		}
	})
}

func TestEnqueue(t *testing.T) {
	t.Parallel()
	testkit.Each(t, func(t *testing.T, s *models.Store, clock *models.ManualClock) {
		ctx := context.Background()
		r := runner(t, s)
		ran := 0
		jobs.Register(r, func(context.Context, ping) error { ran++; return nil })
		once := func() (fresh bool) {
			err := s.Tx(ctx, func(tx *models.Tx) error {
				var err error
				fresh, err = jobs.EnqueueOnce(tx, ping{1}, tx.Now, "one")
				return err
			})
			if err != nil {
				t.Fatal(err)
			}
			return fresh
		}
		if !once() || once() {
			t.Fatal("a waiting job must be written once")
		}
		drain(t, r, 1)
		if !once() {
			t.Fatal("after it started a new one must be written")
		}
		want := errors.New("the business failed")
		err := s.Tx(ctx, func(tx *models.Tx) error {
			if err := jobs.Enqueue(tx, ping{2}, tx.Now); err != nil {
				return err
			}
			return want
		})
		if !errors.Is(err, want) {
			t.Fatal(err)
		}
		drain(t, r, 1) // the second "one", and not the rolled back one
	})
}

func TestPeriodicRunsOnce(t *testing.T) {
	t.Parallel()
	testkit.Each(t, func(t *testing.T, s *models.Store, clock *models.ManualClock) {
		ctx := context.Background()
		r := runner(t, s)
		ran := 0
		jobs.Register(r, func(context.Context, tick) error {
			ran++
			err := s.Tx(ctx, func(tx *models.Tx) error { return jobs.Periodic(tx, tick{}) }) // a second starter
			if err != nil {
				return err
			}
			return jobs.SnoozeFor(models.MillisOf(clock.Now()), time.Hour, "tick")
		})
		for range 3 {
			if err := s.Tx(ctx, func(tx *models.Tx) error { return jobs.Periodic(tx, tick{}) }); err != nil {
				t.Fatal(err)
			}
			drain(t, r, 1)
			clock.Advance(time.Hour)
		}
		if ran != 3 {
			t.Fatalf("ran %d times, want 3", ran)
		}
	})
}

// TestTwoRunners shows that a job runs once however many processes look for it.
func TestTwoRunners(t *testing.T) {
	t.Parallel()
	testkit.Each(t, func(t *testing.T, s *models.Store, clock *models.ManualClock) {
		const n = 100
		var mu sync.Mutex
		ran := map[int]int{}
		ctx, cancel := context.WithCancel(context.Background())
		defer cancel()
		var wg sync.WaitGroup
		for range 3 {
			r := runner(t, s)
			jobs.Register(r, func(_ context.Context, p ping) error {
				mu.Lock()
				defer mu.Unlock()
				ran[p.N]++
				return nil
			})
			wg.Go(func() { _ = r.Run(ctx) })
		}
		for i := range n {
			enqueue(t, s, models.MillisOf(clock.Now()), ping{i})
		}
		for {
			c, err := s.Read(context.Background()).CountJobs()
			if err != nil {
				t.Fatal(err)
			}
			if c.Due == 0 {
				break
			}
		}
		cancel()
		wg.Wait()
		for i := range n {
			if ran[i] != 1 {
				t.Errorf("job %d ran %d times", i, ran[i])
			}
		}
	})
}

// TestDayLongOutage: work that fails for a day, such as over a platform's daily quota, is not given up.
func TestDayLongOutage(t *testing.T) {
	t.Parallel()
	s, clock := testkit.Store(t)
	r, err := jobs.NewRunner(jobs.Options{Store: s})
	if err != nil {
		t.Fatal(err)
	}
	over := clock.Now().Add(24 * time.Hour)
	done := false
	jobs.Register(r, func(context.Context, ping) error {
		if clock.Now().Before(over) {
			return errors.New("the quota of the day is used up")
		}
		done = true
		return nil
	})
	enqueue(t, s, models.MillisOf(clock.Now()), ping{1})
	for range 26 * 60 {
		if _, err := r.Drain(t.Context()); err != nil {
			t.Fatal(err)
		}
		clock.Advance(time.Minute)
	}
	if c, err := s.Read(t.Context()).CountJobs(); err != nil || c.Dead != 0 || !done {
		t.Errorf("done %v, counted %+v, %v", done, c, err)
	}
}

// TestUnknownKind: a job of a kind that only a newer instance knows waits for one.
func TestUnknownKind(t *testing.T) {
	t.Parallel()
	s, clock := testkit.Store(t)
	enqueue(t, s, models.MillisOf(clock.Now()), ping{1})
	drain(t, runner(t, s), 1)
	clock.Advance(time.Minute)
	newer, ran := runner(t, s), false
	jobs.Register(newer, func(context.Context, ping) error { ran = true; return nil })
	drain(t, newer, 1)
	if !ran {
		t.Error("the job was given up")
	}
}

// TestHangingJob: a job that hangs keeps no other waiting, neither those that were due with it nor later ones.
func TestHangingJob(t *testing.T) {
	t.Parallel()
	s, clock := testkit.Store(t)
	r := runner(t, s)
	started, release, ran := make(chan struct{}), make(chan struct{}), make(chan int, 10)
	jobs.Register(r, func(_ context.Context, p ping) error {
		if p.N == 0 {
			close(started)
			<-release
		}
		ran <- p.N
		return nil
	})
	ctx, cancel := context.WithCancel(t.Context())
	var wg sync.WaitGroup
	wg.Go(func() { _ = r.Run(ctx) })
	enqueue(t, s, models.MillisOf(clock.Now()), ping{0})
	<-started
	enqueue(t, s, models.MillisOf(clock.Now()), ping{1}, ping{2})
	for range 2 {
		select {
		case <-ran:
		case <-time.After(20 * time.Second):
			t.Error("a job waits for another one")
		}
	}
	close(release)
	<-ran
	cancel()
	wg.Wait()
}

// TestWait: what only time can mend uses up no attempt and is not final, however often it happens; what is fatal is not
// waited for.
func TestWait(t *testing.T) {
	t.Parallel()
	testkit.Each(t, func(t *testing.T, s *models.Store, clock *models.ManualClock) {
		errQuota := errors.New("too often")
		r, err := jobs.NewRunner(jobs.Options{Store: s, MaxAttempts: 1, Poll: time.Millisecond,
			Wait: func(err error) (time.Time, bool) { return clock.Now().Add(time.Hour), errors.Is(err, errQuota) }})
		if err != nil {
			t.Fatal(err)
		}
		outcomes := []error{errQuota, errQuota, errQuota, nil}
		var final []bool
		jobs.Register(r, func(ctx context.Context, _ ping) error {
			out := outcomes[0]
			outcomes = outcomes[1:]
			final = append(final, jobs.Final(ctx, out))
			return out
		})
		enqueue(t, s, models.MillisOf(clock.Now()), ping{})
		for range 3 {
			drain(t, r, 1)
			drain(t, r, 0)
			clock.Advance(time.Hour)
		}
		drain(t, r, 1)
		if got := []bool{false, false, false}; !slices.Equal(final[:3], got) {
			t.Errorf("final %v", final)
		}
		outcomes = []error{jobs.Fatal(errQuota)}
		enqueue(t, s, models.MillisOf(clock.Now()), ping{})
		drain(t, r, 1)
		count, err := s.Read(t.Context()).CountJobs()
		if err != nil || count.Dead != 1 || count.Due != 0 {
			t.Errorf("%+v %v", count, err)
		}
	})
}

// TestErrorThatIsNoText: a job whose error holds bytes that are no text is booked like any other, whatever the engine
// takes for text.
func TestErrorThatIsNoText(t *testing.T) {
	t.Parallel()
	testkit.Each(t, func(t *testing.T, s *models.Store, clock *models.ManualClock) {
		r := runner(t, s)
		jobs.Register(r, func(_ context.Context, p ping) error {
			if p.N == 1 {
				return jobs.Snooze(models.MillisOf(clock.Now()).Add(time.Hour), "\xff later")
			}
			return jobs.Fatal(errors.New("not text: \xff\xfe"))
		})
		enqueue(t, s, models.MillisOf(clock.Now()), ping{1}, ping{2})
		drain(t, r, 2)
		if c, err := s.Read(context.Background()).CountJobs(); err != nil || c.Dead != 1 || c.Due != 0 {
			t.Errorf("counted %+v, %v", c, err)
		}
	})
}
