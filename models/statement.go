package models

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"

	"gorm.io/gorm"
)

// Statement is what a brand was charged in a local month, closed: it and its lines never change again. What is not closed yet
// is not stored.
type Statement struct {
	ID          StatementID `gorm:"primaryKey;autoIncrement:false"`
	CommunityID CommunityID
	BrandID     BrandID
	Number      int // counted from 1 without gaps; unique in the community
	Currency    string
	Month       string // such as 2026-05; unique with brand and currency
	FromAt      Millis // the month as the community's clocks have it
	UntilAt     Millis
	Total       int64 // minor units; below zero: the community owes the brand
	LineCount   int
	Digest      string    // of all lines, in hex
	ClosedBy    AccountID // zero: it was closed by itself
	ClosedAt    Millis
	ReviewedBy  AccountID
	ReviewedAt  Millis // zero: no organiser has looked at it yet, and its brand does not see it
	PaidBy      AccountID
	PaidAt      Millis // zero: not that we know
	PaidNote    string
}

// TableName names the table.
func (Statement) TableName() string { return "statements" }

// StatementLine is one transfer in the only statement it is in.
type StatementLine struct {
	TransferID  TransferID `gorm:"primaryKey"`
	StatementID StatementID
	CommunityID CommunityID
	No          int // counted from 1; unique in the statement
	At          Millis
	Code        string
	Ref         string
	OfferID     OfferID
	ContractID  ContractID
	Title       string // of the offer, as it was then
	Amount      int64  // below zero: in the brand's favour
}

// TableName names the table.
func (StatementLine) TableName() string { return "statement_lines" }

// DigestLines is the digest of a statement's lines in their order; it takes them one part after the other.
type DigestLines struct{ sum [sha256.Size]byte }

// Add takes one more line.
func (d *DigestLines) Add(l StatementLine) {
	d.sum = sha256.Sum256(fmt.Appendf(d.sum[:], "|%s|%d|%d|%s|%s|%d|%d|%q|%d", l.TransferID, l.No, l.At, l.Code, l.Ref, l.OfferID,
		l.ContractID, l.Title, l.Amount))
}

// String is the digest in hex.
func (d *DigestLines) String() string { return hex.EncodeToString(d.sum[:]) }

// InsertStatement stores a statement with the community's next number, which it fills with the id. The community is locked
// from then on.
func (sc *Scope) InsertStatement(s *Statement) error {
	if _, err := sc.LockCommunity(); err != nil {
		return err
	}
	var last []Statement
	if err := list(sc.rows().Order("number DESC").Limit(1), &last, "statements"); err != nil {
		return err
	}
	s.ID, s.CommunityID, s.ClosedAt, s.Number = newID[Statement](sc.Tx), sc.Community, sc.Now, 1
	if len(last) > 0 {
		s.Number = last[0].Number + 1
	}
	return insert(sc.Tx, s, "statement")
}

// InsertStatementLines stores lines. A transfer that is in another statement is a Conflict for which IsDuplicate holds.
func (sc *Scope) InsertStatementLines(all []StatementLine) error {
	for len(all) > 0 {
		part := all[:min(len(all), 500)]
		all = all[len(part):]
		if err := insert(sc.Tx, &part, "statement lines"); err != nil {
			return err
		}
	}
	return nil
}

// SetStatement stores the sums of a statement that is being closed.
func (sc *Scope) SetStatement(s Statement) error {
	_, err := swap(sc.rows().Where("id = ?", int64(s.ID)), &Statement{},
		map[string]any{"total": s.Total, "line_count": s.LineCount, "digest": s.Digest}, "statement")
	return err
}

// Statement returns one statement of the community.
func (sc *Scope) Statement(id StatementID) (Statement, error) {
	var s Statement
	err := one(sc.rows().Where("id = ?", int64(id)), &s, "statement")
	if IsKind(err, NotFound) {
		return s, Errorf(NotFound, "statement_not_found", "no such statement")
	}
	return s, err
}

// LastStatement is a brand's statement of the latest month in a currency; false if there is none.
func (sc *Scope) LastStatement(brand BrandID, currency string) (Statement, bool, error) {
	var all []Statement
	q := sc.rows().Where("brand_id = ? AND currency = ?", int64(brand), currency).Order("until_at DESC").Limit(1)
	if err := list(q, &all, "statements"); err != nil || len(all) == 0 {
		return Statement{}, false, err
	}
	return all[0], true, nil
}

// Statements lists statements, the newest first, older than before if it is named, at most limit; of one brand if it is named, and
// if only they are wanted those that were reviewed.
func (sc *Scope) Statements(brand BrandID, reviewed bool, before StatementID, limit int) ([]Statement, error) {
	q := sc.rows()
	if reviewed {
		q = q.Where("reviewed_at > 0")
	}
	if brand != 0 {
		q = q.Where("brand_id = ?", int64(brand))
	}
	if before != 0 {
		q = q.Where("id < ?", int64(before))
	}
	var all []Statement
	return all, list(q.Order("id DESC").Limit(limit), &all, "statements")
}

// StatementLines lists a statement's lines in their order, from the first after a number, at most limit.
func (sc *Scope) StatementLines(id StatementID, after, limit int) ([]StatementLine, error) {
	var all []StatementLine
	q := sc.rows().Where("statement_id = ? AND no > ?", int64(id), after).Order("no").Limit(limit)
	return all, list(q, &all, "statement lines")
}

// LinesOfTransfers reads in which statements some transfers are, by transfer.
func (sc *Scope) LinesOfTransfers(ids []TransferID) (map[TransferID]StatementLine, error) {
	found := make(map[TransferID]StatementLine, len(ids))
	for len(ids) > 0 {
		part := ids[:min(len(ids), batch)]
		ids = ids[len(part):]
		var some []StatementLine
		if err := list(sc.rows().Where("transfer_id IN ?", part), &some, "statement lines"); err != nil {
			return nil, err
		}
		for _, l := range some {
			found[l.TransferID] = l
		}
	}
	return found, nil
}

// LineSum is what the lines of a statement add up to, of one code, offer and contract.
type LineSum struct {
	Code       string
	OfferID    OfferID
	ContractID ContractID
	Title      string
	N          int64
	Sum        int64
}

// SumStatement adds up a statement's lines: each offer's, and after them what is about none, such as a fee or a cap.
func (sc *Scope) SumStatement(id StatementID) ([]LineSum, error) {
	var all []LineSum
	err := sc.rows().Model(&StatementLine{}).Select("code, offer_id, contract_id, title, COUNT(*) AS n, SUM(amount) AS sum").
		Where("statement_id = ?", int64(id)).Group("code, offer_id, contract_id, title").
		Order("offer_id = 0, offer_id, code, contract_id, title").Find(&all).Error
	return all, translate(err, "add up a statement")
}

// unstated are the transfers about a brand that are in no statement, booked from since on and before until.
func (sc *Scope) unstated(brand BrandID, currency string, since, until Millis) *gorm.DB {
	return sc.db.Model(&Transfer{}).Joins("LEFT JOIN statement_lines ON statement_lines.transfer_id = transfers.id").
		Where("transfers.community_id = ? AND transfers.owner_id = ? AND transfers.unit = ? AND transfers.at >= ? AND transfers.at < ?",
			int64(sc.Community), int64(brand), currency, int64(since), int64(until)).
		Where("statement_lines.transfer_id IS NULL AND (transfers.credit = ? OR transfers.debit = ?)", PurseIncome, PurseIncome)
}

// Unstated lists the charges and credits of a brand that are in no statement, in the order they were booked, booked from since
// on and before until; those after a transfer if one is named, at most limit.
func (sc *Scope) Unstated(brand BrandID, currency string, since, until Millis, after *Transfer, limit int) ([]Transfer, error) {
	q := sc.unstated(brand, currency, since, until)
	if after != nil {
		q = q.Where("transfers.at > ? OR (transfers.at = ? AND transfers.id > ?)", int64(after.At), int64(after.At), after.ID)
	}
	var all []Transfer
	return all, list(q.Select("transfers.*").Order("transfers.at, transfers.id").Limit(limit), &all, "unstated transfers")
}

// SumUnstated adds up what Unstated lists, by code, offer and contract; a credit counts below zero.
func (sc *Scope) SumUnstated(brand BrandID, currency string, since, until Millis) ([]LineSum, error) {
	var all []LineSum
	err := sc.unstated(brand, currency, since, until).
		Select("transfers.code, transfers.offer_id, transfers.contract_id, COUNT(*) AS n, "+
			"SUM(CASE WHEN transfers.credit = ? THEN transfers.amount ELSE -transfers.amount END) AS sum", PurseIncome).
		Group("transfers.code, transfers.offer_id, transfers.contract_id").
		Order("transfers.offer_id, transfers.code, transfers.contract_id").Find(&all).Error
	return all, translate(err, "add up what is not stated")
}

// PayStatement notes that a statement was paid; it reports false if that was known.
func (sc *Scope) PayStatement(id StatementID, by AccountID, note string) (bool, error) {
	return swap(sc.rows().Where("id = ? AND paid_at = 0", int64(id)), &Statement{},
		map[string]any{"paid_at": int64(sc.Now), "paid_by": int64(by), "paid_note": note}, "statement")
}

// ReviewStatement notes that an organiser has looked at a statement; it reports false if one had.
func (sc *Scope) ReviewStatement(id StatementID, by AccountID) (bool, error) {
	return swap(sc.rows().Where("id = ? AND reviewed_at = 0", int64(id)), &Statement{},
		map[string]any{"reviewed_at": int64(sc.Now), "reviewed_by": int64(by)}, "statement")
}

// Charged adds up what a contract charged from a time on and before another, without what was taken back before a third.
func (sc *Scope) Charged(c Contract, from, until, backUntil Millis) (int64, error) {
	var sum *int64
	err := sc.db.Model(&Transfer{}).Joins("LEFT JOIN transfers AS back ON back.reverses_id = transfers.id AND back.at < ?", int64(backUntil)).
		Where("transfers.community_id = ? AND transfers.owner_id = ? AND transfers.contract_id = ? AND transfers.at >= ? AND transfers.at < ?",
			int64(sc.Community), int64(c.BrandID), int64(c.ID), int64(from), int64(until)).
		Where("transfers.code IN ? AND back.id IS NULL", []string{CodeClaim, CodeRedemption, CodePlacement}).
		Select("SUM(transfers.amount)").Scan(&sum).Error
	if sum == nil {
		return 0, translate(err, "add up a contract")
	}
	return *sum, translate(err, "add up a contract")
}

// CapGiven adds up what was taken off because of a contract's cap, by transfers whose Ref begins with of.
func (sc *Scope) CapGiven(c Contract, of string) (int64, error) {
	var all []Transfer
	q := sc.rows().Where("owner_id = ? AND contract_id = ? AND code = ? AND ref LIKE ?", int64(c.BrandID), int64(c.ID), CodeCap, of+"%")
	err := list(q, &all, "caps")
	sum := int64(0)
	for _, t := range all {
		if t.Debit == PurseIncome {
			sum += t.Amount
		} else {
			sum -= t.Amount
		}
	}
	return sum, err
}
