package models

import (
	"context"
	"sync"
	"time"
)

const (
	lookBatch   = 500              // sessions that are looked up at once
	lookPatient = 10 * time.Second // a look may take at most
)

// sessionLooks makes the sessions that are looked up while a query runs the next query: when a whole group taps, signing in must
// not cost each of them one.
type sessionLooks struct {
	mu      sync.Mutex
	waiting []*sessionLook
	running bool
}

type sessionLook struct {
	hash   string
	answer chan sessionFound // takes one without waiting
}

type sessionFound struct {
	session Session
	err     error
}

// MemberSession is [Tx.SessionByToken] for members of the Mini Program, many of whom come at once. What is found is as new as with
// a query of one's own.
func (s *Store) MemberSession(ctx context.Context, token string) (Session, error) {
	look := &sessionLook{hash: hashToken(token), answer: make(chan sessionFound, 1)}
	s.looks.mu.Lock()
	s.looks.waiting = append(s.looks.waiting, look)
	first := !s.looks.running
	s.looks.running = true
	s.looks.mu.Unlock()
	if first {
		go s.lookForAll(context.WithoutCancel(ctx))
	}
	select {
	case found := <-look.answer:
		return found.session, found.err
	case <-ctx.Done():
		return Session{}, &Error{Kind: Unavailable, Code: codeStoreUnavailable, Text: "look for a session", Err: ctx.Err()}
	}
}

// lookForAll answers looks until nobody waits.
func (s *Store) lookForAll(ctx context.Context) {
	for {
		s.looks.mu.Lock()
		n := min(len(s.looks.waiting), lookBatch)
		some := s.looks.waiting[:n]
		s.looks.waiting = s.looks.waiting[n:]
		s.looks.running = n > 0
		s.looks.mu.Unlock()
		if n == 0 {
			return
		}
		s.lookFor(ctx, some)
	}
}

func (s *Store) lookFor(ctx context.Context, some []*sessionLook) {
	ctx, cancel := context.WithTimeout(ctx, lookPatient)
	defer cancel()
	hashes := make([]string, len(some))
	for i, l := range some {
		hashes[i] = l.hash
	}
	tx, all := s.Read(ctx), []Session(nil)
	err := list(tx.db.Where("token_hash IN ? AND kind = ? AND expires_at > ?", hashes, MiniSession, int64(tx.Now)), &all, "sessions")
	found := make(map[string]Session, len(all))
	for _, session := range all {
		found[session.TokenHash] = session
	}
	for _, l := range some {
		session, is := found[l.hash]
		switch {
		case err != nil:
			l.answer <- sessionFound{err: err}
		case !is:
			l.answer <- sessionFound{err: signedOut()}
		default:
			l.answer <- sessionFound{session: session}
		}
	}
}
