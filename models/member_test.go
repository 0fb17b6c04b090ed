package models_test

import (
	"sync"
	"testing"

	"siyu/internal/testkit"
	"siyu/models"
)

// circle is a community on one engine, for tests of who is who.
type circle struct {
	store *models.Store
	id    models.CommunityID
}

func eachCircle(t *testing.T, fn func(t *testing.T, c circle)) {
	t.Helper()
	testkit.Each(t, func(t *testing.T, s *models.Store, _ *models.ManualClock) {
		fn(t, circle{s, testkit.Community(t, s, nil)})
	})
}

func (c circle) do(t *testing.T, fn func(sc *models.Scope) error) {
	t.Helper()
	if err := c.store.Tx(t.Context(), func(tx *models.Tx) error { return fn(tx.In(c.id)) }); err != nil {
		t.Fatal(err)
	}
}

func (c circle) read(t *testing.T) *models.Scope {
	t.Helper()
	return c.store.Read(t.Context()).In(c.id)
}

// meet identifies whoever has these names, seen together.
func (c circle) meet(t *testing.T, names ...models.Name) models.MemberID {
	t.Helper()
	var m models.MemberID
	c.do(t, func(sc *models.Scope) (err error) {
		m, err = sc.Identify(names...)
		return err
	})
	return m
}

func official(v string) models.Name {
	return models.Name{Kind: models.OpenID, Scope: "wx-official", Value: v}
}
func mini(v string) models.Name  { return models.Name{Kind: models.OpenID, Scope: "wx-mini", Value: v} }
func union(v string) models.Name { return models.Name{Kind: models.UnionID, Value: v} }
func external(v string) models.Name {
	return models.Name{Kind: models.ExternalUserID, Scope: "ww-corp", Value: v}
}

func (c circle) people(t *testing.T) int64 {
	t.Helper()
	n, err := c.read(t).CountMembers()
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// TestMergeByUnionID: two openids that turn out to have one unionid are one person, the older; what both did is hers.
func TestMergeByUnionID(t *testing.T) {
	t.Parallel()
	eachCircle(t, func(t *testing.T, c circle) {
		elder := c.meet(t, official("o1"))
		younger := c.meet(t, mini("m1"))
		if elder == younger || c.people(t) != 2 {
			t.Fatalf("%s and %s, %d people", elder, younger, c.people(t))
		}
		var group models.Group
		c.do(t, func(sc *models.Scope) error {
			group = models.Group{Name: "g", Kind: models.OrdinaryGroup, Zone: "UTC"}
			if err := sc.InsertGroup(&group); err != nil {
				return err
			}
			if _, err := sc.AddGroupMember(&models.GroupMember{GroupID: group.ID, UserKey: "k", MemberID: younger, JoinedAt: 1}); err != nil {
				return err
			}
			for uid, m := range map[string]models.MemberID{"a": elder, "b": younger} {
				if _, err := sc.AddTouch(&models.Touch{UID: uid, Kind: models.TouchMini, At: sc.Now, MemberID: m}); err != nil {
					return err
				}
			}
			return sc.ReplaceJourneys(younger, []models.Journey{{Dim: "all", Level: 4}})
		})
		c.meet(t, official("o1"), union("u1"))
		if got := c.meet(t, mini("m1"), union("u1")); got != elder || c.people(t) != 1 {
			t.Fatalf("merged into %s, want %s; %d people", got, elder, c.people(t))
		}
		sc := c.read(t)
		if now, err := sc.Canonical(younger); err != nil || now != elder {
			t.Errorf("%s is now %s, %v", younger, now, err)
		}
		if ids, err := sc.Cluster(younger); err != nil || len(ids) != 2 || ids[0] != elder || ids[1] != younger {
			t.Errorf("her ids are %v, %v", ids, err)
		}
		if all, err := sc.TouchesOf(elder); err != nil || len(all) != 2 {
			t.Errorf("%d touches are hers, %v", len(all), err)
		}
		if rows, err := sc.JourneysOf(younger); err != nil || len(rows) != 0 {
			t.Errorf("the younger keeps %v, %v", rows, err)
		}
		if in, err := sc.PresentMembers(group.ID); err != nil || len(in) != 1 || in[0].MemberID != elder {
			t.Errorf("present are %v, %v", in, err)
		}
		dirty, err := sc.DirtyMembers(10)
		if err != nil || len(dirty) != 1 || dirty[0].Member != elder {
			t.Errorf("to be recomputed are %v, %v", dirty, err)
		}
		if names, err := sc.IdentitiesOf(elder); err != nil || len(names) != 3 {
			t.Errorf("%d names, %v", len(names), err)
		}
	})
}

// TestMergeChain: who was merged into somebody who is merged herself points to the last one.
func TestMergeChain(t *testing.T) {
	t.Parallel()
	eachCircle(t, func(t *testing.T, c circle) {
		first, second, third := c.meet(t, official("o")), c.meet(t, mini("m")), c.meet(t, external("e"))
		if got := c.meet(t, mini("m"), external("e")); got != second {
			t.Fatalf("got %s, want %s", got, second)
		}
		if got := c.meet(t, external("e"), official("o")); got != first {
			t.Fatalf("got %s, want %s", got, first)
		}
		for _, m := range []models.MemberID{second, third} {
			if now, err := c.read(t).Canonical(m); err != nil || now != first {
				t.Errorf("%s is now %s, %v", m, now, err)
			}
		}
		if ids, err := c.read(t).Cluster(third); err != nil || len(ids) != 3 {
			t.Errorf("her ids are %v, %v", ids, err)
		}
	})
}

// TestNoMergeAcrossUnionIDs: two people with different unionids stay two, whatever names they share.
func TestNoMergeAcrossUnionIDs(t *testing.T) {
	t.Parallel()
	eachCircle(t, func(t *testing.T, c circle) {
		a := c.meet(t, official("o1"), union("u1"))
		b := c.meet(t, external("e2"), union("u2"))
		if got := c.meet(t, official("o1"), external("e2")); got != a || c.people(t) != 2 {
			t.Errorf("got %s of %d people, want %s of 2", got, c.people(t), a)
		}
		if got := c.meet(t, external("e2")); got != b {
			t.Errorf("her name is %s's now, want %s's", got, b)
		}
	})
}

// TestIdentifyNobody: names without a value name nobody.
func TestIdentifyNobody(t *testing.T) {
	t.Parallel()
	eachCircle(t, func(t *testing.T, c circle) {
		err := c.store.Tx(t.Context(), func(tx *models.Tx) error {
			_, err := tx.In(c.id).Identify(official(""), union(""))
			return err
		})
		if models.CodeOf(err) != "no_identity" || c.people(t) != 0 {
			t.Errorf("%v, %d people", err, c.people(t))
		}
		m := c.meet(t, official("o"), union(""))
		if names, err := c.read(t).IdentitiesOf(m); err != nil || len(names) != 1 {
			t.Errorf("%v, %v", names, err)
		}
	})
}

// TestIdentifyTogether: however many see a person for the first time at once, she is one.
func TestIdentifyTogether(t *testing.T) {
	t.Parallel()
	eachCircle(t, func(t *testing.T, c circle) {
		var wg sync.WaitGroup
		for i := range 24 {
			wg.Go(func() {
				names := [][]models.Name{
					{official("o"), union("u")}, {mini("m"), union("u")}, {external("e"), union("u")}, {union("u")},
				}[i%4]
				err := c.store.Tx(t.Context(), func(tx *models.Tx) error {
					_, err := tx.In(c.id).Identify(names...)
					return err
				})
				if err != nil {
					t.Error(err)
				}
			})
		}
		wg.Wait()
		if n := c.people(t); n != 1 {
			t.Errorf("%d people, want 1", n)
		}
		if names, err := c.read(t).IdentitiesOf(c.meet(t, union("u"))); err != nil || len(names) != 4 {
			t.Errorf("%d names, %v", len(names), err)
		}
	})
}

// TestIdentityStaysInItsCommunity: the same openid in two communities is two people.
func TestIdentityStaysInItsCommunity(t *testing.T) {
	t.Parallel()
	eachCircle(t, func(t *testing.T, c circle) {
		other := circle{c.store, testkit.Community(t, c.store, nil)}
		if a, b := c.meet(t, official("o"), union("u")), other.meet(t, official("o"), union("u")); a == b {
			t.Error("a person of two communities")
		}
		if c.people(t) != 1 || other.people(t) != 1 {
			t.Errorf("%d and %d people", c.people(t), other.people(t))
		}
	})
}
