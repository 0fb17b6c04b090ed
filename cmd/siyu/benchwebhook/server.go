package main

import (
	"bytes"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"path/filepath"
	"strings"
	"time"

	"siyu/cmd/siyu/app"
	"siyu/internal/wechatsim"
	"siyu/internal/weixin"
	"siyu/models"
)

// server is one of those that are compared, on a port of its own.
type server struct {
	name  string
	about string
	addr  string
	app   *app.App // nil for the floor
	owner models.CommunityID
	close []func() error
}

// listen serves h on the loopback interface until the server is closed.
func (s *server) listen(ctx context.Context, h http.Handler) error {
	l, err := (&net.ListenConfig{}).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	s.addr = l.Addr().String()
	srv := &http.Server{Handler: h, ReadHeaderTimeout: 15 * time.Second}
	go func() { _ = srv.Serve(l) }()
	s.close = append(s.close, srv.Close)
	return nil
}

// closeAll undoes everything, the newest first.
func (s *server) closeAll() error {
	var errs []error
	for i := len(s.close) - 1; i >= 0; i-- {
		errs = append(errs, s.close[i]())
	}
	return errors.Join(errs...)
}

// newFloor is the least a webhook can be: net/http, the body, the message's signature, "success". It decrypts nothing, reads
// nothing of the message and stores nothing.
func newFloor(ctx context.Context, a *account) (*server, error) {
	s := &server{name: "floor", about: "bare net/http: reads the body, verifies msg_signature, writes success; no decryption, no parsing, nothing stored"}
	return s, s.listen(ctx, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		q := r.URL.Query()
		body, err := io.ReadAll(io.LimitReader(r.Body, 256<<10))
		_, rest, _ := bytes.Cut(body, []byte("<Encrypt><![CDATA["))
		encrypted, _, found := bytes.Cut(rest, []byte("]]>"))
		want := sign(a.token, q.Get("timestamp"), q.Get("nonce"), string(encrypted))
		if err != nil || !found || !weixin.SameSignature(want, q.Get("msg_signature")) {
			http.Error(w, "no", http.StatusForbidden)
			return
		}
		_, _ = io.WriteString(w, "success")
	}))
}

// newSiyu is the whole server on a database of its own.
func newSiyu(ctx context.Context, name, about, dsn string, a *account, close ...func() error) (*server, error) {
	s := &server{name: name, about: about, close: close}
	store, err := models.Open(ctx, models.Options{DSN: dsn, Secret: []byte("a secret of thirty-two bytes or more, for a benchmark")})
	if err != nil {
		return s, err
	}
	s.close = append(s.close, store.Close)
	if _, err := store.Migrate(ctx); err != nil {
		return s, err
	}
	err = store.Tx(ctx, func(tx *models.Tx) error {
		c := models.Community{Name: "北岸亲子圈", Zone: "America/Vancouver"}
		if err := tx.InsertCommunity(&c); err != nil {
			return err
		}
		s.owner = c.ID
		return tx.In(c.ID).InsertChannel(&models.Channel{Kind: models.OfficialAccount, AppID: a.appID},
			models.ChannelSecrets{Secret: "secret", Token: a.token, AESKey: a.key})
	})
	if err != nil {
		return s, err
	}
	sim := wechatsim.New(wechatsim.Options{Seed: 1, Now: a.now})
	s.close = append(s.close, func() error { sim.Close(); return nil })
	wechat := &server{}
	if err := wechat.listen(ctx, sim.Handler()); err != nil {
		return s, err
	}
	s.close = append(s.close, wechat.closeAll)
	s.app, err = app.New(ctx, app.Options{Store: store, Logger: slog.New(slog.DiscardHandler), PublicURL: "http://127.0.0.1",
		WeChatAPI: "http://" + wechat.addr, WeComAPI: "http://" + wechat.addr, LoopbackOnly: true})
	if err != nil {
		return s, err
	}
	s.close = append(s.close, func() error { s.app.Close(); return nil })
	return s, s.listen(ctx, s.app.Handler)
}

func newSQLite(ctx context.Context, dir string, a *account) (*server, error) {
	return newSiyu(ctx, "sqlite", "Siyu, inbox on SQLite, synchronous=FULL", "sqlite:"+filepath.Join(dir, "siyu.db"), a)
}

// newMySQL makes a database of its own on a server and drops it afterwards.
func newMySQL(ctx context.Context, dsn string, a *account) (*server, error) {
	db, err := sql.Open("mysql", dsn)
	if err != nil {
		return nil, err
	}
	var version string
	var flush int
	name := fmt.Sprintf("siyu_bench_%d", a.now().UnixNano())
	err = db.QueryRowContext(ctx, "SELECT VERSION(), @@innodb_flush_log_at_trx_commit").Scan(&version, &flush)
	if err == nil {
		_, err = db.ExecContext(ctx, "CREATE DATABASE "+name+" CHARACTER SET utf8mb4 COLLATE utf8mb4_bin")
	}
	if err != nil {
		return nil, errors.Join(err, db.Close())
	}
	about := fmt.Sprintf("Siyu, inbox on %s, innodb_flush_log_at_trx_commit=%d", version, flush)
	return newSiyu(ctx, "mysql", about, "mysql:"+withDatabase(dsn, name), a, db.Close, func() error {
		_, err := db.ExecContext(context.WithoutCancel(ctx), "DROP DATABASE "+name)
		return err
	})
}

// withDatabase names the database of a DSN that has none: user@net(address)/?parameters.
func withDatabase(dsn, name string) string {
	i := strings.LastIndex(dsn, ")/") + len(")/")
	return dsn[:i] + name + dsn[i:]
}

// during runs fn while the server works on its jobs, as `siyu serve` does.
func (s *server) during(ctx context.Context, fn func() error) error {
	if s.app == nil {
		return fn()
	}
	ctx, cancel := context.WithCancel(ctx)
	worked := make(chan error, 1)
	go func() { worked <- s.app.Runner.Run(ctx) }()
	err := fn()
	cancel()
	return errors.Join(err, <-worked)
}

// pushes tells how the inbox stands.
func (s *server) pushes(ctx context.Context) (models.InboxCount, error) {
	if s.app == nil {
		return models.InboxCount{}, nil
	}
	return s.app.Store.Read(ctx).In(s.owner).CountInbox()
}
