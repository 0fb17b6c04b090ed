package jobs

import (
	"cmp"
	"context"
	"math/rand/v2"
	"slices"
	"time"

	"siyu/models"
)

// crew is a runner at work: how many jobs run, and which have ended well but are not booked yet.
type crew struct {
	*Runner
	running int
	ended   chan ended
	done    []models.Job
	crowded bool // another process took jobs that this one was about to take
}

// ended is a job that runs no more.
type ended struct {
	job  models.Job
	well bool // and is to be booked as done; every other outcome is booked already
}

// Run runs due jobs until ctx ends, then waits for those that are running. A job that hangs takes one worker and keeps
// nobody else waiting. Jobs are taken and booked as done many at a time: while one transaction is being written, the jobs
// that end meanwhile are what the next one books.
//
// Two jobs may run at the same time whatever they are about, also in the other order than they were written: only their
// start is in the order of their times, and only within a process.
func (r *Runner) Run(ctx context.Context) error {
	c := &crew{Runner: r, ended: make(chan ended, r.o.Workers+r.o.Reserve)}
	defer c.finish(ctx)
	for ctx.Err() == nil {
		c.collect()
		started, err := c.round(ctx)
		if err != nil && ctx.Err() == nil {
			r.o.Logger.ErrorContext(ctx, "the job queue cannot be read or written", "error", err)
			pause(ctx, r.o.Poll)
			continue
		}
		if started > 0 && c.running < r.o.Workers {
			continue
		}
		select {
		case <-ctx.Done():
		case <-r.wake:
		case e := <-c.ended:
			c.add(e)
		case <-time.After(r.o.Poll):
		}
	}
	return nil
}

// round books what is done and starts due jobs, the earliest first, until all workers are busy; it returns how many.
func (c *crew) round(ctx context.Context) (started int, err error) {
	due, err := c.due(ctx, c.o.Workers-c.running)
	if err != nil {
		return 0, err
	}
	if len(due) == 0 && len(c.done) == 0 {
		return 0, nil
	}
	leased, err := c.lease(ctx, c.done, due)
	if err != nil {
		return 0, err
	}
	c.done, c.crowded = c.done[:0], len(leased) < len(due)
	for _, j := range leased {
		c.running++
		go c.work(ctx, j)
	}
	return len(due), nil
}

// due lists jobs for the free workers; for those in reserve, when the others are busy, only what goes before all others.
// When another process was faster the last time, it looks further ahead and picks at random: two that always want the same
// jobs would do the work of one.
func (c *crew) due(ctx context.Context, free int) ([]models.Job, error) {
	const ahead = 4
	if free <= 0 {
		spare := free + c.o.Reserve
		if spare <= 0 {
			return nil, nil
		}
		return c.o.Store.Read(ctx).FrontJobs(spare)
	}
	if !c.crowded {
		return c.o.Store.Read(ctx).DueJobs(wall(), free)
	}
	all, err := c.o.Store.Read(ctx).DueJobs(wall(), free*ahead)
	rand.Shuffle(len(all), func(i, k int) { all[i], all[k] = all[k], all[i] }) //nolint:gosec // nobody gains by guessing
	slices.SortStableFunc(all, func(a, b models.Job) int { return cmp.Compare(rank(a), rank(b)) })
	return all[:min(free, len(all))], err
}

// rank is 0 for what goes before all others.
func rank(j models.Job) int {
	if j.RunAt == Front {
		return 0
	}
	return 1
}

// work runs one job. What did not end well is booked by itself.
func (c *crew) work(ctx context.Context, j models.Job) {
	outcome := c.do(ctx, j)
	e := ended{job: j, well: outcome == nil && ctx.Err() == nil}
	if outcome != nil && ctx.Err() == nil { // when stopping, the lease runs out and the job starts again
		err := c.o.Store.Tx(ctx, func(tx *models.Tx) error { return c.book(ctx, tx, j, outcome) })
		if err != nil && ctx.Err() == nil {
			c.o.Logger.ErrorContext(ctx, "a job cannot be booked", "kind", j.Kind, "error", err)
			pause(ctx, c.o.Poll) // a store that can be read but not written must not be asked without a pause
		}
	}
	c.ended <- e
}

func (c *crew) add(e ended) {
	c.running--
	if e.well {
		c.done = append(c.done, e.job)
	}
}

// collect takes in what has ended without waiting.
func (c *crew) collect() {
	for {
		select {
		case e := <-c.ended:
			c.add(e)
		default:
			return
		}
	}
}

// finish waits for what is running and books what ended well; what it cannot book runs again.
func (c *crew) finish(ctx context.Context) {
	for c.running > 0 {
		c.add(<-c.ended)
	}
	const last = 5 * time.Second
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), last)
	defer cancel()
	if len(c.done) == 0 {
		return
	}
	if _, err := c.lease(ctx, c.done, nil); err != nil {
		c.o.Logger.WarnContext(ctx, "jobs that are done run again", "jobs", len(c.done), "error", err)
	}
}

func pause(ctx context.Context, d time.Duration) {
	select {
	case <-ctx.Done():
	case <-time.After(d):
	}
}
