package handlers

import (
	"github.com/gin-gonic/gin"

	"siyu/bot"
	"siyu/models"
)

type groupView struct {
	ID             models.GroupID   `json:"id"`
	Name           string           `json:"name"`
	Kind           models.GroupKind `json:"kind"`
	Zone           string           `json:"zone"`
	Headcount      int              `json:"headcount"`
	Capacity       int              `json:"capacity"`
	Paused         bool             `json:"paused"`
	PausedUntil    models.Millis    `json:"paused_until"`
	PauseNote      string           `json:"pause_note"`
	Policy         *policyView      `json:"policy,omitempty"`
	NextFreeAt     models.Millis    `json:"next_free_at"`
	NextFreeReason string           `json:"next_free_reason"`
	Posts7d        int              `json:"posts_7d"`
	Held           []heldView       `json:"held"`
	Live           []postView       `json:"live"`
}

type policyView struct {
	GroupCap    int   `json:"group_cap"`
	GroupWindow int64 `json:"group_window"`
	MinGap      int64 `json:"min_gap"`
	BrandCap    int   `json:"brand_cap"`
	BrandWindow int64 `json:"brand_window"`
	QuietStart  int   `json:"quiet_start"`
	QuietEnd    int   `json:"quiet_end"`
}

type heldView struct {
	ID         models.PlacementID `json:"id"`
	OfferID    models.OfferID     `json:"offer_id"`
	OfferTitle string             `json:"offer_title"`
	BrandName  string             `json:"brand_name"`
	Reason     string             `json:"reason"`
	Reasons    []string           `json:"reasons"`
	NextAt     models.Millis      `json:"next_at"`
}

type postView struct {
	ID         models.PlacementID    `json:"id"`
	OfferID    models.OfferID        `json:"offer_id"`
	OfferTitle string                `json:"offer_title"`
	BrandName  string                `json:"brand_name"`
	State      models.PlacementState `json:"state"`
	S          models.Millis         `json:"s"`
	E          models.Millis         `json:"e"`
	SentAt     models.Millis         `json:"sent_at"`
}

func (s *server) listGroups(c *gin.Context) (any, error) {
	board, err := s.Bot.Board(c.Request.Context(), account(c).CommunityID, 0)
	if err != nil {
		return nil, err
	}
	all := make([]groupView, len(board))
	for i, g := range board {
		all[i] = viewGroup(g)
	}
	return gin.H{"groups": all}, nil
}

func (s *server) pauseGroup(c *gin.Context) (any, error) {
	id, err := idParam[models.Group](c)
	if err != nil {
		return nil, err
	}
	var in struct {
		Paused *bool         `json:"paused" binding:"required"`
		Until  models.Millis `json:"until" binding:"min=0,max=4102444800000"`
		Note   string        `json:"note" binding:"max=200"`
	}
	if err := bindJSON(c, &in); err != nil {
		return nil, err
	}
	a := account(c)
	if err := s.Bot.PauseGroup(c.Request.Context(), a.CommunityID, id,
		models.Pause{Paused: *in.Paused, Until: in.Until, Note: in.Note, By: a.ID}); err != nil {
		return nil, err
	}
	board, err := s.Bot.Board(c.Request.Context(), a.CommunityID, id)
	if err != nil {
		return nil, err
	}
	if len(board) == 0 {
		return nil, models.Errorf(models.NotFound, "group_not_found", "no such group")
	}
	return viewGroup(board[0]), nil
}

func viewGroup(g bot.GroupView) groupView {
	v := groupView{ID: g.ID, Name: g.Name, Kind: g.Kind, Zone: g.Zone, Headcount: g.Headcount, Capacity: g.Capacity,
		Paused: g.Paused, PausedUntil: g.PausedUntil, PauseNote: g.PauseNote, NextFreeAt: g.NextFree, NextFreeReason: g.WaitsFor, Posts7d: g.Posts7d,
		Held: make([]heldView, len(g.Held)), Live: make([]postView, len(g.Live))}
	if p := g.Policy; p != nil {
		v.Policy = &policyView{GroupCap: p.GroupCap, GroupWindow: p.GroupWindow, MinGap: p.MinGap, BrandCap: p.BrandCap,
			BrandWindow: p.BrandWindow, QuietStart: p.QuietStart, QuietEnd: p.QuietEnd}
	}
	for i, p := range g.Held {
		v.Held[i] = heldView{ID: p.ID, OfferID: p.OfferID, OfferTitle: p.OfferTitle, BrandName: p.BrandName,
			Reason: p.Reason, Reasons: p.AllReasons(), NextAt: p.NextAt}
	}
	for i, p := range g.Live {
		v.Live[i] = postView{ID: p.ID, OfferID: p.OfferID, OfferTitle: p.OfferTitle, BrandName: p.BrandName, State: p.State, S: p.S, E: p.E,
			SentAt: p.SentAt}
	}
	return v
}

type taskView struct {
	ID         models.TaskID    `json:"id"`
	Kind       models.GroupKind `json:"kind"`
	State      models.TaskState `json:"state"`
	GroupID    models.GroupID   `json:"group_id"`
	GroupName  string           `json:"group_name"`
	OfferTitle string           `json:"offer_title"`
	BrandName  string           `json:"brand_name"`
	Text       string           `json:"text"`
	CardPath   string           `json:"card_path"`
	DueAt      models.Millis    `json:"due_at"`
	CreatedAt  models.Millis    `json:"created_at"`
	Reason     string           `json:"reason,omitempty"`
}

func viewTask(t bot.TaskView) taskView {
	return taskView{ID: t.ID, Kind: t.Kind, State: t.State, GroupID: t.GroupID, GroupName: t.GroupName,
		OfferTitle: t.OfferTitle, BrandName: t.BrandName, Text: t.Text, CardPath: t.CardPath, DueAt: t.DueAt, CreatedAt: t.CreatedAt, Reason: t.Reason}
}

func viewTasks(tasks []bot.TaskView) []taskView {
	all := make([]taskView, len(tasks))
	for i, t := range tasks {
		all[i] = viewTask(t)
	}
	return all
}

func (s *server) listTasks(c *gin.Context) (any, error) {
	ctx, community := c.Request.Context(), account(c).CommunityID
	tasks, err := s.Bot.Tasks(ctx, community)
	if err != nil {
		return nil, err
	}
	stopped, err := s.Bot.StoppedTasks(ctx, community)
	return gin.H{"tasks": viewTasks(tasks), "stopped": viewTasks(stopped)}, err
}

func (s *server) confirmTask(c *gin.Context) (any, error) {
	id, err := idParam[models.Task](c)
	if err != nil {
		return nil, err
	}
	a := account(c)
	t, err := s.Bot.ConfirmTask(c.Request.Context(), a.CommunityID, id, a.ID)
	if err != nil {
		return nil, err
	}
	return viewTask(t), nil
}
