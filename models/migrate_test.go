package models_test

import (
	"context"
	"database/sql"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"siyu/internal/testkit"
	"siyu/models"
)

// eachDSN runs fn with a database of its own on every engine, empty and not yet migrated.
func eachDSN(t *testing.T, fn func(t *testing.T, dsn string)) {
	t.Helper()
	t.Run("sqlite", func(t *testing.T) {
		t.Parallel()
		fn(t, "sqlite:"+filepath.Join(t.TempDir(), "siyu.db"))
	})
	t.Run("mysql", func(t *testing.T) {
		t.Parallel()
		fn(t, "mysql:"+testkit.MySQL(t))
	})
}

func openStore(t *testing.T, dsn string) *models.Store {
	t.Helper()
	s, err := models.Open(t.Context(), models.Options{DSN: dsn, Secret: []byte(testkit.Secret)})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

// applied counts the steps that are applied and all that there are.
func applied(t *testing.T, s *models.Store) (done, all int) {
	t.Helper()
	steps, err := s.Migrations(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, step := range steps {
		if !step.AppliedAt.IsZero() {
			done++
		}
	}
	return done, len(steps)
}

// TestMigrateUpDownUp: every step goes up, all the way down and up again, and leaves the same schema.
func TestMigrateUpDownUp(t *testing.T) {
	t.Parallel()
	eachDSN(t, func(t *testing.T, dsn string) {
		s := openStore(t, dsn)
		ctx := t.Context()
		if done, all := applied(t, s); done != 0 || all == 0 {
			t.Fatalf("fresh: %d of %d applied", done, all)
		}
		first, err := s.Migrate(ctx)
		if err != nil {
			t.Fatal(err)
		}
		before := columns(t, dsn)
		if again, err := s.Migrate(ctx); err != nil || len(again) != 0 {
			t.Fatalf("a second time: %v, %v", again, err)
		}
		for range first {
			if err := s.MigrateDown(ctx); err != nil {
				t.Fatal(err)
			}
		}
		if done, _ := applied(t, s); done != 0 {
			t.Fatalf("down: %d still applied", done)
		}
		if left := columns(t, dsn); len(left) != 0 {
			t.Errorf("down leaves %v", left)
		}
		if _, err := s.Read(ctx).Communities(); err == nil {
			t.Error("down leaves the communities")
		}
		if up, err := s.Migrate(ctx); err != nil || len(up) != len(first) {
			t.Fatalf("up again: %v, %v", up, err)
		}
		if after := columns(t, dsn); !equalColumns(before, after) {
			t.Errorf("up again is another schema: %v, before %v", after, before)
		}
		if done, all := applied(t, s); done != all {
			t.Errorf("up: %d of %d applied", done, all)
		}
	})
}

// downBefore takes steps back until the one with a version is.
func downBefore(t *testing.T, s *models.Store, version int64) {
	t.Helper()
	for {
		steps, err := s.Migrations(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if slices.ContainsFunc(steps, func(m models.Migration) bool { return m.Version == version && m.AppliedAt.IsZero() }) {
			return
		}
		if err := s.MigrateDown(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
}

// TestLotsFindTheirOwner: empty lots that stayed with who turned out to be somebody else go to that somebody, and no others move.
func TestLotsFindTheirOwner(t *testing.T) {
	t.Parallel()
	eachDSN(t, func(t *testing.T, dsn string) {
		s := openStore(t, dsn)
		if _, err := s.Migrate(t.Context()); err != nil {
			t.Fatal(err)
		}
		var older, younger, other models.MemberID
		var stranded, own models.Lot
		mini, official := models.Name{Kind: models.OpenID, Scope: "mini", Value: "her"}, models.Name{Kind: models.OpenID, Scope: "official", Value: "her"}
		community := testkit.Community(t, s, func(sc *models.Scope) (err error) {
			for _, m := range []struct {
				id   *models.MemberID
				name models.Name
			}{{&older, official}, {&younger, mini}, {&other, models.Name{Kind: models.OpenID, Scope: "mini", Value: "other"}}} {
				if *m.id, err = sc.Identify(m.name); err != nil {
					return err
				}
			}
			if _, err = sc.Identify(official, mini); err != nil { // she has no purse: her lots stay where they are put
				return err
			}
			stranded, own = sc.NewLot(younger, "a", 5, 0), sc.NewLot(other, "b", 5, 0)
			return sc.InsertLots([]models.Lot{stranded, own})
		})
		downBefore(t, s, 30)
		if _, err := s.Migrate(t.Context()); err != nil {
			t.Fatal(err)
		}
		all, err := s.Read(t.Context()).In(community).LotsByID([]models.LotID{stranded.ID, own.ID})
		if err != nil || len(all) != 2 || all[0].MemberID != older || all[1].MemberID != other {
			t.Errorf("%+v, want them with %s and %s, %v", all, older, other, err)
		}
	})
}

// TestEventsMove: a voucher's events are the same after their table was made anew, back and forth.
func TestEventsMove(t *testing.T) {
	t.Parallel()
	eachDSN(t, func(t *testing.T, dsn string) {
		s := openStore(t, dsn)
		if _, err := s.Migrate(t.Context()); err != nil {
			t.Fatal(err)
		}
		v := models.Voucher{OfferID: 7, BrandID: 8, MemberID: 9, Seq: 1, ClaimKey: "a-key", CodeRef: []byte("hash"), CodeProof: []byte("sealed")}
		community := testkit.Community(t, s, func(sc *models.Scope) error {
			sc.IssueVoucher(&v)
			if err := sc.InsertVouchers([]*models.Voucher{&v}, nil); err != nil {
				return err
			}
			return sc.AddVoucherEvents([]models.VoucherEvent{{VoucherID: v.ID, N: 2, Kind: models.EventReserved, AccountID: 3, ShopID: 4, Ref: "a", Cause: "b"}})
		})
		before, err := s.Read(t.Context()).In(community).EventsOf([]models.VoucherID{v.ID})
		if err != nil || len(before[v.ID]) != 2 {
			t.Fatalf("%+v, %v", before, err)
		}
		downBefore(t, s, 32)
		if _, err := s.Migrate(t.Context()); err != nil {
			t.Fatal(err)
		}
		after, err := s.Read(t.Context()).In(community).EventsOf([]models.VoucherID{v.ID})
		if err != nil || !slices.Equal(before[v.ID], after[v.ID]) {
			t.Errorf("%+v, and before\n%+v, %v", after, before, err)
		}
	})
}

// TestMigrateNewer: a program does not serve a database whose schema it does not know.
func TestMigrateNewer(t *testing.T) {
	t.Parallel()
	eachDSN(t, func(t *testing.T, dsn string) {
		s := openStore(t, dsn)
		if _, err := s.Migrate(t.Context()); err != nil {
			t.Fatal(err)
		}
		execIn(t, dsn, "INSERT INTO goose_db_version (version_id, is_applied) VALUES (99999, TRUE)")
		if _, err := s.Migrate(t.Context()); err == nil || !strings.Contains(err.Error(), "newer Siyu (its step 99999") {
			t.Errorf("migrated: %v", err)
		}
	})
}

// TestMigrateTogether: several starters at once apply each step once, and all of them succeed.
func TestMigrateTogether(t *testing.T) {
	t.Parallel()
	eachDSN(t, func(t *testing.T, dsn string) {
		const starters = 4
		stores := make([]*models.Store, starters)
		for i := range stores {
			stores[i] = openStore(t, dsn)
		}
		var mu sync.Mutex
		var wg sync.WaitGroup
		steps := map[int64]int{}
		for _, s := range stores {
			wg.Go(func() {
				done, err := s.Migrate(context.Background())
				if err != nil {
					t.Error(err)
				}
				mu.Lock()
				defer mu.Unlock()
				for _, m := range done {
					steps[m.Version]++
				}
			})
		}
		wg.Wait()
		done, all := applied(t, stores[0])
		if done != all || len(steps) != all {
			t.Errorf("%d of %d applied, by the starters %v", done, all, steps)
		}
		for v, n := range steps {
			if n != 1 {
				t.Errorf("step %d was applied %d times", v, n)
			}
		}
	})
}

// TestServeAlone: one process at a time serves a SQLite file; several may serve a MySQL database.
func TestServeAlone(t *testing.T) {
	t.Parallel()
	testkit.Each(t, func(t *testing.T, s *models.Store, _ *models.ManualClock) {
		release, err := s.Serve()
		if err != nil {
			t.Fatal(err)
		}
		second, err := s.Serve()
		if s.Engine() == models.MySQL {
			if err != nil {
				t.Error(err)
			}
			release()
			return
		}
		if !models.IsKind(err, models.Conflict) || models.CodeOf(err) != "store_in_use" {
			t.Fatalf("a second server: %v, %v", second != nil, err)
		}
		release()
		third, err := s.Serve()
		if err != nil {
			t.Fatal(err)
		}
		third()
	})
}

// execIn runs a statement in the database itself.
func execIn(t *testing.T, dsn, statement string) {
	t.Helper()
	engine, rest, _ := strings.Cut(dsn, ":")
	db, err := sql.Open(engine, rest)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = db.Close() }()
	if _, err := db.ExecContext(t.Context(), statement); err != nil {
		t.Fatal(err)
	}
}
