package models_test

import (
	"math/rand/v2"
	"sync"
	"testing"
	"time"

	"siyu/internal/testkit"
	"siyu/models"
)

// TestSetFollowingAtOnce: whatever order concurrent pushes of one person are booked in, what she did last stands.
func TestSetFollowingAtOnce(t *testing.T) {
	t.Parallel()
	testkit.Each(t, func(t *testing.T, s *models.Store, _ *models.ManualClock) {
		community := testkit.Community(t, s, nil)
		const steps = 24 // she follows at even steps and leaves at odd ones; the last one is a leave
		var all sync.WaitGroup
		for _, i := range rand.Perm(steps) {
			all.Go(func() {
				err := s.Tx(t.Context(), func(tx *models.Tx) error {
					_, err := tx.In(community).SetFollowing(models.Follower{ChannelID: 1, Person: tx.SenderKey(1, "mei"),
						Following: i%2 == 0, At: models.Millis(i/4) * 1000, HeardAt: models.Millis(i)})
					return err
				})
				if err != nil {
					t.Error(err)
				}
			})
		}
		all.Wait()
		sc := s.Read(t.Context()).In(community)
		f, err := sc.Follower(1, "mei")
		if err != nil || f.Following || f.HeardAt != steps-1 || f.At != models.Millis((steps-1)/4)*1000 {
			t.Errorf("%+v, %v", f, err)
		}
		if _, err := sc.Follower(2, "mei"); !models.IsKind(err, models.NotFound) {
			t.Errorf("in another channel: %v", err)
		}
	})
}

// TestForgetInGroups: with the Mini Program's openid go its names for a person within groups, also from her stays, though the
// Official Account still knows her.
func TestForgetInGroups(t *testing.T) {
	t.Parallel()
	s, _ := testkit.Store(t)
	mini := models.Name{Kind: models.OpenID, Scope: "wxB", Value: "oB"}
	inGroup := models.Name{Kind: models.GroupOpenID, Scope: "G1", Value: "g-oB"}
	g := models.Group{Name: "邻居群", Kind: models.OrdinaryGroup, Zone: "America/Vancouver"}
	community := testkit.Community(t, s, func(sc *models.Scope) error {
		if err := sc.InsertChannel(&models.Channel{Kind: models.MiniProgram, AppID: "wxB"}, models.ChannelSecrets{}); err != nil {
			return err
		}
		if err := sc.InsertGroup(&g); err != nil {
			return err
		}
		mei, err := sc.Identify(mini, inGroup, models.Name{Kind: models.OpenID, Scope: "wxA", Value: "oA"})
		if err != nil {
			return err
		}
		for _, joined := range []models.Millis{1, 2} {
			if _, err := sc.AddGroupMember(&models.GroupMember{GroupID: g.ID, UserKey: inGroup.Value, MemberID: mei, JoinedAt: joined}); err != nil {
				return err
			}
		}
		if _, err = sc.ForgetName(mini); err != nil {
			return err
		}
		names, err := sc.IdentitiesOf(mei)
		if err != nil || len(names) != 1 || names[0].Value != "oA" {
			t.Errorf("left are %d names, %v", len(names), err)
		}
		return err
	})
	stays, err := s.Read(t.Context()).In(community).PresentMembers(g.ID)
	if err != nil || len(stays) != 2 {
		t.Fatalf("%d stays, %v", len(stays), err)
	}
	for _, m := range stays {
		if m.UserKey == inGroup.Value || m.MemberID == 0 {
			t.Errorf("a stay is still under her name: %t, of %s", m.UserKey == inGroup.Value, m.MemberID)
		}
	}
}

// TestForgetName: with her last openid a person loses the names that lead back to her, and keeps what she did.
func TestForgetName(t *testing.T) {
	t.Parallel()
	testkit.Each(t, func(t *testing.T, s *models.Store, _ *models.ManualClock) {
		official := models.Name{Kind: models.OpenID, Scope: "wxA", Value: "oA"}
		mini := models.Name{Kind: models.OpenID, Scope: "wxB", Value: "oB"}
		union := models.Name{Kind: models.UnionID, Value: "u"}
		var mei models.MemberID
		community := testkit.Community(t, s, func(sc *models.Scope) error {
			older, err := sc.Identify(mini)
			if err != nil {
				return err
			}
			if _, err := sc.InsertSession(&models.Session{Kind: models.MiniSession, MemberID: older, AppID: "wxB"}, nil, time.Hour); err != nil {
				return err
			}
			if mei, err = sc.Identify(official, union); err != nil {
				return err
			}
			mei, err = sc.Identify(mini, union) // the two are one
			return err
		})
		forget := func(n models.Name) (who models.MemberID, left int) {
			err := s.Tx(t.Context(), func(tx *models.Tx) error {
				sc := tx.In(community)
				var err error
				if who, err = sc.ForgetName(n); err != nil {
					return err
				}
				names, err := sc.IdentitiesOf(mei)
				left = len(names)
				return err
			})
			if err != nil {
				t.Fatal(err)
			}
			return who, left
		}
		if who, left := forget(official); who != mei || left != 2 {
			t.Errorf("without one openid %s has %d names", who, left)
		}
		if who, left := forget(official); who != 0 || left != 2 {
			t.Errorf("twice: %s, %d names", who, left)
		}
		if who, left := forget(mini); who != mei || left != 0 {
			t.Errorf("without the last %s has %d names", who, left)
		}
		err := s.Tx(t.Context(), func(tx *models.Tx) error {
			n, err := tx.In(community).EndSessions(mei, "wxB")
			if n != 1 {
				t.Errorf("%d sessions ended", n)
			}
			return err
		})
		if err != nil {
			t.Error(err)
		}
	})
}
