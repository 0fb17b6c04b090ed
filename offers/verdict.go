package offers

import "siyu/models"

// verdict is what becomes of one claim of a batch.
type verdict struct {
	voucher *models.Voucher // hers; with err, the newest one she holds; nil: none
	fresh   bool            // it is a new one, to be written
	err     error
}

// counter is what the claims of a batch are decided from.
type counter struct {
	offer   models.Offer
	refusal error // of everybody who holds nothing under her key: the offer is not there, not open, or over
	left    int   // vouchers that may be given to anybody
	now     models.Millis
	admit   *admission
	people  map[models.MemberID][]models.MemberID
	held    map[models.MemberID][]*models.Voucher // by person, oldest first: of the offer, or under one of the keys
}

// newCounter sorts what was read by the people it belongs to.
func newCounter(o models.Offer, refusal error, people map[models.MemberID][]models.MemberID, held []models.Voucher) *counter {
	k := &counter{offer: o, refusal: refusal, left: o.Left(), admit: &admission{promises: map[models.MemberID]models.WaiterID{}}, people: people,
		held: make(map[models.MemberID][]*models.Voucher, len(held))}
	owner := make(map[models.MemberID]models.MemberID, len(people))
	for _, ids := range people {
		for _, id := range ids {
			owner[id] = ids[0]
		}
	}
	for i := range held {
		p := owner[held[i].MemberID]
		k.held[p] = append(k.held[p], &held[i])
	}
	return k
}

// serve decides claims one after the other, in the order they came; what it gives counts for those that follow. It asks nobody.
func (k *counter) serve(all []ClaimInput) []verdict {
	out := make([]verdict, len(all))
	for i, in := range all {
		out[i] = k.one(in)
	}
	return out
}

func (k *counter) one(in ClaimInput) verdict {
	person, known := k.people[in.Member]
	if !known {
		return verdict{err: models.Errorf(models.NotFound, "not_found", "read member: no such row")}
	}
	held := k.held[person[0]]
	if v := underKey(held, in); v != nil && v.OfferID == in.Offer {
		return verdict{voucher: v}
	} else if v != nil {
		return verdict{err: models.Errorf(models.Conflict, "key_reused", "this key was used for another offer")}
	}
	if k.refusal != nil {
		return verdict{err: k.refusal}
	}
	held, seq := holds(held, in.Offer)
	switch { // her own come before the stock: who holds one must not read "sold out"
	case len(held) >= k.offer.PerMember && len(held) > 0:
		return verdict{voucher: held[len(held)-1],
			err: models.Errorf(models.Conflict, "already_claimed", "holds all she may").With("limit", k.offer.PerMember)}
	case len(held) >= k.offer.PerMember:
		return verdict{err: models.Errorf(models.Conflict, "already_claimed", "nobody may hold one").With("limit", k.offer.PerMember)}
	}
	if err := k.outside(in, person[0], len(held)); err != nil {
		v := verdict{err: err}
		if len(held) > 0 {
			v.voucher = held[len(held)-1]
		}
		return v
	}
	_, promised := k.admit.promises[person[0]]
	switch {
	case k.left <= 0 && !promised && len(held) > 0:
		return verdict{voucher: held[len(held)-1],
			err: models.Errorf(models.Exhausted, "no_more", "no voucher is left but what she holds").With("held", len(held))}
	case k.left <= 0 && !promised:
		return verdict{err: models.Errorf(models.Exhausted, "sold_out", "no voucher is left")}
	}
	if in.Gate.Unasked {
		return verdict{err: ErrUnasked}
	}
	v := &models.Voucher{OfferID: in.Offer, BrandID: k.offer.BrandID, MemberID: person[0], Seq: seq + 1, ClaimKey: in.Key,
		ValidFrom: in.Gate.UsableFrom}
	if !k.admit.takes(v) {
		k.left--
	}
	k.held[person[0]] = append(k.held[person[0]], v)
	return verdict{voucher: v, fresh: true}
}

// outside says what the gate, or whom the offer is for, has against a new voucher.
func (k *counter) outside(in ClaimInput, person models.MemberID, held int) error {
	if in.Gate.Refusal != nil {
		return in.Gate.Refusal
	}
	return k.admit.refuses(k.offer, person, held, k.now)
}

// holds lists what somebody has of an offer, and the highest number one of hers ever had. One that was taken back into the stock
// is hers no more; its number is not given again.
func holds(all []*models.Voucher, offer models.OfferID) (held []*models.Voucher, seq int) {
	for _, v := range all {
		if v.OfferID != offer {
			continue
		}
		seq = max(seq, v.Seq)
		if v.State != models.VoucherVoid || !v.StockReturned {
			held = append(held, v)
		}
	}
	return held, seq
}

// underKey finds the voucher that was claimed with the key of a claim, the offer's own before another one's: two people who
// have turned out to be one may have used the same key.
func underKey(held []*models.Voucher, in ClaimInput) *models.Voucher {
	var found *models.Voucher
	for _, v := range held {
		if v.ClaimKey == in.Key && (found == nil || v.OfferID == in.Offer) {
			found = v
		}
	}
	return found
}
