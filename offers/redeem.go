package offers

import (
	"context"
	"fmt"
	"time"

	"siyu/models"
)

// RedeemInput is what the redemption desk sends. RequestNo is made by the device before it sends and repeated until it
// has an answer.
type RedeemInput struct {
	Staff     models.Account
	Code      string // as typed or scanned
	RequestNo string
}

// Redeemed is a voucher written off (核销).
type Redeemed struct {
	Redemption models.Redemption
	OfferTitle string
	BrandName  string
	Repeated   bool // this request had been answered before
}

// Redeem writes a voucher off, once. Who repeats her own request gets the same answer; everybody else reads when it was
// used.
func (s *Service) Redeem(ctx context.Context, in RedeemInput) (Redeemed, error) {
	var out Redeemed
	if len(in.RequestNo) < 8 || len(in.RequestNo) > 64 {
		return out, models.Errorf(models.Invalid, "key_missing", "the request needs a number of 8 to 64 characters")
	}
	code, err := ParseCode(in.Code)
	if err != nil {
		return out, err
	}
	err = s.store.Tx(ctx, func(tx *models.Tx) error {
		sc := tx.In(in.Staff.CommunityID)
		v, err := sc.VoucherByCode(code.hash(tx.Keys()))
		if models.IsKind(err, models.NotFound) || (err == nil && v.BrandID != in.Staff.BrandID) {
			return models.Errorf(models.NotFound, "code_unknown", "no voucher of this brand has the code")
		}
		if err != nil {
			return err
		}
		if out.Redemption, out.Repeated, err = redeem(sc, in, v); err != nil {
			return err
		}
		return out.name(sc, v)
	})
	return out, err
}

// redeem writes v off or finds out why it cannot be.
func redeem(sc *models.Scope, in RedeemInput, v models.Voucher) (r models.Redemption, repeated bool, err error) {
	of := models.RequestOf{Staff: in.Staff.ID, No: in.RequestNo}
	before, err := sc.RedemptionsByRequest([]models.RequestOf{of})
	switch known := before[of]; {
	case err != nil:
		return r, false, err
	case len(known) > 0 && known[0].VoucherID != v.ID:
		return r, false, models.Errorf(models.Conflict, "request_reused", "this request number wrote another voucher off")
	case len(known) > 0:
		return known[0], true, nil
	}
	won, err := sc.RedeemVoucher(v.ID)
	if err != nil {
		return r, false, err
	}
	if !won {
		return refused(sc, in, v)
	}
	o, err := sc.Offer(v.OfferID)
	if err != nil {
		return r, false, err
	}
	r = models.Redemption{VoucherID: v.ID, OfferID: v.OfferID, BrandID: v.BrandID, StaffID: in.Staff.ID, RequestNo: in.RequestNo,
		Value: o.ValueFen, Currency: o.Currency, Proof: models.ShownTyped}
	if err := sc.InsertRedemption(&r); err != nil {
		return r, false, err
	}
	person, err := sc.LockPerson(v.MemberID) // else a merge at this moment leaves the touch with somebody who is nobody
	if err != nil {
		return r, false, err
	}
	_, err = sc.AddTouch(&models.Touch{Kind: models.TouchRedeem, UID: r.TouchUID(false), At: sc.Now, MemberID: person[0],
		GroupID: v.GroupID, OfferID: v.OfferID, BrandID: v.BrandID, PlacementID: v.PlacementID, VoucherID: v.ID})
	return r, false, err
}

// refused tells why a voucher could not be written off; a request that lost against its own copy won.
func refused(sc *models.Scope, in RedeemInput, v models.Voucher) (models.Redemption, bool, error) {
	live, err := sc.LiveRedemptions([]models.VoucherID{v.ID})
	if err != nil {
		return models.Redemption{}, false, err
	}
	var r models.Redemption
	if len(live[v.ID]) > 0 {
		r = live[v.ID][0]
	}
	switch {
	case r.ID != 0 && r.StaffID == in.Staff.ID && r.RequestNo == in.RequestNo:
		return r, true, nil
	case r.ID != 0:
		at, err := local(sc, r.At)
		if err != nil {
			return r, false, err
		}
		return r, false, models.Errorf(models.Conflict, "already_redeemed", "written off before").With("at", at)
	}
	at, err := local(sc, v.ValidTo)
	if err != nil {
		return r, false, err
	}
	return r, false, models.Errorf(models.Conflict, "voucher_expired", "no longer valid").With("at", at)
}

// local writes a time as the community's clocks show it.
func local(sc *models.Scope, at models.Millis) (string, error) {
	c, err := sc.ReadCommunity(sc.Community)
	if err != nil {
		return "", err
	}
	zone, err := time.LoadLocation(c.Zone)
	if err != nil {
		return "", fmt.Errorf("zone of the community: %w", err)
	}
	return at.Time().In(zone).Format("2006-01-02 15:04"), nil
}

func (r *Redeemed) name(sc *models.Scope, v models.Voucher) error {
	o, err := sc.Offer(v.OfferID)
	if err != nil {
		return err
	}
	b, err := sc.Brand(v.BrandID)
	r.OfferTitle, r.BrandName = o.Title, b.Name
	return err
}
