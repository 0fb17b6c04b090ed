package bot_test

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"siyu/bot"
	"siyu/internal/jobs"
	"siyu/internal/testkit"
	"siyu/internal/wechatsim"
	"siyu/models"
)

const corpID = wechatsim.DefaultCorpID

// crowd makes more groups with people in them, of several owners; some people are in several.
func (b *bench) crowd(t *testing.T, groups, each int) []*wechatsim.Group {
	t.Helper()
	b.clock.Advance(time.Minute)
	people := b.sim.NewPeople(groups*each, "x")
	all := []*wechatsim.Group{b.chat}
	for i := range groups {
		g, err := b.sim.NewWeComGroup(t.Context(), corpID,
			wechatsim.GroupSpec{Name: fmt.Sprint("群", i), OwnerUserID: fmt.Sprintf("owner%02d", i%7), Silent: true})
		must(t, err)
		via := wechatsim.JoinVia{Scene: 3, State: "S"}
		if i%2 == 0 {
			via = wechatsim.JoinVia{Scene: 1, Invitor: "owner01"}
		}
		g.Fill(people[i*each:(i+1)*each], via)
		g.Fill(people[:min(2, i)], via)
		all = append(all, g)
	}
	return all
}

// reads the groups of the corp until the sync has ended.
func (b *bench) readAll(t *testing.T) models.Sync {
	t.Helper()
	_, err := b.bot.StartSync(t.Context(), b.community, 1)
	must(t, err)
	return b.finish(t)
}

// reconcile lets the time of the next reconcile come, and it does its work.
func (b *bench) reconcile(t *testing.T) models.Sync {
	t.Helper()
	b.clock.Advance(6 * time.Hour)
	must(t, b.store.Tx(t.Context(), func(tx *models.Tx) error { return jobs.Periodic(tx, bot.Reconcile{}) }))
	return b.finish(t)
}

func (b *bench) finish(t *testing.T) models.Sync {
	t.Helper()
	_, err := b.runner.Drain(t.Context())
	must(t, err)
	v, err := b.bot.SyncStanding(t.Context(), b.community, 1)
	must(t, err)
	if v.Running != nil || len(v.Ended) == 0 {
		t.Fatalf("the sync has not ended: %+v", v.Running)
	}
	return v.Ended[0]
}

// compare holds our members against the simulator's, one by one.
func (b *bench) compare(t *testing.T, groups []*wechatsim.Group) {
	t.Helper()
	sc := b.store.Read(t.Context()).In(b.community)
	for _, g := range groups {
		known, err := sc.GroupByChatID(g.ChatID())
		must(t, err)
		present, err := sc.PresentMembers(known.ID)
		must(t, err)
		var got, want []string
		for _, m := range present {
			if !m.Staff {
				got = append(got, fmt.Sprint(m.UserKey, " ", m.JoinedAt))
			}
		}
		for _, p := range g.Present() {
			want = append(want, fmt.Sprint(p.ExternalID, " ", p.Joined.UnixMilli()/1000*1000))
		}
		slices.Sort(got)
		slices.Sort(want)
		if !slices.Equal(got, want) {
			t.Errorf("in %s are %d of our members, want %d: %v, %v", g.ID(), len(got), len(want), got, want)
		}
	}
}

// gets is how often groups were read.
func (b *bench) gets() int64 {
	var n int64
	for _, c := range b.sim.CallCounts() {
		if c.Path == getGroup {
			n += c.Calls
		}
	}
	return n
}

// TestSync: all groups are read, and read again only what changed is booked.
func TestSync(t *testing.T) {
	t.Parallel()
	testkit.Each(t, func(t *testing.T, s *models.Store, clock *models.ManualClock) {
		b := newBench(t, s, clock)
		groups := b.crowd(t, 60, 40)
		before := s.Statements()
		first := b.readAll(t)
		if first.State != models.SyncDone || first.Total != 61 || first.Done != 61 || first.Failed != 0 || first.Changed != 61 {
			t.Errorf("the first sync: %+v", first)
		}
		perGroup := (s.Statements() - before) / 61
		b.compare(t, groups)
		if _, err := b.bot.StartSync(t.Context(), b.community, 1); err != nil {
			t.Error(err)
		}
		if _, err := b.bot.StartSync(t.Context(), b.community, 1); models.CodeOf(err) != "sync_running" {
			t.Errorf("a second sync while one runs: %v", err)
		}
		b.finish(t)

		before, calls := s.Statements(), b.gets()
		again := b.reconcile(t)
		if again.Whole || again.Done != 61 || again.Changed != 0 || again.Joined != 0 || b.gets() != calls+61 {
			t.Errorf("nothing had changed: %+v, %d calls", again, b.gets()-calls)
		}
		idle := float64(s.Statements()-before) / 61
		if perGroup > 40 || idle > 2 {
			t.Errorf("%d statements for a new group of 40, %.1f for one without news", perGroup, idle)
		}
		for i, g := range groups[1:20] { // callbacks that are all lost
			p := g.Members()[i]
			b.sim.DropNextPush()
			must(t, g.Leave(t.Context(), p))
			if i%2 == 0 {
				clock.Advance(time.Minute)
				b.sim.DropNextPush()
				must(t, g.Join(t.Context(), p, wechatsim.JoinVia{}))
			}
		}
		third := b.reconcile(t)
		if third.Changed != 19 || third.Joined != 10 || third.Departed != 19 {
			t.Errorf("after 19 leaves and 10 returns: %+v", third)
		}
		b.compare(t, groups)
		if refused := b.sim.Refusals(); len(refused) > 0 {
			t.Errorf("WeCom refused %+v", refused)
		}
		sc := s.Read(t.Context()).In(b.community)
		g, err := sc.GroupByChatID(groups[1].ChatID())
		must(t, err)
		present, err := sc.PresentMembers(g.ID)
		must(t, err)
		if i := slices.IndexFunc(present, func(m models.GroupMember) bool { return m.Inviter == "owner01" && m.JoinScene == 1 }); i < 0 {
			t.Error("nobody is known to have been invited")
		}
	})
}

// TestSyncByOwner: a corp with too many people in range lists its groups owner by owner.
func TestSyncByOwner(t *testing.T) {
	t.Parallel()
	s, clock := testkit.Store(t)
	b := newBench(t, s, clock)
	b.sync = bot.SyncOptions{Owners: 3, Page: 2}
	b.wire(t, b.api)
	must(t, b.bot.Connect(t.Context()))
	must(t, b.sim.SetVisible(corpID, 2000))
	groups := b.crowd(t, 20, 3)
	if got := b.readAll(t); got.State != models.SyncDone || !got.ByOwner || got.Done != 21 {
		t.Errorf("the sync: %+v", got)
	}
	b.compare(t, groups)
}

// mortal is a way to WeCom on which a process dies with the n-th call of an API.
func mortal(t *testing.T, h http.Handler, path string, n int64, die func()) string {
	t.Helper()
	var calls atomic.Int64
	front := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == path && calls.Add(1) == n {
			die()
		}
		h.ServeHTTP(w, r)
	}))
	t.Cleanup(front.Close)
	return front.URL
}

// TestSyncGoesOn: a process that dies in the middle leaves a sync that the next one ends, and no group is read twice but
// those in flight.
func TestSyncGoesOn(t *testing.T) {
	t.Parallel()
	testkit.Each(t, func(t *testing.T, s *models.Store, clock *models.ManualClock) {
		b := newBench(t, s, clock)
		groups := b.crowd(t, 90, 3)
		b.sync = bot.SyncOptions{Page: 20}
		for path, at := range map[string]int64{getGroup: 70, "/cgi-bin/externalcontact/groupchat/list": 3} {
			calls := b.gets()
			ctx, die := context.WithCancel(t.Context())
			b.wire(t, mortal(t, b.sim.Handler(), path, at, die))
			must(t, b.bot.Connect(t.Context()))
			_, err := b.bot.StartSync(t.Context(), b.community, 1)
			must(t, err)
			if _, err := b.runner.Drain(ctx); err == nil && ctx.Err() == nil {
				t.Error("it lived")
			}
			b.wire(t, b.api) // another process
			must(t, b.bot.Connect(t.Context()))
			must(t, s.Tx(t.Context(), (*models.Tx).FreeLeases))
			got := b.finish(t)
			if got.State != models.SyncDone || got.Total != 91 || got.Done != 91 {
				t.Errorf("%s: the sync ended as %+v", path, got)
			}
			if n := b.gets() - calls; n < 91 || n > 91+2*64 {
				t.Errorf("%s: %d groups were asked for, want 91 and those that were in flight", path, n)
			}
			b.compare(t, groups)
			clock.Advance(time.Hour)
		}
	})
}

// TestSyncPace: a sync stays below what WeCom allows, and goes on in the next minute.
func TestSyncPace(t *testing.T) {
	t.Parallel()
	s, clock := testkit.Store(t)
	b := newBench(t, s, clock)
	b.sync = bot.SyncOptions{PerMinute: 10, PerHour: 30, Share: 0.5}
	b.wire(t, b.api)
	must(t, b.bot.Connect(t.Context()))
	must(t, b.sim.SetQuota(corpID, getGroup, wechatsim.Quota{Minute: 10, Hour: 30}))
	b.crowd(t, 19, 2)
	_, err := b.bot.StartSync(t.Context(), b.community, 1)
	must(t, err)
	start := clock.Now()
	for range 200 {
		_, err := b.runner.Drain(t.Context())
		must(t, err)
		v, err := b.bot.SyncStanding(t.Context(), b.community, 1)
		must(t, err)
		if v.Running == nil {
			break
		}
		clock.Advance(time.Minute)
	}
	got := b.finish(t)
	if took := clock.Now().Sub(start); got.Done != 20 || took < 59*time.Minute || took > 70*time.Minute {
		t.Errorf("20 groups at 15 an hour took %v: %+v", took, got)
	}
	if n := b.sim.Refused(45009); n > 0 {
		t.Errorf("WeCom refused %d calls", n)
	}
}

// TestGroupGone: a group that is dismissed is out, with everybody in it and everything that was to be posted; and nothing
// else is.
func TestGroupGone(t *testing.T) {
	t.Parallel()
	testkit.Each(t, func(t *testing.T, s *models.Store, clock *models.ManualClock) {
		b := newBench(t, s, clock)
		groups := b.crowd(t, 3, 5)
		b.readAll(t)
		b.sim.DropNextPush()
		must(t, groups[1].Dismiss(t.Context()))
		must(t, groups[2].Dismiss(t.Context())) // this one is told
		b.settle(t, time.Minute)
		gone := func() (n int) {
			all, err := s.Read(t.Context()).In(b.community).Groups()
			must(t, err)
			for _, g := range all {
				if g.GoneAt != 0 {
					n++
				}
			}
			return n
		}
		if gone() != 1 {
			t.Errorf("%d groups are gone, want the one that was told", gone())
		}
		got := b.reconcile(t)
		if gone() != 2 || got.Done != 3 || got.Failed != 0 {
			t.Errorf("%d groups are gone after %+v", gone(), got)
		}
		b.compare(t, groups)
		calls := b.gets()
		if got := b.reconcile(t); got.Total != 2 || b.gets()-calls != 2 {
			t.Errorf("those that are gone are read again: %+v", got)
		}
		left, err := s.Read(t.Context()).In(b.community).LeftIn(ids(t, b), 1)
		must(t, err)
		if len(left) != 0 {
			t.Errorf("members of dismissed groups count as having left: %v", left)
		}
	})
}

func ids(t *testing.T, b *bench) []models.GroupID {
	t.Helper()
	all, err := b.store.Read(t.Context()).In(b.community).Groups()
	must(t, err)
	out := make([]models.GroupID, len(all))
	for i, g := range all {
		out[i] = g.ID
	}
	return out
}

// TestSyncRefused: a corp that does not let its groups be listed has a sync that failed and says why; the next one is free
// to start.
func TestSyncRefused(t *testing.T) {
	t.Parallel()
	s, clock := testkit.Store(t)
	b := newBench(t, s, clock)
	b.sim.Fail("/cgi-bin/externalcontact/groupchat/list", wechatsim.Fault{Errcode: 48002})
	got := b.readAll(t)
	if got.State != models.SyncFailed || !strings.Contains(got.Error, "48002") {
		t.Errorf("the sync: %+v", got)
	}
}
