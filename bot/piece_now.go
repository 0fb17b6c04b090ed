package bot

import (
	"context"
	"slices"
	"time"

	"siyu/models"
)

// RunView is a run with the words people know it by.
type RunView struct {
	models.Run
	Title, GroupName, Zone string
	TaskID                 models.TaskID // zero: it was not handed over
}

// PostNow hands a piece over at once, to all its groups or to some of them, whatever its schedule says. The key makes it one
// post however often it is asked for.
func (b *Bot) PostNow(ctx context.Context, community models.CommunityID, by models.AccountID, id models.PieceID, only []models.GroupID, key string) ([]RunView, error) {
	var runs []models.Run
	err := b.store.Tx(ctx, func(tx *models.Tx) error {
		sc := tx.In(community)
		runs = nil
		p, err := sc.Piece(id)
		if err != nil {
			return err
		}
		if p.State == models.PieceEnded {
			return models.Errorf(models.Conflict, "piece_ended", "the piece has ended")
		}
		c, err := sc.PieceContent(p.ID, p.Rev)
		if err != nil {
			return err
		}
		if err := b.mayShow(c); err != nil {
			return err
		}
		groups, err := someGroups(sc, p, only)
		if err != nil {
			return err
		}
		for _, g := range groups {
			r := models.Run{Idem: "n:" + p.ID.String() + ":" + g.ID.String() + ":" + models.Digest([]byte(key))[:20], PieceID: p.ID,
				GroupID: g.ID, DueAt: sc.Now, FromAt: sc.Now, UntilAt: sc.Now.Add(time.Duration(p.WindowFor) * time.Millisecond), CreatedBy: by}
			if _, err := sc.AddRun(&r); err != nil {
				return err
			}
			runs = append(runs, r)
		}
		if err := enqueueRuns(sc, sc.Now); err != nil {
			return err
		}
		return sc.AddAudit(by, "piece.post", "piece:"+p.ID.String(), "")
	})
	b.jobs.Wake()
	if err != nil {
		return nil, err
	}
	return viewRuns(b.store.Read(ctx).In(community), runs)
}

// someGroups are those of a piece's groups that are named, or all of them.
func someGroups(sc *models.Scope, p models.Piece, only []models.GroupID) ([]models.Group, error) {
	all, err := pieceGroups(sc, p)
	if err != nil {
		return nil, err
	}
	if len(only) > 0 {
		named := models.PieceAudience{Kind: models.AudienceChosen, Groups: only}
		some := all[:0]
		for _, g := range all {
			if named.Has(g) {
				some = append(some, g)
			}
		}
		all = some
	}
	if len(all) == 0 {
		return nil, models.Errorf(models.Invalid, "piece_no_groups", "the piece goes to no group").With("field", "audience")
	}
	return all, nil
}

// Runs lists up to limit runs of a piece before one, the latest first.
func (b *Bot) Runs(ctx context.Context, community models.CommunityID, id models.PieceID, before models.RunID, limit int) ([]RunView, error) {
	sc := b.store.Read(ctx).In(community)
	if _, err := sc.Piece(id); err != nil {
		return nil, err
	}
	all, err := sc.RunsOf(id, before, limit)
	if err != nil {
		return nil, err
	}
	return viewRuns(sc, all)
}

func viewRuns(sc *models.Scope, all []models.Run) ([]RunView, error) {
	pieces, groups, ids := make([]models.PieceID, len(all)), make([]models.GroupID, len(all)), make([]models.RunID, len(all))
	for i, r := range all {
		pieces[i], groups[i], ids[i] = r.PieceID, r.GroupID, r.ID
	}
	known, err := sc.PiecesByID(distinct(pieces))
	if err != nil {
		return nil, err
	}
	in, err := groupsOf(sc, groups)
	if err != nil {
		return nil, err
	}
	tasks, err := sc.TasksOfRuns(ids)
	if err != nil {
		return nil, err
	}
	views := make([]RunView, len(all))
	for i, r := range all {
		views[i] = RunView{Run: r, Title: known[r.PieceID].Title, GroupName: in[r.GroupID].Name, Zone: in[r.GroupID].Zone, TaskID: tasks[r.ID].ID}
	}
	return views, nil
}

// groupsOf reads some groups; one that is not there is left out.
func groupsOf(sc *models.Scope, ids []models.GroupID) (map[models.GroupID]models.Group, error) {
	all, err := sc.GroupsByID(distinct(ids))
	found := make(map[models.GroupID]models.Group, len(all))
	for _, g := range all {
		found[g.ID] = g
	}
	return found, err
}

// distinct sorts ids and leaves out the second of two.
func distinct[T any](ids []models.ID[T]) []models.ID[T] {
	all := slices.Clone(ids)
	slices.Sort(all)
	return slices.Compact(all)
}
