package offers_test

import (
	"context"
	"fmt"
	"reflect"
	"sync"
	"testing"
	"time"

	"siyu/internal/testkit"
	"siyu/models"
	"siyu/offers"
	"siyu/offers/ledger"
)

func TestClaim(t *testing.T) {
	t.Parallel()
	testkit.Each(t, func(t *testing.T, s *models.Store, clock *models.ManualClock) {
		h := newHouse(t, s, clock, 1)
		o := h.open(h.draft(2))
		ann, bea, cleo := h.member("ann"), h.member("bea"), h.member("cleo")

		first, err := h.claim(ann, o.ID, "key-ann-1")
		if err != nil {
			t.Fatal(err)
		}
		again, err := h.claim(ann, o.ID, "key-ann-1")
		if err != nil || again.ID != first.ID || again.Code != first.Code {
			t.Fatalf("the same key gave %v %q, %v; want %v %q", again.ID, again.Code, err, first.ID, first.Code)
		}
		_, err = h.claim(ann, o.ID, "key-ann-2")
		wantCode(t, err, "already_claimed")
		if _, err = h.claim(bea, o.ID, "key-ann-1"); err != nil { // a key is one person's own
			t.Fatal(err)
		}
		_, err = h.claim(cleo, o.ID, "key-cleo-1")
		wantCode(t, err, "sold_out")
		_, err = h.claim(ann, o.ID, "key-ann-3")
		wantCode(t, err, "already_claimed") // and not "sold out"
		again, err = h.claim(ann, o.ID, "key-ann-1")
		if err != nil || again.Code != first.Code {
			t.Fatalf("after the sell-out the same key gave %q, %v", again.Code, err)
		}
		other := h.open(h.draft(5))
		_, err = h.claim(ann, other.ID, "key-ann-1")
		wantCode(t, err, "key_reused")
		_, err = h.claim(ann, other.ID, "short")
		wantCode(t, err, "key_missing")

		touches, err := h.read().TouchesOf(ann)
		if err != nil || len(touches) != 1 || touches[0].Kind != models.TouchClaim || touches[0].VoucherID != first.ID {
			t.Fatalf("touches %+v, %v", touches, err)
		}
		v, err := h.read().Voucher(first.ID)
		if err != nil || v.ValidTo != o.RedeemBy || string(v.CodeProof) == first.Code {
			t.Fatalf("voucher %+v, %v", v, err)
		}
	})
}

func TestClaimWindow(t *testing.T) {
	t.Parallel()
	s, clock := testkit.Store(t)
	h := newHouse(t, s, clock, 1)
	d := h.draft(100)
	d.StartsAt = h.now().Add(time.Hour)
	o := h.open(d)
	m := h.members(4)
	try := func(i int, at models.Millis) error {
		clock.Set(at.Time())
		_, err := h.claim(m[i], o.ID, fmt.Sprintf("key-%d-%d", i, at))
		return err
	}
	wantCode(t, try(0, d.StartsAt-1), "offer_not_open")
	if err := try(1, d.StartsAt); err != nil {
		t.Error(err)
	}
	if err := try(2, d.EndsAt-1); err != nil {
		t.Error(err)
	}
	wantCode(t, try(3, d.EndsAt), "offer_over")

	waiting, err := h.service.Submit(context.Background(), h.community, h.brands[0], 0, h.draft(1))
	if err != nil {
		t.Fatal(err)
	}
	_, err = h.claim(m[0], waiting.ID, "key-unapproved")
	wantCode(t, err, "offer_not_found")
}

// A hundred people, and each of them twice, want a stock of twenty at once.
func TestConcurrentClaimsTakeExactlyTheStock(t *testing.T) {
	t.Parallel()
	testkit.Each(t, func(t *testing.T, s *models.Store, clock *models.ManualClock) {
		h := newHouse(t, s, clock, 1)
		const stock, people = 20, 100
		o := h.open(h.draft(stock))
		var mu sync.Mutex
		codes, won := map[string]models.MemberID{}, map[models.MemberID]string{}
		var wg sync.WaitGroup
		for _, m := range h.members(people) {
			for range 2 {
				wg.Go(func() {
					got, err := h.claim(m, o.ID, "key-of-"+m.String())
					mu.Lock()
					defer mu.Unlock()
					switch {
					case err == nil && won[m] != "" && won[m] != got.Code:
						t.Errorf("one key gave %s and %s", won[m], got.Code)
					case err == nil && codes[got.Code] != 0 && codes[got.Code] != m:
						t.Errorf("%s went to two people", got.Code)
					case err == nil:
						codes[got.Code], won[m] = m, got.Code
					case models.CodeOf(err) != "sold_out":
						t.Error(err)
					}
				})
			}
		}
		wg.Wait()
		after, err := h.read().Offer(o.ID)
		if err != nil {
			t.Fatal(err)
		}
		all, err := h.read().AllVouchers()
		if err != nil {
			t.Fatal(err)
		}
		touched, err := h.read().CountTouches(models.TouchClaim, 0, h.now()+1)
		if err != nil {
			t.Fatal(err)
		}
		if len(won) != stock || after.Claimed != stock || len(all) != stock || touched != stock {
			t.Errorf("%d winners, %d counted, %d vouchers, %d touches; the stock is %d",
				len(won), after.Claimed, len(all), touched, stock)
		}
	})
}

// One person with many keys at once, under two ids that turn out to be one: her limit holds.
func TestConcurrentClaimsKeepOnePersonsLimit(t *testing.T) {
	t.Parallel()
	testkit.Each(t, func(t *testing.T, s *models.Store, clock *models.ManualClock) {
		h := newHouse(t, s, clock, 1)
		d := h.draft(100)
		d.PerMember = 3
		o := h.open(d)
		one, two := h.member("one"), h.follower("two")
		if _, err := h.claim(two, o.ID, "before-merge"); err != nil {
			t.Fatal(err)
		}
		h.identify(named("one"), followed("two"))
		var wg sync.WaitGroup
		for i := range 24 {
			wg.Go(func() {
				_, err := h.claim([]models.MemberID{one, two}[i%2], o.ID, fmt.Sprintf("key-number-%d", i))
				if err != nil && models.CodeOf(err) != "already_claimed" {
					t.Error(err)
				}
			})
		}
		wg.Wait()
		all, err := h.read().AllVouchers()
		if err != nil || len(all) != d.PerMember {
			t.Fatalf("%d vouchers, %v; she may hold %d", len(all), err, d.PerMember)
		}
		after, err := h.read().Offer(o.ID)
		if err != nil || after.Claimed != d.PerMember {
			t.Errorf("%d counted, %v", after.Claimed, err)
		}
		got, err := h.claim(one, o.ID, "before-merge")
		if err != nil || got.MemberID != two {
			t.Errorf("her key from before the merge gave %+v, %v", got.Voucher, err)
		}
	})
}

// Who claims while she is found to be somebody else is that somebody: the claim waits for the merge and then reads again
// who she is, so what the other held counts.
func TestClaimDuringAMerge(t *testing.T) {
	t.Parallel()
	testkit.Each(t, func(t *testing.T, s *models.Store, clock *models.ManualClock) {
		h := newHouse(t, s, clock, 1)
		o := h.open(h.draft(100))
		for round := range 20 {
			a, b := fmt.Sprintf("a-%d", round), fmt.Sprintf("b-%d", round)
			one, two := h.member(a), h.follower(b)
			if _, err := h.claim(one, o.ID, "first-of-one"); err != nil {
				t.Fatal(err)
			}
			answer := make(chan error, 1)
			h.tx(func(sc *models.Scope) error {
				if _, err := sc.Identify(named(a), followed(b)); err != nil {
					return err
				}
				started := make(chan struct{})
				go func() {
					close(started)
					_, err := h.claim(two, o.ID, "in-the-middle")
					answer <- err
				}()
				<-started
				for range 50 { // gives the claim time to read who she was
					if _, err := sc.Groups(); err != nil {
						return err
					}
				}
				return nil
			})
			wantCode(t, <-answer, "already_claimed")
		}
	})
}

// The card she came from is noted; a code that is unknown or of another offer costs her nothing.
func TestClaimNotesThePlacement(t *testing.T) {
	t.Parallel()
	s, clock := testkit.Store(t)
	h := newHouse(t, s, clock, 1)
	o, other := h.open(h.draft(10)), h.open(h.draft(10))
	placements, err := h.read().PlacementsIn()
	if err != nil || len(placements) != 2 {
		t.Fatalf("%d placements, %v", len(placements), err)
	}
	for i, tt := range []struct {
		code string
		want models.PlacementID
	}{{placements[0].Code, placements[0].ID}, {placements[1].Code, 0}, {"nonsense", 0}, {"", 0}} {
		got, err := h.service.Claim(context.Background(), offers.ClaimInput{Community: h.community,
			Member: h.member(fmt.Sprint("p", i)), Offer: o.ID, Key: "key-12345", Placement: tt.code})
		if err != nil || got.PlacementID != tt.want || (got.GroupID != 0) != (tt.want != 0) {
			t.Errorf("card %q: %+v, %v", tt.code, got.Voucher, err)
		}
	}
	if other.ID == o.ID {
		t.Fatal("one offer")
	}
}

// TestClaimPromises: a voucher keeps what its offer promised when it was claimed, and a brand that pays by claim is charged in the
// same breath.
func TestClaimPromises(t *testing.T) {
	t.Parallel()
	testkit.Each(t, func(t *testing.T, s *models.Store, clock *models.ManualClock) {
		h := newHouse(t, s, clock, 1)
		d := h.draft(10)
		d.PerMember, d.Units, d.DaysAfterClaim = 2, 3, 2
		o := h.open(d)
		h.tx(func(sc *models.Scope) error {
			_, err := ledger.AddContract(sc, 1, models.Contract{BrandID: o.BrandID, Basis: models.BasisClaim, Price: 150, Currency: "CAD"})
			return err
		})
		clock.Set(time.Date(2026, 5, 5, 6, 30, 0, 0, time.UTC)) // in Vancouver it is still the 4th
		got, err := h.claim(h.member("ann"), o.ID, "key-of-ann")
		if err != nil {
			t.Fatal(err)
		}
		until := models.MillisOf(time.Date(2026, 5, 7, 7, 0, 0, 0, time.UTC)) // where the 6th ends
		v, err := h.read().Voucher(got.ID)
		if err != nil || v.TermsID != o.TermsID || v.Units != 3 || v.ValidFrom != 0 || v.ValidTo != until || !reflect.DeepEqual(v, got.Voucher) || got.OfferTitle != o.Title || got.BrandName == "" {
			t.Errorf("%+v, told %+v, %v; until %d", v, got, err, until)
		}
		if _, err := h.claim(h.member("ann"), o.ID, "key-of-ann"); err != nil {
			t.Error(err)
		}
		booked, err := h.read().TransfersOf([]int64{int64(o.BrandID)}, "", 9)
		if err != nil || len(booked) != 1 || booked[0].Amount != 150 || booked[0].Ref != "voucher:"+v.ID.String() || booked[0].OfferID != o.ID {
			t.Errorf("booked %+v, %v", booked, err)
		}
	})
}
