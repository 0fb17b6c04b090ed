package offers

import (
	"cmp"
	"context"
	"sync"
	"time"

	"siyu/models"
)

// How claims are combined. None is a platform's number.
const (
	claimBatch   = 512         // claims that become one transaction at most
	claimQueue   = 8192        // claims that may wait in this process
	claimWorkers = 2           // batches of one offer that may run at once, where the database lets two write: one reads while the other commits
	claimMore    = 128         // so many must wait for that: a server among several has batches that are worth their price
	soldOutFor   = time.Second // that an offer was sold out is believed; what comes back to the stock waits so long
)

// combiner gives vouchers of one offer together, and keeps in mind for a moment which are sold out.
type combiner struct {
	*together[lineOf, ClaimInput, Claimed]
	store *models.Store

	soldMu sync.Mutex
	sold   map[lineOf]soldOut
}

// lineOf is what people wait for.
type lineOf struct {
	community models.CommunityID
	offer     models.OfferID
}

// soldOut is that an offer had no voucher left, when it was read.
type soldOut struct {
	until  time.Time     // by the wall clock
	endsAt models.Millis // from then on the answer is another one
}

// claimant is somebody who waits for a voucher.
type claimant = caller[ClaimInput, Claimed]

func newCombiner(o Options) *combiner {
	c := &combiner{store: o.Store, sold: map[lineOf]soldOut{}}
	k := kind{name: "claims", busy: models.Errorf(models.Throttled, "claims_busy", "too many claims wait").With("seconds", busySeconds),
		batch: claimBatch, most: cmp.Or(o.ClaimQueue, claimQueue), workers: cmp.Or(o.ClaimWorkers, workersOn(o.Store)), more: claimMore}
	c.together = newTogether(k, o.Logger, c.give)
	c.first = c.turnAway
	return c
}

// workersOn is how many batches of one line run at once.
func workersOn(s *models.Store) int {
	if s.Engine() == models.SQLite {
		return 1 // only one writes
	}
	return claimWorkers
}

// give decides a batch of claims in one transaction. Their codes are made before it begins.
func (c *combiner) give(ctx context.Context, of lineOf, in []ClaimInput) (attempt[Claimed], error) {
	made := NewCodes(c.store.Keys(), len(in))
	var b *claims
	err := c.store.Batch(ctx, func(tx *models.Tx) error {
		b = &claims{store: c.store, sc: tx.In(of.community), offer: of.offer, in: in, made: made}
		return b.settle()
	})
	if err == nil {
		c.note(of, b)
	}
	return b, err
}

// note keeps in mind for a moment that an offer is sold out.
func (c *combiner) note(of lineOf, b *claims) {
	c.soldMu.Lock()
	defer c.soldMu.Unlock()
	if b.left > 0 {
		delete(c.sold, of)
	}
	if b.left != 0 || b.refusal != nil || b.sight.Offer.Promised > len(b.used) { // what is promised is not gone for all
		return
	}
	now := models.WallClock{}.Now()
	for o, s := range c.sold {
		if now.After(s.until) {
			delete(c.sold, o)
		}
	}
	c.sold[of] = soldOut{until: now.Add(soldOutFor), endsAt: b.sight.Offer.EndsAt}
}

// wasSoldOut reports whether an offer was sold out a moment ago and is still to be had at a time of the community's.
func (c *combiner) wasSoldOut(of lineOf, now models.Millis) bool {
	c.soldMu.Lock()
	defer c.soldMu.Unlock()
	sold, is := c.sold[of]
	return is && !models.WallClock{}.Now().After(sold.until) && now < sold.endsAt
}

// turnAway answers those who want something that was sold out a moment ago and hold nothing; who holds anything, or came with a
// key that is known, is left to be served as ever. It only reads.
func (c *combiner) turnAway(ctx context.Context, of lineOf, batch []*claimant) []*claimant {
	sc := c.store.ReadBatch(ctx).In(of.community)
	if !c.wasSoldOut(of, sc.Now) {
		return batch
	}
	in := make([]ClaimInput, len(batch))
	for i, w := range batch {
		in[i] = w.in
	}
	b := &claims{sc: sc, offer: of.offer, in: in}
	sight, err := sc.SeeClaims(of.offer, b.members(), b.keys(), false)
	if err != nil || sight.Offer.Claimed < sight.Offer.Stock { // something came back, or is promised to somebody
		return batch
	}
	k := newCounter(sight.Offer, nil, sight.People, sight.Held)
	var left []*claimant
	for _, w := range batch {
		if person, known := sight.People[w.in.Member]; !known || len(k.held[person[0]]) > 0 {
			left = append(left, w)
			continue
		}
		w.answer <- answer[Claimed]{err: models.Errorf(models.Exhausted, "sold_out", "no voucher is left")}
	}
	return left
}
