package bot

import (
	"context"
	"errors"
	"fmt"
	"time"

	"siyu/internal/jobs"
	"siyu/models"
)

// HandRuns is the job that hands the runs of a community over whose time has come.
type HandRuns struct {
	Community models.CommunityID `json:"community"`
}

// Kind names the job.
func (HandRuns) Kind() string { return "run.hand" }

const (
	handBatch = 100
	// handMost bounds the runs of one job: its lease is a minute.
	handMost = 1000
	// holdMost is how long a run may wait for the platform: what is older is not news any more.
	holdMost = 3 * 24 * time.Hour
)

// Why a run was not handed over.
const (
	reasonDown    = "not_running"   // no server ran while it could be posted
	reasonChanged = "piece_changed" // its piece is not for this group, or not at this time, any more
	reasonPaused  = "piece_paused"
	reasonEnded   = "piece_ended"
	reasonGone    = "gone"
)

// handRuns hands over what is due, each run in a transaction of its own.
func (b *Bot) handRuns(ctx context.Context, a HandRuns) error {
	for range handMost / handBatch {
		tx := b.store.Read(ctx)
		due, err := tx.In(a.Community).RunsDue(tx.Now, handBatch)
		if err != nil || len(due) == 0 {
			return err
		}
		var errs []error
		for _, r := range due {
			err := b.store.Tx(ctx, func(tx *models.Tx) error { return b.handRun(tx.In(a.Community), r) })
			if err != nil {
				errs = append(errs, fmt.Errorf("hand run %s over: %w", r.ID, err))
			}
		}
		if err := errors.Join(errs...); err != nil { // the others were handed over all the same
			return err
		}
	}
	return jobs.Snooze(models.MillisOf(b.store.Clock().Now()), "more are due")
}

// handRun gives one run to its group's owner, or says why not. A run that is not as it was read any more is left to whoever
// changed it.
func (b *Bot) handRun(sc *models.Scope, r models.Run) error {
	p, err := sc.Piece(r.PieceID)
	if err != nil {
		return err
	}
	g, err := sc.Group(r.GroupID)
	if err != nil {
		return err
	}
	to := r
	if to.State, to.Reason, err = stands(p, g, r); err != nil {
		return err
	}
	if to.State != models.RunPlanned {
		_, err := sc.MoveRun(r, to)
		return err
	}
	if to, err = b.shift(sc, p, g, r); err != nil {
		return err
	}
	switch {
	case sc.Now >= to.UntilAt:
		to.State, to.Reason = models.RunMissed, reasonDown
	case to.FromAt > r.DueAt.Add(holdMost) && to.Reason == reasonFull():
		to.State = models.RunMissed
	case to.FromAt > sc.Now:
		if _, err := sc.MoveRun(r, to); err != nil {
			return err
		}
		return enqueueRuns(sc, to.FromAt)
	default:
		to.State, to.Rev, to.HandedAt = models.RunHanded, p.Rev, sc.Now
	}
	moved, err := sc.MoveRun(r, to)
	if err != nil || !moved || to.State != models.RunHanded {
		return err
	}
	return b.handTask(sc, g, to)
}

// stands reports whether a planned run is still wanted: planned if so, else how it ends and why.
func stands(p models.Piece, g models.Group, r models.Run) (models.RunState, string, error) {
	if g.GoneAt != 0 {
		return models.RunCancelled, reasonGone, nil
	}
	if r.CreatedBy != 0 { // she asked for it at once, whatever the schedule says
		return models.RunPlanned, r.Reason, nil
	}
	switch p.State {
	case models.PieceScheduled:
	case models.PiecePaused:
		return models.RunCancelled, reasonPaused, nil
	case models.PieceDraft, models.PieceEnded:
		return models.RunCancelled, reasonEnded, nil
	}
	audience, err := p.Audience()
	if err != nil {
		return r.State, r.Reason, err
	}
	schedule, err := p.Schedule()
	if err != nil || schedule == nil {
		return models.RunCancelled, reasonChanged, err
	}
	due, err := newTimes(*schedule, p.Zone, r.DueAt-1, r.DueAt).in(g.Zone)
	if err != nil {
		return r.State, r.Reason, err
	}
	if !audience.Has(g) || len(due) == 0 {
		return models.RunCancelled, reasonChanged, nil
	}
	return models.RunPlanned, r.Reason, nil
}

// shift moves a run's window where the platform or quiet hours want it now: both may have changed since it was planned.
func (b *Bot) shift(sc *models.Scope, p models.Piece, g models.Group, r models.Run) (models.Run, error) {
	quiet, err := b.ledger.QuietOf(sc, []models.Group{g})
	if err != nil {
		return r, err
	}
	length := time.Duration(p.WindowFor) * time.Millisecond
	exact := p.Exact || r.CreatedBy != 0 // what she posts at once she wants at once
	if full := platformFull(g, sc.Now); full != 0 {
		r.FromAt, r.UntilAt, _ = runWindow(full, length, exact, quiet[g.ID])
		r.Reason = reasonFull()
		return r, nil
	}
	held := r.Reason == reasonFull()
	if held { // what waited for the platform has its whole window from then on
		r.FromAt, r.UntilAt, _ = runWindow(r.FromAt, length, exact, quiet[g.ID])
		return r, nil
	}
	r.FromAt, r.UntilAt, r.Reason = runWindow(r.DueAt, length, exact, quiet[g.ID])
	return r, nil
}

// handTask makes the task of a run that was just handed over: to be forwarded by hand at once in an ordinary group, folded
// into a message to the owner in a WeCom group.
func (b *Bot) handTask(sc *models.Scope, g models.Group, r models.Run) error {
	t := models.Task{RunID: r.ID, GroupID: g.ID, Kind: g.Kind, State: models.TaskNew, DueAt: r.UntilAt}
	if err := b.assign(sc, g, &t); err != nil {
		return err
	}
	if err := b.queue(sc, &t, sc.Now); err != nil || g.Kind == models.WeComGroup || t.State != models.TaskNew {
		return err
	}
	if _, err := sc.MoveTask(t.ID, models.TaskNew, models.TaskOpen, ""); err != nil {
		return err
	}
	return tellSoon(sc, t)
}
