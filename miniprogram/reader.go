package miniprogram

import (
	"context"
	"maps"
	"slices"
	"sync"
	"time"

	"siyu/models"
)

// seenEvery is how exactly it is known when somebody was last here.
const seenEvery = 10 * time.Minute

// maxSeen bounds what a process remembers of who was just written down.
const maxSeen = 20_000

// seen remembers whose visit was written down a moment ago, so that most requests write nothing.
type seen struct {
	mu sync.Mutex
	at map[string]models.Millis // by the session's hash
}

// first reports whether a session has to be written down again.
func (s *seen) first(session string, now models.Millis) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if at, known := s.at[session]; known && now >= at && now < at.Add(seenEvery) {
		return false
	}
	if s.at == nil || len(s.at) >= maxSeen {
		s.at = map[string]models.Millis{}
	}
	s.at[session] = now
	return true
}

// Seen notes that a member is using the Mini Program. It is called with every request and writes at most every ten
// minutes. What cannot be noted is no reason to refuse her: it is logged.
func (s *Service) Seen(ctx context.Context, session models.Session) {
	now := models.MillisOf(s.store.Clock().Now())
	if !s.seen.first(session.TokenHash, now) {
		return
	}
	err := s.store.Tx(ctx, func(tx *models.Tx) error {
		sc := tx.In(session.CommunityID)
		openID, err := openIDOf(sc, session)
		if err != nil {
			return err
		}
		return sc.SeeReader(session.AppID, openID, seenEvery)
	})
	if err != nil && ctx.Err() == nil {
		s.log.WarnContext(ctx, "a visit cannot be noted", "error", err)
	}
}

// openIDOf is the name the session's Mini Program knows its member by.
func openIDOf(sc *models.Scope, session models.Session) (string, error) {
	return openIDIn(sc, session.MemberID, session.AppID)
}

// openIDIn is the name a Mini Program knows a member by. Without one nothing can be sent to her.
func openIDIn(sc *models.Scope, member models.MemberID, appID string) (string, error) {
	person, err := sc.Canonical(member)
	if err != nil {
		return "", err
	}
	names, err := sc.IdentitiesOf(person)
	if err != nil {
		return "", err
	}
	i := slices.IndexFunc(names, func(n models.Identity) bool { return n.Kind == models.OpenID && n.Scope == appID })
	if i < 0 {
		return "", models.Errorf(models.NotFound, "no_openid", "she has never used the Mini Program")
	}
	return names[i].Value, nil
}

func sortedKeys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }
