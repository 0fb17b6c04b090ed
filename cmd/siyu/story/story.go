package story

import (
	"context"
	"errors"
	"fmt"
	"time"

	"siyu/internal/wechatsim"
	"siyu/models"
)

// Server is a running Siyu. It may be killed and started again at any moment; URL may change then.
type Server interface {
	// URL is the base of its HTTP interface, without a slash at the end.
	URL() string
	// Settle runs everything due up to a moment, in order, moving the business clock to each job's time and at last to
	// the moment itself. The simulator's clock must move with it.
	Settle(ctx context.Context, until time.Time) error
	// Now is the business clock.
	Now() time.Time
}

// DuplicateRate is the share of accepted pushes that WeChat delivers once more in the story.
const DuplicateRate = 0.05

// Options say which story to live.
type Options struct {
	Seed   int64
	Days   int // simulated; 28 if zero
	People int // simulated; 300 if zero
	// Pending offers are handed in at the very end and left for the organiser; at most two.
	Pending  int
	Server   Server
	Sim      *wechatsim.Sim
	Store    *models.Store // only read, for the recount
	Seeded   Seeded
	Progress func(Day) // called after each simulated day; may be nil
}

// Day is what has happened until the end of a day, counted from the beginning.
type Day struct {
	Number   int // 1 is the first
	Of       int
	Date     time.Time // its local morning
	Scans    int
	Joins    int
	Leaves   int
	Posts    int
	Opens    int
	Claims   int
	Redeems  int
	Refusals int // of what must be refused: double scans, wrong codes, sold out
}

// Run lives the story and tells how it ended. Everything that goes otherwise than WeChat, the API and the story allow
// is an error that names the event.
func Run(ctx context.Context, o Options) (Result, error) {
	w, err := newWorld(o)
	if err != nil {
		return Result{}, fmt.Errorf("story: %w", err)
	}
	defer w.client.http.CloseIdleConnections()
	w.planAll()
	if err := w.live(ctx); err != nil {
		return Result{}, fmt.Errorf("story: %w", err)
	}
	result, err := w.result(ctx)
	if err != nil {
		return result, fmt.Errorf("story: %w", err)
	}
	return result, nil
}

// live performs one event after the other until the end of the story.
func (w *world) live(ctx context.Context) error {
	for {
		e, more := w.queue.next()
		if !more || e.at.After(w.end) {
			break
		}
		if err := w.perform(ctx, e); err != nil {
			return fmt.Errorf("%s at %s: %w", e.what, e.at.In(w.zone).Format(time.DateTime), err)
		}
	}
	if err := w.o.Server.Settle(ctx, w.end); err != nil {
		return fmt.Errorf("settle the end: %w", err)
	}
	w.now = w.end
	if err := w.handInPending(ctx); err != nil {
		return err
	}
	return w.o.Server.Settle(ctx, w.end)
}

func (w *world) perform(ctx context.Context, e event) error {
	if err := w.o.Server.Settle(ctx, e.at); err != nil {
		return fmt.Errorf("settle before: %w", err)
	}
	w.now = e.at
	if err := e.do(ctx); err != nil {
		return err
	}
	if err := w.o.Server.Settle(ctx, e.at); err != nil {
		return fmt.Errorf("settle after: %w", err)
	}
	w.noticeTasks()
	return nil
}

func (o *Options) complete() error {
	if o.Server == nil || o.Sim == nil || o.Store == nil {
		return errors.New("the options need a server, a simulator and a store")
	}
	if len(o.Seeded.Entries) == 0 || len(o.Seeded.Groups) == 0 || len(o.Seeded.Brands) == 0 {
		return errors.New("the community has no groups, brands or entries: seed it first")
	}
	if o.Days == 0 {
		o.Days = 28
	}
	if o.People == 0 {
		o.People = 300
	}
	return nil
}
