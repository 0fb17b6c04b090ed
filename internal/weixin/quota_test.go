package weixin_test

import (
	"io"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"siyu/internal/testkit"
	"siyu/internal/wechatsim"
	"siyu/internal/weixin"
	"siyu/models"
)

func TestQuotaStopsOneAPIUntilMidnight(t *testing.T) {
	t.Parallel()
	testkit.Each(t, func(t *testing.T, s *models.Store, clock *models.ManualClock) {
		w := newTown(t, s, clock)
		h := w.instance(t)
		wantOK(t, w.info(t.Context(), h))
		wantOK(t, w.ExhaustQuota(appID, infoPath))
		err := w.info(t.Context(), h)
		midnight, ok := weixin.ResumeAt(err, clock.Now())
		if !ok || w.Refused(45009) != 1 {
			t.Fatalf("%v", err)
		}
		health(t, h, appID) // the store is told
		second := w.instance(t)
		before := w.count(infoPath)
		for range 50 {
			for _, hub := range []*weixin.Hub{h, second} {
				err := w.info(t.Context(), hub)
				if until := wantStopped(t, err, weixin.Quota, 45009); !until.Equal(midnight) {
					t.Fatalf("until %v, want %v", until, midnight)
				}
				if at, ok := weixin.RetryAt(err, clock.Now()); !ok || !at.Equal(midnight) {
					t.Fatalf("a job would wait until %v", at)
				}
			}
		}
		if n := w.count(infoPath) - before; n != 0 {
			t.Errorf("%d calls of a stopped API went out", n)
		}
		wantOK(t, w.other(t, h))
		oa, err := h.Official(appID)
		wantOK(t, err)
		_, err = oa.GetUser().GetUserInfo(w.mei.OpenID(appID)) // the SDK's error tells as much
		wantStopped(t, err, weixin.Quota, 45009)
		got := api(health(t, second, appID), infoPath)
		if got.Stopped.Code != 45009 || !got.Stopped.Until.Equal(midnight) || got.Stopped.Text == "" {
			t.Errorf("%+v", got)
		}
		clock.Set(midnight)
		var all sync.WaitGroup
		for range 20 {
			all.Go(func() { _ = w.info(t.Context(), h) }) // one of them tries
		}
		all.Wait()
		wantOK(t, w.info(t.Context(), h))
		if n := w.Refused(45009); n != 1 {
			t.Errorf("%d refusals", n)
		}
	})
}

func TestQuotaPerMinuteAndSecond(t *testing.T) {
	t.Parallel()
	s, clock := testkit.Store(t)
	w := newTown(t, s, clock)
	h := w.instance(t)
	clock.Advance(20 * time.Second)
	wantOK(t, w.SetQuota(appID, infoPath, wechatsim.Quota{Minute: 2}))
	wantOK(t, w.info(t.Context(), h))
	wantOK(t, w.info(t.Context(), h))
	if err := w.info(t.Context(), h); weixin.Classify(err) != weixin.Quota {
		t.Fatal(err)
	}
	until := wantStopped(t, w.info(t.Context(), h), weixin.Quota, 45011)
	if got := until.Sub(clock.Now()); got != 40*time.Second {
		t.Errorf("minute: waits %v", got)
	}
	clock.Set(until)
	wantOK(t, w.info(t.Context(), h))
	wantOK(t, w.SetQuota(appID, infoPath, wechatsim.Quota{Second: 1}))
	clock.Advance(time.Second)
	wantOK(t, w.info(t.Context(), h))
	_ = w.info(t.Context(), h)
	until = wantStopped(t, w.info(t.Context(), h), weixin.Quota, 44990)
	if got := until.Sub(clock.Now()); got < time.Second || got > 1500*time.Millisecond {
		t.Errorf("second: waits %v", got)
	}
	clock.Set(until.Add(time.Millisecond))
	wantOK(t, w.info(t.Context(), h))
	if n := w.Refused(45011, 44990); n != 2 {
		t.Errorf("%d refusals, want one of each", n)
	}
}

func TestQuotaIsLearntAndShared(t *testing.T) {
	t.Parallel()
	testkit.Each(t, func(t *testing.T, s *models.Store, clock *models.ManualClock) {
		w := newTown(t, s, clock)
		limits := func(o *weixin.HubOptions) { o.Limits = map[string]weixin.Limit{infoPath: {Calls: 10}} }
		hubs := []*weixin.Hub{w.instance(t, limits), w.instance(t, limits)}
		wantOK(t, w.SetQuota(appID, infoPath, wechatsim.Quota{Day: 40})) // more than a new account has
		ok, low := 0, 0
		for i := range 60 {
			h := hubs[i%2]
			if i < 30 || i >= 50 {
				if w.info(t.Context(), h) == nil {
					ok++
				}
			} else if w.info(weixin.LowPriority(t.Context()), h) == nil {
				low++
			}
			if i == 8 {
				wantOK(t, h.LearnQuotas(t.Context(), appID)) // at most once an hour: the background may have
			}
			for _, h := range hubs {
				health(t, h, appID) // every instance hears at once what otherwise takes five seconds
			}
		}
		// A call under way while the platform is asked is counted twice, at most once for each time.
		if low > 6 || low < 2 || ok+low > 40 || ok+low < 36 || w.Refused(45009) != 0 {
			t.Errorf("%d calls that can wait, %d others, %d refused; want 6, 34 and 0", low, ok, w.Refused(45009))
		}
		for _, h := range hubs {
			if got := api(health(t, h, appID), infoPath); got.Used < 40 || got.Used > 44 || got.Limit != 40 || !got.Learnt {
				t.Errorf("%+v", got)
			}
		}
		if n := w.count("/cgi-bin/openapi/quota/get"); n > 4 {
			t.Errorf("asked %d times for the limit", n)
		}
	})
}

func TestClearQuota(t *testing.T) {
	t.Parallel()
	testkit.Each(t, func(t *testing.T, s *models.Store, clock *models.ManualClock) {
		w := newTown(t, s, clock)
		h, second := w.instance(t), w.instance(t)
		for i := range 9 {
			wantOK(t, w.ExhaustQuota(appID, infoPath))
			if err := w.info(t.Context(), h); weixin.Classify(err) != weixin.Quota {
				t.Fatal(err)
			}
			health(t, h, appID)
			health(t, second, appID)
			wantStopped(t, w.info(t.Context(), second), weixin.Quota, 45009)
			left, err := h.ClearQuota(t.Context(), appID)
			if err != nil || left != int64(9-i) {
				t.Fatalf("%d left, %v", left, err)
			}
			health(t, h, appID)
			health(t, second, appID)
			wantOK(t, w.info(t.Context(), second))
		}
		wantOK(t, w.ExhaustQuota(appID, tokenPath))
		w.InvalidateTokens(appID)
		if err := w.info(t.Context(), h); err == nil {
			t.Fatal("a token in spite of its quota")
		}
		if _, err := h.ClearQuota(t.Context(), appID); err != nil {
			t.Fatal(weixin.Redacted(err))
		}
		wantOK(t, w.info(t.Context(), h))
		asked := w.count("/cgi-bin/clear_quota") + w.count("/cgi-bin/clear_quota/v2")
		_, err := second.ClearQuota(t.Context(), appID)
		health(t, h, appID)
		if code, _ := weixin.Code(err); code != 48006 {
			health(t, second, appID)
			_, err = second.ClearQuota(t.Context(), appID)
		}
		if until, ok := weixin.ResumeAt(err, clock.Now()); !ok || until.Before(clock.Now().Add(20*24*time.Hour)) {
			t.Errorf("an eleventh time: %v", err)
		}
		if n := w.count("/cgi-bin/clear_quota") + w.count("/cgi-bin/clear_quota/v2"); n > asked+2 { // the first on its dead token
			t.Errorf("asked %d times more", n-asked)
		}
	})
}

func TestLedgerWithoutStore(t *testing.T) {
	t.Parallel()
	s, clock := testkit.Store(t)
	w := newTown(t, s, clock)
	h := w.instance(t)
	wantOK(t, s.Close())
	wantOK(t, w.info(t.Context(), h))
	if got := api(health(t, h, appID), infoPath); got.Used != 1 {
		t.Errorf("%+v", got)
	}
}

func TestLedgerSurvivesARestart(t *testing.T) {
	t.Parallel()
	testkit.Each(t, func(t *testing.T, s *models.Store, clock *models.ManualClock) {
		w := newTown(t, s, clock)
		for range 3 {
			h := w.instance(t)
			wantOK(t, w.info(t.Context(), h))
			h.Close()
		}
		h := w.instance(t)
		if got := api(health(t, h, appID), infoPath); got.Used != 3 || got.Limit != 5_000_000 || got.Learnt {
			t.Errorf("%+v", got)
		}
		clock.Advance(24 * time.Hour)
		if got := api(health(t, h, appID), infoPath); got.Used != 0 {
			t.Errorf("the next day: %+v", got)
		}
	})
}

// BenchmarkCall is a call over a transport that answers at once: what is left is ours.
func BenchmarkCall(b *testing.B) {
	now := time.Now()
	h, err := weixin.NewHub(weixin.HubOptions{Now: func() time.Time { return now }, Transport: instant{}})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(h.Close)
	if err := h.AddAccount(officialCreds); err != nil {
		b.Fatal(err)
	}
	in := map[string]string{"touser": "o1"}
	b.ReportAllocs()
	for b.Loop() {
		if err := h.PostJSON(b.Context(), "wxofficial", sendPath, in, nil); err != nil {
			b.Fatal(err)
		}
	}
}

// instant answers everything.
type instant struct{}

func (instant) RoundTrip(req *http.Request) (*http.Response, error) {
	body := `{"errcode":0,"errmsg":"ok","access_token":"T","expires_in":7200}`
	return &http.Response{StatusCode: http.StatusOK, Body: io.NopCloser(strings.NewReader(body)), Request: req}, nil
}
