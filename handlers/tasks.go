package handlers

import (
	"github.com/gin-gonic/gin"

	"siyu/bot"
	"siyu/models"
)

type taskView struct {
	ID         models.TaskID     `json:"id"`
	Kind       models.GroupKind  `json:"kind"`
	State      models.TaskState  `json:"state"`
	GroupID    models.GroupID    `json:"group_id"`
	GroupName  string            `json:"group_name"`
	Zone       string            `json:"zone"`
	OfferTitle string            `json:"offer_title"`
	BrandName  string            `json:"brand_name"`
	Text       string            `json:"text"`
	CardPath   string            `json:"card_path"`
	CardTitle  string            `json:"card_title"`
	AccountID  models.AccountID  `json:"account_id,omitempty"`
	EnvelopeID models.EnvelopeID `json:"envelope_id,omitempty"`
	FromAt     models.Millis     `json:"from_at"`
	DueAt      models.Millis     `json:"due_at"`
	OpenedAt   models.Millis     `json:"opened_at"`
	CreatedAt  models.Millis     `json:"created_at"`
	PostedAt   models.Millis     `json:"posted_at"`
	Proof      models.Proof      `json:"proof"`
	Reason     string            `json:"reason,omitempty"`
	Told       []toldView        `json:"told"`
	PageURL    string            `json:"page_url,omitempty"`
	PictureURL string            `json:"picture_url,omitempty"`
}

// toldView is one time somebody was told of a task, or could not be.
type toldView struct {
	AccountID models.AccountID    `json:"account_id"`
	Round     int                 `json:"round"`
	Way       models.TellingWay   `json:"way"`
	State     models.TellingState `json:"state"`
	Why       string              `json:"why"`
	At        models.Millis       `json:"at"`
}

// viewTask shows a task to one of the team; the page on which she hands it over on a phone is hers alone.
func (s *server) viewTask(c *gin.Context, t bot.TaskView) taskView {
	v := taskView{ID: t.ID, Kind: t.Kind, State: t.State, GroupID: t.GroupID, GroupName: t.GroupName, Zone: t.Zone,
		OfferTitle: t.OfferTitle, BrandName: t.BrandName, Text: t.Text, CardPath: t.CardPath, CardTitle: t.CardTitle, AccountID: t.AccountID,
		EnvelopeID: t.EnvelopeID, FromAt: t.From, DueAt: t.DueAt, OpenedAt: t.OpenedAt, CreatedAt: t.CreatedAt, PostedAt: t.SentAt, Proof: t.Proof, Reason: t.Reason,
		Told: make([]toldView, len(t.Told))}
	v.PageURL = s.taskPage(c, t.Task)
	if t.Picture != 0 {
		v.PictureURL = pictureURL(t.Picture)
	}
	for i, told := range t.Told {
		v.Told[i] = toldView{AccountID: told.AccountID, Round: told.Round, Way: told.Way, State: told.State, Why: told.Why, At: told.CreatedAt}
	}
	return v
}

// taskPage is the address of the page on which she hands a task over on her phone; empty if it is not hers to do.
func (s *server) taskPage(c *gin.Context, t models.Task) string {
	a := account(c)
	if t.Kind != models.OrdinaryGroup || t.State != models.TaskOpen || t.AccountID != a.ID && !a.Owns() {
		return ""
	}
	return s.Bot.TaskURL(t, a.ID)
}

// taskPageCode is that address as a code, for the phone that lies beside the screen.
func (s *server) taskPageCode(c *gin.Context) (any, error) {
	id, err := idParam[models.Task](c)
	if err != nil {
		return nil, err
	}
	t, err := s.Store.Read(c.Request.Context()).In(account(c).CommunityID).Task(id)
	if err != nil {
		return nil, err
	}
	page := s.taskPage(c, t)
	if page == "" {
		return nil, models.Errorf(models.NotFound, "task_not_found", "no such task of hers")
	}
	c.Header("Cache-Control", "no-store")
	png, err := drawPNG(page, qrPixels)
	return document{"image/png", png}, err
}

func (s *server) viewTasks(c *gin.Context, tasks []bot.TaskView) []taskView {
	all := make([]taskView, len(tasks))
	for i, t := range tasks {
		all[i] = s.viewTask(c, t)
	}
	return all
}

func (s *server) listTasks(c *gin.Context) (any, error) {
	ctx, community := c.Request.Context(), account(c).CommunityID
	mine, err := s.mine(c)
	if err != nil {
		return nil, err
	}
	tasks, err := s.Bot.Tasks(ctx, community)
	if err != nil {
		return nil, err
	}
	stopped, err := s.Bot.StoppedTasks(ctx, community)
	return gin.H{"tasks": s.viewTasks(c, mine.tasks(tasks)), "stopped": s.viewTasks(c, mine.tasks(stopped))}, err
}

// listUnknownTasks shows what WeCom does not tell the end of.
func (s *server) listUnknownTasks(c *gin.Context) (any, error) {
	tasks, err := s.Bot.UnknownTasks(c.Request.Context(), account(c).CommunityID)
	return gin.H{"tasks": s.viewTasks(c, tasks)}, err
}

// settleTask books what an organiser who has looked into the group says of such a task.
func (s *server) settleTask(c *gin.Context) (any, error) {
	id, err := idParam[models.Task](c)
	if err != nil {
		return nil, err
	}
	var in struct {
		Posted   *bool         `json:"posted" binding:"required"`
		PostedAt models.Millis `json:"posted_at" binding:"min=0,max=4102444800000"`
	}
	if err := bindJSON(c, &in); err != nil {
		return nil, err
	}
	a := account(c)
	if *in.Posted && in.PostedAt == 0 {
		return nil, models.Errorf(models.Invalid, "posted_at_outside", "say when it was posted").With("field", "posted_at")
	}
	if !*in.Posted {
		in.PostedAt = 0
	}
	t, err := s.Bot.SettleTask(c.Request.Context(), a.CommunityID, id, bot.Settlement{PostedAt: in.PostedAt, By: a.ID})
	if err != nil {
		return nil, err
	}
	return s.viewTask(c, t), nil
}

// word is what is said about a task; its body may be left out.
type word struct {
	PostedAt models.Millis `json:"posted_at" binding:"min=0,max=4102444800000"`
	Reason   string        `json:"reason" binding:"max=200"`
}

// wordOf reads the task, which must be one of hers, and what is said about it.
func (s *server) wordOf(c *gin.Context) (models.TaskID, word, error) {
	var in word
	id, err := idParam[models.Task](c)
	if err == nil {
		err = s.herTask(c, id)
	}
	if err == nil && c.Request.ContentLength != 0 {
		err = bindJSON(c, &in)
	}
	return id, in, err
}

func (s *server) confirmTask(c *gin.Context) (any, error) {
	id, in, err := s.wordOf(c)
	if err != nil {
		return nil, err
	}
	a := account(c)
	t, err := s.Bot.ConfirmTask(c.Request.Context(), a.CommunityID, id, bot.Word{By: a.ID, At: in.PostedAt})
	if err != nil {
		return nil, err
	}
	return s.viewTask(c, t), nil
}

func (s *server) skipTask(c *gin.Context) (any, error) {
	id, in, err := s.wordOf(c)
	if err != nil {
		return nil, err
	}
	a := account(c)
	t, err := s.Bot.SkipTask(c.Request.Context(), a.CommunityID, id, bot.Word{By: a.ID, Note: in.Reason})
	if err != nil {
		return nil, err
	}
	return s.viewTask(c, t), nil
}
