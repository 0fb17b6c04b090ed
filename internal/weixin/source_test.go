package weixin_test

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"siyu/internal/weixin"
)

// source is a platform that gives out numbered tokens.
type source struct {
	key   string
	fetch func(n int) (weixin.Token, error)
	wait  chan struct{}
	calls atomic.Int64
}

func (s *source) TokenKey() string { return s.key }

func (s *source) FetchToken(ctx context.Context) (weixin.Token, error) {
	n := int(s.calls.Add(1))
	if s.wait != nil {
		select {
		case <-s.wait:
		case <-ctx.Done():
			return weixin.Token{}, ctx.Err()
		}
	}
	if s.fetch != nil {
		return s.fetch(n)
	}
	return numbered(n), nil
}

func numbered(n int) weixin.Token {
	return weixin.Token{Value: fmt.Sprintf("T%d", n), Life: 2 * time.Hour}
}

// brokenStore is a store that can be switched off.
type brokenStore struct {
	weixin.TokenStore
	off atomic.Bool
}

var errStore = errors.New("store is down")

func (b *brokenStore) LoadToken(ctx context.Context, key string) (string, int64, error) {
	if b.off.Load() {
		return "", 0, errStore
	}
	return b.TokenStore.LoadToken(ctx, key)
}

func (b *brokenStore) SaveToken(ctx context.Context, key, value string, ms int64) error {
	if b.off.Load() {
		return errStore
	}
	return b.TokenStore.SaveToken(ctx, key, value, ms)
}

func (b *brokenStore) ClearToken(ctx context.Context, key, value string) error {
	if b.off.Load() {
		return errStore
	}
	return b.TokenStore.ClearToken(ctx, key, value)
}

// hangingStore answers no question before its asker gives up.
type hangingStore struct{ weixin.TokenStore }

func (hangingStore) LoadToken(ctx context.Context, _ string) (string, int64, error) {
	<-ctx.Done()
	return "", 0, ctx.Err()
}

// settable is a clock for tests.
type settable struct {
	mu sync.Mutex
	at time.Time
}

func newClock() *settable { return &settable{at: time.Unix(testNow, 0)} }

func (c *settable) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.at
}

func (c *settable) Add(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.at = c.at.Add(d)
}

func newTokens(t testing.TB, now func() time.Time, store weixin.TokenStore) *weixin.Tokens {
	t.Helper()
	k, err := weixin.NewTokens(weixin.TokenOptions{Now: now, Store: store})
	if err != nil {
		t.Fatal(err)
	}
	return k
}

func wantToken(t *testing.T, k *weixin.Tokens, src weixin.TokenSource, want string) {
	t.Helper()
	got, err := k.Get(t.Context(), src)
	if err != nil || got != want {
		t.Fatalf("token %q %v, want %q", got, err, want)
	}
}
