package handlers

import (
	"github.com/gin-gonic/gin"

	"siyu/models"
	"siyu/throttle"
)

// haltView is how the kill switch stands.
type haltView struct {
	StoppedAt models.Millis `json:"stopped_at"`
	ByName    string        `json:"by_name"`
	Note      string        `json:"note"`
	OpenTasks int           `json:"open_tasks"`
}

func (s *server) readStop(c *gin.Context) (any, error) {
	sc := s.Store.Read(c.Request.Context()).In(account(c).CommunityID)
	community, err := sc.ReadCommunity(sc.Community)
	if err != nil {
		return nil, err
	}
	by, err := sc.Account(community.StoppedBy)
	if err != nil && !models.IsKind(err, models.NotFound) {
		return nil, err
	}
	open, err := sc.TasksIn(models.TaskNew, models.TaskCalling, models.TaskOpen)
	return haltView{StoppedAt: community.StoppedAt, ByName: by.Name, Note: community.StopNote, OpenTasks: len(open)}, err
}

type orderInput struct {
	Note string `json:"note" binding:"max=200"`
}

func (s *server) stop(c *gin.Context) (any, error) {
	var in orderInput
	if err := bindJSON(c, &in); err != nil {
		return nil, err
	}
	a := account(c)
	if err := s.Bot.Stop(c.Request.Context(), a.CommunityID, a.ID, in.Note); err != nil {
		return nil, err
	}
	return s.readStop(c)
}

func (s *server) resume(c *gin.Context) (any, error) {
	var in orderInput
	if err := bindJSON(c, &in); err != nil {
		return nil, err
	}
	a := account(c)
	if err := s.Bot.Resume(c.Request.Context(), a.CommunityID, a.ID, in.Note); err != nil {
		return nil, err
	}
	return s.readStop(c)
}

type vetoView struct {
	ID      models.ID[models.Veto] `json:"id"`
	OfferID models.OfferID         `json:"offer_id"`
	GroupID models.GroupID         `json:"group_id"`
	Note    string                 `json:"note"`
	At      models.Millis          `json:"at"`
}

func (s *server) listVetoes(c *gin.Context) (any, error) {
	in := struct {
		OfferID models.OfferID         `form:"offer_id"`
		After   models.ID[models.Veto] `form:"after"`
		Limit   int                    `form:"limit" binding:"min=0,max=200"`
	}{}
	if err := c.ShouldBindQuery(&in); err != nil {
		return nil, badInput(err)
	}
	if in.Limit == 0 {
		in.Limit = 50
	}
	all, err := s.Store.Read(c.Request.Context()).In(account(c).CommunityID).ListVetoes(in.OfferID, in.After, in.Limit)
	if err != nil {
		return nil, err
	}
	views := []vetoView{}
	for _, v := range all {
		views = append(views, vetoView{ID: v.ID, OfferID: v.OfferID, GroupID: v.GroupID, Note: v.Note, At: v.At})
	}
	return gin.H{"vetoes": views}, nil
}

func (s *server) addVeto(c *gin.Context) (any, error) {
	var in struct {
		OfferID models.OfferID `json:"offer_id" binding:"required"`
		GroupID models.GroupID `json:"group_id"`
		Note    string         `json:"note" binding:"max=200"`
	}
	if err := bindJSON(c, &in); err != nil {
		return nil, err
	}
	a := account(c)
	v := models.Veto{OfferID: in.OfferID, GroupID: in.GroupID, Note: in.Note, AccountID: a.ID}
	return nothing{}, s.Bot.Veto(c.Request.Context(), a.CommunityID, v)
}

// bookPost books a post that was made by hand: a sponsored one creates debt, one of the organiser's own makes room.
func (s *server) bookPost(c *gin.Context) (any, error) {
	id, err := idParam[models.Group](c)
	if err != nil {
		return nil, err
	}
	var in struct {
		Kind    string         `json:"kind" binding:"required,oneof=sponsored mass chat"`
		OfferID models.OfferID `json:"offer_id"`
		BrandID models.BrandID `json:"brand_id"`
		At      models.Millis  `json:"at" binding:"min=0,max=4102444800000"`
		Posts   int            `json:"posts" binding:"min=0,max=10000"`
	}
	if err := bindJSON(c, &in); err != nil {
		return nil, err
	}
	key, err := idempotencyKey(c)
	if err != nil {
		return nil, err
	}
	a := account(c)
	at := in.At
	if at == 0 {
		at = models.MillisOf(s.Store.Clock().Now())
	}
	if in.Kind == "sponsored" {
		return nothing{}, s.Bot.BookExternal(c.Request.Context(), a.CommunityID,
			throttle.External{Group: id, Brand: in.BrandID, Offer: in.OfferID, At: at, Key: key, By: a.ID})
	}
	p := models.OrganicPost{GroupID: id, Kind: models.OrganicKind(in.Kind), Posts: 1, AccountID: a.ID, At: at,
		Idem: models.Digest([]byte("hand:" + id.String() + ":" + key))}
	if p.Kind == models.OrganicChat {
		p.Posts = max(in.Posts, 1)
	}
	return nothing{}, s.Bot.BookOrganic(c.Request.Context(), a.CommunityID, p)
}
