package models

// AppealState is where an appeal stands.
type AppealState string

// The states of an appeal.
const (
	AppealOpen      AppealState = "open"
	AppealUpheld    AppealState = "upheld"    // the gate was wrong: she may claim
	AppealDismissed AppealState = "dismissed" // it was right
)

// Appeal is a member's word against what the gate did with her claim (申诉), and what the organiser decided.
type Appeal struct {
	ID          AppealID `gorm:"primaryKey;autoIncrement:false"`
	CommunityID CommunityID
	MemberID    MemberID
	OfferID     OfferID
	Reasons     string // of the judgement it is about
	Body        string // in her words; may be empty
	State       AppealState
	Live        *int   // 1 while open: one person has one open appeal about an offer
	CreatedAt   Millis `gorm:"autoCreateTime:false"`
	DecidedBy   AccountID
	DecidedAt   Millis
	Note        string // of who decided
	Until       Millis // upheld: the gate lets her pass until then
}

// TableName names the table.
func (Appeal) TableName() string { return "appeals" }

// AddAppeal stores an appeal; if she has an open one about the offer it reports false and fills in that one.
func (sc *Scope) AddAppeal(a *Appeal) (bool, error) {
	live := 1
	a.ID, a.CommunityID, a.CreatedAt, a.State, a.Live = newID[Appeal](sc.Tx), sc.Community, sc.Now, AppealOpen, &live
	return insertOnce(sc.Tx, a, "appeal", func() error {
		var known Appeal
		err := one(sc.rows().Where("member_id = ? AND offer_id = ? AND live = 1", int64(a.MemberID), int64(a.OfferID)), &known, "appeal")
		if err == nil {
			*a = known
		}
		return err
	})
}

// Appeal returns one appeal.
func (sc *Scope) Appeal(id AppealID) (Appeal, error) {
	var a Appeal
	err := one(sc.rows().Where("id = ?", int64(id)), &a, "appeal")
	if IsKind(err, NotFound) {
		return a, Errorf(NotFound, "appeal_not_found", "no such appeal")
	}
	return a, err
}

// Appeals lists the appeals in a state before an id (zero: from the newest), newest first, at most limit.
func (sc *Scope) Appeals(state AppealState, before AppealID, limit int) ([]Appeal, error) {
	q := sc.rows().Where("state = ?", state).Order("id DESC").Limit(limit)
	if before != 0 {
		q = q.Where("id < ?", int64(before))
	}
	var all []Appeal
	return all, list(q, &all, "appeals")
}

// AppealsOf lists a person's appeals, under all her ids, newest first.
func (sc *Scope) AppealsOf(ids []MemberID) ([]Appeal, error) {
	var all []Appeal
	return all, list(sc.rows().Where("member_id IN ?", ints(ids)).Order("id DESC").Limit(100), &all, "appeals")
}

// DecideAppeal ends an open appeal; it reports false if it was decided before.
func (sc *Scope) DecideAppeal(id AppealID, to AppealState, by AccountID, note string, until Millis) (bool, error) {
	q := sc.rows().Where("id = ? AND state = ?", int64(id), AppealOpen)
	return swap(q, &Appeal{}, map[string]any{"state": to, "live": nil, "decided_by": int64(by), "decided_at": int64(sc.Now), "note": note,
		"until": int64(until)}, "appeal")
}

// CountAppeals counts the appeals made from a time on, by state.
func (sc *Scope) CountAppeals(since Millis) (map[AppealState]int, error) {
	var rows []struct {
		State AppealState
		N     int
	}
	err := sc.rows().Model(&Appeal{}).Select("state, COUNT(*) AS n").Where("created_at >= ?", int64(since)).Group("state").Scan(&rows).Error
	counts := map[AppealState]int{}
	for _, r := range rows {
		counts[r.State] = r.N
	}
	return counts, translate(err, "count appeals")
}

// CountVouchersSince counts the vouchers that were claimed from a time on.
func (sc *Scope) CountVouchersSince(since Millis) (int64, error) {
	var n int64
	err := sc.rows().Model(&Voucher{}).Where("issued_at >= ?", int64(since)).Count(&n).Error
	return n, translate(err, "count vouchers")
}

// repointAppeals gives a person's appeals to who she is now. Of two open ones about an offer the older goes on.
func (sc *Scope) repointAppeals(from, to MemberID) error {
	var open []Appeal
	err := list(sc.rows().Where("member_id IN ? AND live = 1", []int64{int64(from), int64(to)}).Order("id"), &open, "appeals")
	if err != nil {
		return err
	}
	seen := map[OfferID]bool{}
	for _, a := range open {
		if !seen[a.OfferID] {
			seen[a.OfferID] = true
			continue
		}
		_, err := sc.DecideAppeal(a.ID, AppealDismissed, 0, "the same person has another one", 0)
		if err != nil {
			return err
		}
	}
	err = sc.rows().Model(&Appeal{}).Where("member_id = ?", int64(from)).Update("member_id", int64(to)).Error
	return translate(err, "merge appeals")
}

// ForgetRisk erases what a person wrote in appeals, and what WeChat thought of her.
func (sc *Scope) ForgetRisk(ids []MemberID) error {
	err := sc.rows().Model(&Appeal{}).Where("member_id IN ?", ints(ids)).Update("body", "").Error
	if err != nil {
		return translate(err, "forget appeals")
	}
	return translate(sc.rows().Where("member_id IN ?", ints(ids)).Delete(&RiskRank{}).Error, "forget risk ranks")
}

// ReleaseHeld makes a person's vouchers of an offer good as early as their terms say: the gate had put it off.
func (sc *Scope) ReleaseHeld(ids []MemberID, offer OfferID) error {
	r := sc.db.Exec("UPDATE vouchers SET valid_from = (SELECT t.redeem_from FROM terms t WHERE t.id = vouchers.terms_id) "+
		"WHERE community_id = ? AND member_id IN ? AND offer_id = ? AND state = ? AND valid_from > ? "+
		"AND EXISTS (SELECT 1 FROM terms t WHERE t.id = vouchers.terms_id AND t.redeem_from < vouchers.valid_from)",
		int64(sc.Community), ints(ids), int64(offer), VoucherIssued, int64(sc.Now))
	return translate(r.Error, "release vouchers")
}
