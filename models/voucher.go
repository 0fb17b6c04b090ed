package models

import (
	"bytes"
	"cmp"
	"slices"
)

// VoucherState is where a voucher stands. What follows from its times is never stored: it is pending before ValidFrom, expired
// from ValidTo on, and reserved until ReservedUntil.
type VoucherState string

// The states of a voucher.
const (
	VoucherIssued   VoucherState = "issued"
	VoucherRedeemed VoucherState = "redeemed" // all of it is used
	VoucherVoid     VoucherState = "void"     // taken back before all of it was used
)

// Voucher is one claim of an offer. Its code is a number, enciphered with the secret: CodeRef, by which it is found, and which says
// nothing without the secret. Every change of it is a [VoucherEvent].
type Voucher struct {
	ID          VoucherID `gorm:"primaryKey;autoIncrement:false"`
	CommunityID CommunityID
	OfferID     OfferID
	BrandID     BrandID
	MemberID    MemberID
	Seq         int    // 1..PerMember; unique with offer and member
	ClaimKey    string // the client's idempotency key; unique with member
	CodeRef     []byte // unique; a number of 55 bits in seven bytes, or, of before, a keyed hash of the code
	CodeProof   []byte // what only the same secret makes of it; of before: the code, sealed
	State       VoucherState
	ValidTo     Millis
	GroupID     GroupID // the group it was claimed from, if known
	PlacementID PlacementID
	IssuedAt    Millis
	RedeemedAt  Millis // when the last of it was used

	Ver       int     // its events: grows by one with each
	TermsID   TermsID // what she was promised
	ValidFrom Millis  // zero: at once
	Units     int     // what it holds: uses, or fen if it is worth an amount
	Used      int     // of them; never more than Units

	HouseholdID  *HouseholdID // whose limit it counts in, if the offer has one for a household
	HouseholdSeq *int         // counted from 1; unique with offer and household

	ReservedBy    AccountID // who has it before her at the till
	ReservedUntil Millis
	ReserveToken  string

	VoidedAt      Millis
	VoidReason    string
	StockReturned bool // it was void and somebody else may have its place in the stock

	Cycles   int   // how often a use of it was reversed
	QRWindow int64 // the newest window of its QR that was accepted
}

// TableName names the table.
func (Voucher) TableName() string { return "vouchers" }

// Promise names what was promised with the voucher; the first terms of an offer have its number.
func (v Voucher) Promise() TermsID { return cmp.Or(v.TermsID, TermsID(v.OfferID)) }

// InsertVoucher stores a new voucher and fills its id.
func (sc *Scope) InsertVoucher(v *Voucher) error {
	sc.IssueVoucher(v)
	return insert(sc.Tx, v, "voucher")
}

// IssueVoucher fills what a voucher has by being new: an id of its own, since when it is there, and one unit if it says nothing
// else.
func (sc *Scope) IssueVoucher(v *Voucher) { sc.IssueVouchers([]*Voucher{v}) }

// IssueVouchers is [Scope.IssueVoucher] for vouchers that are written together: their ids follow one another, which
// [Scope.GiveVouchers] makes use of.
func (sc *Scope) IssueVouchers(all []*Voucher) {
	first := newIDs[Voucher](sc.Tx, len(all))
	for i, v := range all {
		v.ID, v.CommunityID, v.IssuedAt, v.State, v.Ver = first+VoucherID(i), sc.Community, sc.Now, VoucherIssued, 1
		v.Units = max(v.Units, 1)
	}
}

// Voucher returns one voucher of the community.
func (sc *Scope) Voucher(id VoucherID) (Voucher, error) {
	var v Voucher
	return v, one(sc.rows().Where("id = ?", int64(id)), &v, "voucher")
}

// VoucherByCode finds the voucher of a code by any of what it may be kept as, the first that there is.
func (sc *Scope) VoucherByCode(refs [][]byte) (Voucher, error) {
	found, err := sc.VouchersFound(nil, refs)
	if err != nil {
		return Voucher{}, err
	}
	for _, ref := range refs {
		if i := slices.IndexFunc(found, func(v Voucher) bool { return bytes.Equal(v.CodeRef, ref) }); i >= 0 {
			return found[i], nil
		}
	}
	return Voucher{}, Errorf(NotFound, codeRecordNotFound, "no voucher has the code")
}

// VoucherByKey finds the voucher one of these member ids claimed with a client key.
func (sc *Scope) VoucherByKey(members []MemberID, key string) (Voucher, error) {
	var v Voucher
	return v, one(sc.rows().Where("member_id IN ? AND claim_key = ?", ints(members), key), &v, "voucher")
}

// VouchersOf lists what these member ids (one person) hold of an offer, oldest first; of all offers if it is zero.
func (sc *Scope) VouchersOf(members []MemberID, offer OfferID) ([]Voucher, error) {
	var all []Voucher
	q := sc.rows().Where("member_id IN ?", ints(members)).Order("id")
	if offer != 0 {
		q = q.Where("offer_id = ?", int64(offer))
	}
	return all, list(q, &all, "vouchers")
}

// AllVouchers lists every voucher of the community, oldest first.
func (sc *Scope) AllVouchers() ([]Voucher, error) {
	var all []Voucher
	return all, list(sc.rows().Order("id"), &all, "vouchers")
}
