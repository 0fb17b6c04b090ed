package ledger

import (
	"slices"

	"siyu/models"
)

// Use is a voucher and one time it was written off.
type Use struct {
	Voucher    models.Voucher
	Redemption models.Redemption
}

// Claimed charges the brand for new vouchers of an offer, if it pays for claims. The vouchers have their ids and are written in
// this transaction, so nobody has charged for them before.
func Claimed(sc *models.Scope, o models.Offer, all []*models.Voucher) error {
	if len(all) == 0 {
		return nil
	}
	contracts, err := sc.ContractsOf(o.BrandID)
	if err != nil {
		return err
	}
	return sc.InsertTransfers(ClaimCharges(contracts, o, all, sc.Now))
}

// ClaimCharges is what [Claimed] books, by the contracts of the brand: for who writes it with the vouchers themselves.
func ClaimCharges(contracts []models.Contract, o models.Offer, all []*models.Voucher, now models.Millis) []models.Transfer {
	c, pays := InForce(contracts, o.ID, models.BasisClaim, now)
	if !pays || c.Price == 0 {
		return nil
	}
	charges := make([]models.Transfer, len(all))
	for i, v := range all {
		charges[i] = charge(c, o.ID, models.CodeClaim, claimRef(v.ID))
	}
	return charges
}

// Redeemed charges brands for write-offs, which are written in this transaction.
func Redeemed(sc *models.Scope, all []Use) error {
	var brands []models.BrandID
	for _, w := range all {
		brands = append(brands, w.Voucher.BrandID)
	}
	contracts, err := contractsByBrand(sc, brands)
	if err != nil {
		return err
	}
	return sc.InsertTransfers(RedeemCharges(contracts, all))
}

// RedeemCharges is what [Redeemed] books, by the contracts of each brand: for who writes it with the redemptions themselves.
func RedeemCharges(contracts map[models.BrandID][]models.Contract, all []Use) []models.Transfer {
	var charges []models.Transfer
	for _, w := range all {
		c, pays := InForce(contracts[w.Voucher.BrandID], w.Voucher.OfferID, models.BasisRedemption, w.Redemption.At)
		if pays && c.Price > 0 {
			charges = append(charges, charge(c, w.Voucher.OfferID, models.CodeRedemption, redemptionRef(w.Redemption.ID)))
		}
	}
	return charges
}

// Reversed takes back what a brand was charged for a write-off that was undone. If its month was closed, it is in the brand's
// favour in the next statement.
func Reversed(sc *models.Scope, w Use) error {
	return Reverse(sc, models.TransferIDs(sc.Community, models.CodeRedemption, redemptionRef(w.Redemption.ID))...)
}

// Voided takes back what a brand was charged for the claim of a voucher that can no longer be used and went back to the stock.
func Voided(sc *models.Scope, v models.Voucher) error {
	return Reverse(sc, models.TransferIDs(sc.Community, models.CodeClaim, claimRef(v.ID))...)
}

// Placed charges the brand for a sponsored post, once, if it was confirmed within its time. A post that came too late, or that
// nobody asked Siyu for, costs nothing.
func Placed(sc *models.Scope, p models.Placement) error {
	if p.State != models.PlacementConfirmed || p.OfferID == 0 || p.Origin == models.OriginExternal {
		return nil
	}
	contracts, err := sc.ContractsOf(p.BrandID)
	if err != nil {
		return err
	}
	c, pays := InForce(contracts, p.OfferID, models.BasisPlacement, p.SentAt)
	if !pays || c.Price == 0 {
		return nil
	}
	return Post(sc, []models.Transfer{charge(c, p.OfferID, models.CodePlacement, "placement:"+p.ID.String())})
}

func claimRef(id models.VoucherID) string { return "voucher:" + id.String() }

func redemptionRef(id models.RedemptionID) string { return "redemption:" + id.String() }

// charge is what a contract costs the brand for one cause.
func charge(c models.Contract, o models.OfferID, code, ref string) models.Transfer {
	return models.Transfer{Code: code, Ref: ref, Unit: c.Currency, Amount: c.Price, Debit: models.SponsorPurse(c.BrandID),
		Credit: models.PurseIncome, OwnerID: int64(c.BrandID), OfferID: o, ContractID: c.ID}
}

func contractsByBrand(sc *models.Scope, brands []models.BrandID) (map[models.BrandID][]models.Contract, error) {
	by := make(map[models.BrandID][]models.Contract, 1)
	if len(brands) == 0 {
		return by, nil
	}
	slices.Sort(brands)
	all, err := sc.ContractsOf(slices.Compact(brands)...)
	for _, c := range all {
		by[c.BrandID] = append(by[c.BrandID], c)
	}
	return by, err
}
