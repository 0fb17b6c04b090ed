package models_test

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"
	"testing"

	_ "github.com/go-sql-driver/mysql" // the tests look at the server from beside

	"siyu/internal/testkit"
	"siyu/models"
)

// given makes a voucher of an offer for a member, whose code is made of a number.
func given(sc *models.Scope, offer models.OfferID, member models.MemberID, code int) *models.Voucher {
	v := &models.Voucher{OfferID: offer, MemberID: member, Seq: 1, ClaimKey: "a-key", Units: 1, CodeRef: fmt.Appendf(nil, "%032d", code)}
	sc.IssueVoucher(v)
	return v
}

// TestNothingIsCommittedAfterAnError: a packet that carries its own COMMIT and fails anywhere before it leaves nothing behind, and
// the connection is good for the next transaction.
func TestNothingIsCommittedAfterAnError(t *testing.T) {
	t.Parallel()
	testkit.Each(t, func(t *testing.T, s *models.Store, _ *models.ManualClock) {
		o := models.Offer{State: models.OfferApproved, Title: "t", Body: "b", Currency: "CAD", Stock: 9, PerMember: 1}
		community := testkit.Community(t, s, func(sc *models.Scope) error { return sc.InsertOffer(&o) })
		charge := models.Transfer{Code: models.CodeClaim, Ref: "voucher:1", Unit: "CAD", Amount: 5, Debit: models.SponsorPurse(9), Credit: models.PurseIncome}
		give := func(member models.MemberID, code int, charges ...models.Transfer) error {
			return s.Batch(t.Context(), func(tx *models.Tx) error {
				sc := tx.In(community)
				_, err := sc.GiveVouchers(o.ID, []*models.Voucher{given(sc, o.ID, member, code)}, 0, charges, false)
				return err
			})
		}
		if err := give(1, 1, charge); err != nil {
			t.Fatal(err)
		}
		wrong := charge
		wrong.Ref, wrong.Amount = "voucher:2", -1
		for how, refused := range map[string]bool{
			"a code that is taken":      models.IsDuplicate(give(2, 1)),
			"a second of one slot":      models.IsDuplicate(give(1, 2)),
			"a cause that is booked":    models.IsDuplicate(give(3, 3, charge)), // the last INSERT but one: vouchers, events, touches and marks stand
			"an amount below nothing":   models.CodeOf(give(4, 4, wrong)) == "check_failed",
			"nothing, after all these":  give(5, 5) == nil,
			"an offer that is not ours": inAnother(t, s, o.ID),
		} {
			if !refused {
				t.Error(how, "was not told")
			}
		}
		read := s.Read(t.Context()).In(community)
		all, err := read.AllVouchers()
		got, errOffer := read.Offer(o.ID)
		if err != nil || errOffer != nil || len(all) != 2 || got.Claimed != 2 {
			t.Errorf("%d vouchers, %d taken, %v, %v", len(all), got.Claimed, err, errOffer)
		}
		for _, m := range []models.MemberID{2, 3, 4} {
			if touches, err := read.TouchesOf(m); err != nil || len(touches) != 0 {
				t.Errorf("%s has %+v, %v", m, touches, err)
			}
		}
	})
}

// inAnother tries to take the stock of an offer of another community.
func inAnother(t *testing.T, s *models.Store, offer models.OfferID) bool {
	t.Helper()
	tries, other := 0, testkit.Community(t, s, func(*models.Scope) error { return nil })
	err := s.Batch(t.Context(), func(tx *models.Tx) error {
		if tries++; tries > 2 {
			return models.Errorf(models.Exhausted, "enough", "tried enough")
		}
		sc := tx.In(other)
		_, err := sc.GiveVouchers(offer, []*models.Voucher{given(sc, offer, 7, 7)}, 0, nil, false)
		return err
	})
	return models.CodeOf(err) == "enough"
}

// TestCardThatWaits: an idle card keeps the batch from being committed early, so that what is told of it is in the same transaction.
func TestCardThatWaits(t *testing.T) {
	t.Parallel()
	testkit.Each(t, func(t *testing.T, s *models.Store, _ *models.ManualClock) {
		o := models.Offer{State: models.OfferApproved, Title: "t", Body: "b", Currency: "CAD", Stock: 9, PerMember: 1}
		card := models.LiveCard{TaskID: 1, State: models.CardLive}
		community := testkit.Community(t, s, func(sc *models.Scope) error {
			if err := sc.InsertOffer(&o); err != nil {
				return err
			}
			card.OfferID = o.ID
			_, err := sc.AddLiveCard(&card)
			return err
		})
		no := errors.New("no")
		give := func(member models.MemberID, seen bool, then error) (idle []models.LiveCard, err error) {
			err = s.Batch(t.Context(), func(tx *models.Tx) (err error) {
				sc := tx.In(community)
				if idle, err = sc.GiveVouchers(o.ID, []*models.Voucher{given(sc, o.ID, member, int(member))}, 0, nil, seen); err != nil || then != nil {
					return errors.Join(err, then)
				}
				for _, c := range idle {
					if _, err := sc.DueLiveCard(c.ID, 5); err != nil {
						return err
					}
				}
				return nil
			})
			return idle, err
		}
		if idle, err := give(1, true, no); !errors.Is(err, no) || len(idle) != 1 || models.InDoubt(err) {
			t.Fatalf("%+v, %v", idle, err)
		}
		if idle, err := give(1, false, nil); err != nil || len(idle) != 1 || idle[0].ID != card.ID { // the one before was rolled back
			t.Fatalf("%+v, %v", idle, err)
		}
		if idle, err := give(2, false, nil); err != nil || len(idle) != 0 { // it waits already
			t.Fatalf("%+v, %v", idle, err)
		}
		read := s.Read(t.Context()).In(community)
		got, err := read.Offer(o.ID)
		told, errCard := read.LiveCard(card.ID)
		if err != nil || errCard != nil || got.Claimed != 2 || told.DueAt != 5 {
			t.Errorf("%d taken, the card is due at %d, %v, %v", got.Claimed, told.DueAt, err, errCard)
		}
	})
}

// TestBatchesAfterTheServerLostThem: connections that ended while nobody used them cost no batch.
func TestBatchesAfterTheServerLostThem(t *testing.T) {
	t.Parallel()
	dsn := testkit.Migrated(t)
	s, err := models.Open(t.Context(), models.Options{DSN: "mysql:" + dsn, Secret: []byte(testkit.Secret), Throwaway: true})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	community := testkit.Community(t, s, func(*models.Scope) error { return nil })
	var read func(ctx context.Context, deep int) error // so many at once, each on a connection of its own
	read = func(ctx context.Context, deep int) error {
		return s.Batch(ctx, func(tx *models.Tx) error {
			if _, err := tx.In(community).Brands(); err != nil || deep <= 1 {
				return err
			}
			return read(ctx, deep-1)
		})
	}
	if err := read(t.Context(), 5); err != nil {
		t.Fatal(err)
	}
	if n := killOthers(t, dsn); n < 5 {
		t.Fatalf("%d connections were ended", n)
	}
	for i := range 6 {
		if err := read(t.Context(), 1); err != nil {
			t.Errorf("batch %d: %v", i, err)
		}
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := read(ctx, 1); err == nil {
		t.Error("a batch for nobody was run")
	}
	if err := read(t.Context(), 1); err != nil {
		t.Error(err)
	}
}

// killOthers ends all connections to the database of a DSN but its own, and returns how many.
func killOthers(t *testing.T, dsn string) int {
	t.Helper()
	db, err := sql.Open("mysql", dsn)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = db.Close() }()
	others := func() (ids string) {
		err := db.QueryRowContext(t.Context(), "SELECT COALESCE(GROUP_CONCAT(id), '') FROM information_schema.processlist WHERE db = DATABASE() AND id <> CONNECTION_ID()").
			Scan(&ids)
		if err != nil {
			t.Fatal(err)
		}
		return ids
	}
	db.SetMaxOpenConns(1)
	n := 0
	for id := range strings.SplitSeq(others(), ",") {
		if _, err := db.ExecContext(t.Context(), "KILL "+id); err == nil {
			n++
		}
	}
	for tries := 0; others() != ""; tries++ { // it ends them by and by
		if tries > 100_000 {
			t.Fatal("they do not end")
		}
	}
	return n
}
