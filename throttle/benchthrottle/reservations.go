package main

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
	"sync"
	"time"

	"siyu/models"
	"siyu/throttle"
)

// reservations measures how many posts a second get their slot durably on a MySQL server.
type reservations struct {
	scale
	clock  func() time.Time
	db     *sql.DB
	name   string
	store  *models.Store
	ledger *throttle.Ledger
	owner  models.CommunityID
	groups []models.GroupID
	next   int // round
}

// batch is how many posts one transaction reserves.
const batch = 200

func newReservations(ctx context.Context, out io.Writer, s scale, clock func() time.Time) (*reservations, error) {
	r := &reservations{scale: s, clock: clock, name: fmt.Sprintf("siyu_bench_%d", clock().UnixNano())}
	var err error
	if r.db, err = sql.Open("mysql", s.dsn); err != nil {
		return nil, fmt.Errorf("open the server: %w", err)
	}
	var version string
	var flush int
	if err := r.db.QueryRowContext(ctx, "SELECT VERSION(), @@innodb_flush_log_at_trx_commit").Scan(&version, &flush); err != nil {
		return nil, errors.Join(fmt.Errorf("ask the server: %w", err), r.db.Close())
	}
	if _, err := r.db.ExecContext(ctx, "CREATE DATABASE "+r.name+" CHARACTER SET utf8mb4 COLLATE utf8mb4_bin"); err != nil {
		return nil, errors.Join(fmt.Errorf("make a database: %w", err), r.db.Close())
	}
	_, _ = fmt.Fprintf(out, "reservations on %s, innodb_flush_log_at_trx_commit=%d: in transactions of one, by one and by eight workers, and of %d, by two\n",
		version, flush, batch)
	slash := strings.LastIndexByte(s.dsn, '/') + 1 // user@net(address)/?parameters
	r.store, err = models.Open(ctx, models.Options{DSN: "mysql:" + s.dsn[:slash] + r.name + s.dsn[slash:],
		Secret: []byte("a secret of thirty-two bytes or more, for a benchmark")})
	if err == nil {
		_, err = r.store.Migrate(ctx)
	}
	if err == nil {
		r.ledger, err = throttle.NewLedger(throttle.Options{})
	}
	if err == nil {
		err = r.store.Tx(ctx, r.populate)
	}
	return r, err
}

func (r *reservations) results() []result {
	return []result{
		{name: "reservations in one transaction each, 1 worker", unit: "/s", peer: -1},
		{name: "reservations in one transaction each, 8 workers", unit: "/s", peer: -1},
		{name: "reservations batched", unit: "/s", better: more, peer: 0, target: "10 times, 20,000/s"},
	}
}

// populate makes a community with rules of all kinds and many groups.
func (r *reservations) populate(tx *models.Tx) error {
	c := models.Community{Name: "bench", Zone: "America/Vancouver"}
	if err := tx.InsertCommunity(&c); err != nil {
		return err
	}
	r.owner = c.ID
	sc := tx.In(c.ID)
	_, err := sc.AddPolicy(0, models.Rules{GroupCap: 40, GroupWindow: 7 * day, BrandCap: 3, BrandWindow: 7 * day, HoldFor: hour,
		MinHold: minute, Caps: []models.Cap{{Scope: models.CapAll, K: 2, Per: models.PerMonth, Daily: true}}}, 0)
	for i := 0; i < r.scale.groups && err == nil; i++ {
		g := models.Group{Name: strconv.Itoa(i), Kind: models.OrdinaryGroup, Zone: "America/Vancouver"}
		err = sc.InsertGroup(&g)
		r.groups = append(r.groups, g.ID)
	}
	return err
}

// offer puts a new offer of a new brand into all groups, to be asked for.
func (r *reservations) offer(ctx context.Context) (ids []models.PlacementID, err error) {
	r.next++
	err = r.store.Tx(ctx, func(tx *models.Tx) error {
		ids = nil
		sc := tx.In(r.owner)
		o := models.Offer{BrandID: models.BrandID(r.next), State: models.OfferApproved, Title: "广告 Ad", Body: "广告 Ad", Currency: "CAD", Stock: 1, PerMember: 1,
			StartsAt: tx.Now.Add(-time.Hour), EndsAt: tx.Now.Add(20 * 24 * time.Hour)}
		if err := sc.InsertOffer(&o); err != nil {
			return err
		}
		for i, g := range r.groups {
			key := fmt.Sprint(r.next, "-", i)
			p := models.Placement{Idem: key, Code: key, GroupID: g, OfferID: o.ID, BrandID: o.BrandID}
			if _, err := sc.AddPlacement(&p); err != nil {
				return err
			}
			ids = append(ids, p.ID)
		}
		return nil
	})
	return ids, err
}

func (r *reservations) round(ctx context.Context) ([]float64, error) {
	ids, err := r.offer(ctx)
	if err != nil {
		return nil, err
	}
	n := min(r.single, len(ids)/4)
	var rates []float64
	for _, part := range []struct {
		ids           []models.PlacementID
		size, workers int
	}{{ids[:n], 1, 1}, {ids[n : 2*n], 1, 8}, {ids[2*n:], batch, 2}} {
		took, err := timed(r.clock, func() error { return r.reserve(ctx, part.ids, part.size, part.workers) })
		if err != nil {
			return nil, err
		}
		rates = append(rates, float64(len(part.ids))/took.Seconds())
	}
	return rates, nil
}

// reserve has workers take all slots, so many in a transaction. Each of them is free: anything else is an error.
func (r *reservations) reserve(ctx context.Context, ids []models.PlacementID, size, workers int) error {
	parts := make(chan []models.PlacementID, len(ids)/size+1)
	for len(ids) > 0 {
		k := min(size, len(ids))
		parts <- ids[:k]
		ids = ids[k:]
	}
	close(parts)
	errs := make([]error, workers)
	var all sync.WaitGroup
	for w := range workers {
		all.Go(func() {
			for part := range parts {
				if errs[w] = r.transaction(ctx, part); errs[w] != nil {
					return
				}
			}
		})
	}
	all.Wait()
	return errors.Join(errs...)
}

func (r *reservations) transaction(ctx context.Context, ids []models.PlacementID) error {
	return r.store.Tx(ctx, func(tx *models.Tx) error {
		if len(ids) == 1 {
			p, fresh, err := r.ledger.Reserve(tx.In(r.owner), ids[0])
			if err == nil && !fresh {
				err = fmt.Errorf("a free slot was not given: %s, %s", p.State, p.Reasons)
			}
			return err
		}
		got, err := r.ledger.ReserveMany(tx.In(r.owner), ids)
		for _, one := range got {
			if !one.Fresh {
				return fmt.Errorf("a free slot was not given: %s, %s", one.State, one.Reasons)
			}
		}
		return err
	})
}

func (r *reservations) close() error {
	var errs []error
	if r.store != nil {
		errs = append(errs, r.store.Close())
	}
	if r.db != nil {
		_, err := r.db.ExecContext(context.Background(), "DROP DATABASE IF EXISTS "+r.name)
		errs = append(errs, err, r.db.Close())
	}
	return errors.Join(errs...)
}
