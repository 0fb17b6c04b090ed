package weixin_test

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"siyu/internal/weixin"
)

func TestHundredCallersOneFetch(t *testing.T) {
	t.Parallel()
	k := newTokens(t, newClock().Now, nil)
	src := &source{key: "a", wait: make(chan struct{})}
	var wg sync.WaitGroup
	var wrong atomic.Int64
	for range 100 {
		wg.Go(func() {
			if got, err := k.Get(context.Background(), src); err != nil || got != "T1" {
				wrong.Add(1)
			}
		})
	}
	close(src.wait)
	wg.Wait()
	if src.calls.Load() != 1 || wrong.Load() != 0 {
		t.Errorf("%d fetches, %d wrong tokens", src.calls.Load(), wrong.Load())
	}
}

func TestWaiterKeepsItsDeadline(t *testing.T) {
	t.Parallel()
	k := newTokens(t, newClock().Now, nil)
	src := &source{key: "a", wait: make(chan struct{})}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := k.Get(ctx, src); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled caller: %v", err)
	}
	close(src.wait)
	wantToken(t, k, src, "T1") // the fetch it began went on
	if src.calls.Load() != 1 {
		t.Errorf("%d fetches", src.calls.Load())
	}
}

// TestRenewedEarlyBehindTheCallers: in its last five minutes the old token is handed out at once while a new one is fetched,
// however long that takes; nobody waits before the old one has ended.
func TestRenewedEarlyBehindTheCallers(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		k := newTokens(t, time.Now, nil)
		src := &source{key: "a"}
		wantToken(t, k, src, "T1")
		time.Sleep(2*time.Hour - 5*time.Minute - time.Second)
		wantToken(t, k, src, "T1")
		src.wait = make(chan struct{})
		time.Sleep(time.Second)
		start := time.Now()
		for range 100 {
			wantToken(t, k, src, "T1")
		}
		if took := time.Since(start); took != 0 {
			t.Errorf("callers waited %v", took)
		}
		close(src.wait)
		synctest.Wait()
		wantToken(t, k, src, "T2")
		if n := src.calls.Load(); n != 2 {
			t.Errorf("%d fetches, want 2", n)
		}
	})
}

func TestShortLivedTokenIsNotFetchedEveryTime(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		k := newTokens(t, time.Now, nil)
		src := &source{key: "a", fetch: func(int) (weixin.Token, error) {
			return weixin.Token{Value: "short", Life: 4 * time.Minute}, nil
		}}
		for range 240 {
			wantToken(t, k, src, "short")
			time.Sleep(time.Second)
			synctest.Wait()
		}
		if n := src.calls.Load(); n != 2 {
			t.Errorf("%d fetches in four minutes, want 2", n)
		}
	})
}

// TestClockThatJumps: forward costs one fetch; backward, where the end of the token is not known any more, one as well,
// and nobody waits for that one.
func TestClockThatJumps(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		c := newClock()
		k := newTokens(t, c.Now, nil)
		src := &source{key: "a"}
		wantToken(t, k, src, "T1")
		c.Add(36 * time.Hour)
		wantToken(t, k, src, "T2")
		wantToken(t, k, src, "T2")
		c.Add(-24 * time.Hour)
		for range 10 {
			wantToken(t, k, src, "T2")
		}
		synctest.Wait()
		wantToken(t, k, src, "T3")
		wantToken(t, k, src, "T3")
		if n := src.calls.Load(); n != 3 {
			t.Errorf("%d fetches, want 3", n)
		}
	})
}

// TestClockOfAnotherInstanceIsWrong: a stored token that claims to live for a year is believed for two hours.
func TestClockOfAnotherInstanceIsWrong(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		store := weixin.NewMemoryStore(time.Now)
		if err := store.SaveToken(t.Context(), "a", "S", time.Now().Add(365*24*time.Hour).UnixMilli()); err != nil {
			t.Fatal(err)
		}
		k := newTokens(t, time.Now, store)
		src := &source{key: "a"}
		wantToken(t, k, src, "S")
		time.Sleep(2 * time.Hour)
		wantToken(t, k, src, "T1")
	})
}

func TestInvalidateDropsOnlyThatToken(t *testing.T) {
	t.Parallel()
	store := weixin.NewMemoryStore(newClock().Now)
	k := newTokens(t, newClock().Now, store)
	src := &source{key: "a"}
	wantToken(t, k, src, "T1")
	k.Invalidate(t.Context(), src, "T1")
	wantToken(t, k, src, "T2")
	k.Invalidate(t.Context(), src, "T1") // a slow call comes back with the old one
	wantToken(t, k, src, "T2")
	if v, _, _ := store.LoadToken(t.Context(), "a"); v != "T2" {
		t.Errorf("stored %q", v)
	}
}

func TestInstancesShareOneToken(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		store := weixin.NewMemoryStore(time.Now)
		src := &source{key: "a", wait: make(chan struct{})}
		var wg sync.WaitGroup
		for i := range 20 {
			k, err := weixin.NewTokens(weixin.TokenOptions{Now: time.Now, Store: store, Owner: fmt.Sprint(i)})
			if err != nil {
				t.Fatal(err)
			}
			wg.Go(func() {
				if got, err := k.Get(t.Context(), src); err != nil || got != "T1" {
					t.Errorf("instance %d: %q %v", i, got, err)
				}
			})
		}
		time.Sleep(time.Second)
		close(src.wait)
		wg.Wait()
		if n := src.calls.Load(); n != 1 {
			t.Errorf("%d fetches", n)
		}
	})
}

func TestDeadInstanceLosesItsLease(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		store := weixin.NewMemoryStore(time.Now)
		if ok, err := store.AcquireLease(t.Context(), "a", "dead", 15*time.Second); !ok || err != nil {
			t.Fatal(ok, err)
		}
		k := newTokens(t, time.Now, store)
		start := time.Now()
		wantToken(t, k, &source{key: "a"}, "T1")
		if took := time.Since(start); took < 14*time.Second || took > 16*time.Second {
			t.Errorf("took %v", took)
		}
	})
}

func TestStoreDownBurnsNoQuota(t *testing.T) {
	t.Parallel()
	c := newClock()
	store := &brokenStore{TokenStore: weixin.NewMemoryStore(c.Now)}
	store.off.Store(true)
	k := newTokens(t, c.Now, store)
	src := &source{key: "a"}
	for range 10 {
		wantToken(t, k, src, "T1")
	}
	k.Invalidate(t.Context(), src, "T1")
	wantToken(t, k, src, "T2")
	if src.calls.Load() != 2 {
		t.Errorf("%d fetches, want 2", src.calls.Load())
	}
}

// TestStoreAndPlatformDown: a cold start without store and without platform asks at growing distances, not at every call.
func TestStoreAndPlatformDown(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		store := &brokenStore{TokenStore: weixin.NewMemoryStore(time.Now)}
		store.off.Store(true)
		k := newTokens(t, time.Now, store)
		src := &source{key: "a", fetch: func(int) (weixin.Token, error) {
			return weixin.Token{}, &weixin.HTTPError{Status: 502, API: "/cgi-bin/stable_token"}
		}}
		for range 24 * 3600 {
			if _, err := k.Get(t.Context(), src); weixin.Classify(err) != weixin.Temporary {
				t.Fatal(err)
			}
			time.Sleep(time.Second)
		}
		n := src.calls.Load()
		if n < 24*60 || n > 24*60+10 {
			t.Errorf("%d fetches in a day of one call per second, want one a minute", n)
		}
		t.Logf("a day without store and platform, one call per second: %d fetches", n)
	})
}

// TestStoreDownForADay: with a platform that works, a store that is down costs nothing at all.
func TestStoreDownForADay(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		store := &brokenStore{TokenStore: weixin.NewMemoryStore(time.Now)}
		store.off.Store(true)
		k := newTokens(t, time.Now, store)
		src := &source{key: "a"}
		for range 24 * 360 {
			if _, err := k.Get(t.Context(), src); err != nil {
				t.Fatal(err)
			}
			time.Sleep(10 * time.Second)
		}
		synctest.Wait()
		if n := src.calls.Load(); n > 13 {
			t.Errorf("%d fetches in a day, want 13 at most", n)
		}
		t.Logf("a day without a store: %d fetches", src.calls.Load())
	})
}

// TestStoreThatHangs: it counts as one that is down.
func TestStoreThatHangs(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		k := newTokens(t, time.Now, hangingStore{weixin.NewMemoryStore(time.Now)})
		start := time.Now()
		wantToken(t, k, &source{key: "a"}, "T1")
		if took := time.Since(start); took > 3*time.Second {
			t.Errorf("a caller waited %v", took)
		}
	})
}

// TestRefusedTokensAreFetchedAtAPace: a platform that gives tokens and then refuses them all is not asked at every call.
func TestRefusedTokensAreFetchedAtAPace(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		k := newTokens(t, time.Now, nil)
		src := &source{key: "a"}
		for range 24 * 3600 {
			if token, err := k.Get(t.Context(), src); err == nil {
				k.Invalidate(t.Context(), src, token)
			} else if weixin.Classify(err) != weixin.Temporary {
				t.Fatal(err)
			}
			time.Sleep(time.Second)
		}
		if n := src.calls.Load(); n > 24*60+10 {
			t.Errorf("%d fetches in a day", n)
		}
		t.Logf("a day of refused tokens, one call per second: %d fetches", src.calls.Load())
	})
}

// TestDailyTokenQuotaIsOver: what the platform says is waited for.
func TestDailyTokenQuotaIsOver(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		k := newTokens(t, time.Now, nil)
		midnight, _ := weixin.ResumeAt(&weixin.APIError{Code: 45009}, time.Now())
		src := &source{key: "a", fetch: func(n int) (weixin.Token, error) {
			if time.Now().Before(midnight) {
				return weixin.Token{}, &weixin.APIError{Code: 45009, API: "/cgi-bin/stable_token"}
			}
			return numbered(n), nil
		}}
		for time.Now().Before(midnight) {
			_, err := k.Get(t.Context(), src)
			if at, ok := weixin.ResumeAt(err, time.Now()); !ok || !at.Equal(midnight) {
				t.Fatal(err)
			}
			time.Sleep(time.Minute)
		}
		time.Sleep(time.Minute)
		wantToken(t, k, src, "T2")
	})
}

// TestTokenState tells what may be told, also of a token that only the store has.
func TestTokenState(t *testing.T) {
	t.Parallel()
	c := newClock()
	store := weixin.NewMemoryStore(c.Now)
	k := newTokens(t, c.Now, store)
	src := &source{key: "a"}
	if got := k.State(t.Context(), src); got != (weixin.TokenState{}) {
		t.Errorf("nothing yet, and %+v", got)
	}
	wantToken(t, k, src, "T1")
	ends := c.Now().Add(2 * time.Hour)
	if got := k.State(t.Context(), src); !got.EndsAt.Equal(ends) || !got.RenewedAt.Equal(c.Now()) || got.Err != nil {
		t.Errorf("%+v", got)
	}
	if got := newTokens(t, c.Now, store).State(t.Context(), src); !got.EndsAt.Equal(ends) || !got.RenewedAt.IsZero() {
		t.Errorf("another instance sees %+v", got)
	}
}

func TestStoreThatCannotClearDoesNotBringBackADeadToken(t *testing.T) {
	t.Parallel()
	c := newClock()
	store := &brokenStore{TokenStore: weixin.NewMemoryStore(c.Now)}
	k := newTokens(t, c.Now, store)
	src := &source{key: "a"}
	wantToken(t, k, src, "T1")
	store.off.Store(true)
	k.Invalidate(t.Context(), src, "T1")
	store.off.Store(false)
	wantToken(t, k, src, "T2")
}

func TestOldTokenServesWhileThePlatformIsDown(t *testing.T) {
	t.Parallel()
	c := newClock()
	k := newTokens(t, c.Now, nil)
	src := &source{key: "a", fetch: func(n int) (weixin.Token, error) {
		if n > 1 {
			return weixin.Token{}, &weixin.HTTPError{Status: 502, API: "/cgi-bin/stable_token"}
		}
		return numbered(n), nil
	}}
	wantToken(t, k, src, "T1")
	c.Add(2*time.Hour - time.Minute)
	wantToken(t, k, src, "T1")
	c.Add(time.Minute)
	if _, err := k.Get(t.Context(), src); err == nil {
		t.Error("an ended token was given out")
	}
}

func TestWrongSecretIsNotTriedInALoop(t *testing.T) {
	t.Parallel()
	c := newClock()
	p := newPlatform(t)
	p.refuse = 40001
	h := newHub(t, p, func(o *weixin.HubOptions) { o.Now = c.Now })
	for range 10 {
		if _, err := h.Token(t.Context(), "wwcorp"); weixin.Classify(err) != weixin.Denied {
			t.Fatal(err)
		}
	}
	if _, calls := p.seen(); len(calls) != 1 {
		t.Errorf("%d calls with a wrong secret, want 1", len(calls))
	}
	p.mu.Lock()
	p.refuse = 0
	p.mu.Unlock()
	if err := h.AddAccount(workCreds); err != nil { // somebody corrected it
		t.Fatal(err)
	}
	if _, err := h.Token(t.Context(), "wwcorp"); err != nil {
		t.Error(err)
	}
}
