package reconcile

import (
	"cmp"
	"fmt"
	"maps"
	"slices"

	"siyu/models"
	"siyu/offers/ledger"
)

// statements compares each statement with its lines, and these with their transfers.
func (r *run) statements() error {
	numbers := map[int]bool{}
	err := pages(r, "statements", r.sc.StatementIDsAfter, func(ids []models.StatementID) (found[models.StatementID], error) {
		f := found[models.StatementID]{}
		all, err := r.sc.StatementsByID(ids)
		if err != nil {
			return f, err
		}
		for _, id := range ids {
			numbers[all[id].Number] = true
			if err := r.statementFaults(f, all[id]); err != nil {
				return f, err
			}
		}
		return f, nil
	})
	for n := range len(numbers) {
		if !numbers[n+1] {
			r.tell(Difference{Check: "statement_number", Row: fmt.Sprintf("statement no. %d", n+1), Want: "a statement", Got: "none"})
			break
		}
	}
	return err
}

// statementFaults reads a statement's lines, a page at a time.
func (r *run) statementFaults(f found[models.StatementID], st models.Statement) error {
	row := "statement:" + st.ID.String()
	total, count := int64(0), 0
	var digest models.DigestLines
	for {
		lines, err := r.sc.StatementLines(st.ID, count, r.page)
		if err != nil {
			return err
		}
		if len(lines) == 0 {
			break
		}
		if !r.again {
			r.totals.Rows["statement_lines"] += int64(len(lines))
		}
		ids := make([]models.TransferID, len(lines))
		for i, l := range lines {
			ids[i] = l.TransferID
		}
		of, err := r.sc.TransfersByID(ids)
		if err != nil {
			return err
		}
		for _, l := range lines {
			t := of[l.TransferID]
			amount := t.Amount
			if t.Credit != models.PurseIncome {
				amount = -amount
			}
			name := fmt.Sprintf("%s line %d (transfer:%s)", row, l.No, l.TransferID)
			compare(f, st.ID, "statement_line", name, fmt.Sprintf("%d of brand %d", amount, t.OwnerID), fmt.Sprintf("%d of brand %d", l.Amount, st.BrandID))
			total += l.Amount
			count++
			if l.No != count {
				f.add(st.ID, "statement_line", name, count, l.No)
				count = l.No
			}
			digest.Add(l)
		}
	}
	compare(f, st.ID, "statement_total", row, total, st.Total)
	compare(f, st.ID, "statement_lines", row, count, st.LineCount)
	compare(f, st.ID, "statement_digest", row, digest.String(), st.Digest)
	return nil
}

// unstated finds what was charged so long ago that it should be in a statement and is in none.
func (r *run) unstated() error {
	for _, brand := range slices.Sorted(maps.Keys(r.contracts)) {
		currencies := map[string]bool{}
		for _, c := range r.contracts[brand] {
			currencies[c.Currency] = true
		}
		for _, currency := range slices.Sorted(maps.Keys(currencies)) {
			last, closed, err := r.sc.LastStatement(brand, currency)
			if err != nil {
				return err
			}
			if !closed {
				continue
			}
			var after *models.Transfer
			for {
				part, err := r.sc.Unstated(brand, currency, 0, ledger.Since(last), after, r.page)
				if err != nil {
					return err
				}
				for _, t := range part {
					r.tell(Difference{Check: "transfer_unstated", Row: transferRow(t.ID), Want: "in a statement, since " + cmp.Or(last.Month, "…") + " is closed", Got: "in none"})
				}
				if len(part) == 0 {
					break
				}
				after = &part[len(part)-1]
			}
		}
	}
	return nil
}
