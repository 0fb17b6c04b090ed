package offers

import (
	"slices"
	"strings"

	"siyu/models"
	"siyu/throttle"
)

// Withdraw ends an offer before its time, by its brand or an organiser, who says why: nobody claims it any more, and what waits for
// a slot is given up. What has one is the caller's to take back. Vouchers that were claimed keep what was promised. It reports false
// if it was withdrawn before.
func Withdraw(sc *models.Scope, ledger *throttle.Ledger, who models.Account, id models.OfferID, reason string) (bool, error) {
	if reason = strings.TrimSpace(reason); reason == "" {
		return false, models.Errorf(models.Invalid, "reason_missing", "say why").With("field", "reason")
	}
	o, err := sc.Offer(id)
	if err == nil && who.Role == models.BrandUser && o.BrandID != who.BrandID {
		err = models.Errorf(models.NotFound, "offer_not_found", "no such offer")
	}
	if err != nil {
		return false, err
	}
	all, err := sc.PlacementsOf(id)
	if err != nil {
		return false, err
	}
	groups := make([]models.GroupID, len(all))
	for i, p := range all {
		groups[i] = p.GroupID
	}
	slices.Sort(groups)
	if len(groups) > 0 { // before the offer, as everywhere: nothing of it gets a slot meanwhile
		if _, err := sc.LockGroups(slices.Compact(groups)); err != nil {
			return false, err
		}
	}
	if o, err = own(sc, who, id); err != nil {
		return false, err
	}
	if o.State == models.OfferWithdrawn {
		return false, nil
	}
	moved, err := sc.WithdrawOffer(id, who.ID, reason)
	if err != nil || !moved {
		return false, orElse(err, models.Errorf(models.Conflict, "offer_closed", "the offer is %s", o.State))
	}
	if err := dropChange(sc, o); err != nil {
		return false, err
	}
	if all, err = sc.PlacementsOf(id); err != nil {
		return false, err
	}
	for _, p := range all {
		if p.State == models.PlacementPlanned || p.State == models.PlacementHeld {
			if err := ledger.Release(sc, p.ID, throttle.OfferEnded.String()); err != nil {
				return false, err
			}
		}
	}
	if err := tellOffer(sc, id); err != nil {
		return false, err
	}
	return true, sc.AddAudit(who.ID, "offer.withdraw", "offer:"+id.String(), reason)
}
