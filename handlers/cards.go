package handlers

import (
	"regexp"

	"github.com/gin-gonic/gin"

	"siyu/miniprogram"
	"siyu/models"
)

type cardReasonView struct {
	Code miniprogram.CardReason `json:"code"`
	Text string                 `json:"text"`
}

func (s *server) viewCardReasons(c *gin.Context, all []miniprogram.CardReason) []cardReasonView {
	views := make([]cardReasonView, len(all))
	for i, r := range all {
		views[i] = cardReasonView{r, s.texts.say(requestLanguage(c), "card_why_"+string(r), nil)}
	}
	return views
}

// cardOfTask tells the Mini Program's client what to declare before the owner forwards the card of her task.
func (s *server) cardOfTask(c *gin.Context) (any, error) {
	id, err := idParam[models.Task](c)
	if err != nil {
		return nil, err
	}
	var in struct {
		BaseLibrary string `json:"base_library" binding:"max=20"`
	}
	if c.Request.ContentLength != 0 {
		if err := bindJSON(c, &in); err != nil {
			return nil, err
		}
	}
	card, err := s.Mini.CardOfTask(c.Request.Context(), memberSession(c), id, in.BaseLibrary)
	if err != nil {
		return nil, err
	}
	parameters := append([]miniprogram.CardParameter{}, card.Parameters...)
	return gin.H{"kind": card.Kind, "why": s.viewCardReasons(c, card.Why), "title": card.Title, "path": card.Path, "activity_id": card.ActivityID,
		"template_id": card.TemplateID, "target_state": card.Target, "parameters": parameters, "expires_at": card.ExpiresAt}, nil
}

// storyCard is the card of one post.
type storyCard struct {
	Kind      models.CardKind  `json:"kind"`
	Why       []cardReasonView `json:"why"`
	State     models.CardState `json:"state"`
	Says      string           `json:"says"`
	Target    int              `json:"target_state"`
	UpdatedAt models.Millis    `json:"updated_at"`
	ExpiresAt models.Millis    `json:"expires_at"`
	Problem   string           `json:"problem"`
}

func (s *server) cardOfStory(c *gin.Context, id models.PlacementID) (storyCard, error) {
	x, err := s.Mini.CardOfPlacement(c.Request.Context(), account(c).CommunityID, id)
	return storyCard{Kind: x.Kind, Why: s.viewCardReasons(c, x.Why), State: x.State, Says: x.Says, Target: x.Target, UpdatedAt: x.UpdatedAt,
		ExpiresAt: x.ExpiresAt, Problem: x.Problem}, err
}

// libraryVersion is a version of WeChat's base library.
var libraryVersion = regexp.MustCompile(`^\d{1,3}(\.\d{1,3}){1,3}$`)

func (s *server) readCardRights(c *gin.Context) (any, error) {
	id, err := idParam[models.Channel](c)
	if err != nil {
		return nil, err
	}
	return s.Mini.CardRights(c.Request.Context(), account(c).CommunityID, id)
}

func (s *server) setCardRights(c *gin.Context) (any, error) {
	id, err := idParam[models.Channel](c)
	if err != nil {
		return nil, err
	}
	var in struct {
		NoUpdatable    bool   `json:"no_updatable"`
		ChatTool       string `json:"chat_tool" binding:"omitempty,oneof=beta open"`
		TradeGuarantee bool   `json:"trade_guarantee"`
		Category       string `json:"category" binding:"max=40"`
		Todo           bool   `json:"todo"`
		BaseLibrary    string `json:"base_library" binding:"max=20"`
		Long           bool   `json:"long"`
	}
	if err := bindJSON(c, &in); err != nil {
		return nil, err
	}
	if in.BaseLibrary != "" && !libraryVersion.MatchString(in.BaseLibrary) {
		return nil, models.Errorf(models.Invalid, "bad_field", "that is no version").With("field", "base_library")
	}
	a := account(c)
	if err := s.Mini.SetCardRights(c.Request.Context(), a.CommunityID, id, a.ID, models.CardRights(in)); err != nil {
		return nil, err
	}
	return s.readCardRights(c)
}
