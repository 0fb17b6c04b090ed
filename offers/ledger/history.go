package ledger

import "siyu/models"

// Entry is one change of somebody's points.
type Entry struct {
	ID     models.TransferID
	At     models.Millis
	Code   string // why, as it was booked
	Ref    string
	Amount int64 // below zero: used, lapsed or taken back
	Note   string
}

// History lists the changes of somebody's points, whatever id of hers is given: the newest first, those before an entry if it
// is named, at most limit. What changed nothing, such as that she turned out to be somebody else, is left out.
func History(sc *models.Scope, member models.MemberID, before models.TransferID, limit int) ([]Entry, error) {
	ids, err := sc.Cluster(member)
	if err != nil {
		return nil, err
	}
	owners := make([]int64, len(ids))
	for i, id := range ids {
		owners[i] = int64(id)
	}
	var all []Entry
	for {
		part, err := sc.TransfersOf(owners, before, limit)
		if err != nil {
			return nil, err
		}
		for _, t := range part {
			before = t.ID
			if e := entryOf(t); e.Amount != 0 && len(all) < limit {
				all = append(all, e)
			}
		}
		if len(part) < limit || len(all) == limit {
			return all, nil
		}
	}
}

func entryOf(t models.Transfer) Entry {
	e := Entry{ID: t.ID, At: t.At, Code: t.Code, Ref: t.Ref, Note: t.Note}
	if t.Code == models.CodeMergeIn || t.Code == models.CodeMergeOut {
		return e
	}
	if _, out := t.Debit.Member(); out {
		e.Amount = -t.Amount
	}
	if _, in := t.Credit.Member(); in {
		e.Amount = t.Amount
	}
	return e
}
