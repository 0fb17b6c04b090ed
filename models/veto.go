package models

import "fmt"

// Veto is an organiser's no to one offer in one group, or with GroupID zero in every group. It is final: rows are only
// added.
type Veto struct {
	ID          ID[Veto] `gorm:"primaryKey;autoIncrement:false"`
	CommunityID CommunityID
	GroupID     GroupID
	OfferID     OfferID // unique with the group
	AccountID   AccountID
	Note        string
	At          Millis
}

// TableName names the table.
func (Veto) TableName() string { return "vetoes" }

func (v Veto) digest() string {
	return Digest(fmt.Appendf(nil, "%d|%d|%d|%d|%q|%d", v.CommunityID, v.GroupID, v.OfferID, v.AccountID, v.Note, v.At))
}

// AddVeto stores a veto and puts it into the group's chain, whose row it locks; it reports false if it is known.
func (sc *Scope) AddVeto(v *Veto) (bool, error) {
	v.ID, v.CommunityID, v.At = newID[Veto](sc.Tx), sc.Community, sc.Now
	fresh, err := insertOnce(sc.Tx, v, "veto", func() error {
		var known Veto
		if err := one(sc.rows().Where("offer_id = ? AND group_id = ?", int64(v.OfferID), int64(v.GroupID)), &known, "veto"); err != nil {
			return err
		}
		*v = known
		return nil
	})
	if err != nil || !fresh {
		return false, err
	}
	return true, sc.record(v.GroupID, Record{Kind: RecordVeto, Ref: int64(v.ID), Digest: v.digest()})
}

// VetoesOf lists the vetoes against some offers; against any if none is named. The newest come first.
func (sc *Scope) VetoesOf(offers ...OfferID) ([]Veto, error) {
	var all []Veto
	q := sc.rows().Order("id DESC")
	if len(offers) > 0 {
		q = q.Where("offer_id IN ?", ints(offers))
	}
	return all, list(q, &all, "vetoes")
}

// ListVetoes lists the vetoes before one (zero: from the newest on), at most limit; with an offer only those against it.
func (sc *Scope) ListVetoes(offer OfferID, before ID[Veto], limit int) ([]Veto, error) {
	var all []Veto
	q := sc.rows().Order("id DESC").Limit(limit)
	if offer != 0 {
		q = q.Where("offer_id = ?", int64(offer))
	}
	if before != 0 {
		q = q.Where("id < ?", int64(before))
	}
	return all, list(q, &all, "vetoes")
}
