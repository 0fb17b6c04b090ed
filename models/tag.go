package models

import (
	"encoding/json"
	"fmt"

	"gorm.io/gorm/clause"
)

// TagState is where a tag stands.
type TagState string

// The states of a tag.
const (
	TagActive   TagState = "active"
	TagDeleting TagState = "deleting" // gone for the organiser; its copy at WeChat is being removed
)

// Tag is a label on members (标签) and its copy at WeChat. It is given by hand, by a rule, or both.
type Tag struct {
	ID          TagID `gorm:"primaryKey;autoIncrement:false"`
	CommunityID CommunityID
	ChannelID   ChannelID // whose followers WeChat tags
	Name        string    // unique with the channel
	RuleJSON    string    // [TagRule]; empty: by hand only
	RemoteID    int64     // WeChat's id; zero until it is made there
	State       TagState
	Error       string // the code of why WeChat's copy is not in step; empty: it is, or is being brought
	People      int    // how many have it, as last counted
	BusyUntil   Millis // one worker at a time brings WeChat's copy in step
	AskedAt     Millis // when WeChat was first asked to make it; after a crash the answer must be looked up
	SyncedAt    Millis // when WeChat's copy was last in step
	CheckedAt   Millis // when WeChat's list of people was last compared
	CreatedBy   AccountID
	CreatedAt   Millis `gorm:"autoCreateTime:false"`
	UpdatedAt   Millis `gorm:"autoUpdateTime:false"`
}

// TableName names the table.
func (Tag) TableName() string { return "tags" }

// TagRule says who gets a tag: whoever meets all of its conditions. An empty rule is met by nobody.
type TagRule struct {
	All []TagCondition `json:"all"`
}

// TagCondition is one condition of a rule. Which fields count depends on Kind.
type TagCondition struct {
	Kind     string   `json:"kind"`          // see the bot's rules of tags
	Not      bool     `json:"not,omitempty"` // the opposite
	IDs      []string `json:"ids,omitempty"` // entries, videos, groups or offers; none: any
	Langs    []string `json:"langs,omitempty"`
	AtLeast  int      `json:"at_least,omitempty"` // how often; 0 means 1
	WithinMs int64    `json:"within,omitempty"`   // milliseconds before now; 0: ever
}

// Rule reads the tag's rule and reports false if it has none.
func (t Tag) Rule() (TagRule, bool, error) {
	var r TagRule
	if t.RuleJSON == "" {
		return r, false, nil
	}
	if err := json.Unmarshal([]byte(t.RuleJSON), &r); err != nil {
		return r, false, fmt.Errorf("tag %s: %w", t.ID, err)
	}
	return r, true, nil
}

// MemberTag is one tag of one member: what the organiser said, what the rule says, and what WeChat has.
type MemberTag struct {
	ID          ID[MemberTag] `gorm:"primaryKey;autoIncrement:false"`
	CommunityID CommunityID
	TagID       TagID // unique with the member
	MemberID    MemberID
	Hand        int    // 1: given by hand, -1: taken by hand, 0: as the rule says
	ByRule      bool   // the rule says yes
	Wanted      bool   // what follows from the two
	Remote      bool   // WeChat has it, as far as we know
	Problem     string // why WeChat cannot have it: "full" (20 tags), "gone" (does not follow); empty: nothing is wrong
	UpdatedAt   Millis `gorm:"autoUpdateTime:false"`
}

// TableName names the table.
func (MemberTag) TableName() string { return "member_tags" }

// InsertTag stores a new tag and fills its id.
func (sc *Scope) InsertTag(t *Tag) error {
	t.ID, t.CommunityID, t.CreatedAt, t.UpdatedAt = newID[Tag](sc.Tx), sc.Community, sc.Now, sc.Now
	t.State = TagActive
	err := insert(sc.Tx, t, "tag")
	if IsDuplicate(err) {
		return &Error{Kind: Conflict, Code: "tag_exists", Text: "there is a tag of this name", Err: err}
	}
	return err
}

// Tag returns one tag of the community.
func (sc *Scope) Tag(id TagID) (Tag, error) {
	var t Tag
	err := one(sc.rows().Where("id = ?", int64(id)), &t, "tag")
	if IsKind(err, NotFound) {
		return t, Errorf(NotFound, "tag_not_found", "no such tag")
	}
	return t, err
}

// ActiveTag returns one tag of the community that is not being deleted.
func (sc *Scope) ActiveTag(id TagID) (Tag, error) {
	t, err := sc.Tag(id)
	if err == nil && t.State != TagActive {
		err = Errorf(NotFound, "tag_not_found", "the tag is deleted")
	}
	return t, err
}

// Tags lists the tags of an account that are not being deleted, oldest first.
func (sc *Scope) Tags(channel ChannelID) ([]Tag, error) {
	var all []Tag
	q := sc.rows().Where("channel_id = ? AND state = ?", int64(channel), TagActive).Order("id")
	return all, list(q, &all, "tags")
}

// ActiveTags lists the community's tags that are not being deleted, oldest first.
func (sc *Scope) ActiveTags() ([]Tag, error) {
	var all []Tag
	return all, list(sc.rows().Where("state = ?", TagActive).Order("id"), &all, "tags")
}

// AllTags lists the tags of every community, those being deleted too, oldest first.
func (tx *Tx) AllTags() ([]Tag, error) {
	var all []Tag
	return all, list(tx.db.Order("id"), &all, "tags")
}

// EditTag changes a tag's name and rule.
func (sc *Scope) EditTag(id TagID, name, ruleJSON string) error {
	_, err := swap(sc.rows().Where("id = ? AND state = ?", int64(id), TagActive), &Tag{},
		map[string]any{"name": name, "rule_json": ruleJSON, "updated_at": int64(sc.Now)}, "tag")
	if IsDuplicate(err) {
		return &Error{Kind: Conflict, Code: "tag_exists", Text: "there is a tag of this name", Err: err}
	}
	return err
}

// MarkTagDeleting takes a tag from its organiser. Its name is free again at once; every member loses it.
func (sc *Scope) MarkTagDeleting(id TagID) error {
	_, err := swap(sc.rows().Where("id = ?", int64(id)), &Tag{}, map[string]any{"state": TagDeleting,
		"name": id.String(), "rule_json": "", "updated_at": int64(sc.Now)}, "tag")
	return err
}

// DeleteTag removes a tag and everybody's share of it for good.
func (sc *Scope) DeleteTag(id TagID) error {
	if err := sc.rows().Where("tag_id = ?", int64(id)).Delete(&MemberTag{}).Error; err != nil {
		return translate(err, "delete tag")
	}
	return translate(sc.rows().Where("id = ?", int64(id)).Delete(&Tag{}).Error, "delete tag")
}

// LeaseTag makes the caller the only one who brings WeChat's copy in step, until a time; it reports false if somebody is
// at it. A lease is prolonged by the one who holds it by naming the time it ends at.
func (sc *Scope) LeaseTag(id TagID, held, until Millis) (bool, error) {
	q := sc.rows().Where("id = ? AND (busy_until <= ? OR busy_until = ?)", int64(id), int64(sc.Now), int64(held))
	return swap(q, &Tag{}, map[string]any{"busy_until": int64(until)}, "tag")
}

// SetTag stores how WeChat's copy of a tag stands.
func (sc *Scope) SetTag(id TagID, set TagFacts) error {
	_, err := swap(sc.rows().Where("id = ?", int64(id)), &Tag{}, map[string]any{"remote_id": set.RemoteID, "error": set.Error,
		"people": set.People, "asked_at": int64(set.AskedAt), "synced_at": int64(set.SyncedAt),
		"checked_at": int64(set.CheckedAt), "busy_until": int64(set.BusyUntil)}, "tag")
	return err
}

// TagFacts are what changes of a tag while it is brought in step.
type TagFacts struct {
	RemoteID                                int64
	Error                                   string
	People                                  int
	AskedAt, SyncedAt, CheckedAt, BusyUntil Millis
}

// Facts returns the tag's facts as they are.
func (t Tag) Facts() TagFacts {
	return TagFacts{RemoteID: t.RemoteID, Error: t.Error, People: t.People, AskedAt: t.AskedAt, SyncedAt: t.SyncedAt,
		CheckedAt: t.CheckedAt, BusyUntil: t.BusyUntil}
}

// MemberTags lists everybody's share of a tag: who has it, had it or was refused it.
func (sc *Scope) MemberTags(tag TagID) ([]MemberTag, error) {
	var all []MemberTag
	return all, list(sc.rows().Where("tag_id = ?", int64(tag)).Order("id"), &all, "member tags")
}

// TaggedMembers lists up to limit shares of people who have a tag, those after an id, oldest first.
func (sc *Scope) TaggedMembers(tag TagID, after ID[MemberTag], limit int) ([]MemberTag, error) {
	var all []MemberTag
	q := sc.rows().Where("tag_id = ? AND wanted = ? AND id > ?", int64(tag), true, int64(after)).Order("id").Limit(limit)
	return all, list(q, &all, "member tags")
}

// UntaggedMembers lists up to limit shares of people from whom a tag was taken by hand, those after an id, oldest first.
func (sc *Scope) UntaggedMembers(tag TagID, after ID[MemberTag], limit int) ([]MemberTag, error) {
	var all []MemberTag
	q := sc.rows().Where("tag_id = ? AND hand = ? AND id > ?", int64(tag), -1, int64(after)).Order("id").Limit(limit)
	return all, list(q, &all, "member tags")
}

// TagsOf lists a member's shares of tags.
func (sc *Scope) TagsOf(member MemberID) ([]MemberTag, error) {
	var all []MemberTag
	return all, list(sc.rows().Where("member_id = ?", int64(member)).Order("id"), &all, "member tags")
}

// CountTagged counts who has a tag.
func (sc *Scope) CountTagged(tag TagID) (int, error) {
	var n int64
	err := sc.rows().Model(&MemberTag{}).Where("tag_id = ? AND wanted = ?", int64(tag), true).Count(&n).Error
	return int(n), translate(err, "count member tags")
}

// TagHand says by hand whether a member has a tag: 1 yes, -1 no, 0 as the rule says. It reports whether that changes
// what is wanted.
func (sc *Scope) TagHand(tag TagID, member MemberID, hand int) (bool, error) {
	return sc.changeTag(tag, member, func(m *MemberTag) { m.Hand = hand })
}

// TagByRule says what a tag's rule says of a member. It reports whether that changes what is wanted.
func (sc *Scope) TagByRule(tag TagID, member MemberID, holds bool) (bool, error) {
	return sc.changeTag(tag, member, func(m *MemberTag) { m.ByRule = holds })
}

// TagSeen says that WeChat has a member under a tag although we did not know.
func (sc *Scope) TagSeen(tag TagID, member MemberID) error {
	_, err := sc.changeTag(tag, member, func(m *MemberTag) { m.Remote = true })
	return err
}

// changeTag changes one share under a lock; a share that nobody needs is not made.
func (sc *Scope) changeTag(tag TagID, member MemberID, change func(*MemberTag)) (bool, error) {
	var m MemberTag
	q := sc.rows().Clauses(clause.Locking{Strength: clause.LockingStrengthUpdate}).
		Where("tag_id = ? AND member_id = ?", int64(tag), int64(member))
	err := one(q, &m, "member tag")
	if err != nil && !IsKind(err, NotFound) {
		return false, err
	}
	fresh, before := err != nil, m
	change(&m)
	m.Wanted = m.Hand > 0 || (m.Hand == 0 && m.ByRule)
	if m == before || (fresh && !m.Wanted && m.Hand == 0 && !m.Remote) {
		return false, nil
	}
	if m.Wanted != before.Wanted {
		m.Problem = ""
	}
	m.UpdatedAt = sc.Now
	if fresh {
		m.ID, m.CommunityID, m.TagID, m.MemberID = newID[MemberTag](sc.Tx), sc.Community, tag, member
		if err := insert(sc.Tx, &m, "member tag"); err != nil {
			if IsDuplicate(err) { // at the same moment: look again
				return false, errIDCollision
			}
			return false, err
		}
		return m.Wanted, nil
	}
	_, err = swap(sc.rows().Where("id = ?", int64(m.ID)), &MemberTag{}, map[string]any{"hand": m.Hand, "by_rule": m.ByRule,
		"wanted": m.Wanted, "remote": m.Remote, "problem": m.Problem, "updated_at": int64(sc.Now)}, "member tag")
	return m.Wanted != before.Wanted, err
}

// TagWork lists up to limit shares that WeChat must be told of: to give or to take. Those with a problem wait for the
// next comparison.
func (sc *Scope) TagWork(tag TagID, give bool, after ID[MemberTag], limit int) ([]MemberTag, error) {
	var all []MemberTag
	q := sc.rows().Where("tag_id = ? AND wanted = ? AND remote = ? AND problem = ? AND id > ?", int64(tag), give, !give, "",
		int64(after)).Order("id").Limit(limit)
	return all, list(q, &all, "member tags")
}

// TagTold books what WeChat has of some shares, or why it cannot have them.
func (sc *Scope) TagTold(ids []ID[MemberTag], remote bool, problem string) error {
	return inBatches(ids, func(some []ID[MemberTag]) error {
		r := sc.rows().Model(&MemberTag{}).Where("id IN ?", ints(some)).
			Updates(map[string]any{"remote": remote, "problem": problem, "updated_at": int64(sc.Now)})
		return translate(r.Error, "update member tags")
	})
}

// ForgetRemoteTags books that WeChat has dropped all tags of a member in an account, as it does when she leaves, and
// returns the tags that must be given to her again.
func (sc *Scope) ForgetRemoteTags(channel ChannelID, member MemberID) ([]TagID, error) {
	shares, err := sc.TagsOf(member)
	if err != nil || len(shares) == 0 {
		return nil, err
	}
	tags, err := sc.Tags(channel)
	if err != nil {
		return nil, err
	}
	here := make(map[TagID]bool, len(tags))
	for _, t := range tags {
		here[t.ID] = true
	}
	var again []TagID
	var ids []ID[MemberTag]
	for _, m := range shares {
		if here[m.TagID] {
			ids = append(ids, m.ID)
			if m.Wanted {
				again = append(again, m.TagID)
			}
		}
	}
	return again, sc.TagTold(ids, false, "")
}

// repointTags gives one person the tags of another. What was said by hand about either stays said; WeChat is asked anew.
func (sc *Scope) repointTags(from, to MemberID) error {
	shares, err := sc.TagsOf(from)
	if err != nil {
		return err
	}
	for _, s := range shares {
		_, err := sc.changeTag(s.TagID, to, func(m *MemberTag) {
			if m.Hand == 0 {
				m.Hand = s.Hand
			}
			m.ByRule = m.ByRule || s.ByRule
			m.Remote = m.Remote || s.Remote
		})
		if err != nil {
			return err
		}
	}
	return translate(sc.rows().Where("member_id = ?", int64(from)).Delete(&MemberTag{}).Error, "merge tags")
}

// TouchedMembers lists who has a touch that was written at or after a time, each once, in every community.
func (tx *Tx) TouchedMembers(since Millis) ([]DirtyMember, error) {
	var rows []struct {
		CommunityID CommunityID
		MemberID    MemberID
	}
	from := max(int64(since)-idEpoch, 1) << idRandomBits // ids are in the order of their time
	err := tx.db.Model(&Touch{}).Select("DISTINCT community_id, member_id").Where("id >= ?", from).
		Order("community_id, member_id").Find(&rows).Error
	all := make([]DirtyMember, len(rows))
	for i, r := range rows {
		all[i] = DirtyMember{Community: r.CommunityID, Member: r.MemberID}
	}
	return all, translate(err, "list touched members")
}
