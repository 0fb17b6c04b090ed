package miniprogram_test

import (
	"fmt"
	"net/http/httptest"
	"testing"
	"time"

	"siyu/internal/jobs"
	"siyu/internal/testkit"
	"siyu/internal/wechatsim"
	"siyu/internal/weixin"
	"siyu/miniprogram"
	"siyu/models"
)

const (
	appID  = wechatsim.DefaultMiniProgramAppID
	corpID = wechatsim.DefaultCorpID
)

// world is a community with a Mini Program and a WeCom corp, connected to a simulated WeChat over HTTP.
type world struct {
	*miniprogram.Service
	store     *models.Store
	clock     *models.ManualClock
	sim       *wechatsim.Sim
	hub       *weixin.Hub
	runner    *jobs.Runner
	community models.CommunityID
	visits    int
}

func newWorld(t *testing.T, s *models.Store, clock *models.ManualClock) *world {
	t.Helper()
	sim, err := wechatsim.NewDefault(wechatsim.Options{Now: clock.Now, SendLatency: 5 * time.Millisecond}, "")
	if err != nil {
		t.Fatal(err)
	}
	api := httptest.NewServer(sim.Handler())
	hub, err := weixin.NewHub(weixin.HubOptions{WeChatAPI: api.URL, WeComAPI: api.URL, Now: clock.Now, LoopbackOnly: true})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { hub.Close(); api.Close(); sim.Close() })
	w := &world{store: s, clock: clock, sim: sim}
	w.community = testkit.Community(t, s, func(sc *models.Scope) error {
		if err := sc.InsertChannel(&models.Channel{Kind: models.MiniProgram, AppID: appID}, models.ChannelSecrets{}); err != nil {
			return err
		}
		return sc.InsertChannel(&models.Channel{Kind: models.WeCom, AppID: corpID, AgentID: wechatsim.DefaultCorpAgentID},
			models.ChannelSecrets{})
	})
	for _, c := range []weixin.Credentials{
		{Kind: weixin.MiniProgram, ID: appID, Secret: wechatsim.DefaultMiniProgramSecret},
		{Kind: weixin.WeCom, ID: corpID, Secret: wechatsim.DefaultCorpSecret, AgentID: wechatsim.DefaultCorpAgentID},
	} {
		if err := hub.AddAccount(c); err != nil {
			t.Fatal(err)
		}
	}
	w.hub = hub
	w.runner, w.Service = w.server(t)
	return w
}

// server is one more process on the same store and the same account.
func (w *world) server(t *testing.T) (*jobs.Runner, *miniprogram.Service) {
	t.Helper()
	runner, err := jobs.NewRunner(jobs.Options{Store: w.store, Wait: func(err error) (time.Time, bool) { return weixin.RetryAt(err, w.clock.Now()) }})
	if err != nil {
		t.Fatal(err)
	}
	// A test waits for whatever WeChat says, however busy the machine is.
	service, err := miniprogram.New(miniprogram.Options{Store: w.store, Hub: w.hub, Jobs: runner, RankWait: time.Minute})
	if err != nil {
		t.Fatal(err)
	}
	return runner, service
}

// each runs fn in a world of its own on every engine.
func each(t *testing.T, fn func(t *testing.T, w *world)) {
	t.Helper()
	testkit.Each(t, func(t *testing.T, s *models.Store, clock *models.ManualClock) { fn(t, newWorld(t, s, clock)) })
}

func (w *world) do(t *testing.T, fn func(*models.Scope) error) {
	t.Helper()
	err := w.store.Tx(t.Context(), func(tx *models.Tx) error { return fn(tx.In(w.community)) })
	if err != nil {
		t.Fatal(err)
	}
}

func (w *world) read(t *testing.T) *models.Scope { return w.store.Read(t.Context()).In(w.community) }

func (w *world) input(p *wechatsim.Person) miniprogram.LoginInput {
	w.visits++
	return miniprogram.LoginInput{AppID: appID, Code: p.Login(appID), Visit: fmt.Sprintf("visit-%06d", w.visits), Scene: 1008}
}

// login launches the Mini Program and returns the session the token stands for.
func (w *world) login(t *testing.T, p *wechatsim.Person) models.Session {
	t.Helper()
	made, err := w.Login(t.Context(), w.input(p))
	if err != nil {
		t.Fatal(err)
	}
	session, err := w.store.Read(t.Context()).SessionByToken(models.MiniSession, made.Token)
	if err != nil {
		t.Fatal(err)
	}
	return session
}

func entry(t *testing.T, p *wechatsim.Person, g *wechatsim.Group, placement string) miniprogram.GroupEntryInput {
	t.Helper()
	data, iv, err := p.EnterFromGroup(appID, g)
	if err != nil {
		t.Fatal(err)
	}
	return miniprogram.GroupEntryInput{EncryptedData: data, IV: iv, Placement: placement}
}

func (w *world) enter(t *testing.T, session models.Session, in miniprogram.GroupEntryInput) models.Group {
	t.Helper()
	g, err := w.EnterGroup(t.Context(), session, in)
	if err != nil {
		t.Fatal(err)
	}
	return g
}

// ordinary makes an ordinary group in the simulator with these people in it.
func (w *world) ordinary(t *testing.T, people ...*wechatsim.Person) *wechatsim.Group {
	t.Helper()
	g := w.sim.NewOrdinaryGroup("海港二群", w.sim.NewPerson("群主"))
	for _, p := range people {
		if err := g.Join(t.Context(), p, wechatsim.JoinVia{}); err != nil {
			t.Fatal(err)
		}
	}
	return g
}

func (w *world) touches(t *testing.T, m models.MemberID, kind models.TouchKind) []models.Touch {
	t.Helper()
	all, err := w.read(t).TouchesOf(m)
	if err != nil {
		t.Fatal(err)
	}
	var some []models.Touch
	for _, touch := range all {
		if touch.Kind == kind {
			some = append(some, touch)
		}
	}
	return some
}

func wantCode(t *testing.T, err error, kind models.Kind, code string) {
	t.Helper()
	if models.KindOf(err) != kind || models.CodeOf(err) != code {
		t.Errorf("got %v, want %s %s", err, kind, code)
	}
}

func (w *world) now() models.Millis { return models.MillisOf(w.clock.Now()) }

const day = 24 * time.Hour
