package app

import (
	"context"
	"fmt"
	"time"
)

// MovableClock is a clock that a driver moves.
type MovableClock interface{ Set(t time.Time) }

// Settle runs every job that is due up to a moment, in order, moving the clock to each one's time and at last to the
// moment itself. It is how a simulated month passes in seconds.
func (a *App) Settle(ctx context.Context, clock MovableClock, until time.Time) error {
	for {
		if _, err := a.Runner.Drain(ctx); err != nil {
			return fmt.Errorf("settle: %w", err)
		}
		count, err := a.Store.Read(ctx).CountJobs()
		if err != nil {
			return fmt.Errorf("settle: %w", err)
		}
		next := count.NextAt.Time()
		if count.NextAt == 0 || next.After(until) {
			break
		}
		clock.Set(next)
	}
	if a.Store.Clock().Now().Before(until) {
		clock.Set(until)
	}
	_, err := a.Runner.Drain(ctx)
	return err
}
