package bot_test

import (
	"sync"
	"testing"
	"time"

	"siyu/bot"
	"siyu/internal/jobs"
	"siyu/internal/testkit"
	"siyu/internal/wechatsim"
	"siyu/models"
	"siyu/offers"
	"siyu/throttle"
)

// opened has it told that a task's card was opened in a group, n times at once.
func (b *bench) opened(t *testing.T, task models.Task, in models.GroupID, n int) {
	t.Helper()
	var wg sync.WaitGroup
	at := models.MillisOf(b.clock.Now())
	for range n {
		wg.Go(func() {
			err := b.store.Tx(t.Context(), func(tx *models.Tx) error {
				return jobs.Enqueue(tx, offers.CardSeen{Community: b.community, Subject: task.Subject, Group: in, At: at}, tx.Now)
			})
			if err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	b.settle(t, 10*time.Second)
}

func (b *bench) named(t *testing.T, id models.GroupID, openGID string) {
	t.Helper()
	must(t, b.store.Tx(t.Context(), func(tx *models.Tx) error {
		_, err := tx.In(b.community).SetGroupOpenGID(id, openGID)
		return err
	}))
}

// TestCardProves: a card that is opened in its group was posted there, once, whoever has said what before or says it after.
func TestCardProves(t *testing.T) {
	t.Parallel()
	testkit.Each(t, func(t *testing.T, s *models.Store, clock *models.ManualClock) {
		b := newBench(t, s, clock)
		state := func(p models.Placement) models.PlacementState { return b.placement(t, p.ID).State }
		live := func(g models.GroupID) int {
			all, err := s.Read(t.Context()).In(b.community).LivePlacements(g, 0)
			must(t, err)
			return len(all)
		}
		t.Run("in time, by many at once", func(t *testing.T) {
			g := b.byHand(t, "甲")
			b.named(t, g.ID, "gid-1")
			p, task := b.handed(t, g.ID)
			seen := models.MillisOf(clock.Now())
			b.opened(t, task, g.ID, 5)
			got, err := s.Read(t.Context()).In(b.community).Task(task.ID)
			must(t, err)
			if got.State != models.TaskDone || got.Proof != models.ProofCard || b.placement(t, p.ID).SentAt != seen || state(p) != models.PlacementConfirmed {
				t.Errorf("the task is %+v, the placement %+v", got, b.placement(t, p.ID))
			}
			if n := live(g.ID); n != 1 {
				t.Errorf("%d posts count", n)
			}
		})
		t.Run("after it was given up", func(t *testing.T) {
			g := b.byHand(t, "乙")
			b.named(t, g.ID, "gid-2")
			p, task := b.handed(t, g.ID)
			clock.Set(p.E.Time().Add(time.Hour))
			b.settle(t, 10*time.Second)
			if state(p) != models.PlacementReleased {
				t.Fatalf("it is %s", state(p))
			}
			b.opened(t, task, g.ID, 2)
			if got := b.placement(t, p.ID); got.State != models.PlacementLate || got.SentAt < p.E {
				t.Errorf("it is %+v, want late", got)
			}
		})
		t.Run("somewhere, while nobody knows where its group is", func(t *testing.T) {
			g := b.byHand(t, "丙")
			p, task := b.handed(t, g.ID)
			b.opened(t, task, b.byHand(t, models.UnnamedGroup).ID, 2)
			if state(p) != models.PlacementConfirmed {
				t.Errorf("what is unknown does not count: it is %s", state(p))
			}
		})
		t.Run("in another group", func(t *testing.T) {
			g, other, strangers := b.byHand(t, "丁"), b.byHand(t, "戊"), b.byHand(t, models.UnnamedGroup)
			b.named(t, g.ID, "gid-3")
			p, task := b.handed(t, g.ID)
			b.opened(t, task, strangers.ID, 2)
			for range 2 {
				b.opened(t, task, other.ID, 3)
			}
			if state(p) != models.PlacementTasked || live(other.ID) != 1 || live(strangers.ID) != 0 || live(g.ID) != 1 {
				t.Errorf("it is %s; %d posts in the other group, %d among strangers", state(p), live(other.ID), live(strangers.ID))
			}
			posts, err := s.Read(t.Context()).In(b.community).LivePlacements(other.ID, 0)
			must(t, err)
			if posts[0].Origin != models.OriginExternal || posts[0].OfferID != p.OfferID || posts[0].BrandID != p.BrandID {
				t.Errorf("booked is %+v", posts[0])
			}
		})
		t.Run("by hand in the chat of a WeCom group", func(t *testing.T) {
			p := b.reserve(t, b.group.ID)
			b.settle(t, 5*time.Minute)
			task, err := s.Read(t.Context()).In(b.community).TaskOf(p.ID)
			must(t, err)
			if task.State != models.TaskOpen {
				t.Fatalf("the task is %s", task.State)
			}
			b.opened(t, task, b.group.ID, 1)
			if state(p) != models.PlacementTasked {
				t.Errorf("WeCom was not waited for: it is %s", state(p))
			}
			b.settle(t, time.Hour)
			if state(p) != models.PlacementConfirmed {
				t.Errorf("it is %s", state(p))
			}
		})
	})
}

// TestCardInMass: staff send a card of ours in a message of their own and somebody opens it: it appeared once and counts once.
func TestCardInMass(t *testing.T) {
	t.Parallel()
	testkit.Each(t, func(t *testing.T, s *models.Store, clock *models.ManualClock) {
		b := newBench(t, s, clock)
		must(t, s.Tx(t.Context(), func(tx *models.Tx) error { return jobs.Periodic(tx, bot.WatchMasses{}) }))
		p := b.reserve(t, b.group.ID)
		b.settle(t, 5*time.Minute)
		b.sim.Fail("/cgi-bin/externalcontact/get_groupmsg_list_v2", wechatsim.Fault{Errcode: -1, For: 2 * time.Hour})
		task, err := s.Read(t.Context()).In(b.community).TaskOf(p.ID)
		must(t, err)
		open := b.sim.OpenTasks(wechatsim.DefaultCorpID, owner)
		if len(open) != 1 {
			t.Fatalf("she has %d tasks", len(open))
		}
		_, err = b.sim.PostMass(wechatsim.DefaultCorpID, owner, wechatsim.GroupMass{ChatIDs: []string{b.chat.ChatID()}, Text: "看看", Cards: open[0].Cards})
		must(t, err)
		clock.Set(clock.Now().Add(time.Minute))
		b.opened(t, task, b.group.ID, 2)
		b.pass(t, 4*time.Hour)
		posts, err := s.Read(t.Context()).In(b.community).LivePlacements(b.group.ID, 0)
		must(t, err)
		made := 0
		for _, q := range posts {
			if q.Origin == models.OriginExternal {
				made++
			} else if q.State == models.PlacementConfirmed || q.State == models.PlacementLate {
				t.Errorf("the copy is taken for the task's message: %+v", q)
			}
		}
		if made != 1 {
			t.Errorf("it is booked %d times as made by hand", made)
		}
	})
}

// TestTurnsWeCom: an ordinary group that became a WeCom group keeps its row and what happened in it, whether the sync has seen
// the WeCom group before or not.
func TestTurnsWeCom(t *testing.T) {
	t.Parallel()
	testkit.Each(t, func(t *testing.T, s *models.Store, clock *models.ManualClock) {
		b := newBench(t, s, clock)
		for _, synced := range []bool{true, false} {
			chat, err := b.sim.NewWeComGroup(t.Context(), wechatsim.DefaultCorpID, wechatsim.GroupSpec{Name: "升级群", OwnerUserID: owner, Silent: !synced})
			must(t, err)
			p := b.sim.NewPerson("小林")
			must(t, chat.Join(t.Context(), p, wechatsim.JoinVia{}))
			g := b.byHand(t, "老群")
			placed, task := b.handed(t, g.ID)
			_ = task
			must(t, s.Tx(t.Context(), func(tx *models.Tx) error {
				sc := tx.In(b.community)
				if _, err := sc.SetGroupOpenGID(g.ID, chat.OpenGID(wechatsim.DefaultMiniProgramAppID)); err != nil {
					return err
				}
				_, err := sc.AddGroupMember(&models.GroupMember{GroupID: g.ID, UserKey: "seen", JoinedAt: sc.Now})
				return err
			}))
			if synced {
				b.settle(t, time.Minute)
				_, err := s.Read(t.Context()).In(b.community).GroupByChatID(chat.ChatID())
				must(t, err)
			}
			must(t, s.Tx(t.Context(), func(tx *models.Tx) error {
				for range 2 {
					if err := jobs.Enqueue(tx, offers.GroupTurned{Community: b.community, Group: g.ID, ChatID: chat.ChatID()}, tx.Now); err != nil {
						return err
					}
				}
				return nil
			}))
			b.settle(t, time.Minute)
			sc := s.Read(t.Context()).In(b.community)
			got, err := sc.GroupByChatID(chat.ChatID())
			must(t, err)
			if got.ID != g.ID || got.Kind != models.WeComGroup || got.OwnerUserID != owner || got.Name != "升级群" {
				t.Errorf("synced %v: it is %+v", synced, got)
			}
			present, err := sc.PresentMembers(g.ID)
			must(t, err)
			if len(present) != 2 { // the owner and one member
				t.Errorf("synced %v: %+v are in it", synced, present)
			}
			if b.placement(t, placed.ID).GroupID != g.ID {
				t.Error("its placement is elsewhere")
			}
			groups, err := sc.EveryGroup()
			must(t, err)
			for _, other := range groups {
				if c, err := throttle.Verify(sc, other.ID); err != nil || c.Bad != 0 {
					t.Errorf("synced %v: the chain of %s: %+v, %v", synced, other.Name, c, err)
				}
			}
		}
	})
}

// TestMergeMovesHistory: two groups with posts, stays and orders of their own become one, caps count all of it, and both
// chains are sound.
func TestMergeMovesHistory(t *testing.T) {
	t.Parallel()
	testkit.Each(t, func(t *testing.T, s *models.Store, clock *models.ManualClock) {
		b := newBench(t, s, clock)
		from, into := b.byHand(t, "一"), b.byHand(t, "二")
		p, task := b.handed(t, from.ID)
		q, _ := b.handed(t, into.ID)
		b.opened(t, task, from.ID, 1)
		must(t, b.bot.Veto(t.Context(), b.community, models.Veto{GroupID: from.ID, OfferID: p.OfferID}))
		for range 2 {
			must(t, b.bot.MergeGroups(t.Context(), b.community, from.ID, into.ID, 0))
		}
		sc := s.Read(t.Context()).In(b.community)
		live, err := sc.LivePlacements(into.ID, 0)
		must(t, err)
		if len(live) != 2 || b.placement(t, p.ID).GroupID != into.ID || b.placement(t, p.ID).State != models.PlacementConfirmed {
			t.Errorf("%+v count in the one group", live)
		}
		vetoes, err := sc.VetoesOf(p.OfferID)
		must(t, err)
		if len(vetoes) != 2 {
			t.Errorf("the veto does not hold in the one group: %+v", vetoes)
		}
		if got, err := sc.Survivor(from.ID); err != nil || got.ID != into.ID {
			t.Errorf("it leads to %+v, %v", got, err)
		}
		clock.Set(q.E.Time().Add(time.Minute)) // what happens later is in the chain of the one
		b.settle(t, 10*time.Second)
		for _, id := range []models.GroupID{from.ID, into.ID} {
			if c, err := throttle.Verify(s.Read(t.Context()).In(b.community), id); err != nil || c.Bad != 0 {
				t.Errorf("the chain of %s: %+v, %v", id, c, err)
			}
		}
		if err := b.bot.MergeGroups(t.Context(), b.community, into.ID, from.ID, 0); models.CodeOf(err) != "group_merged" {
			t.Errorf("back again: %v", err)
		}
	})
}
