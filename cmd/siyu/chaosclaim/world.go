package main

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"sync"
	"time"

	"siyu/models"
	"siyu/offers/ledger"
)

const (
	secret = "a secret of thirty-two bytes or more, for chaos"
	app    = "wx-chaos"
	price  = 50 // what the brand pays for a claim

	tillPrice = 70 // and for a redemption
	zoneName  = "America/Vancouver"
)

// world is a community whose servers are killed.
type world struct {
	p         plan
	db        *mariadb // nil: not ours
	store     *models.Store
	servers   []*server
	client    *http.Client
	community models.CommunityID
	brand     models.BrandID
	people    []person
	clerks    []clerk
	offers    []*offer
	dbKilled  int

	mu       sync.Mutex
	violated []string // the first of them
	total    int
	repeats  int64
	late     int
}

// person is somebody who wants vouchers.
type person struct {
	member models.MemberID
	token  string
}

// newWorld makes the database, the people and the servers.
func newWorld(ctx context.Context, p plan) (*world, error) {
	w := &world{p: p, client: &http.Client{Timeout: 10 * time.Second, Transport: &http.Transport{MaxIdleConnsPerHost: p.clients, MaxConnsPerHost: 0}}}
	dsn, err := w.database(ctx)
	if err != nil {
		w.close()
		return nil, err
	}
	if err := w.furnish(ctx, dsn); err != nil {
		w.close()
		return nil, err
	}
	env := []string{"SIYU_DB=" + dsn, "SIYU_SECRET_KEY=" + secret, "SIYU_LOG_LEVEL=error", "SIYU_METRICS_ADDR=",
		"SIYU_WECHAT_API=http://127.0.0.1:1", "SIYU_WECOM_API=http://127.0.0.1:1"}
	for i := range p.servers {
		s, err := newServer(ctx, p.siyu, p.file(fmt.Sprintf("server-%d.log", i)), env)
		if s != nil {
			w.servers = append(w.servers, s)
		}
		if err != nil {
			w.close()
			return nil, err
		}
	}
	return w, nil
}

// database makes an empty database, if there is none yet, and returns its DSN.
func (w *world) database(ctx context.Context) (string, error) {
	if w.p.engine == "sqlite" {
		return "sqlite:" + w.p.file("siyu.db"), nil
	}
	if w.p.dsn != "" {
		return "mysql:" + w.p.dsn, nil
	}
	var err error
	if w.db, err = newMariaDB(ctx, w.p.file("mariadb")); err != nil {
		return "", err
	}
	admin, err := sql.Open("mysql", w.db.dsn())
	if err != nil {
		return "", err
	}
	_, err = admin.ExecContext(ctx, "CREATE DATABASE siyu CHARACTER SET utf8mb4 COLLATE utf8mb4_bin")
	return "mysql:" + w.db.dsn() + "siyu", errors.Join(err, admin.Close())
}

// ping reports whether a MySQL server answers.
func ping(ctx context.Context, dsn string) error {
	db, err := sql.Open("mysql", dsn)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, time.Second)
	defer cancel()
	return errors.Join(db.PingContext(ctx), db.Close())
}

// furnish makes a community with people who are signed in to its Mini Program.
func (w *world) furnish(ctx context.Context, dsn string) error {
	var err error
	if w.store, err = models.Open(ctx, models.Options{DSN: dsn, Secret: []byte(secret)}); err != nil {
		return err
	}
	if _, err := w.store.Migrate(ctx); err != nil {
		return err
	}
	err = w.store.Tx(ctx, func(tx *models.Tx) error {
		c := models.Community{Name: "chaos", Zone: zoneName}
		if err := tx.InsertCommunity(&c); err != nil {
			return err
		}
		w.community = c.ID
		sc, b := tx.In(c.ID), models.Brand{Name: "brand", Weight: 1}
		if err := sc.InsertBrand(&b); err != nil {
			return err
		}
		w.brand = b.ID
		if _, err := ledger.AddContract(sc, 1, models.Contract{BrandID: b.ID, Basis: models.BasisClaim, Price: price, Currency: "CAD"}); err != nil {
			return err
		}
		if _, err := ledger.AddContract(sc, 1, models.Contract{BrandID: b.ID, Basis: models.BasisRedemption, Price: tillPrice, Currency: "CAD"}); err != nil {
			return err
		}
		return w.employ(sc)
	})
	const part = 500
	for from := 0; from < w.p.people && err == nil; from += part {
		err = w.invite(ctx, from, min(part, w.p.people-from))
	}
	return err
}

// invite makes some people known and signs them in.
func (w *world) invite(ctx context.Context, from, n int) error {
	names := make([][]models.Name, n)
	for i := range names {
		names[i] = []models.Name{{Kind: models.OpenID, Scope: app, Value: "person-" + strconv.Itoa(from+i)}}
	}
	some := make([]person, n)
	err := w.store.Tx(ctx, func(tx *models.Tx) error {
		sc := tx.In(w.community)
		ids, err := sc.IdentifyMany(names)
		if err != nil {
			return err
		}
		for i, id := range ids {
			s := models.Session{Kind: models.MiniSession, MemberID: id, AppID: app}
			if some[i].token, err = sc.InsertSession(&s, nil, 24*time.Hour); err != nil {
				return err
			}
			some[i].member = id
		}
		return nil
	})
	w.people = append(w.people, some...)
	return err
}

// violate notes that something is not as it must be.
func (w *world) violate(format string, args ...any) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.total++; len(w.violated) < 20 {
		w.violated = append(w.violated, fmt.Sprintf(format, args...))
	}
}

func (w *world) violations() int {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.total
}

func (w *world) kills() int {
	n := 0
	for _, s := range w.servers {
		s.mu.Lock()
		n += s.kills
		s.mu.Unlock()
	}
	return n
}

func (w *world) result() result {
	r := result{Engine: w.p.engine, Servers: len(w.servers), Rounds: len(w.offers), Kills: w.kills(), DBKills: w.dbKilled, Late: w.late,
		Repeats: w.repeats, Violated: w.total, Violation: w.violated}
	for _, o := range w.offers {
		r.Requests, r.Unknown = r.Requests+o.requests, r.Unknown+o.unknown
		r.Given, r.Stock, r.Acked = r.Given+o.given, r.Stock+w.p.stock, r.Acked+o.acked()
		if o.noon != nil {
			done, refused := o.noon.redeemed()
			r.Redeemed, r.Beaten, r.TillLate = r.Redeemed+done, r.Beaten+refused, r.TillLate+o.noon.late
			r.TillRequests, r.TillUnknown = r.TillRequests+o.noon.asked, r.TillUnknown+o.noon.unknown
		}
	}
	return r
}

func (w *world) close() {
	for _, s := range w.servers {
		s.close()
	}
	if w.store != nil {
		_ = w.store.Close()
	}
	w.db.close()
}
