package bot_test

import (
	"context"
	"errors"
	"runtime"
	"strings"
	"testing"
	"time"

	"siyu/bot"
	"siyu/internal/jobs"
	"siyu/internal/testkit"
	"siyu/internal/wechatsim"
	"siyu/models"
)

const (
	corp       = wechatsim.DefaultCorpID
	welcomeMsg = "/cgi-bin/externalcontact/send_welcome_msg"
)

// greeted is how many greetings stand in a state.
func (b *bench) greeted(t *testing.T, state models.GreetingState) int64 {
	t.Helper()
	all, err := b.bot.GreetingCounts(t.Context(), b.community, 0)
	must(t, err)
	for _, c := range all {
		if c.State == state {
			return c.Count
		}
	}
	return 0
}

// newcomer adds a colleague, and what that causes happens.
func (b *bench) newcomer(t *testing.T, name, state string) *wechatsim.Person {
	t.Helper()
	p := b.sim.NewPerson(name)
	must(t, p.AddContact(t.Context(), corp, owner, state))
	b.drain(t)
	return p
}

func TestWelcome(t *testing.T) {
	t.Parallel()
	testkit.Each(t, func(t *testing.T, s *models.Store, clock *models.ManualClock) {
		b := newBench(t, s, clock)
		b.quickly(t)
		e, err := b.bot.MakeEntry(t.Context(), b.community, b.video, b.group.ID, "")
		must(t, err)
		got := b.newcomer(t, "小林", e.Code).Welcomes(corp)
		if len(got) != 1 || !strings.HasPrefix(got[0].Text, "小林，你好！欢迎来到「北岸亲子圈」") || len(got[0].Cards) != 1 ||
			got[0].Cards[0].Page != "pages/offer/index?e="+e.Code {
			t.Fatalf("the house's welcome: %+v", got)
		}
		add := func(d bot.WelcomeDraft) models.Welcome {
			d.Kind, d.Enabled = models.WelcomeContact, true
			w, err := b.bot.AddWelcome(t.Context(), b.community, 1, d)
			must(t, err)
			return w
		}
		add(bot.WelcomeDraft{Texts: map[string]string{"zh-Hans": "大家好", "en": "Hello, %NICKNAME%"}})
		mine := add(bot.WelcomeDraft{Entry: e.ID, Texts: map[string]string{"zh-Hans": "看视频来的吧"}, Part: models.WelcomePart{Kind: "link", Title: "x", URL: "https://example.com/"}})
		if got := b.newcomer(t, "阿兰", e.Code).Welcomes(corp); len(got) != 1 || got[0].Text != "看视频来的吧" || len(got[0].Links) != 1 {
			t.Errorf("of her entry: %+v", got)
		}
		reads := b.sim.NewPerson("Ann")
		must(t, s.Tx(t.Context(), func(tx *models.Tx) error { // the Official Account knows what she reads
			sc := tx.In(b.community)
			name := models.Name{Kind: models.OpenID, Scope: wechatsim.DefaultOfficialAppID, Value: "o-ann"}
			if _, err := sc.Identify(name, models.Name{Kind: models.UnionID, Value: reads.UnionID()}); err != nil {
				return err
			}
			return sc.SetLang(name, "en")
		}))
		must(t, reads.AddContact(t.Context(), corp, owner, "elsewhere"))
		b.drain(t)
		if got := reads.Welcomes(corp); len(got) != 1 || got[0].Text != "Hello, Ann" {
			t.Errorf("in her language: %+v", got)
		}
		must(t, b.bot.DeleteWelcome(t.Context(), b.community, mine.ID, 1))
		_, err = b.bot.AddWelcome(t.Context(), b.community, 1, bot.WelcomeDraft{Kind: models.WelcomeContact, Texts: map[string]string{"en": "off"}})
		must(t, err)
		if got := b.newcomer(t, "Bo", e.Code).Welcomes(corp); len(got) != 0 || b.greeted(t, models.GreetingOff) != 1 {
			t.Errorf("the organiser wants none: %+v", got)
		}
		if n := b.greeted(t, models.GreetingSent); n != 3 {
			t.Errorf("%d are counted as sent", n)
		}
	})
}

// quickly has the bot try again without a pause.
func (b *bench) quickly(t *testing.T) {
	t.Helper()
	b.greetings = bot.WelcomeOptions{Retry: time.Millisecond, Most: 3}
	b.wire(t, b.api)
	must(t, b.bot.Connect(t.Context()))
}

// TestWelcomeOutcomes: whatever WeCom answers, nobody is welcomed twice and everything is counted.
func TestWelcomeOutcomes(t *testing.T) {
	t.Parallel()
	testkit.Each(t, func(t *testing.T, s *models.Store, clock *models.ManualClock) {
		b := newBench(t, s, clock)
		b.quickly(t)
		come := func(want models.GreetingState, welcomes int) {
			t.Helper()
			before := b.greeted(t, want)
			p := b.newcomer(t, "p", "")
			if got := len(p.Welcomes(corp)); got != welcomes || b.greeted(t, want) != before+1 {
				t.Errorf("welcomed %d times, %d %s", got, b.greeted(t, want)-before, want)
			}
			b.sim.ClearFaults()
		}
		must(t, b.sim.BusyWelcomes(corp, 2)) // another app is at it
		come(models.GreetingSent, 1)
		must(t, b.sim.BusyWelcomes(corp, 0))
		b.sim.Fail(welcomeMsg, wechatsim.Fault{Disconnect: true, Execute: true})
		come(models.GreetingSent, 1) // only the answer was lost
		b.sim.Fail(welcomeMsg, wechatsim.Fault{Disconnect: true})
		come(models.GreetingSent, 1) // the call was lost
		b.sim.Fail(welcomeMsg, wechatsim.Fault{Errcode: 41051})
		come(models.GreetingTaken, 0)
		b.sim.Fail(welcomeMsg, wechatsim.Fault{Errcode: 45002})
		come(models.GreetingFailed, 0)
		b.sim.Fail("/cgi-bin/externalcontact/get", wechatsim.Fault{Errcode: -1, Times: 1})
		come(models.GreetingSent, 1) // without her name
		b.sim.Fail("/cgi-bin/media/upload", wechatsim.Fault{Errcode: -1, Times: -1})
		come(models.GreetingSent, 1) // without the card
		b.sim.Fail(welcomeMsg, wechatsim.Fault{Errcode: -1, Times: -1})
		come(models.GreetingLate, 0) // it never answers

		late := b.sim.NewPerson("late")
		must(t, late.AddContact(t.Context(), corp, owner, ""))
		clock.Advance(20 * time.Second)
		n := int64(len(b.sim.Calls(0)))
		b.drain(t)
		for _, c := range b.sim.Calls(n) {
			if c.Path == welcomeMsg {
				t.Error("WeCom was asked when it was too late")
			}
		}
		if b.greeted(t, models.GreetingLate) != 2 || len(late.Welcomes(corp)) != 0 {
			t.Error("too late is not counted")
		}
		if c, err := b.scope(t).CountInbox(); err != nil || c.Dead+c.Pending != 0 {
			t.Errorf("the pushes: %+v %v", c, err)
		}
	})
}

// TestWelcomeCrash: a process that dies in the call leaves a greeting to the next one, which finds out what became of it.
func TestWelcomeCrash(t *testing.T) {
	t.Parallel()
	for name, arrived := range map[string]bool{"it arrived": true, "it did not": false} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			testkit.Each(t, func(t *testing.T, s *models.Store, clock *models.ManualClock) {
				b := newBench(t, s, clock)
				b.quickly(t)
				b.sim.Fail(welcomeMsg, wechatsim.Fault{Disconnect: true, Execute: arrived})
				b.greetings.Retry = time.Hour // the process dies while it waits
				b.wire(t, b.api)
				must(t, b.bot.Connect(t.Context()))
				p := b.sim.NewPerson("小林")
				must(t, p.AddContact(t.Context(), corp, owner, ""))
				ctx, cancel := context.WithCancel(t.Context())
				done := make(chan error)
				go func() { _, err := b.runner.Drain(ctx); done <- err }()
				for !called(b, welcomeMsg) {
					runtime.Gosched()
				}
				cancel()
				if err := <-done; err != nil && !errors.Is(err, context.Canceled) {
					t.Error(err)
				}
				must(t, s.Tx(t.Context(), func(tx *models.Tx) error { return tx.FreeLeases() }))
				b.quickly(t)
				b.drain(t)
				if got := p.Welcomes(corp); len(got) != 1 || b.greeted(t, models.GreetingSent) != 1 {
					t.Errorf("arrived %v: welcomed %d times, %d counted", arrived, len(got), b.greeted(t, models.GreetingSent))
				}
			})
		})
	}
}

func called(b *bench, path string) bool {
	for _, c := range b.sim.Calls(0) {
		if c.Path == path {
			return true
		}
	}
	return false
}

// crowd is work of somebody else that was there first.
type crowd struct{ N int }

func (crowd) Kind() string { return "test.crowd" }

// TestWelcomeGoesFirst: two hundred jobs that were there before do not keep a newcomer waiting.
func TestWelcomeGoesFirst(t *testing.T) {
	t.Parallel()
	s, clock := testkit.Store(t)
	b := newBench(t, s, clock)
	must(t, s.Tx(t.Context(), func(tx *models.Tx) error {
		all := make([]jobs.Args, 200)
		for i := range all {
			all[i] = crowd{i}
		}
		return jobs.EnqueueAll(tx, all, tx.Now.Add(-time.Minute))
	}))
	must(t, b.sim.NewPerson("小林").AddContact(t.Context(), corp, owner, ""))
	due, err := s.Read(t.Context()).DueJobs(models.WallClock{}.Now(), 2)
	must(t, err)
	if len(due) != 2 || due[0].Kind != (bot.Process{}).Kind() || due[1].Kind != (crowd{}).Kind() {
		t.Errorf("what runs next is %+v", due)
	}
}

func TestGroupWelcomes(t *testing.T) {
	t.Parallel()
	testkit.Each(t, func(t *testing.T, s *models.Store, clock *models.ManualClock) {
		b := newBench(t, s, clock)
		b.quickly(t)
		const api = "/cgi-bin/externalcontact/group_welcome_template/"
		draft := func(text string) bot.WelcomeDraft {
			return bot.WelcomeDraft{Kind: models.WelcomeGroup, Name: "一群", Enabled: true, Texts: map[string]string{"zh-Hans": text},
				Part: models.WelcomePart{Kind: "miniprogram", Title: "看看", Page: "pages/offer/index"}}
		}
		add := func(text string, want models.WelcomeSync) models.Welcome {
			t.Helper()
			w, err := b.bot.AddWelcome(t.Context(), b.community, 1, draft(text))
			must(t, err)
			if w.Sync != want {
				t.Fatalf("%q is %s (%s), want %s", text, w.Sync, w.Problem, want)
			}
			return w
		}
		look := func(id models.WelcomeID, want models.WelcomeSync) models.Welcome {
			t.Helper()
			must(t, b.bot.LookAtWelcomes(t.Context(), b.community))
			w, err := b.scope(t).Welcome(id)
			must(t, err)
			if w.Sync != want {
				t.Errorf("it is %s, want %s", w.Sync, want)
			}
			return w
		}
		w := add("%NICKNAME%，欢迎来%COMMUNITY%", models.WelcomeKept)
		look(w.ID, models.WelcomeKept)
		must(t, b.chat.WelcomeOn(t.Context(), w.TemplateID))
		must(t, b.bot.SayGroupWelcome(t.Context(), b.community, b.group.ID, w.ID, 1))
		must(t, b.chat.Join(t.Context(), b.sim.NewPerson("小林"), wechatsim.JoinVia{}))
		if posts := b.chat.Posts(); len(posts) != 1 || posts[0].Text != "小林，欢迎来北岸亲子圈" || posts[0].Title != "看看" {
			t.Errorf("the group reads %+v", posts)
		}
		must(t, b.sim.RewriteWelcome(corp, w.TemplateID, "别的"))
		if got := look(w.ID, models.WelcomeChanged); got.Remote != "别的" {
			t.Errorf("WeCom says %q", got.Remote)
		}
		if w, err := b.bot.ChangeWelcome(t.Context(), b.community, w.ID, 1, draft("新的")); err != nil || w.Sync != models.WelcomeKept || w.Remote != "" {
			t.Fatalf("changed: %+v %v", w, err)
		}
		look(w.ID, models.WelcomeKept)
		must(t, b.sim.RewriteWelcome(corp, w.TemplateID, ""))
		look(w.ID, models.WelcomeGone)
		if n, err := b.scope(t).CountWarnings(); err != nil || n != 2 {
			t.Errorf("%d warnings, %v: one of the change, one of the end", n, err)
		}
		again, err := b.bot.ChangeWelcome(t.Context(), b.community, w.ID, 1, draft("再来"))
		if err != nil || again.Sync != models.WelcomeKept || again.TemplateID == w.TemplateID {
			t.Fatalf("kept anew: %+v %v", again, err)
		}

		b.sim.Fail(api+"add", wechatsim.Fault{Errcode: 40058})
		refused := add("被拒", models.WelcomeFailed)
		b.sim.Fail(api+"add", wechatsim.Fault{Disconnect: true, Execute: true})
		add("失联", models.WelcomeUnknown)
		add("满了", models.WelcomeKept)
		if _, err := b.bot.AddWelcome(t.Context(), b.community, 1, draft("太多")); models.CodeOf(err) != "welcomes_many" {
			t.Errorf("the fourth of three: %v", err)
		}
		must(t, b.bot.DeleteWelcome(t.Context(), b.community, refused.ID, 1))
		must(t, b.bot.DeleteWelcome(t.Context(), b.community, again.ID, 1))
		views, err := b.bot.GroupWelcomes(t.Context(), b.community, 0, 10)
		if err != nil || len(views) != 1 || views[0].On.WelcomeID != 0 {
			t.Errorf("what is deleted is switched on nowhere: %+v %v", views, err)
		}
		if ids := b.sim.GroupWelcomes(corp); len(ids) != 2 {
			t.Errorf("WeCom has %v: the lost one and the last", ids)
		}
	})
}
