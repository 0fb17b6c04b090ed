package models

import "database/sql"

// voucherAll are all columns of a voucher, in the order in which vouchersInto takes them.
const voucherAll = voucherColumns + voucherLater

// vouchersInto takes rows of [voucherAll] into a slice. It does what gorm would, for the rows that a batch of claims reads by the
// hundred.
func vouchersInto(all *[]Voucher) func(*sql.Rows) error {
	return func(rows *sql.Rows) error {
		var n [22]int64
		var household, seq sql.NullInt64
		var v Voucher
		var state string
		into := []any{&n[0], &n[1], &n[2], &n[3], &n[4], &n[5], &v.ClaimKey, &v.CodeRef, &v.CodeProof, &state, &n[6], &n[7],
			&n[8], &n[9], &n[10], &n[11], &n[12], &n[13], &n[14], &n[15], &household, &seq, &n[16],
			&n[17], &v.ReserveToken, &n[18], &v.VoidReason, &n[19], &n[20], &n[21]}
		for rows.Next() {
			v.CodeRef, v.CodeProof = nil, nil
			if err := rows.Scan(into...); err != nil {
				return err
			}
			v.ID, v.CommunityID, v.OfferID, v.BrandID = VoucherID(n[0]), CommunityID(n[1]), OfferID(n[2]), BrandID(n[3])
			v.MemberID, v.Seq, v.State, v.ValidTo = MemberID(n[4]), int(n[5]), VoucherState(state), Millis(n[6])
			v.GroupID, v.PlacementID, v.IssuedAt, v.RedeemedAt = GroupID(n[7]), PlacementID(n[8]), Millis(n[9]), Millis(n[10])
			v.Ver, v.TermsID, v.ValidFrom, v.Units, v.Used = int(n[11]), TermsID(n[12]), Millis(n[13]), int(n[14]), int(n[15])
			v.HouseholdID, v.HouseholdSeq = nil, nil
			if household.Valid {
				id := HouseholdID(household.Int64)
				v.HouseholdID = &id
			}
			if seq.Valid {
				of := int(seq.Int64)
				v.HouseholdSeq = &of
			}
			v.ReservedBy, v.ReservedUntil, v.VoidedAt = AccountID(n[16]), Millis(n[17]), Millis(n[18])
			v.StockReturned, v.Cycles, v.QRWindow = n[19] != 0, int(n[20]), n[21]
			*all = append(*all, v)
		}
		return nil
	}
}
