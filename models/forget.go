package models

// ForgetReturns erases what is known of a person's coming back: her days, answers, reviews, reminders and who brought whom.
// Her awards stay, as numbers without a text: the ledger is their sum.
func (sc *Scope) ForgetReturns(member MemberID) error {
	ids, err := sc.Cluster(member)
	if err != nil {
		return err
	}
	for _, t := range []any{&CheckIn{}, &QuestAnswer{}, &Review{}, &Reminder{}, &Referral{}, &Referrer{}} {
		if err := sc.rows().Where("member_id IN ?", ints(ids)).Delete(t).Error; err != nil {
			return translate(err, "forget returns")
		}
	}
	if err := sc.rows().Where("referrer_id IN ?", ints(ids)).Delete(&Referral{}).Error; err != nil {
		return translate(err, "forget referrals")
	}
	err = sc.rows().Model(&Award{}).Where("member_id IN ? AND note <> ?", ints(ids), "").Update("note", "").Error
	return translate(err, "forget awards")
}

// repointReturns makes what brought one person back another's, when the two turn out to be one.
func (sc *Scope) repointReturns(from, to MemberID) error {
	for _, repoint := range []func(from, to MemberID) error{sc.repointCheckIns, sc.repointAnswers, sc.repointAwards, sc.repointReferrals} {
		if err := repoint(from, to); err != nil {
			return err
		}
	}
	for _, t := range []any{&Review{}, &Reminder{}} {
		err := sc.rows().Model(t).Where("member_id = ?", int64(from)).Update("member_id", int64(to)).Error
		if err != nil {
			return translate(err, "merge members")
		}
	}
	return nil
}
