package models

import (
	"slices"
	"strings"

	"gorm.io/gorm/clause"
)

// OfferState is where an offer stands.
type OfferState string

// The states of an offer: draft → submitted → approved → done, or declined by the organiser, or withdrawn by either. That one
// is sold out or over follows from its stock and its times and is never stored.
const (
	OfferDraft     OfferState = "draft"
	OfferSubmitted OfferState = "submitted"
	OfferApproved  OfferState = "approved"
	OfferDeclined  OfferState = "declined"
	OfferDone      OfferState = "done"
	OfferWithdrawn OfferState = "withdrawn"
)

// Audience says who may claim an offer.
type Audience string

// The audiences.
const (
	ForAll    Audience = "all"
	ForGroups Audience = "groups" // members of some groups
	ForTag    Audience = "tag"    // members who have one of some tags
)

// Offer is what a brand publishes and members claim. Stock counts vouchers; Claimed never exceeds it.
type Offer struct {
	ID            OfferID `gorm:"primaryKey;autoIncrement:false"`
	CommunityID   CommunityID
	BrandID       BrandID
	State         OfferState
	Title         string
	Body          string // the copy of the post; it carries the advertising label
	ValueFen      int64  // what a voucher is worth, in minor units of Currency
	Currency      string // ISO 4217
	Stock         int
	Claimed       int
	Promised      int    // of the stock, to who waited longest; others may not claim it
	Waiting       int    // people in the waiting list, without those who are promised one
	PerMember     int    // vouchers one person may hold
	StartsAt      Millis // posts and claims
	EndsAt        Millis
	RedeemBy      Millis // vouchers are good until then
	SubmittedAt   Millis
	DecidedBy     AccountID
	DecidedAt     Millis
	DeclineReason string
	Category      string // what it is about, one word the community agrees on; empty: nothing in particular
	Priority      int    // among the offers of its brand the higher goes first
	TargetReach   int    // members its posts are to reach in all, each post counted; zero: as many as it gets
	AdLabel       string // the word in front of the post that says it is advertising

	TermsID        TermsID // what is promised to who claims now; Title, Body, ValueFen and the like say the same
	PerHousehold   int     // vouchers one household may hold; zero: no limit
	Audience       Audience
	AudienceIDs    Strings // ids of the groups or tags
	ChangeID       TermsID // terms that wait for the organiser; zero: none do
	ChangeNote     string  // why the last change was declined
	Rev            int     // grows by one with every edit
	WithdrawnAt    Millis
	WithdrawnBy    AccountID
	WithdrawReason string
	CreatedAt      Millis `gorm:"autoCreateTime:false"`
}

// TableName names the table.
func (Offer) TableName() string { return "offers" }

// Left is how many vouchers anybody may claim: who waits, and who is promised one, come before.
func (o Offer) Left() int { return max(0, o.Stock-o.Claimed-o.Promised-o.Waiting) }

// SoldOut reports whether nothing is left that anybody may claim. A draft that does not say yet how many there are is not.
func (o Offer) SoldOut() bool { return o.Stock > 0 && o.Left() == 0 }

// AdLabels are the words that say clearly that a post is advertising, the usual one first. (Rules for advertising on the
// Internet, in force in China since 2023-05-01: what sells must be marked.)
func AdLabels() []string { return []string{"广告", "廣告", "Ad", "Advertisement", "Sponsored"} }

// Labelled reports whether the offer's posts say that they are advertising.
func (o Offer) Labelled() bool { return slices.Contains(AdLabels(), o.AdLabel) }

// PostTitle is the title with the label in front, and without one that the brand has put there itself.
func (o Offer) PostTitle() string {
	if o.AdLabel == "" {
		return o.Title
	}
	return "【" + o.AdLabel + "】" + o.bareTitle()
}

// PostText is the copy of the offer's post.
func (o Offer) PostText(brand Brand) string {
	if o.AdLabel == "" {
		return brand.Name + "：" + o.Title + "\n" + o.Body
	}
	return "【" + o.AdLabel + "】" + brand.Name + "：" + o.bareTitle() + "\n" + o.Body
}

// bareTitle is the title without a bracketed label in front; a title that is nothing else stays.
func (o Offer) bareTitle() string {
	for _, label := range AdLabels() {
		for _, marked := range []string{"【" + label + "】", "[" + label + "]", "（" + label + "）", "(" + label + ")"} {
			if rest, had := strings.CutPrefix(o.Title, marked); had && strings.TrimSpace(rest) != "" {
				return strings.TrimSpace(rest)
			}
		}
	}
	return o.Title
}

// InsertOffer stores a new offer under terms that say no more than itself, and fills its id. One without a label has the usual
// one.
func (sc *Scope) InsertOffer(o *Offer) error {
	t := o.plainTerms()
	return sc.InsertOfferUnder(o, &t, nil)
}

// InsertOfferUnder stores a new offer, its first terms and their words in other languages, and fills the ids.
func (sc *Scope) InsertOfferUnder(o *Offer, t *Terms, words []Creative) error {
	if o.AdLabel == "" {
		o.AdLabel = AdLabels()[0]
	}
	if o.Audience == "" {
		o.Audience = ForAll
	}
	o.ID, o.CommunityID, o.CreatedAt, o.Rev = newID[Offer](sc.Tx), sc.Community, sc.Now, 1
	t.OfferID = o.ID
	if err := sc.AddTerms(t, words); err != nil {
		return err
	}
	o.TermsID = t.ID
	return insert(sc.Tx, o, "offer")
}

// plainTerms promises what the offer's own columns say and nothing else.
func (o Offer) plainTerms() Terms {
	return Terms{Title: o.Title, Body: o.Body, ValueFen: o.ValueFen, Currency: o.Currency, Unit: UnitUse, Units: 1,
		RedeemBy: o.RedeemBy, PerMember: o.PerMember, PerHousehold: o.PerHousehold}
}

// Offer returns one offer of the community.
func (sc *Scope) Offer(id OfferID) (Offer, error) {
	var o Offer
	err := one(sc.rows().Where("id = ?", int64(id)), &o, "offer")
	if IsKind(err, NotFound) {
		return o, Errorf(NotFound, "offer_not_found", "no such offer")
	}
	return o, err
}

// OffersByID reads some offers; one that is not there is left out. With lock, every other transaction that locks or changes
// one of them waits until this one ends; groups are locked before offers, never after.
func (sc *Scope) OffersByID(ids []OfferID, lock bool) (map[OfferID]Offer, error) {
	found := make(map[OfferID]Offer, len(ids))
	err := inBatches(ids, func(some []OfferID) error {
		var part []Offer
		q := sc.rows().Where("id IN ?", ints(some)).Order("id")
		if lock {
			q = q.Clauses(clause.Locking{Strength: clause.LockingStrengthUpdate})
		}
		err := list(q, &part, "offers")
		for _, o := range part {
			found[o.ID] = o
		}
		return err
	})
	return found, err
}

// OffersIn lists the community's offers in any of the states, oldest first; all if none is named.
func (sc *Scope) OffersIn(states ...OfferState) ([]Offer, error) {
	var all []Offer
	q := sc.rows().Order("id")
	if len(states) > 0 {
		q = q.Where("state IN ?", states)
	}
	return all, list(q, &all, "offers")
}

// MoveOffer takes an offer from one state to another and reports false if it was not in from. who and reason are
// kept when an organiser decides.
func (sc *Scope) MoveOffer(id OfferID, from, to OfferState, who AccountID, reason string) (bool, error) {
	set := map[string]any{"state": to}
	switch to {
	case OfferSubmitted:
		set["submitted_at"] = int64(sc.Now)
	case OfferApproved, OfferDeclined:
		set["decided_at"], set["decided_by"], set["decline_reason"] = int64(sc.Now), int64(who), reason
	case OfferDraft, OfferDone, OfferWithdrawn:
	}
	return swap(sc.rows().Where("id = ? AND state = ?", int64(id), from), &Offer{}, set, "offer")
}

// TakeStock takes one voucher from an offer's stock; it reports false when none is left.
func (sc *Scope) TakeStock(id OfferID) (bool, error) {
	r := sc.db.Exec("UPDATE offers SET claimed = claimed + 1 WHERE community_id = ? AND id = ? AND claimed < stock",
		int64(sc.Community), int64(id))
	return r.RowsAffected == 1, translate(r.Error, "take stock")
}
