package ledger

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"siyu/models"
)

// capped is a month of a contract with a cap.
type capped struct {
	contract models.Contract
	month    Month
}

// overCap is what still has to be taken off a month's charges, or put back on if it is below zero: gross is what was charged and
// not taken back, given what was taken off before.
func overCap(limit, gross, given int64) int64 { return max(0, gross-limit) - given }

// cappedIn finds the months of contracts with a cap that some transfers are about; origin tells what a reversal took back.
func cappedIn(all []models.Transfer, origin map[models.TransferID]models.Transfer, contracts map[models.ContractID]models.Contract, zone *time.Location) []capped {
	seen := map[capped]bool{}
	for _, t := range all {
		at := t.At
		if t.ReversesID != nil {
			was, there := origin[*t.ReversesID]
			if !there {
				continue
			}
			at = was.At
		}
		if c := contracts[t.ContractID]; c.MonthCap > 0 {
			seen[capped{c, MonthAt(at, zone)}] = true
		}
	}
	months := make([]capped, 0, len(seen))
	for c := range seen {
		months = append(months, c)
	}
	slices.SortFunc(months, func(a, b capped) int {
		return cmp.Or(cmp.Compare(a.contract.ID, b.contract.ID), cmp.Compare(a.month.String(), b.month.String()))
	})
	return months
}

// capLine is the transfer that takes off what is too much of a month, found while a statement is closed; false if nothing is.
// What is taken back later may put some of it on again.
func capLine(sc *models.Scope, c capped, st models.Statement, zone *time.Location) (models.Transfer, bool, error) {
	gross, err := sc.Charged(c.contract, c.month.From(zone), c.month.Until(zone), st.UntilAt)
	if err != nil {
		return models.Transfer{}, false, err
	}
	of := fmt.Sprintf("contract:%s:%s:", c.contract.ID, c.month)
	given, err := sc.CapGiven(c.contract, of)
	if err != nil {
		return models.Transfer{}, false, err
	}
	over := overCap(c.contract.MonthCap, gross, given)
	t := models.Transfer{Code: models.CodeCap, Ref: of + st.ID.String(), Unit: c.contract.Currency, Amount: over, Debit: models.PurseIncome,
		Credit: models.SponsorPurse(c.contract.BrandID), OwnerID: int64(c.contract.BrandID), ContractID: c.contract.ID}
	if over < 0 {
		t.Amount, t.Debit, t.Credit = -over, t.Credit, t.Debit
	}
	return t, over != 0, nil
}

// sortByCause puts what is booked when a statement is closed into an order that does not depend on chance.
func sortByCause(all []models.Transfer) {
	slices.SortFunc(all, func(a, b models.Transfer) int { return cmp.Or(cmp.Compare(a.Code, b.Code), cmp.Compare(a.Ref, b.Ref)) })
}
