package handlers

import (
	"github.com/gin-gonic/gin"

	"siyu/models"
)

type messageView struct {
	ID        models.MessageID    `json:"id"`
	ChannelID models.ChannelID    `json:"channel_id"`
	Kind      string              `json:"kind"`
	Purpose   string              `json:"purpose"`
	State     models.MessageState `json:"state"`
	Reason    string              `json:"reason"`
	Why       string              `json:"why"`
	ResumeAt  models.Millis       `json:"resume_at"`
	CreatedAt models.Millis       `json:"created_at"`
	EndedAt   models.Millis       `json:"ended_at"`
}

// listMessages shows what became of customer-service messages; not to whom, and not their words.
func (s *server) listMessages(c *gin.Context) (any, error) {
	var q struct {
		State models.MessageState `form:"state" binding:"omitempty,oneof=waiting calling sent unsent lost"`
	}
	if err := c.ShouldBindQuery(&q); err != nil {
		return nil, badInput(err)
	}
	after, limit, err := pageOf[models.Message](c)
	if err != nil {
		return nil, err
	}
	sc := s.Store.Read(c.Request.Context()).In(account(c).CommunityID)
	counts, err := sc.CountMessages()
	if err != nil {
		return nil, err
	}
	all, err := sc.Messages(q.State, after, limit)
	if err != nil {
		return nil, err
	}
	views, states := make([]messageView, len(all)), make([]gin.H, len(counts))
	for i, m := range all {
		views[i] = messageView{ID: m.ID, ChannelID: m.ChannelID, Kind: m.Kind, Purpose: m.Purpose, State: m.State, Reason: m.Reason,
			Why: s.why(c, m.Reason), ResumeAt: m.ResumeAt, CreatedAt: m.CreatedAt, EndedAt: m.EndedAt}
	}
	for i, n := range counts {
		states[i] = gin.H{"state": n.State, "reason": n.Reason, "why": s.why(c, n.Reason), "count": n.Count}
	}
	return gin.H{"counts": states, "messages": views}, nil
}
