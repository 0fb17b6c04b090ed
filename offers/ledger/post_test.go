package ledger_test

import (
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"siyu/internal/testkit"
	"siyu/models"
	"siyu/offers/ledger"
)

const day = 24 * time.Hour

func (h *house) post(all ...models.Transfer) error {
	return h.do(func(sc *models.Scope) error { return ledger.Post(sc, all) })
}

func (h *house) id(t models.Transfer) models.TransferID {
	return models.NewTransferID(h.community, t.Code, t.Ref)
}

// TestPoints walks through one member's points: earned, used in the order they lapse, set aside, given back, lapsed, taken back.
func TestPoints(t *testing.T) {
	t.Parallel()
	testkit.Each(t, func(t *testing.T, s *models.Store, clock *models.ManualClock) {
		h := newHouse(t, s, clock)
		m := h.member()
		want := func(what string, n int64) {
			t.Helper()
			if got := h.balance(m); got != n {
				t.Fatalf("%s: has %d points, want %d", what, got, n)
			}
		}
		ok := func(err error) {
			t.Helper()
			if err != nil {
				t.Fatal(err)
			}
		}
		ever := ledger.Earn(m, 10, "visit", "1", 0)
		soon := ledger.Earn(m, 5, "visit", "2", h.now().Add(2*day))
		ok(h.post(ever, soon))
		ok(h.post(ever))
		want("earned, the first twice", 15)
		reused := ever
		reused.Amount = 11
		wantCode(t, h.post(reused), "transfer_reused")
		wantCode(t, h.post(ledger.Spend(m, 16, "gift", "1")), "points_short")
		want("nothing was taken", 15)

		hold := ledger.Hold(m, 7, "order", "1", h.now().Add(3*day))
		ok(h.post(hold))
		want("set aside", 8)
		clock.Advance(2 * day) // the five have lapsed meanwhile, and come back for another week
		h.tx(func(sc *models.Scope) error { return ledger.GiveBack(sc, h.id(hold)) })
		want("given back", 15)
		err := h.do(func(sc *models.Scope) error { return ledger.Settle(sc, h.id(hold)) })
		wantCode(t, err, "hold_ended")
		clock.Advance(7*day + time.Second)
		gift := ledger.Spend(m, 4, "gift", "2")
		ok(h.post(gift))
		want("five lapsed, four were used", 6)
		h.tx(func(sc *models.Scope) error { return ledger.Reverse(sc, h.id(gift)) })
		h.tx(func(sc *models.Scope) error { return ledger.Reverse(sc, h.id(gift)) })
		want("the gift came back, once", 10)

		ok(h.post(ledger.Spend(m, 8, "gift", "3")))
		h.tx(func(sc *models.Scope) error { return ledger.Reverse(sc, h.id(ever)) })
		want("ten were taken back of which two were left", 0)
		ok(h.post(ledger.Earn(m, 9, "visit", "3", 0)))
		want("eight of the next nine pay for it", 1)
		page, err := ledger.History(h.read(), m, "", 3)
		if err != nil || len(page) != 3 {
			t.Fatalf("history %v, %v", page, err)
		}
		rest, err := ledger.History(h.read(), m, page[2].ID, 100)
		if err != nil {
			t.Fatal(err)
		}
		sum := int64(0)
		for _, e := range append(page, rest...) {
			sum += e.Amount
		}
		if sum != 1 {
			t.Errorf("the history adds up to %d, want 1", sum)
		}
	})
}

// TestHoldsAndLotsEnd: the sweep gives back what was set aside for too long and books what has lapsed, once.
func TestHoldsAndLotsEnd(t *testing.T) {
	t.Parallel()
	testkit.Each(t, func(t *testing.T, s *models.Store, clock *models.ManualClock) {
		h := newHouse(t, s, clock)
		a, b := h.member(), h.member()
		hold := ledger.Hold(a, 4, "order", "1", h.now().Add(time.Hour))
		for _, tr := range []models.Transfer{ledger.Earn(a, 10, "v", "1", 0), ledger.Earn(b, 6, "v", "2", h.now().Add(2*time.Hour)), hold} {
			if err := h.post(tr); err != nil {
				t.Fatal(err)
			}
		}
		sweep := func(wantA, wantB int64) {
			t.Helper()
			if err := ledger.Sweep(t.Context(), s, h.community); err != nil {
				t.Fatal(err)
			}
			if x, y := h.balance(a), h.balance(b); x != wantA || y != wantB {
				t.Fatalf("have %d and %d points, want %d and %d", x, y, wantA, wantB)
			}
		}
		sweep(6, 6)
		clock.Advance(time.Hour)
		wantCode(t, h.do(func(sc *models.Scope) error { return ledger.Settle(sc, h.id(hold)) }), "hold_ended")
		sweep(10, 6)
		clock.Advance(time.Hour)
		sweep(10, 0)
		sweep(10, 0)
	})
}

// TestMergeKeepsPoints: two people who turn out to be one have what both had, and what one set aside comes back to her.
func TestMergeKeepsPoints(t *testing.T) {
	t.Parallel()
	testkit.Each(t, func(t *testing.T, s *models.Store, clock *models.ManualClock) {
		h := newHouse(t, s, clock)
		name := func(kind models.IdentityKind, scope, value string) models.Name {
			return models.Name{Kind: kind, Scope: scope, Value: value}
		}
		a, b := h.member(name(models.OpenID, "mini", "a")), h.member(name(models.OpenID, "official", "b"))
		hold := ledger.Hold(b, 3, "order", "1", 0)
		debt := ledger.Earn(b, 2, "v", "3", 0)
		for _, tr := range []models.Transfer{ledger.Earn(a, 10, "v", "1", 0), ledger.Earn(b, 5, "v", "2", h.now().Add(day)), debt, hold} {
			if err := h.post(tr); err != nil {
				t.Fatal(err)
			}
		}
		h.tx(func(sc *models.Scope) error { return ledger.Reverse(sc, h.id(debt)) })
		h.member(name(models.OpenID, "mini", "a"), name(models.OpenID, "official", "b"))
		for _, m := range []models.MemberID{a, b} {
			if n := h.balance(m); n != 12 {
				t.Fatalf("has %d points, want 12", n)
			}
		}
		h.tx(func(sc *models.Scope) error { return ledger.GiveBack(sc, h.id(hold)) })
		if err := h.post(ledger.Spend(b, 15, "gift", "1")); err != nil { // by the id she had
			t.Fatal(err)
		}
		if n := h.balance(a); n != 0 {
			t.Errorf("has %d points, want 0", n)
		}
	})
}

// TestPostAtOnce: however many book the same causes at the same time, each is booked once, and nobody spends what she has not.
func TestPostAtOnce(t *testing.T) {
	t.Parallel()
	testkit.Each(t, func(t *testing.T, s *models.Store, clock *models.ManualClock) {
		h := newHouse(t, s, clock)
		all := []models.MemberID{h.member(), h.member(), h.member()}
		var wg sync.WaitGroup
		for w := range 6 {
			wg.Go(func() {
				for i := range 8 {
					m := all[(w+i)%len(all)]
					if err := h.post(ledger.Earn(m, 3, "visit", fmt.Sprintf("%s:%d", m, i), 0)); err != nil {
						t.Error(err)
					}
					err := h.post(ledger.Spend(m, 4, "gift", fmt.Sprintf("%s:%d:%d", m, w, i)))
					if err != nil && models.CodeOf(err) != "points_short" {
						t.Error(err)
					}
				}
			})
		}
		wg.Wait()
		for _, m := range all {
			sums, err := h.read().SumPurses([]int64{int64(m)})
			if err != nil {
				t.Fatal(err)
			}
			lots, err := h.read().LotsOf([]models.MemberID{m}, true)
			if err != nil {
				t.Fatal(err)
			}
			left := int64(0)
			for _, l := range lots[m] {
				left += l.Remaining
			}
			for _, x := range sums {
				if x.Purse == models.MemberPurse(m) && (x.In != 24 || x.In-x.Out != h.balance(m) || left != h.balance(m)) {
					t.Errorf("earned %d of 24, used %d, has %d, in lots %d", x.In, x.Out, h.balance(m), left)
				}
			}
		}
	})
}

// TestBackToWhoSheIs: points that come back are hers under whatever name she spent them, also when nothing was left of them the
// day she turned out to be somebody else.
func TestBackToWhoSheIs(t *testing.T) {
	t.Parallel()
	testkit.Each(t, func(t *testing.T, s *models.Store, clock *models.ManualClock) {
		h := newHouse(t, s, clock)
		mini := models.Name{Kind: models.OpenID, Scope: "mini", Value: "her"}
		official := models.Name{Kind: models.OpenID, Scope: "official", Value: "her"}
		older := h.member(official)
		younger := h.member(mini)
		gift, order := ledger.Spend(younger, 4, "gift", "1"), ledger.Hold(younger, 6, "order", "1", 0)
		if err := h.post(ledger.Earn(younger, 10, "visit", "1", 0), gift, order); err != nil {
			t.Fatal(err)
		}
		h.member(official, mini)
		h.tx(func(sc *models.Scope) error { return ledger.Reverse(sc, h.id(gift)) })
		h.tx(func(sc *models.Scope) error { return ledger.GiveBack(sc, h.id(order)) })
		for _, m := range []models.MemberID{older, younger} {
			if got := h.balance(m); got != 10 {
				t.Errorf("she has %d points, want 10", got)
			}
		}
		if err := h.post(ledger.Spend(older, 10, "gift", "2")); err != nil {
			t.Error(err)
		}
	})
}

// TestSweepPassesOver: a hold whose rows contradict each other keeps nobody else's points, is named, and stays to be named again.
func TestSweepPassesOver(t *testing.T) {
	t.Parallel()
	testkit.Each(t, func(t *testing.T, s *models.Store, clock *models.ManualClock) {
		h := newHouse(t, s, clock)
		people := []models.MemberID{h.member(), h.member(), h.member()}
		holds := make([]models.Transfer, len(people))
		for i, m := range people {
			holds[i] = ledger.Hold(m, 4, "order", fmt.Sprint(i), h.now().Add(time.Hour))
			if err := h.post(ledger.Earn(m, 10, "visit", fmt.Sprint(i), h.now().Add(2*day)), holds[i]); err != nil {
				t.Fatal(err)
			}
		}
		h.tx(func(sc *models.Scope) error { // the second one says that it took from somebody else
			lots, err := sc.LotsOf(people[:1], true)
			if err != nil {
				return err
			}
			return sc.InsertLotMoves([]models.LotMove{{TransferID: h.id(holds[1]), LotID: lots[people[0]][0].ID, Amount: -1}})
		})
		clock.Advance(time.Hour)
		for range 2 {
			err := ledger.Sweep(t.Context(), s, h.community)
			if err == nil || !strings.Contains(err.Error(), string(h.id(holds[1]))) {
				t.Errorf("swept: %v", err)
			}
			for i, want := range []int64{10, 6, 10} {
				if got := h.balance(people[i]); got != want {
					t.Errorf("person %d has %d points, want %d", i, got, want)
				}
			}
		}
		clock.Advance(60 * day) // and what lapses does so beside it, also what was good for a while longer
		if err := ledger.Sweep(t.Context(), s, h.community); err == nil {
			t.Error("a hold that contradicts its rows was swept")
		}
		for i, m := range people {
			if got := h.balance(m); got != 0 {
				t.Errorf("person %d has %d points that have lapsed", i, got)
			}
		}
	})
}

// TestWhatLapsedStaysLapsed: points that come back to a lot whose time is over are good for a while longer, and what was left in it
// is not, whether its lapse was booked by then or not.
func TestWhatLapsedStaysLapsed(t *testing.T) {
	t.Parallel()
	testkit.Each(t, func(t *testing.T, s *models.Store, clock *models.ManualClock) {
		h := newHouse(t, s, clock)
		swept, unswept := h.member(), h.member()
		holds := map[models.MemberID]models.Transfer{}
		for i, m := range []models.MemberID{swept, unswept} {
			holds[m] = ledger.Hold(m, 4, "order", fmt.Sprint(i), 0)
			if err := h.post(ledger.Earn(m, 10, "visit", fmt.Sprint(i), h.now().Add(day)), holds[m]); err != nil {
				t.Fatal(err)
			}
		}
		back := func(m models.MemberID) {
			h.tx(func(sc *models.Scope) error { return ledger.GiveBack(sc, h.id(holds[m])) })
			if got := h.balance(m); got != 4 {
				t.Errorf("has %d points, want the 4 that came back", got)
			}
		}
		clock.Advance(2 * day)
		back(unswept)
		if err := ledger.Sweep(t.Context(), s, h.community); err != nil {
			t.Fatal(err)
		}
		back(swept)
		wantCode(t, h.post(ledger.Spend(swept, 5, "gift", "1")), "points_short")
	})
}
