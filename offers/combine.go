package offers

import (
	"context"
	"errors"
	"log/slog"
	"math/rand/v2"
	"sync"
	"time"

	"siyu/models"
)

// How claims are combined. None is a platform's number.
const (
	claimBatch   = 512  // claims that become one transaction at most
	claimQueue   = 8192 // claims that may wait in this process
	claimAtOnce  = 8    // batches that may run at once
	claimWorkers = 2    // batches of one offer that may run at once, where the database lets two write: one reads while the other commits
	claimMore    = 64   // so many must wait for that
	claimTries   = 6    // runs of a batch while the database is away
	claimPause   = 20 * time.Millisecond
	claimPatient = 30 * time.Second // a batch may take at most
	soldOutFor   = time.Second      // that an offer was sold out is believed; what comes back to the stock waits so long
	busySeconds  = 1                // who is refused because too many wait may ask again after
)

// combiner makes the claims of one offer that come while a transaction runs the next transaction. It waits for nobody: a
// single claim is a batch of one. Each caller is answered when what she is told is committed.
type combiner struct {
	store *models.Store
	log   *slog.Logger
	room  chan struct{} // a batch that runs holds a place
	most  int           // that may wait

	workers int // of one line

	mu      sync.Mutex
	lines   map[lineOf]*line // an offer that is here has a worker
	waiting int
	sold    map[lineOf]soldOut
}

// line is who waits for one offer.
type line struct {
	waiting []*claimant
	workers int
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

// claimant is somebody who waits.
type claimant struct {
	in     ClaimInput
	gone   <-chan struct{} // closed when she waits no more
	answer chan answered   // takes one without waiting
}

type answered struct {
	got Claimed
	err error
}

func newCombiner(store *models.Store, log *slog.Logger, most, workers int) *combiner {
	return &combiner{store: store, log: log, room: make(chan struct{}, claimAtOnce), most: most, workers: workers,
		lines: map[lineOf]*line{}, sold: map[lineOf]soldOut{}}
}

// ask waits for the answer to one claim. If ctx ends first it is not known what becomes of the claim: the same key tells.
func (c *combiner) ask(ctx context.Context, in ClaimInput) (Claimed, error) {
	w := &claimant{in: in, gone: ctx.Done(), answer: make(chan answered, 1)}
	if !c.join(ctx, w) {
		return Claimed{}, models.Errorf(models.Throttled, "claims_busy", "too many claims wait").With("seconds", busySeconds)
	}
	select {
	case a := <-w.answer:
		return a.got, a.err
	case <-ctx.Done():
	}
	select {
	case a := <-w.answer:
		return a.got, a.err
	default:
		return Claimed{}, &models.Error{Kind: models.Unavailable, Code: "store_unavailable", Text: "claim", Err: ctx.Err()}
	}
}

// join puts somebody at the end of her line, and a worker at its head if there is none. It reports false if too many wait.
func (c *combiner) join(ctx context.Context, w *claimant) bool {
	of := lineOf{w.in.Community, w.in.Offer}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.waiting >= c.most {
		return false
	}
	l := c.lines[of]
	if l == nil {
		l = &line{}
		c.lines[of] = l
	}
	l.waiting = append(l.waiting, w)
	c.waiting++
	if l.workers == 0 || l.workers < c.workers && len(l.waiting) >= claimMore {
		l.workers++
		go c.work(context.WithoutCancel(ctx), of)
	}
	return true
}

// work serves a line until nobody waits in it.
func (c *combiner) work(ctx context.Context, of lineOf) {
	for {
		c.room <- struct{}{}
		batch := c.take(of)
		if batch == nil {
			<-c.room
			return
		}
		c.serve(ctx, of, batch)
		<-c.room
	}
}

// take removes the next batch from a line, without those who wait no more; nil means that nobody is left, and one worker less.
func (c *combiner) take(of lineOf) []*claimant {
	c.mu.Lock()
	defer c.mu.Unlock()
	l := c.lines[of]
	for len(l.waiting) > 0 {
		n := min(len(l.waiting), claimBatch)
		batch := make([]*claimant, 0, n)
		for i, w := range l.waiting[:n] {
			l.waiting[i] = nil
			select {
			case <-w.gone:
			default:
				batch = append(batch, w)
			}
		}
		l.waiting = l.waiting[n:]
		c.waiting -= n
		if len(batch) > 0 {
			return batch
		}
	}
	if l.workers--; l.workers == 0 {
		delete(c.lines, of)
	}
	return nil
}

func (c *combiner) serve(ctx context.Context, of lineOf, batch []*claimant) {
	ctx, cancel := context.WithTimeout(ctx, claimPatient)
	defer cancel()
	if batch = c.turnAway(ctx, of, batch); len(batch) > 0 {
		c.settle(ctx, of, batch)
	}
}

// settle answers a batch. One that fails because of what is in it is halved until what fails is alone.
func (c *combiner) settle(ctx context.Context, of lineOf, batch []*claimant) {
	all, err := c.run(ctx, of, batch)
	switch {
	case err == nil:
		for i, w := range batch {
			w.answer <- all[i]
		}
	case len(batch) > 1 && !models.IsKind(err, models.Unavailable) && ctx.Err() == nil:
		half := len(batch) / 2
		c.settle(ctx, of, batch[:half])
		c.settle(ctx, of, batch[half:])
	default:
		for _, w := range batch {
			w.answer <- answered{err: err}
		}
	}
}

// run decides a batch in one transaction and returns the answers once they are on the disk. While the database is away it tries
// again: a claim that was committed without our hearing of it is found by its key.
func (c *combiner) run(ctx context.Context, of lineOf, batch []*claimant) ([]answered, error) {
	var err error
	made := sealCodes(c.store.Keys(), len(batch))
	for try := range claimTries {
		var b *claims
		if b, err = c.once(ctx, of, batch, made); err == nil {
			c.note(of, b)
			return b.answers(c.store.Keys()), nil
		}
		if models.InDoubt(err) && c.happened(ctx, b) {
			return b.answers(c.store.Keys()), nil
		}
		if !models.IsKind(err, models.Unavailable) && !models.InDoubt(err) && (!models.IsDuplicate(err) || try > 0) {
			return nil, err
		}
		c.log.WarnContext(ctx, "claims run again", "claims", len(batch), "try", try+1, "code", models.CodeOf(err), "in_doubt", models.InDoubt(err))
		select {
		case <-ctx.Done():
			return nil, &models.Error{Kind: models.Unavailable, Code: "store_unavailable", Text: "claims", Err: errors.Join(ctx.Err(), err)}
		case <-time.After(claimPause<<try/2 + rand.N(claimPause<<try)): //nolint:gosec // apart from each other, nothing secret
		}
	}
	return nil, err
}

func (c *combiner) once(ctx context.Context, of lineOf, batch []*claimant, made []sealedCode) (*claims, error) {
	var b *claims
	err := c.store.Batch(ctx, func(tx *models.Tx) error {
		b = &claims{sc: tx.In(of.community), offer: of.offer, in: make([]ClaimInput, len(batch)), made: made}
		for i, w := range batch {
			b.in[i] = w.in
		}
		return b.settle()
	})
	return b, err
}

// happened looks on a new connection whether a batch whose commit was not answered was committed: its vouchers are all there, or
// none is. If it cannot be known the answer is no, and the batch runs again: people are locked, so whatever the database still
// does with the first run comes before the second, which finds it by the keys.
func (c *combiner) happened(ctx context.Context, b *claims) bool {
	if b == nil || len(b.fresh) == 0 {
		return false
	}
	_, err := c.store.Read(ctx).In(b.sc.Community).Voucher(b.fresh[0].ID)
	return err == nil
}

// note keeps in mind for a moment that an offer is sold out.
func (c *combiner) note(of lineOf, b *claims) {
	c.mu.Lock()
	defer c.mu.Unlock()
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

// turnAway answers those who want something that was sold out a moment ago and hold nothing; who holds anything, or came with a
// key that is known, is left to be served as ever. It only reads.
func (c *combiner) turnAway(ctx context.Context, of lineOf, batch []*claimant) []*claimant {
	c.mu.Lock()
	sold, is := c.sold[of]
	c.mu.Unlock()
	sc, wall := c.store.ReadBatch(ctx).In(of.community), models.WallClock{}
	if !is || wall.Now().After(sold.until) || sc.Now >= sold.endsAt {
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
		w.answer <- answered{err: models.Errorf(models.Exhausted, "sold_out", "no voucher is left")}
	}
	return left
}
