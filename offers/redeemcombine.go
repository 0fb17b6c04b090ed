package offers

import (
	"context"

	"siyu/models"
)

// How requests of tills are combined. None is a platform's number.
const (
	redeemBatch = 128  // requests that become one transaction at most
	redeemQueue = 4096 // that may wait in this process
	redeemMore  = 16   // so many must wait for a second batch to run beside the first
)

// tills writes vouchers off together, by community.
type tills struct {
	*together[models.CommunityID, wanted, Redeemed]
	store *models.Store
	rules RedeemRules
	wake  func() // told when something was written
}

func newTills(o Options, rules RedeemRules) *tills {
	t := &tills{store: o.Store, rules: rules, wake: o.Jobs.Wake}
	k := kind{name: "redemptions", busy: models.Errorf(models.Throttled, "tills_busy", "too many redemptions wait").With("seconds", busySeconds),
		batch: redeemBatch, most: redeemQueue, workers: workersOn(o.Store), more: redeemMore}
	t.together = newTogether(k, o.Logger, t.writeOff)
	return t
}

// writeOff decides a batch of requests in one transaction.
func (t *tills) writeOff(ctx context.Context, of models.CommunityID, in []wanted) (attempt[Redeemed], error) {
	var b *redeems
	err := t.store.Batch(ctx, func(tx *models.Tx) error {
		b = &redeems{store: t.store, wake: t.wake, sc: tx.In(of), rules: t.rules, in: in, copied: map[models.VoucherID]models.AccountID{}}
		return b.settle()
	})
	return b, err
}
