package app_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"siyu/bot"
	"siyu/cmd/siyu/app"
	"siyu/internal/jobs"
	"siyu/internal/testkit"
	"siyu/internal/wechatsim"
	"siyu/internal/weixin"
	"siyu/miniprogram"
	"siyu/models"
)

const officialApp = wechatsim.DefaultOfficialAppID

// The day's people, and how many seconds pass between two moments in which somebody does something.
const (
	dayPeople = 60
	dayStep   = 30
	// dayCalls is what the account may send in a day, which is less than the rules have to say.
	dayCalls = 1500
)

// longDay is 24 simulated hours in which everything happens that costs a window, a credit or a quota, on two instances that
// work at the same time.
type longDay struct {
	*world
	rng      *rand.Rand
	official models.Channel
	people   []*wechatsim.Person
	members  map[string]models.MemberID
	silent   int64 // withdrawals whose push was lost: the ledger cannot know until it is refused
	asked    int
}

// TestDay: the platform counts as strictly as its words allow, and never has to refuse a call for a window that is over or
// used up, a subscription that was known to be gone, two notices to one person at once, or a day's quota.
func TestDay(t *testing.T) {
	t.Parallel()
	testkit.Each(t, func(t *testing.T, s *models.Store, clock *models.ManualClock) {
		w := newWorld(t, s, clock, func(o *wechatsim.Options) { o.SendLatency = 2 * time.Millisecond })
		d := &longDay{world: w, rng: rand.New(rand.NewPCG(3, 14)), members: map[string]models.MemberID{}}
		d.prepare(t)
		stop := d.work(t)
		for second := 0; second < 24*3600; second += dayStep {
			for range d.rng.IntN(4) {
				d.something(t)
			}
			if second == 3600 { // by now the account has called what it calls
				must(t, s.Tx(t.Context(), func(tx *models.Tx) error { return jobs.Enqueue(tx, bot.LearnLimits{}, tx.Now) }))
			}
			d.idle(t)
			clock.Advance(dayStep * time.Second)
			if second%600 == 0 {
				_, err := w.sim.DeliverLate(t.Context())
				must(t, err)
			}
		}
		d.idle(t)
		stop()
		d.verdict(t)
		d.naive(t)
	})
}

// prepare gives the account rules with much to say, two templates, and people who use them.
func (d *longDay) prepare(t *testing.T) {
	t.Helper()
	d.staffed(t)
	must(t, d.sim.SetTemplates(miniApp, wechatsim.SubscribeTemplate{ID: "TPL-a", Title: "A", Content: "Offer:{{thing1.DATA}}\n"},
		wechatsim.SubscribeTemplate{ID: "TPL-b", Title: "B", Content: "Offer:{{thing1.DATA}}\n"}))
	d.call(t, call{name: "read", method: "POST", path: templates + "/sync", as: "organiser"})
	must(t, d.sim.SetQuota(officialApp, "/cgi-bin/message/custom/send", wechatsim.Quota{Day: dayCalls}))
	sc := d.store.Read(t.Context()).In(d.seeded.Community)
	for _, kind := range []models.ChannelKind{models.OfficialAccount, models.MiniProgram} {
		c, err := sc.Channel(kind)
		must(t, err)
		if kind == models.OfficialAccount {
			d.official = c
		}
		words := func(n int) (all []bot.RuleAnswer) {
			for i := range n {
				all = append(all, bot.RuleAnswer{Kind: bot.AnswerText, Words: map[string]bot.Words{bot.LangHans: {Text: fmt.Sprintf("第 %d 句", i+1)}}})
			}
			return all
		}
		rules := []bot.RuleDraft{
			{Name: "活动", Kind: models.RuleKeyword, How: models.HowContains, Patterns: []string{"活动"}, Answers: words(3), Enabled: true},
			{Name: "其他", Kind: models.RuleDefault, Answers: words(2), Enabled: true},
		}
		if kind == models.OfficialAccount {
			rules = append(rules, bot.RuleDraft{Name: "关注", Kind: models.RuleEvent, Patterns: []string{bot.EventFollow}, Answers: words(3), Enabled: true},
				bot.RuleDraft{Name: "菜单", Kind: models.RuleMenu, Patterns: []string{"deals"}, Answers: words(3), Enabled: true})
		}
		for _, r := range rules {
			_, err := d.app.Bot.AddRule(t.Context(), d.seeded.Community, c.ID, 0, r)
			must(t, err)
		}
	}
	for i := range dayPeople {
		p := d.sim.NewPerson(fmt.Sprintf("第 %d 位", i))
		d.people = append(d.people, p)
		a := d.send(t, http.MethodPost, miniSessions, guest{}, d.login(p.Login(miniApp), fmt.Sprintf("visit-of-%04d", i)), nil)
		if a.status != http.StatusOK {
			t.Fatalf("login: %d", a.status)
		}
		must(t, d.store.Tx(t.Context(), func(tx *models.Tx) error {
			id, err := tx.In(d.seeded.Community).Identify(models.Name{Kind: models.OpenID, Scope: miniApp, Value: p.OpenID(miniApp)})
			d.members[p.ID()] = id
			return err
		}))
	}
}

// work lets two instances work on one store until the returned function is called.
func (d *longDay) work(t *testing.T) (stop func()) {
	t.Helper()
	second, err := app.New(t.Context(), app.Options{Store: d.store, PublicURL: d.front.URL, WeChatAPI: d.api.URL, WeComAPI: d.api.URL,
		LoopbackOnly: true, Workers: 4, Poll: 5 * time.Millisecond})
	must(t, err)
	ctx, cancel := context.WithCancel(t.Context())
	var working sync.WaitGroup
	for _, a := range []*app.App{d.app, second} {
		working.Go(func() { _ = a.Runner.Run(ctx) })
	}
	return func() {
		cancel()
		working.Wait()
		second.Close()
	}
}

// idle waits until nothing is due at this moment.
func (d *longDay) idle(t *testing.T) {
	t.Helper()
	deadline := time.Now().Add(30 * time.Second)
	for {
		d.app.Runner.Wake()
		c, err := d.store.Read(t.Context()).CountJobs()
		must(t, err)
		if c.Due == 0 {
			return
		}
		if time.Now().After(deadline) {
			t.Fatalf("%d jobs stay due", c.Due)
		}
		select {
		case <-t.Context().Done():
			t.Fatal("stopped")
		case <-time.After(time.Millisecond):
		}
	}
}

// something is what one person, or the account, does now.
func (d *longDay) something(t *testing.T) {
	t.Helper()
	ctx, p := t.Context(), d.people[d.rng.IntN(len(d.people))]
	var err error
	switch n := d.rng.IntN(100); {
	case n < 8:
		if !p.Following(officialApp) {
			_, err = p.Follow(ctx, officialApp)
		}
	case n < 10:
		if p.Following(officialApp) {
			err = p.Unfollow(ctx, officialApp)
		}
	case n < 30:
		if p.Following(officialApp) {
			_, err = p.SendText(ctx, officialApp, []string{"活动有哪些", "你好"}[d.rng.IntN(2)])
		}
	case n < 42:
		if p.Following(officialApp) {
			_, err = p.ClickMenu(ctx, officialApp, "deals")
		}
	case n < 48:
		err = p.OpenService(ctx, miniApp, "help")
	case n < 54:
		_, err = p.SendText(ctx, miniApp, "活动")
	case n < 66:
		d.say(t, p)
	case n < 76:
		err = p.AnswerSubscribe(ctx, miniApp, wechatsim.Answer{TemplateID: "TPL-a", Answer: "accept"},
			wechatsim.Answer{TemplateID: "TPL-b", Answer: []string{"accept", "reject"}[d.rng.IntN(2)]})
	case n < 78:
		if d.rng.IntN(4) == 0 {
			d.silent++
			d.sim.DropNextPush()
		}
		err = p.WithdrawSubscribe(ctx, miniApp, "TPL-a")
	default:
		d.notify(t, p)
	}
	must(t, err)
}

// say is an organiser's program that writes to somebody of its own accord.
func (d *longDay) say(t *testing.T, p *wechatsim.Person) {
	t.Helper()
	d.asked++
	must(t, d.store.Tx(t.Context(), func(tx *models.Tx) error {
		_, err := d.app.Bot.Say(tx.In(d.seeded.Community), bot.Speech{Channel: d.official, OpenID: p.OpenID(officialApp),
			Content: bot.Content{Kind: string(bot.AnswerText), Text: "还有一句"}, Purpose: "test", Key: fmt.Sprintf("say:%d", d.asked)})
		return err
	}))
}

// notify wants one to three notices for one person at once.
func (d *longDay) notify(t *testing.T, p *wechatsim.Person) {
	t.Helper()
	for range 1 + d.rng.IntN(3) {
		d.asked++
		must(t, d.store.Tx(t.Context(), func(tx *models.Tx) error {
			_, err := d.app.Mini.Notify(tx.In(d.seeded.Community), miniprogram.Notice{Member: d.members[p.ID()],
				Template: []string{"TPL-a", "TPL-b"}[d.rng.IntN(2)], Key: fmt.Sprintf("notice:%d", d.asked),
				Data: map[string]string{"thing1": "新活动"}, Urgent: d.rng.IntN(3) > 0})
			return err
		}))
	}
}

// verdict: nothing was refused, and the day was hard enough for that to mean something.
func (d *longDay) verdict(t *testing.T) {
	t.Helper()
	if n := d.sim.Refused(45015, 45047, 43108, 45009); n != 0 {
		t.Errorf("%d calls were refused: %+v", n, d.sim.Refusals())
	}
	if n := d.sim.Refused(43101); n > d.silent {
		t.Errorf("%d notices were refused for want of a subscription, but only %d withdrawals were unknown: %+v", n, d.silent, d.sim.Refusals())
	}
	sc := d.store.Read(t.Context()).In(d.seeded.Community)
	said, err := sc.CountMessages()
	must(t, err)
	by := map[string]int64{}
	for _, c := range said {
		by[strings.TrimSuffix(string(c.State)+" "+c.Reason, " ")] = c.Count
	}
	noticed := map[string]int64{}
	var after models.NoticeID
	for _, template := range []string{"TPL-a", "TPL-b"} {
		for after = 0; ; {
			all, err := sc.Notices(miniApp, template, after, 200)
			must(t, err)
			for _, n := range all {
				noticed[strings.TrimSuffix(string(n.State)+" "+n.Reason, " ")]++
				after = n.ID
			}
			if len(all) == 0 {
				break
			}
		}
	}
	t.Logf("pushes %+v", d.sim.Stats())
	t.Logf("messages %v", by)
	t.Logf("notices %v; %d withdrawals nobody heard of, %d refused with 43101", noticed, d.silent, d.sim.Refused(43101))
	for _, c := range d.sim.CallCounts() {
		if strings.Contains(c.Path, "custom/send") || strings.Contains(c.Path, "subscribe/send") {
			t.Logf("%+v", c)
		}
	}
	for what, n := range map[string]int64{"sent": by["sent"], "closed": by["unsent window_closed"], "used up": by["unsent window_used_up"],
		"unfollowed": by["unsent unfollowed"], "quota": by["unsent quota"] + by["unsent too_late"],
		"noticed": noticed["accepted"] + noticed["delivered"], "no credit": noticed["failed no_credit"]} {
		if n == 0 {
			t.Errorf("the day was too easy: %q never happened", what)
		}
	}
}

// naive: who writes without asking the ledger is refused, so the simulator does count.
func (d *longDay) naive(t *testing.T) {
	t.Helper()
	hub, err := weixin.NewHub(weixin.HubOptions{WeChatAPI: d.api.URL, WeComAPI: d.api.URL, Now: d.clock.Now, LoopbackOnly: true})
	must(t, err)
	defer hub.Close()
	must(t, hub.AddAccount(weixin.Credentials{Kind: weixin.Official, ID: officialApp, Secret: wechatsim.DefaultOfficialSecret}))
	p := d.people[0]
	if !p.Following(officialApp) {
		_, err = p.Follow(t.Context(), officialApp)
		must(t, err)
	}
	for range 6 {
		err = hub.PostJSON(t.Context(), officialApp, "/cgi-bin/message/custom/send", map[string]any{"touser": p.OpenID(officialApp),
			"msgtype": "text", "text": map[string]string{"content": "x"}}, nil)
	}
	if code, _ := weixin.Code(err); code != 45015 && code != 45047 {
		t.Errorf("the sixth message goes through: %v", err)
	}
}
