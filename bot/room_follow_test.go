package bot_test

import (
	"testing"
	"time"

	"siyu/bot"
	"siyu/internal/testkit"
	"siyu/internal/wechatsim"
	"siyu/models"
)

// TestRoomFollowed: when a group is full and WeCom opens the next one behind its join way, the new group joins the pool of
// the live code, with ways of its own; a group of the same owner that nothing leads to does not.
func TestRoomFollowed(t *testing.T) {
	t.Parallel()
	testkit.Each(t, func(t *testing.T, s *models.Store, clock *models.ManualClock) {
		b := newBench(t, s, clock)
		live, err := b.bot.AddLiveCode(t.Context(), b.community, models.LiveCode{Name: "活码", Rule: models.LiveInOrder, Margin: 0}, 1)
		must(t, err)
		must(t, b.bot.AddLiveRoom(t.Context(), b.community, models.LiveRoom{LiveID: live.ID, GroupID: b.group.ID, City: "温哥华", Rolls: true}, 1))
		e, err := b.bot.AddEntry(t.Context(), b.community, bot.NewEntry{Video: b.video, Live: live.ID})
		must(t, err)
		b.settle(t, time.Minute)
		sc := s.Read(t.Context()).In(b.community)
		ways, err := sc.JoinWays(e.ID)
		must(t, err)
		if len(ways) != 1 {
			t.Fatalf("the entry has %d ways", len(ways))
		}
		b.chat.Fill(b.sim.NewPeople(300, "x"), wechatsim.JoinVia{Scene: 3})
		other, err := b.sim.NewWeComGroup(t.Context(), corpID, wechatsim.GroupSpec{Name: "别的群", OwnerUserID: owner})
		must(t, err)
		must(t, other.Join(t.Context(), b.sim.NewPerson("y"), wechatsim.JoinVia{Scene: 3, State: e.Code}))
		p := b.sim.NewPerson("小林")
		next, err := p.ScanJoinQR(t.Context(), ways[0].ConfigID)
		must(t, err)
		if next.ID() == b.chat.ID() {
			t.Fatal("the group was not full")
		}
		b.settle(t, time.Minute)
		pool, err := sc.LiveRooms(live.ID)
		must(t, err)
		g, err := sc.GroupByChatID(next.ChatID())
		must(t, err)
		if len(pool) != 2 || pool[1].GroupID != g.ID || pool[1].City != "温哥华" || !pool[1].Rolls {
			t.Errorf("the pool is %+v, want the new group %s in it", pool, g.ID)
		}
		if ways, err = sc.JoinWays(e.ID); err != nil || len(ways) != 2 {
			t.Errorf("the entry has %d ways, %v", len(ways), err)
		}
		if all := b.touches(t, p.UnionID()); len(all) != 1 || all[0].VideoID != b.video {
			t.Errorf("who came by the way is known to have done %+v", all)
		}
	})
}
