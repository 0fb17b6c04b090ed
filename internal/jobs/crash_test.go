package jobs_test

import (
	"context"
	"testing"
	"time"

	"siyu/internal/jobs"
	"siyu/internal/testkit"
	"siyu/models"
)

// TestJobThatEndsItsProcess: a job whose runs are never booked, because the process dies in each, is a dead letter in
// the end, after far more runs than one that fails. A periodic one is not: it is the house's own.
func TestJobThatEndsItsProcess(t *testing.T) {
	t.Parallel()
	testkit.Each(t, func(t *testing.T, s *models.Store, clock *models.ManualClock) {
		r := runner(t, s)
		ran, ticked := 0, 0
		jobs.Register(r, func(context.Context, ping) error { ran++; return nil })
		jobs.Register(r, func(context.Context, tick) error {
			ticked++
			return jobs.SnoozeFor(models.MillisOf(clock.Now()), time.Hour, "ticked")
		})
		enqueue(t, s, models.MillisOf(clock.Now()), ping{})
		if err := s.Tx(t.Context(), func(tx *models.Tx) error { return jobs.Periodic(tx, tick{}) }); err != nil {
			t.Fatal(err)
		}
		wall := models.WallClock{}.Now()
		for range 30 { // each time the process that took them is gone, and so is its lease
			err := s.Tx(t.Context(), func(tx *models.Tx) error {
				due, err := tx.DueJobs(wall, 10)
				if err != nil || len(due) != 2 {
					t.Errorf("%d due, %v", len(due), err)
				}
				_, err = tx.LeaseJobs(due, "gone", wall, wall.Add(-time.Hour))
				return err
			})
			if err != nil {
				t.Fatal(err)
			}
		}
		drain(t, r, 2)
		c, err := s.Read(t.Context()).CountJobs()
		if err != nil || ran != 0 || ticked != 1 || c.Dead != 1 {
			t.Errorf("ran %d times, ticked %d times, %d dead, %v", ran, ticked, c.Dead, err)
		}
	})
}
