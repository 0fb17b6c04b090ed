package models

import (
	"slices"

	"gorm.io/gorm/clause"
)

// Member is a person (成员), however many identities she has. When two turn out to be one, the younger points to the
// older; nothing she did is lost.
type Member struct {
	ID          MemberID `gorm:"primaryKey;autoIncrement:false"`
	CommunityID CommunityID
	MergedInto  MemberID // zero for a person of her own
	CreatedAt   Millis   `gorm:"autoCreateTime:false"`
}

// TableName names the table.
func (Member) TableName() string { return "members" }

// IdentityKind is what sort of name WeChat gave.
type IdentityKind string

// The kinds of identity. A person has at most one name of a kind in a scope.
const (
	OpenID         IdentityKind = "openid"          // scope: appid
	UnionID        IdentityKind = "unionid"         // scope: ""
	ExternalUserID IdentityKind = "external_userid" // scope: corpid
	GroupOpenID    IdentityKind = "group_openid"    // scope: opengid
)

// Identity is one name of a person.
type Identity struct {
	ID          ID[Identity] `gorm:"primaryKey;autoIncrement:false"`
	CommunityID CommunityID
	Kind        IdentityKind
	Scope       string
	Value       string
	MemberID    MemberID
	Lang        string // the language she reads: zh-Hans, zh-Hant or en; empty: not known
	CreatedAt   Millis `gorm:"autoCreateTime:false"`
}

// TableName names the table.
func (Identity) TableName() string { return "identities" }

// Name is an identity as WeChat tells it.
type Name struct {
	Kind  IdentityKind
	Scope string
	Value string
}

// Identify returns the person who has all these names, seen together. Unknown names are added to her; nobody known
// makes a new person; several people become the oldest of them. Names that contradict what is known (a second openid in
// one app, a second unionid) are not believed: nobody is merged over them and nothing is added, and the person of the
// first known name is returned.
func (sc *Scope) Identify(names ...Name) (MemberID, error) {
	names = slices.DeleteFunc(slices.Clone(names), func(n Name) bool { return n.Value == "" })
	if len(names) == 0 {
		return 0, Errorf(Invalid, "no_identity", "nobody is named")
	}
	known, err := sc.identitiesOf(names)
	if err != nil {
		return 0, err
	}
	var people []MemberID
	for _, id := range known {
		if id.MemberID != 0 && !slices.Contains(people, id.MemberID) {
			people = append(people, id.MemberID)
		}
	}
	var person MemberID
	switch len(people) {
	case 0:
		m := Member{ID: newID[Member](sc.Tx), CommunityID: sc.Community, CreatedAt: sc.Now}
		if err := insert(sc.Tx, &m, "member"); err != nil {
			return 0, err
		}
		person = m.ID
	case 1:
		person = people[0]
	default:
		person, err = sc.merge(people)
		if err != nil {
			return 0, err
		}
	}
	return person, sc.attach(person, names, known)
}

// identitiesOf reads the names in their order; an unknown one has no member. The rows are locked, so two
// transactions that see the same person for the first time agree on her.
func (sc *Scope) identitiesOf(names []Name) ([]Identity, error) {
	known := make([]Identity, len(names))
	for i, n := range names {
		q := sc.rows().Clauses(clause.Locking{Strength: clause.LockingStrengthUpdate}).
			Where("kind = ? AND scope = ? AND value = ?", n.Kind, n.Scope, n.Value)
		err := one(q, &known[i], "identity")
		if err != nil && !IsKind(err, NotFound) {
			return nil, err
		}
	}
	return known, nil
}

// attach gives person the names nobody has. A name that another transaction took meanwhile makes this one run again.
func (sc *Scope) attach(person MemberID, names []Name, known []Identity) error {
	has, err := sc.IdentitiesOf(person)
	if err != nil {
		return err
	}
	for i, n := range names {
		if known[i].MemberID != 0 || contradicts(has, n) {
			continue
		}
		row := Identity{ID: newID[Identity](sc.Tx), CommunityID: sc.Community, Kind: n.Kind, Scope: n.Scope,
			Value: n.Value, MemberID: person, CreatedAt: sc.Now}
		if err := insert(sc.Tx, &row, "identity"); err != nil {
			if IsDuplicate(err) {
				return errIDCollision
			}
			return err
		}
		has = append(has, row)
	}
	return nil
}

// contradicts reports whether a person with these names cannot have n as well.
func contradicts(has []Identity, n Name) bool {
	return slices.ContainsFunc(has, func(i Identity) bool {
		return i.Kind == n.Kind && i.Scope == n.Scope && i.Value != n.Value
	})
}

// merge makes several people one: the oldest. Touches keep their identity and change only the derived person.
func (sc *Scope) merge(people []MemberID) (MemberID, error) {
	// Who writes a touch or a claim holds her person's lock; from here on she waits, and then finds who she is now.
	for _, p := range slices.Sorted(slices.Values(people)) {
		if err := sc.LockMember(p); err != nil {
			return 0, err
		}
	}
	var all []Identity
	err := list(sc.rows().Where("member_id IN ?", ints(people)).Order("id"), &all, "identities")
	if err != nil {
		return 0, err
	}
	for _, i := range all {
		if contradicts(all, Name{Kind: i.Kind, Scope: i.Scope, Value: i.Value}) {
			return people[0], nil
		}
	}
	oldest := slices.Min(people)
	for _, p := range people {
		if p == oldest {
			continue
		}
		if err := sc.repoint(p, oldest); err != nil {
			return 0, err
		}
	}
	return oldest, sc.markDirty(oldest)
}

func (sc *Scope) repoint(from, to MemberID) error {
	// The mark goes first: a refresh that holds it is waited for, and none starts on somebody who is about to vanish.
	for _, t := range []any{&journeyDirty{}, &Journey{}} {
		if err := sc.rows().Where("member_id = ?", int64(from)).Delete(t).Error; err != nil {
			return translate(err, "merge members")
		}
	}
	for _, t := range []any{&Identity{}, &Touch{}, &GroupMember{}} {
		err := sc.rows().Model(t).Where("member_id = ?", int64(from)).Update("member_id", int64(to)).Error
		if err != nil {
			return translate(err, "merge members")
		}
	}
	for _, repoint := range []func(from, to MemberID) error{sc.repointTags, sc.repointRecipients, sc.repointRefusals, sc.repointSightings, sc.repointReturns, sc.repointPurse, sc.repointGate} {
		if err := repoint(from, to); err != nil {
			return err
		}
	}
	err := sc.rows().Model(&Member{}).Where("id = ? OR merged_into = ?", int64(from), int64(from)).
		Update("merged_into", int64(to)).Error
	return translate(err, "merge members")
}

// Member returns one member of the community.
func (sc *Scope) Member(id MemberID) (Member, error) {
	var m Member
	return m, one(sc.rows().Where("id = ?", int64(id)), &m, "member")
}

// Canonical returns the person a member is now, after merges.
func (sc *Scope) Canonical(id MemberID) (MemberID, error) {
	var m Member
	if err := one(sc.rows().Where("id = ?", int64(id)), &m, "member"); err != nil {
		return 0, err
	}
	if m.MergedInto != 0 {
		return m.MergedInto, nil
	}
	return m.ID, nil
}

// Cluster returns every member id that is this person: her own first, then those merged into her.
func (sc *Scope) Cluster(id MemberID) ([]MemberID, error) {
	canonical, err := sc.Canonical(id)
	if err != nil {
		return nil, err
	}
	var merged []Member
	if err := list(sc.rows().Where("merged_into = ?", int64(canonical)).Order("id"), &merged, "members"); err != nil {
		return nil, err
	}
	all := []MemberID{canonical}
	for _, m := range merged {
		all = append(all, m.ID)
	}
	return all, nil
}

// LockMember keeps every other transaction that locks this person waiting until this one ends.
func (sc *Scope) LockMember(id MemberID) error {
	var m Member
	q := sc.rows().Clauses(clause.Locking{Strength: clause.LockingStrengthUpdate}).Where("id = ?", int64(id))
	return one(q, &m, "member")
}

// LockPerson locks the person a member is and returns all her ids, the one she is now first. What one person causes
// happens one after the other, so her limits hold over all her identities; and who she is is read again under the lock,
// because she may have turned out to be somebody else while we waited.
func (sc *Scope) LockPerson(member MemberID) ([]MemberID, error) {
	person, err := sc.Canonical(member)
	if err != nil {
		return nil, err
	}
	for {
		if err := sc.LockMember(person); err != nil {
			return nil, err
		}
		ids, err := sc.Cluster(member)
		if err != nil || ids[0] == person {
			return ids, err
		}
		person = ids[0] // merges only ever lead to an older id, so this ends
	}
}

// IdentitiesOf lists the names of a person, oldest first.
func (sc *Scope) IdentitiesOf(id MemberID) ([]Identity, error) {
	var all []Identity
	return all, list(sc.rows().Where("member_id = ?", int64(id)).Order("id"), &all, "identities")
}

// SetLang stores the language of whoever has a name.
func (sc *Scope) SetLang(n Name, lang string) error {
	q := sc.rows().Where("kind = ? AND scope = ? AND value = ? AND lang <> ?", n.Kind, n.Scope, n.Value, lang)
	_, err := swap(q, &Identity{}, map[string]any{"lang": lang}, "language")
	return err
}

// LangOf returns the language of whoever has a name, or "" if nobody knows.
func (sc *Scope) LangOf(n Name) (string, error) {
	var i Identity
	err := one(sc.rows().Select("lang").Where("kind = ? AND scope = ? AND value = ?", n.Kind, n.Scope, n.Value), &i, "language")
	if IsKind(err, NotFound) {
		return "", nil
	}
	return i.Lang, err
}

// CountMembers counts the people of the community.
func (sc *Scope) CountMembers() (int64, error) {
	var n int64
	err := sc.rows().Model(&Member{}).Where("merged_into = 0").Count(&n).Error
	return n, translate(err, "count members")
}

func ints[T any](ids []ID[T]) []int64 {
	all := make([]int64, len(ids))
	for i, id := range ids {
		all[i] = int64(id)
	}
	return all
}
