package offers

import (
	"slices"

	"siyu/models"
)

// claims are claims of one offer that are decided and written together.
type claims struct {
	sc    *models.Scope
	offer models.OfferID
	in    []ClaimInput

	verdicts []verdict
	fresh    []*models.Voucher // what is new, in the order it was given
	codes    map[*models.Voucher]Code
	short    bool  // somebody found no voucher left
	refusal  error // why nobody gets a new one
	left     int   // vouchers, after these
	endsAt   models.Millis
}

// settle decides and writes, in a number of statements that does not depend on how many claims there are. The people are locked
// before anything is read of them, so what they hold stays as it is read; the offer comes after them, as everywhere.
func (b *claims) settle() error {
	people, err := b.sc.LockPeople(b.members())
	if err != nil {
		return err
	}
	held, err := b.sc.VouchersFor(allIDs(people), b.offer, b.keys())
	if err != nil {
		return err
	}
	if err := b.decide(people, held, false); err != nil {
		return err
	}
	if b.short && len(b.fresh) > 0 { // not enough for all: from here on nobody else takes any
		if err := b.decide(people, held, true); err != nil {
			return err
		}
	}
	if len(b.fresh) == 0 {
		return nil
	}
	if err := b.attribute(people); err != nil {
		return err
	}
	b.issue()
	if err := b.sc.InsertVouchers(b.fresh); err != nil {
		return err
	}
	if err := b.sc.TakeStocks(b.offer, len(b.fresh)); err != nil {
		return err
	}
	return tellCards(b.sc, b.offer) // after the stock: a card that is being made compares it under the offer's lock
}

// decide reads the offer and finds everybody's verdict.
func (b *claims) decide(people map[models.MemberID][]models.MemberID, held []models.Voucher, lock bool) error {
	found, err := b.sc.OffersByID([]models.OfferID{b.offer}, lock)
	if err != nil {
		return err
	}
	o, there := found[b.offer]
	b.refusal = models.Errorf(models.NotFound, "offer_not_found", "no such offer")
	if there {
		b.refusal = claimable(o, b.sc.Now)
	}
	k := newCounter(o, b.refusal, people, held)
	b.verdicts = k.serve(b.in)
	b.fresh, b.short, b.left, b.endsAt = nil, false, k.left, o.EndsAt
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

// issue gives the new vouchers their ids and codes.
func (b *claims) issue() {
	b.codes = make(map[*models.Voucher]Code, len(b.fresh))
	keys := b.sc.Keys()
	for _, v := range b.fresh {
		code := NewCode()
		b.codes[v] = code
		b.sc.IssueVoucher(v)
		v.CodeHash, v.CodeSealed = code.hash(keys), keys.Seal(sealCode, []byte(code))
	}
}

// answers is what everybody is told once it is committed.
func (b *claims) answers(keys *models.Keys) []answered {
	all := make([]answered, len(b.verdicts))
	for i, v := range b.verdicts {
		all[i].err = v.err
		if v.voucher == nil {
			continue
		}
		all[i].got.Voucher = *v.voucher
		if code, isNew := b.codes[v.voucher]; isNew {
			all[i].got.Code = code.String()
			continue
		}
		code, err := OpenCode(keys, *v.voucher)
		if err != nil {
			all[i] = answered{err: err}
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
