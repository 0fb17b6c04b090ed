package weixin

import (
	"context"
	"crypto/rand"
	"errors"
	"log/slog"
	"sync"
	"time"
)

const (
	defaultEarly    = 5 * time.Minute  // the platform keeps the old token alive that long beside a new one
	defaultLeaseTTL = 15 * time.Second // longer than one fetch may take
	flightTime      = 25 * time.Second // a whole renewal, waiting for another instance included
	leasePoll       = 100 * time.Millisecond
	refusalTime     = 30 * time.Second // repeated wrong secrets get the caller's address banned for an hour
)

// Token is a fresh access token and how long it lives.
type Token struct {
	Value string
	Life  time.Duration
}

// TokenSource is an account whose tokens Tokens keeps.
type TokenSource interface {
	// TokenKey names the account in the store. Two secrets of one corp are two keys.
	TokenKey() string
	// FetchToken asks the platform.
	FetchToken(ctx context.Context) (Token, error)
}

// TokenOptions of NewTokens.
type TokenOptions struct {
	Store    TokenStore       // nil means memory only
	Now      func() time.Time // required
	Owner    string           // names this instance in leases; empty means a random name
	Early    time.Duration    // how long before its end a token is renewed; 0 means 5 minutes
	LeaseTTL time.Duration    // 0 means 15 seconds
	Logger   *slog.Logger     // nil means silence
}

// Tokens hands out access tokens. In one process any number of callers cause one fetch; across instances a lease in the
// store does the same. The last good token is also kept in memory, so a store that is down costs no fetches.
type Tokens struct {
	store    TokenStore
	now      func() time.Time
	owner    string
	early    time.Duration
	leaseTTL time.Duration
	log      *slog.Logger
	mu       sync.Mutex
	slots    map[string]*slot
}

// slot is what this process knows about one account's token.
type slot struct {
	mu       sync.Mutex
	value    string
	renew    time.Time // from then on a new one is wanted
	expires  time.Time
	bad      string  // the last value the platform refused: not to be taken from the store again
	flight   *flight // the renewal under way
	refusal  error   // why the platform will not give us one
	retryNot time.Time
}

type flight struct {
	done  chan struct{}
	value string
	err   error
}

// NewTokens makes a token service.
func NewTokens(o TokenOptions) (*Tokens, error) {
	if o.Now == nil {
		return nil, errors.New("weixin: the token service needs a clock")
	}
	t := &Tokens{
		store: o.Store, now: o.Now, owner: o.Owner, early: o.Early, leaseTTL: o.LeaseTTL,
		log: orSilent(o.Logger), slots: map[string]*slot{},
	}
	if t.store == nil {
		t.store = NewMemoryStore(o.Now)
	}
	if t.owner == "" {
		t.owner = rand.Text()
	}
	if t.early <= 0 {
		t.early = defaultEarly
	}
	if t.leaseTTL <= 0 {
		t.leaseTTL = defaultLeaseTTL
	}
	return t, nil
}

func orSilent(l *slog.Logger) *slog.Logger {
	if l == nil {
		return slog.New(slog.DiscardHandler)
	}
	return l
}

// Get returns a token that is good now. A caller whose ctx ends stops waiting; the renewal goes on for the others.
func (t *Tokens) Get(ctx context.Context, src TokenSource) (string, error) {
	s := t.slot(src.TokenKey())
	s.mu.Lock()
	now := t.now()
	if s.value != "" && now.Before(s.renew) {
		defer s.mu.Unlock()
		return s.value, nil
	}
	if s.refusal != nil && now.Before(s.retryNot) {
		defer s.mu.Unlock()
		return "", s.refusal
	}
	f := s.flight
	if f == nil {
		f = &flight{done: make(chan struct{})}
		s.flight = f
		go t.fly(context.WithoutCancel(ctx), src, s, f)
	}
	s.mu.Unlock()
	select {
	case <-f.done:
		return f.value, f.err
	case <-ctx.Done():
		return "", ctx.Err()
	}
}

// Invalidate says that the platform refused the token bad. Only that value is dropped: a newer one stays.
func (t *Tokens) Invalidate(ctx context.Context, src TokenSource, bad string) {
	key := src.TokenKey()
	s := t.slot(key)
	s.mu.Lock()
	if s.value == bad {
		s.value = ""
	}
	s.bad = bad
	s.mu.Unlock()
	if err := t.store.ClearToken(ctx, key, bad); err != nil {
		t.log.WarnContext(ctx, "token store does not clear a dead token", "error", err) // s.bad keeps it out
	}
}

// pardon forgets a refusal: the account has new credentials.
func (t *Tokens) pardon(src TokenSource) {
	s := t.slot(src.TokenKey())
	s.mu.Lock()
	defer s.mu.Unlock()
	s.refusal = nil
}

func (t *Tokens) slot(key string) *slot {
	t.mu.Lock()
	defer t.mu.Unlock()
	s := t.slots[key]
	if s == nil {
		s = &slot{}
		t.slots[key] = s
	}
	return s
}

func (t *Tokens) fly(ctx context.Context, src TokenSource, s *slot, f *flight) {
	ctx, cancel := context.WithTimeout(ctx, flightTime)
	defer cancel()
	value, err := t.renew(ctx, src, s)
	s.mu.Lock()
	now := t.now()
	if err != nil && s.value != "" && now.Before(s.expires) {
		t.log.WarnContext(ctx, "no new token, the old one is still good", "error", err)
		value, err = s.value, nil
	}
	s.refusal = nil
	if err != nil && Classify(err) == Denied {
		s.refusal, s.retryNot = err, now.Add(refusalTime)
	}
	f.value, f.err, s.flight = value, err, nil
	s.mu.Unlock()
	close(f.done)
}
