package bot

import (
	"context"
	"errors"
	"fmt"
	"time"

	"siyu/internal/jobs"
	"siyu/models"
	"siyu/throttle"
)

const (
	planAhead = 14 * 24 * time.Hour // so far ahead runs are made
	planEvery = 6 * time.Hour
	// missedFor is how far back times that nobody planned, because no server ran, are listed as missed.
	missedFor = 14 * 24 * time.Hour
)

// PlanRuns is the periodic job that makes the runs of the days ahead.
type PlanRuns struct{}

// Kind names the job.
func (PlanRuns) Kind() string { return "run.plan" }

// planRuns plans every scheduled piece, each in a transaction of its own.
func (b *Bot) planRuns(ctx context.Context, _ PlanRuns) error {
	tx := b.store.Read(ctx)
	pieces, err := tx.ScheduledPieces()
	if err != nil {
		return err
	}
	var errs []error
	for _, p := range pieces {
		err := b.store.Tx(ctx, func(tx *models.Tx) error { return b.planPiece(tx.In(p.CommunityID), p) })
		if err != nil {
			errs = append(errs, fmt.Errorf("plan piece %s: %w", p.ID, err))
		}
	}
	if err := errors.Join(errs...); err != nil { // the others are planned all the same
		return err
	}
	return jobs.SnoozeFor(tx.Now, planEvery, "planned")
}

// planPiece brings the planned runs of a piece in line with its schedule, its groups and their quiet hours, as far ahead as
// runs are made. What was handed over, and what waits past its time, stays. Doing it twice is the same as once; a piece that
// changed since it was read is left to whoever changed it.
func (b *Bot) planPiece(sc *models.Scope, p models.Piece) error {
	mine, err := sc.TakePlanning(p)
	if err != nil || !mine {
		return err
	}
	since := max(p.PlannedAt, sc.Now.Add(-missedFor))
	wanted, err := b.wantedRuns(sc, p, since)
	if err != nil {
		return err
	}
	known, err := sc.RunIdems(p.ID, since)
	if err != nil {
		return err
	}
	planned, err := sc.RunsIn(p.ID, models.RunPlanned)
	if err != nil {
		return err
	}
	var fresh []models.Run
	at := map[string]models.Run{}
	starts := map[models.Millis]bool{}
	for _, r := range wanted {
		at[r.Idem] = r
		starts[r.FromAt] = true
		if !known[r.Idem] {
			fresh = append(fresh, r)
		}
	}
	if err := b.mend(sc, planned, at); err != nil {
		return err
	}
	if err := sc.AddRuns(fresh); err != nil {
		return err
	}
	for start := range starts {
		if err := enqueueRuns(sc, start); err != nil {
			return err
		}
	}
	return nil
}

// mend shifts planned runs whose quiet hours or window changed, and removes those that are not wanted any more.
func (b *Bot) mend(sc *models.Scope, planned []models.Run, wanted map[string]models.Run) error {
	var gone []models.RunID
	for _, r := range planned {
		if r.CreatedBy != 0 || r.DueAt <= sc.Now {
			continue
		}
		w, still := wanted[r.Idem]
		switch {
		case !still:
			gone = append(gone, r.ID)
		case w.FromAt != r.FromAt || w.UntilAt != r.UntilAt:
			to := r
			to.FromAt, to.UntilAt, to.Reason = w.FromAt, w.UntilAt, w.Reason
			if _, err := sc.MoveRun(r, to); err != nil {
				return err
			}
		}
	}
	return sc.DropRuns(gone)
}

// wantedRuns are all runs of a piece that are due after a time and not further ahead than runs are made.
func (b *Bot) wantedRuns(sc *models.Scope, p models.Piece, since models.Millis) ([]models.Run, error) {
	schedule, err := p.Schedule()
	if err != nil || schedule == nil {
		return nil, err
	}
	groups, err := pieceGroups(sc, p)
	if err != nil {
		return nil, err
	}
	quiet, err := b.ledger.QuietOf(sc, groups)
	if err != nil {
		return nil, err
	}
	times := newTimes(*schedule, p.Zone, since, sc.Now.Add(planAhead))
	var all []models.Run
	for _, g := range groups {
		due, err := times.in(g.Zone)
		if err != nil {
			return nil, err
		}
		for _, at := range due {
			if at < g.CreatedAt {
				continue
			}
			r := models.Run{Idem: models.RunIdem(p.ID, g.ID, at), PieceID: p.ID, GroupID: g.ID, DueAt: at}
			r.FromAt, r.UntilAt, r.Reason = runWindow(at, time.Duration(p.WindowFor)*time.Millisecond, p.Exact, quiet[g.ID])
			all = append(all, r)
		}
	}
	return all, nil
}

// pieceGroups lists the groups a piece goes to.
func pieceGroups(sc *models.Scope, p models.Piece) ([]models.Group, error) {
	a, err := p.Audience()
	if err != nil {
		return nil, err
	}
	all, err := sc.Groups()
	if err != nil {
		return nil, err
	}
	var meant []models.Group
	for _, g := range all {
		if a.Has(g) {
			meant = append(meant, g)
		}
	}
	return meant, nil
}

// times works a schedule out in several zones, each once.
type times struct {
	schedule    models.Schedule
	zone        string // of the piece; empty: each group's own
	since, till models.Millis
	made        map[string][]models.Millis
}

func newTimes(s models.Schedule, zone string, since, till models.Millis) *times {
	return &times{schedule: s, zone: zone, since: since, till: till, made: map[string][]models.Millis{}}
}

// more reports whether there is an instant after since in a zone, however late.
func (t *times) more(zone string) (bool, error) {
	loc, err := t.load(zone)
	if err != nil {
		return false, err
	}
	_, more := Next(t.schedule, loc, t.since)
	return more, nil
}

// load reads the zone that the schedule's times are in for a group of a zone.
func (t *times) load(zone string) (*time.Location, error) {
	if t.zone != "" {
		zone = t.zone
	}
	loc, err := time.LoadLocation(zone)
	if err != nil {
		return nil, fmt.Errorf("read zone: %w", err)
	}
	return loc, nil
}

// in are the instants in (since, till] for a group of a zone.
func (t *times) in(zone string) ([]models.Millis, error) {
	if all, known := t.made[zone]; known {
		return all, nil
	}
	loc, err := t.load(zone)
	if err != nil {
		return nil, err
	}
	all := []models.Millis{}
	for after := t.since; ; {
		at, more := Next(t.schedule, loc, after)
		if !more || at > t.till {
			break
		}
		all, after = append(all, at), at
	}
	t.made[zone] = all
	return all, nil
}

// enqueueRuns has what may be posted at a time handed over then.
func enqueueRuns(sc *models.Scope, at models.Millis) error {
	at = max(at, sc.Now)
	_, err := jobs.EnqueueOnce(sc.Tx, HandRuns{Community: sc.Community}, at, fmt.Sprintf("runs:%s:%d", sc.Community, at))
	return err
}

// platformFull tells until when WeCom takes no message for a group; zero: it takes one.
func platformFull(g models.Group, now models.Millis) models.Millis {
	if g.Kind == models.WeComGroup && now < g.FullUntil {
		return g.FullUntil
	}
	return 0
}

// reasonFull is why a run waits for the platform.
func reasonFull() string { return throttle.Platform.String() }
