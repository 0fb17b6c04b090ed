package offers_test

import (
	"context"
	"fmt"
	"slices"
	"time"

	"pgregory.net/rapid"

	"siyu/models"
	"siyu/offers"
)

// life is three people with their vouchers, and what these must be by the rules alone: it asks the service for random things and
// knows every answer before. The first and the second may turn out to be one person, the first and the third are a household.
type life struct {
	w      *lives
	people [3]models.MemberID
	names  [2]models.Name // of the first two
	merged bool
	all    []*modelled
	sent   []*sentOff
	lines  []*written
	device string
	serial int
	asked  int // vouchers that were looked at
}

// modelled is a voucher as it must be.
type modelled struct {
	id                       models.VoucherID
	stored                   models.Voucher // when it was claimed
	code, key                string
	of                       int // who of the three claimed it
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
	in    offers.RedeemInput // none: it was a line of a journal
	units int
	id    models.RedemptionID
	at    models.Millis
	back  models.AccountID // who took it back
}

// command is one thing that somebody does: what, with which of what there is, and how. What a number leads to depends on what
// happened before, so every command is possible everywhere.
type command struct{ Do, Which, Clerk, Server, N int }

// someCommand draws small numbers: rapid likes the smallest of large ones too much.
var someCommand = rapid.Custom(func(r *rapid.T) command {
	do, which, how := rapid.IntRange(0, 25).Draw(r, "do"), rapid.IntRange(0, 63).Draw(r, "which"), rapid.IntRange(0, 143).Draw(r, "how")
	return command{Do: do, Which: which, Clerk: how % 3, Server: how / 3 % 2, N: how / 6}
})

// step does one thing and returns the code of the refusal, and the one it must have been.
func (l *life) step(c command) (what, got, want string) {
	if len(l.all) == 0 {
		return l.claim(c)
	}
	v := l.all[c.Which%len(l.all)]
	switch n := c.Do; {
	case n < 2:
		return l.claim(c)
	case n < 7:
		return l.prepare(v, c)
	case n < 11:
		return l.redeem(v, "", c)
	case n < 15 && len(v.tokens) > 0:
		return l.redeem(v, v.tokens[max(len(v.tokens)-1-c.N%3, 0)], c)
	case n == 15 && len(v.tokens) > 0:
		return l.release(v, c)
	case n < 18 && len(l.sent) > 0:
		return l.repeat(c)
	case n < 21 && len(l.sent) > 0:
		return l.reverse(c)
	case n == 21 && c.N < 4:
		return l.void(v, c)
	case n == 22 || n == 23:
		return l.accept(v)
	case n > 23 && len(l.lines) > 0:
		return l.settle(c)
	}
	return l.look(v)
}

func (l *life) server(c command) *offers.Service { return l.w.servers[c.Server] }
func (l *life) clerk(c command) models.Account   { return l.w.clerks[c.Clerk%2] }
func (l *life) next(what string) string {
	l.serial++
	return fmt.Sprintf("%s-%s-%d", what, l.people[0], l.serial)
}

// person is who one of the three is now.
func (l *life) person(i int) int {
	if i == 1 && l.merged {
		return 0
	}
	return i
}

// holds counts what some of the three hold of an offer.
func (l *life) holds(o models.OfferID, who ...int) (n int) {
	for _, v := range l.all {
		if v.offer.ID == o && !v.returned && slices.Contains(who, l.person(v.of)) {
			n++
		}
	}
	return n
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

func (l *life) claim(c command) (what, got, want string) {
	who := c.N % 3
	at := c.Which % len(l.w.offers)
	o, units := l.w.offers[at], [...]int{1, 3, 1}[at]
	if len(l.all) > 0 && c.Do == 0 {
		return l.same(l.all[c.Which%len(l.all)], c)
	}
	in := offers.ClaimInput{Community: l.w.community, Member: l.people[who], Offer: o.ID, Key: l.next("key")}
	given, err := l.server(c).Claim(context.Background(), in)
	who = l.person(who)
	home := []int{who}
	if who != 1 {
		home = []int{0, 2}
	}
	switch {
	case l.w.now() >= o.EndsAt:
		want = "offer_over"
	case l.holds(o.ID, who) >= o.PerMember:
		want = "already_claimed"
	case o.PerHousehold > 0 && l.holds(o.ID, home...) >= o.PerHousehold:
		want = "household_claimed"
	case err == nil:
		l.all = append(l.all, &modelled{id: given.ID, stored: given.Voucher, code: given.Code, key: in.Key, of: c.N % 3, offer: o, units: units, ver: 1})
		if given.Units != units {
			return "claim", fmt.Sprint(given.Units), fmt.Sprint(units)
		}
	}
	return "claim", models.CodeOf(err), want
}

// same claims once more with the key of a voucher: it is the same, with the same code, for whoever holds it.
func (l *life) same(v *modelled, c command) (what, got, want string) {
	who := v.of
	if l.merged && who < 2 {
		who = c.N % 2
	}
	in := offers.ClaimInput{Community: l.w.community, Member: l.people[who], Offer: v.offer.ID, Key: v.key}
	given, err := l.server(c).Claim(context.Background(), in)
	return "the same key", fmt.Sprint(given.ID, " ", given.Code, " ", models.CodeOf(err)), fmt.Sprint(v.id, " ", v.code, " ")
}

func (l *life) prepare(v *modelled, c command) (what, got, want string) {
	clerk, now := l.clerk(c), l.w.now()
	p, err := l.server(c).Prepare(context.Background(), offers.PrepareInput{Staff: clerk, Code: v.code})
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

func (l *life) redeem(v *modelled, token string, c command) (what, got, want string) {
	clerk, now := l.clerk(c), l.w.now()
	u := offers.Use{Code: v.code, Units: c.N / 3 % 4}
	if token != "" {
		u.Code, u.Token = "", token
	}
	in := offers.RedeemInput{Staff: clerk, RequestNo: l.next("request"), Uses: []offers.Use{u}}
	done, err := l.server(c).Redeem(context.Background(), in)
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

func (l *life) release(v *modelled, c command) (what, got, want string) {
	clerk, token := l.clerk(c), v.tokens[max(len(v.tokens)-1-c.N%3, 0)]
	err := l.server(c).Release(context.Background(), clerk, token)
	if v.token == token && v.by == clerk.ID && !v.void && v.used < v.units {
		v.ver++
		v.by, v.until, v.token = 0, 0, ""
	}
	return "release", models.CodeOf(err), ""
}

// repeat sends a request again, sometimes with something else in it.
func (l *life) repeat(c command) (what, got, want string) {
	r := l.sent[c.Which%len(l.sent)]
	in := r.in
	if in.RequestNo == "" {
		return l.look(r.v)
	}
	in.Uses = slices.Clone(in.Uses)
	if c.N%4 == 0 {
		in.Uses[0].Units, want = r.units+1, "request_reused"
	}
	done, err := l.server(c).Redeem(context.Background(), in)
	if err == nil && (!done.Repeated || done.Redemption.ID != r.id || (done.Redemption.ReversedAt != 0) != (r.back != 0)) {
		return "repeat", fmt.Sprintf("%+v", done.Redemption), "what it did the first time"
	}
	return "repeat", models.CodeOf(err), want
}

func (l *life) reverse(c command) (what, got, want string) {
	r, by, now := l.sent[max(len(l.sent)-1-c.Which%8, 0)], l.w.clerks[c.Clerk], l.w.now()
	done, err := l.server(c).Reverse(context.Background(), offers.ReverseInput{By: by, Redemption: r.id, Reason: "a test"})
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

func (l *life) void(v *modelled, c command) (what, got, want string) {
	back := c.N%2 == 0
	_, err := l.server(c).Void(context.Background(), offers.VoidInput{By: l.w.clerks[2], Voucher: v.id, Reason: "a test", ReturnStock: back})
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
