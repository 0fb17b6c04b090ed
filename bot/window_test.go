package bot_test

import (
	"context"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"pgregory.net/rapid"

	"siyu/bot"
	"siyu/internal/testkit"
	"siyu/internal/wechatsim"
	"siyu/models"
)

const customSend = "/cgi-bin/message/custom/send"

// speech is a text to a person of an account.
func (b *bench) speech(t testing.TB, appID, openID, key string) bot.Speech {
	t.Helper()
	all, err := b.store.Read(context.Background()).AllChannels()
	if err != nil {
		t.Fatal(err)
	}
	s := bot.Speech{OpenID: openID, Content: bot.Content{Kind: "text", Text: key}, Purpose: "test", Key: key}
	for _, c := range all {
		if c.AppID == appID {
			s.Channel = c
		}
	}
	return s
}

func (b *bench) say(t testing.TB, s bot.Speech) models.Message {
	t.Helper()
	var m models.Message
	err := b.store.Tx(context.Background(), func(tx *models.Tx) error {
		var err error
		m, err = b.bot.Say(tx.In(b.community), s)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func (b *bench) message(t testing.TB, id models.MessageID) models.Message {
	t.Helper()
	m, err := b.store.Read(context.Background()).In(b.community).Message(id)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func (b *bench) drain(t testing.TB) {
	t.Helper()
	if _, err := b.runner.Drain(context.Background()); err != nil {
		t.Fatal(err)
	}
}

// platform is the rule of the window, said in the plainest way: what was opened when, and what was sent when.
type platform struct {
	opened map[string]time.Time
	sent   []time.Time
}

func (p *platform) accepts(now time.Time) bool {
	limits := map[string]struct {
		n    int
		life time.Duration
	}{"message": {5, 48 * time.Hour}, "follow": {3, time.Minute}, "scan": {3, time.Minute}, "menu": {3, time.Minute}}
	for kind, at := range p.opened {
		if !now.Before(at.Add(limits[kind].life)) {
			continue
		}
		n := 0
		for _, s := range p.sent {
			if !s.Before(at) {
				n++
			}
		}
		if n < limits[kind].n {
			return true
		}
	}
	return false
}

// TestWindowLedger lets one person do anything and the bot write at any time. Whatever the order in which we hear of what
// she did: WeChat refuses nothing, what is not sent says why, and with prompt pushes and a margin's distance from every
// end nothing is held back that WeChat would take.
func TestWindowLedger(t *testing.T) {
	t.Parallel()
	s, clock := testkit.Store(t)
	b := newBench(t, s, clock)
	n := 0
	rapid.Check(t, func(rt *rapid.T) {
		clock.Advance(72 * time.Hour)
		p := b.sim.NewPerson("x")
		app := wechatsim.DefaultOfficialAppID
		model := &platform{opened: map[string]time.Time{}}
		ctx := context.Background()
		act := func(kind string, do func() (wechatsim.Reply, error)) {
			if _, err := do(); err != nil {
				rt.Fatal(err)
			}
			model.opened[kind] = clock.Now()
		}
		act("follow", func() (wechatsim.Reply, error) { return p.Follow(ctx, app) })
		rt.Repeat(map[string]func(*rapid.T){
			"message": func(*rapid.T) {
				act("message", func() (wechatsim.Reply, error) { return p.SendText(ctx, app, "?") })
			},
			"menu": func(*rapid.T) {
				act("menu", func() (wechatsim.Reply, error) { return p.ClickMenu(ctx, app, "K") })
			},
			"scan": func(*rapid.T) {
				act("scan", func() (wechatsim.Reply, error) { return p.ScanOfficialQR(ctx, app, "nobody's") })
			},
			"hear": func(*rapid.T) { b.drain(t) },
			"pass": func(rt *rapid.T) {
				clock.Advance(rapid.SampledFrom([]time.Duration{3 * time.Second, 20 * time.Second, 40 * time.Second, 10 * time.Hour, 47 * time.Hour}).Draw(rt, "d"))
			},
			"say": func(*rapid.T) {
				b.drain(t) // all she did is known
				n++
				m := b.say(t, b.speech(t, app, p.OpenID(app), fmt.Sprint("say", n)))
				b.drain(t)
				m = b.message(t, m.ID)
				could := model.accepts(clock.Now())
				switch m.State {
				case models.MessageSent:
					if !could {
						rt.Fatal("sent what WeChat does not take")
					}
					model.sent = append(model.sent, clock.Now())
				case models.MessageUnsent:
					nearEnd := !model.accepts(clock.Now().Add(bot.DefaultWindows().Message.Margin))
					if could && !nearEnd {
						rt.Fatalf("held back because of %s what WeChat takes", m.Reason)
					}
					if m.Reason != bot.ReasonUsedUp && m.Reason != bot.ReasonWindowClosed {
						rt.Fatalf("unsent because of %q", m.Reason)
					}
				default:
					rt.Fatalf("the message is %s", m.State)
				}
			},
		})
		if refused := b.sim.Refused(45015, 45047); refused != 0 {
			rt.Fatalf("WeChat refused %d messages", refused)
		}
	})
}

// TestWindowUnderConcurrency: many senders at once never send more than her window allows, on either engine, and each
// message that is not sent says why.
func TestWindowUnderConcurrency(t *testing.T) {
	t.Parallel()
	testkit.Each(t, func(t *testing.T, s *models.Store, clock *models.ManualClock) {
		b := newBench(t, s, clock)
		app := wechatsim.DefaultOfficialAppID
		p := b.sim.NewPerson("x")
		_, err := p.Follow(t.Context(), app)
		must(t, err)
		clock.Advance(2 * time.Minute)
		_, err = p.SendText(t.Context(), app, "?")
		must(t, err)
		b.drain(t)
		speech := b.speech(t, app, p.OpenID(app), "")
		var wait sync.WaitGroup
		var waiting atomic.Int64
		for i := range 32 {
			wait.Go(func() {
				one := speech
				one.Key, one.Content.Text = fmt.Sprint("k", i), "x"
				if b.say(t, one).State == models.MessageWaiting {
					waiting.Add(1)
				}
				// Other instances take the job at the same time.
				b.drain(t)
			})
		}
		wait.Wait()
		b.settle(t, time.Minute)
		all, err := s.Read(t.Context()).In(b.community).Messages("", 0, 100)
		must(t, err)
		count := map[string]int{}
		for _, m := range all {
			count[string(m.State)+m.Reason]++
			if m.OpenID != "" || m.Body != "" {
				t.Errorf("a message that has ended still names its receiver")
			}
		}
		if count["sent"] != 5 || count["unsent"+bot.ReasonUsedUp] != 27 || waiting.Load() != 5 {
			t.Errorf("%v, %d were promised", count, waiting.Load())
		}
		if got := len(p.Inbox(app)); got != 5 || b.sim.Refused(45015, 45047) != 0 {
			t.Errorf("she got %d messages, %d were refused", got, b.sim.Refused(45015, 45047))
		}
	})
}

// TestSayOutcomes: what WeChat says about a message decides whether it is tried again, and is remembered.
func TestSayOutcomes(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		fault    wechatsim.Fault
		state    models.MessageState
		reason   string
		got      int // messages that arrived in the end
		next     string
		settling time.Duration
	}{
		"busy":            {wechatsim.Fault{Errcode: -1}, models.MessageSent, "", 1, "", time.Minute},
		"quota":           {wechatsim.Fault{Errcode: 45009}, models.MessageSent, "", 1, "", 24 * time.Hour},
		"minute quota":    {wechatsim.Fault{Errcode: 45011}, models.MessageSent, "", 1, "", 2 * time.Minute},
		"window passed":   {wechatsim.Fault{Errcode: 45015}, models.MessageUnsent, bot.ReasonWindowClosed, 0, bot.ReasonWindowClosed, time.Minute},
		"used up":         {wechatsim.Fault{Errcode: 45047}, models.MessageUnsent, bot.ReasonUsedUp, 0, bot.ReasonUsedUp, time.Minute},
		"refuses":         {wechatsim.Fault{Errcode: 48002}, models.MessageUnsent, bot.ReasonRefused, 0, bot.ReasonRefused, time.Minute},
		"blacklist":       {wechatsim.Fault{Errcode: 43019}, models.MessageUnsent, bot.ReasonBlocked, 0, bot.ReasonBlocked, time.Minute},
		"not granted":     {wechatsim.Fault{Errcode: 48001}, models.MessageUnsent, bot.ReasonDenied, 0, "", time.Minute},
		"bad picture":     {wechatsim.Fault{Errcode: 40007}, models.MessageUnsent, bot.ReasonInvalid, 0, "", time.Minute},
		"answer lost":     {wechatsim.Fault{Disconnect: true, Execute: true}, models.MessageLost, bot.ReasonUnknown, 1, "", time.Minute},
		"gateway":         {wechatsim.Fault{Answer: wechatsim.HTML}, models.MessageLost, bot.ReasonUnknown, 0, "", time.Minute},
		"token fails":     {wechatsim.Fault{}, models.MessageSent, "", 1, "", time.Minute},
		"address unknown": {wechatsim.Fault{Errcode: 40164}, models.MessageSent, "", 1, "", 30 * time.Minute},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s, clock := testkit.Store(t)
			b := newBench(t, s, clock)
			app := wechatsim.DefaultOfficialAppID
			p := b.sim.NewPerson("x")
			_, err := p.Follow(t.Context(), app)
			must(t, err)
			clock.Advance(2 * time.Minute)
			_, err = p.SendText(t.Context(), app, "?")
			must(t, err)
			b.drain(t)
			if c.fault != (wechatsim.Fault{}) {
				b.sim.Fail(customSend, c.fault)
			}
			m := b.say(t, b.speech(t, app, p.OpenID(app), "one"))
			if m.State != models.MessageWaiting {
				t.Fatalf("the message is %s because of %q", m.State, m.Reason)
			}
			b.settle(t, c.settling)
			if m = b.message(t, m.ID); m.State != c.state || m.Reason != c.reason || len(p.Inbox(app)) != c.got {
				t.Fatalf("the message is %s because of %q (%s), she got %d", m.State, m.Reason, m.LastError, len(p.Inbox(app)))
			}
			if next := b.say(t, b.speech(t, app, p.OpenID(app), "two")); next.Reason != c.next {
				t.Errorf("the next message is %s because of %q, want %q", next.State, next.Reason, c.next)
			}
			if bot.Unsent(c.reason) == nil != (c.reason == "") {
				t.Errorf("%q says %v", c.reason, bot.Unsent(c.reason))
			}
			if again := b.say(t, b.speech(t, app, p.OpenID(app), "one")); again.ID != m.ID {
				t.Error("the same key made a second message")
			}
		})
	}
}

// TestCrashInTheCall: a process that dies between the mark and the answer leaves a message that is not sent again, and the
// messages after it go out.
func TestCrashInTheCall(t *testing.T) {
	t.Parallel()
	testkit.Each(t, func(t *testing.T, s *models.Store, clock *models.ManualClock) {
		b := newBench(t, s, clock)
		app := wechatsim.DefaultOfficialAppID
		p := b.sim.NewPerson("x")
		_, err := p.Follow(t.Context(), app)
		must(t, err)
		clock.Advance(2 * time.Minute)
		_, err = p.SendText(t.Context(), app, "?")
		must(t, err)
		b.drain(t)
		one, two := b.say(t, b.speech(t, app, p.OpenID(app), "one")), b.say(t, b.speech(t, app, p.OpenID(app), "two"))
		must(t, s.Tx(t.Context(), func(tx *models.Tx) error { // what a dead process left behind
			m := one
			m.State, m.ChargedAt, m.Through = models.MessageCalling, tx.Now, models.WindowMessage
			_, err := tx.In(b.community).MoveMessage(models.MessageWaiting, m)
			return err
		}))
		b.drain(t)
		if got := b.message(t, two.ID); got.State != models.MessageWaiting {
			t.Errorf("while the first may be on its way the second is %s", got.State)
		}
		b.settle(t, time.Minute)
		if got := b.message(t, one.ID); got.State != models.MessageLost || got.Reason != bot.ReasonUnknown {
			t.Errorf("the first is %s because of %q", got.State, got.Reason)
		}
		if got := b.message(t, two.ID); got.State != models.MessageSent || len(p.Inbox(app)) != 1 {
			t.Errorf("the second is %s, she got %d", got.State, len(p.Inbox(app)))
		}
	})
}

// TestForgetSends: who is erased leaves no window and no message.
func TestForgetSends(t *testing.T) {
	t.Parallel()
	s, clock := testkit.Store(t)
	b := newBench(t, s, clock)
	app := wechatsim.DefaultOfficialAppID
	p := b.sim.NewPerson("x")
	_, err := p.Follow(t.Context(), app)
	must(t, err)
	b.drain(t)
	speech := b.speech(t, app, p.OpenID(app), "one")
	b.say(t, speech)
	must(t, s.Tx(t.Context(), func(tx *models.Tx) error { return tx.In(b.community).ForgetSends(speech.Channel.ID, speech.OpenID) }))
	b.settle(t, time.Minute)
	sc := s.Read(t.Context()).In(b.community)
	left, err := sc.Messages("", 0, 10)
	must(t, err)
	windows, err := sc.SendWindows(speech.Channel.ID, sc.SenderKey(speech.Channel.ID, speech.OpenID))
	must(t, err)
	if len(left) != 0 || len(windows) != 0 || len(p.Inbox(app)) != 0 {
		t.Errorf("%d messages and %d windows are left, she got %d", len(left), len(windows), len(p.Inbox(app)))
	}
}
