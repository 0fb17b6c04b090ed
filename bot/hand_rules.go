package bot

import (
	"cmp"
	"slices"

	"siyu/models"
)

// mayDo reports whether somebody may do a task: the one it is for, and who owns everything; pure.
func mayDo(t models.Task, a models.Account) bool {
	return a.Active() && a.Role == models.Organiser && (t.AccountID == a.ID || a.Owns())
}

// handTasks lists the open tasks of ordinary groups that somebody of the team is asked to do, the most urgent first: hers,
// and if she owns everything those that are nobody's.
func handTasks(sc *models.Scope, a models.Account) ([]models.Task, error) {
	open, err := sc.TasksIn(models.TaskOpen)
	if err != nil {
		return nil, err
	}
	open = slices.DeleteFunc(open, func(t models.Task) bool {
		return t.Kind != models.OrdinaryGroup || t.AccountID != a.ID && (t.AccountID != 0 || !a.Owns()) || sc.Now >= t.DueAt
	})
	slices.SortStableFunc(open, func(a, b models.Task) int { return cmp.Compare(a.DueAt, b.DueAt) })
	return open, nil
}
