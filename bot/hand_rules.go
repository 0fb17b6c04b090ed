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

// isFor reports whether somebody is asked to do a task: it is hers, or nobody's and she owns everything; pure.
func isFor(t models.Task, a models.Account) bool {
	return t.AccountID == a.ID || t.AccountID == 0 && a.Owns()
}

// handTasks lists the open tasks of ordinary groups that somebody of the team is asked to do, the most urgent first: hers,
// and if she owns everything those that are nobody's.
func handTasks(sc *models.Scope, a models.Account) ([]models.Task, error) {
	whose := []models.AccountID{a.ID}
	if a.Owns() {
		whose = append(whose, 0)
	}
	open, err := sc.TasksFor(whose, models.TaskOpen)
	if err != nil {
		return nil, err
	}
	open = slices.DeleteFunc(open, func(t models.Task) bool { return t.Kind != models.OrdinaryGroup || sc.Now >= t.DueAt })
	slices.SortStableFunc(open, func(a, b models.Task) int { return cmp.Compare(a.DueAt, b.DueAt) })
	return open, nil
}
