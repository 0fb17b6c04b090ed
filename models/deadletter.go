package models

import "gorm.io/gorm"

// Pushes lists the community's pushes in a state, in any if it is empty, the newest first and without their bodies. They
// begin after the push that ended the page before, if one is given.
func (sc *Scope) Pushes(state InboxState, after InboxID, limit int) ([]Inbox, error) {
	q := sc.rows().Omit("body")
	if state != "" {
		q = q.Where("state = ?", state)
	}
	if after != 0 {
		q = q.Where("id < ?", int64(after))
	}
	var all []Inbox
	return all, list(q.Order("id DESC").Limit(limit), &all, "pushes")
}

// ReplayPush makes a dead push wait again and reports whether it was one. A push whose body is gone stays dead: nothing is
// left to work on.
func (sc *Scope) ReplayPush(id InboxID) (bool, error) {
	q := sc.rows().Where("id = ? AND state = ? AND body <> ?", int64(id), InboxDead, []byte{})
	return swap(q, &Inbox{}, map[string]any{"state": InboxPending, "done_at": 0, "last_error": ""}, "push")
}

// DeadPushes lists up to limit dead pushes that can be worked on again, the oldest first, beginning after one.
func (sc *Scope) DeadPushes(after InboxID, limit int) ([]InboxID, error) {
	var ids []InboxID
	q := sc.rows().Model(&Inbox{}).Where("state = ? AND id > ? AND body <> ?", InboxDead, int64(after), []byte{})
	return ids, translate(q.Order("id").Limit(limit).Pluck("id", &ids).Error, "list dead pushes")
}

// DeadJobs lists the community's jobs that failed for good, the newest first, beginning after the one that ended the page
// before, if one is given.
func (sc *Scope) DeadJobs(after JobID, limit int) ([]Job, error) {
	q := sc.rows().Where("state = ?", JobDead)
	if after != 0 {
		q = q.Where("id < ?", int64(after))
	}
	var all []Job
	return all, list(q.Order("id DESC").Limit(limit), &all, "dead jobs")
}

// Job returns one job of the community.
func (sc *Scope) Job(id JobID) (Job, error) {
	var j Job
	return j, one(sc.rows().Where("id = ?", int64(id)), &j, "job")
}

// ReviveJob makes a dead job run again, now and with all its attempts, and reports whether it was dead.
func (sc *Scope) ReviveJob(id JobID) (bool, error) {
	return swap(sc.rows().Where("id = ? AND state = ?", int64(id), JobDead), &Job{}, sc.revival(), "job")
}

// ReviveJobs does the same with all dead jobs but those of a kind, and returns how many there were.
func (sc *Scope) ReviveJobs(but string) (int64, error) {
	r := sc.rows().Model(&Job{}).Where("state = ? AND kind <> ?", JobDead, but).Updates(sc.revival())
	return r.RowsAffected, translate(r.Error, "revive jobs")
}

func (sc *Scope) revival() map[string]any {
	return map[string]any{"state": JobReady, "attempts": 0, "run_at": int64(sc.Now), "done_at": 0}
}

// DropDeadJobs removes the dead jobs with these arguments: another one does their work.
func (sc *Scope) DropDeadJobs(kind, args string) error {
	r := sc.rows().Where("state = ? AND kind = ? AND args = ?", JobDead, kind, args).Delete(&Job{})
	return translate(r.Error, "drop jobs")
}

// CountJobs counts the community's own jobs; [Tx.CountJobs] counts everybody's.
func (sc *Scope) CountJobs() (JobCount, error) { return countJobs(sc.Tx, sc.rows) }

// countJobs counts the jobs of the rows that start gives.
func countJobs(tx *Tx, start func() *gorm.DB) (JobCount, error) {
	var c JobCount
	err := start().Model(&Job{}).Where("(state = ? AND run_at <= ?) OR state = ?", JobReady, int64(tx.Now), JobLeased).
		Count(&c.Due).Error
	if err != nil {
		return c, translate(err, "count jobs")
	}
	if err := start().Model(&Job{}).Where("state = ?", JobDead).Count(&c.Dead).Error; err != nil {
		return c, translate(err, "count jobs")
	}
	err = start().Model(&Job{}).Select("COALESCE(MIN(run_at), 0) AS next_at").
		Where("state = ? AND run_at > ?", JobReady, int64(tx.Now)).Scan(&c.NextAt).Error
	return c, translate(err, "count jobs")
}
