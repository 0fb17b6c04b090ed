package bot_test

import (
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"siyu/bot"
	"siyu/internal/jobs"
	"siyu/internal/testkit"
	"siyu/internal/wechatsim"
	"siyu/models"
)

func TestRuleHolds(t *testing.T) {
	t.Parallel()
	const day = int64(24 * time.Hour / time.Millisecond)
	now := models.Millis(100 * day)
	touch := func(kind models.TouchKind, daysAgo int64, change ...func(*models.Touch)) models.Touch {
		t := models.Touch{Kind: kind, At: now - models.Millis(daysAgo*day)}
		for _, c := range change {
			c(&t)
		}
		return t
	}
	facts := bot.MemberFacts{Lang: "zh-Hant", Groups: []models.GroupID{5}, Touches: []models.Touch{
		touch(models.TouchFollow, 40), touch(models.TouchVideo, 40, func(t *models.Touch) { t.VideoID, t.EntryID = 3, 4 }),
		touch(models.TouchMini, 9), touch(models.TouchMini, 2), touch(models.TouchClaim, 2, func(t *models.Touch) { t.OfferID = 8 }),
	}}
	for name, tc := range map[string]struct {
		all  []models.TagCondition
		want bool
	}{
		"nothing":           {nil, false},
		"video":             {[]models.TagCondition{{Kind: "video", IDs: []string{"3"}}}, true},
		"another video":     {[]models.TagCondition{{Kind: "video", IDs: []string{"4"}}}, false},
		"any entry":         {[]models.TagCondition{{Kind: "entry"}}, true},
		"in a group":        {[]models.TagCondition{{Kind: "group", IDs: []string{"7", "5"}}}, true},
		"in another":        {[]models.TagCondition{{Kind: "group", IDs: []string{"7"}}}, false},
		"followed lately":   {[]models.TagCondition{{Kind: "follow", WithinMs: 30 * day}}, false},
		"followed once":     {[]models.TagCondition{{Kind: "follow"}}, true},
		"two visits":        {[]models.TagCondition{{Kind: "visit", AtLeast: 2}}, true},
		"three visits":      {[]models.TagCondition{{Kind: "visit", AtLeast: 3}}, false},
		"two this week":     {[]models.TagCondition{{Kind: "visit", AtLeast: 2, WithinMs: 7 * day}}, false},
		"claimed, not used": {[]models.TagCondition{{Kind: "claim", IDs: []string{"8"}}, {Kind: "redeem", Not: true}}, true},
		"reads zh-Hant":     {[]models.TagCondition{{Kind: "lang", Langs: []string{"zh-Hant"}}}, true},
		"all of two":        {[]models.TagCondition{{Kind: "visit"}, {Kind: "redeem"}}, false},
	} {
		if got := bot.RuleHolds(models.TagRule{All: tc.all}, facts, now); got != tc.want {
			t.Errorf("%s: %t", name, got)
		}
	}
	for name, c := range map[string]models.TagCondition{"no kind": {}, "city": {Kind: "city"}, "odd id": {Kind: "video", IDs: []string{"x"}},
		"no language": {Kind: "lang"}, "odd language": {Kind: "lang", Langs: []string{"fr"}}, "below zero": {Kind: "visit", AtLeast: -1},
		"ever and ever": {Kind: "visit", WithinMs: 1 << 62}} {
		if err := bot.CheckRule(models.TagRule{All: []models.TagCondition{c}}); models.CodeOf(err) != "rule_condition" {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// tagged says whom WeChat has under a tag, by name.
func (b *bench) tagged(t *testing.T, name string) []string {
	t.Helper()
	names := []string{}
	for _, p := range b.sim.Tagged(official, name) {
		names = append(names, p.Name())
	}
	return names
}

func (b *bench) wantTagged(t *testing.T, tag string, want ...string) {
	t.Helper()
	if got := b.tagged(t, tag); !slices.Equal(got, want) {
		t.Errorf("WeChat has %v under %s, want %v", got, tag, want)
	}
}

func (b *bench) tag(t *testing.T, name string, rule *models.TagRule) models.Tag {
	t.Helper()
	tag, err := b.bot.SaveTag(t.Context(), b.community, 1, 0, bot.TagDraft{Name: name, Rule: rule})
	must(t, err)
	return tag
}

func (b *bench) hand(t *testing.T, tag models.TagID, hand int, people ...*wechatsim.Person) {
	t.Helper()
	var members []models.MemberID
	for _, p := range people {
		members = append(members, b.memberOf(t, p))
	}
	must(t, b.bot.TagMembers(t.Context(), b.community, 1, tag, members, hand))
}

// TestTags gives tags by hand and by rule, and WeChat has them too: what was said by hand wins, and who comes back has hers
// again.
func TestTags(t *testing.T) {
	t.Parallel()
	testkit.Each(t, func(t *testing.T, s *models.Store, clock *models.ManualClock) {
		b := newBench(t, s, clock)
		must(t, s.Tx(t.Context(), func(tx *models.Tx) error { return jobs.Periodic(tx, bot.RefreshTags{}) }))
		people := b.followers(t, 4)
		vip := b.tag(t, "贵宾", nil)
		follows := b.tag(t, "新朋友", &models.TagRule{All: []models.TagCondition{{Kind: "follow", WithinMs: 3 * 24 * 3600_000}}})
		b.hand(t, vip.ID, 1, people[0], people[1])
		b.hand(t, follows.ID, -1, people[3])
		b.settle(t, 30*time.Second)
		b.wantTagged(t, "贵宾", "p0", "p1")
		b.wantTagged(t, "新朋友", "p0", "p1", "p2")
		b.hand(t, vip.ID, 0, people[1])
		must(t, people[0].Unfollow(t.Context(), official))
		b.settle(t, 30*time.Second)
		b.wantTagged(t, "贵宾")
		_, err := people[0].Follow(t.Context(), official)
		must(t, err)
		late := b.sim.NewPerson("p4")
		_, err = late.Follow(t.Context(), official)
		must(t, err)
		b.settle(t, 12*time.Minute)
		b.wantTagged(t, "贵宾", "p0")
		b.wantTagged(t, "新朋友", "p0", "p1", "p2", "p4")
		clock.Advance(4 * 24 * time.Hour) // nobody did anything, and it is not true any more
		b.settle(t, time.Minute)
		b.wantTagged(t, "新朋友")
		_, err = b.bot.SaveTag(t.Context(), b.community, 1, vip.ID, bot.TagDraft{Name: "老朋友"})
		must(t, err)
		b.settle(t, time.Minute)
		b.wantTagged(t, "老朋友", "p0")
		must(t, b.bot.DeleteTag(t.Context(), b.community, 1, vip.ID))
		b.settle(t, time.Minute)
		if b.sim.Tagged(official, "老朋友") != nil {
			t.Error("the deleted tag is at WeChat still")
		}
	})
}

// TestTagReconcile: the night mends what others did to our tags in WeChat's console and leaves other tags alone.
func TestTagReconcile(t *testing.T) {
	t.Parallel()
	testkit.Each(t, func(t *testing.T, s *models.Store, clock *models.ManualClock) {
		b := newBench(t, s, clock)
		must(t, s.Tx(t.Context(), func(tx *models.Tx) error { return jobs.Periodic(tx, bot.RefreshTags{}) }))
		b.sim.SetTagPage(2)
		people := b.followers(t, 5)
		tag := b.tag(t, "贵宾", nil)
		b.hand(t, tag.ID, 1, people[:3]...)
		b.settle(t, time.Minute)
		b.wantTagged(t, "贵宾", "p0", "p1", "p2")
		must(t, b.sim.TagOnSite(official, "贵宾", false, people[0]))
		must(t, b.sim.TagOnSite(official, "贵宾", true, people[3], people[4]))
		must(t, b.sim.TagOnSite(official, "别人的", true, people[4]))
		clock.Advance(25 * time.Hour)
		b.settle(t, time.Minute)
		b.wantTagged(t, "贵宾", "p0", "p1", "p2")
		b.wantTagged(t, "别人的", "p4")
		must(t, b.sim.RemoveTagOnSite(official, "贵宾"))
		clock.Advance(25 * time.Hour)
		b.settle(t, time.Minute)
		b.wantTagged(t, "贵宾", "p0", "p1", "p2")
		b.tag(t, "别人的", nil)
		b.settle(t, time.Minute)
		tags, err := b.bot.Tags(t.Context(), b.community)
		must(t, err)
		if tags[1].Error != "tag_name_taken" || tags[1].RemoteID != 0 {
			t.Errorf("a tag whose name is taken stands as %+v", tags[1])
		}
		b.wantTagged(t, "别人的", "p4")
	})
}

// TestTagFaults: lost answers make no second tag, one person WeChat cannot tag keeps nobody else from hers, and what is
// refused for want of quota is done later.
func TestTagFaults(t *testing.T) {
	t.Parallel()
	testkit.Each(t, func(t *testing.T, s *models.Store, clock *models.ManualClock) {
		b := newBench(t, s, clock)
		people := b.followers(t, 60)
		for i := range 20 {
			must(t, b.sim.TagOnSite(official, fmt.Sprint("x", i), true, people[7]))
		}
		b.sim.Fail("/cgi-bin/tags/create", wechatsim.Fault{Disconnect: true, Execute: true})
		b.sim.Fail("/cgi-bin/tags/members/batchtagging", wechatsim.Fault{Disconnect: true, Execute: true})
		b.sim.Fail("/cgi-bin/tags/members/batchtagging", wechatsim.Fault{Errcode: 45009})
		tag := b.tag(t, "贵宾", nil)
		b.hand(t, tag.ID, 1, people...)
		b.settle(t, 2*time.Minute)
		clock.Advance(24 * time.Hour)
		b.settle(t, 2*time.Minute)
		if got := b.tagged(t, "贵宾"); len(got) != 59 || slices.Contains(got, "p7") {
			t.Fatalf("WeChat has %d under it, want all but p7", len(got))
		}
		all, err := b.bot.TaggedMembers(t.Context(), b.community, tag.ID, false, 0, 200)
		must(t, err)
		for _, m := range all {
			full := m.MemberID == b.memberOf(t, people[7])
			if full != (m.Problem == "full") || full == m.Remote {
				t.Errorf("she stands as %+v", m)
			}
		}
	})
}

// TestTagWorkers: several workers and a busy organiser leave WeChat with what was said last.
func TestTagWorkers(t *testing.T) {
	t.Parallel()
	testkit.Each(t, func(t *testing.T, s *models.Store, clock *models.ManualClock) {
		b := newBench(t, s, clock)
		people := b.followers(t, 6)
		tag := b.tag(t, "贵宾", nil)
		first := b.runner
		b.wire(t, b.api)
		must(t, b.bot.Connect(t.Context()))
		var all sync.WaitGroup
		for i := range 6 {
			b.hand(t, tag.ID, 1, people[i])
			for _, r := range []*jobs.Runner{first, b.runner} {
				all.Go(func() {
					if _, err := r.Drain(t.Context()); err != nil {
						t.Error(err)
					}
				})
			}
			b.hand(t, tag.ID, -1, people[(i+3)%6])
			all.Wait()
		}
		b.settle(t, 5*time.Minute)
		b.wantTagged(t, "贵宾", "p3", "p4", "p5")
	})
}

// TestTagged: an organiser sees who has a tag by what they did, and from whom it was taken.
func TestTagged(t *testing.T) {
	t.Parallel()
	testkit.Each(t, func(t *testing.T, s *models.Store, clock *models.ManualClock) {
		b := newBench(t, s, clock)
		people := b.followers(t, 3)
		tag := b.tag(t, "贵宾", nil)
		b.hand(t, tag.ID, 1, people...)
		b.hand(t, tag.ID, -1, people[1])
		first := b.memberOf(t, people[0])
		at := models.MillisOf(clock.Now())
		must(t, s.Tx(t.Context(), func(tx *models.Tx) error {
			for i, kind := range []models.TouchKind{models.TouchClaim, models.TouchClaim, models.TouchRedeem, models.TouchMini} {
				_, err := tx.In(b.community).AddTouch(&models.Touch{Kind: kind, UID: fmt.Sprint("did", i), MemberID: first,
					At: at.Add(time.Duration(i+1) * time.Hour)})
				if err != nil {
					return err
				}
			}
			return nil
		}))
		has, err := b.bot.TaggedMembers(t.Context(), b.community, tag.ID, false, 0, 200)
		must(t, err)
		if len(has) != 2 || has[0].MemberID != first || has[1].MemberID != b.memberOf(t, people[2]) {
			t.Fatalf("%d have it: %+v", len(has), has)
		}
		if m := has[0]; m.Claims != 2 || m.Redeems != 1 || m.LastAt != at.Add(4*time.Hour) || m.FirstAt > at {
			t.Errorf("she did %+v", m)
		}
		if m := has[1]; m.Claims != 0 || m.Redeems != 0 || m.LastAt != m.FirstAt {
			t.Errorf("who only followed did %+v", m)
		}
		off, err := b.bot.TaggedMembers(t.Context(), b.community, tag.ID, true, 0, 200)
		must(t, err)
		if len(off) != 1 || off[0].MemberID != b.memberOf(t, people[1]) {
			t.Fatalf("it was taken from %+v", off)
		}
		b.hand(t, tag.ID, 0, people[1])
		if off, err = b.bot.TaggedMembers(t.Context(), b.community, tag.ID, true, 0, 200); err != nil || len(off) != 0 {
			t.Fatalf("left to the rule it is still taken from %+v, %v", off, err)
		}
	})
}
