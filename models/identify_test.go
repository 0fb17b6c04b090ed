package models_test

import (
	"fmt"
	"slices"
	"strconv"
	"sync"
	"testing"

	"pgregory.net/rapid"

	"siyu/internal/testkit"
	"siyu/models"
)

// TestIdentifyMany: many sightings at once make the same people as one after the other, whatever was known before, however
// they share names, contradict each other and make people one.
func TestIdentifyMany(t *testing.T) {
	t.Parallel()
	s, _ := testkit.Store(t) // a transaction for each draw: on the other engine the next test will do
	var names []models.Name
	for i := range 4 {
		n := strconv.Itoa(i)
		names = append(names, external(n), union(n), official(n))
	}
	draw := rapid.SliceOfN(rapid.Custom(func(t *rapid.T) []models.Name {
		return rapid.SliceOfNDistinct(rapid.SampledFrom(names), 1, 3, rapid.ID[models.Name]).Draw(t, "names")
	}), 0, 5)
	rapid.Check(t, func(rt *rapid.T) {
		before, now := draw.Draw(rt, "before"), draw.Draw(rt, "now")
		one, many := circle{s, testkit.Community(t, s, nil)}, circle{s, testkit.Community(t, s, nil)}
		for _, c := range []circle{one, many} {
			for _, n := range before {
				c.meet(t, n...)
			}
		}
		var singly, together []models.MemberID
		for _, n := range now {
			singly = append(singly, one.meet(t, n...))
		}
		many.do(t, func(sc *models.Scope) (err error) {
			together, err = sc.IdentifyMany(now)
			return err
		})
		if a, b := one.shape(t, names, singly), many.shape(t, names, together); !slices.Equal(a, b) {
			rt.Errorf("one by one %v, together %v", a, b)
		}
		if a, b := one.people(t), many.people(t); a != b {
			rt.Errorf("%d people one by one, %d together", a, b)
		}
	})
}

// shape says who is who without ids: for each name, and for each person that was returned, the first name that is hers.
func (c circle) shape(t *testing.T, names []models.Name, returned []models.MemberID) []string {
	t.Helper()
	var all []string
	first := map[models.MemberID]string{}
	for _, n := range names {
		m, err := c.read(t).MemberNamed(n)
		if err != nil {
			t.Fatal(err)
		}
		if m == 0 {
			all = append(all, "nobody")
			continue
		}
		if first[m] == "" {
			first[m] = fmt.Sprint(n.Kind, n.Value)
		}
		all = append(all, first[m])
	}
	for _, m := range returned {
		now, err := c.read(t).Canonical(m)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, first[now])
	}
	return all
}

// TestIdentifyManyAtOnce: two who see the same crowd for the first time agree on everybody in it.
func TestIdentifyManyAtOnce(t *testing.T) {
	t.Parallel()
	eachCircle(t, func(t *testing.T, c circle) {
		const crowd = 40
		var there, back [][]models.Name
		for i := range crowd {
			n := strconv.Itoa(i)
			there = append(there, []models.Name{external(n), union(n)})
		}
		back = slices.Clone(there)
		slices.Reverse(back)
		var all sync.WaitGroup
		for _, sightings := range [][][]models.Name{there, back, there} {
			all.Go(func() {
				err := c.store.Tx(t.Context(), func(tx *models.Tx) error {
					_, err := tx.In(c.id).IdentifyMany(sightings)
					return err
				})
				if err != nil {
					t.Error(err)
				}
			})
		}
		all.Wait()
		if n := c.people(t); n != crowd {
			t.Errorf("%d people, want %d", n, crowd)
		}
	})
}

// TestStaysMany: stays and touches booked together are those booked one by one; what is known is not booked again.
func TestStaysMany(t *testing.T) {
	t.Parallel()
	eachCircle(t, func(t *testing.T, c circle) {
		g := models.Group{Name: "一群", Kind: models.WeComGroup, Zone: "UTC"}
		c.do(t, func(sc *models.Scope) error { return sc.InsertGroup(&g) })
		stays := []models.GroupMember{{UserKey: "a", JoinedAt: 1}, {UserKey: "b", JoinedAt: 1}, {UserKey: "b", JoinedAt: 1}, {UserKey: "b", JoinedAt: 2}}
		var first, second []models.GroupMember
		c.do(t, func(sc *models.Scope) (err error) {
			first, err = sc.AddStays(g.ID, stays)
			return err
		})
		c.do(t, func(sc *models.Scope) (err error) {
			second, err = sc.AddStays(g.ID, append(stays, models.GroupMember{UserKey: "c", JoinedAt: 1}))
			return err
		})
		if len(first) != 3 || len(second) != 1 || second[0].UserKey != "c" {
			t.Errorf("booked %d and then %+v", len(first), second)
		}
		person := c.meet(t, external("a"))
		touch := models.Touch{UID: "x", Kind: models.TouchGroup, At: 1, MemberID: person}
		for range 2 {
			c.do(t, func(sc *models.Scope) error {
				return sc.AddTouches([]models.Touch{touch, touch, {UID: "y", Kind: models.TouchLeave, At: 2, MemberID: person}})
			})
		}
		touches, err := c.read(t).TouchesOf(person)
		dirty, derr := c.store.Read(t.Context()).DirtyMembers(10)
		if err != nil || derr != nil || len(touches) != 2 || len(dirty) != 1 {
			t.Errorf("%d touches, %d marks, %v, %v", len(touches), len(dirty), err, derr)
		}
		again := c.store.Tx(t.Context(), func(tx *models.Tx) error {
			sc := tx.In(c.id)
			if err := sc.CloseStays([]models.ID[models.GroupMember]{first[0].ID, first[1].ID}, sc.Now, true); err != nil {
				return err
			}
			present, err := sc.PresentMembers(g.ID)
			if err == nil && len(present) != 2 {
				t.Errorf("%d are left, want 2", len(present))
			}
			return err
		})
		if again != nil {
			t.Error(again)
		}
	})
}
