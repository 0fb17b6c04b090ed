package models_test

import (
	"context"
	"errors"
	"sync"
	"testing"

	"siyu/internal/testkit"
	"siyu/models"
)

func TestTx(t *testing.T) {
	t.Parallel()
	testkit.Each(t, func(t *testing.T, s *models.Store, _ *models.ManualClock) {
		ctx := context.Background()
		id := testkit.Community(t, s, nil)
		t.Run("rolls back on error", func(t *testing.T) {
			want := errors.New("no")
			err := s.Tx(ctx, func(tx *models.Tx) error {
				if err := tx.In(id).InsertBrand(&models.Brand{Name: "x", Weight: 1}); err != nil {
					return err
				}
				return want
			})
			if !errors.Is(err, want) {
				t.Fatalf("got %v", err)
			}
			brands, err := s.Read(ctx).In(id).Brands()
			if err != nil || len(brands) != 0 {
				t.Fatalf("got %v, %v", brands, err)
			}
		})
		t.Run("a scope sees only its community", func(t *testing.T) {
			var other models.CommunityID
			err := s.Tx(ctx, func(tx *models.Tx) error {
				c := models.Community{Name: "other", Zone: "Asia/Shanghai"}
				if err := tx.InsertCommunity(&c); err != nil {
					return err
				}
				other = c.ID
				return tx.In(id).InsertBrand(&models.Brand{Name: "ours", Weight: 1})
			})
			if err != nil {
				t.Fatal(err)
			}
			brands, err := s.Read(ctx).In(other).Brands()
			if err != nil || len(brands) != 0 {
				t.Fatalf("got %v, %v", brands, err)
			}
		})
	})
}

func TestTakeStock(t *testing.T) {
	t.Parallel()
	testkit.Each(t, func(t *testing.T, s *models.Store, _ *models.ManualClock) {
		ctx := context.Background()
		var offer models.Offer
		id := testkit.Community(t, s, func(sc *models.Scope) error {
			offer = models.Offer{State: models.OfferApproved, Title: "x", Currency: "CAD", Stock: 50, PerMember: 1}
			return sc.InsertOffer(&offer)
		})
		var got sync.Map
		var wg sync.WaitGroup
		for i := range 200 {
			wg.Go(func() {
				err := s.Tx(ctx, func(tx *models.Tx) error {
					ok, err := tx.In(id).TakeStock(offer.ID)
					got.Store(i, ok)
					return err
				})
				if err != nil {
					t.Error(err)
				}
			})
		}
		wg.Wait()
		n := 0
		got.Range(func(_, ok any) bool {
			if ok.(bool) {
				n++
			}
			return true
		})
		if n != 50 {
			t.Errorf("%d of a stock of 50 were taken", n)
		}
	})
}
