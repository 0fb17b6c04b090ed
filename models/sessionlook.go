package models

import (
	"context"
	"database/sql"
	"strings"
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
	args := make([]any, len(some), len(some)+2)
	for i, l := range some {
		args[i] = l.hash
	}
	tx := s.Read(ctx)
	args = append(args, string(MiniSession), int64(tx.Now))
	found := make(map[string]Session, len(some))
	p := &packet{sc: tx.In(0)} // a session tells its community, not the other way round
	p.read("list sessions", sessionsInto(found), "SELECT token_hash, community_id, account_id, member_id, app_id, session_key, created_at, expires_at"+
		" FROM sessions WHERE token_hash IN (?"+strings.Repeat(",?", len(some)-1)+") AND kind = ? AND expires_at > ?", args...)
	_, err := p.send()
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

// sessionsInto takes members' sessions by their hashes.
func sessionsInto(found map[string]Session) func(*sql.Rows) error {
	return func(rows *sql.Rows) error {
		for rows.Next() {
			r := Session{Kind: MiniSession}
			if err := rows.Scan(&r.TokenHash, &r.CommunityID, &r.AccountID, &r.MemberID, &r.AppID, &r.SessionKey, &r.CreatedAt, &r.ExpiresAt); err != nil {
				return err
			}
			found[r.TokenHash] = r
		}
		return nil
	}
}
