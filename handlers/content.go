package handlers

import (
	"fmt"

	"github.com/gin-gonic/gin"

	"siyu/bot"
	"siyu/models"
)

type contentView struct {
	GroupID           models.GroupID    `json:"group_id"`
	GroupName         string            `json:"group_name"`
	Kind              models.GroupKind  `json:"kind"`
	Zone              string            `json:"zone"`
	Gone              bool              `json:"gone"`
	Items             []contentItemView `json:"items"`
	ValuePosts        int               `json:"value_posts"`
	SponsoredPosts    int               `json:"sponsored_posts"`
	ValuePerSponsored *float64          `json:"value_per_sponsored"` // null: there was no sponsored one
	FreeDays          []string          `json:"free_days"`
}

type contentItemView struct {
	Kind        string             `json:"kind"`
	At          models.Millis      `json:"at"`
	Until       models.Millis      `json:"until"`
	Day         string             `json:"day"`
	State       string             `json:"state"`
	Title       string             `json:"title"`
	BrandName   string             `json:"brand_name"`
	Reason      string             `json:"reason"`
	NextAt      models.Millis      `json:"next_at"`
	Posts       int                `json:"posts"`
	PieceID     models.PieceID     `json:"piece_id"`
	RunID       models.RunID       `json:"run_id"`
	PlacementID models.PlacementID `json:"placement_id"`
}

func viewContent(c bot.GroupContent) contentView {
	v := contentView{GroupID: c.Group.ID, GroupName: c.Group.Name, Kind: c.Group.Kind, Zone: c.Group.Zone, Gone: c.Group.GoneAt != 0,
		Items: make([]contentItemView, len(c.Items)), ValuePosts: c.Value, SponsoredPosts: c.Sponsored, FreeDays: c.FreeDays}
	if c.Sponsored > 0 {
		ratio := float64(c.Value) / float64(c.Sponsored)
		v.ValuePerSponsored = &ratio
	}
	for i, p := range c.Items {
		v.Items[i] = contentItemView{Kind: p.Kind, At: p.At, Until: p.Until, Day: p.Day, State: p.State, Title: p.Title, BrandName: p.BrandName,
			Reason: p.Reason, NextAt: p.NextAt, Posts: p.Posts, PieceID: p.PieceID, RunID: p.RunID, PlacementID: p.Placement}
	}
	return v
}

// contentSpan is the part of a query that says which stretch of the calendar is meant.
type contentSpan struct {
	From models.Millis `form:"from" binding:"min=0,max=4102444800000"`
	To   models.Millis `form:"to" binding:"min=0,max=4102444800000"`
	Gap  int           `form:"gap" binding:"min=0,max=30"`
}

func (q contentSpan) span() bot.ContentSpan { return bot.ContentSpan(q) }

// listContent shows the content calendars of all groups that she may see.
func (s *server) listContent(c *gin.Context) (any, error) {
	in := struct {
		contentSpan
		After models.GroupID `form:"after"`
		Limit int            `form:"limit" binding:"min=0,max=100"`
	}{}
	if err := c.ShouldBindQuery(&in); err != nil {
		return nil, badInput(err)
	}
	if in.Limit == 0 {
		in.Limit = 20
	}
	mine, err := s.mine(c)
	if err != nil {
		return nil, err
	}
	all, err := s.Bot.Contents(c.Request.Context(), account(c).CommunityID,
		models.GroupFilter{Only: mine.ids(), After: in.After, Limit: in.Limit}, in.span())
	if err != nil {
		return nil, err
	}
	views, next := make([]contentView, len(all)), models.GroupID(0)
	for i, g := range all {
		views[i] = viewContent(g)
	}
	if len(all) == in.Limit {
		next = all[len(all)-1].Group.ID
	}
	return gin.H{"groups": views, "next": next}, nil
}

// groupContent reads the content calendar of the path's group.
func (s *server) groupContent(c *gin.Context) (bot.GroupContent, error) {
	id, err := idParam[models.Group](c)
	if err != nil {
		return bot.GroupContent{}, err
	}
	var in contentSpan
	if err := c.ShouldBindQuery(&in); err != nil {
		return bot.GroupContent{}, badInput(err)
	}
	for _, gone := range []bool{false, true} { // what was posted in a group that has ended stays to be read
		all, err := s.Bot.Contents(c.Request.Context(), account(c).CommunityID, models.GroupFilter{Only: []models.GroupID{id}, Gone: gone}, in.span())
		if err != nil {
			return bot.GroupContent{}, err
		}
		if len(all) > 0 {
			return all[0], nil
		}
	}
	return bot.GroupContent{}, models.Errorf(models.NotFound, "group_not_found", "no such group")
}

func (s *server) readContent(c *gin.Context) (any, error) {
	g, err := s.groupContent(c)
	if err != nil {
		return nil, err
	}
	return viewContent(g), nil
}

// contentFile is a group's content calendar for people's own calendars.
func (s *server) contentFile(c *gin.Context) (any, error) {
	g, err := s.groupContent(c)
	if err != nil {
		return nil, err
	}
	lang := requestLanguage(c)
	word := func(id string) string { return s.texts.say(lang, id, nil) }
	words := bot.ContentWords{Calendar: word("content_calendar"), Kinds: map[string]string{}, States: map[string]string{}}
	for _, kind := range []string{bot.ContentValue, bot.ContentSponsored} {
		words.Kinds[kind] = word("content_" + kind)
	}
	for _, state := range []string{"planned", "handed", "posted", "unposted", "missed", "reserved", "tasked", "confirmed", "late", "held"} {
		words.States[state] = word("content_state_" + state)
	}
	c.Header("Content-Disposition", fmt.Sprintf(`attachment; filename="siyu-%s.ics"`, g.Group.ID))
	c.Header("Cache-Control", "no-store")
	return document{contentType: "text/calendar; charset=utf-8", body: g.ICS(words, models.MillisOf(s.Store.Clock().Now()))}, nil
}
