package offers

import (
	"context"
	"fmt"
	"slices"
	"time"

	"siyu/models"
	"siyu/offers/ledger"
)

// claims are claims of one offer that are decided and written together.
type claims struct {
	store *models.Store
	sc    *models.Scope
	offer models.OfferID
	in    []ClaimInput
	made  []NewCode // one for each, made before the transaction

	sight    models.ClaimSight
	verdicts []verdict
	fresh    []*models.Voucher // what is new, in the order it was given
	codes    map[*models.Voucher]Code
	short    bool              // somebody found no voucher left
	refusal  error             // why nobody gets a new one
	left     int               // vouchers, after these
	used     []models.WaiterID // promises that were kept
}

// settle decides and writes, in a number of statements that does not depend on how many claims there are. The people are locked
// before anything is read of them, so what they hold stays as it is read; the offer comes after them, as everywhere.
func (b *claims) settle() error {
	var err error
	if b.sight, err = b.sc.SeeClaims(b.offer, b.members(), b.keys(), true); err != nil {
		return err
	}
	o := b.sight.Offer
	locked := o.Waiting+o.Promised > 0 && claimable(o, b.sc.Now) == nil
	if locked { // whoever waits comes before whoever comes now
		if err := b.lock(); err != nil {
			return err
		}
	}
	if err := b.decide(); err != nil {
		return err
	}
	if b.short && len(b.fresh) > 0 && !locked { // not enough for all: from here on nobody else takes any
		if err := b.lock(); err != nil {
			return err
		}
		if err := b.decide(); err != nil {
			return err
		}
	}
	if len(b.fresh) == 0 {
		return nil
	}
	if err := b.sc.MoveWaiters(b.offer, b.used, models.WaiterPromised, models.WaiterClaimed, 0); err != nil {
		return err
	}
	if err := b.attribute(b.sight.People); err != nil {
		return err
	}
	if err := b.issue(); err != nil {
		return err
	}
	idle, err := b.sc.GiveVouchers(b.offer, b.fresh, len(b.used), ledger.ClaimCharges(b.sight.Contracts, b.sight.Offer, b.fresh, b.sc.Now), b.sight.Idle)
	if err != nil {
		return err
	}
	return tellCards(b.sc, idle) // as they were after the stock was taken: a card that is being made compares it under the offer's lock
}

// lock keeps the offer from all others, and gives what is left of it to who waits.
func (b *claims) lock() error {
	found, err := b.sc.OffersByID([]models.OfferID{b.offer}, true)
	if err != nil || found[b.offer].ID == 0 {
		return err
	}
	b.sight.Offer, err = passOn(b.sc, found[b.offer])
	return err
}

// decide finds everybody's verdict from what was read.
func (b *claims) decide() error {
	o := b.sight.Offer
	b.refusal = models.Errorf(models.NotFound, "offer_not_found", "no such offer")
	if o.ID != 0 {
		b.refusal = claimable(o, b.sc.Now)
	}
	k := newCounter(o, b.refusal, b.sight.People, b.sight.Held)
	if b.refusal == nil && asksMore(o) {
		var err error
		if k.admit, err = admits(b.sc, o, b.sight.People); err != nil {
			return err
		}
	}
	k.now = b.sc.Now
	b.verdicts = k.serve(b.in)
	b.fresh, b.short, b.left, b.used = nil, false, k.left, k.admit.used
	for _, v := range b.verdicts {
		if v.fresh {
			b.fresh = append(b.fresh, v.voucher)
		}
		b.short = b.short || models.IsKind(v.err, models.Exhausted)
	}
	return nil
}

// attribute notes from which card and group each new voucher comes, if its card is known and of this offer.
func (b *claims) attribute(people map[models.MemberID][]models.MemberID) error {
	came := make([]models.Carried, 0, len(b.fresh))
	for i, v := range b.verdicts {
		if v.fresh {
			came = append(came, models.Carried{Code: b.in[i].Placement, Person: people[b.in[i].Member]})
		}
	}
	from, err := b.sc.PlacementsCarried(came)
	if err != nil {
		return err
	}
	for i, p := range from {
		if p.ID != 0 && p.OfferID == b.offer {
			b.fresh[i].PlacementID, b.fresh[i].GroupID = p.ID, p.GroupID
		}
	}
	return nil
}

// issue gives the new vouchers their ids and codes, and what they promise. One that is already said to be usable only later stays
// so.
func (b *claims) issue() error {
	t, zone := b.sight.Terms, time.UTC
	if t.DaysAfterClaim > 0 { // the only promise that needs to know where
		var err error
		if zone, err = time.LoadLocation(b.sight.Zone); err != nil {
			return fmt.Errorf("zone of the community: %w", err)
		}
	}
	from, to := t.Validity(b.sc.Now, zone)
	b.codes = make(map[*models.Voucher]Code, len(b.fresh))
	for i, v := range b.fresh {
		b.codes[v] = b.made[i].Code
		v.CodeRef, v.CodeProof = b.made[i].Ref, b.made[i].Proof
		v.TermsID, v.Units, v.ValidFrom, v.ValidTo = t.ID, t.Units, max(from, min(v.ValidFrom, to.Add(-heldBefore))), to
	}
	b.sc.IssueVouchers(b.fresh)
	return nil
}

// happened looks for one of the vouchers: they are all there, or none is.
func (b *claims) happened(ctx context.Context) bool {
	if b == nil || len(b.fresh) == 0 {
		return false
	}
	_, err := b.store.Read(ctx).In(b.sc.Community).Voucher(b.fresh[0].ID)
	return err == nil
}

// answers is what everybody is told once it is committed.
func (b *claims) answers() []answer[Claimed] {
	all := make([]answer[Claimed], len(b.verdicts))
	for i, v := range b.verdicts {
		all[i].err = v.err
		if v.voucher == nil {
			continue
		}
		all[i].got = Claimed{Voucher: *v.voucher, OfferTitle: b.sight.Offer.Title, BrandName: b.sight.Brand}
		if code, isNew := b.codes[v.voucher]; isNew {
			all[i].got.Code = code.String()
			continue
		}
		code, err := OpenCode(b.store.Keys(), *v.voucher)
		if err != nil {
			all[i] = answer[Claimed]{err: err}
			continue
		}
		all[i].got.Code = code
	}
	return all
}

func (b *claims) members() []models.MemberID {
	all := make([]models.MemberID, len(b.in))
	for i, in := range b.in {
		all[i] = in.Member
	}
	return all
}

func (b *claims) keys() []string {
	all := make([]string, len(b.in))
	for i, in := range b.in {
		all[i] = in.Key
	}
	return all
}

// allIDs lists all ids of some people, each once.
func allIDs(people map[models.MemberID][]models.MemberID) []models.MemberID {
	var all []models.MemberID
	for _, ids := range people {
		all = append(all, ids...)
	}
	slices.Sort(all)
	return slices.Compact(all)
}
