package miniprogram_test

import (
	"fmt"
	"testing"
	"time"

	"siyu/internal/testkit"
	"siyu/miniprogram"
	"siyu/models"
	"siyu/offers"
)

func TestWall(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		mei := w.sim.NewPerson("小梅")
		session := w.login(t, mei)
		now := w.now()
		open := models.Offer{State: models.OfferApproved, Currency: "CAD", Stock: 10, PerMember: 1, StartsAt: now, EndsAt: now + 1,
			RedeemBy: now.Add(day)}
		with := func(title string, edit func(*models.Offer)) *models.Offer {
			o := open
			o.Title = title
			if edit != nil {
				edit(&o)
			}
			return &o
		}
		shown := []*models.Offer{
			with("open", nil),
			with("draft", func(o *models.Offer) { o.State = models.OfferSubmitted }),
			with("done", func(o *models.Offer) { o.State = models.OfferDone }),
			with("tomorrow", func(o *models.Offer) { o.StartsAt, o.EndsAt = now+1, now.Add(day) }),
			with("over", func(o *models.Offer) { o.StartsAt, o.EndsAt = now.Add(-day), now }),
			with("two each", func(o *models.Offer) { o.PerMember = 2 }),
			with("sold out", func(o *models.Offer) { o.Stock = 0 }),
		}
		w.do(t, func(sc *models.Scope) error {
			brand := models.Brand{Name: "山景烘焙", Weight: 1}
			if err := sc.InsertBrand(&brand); err != nil {
				return err
			}
			for _, o := range shown {
				o.BrandID = brand.ID
				if err := sc.InsertOffer(o); err != nil {
					return err
				}
			}
			for i, o := range []*models.Offer{shown[0], shown[5]} {
				if _, err := sc.TakeStock(o.ID); err != nil {
					return err
				}
				err := sc.InsertVoucher(&models.Voucher{OfferID: o.ID, BrandID: brand.ID, MemberID: session.MemberID, Seq: 1,
					ClaimKey: o.Title, CodeRef: []byte{byte(i)}, CodeProof: []byte{1}, ValidTo: o.RedeemBy})
				if err != nil {
					return err
				}
			}
			return nil
		})
		type line struct {
			title   string
			left    int
			held    int
			claimed bool
		}
		want := []line{{"sold out", 0, 0, false}, {"two each", 9, 1, false}, {"open", 9, 1, true}}
		cards, err := w.Wall(t.Context(), session)
		if err != nil || len(cards) != len(want) {
			t.Fatalf("got %+v, %v", cards, err)
		}
		for i, c := range cards {
			if got := (line{c.Offer.Title, c.Left, c.Held, c.Claimed()}); got != want[i] || c.BrandName != "山景烘焙" {
				t.Errorf("got %+v of %s, want %+v", got, c.BrandName, want[i])
			}
		}
		held, err := w.Vouchers(t.Context(), session)
		if err != nil || len(held) != 2 {
			t.Fatalf("got %+v, %v", held, err)
		}
		if held[0].OfferTitle != "two each" || held[1].OfferTitle != "open" || held[0].BrandName != "山景烘焙" {
			t.Errorf("got %+v", held)
		}
	})
}

// TestWallRefused: what an organiser refuses is seen no more, though the offer was approved before.
func TestWallRefused(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		session := w.login(t, w.sim.NewPerson("小梅"))
		o := models.Offer{Title: "open", State: models.OfferApproved, Currency: "CAD", Stock: 10, PerMember: 1, StartsAt: w.now(),
			EndsAt: w.now().Add(day), RedeemBy: w.now().Add(day)}
		check := models.Check{Kind: models.CheckText, Scene: models.SceneForum, Content: "open"}
		w.do(t, func(sc *models.Scope) error {
			if err := sc.InsertOffer(&o); err != nil {
				return err
			}
			check.Object = offers.CheckObject(o.ID)
			_, err := sc.AddCheck(&check)
			return err
		})
		see := func(want int) {
			t.Helper()
			if cards, err := w.Wall(t.Context(), session); err != nil || len(cards) != want {
				t.Errorf("she sees %d offers, want %d; %v", len(cards), want, err)
			}
		}
		for _, step := range []struct {
			do   func() (models.Check, error)
			want int
		}{
			{func() (models.Check, error) { return w.PassCheck(t.Context(), w.community, check.ID, 1) }, 1},
			{func() (models.Check, error) { return w.RefuseCheck(t.Context(), w.community, check.ID, 1, "no") }, 0},
			{func() (models.Check, error) { return w.PassCheck(t.Context(), w.community, check.ID, 1) }, 1},
		} {
			if _, err := step.do(); err != nil {
				t.Fatal(err)
			}
			see(step.want)
		}
	})
}

func TestVouchers(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		mei, lan := w.sim.NewPerson("小梅"), w.sim.NewPerson("阿兰")
		session, theirs := w.login(t, mei), w.login(t, lan)
		var redeemed models.Voucher
		var earlier models.MemberID
		w.do(t, func(sc *models.Scope) (err error) {
			brand := models.Brand{Name: "山景烘焙", Weight: 1}
			if err := sc.InsertBrand(&brand); err != nil {
				return err
			}
			o := models.Offer{State: models.OfferDone, BrandID: brand.ID, Title: "面包券", Currency: "CAD", Stock: 9, PerMember: 3}
			if err := sc.InsertOffer(&o); err != nil {
				return err
			}
			// She had claimed one as somebody WeChat had not yet said to be her.
			if earlier, err = sc.Identify(models.Name{Kind: models.OpenID, Scope: "wx-other", Value: "o"}); err != nil {
				return err
			}
			redeemed = models.Voucher{MemberID: earlier, ValidTo: sc.Now.Add(time.Hour)}
			short := models.Voucher{MemberID: session.MemberID, ValidTo: sc.Now.Add(time.Hour)}
			long := models.Voucher{MemberID: session.MemberID, ValidTo: sc.Now.Add(2 * time.Hour)}
			for i, v := range []*models.Voucher{&redeemed, &short, &long} {
				v.OfferID, v.BrandID, v.Seq, v.ClaimKey = o.ID, brand.ID, i+1, fmt.Sprint("key-", i)
				v.CodeRef, v.CodeProof = []byte{byte(i)}, []byte{1}
				if err := sc.InsertVoucher(v); err != nil {
					return err
				}
			}
			used := redeemed
			used.State, used.Used, used.Ver, used.RedeemedAt = models.VoucherRedeemed, 1, 2, sc.Now
			if err := sc.MoveVouchers([]models.VoucherChange{{Before: redeemed, After: used}}, nil); err != nil {
				return err
			}
			_, err = sc.Identify(models.Name{Kind: models.OpenID, Scope: appID, Value: mei.OpenID(appID)},
				models.Name{Kind: models.OpenID, Scope: "wx-other", Value: "o"})
			return err
		})
		w.clock.Advance(time.Hour)
		got, err := w.Vouchers(t.Context(), session)
		if err != nil || len(got) != 3 {
			t.Fatalf("got %+v, %v", got, err)
		}
		want := []miniprogram.Standing{miniprogram.Issued, miniprogram.Expired, miniprogram.Redeemed}
		for i, c := range got {
			if c.Standing != want[i] || c.OfferTitle != "面包券" {
				t.Errorf("got %s of %s, want %s", c.Standing, c.OfferTitle, want[i])
			}
		}
		one, err := w.Voucher(t.Context(), session, redeemed.ID)
		if err != nil || one.Standing != miniprogram.Redeemed || one.OfferTitle != "面包券" || one.BrandName != "山景烘焙" {
			t.Errorf("got %+v, %v", one, err)
		}
		for name, id := range map[string]models.VoucherID{"somebody else's": redeemed.ID, "nobody's": 1} {
			if _, err := w.Voucher(t.Context(), theirs, id); !models.IsKind(err, models.NotFound) {
				t.Errorf("%s: got %v", name, err)
			}
		}
		if got, err := w.Vouchers(t.Context(), theirs); err != nil || len(got) != 0 {
			t.Errorf("somebody else's: got %+v, %v", got, err)
		}
	})
}

func TestNew(t *testing.T) {
	t.Parallel()
	s, _ := testkit.Store(t)
	for _, o := range []miniprogram.Options{{}, {Store: s}} {
		if _, err := miniprogram.New(o); err == nil {
			t.Errorf("%+v was accepted", o)
		}
	}
}
