package reconcile

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"

	"siyu/models"
)

// Difference is one row that contradicts others.
type Difference struct {
	Check string `json:"check"` // what was compared, such as stock or voucher_events
	Row   string `json:"row"`   // such as offer:123
	Want  string `json:"want"`  // what the other rows say
	Got   string `json:"got"`   // what this one says
}

// Totals is what was looked at, of one community.
type Totals struct {
	Community models.CommunityID `json:"community"`
	Rows      map[string]int64   `json:"rows"`  // by what they are
	Stock     Stock              `json:"stock"` // of all offers together
	Units     []models.UnitSum   `json:"units"`
	Found     int                `json:"differences"`
}

// Stock says where all vouchers are: Stock = Left + Claimed, and Claimed = Live + Redeemed + Expired + VoidKept. Reversed is how
// many write-offs were undone; their vouchers are live, expired or redeemed again.
type Stock struct {
	Stock        int64 `json:"stock"`
	Left         int64 `json:"left"`
	Claimed      int64 `json:"claimed"`
	Live         int64 `json:"live"`
	Redeemed     int64 `json:"redeemed"`
	Expired      int64 `json:"expired"`
	VoidKept     int64 `json:"void_kept"`
	VoidReturned int64 `json:"void_returned"`
	Reversed     int64 `json:"reversed"`
}

// Options of a run.
type Options struct {
	Store *models.Store
	// Tell is called with each difference as soon as it is known.
	Tell func(models.CommunityID, Difference)
	// Page is how many rows are read together; 500 if zero.
	Page int
	// Pause is how long it waits before it reads again what differs; 20 ms if zero.
	Pause time.Duration
}

// tries is how often what differs, each time in another way, is read again.
const tries = 5

// run is one community while it is looked at.
type run struct {
	ctx    context.Context
	sc     *models.Scope
	page   int
	pause  time.Duration
	totals Totals
	again  bool // rows that differ are read again: they were counted
	tell   func(Difference)

	contracts map[models.BrandID][]models.Contract
	byID      map[models.ContractID]models.Contract
}

// Run looks at a community.
func Run(ctx context.Context, o Options, community models.CommunityID) (Totals, error) {
	r := &run{ctx: ctx, sc: o.Store.Read(ctx).In(community), page: cmp.Or(o.Page, 500), pause: cmp.Or(o.Pause, 20*time.Millisecond),
		totals: Totals{Community: community, Rows: map[string]int64{}}}
	r.tell = func(d Difference) {
		r.totals.Found++
		if o.Tell != nil {
			o.Tell(community, d)
		}
	}
	if err := r.readContracts(); err != nil {
		return r.totals, err
	}
	for _, part := range []struct {
		name  string
		check func() error
	}{
		{"stocks", r.stocks}, {"vouchers", r.vouchers}, {"redemptions", r.redemptions}, {"placements", r.placements},
		{"transfers", r.transfers}, {"purses", r.purses}, {"lots", r.lots}, {"statements", r.statements}, {"unstated", r.unstated},
	} {
		if err := part.check(); err != nil {
			return r.totals, fmt.Errorf("reconcile %s: %w", part.name, err)
		}
	}
	var err error
	r.totals.Units, err = r.sc.SumUnits()
	return r.totals, err
}

func (r *run) readContracts() error {
	all, err := r.sc.ContractsOf()
	r.contracts, r.byID = map[models.BrandID][]models.Contract{}, map[models.ContractID]models.Contract{}
	for _, c := range all {
		r.contracts[c.BrandID] = append(r.contracts[c.BrandID], c)
		r.byID[c.ID] = c
	}
	return err
}

// found are the differences of some rows, by row.
type found[K comparable] map[K][]Difference

func (f found[K]) add(k K, check, row string, want, got any) {
	f[k] = append(f[k], Difference{Check: check, Row: row, Want: fmt.Sprint(want), Got: fmt.Sprint(got)})
}

// compare adds a difference if the two are not the same.
func compare[K, V comparable](f found[K], k K, check, row string, want, got V) {
	if want != got {
		f.add(k, check, row, want, got)
	}
}

// pages walks over all rows of a kind. What check says of a page it must say twice.
func pages[K comparable](r *run, what string, next func(after K, limit int) ([]K, error), check func([]K) (found[K], error)) error {
	var after K
	for {
		keys, err := next(after, r.page)
		if err != nil || len(keys) == 0 {
			return err
		}
		after = keys[len(keys)-1]
		r.totals.Rows[what] += int64(len(keys))
		if err := settled(r, keys, check); err != nil {
			return err
		}
	}
}

// settled tells what differs about some rows and goes on differing in the same way.
func settled[K comparable](r *run, keys []K, check func([]K) (found[K], error)) error {
	r.again = false
	before, err := check(keys)
	if err != nil {
		return err
	}
	r.again = true
	for try := 0; len(before) > 0; try++ {
		select {
		case <-r.ctx.Done():
			return r.ctx.Err()
		case <-time.After(r.pause):
		}
		var again []K
		for _, k := range keys {
			if len(before[k]) > 0 {
				again = append(again, k)
			}
		}
		now, err := check(again)
		if err != nil {
			return err
		}
		for _, k := range again {
			if try == tries || slices.Equal(before[k], now[k]) {
				for _, d := range now[k] {
					r.tell(d)
				}
				delete(now, k)
			}
		}
		before = now
	}
	return nil
}
