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

// TestStopRefused: WeCom does not stop a message that its owner has sent. Then nothing of it is left to be posted: what she left
// out gives its slot back, and the message is closed.
func TestStopRefused(t *testing.T) {
	t.Parallel()
	for _, all := range []bool{true, false} {
		s, clock := testkit.Store(t)
		b := newBench(t, s, clock)
		second, _ := b.customerGroup(t, wechatsim.GroupSpec{Name: "二群", OwnerUserID: owner})
		o := b.offer(t, "可颂")
		p1 := b.ask(t, b.ledger, b.wanted(t, o, b.group.ID).ID)
		p2 := b.ask(t, b.ledger, b.wanted(t, o, second.ID).ID)
		b.settle(t, time.Minute)
		b.sim.Fail("/cgi-bin/externalcontact/cancel_groupmsg_send", wechatsim.Fault{Errcode: 40058, Times: -1})
		clock.Set(p1.E.Time().Add(-time.Minute))
		chats := []string{b.chat.ChatID()}
		if all {
			chats = nil
		}
		must(t, b.sim.Confirm(corpID, b.sim.OpenTasks(corpID, owner)[0].MsgID, owner, chats...))
		clock.Set(p1.E.Time())
		b.pass(t, 4*time.Hour)
		b.state(t, p1, models.PlacementConfirmed, "")
		if got := b.placement(t, p2.ID); all != (got.State == models.PlacementConfirmed) || !all && got.Reason != "owner_skipped" {
			t.Errorf("sent to all: %t, and the other post is %s (%s)", all, got.State, got.Reason)
		}
		open, err := b.scope(t).EnvelopesIn(models.EnvelopeOpen)
		if err != nil || len(open) != 0 {
			t.Errorf("sent to all: %t, and %d messages are open, %v", all, len(open), err)
		}
	}
}

// TestTooManyCalls: WeCom counts its calls by the minute: a message that could not be stopped for that is stopped soon after,
// and not on the next day.
func TestTooManyCalls(t *testing.T) {
	t.Parallel()
	s, clock := testkit.Store(t)
	b := newBench(t, s, clock)
	p := b.ask(t, b.ledger, b.wanted(t, b.offer(t, "可颂"), b.group.ID).ID)
	b.settle(t, time.Minute)
	b.sim.Fail("/cgi-bin/externalcontact/cancel_groupmsg_send", wechatsim.Fault{Errcode: 45009})
	b.sim.Fail("/cgi-bin/externalcontact/get_groupmsg_task", wechatsim.Fault{Errcode: 45009})
	clock.Set(p.E.Time())
	b.pass(t, 15*time.Minute)
	b.state(t, p, models.PlacementReleased, "owner_silent")
}
