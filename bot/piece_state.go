package bot

import (
	"context"
	"slices"

	"siyu/internal/jobs"
	"siyu/models"
)

// SchedulePiece has a draft posted at the times of its schedule from now on.
func (b *Bot) SchedulePiece(ctx context.Context, community models.CommunityID, by models.AccountID, id models.PieceID, ver int) (PieceView, error) {
	return b.movePiece(ctx, community, by, readPiece{id, ver}, "piece.schedule", func(sc *models.Scope, p *models.Piece) error {
		if p.State != models.PieceDraft {
			return models.Errorf(models.Conflict, "piece_not_draft", "the piece is scheduled already")
		}
		return b.startPiece(sc, p)
	})
}

// ResumePiece has a paused piece posted again. Times that came while it was paused do not come back.
func (b *Bot) ResumePiece(ctx context.Context, community models.CommunityID, by models.AccountID, id models.PieceID, ver int) (PieceView, error) {
	return b.movePiece(ctx, community, by, readPiece{id, ver}, "piece.resume", func(sc *models.Scope, p *models.Piece) error {
		if p.State != models.PiecePaused {
			return models.Errorf(models.Conflict, "piece_not_paused", "the piece is not paused")
		}
		return b.startPiece(sc, p)
	})
}

// startPiece takes a piece to scheduled if it may be posted and if there is a time at which it will be.
func (b *Bot) startPiece(sc *models.Scope, p *models.Piece) error {
	c, err := sc.PieceContent(p.ID, p.Rev)
	if err != nil {
		return err
	}
	if err := b.mayShow(c); err != nil {
		return err
	}
	schedule, err := p.Schedule()
	if err != nil {
		return err
	}
	if schedule == nil {
		return models.Errorf(models.Invalid, "piece_unscheduled", "the piece has no schedule").With("field", "schedule")
	}
	groups, err := pieceGroups(sc, *p)
	if err != nil {
		return err
	}
	if len(groups) == 0 {
		return models.Errorf(models.Invalid, "piece_no_groups", "the piece goes to no group").With("field", "audience")
	}
	zones := newTimes(*schedule, p.Zone, sc.Now, sc.Now)
	for _, g := range groups {
		more, err := zones.more(g.Zone)
		if err != nil {
			return err
		}
		if more {
			p.State, p.PlannedAt = models.PieceScheduled, sc.Now
			return nil
		}
	}
	return models.Errorf(models.Invalid, "piece_over", "all times of the schedule are over").With("field", "schedule.start")
}

// PausePiece stops a piece until it is resumed: what is planned is given up, and owners who have it are asked to leave it.
func (b *Bot) PausePiece(ctx context.Context, community models.CommunityID, by models.AccountID, id models.PieceID, ver int) (PieceView, error) {
	return b.movePiece(ctx, community, by, readPiece{id, ver}, "piece.pause", func(_ *models.Scope, p *models.Piece) error {
		if p.State != models.PieceScheduled {
			return models.Errorf(models.Conflict, "piece_not_scheduled", "the piece is not scheduled")
		}
		p.State = models.PiecePaused
		return nil
	})
}

// EndPiece stops a piece for good. Ending it twice is the same as once.
func (b *Bot) EndPiece(ctx context.Context, community models.CommunityID, by models.AccountID, id models.PieceID, ver int) (PieceView, error) {
	return b.movePiece(ctx, community, by, readPiece{id, ver}, "piece.end", func(_ *models.Scope, p *models.Piece) error {
		p.State = models.PieceEnded
		return nil
	})
}

// readPiece is a piece as somebody read it.
type readPiece struct {
	id  models.PieceID
	ver int
}

// movePiece takes a piece that is still as it was read to another state, and brings its runs in line.
func (b *Bot) movePiece(ctx context.Context, community models.CommunityID, by models.AccountID, read readPiece, action string,
	move func(*models.Scope, *models.Piece) error,
) (PieceView, error) {
	var v PieceView
	err := b.store.Tx(ctx, func(tx *models.Tx) error {
		sc := tx.In(community)
		p, err := sc.Piece(read.id)
		if err != nil {
			return err
		}
		if p.Ver != read.ver {
			return errPieceChanged()
		}
		if err := move(sc, &p); err != nil {
			return err
		}
		ok, err := sc.EditPiece(&p, nil)
		if err == nil && !ok {
			err = errPieceChanged()
		}
		if err != nil {
			return err
		}
		if err := b.followState(sc, p); err != nil {
			return err
		}
		if err := sc.AddAudit(by, action, "piece:"+p.ID.String(), ""); err != nil {
			return err
		}
		v, err = b.viewPiece(sc, read.id)
		return err
	})
	b.jobs.Wake()
	return v, err
}

// followState brings the runs of a piece in line with its state: planned, or given up and taken back.
func (b *Bot) followState(sc *models.Scope, p models.Piece) error {
	why := reasonEnded
	switch p.State {
	case models.PieceDraft:
		return nil
	case models.PieceScheduled:
		return b.planPiece(sc, p)
	case models.PiecePaused:
		why = reasonPaused
	case models.PieceEnded:
	}
	if err := sc.DropPlanned(p.ID, sc.Now); err != nil {
		return err
	}
	if err := sc.CancelPlanned(p.ID, why); err != nil {
		return err
	}
	handed, err := sc.RunsIn(p.ID, models.RunHanded)
	if err != nil {
		return err
	}
	for _, r := range handed {
		t, err := sc.TaskOfRun(r.ID)
		if err != nil {
			return err
		}
		if err := jobs.Enqueue(sc.Tx, CloseTask{Community: sc.Community, Task: t.ID, Why: why}, sc.Now); err != nil {
			return err
		}
	}
	return nil
}

// DeletePiece removes a piece. One that was handed over ends and is kept: what was posted stays told.
func (b *Bot) DeletePiece(ctx context.Context, community models.CommunityID, by models.AccountID, id models.PieceID) error {
	err := b.store.Tx(ctx, func(tx *models.Tx) error {
		sc := tx.In(community)
		p, err := sc.Piece(id)
		if err != nil {
			return err
		}
		p.State = models.PieceEnded // first, so that nothing of it is handed over meanwhile
		ok, err := sc.EditPiece(&p, nil)
		if err == nil && !ok {
			err = errPieceChanged()
		}
		if err != nil {
			return err
		}
		if err := b.followState(sc, p); err != nil {
			return err
		}
		counts, err := sc.CountRuns([]models.PieceID{id})
		if err != nil {
			return err
		}
		if slices.ContainsFunc(counts, func(c models.RunCount) bool { return c.State != models.RunCancelled }) {
			return sc.AddAudit(by, "piece.end", "piece:"+id.String(), "")
		}
		if err := sc.DeletePiece(id); err != nil {
			return err
		}
		return sc.AddAudit(by, "piece.delete", "piece:"+id.String(), "")
	})
	b.jobs.Wake()
	return err
}
