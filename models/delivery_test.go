package models_test

import (
	"fmt"
	"math/rand/v2"
	"sync"
	"testing"

	"siyu/models"
)

func delivery(c circle, channel models.ChannelID, key string) *models.Delivery {
	p := push(key)
	p.CommunityID, p.ChannelID = c.id, channel
	return &models.Delivery{Push: *p}
}

// keep stores a batch as the bot does.
func (c circle) keep(t *testing.T, batch []*models.Delivery) {
	t.Helper()
	if err := c.store.Tx(t.Context(), func(tx *models.Tx) error { return tx.AddDeliveries(batch) }); err != nil {
		t.Error(err)
	}
	if err := c.store.Tx(t.Context(), func(tx *models.Tx) error { return tx.CountDeliveries(batch) }); err != nil {
		t.Error(err)
	}
}

// TestDeliveriesInOneBatch: a batch may hold copies of what is known, copies of each other, and pushes of several channels
// with one key.
func TestDeliveriesInOneBatch(t *testing.T) {
	t.Parallel()
	eachCircle(t, func(t *testing.T, c circle) {
		c.keep(t, []*models.Delivery{delivery(c, 1, "a")})
		batch := []*models.Delivery{delivery(c, 1, "b"), delivery(c, 1, "a"), delivery(c, 2, "a"), delivery(c, 1, "b"),
			delivery(c, 1, "a"), delivery(c, 2, "b")}
		c.keep(t, batch)
		for i, fresh := range []bool{true, false, true, false, false, true} {
			if batch[i].Fresh != fresh || !batch[i].Counted || batch[i].Push.ID.IsZero() {
				t.Errorf("delivery %d: %+v", i, batch[i])
			}
		}
		for i, want := range map[int]int{0: 2, 1: 3, 2: 1, 5: 1} {
			if p, err := c.read(t).Push(batch[i].Push.ID); err != nil || p.Deliveries != want {
				t.Errorf("push %d has %d deliveries, want %d, %v", i, p.Deliveries, want, err)
			}
		}
		c.keep(t, nil)
		c.keep(t, batch[:1])
		if batch[0].Fresh {
			t.Error("a batch that is stored again is new again")
		}
	})
}

// TestDeliveriesRace: instances that get the same pushes at the same time, in batches of any cut and order, store each once
// and count every delivery.
func TestDeliveriesRace(t *testing.T) {
	t.Parallel()
	eachCircle(t, func(t *testing.T, c circle) {
		const instances, pushes = 4, 300
		var mu sync.Mutex
		fresh := map[string]int{}
		var wg sync.WaitGroup
		for seed := range instances {
			wg.Go(func() {
				r := rand.New(rand.NewPCG(7, uint64(seed)))
				order := r.Perm(pushes)
				for len(order) > 0 {
					n := min(len(order), 1+r.IntN(40))
					var batch []*models.Delivery
					for _, i := range order[:n] {
						batch = append(batch, delivery(c, 1, fmt.Sprintf("m:%d", i)))
					}
					order = order[n:]
					c.keep(t, batch)
					mu.Lock()
					for _, d := range batch {
						if d.Fresh {
							fresh[d.Push.DedupeKey]++
						}
					}
					mu.Unlock()
				}
			})
		}
		wg.Wait()
		for key, n := range fresh {
			if n != 1 {
				t.Errorf("%s was new %d times", key, n)
			}
		}
		n, err := c.read(t).CountInbox()
		if err != nil || len(fresh) != pushes || n.Accepted != pushes || n.Duplicate != (instances-1)*pushes {
			t.Errorf("%d were new; %+v, %v", len(fresh), n, err)
		}
	})
}

// TestDeliveriesWaitForNobody: a push that is being worked on holds up no batch with a copy of it.
func TestDeliveriesWaitForNobody(t *testing.T) {
	t.Parallel()
	eachCircle(t, func(t *testing.T, c circle) {
		if c.store.Engine() == models.SQLite {
			t.Skip("SQLite has one writer")
		}
		known := delivery(c, 1, "a")
		c.keep(t, []*models.Delivery{known})
		batch := []*models.Delivery{delivery(c, 1, "a"), delivery(c, 1, "b")}
		c.do(t, func(sc *models.Scope) error {
			if _, err := sc.FinishPush(known.Push.ID, models.InboxDone, ""); err != nil {
				return err
			}
			return c.store.Tx(t.Context(), func(tx *models.Tx) error { return tx.AddDeliveries(batch) })
		})
		if batch[0].Fresh || !batch[1].Fresh {
			t.Errorf("%+v %+v", batch[0], batch[1])
		}
	})
}
