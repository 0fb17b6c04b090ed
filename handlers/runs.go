package handlers

import (
	"github.com/gin-gonic/gin"

	"siyu/bot"
	"siyu/models"
)

type runView struct {
	ID        models.RunID    `json:"id"`
	PieceID   models.PieceID  `json:"piece_id"`
	Title     string          `json:"title"`
	GroupID   models.GroupID  `json:"group_id"`
	GroupName string          `json:"group_name"`
	Zone      string          `json:"zone"`
	DueAt     models.Millis   `json:"due_at"`
	FromAt    models.Millis   `json:"from_at"`
	UntilAt   models.Millis   `json:"until_at"`
	State     models.RunState `json:"state"`
	Reason    string          `json:"reason"`
	TaskID    models.TaskID   `json:"task_id"`
	PostedAt  models.Millis   `json:"posted_at"`
}

func viewRunsOf(all []bot.RunView) []runView {
	views := make([]runView, len(all))
	for i, r := range all {
		views[i] = runView{ID: r.ID, PieceID: r.PieceID, Title: r.Title, GroupID: r.GroupID, GroupName: r.GroupName, Zone: r.Zone,
			DueAt: r.DueAt, FromAt: r.FromAt, UntilAt: r.UntilAt, State: r.State, Reason: r.Reason, TaskID: r.TaskID, PostedAt: r.PostedAt}
	}
	return views
}

func (s *server) listRuns(c *gin.Context) (any, error) {
	id, err := idParam[models.Piece](c)
	if err != nil {
		return nil, err
	}
	in := struct {
		After models.RunID `form:"after"`
		Limit int          `form:"limit" binding:"min=0,max=200"`
	}{}
	if err := c.ShouldBindQuery(&in); err != nil {
		return nil, badInput(err)
	}
	if in.Limit == 0 {
		in.Limit = 50
	}
	all, err := s.Bot.Runs(c.Request.Context(), account(c).CommunityID, id, in.After, in.Limit)
	if err != nil {
		return nil, err
	}
	next := models.RunID(0)
	if len(all) == in.Limit {
		next = all[len(all)-1].ID
	}
	return gin.H{"runs": viewRunsOf(all), "next": next}, nil
}

// postNow hands a piece over at once.
func (s *server) postNow(c *gin.Context) (any, error) {
	id, err := idParam[models.Piece](c)
	if err != nil {
		return nil, err
	}
	key, err := idempotencyKey(c)
	if err != nil {
		return nil, err
	}
	var in struct {
		Groups []models.GroupID `json:"groups" binding:"max=2000"`
	}
	if err := bindJSON(c, &in); err != nil {
		return nil, err
	}
	a := account(c)
	all, err := s.Bot.PostNow(c.Request.Context(), a.CommunityID, a.ID, id, in.Groups, key)
	if err != nil {
		return nil, err
	}
	return gin.H{"runs": viewRunsOf(all)}, nil
}
