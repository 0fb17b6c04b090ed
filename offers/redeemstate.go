package offers

import (
	"fmt"
	"strings"
	"time"

	"siyu/models"
)

// The steps of a voucher at the till. Each takes the voucher as it is and returns it as it would be, or why it may not be; none
// asks anybody, and none looks at the voucher's promises, see [Usable]. Its version grows by one with every step.

// hold keeps a voucher for one clerk while she and the member look at it. Whose it is already may have it anew.
func hold(v models.Voucher, by models.AccountID, token string, until, now models.Millis) (models.Voucher, error) {
	if err := whole(v, now, by, ""); err != nil {
		return v, err
	}
	v.Ver++
	v.ReservedBy, v.ReservedUntil, v.ReserveToken = by, until, token
	return v, nil
}

// letGo gives a voucher back that a clerk has before her. One that she does not have, or no more, is left as it is.
func letGo(v models.Voucher, by models.AccountID, token string) (models.Voucher, bool) {
	if token == "" || v.ReserveToken != token || v.ReservedBy != by || v.State != models.VoucherIssued {
		return v, false
	}
	if shown, _ := readToken(token); shown == models.ShownRotating {
		v.QRWindow-- // the picture was not used
	}
	v.Ver++
	return unheld(v), true
}

// look takes a picture of a voucher for seen. Each is good for one clerk, once: shown anywhere else it is a copy.
func look(v models.Voucher, q QR, by models.AccountID) (models.Voucher, error) {
	if q.Window < v.QRWindow || q.Window == v.QRWindow && v.ReservedBy != by {
		return v, models.Errorf(models.Conflict, "qr_replayed", "this picture was taken already")
	}
	v.QRWindow = q.Window
	return v, nil
}

// use takes units from a voucher; the last one redeems it.
func use(v models.Voucher, units int, by models.AccountID, token string, now models.Millis) (models.Voucher, error) {
	if err := whole(v, now, by, token); err != nil {
		return v, err
	}
	if left := v.Units - v.Used; units < 1 || units > left {
		return v, models.Errorf(models.Conflict, "units_left", "not so much is left on the voucher").With("left", left).With("field", "units")
	}
	v.Ver++
	v.Used += units
	if v.Used == v.Units {
		v.State, v.RedeemedAt = models.VoucherRedeemed, now
	}
	return unheld(v), nil
}

// giveBack takes a use back. Whether the voucher is good for anything then follows from its times.
func giveBack(v models.Voucher, units, most int) (models.Voucher, error) {
	switch {
	case v.State == models.VoucherVoid:
		return v, models.Errorf(models.Conflict, "voucher_void", "the voucher was taken back")
	case v.Cycles >= most:
		return v, models.Errorf(models.Conflict, "reverse_often", "the voucher was reversed too often").With("limit", most)
	case units < 1 || units > v.Used:
		return v, fmt.Errorf("give %d units back to voucher %s, of which %d are used", units, v.ID, v.Used)
	}
	v.Ver++
	v.Cycles++
	v.Used -= units
	v.State, v.RedeemedAt = models.VoucherIssued, 0
	return v, nil
}

// annul takes a voucher from its holder for good. What she used of it stays used.
func annul(v models.Voucher, reason string, returnStock bool, now models.Millis) (models.Voucher, error) {
	switch {
	case v.State == models.VoucherRedeemed:
		return v, models.Errorf(models.Conflict, "voucher_used", "the voucher is used up")
	case v.State == models.VoucherVoid:
		return v, models.Errorf(models.Conflict, "voucher_void", "the voucher was taken back")
	case returnStock && v.Used > 0:
		return v, models.Errorf(models.Conflict, "voucher_begun", "some of the voucher is used, so its place is taken")
	}
	v.Ver++
	v.State, v.VoidedAt, v.VoidReason, v.StockReturned = models.VoucherVoid, now, reason, returnStock
	return unheld(v), nil
}

func unheld(v models.Voucher) models.Voucher {
	v.ReservedBy, v.ReservedUntil, v.ReserveToken = 0, 0, ""
	return v
}

// whole says why nothing may be done with a voucher: it is used, was taken back, or lies before another clerk.
func whole(v models.Voucher, now models.Millis, by models.AccountID, token string) error {
	switch {
	case v.State == models.VoucherRedeemed:
		return models.Errorf(models.Conflict, "already_redeemed", "written off before")
	case v.State == models.VoucherVoid:
		return models.Errorf(models.Conflict, "voucher_void", "the voucher was taken back")
	case v.ReservedUntil > now && v.ReservedBy != by && (token == "" || token != v.ReserveToken):
		return models.Errorf(models.Conflict, "voucher_reserved", "another clerk has it before her")
	}
	return nil
}

// clockTime writes a time as the clocks of a zone show it.
func clockTime(at models.Millis, zone *time.Location) string {
	return at.Time().In(zone).Format("2006-01-02 15:04")
}

// A reservation's token says how the voucher was shown and which one it is, before what nobody can guess.
const tokenParts = 3

func newToken(shown models.ShownBy, v models.VoucherID, secret string) string {
	return string(shown) + "." + v.String() + "." + secret
}

// readToken reads what a token says; a text that is none says nothing. That it is true is known once it is the voucher's own.
func readToken(token string) (models.ShownBy, models.VoucherID) {
	parts := strings.Split(token, ".")
	if len(parts) != tokenParts {
		return "", 0
	}
	var id models.VoucherID
	if id.UnmarshalText([]byte(parts[1])) != nil {
		return "", 0
	}
	return models.ShownBy(parts[0]), id
}
