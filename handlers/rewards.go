package handlers

import (
	"github.com/gin-gonic/gin"

	"siyu/miniprogram"
	"siyu/models"
)

type rewardsView struct {
	Rev     int            `json:"rev"`
	At      models.Millis  `json:"at"`
	Rewards models.Rewards `json:"rewards"`
}

func (s *server) viewRewards(c *gin.Context, v miniprogram.RewardsView) rewardsView {
	for i, l := range s.viewLevels(requestLanguage(c), v.Rewards.Levels) {
		v.Rewards.Levels[i].Name = l.Name
	}
	return rewardsView{Rev: v.Plan.Rev, At: v.Plan.At, Rewards: v.Rewards}
}

// readRewards shows what the community gives for coming back.
func (s *server) readRewards(c *gin.Context) (any, error) {
	v, err := s.Mini.Rewards(c.Request.Context(), account(c).CommunityID)
	if err != nil {
		return nil, err
	}
	return s.viewRewards(c, v), nil
}

// saveRewards puts another revision in force; who was slower is shown what is there now.
func (s *server) saveRewards(c *gin.Context) (any, error) {
	var in struct {
		Base    *int           `json:"base" binding:"required,min=0"`
		Rewards models.Rewards `json:"rewards" binding:"required"`
	}
	if err := bindJSON(c, &in); err != nil {
		return nil, err
	}
	a := account(c)
	v, err := s.Mini.SetRewards(c.Request.Context(), a.CommunityID, a.ID, *in.Base, in.Rewards)
	if models.CodeOf(err) == "rewards_moved" {
		newer, e := s.readRewards(c)
		if e != nil {
			return nil, e
		}
		return nil, &overtaken{err, newer}
	}
	if err != nil {
		return nil, err
	}
	return s.viewRewards(c, v), nil
}

type revisionOfRewards struct {
	Rev  int              `json:"rev"`
	By   models.AccountID `json:"by"`
	At   models.Millis    `json:"at"`
	Body jsonText         `json:"rewards"`
}

// jsonText is JSON that was stored as such.
type jsonText string

// MarshalJSON returns it as it is.
func (t jsonText) MarshalJSON() ([]byte, error) { return []byte(t), nil }

// listRewardRevisions shows what was in force before, newest first; before is the last revision of the page before.
func (s *server) listRewardRevisions(c *gin.Context) (any, error) {
	in := struct {
		Before int `form:"before" binding:"min=0"`
		Limit  int `form:"limit" binding:"min=1,max=100"`
	}{Limit: 20}
	if err := c.ShouldBindQuery(&in); err != nil {
		return nil, badInput(err)
	}
	all, err := s.Mini.RewardRevisions(c.Request.Context(), account(c).CommunityID, in.Before, in.Limit)
	if err != nil {
		return nil, err
	}
	views := make([]revisionOfRewards, len(all))
	for i, p := range all {
		views[i] = revisionOfRewards{Rev: p.Rev, By: p.AccountID, At: p.At, Body: jsonText(p.Body)}
	}
	return gin.H{"revisions": views}, nil
}

// adjustPoints gives or takes points by hand; the key of the request makes asking again safe.
func (s *server) adjustPoints(c *gin.Context) (any, error) {
	id, err := idParam[models.Member](c)
	if err != nil {
		return nil, err
	}
	var in struct {
		Points int    `json:"points" binding:"required,min=-100000,max=100000"`
		Reason string `json:"reason" binding:"required,max=200"`
	}
	if err := bindJSON(c, &in); err != nil {
		return nil, err
	}
	key, err := idempotencyKey(c)
	if err != nil {
		return nil, err
	}
	a := account(c)
	award, err := s.Mini.Adjust(c.Request.Context(), a.CommunityID, a.ID, miniprogram.Adjustment{Member: id, Points: in.Points, Reason: in.Reason, Key: key})
	if err != nil {
		return nil, err
	}
	return gin.H{"points": award.Points, "at": award.At}, nil
}

type questView struct {
	ID        models.QuestID `json:"id"`
	Action    models.Action  `json:"action"`
	Period    models.Period  `json:"period"`
	Goal      int            `json:"goal"`
	Points    int            `json:"points"`
	Title     string         `json:"title"`
	Body      string         `json:"body"`
	Choices   []string       `json:"choices"`
	StartsAt  models.Millis  `json:"starts_at"`
	EndsAt    models.Millis  `json:"ends_at"`
	EndedAt   models.Millis  `json:"ended_at"`
	Finished  int            `json:"finished"`
	Answered  []int          `json:"answered"`
	CreatedAt models.Millis  `json:"created_at"`
}

func viewQuest(q miniprogram.QuestCount) questView {
	return questView{ID: q.ID, Action: q.Action, Period: q.Period, Goal: q.Goal, Points: q.Points, Title: q.Title, Body: q.Body,
		Choices: append([]string{}, q.Answers()...), StartsAt: q.StartsAt, EndsAt: q.EndsAt, EndedAt: q.EndedAt, Finished: q.Finished,
		Answered: append([]int{}, q.Answered...), CreatedAt: q.CreatedAt}
}

func (s *server) listQuests(c *gin.Context) (any, error) {
	after, limit, err := pageOf[models.Quest](c)
	if err != nil {
		return nil, err
	}
	all, err := s.Mini.AllQuests(c.Request.Context(), account(c).CommunityID, after, limit)
	if err != nil {
		return nil, err
	}
	views := make([]questView, len(all))
	for i, q := range all {
		views[i] = viewQuest(q)
	}
	return gin.H{"quests": views}, nil
}

type questBody struct {
	Action   models.Action `json:"action" binding:"required,max=16"`
	Period   models.Period `json:"period" binding:"required,max=16"`
	Goal     int           `json:"goal" binding:"min=1,max=100"`
	Points   int           `json:"points" binding:"min=0,max=10000"`
	Title    string        `json:"title" binding:"required,max=200"`
	Body     string        `json:"body" binding:"max=2000"`
	Choices  []string      `json:"choices" binding:"max=6"`
	StartsAt models.Millis `json:"starts_at" binding:"min=0"`
	EndsAt   models.Millis `json:"ends_at" binding:"min=0"`
}

// questPresets are ready-made quests in the reader's language.
func (s *server) questPresets(c *gin.Context) (any, error) {
	texts := []string{"quest_visit_week", "quest_redeem_week", "quest_redeem_five", "quest_review_first"}
	all := miniprogram.QuestPresets()
	views := make([]questBody, len(all))
	for i, q := range all {
		views[i] = questBody{Action: q.Action, Period: q.Period, Goal: q.Goal, Points: q.Points, Choices: []string{},
			Title: s.texts.say(requestLanguage(c), texts[i], nil)}
	}
	return gin.H{"quests": views}, nil
}

func (s *server) addQuest(c *gin.Context) (any, error) {
	var in questBody
	if err := bindJSON(c, &in); err != nil {
		return nil, err
	}
	a := account(c)
	q, err := s.Mini.AddQuest(c.Request.Context(), a.CommunityID, a.ID, miniprogram.QuestDraft(in))
	if err != nil {
		return nil, err
	}
	return created{viewQuest(q)}, nil
}

func (s *server) endQuest(c *gin.Context) (any, error) {
	id, err := idParam[models.Quest](c)
	if err != nil {
		return nil, err
	}
	a := account(c)
	return nothing{}, s.Mini.EndQuest(c.Request.Context(), a.CommunityID, id, a.ID)
}

type referralWeek struct {
	Brought   int `json:"brought"`
	Referrers int `json:"referrers"`
	Claimed   int `json:"claimed"`
	Redeemed  int `json:"redeemed"`
}

// listReferrals counts who was brought in the last weeks; it names nobody.
func (s *server) listReferrals(c *gin.Context) (any, error) {
	in := struct {
		Weeks int `form:"weeks" binding:"min=1,max=52"`
	}{Weeks: 12}
	if err := c.ShouldBindQuery(&in); err != nil {
		return nil, badInput(err)
	}
	all, err := s.Mini.ReferralReport(c.Request.Context(), account(c).CommunityID, in.Weeks)
	if err != nil {
		return nil, err
	}
	views := make([]referralWeek, len(all))
	for i, w := range all {
		views[i] = referralWeek(w)
	}
	return gin.H{"weeks": views}, nil
}
