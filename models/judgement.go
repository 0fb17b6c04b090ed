package models

import "time"

// Judgement is what the gate found about a claim that it did not simply let pass. In shadow mode nothing followed from it.
type Judgement struct {
	ID          ID[Judgement] `gorm:"primaryKey;autoIncrement:false"`
	CommunityID CommunityID
	MemberID    MemberID
	OfferID     OfferID
	Verdict     string // hold or deny; allow, when something could not be found out
	Reasons     string // codes, the weightiest first, with blanks between
	Score       int
	Shadow      bool
	Hour        int64 // since 1970; unique with member, offer and verdict: asking again and again is one judgement
	At          Millis
}

// TableName names the table.
func (Judgement) TableName() string { return "judgements" }

// AddJudgement stores a judgement; it reports false if it is one of this hour's already.
func (sc *Scope) AddJudgement(j *Judgement) (bool, error) {
	j.ID, j.CommunityID, j.At, j.Hour = newID[Judgement](sc.Tx), sc.Community, sc.Now, int64(sc.Now)/time.Hour.Milliseconds()
	return insertOnce(sc.Tx, j, "judgement", func() error {
		var known Judgement
		return one(sc.rows().Where("member_id = ? AND offer_id = ? AND verdict = ? AND hour = ?", int64(j.MemberID), int64(j.OfferID),
			j.Verdict, j.Hour), &known, "judgement")
	})
}

// LatestJudgement finds what was last held or denied of a person's claim of an offer, under any of her ids; not_found if nothing
// was. What was only noted does not count.
func (sc *Scope) LatestJudgement(ids []MemberID, offer OfferID) (Judgement, error) {
	var j Judgement
	q := sc.rows().Where("member_id IN ? AND offer_id = ? AND verdict <> ? AND shadow = ?", ints(ids), int64(offer), "allow", false).
		Order("id DESC")
	return j, one(q, &j, "judgement")
}

// JudgementCount is how often one verdict was given for one set of reasons.
type JudgementCount struct {
	Verdict string
	Reasons string
	Shadow  bool
	N       int
}

// CountJudgements counts the judgements from a time on.
func (sc *Scope) CountJudgements(since Millis) ([]JudgementCount, error) {
	var all []JudgementCount
	err := sc.rows().Model(&Judgement{}).Select("verdict, reasons, shadow, COUNT(*) AS n").Where("at >= ?", int64(since)).
		Group("verdict, reasons, shadow").Order("n DESC, verdict, reasons").Scan(&all).Error
	return all, translate(err, "count judgements")
}
