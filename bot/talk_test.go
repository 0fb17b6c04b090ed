package bot_test

import (
	"testing"
	"time"

	"siyu/bot"
	"siyu/internal/jobs"
	"siyu/internal/testkit"
	"siyu/internal/wechatsim"
	"siyu/models"
)

const statistic = "/cgi-bin/externalcontact/groupchat/statistic"

// TestTalk: what was talked in the one group of an owner is booked there, day by day and once, without the mass messages that
// are known; of an owner with two groups only the sum is known, and no group gets it. Days of an outage are made up for.
func TestTalk(t *testing.T) {
	t.Parallel()
	testkit.Each(t, func(t *testing.T, s *models.Store, clock *models.ManualClock) {
		b := newBench(t, s, clock)
		china := time.FixedZone("China", 8*60*60)
		clock.Set(time.Date(2026, 5, 14, 10, 0, 0, 0, china))
		people := []*wechatsim.Person{b.sim.NewPerson("a"), b.sim.NewPerson("b")}
		chats := []*wechatsim.Group{b.chat}
		for _, name := range []string{"二群", "三群"} { // of another owner
			chat, err := b.sim.NewWeComGroup(t.Context(), wechatsim.DefaultCorpID, wechatsim.GroupSpec{Name: name, OwnerUserID: "other", Silent: true})
			must(t, err)
			chats = append(chats, chat)
			id := chat.ChatID()
			must(t, s.Tx(t.Context(), func(tx *models.Tx) error {
				return tx.In(b.community).InsertGroup(&models.Group{Name: name, Kind: models.WeComGroup, ChatID: &id, OwnerUserID: "other", Zone: "UTC"})
			}))
		}
		for _, chat := range chats {
			for _, p := range people {
				must(t, chat.Join(t.Context(), p, wechatsim.JoinVia{}))
			}
		}
		say := func(day int, messages ...int) {
			clock.Set(time.Date(2026, 5, day, 20, 0, 0, 0, china))
			for i, n := range messages {
				must(t, people[i%2].SayInGroup(chats[i], n))
			}
		}
		count := func(day int) {
			t.Helper()
			clock.Set(time.Date(2026, 5, day, 6, 30, 0, 0, china))
			must(t, s.Tx(t.Context(), func(tx *models.Tx) error { return jobs.Periodic(tx, bot.CountTalk{}) }))
			b.drain(t)
		}
		say(14, 2, 1, 1)
		say(15, 7, 4, 3)
		must(t, b.chat.PostByStaff(owner, wechatsim.Post{Text: "早"}))
		must(t, b.bot.BookOrganic(t.Context(), b.community, models.OrganicPost{Idem: "x", GroupID: b.group.ID, Kind: models.OrganicMass, Posts: 1,
			At: models.MillisOf(clock.Now())}))
		b.sim.Fail(statistic, wechatsim.Fault{Errcode: -1, Times: 1})
		count(16)
		b.settle(t, time.Minute)
		count(16)
		say(16, 5, 1, 9)
		say(18, 1)
		count(20) // nobody counted for three days

		talk := map[models.Millis]int{}
		posts, err := s.Read(t.Context()).In(b.community).OrganicPosts([]models.GroupID{b.group.ID}, 0)
		must(t, err)
		for _, p := range posts {
			if p.Kind == models.OrganicChat {
				talk[p.At] += p.Posts
			}
		}
		want := map[int]int{15: 7, 16: 5, 18: 1}
		for day, n := range want {
			if at := models.MillisOf(time.Date(2026, 5, day, 0, 0, 0, 0, china)); talk[at] != n {
				t.Errorf("on 5-%d %d messages are booked, want %d", day, talk[at], n)
			}
		}
		if len(talk) != len(want) {
			t.Errorf("talk is booked on %d days: %v", len(talk), talk)
		}
		owners, err := s.Read(t.Context()).In(b.community).OwnerTalks(0)
		must(t, err)
		sums := map[string]int{}
		for _, o := range owners {
			sums[o.OwnerUserID] += o.Messages
		}
		if sums[owner] != 7+1+5+1 || sums["other"] != 4+3+1+9 || len(owners) != 2*5 {
			t.Errorf("the owners' sums are %v in %d rows", sums, len(owners))
		}
		all, err := s.Read(t.Context()).In(b.community).Groups()
		must(t, err)
		for _, g := range all[1:] {
			if posts, err := s.Read(t.Context()).In(b.community).OrganicPosts([]models.GroupID{g.ID}, 0); err != nil || len(posts) != 0 {
				t.Errorf("a group whose talk nobody can know has %v, %v", posts, err)
			}
		}
	})
}
