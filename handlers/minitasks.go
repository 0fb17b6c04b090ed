package handlers

import (
	"context"

	"github.com/gin-gonic/gin"

	"siyu/bot"
	"siyu/models"
)

// miniTask is a task as the Mini Program shows it to the one who posts it.
type miniTask struct {
	ID         models.TaskID    `json:"id"`
	State      models.TaskState `json:"state"`
	GroupName  string           `json:"group_name"`
	Zone       string           `json:"zone"`
	Text       string           `json:"text"`
	ShareTitle string           `json:"share_title"`
	SharePath  string           `json:"share_path"`
	FromAt     models.Millis    `json:"from_at"`
	UntilAt    models.Millis    `json:"until_at"`
	OpenedAt   models.Millis    `json:"opened_at"`
	PostedAt   models.Millis    `json:"posted_at"`
	Proof      models.Proof     `json:"proof"`
	Reason     string           `json:"reason"`
	PictureURL string           `json:"picture_url,omitempty"`
}

func (s *server) viewMiniTask(t bot.TaskView, who models.Account) miniTask {
	return miniTask{ID: t.ID, State: t.State, GroupName: t.GroupName, Zone: t.Zone, Text: t.Text, ShareTitle: t.CardTitle, SharePath: t.CardPath,
		FromAt: t.From, UntilAt: t.DueAt, OpenedAt: t.OpenedAt, PostedAt: t.SentAt, Proof: t.Proof, Reason: t.Reason,
		PictureURL: s.Bot.PictureURL(t, who)}
}

// miniTasks lists what waits for a member who is of the team.
func (s *server) miniTasks(c *gin.Context) (any, error) {
	who, err := s.Mini.Colleague(c.Request.Context(), memberSession(c))
	if err != nil {
		return nil, err
	}
	tasks, err := s.Bot.HandTasks(c.Request.Context(), who)
	if err != nil {
		return nil, err
	}
	all := make([]miniTask, len(tasks))
	for i, t := range tasks {
		all[i] = s.viewMiniTask(t, who)
	}
	return gin.H{"tasks": all}, nil
}

// herMiniTask reads the task of the path, which must be one that she may post, and who she is.
func (s *server) herMiniTask(c *gin.Context) (models.TaskID, models.Account, error) {
	id, err := idParam[models.Task](c)
	if err != nil {
		return 0, models.Account{}, err
	}
	if err := s.Mini.MayPost(c.Request.Context(), memberSession(c), id); err != nil {
		return 0, models.Account{}, err
	}
	who, err := s.Mini.Colleague(c.Request.Context(), memberSession(c))
	return id, who, err
}

func (s *server) miniTask(c *gin.Context) (any, error) {
	id, who, err := s.herMiniTask(c)
	if err != nil {
		return nil, err
	}
	t, err := s.Bot.HandTask(c.Request.Context(), who.CommunityID, id)
	if err != nil {
		return nil, err
	}
	return s.viewMiniTask(t, who), nil
}

func (s *server) miniConfirmTask(c *gin.Context) (any, error) {
	return s.miniWord(c, s.Bot.ConfirmTask)
}

func (s *server) miniSkipTask(c *gin.Context) (any, error) { return s.miniWord(c, s.Bot.SkipTask) }

// miniWord takes what she says about her task.
func (s *server) miniWord(c *gin.Context, say func(ctx context.Context, community models.CommunityID, id models.TaskID, w bot.Word) (bot.TaskView, error)) (any, error) {
	id, who, err := s.herMiniTask(c)
	if err != nil {
		return nil, err
	}
	var in word
	if c.Request.ContentLength != 0 {
		if err := bindJSON(c, &in); err != nil {
			return nil, err
		}
	}
	t, err := say(c.Request.Context(), who.CommunityID, id, bot.Word{By: who.ID, At: in.PostedAt, Note: in.Reason})
	if err != nil {
		return nil, err
	}
	return s.viewMiniTask(t, who), nil
}
