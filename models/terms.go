package models

import (
	"encoding/json"
	"time"
)

// VoucherUnit is what a voucher counts.
type VoucherUnit string

// The units of a voucher.
const (
	UnitUse VoucherUnit = "use" // so many uses; one for a plain voucher
	UnitFen VoucherUnit = "fen" // an amount in minor units of the currency, used up bit by bit
)

// Terms are one revision of what an offer promises. A voucher keeps those it was claimed under: revisions are only added, and one
// that somebody may have claimed under never changes.
type Terms struct {
	ID             TermsID `gorm:"primaryKey;autoIncrement:false"`
	CommunityID    CommunityID
	OfferID        OfferID
	Number         int // counted from 1; unique with the offer
	Title          string
	Body           string
	ValueFen       int64  // what a voucher is worth, in minor units of Currency
	Currency       string // ISO 4217
	Unit           VoucherUnit
	Units          int   // how many a voucher holds
	MinSpendFen    int64 // the bill must be so large; zero: any. The till looks, Siyu cannot.
	RedeemFrom     Millis
	RedeemBy       Millis
	DaysAfterClaim int      // good until the end of so many local days after the claim's, never after RedeemBy; zero: RedeemBy alone
	Blackout       Blackout // when a voucher cannot be used, as the shop's clocks show
	ShopIDs        Strings  // where it can be used; empty: in every shop of the brand
	PerMember      int
	PerHousehold   int // zero: no limit
	CreatedBy      AccountID
	CreatedAt      Millis `gorm:"autoCreateTime:false"`
}

// TableName names the table.
func (Terms) TableName() string { return "terms" }

// BlackoutSpan is one span of the week. It begins on each of its days.
type BlackoutSpan struct {
	Days []int `json:"days"` // 0 is Sunday
	From int   `json:"from"` // minutes after midnight, 0..1439
	To   int   `json:"to"`   // minutes after midnight, 1..1440; not after From: it ends on the next day
}

// Blackout is a list of spans in one column.
type Blackout string

// List reads the spans.
func (b Blackout) List() []BlackoutSpan {
	var all []BlackoutSpan
	if b != "" && json.Unmarshal([]byte(b), &all) != nil {
		return nil
	}
	return all
}

// BlackoutOf writes spans into one column.
func BlackoutOf(all []BlackoutSpan) Blackout {
	text, err := json.Marshal(all)
	if err != nil || len(all) == 0 { // numbers always marshal
		return "[]"
	}
	return Blackout(text)
}

// Shops lists where a voucher can be used; none means everywhere.
func (t Terms) Shops() []ShopID { return idList[Shop](t.ShopIDs) }

// AudienceGroups lists the groups whose members may claim; none unless the audience is groups.
func (o Offer) AudienceGroups() []GroupID {
	if o.Audience != ForGroups {
		return nil
	}
	return idList[Group](o.AudienceIDs)
}

// AudienceTags lists the tags one of which a member must have to claim; none unless the audience is a tag.
func (o Offer) AudienceTags() []TagID {
	if o.Audience != ForTag {
		return nil
	}
	return idList[Tag](o.AudienceIDs)
}

func idList[T any](s Strings) []ID[T] {
	texts := s.List()
	all := make([]ID[T], 0, len(texts))
	for _, text := range texts {
		var id ID[T]
		if id.UnmarshalText([]byte(text)) == nil && id != 0 {
			all = append(all, id)
		}
	}
	return all
}

// Validity is from when (zero: at once) and until when, exclusively, a voucher is good that is claimed at a time, where a day
// begins as the zone's clocks show it. The days after the claim count from when the voucher can be used, if that is later.
func (t Terms) Validity(claimed Millis, zone *time.Location) (from, to Millis) {
	from, to = t.RedeemFrom, t.RedeemBy
	if t.DaysAfterClaim <= 0 {
		return from, to
	}
	y, m, d := max(claimed, from).Time().In(zone).Date()
	return from, min(to, MillisOf(dayBegins(y, m, d+t.DaysAfterClaim+1, zone)))
}

// dayBegins is the first moment of a local day, also where clocks change at midnight: then it has none, or two. They change on
// the quarter of an hour, by three hours at most.
func dayBegins(y int, m time.Month, d int, zone *time.Location) time.Time {
	day := time.Date(y, m, d, 12, 0, 0, 0, zone).Day()
	t := time.Date(y, m, d, 0, 0, 0, 0, zone).Add(-3 * time.Hour)
	for t.Day() != day {
		t = t.Add(15 * time.Minute)
	}
	return t
}

// AddTerms stores the next revision of an offer's terms, with its words in other languages, and fills its id and number. The
// offer's row is locked by whoever may race.
func (sc *Scope) AddTerms(t *Terms, words []Creative) error {
	var newest []Terms
	if err := list(sc.rows().Where("offer_id = ?", int64(t.OfferID)).Order("number DESC").Limit(1), &newest, "terms"); err != nil {
		return err
	}
	t.ID, t.CommunityID, t.CreatedAt, t.Number = newID[Terms](sc.Tx), sc.Community, sc.Now, 1
	if len(newest) > 0 {
		t.Number = newest[0].Number + 1
	}
	if t.Blackout == "" {
		t.Blackout = "[]"
	}
	if t.ShopIDs == "" {
		t.ShopIDs = "[]"
	}
	if err := insert(sc.Tx, t, "terms"); err != nil {
		return err
	}
	for i := range words {
		words[i].ID, words[i].CommunityID, words[i].OfferID, words[i].TermsID = newID[Creative](sc.Tx), sc.Community, t.OfferID, t.ID
		if err := insert(sc.Tx, &words[i], "creative"); err != nil {
			return err
		}
	}
	return nil
}

// Terms returns one revision of some offer's terms.
func (sc *Scope) Terms(id TermsID) (Terms, error) {
	var t Terms
	return t, one(sc.rows().Where("id = ?", int64(id)), &t, "terms")
}

// TermsByID reads some revisions; one that is not there is left out.
func (sc *Scope) TermsByID(ids []TermsID) (map[TermsID]Terms, error) {
	found := make(map[TermsID]Terms, len(ids))
	err := inBatches(ids, func(some []TermsID) error {
		var part []Terms
		err := list(sc.rows().Where("id IN ?", ints(some)), &part, "terms")
		for _, t := range part {
			found[t.ID] = t
		}
		return err
	})
	return found, err
}

// TermsOf lists the revisions of an offer's terms, oldest first.
func (sc *Scope) TermsOf(offer OfferID) ([]Terms, error) {
	var all []Terms
	return all, list(sc.rows().Where("offer_id = ?", int64(offer)).Order("number"), &all, "terms")
}

// DropTerms removes a revision that was never in force, with its words.
func (sc *Scope) DropTerms(id TermsID) error {
	if err := sc.rows().Where("terms_id = ?", int64(id)).Delete(&Creative{}).Error; err != nil {
		return translate(err, "drop creatives")
	}
	return translate(sc.rows().Where("id = ?", int64(id)).Delete(&Terms{}).Error, "drop terms")
}
