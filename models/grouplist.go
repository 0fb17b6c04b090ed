package models

import (
	"strings"

	"gorm.io/gorm"
)

// GroupFilter says which part of the groups is wanted; what is zero does not narrow it.
type GroupFilter struct {
	Words string // part of the name
	Kind  GroupKind
	Only  []GroupID // nil: any
	Gone  bool      // those that have ended instead of those that live
	After GroupID
	Limit int
}

// groupsWhere are the rows a filter lets through, whatever part of them is wanted.
func (sc *Scope) groupsWhere(f GroupFilter) *gorm.DB {
	q := sc.rows().Model(&Group{}).Where("merged_into = 0")
	if f.Gone {
		q = q.Where("gone_at <> 0")
	} else {
		q = q.Where("gone_at = 0")
	}
	if words := strings.TrimSpace(f.Words); words != "" { // not LIKE: a percent sign in a name is just that
		q = q.Where("INSTR(LOWER(name), ?) > 0 OR INSTR(name, ?) > 0", strings.ToLower(words), words) // SQLite lowers ASCII only
	}
	if f.Kind != "" {
		q = q.Where("kind = ?", f.Kind)
	}
	if f.Only != nil {
		q = q.Where("id IN ?", ints(f.Only))
	}
	return q
}

// GroupsWhere lists the groups of the community that a filter lets through, oldest first.
func (sc *Scope) GroupsWhere(f GroupFilter) ([]Group, error) {
	q := sc.groupsWhere(f).Where("id > ?", int64(f.After)).Order("id")
	if f.Limit > 0 {
		q = q.Limit(f.Limit)
	}
	var all []Group
	return all, list(q, &all, "groups")
}

// CountGroups counts the groups a filter lets through, on all pages, and the people in them as they were last counted.
func (sc *Scope) CountGroups(f GroupFilter) (groups, people int64, err error) {
	var n struct{ Groups, People int64 }
	err = sc.groupsWhere(f).Select("COUNT(*) AS `groups`, COALESCE(SUM(headcount), 0) AS people").Scan(&n).Error
	return n.Groups, n.People, translate(err, "count groups")
}

// GroupNamed reports whether another group of the community has this name; one that is part of another has none any more.
func (sc *Scope) GroupNamed(name string, but GroupID) (bool, error) {
	var n int64
	err := sc.rows().Model(&Group{}).Where("name = ? AND merged_into = 0 AND id <> ?", name, int64(but)).Count(&n).Error
	return n > 0, translate(err, "find a group by its name")
}

// SetGroupWords stores what an organiser calls a group and the zone its days and quiet hours are in.
func (sc *Scope) SetGroupWords(id GroupID, name, zone string) error {
	_, err := swap(sc.rows().Where("id = ?", int64(id)), &Group{}, map[string]any{"name": name, "zone": zone}, "group")
	return err
}
