package models

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"time"

	"gorm.io/gorm"
)

// JobState is where a job stands.
type JobState string

// The states of a job.
const (
	JobReady  JobState = "ready"
	JobLeased JobState = "leased"
	JobDone   JobState = "done"
	JobDead   JobState = "dead" // failed too often; kept to be looked at and run again
)

// Job is work to be done after the transaction that wrote it. RunAt is business time; LeaseUntil is wall time,
// because a lease is about a process and not about the community's day.
type Job struct {
	ID   JobID `gorm:"primaryKey;autoIncrement:false"`
	Kind string
	Args string // JSON
	// CommunityID is whose work it is; zero for work of the whole installation, such as tidying up.
	CommunityID CommunityID
	UniqueKey   *string // taken while the job waits: a second one with the key is not written
	Periodic    bool    // runs for ever, postponed each time; keeps its unique key while it runs
	RunAt       Millis
	State       JobState
	Attempts    int
	Owner       string
	LeaseUntil  int64 // UTC milliseconds of the wall clock
	LastError   string
	CreatedAt   Millis `gorm:"autoCreateTime:false"`
	DoneAt      Millis
}

// TableName names the table.
func (Job) TableName() string { return "jobs" }

// Front is the RunAt of a job that goes before all others, because somebody outside waits for it.
const Front Millis = 1

// AddJob writes a job; it reports false if one with its unique key waits already.
func (tx *Tx) AddJob(j *Job) (bool, error) {
	j.ID, j.CreatedAt, j.State = newID[Job](tx), tx.Now, JobReady
	return insertOnce(tx, j, "job", func() error {
		var known Job
		return one(tx.db.Where("unique_key = ?", j.UniqueKey), &known, "job")
	})
}

// HastenJob lets the waiting job with a unique key run at an earlier time. One that runs now, or is due before, stays as it
// is.
func (tx *Tx) HastenJob(key string, at Millis) error {
	_, err := swap(tx.db.Where("unique_key = ? AND state = ? AND run_at > ?", key, JobReady, int64(at)), &Job{},
		map[string]any{"run_at": int64(at)}, "job")
	return err
}

// AddJobs writes jobs without unique keys in one statement.
func (tx *Tx) AddJobs(all []*Job) error {
	if len(all) == 0 {
		return nil
	}
	for _, j := range all {
		j.ID, j.CreatedAt, j.State = newID[Job](tx), tx.Now, JobReady
	}
	err := insert(tx, &all, "jobs")
	if IsDuplicate(err) {
		return fmt.Errorf("insert jobs: %w", errIDCollision)
	}
	return err
}

// DueJobs lists up to limit jobs that may run now: ready and due, or leased by a process that is gone. The two are asked
// for apart: together they made the database sort the whole backlog for every batch (80,000 jobs: 100 ms).
func (tx *Tx) DueJobs(wall time.Time, limit int) ([]Job, error) {
	var all, lost []Job
	ready := tx.db.Where("state = ? AND run_at <= ?", JobReady, int64(tx.Now)).Order("run_at, id").Limit(limit)
	if err := list(ready, &all, "due jobs"); err != nil {
		return nil, err
	}
	gone := tx.db.Where("state = ? AND lease_until < ?", JobLeased, wall.UnixMilli()).Order("run_at, id").Limit(limit)
	if err := list(gone, &lost, "lost jobs"); err != nil || len(lost) == 0 {
		return all, err
	}
	all = append(all, lost...)
	slices.SortFunc(all, func(a, b Job) int { return cmp.Or(cmp.Compare(a.RunAt, b.RunAt), cmp.Compare(a.ID, b.ID)) })
	return all[:min(limit, len(all))], nil
}

// FrontJobs lists up to limit jobs that go before all others and that nobody works on yet, the oldest first.
func (tx *Tx) FrontJobs(limit int) ([]Job, error) {
	var all []Job
	return all, list(tx.db.Where("state = ? AND run_at = ?", JobReady, int64(Front)).Order("id").Limit(limit), &all, "front jobs")
}

// LeaseJobs takes jobs that were read as due, those that are still, and returns them as they are now, the earliest first.
// What another process has taken or put off meanwhile is left out. owner names this one lease and nothing else. The unique
// key of a job that is not periodic is given back: what changes from now on needs a new job.
func (tx *Tx) LeaseJobs(due []Job, owner string, wall, until time.Time) ([]Job, error) {
	if len(due) == 0 {
		return nil, nil
	}
	ids := jobIDs(due)
	r := tx.db.Model(&Job{}).Where("id IN ? AND ((state = ? AND run_at <= ?) OR (state = ? AND lease_until < ?))", ids, JobReady,
		int64(tx.Now), JobLeased, wall.UnixMilli()).
		Updates(map[string]any{"state": JobLeased, "owner": owner, "lease_until": until.UnixMilli(),
			"attempts": gorm.Expr("attempts + 1"), "unique_key": gorm.Expr("CASE WHEN periodic THEN unique_key END")})
	if r.Error != nil || r.RowsAffected == 0 {
		return nil, translate(r.Error, "lease jobs")
	}
	var mine []Job
	q := tx.db.Where("id IN ? AND state = ? AND owner = ?", ids, JobLeased, owner).Order("run_at, id")
	return mine, list(q, &mine, "leased jobs")
}

func jobIDs(all []Job) []int64 {
	ids := make([]int64, len(all))
	for i, j := range all {
		ids[i] = int64(j.ID)
	}
	return ids
}

// EndJobs ends leased jobs as done, all in few statements. One whose lease ran out is left to who has it now.
func (tx *Tx) EndJobs(all []Job) error {
	leases := map[string][]Job{}
	for _, j := range all {
		leases[j.Owner] = append(leases[j.Owner], j)
	}
	for _, owner := range slices.Sorted(maps.Keys(leases)) {
		r := tx.db.Model(&Job{}).Where("id IN ? AND state = ? AND owner = ?", jobIDs(leases[owner]), JobLeased, owner).
			Updates(map[string]any{"state": JobDone, "done_at": int64(tx.Now), "last_error": ""})
		if r.Error != nil {
			return translate(r.Error, "end jobs")
		}
	}
	return nil
}

// EndJob ends a leased job as done or dead.
func (tx *Tx) EndJob(j Job, state JobState, why string) error {
	_, err := swap(tx.leased(j), &Job{}, map[string]any{"state": state, "done_at": int64(tx.Now), "last_error": why}, "job")
	return err
}

// PostponeJob gives a leased job back to run at a later business time. attempts is what the job has used up then: a
// snooze costs none.
func (tx *Tx) PostponeJob(j Job, at Millis, attempts int, why string) error {
	_, err := swap(tx.leased(j), &Job{}, map[string]any{"state": JobReady, "run_at": int64(at), "attempts": attempts,
		"last_error": why}, "job")
	return err
}

func (tx *Tx) leased(j Job) *gorm.DB {
	return tx.db.Where("id = ? AND state = ? AND owner = ? AND lease_until = ?", int64(j.ID), JobLeased, j.Owner, j.LeaseUntil)
}

// FreeLeases takes every lease back. It may only be called by the one process that works on the database, when it
// starts: on SQLite a lock file makes sure of that.
func (tx *Tx) FreeLeases() error {
	r := tx.db.Model(&Job{}).Where("state = ?", JobLeased).Update("lease_until", 0)
	return translate(r.Error, "free leases")
}

// JobCount tells how the queue stands.
type JobCount struct {
	Due    int64  // may run now, or is running
	NextAt Millis // the earliest business time of a job that waits; zero if none does
	Dead   int64
}

// CountJobs counts the whole queue.
func (tx *Tx) CountJobs() (JobCount, error) {
	return countJobs(tx, func() *gorm.DB { return tx.db })
}
