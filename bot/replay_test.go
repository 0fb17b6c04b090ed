package bot_test

import (
	"context"
	"errors"
	"strings"
	"sync"
	"testing"
	"time"

	"siyu/bot"
	"siyu/internal/jobs"
	"siyu/internal/testkit"
	"siyu/internal/wechatsim"
	"siyu/models"
)

// deadPush stores a push that cannot be worked on, and lets it die.
func (b *bench) deadPush(t *testing.T, key string) models.InboxID {
	t.Helper()
	var id models.InboxID
	must(t, b.store.Tx(t.Context(), func(tx *models.Tx) error {
		sc := tx.In(b.community)
		c, err := sc.Channel(models.OfficialAccount)
		if err != nil {
			return err
		}
		push := models.Inbox{ChannelID: c.ID, DedupeKey: key, Body: []byte("<xml"), Format: "xml"}
		if _, err := sc.AddInbox(&push); err != nil {
			return err
		}
		id = push.ID
		return jobs.Enqueue(tx, bot.Process{Community: b.community, Push: id}, tx.Now)
	}))
	b.settle(t, 10*time.Second)
	return id
}

func (b *bench) dead(t *testing.T) (pushes, inQueue int64) {
	t.Helper()
	sc := b.store.Read(t.Context()).In(b.community)
	inbox, err := sc.CountInbox()
	must(t, err)
	queue, err := sc.CountJobs()
	must(t, err)
	return inbox.Dead, queue.Dead
}

// TestReplayConcurrently: many who replay a dead push at once give it one job, in place of the dead one; the push that dies
// again is a dead letter again, once.
func TestReplayConcurrently(t *testing.T) {
	t.Parallel()
	testkit.Each(t, func(t *testing.T, s *models.Store, clock *models.ManualClock) {
		b := newBench(t, s, clock)
		id := b.deadPush(t, "x")
		if pushes, inQueue := b.dead(t); pushes != 1 || inQueue != 1 {
			t.Fatalf("%d dead pushes, %d dead jobs", pushes, inQueue)
		}
		dead, err := s.Read(t.Context()).In(b.community).DeadJobs(0, 10)
		must(t, err)
		var all sync.WaitGroup
		for i := range 12 {
			all.Go(func() {
				var err error
				switch i % 3 {
				case 0:
					_, err = b.bot.ReplayPush(t.Context(), b.community, id, 1)
				case 1:
					_, err = b.bot.ReplayDead(t.Context(), b.community, 1)
				default:
					_, err = b.bot.ReviveJob(t.Context(), b.community, dead[0].ID, 1)
					if models.IsKind(err, models.NotFound) { // replayed before
						err = nil
					}
				}
				if err != nil {
					t.Error(err)
				}
			})
		}
		all.Wait()
		due, err := s.Read(t.Context()).DueJobs(clock.Now(), 100)
		must(t, err)
		n := 0
		for _, j := range due {
			if j.Kind == (bot.Process{}).Kind() {
				n++
			}
		}
		if pushes, inQueue := b.dead(t); n != 1 || pushes != 0 || inQueue != 0 {
			t.Errorf("%d jobs wait, %d dead pushes, %d dead jobs", n, pushes, inQueue)
		}
		b.settle(t, 10*time.Second)
		if pushes, inQueue := b.dead(t); pushes != 1 || inQueue != 1 {
			t.Errorf("afterwards %d dead pushes, %d dead jobs", pushes, inQueue)
		}
		audits, err := s.Read(t.Context()).In(b.community).Audits(100)
		must(t, err)
		if n := len(audits); n != 1 || audits[0].Action != "push.replay" {
			t.Errorf("%d lines in the audit: %+v", n, audits)
		}
	})
}

// TestReplayTakesEffect: a push that died because WeChat did not answer for a day has its effect when it is replayed, and
// only then; a push that is done is not worked on twice.
func TestReplayTakesEffect(t *testing.T) {
	t.Parallel()
	s, clock := testkit.Store(t)
	b := newBench(t, s, clock)
	e, err := b.bot.MakeEntry(t.Context(), b.community, b.video, b.group.ID, "")
	must(t, err)
	const userInfo = "/cgi-bin/user/info"
	b.sim.Fail(userInfo, wechatsim.Fault{Disconnect: true, Times: -1})
	p := b.sim.NewPerson("小林")
	_, err = p.ScanOfficialQR(t.Context(), wechatsim.DefaultOfficialAppID, e.Ticket)
	must(t, err)
	for range 40 {
		clock.Advance(time.Hour)
		_, err := b.runner.Drain(t.Context())
		must(t, err)
	}
	sc := s.Read(t.Context()).In(b.community)
	all, err := sc.Pushes(models.InboxDead, 0, 10)
	must(t, err)
	if len(all) != 1 || all[0].LastError == "" || strings.Contains(all[0].LastError, p.OpenID(wechatsim.DefaultOfficialAppID)) {
		t.Fatalf("the dead letters are %+v", all)
	}
	b.sim.ClearFaults()
	for range 3 {
		_, err := b.bot.ReplayPush(t.Context(), b.community, all[0].ID, 1)
		must(t, err)
		b.settle(t, 10*time.Second)
	}
	if got := b.touches(t, p.UnionID()); len(got) != 2 {
		t.Errorf("%d touches, want her scan and her following", len(got))
	}
	push, err := b.bot.ReadPush(t.Context(), b.community, all[0].ID, 1)
	must(t, err)
	if push.State != models.InboxDone || len(push.Body) == 0 {
		t.Errorf("the push is %s with %d bytes", push.State, len(push.Body))
	}
}

// TestReplayBlanked: what a dead push said may be gone; then it stays dead, and says so.
func TestReplayBlanked(t *testing.T) {
	t.Parallel()
	testkit.Each(t, func(t *testing.T, s *models.Store, clock *models.ManualClock) {
		b := newBench(t, s, clock)
		var id models.InboxID
		must(t, s.Tx(t.Context(), func(tx *models.Tx) error {
			push := models.Inbox{ChannelID: 1, DedupeKey: "gone", Body: []byte{}, Format: "xml"}
			if _, err := tx.In(b.community).AddInbox(&push); err != nil {
				return err
			}
			id = push.ID
			_, err := tx.In(b.community).FinishPush(id, models.InboxDead, "")
			return err
		}))
		if _, err := b.bot.ReplayPush(t.Context(), b.community, id, 1); models.CodeOf(err) != "push_blanked" {
			t.Errorf("%v, want push_blanked", err)
		}
		if n, err := b.bot.ReplayDead(t.Context(), b.community, 1); err != nil || n != 0 {
			t.Errorf("%d replayed, %v", n, err)
		}
		other := testkit.Community(t, s, nil)
		if _, err := b.bot.ReadPush(t.Context(), other, id, 1); models.CodeOf(err) != "push_not_found" {
			t.Errorf("another community's push: %v", err)
		}
	})
}

// TestReviveJob: a dead job of this community runs again, with all its attempts; nobody else's does.
func TestReviveJob(t *testing.T) {
	t.Parallel()
	testkit.Each(t, func(t *testing.T, s *models.Store, clock *models.ManualClock) {
		b := newBench(t, s, clock)
		other := testkit.Community(t, s, nil)
		failing, ran := true, 0
		jobs.Register(b.runner, func(_ context.Context, _ errand) error {
			ran++
			if failing {
				return jobs.Fatal(errors.New("no"))
			}
			return nil
		})
		for _, c := range []models.CommunityID{b.community, other} {
			must(t, s.Tx(t.Context(), func(tx *models.Tx) error { return jobs.Enqueue(tx, errand{c}, tx.Now) }))
		}
		b.settle(t, 10*time.Second)
		mine, err := s.Read(t.Context()).In(b.community).DeadJobs(0, 10)
		must(t, err)
		if len(mine) != 1 {
			t.Fatalf("%d dead jobs of this community", len(mine))
		}
		failing, ran = false, 0
		if _, err := b.bot.ReviveJob(t.Context(), other, mine[0].ID, 1); models.CodeOf(err) != "job_not_found" {
			t.Errorf("another community's job: %v", err)
		}
		for range 2 {
			_, err := b.bot.ReviveJob(t.Context(), b.community, mine[0].ID, 1)
			must(t, err)
		}
		b.settle(t, 10*time.Second)
		if _, inQueue := b.dead(t); inQueue != 0 || ran != 1 {
			t.Errorf("ran %d times, %d dead", ran, inQueue)
		}
		if n, err := b.bot.ReviveJobs(t.Context(), other, 1); err != nil || n != 1 {
			t.Errorf("%d revived, %v", n, err)
		}
	})
}

type errand struct {
	Community models.CommunityID `json:"community"`
}

func (errand) Kind() string { return "test.errand" }
