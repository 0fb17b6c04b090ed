package offers

import (
	"context"
	"errors"
	"fmt"

	"siyu/models"
)

// SetStock gives an offer that runs another stock: as much more as wanted, or less, but never less than is claimed. Was is the
// stock that was seen; if it is another one by now it fails as offer_changed, so that two people who add ten each do not undo
// each other. Zero changes whatever there is.
func (s *Service) SetStock(ctx context.Context, who models.Account, id models.OfferID, was, stock int) (models.Offer, error) {
	if stock < 1 || stock > maxStock {
		return models.Offer{}, models.Errorf(models.Invalid, "bad_field", "a stock has 1 to 1,000,000 vouchers").With("field", "stock")
	}
	return s.change(ctx, who, id, 0, func(sc *models.Scope, o models.Offer) error {
		switch {
		case o.State != models.OfferApproved:
			return models.Errorf(models.Conflict, "offer_closed", "the offer is %s", o.State)
		case o.Stock == stock:
			return nil
		case was != 0 && was != o.Stock:
			return changed()
		}
		moved, err := sc.SetStock(id, o.Stock, stock)
		if err != nil || !moved {
			return orElse(err, models.Errorf(models.Conflict, "stock_claimed", "more is claimed by now").With("field", "stock"))
		}
		if stock > o.Stock { // those who wait come first
			if err := PassOn(sc, id); err != nil {
				return err
			}
		}
		if err := errors.Join(stockMoved(sc), tellOffer(sc, id)); err != nil {
			return err
		}
		return sc.AddAudit(who.ID, "offer.stock", "offer:"+id.String(), fmt.Sprintf("%d -> %d", o.Stock, stock))
	})
}
