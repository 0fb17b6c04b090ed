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

// How requests of tills are combined. None is a platform's number.
const (
	redeemBatch   = 128  // requests that become one transaction at most
	redeemQueue   = 4096 // that may wait in this process
	redeemTries   = 6    // runs of a batch while the database is away
	redeemPause   = 20 * time.Millisecond
	redeemPatient = 30 * time.Second // a batch may take at most
)

// tills makes the requests of a community's tills that come while a transaction runs the next transaction, as the combiner does
// with claims. It waits for nobody, and each caller is answered when what she is told is committed.
type tills struct {
	store *models.Store
	rules RedeemRules
	log   *slog.Logger
	wake  func() // told when something was written

	mu      sync.Mutex
	lines   map[models.CommunityID][]*clerk // who waits; a community that is here has a worker
	waiting int
}

// clerk is somebody who waits.
type clerk struct {
	in     wanted
	gone   <-chan struct{} // closed when she waits no more
	answer chan told       // takes one without waiting
}

type told struct {
	got Redeemed
	err error
}

func newTills(store *models.Store, rules RedeemRules, log *slog.Logger, wake func()) *tills {
	return &tills{store: store, rules: rules, log: log, wake: wake, lines: map[models.CommunityID][]*clerk{}}
}

// ask waits for the answer to one request. If ctx ends first it is not known what becomes of it: the same number tells.
func (t *tills) ask(ctx context.Context, in wanted) (Redeemed, error) {
	w := &clerk{in: in, gone: ctx.Done(), answer: make(chan told, 1)}
	if !t.join(ctx, w) {
		return Redeemed{}, models.Errorf(models.Throttled, "tills_busy", "too many requests wait").With("seconds", busySeconds)
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
		return Redeemed{}, &models.Error{Kind: models.Unavailable, Code: "store_unavailable", Text: "redeem", Err: ctx.Err()}
	}
}

// join puts somebody at the end of the line, and a worker at its head if there is none. It reports false if too many wait.
func (t *tills) join(ctx context.Context, w *clerk) bool {
	of := w.in.Staff.CommunityID
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.waiting >= redeemQueue {
		return false
	}
	line, served := t.lines[of]
	t.lines[of] = append(line, w)
	t.waiting++
	if !served {
		go t.work(context.WithoutCancel(ctx), of)
	}
	return true
}

// work serves a line until nobody waits in it.
func (t *tills) work(ctx context.Context, of models.CommunityID) {
	for batch := t.take(of); batch != nil; batch = t.take(of) {
		t.serve(ctx, of, batch)
	}
}

// take removes the next batch from a line, without those who wait no more; nil means that nobody is left, and the worker too.
func (t *tills) take(of models.CommunityID) []*clerk {
	t.mu.Lock()
	defer t.mu.Unlock()
	for len(t.lines[of]) > 0 {
		line := t.lines[of]
		n := min(len(line), redeemBatch)
		batch := make([]*clerk, 0, n)
		for i, w := range line[:n] {
			line[i] = nil
			select {
			case <-w.gone:
			default:
				batch = append(batch, w)
			}
		}
		t.lines[of] = line[n:]
		t.waiting -= n
		if len(batch) > 0 {
			return batch
		}
	}
	delete(t.lines, of)
	return nil
}

func (t *tills) serve(ctx context.Context, of models.CommunityID, batch []*clerk) {
	ctx, cancel := context.WithTimeout(ctx, redeemPatient)
	defer cancel()
	t.settle(ctx, of, batch)
}

// settle answers a batch. One that fails because of what is in it is halved until what fails is alone.
func (t *tills) settle(ctx context.Context, of models.CommunityID, batch []*clerk) {
	all, err := t.run(ctx, of, batch)
	switch {
	case err == nil:
		for i, w := range batch {
			w.answer <- all[i]
		}
	case len(batch) > 1 && !models.IsKind(err, models.Unavailable) && ctx.Err() == nil:
		half := len(batch) / 2
		t.settle(ctx, of, batch[:half])
		t.settle(ctx, of, batch[half:])
	default:
		for _, w := range batch {
			w.answer <- told{err: err}
		}
	}
}

// run decides a batch in one transaction and returns the answers once they are on the disk. While the database is away it tries
// again: what was committed without our hearing of it is found by its number.
func (t *tills) run(ctx context.Context, of models.CommunityID, batch []*clerk) ([]told, error) {
	var err error
	for try := range redeemTries {
		var b *redeems
		if b, err = t.once(ctx, of, batch); err == nil || models.InDoubt(err) && t.happened(ctx, b) {
			if len(b.fresh) > 0 {
				t.wake()
			}
			return b.answers(), nil
		}
		if !models.IsKind(err, models.Unavailable) && !models.InDoubt(err) && (!models.IsDuplicate(err) || try > 0) {
			return nil, err
		}
		t.log.WarnContext(ctx, "redemptions run again", "requests", len(batch), "try", try+1, "code", models.CodeOf(err), "in_doubt", models.InDoubt(err))
		select {
		case <-ctx.Done():
			return nil, &models.Error{Kind: models.Unavailable, Code: "store_unavailable", Text: "redeem", Err: errors.Join(ctx.Err(), err)}
		case <-time.After(redeemPause<<try/2 + rand.N(redeemPause<<try)): //nolint:gosec // apart from each other, nothing secret
		}
	}
	return nil, err
}

func (t *tills) once(ctx context.Context, of models.CommunityID, batch []*clerk) (*redeems, error) {
	var b *redeems
	err := t.store.Batch(ctx, func(tx *models.Tx) error {
		b = &redeems{sc: tx.In(of), rules: t.rules, in: make([]wanted, len(batch)), copied: map[models.VoucherID]models.AccountID{}}
		for i, w := range batch {
			b.in[i] = w.in
		}
		return b.settle()
	})
	return b, err
}

// happened looks on a new connection whether a batch whose commit was not answered was committed: its redemptions are all there,
// or none is. If it cannot be known the answer is no, and the batch runs again: the people and vouchers are locked, so whatever the
// database still does with the first run comes before the second, which finds it by the numbers.
func (t *tills) happened(ctx context.Context, b *redeems) bool {
	if b == nil || len(b.fresh) == 0 {
		return false
	}
	_, err := t.store.Read(ctx).In(b.sc.Community).Redemption(b.fresh[0].ID)
	return err == nil
}
