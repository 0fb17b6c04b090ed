package handlers

import (
	"github.com/gin-gonic/gin"

	"siyu/models"
)

// mergeGroup makes a group part of another: what happened in it happened there.
func (s *server) mergeGroup(c *gin.Context) (any, error) {
	id, err := idParam[models.Group](c)
	if err != nil {
		return nil, err
	}
	var in struct {
		Into models.GroupID `json:"into" binding:"required"`
	}
	if err := bindJSON(c, &in); err != nil {
		return nil, err
	}
	a := account(c)
	if err := s.Bot.MergeGroups(c.Request.Context(), a.CommunityID, id, in.Into, a.ID); err != nil {
		return nil, err
	}
	return s.group(c, in.Into)
}

// unbindGroup takes from a group what WeChat calls it, because that is another one.
func (s *server) unbindGroup(c *gin.Context) (any, error) {
	id, err := idParam[models.Group](c)
	if err != nil {
		return nil, err
	}
	a := account(c)
	other, err := s.Bot.UnbindGroup(c.Request.Context(), a.CommunityID, id, a.ID)
	if err != nil {
		return nil, err
	}
	return s.group(c, other.ID)
}
