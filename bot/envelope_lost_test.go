package bot_test

import (
	"testing"
	"time"

	"siyu/bot"
	"siyu/internal/testkit"
	"siyu/internal/wechatsim"
	"siyu/models"
)

// TestTextFoundTwice: the answer to a message without a card is lost, and its owner sends it before anybody has looked for it.
// Whoever lists the corp's messages in between does not take it for one that staff wrote: it counts once.
func TestTextFoundTwice(t *testing.T) {
	t.Parallel()
	for _, sendsFirst := range []bool{true, false} {
		s, clock := testkit.Store(t)
		b := newBench(t, s, clock)
		d := weekly()
		d.Audience.Kind = models.AudienceWeCom
		v := b.piece(t, d)
		b.sim.Fail(addTemplate, wechatsim.Fault{Disconnect: true, Execute: true})
		clock.Set(b.runs(t, v.ID, b.group.ID)[0].DueAt.Time())
		b.drain(t)
		open := b.sim.OpenTasks(corpID, owner)
		if len(open) != 1 {
			t.Fatalf("the owner has %+v", open)
		}
		send := func() { must(t, b.sim.Confirm(corpID, open[0].MsgID, owner)) }
		if sendsFirst {
			send()
		}
		b.watchMasses(t)
		if !sendsFirst {
			b.settle(t, time.Minute)
			send()
		}
		b.pass(t, 2*time.Hour)
		posts, err := b.scope(t).OrganicPosts([]models.GroupID{b.group.ID}, 0)
		if err != nil || len(posts) != 1 {
			t.Errorf("sent before it was looked for: %t; booked are %+v, %v", sendsFirst, posts, err)
		}
		if r := b.runs(t, v.ID, b.group.ID)[0]; r.State != models.RunPosted {
			t.Errorf("the run is %s", r.State)
		}
	}
}

// TestTwoPictures: WeCom has lost both pictures of a message, the one that is posted and its card's.
func TestTwoPictures(t *testing.T) {
	t.Parallel()
	s, clock := testkit.Store(t)
	b := newBench(t, s, clock)
	p, err := b.bot.AddPiecePicture(t.Context(), b.community, 1, picture(t, 30, 20))
	must(t, err)
	d := weekly()
	d.Audience.Kind, d.PictureID = models.AudienceWeCom, p.ID
	d.Attachment = &bot.PieceAttachment{Kind: models.AttachPage, Title: "步道地图", URL: "pages/map/index"}
	first := b.piece(t, d)
	d.Schedule.Minute += 60
	second := b.piece(t, d)
	clock.Set(b.runs(t, first.ID, b.group.ID)[0].DueAt.Time())
	b.drain(t)
	b.sim.ExpireMedia()
	_, err = b.bot.PostNow(t.Context(), b.community, 1, second.ID, nil, "now")
	must(t, err)
	b.settle(t, time.Minute)
	if n := len(b.sim.OpenTasks(corpID, owner)); n != 2 {
		t.Errorf("the owner has %d messages, want 2", n)
	}
}
