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
	storeTime       = 2 * time.Second  // one question to the store; a store that hangs is a store that is down
	leasePoll       = 100 * time.Millisecond
	lastMoment      = 10 * time.Second // a token is not used in its last seconds: a call takes time to arrive
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
// store does the same. The last good token is also kept in memory, so a store that is down costs no fetches. A token that
// is still good is handed out at once while a new one is fetched behind it. Fetches that fail are repeated at growing
// distances, and so are those for tokens that the platform gives and then refuses.
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
	mu      sync.Mutex
	value   string
	since   time.Time     // when we got it
	life    time.Duration // it had left then
	renew   time.Time     // from then on a new one is wanted
	expires time.Time
	bad     string  // the last value the platform refused: not to be taken from the store again
	flight  *flight // the renewal under way
	rest    rest    // after fetches that failed
	spare   pace    // fetches in place of refused tokens
}

type flight struct {
	done  chan struct{}
	value string
	err   error
}

// usable reports whether the token may be sent now.
func (s *slot) usable(now time.Time) bool {
	return s.value != "" && now.Before(s.expires.Add(-min(lastMoment, s.life/10)))
}

// fresh reports whether nothing better is wanted. A token that seems to live longer than it did when we got it shows that
// the clock was set back: its end is not known any more.
func (s *slot) fresh(now time.Time) bool {
	return s.usable(now) && now.Before(s.renew) && !now.Before(s.since.Add(-time.Minute))
}

// take makes a token the present one. When little is left of its life it is renewed halfway through that, and not at
// every call.
func (s *slot) take(value string, now time.Time, life, early time.Duration) {
	s.value, s.since, s.life, s.expires = value, now, life, now.Add(life)
	s.renew = now.Add(max(life-early, min(life/2, early)))
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
	value, usable := s.value, s.usable(now)
	if s.fresh(now) {
		s.mu.Unlock()
		return value, nil
	}
	if err := s.rest.stops(now); err != nil {
		s.mu.Unlock()
		if usable {
			return value, nil
		}
		return "", err
	}
	f := s.flight
	if f == nil {
		f = &flight{done: make(chan struct{})}
		s.flight = f
		go t.fly(context.WithoutCancel(ctx), src, s, f)
	}
	s.mu.Unlock()
	if usable {
		return value, nil
	}
	select {
	case <-f.done:
		return f.value, f.err
	case <-ctx.Done():
		return "", ctx.Err()
	}
}

// Invalidate says that the platform refused the token bad. Only that value is dropped: a newer one stays. Of the many
// callers that find out at once only the first tells the store.
func (t *Tokens) Invalidate(ctx context.Context, src TokenSource, bad string) {
	key := src.TokenKey()
	s := t.slot(key)
	s.mu.Lock()
	known := s.bad == bad
	if s.value == bad {
		s.value = ""
	}
	s.bad = bad
	s.mu.Unlock()
	if known {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, storeTime)
	defer cancel()
	if err := t.store.ClearToken(ctx, key, bad); err != nil {
		t.log.WarnContext(ctx, "token store does not clear a dead token", "error", err) // s.bad keeps it out
	}
}

// pardon forgets what failed: the account has new credentials, or somebody says that the reason is gone.
func (t *Tokens) pardon(src TokenSource) {
	s := t.slot(src.TokenKey())
	s.mu.Lock()
	defer s.mu.Unlock()
	s.rest, s.spare = rest{}, pace{}
}

// TokenState is what may be said about an account's token. It never holds the token.
type TokenState struct {
	RenewedAt time.Time // zero: there is none
	EndsAt    time.Time
	RetryAt   time.Time // the next try after fetches that failed; zero when the last one did not
	Err       error     // why they failed
}

// State tells how an account's token stands in this process, or else in the store; it fetches nothing.
func (t *Tokens) State(ctx context.Context, src TokenSource) TokenState {
	s := t.slot(src.TokenKey())
	s.mu.Lock()
	now := t.now()
	state := TokenState{}
	if s.usable(now) {
		state.RenewedAt, state.EndsAt = s.since, s.expires
	}
	if s.rest.stops(now) != nil {
		state.RetryAt, state.Err = s.rest.until, s.rest.err
	}
	s.mu.Unlock()
	if !state.EndsAt.IsZero() {
		return state
	}
	ctx, cancel := context.WithTimeout(ctx, storeTime)
	defer cancel()
	if value, ends, err := t.store.LoadToken(ctx, src.TokenKey()); err == nil && value != "" && now.UnixMilli() < ends {
		state.EndsAt = time.UnixMilli(ends).UTC()
	}
	return state
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
	if err == nil {
		s.rest = rest{}
	} else {
		s.rest = s.rest.longer(err, now)
		if s.usable(now) {
			t.log.WarnContext(ctx, "no new token, the old one is still good", "error", err)
			value, err = s.value, nil
		}
	}
	f.value, f.err, s.flight = value, err, nil
	s.mu.Unlock()
	close(f.done)
}
