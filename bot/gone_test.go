package bot_test

import (
	"testing"
	"time"

	"siyu/internal/testkit"
	"siyu/internal/wechatsim"
	"siyu/models"
)

// TestGonePosts: what an owner was to post in a group that is dismissed is taken back, what had its slot gives it back, and
// nothing new gets one.
func TestGonePosts(t *testing.T) {
	t.Parallel()
	testkit.Each(t, func(t *testing.T, s *models.Store, clock *models.ManualClock) {
		b := newBench(t, s, clock)
		b.rules(t, models.Rules{GroupCap: 2, GroupWindow: 7 * 24 * 3600_000, OwnerDay: 2})
		b.chat.Fill(b.sim.NewPeople(3, "x"), wechatsim.JoinVia{})
		b.readAll(t)
		open := b.reserve(t, b.group.ID)
		b.settle(t, 3*time.Minute)
		if got := b.placement(t, open.ID); got.State != models.PlacementTasked {
			t.Fatalf("before, the post is %s", got.State)
		}
		waits := b.reserve(t, b.group.ID)
		must(t, b.chat.Dismiss(t.Context()))
		b.settle(t, time.Minute)
		for _, p := range []models.Placement{open, waits} {
			if got := b.placement(t, p.ID); got.State != models.PlacementReleased || got.Reason != "gone" {
				t.Errorf("a post in a group that is gone is %s (%s)", got.State, got.Reason)
			}
		}
		if fresh := b.reserve(t, b.group.ID); fresh.State != models.PlacementHeld || fresh.Reason != "gone" {
			t.Errorf("a new post is %s (%s)", fresh.State, fresh.Reason)
		}
		if n, err := s.Read(t.Context()).In(b.community).CountPresent(b.group.ID); err != nil || n != 0 {
			t.Errorf("%d people are in it, %v", n, err)
		}
	})
}

// TestNamedRemoval: who was removed is told from who left, also when the news comes after the reading that missed her, and
// with news of an earlier stay that comes after she is back.
func TestNamedRemoval(t *testing.T) {
	t.Parallel()
	s, clock := testkit.Store(t)
	b := newBench(t, s, clock)
	people := b.sim.NewPeople(3, "x")
	b.chat.Fill(people, wechatsim.JoinVia{})
	b.readAll(t)
	tell := func(p *wechatsim.Person, scene string, at time.Time) {
		t.Helper()
		c := b.channel(t, models.WeCom)
		b.event(t, c.AppID, "sys", "change_external_chat", at.Unix(), "<ChangeType>update</ChangeType><UpdateDetail>del_member</UpdateDetail>"+
			"<ChatId>"+b.chat.ChatID()+"</ChatId><QuitScene>"+scene+"</QuitScene><MemChangeCnt>1</MemChangeCnt>"+
			"<MemChangeList><Item>"+p.ExternalUserID(corpID)+"</Item></MemChangeList>")
		b.settle(t, time.Minute)
	}
	clock.Advance(time.Hour)
	out := clock.Now()
	for i, p := range people {
		b.sim.DropNextPush()
		if i == 0 {
			must(t, b.chat.Leave(t.Context(), p))
		} else {
			must(t, b.chat.Remove(t.Context(), p))
		}
	}
	b.readAll(t)
	clock.Advance(time.Hour)
	b.sim.DropNextPush()
	must(t, b.chat.Join(t.Context(), people[2], wechatsim.JoinVia{}))
	b.readAll(t)
	tell(people[0], "0", out)
	tell(people[1], "1", out)
	tell(people[2], "1", out) // she is back: it is about the stay before
	stays, err := b.scope(t).StaysOf(b.group.ID, []string{people[0].ExternalUserID(corpID), people[1].ExternalUserID(corpID), people[2].ExternalUserID(corpID)})
	must(t, err)
	for i, want := range [][]bool{{false}, {true}, {true, false}} {
		got := stays[people[i].ExternalUserID(corpID)]
		if len(got) != len(want) {
			t.Fatalf("person %d has the stays %+v", i, got)
		}
		for j, removed := range want {
			if got[j].Removed != removed {
				t.Errorf("stay %d of person %d is %+v, want removed %t", j, i, got[j], removed)
			}
		}
	}
}
