package models

// EditOffer stores what an edit makes of an offer that was read in a state and with a revision number, and counts the number up;
// it reports false if the offer has changed since, or more is claimed or promised by now than its stock would be. It takes no lock: a claim
// at the same moment comes before or after.
func (sc *Scope) EditOffer(o Offer, from OfferState) (bool, error) {
	q := sc.rows().Where("id = ? AND state = ? AND rev = ? AND claimed + promised <= ?", int64(o.ID), from, o.Rev, o.Stock)
	return swap(q, &Offer{}, map[string]any{"state": o.State, "title": o.Title, "body": o.Body, "value_fen": o.ValueFen,
		"currency": o.Currency, "stock": o.Stock, "per_member": o.PerMember, "starts_at": int64(o.StartsAt), "ends_at": int64(o.EndsAt),
		"redeem_by": int64(o.RedeemBy), "submitted_at": int64(o.SubmittedAt), "category": o.Category, "priority": o.Priority,
		"target_reach": o.TargetReach, "ad_label": o.AdLabel, "terms_id": int64(o.TermsID), "per_household": o.PerHousehold,
		"audience": o.Audience, "audience_ids": o.AudienceIDs, "change_id": int64(o.ChangeID), "change_note": o.ChangeNote,
		"rev": o.Rev + 1}, "offer")
}

// SetStock gives an offer that runs another stock than it was read with; it reports false if it runs no more, its stock is
// another one by now, or more is claimed or promised than that.
func (sc *Scope) SetStock(id OfferID, was, stock int) (bool, error) {
	q := sc.rows().Where("id = ? AND state = ? AND stock = ? AND claimed + promised <= ?", int64(id), OfferApproved, was, stock)
	return swap(q, &Offer{}, map[string]any{"stock": stock}, "stock")
}

// WithdrawOffer ends an offer that was handed in or runs, for a reason, and reports false if it is in another state. Vouchers that
// were claimed stay as they are.
func (sc *Scope) WithdrawOffer(id OfferID, by AccountID, reason string) (bool, error) {
	q := sc.rows().Where("id = ? AND state IN ?", int64(id), []OfferState{OfferSubmitted, OfferApproved})
	return swap(q, &Offer{}, map[string]any{"state": OfferWithdrawn, "withdrawn_at": int64(sc.Now), "withdrawn_by": int64(by),
		"withdraw_reason": reason, "change_id": 0}, "offer")
}

// DeleteDraft removes an offer that was never handed in, with all its terms; it reports false if it is no draft.
func (sc *Scope) DeleteDraft(id OfferID) (bool, error) {
	r := sc.rows().Where("id = ? AND state = ?", int64(id), OfferDraft).Delete(&Offer{})
	if r.Error != nil || r.RowsAffected != 1 {
		return false, translate(r.Error, "delete draft")
	}
	if err := sc.rows().Where("offer_id = ?", int64(id)).Delete(&OfferRequest{}).Error; err != nil {
		return false, translate(err, "delete draft")
	}
	all, err := sc.TermsOf(id)
	if err != nil {
		return false, err
	}
	for _, t := range all {
		if err := sc.DropTerms(t.ID); err != nil {
			return false, err
		}
	}
	return true, nil
}
