package offers_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"testing"

	"siyu/internal/jobs"
	"siyu/internal/testkit"
	"siyu/models"
	"siyu/offers"
	"siyu/throttle"
)

// another is one more server on the house's database.
func (h *house) another() *offers.Service { h.t.Helper(); return h.server(0) }

// server is one more server, in which so many claims may wait.
func (h *house) server(queue int) *offers.Service {
	h.t.Helper()
	runner, err := jobs.NewRunner(jobs.Options{Store: h.store})
	if err != nil {
		h.t.Fatal(err)
	}
	ledger, err := throttle.NewLedger(throttle.Options{})
	if err != nil {
		h.t.Fatal(err)
	}
	s, err := offers.New(offers.Options{Store: h.store, Ledger: ledger, Jobs: runner, ClaimQueue: queue, ClaimWorkers: 2})
	if err != nil {
		h.t.Fatal(err)
	}
	return s
}

// TestClaimsOverTwoServers: many more people than vouchers, each asking again and again at either of two servers, with the same
// key and with others. There are exactly as many vouchers as the stock, one code for each for ever, and nobody who holds one
// reads that there is none.
func TestClaimsOverTwoServers(t *testing.T) {
	t.Parallel()
	testkit.Each(t, func(t *testing.T, s *models.Store, clock *models.ManualClock) {
		h := newHouse(t, s, clock, 1)
		const stock, people = 40, 120
		o := h.open(h.draft(stock))
		servers := []*offers.Service{h.service, h.another()}
		members := h.members(people)
		var mu sync.Mutex
		codes := map[string]models.MemberID{}
		var wg sync.WaitGroup
		for i, m := range members {
			wg.Go(func() {
				code := ""
				for ask := range 4 {
					in := offers.ClaimInput{Community: h.community, Member: m, Offer: o.ID, Key: fmt.Sprintf("key-of-%d-%d", i, ask/2)}
					got, err := servers[(i+ask)%2].Claim(context.Background(), in)
					switch c := models.CodeOf(err); {
					case err != nil && c != "sold_out" && c != "already_claimed":
						t.Error(err)
					case code != "" && (c == "sold_out" || got.Code != code):
						t.Errorf("who holds %s was told %q with %q", code, c, got.Code)
					case c != "sold_out":
						code = got.Code
					}
				}
				if code == "" {
					return
				}
				mu.Lock()
				defer mu.Unlock()
				if codes[code] != 0 {
					t.Errorf("%s went to two people", code)
				}
				codes[code] = m
			})
		}
		wg.Wait()
		wantStock(t, h, o.ID, stock)
		if len(codes) != stock {
			t.Errorf("%d people were told a code; the stock is %d", len(codes), stock)
		}
		late := h.another() // knows nothing of what was sold
		for code, m := range codes {
			got, err := late.Claim(context.Background(), offers.ClaimInput{Community: h.community, Member: m, Offer: o.ID, Key: "after-it-all"})
			wantCode(t, err, "already_claimed")
			if got.Code != code {
				t.Fatalf("after a restart %s became %q", code, got.Code)
			}
		}
	})
}

// wantStock checks that an offer has n vouchers and counts them, and that each voucher has its touch and says how it began.
func wantStock(t *testing.T, h *house, id models.OfferID, n int) {
	t.Helper()
	o, err := h.read().Offer(id)
	all, errAll := h.read().AllVouchers()
	touched, errTouched := h.read().CountTouches(models.TouchClaim, 0, h.now()+1)
	if err := errors.Join(err, errAll, errTouched); err != nil {
		t.Fatal(err)
	}
	of, ids := 0, make([]models.VoucherID, len(all))
	for i, v := range all {
		ids[i] = v.ID
		if v.OfferID == id {
			of++
		}
	}
	events, err := h.read().EventsOf(ids)
	if err != nil {
		t.Fatal(err)
	}
	for _, v := range all {
		if e := events[v.ID]; len(e) != 1 || e[0].Kind != models.EventClaimed || e[0].N != 1 || e[0].Units != v.Units || v.Ver != 1 {
			t.Fatalf("voucher %s of version %d, %d units: %+v", v.ID, v.Ver, v.Units, e)
		}
	}
	if o.Claimed != n || of != n || touched != int64(len(all)) {
		t.Errorf("%d counted, %d vouchers, want %d; %d touches for %d vouchers of all offers", o.Claimed, of, n, touched, len(all))
	}
}

// TestHoldersComeFirst: who holds a voucher gets it again, or is told so with it, and never that there is none, whatever this
// server or another remembers of the stock.
func TestHoldersComeFirst(t *testing.T) {
	t.Parallel()
	testkit.Each(t, func(t *testing.T, s *models.Store, clock *models.ManualClock) {
		h := newHouse(t, s, clock, 1)
		d := h.draft(2)
		d.PerMember = 2
		o := h.open(d)
		one := h.draft(1)
		o1 := h.open(one)
		ann, bea, cleo := h.member("ann"), h.member("bea"), h.member("cleo")
		first, err := h.claim(ann, o.ID, "key-of-ann")
		if err != nil {
			t.Fatal(err)
		}
		if _, err := h.claim(bea, o.ID, "key-of-bea"); err != nil {
			t.Fatal(err)
		}
		only, err := h.claim(ann, o1.ID, "key-of-one")
		if err != nil {
			t.Fatal(err)
		}
		for range 2 { // the second time this server remembers that there is none
			_, err = h.claim(cleo, o.ID, "key-of-cleo")
			wantCode(t, err, "sold_out")
			_, err = h.claim(cleo, o1.ID, "key-of-cleo")
			wantCode(t, err, "sold_out")
			got, err := h.claim(ann, o.ID, "key-of-ann")
			if err != nil || got.Code != first.Code {
				t.Fatalf("her key gave %q, %v", got.Code, err)
			}
			got, err = h.claim(ann, o.ID, "another-key")
			if wantCode(t, err, "no_more"); got.Code != first.Code {
				t.Fatalf("told that there are no more with %q", got.Code)
			}
			got, err = h.claim(ann, o1.ID, "another-key")
			if wantCode(t, err, "already_claimed"); got.Code != only.Code || got.ID != only.ID {
				t.Fatalf("told that she has it with %q", got.Code)
			}
			_, err = h.claim(ann, o1.ID, "key-of-ann")
			wantCode(t, err, "key_reused")
		}
		h.identify(named("ann"), followed("ann-too"))
		late := h.another()
		got, err := late.Claim(t.Context(), offers.ClaimInput{Community: h.community, Member: h.follower("ann-too"), Offer: o1.ID, Key: "by-her-other-name"})
		if wantCode(t, err, "already_claimed"); got.Code != only.Code {
			t.Fatalf("by her other name %q", got.Code)
		}
	})
}

// TestOneBadClaimHarmsNobody: a key that the database does not take fails alone, whoever was written with it.
func TestOneBadClaimHarmsNobody(t *testing.T) {
	t.Parallel()
	testkit.Each(t, func(t *testing.T, s *models.Store, clock *models.ManualClock) {
		h := newHouse(t, s, clock, 1)
		o := h.open(h.draft(100))
		var wg sync.WaitGroup
		for i, m := range h.members(60) {
			key := fmt.Sprintf("key-number-%d", i)
			if i%20 == 7 {
				key = "not-text-\xff\xfe"
			}
			wg.Go(func() {
				_, err := h.claim(m, o.ID, key)
				if (err != nil) != (i%20 == 7 && s.Engine() == models.MySQL) { // SQLite takes anything
					t.Errorf("claim %d: %v", i, err)
				}
			})
		}
		wg.Wait()
		want := 60
		if s.Engine() == models.MySQL {
			want = 57
		}
		wantStock(t, h, o.ID, want)
	})
}

// TestWhoWaitsNoMoreGetsNothing: a caller whose time is over before her turn takes nothing from the stock.
func TestWhoWaitsNoMoreGetsNothing(t *testing.T) {
	t.Parallel()
	s, clock := testkit.Store(t)
	h := newHouse(t, s, clock, 1)
	o := h.open(h.draft(100))
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	for i, m := range h.members(20) {
		_, err := h.service.Claim(ctx, offers.ClaimInput{Community: h.community, Member: m, Offer: o.ID, Key: fmt.Sprint("key-number-", i)})
		if !errors.Is(err, context.Canceled) {
			t.Errorf("claim %d: %v", i, err)
		}
	}
	if _, err := h.claim(h.member("last"), o.ID, "key-of-the-last"); err != nil { // all before her have been passed over
		t.Fatal(err)
	}
	wantStock(t, h, o.ID, 1)
}

// TestTooManyWait: when the queue is full a claim is refused at once and nothing has happened; the same key then gives a voucher.
func TestTooManyWait(t *testing.T) {
	t.Parallel()
	s, clock := testkit.Store(t)
	h := newHouse(t, s, clock, 1)
	o := h.open(h.draft(100))
	server, members := h.server(1), h.members(10)
	claim := func(i int) error {
		_, err := server.Claim(t.Context(), offers.ClaimInput{Community: h.community, Member: members[i], Offer: o.ID, Key: fmt.Sprint("key-number-", i)})
		return err
	}
	answers := make(chan error, len(members))
	const refused = 8 // one may be in the batch that is held up, and one may wait
	h.tx(func(*models.Scope) error {
		for i := range members {
			go func() { answers <- claim(i) }()
		}
		for range refused {
			if err := <-answers; models.CodeOf(err) != "claims_busy" || !models.IsKind(err, models.Throttled) {
				t.Errorf("refused with %v", err)
			}
		}
		return nil
	})
	for range len(members) - refused {
		if err := <-answers; err != nil && models.CodeOf(err) != "claims_busy" {
			t.Error(err)
		}
	}
	for i := range members {
		if err := claim(i); err != nil {
			t.Error(err)
		}
	}
	wantStock(t, h, o.ID, len(members))
}

// TestKeysUnderEveryName: a key is known under every name of who came with it, whoever else comes at the same moment, and is
// nobody else's.
func TestKeysUnderEveryName(t *testing.T) {
	t.Parallel()
	testkit.Each(t, func(t *testing.T, s *models.Store, clock *models.ManualClock) {
		h := newHouse(t, s, clock, 1)
		here, there := h.open(h.draft(9)), h.open(h.draft(9))
		ann, bea, too := h.member("ann"), h.member("bea"), h.follower("ann-too")
		held := map[string]models.VoucherID{}
		for key, who := range map[string]models.MemberID{"key-of-ann": ann, "key-of-too": too, "key-of-bea": bea} {
			got, err := h.claim(who, there.ID, key)
			if err != nil {
				t.Fatal(err)
			}
			held[key] = got.ID
		}
		h.identify(named("ann"), followed("ann-too"))
		cleo := h.member("cleo")
		for _, c := range []struct {
			who  models.MemberID
			key  string
			sees bool
		}{
			{ann, "key-of-ann", true}, {ann, "key-of-too", true}, {too, "key-of-ann", true}, {too, "key-of-too", true},
			{ann, "key-of-bea", false}, {bea, "key-of-ann", false}, {bea, "key-of-bea", true},
		} {
			sight, err := s.Read(t.Context()).In(h.community).SeeClaims(here.ID, []models.MemberID{cleo, c.who}, []string{"key-of-cleo", c.key}, false)
			if err != nil {
				t.Fatal(err)
			}
			saw := slices.ContainsFunc(sight.Held, func(v models.Voucher) bool { return v.ID == held[c.key] })
			if saw != c.sees {
				t.Errorf("%s came with %s: seen %t, want %t", c.who, c.key, saw, c.sees)
			}
			if _, err := h.claim(c.who, here.ID, c.key); c.sees {
				wantCode(t, err, "key_reused")
			}
		}
	})
}
