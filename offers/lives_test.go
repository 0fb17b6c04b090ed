package offers_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"slices"
	"strconv"
	"sync"
	"testing"
	"time"

	"siyu/internal/testkit"
	"siyu/models"
	"siyu/offers"
)

// life is one member with her vouchers of two offers, and what they must be by the rules alone: it asks the service for random
// things and knows every answer before.
type life struct {
	w      *lives
	rng    *rand.Rand
	member models.MemberID
	offers []models.Offer // of one unit, and of three
	all    []*modelled
	sent   []*sentOff
	serial int
}

// modelled is a voucher as it must be.
type modelled struct {
	id                       models.VoucherID
	code, key                string
	offer                    models.Offer
	units, used, cycles, ver int
	void, returned           bool
	by                       models.AccountID // before whom it lies
	until                    models.Millis
	token                    string
	tokens                   []string // all there ever were
}

// sentOff is a request that wrote something off.
type sentOff struct {
	v     *modelled
	clerk models.Account
	in    offers.RedeemInput
	units int
	id    models.RedemptionID
	at    models.Millis
	back  models.AccountID // who took it back
}

// lives is a house with several lives, two servers and one clock, which stands still while they live.
type lives struct {
	*house
	servers []*offers.Service
	clerks  []models.Account // of the brand, and last its owner, who may do what a manager may
	all     []*life
	steps   int
}

const livesPerMember = 4

// era begins anew, with new offers and new members.
func (w *lives) era(seed uint64, n int) {
	w.t.Helper()
	d := w.draft(n * 2 * livesPerMember * 20)
	d.PerMember, d.EndsAt, d.RedeemBy = livesPerMember, w.now().Add(24*time.Hour), w.now().Add(36*time.Hour)
	one := w.open(d)
	d.Units = 3
	three := w.open(d)
	w.all = make([]*life, n)
	for i := range w.all {
		w.all[i] = &life{w: w, rng: rand.New(rand.NewPCG(seed, uint64(w.steps)<<16|uint64(i))), offers: []models.Offer{one, three},
			member: w.member(fmt.Sprintf("life %d of %s", i, one.ID))}
	}
}

// TestVoucherLives: members claim and clerks show, write off, repeat, take back, let go and void at random, over two servers at
// once, and time passes: every single answer is the one the rules alone give, and afterwards every sum is right.
func TestVoucherLives(t *testing.T) {
	t.Parallel()
	steps, seed := 500, uint64(1)
	if n, err := strconv.Atoi(os.Getenv("SIYU_SOAK_VOUCHERS")); err == nil {
		steps = n
	}
	if n, err := strconv.Atoi(os.Getenv("SIYU_SOAK_SEED")); err == nil {
		seed = uint64(n)
	}
	testkit.Each(t, func(t *testing.T, s *models.Store, clock *models.ManualClock) {
		h := newHouse(t, s, clock, 1)
		second, err := offers.New(offers.Options{Store: s, Ledger: h.ledger, Jobs: h.runner2()})
		if err != nil {
			t.Fatal(err)
		}
		w := &lives{house: h, servers: []*offers.Service{h.service, second}, clerks: []models.Account{h.clerk("Lin"), h.clerk("Wu"), h.brandUser()}}
		rng := rand.New(rand.NewPCG(seed, 7))
		for w.steps < steps && !t.Failed() {
			w.era(seed, 24)
			end := w.all[0].offers[0].RedeemBy.Add(2 * time.Hour)
			for h.now() < end && w.steps < steps && !t.Failed() {
				w.round(1 + rng.IntN(20))
				clock.Advance([]time.Duration{time.Second, 30 * time.Second, 2 * time.Minute, 4 * time.Minute, 12 * time.Minute, time.Hour, 7 * time.Hour}[rng.IntN(7)])
			}
			w.reckon()
		}
		t.Logf("%d steps, seed %d", w.steps, seed)
	})
}

// round lets everybody live some steps at the same time.
func (w *lives) round(steps int) {
	var all sync.WaitGroup
	for _, l := range w.all {
		all.Go(func() {
			for range steps {
				if what, got, want := l.step(); got != want {
					w.t.Errorf("%s at %d: %q, want %q", what, w.now(), got, want)
					return
				}
			}
		})
	}
	all.Wait()
	w.steps += steps * len(w.all)
}

// step does one thing and returns the code of the refusal, and the one it must have been.
func (l *life) step() (what, got, want string) {
	if len(l.all) == 0 || l.rng.IntN(8) == 0 {
		return l.claim()
	}
	v := l.all[l.rng.IntN(len(l.all))]
	switch n := l.rng.IntN(20); {
	case n < 4:
		return l.prepare(v)
	case n < 8:
		return l.redeem(v, "")
	case n < 12 && len(v.tokens) > 0:
		return l.redeem(v, v.tokens[max(len(v.tokens)-1-l.rng.IntN(3), 0)])
	case n < 13 && len(v.tokens) > 0:
		return l.release(v)
	case n < 15 && len(l.sent) > 0:
		return l.repeat()
	case n < 18 && len(l.sent) > 0:
		return l.reverse()
	case n == 18 && l.rng.IntN(6) == 0:
		return l.void(v)
	}
	return l.look(v)
}

func (l *life) server() *offers.Service { return l.w.servers[l.rng.IntN(len(l.w.servers))] }
func (l *life) clerk() models.Account   { return l.w.clerks[l.rng.IntN(2)] }
func (l *life) next(what string) string {
	l.serial++
	return fmt.Sprintf("%s-%s-%d", what, l.member, l.serial)
}

// whole is why nothing can be done with a voucher.
func (v *modelled) whole(now models.Millis, by models.AccountID, token string) string {
	switch {
	case v.void:
		return "voucher_void"
	case v.used == v.units:
		return "already_redeemed"
	case v.until > now && v.by != by && (token == "" || token != v.token):
		return "voucher_reserved"
	}
	return ""
}

func (l *life) claim() (what, got, want string) {
	o := l.offers[l.rng.IntN(2)]
	key, known := l.next("key"), (*modelled)(nil)
	if len(l.all) > 0 && l.rng.IntN(3) == 0 {
		if known = l.all[l.rng.IntN(len(l.all))]; known.returned {
			known = nil
		} else {
			key, o = known.key, known.offer
		}
	}
	held := 0
	for _, v := range l.all {
		if v.offer.ID == o.ID && !v.returned {
			held++
		}
	}
	got0, err := l.server().Claim(context.Background(), offers.ClaimInput{Community: l.w.community, Member: l.member, Offer: o.ID, Key: key})
	switch {
	case known != nil:
		if err == nil && (got0.ID != known.id || got0.Code != known.code) {
			return "the same key", "another voucher", ""
		}
	case l.w.now() >= o.EndsAt:
		want = "offer_over"
	case held >= livesPerMember:
		want = "already_claimed"
	case err == nil:
		l.all = append(l.all, &modelled{id: got0.ID, code: got0.Code, key: key, offer: o, units: got0.Units, ver: 1})
		if want := map[bool]int{true: 1, false: 3}[o.ID == l.offers[0].ID]; got0.Units != want {
			return "claim", fmt.Sprint(got0.Units), fmt.Sprint(want)
		}
	}
	return "claim", models.CodeOf(err), want
}

func (l *life) prepare(v *modelled) (what, got, want string) {
	clerk, now := l.clerk(), l.w.now()
	p, err := l.server().Prepare(context.Background(), offers.PrepareInput{Staff: clerk, Code: v.code})
	if want = v.whole(now, clerk.ID, ""); want == "" && now >= v.offer.RedeemBy {
		want = "voucher_expired"
	}
	if err == nil && want == "" {
		v.ver++
		v.by, v.until, v.token = clerk.ID, now.Add(2*time.Minute), p.Vouchers[0].Token
		v.tokens = append(v.tokens, v.token)
	}
	return "prepare", models.CodeOf(err), want
}

func (l *life) redeem(v *modelled, token string) (what, got, want string) {
	clerk, now := l.clerk(), l.w.now()
	u := offers.Use{Code: v.code, Units: l.rng.IntN(4)}
	if token != "" {
		u.Code, u.Token = "", token
	}
	in := offers.RedeemInput{Staff: clerk, RequestNo: l.next("request"), Uses: []offers.Use{u}}
	done, err := l.server().Redeem(context.Background(), in)
	units := max(u.Units, 1)
	if token != "" && !v.void && v.used < v.units && (v.token != token || v.by != clerk.ID || now >= v.until.Add(10*time.Minute)) {
		want = "reservation_over"
	} else if want = v.whole(now, clerk.ID, token); want == "" && units > v.units-v.used {
		want = "units_left"
	} else if want == "" && now >= v.offer.RedeemBy {
		want = "voucher_expired"
	}
	if err == nil && want == "" {
		v.ver++
		v.used += units
		v.by, v.until, v.token = 0, 0, ""
		l.sent = append(l.sent, &sentOff{v: v, clerk: clerk, in: in, units: units, id: done.Redemption.ID, at: now})
		if done.Lines[0].UnitsLeft != v.units-v.used || done.Repeated {
			return "redeem", fmt.Sprintf("%d left, repeated %v", done.Lines[0].UnitsLeft, done.Repeated), ""
		}
	}
	return "redeem " + token, models.CodeOf(err), want
}

func (l *life) release(v *modelled) (what, got, want string) {
	clerk, token := l.clerk(), v.tokens[l.rng.IntN(len(v.tokens))]
	err := l.server().Release(context.Background(), clerk, token)
	if v.token == token && v.by == clerk.ID && !v.void && v.used < v.units {
		v.ver++
		v.by, v.until, v.token = 0, 0, ""
	}
	return "release", models.CodeOf(err), ""
}

// repeat sends a request again, sometimes with something else in it.
func (l *life) repeat() (what, got, want string) {
	r := l.sent[l.rng.IntN(len(l.sent))]
	in := r.in
	in.Uses = slices.Clone(in.Uses)
	if l.rng.IntN(4) == 0 {
		in.Uses[0].Units, want = r.units+1, "request_reused"
	}
	done, err := l.server().Redeem(context.Background(), in)
	if err == nil && (!done.Repeated || done.Redemption.ID != r.id || (done.Redemption.ReversedAt != 0) != (r.back != 0)) {
		return "repeat", fmt.Sprintf("%+v", done.Redemption), "what it did the first time"
	}
	return "repeat", models.CodeOf(err), want
}

func (l *life) reverse() (what, got, want string) {
	r, by, now := l.sent[l.rng.IntN(len(l.sent))], l.w.clerks[l.rng.IntN(3)], l.w.now()
	done, err := l.server().Reverse(context.Background(), offers.ReverseInput{By: by, Redemption: r.id, Reason: "a test"})
	age, manager := now.Sub(r.at), by.Role == models.BrandUser
	switch {
	case r.back == by.ID:
		if err == nil && !done.Repeated {
			return "reverse", "again", "the same"
		}
		return "reverse", models.CodeOf(err), ""
	case r.back != 0:
		want = "already_reversed"
	case !manager && r.clerk.ID != by.ID:
		want = "reverse_not_yours"
	case age > time.Hour || !manager && age > 5*time.Minute:
		want = "reverse_late"
	case r.v.void:
		want = "voucher_void"
	case r.v.cycles >= 10:
		want = "reverse_often"
	}
	if err == nil && want == "" {
		r.back = by.ID
		r.v.used -= r.units
		r.v.cycles++
		r.v.ver++
	}
	return "reverse", models.CodeOf(err), want
}

func (l *life) void(v *modelled) (what, got, want string) {
	back := l.rng.IntN(2) == 0
	_, err := l.server().Void(context.Background(), offers.VoidInput{By: l.w.clerks[2], Voucher: v.id, Reason: "a test", ReturnStock: back})
	switch {
	case v.void:
		want = "voucher_void"
	case v.used == v.units:
		want = "voucher_used"
	case back && v.used > 0:
		want = "voucher_begun"
	}
	if err == nil && want == "" {
		v.ver++
		v.void, v.returned = true, back
		v.by, v.until, v.token = 0, 0, ""
	}
	return "void", models.CodeOf(err), want
}

// look compares what is stored with what must be.
func (l *life) look(v *modelled) (what, got, want string) {
	s, err := l.w.read().Voucher(v.id)
	if err != nil {
		return "look", err.Error(), ""
	}
	state := models.VoucherIssued
	if v.void {
		state = models.VoucherVoid
	} else if v.used == v.units {
		state = models.VoucherRedeemed
	}
	return "look", fmt.Sprint(s.State, s.Units, s.Used, s.Cycles, s.Ver, s.ReservedBy, s.ReservedUntil, s.ReserveToken, s.StockReturned),
		fmt.Sprint(state, v.units, v.used, v.cycles, v.ver, v.by, v.until, v.token, v.returned)
}

// reckon adds everything up: the stock, the events of each voucher, its redemptions that stand, and what the funnel knows.
func (w *lives) reckon() {
	w.t.Helper()
	sc := w.read()
	taken := map[models.OfferID]int{}
	for _, l := range w.all {
		standing, live := 0, 0
		for _, r := range l.sent {
			if r.back == 0 {
				standing++
			}
		}
		for _, v := range l.all {
			if _, got, want := l.look(v); got != want {
				w.t.Errorf("a voucher is %s and must be %s", got, want)
			}
			if !v.returned {
				taken[v.offer.ID]++
			}
			used := 0
			all, err := sc.LiveRedemptions([]models.VoucherID{v.id})
			if err != nil {
				w.t.Fatal(err)
			}
			for _, r := range all[v.id] {
				used += r.Units
			}
			live += len(all[v.id])
			events, err := sc.EventsOf([]models.VoucherID{v.id})
			if err != nil || used != v.used || len(events[v.id]) != v.ver || fold(events[v.id]) != v.used {
				w.t.Errorf("voucher %s: %d used, %d by its redemptions, %d by its events; version %d of %d events, %v", v.id, v.used, used,
					fold(events[v.id]), v.ver, len(events[v.id]), err)
			}
		}
		touches, err := sc.TouchesOf(l.member)
		redeemed := slices.DeleteFunc(touches, func(t models.Touch) bool { return t.Kind != models.TouchRedeem })
		if err != nil || live != standing || len(redeemed) != standing {
			w.t.Errorf("%d redemptions stand, %d are stored, the funnel knows %d, %v", standing, live, len(redeemed), err)
		}
	}
	for _, o := range w.all[0].offers {
		if now, err := sc.Offer(o.ID); err != nil || now.Claimed != taken[o.ID] {
			w.t.Errorf("%d of offer %s are claimed, %d are held, %v", now.Claimed, o.ID, taken[o.ID], err)
		}
	}
}

// fold adds up what events say is used.
func fold(events []models.VoucherEvent) int {
	used := 0
	for _, e := range events {
		switch e.Kind {
		case models.EventRedeemed:
			used += e.Units
		case models.EventReversed:
			used -= e.Units
		default:
		}
	}
	return used
}
