package models_test

import (
	"context"
	"fmt"
	"sync"
	"testing"
	"time"

	"siyu/internal/testkit"
	"siyu/models"
)

func (c circle) addJob(t *testing.T, j *models.Job) (fresh bool) {
	t.Helper()
	c.do(t, func(sc *models.Scope) (err error) {
		fresh, err = sc.AddJob(j)
		return err
	})
	return fresh
}

func (c circle) due(t *testing.T, wall time.Time) []models.Job {
	t.Helper()
	all, err := c.read(t).DueJobs(wall, 100)
	if err != nil {
		t.Fatal(err)
	}
	return all
}

func (c circle) lease(j models.Job, owner string, until time.Time) (got models.Job, ok bool, err error) {
	err = c.store.Tx(context.Background(), func(tx *models.Tx) (err error) {
		got = j
		ok, err = tx.LeaseJob(&got, owner, until)
		return err
	})
	return got, ok, err
}

// TestLeaseOnce: of many who read a job as due, one gets it.
func TestLeaseOnce(t *testing.T) {
	t.Parallel()
	eachCircle(t, func(t *testing.T, c circle) {
		c.addJob(t, &models.Job{Kind: "x", Args: "{}"})
		wall := time.Unix(1_800_000_000, 0)
		job := c.due(t, wall)[0]
		var mu sync.Mutex
		var wg sync.WaitGroup
		var winners []models.Job
		for i := range 12 {
			wg.Go(func() {
				got, ok, err := c.lease(job, fmt.Sprintf("w%d", i), wall.Add(time.Minute))
				if err != nil {
					t.Error(err)
				}
				if ok {
					mu.Lock()
					winners = append(winners, got)
					mu.Unlock()
				}
			})
		}
		wg.Wait()
		if len(winners) != 1 || winners[0].Attempts != 1 {
			t.Fatalf("%d got it: %+v", len(winners), winners)
		}
		if n := len(c.due(t, wall)); n != 0 {
			t.Errorf("%d due while it is leased", n)
		}
		c.do(t, func(sc *models.Scope) error { return sc.EndJob(winners[0], models.JobDone, "") })
		if n := len(c.due(t, wall.Add(time.Hour))); n != 0 {
			t.Errorf("%d due after it ended", n)
		}
	})
}

// TestLeaseRunsOut: a job whose process is gone is due again, and the process cannot end it any more.
func TestLeaseRunsOut(t *testing.T) {
	t.Parallel()
	eachCircle(t, func(t *testing.T, c circle) {
		c.addJob(t, &models.Job{Kind: "x", Args: "{}"})
		wall := time.Unix(1_800_000_000, 0)
		slow, ok, err := c.lease(c.due(t, wall)[0], "slow", wall.Add(time.Minute))
		if err != nil || !ok {
			t.Fatal(ok, err)
		}
		later := wall.Add(2 * time.Minute)
		again := c.due(t, later)
		if len(again) != 1 || again[0].State != models.JobLeased {
			t.Fatalf("%+v", again)
		}
		quick, ok, err := c.lease(again[0], "quick", later.Add(time.Minute))
		if err != nil || !ok || quick.Attempts != 2 {
			t.Fatal(quick, ok, err)
		}
		c.do(t, func(sc *models.Scope) error { return sc.EndJob(slow, models.JobDead, "too late") })
		c.do(t, func(sc *models.Scope) error { return sc.PostponeJob(slow, sc.Now, 0, "too late") })
		if n := len(c.due(t, later)); n != 0 {
			t.Error("the process that lost its lease gave the job back")
		}
		c.do(t, func(sc *models.Scope) error { return sc.PostponeJob(quick, sc.Now.Add(time.Hour), 1, "again") })
		n, err := c.read(t).CountJobs()
		if err != nil || n.Due != 0 || n.Dead != 0 || n.NextAt != c.read(t).Now.Add(time.Hour) {
			t.Errorf("%+v, %v", n, err)
		}
	})
}

// TestUniqueJobs: a second job with a key is not written while the first waits; from the moment it runs, what changes
// needs a new one. A periodic job keeps its key.
func TestUniqueJobs(t *testing.T) {
	t.Parallel()
	eachCircle(t, func(t *testing.T, c circle) {
		job := func(periodic bool) *models.Job {
			key := fmt.Sprintf("key-%v", periodic)
			return &models.Job{Kind: "x", Args: "{}", UniqueKey: &key, Periodic: periodic}
		}
		for _, periodic := range []bool{false, true} {
			if !c.addJob(t, job(periodic)) || c.addJob(t, job(periodic)) {
				t.Errorf("periodic %v: the key does not hold", periodic)
			}
		}
		wall := time.Unix(1_800_000_000, 0)
		for _, j := range c.due(t, wall) {
			if _, ok, err := c.lease(j, "w", wall.Add(time.Minute)); err != nil || !ok {
				t.Fatal(ok, err)
			}
		}
		if !c.addJob(t, job(false)) {
			t.Error("a change after the start gets no job")
		}
		if c.addJob(t, job(true)) {
			t.Error("a periodic job is there twice")
		}
	})
}

// TestDueOrder: jobs come in the order of their times, not before them, and as many as asked for.
func TestDueOrder(t *testing.T) {
	t.Parallel()
	testkit.Each(t, func(t *testing.T, s *models.Store, clock *models.ManualClock) {
		c := circle{s, testkit.Community(t, s, nil)}
		now := models.MillisOf(clock.Now())
		for _, at := range []time.Duration{3 * time.Minute, time.Minute, 2 * time.Minute, time.Minute} {
			c.addJob(t, &models.Job{Kind: at.String(), Args: "{}", RunAt: now.Add(at)})
		}
		if n := len(c.due(t, clock.Now())); n != 0 {
			t.Errorf("%d due too early", n)
		}
		clock.Advance(2 * time.Minute)
		all := c.due(t, clock.Now())
		if len(all) != 3 || all[0].RunAt != all[1].RunAt || all[0].ID >= all[1].ID || all[2].Kind != "2m0s" {
			t.Errorf("%+v", all)
		}
		some, err := s.Read(t.Context()).DueJobs(clock.Now(), 2)
		if err != nil || len(some) != 2 || some[0].ID != all[0].ID {
			t.Errorf("%+v, %v", some, err)
		}
		n, err := s.Read(t.Context()).CountJobs()
		if err != nil || n.Due != 3 || n.NextAt != now.Add(3*time.Minute) {
			t.Errorf("%+v, %v", n, err)
		}
	})
}

// TestLeaseAfterSnooze: who read a job before another process ran it and put it off does not get it early.
func TestLeaseAfterSnooze(t *testing.T) {
	t.Parallel()
	eachCircle(t, func(t *testing.T, c circle) {
		c.addJob(t, &models.Job{Kind: "x", Args: "{}"})
		wall := time.Unix(1_800_000_000, 0)
		stale := c.due(t, wall)[0]
		ran, ok, err := c.lease(stale, "quick", wall.Add(time.Minute))
		if err != nil || !ok {
			t.Fatal(ok, err)
		}
		c.do(t, func(sc *models.Scope) error {
			return sc.PostponeJob(ran, sc.Now.Add(time.Hour), ran.Attempts-1, "snoozed")
		})
		if _, ok, err := c.lease(stale, "slow", wall.Add(time.Minute)); err != nil || ok {
			t.Errorf("leased an hour early: %v, %v", ok, err)
		}
	})
}
