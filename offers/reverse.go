package offers

import (
	"context"
	"strings"

	"siyu/internal/jobs"
	"siyu/models"
	"siyu/offers/ledger"
)

// longestReason is how many characters of a reason are kept.
const longestReason = 200

// ReverseInput is what takes a redemption back.
type ReverseInput struct {
	By         models.Account // a clerk, somebody of the brand, or an organiser
	Redemption models.RedemptionID
	Reason     string
}

// Reversed is a redemption that was taken back.
type Reversed struct {
	Redemption models.Redemption
	Repeated   bool // she had taken it back before
}

// Reverse takes a redemption back: what it used of the voucher is there again, for as long as the voucher is good. A clerk may
// take back her own for some minutes, the shop's manager, the brand and the organiser everybody's for an hour. Once is as good
// as twice.
func (s *Service) Reverse(ctx context.Context, in ReverseInput) (Reversed, error) {
	var out Reversed
	if in.Reason = strings.TrimSpace(in.Reason); in.Reason == "" || len([]rune(in.Reason)) > longestReason {
		return out, models.Errorf(models.Invalid, "why_missing", "say why, in at most %d characters", longestReason).
			With("field", "reason").With("limit", longestReason)
	}
	err := s.store.Tx(ctx, func(tx *models.Tx) (err error) {
		out, err = s.rules.reverse(tx.In(in.By.CommunityID), in)
		return err
	})
	if err == nil && !out.Repeated {
		s.jobs.Wake()
	}
	return out, err
}

func (r RedeemRules) reverse(sc *models.Scope, in ReverseInput) (Reversed, error) {
	v, person, err := lockRedeemed(sc, in.By, in.Redemption)
	if err != nil {
		return Reversed{}, err
	}
	done, err := sc.Redemption(in.Redemption) // as it is under the locks
	if err != nil {
		return Reversed{}, err
	}
	if done.ReversedAt != 0 {
		if done.ReversedBy == in.By.ID {
			return Reversed{done, true}, nil
		}
		return Reversed{}, reversedBefore(sc, done)
	}
	places, err := sc.PlacesOf([]models.AccountID{in.By.ID})
	if err != nil {
		return Reversed{}, err
	}
	if err := r.mayReverse(in.By, places[in.By.ID], done, sc.Now); err != nil {
		return Reversed{}, err
	}
	after, err := giveBack(v, done.Units, r.Cycles)
	if err != nil {
		return Reversed{}, err
	}
	err = sc.MoveVouchers([]models.VoucherChange{{Before: v, After: after}}, []models.VoucherEvent{{VoucherID: v.ID, N: after.Ver,
		Kind: models.EventReversed, AccountID: in.By.ID, ShopID: done.ShopID, Units: done.Units, Ref: done.ID.String(), Cause: in.Reason}})
	if err != nil {
		return Reversed{}, err
	}
	if _, err := sc.ReverseRedemption(done.ID, in.By.ID, in.Reason); err != nil {
		return Reversed{}, err
	}
	done.ReversedAt, done.ReversedBy, done.ReverseReason = sc.Now, in.By.ID, in.Reason
	done.LiveNo.Valid, done.LiveNo.Int64 = false, 0
	return Reversed{Redemption: done}, followReversal(sc, after, done, person)
}

// lockRedeemed locks whose voucher a redemption is of, and the voucher. One of another brand is not there.
func lockRedeemed(sc *models.Scope, by models.Account, id models.RedemptionID) (models.Voucher, models.MemberID, error) {
	r, err := sc.Redemption(id)
	if err != nil {
		return models.Voucher{}, 0, err
	}
	if runs(by, r.BrandID) != nil && (by.Role != models.Staff || by.BrandID != r.BrandID) {
		return models.Voucher{}, 0, models.Errorf(models.NotFound, "redemption_not_found", "no such redemption")
	}
	return lockVoucher(sc, r.VoucherID)
}

// lockVoucher locks the person who holds a voucher, and then the voucher.
func lockVoucher(sc *models.Scope, id models.VoucherID) (models.Voucher, models.MemberID, error) {
	v, err := sc.Voucher(id)
	if err != nil {
		return v, 0, err
	}
	person, err := sc.LockPerson(v.MemberID)
	if err != nil {
		return v, 0, err
	}
	locked, err := sc.LockVouchers([]models.VoucherID{id})
	return locked[id], person[0], err
}

// mayReverse says whether somebody may take a redemption back at a time; pure.
func (r RedeemRules) mayReverse(by models.Account, places []models.ShopStaff, done models.Redemption, now models.Millis) error {
	here, manages := done.ShopID == 0, runs(by, done.BrandID) == nil
	for _, p := range places {
		if p.ShopID == done.ShopID {
			here, manages = true, manages || p.Manager
		}
	}
	age := now.Sub(done.At)
	switch {
	case manages && age <= r.ManagerUndo:
		return nil
	case manages:
		return models.Errorf(models.Conflict, "reverse_late", "too long ago").With("minutes", int(r.ManagerUndo.Minutes()))
	case !here:
		return models.Errorf(models.Denied, "not_your_shop", "the account does not work in this shop")
	case done.StaffID != by.ID:
		return models.Errorf(models.Denied, "reverse_not_yours", "only a manager takes back what others wrote off")
	case age > r.OwnUndo:
		return models.Errorf(models.Conflict, "reverse_late", "too long ago").With("minutes", int(r.OwnUndo.Minutes()))
	}
	return nil
}

// reversedBefore says who took a redemption back, and when.
func reversedBefore(sc *models.Scope, r models.Redemption) error {
	zone, err := zoneOf(sc)
	if err != nil {
		return err
	}
	accounts, err := sc.AccountsByID([]models.AccountID{r.ReversedBy})
	if err != nil {
		return err
	}
	return models.Errorf(models.Conflict, "already_reversed", "taken back before").With("at", clockTime(r.ReversedAt, zone)).
		With("by", shownName(accounts[r.ReversedBy]))
}

// followReversal takes back what the redemption led to: its touch counts no more, the brand is not charged, and what was given for
// it is taken by a job. A month that was closed meanwhile stays as it is: the next one has the difference.
func followReversal(sc *models.Scope, v models.Voucher, r models.Redemption, person models.MemberID) error {
	_, err := sc.AddTouch(&models.Touch{Kind: models.TouchReverse, UID: r.TouchUID(true), At: sc.Now, MemberID: person, GroupID: v.GroupID,
		OfferID: v.OfferID, BrandID: v.BrandID, PlacementID: v.PlacementID, VoucherID: v.ID})
	if err != nil {
		return err
	}
	if err := ledger.Reversed(sc, ledger.Use{Voucher: v, Redemption: r}); err != nil {
		return err
	}
	return jobs.Enqueue(sc.Tx, models.AfterReverse{Community: sc.Community, Redemption: r.ID}, sc.Now)
}

// runs says whether an account speaks for a brand: somebody of the brand does, and who owns the community. To everybody else the
// brand's things are not there.
func runs(a models.Account, brand models.BrandID) error {
	if a.Owns() || a.Role == models.BrandUser && a.BrandID == brand {
		return nil
	}
	return models.Errorf(models.NotFound, "shop_not_found", "no such shop")
}
