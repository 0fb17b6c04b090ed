package bot

import (
	"siyu/internal/jobs"
	"siyu/models"
)

// runPrefix begins the Idem of the organic post that a run became.
const runPrefix = "run:"

// runPosted books that a run's message appeared in its group: the group has had a mass message that no sponsor paid for. Doing
// it twice is the same as once; one that was given up and appears all the same was posted.
func (b *Bot) runPosted(sc *models.Scope, t models.Task, at models.Millis) error {
	r, err := sc.Run(t.RunID)
	if err != nil || r.State == models.RunPosted {
		return err
	}
	to := r
	to.State, to.PostedAt, to.Reason = models.RunPosted, min(at, sc.Now), ""
	moved, err := sc.MoveRun(r, to)
	if err != nil {
		return err
	}
	if !moved {
		return jobs.Snooze(sc.Now, "the run moved")
	}
	return b.ledger.Organic(sc, models.OrganicPost{Idem: runPrefix + r.ID.String(), GroupID: r.GroupID, Kind: models.OrganicMass, Posts: 1,
		At: to.PostedAt})
}

// runUnposted books that a run was not posted. A run has no slot to give back: its piece comes again at its next time.
func (b *Bot) runUnposted(sc *models.Scope, t models.Task, why string) error {
	r, err := sc.Run(t.RunID)
	if err != nil || r.State == models.RunPosted {
		return err
	}
	to := r
	to.State, to.Reason = models.RunUnposted, why
	_, err = sc.MoveRun(r, to)
	return err
}

// runOpened books that a run's task is with its owner: it was handed over when the task was made.
func (b *Bot) runOpened(sc *models.Scope, t models.Task) error {
	_, err := sc.Run(t.RunID)
	return err
}
