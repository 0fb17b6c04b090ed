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

// lease takes one job for a minute.
func (c circle) lease(j models.Job, owner string, wall time.Time) (got models.Job, ok bool, err error) {
	err = c.store.Tx(context.Background(), func(tx *models.Tx) error {
		all, err := tx.LeaseJobs([]models.Job{j}, owner, wall, wall.Add(time.Minute))
		if ok = len(all) == 1; ok {
			got = all[0]
		}
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
				got, ok, err := c.lease(job, fmt.Sprintf("w%d", i), wall)
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
		slow, ok, err := c.lease(c.due(t, wall)[0], "slow", wall)
		if err != nil || !ok {
			t.Fatal(ok, err)
		}
		later := wall.Add(2 * time.Minute)
		again := c.due(t, later)
		if len(again) != 1 || again[0].State != models.JobLeased {
			t.Fatalf("%+v", again)
		}
		quick, ok, err := c.lease(again[0], "quick", later)
		if err != nil || !ok || quick.Attempts != 2 {
			t.Fatal(quick, ok, err)
		}
		c.do(t, func(sc *models.Scope) error { return sc.EndJob(slow, models.JobDead, "too late") })
		c.do(t, func(sc *models.Scope) error { return sc.PostponeJob(slow, sc.Now, 0, "too late") })
		if n := len(c.due(t, later)); n != 0 {
			t.Error("the process that lost its lease gave the job back")
		}
		c.do(t, func(sc *models.Scope) error { return sc.PostponeJob(quick, sc.Now.Add(time.Hour), 1, "again") })
		n, err := c.read(t).Tx.CountJobs()
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
			if _, ok, err := c.lease(j, "w"+j.ID.String(), wall); err != nil || !ok {
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
		ran, ok, err := c.lease(stale, "quick", wall)
		if err != nil || !ok {
			t.Fatal(ok, err)
		}
		c.do(t, func(sc *models.Scope) error {
			return sc.PostponeJob(ran, sc.Now.Add(time.Hour), ran.Attempts-1, "snoozed")
		})
		if _, ok, err := c.lease(stale, "slow", wall); err != nil || ok {
			t.Errorf("leased an hour early: %v, %v", ok, err)
		}
	})
}

// TestLeaseTogether: processes that read the same jobs as due share them, each job to one; only who holds its lease ends it.
func TestLeaseTogether(t *testing.T) {
	t.Parallel()
	eachCircle(t, func(t *testing.T, c circle) {
		const n = 40
		for range n {
			c.addJob(t, &models.Job{Kind: "x", Args: "{}"})
		}
		wall := time.Unix(1_800_000_000, 0)
		due := c.due(t, wall)
		parts := make([][]models.Job, 6)
		var wg sync.WaitGroup
		for i := range parts {
			wg.Go(func() {
				cut := due[i*4 : min(n, i*4+20)]
				err := c.store.Tx(t.Context(), func(tx *models.Tx) (err error) {
					parts[i], err = tx.LeaseJobs(cut, fmt.Sprintf("w%d", i), wall, wall.Add(time.Minute))
					return err
				})
				if err != nil {
					t.Error(err)
				}
			})
		}
		wg.Wait()
		got, total := map[models.JobID]bool{}, 0
		for _, part := range parts {
			for i, j := range part {
				got[j.ID] = true
				if j.Attempts != 1 || j.State != models.JobLeased || (i > 0 && part[i-1].ID > j.ID) {
					t.Errorf("%+v", j)
				}
			}
			total += len(part)
		}
		if total != n || len(got) != n || len(c.due(t, wall)) != 0 {
			t.Errorf("%d leased, %d different ones, %d still due", total, len(got), len(c.due(t, wall)))
		}
		lost := parts[0][0]
		lost.Owner = "somebody else"
		c.do(t, func(sc *models.Scope) error { return sc.EndJobs([]models.Job{lost}) })
		if left, err := c.read(t).Tx.CountJobs(); err != nil || left.Due != n {
			t.Errorf("a job was ended under another's lease: %+v, %v", left, err)
		}
		var all []models.Job
		for _, part := range parts {
			all = append(all, part...)
		}
		c.do(t, func(sc *models.Scope) error { return sc.EndJobs(all) })
		if left, err := c.read(t).Tx.CountJobs(); err != nil || left.Due != 0 {
			t.Errorf("%+v are left, %v", left, err)
		}
	})
}
