package bot

import (
	"context"
	"encoding/json"
	"fmt"
	"strconv"

	"siyu/internal/jobs"
	"siyu/models"
)

// replayAtOnce is how many pushes one transaction gives back.
const replayAtOnce = 200

// ReadPush returns a push with its body, which says who sent it and what she wrote; that somebody looked is written down.
func (b *Bot) ReadPush(ctx context.Context, community models.CommunityID, id models.InboxID, by models.AccountID) (models.Inbox, error) {
	var push models.Inbox
	err := b.store.Tx(ctx, func(tx *models.Tx) (err error) {
		sc := tx.In(community)
		if push, err = knownPush(sc, id); err != nil {
			return err
		}
		return sc.AddAudit(by, "push.read", "push:"+id.String(), "")
	})
	return push, err
}

// ReplayPush works on a dead push again. One that is not dead, because somebody else has just replayed it, stays as it is:
// however often and from wherever it is asked for, a push has its effect once.
func (b *Bot) ReplayPush(ctx context.Context, community models.CommunityID, id models.InboxID, by models.AccountID) (models.Inbox, error) {
	var push models.Inbox
	err := b.store.Tx(ctx, func(tx *models.Tx) (err error) {
		sc := tx.In(community)
		if push, err = knownPush(sc, id); err != nil || push.State != models.InboxDead {
			return err
		}
		again, err := replay(sc, id)
		if err != nil {
			return err
		}
		if !again {
			if push, err = knownPush(sc, id); err != nil || push.State != models.InboxDead {
				return err // somebody was faster
			}
			return models.Errorf(models.Conflict, "push_blanked", "the push's body is gone")
		}
		push.State, push.DoneAt, push.LastError = models.InboxPending, 0, ""
		return sc.AddAudit(by, "push.replay", "push:"+id.String(), "")
	})
	b.jobs.Wake()
	return push, err
}

// ReplayDead works on all dead pushes again and returns how many there were. Those whose bodies are gone are left out.
func (b *Bot) ReplayDead(ctx context.Context, community models.CommunityID, by models.AccountID) (int, error) {
	total := 0
	for after := models.InboxID(0); ; {
		var ids []models.InboxID
		n := 0
		err := b.store.Tx(ctx, func(tx *models.Tx) (err error) {
			sc := tx.In(community)
			n = 0
			if ids, err = sc.DeadPushes(after, replayAtOnce); err != nil || len(ids) == 0 {
				return err
			}
			for _, id := range ids {
				again, err := replay(sc, id)
				if err != nil {
					return err
				}
				if again {
					n++
				}
			}
			if n == 0 {
				return nil
			}
			return sc.AddAudit(by, "push.replay", "pushes", strconv.Itoa(n))
		})
		total += n
		if err != nil || len(ids) == 0 {
			b.jobs.Wake()
			return total, err
		}
		after = ids[len(ids)-1] // a push that dies again meanwhile is not taken twice
	}
}

// replay gives a dead push back and writes its job, in place of the one that died with it.
func replay(sc *models.Scope, id models.InboxID) (bool, error) {
	again, err := sc.ReplayPush(id)
	if err != nil || !again {
		return false, err
	}
	work := Process{Community: sc.Community, Push: id}
	args, err := json.Marshal(work)
	if err != nil {
		return false, fmt.Errorf("replay a push: %w", err)
	}
	if err := sc.DropDeadJobs(work.Kind(), string(args)); err != nil {
		return false, err
	}
	return true, jobs.Enqueue(sc.Tx, work, sc.Now)
}

func knownPush(sc *models.Scope, id models.InboxID) (models.Inbox, error) {
	push, err := sc.Push(id)
	if models.IsKind(err, models.NotFound) {
		return push, models.Errorf(models.NotFound, "push_not_found", "no such push")
	}
	return push, err
}

// ReviveJob runs a dead job again. The job of a push goes the push's way.
func (b *Bot) ReviveJob(ctx context.Context, community models.CommunityID, id models.JobID, by models.AccountID) (models.Job, error) {
	var job models.Job
	err := b.store.Tx(ctx, func(tx *models.Tx) (err error) {
		sc := tx.In(community)
		job, err = sc.Job(id)
		if models.IsKind(err, models.NotFound) {
			return models.Errorf(models.NotFound, "job_not_found", "no such job")
		}
		if err != nil || job.State != models.JobDead {
			return err // somebody was faster
		}
		if job.Kind == (Process{}).Kind() {
			return b.revivePush(sc, &job, by)
		}
		again, err := sc.ReviveJob(id)
		if err != nil || !again {
			return err
		}
		job.State, job.Attempts, job.RunAt, job.DoneAt = models.JobReady, 0, sc.Now, 0
		return sc.AddAudit(by, "job.revive", "job:"+id.String(), job.Kind)
	})
	b.jobs.Wake()
	return job, err
}

// revivePush replays the push a dead job was about. One that is still pending, because the job died without being able to
// say so, has nobody else to work on it: its job runs again. If it has been worked on already, only the job is still there.
func (b *Bot) revivePush(sc *models.Scope, job *models.Job, by models.AccountID) error {
	var work Process
	if err := json.Unmarshal([]byte(job.Args), &work); err != nil {
		return fmt.Errorf("read a job's arguments: %w", err)
	}
	again, err := replay(sc, work.Push)
	if err != nil {
		return err
	}
	if !again {
		push, err := sc.Push(work.Push)
		if err != nil && !models.IsKind(err, models.NotFound) {
			return err
		}
		if err != nil || push.State != models.InboxPending {
			return sc.DropDeadJobs(job.Kind, job.Args)
		}
		if again, err = sc.ReviveJob(job.ID); err != nil || !again {
			return err
		}
	}
	job.State, job.Attempts, job.RunAt, job.DoneAt = models.JobReady, 0, sc.Now, 0
	return sc.AddAudit(by, "push.replay", "push:"+work.Push.String(), "")
}

// ReviveJobs runs all dead jobs again that are not about a push, and returns how many there were.
func (b *Bot) ReviveJobs(ctx context.Context, community models.CommunityID, by models.AccountID) (int, error) {
	var n int64
	err := b.store.Tx(ctx, func(tx *models.Tx) (err error) {
		sc := tx.In(community)
		if n, err = sc.ReviveJobs(Process{}.Kind()); err != nil || n == 0 {
			return err
		}
		return sc.AddAudit(by, "job.revive", "jobs", strconv.FormatInt(n, 10))
	})
	b.jobs.Wake()
	return int(n), err
}
