package miniprogram_test

import (
	"fmt"
	"sync"
	"testing"
	"time"

	"siyu/internal/jobs"
	"siyu/miniprogram"
	"siyu/models"
	"siyu/offers/ledger"
)

// pastry is an offer of a brand of its own that runs now.
func (w *world) pastry(t *testing.T, brand string) models.Offer {
	t.Helper()
	var o models.Offer
	w.do(t, func(sc *models.Scope) error {
		b := models.Brand{Name: brand, Weight: 1}
		if err := sc.InsertBrand(&b); err != nil {
			return err
		}
		o = models.Offer{BrandID: b.ID, State: models.OfferApproved, Title: "可颂买一送一", Body: "x", Currency: "CAD", Stock: 1000, PerMember: 10,
			Category: "bakery", StartsAt: sc.Now, EndsAt: sc.Now.Add(20 * day), RedeemBy: sc.Now.Add(30 * day), DecidedAt: sc.Now}
		return sc.InsertOffer(&o)
	})
	return o
}

// holds gives a member a voucher of an offer.
func (w *world) holds(t *testing.T, m models.MemberID, o models.Offer, ends models.Millis) models.Voucher {
	t.Helper()
	w.visits++
	v := models.Voucher{OfferID: o.ID, BrandID: o.BrandID, MemberID: m, Seq: w.visits, ClaimKey: fmt.Sprint("key", w.visits),
		CodeRef: fmt.Append(nil, "hash", w.visits, m), CodeProof: []byte("x"), ValidTo: ends}
	w.do(t, func(sc *models.Scope) error {
		if err := sc.InsertVoucher(&v); err != nil {
			return err
		}
		_, err := sc.AddTouch(&models.Touch{Kind: models.TouchClaim, UID: "claim:" + v.ID.String(), At: sc.Now, MemberID: m, OfferID: o.ID, BrandID: o.BrandID, VoucherID: v.ID})
		return err
	})
	return v
}

// redeemed writes a voucher off and has the job that follows wait.
func (w *world) redeemed(t *testing.T, v models.Voucher) models.Redemption {
	t.Helper()
	w.visits++
	r := models.Redemption{VoucherID: v.ID, OfferID: v.OfferID, BrandID: v.BrandID, RequestNo: fmt.Sprint("request", w.visits)}
	w.do(t, func(sc *models.Scope) error {
		if err := sc.InsertRedemption(&r); err != nil {
			return err
		}
		return jobs.Enqueue(sc.Tx, models.AfterRedeem{Community: w.community, Redemptions: []models.RedemptionID{r.ID}}, sc.Now)
	})
	return r
}

func (w *world) reversed(t *testing.T, r models.Redemption) {
	t.Helper()
	w.do(t, func(sc *models.Scope) error {
		if _, err := sc.ReverseRedemption(r.ID, 0, "mistake"); err != nil {
			return err
		}
		return jobs.Enqueue(sc.Tx, models.AfterReverse{Community: w.community, Redemption: r.ID}, sc.Now)
	})
}

// purse is what a member has and has earned, which must be what the ledger says.
func (w *world) purse(t *testing.T, session models.Session) miniprogram.Purse {
	t.Helper()
	p, err := w.Points(t.Context(), session)
	if err != nil {
		t.Fatal(err)
	}
	balance, err := ledger.Balance(w.read(t), session.MemberID)
	if err != nil || balance != p.Balance {
		t.Errorf("the ledger has %d, she reads %d, %v", balance, p.Balance, err)
	}
	return p
}

func (w *world) wantPoints(t *testing.T, session models.Session, balance int64, earned int) {
	t.Helper()
	if p := w.purse(t, session); p.Balance != balance || p.Earned != earned {
		t.Errorf("she has %d points and has earned %d, want %d and %d", p.Balance, p.Earned, balance, earned)
	}
}

// TestCheckInOnce: many taps at one moment, on two servers, are one day and give one point.
func TestCheckInOnce(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		session := w.login(t, w.sim.NewPerson("小梅"))
		_, other := w.server(t)
		var fresh, points int
		var mu sync.Mutex
		var all sync.WaitGroup
		for i := range 12 {
			all.Go(func() {
				s := []*miniprogram.Service{w.Service, other}[i%2]
				got, err := s.CheckIn(t.Context(), session, "America/Vancouver")
				mu.Lock()
				defer mu.Unlock()
				if err != nil || got.Days != 1 || !got.Today {
					t.Errorf("%+v, %v", got, err)
				}
				if got.Fresh {
					fresh++
				}
				points += got.Points
			})
		}
		all.Wait()
		if fresh != 1 || points != 1 {
			t.Errorf("%d check-ins gave %d points", fresh, points)
		}
		w.wantPoints(t, session, 1, 1)
		w.clock.Advance(day)
		if got, err := w.CheckIn(t.Context(), session, ""); err != nil || got.Days != 2 || got.Zone != "America/Vancouver" {
			t.Errorf("the next day: %+v, %v", got, err)
		}
		if _, err := w.CheckIn(t.Context(), session, "Local"); models.CodeOf(err) != "zone_unknown" {
			t.Errorf("a zone of nobody: %v", err)
		}
	})
}

// TestMakeUp: a missed day is made up without points, and the streak goes on; an old one is not.
func TestMakeUp(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		session := w.login(t, w.sim.NewPerson("小梅"))
		check := func() miniprogram.CheckedIn {
			got, err := w.CheckIn(t.Context(), session, "America/Vancouver")
			if err != nil {
				t.Fatal(err)
			}
			return got
		}
		check()
		w.clock.Advance(2 * day)
		got := check()
		if got.Days != 1 || len(got.MakeUps) != 1 || got.MakeUps[0] != "2026-05-05" || got.MakeUpsLeft != 2 {
			t.Fatalf("%+v", got)
		}
		for range 2 { // twice is once
			if v, err := w.MakeUp(t.Context(), session, "2026-05-05", ""); err != nil || v.Days != 3 || v.MakeUpsLeft != 1 {
				t.Errorf("%+v, %v", v, err)
			}
		}
		for _, date := range []string{"2026-05-01", "2026-05-07"} {
			if _, err := w.MakeUp(t.Context(), session, date, ""); models.CodeOf(err) != "make_up_closed" {
				t.Errorf("%s: %v", date, err)
			}
		}
		w.wantPoints(t, session, 2, 2)
	})
}

// TestPointsForRedeeming: a write-off gives its points once, however often the job runs and on however many servers, no more
// than the cap of a day; a reversal takes them back, also if it is told first.
func TestPointsForRedeeming(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		session := w.login(t, w.sim.NewPerson("小梅"))
		o := w.pastry(t, "面包店")
		var all []models.Redemption
		for range 6 {
			all = append(all, w.redeemed(t, w.holds(t, session.MemberID, o, w.now().Add(day))))
		}
		for _, r := range all { // as if a worker had died before it said that it was done
			w.do(t, func(sc *models.Scope) error {
				return jobs.Enqueue(sc.Tx, models.AfterRedeem{Community: w.community, Redemptions: []models.RedemptionID{r.ID}}, sc.Now)
			})
		}
		runner, _ := w.server(t)
		var both sync.WaitGroup
		for _, r := range []*jobs.Runner{w.runner, runner} {
			both.Go(func() {
				if _, err := r.Drain(t.Context()); err != nil {
					t.Error(err)
				}
			})
		}
		both.Wait()
		w.drain(t)
		w.wantPoints(t, session, 50, 50) // the cap of a day
		gave, err := w.read(t).AwardNamed(models.AwardUID(models.ActRedeem, int64(all[0].ID)))
		if err != nil {
			t.Fatal(err)
		}
		w.reversed(t, all[0])
		w.reversed(t, all[0])
		w.drain(t)
		w.wantPoints(t, session, int64(50-gave.Points), 50-gave.Points) // one of them was above the cap and gave nothing
		early := models.Redemption{VoucherID: w.holds(t, session.MemberID, o, w.now()).ID, RequestNo: "early-request"}
		w.clock.Advance(day)
		before := w.purse(t, session).Balance
		w.do(t, func(sc *models.Scope) error { return sc.InsertRedemption(&early) })
		w.reversed(t, early)
		w.drain(t)
		w.do(t, func(sc *models.Scope) error {
			return jobs.Enqueue(sc.Tx, models.AfterRedeem{Community: w.community, Redemptions: []models.RedemptionID{early.ID}}, sc.Now)
		})
		w.drain(t)
		if after := w.purse(t, session).Balance; after != before {
			t.Errorf("a reversed write-off gave %d points", after-before)
		}
	})
}

// TestMergedReturns: two who turn out to be one have the days of both, and got nothing twice.
func TestMergedReturns(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		p := w.sim.NewPerson("小梅")
		a, b := w.login(t, p), models.Session{CommunityID: w.community, AppID: appID}
		known := models.Name{Kind: models.ExternalUserID, Scope: corpID, Value: "somebody"}
		w.do(t, func(sc *models.Scope) (err error) {
			b.MemberID, err = sc.Identify(known)
			return err
		})
		if _, err := w.AddQuest(t.Context(), w.community, 0, miniprogram.QuestDraft{Action: models.ActVisit, Period: models.QuestOnce, Goal: 1,
			Points: 5, Title: "第一次签到"}); err != nil {
			t.Fatal(err)
		}
		visit := func(all ...models.Session) {
			for _, s := range all {
				if _, err := w.CheckIn(t.Context(), s, "America/Vancouver"); err != nil {
					t.Fatal(err)
				}
			}
		}
		visit(a, b)
		w.clock.Advance(day)
		visit(a)
		w.clock.Advance(day)
		visit(b)
		w.wantPoints(t, a, 7, 7)
		w.wantPoints(t, b, 7, 7)
		if _, err := w.Adjust(t.Context(), w.community, 0, miniprogram.Adjustment{Member: b.MemberID, Points: 3, Reason: "补偿", Key: "key-00001"}); err != nil {
			t.Fatal(err)
		}
		w.do(t, func(sc *models.Scope) error {
			_, err := sc.Identify(known, models.Name{Kind: models.OpenID, Scope: appID, Value: p.OpenID(appID)})
			return err
		})
		if ids, err := w.read(t).Cluster(b.MemberID); err != nil || len(ids) != 2 {
			t.Fatalf("they are not one: %v, %v", ids, err)
		}
		w.drain(t)
		w.wantPoints(t, b, 3+5+3, 3+5)
		if s, err := w.Streak(t.Context(), b, ""); err != nil || s.Days != 3 || s.Total != 3 {
			t.Errorf("%+v, %v", s, err)
		}
	})
}

// TestAdjust: an organiser gives and takes points with a reason, once for each key, and never more than she has.
func TestAdjust(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		session := w.login(t, w.sim.NewPerson("小梅"))
		adjust := func(points int, key string) error {
			_, err := w.Adjust(t.Context(), w.community, 0, miniprogram.Adjustment{Member: session.MemberID, Points: points, Reason: "补偿", Key: key})
			return err
		}
		for range 2 {
			if err := adjust(20, "key-00001"); err != nil {
				t.Error(err)
			}
		}
		wantCode(t, adjust(21, "key-00001"), models.Conflict, "adjustment_reused")
		if err := adjust(-5, "key-00002"); err != nil {
			t.Error(err)
		}
		wantCode(t, adjust(-16, "key-00003"), models.Exhausted, "points_short")
		w.wantPoints(t, session, 15, 0)
		all, err := w.PointsHistory(t.Context(), session.CommunityID, session.MemberID, "", 10)
		if err != nil || len(all) != 2 || all[0].Amount+all[1].Amount != 15 || all[0].Note != "补偿" {
			t.Errorf("%+v, %v", all, err)
		}
	})
}

// TestReferral: the first card counts for who has just come; not her own, not that of somebody she brought, and not once she is
// known.
func TestReferral(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		old := w.login(t, w.sim.NewPerson("老朋友"))
		w.clock.Advance(2 * day)
		a, b := w.login(t, w.sim.NewPerson("甲")), w.login(t, w.sim.NewPerson("乙"))
		code := func(s models.Session) string {
			c, err := w.ReferralCode(t.Context(), s)
			if again, err2 := w.ReferralCode(t.Context(), s); err != nil || err2 != nil || again != c {
				t.Fatal(c, again, err, err2)
			}
			return c
		}
		refer := func(s models.Session, by string) {
			if err := w.Referred(t.Context(), s, by); err != nil {
				t.Fatal(err)
			}
		}
		refer(old, code(a)) // she is known
		refer(a, code(a))   // herself
		var both sync.WaitGroup
		codes := map[models.MemberID]string{a.MemberID: code(a), b.MemberID: code(b)}
		for range 3 { // at one moment, so that a circle could come about
			both.Go(func() { refer(a, codes[b.MemberID]) })
			both.Go(func() { refer(b, codes[a.MemberID]) })
		}
		both.Wait()
		refer(a, code(old))
		refer(b, code(old))
		refer(b, "NOBODYS")
		report, err := w.ReferralReport(t.Context(), w.community, 2)
		if err != nil || report[0].Brought != 2 || report[0].Referrers != 2 || report[1].Brought != 0 {
			t.Errorf("%+v, %v", report, err)
		}
		var chain []models.MemberID
		for _, s := range []models.Session{a, b, old} {
			if r, err := w.read(t).ReferralOf(s.MemberID); err == nil {
				chain = append(chain, r.ReferrerID)
			} else if !models.IsKind(err, models.NotFound) {
				t.Fatal(err)
			}
		}
		if len(chain) != 2 || (chain[0] == b.MemberID && chain[1] == a.MemberID) {
			t.Errorf("who brought whom: %v", chain)
		}
	})
}

// TestLessOfABrand: what she wants less of is off her wall and in the refusals that the throttle counts; taken back, it is as
// before.
func TestLessOfABrand(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		session := w.login(t, w.sim.NewPerson("小梅"))
		bakery, _ := w.pastry(t, "面包店"), w.pastry(t, "花店")
		wall := func() int {
			all, err := w.Wall(t.Context(), session)
			if err != nil {
				t.Fatal(err)
			}
			return len(all)
		}
		for _, want := range []int{1, 1, 2} {
			list, err := w.Refuse(t.Context(), session, bakery.BrandID, want == 2)
			if err != nil || wall() != want || len(list) != 2-want {
				t.Errorf("want %d: %d on the wall, %+v, %v", want, wall(), list, err)
			}
		}
		_, err := w.Refuse(t.Context(), session, 12345, false)
		wantCode(t, err, models.NotFound, "not_found")
		if _, err := w.Refuse(t.Context(), session, 0, false); err != nil || wall() != 2 {
			t.Errorf("no advertising leaves %d on the wall, %v", wall(), err)
		}
		if who, err := w.read(t).Refusers(bakery.BrandID); err != nil || !who[session.MemberID] {
			t.Errorf("%v, %v", who, err)
		}
	})
}

// TestRewardsRevised: the rules are revised one after the other, and give nothing for what is of no value.
func TestRewardsRevised(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		r := models.DefaultRewards()
		r.Points = append(r.Points, models.PointsRule{Action: models.ActVisit, Points: 9, From: w.now().Add(day), Until: w.now().Add(2 * day)})
		if p, err := w.SetRewards(t.Context(), w.community, 0, 0, r); err != nil || p.Plan.Rev != 1 {
			t.Fatal(p, err)
		}
		_, err := w.SetRewards(t.Context(), w.community, 0, 0, r)
		wantCode(t, err, models.Conflict, "rewards_moved")
		r.Points[0].Action = "share"
		_, err = w.SetRewards(t.Context(), w.community, 0, 1, r)
		wantCode(t, err, models.Invalid, "action_worthless")
		session := w.login(t, w.sim.NewPerson("小梅"))
		for _, want := range []int64{1, 10, 11} {
			if _, err := w.CheckIn(t.Context(), session, "America/Vancouver"); err != nil {
				t.Fatal(err)
			}
			if p := w.purse(t, session); p.Balance != want {
				t.Errorf("%d points, want %d", p.Balance, want)
			}
			w.clock.Advance(day + time.Minute)
		}
	})
}
