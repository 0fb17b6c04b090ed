package handlers

import (
	"github.com/gin-gonic/gin"

	"siyu/bot"
	"siyu/models"
)

// What a keeper sees is cut down to the groups that are hers; what she does to something else fails as if it did not exist.

// tasks are those of some tasks that are about these groups.
func (g groupSet) tasks(all []bot.TaskView) []bot.TaskView {
	if g == nil {
		return all
	}
	some := []bot.TaskView{}
	for _, t := range all {
		if g[t.GroupID] {
			some = append(some, t)
		}
	}
	return some
}

// herTask refuses a task of a group that is not hers.
func (s *server) herTask(c *gin.Context, id models.TaskID) error {
	mine, err := s.mine(c)
	if err != nil || mine == nil {
		return err
	}
	t, err := s.Store.Read(c.Request.Context()).In(account(c).CommunityID).Task(id)
	if err == nil && !mine.has(t.GroupID) && t.AccountID != account(c).ID {
		err = models.Errorf(models.NotFound, "task_not_found", "no such task")
	}
	return err
}

// herWarning refuses a warning about a group that is not hers, or about no group.
func (s *server) herWarning(c *gin.Context, id models.WarningID) error {
	mine, err := s.mine(c)
	if err != nil || mine == nil {
		return err
	}
	w, err := s.Store.Read(c.Request.Context()).In(account(c).CommunityID).Warning(id)
	if err == nil && !mine.has(w.GroupID) {
		err = models.Errorf(models.NotFound, "not_found", "no such warning")
	}
	return err
}
