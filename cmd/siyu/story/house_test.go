package story_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"siyu/cmd/siyu/app"
	"siyu/cmd/siyu/story"
	"siyu/internal/testkit"
	"siyu/internal/wechatsim"
	"siyu/models"
)

// house is a whole Siyu beside a simulated WeChat, seeded and ready for a story.
type house struct {
	server story.Server
	sim    *wechatsim.Sim
	store  *models.Store
	seeded story.Seeded
}

// server is an app in this process, behind a real listener.
type server struct {
	app   *app.App
	clock *models.ManualClock
	url   string
}

func (s *server) URL() string    { return s.url }
func (s *server) Now() time.Time { return s.clock.Now() }
func (s *server) Settle(ctx context.Context, until time.Time) error {
	return s.app.Settle(ctx, s.clock, until)
}

// newHouse builds one; wrap, if not nil, stands between the network and the app.
func newHouse(t *testing.T, seed int64, wrap func(http.Handler) http.Handler) house {
	t.Helper()
	store, clock := testkit.Store(t)
	clock.Set(story.Start())
	var handler http.Handler // set before the first request
	front := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { handler.ServeHTTP(w, r) }))
	t.Cleanup(front.Close)
	sim, err := wechatsim.NewDefault(wechatsim.Options{Seed: seed, Now: clock.Now, DuplicateRate: story.DuplicateRate}, front.URL)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(sim.Close)
	wechat := httptest.NewServer(sim.Handler())
	t.Cleanup(wechat.Close)
	seeded, err := story.Seed(t.Context(), store, story.Plan{Sim: sim, Accounts: wechatsim.DefaultAccounts(front.URL), Password: password})
	if err != nil {
		t.Fatal(err)
	}
	a, err := app.New(t.Context(), app.Options{Store: store, PublicURL: front.URL, WeChatAPI: wechat.URL, WeComAPI: wechat.URL,
		LoopbackOnly: true})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(a.Close)
	handler = a.Handler
	if wrap != nil {
		handler = wrap(handler)
	}
	if err := seeded.MakeEntries(t.Context(), a.Bot.MakeEntry); err != nil {
		t.Fatal(err)
	}
	return house{server: &server{app: a, clock: clock, url: front.URL}, sim: sim, store: store, seeded: seeded}
}
