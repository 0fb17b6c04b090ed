package handlers

import (
	"github.com/gin-gonic/gin"

	"siyu/miniprogram"
	"siyu/models"
)

type fieldView struct {
	Name  string   `json:"name"`
	Type  string   `json:"type"`
	Label string   `json:"label"`
	Enum  []string `json:"enum"`
}

type templateView struct {
	ID         models.TemplateID    `json:"id"`
	TemplateID string               `json:"template_id"`
	Title      string               `json:"title"`
	Example    string               `json:"example"`
	LongTerm   bool                 `json:"long_term"`
	State      models.TemplateState `json:"state"`
	Reason     string               `json:"reason"`
	ReasonText string               `json:"reason_text"`
	Purpose    string               `json:"purpose"`
	Fields     []fieldView          `json:"fields"`
	Credits    int64                `json:"credits"`
	Readers    int64                `json:"readers"`
	Waiting    int64                `json:"waiting"`
	Sent       int64                `json:"sent"`
	Delivered  int64                `json:"delivered"`
	Failed     int64                `json:"failed"`
	Unknown    int64                `json:"unknown"`
	SyncedAt   models.Millis        `json:"synced_at"`
	ChangedAt  models.Millis        `json:"changed_at"`
}

func (s *server) viewTemplate(c *gin.Context, t miniprogram.TemplateView) templateView {
	n := t.Count.Notices
	v := templateView{ID: t.ID, TemplateID: t.TemplateID, Title: t.Title, Example: t.Example,
		LongTerm: t.Kind == models.TemplateLong, State: t.State, Reason: t.Reason, Purpose: t.Purpose, Fields: make([]fieldView, len(t.Fields)),
		Credits: t.Count.Credits, Readers: t.Count.Readers, Waiting: n[models.NoticeWaiting] + n[models.NoticeSending],
		Sent: n[models.NoticeAccepted] + n[models.NoticeDelivered], Delivered: n[models.NoticeDelivered],
		Failed: n[models.NoticeFailed], Unknown: n[models.NoticeUnknown], SyncedAt: t.SyncedAt, ChangedAt: t.ChangedAt}
	for i, f := range t.Fields {
		v.Fields[i] = fieldView{Name: f.Name, Type: f.Type, Label: f.Label, Enum: append([]string{}, f.Enum...)}
	}
	if t.Reason != "" {
		v.ReasonText = s.texts.say(requestLanguage(c), "template_"+t.Reason, nil)
	}
	return v
}

func (s *server) listTemplates(c *gin.Context) (any, error) {
	all, err := s.Mini.Templates(c.Request.Context(), account(c).CommunityID)
	if err != nil {
		return nil, err
	}
	views := make([]templateView, len(all))
	for i, t := range all {
		views[i] = s.viewTemplate(c, t)
	}
	return gin.H{"templates": views}, nil
}

// syncTemplates reads the templates from the account now.
func (s *server) syncTemplates(c *gin.Context) (any, error) {
	a := account(c)
	if err := s.Mini.SyncTemplatesOf(c.Request.Context(), a.CommunityID, a.ID); err != nil {
		return nil, err
	}
	return s.listTemplates(c)
}

func (s *server) pauseTemplate(c *gin.Context) (any, error) {
	id, err := idParam[models.Template](c)
	if err != nil {
		return nil, err
	}
	a := account(c)
	if err := s.Mini.PauseTemplate(c.Request.Context(), a.CommunityID, id, a.ID); err != nil {
		return nil, err
	}
	return s.template(c, id)
}

func (s *server) resumeTemplate(c *gin.Context) (any, error) {
	id, err := idParam[models.Template](c)
	if err != nil {
		return nil, err
	}
	a := account(c)
	if err := s.Mini.ResumeTemplate(c.Request.Context(), a.CommunityID, id, a.ID); err != nil {
		return nil, err
	}
	return s.template(c, id)
}

// setTemplatePurpose says what Siyu uses a template for by itself.
func (s *server) setTemplatePurpose(c *gin.Context) (any, error) {
	id, err := idParam[models.Template](c)
	if err != nil {
		return nil, err
	}
	var in struct {
		Purpose string `json:"purpose" binding:"omitempty,oneof=owner_task voucher_expiring offer_new win_back promise"`
	}
	if err := bindJSON(c, &in); err != nil {
		return nil, err
	}
	a := account(c)
	if err := s.Mini.SetTemplatePurpose(c.Request.Context(), a.CommunityID, id, in.Purpose, a.ID); err != nil {
		return nil, err
	}
	return s.template(c, id)
}

func (s *server) template(c *gin.Context, id models.TemplateID) (any, error) {
	t, err := s.Mini.Template(c.Request.Context(), account(c).CommunityID, id)
	if err != nil {
		return nil, err
	}
	return s.viewTemplate(c, t), nil
}

type noticeView struct {
	ID        models.NoticeID    `json:"id"`
	State     models.NoticeState `json:"state"`
	Reason    string             `json:"reason"`
	NotBefore models.Millis      `json:"not_before"`
	CalledAt  models.Millis      `json:"called_at"`
	DoneAt    models.Millis      `json:"done_at"`
	CreatedAt models.Millis      `json:"created_at"`
}

func viewNotice(n models.Notice) noticeView {
	return noticeView{ID: n.ID, State: n.State, Reason: n.Reason, NotBefore: n.NotBefore, CalledAt: n.CalledAt,
		DoneAt: n.DoneAt, CreatedAt: n.CreatedAt}
}

// testTemplate sends a template to the organiser's own WeChat. The key of the request makes asking again safe.
func (s *server) testTemplate(c *gin.Context) (any, error) {
	id, err := idParam[models.Template](c)
	if err != nil {
		return nil, err
	}
	var in struct {
		Data map[string]string `json:"data" binding:"required,max=20"`
		Page string            `json:"page" binding:"max=1024"`
	}
	if err := bindJSON(c, &in); err != nil {
		return nil, err
	}
	key, err := idempotencyKey(c)
	if err != nil {
		return nil, err
	}
	a := account(c)
	n, err := s.Mini.TestNotice(c.Request.Context(), a.CommunityID, id, a.ID,
		miniprogram.Trial{Key: key, Page: in.Page, Data: in.Data})
	if err != nil {
		return nil, err
	}
	return created{viewNotice(n)}, nil
}

// listNotices shows what became of a template's notices, newest first; after is the last id of the page before.
func (s *server) listNotices(c *gin.Context) (any, error) {
	id, err := idParam[models.Template](c)
	if err != nil {
		return nil, err
	}
	in := struct {
		After models.NoticeID `form:"after"`
		Limit int             `form:"limit" binding:"min=1,max=200"`
	}{Limit: 50}
	if err := c.ShouldBindQuery(&in); err != nil {
		return nil, badInput(err)
	}
	all, err := s.Mini.Notices(c.Request.Context(), account(c).CommunityID, id, in.After, in.Limit)
	if err != nil {
		return nil, err
	}
	views := make([]noticeView, len(all))
	for i, n := range all {
		views[i] = viewNotice(n)
	}
	return gin.H{"notices": views}, nil
}
