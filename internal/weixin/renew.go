package weixin

import (
	"context"
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
			leased, err = t.store.AcquireLease(ctx, key, t.owner, t.leaseTTL)
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

func (t *Tokens) fetchLeased(ctx context.Context, src TokenSource, s *slot) (string, error) {
	key := src.TokenKey()
	defer func() {
		if err := t.store.ReleaseLease(ctx, key, t.owner); err != nil {
			t.log.WarnContext(ctx, "token store does not release a lease", "error", err) // it ends by itself
		}
	}()
	// Between our look and the lease another instance may have finished.
	if value, err := t.fromStore(ctx, key, s); err == nil && value != "" {
		return value, nil
	}
	return t.fetch(ctx, src, s)
}

// fromStore takes over a stored token if it is neither refused nor about to end.
func (t *Tokens) fromStore(ctx context.Context, key string, s *slot) (string, error) {
	value, expiresMs, err := t.store.LoadToken(ctx, key)
	if err != nil || value == "" {
		return "", err
	}
	expires := time.UnixMilli(expiresMs)
	s.mu.Lock()
	defer s.mu.Unlock()
	if value == s.bad || !t.now().Before(expires.Add(-t.early)) {
		return "", nil
	}
	s.value, s.expires, s.renew = value, expires, expires.Add(-t.early)
	return value, nil
}

// fetch asks the platform and stores the answer.
func (t *Tokens) fetch(ctx context.Context, src TokenSource, s *slot) (string, error) {
	now := t.now()
	token, err := src.FetchToken(ctx)
	if err != nil {
		return "", err
	}
	expires := now.Add(token.Life)
	s.mu.Lock()
	s.value, s.expires, s.bad = token.Value, expires, ""
	// stable_token returns the current token with what is left of its life. When that is little, renew halfway through
	// it and not at every call.
	s.renew = now.Add(max(token.Life-t.early, min(token.Life/2, t.early)))
	s.mu.Unlock()
	if err := t.store.SaveToken(ctx, src.TokenKey(), token.Value, expires.UnixMilli()); err != nil {
		t.log.WarnContext(ctx, "token store does not save a token, it stays in memory", "error", err)
	}
	return token.Value, nil
}

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
