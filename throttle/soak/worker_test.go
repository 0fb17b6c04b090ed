package soak_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"strconv"
	"sync"
	"testing"
	"time"

	"siyu/internal/testkit"
	"siyu/models"
	"siyu/throttle"
)

// workerEnv makes the test binary a process of workers that contend for slots, until its standard input ends or it is killed.
const workerEnv = "SIYU_SOAK_WORKER"

func TestMain(m *testing.M) {
	if orders := os.Getenv(workerEnv); orders != "" {
		if err := workProcess(orders); err != nil {
			_, _ = fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		return
	}
	os.Exit(m.Run())
}

func workProcess(orders string) error {
	var a arena
	if err := json.Unmarshal([]byte(orders), &a); err != nil {
		return fmt.Errorf("read the orders: %w", err)
	}
	ctx, stop := context.WithCancel(context.Background())
	go func() {
		_, _ = io.Copy(io.Discard, os.Stdin)
		stop()
	}()
	s, err := models.Open(ctx, models.Options{DSN: a.DSN, Secret: []byte(testkit.Secret), Throwaway: true})
	if err == nil {
		err = errors.Join(a.work(ctx, s), s.Close())
	}
	if ctx.Err() == nil {
		return err
	}
	return nil // what did not end well was given up because the time is over
}

// worker is one of the workers of a process.
type worker struct {
	arena
	store  *models.Store
	ledger *throttle.Ledger
	told   *os.File
	r      *rand.Rand
	mine   []models.PlacementID // slots it was given and has not used
}

// work has all workers of a process work until ctx ends.
func (a arena) work(ctx context.Context, s *models.Store) error {
	ledger, err := throttle.NewLedger(throttle.Options{})
	if err != nil {
		return err
	}
	f, err := os.OpenFile(a.Told, os.O_APPEND|os.O_WRONLY|os.O_CREATE, 0o600)
	if err != nil {
		return fmt.Errorf("write what was given: %w", err)
	}
	errs := make([]error, a.Workers)
	var all sync.WaitGroup
	for i := range a.Workers {
		w := &worker{arena: a, store: s, ledger: ledger, told: f, r: rand.New(rand.NewPCG(uint64(os.Getpid()), uint64(i)))}
		all.Go(func() {
			for ctx.Err() == nil && errs[i] == nil {
				errs[i] = w.once(ctx)
			}
			if ctx.Err() != nil {
				errs[i] = nil // given up because the time is over
			}
		})
	}
	all.Wait()
	return errors.Join(append(errs, f.Close())...)
}

// once does one random thing.
func (w *worker) once(ctx context.Context) error {
	switch n := w.r.IntN(100); {
	case n < 50:
		return w.reserve(ctx)
	case n < 70:
		return w.post(ctx)
	case n < 75:
		return w.sweep(ctx)
	}
	return w.naive(ctx)
}

// say writes a word down; one write is seen whole or not at all.
func (w *worker) say(word string, id models.PlacementID, at models.Millis) error {
	_, err := fmt.Fprintf(w.told, "%s %d %d\n", word, int64(id), int64(at))
	return err
}

// reserve asks for a slot that others ask for at the same time: the same placement, by the key of group and time.
func (w *worker) reserve(ctx context.Context) error {
	i, offer := w.r.IntN(len(w.Ledger.Groups)), w.r.IntN(len(w.Ledger.Offers))
	var p models.Placement
	var fresh bool
	err := w.store.Tx(ctx, func(tx *models.Tx) (err error) {
		sc := tx.In(w.Ledger.Community)
		key := fmt.Sprint(i, "-", tx.Now/50)
		p = models.Placement{Idem: key, Code: key, GroupID: w.Ledger.Groups[i], OfferID: w.Ledger.Offers[offer],
			BrandID: models.BrandID(1 + offer%arenaBrands)}
		if _, err := sc.AddPlacement(&p); err != nil {
			return err
		}
		p, fresh, err = w.ledger.Reserve(sc, p.ID)
		return err
	})
	if err != nil || !fresh {
		return err
	}
	if err := w.say("got", p.ID, p.S); err != nil {
		return err
	}
	w.mine = append(w.mine, p.ID)
	return nil
}

// post books that a slot was used, now.
func (w *worker) post(ctx context.Context) error {
	if len(w.mine) == 0 {
		return nil
	}
	i := w.r.IntN(len(w.mine))
	id := w.mine[i]
	w.mine = append(w.mine[:i], w.mine[i+1:]...)
	var p models.Placement
	err := w.store.Tx(ctx, func(tx *models.Tx) (err error) {
		sc := tx.In(w.Ledger.Community)
		if err := w.ledger.Confirm(sc, id, tx.Now); err != nil {
			return err
		}
		p, err = sc.Placement(id)
		return err
	})
	if err != nil {
		return err
	}
	return w.say("sent", id, p.SentAt)
}

// sweep gives up what is over, whoever took it: also what a killed worker had.
func (w *worker) sweep(ctx context.Context) error {
	group := w.Ledger.Groups[w.r.IntN(len(w.Ledger.Groups))]
	return w.store.Tx(ctx, func(tx *models.Tx) error {
		sc := tx.In(w.Ledger.Community)
		if _, err := sc.LockGroup(group); err != nil {
			return err
		}
		all, err := sc.LivePlacements(group, tx.Now)
		if err != nil {
			return err
		}
		for _, p := range all {
			if p.State == models.PlacementReserved && p.E < tx.Now {
				return w.ledger.Release(sc, p.ID, "owner_silent")
			}
		}
		return nil
	})
}

// naive checks first and inserts then, as most systems do: the same kernel, the same rows, and no lock between them.
func (w *worker) naive(ctx context.Context) error {
	group, offer := w.Naive.Groups[w.r.IntN(len(w.Naive.Groups))], w.r.IntN(len(w.Naive.Offers))
	what := thing{brand: int64(1 + offer%arenaBrands), offer: int64(w.Naive.Offers[offer])}
	sc := w.store.Read(ctx).In(w.Naive.Community)
	rows, err := sc.LivePlacements(group, sc.Now.Add(-time.Minute))
	if err != nil {
		return err
	}
	books := make([]span, 0, len(rows))
	for _, p := range rows {
		books = append(books, span{thing{brand: int64(p.BrandID), offer: int64(p.OfferID)}, int64(p.S), int64(p.E)})
	}
	in := (&laws{all: arenaLaws(), hold: arenaHold, minWindow: 1}).input(question{what: what, end: throttle.Never}, &throttle.Quiet{}, books)
	v := throttle.Decide(in, int64(sc.Now))
	if !v.Allow {
		return nil
	}
	return w.store.Tx(ctx, func(tx *models.Tx) error {
		sc := tx.In(w.Naive.Community)
		key := strconv.FormatInt(w.r.Int64(), 36)
		p := models.Placement{Idem: key, Code: key, GroupID: group, OfferID: w.Naive.Offers[offer], BrandID: models.BrandID(what.brand)}
		if _, err := sc.AddPlacement(&p); err != nil {
			return err
		}
		to := p
		to.State, to.S, to.E = models.PlacementReserved, models.Millis(v.S), models.Millis(v.E)
		_, err := sc.MovePlacement(p, to)
		return err
	})
}
