package jobs_test

import (
	"context"
	"sync"
	"testing"

	"siyu/internal/jobs"
	"siyu/internal/testkit"
	"siyu/models"
)

type hang struct{ N int }

func (hang) Kind() string { return "test.hang" }

// TestFront: a job that goes before all others runs while every worker hangs and a crowd waits for them.
func TestFront(t *testing.T) {
	t.Parallel()
	testkit.Each(t, func(t *testing.T, s *models.Store, clock *models.ManualClock) {
		const crowd = 200
		r := runner(t, s)
		busy, release := make(chan struct{}, crowd), make(chan struct{})
		served := make(chan int, 10)
		jobs.Register(r, func(context.Context, hang) error {
			busy <- struct{}{}
			<-release
			return nil
		})
		jobs.Register(r, func(_ context.Context, p ping) error { served <- p.N; return nil })
		now := models.MillisOf(clock.Now())
		err := s.Tx(t.Context(), func(tx *models.Tx) error {
			all := make([]jobs.Args, crowd)
			for i := range all {
				all[i] = hang{i}
			}
			return jobs.EnqueueAll(tx, all, now)
		})
		if err != nil {
			t.Fatal(err)
		}
		ctx, cancel := context.WithCancel(t.Context())
		var wg sync.WaitGroup
		wg.Go(func() { _ = r.Run(ctx) })
		for range 8 { // all workers
			<-busy
		}
		for n := range 3 {
			enqueue(t, s, jobs.Front, ping{n})
			r.Wake()
			if got := <-served; got != n {
				t.Errorf("served %d, want %d", got, n)
			}
		}
		if len(busy) != 0 {
			t.Error("a worker in reserve took a job of the crowd")
		}
		cancel()
		close(release)
		wg.Wait()
	})
}
