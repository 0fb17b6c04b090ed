package wechatsim

import (
	"fmt"
	"slices"
	"time"
)

// SetClockSkew puts the platform's clock ahead of everybody else's (negative:
// behind): its timestamps, token lives and windows follow it.
func (s *Sim) SetClockSkew(ahead time.Duration) { s.skew.Store(int64(ahead)) }

// SetWhitelist lists the addresses an account may be called from; none: all.
// Others get 40164 with their address in the text, WeCom's 60020. An
// Official Account has such a list, a Mini Program usually none.
func (s *Sim) SetWhitelist(id string, addresses ...string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	acc := s.accounts[id]
	if acc == nil {
		return fmt.Errorf("set whitelist: %w: %s", ErrUnknownAccount, id)
	}
	acc.addresses = slices.Clone(addresses)
	return nil
}

// StealToken is another program that refreshes the account's token by force:
// ours answers 40001 from now on, and the next request gets the new one.
func (s *Sim) StealToken(id string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	acc := s.accounts[id]
	if acc == nil {
		return fmt.Errorf("steal token: %w: %s", ErrUnknownAccount, id)
	}
	for _, value := range []string{acc.stable, acc.latest} {
		if t := s.tokens[value]; t != nil {
			t.dead = true
		}
	}
	acc.stable = s.issue(acc, s.now(), 136)
	return nil
}

// ExpireTokens lets every token of an account run out after d at the latest,
// earlier than it was told: 42001.
func (s *Sim) ExpireTokens(id string, d time.Duration) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.accounts[id] == nil {
		return fmt.Errorf("expire tokens: %w: %s", ErrUnknownAccount, id)
	}
	end := s.now().Add(d)
	for _, t := range s.tokens {
		if t.acc.id == id && t.expires.After(end) {
			t.expires = end
		}
	}
	return nil
}
