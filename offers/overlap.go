package offers

import (
	"context"
	"errors"
	"slices"
	"time"

	"siyu/internal/jobs"
	"siyu/models"
	"siyu/throttle"
)

// CountOverlaps is the periodic job that counts which groups share members.
type CountOverlaps struct{}

// Kind names the job.
func (CountOverlaps) Kind() string { return "group.overlaps" }

// overlapsEvery is how often overlaps are counted: people change groups slowly.
const overlapsEvery = 24 * time.Hour

func (s *Service) countOverlaps(ctx context.Context, _ CountOverlaps) error {
	tx := s.store.Read(ctx)
	all, err := tx.Communities()
	if err != nil {
		return err
	}
	var errs []error
	for _, c := range all { // the others are counted though one cannot be
		_, err := s.RecountOverlaps(ctx, c.ID)
		errs = append(errs, err)
	}
	if err := errors.Join(errs...); err != nil {
		return err
	}
	return jobs.SnoozeFor(tx.Now, overlapsEvery, "counted")
}

// RecountOverlaps counts which groups of a community share members, now, and returns how many pairs do. It reads outside any
// transaction and writes only what changed, a part at a time: nobody waits for it.
func (s *Service) RecountOverlaps(ctx context.Context, community models.CommunityID) (int, error) {
	sc := s.store.Read(ctx).In(community)
	counted := throttle.NewOverlaps()
	if err := sc.Stays(counted.Add); err != nil {
		return 0, err
	}
	pairs := counted.Pairs()
	known, err := sc.Overlaps()
	if err != nil {
		return 0, err
	}
	changed, gone := differ(known, pairs)
	const part = 500
	for some := range slices.Chunk(changed, part) {
		if err := s.store.Tx(ctx, func(tx *models.Tx) error { return tx.In(community).PutOverlaps(some) }); err != nil {
			return 0, err
		}
	}
	for some := range slices.Chunk(gone, part) {
		if err := s.store.Tx(ctx, func(tx *models.Tx) error { return tx.In(community).DropOverlaps(some) }); err != nil {
			return 0, err
		}
	}
	return len(pairs), nil
}

// differ tells which pairs have to be written and which to be removed.
func differ(known, pairs []models.Overlap) (changed, gone []models.Overlap) {
	type pair struct{ a, b models.GroupID }
	was := make(map[pair]models.Overlap, len(known))
	for _, o := range known {
		was[pair{o.GroupID, o.OtherID}] = o
	}
	for _, o := range pairs {
		k := pair{o.GroupID, o.OtherID}
		if old, ok := was[k]; !ok || old.Shared != o.Shared || old.Smaller != o.Smaller {
			changed = append(changed, o)
		}
		delete(was, k)
	}
	for _, o := range known {
		if _, left := was[pair{o.GroupID, o.OtherID}]; left {
			gone = append(gone, o)
		}
	}
	return changed, gone
}
