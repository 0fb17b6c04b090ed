package miniprogram

import (
	"siyu/models"
	"siyu/offers/ledger"
)

// book brings the ledger in step with an award: what it gives is a transfer named after it, and what became void is taken back
// by its mirror. A transfer is booked once, however often it is asked for. The caller has the person's lock.
func book(sc *models.Scope, a *models.Award) error {
	want := a.Points
	if a.VoidAt != 0 {
		want = 0
	}
	if want == a.Booked {
		return nil
	}
	var err error
	switch {
	case want == 0:
		err = ledger.Reverse(sc, models.NewTransferID(sc.Community, string(a.Action), a.UID))
	case want > 0:
		t := ledger.Earn(a.MemberID, int64(want), string(a.Action), a.UID, 0)
		t.Note = a.Note
		if a.Action == models.ActAdjust {
			t.Debit = models.PurseAdjustment
		}
		err = ledger.Post(sc, []models.Transfer{t})
	default:
		err = ledger.Post(sc, []models.Transfer{{Code: string(a.Action), Ref: a.UID, Unit: models.UnitPoints, Amount: int64(-want),
			Debit: models.MemberPurse(a.MemberID), Credit: models.PurseAdjustment, Note: a.Note}})
	}
	if err != nil {
		return err
	}
	if _, err := sc.BookAward(*a, want); err != nil {
		return err
	}
	a.Booked = want
	return nil
}
