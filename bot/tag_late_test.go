package bot_test

import (
	"sync"
	"testing"
	"time"

	"siyu/bot"
	"siyu/internal/testkit"
	"siyu/internal/wechatsim"
	"siyu/models"
)

// TestTagRenamedMeanwhile: a name that is changed while WeChat's copy is being brought in step arrives there soon, not at
// night.
func TestTagRenamedMeanwhile(t *testing.T) {
	t.Parallel()
	testkit.Each(t, func(t *testing.T, s *models.Store, clock *models.ManualClock) {
		b := newBench(t, s, clock)
		people := b.followers(t, 2)
		tag := b.tag(t, "贵宾", nil)
		b.settle(t, time.Minute)
		b.hand(t, tag.ID, 1, people[0])
		const path = "/cgi-bin/tags/members/batchtagging"
		b.sim.Fail(path, wechatsim.Fault{Delay: 300 * time.Millisecond})
		var wg sync.WaitGroup
		wg.Go(func() {
			if _, err := b.runner.Drain(t.Context()); err != nil {
				t.Error(err)
			}
		})
		b.awaitCall(t, path)
		clock.Advance(time.Second)
		_, err := b.bot.SaveTag(t.Context(), b.community, 1, tag.ID, bot.TagDraft{Name: " 老朋友 "})
		must(t, err)
		clock.Advance(time.Second)
		wg.Wait()
		b.settle(t, 5*time.Minute)
		b.wantTagged(t, "老朋友", "p0")
	})
}

// TestTagBusy: WeChat's "busy" says nothing about whether the tag was made; it is ours all the same.
func TestTagBusy(t *testing.T) {
	t.Parallel()
	s, clock := testkit.Store(t)
	b := newBench(t, s, clock)
	people := b.followers(t, 1)
	b.sim.Fail("/cgi-bin/tags/create", wechatsim.Fault{Errcode: -1})
	tag := b.tag(t, "贵宾", nil)
	b.hand(t, tag.ID, 1, people[0])
	_, err := b.runner.Drain(t.Context())
	must(t, err)
	must(t, b.sim.TagOnSite(official, "贵宾", false)) // it was made after all
	b.settle(t, 5*time.Minute)
	b.wantTagged(t, "贵宾", "p0")
}

// TestTagDeleted: a tag that is being deleted is none for its organiser.
func TestTagDeleted(t *testing.T) {
	t.Parallel()
	s, clock := testkit.Store(t)
	b := newBench(t, s, clock)
	people := b.followers(t, 1)
	tag := b.tag(t, "贵宾", nil)
	must(t, b.bot.DeleteTag(t.Context(), b.community, 1, tag.ID))
	member := b.memberOf(t, people[0])
	_, edit := b.bot.SaveTag(t.Context(), b.community, 1, tag.ID, bot.TagDraft{Name: "x"})
	_, list := b.bot.TaggedMembers(t.Context(), b.community, tag.ID, false, 0, 10)
	_, mass := b.bot.SaveBroadcast(t.Context(), b.community, 1, 0, 0, bot.BroadcastDraft{Name: "x", Content: text("x"),
		Audience: models.BroadcastAudience{Kind: "tag", Tag: tag.ID}})
	for name, err := range map[string]error{"edit": edit, "list": list, "broadcast": mass,
		"hand": b.bot.TagMembers(t.Context(), b.community, 1, tag.ID, []models.MemberID{member}, 1)} {
		if models.CodeOf(err) != "tag_not_found" {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// TestPublishTwice: organisers who publish one draft at once publish it once, and it is not being published for ever because WeChat
// does not say how that ended.
func TestPublishTwice(t *testing.T) {
	t.Parallel()
	testkit.Each(t, func(t *testing.T, s *models.Store, clock *models.ManualClock) {
		b := newBench(t, s, clock)
		d := b.draft(t, "x")
		var wg sync.WaitGroup
		for range 6 {
			wg.Go(func() {
				if _, err := b.bot.PublishDraft(t.Context(), b.community, 1, d.MediaID); err != nil && models.CodeOf(err) != "article_under_way" {
					t.Error(err)
				}
			})
		}
		wg.Wait()
		if n := len(b.sim.Publications(official)); n != 1 {
			t.Fatalf("it is published %d times", n)
		}
		b.sim.Fail("/cgi-bin/freepublish/get", wechatsim.Fault{Errcode: 53600, Times: -1})
		for range 80 {
			clock.Advance(time.Hour)
			b.settle(t, 10*time.Second)
		}
		all, err := b.bot.Articles(t.Context(), b.community, 0, 10)
		must(t, err)
		for _, a := range all {
			if a.State != models.ArticleUnknown {
				t.Errorf("whose end may not be asked for it stands as %+v", a)
			}
		}
	})
}
