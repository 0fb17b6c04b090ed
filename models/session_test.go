package models_test

import (
	"bytes"
	"context"
	"reflect"
	"strings"
	"sync"
	"testing"
	"time"

	"siyu/internal/testkit"
	"siyu/models"
)

// TestSessionExpiry: a session opens its own door until the moment it ends, and is gone after tidying.
func TestSessionExpiry(t *testing.T) {
	t.Parallel()
	testkit.Each(t, func(t *testing.T, s *models.Store, clock *models.ManualClock) {
		var token string
		row := models.Session{Kind: models.MiniSession, MemberID: 7, AppID: "wx"}
		id := testkit.Community(t, s, func(sc *models.Scope) (err error) {
			token, err = sc.InsertSession(&row, []byte("a session key"), time.Hour)
			return err
		})
		find := func(kind models.SessionKind, token string) (models.Session, error) {
			return s.Read(t.Context()).SessionByToken(kind, token)
		}
		got, err := find(models.MiniSession, token)
		if err != nil || got.CommunityID != id || got.MemberID != 7 {
			t.Fatalf("%+v, %v", got, err)
		}
		if strings.Contains(got.TokenHash, token) || bytes.Contains(got.SessionKey, []byte("session key")) {
			t.Error("the row holds what it must not")
		}
		if key, err := s.Read(t.Context()).OpenSessionKey(got); err != nil || string(key) != "a session key" {
			t.Errorf("%q, %v", key, err)
		}
		for _, c := range []struct {
			kind  models.SessionKind
			token string
		}{{models.ConsoleSession, token}, {models.StaffSession, token}, {models.MiniSession, ""}, {models.MiniSession, token + "0"},
			{models.MiniSession, strings.ToUpper(token)}} {
			if _, err := find(c.kind, c.token); models.CodeOf(err) != "signed_out" {
				t.Errorf("%s with another token: %v", c.kind, err)
			}
		}
		clock.Advance(time.Hour - time.Millisecond)
		if _, err := find(models.MiniSession, token); err != nil {
			t.Errorf("a millisecond before its end: %v", err)
		}
		tidy := func() (n int64) {
			err := s.Tx(t.Context(), func(tx *models.Tx) (err error) {
				n, err = tx.DeleteExpiredSessions()
				return err
			})
			if err != nil {
				t.Error(err)
			}
			return n
		}
		if n := tidy(); n != 0 {
			t.Errorf("%d live sessions were removed", n)
		}
		clock.Advance(time.Millisecond)
		if _, err := find(models.MiniSession, token); models.KindOf(err) != models.Denied {
			t.Errorf("at its end: %v", err)
		}
		if n := tidy(); n != 1 {
			t.Errorf("%d ended sessions were removed", n)
		}
	})
}

func TestDeleteSession(t *testing.T) {
	t.Parallel()
	testkit.Each(t, func(t *testing.T, s *models.Store, _ *models.ManualClock) {
		var tokens [2]string
		testkit.Community(t, s, func(sc *models.Scope) (err error) {
			for i := range tokens {
				if tokens[i], err = sc.InsertSession(&models.Session{Kind: models.ConsoleSession, AccountID: 1}, nil, time.Hour); err != nil {
					return err
				}
			}
			return nil
		})
		for range 2 { // signing out twice is no error
			if err := s.Tx(t.Context(), func(tx *models.Tx) error { return tx.DeleteSession(tokens[0]) }); err != nil {
				t.Fatal(err)
			}
		}
		if _, err := s.Read(t.Context()).SessionByToken(models.ConsoleSession, tokens[0]); models.CodeOf(err) != "signed_out" {
			t.Errorf("signed out: %v", err)
		}
		if _, err := s.Read(t.Context()).SessionByToken(models.ConsoleSession, tokens[1]); err != nil {
			t.Errorf("the other one: %v", err)
		}
	})
}

// TestMemberSessions: members who come at once are each told of their own session, and who has none or an expired one of none.
func TestMemberSessions(t *testing.T) {
	t.Parallel()
	testkit.Each(t, func(t *testing.T, s *models.Store, clock *models.ManualClock) {
		const people = 60
		tokens := make([]string, people)
		testkit.Community(t, s, func(sc *models.Scope) error {
			for i := range tokens {
				ttl, kind := time.Hour, models.MiniSession
				if i%3 == 1 {
					ttl = time.Minute
				}
				if i%10 == 0 {
					kind = models.StaffSession
				}
				var err error
				if tokens[i], err = sc.InsertSession(&models.Session{Kind: kind, MemberID: models.MemberID(i + 1), AppID: "wx"}, []byte{byte(i)}, ttl); err != nil {
					return err
				}
			}
			return nil
		})
		clock.Advance(2 * time.Minute)
		var wg sync.WaitGroup
		for i, token := range append(tokens, "unknown") {
			wg.Go(func() {
				got, err := s.MemberSession(t.Context(), token)
				switch {
				case i%3 == 1 || i%10 == 0: // the unknown one is the sixtieth
					if models.CodeOf(err) != "signed_out" || got.MemberID != 0 {
						t.Errorf("%d: %v, %v", i, got.MemberID, err)
					}
				case err != nil || got.MemberID != models.MemberID(i+1):
					t.Errorf("%d: %v, %v", i, got.MemberID, err)
				default:
					if alone, err := s.Read(t.Context()).SessionByToken(models.MiniSession, token); err != nil || !reflect.DeepEqual(got, alone) {
						t.Errorf("%d: %+v together, %+v alone, %v", i, got, alone, err)
					}
				}
			})
		}
		wg.Wait()
		gone, cancel := context.WithCancel(t.Context())
		cancel()
		if _, err := s.MemberSession(gone, "unknown"); err == nil {
			t.Error("who went away was let in")
		}
		if _, err := s.MemberSession(t.Context(), tokens[2]); err != nil {
			t.Error(err)
		}
	})
}
