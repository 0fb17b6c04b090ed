package offers_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"siyu/internal/testkit"
	"siyu/models"
	"siyu/offers"
)

func TestRedeem(t *testing.T) {
	t.Parallel()
	testkit.Each(t, func(t *testing.T, s *models.Store, clock *models.ManualClock) {
		h := newHouse(t, s, clock, 1)
		o := h.open(h.draft(5))
		ann := h.member("ann")
		v, err := h.claim(ann, o.ID, "key-ann-1")
		if err != nil {
			t.Fatal(err)
		}
		w, err := h.claim(h.member("bea"), o.ID, "key-bea-1")
		if err != nil {
			t.Fatal(err)
		}
		_, err = h.redeem(1, v.Code, "request-0")
		wantCode(t, err, "code_unknown") // another brand's desk
		_, err = h.redeem(0, offers.AnyCode().String(), "request-0")
		wantCode(t, err, "code_unknown")
		_, err = h.redeem(0, v.Code, "short")
		wantCode(t, err, "key_missing")

		first, err := h.redeem(0, v.Code, "request-1")
		if err != nil || first.Repeated || first.Redemption.VoucherID != v.ID || first.OfferTitle != o.Title {
			t.Fatalf("%+v, %v", first, err)
		}
		clock.Advance(time.Minute)
		again, err := h.redeem(0, v.Code, "request-1")
		if err != nil || !again.Repeated || again.Redemption != first.Redemption {
			t.Fatalf("the same request gave %+v, %v", again, err)
		}
		_, err = h.redeem(0, v.Code, "request-2")
		wantCode(t, err, "already_redeemed")
		if e, ok := errors.AsType[*models.Error](err); !ok || !strings.Contains(fmt.Sprint(e.Args["at"]), "12:00") {
			t.Errorf("it does not say when, by the community's clock: %v", err)
		}
		_, err = h.redeem(0, w.Code, "request-1")
		wantCode(t, err, "request_reused")

		touches, err := h.read().TouchesOf(ann)
		if err != nil || len(touches) != 2 || touches[1].Kind != models.TouchRedeem || touches[1].VoucherID != v.ID {
			t.Errorf("touches %+v, %v", touches, err)
		}
	})
}

func TestRedeemUntilTheLastMillisecond(t *testing.T) {
	t.Parallel()
	testkit.Each(t, func(t *testing.T, s *models.Store, clock *models.ManualClock) {
		h := newHouse(t, s, clock, 1)
		o := h.open(h.draft(5))
		m := h.members(2)
		var v [2]offers.Claimed
		for i := range v {
			var err error
			if v[i], err = h.claim(m[i], o.ID, "key-12345"); err != nil {
				t.Fatal(err)
			}
		}
		clock.Set((o.RedeemBy - 1).Time())
		if _, err := h.redeem(0, v[0].Code, "request-1"); err != nil {
			t.Error(err)
		}
		clock.Set(o.RedeemBy.Time())
		_, err := h.redeem(0, v[1].Code, "request-2")
		wantCode(t, err, "voucher_expired")
		again, err := h.redeem(0, v[0].Code, "request-1")
		if err != nil || !again.Repeated {
			t.Errorf("an answer got before the end is not repeated after it: %+v, %v", again, err)
		}
	})
}

// A typing error is told without asking the database: it is closed.
func TestTypingErrorsCostNoQuery(t *testing.T) {
	t.Parallel()
	dsn := "sqlite:" + t.TempDir() + "/siyu.db"
	s, err := models.Open(context.Background(), models.Options{DSN: dsn, Secret: []byte(testkit.Secret)})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.Migrate(context.Background()); err != nil {
		t.Fatal(err)
	}
	h := newHouse(t, s, nil, 0)
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	code := []byte(offers.AnyCode())
	if code[0] == 'A' {
		code[0] = 'B'
	} else {
		code[0] = 'A'
	}
	_, err = h.redeem(0, string(code), "request-1")
	wantCode(t, err, "code_typo")
	if _, err = h.redeem(0, offers.AnyCode().String(), "request-1"); models.IsKind(err, models.Invalid) || err == nil {
		t.Errorf("a sound code was answered without a database: %v", err)
	}
}

// Sixteen requests want the same voucher, each sent twice: one writes it off and only its copy agrees.
func TestConcurrentRedeemHasOneWinner(t *testing.T) {
	t.Parallel()
	testkit.Each(t, func(t *testing.T, s *models.Store, clock *models.ManualClock) {
		h := newHouse(t, s, clock, 1)
		o := h.open(h.draft(5))
		for round, m := range h.members(5) {
			v, err := h.claim(m, o.ID, "key-12345")
			if err != nil {
				t.Fatal(err)
			}
			var mu sync.Mutex
			won, fresh := map[string]int{}, 0
			var wg sync.WaitGroup
			for i := range 32 {
				wg.Go(func() {
					request := fmt.Sprintf("request-%d-%d", round, i/2)
					got, err := h.redeem(0, v.Code, request)
					mu.Lock()
					defer mu.Unlock()
					switch {
					case err == nil:
						won[request]++
						if !got.Repeated {
							fresh++
						}
					case models.CodeOf(err) != "already_redeemed":
						t.Error(err)
					}
				})
			}
			wg.Wait()
			if len(won) != 1 || fresh != 1 {
				t.Errorf("winners %v, %d of them fresh", won, fresh)
			}
		}
		all, err := h.read().AllRedemptions()
		if err != nil || len(all) != 5 {
			t.Errorf("%d write-offs of 5 vouchers, %v", len(all), err)
		}
		touched, err := h.read().CountTouches(models.TouchRedeem, 0, h.now()+1)
		if err != nil || touched != 5 {
			t.Errorf("%d touches, %v", touched, err)
		}
	})
}
