package bot_test

import (
	"slices"
	"sync"
	"testing"
	"time"

	"siyu/bot"
	"siyu/internal/testkit"
	"siyu/internal/wechatsim"
	"siyu/models"
)

// TestEntryFull: an ordinary group's QR code lets nobody in from 200 people on, whatever the group holds; a join way leads on
// to WeCom's next group, so its page goes on showing it.
func TestEntryFull(t *testing.T) {
	t.Parallel()
	s, clock := testkit.Store(t)
	b := newBench(t, s, clock)
	g := b.ordinary(t, "甲", 500)
	enter := func(g models.GroupID) models.Entry {
		e, err := b.bot.AddEntry(t.Context(), b.community, bot.NewEntry{Video: b.video, Group: g})
		must(t, err)
		return e
	}
	plain, work := enter(g.ID), enter(b.group.ID)
	for heads, want := range map[int]bot.InviteState{199: bot.InviteOpen, 200: bot.InviteFull, 300: bot.InviteFull} {
		_, err := b.bot.SetGroupWay(t.Context(), b.community, g.ID, bot.GroupWay{Headcount: &heads}, 0)
		must(t, err)
		if v := b.invite(t, plain, "x"); v.State != want {
			t.Errorf("with %d in it the page of an ordinary group says %s, want %s", heads, v.State, want)
		}
	}
	must(t, s.Tx(t.Context(), func(tx *models.Tx) error {
		_, err := tx.In(b.community).SetHeadcount(b.group.ID, 200, 200)
		return err
	}))
	if v := b.invite(t, work, "x"); v.State != bot.InviteOpen || v.JoinURL != work.JoinURL {
		t.Errorf("the page of a full WeCom group shows %+v", v)
	}
}

// TestGroupWayEnds: a QR code does not live longer because it was sent once more, and one that has ended is not taken.
func TestGroupWayEnds(t *testing.T) {
	t.Parallel()
	s, clock := testkit.Store(t)
	b := newBench(t, s, clock)
	g := b.ordinary(t, "甲", 100)
	set := func(w bot.GroupWay) (models.Group, error) {
		return b.bot.SetGroupWay(t.Context(), b.community, g.ID, w, 0)
	}
	clock.Advance(5 * 24 * time.Hour)
	again, err := set(bot.GroupWay{URL: &g.InviteURL})
	must(t, err)
	if again.InviteExpiresAt != g.InviteExpiresAt {
		t.Errorf("sent again it ends %s later", again.InviteExpiresAt.Sub(g.InviteExpiresAt))
	}
	fresh := "https://weixin.qq.com/g/AQYAAfresh01"
	if _, err := set(bot.GroupWay{URL: &fresh, ExpiresAt: models.MillisOf(clock.Now().Add(-time.Minute))}); models.CodeOf(err) != "invite_ended" {
		t.Errorf("one that has ended: %v", err)
	}
	clock.Advance(3 * 24 * time.Hour)
	if _, err := set(bot.GroupWay{URL: &g.InviteURL}); models.CodeOf(err) != "invite_ended" {
		t.Errorf("the old one after its end: %v", err)
	}
	got, err := set(bot.GroupWay{URL: &fresh})
	must(t, err)
	if want := models.MillisOf(clock.Now().Add(7 * 24 * time.Hour)); got.InviteURL != fresh || got.InviteExpiresAt != want {
		t.Errorf("a new one ends at %d, want %d", got.InviteExpiresAt, want)
	}
}

// TestEntryOfRetired: an entry does not begin at a live code that has ended.
func TestEntryOfRetired(t *testing.T) {
	t.Parallel()
	s, clock := testkit.Store(t)
	b := newBench(t, s, clock)
	l, _ := b.live(t, 0, b.group)
	must(t, b.bot.RetireLiveCode(t.Context(), b.community, l.ID, 0))
	if _, err := b.bot.AddEntry(t.Context(), b.community, bot.NewEntry{Video: b.video, Live: l.ID}); models.CodeOf(err) != "live_retired" {
		t.Errorf("it is %v", err)
	}
}

// TestWaysRace: whatever happens while WeCom is being asked, a group that is put into a pool meanwhile gets its way, and an
// entry that is retired meanwhile keeps none.
func TestWaysRace(t *testing.T) {
	t.Parallel()
	testkit.Each(t, func(t *testing.T, s *models.Store, clock *models.ManualClock) {
		b := newBench(t, s, clock)
		l, err := b.bot.AddLiveCode(t.Context(), b.community, models.LiveCode{Name: "活码", Rule: models.LiveInOrder}, 0)
		must(t, err)
		const path = "/cgi-bin/qrcode/create"
		b.sim.Fail(path, wechatsim.Fault{Delay: 300 * time.Millisecond})
		var e models.Entry
		var wg sync.WaitGroup
		wg.Go(func() {
			var err error
			if e, err = b.bot.AddEntry(t.Context(), b.community, bot.NewEntry{Video: b.video, Live: l.ID, QR: bot.PermanentQR}); err != nil {
				t.Error(err)
			}
		})
		b.awaitCall(t, path)
		must(t, b.bot.AddLiveRoom(t.Context(), b.community, models.LiveRoom{LiveID: l.ID, GroupID: b.group.ID}, 0))
		wg.Wait()
		b.settle(t, time.Minute)
		if v := b.invite(t, e, "x"); v.State != bot.InviteOpen {
			t.Errorf("the page of the new entry shows %+v", v)
		}
		must(t, b.bot.DropLiveRoom(t.Context(), b.community, l.ID, b.group.ID, 0))
		b.settle(t, time.Minute)
		must(t, b.bot.AddLiveRoom(t.Context(), b.community, models.LiveRoom{LiveID: l.ID, GroupID: b.group.ID}, 0))
		const add = "/cgi-bin/externalcontact/groupchat/add_join_way"
		b.sim.Fail(add, wechatsim.Fault{Delay: 300 * time.Millisecond})
		wg.Go(func() {
			if _, err := b.runner.Drain(t.Context()); err != nil {
				t.Error(err)
			}
		})
		b.awaitCall(t, add)
		_, err = b.bot.RetireEntry(t.Context(), b.community, e.ID, 0)
		must(t, err)
		first := b.runner
		b.wire(t, b.api) // another process
		must(t, b.bot.Connect(t.Context()))
		_, err = b.runner.Drain(t.Context())
		must(t, err)
		wg.Wait()
		_, err = first.Drain(t.Context())
		must(t, err)
		b.settle(t, time.Minute)
		if n := b.sim.JoinWays(wechatsim.DefaultCorpID); n != 0 {
			t.Errorf("%d join ways are left of a retired entry", n)
		}
	})
}

// awaitCall waits until the fault of a path, which is gone then, has met a call.
func (b *bench) awaitCall(t *testing.T, path string) {
	t.Helper()
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	for range 2000 {
		if !slices.ContainsFunc(b.sim.Faults(), func(f wechatsim.FaultState) bool { return f.Path == path }) {
			return
		}
		<-tick.C
	}
	t.Fatal("nobody called " + path)
}
