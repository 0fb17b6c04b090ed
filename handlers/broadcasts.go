package handlers

import (
	"github.com/gin-gonic/gin"

	"siyu/bot"
	"siyu/models"
)

type broadcastView struct {
	ID            models.BroadcastID       `json:"id"`
	Name          string                   `json:"name"`
	State         models.BroadcastState    `json:"state"`
	Ver           int                      `json:"ver"`
	Content       models.BroadcastContent  `json:"content"`
	Audience      models.BroadcastAudience `json:"audience"`
	Sponsored     bool                     `json:"sponsored"`
	BrandID       models.BrandID           `json:"brand_id"`
	OverQuiet     bool                     `json:"over_quiet"`
	SendAt        models.Millis            `json:"send_at"`
	CreatedAt     models.Millis            `json:"created_at"`
	StartedAt     models.Millis            `json:"started_at"`
	DoneAt        models.Millis            `json:"done_at"`
	People        int                      `json:"people"`
	ExpectedSkips int                      `json:"expected_skips"`
	Parts         []chunkView              `json:"parts"`
}

type chunkView struct {
	Seq            int               `json:"seq"`
	Kind           string            `json:"kind"`
	State          models.ChunkState `json:"state"`
	People         int               `json:"people"`
	AcceptedAt     models.Millis     `json:"accepted_at"`
	AdminConfirmBy models.Millis     `json:"admin_confirm_by"`
	DoneAt         models.Millis     `json:"done_at"`
	Result         string            `json:"result"`
	ResultText     string            `json:"result_text"`
	Total          int               `json:"total"`
	Filtered       int               `json:"filtered"`
	Sent           int               `json:"sent"`
	Errors         int               `json:"errors"`
	Skipped        int               `json:"skipped"`
}

func (s *server) viewBroadcast(c *gin.Context, b bot.BroadcastView) broadcastView {
	v := broadcastView{ID: b.ID, Name: b.Name, State: b.State, Ver: b.Ver, Content: b.Content, Audience: b.Audience,
		Sponsored: b.Sponsored, BrandID: b.BrandID, OverQuiet: b.OverQuiet, SendAt: b.SendAt, CreatedAt: b.CreatedAt,
		StartedAt: b.StartedAt, DoneAt: b.DoneAt, People: b.People, ExpectedSkips: b.ExpectedSkips, Parts: []chunkView{}}
	for _, p := range b.Chunks {
		part := chunkView{Seq: p.Seq, Kind: p.Kind, State: p.State, People: p.People, AcceptedAt: p.AcceptedAt,
			DoneAt: p.DoneAt, Result: p.Result, Total: p.Total, Filtered: p.Filtered, Sent: p.Sent, Errors: p.Errors, Skipped: -1}
		if p.State == models.ChunkAccepted {
			part.AdminConfirmBy = p.AcceptedAt.Add(bot.DefaultMassLimits().AdminConfirm)
		}
		if p.Total >= 0 {
			part.Skipped = p.Total - p.Filtered
		}
		if p.Result != "" {
			part.ResultText = s.texts.say(requestLanguage(c), massText(p.Result), nil)
		}
		v.Parts = append(v.Parts, part)
	}
	return v
}

// massText names the text of how a part ended.
func massText(result string) string {
	switch result {
	case "media_unknown", "mass_quota", "not_following", "draft_too_long":
		return "error_" + result
	}
	return "mass_" + result
}

func (s *server) listBroadcasts(c *gin.Context) (any, error) {
	in := struct {
		After models.BroadcastID `form:"after"`
		Limit int                `form:"limit" binding:"min=0,max=100"`
	}{}
	if err := c.ShouldBindQuery(&in); err != nil {
		return nil, badInput(err)
	}
	if in.Limit == 0 {
		in.Limit = 20
	}
	all, err := s.Bot.Broadcasts(c.Request.Context(), account(c).CommunityID, in.After, in.Limit)
	if err != nil {
		return nil, err
	}
	views := []broadcastView{}
	for _, b := range all {
		views = append(views, s.viewBroadcast(c, b))
	}
	return gin.H{"broadcasts": views}, nil
}

type newBroadcast struct {
	Name      string                   `json:"name" binding:"required,max=60"`
	Content   models.BroadcastContent  `json:"content"`
	Audience  models.BroadcastAudience `json:"audience"`
	Sponsored bool                     `json:"sponsored"`
	BrandID   models.BrandID           `json:"brand_id"`
}

func (s *server) createBroadcast(c *gin.Context) (any, error) {
	var in newBroadcast
	if err := bindJSON(c, &in); err != nil {
		return nil, err
	}
	a := account(c)
	v, err := s.Bot.SaveBroadcast(c.Request.Context(), a.CommunityID, a.ID, 0, 0, bot.BroadcastDraft(in))
	if err != nil {
		return nil, err
	}
	return created{s.viewBroadcast(c, v)}, nil
}

// broadcast answers with one broadcast as a call of the bot left it.
func (s *server) broadcast(c *gin.Context, do func(models.Account, models.BroadcastID) (bot.BroadcastView, error)) (any, error) {
	id, err := idParam[models.Broadcast](c)
	if err != nil {
		return nil, err
	}
	v, err := do(account(c), id)
	if err != nil {
		return nil, err
	}
	return s.viewBroadcast(c, v), nil
}

func (s *server) readBroadcast(c *gin.Context) (any, error) {
	return s.broadcast(c, func(a models.Account, id models.BroadcastID) (bot.BroadcastView, error) {
		return s.Bot.ReadBroadcast(c.Request.Context(), a.CommunityID, id)
	})
}

func (s *server) editBroadcast(c *gin.Context) (any, error) {
	var in struct {
		newBroadcast
		Ver int `json:"ver" binding:"required,min=1"`
	}
	if err := bindJSON(c, &in); err != nil {
		return nil, err
	}
	return s.broadcast(c, func(a models.Account, id models.BroadcastID) (bot.BroadcastView, error) {
		return s.Bot.SaveBroadcast(c.Request.Context(), a.CommunityID, a.ID, id, in.Ver, bot.BroadcastDraft(in.newBroadcast))
	})
}

func (s *server) confirmBroadcast(c *gin.Context) (any, error) {
	var in struct {
		Ver       int           `json:"ver" binding:"required,min=1"`
		SendAt    models.Millis `json:"send_at" binding:"min=0,max=4102444800000"`
		OverQuiet bool          `json:"over_quiet"`
	}
	if err := bindJSON(c, &in); err != nil {
		return nil, err
	}
	return s.broadcast(c, func(a models.Account, id models.BroadcastID) (bot.BroadcastView, error) {
		return s.Bot.ConfirmBroadcast(c.Request.Context(), a.CommunityID, a.ID, id,
			bot.Confirmation{Ver: in.Ver, At: in.SendAt, OverQuiet: in.OverQuiet})
	})
}

func (s *server) cancelBroadcast(c *gin.Context) (any, error) {
	return s.broadcast(c, func(a models.Account, id models.BroadcastID) (bot.BroadcastView, error) {
		return s.Bot.CancelBroadcast(c.Request.Context(), a.CommunityID, a.ID, id)
	})
}

func (s *server) forecastBroadcast(c *gin.Context) (any, error) {
	id, err := idParam[models.Broadcast](c)
	if err != nil {
		return nil, err
	}
	in := struct {
		At models.Millis `form:"at" binding:"min=0,max=4102444800000"`
	}{}
	if err := c.ShouldBindQuery(&in); err != nil {
		return nil, badInput(err)
	}
	f, err := s.Bot.ForecastBroadcast(c.Request.Context(), account(c).CommunityID, id, in.At)
	if err != nil {
		return nil, err
	}
	left := f.Left
	if left == nil {
		left = []int{}
	}
	return gin.H{"at": f.At, "people": f.People, "left": left, "skips": f.Skips(), "calls": f.Calls, "everyone": f.Everyone,
		"quiet_until": f.QuietUntil}, nil
}

func (s *server) previewBroadcast(c *gin.Context) (any, error) {
	id, err := idParam[models.Broadcast](c)
	if err != nil {
		return nil, err
	}
	var in struct {
		WxName string          `json:"wx_name" binding:"required_without=Member,max=64"`
		Member models.MemberID `json:"member_id"`
	}
	if err := bindJSON(c, &in); err != nil {
		return nil, err
	}
	return nothing{}, s.Bot.PreviewBroadcast(c.Request.Context(), account(c).CommunityID, id, in.WxName, in.Member)
}

type broadcastSettingsView struct {
	Kind      string `json:"kind" binding:"required,oneof=service subscription"`
	Monthly   int    `json:"monthly" binding:"required,min=1,max=31"`
	QuietFrom *int   `json:"quiet_from" binding:"required,min=0,max=1439"`
	QuietTo   *int   `json:"quiet_to" binding:"required,min=0,max=1439"`
}

func (s *server) broadcastSettings(c *gin.Context) (any, error) {
	v, err := s.Bot.BroadcastSettings(c.Request.Context(), account(c).CommunityID)
	if err != nil {
		return nil, err
	}
	return broadcastSettingsView{Kind: v.Kind, Monthly: v.Monthly, QuietFrom: &v.QuietFrom, QuietTo: &v.QuietTo}, nil
}

func (s *server) setBroadcastSettings(c *gin.Context) (any, error) {
	var in broadcastSettingsView
	if err := bindJSON(c, &in); err != nil {
		return nil, err
	}
	a := account(c)
	err := s.Bot.SetBroadcastSettings(c.Request.Context(), a.CommunityID, a.ID, models.BroadcastSettings{Kind: in.Kind,
		Monthly: in.Monthly, QuietFrom: *in.QuietFrom, QuietTo: *in.QuietTo})
	if err != nil {
		return nil, err
	}
	return in, nil
}
