package handlers

import (
	"github.com/gin-gonic/gin"

	"siyu/models"
)

// Pages of lists that can be long.
const (
	pageUsual = 50 // 200 at most, see page
)

type pushView struct {
	ID         models.InboxID    `json:"id"`
	ChannelID  models.ChannelID  `json:"channel_id"`
	Intent     string            `json:"intent"`
	Event      string            `json:"event"`
	State      models.InboxState `json:"state"`
	Deliveries int               `json:"deliveries"`
	ReceivedAt models.Millis     `json:"received_at"`
	DoneAt     models.Millis     `json:"done_at"`
	LastError  string            `json:"last_error"`
}

func viewPush(p models.Inbox) pushView {
	return pushView{ID: p.ID, ChannelID: p.ChannelID, Intent: p.Intent, Event: p.Event, State: p.State, Deliveries: p.Deliveries,
		ReceivedAt: p.ReceivedAt, DoneAt: p.DoneAt, LastError: p.LastError}
}

// page is what a list is asked for.
type page[T any] struct {
	State string       `form:"state"`
	After models.ID[T] `form:"after"`
	Limit int          `form:"limit" binding:"min=0,max=200"`
}

// bindPage reads it; states are what may be asked for.
func bindPage[T any](c *gin.Context, states ...string) (page[T], error) {
	var p page[T]
	if err := c.ShouldBindQuery(&p); err != nil {
		return p, badInput(err)
	}
	if p.Limit == 0 {
		p.Limit = pageUsual
	}
	for _, s := range states {
		if p.State == s || p.State == "" {
			return p, nil
		}
	}
	return p, models.Errorf(models.Invalid, "bad_field", "no such state").With("field", "state")
}

// listPushes lists pushes without what they say: that is read one at a time, and written down.
func (s *server) listPushes(c *gin.Context) (any, error) {
	p, err := bindPage[models.Inbox](c, string(models.InboxPending), string(models.InboxDone), string(models.InboxDead))
	if err != nil {
		return nil, err
	}
	all, err := s.Store.Read(c.Request.Context()).In(account(c).CommunityID).Pushes(models.InboxState(p.State), p.After, p.Limit)
	if err != nil {
		return nil, err
	}
	views := make([]pushView, len(all))
	for i, push := range all {
		views[i] = viewPush(push)
	}
	return gin.H{"pushes": views}, nil
}

func (s *server) pushKinds(c *gin.Context) (any, error) {
	all, err := s.Store.Read(c.Request.Context()).In(account(c).CommunityID).CountPushKinds()
	if err != nil {
		return nil, err
	}
	views := make([]gin.H, len(all))
	for i, k := range all {
		views[i] = gin.H{"intent": k.Intent, "event": k.Event, "count": k.Count}
	}
	return gin.H{"kinds": views}, nil
}

// readPush shows one push with what it says, as long as that is kept.
func (s *server) readPush(c *gin.Context) (any, error) {
	id, err := idParam[models.Inbox](c)
	if err != nil {
		return nil, err
	}
	a := account(c)
	push, err := s.Bot.ReadPush(c.Request.Context(), a.CommunityID, id, a.ID)
	return gin.H{"push": viewPush(push), "format": push.Format, "body": string(push.Body), "blanked": len(push.Body) == 0}, err
}

func (s *server) replayPush(c *gin.Context) (any, error) {
	id, err := idParam[models.Inbox](c)
	if err != nil {
		return nil, err
	}
	a := account(c)
	push, err := s.Bot.ReplayPush(c.Request.Context(), a.CommunityID, id, a.ID)
	return viewPush(push), err
}

func (s *server) replayDead(c *gin.Context) (any, error) {
	a := account(c)
	n, err := s.Bot.ReplayDead(c.Request.Context(), a.CommunityID, a.ID)
	return gin.H{"replayed": n}, err
}

// jobView tells nothing of what a job was told: that may name people.
type jobView struct {
	ID        models.JobID    `json:"id"`
	Kind      string          `json:"kind"`
	State     models.JobState `json:"state"`
	Attempts  int             `json:"attempts"`
	LastError string          `json:"last_error"`
	CreatedAt models.Millis   `json:"created_at"`
	DoneAt    models.Millis   `json:"done_at"`
}

func viewJob(j models.Job) jobView {
	return jobView{ID: j.ID, Kind: j.Kind, State: j.State, Attempts: j.Attempts, LastError: j.LastError, CreatedAt: j.CreatedAt,
		DoneAt: j.DoneAt}
}

func (s *server) listDeadJobs(c *gin.Context) (any, error) {
	p, err := bindPage[models.Job](c, string(models.JobDead))
	if err != nil {
		return nil, err
	}
	all, err := s.Store.Read(c.Request.Context()).In(account(c).CommunityID).DeadJobs(p.After, p.Limit)
	if err != nil {
		return nil, err
	}
	views := make([]jobView, len(all))
	for i, j := range all {
		views[i] = viewJob(j)
	}
	return gin.H{"jobs": views}, nil
}

func (s *server) reviveJob(c *gin.Context) (any, error) {
	id, err := idParam[models.Job](c)
	if err != nil {
		return nil, err
	}
	a := account(c)
	j, err := s.Bot.ReviveJob(c.Request.Context(), a.CommunityID, id, a.ID)
	return viewJob(j), err
}

// reviveDead runs all dead jobs again. Those that were about a push go the push's way.
func (s *server) reviveDead(c *gin.Context) (any, error) {
	ctx, a := c.Request.Context(), account(c)
	pushes, err := s.Bot.ReplayDead(ctx, a.CommunityID, a.ID)
	if err != nil {
		return nil, err
	}
	others, err := s.Bot.ReviveJobs(ctx, a.CommunityID, a.ID)
	return gin.H{"revived": pushes + others}, err
}
