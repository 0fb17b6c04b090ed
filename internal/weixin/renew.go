package weixin

import (
	"context"
	"errors"
	"time"
)

// renew gets a token from the store or, under the lease, from the platform. When the store fails it goes to the platform
// without a lease: stable_token and gettoken give every instance the same token.
func (t *Tokens) renew(ctx context.Context, src TokenSource, s *slot) (string, error) {
	key := src.TokenKey()
	for {
		value, err := t.fromStore(ctx, key, s)
		if value != "" {
			return value, nil
		}
		leased := false
		if err == nil {
			leased, err = t.acquire(ctx, key)
		}
		switch {
		case ctx.Err() != nil:
			return "", ctx.Err()
		case err != nil:
			t.log.WarnContext(ctx, "token store fails, asking the platform without it", "error", err)
			return t.fetch(ctx, src, s)
		case leased:
			return t.fetchLeased(ctx, src, s)
		}
		if err := pause(ctx, leasePoll); err != nil { // somebody else is fetching
			return "", err
		}
	}
}

func (t *Tokens) acquire(ctx context.Context, key string) (bool, error) {
	ctx, cancel := context.WithTimeout(ctx, storeTime)
	defer cancel()
	return t.store.AcquireLease(ctx, key, t.owner, t.leaseTTL)
}

func (t *Tokens) fetchLeased(ctx context.Context, src TokenSource, s *slot) (string, error) {
	key := src.TokenKey()
	defer func() {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), storeTime)
		defer cancel()
		if err := t.store.ReleaseLease(ctx, key, t.owner); err != nil {
			t.log.WarnContext(ctx, "token store does not release a lease", "error", err) // it ends by itself
		}
	}()
	// Between our look and the lease another instance may have finished.
	if value, err := t.fromStore(ctx, key, s); err == nil && value != "" {
		return value, nil
	}
	value, err := t.fetch(ctx, src, s)
	if err != nil {
		return "", err
	}
	s.mu.Lock()
	expires := s.expires
	s.mu.Unlock()
	saving, cancel := context.WithTimeout(ctx, storeTime)
	defer cancel()
	if err := t.store.SaveToken(saving, key, value, expires.UnixMilli()); err != nil {
		t.log.WarnContext(ctx, "token store does not save a token, it stays in memory", "error", err)
	}
	return value, nil
}

// shortest is the life left in a stored token that is still worth taking over.
const shortest = 30 * time.Second

// fromStore takes over a stored token unless the platform refused it, or it is the one to be renewed, or it is about to
// end. One that would live longer than any was stored by an instance whose clock is wrong, or ours is.
func (t *Tokens) fromStore(ctx context.Context, key string, s *slot) (string, error) {
	ctx, cancel := context.WithTimeout(ctx, storeTime)
	defer cancel()
	value, expiresMs, err := t.store.LoadToken(ctx, key)
	if err != nil || value == "" {
		return "", err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	now := t.now()
	left := min(time.UnixMilli(expiresMs).Sub(now), maxLife)
	if value == s.bad || value == s.value || left < shortest {
		return "", nil
	}
	s.take(value, now, left, t.early)
	return value, nil
}

// maxLife is how long a token lives at most (platform documentation of stable_token and gettoken).
const maxLife = 2 * time.Hour

// fetch asks the platform. In place of a refused token it asks within its pace only: a platform that gives tokens and
// refuses them would otherwise be asked at every call, until the day's tokens are used up.
func (t *Tokens) fetch(ctx context.Context, src TokenSource, s *slot) (string, error) {
	s.mu.Lock()
	now := t.now()
	next, ok := now, true
	if s.bad != "" {
		next, ok = s.spare.take(now)
	}
	s.mu.Unlock()
	if !ok {
		return "", &StoppedError{API: "access token", Class: Temporary, Until: next, Err: errRefusedTokens}
	}
	token, err := src.FetchToken(ctx)
	if err != nil {
		return "", err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.take(token.Value, now, token.Life, t.early)
	s.bad = ""
	return token.Value, nil
}

var errRefusedTokens = errors.New("the platform refuses the tokens it gives")

func pause(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
