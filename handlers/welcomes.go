package handlers

import (
	"time"

	"github.com/gin-gonic/gin"

	"siyu/bot"
	"siyu/models"
)

type welcomeView struct {
	ID         models.WelcomeID   `json:"id"`
	Kind       models.WelcomeKind `json:"kind"`
	Name       string             `json:"name"`
	Enabled    bool               `json:"enabled"`
	EntryID    models.EntryID     `json:"entry_id"`
	VideoID    models.VideoID     `json:"video_id"`
	State      string             `json:"state"`
	Texts      map[string]string  `json:"texts"`
	Part       models.WelcomePart `json:"part"`
	Sync       models.WelcomeSync `json:"sync"`
	SyncText   string             `json:"sync_text"`
	Problem    string             `json:"problem"`
	Remote     string             `json:"remote"`
	TemplateID string             `json:"template_id"`
	CheckedAt  models.Millis      `json:"checked_at"`
	UpdatedAt  models.Millis      `json:"updated_at"`
}

func (s *server) viewWelcome(c *gin.Context, w models.Welcome) (welcomeView, error) {
	texts, part, err := w.Words()
	v := welcomeView{ID: w.ID, Kind: w.Kind, Name: w.Name, Enabled: w.Enabled, EntryID: w.EntryID, VideoID: w.VideoID, State: w.State,
		Texts: texts, Part: part, Sync: w.Sync, Problem: w.Problem, Remote: w.Remote, TemplateID: w.TemplateID,
		CheckedAt: w.CheckedAt, UpdatedAt: w.UpdatedAt}
	if w.Kind == models.WelcomeGroup {
		v.SyncText = s.texts.say(requestLanguage(c), "welcome_sync_"+string(w.Sync), nil)
	}
	return v, err
}

// welcomeSince is how far back greetings are counted.
const welcomeSince = 28 * 24 * time.Hour

// listWelcomes shows a page of welcomes, the house's own, and what became of the greetings of the last 28 days.
func (s *server) listWelcomes(c *gin.Context) (any, error) {
	in := struct {
		Kind  string           `form:"kind" binding:"omitempty,oneof=contact group"`
		After models.WelcomeID `form:"after"`
		Limit int              `form:"limit" binding:"min=0,max=200"`
	}{}
	if err := c.ShouldBindQuery(&in); err != nil {
		return nil, badInput(err)
	}
	if in.Limit == 0 {
		in.Limit = 50
	}
	ctx, community := c.Request.Context(), account(c).CommunityID
	all, err := s.Bot.Welcomes(ctx, community, models.WelcomeKind(in.Kind), in.After, in.Limit)
	if err != nil {
		return nil, err
	}
	views := make([]welcomeView, len(all))
	for i, w := range all {
		if views[i], err = s.viewWelcome(c, w); err != nil {
			return nil, err
		}
	}
	house, _, err := s.Bot.HouseWelcome().Words()
	if err != nil {
		return nil, err
	}
	counts, err := s.Bot.GreetingCounts(ctx, community, models.MillisOf(s.Store.Clock().Now()).Add(-welcomeSince))
	if err != nil {
		return nil, err
	}
	greetings := make([]gin.H, len(counts))
	for i, n := range counts {
		greetings[i] = gin.H{"state": n.State, "count": n.Count, "longest": n.Took,
			"text": s.texts.say(requestLanguage(c), "greeting_"+string(n.State), nil)}
	}
	return gin.H{"welcomes": views, "house": house, "greetings": greetings,
		"how": s.texts.say(requestLanguage(c), "welcome_how", nil)}, nil
}

type welcomeInput struct {
	Kind    string             `json:"kind" binding:"required,oneof=contact group"`
	Name    string             `json:"name" binding:"max=40"`
	Enabled *bool              `json:"enabled"`
	EntryID models.EntryID     `json:"entry_id"`
	VideoID models.VideoID     `json:"video_id"`
	State   string             `json:"state" binding:"max=64"`
	Texts   map[string]string  `json:"texts" binding:"required,max=3"`
	Part    models.WelcomePart `json:"part"`
}

func (in welcomeInput) draft() bot.WelcomeDraft {
	return bot.WelcomeDraft{Kind: models.WelcomeKind(in.Kind), Name: in.Name, Enabled: in.Enabled == nil || *in.Enabled, Entry: in.EntryID,
		Video: in.VideoID, State: in.State, Texts: in.Texts, Part: in.Part}
}

func (s *server) addWelcome(c *gin.Context) (any, error) {
	var in welcomeInput
	if err := bindJSON(c, &in); err != nil {
		return nil, err
	}
	a := account(c)
	w, err := s.Bot.AddWelcome(c.Request.Context(), a.CommunityID, a.ID, in.draft())
	if err != nil {
		return nil, err
	}
	v, err := s.viewWelcome(c, w)
	return created{v}, err
}

func (s *server) changeWelcome(c *gin.Context) (any, error) {
	id, err := idParam[models.Welcome](c)
	if err != nil {
		return nil, err
	}
	var in welcomeInput
	if err := bindJSON(c, &in); err != nil {
		return nil, err
	}
	a := account(c)
	w, err := s.Bot.ChangeWelcome(c.Request.Context(), a.CommunityID, id, a.ID, in.draft())
	if err != nil {
		return nil, err
	}
	return s.viewWelcome(c, w)
}

func (s *server) deleteWelcome(c *gin.Context) (any, error) {
	id, err := idParam[models.Welcome](c)
	if err != nil {
		return nil, err
	}
	a := account(c)
	return nothing{}, s.Bot.DeleteWelcome(c.Request.Context(), a.CommunityID, id, a.ID)
}

// previewWelcome shows a draft as somebody would read it; nothing is stored.
func (s *server) previewWelcome(c *gin.Context) (any, error) {
	var in struct {
		welcomeInput
		Nickname string `json:"nickname" binding:"max=64"`
		Lang     string `json:"lang" binding:"omitempty,oneof=zh-Hans zh-Hant en"`
	}
	if err := bindJSON(c, &in); err != nil {
		return nil, err
	}
	v, err := s.Bot.PreviewWelcome(c.Request.Context(), account(c).CommunityID, in.draft(), in.Nickname, in.Lang)
	if err != nil {
		return nil, err
	}
	return gin.H{"text": v.Text, "lang": v.Lang, "bytes": v.Bytes, "most": v.Most, "part": v.Part, "page": v.Page}, nil
}

// checkWelcomes asks WeCom now what it has, and shows the group welcomes.
func (s *server) checkWelcomes(c *gin.Context) (any, error) {
	a := account(c)
	if err := s.Bot.LookAtWelcomes(c.Request.Context(), a.CommunityID); err != nil {
		return nil, err
	}
	return s.listWelcomes(c)
}

func (s *server) listGroupWelcomes(c *gin.Context) (any, error) {
	in := struct {
		After models.GroupID `form:"after"`
		Limit int            `form:"limit" binding:"min=0,max=200"`
	}{}
	if err := c.ShouldBindQuery(&in); err != nil {
		return nil, badInput(err)
	}
	if in.Limit == 0 {
		in.Limit = 50
	}
	all, err := s.Bot.GroupWelcomes(c.Request.Context(), account(c).CommunityID, in.After, in.Limit)
	if err != nil {
		return nil, err
	}
	views := make([]gin.H, len(all))
	for i, g := range all {
		views[i] = gin.H{"group_id": g.Group.ID, "group_name": g.Group.Name, "welcome_id": g.On.WelcomeID, "on_at": g.On.OnAt}
	}
	return gin.H{"groups": views, "how": s.texts.say(requestLanguage(c), "welcome_how", nil)}, nil
}

// sayGroupWelcome takes the organiser's word that a welcome is switched on in a group; without one nobody knows.
func (s *server) sayGroupWelcome(c *gin.Context) (any, error) {
	id, err := idParam[models.Group](c)
	if err != nil {
		return nil, err
	}
	var in struct {
		WelcomeID models.WelcomeID `json:"welcome_id"`
	}
	if err := bindJSON(c, &in); err != nil {
		return nil, err
	}
	a := account(c)
	return nothing{}, s.Bot.SayGroupWelcome(c.Request.Context(), a.CommunityID, id, in.WelcomeID, a.ID)
}
