package weixin_test

import (
	"context"
	"errors"
	"net/http"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"siyu/internal/testkit"
	"siyu/internal/wechatsim"
	"siyu/internal/weixin"
	"siyu/models"
)

const (
	appID    = wechatsim.DefaultOfficialAppID
	infoPath = "/cgi-bin/user/info"
	menuPath = "/cgi-bin/openapi/rid/get" // any other API
)

// town is a simulator, its clock and hubs that share a store.
type town struct {
	*counted
	clock *models.ManualClock
	store *models.Store
	mei   *wechatsim.Person
}

func newTown(t *testing.T, s *models.Store, clock *models.ManualClock) *town {
	t.Helper()
	w := &town{counted: newCounted(t, clock.Now, 1), clock: clock, store: s}
	w.mei = w.people[0]
	return w
}

func (w *town) instance(t *testing.T, set ...func(*weixin.HubOptions)) *weixin.Hub {
	t.Helper()
	tokens, err := weixin.NewTokens(weixin.TokenOptions{Now: w.clock.Now, Store: w.store})
	if err != nil {
		t.Fatal(err)
	}
	o := weixin.HubOptions{WeChatAPI: w.api, WeComAPI: w.api, Now: w.clock.Now, Tokens: tokens, Quotas: w.store, LoopbackOnly: true}
	for _, f := range set {
		f(&o)
	}
	h, err := weixin.NewHub(o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(h.Close)
	for _, c := range []weixin.Credentials{
		{Kind: weixin.Official, ID: appID, Secret: wechatsim.DefaultOfficialSecret},
		{Kind: weixin.MiniProgram, ID: wechatsim.DefaultMiniProgramAppID, Secret: wechatsim.DefaultMiniProgramSecret},
		{Kind: weixin.WeCom, ID: wechatsim.DefaultCorpID, Secret: wechatsim.DefaultCorpSecret, AgentID: wechatsim.DefaultCorpAgentID},
	} {
		if err := h.AddAccount(c); err != nil {
			t.Fatal(err)
		}
	}
	return h
}

func (w *town) info(ctx context.Context, h *weixin.Hub) error {
	return h.GetJSON(ctx, appID, infoPath, map[string][]string{"openid": {w.mei.OpenID(appID)}}, nil)
}

func (w *town) other(t *testing.T, h *weixin.Hub) error {
	t.Helper()
	return h.PostJSON(t.Context(), appID, menuPath, map[string]string{"rid": "51a00000-00000000-00000000"}, nil)
}

func (w *town) count(path string) int {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.asked[path]
}

func wantStopped(t *testing.T, err error, class weixin.Class, code int) time.Time {
	t.Helper()
	stopped, ok := errors.AsType[*weixin.StoppedError](err)
	if !ok || weixin.Classify(err) != class || stopped.Code != code {
		t.Fatalf("%v (%v), want a stopped call, %v %d", err, weixin.Classify(err), class, code)
	}
	return stopped.Until
}

func wantOK(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(weixin.Redacted(err))
	}
}

func health(t *testing.T, h *weixin.Hub, id string) weixin.AccountHealth {
	t.Helper()
	all, err := h.Health(t.Context(), id)
	if err != nil || len(all) != 1 {
		t.Fatalf("%v %v", all, err)
	}
	return all[0]
}

func api(v weixin.AccountHealth, path string) weixin.APIHealth {
	for _, a := range v.APIs {
		if a.API == path {
			return a
		}
	}
	return weixin.APIHealth{}
}

// TestQuotaStopsOneAPIUntilMidnight: after 45009 no call of that API goes out until China's midnight, in no instance; other
// APIs go on; after midnight one call tries.
// TestQuotaPerMinuteAndSecond: the code of the minute stops for the rest of it, that of the second for a second and a bit.
// TestQuotaIsLearntAndShared: near a known limit the platform is asked for the real one; then nothing is refused by the
// platform any more, over two instances, and what can wait leaves a tenth for answers.
// TestClearQuota ends every stop for a quota, in every instance, ten times a month; also when no token is to be had.
// TestAddressNotWelcome: what to put on the list is known in every instance, calls are not made meanwhile, work waits, and a
// live check ends it.
func TestAddressNotWelcome(t *testing.T) {
	t.Parallel()
	testkit.Each(t, func(t *testing.T, s *models.Store, clock *models.ManualClock) {
		w := newTown(t, s, clock)
		h := w.instance(t)
		wantOK(t, w.SetWhitelist(appID, "10.1.2.3"))
		start := clock.Now()
		for range 100 {
			err := w.info(t.Context(), h)
			if weixin.Classify(err) != weixin.Denied || weixin.Hopeless(err) {
				t.Fatal(err)
			}
			if at, ok := weixin.RetryAt(err, clock.Now()); !ok || !at.After(clock.Now()) {
				t.Fatalf("work does not wait: %v", err)
			}
		}
		if n := w.Refused(40164); n != 1 {
			t.Errorf("%d calls were refused, want 1", n)
		}
		v := health(t, h, appID)
		if v.Address.IP != "127.0.0.1" || v.Address.Code != 40164 || !v.Address.Since.Equal(start) || v.Token.Err == nil {
			t.Errorf("%+v", v)
		}
		if other := health(t, w.instance(t), appID); other.Address != v.Address {
			t.Errorf("another instance knows %+v", other.Address)
		}
		for range 24 * 6 { // a day
			clock.Advance(10 * time.Minute)
			_ = w.info(t.Context(), h)
		}
		if n := w.Refused(40164); n < 24 || n > 24*6+3 {
			t.Errorf("%d calls in a day, want some and not many", n)
		}
		got, err := h.Check(t.Context(), appID)
		if err != nil || weixin.Classify(got.Token) != weixin.Denied {
			t.Errorf("%+v %v", got, err)
		}
		wantOK(t, w.SetWhitelist(appID))
		if got, err := h.Check(t.Context(), appID); err != nil || got.Token != nil {
			t.Errorf("%+v %v", got, err)
		}
		wantOK(t, w.info(t.Context(), h))
		if v := health(t, h, appID); v.Address != (weixin.Unwelcome{}) || v.Token.Err != nil {
			t.Errorf("it is still said: %+v", v)
		}
	})
}

// TestUngrantedAPI: it is not called again for ten minutes, and nothing else is held back.
func TestUngrantedAPI(t *testing.T) {
	t.Parallel()
	s, clock := testkit.Store(t)
	w := newTown(t, s, clock)
	h := w.instance(t)
	w.Fail(infoPath, wechatsim.Fault{Errcode: 48001, Times: 1})
	if err := w.info(t.Context(), h); !weixin.Hopeless(err) {
		t.Fatal(err)
	}
	until := wantStopped(t, w.info(t.Context(), h), weixin.Denied, 48001)
	if wait := until.Sub(clock.Now()); wait < 10*time.Minute || wait > 13*time.Minute {
		t.Errorf("waits %v", wait)
	}
	if !weixin.Hopeless(w.info(t.Context(), h)) {
		t.Error("work would wait for a right that is not there")
	}
	wantOK(t, w.other(t, h))
	clock.Set(until)
	wantOK(t, w.info(t.Context(), h))
}

// TestFrozenAccount: nothing is called but by a probe, a minute later and then ever less often.
func TestFrozenAccount(t *testing.T) {
	t.Parallel()
	s, clock := testkit.Store(t)
	w := newTown(t, s, clock)
	h := w.instance(t)
	w.Fail(infoPath, wechatsim.Fault{Errcode: 50002, Times: -1})
	_ = w.info(t.Context(), h)
	wantStopped(t, w.other(t, h), weixin.Denied, 50002)
	for range 24 * 60 {
		clock.Advance(time.Minute)
		_ = w.info(t.Context(), h)
	}
	if n := w.count(infoPath); n < 100 || n > 160 {
		t.Errorf("%d calls in a day", n)
	}
	w.ClearFaults()
	clock.Advance(15 * time.Minute)
	wantOK(t, w.info(t.Context(), h))
	wantOK(t, w.other(t, h))
}

// TestOutage: after five failures in a row calls fail at once and say when they are tried again; one call finds the end.
// Other accounts go on.
func TestOutage(t *testing.T) {
	t.Parallel()
	s, clock := testkit.Store(t)
	w := newTown(t, s, clock)
	h := w.instance(t)
	wantOK(t, w.info(t.Context(), h))
	for name, fault := range map[string]wechatsim.Fault{
		"hangs up": {Disconnect: true, Times: -1}, "busy": {Errcode: -1, Times: -1},
	} {
		w.Fail(menuPath, fault)
		before := w.count(menuPath)
		var err error
		for range 100 {
			err = w.other(t, h)
			if weixin.Classify(err) != weixin.Temporary {
				t.Fatalf("%s: %v", name, err)
			}
		}
		if n := w.count(menuPath) - before; n != 5 {
			t.Errorf("%s: %d calls went out, want 5", name, n)
		}
		if at, ok := weixin.RetryAt(err, clock.Now()); !ok || at.Sub(clock.Now()) < 5*time.Second {
			t.Errorf("%s: work waits until %v", name, at)
		}
		if v := health(t, h, appID); v.Stopped.Class != weixin.Temporary || v.Last.API != menuPath || v.Stopped.Until.IsZero() {
			t.Errorf("%s: %+v", name, v)
		}
		if err := h.GetJSON(t.Context(), wechatsim.DefaultCorpID, "/cgi-bin/getcallbackip", nil, nil); err != nil {
			t.Errorf("%s: another account: %v", name, err)
		}
		w.ClearFaults()
		clock.Advance(10 * time.Second)
		wantOK(t, w.info(t.Context(), h))
		if v := health(t, h, appID); v.Stopped != (weixin.Stop{}) {
			t.Errorf("%s: %+v", name, v.Stopped)
		}
	}
}

// TestSlowPlatform: calls that hang are few at a time, and end with their time; then nobody waits for them any more.
func TestSlowPlatform(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		wire := &hanging{}
		h, err := weixin.NewHub(weixin.HubOptions{Now: time.Now, Transport: wire, Concurrency: 8, Timeout: time.Second})
		wantOK(t, err)
		defer h.Close()
		wantOK(t, h.AddAccount(officialCreds))
		start := time.Now()
		var all sync.WaitGroup
		for range 50 {
			all.Go(func() {
				if err := h.PostJSON(t.Context(), "wxofficial", "/a", struct{}{}, nil); weixin.Classify(err) != weixin.Temporary {
					t.Error(err)
				}
			})
		}
		all.Wait()
		if most := wire.most.Load(); most != 8 {
			t.Errorf("%d calls were under way at once, want 8", most)
		}
		if took := time.Since(start); took != time.Second {
			t.Errorf("took %v", took)
		}
		wantStopped(t, h.PostJSON(t.Context(), "wxofficial", "/a", struct{}{}, nil), weixin.Temporary, 0)
	})
}

// hanging gives tokens and answers nothing else.
type hanging struct{ now, most atomic.Int64 }

func (w *hanging) RoundTrip(req *http.Request) (*http.Response, error) {
	if req.URL.Path == tokenPath {
		return instant{}.RoundTrip(req)
	}
	n := w.now.Add(1)
	defer w.now.Add(-1)
	for most := w.most.Load(); n > most && !w.most.CompareAndSwap(most, n); most = w.most.Load() {
	}
	<-req.Context().Done()
	return nil, req.Context().Err()
}

// TestCallerWhoLeavesTellsNothing: five callers who give up are no outage.
func TestCallerWhoLeavesTellsNothing(t *testing.T) {
	t.Parallel()
	s, clock := testkit.Store(t)
	w := newTown(t, s, clock)
	h := w.instance(t)
	wantOK(t, w.info(t.Context(), h))
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	for range 20 {
		if err := w.info(ctx, h); !errors.Is(err, context.Canceled) {
			t.Fatal(err)
		}
	}
	wantOK(t, w.info(t.Context(), h))
}

// TestLoginsTooOftenAreOnePersons: code2Session's 45011 is about the one who logs in.
func TestLoginsTooOftenAreOnePersons(t *testing.T) {
	t.Parallel()
	s, clock := testkit.Store(t)
	w := newTown(t, s, clock)
	h := w.instance(t)
	w.Fail("/sns/jscode2session", wechatsim.Fault{Errcode: 45011, Times: 1})
	mini := wechatsim.DefaultMiniProgramAppID
	if _, err := h.Login(t.Context(), mini, w.mei.Login(mini)); weixin.Classify(err) != weixin.Quota {
		t.Fatal(err)
	}
	_, err := h.Login(t.Context(), mini, w.mei.Login(mini))
	wantOK(t, err)
}

// TestLedgerWithoutStore: a store that is down costs a warning, and no call.
// TestLedgerSurvivesARestart: what was called before a stop is counted after it.
func TestCheck(t *testing.T) {
	t.Parallel()
	s, clock := testkit.Store(t)
	w := newTown(t, s, clock)
	h := w.instance(t)
	wantOK(t, w.SetCallback(appID, "https://siyu.example/wechat"))
	got, err := h.Check(t.Context(), appID)
	if err != nil || got.Token != nil || got.Callback != nil || !got.Reached || len(got.Platform) != 1 {
		t.Errorf("%+v %v", got, err)
	}
	got, err = h.Check(t.Context(), wechatsim.DefaultCorpID)
	if err != nil || got.Token != nil || got.Callback != nil {
		t.Errorf("%+v %v", got, err)
	}
	if _, err := h.Check(t.Context(), "nobody"); !errors.Is(err, weixin.ErrNoAccount) {
		t.Error(err)
	}
	w.Fail(tokenPath, wechatsim.Fault{Errcode: 40125, Times: 1})
	if got, err := h.Check(t.Context(), appID); err != nil || weixin.Classify(got.Token) != weixin.Denied {
		t.Errorf("%+v %v", got, err)
	}
}
