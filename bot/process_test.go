package bot_test

import (
	"runtime"
	"testing"
	"time"

	"siyu/bot"
	"siyu/internal/jobs"
	"siyu/internal/testkit"
	"siyu/internal/wechatsim"
	"siyu/models"
)

// impatient has the bot's jobs run with few attempts of short time.
func (b *bench) impatient(t *testing.T, attempts int, lease time.Duration) {
	t.Helper()
	b.work = jobs.Options{MaxAttempts: attempts, Lease: lease}
	b.wire(t, b.api)
	must(t, b.bot.Connect(t.Context()))
}

// TestPushOutOfTime: a push whose last attempt hangs until its time is over is a dead letter like any other, and has its
// effect when it is replayed. It must not stay pending with nobody to work on it.
func TestPushOutOfTime(t *testing.T) {
	t.Parallel()
	testkit.Each(t, func(t *testing.T, s *models.Store, clock *models.ManualClock) {
		b := newBench(t, s, clock)
		b.impatient(t, 1, 300*time.Millisecond)
		p := b.sim.NewPerson("小林")
		b.sim.Fail("/cgi-bin/user/info", wechatsim.Fault{Delay: 600 * time.Millisecond})
		_, err := p.Follow(t.Context(), wechatsim.DefaultOfficialAppID)
		must(t, err)
		b.drain(t)
		c, err := b.scope(t).CountInbox()
		must(t, err)
		if c.Dead != 1 || c.Pending != 0 {
			t.Fatalf("the inbox counts %+v, want one dead letter", c)
		}
		b.impatient(t, 1, time.Minute)
		n, err := b.bot.ReplayDead(t.Context(), b.community, 0)
		must(t, err)
		b.drain(t)
		if got := b.touches(t, p.UnionID()); n != 1 || len(got) != 1 {
			t.Errorf("%d replayed, her touches are %+v", n, got)
		}
	})
}

// TestReviveForPending: a dead job whose push is still pending, because nobody could say that it is dead, works on it again
// when it is revived.
func TestReviveForPending(t *testing.T) {
	t.Parallel()
	testkit.Each(t, func(t *testing.T, s *models.Store, clock *models.ManualClock) {
		b := newBench(t, s, clock)
		p := b.sim.NewPerson("小林")
		_, err := p.Follow(t.Context(), wechatsim.DefaultOfficialAppID)
		must(t, err)
		must(t, s.Tx(t.Context(), func(tx *models.Tx) error {
			due, err := tx.DueJobs(time.Now(), 10)
			if err != nil {
				return err
			}
			leased, err := tx.LeaseJobs(due, "gone", time.Now(), time.Now().Add(time.Hour))
			if err != nil {
				return err
			}
			for _, j := range leased {
				if err := tx.EndJob(j, models.JobDead, "died badly"); err != nil {
					return err
				}
			}
			return nil
		}))
		dead, err := b.scope(t).DeadJobs(0, 10)
		must(t, err)
		if len(dead) != 1 || dead[0].Kind != (bot.Process{}).Kind() {
			t.Fatalf("the dead jobs are %+v", dead)
		}
		for range 2 {
			_, err = b.bot.ReviveJob(t.Context(), b.community, dead[0].ID, 0)
			must(t, err)
		}
		b.drain(t)
		c, err := b.scope(t).CountInbox()
		must(t, err)
		if got := b.touches(t, p.UnionID()); c.Pending != 0 || len(got) != 1 {
			t.Errorf("the inbox counts %+v, her touches are %+v", c, got)
		}
	})
}

// TestStopWhileSending: a message whose call is under way when the process stops is sent to its end and booked as sent. It
// would otherwise be given up by the next process: nobody could know whether it arrived.
func TestStopWhileSending(t *testing.T) {
	t.Parallel()
	s, clock := testkit.Store(t)
	b := newBench(t, s, clock)
	app := wechatsim.DefaultOfficialAppID
	p := b.sim.NewPerson("小林")
	_, err := p.Follow(t.Context(), app)
	must(t, err)
	b.drain(t)
	b.sim.Fail(customSend, wechatsim.Fault{Delay: 300 * time.Millisecond})
	m := b.say(t, b.speech(t, app, p.OpenID(app), "hello"))
	stop := b.run(t)
	for b.message(t, m.ID).State == models.MessageWaiting {
		runtime.Gosched()
	}
	stop()
	if got := b.message(t, m.ID); got.State != models.MessageSent || len(p.Inbox(app)) != 1 {
		t.Errorf("the message is %s (%s), she has %d", got.State, got.LastError, len(p.Inbox(app)))
	}
}
