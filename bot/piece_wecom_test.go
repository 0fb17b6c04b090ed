package bot_test

import (
	"testing"
	"time"

	"siyu/bot"
	"siyu/internal/testkit"
	"siyu/internal/wechatsim"
	"siyu/models"
)

// wecomGroup adds another customer group of the same owner.
func (b *bench) wecomGroup(t *testing.T, name string) (models.Group, *wechatsim.Group) {
	t.Helper()
	chat, err := b.sim.NewWeComGroup(t.Context(), wechatsim.DefaultCorpID, wechatsim.GroupSpec{Name: name, OwnerUserID: owner, Capacity: 200, Silent: true})
	must(t, err)
	id := chat.ChatID()
	g := models.Group{Name: name, Kind: models.WeComGroup, ChatID: &id, OwnerUserID: owner, Zone: "America/Vancouver", Capacity: 200}
	must(t, b.store.Tx(t.Context(), func(tx *models.Tx) error { return tx.In(b.community).InsertGroup(&g) }))
	return g, chat
}

// TestPieceByWeCom: a piece for two groups of one owner is one message to her, whatever happens to the call, with the piece's
// own text, picture and link; what she sends is booked in each group she sent it to, once, and the other is unposted.
func TestPieceByWeCom(t *testing.T) {
	t.Parallel()
	testkit.Each(t, func(t *testing.T, s *models.Store, clock *models.ManualClock) {
		for name, fault := range map[string]*wechatsim.Fault{
			"the call goes well": nil,
			"the answer is lost": {Disconnect: true, Execute: true},
			"the call is lost":   {Disconnect: true},
		} {
			t.Run(name, func(t *testing.T) {
				s, clock := s, clock
				if fault != nil {
					s, clock = testkit.Store(t)
				}
				b := newBench(t, s, clock)
				two, _ := b.wecomGroup(t, "二群")
				p, err := b.bot.AddPiecePicture(t.Context(), b.community, 1, picture(t, 30, 20))
				must(t, err)
				d := weekly()
				d.Audience.Kind, d.PictureID = models.AudienceWeCom, p.ID
				d.Attachment = &bot.PieceAttachment{Kind: models.AttachLink, Title: "图书馆", URL: "https://www.vpl.ca/"}
				v := b.piece(t, d)
				if fault != nil {
					b.sim.Fail(addTemplate, *fault)
				}
				clock.Set(b.runs(t, v.ID, two.ID)[0].DueAt.Time())
				b.drain(t)
				b.settle(t, 25*time.Minute)
				open := b.sim.OpenTasks(wechatsim.DefaultCorpID, owner)
				if len(open) != 1 || len(open[0].ChatIDs) != 2 {
					t.Fatalf("the owner has %d messages: %+v", len(open), open)
				}
				must(t, b.sim.Confirm(wechatsim.DefaultCorpID, open[0].MsgID, owner, b.chat.ChatID()))
				sent := clock.Now()
				b.settle(t, 2*time.Hour)
				if r := b.runs(t, v.ID, b.group.ID)[0]; r.State != models.RunPosted || r.PostedAt.Time().Unix() != sent.Unix() {
					t.Errorf("the run of the group she sent it to is %s at %v", r.State, r.PostedAt.Time())
				}
				if r := b.runs(t, v.ID, two.ID)[0]; r.State != models.RunUnposted {
					t.Errorf("the run of the group she left out is %s", r.State)
				}
				for g, want := range map[models.GroupID]int{b.group.ID: 1, two.ID: 0} {
					posts, err := b.store.Read(t.Context()).In(b.community).OrganicPosts([]models.GroupID{g}, 0)
					must(t, err)
					if len(posts) != want {
						t.Errorf("group %s has %d organic posts, want %d", g, len(posts), want)
					}
				}
				if post := b.chat.Posts(); len(post) != 1 || post[0].Text != d.Text {
					t.Errorf("in the group there is %+v", post)
				}
			})
		}
	})
}

// TestPieceTwice: a piece that is asked for twice in a group is two messages, and each is booked when it is sent.
func TestPieceTwice(t *testing.T) {
	t.Parallel()
	s, clock := testkit.Store(t)
	b := newBench(t, s, clock)
	b.envelopes.FoldAfter = 2 * time.Minute
	b.rewire(t, b.api)
	d := weekly()
	d.Audience.Kind = models.AudienceWeCom
	v := b.piece(t, d)
	for _, key := range []string{"one", "two"} {
		_, err := b.bot.PostNow(t.Context(), b.community, 1, v.ID, nil, key)
		must(t, err)
		b.settle(t, time.Minute)
	}
	b.settle(t, 3*time.Minute)
	for want, task := range b.sim.OpenTasks(corpID, owner) {
		if len(task.ChatIDs) != 1 {
			t.Errorf("a message is for the groups %v", task.ChatIDs)
		}
		must(t, b.sim.Confirm(corpID, task.MsgID, owner))
		b.settle(t, 20*time.Minute)
		posts, err := b.scope(t).OrganicPosts([]models.GroupID{b.group.ID}, 0)
		if err != nil || len(posts) != want+1 {
			t.Errorf("%d posts are booked of %d, %v", len(posts), want+1, err)
		}
	}
	if n := len(b.chat.Posts()); n != 2 {
		t.Errorf("%d posts appeared", n)
	}
}

// TestPieceInAStop: the kill switch is about advertising. What the organiser posts of her own goes on.
func TestPieceInAStop(t *testing.T) {
	t.Parallel()
	s, clock := testkit.Store(t)
	b := newBench(t, s, clock)
	byHand := b.byHandIn(t, "西岸群", "America/Vancouver")
	v := b.piece(t, weekly())
	_, err := b.bot.PostNow(t.Context(), b.community, 1, v.ID, nil, "now")
	must(t, err)
	b.settle(t, time.Minute)
	must(t, b.bot.Stop(t.Context(), b.community, 1, ""))
	b.settle(t, time.Minute)
	if n := len(b.sim.OpenTasks(corpID, owner)); n != 1 {
		t.Errorf("the owner has %d messages", n)
	}
	for _, g := range []models.GroupID{b.group.ID, byHand.ID} {
		if r := b.runs(t, v.ID, g)[0]; r.State != models.RunHanded {
			t.Errorf("the run is %s (%s)", r.State, r.Reason)
		}
	}
	must(t, b.sim.Confirm(corpID, b.sim.OpenTasks(corpID, owner)[0].MsgID, owner))
	b.settle(t, 20*time.Minute)
	if r := b.runs(t, v.ID, b.group.ID)[0]; r.State != models.RunPosted {
		t.Errorf("the run is %s", r.State)
	}
}
