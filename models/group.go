package models

import "gorm.io/gorm/clause"

// GroupKind says how a group can be reached.
type GroupKind string

// The kinds of group.
const (
	WeComGroup    GroupKind = "wecom"    // a customer group: tasks by API
	OrdinaryGroup GroupKind = "ordinary" // a WeChat group: by hand only
)

// Group is a group chat (群).
type Group struct {
	ID          GroupID `gorm:"primaryKey;autoIncrement:false"`
	CommunityID CommunityID
	Name        string
	Kind        GroupKind
	ChatID      *string // WeCom's chat_id; nil for an ordinary group
	OpenGID     *string `gorm:"column:open_gid"` // the Mini Program's opengid; nil until somebody opens a card in the group
	OwnerUserID string  // WeCom userid of the owner
	Zone        string  // IANA; quiet hours and local days are in it
	Headcount   int     // as last read (WeCom) or entered (ordinary)
	Capacity    int     // people the group can hold
	InviteURL   string  // what the group's QR code says
	JoinConfig  string  // WeCom's config_id of its join way
	// InviteExpiresAt is when InviteURL stops working, zero never: an ordinary group's QR code lives seven days.
	InviteExpiresAt Millis
	CountedAt       Millis // when Headcount was true
	Paused          bool   // the organiser wants no sponsored posts in it
	PausedUntil     Millis // when the pause ends by itself; zero: never
	PauseNote       string
	FullUntil       Millis // the platform said that the group has had its messages; not before this is it asked again
	Ver             int64  // grows with every change to its placements
	ClockHigh       Millis // the latest time the ledger has seen: its clock never steps back
	Chain           string // the hash of its last record
	ChainSeq        int64
	Removals        int       // people said to have been removed, without saying who, and not missed yet
	RemovalsAt      Millis    // when that was said last
	KeeperID        AccountID // who of the team looks after it; zero: everybody
	DeputyID        AccountID // who does while the keeper is away; zero: nobody
	GoneAt          Millis    // when it was found to be dismissed or lost; zero: it lives
	MemberVersion   string    // WeCom's version of its member list, as last booked
	SyncedAt        Millis    // when WeCom was last asked who is in it
	MergedInto      GroupID   // zero for a group of its own; see [Scope.MergeGroups]
	CreatedAt       Millis    `gorm:"autoCreateTime:false"`

	// What the platform was found to allow the group: at most QuotaMost mass messages per QuotaPer of China's calendar; empty:
	// nothing is known. The counts are what we knew of when it last refused one, at QuotaAt.
	QuotaPer                          CapUnit
	QuotaMost                         int
	QuotaAt                           Millis
	QuotaToday, QuotaWeek, QuotaMonth int
}

// TableName names the table; "groups" is a reserved word in MySQL 8.
func (Group) TableName() string { return "chat_groups" }

// InsertGroup stores a new group and fills its id.
func (sc *Scope) InsertGroup(g *Group) error {
	g.ID, g.CommunityID, g.CreatedAt = newID[Group](sc.Tx), sc.Community, sc.Now
	return insert(sc.Tx, g, "group")
}

// Group returns one group of the community.
func (sc *Scope) Group(id GroupID) (Group, error) {
	var g Group
	return g, one(sc.rows().Where("id = ?", int64(id)), &g, "group")
}

// LockGroup reads a group and keeps every other transaction from changing its placements until this one ends.
func (sc *Scope) LockGroup(id GroupID) (Group, error) {
	var g Group
	q := sc.rows().Clauses(clause.Locking{Strength: clause.LockingStrengthUpdate}).Where("id = ?", int64(id))
	return g, one(q, &g, "group")
}

// LockGroups is LockGroup for several, in the order of their ids, so that two who lock many do not wait for one another;
// all groups of the community if ids is nil.
func (sc *Scope) LockGroups(ids []GroupID) ([]Group, error) {
	var all []Group
	q := sc.rows().Clauses(clause.Locking{Strength: clause.LockingStrengthUpdate}).Order("id")
	if ids != nil {
		q = q.Where("id IN ?", ints(ids))
	}
	return all, list(q, &all, "groups")
}

// PausedAt reports whether the group is paused at a time.
func (g Group) PausedAt(at Millis) bool {
	return g.Paused && (g.PausedUntil == 0 || at < g.PausedUntil)
}

// GroupByChatID finds a WeCom group by its chat_id.
func (sc *Scope) GroupByChatID(chatID string) (Group, error) {
	var g Group
	return g, one(sc.rows().Where("chat_id = ?", chatID), &g, "group")
}

// GroupByOpenGID finds a group by the opengid the Mini Program sees.
func (sc *Scope) GroupByOpenGID(openGID string) (Group, error) {
	var g Group
	return g, one(sc.rows().Where("open_gid = ?", openGID), &g, "group")
}

// Groups lists the community's groups, oldest first.
func (sc *Scope) Groups() ([]Group, error) {
	var all []Group
	return all, list(sc.rows().Where("merged_into = 0").Order("id"), &all, "groups")
}

// EveryGroup is [Scope.Groups] with those that were merged into others: their chains still stand.
func (sc *Scope) EveryGroup() ([]Group, error) {
	var all []Group
	return all, list(sc.rows().Order("id"), &all, "groups")
}

// SetGroupOpenGID binds a group to the opengid it was seen under; it reports false if the group has one already.
func (sc *Scope) SetGroupOpenGID(id GroupID, openGID string) (bool, error) {
	q := sc.rows().Where("id = ? AND open_gid IS NULL", int64(id))
	return swap(q, &Group{}, map[string]any{"open_gid": openGID}, "group")
}

// SetGroupFacts stores what WeCom says of a group: its name, owner, head count and the version of its member list.
func (sc *Scope) SetGroupFacts(g Group) error {
	_, err := swap(sc.rows().Where("id = ?", int64(g.ID)), &Group{}, map[string]any{"name": g.Name,
		"owner_user_id": g.OwnerUserID, "headcount": g.Headcount, "counted_at": int64(sc.Now),
		"member_version": g.MemberVersion, "synced_at": int64(sc.Now)}, "group")
	return err
}

// SetGroupInvite stores how people join a group: what its QR code says, and WeCom's config_id if it has one.
func (sc *Scope) SetGroupInvite(id GroupID, url, joinConfig string) error {
	_, err := swap(sc.rows().Where("id = ?", int64(id)), &Group{},
		map[string]any{"invite_url": url, "join_config": joinConfig}, "group")
	return err
}

// SetGroupWay stores an ordinary group's way in, which is what its QR code says, and when that stops working.
func (sc *Scope) SetGroupWay(id GroupID, url string, expires Millis) (bool, error) {
	return swap(sc.rows().Where("id = ?", int64(id)), &Group{},
		map[string]any{"invite_url": url, "invite_expires_at": int64(expires)}, "group")
}

// SetHeadcount stores how many people somebody has counted in a group, and how many it holds.
func (sc *Scope) SetHeadcount(id GroupID, heads, capacity int) (bool, error) {
	return swap(sc.rows().Where("id = ?", int64(id)), &Group{},
		map[string]any{"headcount": heads, "capacity": capacity, "counted_at": int64(sc.Now)}, "group")
}

// SetCapacity stores how many people a group holds.
func (sc *Scope) SetCapacity(id GroupID, capacity int) error {
	_, err := swap(sc.rows().Where("id = ?", int64(id)), &Group{}, map[string]any{"capacity": capacity}, "group")
	return err
}

// Pause is an organiser's word about a group's sponsored posts.
type Pause struct {
	Paused bool
	Until  Millis // when it ends by itself; zero: when somebody ends it
	Note   string
	By     AccountID
}

// PauseGroup stops or resumes sponsored posts in a group, and writes that into its chain.
func (sc *Scope) PauseGroup(id GroupID, p Pause) error {
	if !p.Paused {
		p.Until = 0
	}
	ok, err := swap(sc.rows().Where("id = ?", int64(id)), &Group{},
		map[string]any{"paused": p.Paused, "paused_until": int64(p.Until), "pause_note": p.Note}, "group")
	if err == nil && !ok {
		return Errorf(NotFound, "group_not_found", "no such group")
	}
	if err != nil {
		return err
	}
	o := order{What: "resume", Note: p.Note}
	if p.Paused {
		o.What, o.Until = "pause", p.Until
	}
	return sc.recordOrder(id, p.By, o)
}

// SetGroupGone notes since when a group is gone, or, with zero, that it lives.
func (sc *Scope) SetGroupGone(id GroupID, at Millis) error {
	_, err := swap(sc.rows().Where("id = ?", int64(id)), &Group{}, map[string]any{"gone_at": int64(at)}, "group")
	return err
}

// MassQuota is what was found of how many mass messages the platform lets a group have.
type MassQuota struct {
	Per                CapUnit // empty: nothing fits what was seen
	Most               int
	At                 Millis // when it was found
	Today, Week, Month int    // what the group had had by then in the units of China's calendar
}

// SetMassQuota stores what was found of a group's limit, and until when the platform takes no message for it.
func (sc *Scope) SetMassQuota(id GroupID, q MassQuota, full Millis) error {
	_, err := swap(sc.rows().Where("id = ?", int64(id)), &Group{},
		map[string]any{"full_until": int64(full), "quota_per": q.Per, "quota_most": q.Most, "quota_at": int64(q.At),
			"quota_today": q.Today, "quota_week": q.Week, "quota_month": q.Month}, "group")
	return err
}
