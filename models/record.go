package models

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"fmt"

	"gorm.io/gorm/clause"
)

// RecordKind says what a record is about.
type RecordKind string

// The kinds of record. A decision carries its inputs, an order what was ordered, as Body; the others are digests of the row
// that Ref names.
const (
	RecordDecision RecordKind = "decision" // Ref: the placement that was asked for
	RecordEvent    RecordKind = "event"    // Ref: a placement event
	RecordPolicy   RecordKind = "policy"   // Ref: a revision of the rules
	RecordVeto     RecordKind = "veto"     // Ref: a veto
	RecordOrder    RecordKind = "order"    // Ref: the account; a pause, a stop or their end
)

// The verdicts of a decision.
const (
	VerdictAllow = "allow"
	VerdictHold  = "hold"
)

// Record is one link of a hash chain: what was decided or done about the sponsored posts of a group, or, with GroupID zero,
// of the whole community. Rows are only added; a row that was changed, taken out or put in shows, because each hash covers
// the one before it and the group's or community's own row has the last.
type Record struct {
	ID          ID[Record] `gorm:"primaryKey;autoIncrement:false"`
	CommunityID CommunityID
	GroupID     GroupID
	Seq         int64 // counted from 1 without gaps; unique in its chain
	Kind        RecordKind
	Ref         int64
	Verdict     string // of a decision
	Body        []byte // nil once it was thinned: the digest stays
	Digest      string // hex of the body's or the referred row's SHA-256
	Hash        string // hex
	At          Millis
}

// TableName names the table.
func (Record) TableName() string { return "records" }

// Digest is the hex SHA-256 of a record's body.
func Digest(body []byte) string {
	sum := sha256.Sum256(body)
	return hex.EncodeToString(sum[:])
}

// Seal is the hash that the record must have after one whose hash is before ("" for the first).
func (r Record) Seal(before string) string {
	b := make([]byte, 0, 256)
	b = append(b, before...)
	for _, n := range []int64{int64(r.CommunityID), int64(r.GroupID), r.Seq, r.Ref, int64(r.At)} {
		b = binary.BigEndian.AppendUint64(b, uint64(n)) //nolint:gosec // every bit counts, whatever its sign
	}
	for _, s := range []string{string(r.Kind), r.Verdict, r.Digest} {
		b = append(b, s...)
		b = append(b, 0)
	}
	return Digest(b)
}

// chain is the end of a chain, in a row that is locked.
type chain struct {
	group GroupID // zero: the community's
	hash  string
	seq   int64
}

// link puts a record at the end of the chain.
func (sc *Scope) link(c *chain, r *Record) {
	r.ID, r.CommunityID, r.GroupID, r.Seq, r.At = newID[Record](sc.Tx), sc.Community, c.group, c.seq+1, sc.Now
	if r.Digest == "" {
		r.Digest = Digest(r.Body)
	}
	r.Hash = r.Seal(c.hash)
	c.hash, c.seq = r.Hash, r.Seq
}

// record writes one record into a group's chain, or with group zero into the community's, whose row it locks.
func (sc *Scope) record(group GroupID, r Record) error {
	c := chain{group: group}
	if group == 0 {
		community, err := sc.LockCommunity()
		if err != nil {
			return err
		}
		c.hash, c.seq = community.Chain, community.ChainSeq
		sc.link(&c, &r)
		_, err = swap(sc.db.Where("id = ?", int64(sc.Community)), &Community{},
			map[string]any{"chain": c.hash, "chain_seq": c.seq}, "chain")
		if err != nil {
			return err
		}
		return insert(sc.Tx, &r, "record")
	}
	g, err := sc.LockGroup(group)
	if err != nil {
		return err
	}
	c.hash, c.seq = g.Chain, g.ChainSeq
	sc.link(&c, &r)
	if _, err = swap(sc.rows().Where("id = ?", int64(group)), &Group{}, map[string]any{"chain": c.hash, "chain_seq": c.seq}, "chain"); err != nil {
		return err
	}
	return insert(sc.Tx, &r, "record")
}

// order is the body of a [RecordOrder].
type order struct {
	What  string `json:"what"` // pause, resume, stop or start
	Until Millis `json:"until,omitempty"`
	Note  string `json:"note,omitempty"`
}

func (sc *Scope) recordOrder(group GroupID, by AccountID, o order) error {
	body, err := json.Marshal(o)
	if err != nil {
		return fmt.Errorf("write an order: %w", err)
	}
	return sc.record(group, Record{Kind: RecordOrder, Ref: int64(by), Body: body})
}

// LockCommunity reads the community and keeps every other transaction that locks it waiting until this one ends. Groups and
// offers are locked before it, never after.
func (sc *Scope) LockCommunity() (Community, error) {
	var c Community
	q := sc.db.Clauses(clause.Locking{Strength: clause.LockingStrengthUpdate}).Where("id = ?", int64(sc.Community))
	return c, one(q, &c, "community")
}

// Records lists a chain's records after a number, at most limit, in their order.
func (sc *Scope) Records(group GroupID, after int64, limit int) ([]Record, error) {
	var all []Record
	q := sc.rows().Where("group_id = ? AND seq > ?", int64(group), after).Order("seq").Limit(limit)
	return all, list(q, &all, "records")
}

// Decisions lists what was decided about a placement, the newest first, at most limit.
func (sc *Scope) Decisions(id PlacementID, limit int) ([]Record, error) {
	var all []Record
	q := sc.rows().Where("ref = ? AND kind = ?", int64(id), RecordDecision).Order("seq DESC").Limit(limit)
	return all, list(q, &all, "decisions")
}

// RowDigests are the digests that the rows which some records refer to have now, by reference; a row that is not there has
// none. All records must be of one kind.
func (sc *Scope) RowDigests(kind RecordKind, refs []int64) (map[int64]string, error) {
	digests := make(map[int64]string, len(refs))
	for len(refs) > 0 {
		n := min(len(refs), batch)
		if err := sc.rowDigests(kind, refs[:n], digests); err != nil {
			return nil, err
		}
		refs = refs[n:]
	}
	return digests, nil
}

func (sc *Scope) rowDigests(kind RecordKind, refs []int64, digests map[int64]string) error {
	q := sc.rows().Where("id IN ?", refs)
	switch kind {
	case RecordEvent:
		var all []PlacementEvent
		err := list(q, &all, "placement events")
		for _, e := range all {
			digests[int64(e.ID)] = e.digest()
		}
		return err
	case RecordPolicy:
		var all []Policy
		err := list(q, &all, "policies")
		for _, p := range all {
			digests[int64(p.ID)] = p.digest()
		}
		return err
	case RecordVeto:
		var all []Veto
		err := list(q, &all, "vetoes")
		for _, v := range all {
			digests[int64(v.ID)] = v.digest()
		}
		return err
	case RecordDecision, RecordOrder: // they carry their own body
	}
	return nil
}

// CountChained counts the placement events that happened in a group after a time: each must be in the group's chain, also
// when the placement has moved to another group since.
func (sc *Scope) CountChained(group GroupID, after Millis) (int64, error) {
	var n int64
	err := sc.db.Model(&PlacementEvent{}).
		Where("community_id = ? AND group_id = ? AND at > ?", int64(sc.Community), int64(group), int64(after)).Count(&n).Error
	return n, translate(err, "count placement events")
}
