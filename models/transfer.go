package models

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strconv"
	"strings"
)

// TransferID names a transfer by what caused it, in 32 hexadecimal digits. The same cause is the same transfer, however often it is
// booked. See [NewTransferID].
type TransferID string

// The codes of transfers that are not a rule's own. Those of points that were earned are named by whoever books them.
const (
	CodeClaim      = "claim"      // a voucher was claimed; Ref: voucher:…
	CodeRedemption = "redemption" // a voucher was written off; Ref: redemption:…
	CodePlacement  = "placement"  // a sponsored post was confirmed; Ref: placement:…
	CodeFlat       = "flat"       // the fee of a month; Ref: contract:…:2026-05
	CodeCap        = "cap"        // what a month was above its cap; Ref: contract:…:2026-05 and who found it
	CodeReversal   = "reversal"   // the mirror of another transfer; Ref: its id
	CodePayment    = "payment"    // a statement was paid; Ref: statement:…

	CodeDebt   = "debt"   // points that were kept for a debt; Ref: the transfer that brought them, or the debt
	CodeExpiry = "expiry" // points that were not used in time; Ref: lot:…:until when
	CodePost   = "post"   // a hold was used; Ref: its id
	CodeVoid   = "void"   // a hold was given back; Ref: its id

	CodeMergeOut     = "merge_out"
	CodeMergeIn      = "merge_in"
	CodeMergeDebtOut = "merge_debt_out"
	CodeMergeDebtIn  = "merge_debt_in"
)

// Transfer moves an amount from one purse to another. Rows are only added. A transfer that sets points aside (to
// [PurseHeld]) is answered by at most one other, whose PendingID it is; a transfer is taken back by at most one other, whose
// ReversesID it is.
type Transfer struct {
	ID          TransferID `gorm:"primaryKey"`
	CommunityID CommunityID
	Code        string // why; with Ref it makes the ID
	Ref         string // of what, such as redemption:123
	Unit        string // UnitPoints or a currency
	Amount      int64  // above zero; points, or minor units
	Debit       PurseName
	Credit      PurseName
	OwnerID     int64 // the member or brand it is about: at most one of each transfer
	OfferID     OfferID
	ContractID  ContractID
	PendingID   *TransferID
	ReversesID  *TransferID
	ExpiresAt   Millis // of points that are given: when they lapse; of a hold: when it is given back; zero: never
	Note        string // an organiser's reason; never a person's name
	At          Millis
}

// TableName names the table.
func (Transfer) TableName() string { return "transfers" }

// NewTransferID names the transfer of a cause: by a hash of it; the charge of a claim or a write-off, which is booked with it and of
// which there are as many, by the voucher's or the redemption's own id, so that new ones come to the end of the index and the
// database can name them itself.
func NewTransferID(c CommunityID, code, ref string) TransferID {
	if kind, id, _ := strings.Cut(ref, ":"); chargedRefs[code] == kind && kind != "" {
		if n, err := strconv.ParseInt(id, 10, 64); err == nil && n > 0 && strconv.FormatInt(n, 10) == id {
			return TransferID(fmt.Sprintf("%016x", n) + chargeEnd(code))
		}
	}
	return hashedTransferID(c, code, ref)
}

// TransferIDs are all names that the transfer of a cause may have, the one it would get now first: charges of claims and write-offs
// were named by a hash as well once, and keep that name.
func TransferIDs(c CommunityID, code, ref string) []TransferID {
	now, then := NewTransferID(c, code, ref), hashedTransferID(c, code, ref)
	if now == then {
		return []TransferID{now}
	}
	return []TransferID{now, then}
}

func hashedTransferID(c CommunityID, code, ref string) TransferID {
	sum := sha256.Sum256(fmt.Appendf(nil, "%d|%s|%s", c, code, ref))
	return TransferID(hex.EncodeToString(sum[:16]))
}

// chargedRefs is of what the charges are that are named by an id, by code.
var chargedRefs = map[string]string{CodeClaim: "voucher", CodeRedemption: "redemption"} //nolint:gochecknoglobals // a constant

// chargeEnd is the second half of such a name: the first eight letters of the code, in hex.
func chargeEnd(code string) string {
	var end [8]byte
	copy(end[:], code)
	return hex.EncodeToString(end[:])
}

// Name fills what a transfer has by being booked here and now.
func (sc *Scope) Name(t *Transfer) {
	t.ID, t.CommunityID, t.At = NewTransferID(sc.Community, t.Code, t.Ref), sc.Community, sc.Now
}

// InsertTransfers stores transfers that are not there yet and gives them their ids. If another transaction stores one of them
// meanwhile, this one runs again.
func (sc *Scope) InsertTransfers(all []Transfer) error {
	for i := range all {
		sc.Name(&all[i])
	}
	return insertAll(sc.Tx, all, "transfers")
}

// Transfer returns one transfer of the community.
func (sc *Scope) Transfer(id TransferID) (Transfer, error) {
	var t Transfer
	return t, one(sc.rows().Where("id = ?", id), &t, "transfer")
}

// TransfersByID reads some transfers; one that is not there is left out.
func (sc *Scope) TransfersByID(ids []TransferID) (map[TransferID]Transfer, error) {
	return sc.transfersWith("id", ids, func(t Transfer) TransferID { return t.ID })
}

// TransfersResolving reads what answered some holds, by hold.
func (sc *Scope) TransfersResolving(holds []TransferID) (map[TransferID]Transfer, error) {
	return sc.transfersWith("pending_id", holds, func(t Transfer) TransferID { return *t.PendingID })
}

// TransfersReversing reads what took some transfers back, by what was taken back.
func (sc *Scope) TransfersReversing(ids []TransferID) (map[TransferID]Transfer, error) {
	return sc.transfersWith("reverses_id", ids, func(t Transfer) TransferID { return *t.ReversesID })
}

func (sc *Scope) transfersWith(column string, ids []TransferID, key func(Transfer) TransferID) (map[TransferID]Transfer, error) {
	found := make(map[TransferID]Transfer, len(ids))
	for len(ids) > 0 {
		part := ids[:min(len(ids), batch)]
		ids = ids[len(part):]
		var some []Transfer
		if err := list(sc.rows().Where(column+" IN ?", part), &some, "transfers"); err != nil {
			return nil, err
		}
		for _, t := range some {
			found[key(t)] = t
		}
	}
	return found, nil
}

// TransfersOf lists what was booked about a person, under all her ids, or about a brand: the newest first, those older than
// before if it is named, at most limit.
func (sc *Scope) TransfersOf(owners []int64, before TransferID, limit int) ([]Transfer, error) {
	q := sc.rows().Where("owner_id IN ?", owners)
	if before != "" {
		last, err := sc.Transfer(before)
		if err != nil {
			return nil, err
		}
		q = q.Where("at < ? OR (at = ? AND id < ?)", int64(last.At), int64(last.At), last.ID)
	}
	var all []Transfer
	return all, list(q.Order("at DESC, id DESC").Limit(limit), &all, "transfers")
}

// PurseSum is what was put into a purse in one unit and what was taken.
type PurseSum struct {
	Purse PurseName
	Unit  string
	In    int64
	Out   int64
}

// SumPurses adds up the transfers about some people or brands, by purse and unit.
func (sc *Scope) SumPurses(owners []int64) ([]PurseSum, error) {
	type key struct {
		purse PurseName
		unit  string
	}
	at := map[key]int{}
	var sums []PurseSum
	for len(owners) > 0 {
		part := owners[:min(len(owners), batch)]
		owners = owners[len(part):]
		var rows []struct {
			Debit, Credit PurseName
			Unit          string
			Sum           int64
		}
		err := sc.rows().Model(&Transfer{}).Select("debit, credit, unit, SUM(amount) AS sum").Where("owner_id IN ?", part).
			Group("debit, credit, unit").Order("debit, credit, unit").Find(&rows).Error
		if err != nil {
			return nil, translate(err, "add up purses")
		}
		of := func(k key) *PurseSum {
			i, known := at[k]
			if !known {
				i, at[k] = len(sums), len(sums)
				sums = append(sums, PurseSum{Purse: k.purse, Unit: k.unit})
			}
			return &sums[i]
		}
		for _, r := range rows {
			of(key{r.Debit, r.Unit}).Out += r.Sum
			of(key{r.Credit, r.Unit}).In += r.Sum
		}
	}
	return sums, nil
}

// Hold is points that are set aside and not yet used or given back. The truth is in the transfers; this finds what is due.
type Hold struct {
	TransferID  TransferID `gorm:"primaryKey"`
	CommunityID CommunityID
	EndsAt      Millis
}

// TableName names the table.
func (Hold) TableName() string { return "holds" }

// InsertHolds notes when points that are set aside are given back.
func (sc *Scope) InsertHolds(all []Hold) error {
	for i := range all {
		all[i].CommunityID = sc.Community
	}
	return insertAll(sc.Tx, all, "holds")
}

// EndHolds notes that holds were answered.
func (sc *Scope) EndHolds(ids []TransferID) error {
	for len(ids) > 0 {
		part := ids[:min(len(ids), batch)]
		ids = ids[len(part):]
		if err := translate(sc.rows().Where("transfer_id IN ?", part).Delete(&Hold{}).Error, "end holds"); err != nil {
			return err
		}
	}
	return nil
}

// DueHolds lists holds whose time is over, at most limit, after one that was listed before.
func (sc *Scope) DueHolds(after Hold, limit int) ([]Hold, error) {
	var all []Hold
	q := sc.rows().Where("ends_at <= ?", int64(sc.Now)).Where("ends_at > ? OR (ends_at = ? AND transfer_id > ?)", int64(after.EndsAt), int64(after.EndsAt), after.TransferID)
	return all, list(q.Order("ends_at, transfer_id").Limit(limit), &all, "holds")
}
