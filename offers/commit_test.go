package offers_test

import (
	"context"
	"fmt"
	"sync"
	"testing"
	"time"

	"siyu/internal/testkit"
	"siyu/models"
	"siyu/offers"
)

// TestCutInTheMiddleOfACommit: the connection to the database breaks around the commit of a batch, also again at once and with
// the database out of reach for a moment. Everybody is answered truly: whoever was told a code has it, nobody has two, and the
// stock is what was given.
func TestCutInTheMiddleOfACommit(t *testing.T) {
	t.Parallel()
	cutter, dsn := newCutter(t, testkit.Migrated(t))
	clock := models.NewManualClock(time.Date(2026, 5, 4, 19, 0, 0, 0, time.UTC))
	s, err := models.Open(t.Context(), models.Options{DSN: "mysql:" + dsn, Secret: []byte(testkit.Secret), Clock: clock, Throwaway: true})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	h := newHouse(t, s, clock, 1)
	const stock, people = 25, 40
	members := h.members(people)
	for _, how := range []cut{inside, before, meanwhile, after} {
		for refuse := range 2 {
			o := h.open(h.draft(stock))
			in := make([]offers.ClaimInput, people)
			for i, m := range members {
				in[i] = offers.ClaimInput{Community: h.community, Member: m, Offer: o.ID, Key: fmt.Sprintf("key-%s-%d-%d", how, refuse, i)}
			}
			cutter.arm(refuse, how, how)
			got, errs := h.service.ClaimTogether(context.Background(), in)
			if cutter.cuts() == 0 {
				t.Fatalf("%s: nothing was cut", how)
			}
			given := 0
			for i, err := range errs {
				if err == nil {
					given++
				} else if models.CodeOf(err) != "sold_out" {
					t.Errorf("%s: claim %d: %v", how, i, err)
				}
			}
			cutter.arm(0)
			again, errsAgain := h.service.ClaimTogether(context.Background(), in)
			for i := range in {
				if again[i].Code != got[i].Code || models.CodeOf(errsAgain[i]) != models.CodeOf(errs[i]) {
					t.Errorf("%s: claim %d was %q, %v and is now %q, %v", how, i, got[i].Code, errs[i], again[i].Code, errsAgain[i])
				}
			}
			if given != stock {
				t.Errorf("%s: %d were given, the stock is %d", how, given, stock)
			}
			wantStock(t, h, o.ID, stock)
		}
	}
	cutAmongMany(t, h, cutter, members)
}

// cutAmongMany has claims come by themselves, each on its own, while connections break again and again.
func cutAmongMany(t *testing.T, h *house, cutter *cutter, members []models.MemberID) {
	t.Helper()
	o := h.open(h.draft(35))
	servers := []*offers.Service{h.service, h.another()}
	cutter.arm(0, after, pass, meanwhile, before, inside, pass, after, meanwhile)
	var wg sync.WaitGroup
	for i, m := range members {
		wg.Go(func() {
			code := ""
			for try := range 3 {
				got, err := servers[(i+try)%2].Claim(context.Background(),
					offers.ClaimInput{Community: h.community, Member: m, Offer: o.ID, Key: fmt.Sprint("key-number-", i)})
				switch {
				case models.IsKind(err, models.Unavailable): // no answer: she asks again with her key
				case err != nil && (code != "" || models.CodeOf(err) != "sold_out"):
					t.Errorf("%d: after %q: %v", i, code, err)
				case err == nil && code != "" && got.Code != code:
					t.Errorf("%d: %s became %s", i, code, got.Code)
				case err == nil:
					code = got.Code
				}
			}
		})
	}
	wg.Wait()
	if cutter.cuts() < 2 {
		t.Errorf("%d cuts", cutter.cuts())
	}
	wantStock(t, h, o.ID, 35)
}
