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

func TestRenewedEarlyAndOnce(t *testing.T) {
	t.Parallel()
	c := newClock()
	k := newTokens(t, c.Now, nil)
	src := &source{key: "a"}
	wantToken(t, k, src, "T1")
	c.Add(2*time.Hour - 5*time.Minute - time.Second)
	wantToken(t, k, src, "T1")
	c.Add(time.Second)
	wantToken(t, k, src, "T2")
	wantToken(t, k, src, "T2")
}

func TestShortLivedTokenIsNotFetchedEveryTime(t *testing.T) {
	t.Parallel()
	c := newClock()
	k := newTokens(t, c.Now, nil)
	src := &source{key: "a", fetch: func(int) (weixin.Token, error) {
		return weixin.Token{Value: "short", Life: 4 * time.Minute}, nil
	}}
	for range 5 {
		wantToken(t, k, src, "short")
	}
	c.Add(3 * time.Minute)
	wantToken(t, k, src, "short")
	if src.calls.Load() != 2 {
		t.Errorf("%d fetches, want 2", src.calls.Load())
	}
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
