package miniprogram_test

import (
	"testing"
	"time"

	"siyu/miniprogram"
	"siyu/models"
)

// TestVoucherKeepsItsPromise: a voucher shows what was promised when it was claimed, whatever its offer says since; one that is not
// good yet, or was taken back, says so.
func TestVoucherKeepsItsPromise(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		session := w.login(t, w.sim.NewPerson("小梅"))
		standings := map[string]models.Voucher{}
		w.do(t, func(sc *models.Scope) error {
			brand := models.Brand{Name: "山景烘焙", Weight: 1}
			if err := sc.InsertBrand(&brand); err != nil {
				return err
			}
			o := models.Offer{State: models.OfferApproved, BrandID: brand.ID, Title: "买一送一", Currency: "CAD", Stock: 9, PerMember: 4}
			if err := sc.InsertOffer(&o); err != nil {
				return err
			}
			first := o.TermsID
			next := models.Terms{OfferID: o.ID, Title: "买二送一", Currency: "CAD", Unit: models.UnitUse, Units: 1, PerMember: 4}
			if err := sc.AddTerms(&next, nil); err != nil {
				return err
			}
			o.Title, o.TermsID = next.Title, next.ID
			if moved, err := sc.EditOffer(o, models.OfferApproved); err != nil || !moved {
				t.Error("the edit:", moved, err)
			}
			for i, c := range []models.Voucher{
				{ClaimKey: "old", TermsID: first, ValidTo: sc.Now.Add(time.Hour)},
				{ClaimKey: "new", TermsID: next.ID, ValidTo: sc.Now.Add(time.Hour)},
				{ClaimKey: "before there were terms", ValidTo: sc.Now.Add(time.Hour)},
				{ClaimKey: "later", TermsID: first, ValidFrom: sc.Now.Add(time.Minute), ValidTo: sc.Now.Add(time.Hour)},
			} {
				c.MemberID, c.OfferID, c.BrandID, c.Seq = session.MemberID, o.ID, brand.ID, i+1
				c.CodeRef, c.CodeProof = []byte{byte(i)}, []byte{1}
				if err := sc.InsertVoucher(&c); err != nil {
					return err
				}
				standings[c.ClaimKey] = c
			}
			return nil
		})
		cards, err := w.Vouchers(t.Context(), session)
		if err != nil || len(cards) != 4 {
			t.Fatal(len(cards), err)
		}
		for _, c := range cards {
			title, standing := "买一送一", miniprogram.Issued
			switch c.Voucher.ClaimKey {
			case "new", "before there were terms":
				title = "买二送一"
			case "later":
				standing = miniprogram.Pending
			}
			if c.OfferTitle != title || c.Standing != standing {
				t.Errorf("%s: %s, %s; want %s, %s", c.Voucher.ClaimKey, c.OfferTitle, c.Standing, title, standing)
			}
		}
		one, err := w.Voucher(t.Context(), session, standings["old"].ID)
		if err != nil || one.OfferTitle != "买一送一" {
			t.Error(one.OfferTitle, err)
		}
	})
	if got := miniprogram.StandingAt(models.Voucher{State: models.VoucherVoid, ValidTo: 9}, 1); got != miniprogram.Void {
		t.Errorf("a voucher that was taken back is %s", got)
	}
}
