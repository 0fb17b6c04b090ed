package app

import (
	"context"
	"time"

	"siyu/bot"
	"siyu/internal/jobs"
	"siyu/miniprogram"
	"siyu/models"
	"siyu/offers"
)

// Periodic work that belongs to no single room.
type (
	refreshJourneys struct{}
	tidyUp          struct{}
)

// Kind names the job.
func (refreshJourneys) Kind() string { return "funnel.refresh" }

// Kind names the job.
func (tidyUp) Kind() string { return "store.tidy" }

// How often, and how long finished jobs are kept for whoever asks what happened.
const (
	refreshEvery  = time.Hour // reports bring themselves up to date; this bounds what the first reader waits for
	tidyEvery     = 24 * time.Hour
	keepJobs      = 14 * 24 * time.Hour
	keepBodies    = 30 * 24 * time.Hour
	keepGreetings = 90 * 24 * time.Hour
	keepTold      = 90 * 24 * time.Hour  // who was told of a task
	keepInputs    = 180 * 24 * time.Hour // of refusals; longer than any window of a rule that people use
)

// plan makes sure that periodic work is in the queue, once for all instances.
func (a *App) plan(ctx context.Context) error {
	return a.Store.Tx(ctx, func(tx *models.Tx) error {
		for _, args := range []jobs.Args{
			bot.WatchMasses{}, offers.Reconcile{}, offers.CloseMonths{},
			bot.Reconcile{}, bot.LearnLimits{}, bot.RenewLinks{}, bot.WatchLive{}, bot.WatchHealth{}, bot.WatchStaff{},
			bot.PlanRuns{}, bot.CountTalk{}, refreshJourneys{}, tidyUp{},
			bot.RefreshTags{}, bot.CheckWelcomes{}, offers.Learn{}, miniprogram.SyncTemplates{}, miniprogram.SweepChecks{}, miniprogram.Remind{}, offers.PlanWeeks{},
			offers.CountOverlaps{}, offers.SweepWaiting{}, offers.WatchStock{}, bot.LookForTurned{}} {
			if err := jobs.Periodic(tx, args); err != nil {
				return err
			}
		}
		return nil
	})
}

// refresh keeps journeys up to date while nobody looks at a report.
func (a *App) refresh(ctx context.Context, _ refreshJourneys) error {
	if _, err := a.Funnel.Refresh(ctx); err != nil {
		return err
	}
	return jobs.SnoozeFor(models.MillisOf(a.Store.Clock().Now()), refreshEvery, "refreshed")
}

// tidy removes what nobody can use any more, in transactions of their own: what there is most of comes last.
func (a *App) tidy(ctx context.Context, _ tidyUp) error {
	var now models.Millis
	err := a.Store.Tx(ctx, func(tx *models.Tx) error {
		now = tx.Now
		if _, err := tx.DeleteExpiredSessions(); err != nil {
			return err
		}
		if _, err := tx.BlankNotices(now.Add(-keepBodies)); err != nil {
			return err
		}
		if _, err := tx.DeleteGreetings(now.Add(-keepGreetings)); err != nil {
			return err
		}
		if err := tx.DropOldMedia(keepJobs); err != nil {
			return err
		}
		_, err := a.Bot.TidySeats(tx)
		return err
	})
	if err != nil {
		return err
	}
	for _, part := range []struct {
		tidy func(context.Context, models.Millis) (int64, error)
		keep time.Duration
	}{
		{a.Store.DeleteSendWindows, keepJobs}, {a.Store.DeleteSyncs, keepBodies}, {a.Store.DeletePictures, keepBodies}, {a.Store.DeleteTellings, keepTold}, {a.Store.DeleteMessages, keepBodies},
		{a.Store.DeleteWrongCodes, keepBodies},
		{a.Store.BlankPushes, keepBodies}, {a.Store.ThinRecords, keepInputs}, {a.Store.DeleteDoneJobs, keepJobs},
	} {
		if _, err := part.tidy(ctx, now.Add(-part.keep)); err != nil {
			return err
		}
	}
	return jobs.SnoozeFor(now, tidyEvery, "tidied")
}
