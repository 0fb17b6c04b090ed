package main

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	"siyu/internal/jobs"
	"siyu/models"
	"siyu/offers"
	"siyu/offers/ledger"
	"siyu/throttle"
)

const miniApp = "wx-bench"

const benchSecret = "a secret of thirty-two bytes or more, for a benchmark"

// house is as much of Siyu as gives vouchers.
type house struct {
	store      *models.Store
	service    *offers.Service
	narrow     *offers.Service // with one batch of one offer at once
	community  models.CommunityID
	brand      models.BrandID
	contract   models.Contract // the brand pays by claim, so that every claim has its transfer
	members    []models.MemberID
	staff      models.Account
	writtenOff int64        // in all windows
	made       atomic.Int64 // offers
	web        *front       // opened when it is needed
}

func clock() time.Time { return models.WallClock{}.Now() }

// open builds the house on a database that is there.
func open(ctx context.Context, dsn string) (*house, error) {
	h := &house{}
	var err error
	if h.store, err = models.Open(ctx, models.Options{DSN: dsn, Secret: []byte(benchSecret)}); err != nil {
		return nil, err
	}
	if h.service, err = h.sales(0); err != nil {
		return nil, err
	}
	h.narrow, err = h.sales(1)
	return h, err
}

// sales is the service, with so many batches of one offer at once.
func (h *house) sales(workers int) (*offers.Service, error) {
	runner, err := jobs.NewRunner(jobs.Options{Store: h.store})
	if err != nil {
		return nil, err
	}
	book, err := throttle.NewLedger(throttle.Options{})
	if err != nil {
		return nil, err
	}
	return offers.New(offers.Options{Store: h.store, Ledger: book, Jobs: runner, ClaimWorkers: workers})
}

// furnish makes a community with people who want something.
func (h *house) furnish(ctx context.Context, members int) error {
	if _, err := h.store.Migrate(ctx); err != nil {
		return err
	}
	err := h.store.Tx(ctx, func(tx *models.Tx) error {
		c := models.Community{Name: "北岸", Zone: "America/Vancouver"}
		if err := tx.InsertCommunity(&c); err != nil {
			return err
		}
		h.community = c.ID
		sc, b := tx.In(c.ID), models.Brand{Name: "brand", Weight: 1}
		if err := sc.InsertBrand(&b); err != nil {
			return err
		}
		h.brand = b.ID
		h.staff = models.Account{Role: models.Staff, BrandID: b.ID, Login: "till", PasswordHash: []byte("x")}
		if err := sc.InsertAccount(&h.staff); err != nil {
			return err
		}
		var err error
		h.contract, err = ledger.AddContract(sc, 1, models.Contract{BrandID: b.ID, Basis: models.BasisClaim, Price: 50, Currency: "CAD"})
		return err
	})
	const part = 500
	for from := 0; from < members && err == nil; from += part {
		names := make([][]models.Name, min(part, members-from))
		for i := range names {
			names[i] = []models.Name{{Kind: models.OpenID, Scope: miniApp, Value: "person-" + strconv.Itoa(from+i)}}
		}
		var some []models.MemberID
		err = h.store.Tx(ctx, func(tx *models.Tx) (err error) {
			some, err = tx.In(h.community).IdentifyMany(names)
			return err
		})
		h.members = append(h.members, some...)
	}
	return err
}

// offer makes an offer that can be claimed now.
func (h *house) offer(ctx context.Context, stock int) (models.OfferID, error) {
	h.made.Add(1)
	now := models.MillisOf(clock())
	o := models.Offer{BrandID: h.brand, State: models.OfferApproved, Title: "hot", Body: "hot", Currency: "CAD", Stock: stock,
		PerMember: 1000, StartsAt: now.Add(-time.Hour), EndsAt: now.Add(time.Hour), RedeemBy: now.Add(2 * time.Hour)}
	err := h.store.Tx(ctx, func(tx *models.Tx) error { return tx.In(h.community).InsertOffer(&o) })
	return o.ID, err
}

// check compares what was acknowledged with what is written.
func (h *house) check(ctx context.Context, id models.OfferID, claimed int64) error {
	o, err := h.store.Read(ctx).In(h.community).Offer(id)
	if err == nil && int64(o.Claimed) != claimed {
		err = fmt.Errorf("%d were acknowledged and %d counted", claimed, o.Claimed)
	}
	return err
}

// close closes what was opened.
func (h *house) close() error { return errors.Join(h.web.close(), h.store.Close()) }

// newMySQL makes a database on a server, and returns its DSN and what removes it.
func newMySQL(ctx context.Context, dsn string) (string, func(), error) {
	server, rest, found := strings.Cut(dsn, ")/")
	if !found {
		return "", nil, errors.New("the DSN names no server: it is like root@unix(/run/mysqld/mysqld.sock)/")
	}
	admin, err := sql.Open("mysql", dsn)
	if err != nil {
		return "", nil, err
	}
	db := "siyu_bench_claim" + strconv.FormatInt(clock().UnixMilli()%1_000_000_000, 36)
	if _, err := admin.ExecContext(ctx, "CREATE DATABASE "+db+" CHARACTER SET utf8mb4 COLLATE utf8mb4_bin"); err != nil {
		return "", nil, errors.Join(err, admin.Close())
	}
	_, options, asked := strings.Cut(rest, "?")
	if asked {
		options = "?" + options
	}
	return server + ")/" + db + options, func() {
		_, _ = admin.ExecContext(context.WithoutCancel(ctx), "DROP DATABASE "+db)
		_ = admin.Close()
	}, nil
}
