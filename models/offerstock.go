package models

// nothingLeft is true of a row of an offer whose [Offer.SoldOut] is; the columns are as a claim takes them.
const nothingLeft = "stock > 0 AND stock <= claimed + promised + waiting"

// SoldOutWithPosts lists offers that run and have nothing left, and that have a post with a slot or with a group's owner.
func (sc *Scope) SoldOutWithPosts() ([]OfferID, error) {
	var ids []OfferID
	q := sc.rows().Model(&Offer{}).Where("state = ? AND ends_at > ? AND "+nothingLeft, OfferApproved, int64(sc.Now)).
		Where("EXISTS (SELECT 1 FROM placements p WHERE p.community_id = offers.community_id AND p.offer_id = offers.id AND p.state IN ?)",
			[]PlacementState{PlacementReserved, PlacementTasked})
	err := q.Order("id").Pluck("id", &ids).Error
	return ids, translate(err, "list offers that are sold out")
}

// HeldInStock lists posts that are held for a reason that their offers give no more: there is something left of them.
func (sc *Scope) HeldInStock(reason string) ([]PlacementID, error) {
	var ids []PlacementID
	q := sc.rows().Model(&Placement{}).Where("state = ? AND reason = ?", PlacementHeld, reason).
		Where("EXISTS (SELECT 1 FROM offers o WHERE o.community_id = placements.community_id AND o.id = placements.offer_id AND " +
			"o.stock > o.claimed + o.promised + o.waiting)")
	err := q.Order("id").Pluck("id", &ids).Error
	return ids, translate(err, "list posts whose offer is in stock again")
}
