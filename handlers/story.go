package handlers

import (
	"strings"

	"github.com/gin-gonic/gin"

	"siyu/models"
	"siyu/throttle"
)

// storyView is one post in one group, from its first wish on.
type storyView struct {
	ID         models.PlacementID    `json:"id"`
	GroupID    models.GroupID        `json:"group_id"`
	GroupName  string                `json:"group_name"`
	OfferID    models.OfferID        `json:"offer_id"`
	OfferTitle string                `json:"offer_title"`
	BrandName  string                `json:"brand_name"`
	State      models.PlacementState `json:"state"`
	S          models.Millis         `json:"s"`
	E          models.Millis         `json:"e"`
	SentAt     models.Millis         `json:"sent_at"`
	Reasons    []string              `json:"reasons"`
	Now        *verdictView          `json:"now"`
	Events     []storyEvent          `json:"events"`
	Answers    []storyAnswer         `json:"answers"`
	Card       storyCard             `json:"card"`
}

type storyEvent struct {
	At      models.Millis         `json:"at"`
	State   models.PlacementState `json:"state"`
	Reasons []string              `json:"reasons"`
	S       models.Millis         `json:"s"`
	E       models.Millis         `json:"e"`
}

type storyAnswer struct {
	At models.Millis `json:"at"`
	verdictView
}

func (s *server) readPlacement(c *gin.Context) (any, error) {
	id, err := idParam[models.Placement](c)
	if err != nil {
		return nil, err
	}
	x, err := s.Desk.Course(c.Request.Context(), account(c).CommunityID, id)
	if err != nil {
		return nil, err
	}
	p := x.Placement
	mine, err := s.mine(c)
	if err != nil {
		return nil, err
	}
	if !mine.has(p.GroupID) {
		return nil, models.Errorf(models.NotFound, "not_found", "no such post")
	}
	v := storyView{ID: p.ID, GroupID: p.GroupID, GroupName: x.GroupName, OfferID: p.OfferID, OfferTitle: x.OfferTitle,
		BrandName: x.BrandName, State: p.State, S: p.S, E: p.E, SentAt: p.SentAt, Reasons: []string{},
		Events: make([]storyEvent, len(x.Events)), Answers: make([]storyAnswer, len(x.Answers))}
	v.Reasons = append(v.Reasons, x.Reasons...)
	if p.State == models.PlacementPlanned || p.State == models.PlacementHeld {
		now := viewVerdict(x.Now)
		v.Now = &now
	}
	for i, e := range x.Events {
		v.Events[i] = storyEvent{At: e.At, State: e.ToState, Reasons: append([]string{}, strings.Fields(e.Reason)...), S: e.S, E: e.E}
	}
	for i, a := range x.Answers {
		v.Answers[i] = viewAnswer(a)
	}
	v.Card, err = s.cardOfStory(c, p.ID)
	return v, err
}

func viewAnswer(a throttle.Ruling) storyAnswer {
	if a.Verdict.Allow || a.Thin {
		return storyAnswer{At: a.At, verdictView: verdictView{Allow: a.Verdict.Allow, Reasons: []string{}}}
	}
	return storyAnswer{At: a.At, verdictView: viewVerdict(a.Verdict)}
}
