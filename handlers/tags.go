package handlers

import (
	"github.com/gin-gonic/gin"

	"siyu/bot"
	"siyu/models"
)

type tagView struct {
	ID        models.TagID    `json:"id"`
	Name      string          `json:"name"`
	Rule      *models.TagRule `json:"rule,omitempty"`
	People    int             `json:"people"`
	InStep    bool            `json:"in_step"`
	Problem   string          `json:"problem"`
	SyncedAt  models.Millis   `json:"synced_at"`
	CreatedAt models.Millis   `json:"created_at"`
}

func (s *server) viewTag(c *gin.Context, t models.Tag) (tagView, error) {
	v := tagView{ID: t.ID, Name: t.Name, People: t.People, InStep: t.RemoteID != 0 && t.Error == "" && t.BusyUntil == 0,
		SyncedAt: t.SyncedAt, CreatedAt: t.CreatedAt}
	if t.Error != "" {
		v.Problem = s.texts.say(requestLanguage(c), "error_"+t.Error, map[string]any{"errcode": ""})
	}
	rule, has, err := t.Rule()
	if has {
		v.Rule = &rule
	}
	return v, err
}

func (s *server) listTags(c *gin.Context) (any, error) {
	all, err := s.Bot.Tags(c.Request.Context(), account(c).CommunityID)
	if err != nil {
		return nil, err
	}
	views := []tagView{}
	for _, t := range all {
		v, err := s.viewTag(c, t)
		if err != nil {
			return nil, err
		}
		views = append(views, v)
	}
	return gin.H{"tags": views}, nil
}

type newTag struct {
	Name string          `json:"name" binding:"required"`
	Rule *models.TagRule `json:"rule"`
}

func (s *server) createTag(c *gin.Context) (any, error) {
	v, err := s.saveTag(c, 0)
	return created{v}, err
}

func (s *server) editTag(c *gin.Context) (any, error) {
	id, err := idParam[models.Tag](c)
	if err != nil {
		return nil, err
	}
	return s.saveTag(c, id)
}

func (s *server) saveTag(c *gin.Context, id models.TagID) (any, error) {
	var in newTag
	if err := bindJSON(c, &in); err != nil {
		return nil, err
	}
	a := account(c)
	t, err := s.Bot.SaveTag(c.Request.Context(), a.CommunityID, a.ID, id, bot.TagDraft(in))
	if err != nil {
		return nil, err
	}
	return s.viewTag(c, t)
}

func (s *server) deleteTag(c *gin.Context) (any, error) {
	id, err := idParam[models.Tag](c)
	if err != nil {
		return nil, err
	}
	a := account(c)
	return nothing{}, s.Bot.DeleteTag(c.Request.Context(), a.CommunityID, a.ID, id)
}

func (s *server) listTaggedMembers(c *gin.Context) (any, error) {
	id, err := idParam[models.Tag](c)
	if err != nil {
		return nil, err
	}
	in := struct {
		After models.ID[models.MemberTag] `form:"after"`
		Limit int                         `form:"limit" binding:"min=0,max=200"`
		Off   bool                        `form:"taken_off"`
	}{}
	if err := c.ShouldBindQuery(&in); err != nil {
		return nil, badInput(err)
	}
	if in.Limit == 0 {
		in.Limit = 50
	}
	all, err := s.Bot.TaggedMembers(c.Request.Context(), account(c).CommunityID, id, in.Off, in.After, in.Limit)
	if err != nil {
		return nil, err
	}
	views := []gin.H{}
	for _, m := range all {
		views = append(views, gin.H{"id": m.ID, "member_id": m.MemberID, "by_hand": m.Hand > 0, "by_rule": m.ByRule,
			"at_wechat": m.Remote, "problem": m.Problem, "first_at": m.FirstAt, "last_at": m.LastAt, "claims": m.Claims,
			"redeems": m.Redeems, "groups": append([]models.GroupID{}, m.Groups...)})
	}
	return gin.H{"members": views}, nil
}

func (s *server) tagMembers(c *gin.Context) (any, error) {
	id, err := idParam[models.Tag](c)
	if err != nil {
		return nil, err
	}
	var in struct {
		Members []models.MemberID `json:"members" binding:"required,min=1,max=500"`
		Hand    *int              `json:"hand" binding:"required,oneof=-1 0 1"`
	}
	if err := bindJSON(c, &in); err != nil {
		return nil, err
	}
	a := account(c)
	return nothing{}, s.Bot.TagMembers(c.Request.Context(), a.CommunityID, a.ID, id, in.Members, *in.Hand)
}
