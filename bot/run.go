package bot

import "siyu/models"

// runPosted books that a run's message appeared in its group.
func (b *Bot) runPosted(_ *models.Scope, t models.Task, _ models.Millis) error {
	return models.Errorf(models.NotFound, "run_not_found", "task %s is about no run", t.ID.String())
}

// runUnposted books that a run was not posted.
func (b *Bot) runUnposted(_ *models.Scope, t models.Task, _ string) error {
	return models.Errorf(models.NotFound, "run_not_found", "task %s is about no run", t.ID.String())
}
