package offers

import (
	"context"

	"siyu/models"
)

// RedeemInput is what the redemption desk sends. RequestNo is made by the device before it sends and repeated until it
// has an answer.
type RedeemInput struct {
	Staff     models.Account
	Shop      models.ShopID // zero: her only one, or the brand has none
	RequestNo string
	Code      string // as typed or scanned: one voucher, in one step
	Uses      []Use  // or what was shown by [Service.Prepare]: up to ten vouchers of one person, all or none

	DeviceID string
	DeviceAt models.Millis // by the till's clock
	// Offline says that the till had no network and has checked the vouchers by their signed pictures: they are named by id alone,
	// and had to be good at DeviceAt. What has been handed over cannot be refused for a limit.
	Offline bool
}

// Use is what is wanted of one voucher.
type Use struct {
	Voucher models.VoucherID
	Token   string // of the reservation
	Code    string // instead of both: as typed or scanned
	Units   int    // uses, or minor units of money; zero: one use
}

// Redeemed is what a request wrote off (核销).
type Redeemed struct {
	Redemption models.Redemption // the first, of one voucher the only one
	OfferTitle string
	BrandName  string
	Lines      []RedeemedLine
	Repeated   bool // this request had been answered before
}

// RedeemedLine is one voucher of a request.
type RedeemedLine struct {
	models.Redemption
	OfferTitle string
	BrandName  string
	ShopName   string
	StaffName  string
	UnitsLeft  int           // of the voucher, now
	UndoUntil  models.Millis // she may take it back herself; zero: she may not
}

// Redeem writes vouchers off, once; they are on the disk when it returns. Who repeats her own request gets the same answer;
// everybody else reads who used it, where and when.
func (s *Service) Redeem(ctx context.Context, in RedeemInput) (Redeemed, error) {
	if len(in.RequestNo) < 8 || len(in.RequestNo) > 64 {
		return Redeemed{}, models.Errorf(models.Invalid, "key_missing", "the request needs a number of 8 to 64 characters")
	}
	if len(in.Uses) == 0 {
		in.Uses = []Use{{Code: in.Code}}
	}
	w, err := s.rules.read(in)
	if err != nil {
		return Redeemed{}, err
	}
	return s.tills.ask(ctx, w.Staff.CommunityID, w)
}

// wanted is a request that was read, before anything is asked of the database.
type wanted struct {
	RedeemInput
	said []said // by each use
}

// said is what somebody typed or scanned; at most one of both.
type said struct {
	code Code
	qr   QR
}

// hear reads what was typed or scanned.
func hear(text string) (said, error) {
	if IsQR(text) {
		q, err := ParseQR(text)
		return said{qr: q}, err
	}
	code, err := ParseCode(text)
	return said{code: code}, err
}

// of is what the request is known by.
func (w wanted) of() models.RequestOf { return models.RequestOf{Staff: w.Staff.ID, No: w.RequestNo} }

// read reads a request. A typing error costs no query.
func (r RedeemRules) read(in RedeemInput) (wanted, error) {
	w := wanted{RedeemInput: in, said: make([]said, len(in.Uses))}
	if len(in.Uses) > r.Most {
		return w, models.Errorf(models.Invalid, "too_many_vouchers", "too many vouchers at once").With("limit", r.Most).With("field", "items")
	}
	for i, u := range in.Uses {
		switch {
		case u.Units < 0:
			return w, models.Errorf(models.Invalid, "bad_field", "fewer than none").With("field", "units").With("rule", "min").With("param", "1")
		case u.Code != "":
			var err error
			if w.said[i], err = hear(u.Code); err != nil {
				return w, err
			}
		case u.Voucher != 0 && in.Offline:
		case u.Token != "":
			if _, id := readToken(u.Token); id == 0 || u.Voucher != 0 && u.Voucher != id {
				return w, reservationOver()
			}
		default:
			return w, models.Errorf(models.Invalid, "code_typo", "neither a code nor a reservation").With("field", "code")
		}
	}
	return w, nil
}

// named is the voucher that a use names itself, zero if it names a code.
func (w wanted) named(i int) models.VoucherID {
	switch {
	case w.said[i].code != "":
		return 0
	case w.said[i].qr.Voucher != 0:
		return w.said[i].qr.Voucher
	case w.Uses[i].Voucher != 0:
		return w.Uses[i].Voucher
	}
	_, id := readToken(w.Uses[i].Token)
	return id
}

func reservationOver() error {
	return models.Errorf(models.Conflict, "reservation_over", "the voucher is not before this clerk any more")
}
