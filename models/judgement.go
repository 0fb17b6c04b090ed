package models

import (
	"cmp"
	"slices"
	"time"

	"gorm.io/gorm/clause"
)

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

// AddJudgements stores judgements of people who are who they are now; one of this hour's already is left as it is.
func (sc *Scope) AddJudgements(all []Judgement) error {
	for i := range all {
		j := &all[i]
		j.ID, j.CommunityID, j.At, j.Hour = newID[Judgement](sc.Tx), sc.Community, sc.Now, int64(sc.Now)/time.Hour.Milliseconds()
	}
	slices.SortFunc(all, func(a, b Judgement) int { // as everybody who writes several: nobody waits for each other
		return cmp.Or(cmp.Compare(a.MemberID, b.MemberID), cmp.Compare(a.OfferID, b.OfferID), cmp.Compare(a.Verdict, b.Verdict))
	})
	for some := range slices.Chunk(all, batch) {
		if err := sc.db.Clauses(clause.OnConflict{DoNothing: true}).Create(&some).Error; err != nil {
			return translate(err, "insert judgements")
		}
	}
	return nil
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
