package bot_test

import (
	"context"
	"testing"
	"time"

	"siyu/bot"
	"siyu/internal/jobs"
	"siyu/internal/testkit"
	"siyu/internal/wechatsim"
	"siyu/models"
)

func (b *bench) task(t *testing.T, p models.Placement) models.Task {
	t.Helper()
	task, err := b.store.Read(t.Context()).In(b.community).TaskOf(p.ID)
	must(t, err)
	return task
}

// run works on jobs, several at once, until stop is called.
func (b *bench) run(t *testing.T) (stop func()) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- b.runner.Run(ctx) }()
	return func() {
		cancel()
		must(t, <-done)
	}
}

// TestHandoverAfterItsInterval is a server that was down while a placement had its slot: the owner is not asked for a
// post that would come at a time nobody reserved.
func TestHandoverAfterItsInterval(t *testing.T) {
	t.Parallel()
	s, clock := testkit.Store(t)
	b := newBench(t, s, clock)
	var ordinary models.Group
	must(t, s.Tx(t.Context(), func(tx *models.Tx) error {
		ordinary = models.Group{Name: "二群", Kind: models.OrdinaryGroup, Zone: "America/Vancouver", Capacity: 500}
		return tx.In(b.community).InsertGroup(&ordinary)
	}))
	for _, g := range []models.GroupID{b.group.ID, ordinary.ID} {
		p := b.reserve(t, g)
		clock.Set(p.E.Time().Add(time.Second))
		b.settle(t, time.Minute)
		if got := b.placement(t, p.ID); got.State != models.PlacementReleased || got.Reason != "task_failed" {
			t.Errorf("the placement is %s because of %q, want released without the owner seeing it", got.State, got.Reason)
		}
	}
}

// TestPausedBeforeHandover is an organiser who pauses a group between the reservation and the hand-over: nothing goes to
// the owner until the group resumes.
func TestPausedBeforeHandover(t *testing.T) {
	t.Parallel()
	s, clock := testkit.Store(t)
	b := newBench(t, s, clock)
	p := b.reserve(t, b.group.ID)
	must(t, b.bot.PauseGroup(t.Context(), b.community, b.group.ID, models.Pause{Paused: true}))
	b.settle(t, time.Minute)
	if n := len(b.sim.OpenTasks(wechatsim.DefaultCorpID, owner)); n != 0 {
		t.Fatalf("%d tasks in a paused group", n)
	}
	must(t, b.bot.PauseGroup(t.Context(), b.community, b.group.ID, models.Pause{}))
	b.settle(t, 20*time.Minute)
	if got := b.placement(t, p.ID); got.State != models.PlacementTasked {
		t.Errorf("after it resumed the placement is %s", got.State)
	}
}

// TestCloseWhileCalling is a task whose time ends while WeCom is being asked for it, and whose answer is lost: the slot
// is not given back while WeCom may have the task.
func TestCloseWhileCalling(t *testing.T) {
	t.Parallel()
	s, clock := testkit.Store(t)
	b := newBench(t, s, clock)
	p := b.reserve(t, b.group.ID)
	b.sim.Fail(addTemplate, wechatsim.Fault{Disconnect: true, Times: -1})
	clock.Set(p.E.Time().Add(-time.Second))
	_, err := b.runner.Drain(t.Context())
	must(t, err)
	if got := b.task(t, p); got.State != models.TaskCalling {
		t.Fatalf("the task is %s", got.State)
	}
	b.settle(t, 9*time.Minute)
	if got := b.placement(t, p.ID); got.State != models.PlacementReserved {
		t.Fatalf("the placement is %s though WeCom may have its task", got.State)
	}
	b.settle(t, 2*time.Minute)
	if got := b.placement(t, p.ID); got.State != models.PlacementReleased || got.Reason != "task_failed" {
		t.Errorf("the placement is %s because of %q", got.State, got.Reason)
	}
}

// TestAskedAgain: each time WeCom is asked again, its list is given the same time to show the task.
func TestAskedAgain(t *testing.T) {
	t.Parallel()
	s, clock := testkit.Store(t)
	b := newBench(t, s, clock)
	p := b.reserve(t, b.group.ID)
	b.sim.Fail(addTemplate, wechatsim.Fault{Disconnect: true, Times: -1})
	asked := map[models.Millis]bool{}
	var last models.Millis
	for range 60 * 6 {
		b.settle(t, 10*time.Second)
		at := b.task(t, p).CalledAt
		if at != last && last != 0 && at < last.Add(10*time.Minute) {
			t.Fatalf("asked again after %s", at.Sub(last))
		}
		last, asked[at] = at, true
	}
	if len(asked) < 3 {
		t.Errorf("asked %d times in an hour", len(asked))
	}
}

// TestCloseMovedTask: a task that is handed over at the very moment its time ends is taken back all the same. The job
// that closes it must not end because the task was in another state a moment before.
func TestCloseMovedTask(t *testing.T) {
	t.Parallel()
	testkit.Each(t, func(t *testing.T, s *models.Store, clock *models.ManualClock) {
		b := newBench(t, s, clock)
		for range 8 {
			p := b.reserve(t, b.group.ID)
			must(t, s.Tx(t.Context(), func(tx *models.Tx) error {
				task := models.Task{PlacementID: p.ID, GroupID: p.GroupID, Kind: models.WeComGroup, OwnerUserID: owner,
					State: models.TaskNew, DueAt: p.E}
				if _, err := tx.In(b.community).AddTask(&task); err != nil {
					return err
				}
				return jobs.Enqueue(tx, bot.CloseTask{Community: b.community, Task: task.ID}, tx.Now)
			}))
			stop := b.run(t) // hand-over and closing at once
			for {
				c, err := s.Read(t.Context()).CountJobs()
				must(t, err)
				if c.Due == 0 {
					break
				}
			}
			stop()
			b.settle(t, 11*time.Minute) // the answer was on its way, and the job waits for it
			if got := b.placement(t, p.ID); got.State != models.PlacementReleased {
				t.Errorf("the placement is %s", got.State)
			}
			if n := len(b.sim.OpenTasks(wechatsim.DefaultCorpID, owner)); n != 0 {
				t.Errorf("the owner still has %d tasks", n)
			}
			clock.Advance(8 * 24 * time.Hour)
		}
	})
}

// TestCannotBeStopped: a task that WeCom does not stop is posted by its owner after all, days later. It counts, and the
// job that would take it back is still there to see it.
func TestCannotBeStopped(t *testing.T) {
	t.Parallel()
	s, clock := testkit.Store(t)
	b := newBench(t, s, clock)
	p := b.reserve(t, b.group.ID)
	b.settle(t, time.Minute)
	b.sim.Fail("/cgi-bin/externalcontact/cancel_groupmsg_send", wechatsim.Fault{Errcode: -1, Times: -1})
	clock.Set(p.E.Time())
	for range 60 {
		clock.Advance(time.Hour)
		_, err := b.runner.Drain(t.Context())
		must(t, err)
	}
	if got := b.placement(t, p.ID); got.State != models.PlacementTasked {
		t.Fatalf("the placement is %s while its owner has the task", got.State)
	}
	must(t, b.sim.Confirm(wechatsim.DefaultCorpID, b.sim.OpenTasks(wechatsim.DefaultCorpID, owner)[0].MsgID, owner))
	b.settle(t, time.Hour+time.Minute)
	if got := b.placement(t, p.ID); got.State != models.PlacementLate {
		t.Errorf("the placement is %s, want late", got.State)
	}
}
