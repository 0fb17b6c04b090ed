package handlers

import (
	"github.com/gin-gonic/gin"

	"siyu/miniprogram"
	"siyu/models"
)

type streakView struct {
	Date        string   `json:"date"`
	Zone        string   `json:"zone"`
	Days        int      `json:"days"`
	Longest     int      `json:"longest"`
	Total       int      `json:"total"`
	Today       bool     `json:"today"`
	Freezes     int      `json:"freezes"`
	Dates       []string `json:"dates"`
	FrozenDates []string `json:"frozen_dates"`
	MakeUps     []string `json:"make_ups"`
	MakeUpsLeft int      `json:"make_ups_left"`
}

func viewStreak(v miniprogram.StreakView) streakView {
	return streakView{Date: v.Date, Zone: v.Zone, Days: v.Days, Longest: v.Longest, Total: v.Total, Today: v.Today, Freezes: v.Freezes,
		Dates: append([]string{}, v.Dates...), FrozenDates: append([]string{}, v.FrozenDates...), MakeUps: append([]string{}, v.MakeUps...),
		MakeUpsLeft: v.MakeUpsLeft}
}

// checkIn notes that a member is here today.
func (s *server) checkIn(c *gin.Context) (any, error) {
	var in struct {
		Zone string `json:"zone" binding:"max=64"`
	}
	if c.Request.ContentLength != 0 {
		if err := bindJSON(c, &in); err != nil {
			return nil, err
		}
	}
	got, err := s.Mini.CheckIn(c.Request.Context(), memberSession(c), in.Zone)
	if err != nil {
		return nil, err
	}
	return gin.H{"fresh": got.Fresh, "points": got.Points, "streak": viewStreak(got.StreakView)}, nil
}

func (s *server) makeUp(c *gin.Context) (any, error) {
	var in struct {
		Date string `json:"date" binding:"required,max=10"`
		Zone string `json:"zone" binding:"max=64"`
	}
	if err := bindJSON(c, &in); err != nil {
		return nil, err
	}
	v, err := s.Mini.MakeUp(c.Request.Context(), memberSession(c), in.Date, in.Zone)
	if err != nil {
		return nil, err
	}
	return viewStreak(v), nil
}

func (s *server) streak(c *gin.Context) (any, error) {
	v, err := s.Mini.Streak(c.Request.Context(), memberSession(c), c.Query("zone"))
	if err != nil {
		return nil, err
	}
	return viewStreak(v), nil
}

type levelView struct {
	Name string `json:"name"`
	From int    `json:"from"`
}

// namedLevels is how many levels have a usual name of their own.
const namedLevels = 4

// viewLevels names the levels; one that the organiser gave no name has the usual one.
func (s *server) viewLevels(lang string, all []models.Level) []levelView {
	views := make([]levelView, len(all))
	for i, l := range all {
		views[i] = levelView(l)
		switch names := []string{"level_1", "level_2", "level_3", "level_4"}; {
		case l.Name != "":
		case i < namedLevels:
			views[i].Name = s.texts.say(lang, names[i], nil)
		default:
			views[i].Name = s.texts.say(lang, "level_n", map[string]any{"n": i + 1})
		}
	}
	return views
}

func (s *server) points(c *gin.Context) (any, error) {
	p, err := s.Mini.Points(c.Request.Context(), memberSession(c))
	if err != nil {
		return nil, err
	}
	levels := s.viewLevels(pageLanguage(c), p.Levels)
	return gin.H{"balance": p.Balance, "earned": p.Earned, "level": p.Level + 1, "level_name": levels[p.Level].Name, "next_from": p.Next,
		"levels": levels}, nil
}

type pointsEntry struct {
	ID         models.TransferID `json:"id"`
	At         models.Millis     `json:"at"`
	Reason     string            `json:"reason"`
	ReasonText string            `json:"reason_text"`
	Points     int64             `json:"points"`
	Note       string            `json:"note"`
}

// pointsHistory shows why her points changed, newest first; after is the last id of the page before.
func (s *server) pointsHistory(c *gin.Context) (any, error) {
	session := memberSession(c)
	return s.pointsOf(c, session.CommunityID, session.MemberID, pageLanguage(c))
}

// pointsOf is the page of a member's history that was asked for, its reasons in a language.
func (s *server) pointsOf(c *gin.Context, community models.CommunityID, member models.MemberID, lang string) (any, error) {
	in := struct {
		After models.TransferID `form:"after" binding:"omitempty,hexadecimal,len=32"`
		Limit int               `form:"limit" binding:"min=1,max=100"`
	}{Limit: 30}
	if err := c.ShouldBindQuery(&in); err != nil {
		return nil, badInput(err)
	}
	all, err := s.Mini.PointsHistory(c.Request.Context(), community, member, in.After, in.Limit)
	if err != nil {
		return nil, err
	}
	views := make([]pointsEntry, len(all))
	for i, e := range all {
		views[i] = pointsEntry{ID: e.ID, At: e.At, Reason: e.Code, ReasonText: s.pointsReason(lang, e.Code), Points: e.Amount, Note: e.Note}
	}
	return gin.H{"entries": views}, nil
}

// pointsReason says in words why points changed.
func (s *server) pointsReason(lang, code string) string {
	switch code {
	case "visit", "redeem", "review", "answer", "quest", "adjust", models.CodeReversal, models.CodeExpiry, models.CodeDebt:
		return s.texts.say(lang, "points_"+code, nil)
	}
	return s.texts.say(lang, "points_other", nil)
}

type miniQuest struct {
	ID      models.QuestID `json:"id"`
	Action  models.Action  `json:"action"`
	Period  models.Period  `json:"period"`
	Title   string         `json:"title"`
	Body    string         `json:"body"`
	Goal    int            `json:"goal"`
	Done    int            `json:"done"`
	Points  int            `json:"points"`
	Got     bool           `json:"got"`
	Choices []string       `json:"choices"`
	Choice  int            `json:"choice"`
	EndsAt  models.Millis  `json:"ends_at"`
}

func viewMiniQuest(q miniprogram.QuestCard) miniQuest {
	return miniQuest{ID: q.ID, Action: q.Action, Period: q.Period, Title: q.Title, Body: q.Body, Goal: q.Goal, Done: q.Done, Points: q.Points,
		Got: q.Got, Choices: append([]string{}, q.Answers()...), Choice: q.Choice, EndsAt: q.EndsAt}
}

func (s *server) miniQuests(c *gin.Context) (any, error) {
	all, err := s.Mini.Quests(c.Request.Context(), memberSession(c))
	if err != nil {
		return nil, err
	}
	views := make([]miniQuest, len(all))
	for i, q := range all {
		views[i] = viewMiniQuest(q)
	}
	return gin.H{"quests": views}, nil
}

func (s *server) answerQuest(c *gin.Context) (any, error) {
	id, err := idParam[models.Quest](c)
	if err != nil {
		return nil, err
	}
	var in struct {
		Choice *int `json:"choice" binding:"required,min=0,max=100"`
	}
	if err := bindJSON(c, &in); err != nil {
		return nil, err
	}
	q, err := s.Mini.Answer(c.Request.Context(), memberSession(c), id, *in.Choice)
	if err != nil {
		return nil, err
	}
	return viewMiniQuest(q), nil
}

// referralCode is what her cards carry.
func (s *server) referralCode(c *gin.Context) (any, error) {
	code, err := s.Mini.ReferralCode(c.Request.Context(), memberSession(c))
	if err != nil {
		return nil, err
	}
	return gin.H{"code": code}, nil
}

func (s *server) referred(c *gin.Context) (any, error) {
	var in struct {
		Code string `json:"code" binding:"required,max=32"`
	}
	if err := bindJSON(c, &in); err != nil {
		return nil, err
	}
	return nothing{}, s.Mini.Referred(c.Request.Context(), memberSession(c), in.Code)
}

type refusalView struct {
	BrandID   models.BrandID `json:"brand_id"`
	BrandName string         `json:"brand_name"`
	At        models.Millis  `json:"at"`
}

func viewRefusals(all []miniprogram.RefusedBrand) any {
	views := make([]refusalView, len(all))
	for i, r := range all {
		views[i] = refusalView{BrandID: r.Brand, BrandName: r.Name, At: r.At}
	}
	return gin.H{"refusals": views}
}

func (s *server) refusals(c *gin.Context) (any, error) {
	all, err := s.Mini.Refusals(c.Request.Context(), memberSession(c))
	if err != nil {
		return nil, err
	}
	return viewRefusals(all), nil
}

// refuse notes that she wants less of a brand, or that she does not mind any more.
func (s *server) refuse(undo bool) handler {
	return func(c *gin.Context) (any, error) {
		var in struct {
			BrandID models.BrandID `json:"brand_id"`
		}
		if err := bindJSON(c, &in); err != nil {
			return nil, err
		}
		all, err := s.Mini.Refuse(c.Request.Context(), memberSession(c), in.BrandID, undo)
		if err != nil {
			return nil, err
		}
		return viewRefusals(all), nil
	}
}
