package bot_test

import (
	"testing"
	"time"

	"siyu/internal/testkit"
	"siyu/internal/wechatsim"
	"siyu/models"
)

// TestBroadcastQuotaNight: a part that has to wait for its quota, which comes back at midnight in China, does not go out in
// the quiet hours of the community.
func TestBroadcastQuotaNight(t *testing.T) {
	t.Parallel()
	s, clock := testkit.Store(t)
	b := newBench(t, s, clock)
	b.followers(t, 3)
	set := models.DefaultBroadcastSettings()
	set.QuietFrom, set.QuietTo = 8*60, 12*60 // midnight in China is nine in the morning in Vancouver
	must(t, b.bot.SetBroadcastSettings(t.Context(), b.community, 1, set))
	clock.Set(time.Date(2026, 5, 5, 20, 0, 0, 0, time.UTC)) // 13:00
	b.sim.Fail(sendAll, wechatsim.Fault{Errcode: 45009})
	b.broadcast(t, toEveryone())
	b.settle(t, time.Minute)
	clock.Set(time.Date(2026, 5, 6, 16, 1, 0, 0, time.UTC)) // 9:01
	b.settle(t, time.Minute)
	if n := len(b.masses(t)); n != 0 {
		t.Fatalf("%d messages were sent in quiet hours", n)
	}
	clock.Set(time.Date(2026, 5, 6, 19, 0, 0, 0, time.UTC)) // 12:00
	b.settle(t, time.Minute)
	if n := len(b.masses(t)); n != 1 {
		t.Errorf("%d messages were sent after them, want 1", n)
	}
}

// TestLostThenQuota: a part whose answer was lost stays in doubt, whatever WeChat answers after that: it is not sent again
// once its clientmsgid may be forgotten, and it counts.
func TestLostThenQuota(t *testing.T) {
	t.Parallel()
	for _, code := range []int{45009, 45028} {
		s, clock := testkit.Store(t)
		b := newBench(t, s, clock)
		b.followers(t, 3)
		b.sim.Fail(sendAll, wechatsim.Fault{Disconnect: true, Execute: true})
		b.sim.Fail(sendAll, wechatsim.Fault{Errcode: code, Times: 2})
		id := b.broadcast(t, toEveryone())
		b.settle(t, time.Minute)
		for range 3 {
			clock.Advance(24 * time.Hour)
			b.settle(t, time.Minute)
		}
		v := b.read(t, id)
		if len(b.masses(t)) != 1 || v.State != models.BroadcastSent || v.Chunks[0].State != models.ChunkUnknown || b.counted(t) != 3 {
			t.Errorf("errcode %d: %d messages at WeChat, it is %s with %+v, %d count", code, len(b.masses(t)), v.State, v.Chunks[0], b.counted(t))
		}
	}
}

// TestPollRefused: a broadcast whose end nobody tells and WeChat does not let us ask for ends all the same.
func TestPollRefused(t *testing.T) {
	t.Parallel()
	s, clock := testkit.Store(t)
	b := newBench(t, s, clock)
	b.followers(t, 3)
	b.sim.Fail("/cgi-bin/message/mass/get", wechatsim.Fault{Errcode: 48001, Times: -1})
	id := b.broadcast(t, toEveryone())
	for range 80 {
		clock.Advance(time.Hour)
		b.settle(t, 10*time.Second)
	}
	if v := b.read(t, id); v.State != models.BroadcastSent || v.Chunks[0].State != models.ChunkUnknown {
		t.Errorf("it is %s with %+v", v.State, v.Chunks[0])
	}
	must(t, b.sim.FinishMass(t.Context(), b.masses(t)[0].ID, 0))
	b.settle(t, 10*time.Second)
	if v := b.read(t, id); v.Chunks[0].State != models.ChunkDone || v.Chunks[0].Sent != 3 {
		t.Errorf("told late, it is %s with %+v", v.State, v.Chunks[0])
	}
}
