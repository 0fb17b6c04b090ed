package weixin

import (
	"context"
	"sync"
	"time"
)

// TokenStore keeps access tokens where every instance of the program sees them. It speaks in plain types so that a store
// can fit without knowing this package. Nothing stored under key is an empty value and no error.
type TokenStore interface {
	// LoadToken returns the value and when it ends, in Unix milliseconds.
	LoadToken(ctx context.Context, key string) (value string, expiresMs int64, err error)
	SaveToken(ctx context.Context, key, value string, expiresMs int64) error
	// ClearToken removes the value only if it is still this one.
	ClearToken(ctx context.Context, key, value string) error
	// AcquireLease makes owner the one who may fetch a new token until ttl is over; false when somebody else is.
	AcquireLease(ctx context.Context, key, owner string, ttl time.Duration) (bool, error)
	ReleaseLease(ctx context.Context, key, owner string) error
}

// MemoryStore is a TokenStore for one process.
type MemoryStore struct {
	now    func() time.Time
	mu     sync.Mutex
	tokens map[string]storedToken
	leases map[string]storedLease
}

type storedToken struct {
	value     string
	expiresMs int64
}

type storedLease struct {
	owner string
	until time.Time
}

// NewMemoryStore makes an empty store; now is the clock of its leases.
func NewMemoryStore(now func() time.Time) *MemoryStore {
	return &MemoryStore{now: now, tokens: map[string]storedToken{}, leases: map[string]storedLease{}}
}

// LoadToken implements TokenStore.
func (s *MemoryStore) LoadToken(_ context.Context, key string) (string, int64, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	t := s.tokens[key]
	return t.value, t.expiresMs, nil
}

// SaveToken implements TokenStore.
func (s *MemoryStore) SaveToken(_ context.Context, key, value string, expiresMs int64) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.tokens[key] = storedToken{value, expiresMs}
	return nil
}

// ClearToken implements TokenStore.
func (s *MemoryStore) ClearToken(_ context.Context, key, value string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.tokens[key].value == value {
		delete(s.tokens, key)
	}
	return nil
}

// AcquireLease implements TokenStore.
func (s *MemoryStore) AcquireLease(_ context.Context, key, owner string, ttl time.Duration) (bool, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	now := s.now()
	if l, held := s.leases[key]; held && l.owner != owner && now.Before(l.until) {
		return false, nil
	}
	s.leases[key] = storedLease{owner, now.Add(ttl)}
	return true, nil
}

// ReleaseLease implements TokenStore.
func (s *MemoryStore) ReleaseLease(_ context.Context, key, owner string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.leases[key].owner == owner {
		delete(s.leases, key)
	}
	return nil
}
