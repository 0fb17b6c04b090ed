package jobs

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"runtime/debug"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	"siyu/models"
)

// Options is what a runner needs.
type Options struct {
	Store  *models.Store
	Logger *slog.Logger
	// Workers is how many jobs run at once in [Runner.Run]; 8 if zero: most wait for the disk or for WeChat.
	Workers int
	// Reserve is how many more workers there are for jobs that go before all others, when Workers are busy; 2 if zero.
	Reserve int
	// Poll is how often the store is asked for due jobs when nobody calls Wake; 1 s if zero.
	Poll time.Duration
	// Lease is how long a job may run before another process may take it for abandoned; 1 minute if zero.
	Lease time.Duration
	// MaxAttempts is how often a failing job is run before it goes to the dead letters; 36 if zero, which with the waits
	// between them is a day: longer than an outage lasts or a platform's daily quota.
	MaxAttempts int
	// Wait tells of an outcome that only time can mend, such as a quota that is used up, until when the job is to wait;
	// such a job uses up no attempt. Nil means that nothing is waited for.
	Wait func(err error) (until time.Time, ok bool)
}

// Runner runs jobs. Register all work before the first Run or Drain.
type Runner struct {
	o     Options
	owner string
	work  map[string]func(ctx context.Context, args []byte) error
	wake  chan struct{}

	leases atomic.Int64 // numbers the leases: each has an owner of its own
}

// NewRunner makes a runner without any work.
func NewRunner(o Options) (*Runner, error) {
	if o.Store == nil {
		return nil, errors.New("jobs: a runner needs a store")
	}
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	o.Workers = orInt(o.Workers, 8)
	o.Reserve = orInt(o.Reserve, 2)
	o.MaxAttempts = orInt(o.MaxAttempts, 36)
	if o.Wait == nil {
		o.Wait = func(error) (time.Time, bool) { return time.Time{}, false }
	}
	o.Poll = orDuration(o.Poll, time.Second)
	o.Lease = orDuration(o.Lease, time.Minute)
	return &Runner{o: o, owner: rand.Text(), work: map[string]func(context.Context, []byte) error{},
		wake: make(chan struct{}, 1)}, nil
}

// Register says what to do for jobs of T's kind. It panics if the kind has work already: two packages that claim one
// kind is a mistake of the program.
func Register[T Args](r *Runner, work func(context.Context, T) error) {
	var zero T
	kind := zero.Kind()
	if _, taken := r.work[kind]; taken {
		panic("jobs: two works for " + kind)
	}
	r.work[kind] = func(ctx context.Context, text []byte) error {
		var args T
		if err := json.Unmarshal(text, &args); err != nil {
			return Fatal(fmt.Errorf("read arguments: %w", err))
		}
		return work(ctx, args)
	}
}

// Wake makes a waiting runner look for due jobs at once. It never blocks.
func (r *Runner) Wake() {
	select {
	case r.wake <- struct{}{}:
	default:
	}
}

// Drain runs due jobs one after the other, in the order of their time, until none is due, and returns how many ran.
// It is what a driver with a clock of its own uses; the order makes its outcome repeatable.
func (r *Runner) Drain(ctx context.Context) (int, error) {
	total := 0
	for {
		due, err := r.o.Store.Read(ctx).DueJobs(wall(), 1)
		if err != nil || len(due) == 0 {
			return total, err
		}
		if err := r.runOne(ctx, due[0]); err != nil {
			return total, err
		}
		total++
	}
}

// runOne leases a job, runs it and books the outcome. Its error is about the booking, never about the work.
func (r *Runner) runOne(ctx context.Context, j models.Job) error {
	leased, err := r.lease(ctx, nil, []models.Job{j})
	if err != nil || len(leased) == 0 {
		return err
	}
	j = leased[0]
	outcome := r.do(ctx, j)
	if ctx.Err() != nil { // stopping: the lease runs out and the job starts again
		return nil
	}
	return r.o.Store.Tx(ctx, func(tx *models.Tx) error { return r.book(ctx, tx, j, outcome) })
}

// lease ends what is done and takes due jobs, in one transaction.
func (r *Runner) lease(ctx context.Context, done, due []models.Job) (leased []models.Job, err error) {
	owner := r.owner + "." + strconv.FormatInt(r.leases.Add(1), 36)
	err = r.o.Store.Tx(ctx, func(tx *models.Tx) error {
		if err := tx.EndJobs(done); err != nil {
			return err
		}
		leased, err = tx.LeaseJobs(due, owner, wall(), wall().Add(r.o.Lease))
		return err
	})
	return leased, err
}

// lostRuns times MaxAttempts is how often a job is begun whose runs are never booked. It is far more than a failing one gets:
// a process may end for a reason that is none of its jobs', and a machine that kills every process within the second must
// not make dead letters of what would have been done in the next.
const lostRuns = 10

// do runs the work; a panic is an error like any other.
func (r *Runner) do(ctx context.Context, j models.Job) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("panic: %v\n%s", p, debug.Stack())
		}
	}()
	if !j.Periodic && j.Attempts > lostRuns*r.o.MaxAttempts { // it ends whatever process it runs in
		return Fatal(errors.New("it was begun again and again and never came to an end"))
	}
	work, ok := r.work[j.Kind]
	if !ok {
		return errors.New("no work is registered for this kind") // a newer instance may know it
	}
	ctx, cancel := context.WithTimeout(context.WithValue(ctx, runKey{}, run{r.o.Wait, j.Attempts >= r.o.MaxAttempts}), r.o.Lease)
	defer cancel()
	return work(ctx, []byte(j.Args))
}

func (r *Runner) book(ctx context.Context, tx *models.Tx, j models.Job, outcome error) error {
	if outcome == nil {
		return tx.EndJob(j, models.JobDone, "")
	}
	if s, ok := errors.AsType[*snooze](outcome); ok {
		return tx.PostponeJob(j, max(s.at, tx.Now), j.Attempts-1, cut(s.why))
	}
	why := cut(outcome.Error())
	_, dead := errors.AsType[*fatal](outcome)
	if until, waits := r.o.Wait(outcome); waits && !dead {
		r.o.Logger.InfoContext(ctx, "a job waits", "kind", j.Kind, "job", j.ID.String(), "until", until, "error", outcome)
		return tx.PostponeJob(j, max(models.MillisOf(until), tx.Now), j.Attempts-1, why)
	}
	if !j.Periodic && (dead || j.Attempts >= r.o.MaxAttempts) {
		r.o.Logger.ErrorContext(ctx, "a job failed for good", "kind", j.Kind, "job", j.ID.String(), "error", outcome)
		return tx.EndJob(j, models.JobDead, why)
	}
	r.o.Logger.WarnContext(ctx, "a job failed and runs again", "kind", j.Kind, "job", j.ID.String(),
		"attempt", j.Attempts, "error", outcome)
	return tx.PostponeJob(j, tx.Now.Add(backoff(j.Attempts)), j.Attempts, why)
}

// backoff is the wait after the n-th failure: 2 s doubled each time, an hour at most.
func backoff(n int) time.Duration { return min(time.Second<<min(n, 12), time.Hour) }

type runKey struct{}

// run is what a job's work cannot see of its own run.
type run struct {
	wait func(error) (time.Time, bool)
	last bool // attempt
}

// Final reports whether err, if a job's work returns it, ends the job for good: trying again cannot mend it, or this is
// the last attempt and err is nothing that is waited for.
func Final(ctx context.Context, err error) bool {
	if _, never := errors.AsType[*fatal](err); never {
		return true
	}
	this, _ := ctx.Value(runKey{}).(run)
	if !this.last {
		return false
	}
	_, waits := this.wait(err)
	return !waits
}

// wall is the time leases are counted in.
func wall() time.Time { return models.WallClock{}.Now() }

// cut makes of an error what the column holds: text, whatever bytes an answer or a panic had in it, and not too long.
func cut(s string) string {
	const most = 480
	s = strings.ToValidUTF8(s, "")
	if len(s) <= most {
		return s
	}
	for i := most; i > 0; i-- {
		if s[i]&0xC0 != 0x80 {
			return s[:i]
		}
	}
	return ""
}

func orInt(n, other int) int {
	if n == 0 {
		return other
	}
	return n
}

func orDuration(d, other time.Duration) time.Duration {
	if d == 0 {
		return other
	}
	return d
}
