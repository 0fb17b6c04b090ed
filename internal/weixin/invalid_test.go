package weixin_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
	"time"

	"siyu/internal/testkit"
	"siyu/internal/wechatsim"
	"siyu/internal/weixin"
	"siyu/models"
)

// counted is a simulated WeChat over HTTP that counts what it is asked, by path.
type counted struct {
	*wechatsim.Sim
	api    string
	mu     sync.Mutex
	asked  map[string]int
	people []*wechatsim.Person
}

const (
	tokenPath = "/cgi-bin/stable_token"
	sendPath  = "/cgi-bin/message/custom/send"
)

// newCounted makes one in which so many people have just written to the Official Account.
func newCounted(t *testing.T, now func() time.Time, people int) *counted {
	t.Helper()
	sim, err := wechatsim.NewDefault(wechatsim.Options{Now: now}, "")
	if err != nil {
		t.Fatal(err)
	}
	w := &counted{Sim: sim, asked: map[string]int{}}
	server := httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		w.mu.Lock()
		w.asked[r.URL.Path]++
		w.mu.Unlock()
		sim.Handler().ServeHTTP(rw, r)
	}))
	t.Cleanup(func() { server.Close(); sim.Close() })
	w.api = server.URL
	for i := range people {
		p := w.NewPerson(fmt.Sprint("p", i))
		if _, err := p.Follow(t.Context(), wechatsim.DefaultOfficialAppID); err != nil {
			t.Fatal(err)
		}
		if _, err := p.SendText(t.Context(), wechatsim.DefaultOfficialAppID, "hello"); err != nil {
			t.Fatal(err)
		}
		w.people = append(w.people, p)
	}
	return w
}

// fetched counts the tokens asked for since the last time.
func (w *counted) fetched() int {
	w.mu.Lock()
	defer w.mu.Unlock()
	n := w.asked[tokenPath]
	w.asked[tokenPath] = 0
	return n
}

// hub is one instance of the program; store may be nil.
func (w *counted) hub(t *testing.T, now func() time.Time, store weixin.TokenStore) *weixin.Hub {
	t.Helper()
	tokens, err := weixin.NewTokens(weixin.TokenOptions{Now: now, Store: store})
	if err != nil {
		t.Fatal(err)
	}
	h, err := weixin.NewHub(weixin.HubOptions{WeChatAPI: w.api, Now: now, Tokens: tokens, LoopbackOnly: true})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(h.Close)
	err = h.AddAccount(weixin.Credentials{Kind: weixin.Official, ID: wechatsim.DefaultOfficialAppID,
		Secret: wechatsim.DefaultOfficialSecret})
	if err != nil {
		t.Fatal(err)
	}
	return h
}

// sendAll sends one message to everybody at once, by turns over the hubs, and returns how many were refused.
func (w *counted) sendAll(t *testing.T, hubs ...*weixin.Hub) (refused int) {
	t.Helper()
	var mu sync.Mutex
	var all sync.WaitGroup
	gate := make(chan struct{})
	for i, p := range w.people {
		all.Go(func() {
			<-gate
			in := map[string]any{"touser": p.OpenID(wechatsim.DefaultOfficialAppID), "msgtype": "text",
				"text": map[string]string{"content": "x"}}
			err := hubs[i%len(hubs)].PostJSON(t.Context(), wechatsim.DefaultOfficialAppID, sendPath, in, nil)
			if err != nil {
				mu.Lock()
				defer mu.Unlock()
				if refused++; refused < 5 {
					t.Error(weixin.Redacted(err))
				}
			}
		})
	}
	close(gate)
	all.Wait()
	return refused
}

// TestInvalidatedTokenThousandSends: all of 1,000 concurrent sends on an invalidated token succeed, at the price of one
// token.
func TestInvalidatedTokenThousandSends(t *testing.T) {
	t.Parallel()
	now := newClock().Now
	w := newCounted(t, now, 1000)
	h := w.hub(t, now, nil)
	if _, err := h.Token(t.Context(), wechatsim.DefaultOfficialAppID); err != nil {
		t.Fatal(err)
	}
	if n := w.fetched(); n != 1 {
		t.Fatalf("%d tokens before", n)
	}
	w.InvalidateTokens(wechatsim.DefaultOfficialAppID)
	refused := w.sendAll(t, h)
	extra := w.fetched()
	if refused != 0 || extra != 1 {
		t.Errorf("%d of 1000 refused, %d extra tokens, want 0 and 1", refused, extra)
	}
	for _, p := range w.people {
		if n := len(p.Inbox(wechatsim.DefaultOfficialAppID)); n != 1 {
			t.Fatalf("somebody received %d messages", n)
		}
	}
	t.Logf("1000 sends on a dead token: %d refused, %d extra token fetch, %d calls", refused, extra, w.asked[sendPath])
}

// TestInvalidatedTokenTwoHubsOneStore: the same over two instances that share a database costs one token in all.
func TestInvalidatedTokenTwoHubsOneStore(t *testing.T) {
	t.Parallel()
	testkit.Each(t, func(t *testing.T, s *models.Store, clock *models.ManualClock) {
		w := newCounted(t, clock.Now, 1000)
		hubs := []*weixin.Hub{w.hub(t, clock.Now, s), w.hub(t, clock.Now, s)}
		for range 3 {
			for _, h := range hubs {
				if _, err := h.Token(t.Context(), wechatsim.DefaultOfficialAppID); err != nil {
					t.Fatal(err)
				}
			}
			w.fetched()
			w.InvalidateTokens(wechatsim.DefaultOfficialAppID)
			refused := w.sendAll(t, hubs...)
			extra := w.fetched()
			if refused != 0 || extra > 1 {
				t.Errorf("%d of 1000 refused, %d extra tokens, want 0 and 1 at most", refused, extra)
			}
			t.Logf("1000 sends over two instances on a dead token: %d refused, %d extra token fetches", refused, extra)
		}
	})
}

// TestInvalidatedTokenColdStart: two instances that start at once without any token fetch one.
func TestInvalidatedTokenColdStart(t *testing.T) {
	t.Parallel()
	testkit.Each(t, func(t *testing.T, s *models.Store, clock *models.ManualClock) {
		w := newCounted(t, clock.Now, 100)
		refused := w.sendAll(t, w.hub(t, clock.Now, s), w.hub(t, clock.Now, s), w.hub(t, clock.Now, s), w.hub(t, clock.Now, s))
		if n := w.fetched(); refused != 0 || n != 1 {
			t.Errorf("%d refused, %d tokens, want 0 and 1", refused, n)
		}
	})
}

// TestInvalidatedTokenClockStandsStill: a program whose clock does not see a token end finds out from the platform, at the
// price of one token.
func TestInvalidatedTokenClockStandsStill(t *testing.T) {
	t.Parallel()
	clock := newClock()
	start := clock.Now()
	w := newCounted(t, clock.Now, 50)
	h := w.hub(t, func() time.Time { return start }, nil)
	if refused := w.sendAll(t, h); refused != 0 || w.fetched() != 1 {
		t.Fatalf("%d refused", refused)
	}
	clock.Add(2 * time.Hour)
	if refused, n := w.sendAll(t, h), w.fetched(); refused != 0 || n != 1 {
		t.Errorf("%d refused, %d extra tokens, want 0 and 1", refused, n)
	}
}
