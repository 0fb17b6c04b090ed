package offers

import (
	"context"
	"slices"

	"siyu/internal/jobs"
	"siyu/models"
)

// NudgeGroups is the job that has what is held in some groups ask once.
type NudgeGroups struct {
	Community models.CommunityID `json:"community"`
	Groups    []models.GroupID   `json:"groups"`
}

// Kind names the job.
func (NudgeGroups) Kind() string { return "groups.nudge" }

// nudgedAtOnce is how many groups one job asks for. Whoever resumes a thousand groups has her answer before any is ranked.
const nudgedAtOnce = 50

// nudgeLater leaves the asking of many groups to jobs.
func nudgeLater(sc *models.Scope, groups []models.GroupID) error {
	var all []jobs.Args
	for some := range slices.Chunk(groups, nudgedAtOnce) {
		all = append(all, NudgeGroups{Community: sc.Community, Groups: some})
	}
	return jobs.EnqueueAll(sc.Tx, all, sc.Now)
}

// nudgeGroups asks for one group after the other, each in a transaction of its own. Asking twice after a crash harms nobody.
func (s *Service) nudgeGroups(ctx context.Context, a NudgeGroups) error {
	for _, g := range a.Groups {
		if err := s.store.Tx(ctx, func(tx *models.Tx) error { return s.Nudge(tx.In(a.Community), g) }); err != nil {
			return err
		}
	}
	return nil
}
