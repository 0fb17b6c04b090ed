package handlers

import (
	"slices"

	"github.com/gin-gonic/gin"

	"siyu/models"
	"siyu/offers"
)

type offerGroupView struct {
	GroupID        models.GroupID        `json:"group_id"`
	GroupName      string                `json:"group_name"`
	Choice         offers.Answer         `json:"choice"`
	Note           string                `json:"note"`
	At             models.Millis         `json:"at"`
	PlacementState models.PlacementState `json:"placement_state"`
	Reason         string                `json:"reason"`
}

func (s *server) listOfferGroups(c *gin.Context) (any, error) {
	o, err := s.seenOffer(c)
	if err != nil {
		return nil, err
	}
	after, limit, err := pageOf[models.Group](c)
	if err != nil {
		return nil, err
	}
	mine, err := s.mine(c)
	if err != nil {
		return nil, err
	}
	all, err := offers.Answers(s.Store.Read(c.Request.Context()).In(o.CommunityID), o.ID, mine.ids())
	if err != nil {
		return nil, err
	}
	views, next := []offerGroupView{}, models.GroupID(0)
	for _, g := range all {
		if g.Group.ID <= after {
			continue
		}
		if len(views) == limit {
			next = views[limit-1].GroupID
			break
		}
		views = append(views, offerGroupView{GroupID: g.Group.ID, GroupName: g.Group.Name, Choice: g.Answer, Note: g.Note, At: g.At,
			PlacementState: g.State, Reason: g.Reason})
	}
	if next == 0 {
		return gin.H{"groups": views}, nil
	}
	return gin.H{"groups": views, "next": next}, nil
}

type groupNote struct {
	GroupID models.GroupID `json:"group_id" binding:"required"`
	Note    string         `json:"note" binding:"max=200"`
}

// chooseGroups refuses an offer in some groups and lets it run in others. Refusals come first, each of them final; saying the
// same again changes nothing, so a request that was cut short is repeated. A keeper refuses in her groups, and approves there what
// an owner has approved.
func (s *server) chooseGroups(c *gin.Context) (any, error) {
	var in struct {
		Rev     int         `json:"rev" binding:"min=0"`
		Approve []groupNote `json:"approve" binding:"max=1000,dive"`
		Refuse  []groupNote `json:"refuse" binding:"max=1000,dive"`
	}
	if err := bindJSON(c, &in); err != nil {
		return nil, err
	}
	o, err := s.seenOffer(c)
	if err != nil {
		return nil, err
	}
	mine, err := s.mine(c)
	if err != nil {
		return nil, err
	}
	for _, g := range slices.Concat(in.Approve, in.Refuse) {
		if !mine.has(g.GroupID) {
			return nil, models.Errorf(models.NotFound, "group_not_found", "no such group")
		}
	}
	a := account(c)
	if len(in.Approve) > 0 && mine != nil && o.State != models.OfferApproved {
		return nil, scopeDenied()
	}
	if in.Rev != 0 && in.Rev != o.Rev {
		return nil, models.Errorf(models.Conflict, "offer_changed", "the offer has changed meanwhile")
	}
	for _, g := range in.Refuse {
		if err := s.Bot.Veto(c.Request.Context(), a.CommunityID, models.Veto{OfferID: o.ID, GroupID: g.GroupID, Note: g.Note, AccountID: a.ID}); err != nil {
			return nil, err
		}
	}
	if len(in.Approve) > 0 {
		choice := offers.Choice{Rev: in.Rev, Groups: make([]offers.GroupNote, len(in.Approve))}
		for i, g := range in.Approve {
			choice.Groups[i] = offers.GroupNote{Group: g.GroupID, Note: g.Note}
		}
		if o, err = s.Offers.ApproveIn(c.Request.Context(), a.CommunityID, o.ID, a.ID, choice); err != nil {
			return nil, err
		}
	}
	return s.offer(c, o)
}

// listAudiences names the groups and tags an offer may be for. A brand reads names, and nothing about who is in them.
func (s *server) listAudiences(c *gin.Context) (any, error) {
	type named struct {
		ID   string `json:"id"`
		Name string `json:"name"`
	}
	sc := s.Store.Read(c.Request.Context()).In(account(c).CommunityID)
	groups, err := sc.Groups()
	if err != nil {
		return nil, err
	}
	tags, err := sc.ActiveTags()
	if err != nil {
		return nil, err
	}
	inGroups, inTags := []named{}, []named{}
	for _, g := range groups {
		if g.GoneAt == 0 && g.Known() {
			inGroups = append(inGroups, named{g.ID.String(), g.Name})
		}
	}
	for _, t := range tags {
		inTags = append(inTags, named{t.ID.String(), t.Name})
	}
	return gin.H{"groups": inGroups, "tags": inTags}, nil
}
