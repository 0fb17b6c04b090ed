package miniprogram_test

import (
	"math/rand/v2"
	"testing"
	"time"

	"siyu/internal/jobs"
	"siyu/miniprogram"
	"siyu/models"
)

// returning is a member, and somebody who may turn out to be her, who do whatever gives points in any order.
type returning struct {
	*world
	t       *testing.T
	who     [2]models.Session
	known   models.Name // what one of them is called
	openID  string      // and the other
	offer   models.Offer
	uses    []models.Redemption
	undone  map[models.RedemptionID]bool
	adjusts int
}

// step does one thing.
func (r *returning) step(rng *rand.Rand) {
	session := r.who[rng.IntN(2)]
	after := func(id models.RedemptionID) {
		r.do(r.t, func(sc *models.Scope) error {
			return jobs.Enqueue(sc.Tx, models.AfterRedeem{Community: r.community, Redemptions: []models.RedemptionID{id}}, sc.Now)
		})
	}
	switch rng.IntN(10) {
	case 0, 1:
		zones := []string{"America/Vancouver", "Asia/Shanghai", ""}
		if _, err := r.CheckIn(r.t.Context(), session, zones[rng.IntN(len(zones))]); err != nil {
			r.t.Fatal(err)
		}
	case 2, 3, 4:
		r.uses = append(r.uses, r.redeemed(r.t, r.holds(r.t, session.MemberID, r.offer, r.now().Add(day))))
	case 5:
		if len(r.uses) > 0 {
			u := r.uses[rng.IntN(len(r.uses))]
			r.undone[u.ID] = true
			r.reversed(r.t, u)
		}
	case 6:
		if len(r.uses) > 0 {
			after(r.uses[rng.IntN(len(r.uses))].ID)
		}
	case 7:
		r.adjusts++
		_, err := r.Adjust(r.t.Context(), r.community, 0, miniprogram.Adjustment{Member: session.MemberID, Points: rng.IntN(21) - 15, Reason: "x",
			Key: "adjust-" + r.offer.ID.String() + "-" + time.Duration(r.adjusts).String()})
		if err != nil && models.CodeOf(err) != "points_short" && models.CodeOf(err) != "bad_field" {
			r.t.Fatal(err)
		}
	case 8:
		r.clock.Advance(time.Duration(rng.IntN(30)) * time.Hour)
	case 9:
		r.drain(r.t)
	}
}

// merge makes the two one.
func (r *returning) merge() {
	r.do(r.t, func(sc *models.Scope) error {
		_, err := sc.Identify(r.known, models.Name{Kind: models.OpenID, Scope: appID, Value: r.openID})
		return err
	})
}

// check: the ledger is the sum of the awards that count, an award counts once and only if what it is for was not undone, and
// each day has its own.
func (r *returning) check() {
	sc := r.read(r.t)
	awarded := map[int64]int{}
	for _, s := range r.who {
		person, err := sc.Cluster(s.MemberID)
		if err != nil {
			r.t.Fatal(err)
		}
		all, err := sc.AwardsOf(person, 0, 1000)
		if err != nil {
			r.t.Fatal(err)
		}
		sum, visits := 0, map[int64]bool{}
		for _, a := range all {
			if a.VoidAt != 0 {
				if a.Booked != 0 {
					r.t.Errorf("%s is void and %d of it are booked", a.UID, a.Booked)
				}
				continue
			}
			sum += a.Points
			if a.Booked != a.Points {
				r.t.Errorf("of %s %d are booked, not %d", a.UID, a.Booked, a.Points)
			}
			switch a.Action {
			case models.ActRedeem:
				awarded[a.Ref]++
			case models.ActVisit:
				visits[a.Ref] = true
			case models.ActReview, models.ActAnswer, models.ActQuest, models.ActAdjust:
			}
		}
		purses, err := sc.PursesOf(person[:1])
		if err != nil {
			r.t.Fatal(err)
		}
		if p := purses[person[0]]; p.Balance-p.Debt != int64(sum) || p.Balance < 0 {
			r.t.Errorf("the ledger has %d and a debt of %d, the awards say %d", p.Balance, p.Debt, sum)
		}
		days, err := sc.CheckInsOf(person[0])
		if err != nil {
			r.t.Fatal(err)
		}
		for _, c := range days {
			if !visits[int64(c.ID)] {
				r.t.Errorf("day %d has no award", c.Day)
			}
			delete(visits, int64(c.ID))
		}
		if len(visits) > 0 {
			r.t.Errorf("%d awards are for no day", len(visits))
		}
	}
	one := 1
	if ids, err := sc.Cluster(r.who[0].MemberID); err == nil && len(ids) == 2 {
		one = 2 // both of them are asked, and are one
	}
	for _, u := range r.uses {
		if want := one; awarded[int64(u.ID)] != want && !r.undone[u.ID] || r.undone[u.ID] && awarded[int64(u.ID)] != 0 {
			r.t.Errorf("a write-off, undone: %v, counts %d times", r.undone[u.ID], awarded[int64(u.ID)])
		}
	}
}

// TestReturnsMachine: whatever happens in whatever order, the ledger is what the awards say, and they are what happened.
func TestReturnsMachine(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		for n := range uint64(2) {
			p := w.sim.NewPerson("小梅")
			r := returning{world: w, t: t, offer: w.pastry(t, "面包店"), openID: p.OpenID(appID), undone: map[models.RedemptionID]bool{},
				known: models.Name{Kind: models.ExternalUserID, Scope: corpID, Value: p.OpenID(appID)}}
			r.who[0] = w.login(t, p)
			r.who[1] = models.Session{CommunityID: w.community, AppID: appID}
			w.do(t, func(sc *models.Scope) (err error) {
				r.who[1].MemberID, err = sc.Identify(r.known)
				return err
			})
			rng := rand.New(rand.NewPCG(7, n))
			for i := range 40 {
				r.step(rng)
				if i == 25 && n%2 == 0 {
					r.merge()
				}
			}
			w.drain(t)
			r.check()
			if t.Failed() {
				t.Fatalf("run %d", n)
			}
		}
	})
}

// TestForgetReturns: who gives up her account leaves numbers, and nothing that tells of her.
func TestForgetReturns(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		session := w.login(t, w.sim.NewPerson("小梅"))
		v := w.holds(t, session.MemberID, w.pastry(t, "面包店"), w.now().Add(day))
		w.redeemed(t, v)
		if _, err := w.WriteReview(t.Context(), session, miniprogram.ReviewInput{Voucher: v.ID, Stars: 5}); err != nil {
			t.Fatal(err)
		}
		if _, err := w.CheckIn(t.Context(), session, "America/Vancouver"); err != nil {
			t.Fatal(err)
		}
		code, err := w.ReferralCode(t.Context(), session)
		if err != nil {
			t.Fatal(err)
		}
		w.drain(t)
		w.wantPoints(t, session, 16, 16)
		w.do(t, func(sc *models.Scope) error { return sc.ForgetReturns(session.MemberID) })
		sc := w.read(t)
		if by, err := sc.ReferrerByCode(code); err != nil || by != 0 {
			t.Errorf("her code leads to %v, %v", by, err)
		}
		days, err := sc.CheckInsOf(session.MemberID)
		if err != nil || len(days) != 0 {
			t.Errorf("%v, %v", days, err)
		}
		if all, err := w.OwnReviews(t.Context(), session, 0, 10); err != nil || len(all) != 0 {
			t.Errorf("%v, %v", all, err)
		}
		w.wantPoints(t, session, 16, 16)
	})
}
