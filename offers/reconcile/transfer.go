package reconcile

import (
	"fmt"
	"slices"
	"strings"

	"siyu/models"
)

// transfers checks each transfer: that it is named by its cause, moves an amount between two purses that exist, mirrors what it
// takes back, answers what was set aside, costs what its contract says, and that its cause is there.
func (r *run) transfers() error {
	var last models.TransferPlace
	next := func(_ models.TransferID, limit int) ([]models.TransferID, error) {
		places, err := r.sc.TransferPlacesAfter(last, limit)
		ids := make([]models.TransferID, len(places))
		for i, p := range places {
			last, ids[i] = p, p.ID
		}
		return ids, err
	}
	return pages(r, "transfers", next, func(ids []models.TransferID) (found[models.TransferID], error) {
		f := found[models.TransferID]{}
		all, err := r.sc.TransfersByID(ids)
		if err != nil {
			return f, err
		}
		for _, id := range ids {
			if t, there := all[id]; there {
				r.transferFaults(f, t)
			}
		}
		for _, check := range []func(found[models.TransferID], map[models.TransferID]models.Transfer) error{r.mirrors, r.holds, r.owners, r.causes} {
			if err := check(f, all); err != nil {
				return f, err
			}
		}
		for _, k := range ids { // the checks walk in no order
			slices.SortFunc(f[k], func(a, b Difference) int { return strings.Compare(a.Check+a.Want+a.Got, b.Check+b.Want+b.Got) })
		}
		return f, nil
	})
}

func transferRow(id models.TransferID) string { return "transfer:" + string(id) }

// transferFaults is what a transfer shows alone.
func (r *run) transferFaults(f found[models.TransferID], t models.Transfer) {
	row := transferRow(t.ID)
	if names := models.TransferIDs(t.CommunityID, t.Code, t.Ref); !slices.Contains(names, t.ID) {
		compare(f, t.ID, "transfer_id", row, names[0], t.ID)
	}
	if t.Amount <= 0 || t.Debit == t.Credit || !t.Debit.Known() || !t.Credit.Known() || t.Unit == "" {
		f.add(t.ID, "transfer_sides", row, "an amount from one purse to another", fmt.Sprintf("%d from %s to %s", t.Amount, t.Debit, t.Credit))
	}
	owners := map[int64]bool{}
	for _, side := range []models.PurseName{t.Debit, t.Credit} {
		if m, is := side.Member(); is {
			owners[int64(m)] = true
		}
		if m, is := side.Debtor(); is {
			owners[int64(m)] = true
		}
		if b, is := side.Sponsor(); is {
			owners[int64(b)] = true
		}
	}
	if len(owners) > 1 || len(owners) == 1 && !owners[t.OwnerID] {
		f.add(t.ID, "transfer_owner", row, fmt.Sprintf("%s or %s", t.Debit, t.Credit), t.OwnerID)
	}
	switch t.Code {
	case models.CodeClaim, models.CodeRedemption, models.CodePlacement, models.CodeFlat:
		c := r.byID[t.ContractID]
		compare(f, t.ID, "transfer_price", row, fmt.Sprintf("%d %s of %s", c.Price, c.Currency, models.SponsorPurse(c.BrandID)),
			fmt.Sprintf("%d %s of %s", t.Amount, t.Unit, t.Debit))
	}
}

// mirrors checks what takes transfers back or answers holds.
func (r *run) mirrors(f found[models.TransferID], all map[models.TransferID]models.Transfer) error {
	var ids []models.TransferID
	for _, t := range all {
		if t.ReversesID != nil {
			ids = append(ids, *t.ReversesID)
		}
		if t.PendingID != nil {
			ids = append(ids, *t.PendingID)
		}
	}
	was, err := r.sc.TransfersByID(ids)
	for id, t := range all {
		if t.ReversesID != nil {
			o := was[*t.ReversesID]
			compare(f, id, "transfer_reverses", transferRow(id), fmt.Sprintf("%d %s", o.Amount, o.Unit), fmt.Sprintf("%d %s", t.Amount, t.Unit))
		}
		if t.PendingID != nil {
			o := was[*t.PendingID]
			compare(f, id, "transfer_answers", transferRow(id), fmt.Sprintf("%d %s from %s", o.Amount, o.Unit, o.Credit), fmt.Sprintf("%d %s from %s", t.Amount, t.Unit, t.Debit))
		}
	}
	return err
}

// holds checks that points that are set aside until a time, and those alone, are noted.
func (r *run) holds(f found[models.TransferID], all map[models.TransferID]models.Transfer) error {
	var ids []models.TransferID
	for id, t := range all {
		if t.Credit == models.PurseHeld {
			ids = append(ids, id)
		}
	}
	if len(ids) == 0 {
		return nil
	}
	slices.Sort(ids)
	answered, err := r.sc.TransfersResolving(ids)
	if err != nil {
		return err
	}
	noted, err := r.sc.HoldsByID(ids)
	for _, id := range ids {
		_, done := answered[id]
		_, open := noted[id]
		compare(f, id, "hold", transferRow(id), fmt.Sprintf("open: %v", !done && all[id].ExpiresAt != 0), fmt.Sprintf("open: %v", open))
	}
	return err
}

// owners checks that whose points were moved has a purse.
func (r *run) owners(f found[models.TransferID], all map[models.TransferID]models.Transfer) error {
	of := map[models.MemberID]models.TransferID{} // one of each member's is enough
	for id, t := range all {
		for _, side := range []models.PurseName{t.Debit, t.Credit} {
			if m, is := side.Member(); is && (of[m] == "" || id < of[m]) {
				of[m] = id
			}
		}
	}
	members := make([]models.MemberID, 0, len(of))
	for m := range of {
		members = append(members, m)
	}
	slices.Sort(members)
	purses, err := r.sc.PursesOf(members)
	for _, m := range members {
		if _, there := purses[m]; !there {
			f.add(of[m], "purse", string(models.MemberPurse(m)), "a purse", "none")
		}
	}
	return err
}

// causes checks that what brands were charged for is there.
func (r *run) causes(f found[models.TransferID], all map[models.TransferID]models.Transfer) error {
	vouchers, err := there(f, all, models.CodeClaim, "voucher:", r.sc.VouchersThere)
	if err != nil {
		return err
	}
	vouchers()
	redemptions, err := there(f, all, models.CodeRedemption, "redemption:", r.sc.RedemptionsThere)
	if err != nil {
		return err
	}
	redemptions()
	placements, err := there(f, all, models.CodePlacement, "placement:", r.sc.PlacementsThere)
	if err != nil {
		return err
	}
	placements()
	return nil
}

// there reads the causes of a kind and returns what says which are missing.
func there[K any](f found[models.TransferID], all map[models.TransferID]models.Transfer, code, prefix string,
	read func([]models.ID[K]) (map[models.ID[K]]bool, error),
) (func(), error) {
	of := map[models.TransferID]models.ID[K]{}
	var ids []models.ID[K]
	for id, t := range all {
		var k models.ID[K]
		text, named := strings.CutPrefix(t.Ref, prefix)
		if t.Code == code && named && k.UnmarshalText([]byte(text)) == nil {
			of[id] = k
			ids = append(ids, k)
		}
	}
	rows, err := read(ids)
	return func() {
		for id, k := range of {
			if !rows[k] {
				f.add(id, "transfer_cause", transferRow(id), prefix+k.String(), "none")
			}
		}
	}, err
}
