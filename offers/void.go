package offers

import (
	"context"
	"slices"
	"strings"

	"siyu/models"
	"siyu/offers/ledger"
)

// VoidInput is what takes a voucher from its holder for good.
type VoidInput struct {
	By          models.Account // of the brand, or an organiser
	Voucher     models.VoucherID
	Reason      string
	ReturnStock bool // somebody else may have its place in the stock, and its holder may claim another
}

// Void takes a voucher that is not used up from its holder for good. Stock comes back only when that is said, and only from a
// voucher of which nothing was used.
func (s *Service) Void(ctx context.Context, in VoidInput) (models.Voucher, error) {
	var after models.Voucher
	if in.Reason = strings.TrimSpace(in.Reason); in.Reason == "" || len([]rune(in.Reason)) > longestReason {
		return after, models.Errorf(models.Invalid, "why_missing", "say why, in at most %d characters", longestReason).
			With("field", "reason").With("limit", longestReason)
	}
	err := s.store.Tx(ctx, func(tx *models.Tx) error {
		sc := tx.In(in.By.CommunityID)
		v, err := sc.Voucher(in.Voucher)
		if err == nil && runs(in.By, v.BrandID) != nil || models.IsKind(err, models.NotFound) {
			return models.Errorf(models.NotFound, "voucher_not_found", "no such voucher")
		}
		if err != nil {
			return err
		}
		after, err = void(sc, in, v)
		return err
	})
	if err == nil {
		s.jobs.Wake()
	}
	return after, err
}

// void locks the person, the offer and the voucher, in this order as everywhere, and takes the voucher back.
func void(sc *models.Scope, in VoidInput, v models.Voucher) (models.Voucher, error) {
	if _, err := sc.LockPerson(v.MemberID); err != nil {
		return v, err
	}
	if in.ReturnStock {
		if _, err := sc.OffersByID([]models.OfferID{v.OfferID}, true); err != nil {
			return v, err
		}
	}
	locked, err := sc.LockVouchers([]models.VoucherID{v.ID})
	if err != nil {
		return v, err
	}
	before := locked[v.ID]
	after, err := annul(before, in.Reason, in.ReturnStock, sc.Now)
	if err != nil {
		return v, err
	}
	err = sc.MoveVouchers([]models.VoucherChange{{Before: before, After: after}}, []models.VoucherEvent{{VoucherID: v.ID, N: after.Ver,
		Kind: models.EventVoided, AccountID: in.By.ID, Units: before.Units - before.Used, Cause: in.Reason}})
	if err != nil {
		return v, err
	}
	if err := sc.AddAudit(in.By.ID, "voucher.void", "voucher:"+v.ID.String(), in.Reason); err != nil || !in.ReturnStock {
		return after, err
	}
	if err := sc.ReturnStocks(v.OfferID, 1); err != nil {
		return after, err
	}
	if err := ledger.Voided(sc, after); err != nil {
		return after, err
	}
	if err := PassOn(sc, v.OfferID); err != nil {
		return after, err
	}
	if err := stockMoved(sc); err != nil {
		return after, err
	}
	idle, err := sc.IdleCards(v.OfferID)
	if err != nil {
		return after, err
	}
	return after, tellCards(sc, idle)
}

// Found is a voucher that was looked for, with everything that happened to it.
type Found struct {
	models.Voucher
	OfferTitle  string
	BrandName   string
	Events      []models.VoucherEvent
	Redemptions []models.Redemption // oldest first, also those that were reversed
	Names       map[models.AccountID]string
}

// Find looks for a voucher by its code, for the brand or the organiser. Wrong codes count as a clerk's do.
func (s *Service) Find(ctx context.Context, by models.Account, typed string) (Found, error) {
	code, err := ParseCode(typed)
	if err != nil {
		return Found{}, err
	}
	var out Found
	var refusal error
	err = s.store.Tx(ctx, func(tx *models.Tx) error {
		sc := tx.In(by.CommunityID)
		wrong, err := sc.WrongCodesSince([]models.AccountID{by.ID}, sc.Now.Add(-s.rules.lookBack()))
		if err != nil {
			return err
		}
		if until := s.rules.lockedUntil(wrong[by.ID], sc.Now); until > 0 {
			return lookupsLocked(until, sc.Now)
		}
		v, err := sc.VoucherByCode(code.refs(sc.Keys()))
		if err == nil && runs(by, v.BrandID) != nil || models.IsKind(err, models.NotFound) {
			refusal = codeUnknown()
			return sc.AddWrongCodes([]models.AccountID{by.ID})
		}
		if err != nil {
			return err
		}
		refusal = nil
		out, err = history(sc, v)
		return err
	})
	if err != nil {
		return Found{}, err
	}
	return out, refusal
}

// history reads what happened to a voucher.
func history(sc *models.Scope, v models.Voucher) (Found, error) {
	out := Found{Voucher: v, Names: map[models.AccountID]string{}}
	terms, err := termsFor(sc, []models.Voucher{v})
	if err != nil {
		return out, err
	}
	brands, err := sc.BrandNames([]models.BrandID{v.BrandID})
	if err != nil {
		return out, err
	}
	out.OfferTitle, out.BrandName = terms[v.ID].Title, brands[v.BrandID]
	events, err := sc.EventsOf([]models.VoucherID{v.ID})
	if err != nil {
		return out, err
	}
	if out.Redemptions, err = sc.RedemptionsOfVoucher(v.ID); err != nil {
		return out, err
	}
	out.Events = events[v.ID]
	var who []models.AccountID
	for _, e := range out.Events {
		who = append(who, e.AccountID)
	}
	accounts, err := sc.AccountsByID(slices.DeleteFunc(distinct(who), models.AccountID.IsZero))
	for id, a := range accounts {
		out.Names[id] = shownName(a)
	}
	return out, err
}
