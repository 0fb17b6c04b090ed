package models_test

import (
	"context"
	"testing"
	"time"

	"siyu/internal/testkit"
	"siyu/models"
)

// TestStoreTooSlow: who may not wait any longer for a store is told that the store is unavailable, not that something
// is broken.
func TestStoreTooSlow(t *testing.T) {
	t.Parallel()
	testkit.Each(t, func(t *testing.T, s *models.Store, _ *models.ManualClock) {
		var group models.GroupID
		community := testkit.Community(t, s, func(sc *models.Scope) error {
			g := models.Group{Name: "g", Kind: models.OrdinaryGroup, Zone: "UTC"}
			err := sc.InsertGroup(&g)
			group = g.ID
			return err
		})
		lock := func(ctx context.Context, then func()) error {
			return s.Tx(ctx, func(tx *models.Tx) error {
				_, err := tx.In(community).LockGroup(group)
				then()
				return err
			})
		}
		if err := lock(t.Context(), func() {
			hurried, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
			defer cancel()
			if err := lock(hurried, func() {}); models.KindOf(err) != models.Unavailable {
				t.Errorf("%q: %v", models.KindOf(err), err)
			}
		}); err != nil {
			t.Error(err)
		}
	})
}
