package offers

import (
	"slices"

	"siyu/models"
)

// Answer is what an organiser said about an offer in a group.
type Answer string

// The answers. They are not stored: an approved group has a placement, a refused one a veto.
const (
	Open          Answer = "open" // nobody has decided
	ApprovedThere Answer = "approved"
	RefusedThere  Answer = "refused"
)

// GroupAnswer is what was decided about an offer in a group, and what became of its newest post there.
type GroupAnswer struct {
	Group  models.Group
	Answer Answer
	Note   string
	At     models.Millis // zero while open
	State  models.PlacementState
	Reason string
}

// Answers lists what was decided about an offer in each group that is alive or has had it, oldest group first; only in some groups,
// or in all if only is nil.
func Answers(sc *models.Scope, id models.OfferID, only []models.GroupID) ([]GroupAnswer, error) {
	groups, err := sc.Groups()
	if err != nil {
		return nil, err
	}
	refused, has, err := chosen(sc, id)
	if err != nil {
		return nil, err
	}
	var all []GroupAnswer
	for _, g := range groups {
		p := has[g.ID]
		if only != nil && !slices.Contains(only, g.ID) || g.GoneAt != 0 && p == nil {
			continue
		}
		v := GroupAnswer{Group: g, Answer: Open}
		if p != nil {
			v.Answer, v.Note, v.At, v.State, v.Reason = ApprovedThere, p.Note, p.CreatedAt, p.State, p.Reason
		}
		no, is := refused[g.ID]
		if !is {
			no, is = refused[0]
		}
		if is {
			v.Answer, v.Note, v.At = RefusedThere, no.Note, no.At
		}
		all = append(all, v)
	}
	return all, nil
}
