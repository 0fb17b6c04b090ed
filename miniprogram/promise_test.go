package miniprogram_test

import (
	"strings"
	"testing"
	"time"

	"siyu/internal/jobs"
	"siyu/internal/testkit"
	"siyu/models"
	"siyu/offers"
)

// TestTellPromise: who is promised a voucher and allowed a message gets one, once; who did not, or whose promise is gone, gets none.
func TestTellPromise(t *testing.T) {
	t.Parallel()
	s, clock := testkit.Store(t)
	w := newWorld(t, s, clock)
	mei, session := w.equip(t, 2, reminder("kept"))
	silent := w.login(t, w.sim.NewPerson("无"))
	all, err := w.Templates(t.Context(), w.community)
	if err != nil {
		t.Fatal(err)
	}
	tell := func(m models.MemberID, o models.Offer, promised bool) {
		t.Helper()
		w.do(t, func(sc *models.Scope) error {
			person, err := sc.LockPerson(m)
			if err != nil {
				return err
			}
			waiter := models.Waiter{OfferID: o.ID, MemberID: person[0]}
			if err := sc.AddWaiter(&waiter); err != nil {
				return err
			}
			until := sc.Now.Add(day)
			to := models.WaiterLeft
			if promised {
				to = models.WaiterPromised
			}
			if err := sc.MoveWaiters(o.ID, []models.WaiterID{waiter.ID}, models.WaiterWaiting, to, until); err != nil {
				return err
			}
			for range 3 {
				err := jobs.Enqueue(sc.Tx, offers.TellPromise{Community: w.community, Waiter: waiter.ID, Member: m, Offer: o.ID, Until: until}, sc.Now)
				if err != nil {
					return err
				}
			}
			return nil
		})
		w.drain(t)
		w.clock.Advance(3 * time.Second)
		w.drain(t)
	}
	offer := func() models.Offer {
		o := models.Offer{State: models.OfferApproved, Title: "可颂买一送一", Currency: "CAD", Stock: 1, Claimed: 1, PerMember: 1}
		w.do(t, func(sc *models.Scope) error {
			b := models.Brand{Name: "海港面包", Weight: 1}
			if err := sc.InsertBrand(&b); err != nil {
				return err
			}
			o.BrandID, o.StartsAt, o.EndsAt, o.RedeemBy = b.ID, sc.Now, sc.Now.Add(9*day), sc.Now.Add(9*day)
			return sc.InsertOffer(&o)
		})
		return o
	}
	got := func() int {
		n := 0
		for _, m := range mei.Inbox(appID) {
			if strings.Contains(m.Data["thing1"], "可颂") {
				n++
			}
		}
		return n
	}
	tell(session.MemberID, offer(), true) // no template for it yet
	if got() != 0 {
		t.Error("told without a template")
	}
	if err := w.SetTemplatePurpose(t.Context(), w.community, all[0].ID, models.PurposePromise, 0); err != nil {
		t.Fatal(err)
	}
	tell(session.MemberID, offer(), true)
	tell(session.MemberID, offer(), false)
	tell(silent.MemberID, offer(), true)
	if n := got(); n != 1 {
		t.Errorf("told %d times", n)
	}
}
