package handlers

import (
	"slices"

	"github.com/gin-gonic/gin"

	"siyu/bot"
	"siyu/models"
)

type ruleView struct {
	ID        models.RuleID    `json:"id,omitempty"`
	ChannelID models.ChannelID `json:"channel_id,omitempty"`
	Name      string           `json:"name"`
	Kind      models.RuleKind  `json:"kind"`
	How       models.RuleHow   `json:"how"`
	Patterns  []string         `json:"patterns"`
	Answers   []bot.RuleAnswer `json:"answers"`
	Position  int              `json:"position"`
	Enabled   bool             `json:"enabled"`
	Builtin   bool             `json:"builtin"`
	UpdatedAt models.Millis    `json:"updated_at"`
}

func viewRule(r bot.RuleView) ruleView {
	v := ruleView{ID: r.ID, ChannelID: r.ChannelID, Name: r.Name, Kind: r.Kind, How: r.How, Patterns: r.Patterns.List(),
		Answers: r.Answers, Position: r.Position, Enabled: r.Enabled, Builtin: r.Builtin, UpdatedAt: r.UpdatedAt}
	if v.Patterns == nil {
		v.Patterns = []string{}
	}
	return v
}

// listReplies shows the accounts people are answered on and the rules of one of them: of the first if none is named.
func (s *server) listReplies(c *gin.Context) (any, error) {
	var q struct {
		Channel string `form:"channel" binding:"max=20"`
	}
	if err := c.ShouldBindQuery(&q); err != nil {
		return nil, badInput(err)
	}
	var channel models.ChannelID
	if err := channel.UnmarshalText([]byte(q.Channel)); err != nil {
		return nil, err
	}
	a := account(c)
	known, err := s.Bot.Answering(c.Request.Context(), a.CommunityID)
	if err != nil {
		return nil, err
	}
	channels, views := make([]gin.H, len(known)), []ruleView{}
	for i, k := range known {
		channels[i] = gin.H{"id": k.ID, "kind": k.Kind, "app_id": k.AppID}
	}
	if channel.IsZero() && len(known) > 0 {
		channel = known[0].ID
	}
	if !channel.IsZero() {
		all, err := s.Bot.Rules(c.Request.Context(), a.CommunityID, channel)
		if err != nil {
			return nil, err
		}
		for _, r := range all {
			views = append(views, viewRule(r))
		}
	}
	return gin.H{"channels": channels, "rules": views}, nil
}

func (s *server) addReply(c *gin.Context) (any, error) {
	var in struct {
		ChannelID models.ChannelID `json:"channel_id" binding:"required"`
		Name      string           `json:"name" binding:"required"`
		Kind      models.RuleKind  `json:"kind" binding:"required"`
		How       models.RuleHow   `json:"how"`
		Patterns  []string         `json:"patterns"`
		Answers   []bot.RuleAnswer `json:"answers"`
		Enabled   *bool            `json:"enabled" binding:"required"`
	}
	if err := bindJSON(c, &in); err != nil {
		return nil, err
	}
	a := account(c)
	r, err := s.Bot.AddRule(c.Request.Context(), a.CommunityID, in.ChannelID, a.ID, bot.RuleDraft{Name: in.Name, Kind: in.Kind,
		How: in.How, Patterns: in.Patterns, Answers: in.Answers, Enabled: *in.Enabled})
	if err != nil {
		return nil, err
	}
	return created{viewRule(r)}, nil
}

// changeReply changes what is given and leaves the rest.
func (s *server) changeReply(c *gin.Context) (any, error) {
	id, err := idParam[models.ReplyRule](c)
	if err != nil {
		return nil, err
	}
	var in struct {
		Name     *string           `json:"name"`
		Kind     *models.RuleKind  `json:"kind"`
		How      *models.RuleHow   `json:"how"`
		Patterns *[]string         `json:"patterns"`
		Answers  *[]bot.RuleAnswer `json:"answers"`
		Enabled  *bool             `json:"enabled"`
	}
	if err := bindJSON(c, &in); err != nil {
		return nil, err
	}
	a := account(c)
	r, err := s.Bot.ChangeRule(c.Request.Context(), a.CommunityID, id, a.ID, func(d bot.RuleDraft) bot.RuleDraft {
		return bot.RuleDraft{Name: given(in.Name, d.Name), Kind: given(in.Kind, d.Kind), How: given(in.How, d.How),
			Patterns: given(in.Patterns, d.Patterns), Answers: given(in.Answers, d.Answers), Enabled: given(in.Enabled, d.Enabled)}
	})
	if err != nil {
		return nil, err
	}
	return viewRule(r), nil
}

// given is a field of a change: what was sent, else what was there.
func given[T any](sent *T, was T) T {
	if sent != nil {
		return *sent
	}
	return was
}

func (s *server) deleteReply(c *gin.Context) (any, error) {
	id, err := idParam[models.ReplyRule](c)
	if err != nil {
		return nil, err
	}
	a := account(c)
	return nothing{}, s.Bot.DeleteRule(c.Request.Context(), a.CommunityID, id, a.ID)
}

func (s *server) orderReplies(c *gin.Context) (any, error) {
	var in struct {
		ChannelID models.ChannelID `json:"channel_id" binding:"required"`
		Order     []models.RuleID  `json:"order" binding:"required,max=200"`
	}
	if err := bindJSON(c, &in); err != nil {
		return nil, err
	}
	a := account(c)
	return nothing{}, s.Bot.OrderRules(c.Request.Context(), a.CommunityID, in.ChannelID, a.ID, in.Order)
}

type trialAnswerView struct {
	bot.Content
	Passive bool   `json:"passive"`
	Reason  string `json:"reason"`
	Why     string `json:"why"`
}

func (s *server) tryReply(c *gin.Context) (any, error) {
	var in struct {
		ChannelID models.ChannelID `json:"channel_id" binding:"required"`
		Event     string           `json:"event" binding:"max=32"`
		Text      string           `json:"text" binding:"max=2048"`
		Key       string           `json:"key" binding:"max=128"`
		Entry     string           `json:"entry" binding:"max=64"`
		Lang      string           `json:"lang" binding:"omitempty,oneof=zh-Hans zh-Hant en"`
		At        models.Millis    `json:"at" binding:"min=0,max=4102444800000"`
	}
	if err := bindJSON(c, &in); err != nil {
		return nil, err
	}
	r, err := s.Bot.Try(c.Request.Context(), account(c).CommunityID, bot.Trial{Channel: in.ChannelID, Event: in.Event, Text: in.Text,
		Key: in.Key, Entry: in.Entry, Lang: in.Lang, At: in.At})
	if err != nil {
		return nil, err
	}
	answers := make([]trialAnswerView, len(r.Answers))
	for i, a := range r.Answers {
		answers[i] = trialAnswerView{Content: a.Content, Passive: a.Passive, Reason: a.Reason, Why: s.why(c, a.Reason)}
	}
	out := gin.H{"open": r.Open, "at": r.At, "answers": answers, "rule": nil}
	if r.Rule != nil {
		out["rule"] = viewRule(*r.Rule)
	}
	return out, nil
}

// why says in the reader's language why a message is not sent; "" if it is.
func (s *server) why(c *gin.Context, reason string) string {
	if reason == "" {
		return ""
	}
	return s.texts.say(requestLanguage(c), "error_"+models.CodeOf(bot.Unsent(reason)), nil)
}

func (s *server) openHours(c *gin.Context) (any, error) {
	week, zone, err := s.Bot.OpenHours(c.Request.Context(), account(c).CommunityID)
	if err != nil {
		return nil, err
	}
	return gin.H{"zone": zone, "hours": append([]models.OpenHours{}, week...)}, nil
}

func (s *server) setOpenHours(c *gin.Context) (any, error) {
	var in struct {
		Hours *[]models.OpenHours `json:"hours" binding:"required"`
	}
	if err := bindJSON(c, &in); err != nil {
		return nil, err
	}
	a := account(c)
	if err := s.Bot.SetOpenHours(c.Request.Context(), a.CommunityID, a.ID, slices.Clone(*in.Hours)); err != nil {
		return nil, err
	}
	return s.openHours(c)
}
