package reconcile

import (
	"fmt"

	"siyu/models"
)

// purses compares each member's purse with her transfers and with what is left of her lots.
func (r *run) purses() error {
	return pages(r, "purses", r.sc.MembersWithPurse, func(ids []models.MemberID) (found[models.MemberID], error) {
		f := found[models.MemberID]{}
		purses, err := r.sc.PursesOf(ids)
		if err != nil {
			return f, err
		}
		owners := make([]int64, len(ids))
		for i, m := range ids {
			owners[i] = int64(m)
		}
		sums, err := r.sc.SumPurses(owners)
		if err != nil {
			return f, err
		}
		balance, debt := map[models.MemberID]int64{}, map[models.MemberID]int64{}
		for _, s := range sums {
			if m, is := s.Purse.Member(); is {
				balance[m] += s.In - s.Out
			}
			if m, is := s.Purse.Debtor(); is {
				debt[m] += s.Out - s.In
			}
		}
		lots, err := r.sc.LotsOf(ids, false)
		for _, m := range ids {
			row, left := string(models.MemberPurse(m)), int64(0)
			for _, l := range lots[m] {
				left += l.Remaining
			}
			compare(f, m, "purse_balance", row, balance[m], purses[m].Balance)
			compare(f, m, "purse_lots", row, left, purses[m].Balance)
			compare(f, m, "purse_debt", row, debt[m], purses[m].Debt)
		}
		return f, err
	})
}

// lots compares each lot with what was taken from it and put back, and with the transfer that brought it.
func (r *run) lots() error {
	return pages(r, "lots", r.sc.LotIDsAfter, func(ids []models.LotID) (found[models.LotID], error) {
		f := found[models.LotID]{}
		all, err := r.sc.LotsByID(ids)
		if err != nil {
			return f, err
		}
		moved, err := r.sc.LotSums(ids)
		if err != nil {
			return f, err
		}
		brought := make([]models.TransferID, len(all))
		for i, l := range all {
			brought[i] = l.TransferID
		}
		by, err := r.sc.TransfersByID(brought)
		for _, l := range all {
			row := "lot:" + l.ID.String()
			compare(f, l.ID, "lot_moves", row, l.Amount+moved[l.ID], l.Remaining)
			compare(f, l.ID, "lot_amount", row, by[l.TransferID].Amount, l.Amount)
			if l.Spent != (l.Remaining == 0) {
				f.add(l.ID, "lot_spent", row, l.Remaining == 0, l.Spent)
			}
			if l.Remaining < 0 || l.Remaining > l.Amount {
				f.add(l.ID, "lot_bound", row, fmt.Sprintf("0 to %d", l.Amount), l.Remaining)
			}
		}
		return f, err
	})
}
