package handlers

import (
	"github.com/gin-gonic/gin"

	"siyu/bot"
	"siyu/models"
)

type channelView struct {
	ID             models.ChannelID   `json:"id"`
	Kind           models.ChannelKind `json:"kind"`
	AppID          string             `json:"app_id"`
	AgentID        string             `json:"agent_id"`
	TokenRenewedAt models.Millis      `json:"token_renewed_at"`
	TokenEndsAt    models.Millis      `json:"token_ends_at"`
	Stopped        *stopView          `json:"stopped"`
	IP             string             `json:"ip"`
	APIs           []apiView          `json:"apis"`
	LastError      *platformErrorView `json:"last_error"`
}

type stopView struct {
	Remedy bot.Remedy    `json:"remedy"`
	Text   string        `json:"text"`
	Code   int           `json:"code"`
	Since  models.Millis `json:"since"`
	Until  models.Millis `json:"until"`
}

type apiView struct {
	API     string    `json:"api"`
	Used    int64     `json:"used"`
	Limit   int64     `json:"limit"`
	Learnt  bool      `json:"learnt"`
	Stopped *stopView `json:"stopped"`
}

type platformErrorView struct {
	API  string        `json:"api"`
	Code int           `json:"code"`
	Text string        `json:"text"`
	At   models.Millis `json:"at"`
}

func (s *server) listChannels(c *gin.Context) (any, error) {
	all, err := s.Bot.ChannelStandings(c.Request.Context(), account(c).CommunityID)
	if err != nil {
		return nil, err
	}
	views := make([]channelView, len(all))
	for i, v := range all {
		views[i] = s.viewChannel(c, v)
	}
	return gin.H{"channels": views}, nil
}

func (s *server) viewChannel(c *gin.Context, v bot.ChannelStanding) channelView {
	view := channelView{ID: v.ID, Kind: v.Kind, AppID: v.AppID, AgentID: v.AgentID, TokenRenewedAt: v.TokenRenewedAt,
		TokenEndsAt: v.TokenEndsAt, Stopped: s.viewStop(c, v.Stopped, v.IP), IP: v.IP, APIs: make([]apiView, len(v.APIs))}
	for i, a := range v.APIs {
		view.APIs[i] = apiView{a.API, a.Used, a.Limit, a.Learnt, s.viewStop(c, a.Stopped, "")}
	}
	if e := v.LastError; e != (bot.PlatformError{}) {
		view.LastError = &platformErrorView{e.API, e.Code, e.Text, e.At}
	}
	return view
}

func (s *server) viewStop(c *gin.Context, stop bot.Stop, ip string) *stopView {
	if stop == (bot.Stop{}) {
		return nil
	}
	return &stopView{stop.Remedy, s.remedyText(c, stop.Remedy, stop.Code, ip), stop.Code, stop.Since, stop.Until}
}

// remedyText says what to do, in the reader's language; empty when there is nothing to do.
func (s *server) remedyText(c *gin.Context, r bot.Remedy, code int, ip string) string {
	if r == bot.NoRemedy {
		return ""
	}
	return s.texts.say(requestLanguage(c), "remedy_"+string(r), map[string]any{"code": code, "ip": ip})
}

func (s *server) checkChannel(c *gin.Context) (any, error) {
	id, err := idParam[models.Channel](c)
	if err != nil {
		return nil, err
	}
	a := account(c)
	v, err := s.Bot.CheckChannel(c.Request.Context(), a.CommunityID, id, a.ID)
	if err != nil {
		return nil, err
	}
	platform := v.Platform
	if platform == nil {
		platform = []string{}
	}
	return gin.H{"token": v.Token, "network": v.Network, "reached": v.Reached, "remedy": v.Remedy, "code": v.Code,
		"text": s.remedyText(c, v.Remedy, v.Code, v.IP), "platform": platform}, nil
}

// clearQuota wants to be told twice: WeChat allows it ten times a month.
func (s *server) clearQuota(c *gin.Context) (any, error) {
	id, err := idParam[models.Channel](c)
	if err != nil {
		return nil, err
	}
	var in struct {
		Confirm bool `json:"confirm" binding:"required"`
	}
	if err := bindJSON(c, &in); err != nil {
		return nil, err
	}
	a := account(c)
	left, err := s.Bot.ClearQuota(c.Request.Context(), a.CommunityID, id, a.ID)
	if err != nil {
		return nil, err
	}
	return gin.H{"left": left}, nil
}
