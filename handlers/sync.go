package handlers

import (
	"github.com/gin-gonic/gin"

	"siyu/bot"
	"siyu/models"
)

type syncView struct {
	ID        models.SyncID    `json:"id"`
	State     models.SyncState `json:"state"`
	Whole     bool             `json:"whole"`
	Total     int              `json:"total"`
	Done      int              `json:"done"`
	Changed   int              `json:"changed"`
	Failed    int              `json:"failed"`
	Joined    int              `json:"joined"`
	Left      int              `json:"left"`
	Calls     int              `json:"calls"`
	Code      int              `json:"code"`
	Error     string           `json:"error"`
	StartedAt models.Millis    `json:"started_at"`
	UpdatedAt models.Millis    `json:"updated_at"`
	EndedAt   models.Millis    `json:"ended_at"`
}

func viewSync(s models.Sync) syncView {
	return syncView{ID: s.ID, State: s.State, Whole: s.Whole, Total: s.Total, Done: s.Done, Changed: s.Changed, Failed: s.Failed,
		Joined: s.Joined, Left: s.Departed, Calls: s.Calls, Code: bot.SyncCode(s), Error: s.Error, StartedAt: s.StartedAt,
		UpdatedAt: s.UpdatedAt, EndedAt: s.EndedAt}
}

// syncsShown is how many syncs that ended the console is told of.
const syncsShown = 10

func (s *server) readSync(c *gin.Context) (any, error) {
	v, err := s.Bot.SyncStanding(c.Request.Context(), account(c).CommunityID, syncsShown)
	if err != nil {
		return nil, err
	}
	ended := make([]syncView, len(v.Ended))
	for i, one := range v.Ended {
		ended[i] = viewSync(one)
	}
	var running *syncView
	if v.Running != nil {
		now := viewSync(*v.Running)
		running = &now
	}
	return gin.H{"running": running, "syncs": ended, "next_at": v.NextAt}, nil
}

func (s *server) startSync(c *gin.Context) (any, error) {
	a := account(c)
	begun, err := s.Bot.StartSync(c.Request.Context(), a.CommunityID, a.ID)
	if err != nil {
		return nil, err
	}
	return created{viewSync(begun)}, nil
}
