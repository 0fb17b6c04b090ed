package reconcile

import (
	"cmp"
	"fmt"
	"time"

	"siyu/models"
	"siyu/offers/ledger"
)

// contractSeen is how long a new contract may take to be seen by what was under way when it was made.
const contractSeen = 5 * time.Minute

// due is what should have been charged for something: the contract, or none; sure is false if both are right, because the
// contract was made at that very moment.
func (r *run) due(brand models.BrandID, offer models.OfferID, basis models.Basis, at models.Millis) (c models.Contract, sure bool) {
	c, is := ledger.InForce(r.contracts[brand], offer, basis, at)
	for _, k := range r.contracts[brand] {
		if k.Basis == basis && at >= k.CreatedAt && at.Sub(k.CreatedAt) < contractSeen {
			return c, false
		}
	}
	if !is || c.Price == 0 {
		return models.Contract{}, true
	}
	return c, true
}

// cause is something a brand may have been charged for.
type cause[K comparable] struct {
	key      K
	row      string
	code     string
	brand    models.BrandID
	contract models.Contract
	back     bool // it was taken back, and with it the charge
}

// charged compares what was charged with what should have been.
func charged[K comparable](r *run, f found[K], all []cause[K]) error {
	var ids []models.TransferID
	for _, c := range all {
		ids = append(ids, models.TransferIDs(r.sc.Community, c.code, c.row)...)
	}
	booked, err := r.sc.TransfersByID(ids)
	if err != nil {
		return err
	}
	back, err := r.sc.TransfersReversing(ids)
	if err != nil {
		return err
	}
	say := func(amount int64, currency string, back bool) string {
		switch {
		case amount == 0:
			return "nothing"
		case back:
			return fmt.Sprintf("%d %s, taken back", amount, currency)
		}
		return fmt.Sprintf("%d %s", amount, currency)
	}
	for _, c := range all {
		var t models.Transfer
		for _, id := range models.TransferIDs(r.sc.Community, c.code, c.row) {
			t = cmp.Or(t, booked[id])
		}
		_, isBack := back[t.ID]
		want := say(c.contract.Price, c.contract.Currency, c.back)
		got := say(t.Amount, t.Unit, isBack)
		compare(f, c.key, "charge", c.row, want, got)
	}
	return nil
}

// claimsDue compares what was charged for claims.
func (r *run) claimsDue(f found[models.VoucherID], ids []models.VoucherID, all map[models.VoucherID]models.Voucher) error {
	var causes []cause[models.VoucherID]
	for _, id := range ids {
		v, there := all[id]
		if !there {
			continue
		}
		c, sure := r.due(v.BrandID, v.OfferID, models.BasisClaim, v.IssuedAt)
		if sure {
			causes = append(causes, cause[models.VoucherID]{key: id, row: "voucher:" + id.String(), code: models.CodeClaim, brand: v.BrandID, contract: c,
				back: c.Price > 0 && v.StockReturned})
		}
	}
	return charged(r, f, causes)
}

// redemptions compares what was charged for write-offs, and finds those of vouchers that are not there.
func (r *run) redemptions() error {
	return pages(r, "redemptions", r.sc.RedemptionIDsAfter, func(ids []models.RedemptionID) (found[models.RedemptionID], error) {
		f := found[models.RedemptionID]{}
		all, err := r.sc.RedemptionsByID(ids)
		if err != nil {
			return f, err
		}
		var vouchers []models.VoucherID
		for _, one := range all {
			vouchers = append(vouchers, one.VoucherID)
		}
		of, err := r.sc.VouchersBooked(vouchers)
		if err != nil {
			return f, err
		}
		var causes []cause[models.RedemptionID]
		for _, id := range ids {
			one, row := all[id], "redemption:"+id.String()
			if one.ReversedAt != 0 && !r.again {
				r.totals.Stock.Reversed++
			}
			v, there := of[one.VoucherID]
			if !there {
				f.add(id, "redemption_voucher", row, "a voucher", "none")
				continue
			}
			c, sure := r.due(v.BrandID, v.OfferID, models.BasisRedemption, one.At)
			if sure {
				causes = append(causes, cause[models.RedemptionID]{key: id, row: row, code: models.CodeRedemption, brand: v.BrandID, contract: c,
					back: c.Price > 0 && one.ReversedAt != 0})
			}
		}
		return f, charged(r, f, causes)
	})
}

// placements compares what was charged for posts.
func (r *run) placements() error {
	return pages(r, "placements", r.sc.PlacementIDsAfter, func(ids []models.PlacementID) (found[models.PlacementID], error) {
		f := found[models.PlacementID]{}
		all, err := r.sc.PlacementsByID(ids)
		if err != nil {
			return f, err
		}
		var causes []cause[models.PlacementID]
		for _, id := range ids {
			p := all[id]
			if p.OfferID == 0 {
				continue
			}
			c, sure := models.Contract{}, true
			if p.State == models.PlacementConfirmed && p.Origin != models.OriginExternal {
				c, sure = r.due(p.BrandID, p.OfferID, models.BasisPlacement, p.SentAt)
			}
			if sure {
				causes = append(causes, cause[models.PlacementID]{key: id, row: "placement:" + id.String(), code: models.CodePlacement, brand: p.BrandID, contract: c})
			}
		}
		return f, charged(r, f, causes)
	})
}
