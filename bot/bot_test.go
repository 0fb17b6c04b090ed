package bot_test

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"siyu/bot"
	"siyu/internal/jobs"
	"siyu/internal/testkit"
	"siyu/internal/wechatsim"
	"siyu/internal/weixin"
	"siyu/models"
	"siyu/throttle"
)

// bench is a bot between a simulated WeChat and a store of its own, joined by real HTTP.
type bench struct {
	store     *models.Store
	clock     *models.ManualClock
	sim       *wechatsim.Sim
	bot       *bot.Bot
	ledger    *throttle.Ledger // with the bot's gates
	runner    *jobs.Runner
	community models.CommunityID
	group     models.Group
	chat      *wechatsim.Group
	video     models.VideoID
	front     *httptest.Server
	api       string        // of the simulated WeChat
	within    time.Duration // the bot's AnswerWithin
	entries   bot.EntryOptions
	envelopes bot.EnvelopeOptions
	work      jobs.Options  // how jobs are run; the store and what is waited for are filled in
	thinking  time.Duration // the bot's ReplyWithin
	sync      bot.SyncOptions
	greetings bot.WelcomeOptions
}

const owner = "lead"

func newBench(t *testing.T, s *models.Store, clock *models.ManualClock) *bench {
	t.Helper()
	return newBenchOn(t, s, clock, wechatsim.Options{})
}

// newBenchOn is newBench with a simulated WeChat that behaves as its options say.
func newBenchOn(t *testing.T, s *models.Store, clock *models.ManualClock, o wechatsim.Options) *bench {
	t.Helper()
	b := &bench{store: s, clock: clock}
	front := http.NewServeMux()
	b.front = httptest.NewServer(front)
	t.Cleanup(b.front.Close)
	accounts := wechatsim.DefaultAccounts(b.front.URL)
	var err error
	o.Seed, o.Now = 1, clock.Now
	b.sim, err = wechatsim.NewDefault(o, b.front.URL)
	must(t, err)
	t.Cleanup(b.sim.Close)
	api := httptest.NewServer(b.sim.Handler())
	t.Cleanup(api.Close)
	b.chat, err = b.sim.NewWeComGroup(t.Context(), accounts.WeCom.CorpID,
		wechatsim.GroupSpec{Name: "一群", OwnerUserID: owner, Capacity: 200, Silent: true})
	must(t, err)
	b.seed(t, accounts)
	b.api = api.URL
	b.wire(t, b.api)
	b.serve(front)
	must(t, b.bot.Connect(t.Context()))
	return b
}

func (b *bench) seed(t *testing.T, accounts wechatsim.Accounts) {
	t.Helper()
	b.community = testkit.Community(t, b.store, func(sc *models.Scope) error {
		for _, c := range []struct {
			channel models.Channel
			secrets models.ChannelSecrets
		}{
			{models.Channel{Kind: models.OfficialAccount, AppID: accounts.Official.AppID},
				models.ChannelSecrets{Secret: accounts.Official.Secret, Token: accounts.Official.Token, AESKey: accounts.Official.AESKey}},
			{models.Channel{Kind: models.MiniProgram, AppID: accounts.MiniProgram.AppID},
				models.ChannelSecrets{Secret: accounts.MiniProgram.Secret, Token: accounts.MiniProgram.Token, AESKey: accounts.MiniProgram.AESKey}},
			{models.Channel{Kind: models.WeCom, AppID: accounts.WeCom.CorpID, AgentID: accounts.WeCom.AgentID},
				models.ChannelSecrets{Secret: accounts.WeCom.Secret, Token: accounts.WeCom.Token, AESKey: accounts.WeCom.AESKey}},
		} {
			if err := sc.InsertChannel(&c.channel, c.secrets); err != nil {
				return err
			}
		}
		id := b.chat.ChatID()
		b.group = models.Group{Name: "一群", Kind: models.WeComGroup, ChatID: &id, OwnerUserID: owner,
			Zone: "America/Vancouver", Capacity: 200}
		if err := sc.InsertGroup(&b.group); err != nil {
			return err
		}
		if _, err := sc.AddPolicy(0, models.Rules{GroupCap: 2, GroupWindow: 7 * 24 * 3600_000}, 0); err != nil {
			return err
		}
		v := models.Video{Title: "周末去哪儿"}
		if err := sc.InsertVideo(&v); err != nil {
			return err
		}
		b.video = v.ID
		return nil
	})
}

func (b *bench) wire(t *testing.T, api string) {
	t.Helper()
	hub, err := weixin.NewHub(weixin.HubOptions{WeChatAPI: api, WeComAPI: api, Now: b.clock.Now, LoopbackOnly: true})
	must(t, err)
	t.Cleanup(hub.Close)
	work := b.work
	work.Store, work.Wait = b.store, func(err error) (time.Time, bool) { return weixin.RetryAt(err, b.clock.Now()) }
	b.runner, err = jobs.NewRunner(work)
	must(t, err)
	ledger, err := throttle.NewLedger(throttle.Options{})
	must(t, err)
	if b.envelopes.FoldAfter == 0 {
		b.envelopes.FoldAfter = -1
	}
	b.ledger = ledger
	b.bot, err = bot.New(bot.Options{Store: b.store, Hub: hub, Jobs: b.runner, Ledger: ledger, PublicURL: b.front.URL,
		AnswerWithin: b.within, Entries: b.entries, ReplyWithin: b.thinking, Sync: b.sync, Envelopes: b.envelopes, Welcomes: b.greetings})
	must(t, err)
}

// serve is the thinnest webhook there can be.
func (b *bench) serve(mux *http.ServeMux) {
	mux.HandleFunc("/wechat/{kind}/{app}", func(w http.ResponseWriter, r *http.Request) {
		kind, app := models.ChannelKind(r.PathValue("kind")), r.PathValue("app")
		var a bot.Answer
		var err error
		if r.Method == http.MethodGet {
			a, err = b.bot.Verify(r.Context(), kind, app, r.URL.RawQuery)
		} else {
			a, err = b.bot.Receive(r.Context(), kind, app, r.URL.RawQuery, r.Body)
		}
		if err != nil {
			http.Error(w, "no", http.StatusForbidden)
			return
		}
		w.Header().Set("Content-Type", a.ContentType)
		_, _ = w.Write(a.Body)
	})
}

// settle lets d pass in steps of ten seconds and runs what falls due.
func (b *bench) settle(t *testing.T, d time.Duration) {
	t.Helper()
	const step = 10 * time.Second
	for passed := time.Duration(0); passed < d; passed += step {
		b.clock.Advance(step)
		_, err := b.runner.Drain(context.Background())
		must(t, err)
	}
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func (b *bench) touches(t *testing.T, union string) []models.Touch {
	t.Helper()
	var all []models.Touch
	must(t, b.store.Tx(t.Context(), func(tx *models.Tx) error {
		sc := tx.In(b.community)
		m, err := sc.Identify(models.Name{Kind: models.UnionID, Value: union})
		if err != nil {
			return err
		}
		all, err = sc.TouchesOf(m)
		return err
	}))
	return all
}

func TestScanToGroup(t *testing.T) {
	t.Parallel()
	testkit.Each(t, func(t *testing.T, s *models.Store, clock *models.ManualClock) {
		b := newBench(t, s, clock)
		official := wechatsim.DefaultOfficialAppID
		for _, id := range []string{official, wechatsim.DefaultMiniProgramAppID, wechatsim.DefaultCorpID} {
			if err := b.sim.VerifyCallback(t.Context(), id); err != nil {
				t.Fatalf("the address check of %s: %v", id, err)
			}
		}
		e, err := b.bot.MakeEntry(t.Context(), b.community, b.video, b.group.ID, "")
		must(t, err)

		p := b.sim.NewPerson("小林")
		reply, err := p.ScanOfficialQR(t.Context(), official, e.Ticket)
		must(t, err)
		if !strings.Contains(reply.Text, b.bot.EntryURL(e)) || !strings.Contains(reply.Text, "一群") {
			t.Fatalf("the invitation says %q", reply.Text)
		}
		if again, err := p.ScanOfficialQR(t.Context(), official, e.Ticket); err != nil || again.Text != reply.Text {
			t.Fatalf("a second scan says %q, %v", again.Text, err)
		}
		b.settle(t, time.Second)
		clock.Advance(time.Minute)
		_, err = p.ScanJoinQR(t.Context(), e.JoinConfig)
		must(t, err)
		b.settle(t, time.Minute)

		got := b.touches(t, p.UnionID())
		want := []models.TouchKind{models.TouchVideo, models.TouchFollow, models.TouchVideo, models.TouchFollow, models.TouchGroup}
		if len(got) != len(want) {
			t.Fatalf("%d touches, want %d", len(got), len(want))
		}
		for i, w := range want {
			if got[i].Kind != w || got[i].VideoID != b.video {
				t.Errorf("touch %d is %s of video %s, want %s of %s", i, got[i].Kind, got[i].VideoID, w, b.video)
			}
		}
		must(t, b.chat.Leave(t.Context(), p))
		b.settle(t, time.Minute)
		if all := b.touches(t, p.UnionID()); all[len(all)-1].Kind != models.TouchLeave {
			t.Errorf("after leaving the last touch is %s", all[len(all)-1].Kind)
		}
	})
}

// TestDuplicatePushes delivers every push twice; the second has no effect but on the count.
func TestDuplicatePushes(t *testing.T) {
	t.Parallel()
	s, clock := testkit.Store(t)
	b := newBench(t, s, clock)
	e, err := b.bot.MakeEntry(t.Context(), b.community, b.video, b.group.ID, "")
	must(t, err)
	twice := wechatsim.New(wechatsim.Options{Seed: 2, Now: clock.Now, DuplicateRate: 1})
	t.Cleanup(twice.Close)
	must(t, twice.AddOfficial(wechatsim.DefaultAccounts(b.front.URL).Official))
	p := twice.NewPerson("x")
	_, err = p.ScanOfficialQR(t.Context(), wechatsim.DefaultOfficialAppID, e.Code)
	must(t, err)
	b.settle(t, time.Second)
	c, err := s.Read(t.Context()).In(b.community).CountInbox()
	must(t, err)
	if c.Accepted != 1 || c.Duplicate != 1 || c.Pending != 0 {
		t.Errorf("the inbox counts %+v", c)
	}
}

// TestUnreadablePush: a stored push that cannot be read is marked dead at once, where somebody will look, and does not
// stay pending without a job.
func TestUnreadablePush(t *testing.T) {
	t.Parallel()
	s, clock := testkit.Store(t)
	b := newBench(t, s, clock)
	must(t, s.Tx(t.Context(), func(tx *models.Tx) error {
		sc := tx.In(b.community)
		c, err := sc.Channel(models.OfficialAccount)
		if err != nil {
			return err
		}
		push := models.Inbox{ChannelID: c.ID, DedupeKey: "x", Body: []byte("<xml"), Format: "xml"}
		if _, err := sc.AddInbox(&push); err != nil {
			return err
		}
		return jobs.Enqueue(tx, bot.Process{Community: b.community, Push: push.ID}, tx.Now)
	}))
	b.settle(t, time.Second)
	c, err := s.Read(t.Context()).In(b.community).CountInbox()
	must(t, err)
	if c.Dead != 1 || c.Pending != 0 {
		t.Errorf("the inbox counts %+v", c)
	}
}

// TestStoreHangs: a push that cannot be stored while WeChat waits is refused in time, and taken when it comes again.
func TestStoreHangs(t *testing.T) {
	t.Parallel()
	s, clock := testkit.Store(t)
	b := newBench(t, s, clock)
	b.within = 50 * time.Millisecond
	b.wire(t, b.api)
	must(t, b.bot.Connect(t.Context()))
	p := b.sim.NewPerson("小林")
	must(t, s.Tx(t.Context(), func(*models.Tx) error { // SQLite has one writer
		_, err := p.Follow(t.Context(), wechatsim.DefaultOfficialAppID)
		if err == nil || errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("the answer is %v, want a refusal before WeChat stops waiting", err)
		}
		return nil
	}))
	// The batch may still have been written when the transaction ended: then the copy WeChat sends is known.
	if n := b.sim.Stats().Accepted; n != 0 {
		t.Errorf("WeChat believes that %d are stored", n)
	}
}
