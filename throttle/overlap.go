package throttle

import (
	"cmp"
	"slices"

	"siyu/models"
)

// The bounds of counting overlaps. Somebody in very many groups is no audience but an operator or a collector: each of her
// pairs would be counted, and they grow with the square. Pairs below the least share can never make a rule hold, whose
// smallest share is one percent.
const (
	maxGroupsOfOne = 100
	leastShare     = 100 // one in so many of the smaller group's members
)

// Overlaps counts which groups share members, from everybody's stays by person. It holds one number for each pair of groups
// that share somebody, and never the people.
type Overlaps struct {
	member  models.MemberID
	groups  []models.GroupID
	members map[models.GroupID]int
	shared  map[groupPair]int
}

// groupPair is two groups, the one with the smaller id first.
type groupPair struct{ a, b models.GroupID }

// NewOverlaps counts from nothing.
func NewOverlaps() *Overlaps {
	return &Overlaps{members: map[models.GroupID]int{}, shared: map[groupPair]int{}}
}

// Add counts some stays, each person's groups one after the other; the next part goes on where this one ends.
func (o *Overlaps) Add(stays []models.GroupMember) error {
	for _, s := range stays {
		if s.MemberID != o.member {
			o.flush()
			o.member = s.MemberID
		}
		if n := len(o.groups); n == 0 || o.groups[n-1] != s.GroupID {
			o.groups = append(o.groups, s.GroupID)
			o.members[s.GroupID]++
		}
	}
	return nil
}

func (o *Overlaps) flush() {
	if len(o.groups) <= maxGroupsOfOne {
		for i, a := range o.groups {
			for _, b := range o.groups[i+1:] {
				o.shared[groupPair{min(a, b), max(a, b)}]++
			}
		}
	}
	o.groups = o.groups[:0]
}

// Pairs are the groups that share enough of their members to matter, in the order of their ids.
func (o *Overlaps) Pairs() []models.Overlap {
	o.flush()
	var all []models.Overlap
	for p, n := range o.shared {
		smaller := min(o.members[p.a], o.members[p.b])
		if n*leastShare >= smaller {
			all = append(all, models.Overlap{GroupID: p.a, OtherID: p.b, Shared: n, Smaller: smaller})
		}
	}
	slices.SortFunc(all, func(x, y models.Overlap) int {
		return cmp.Or(cmp.Compare(x.GroupID, y.GroupID), cmp.Compare(x.OtherID, y.OtherID))
	})
	return all
}
