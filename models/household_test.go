package models_test

import (
	"slices"
	"sync"
	"testing"

	"siyu/internal/testkit"
	"siyu/models"
)

func (c circle) phone(t *testing.T, m models.MemberID, number string) {
	t.Helper()
	c.do(t, func(sc *models.Scope) error {
		person, err := sc.LockPerson(m)
		if err != nil {
			return err
		}
		return sc.SetPhone(person[0], number)
	})
}

func (c circle) home(t *testing.T, m models.MemberID) models.HouseholdID {
	t.Helper()
	of, err := c.read(t).HouseholdsOf([]models.MemberID{m})
	if err != nil {
		t.Fatal(err)
	}
	return of[m]
}

func (c circle) tail(t *testing.T, tail string) []models.MemberID {
	t.Helper()
	all, err := c.read(t).MembersByPhoneTail(tail)
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// TestPhone: a number finds its people by its end, in its own community, and is gone once it is erased.
func TestPhone(t *testing.T) {
	t.Parallel()
	eachCircle(t, func(t *testing.T, c circle) {
		ann, bea, cleo := c.meet(t, mini("ann")), c.meet(t, mini("bea")), c.meet(t, mini("cleo"))
		c.phone(t, ann, "8613812345678")
		c.phone(t, bea, "16045555678")
		c.phone(t, cleo, "8613812345678")
		if got := c.tail(t, "5678"); !slices.Equal(got, []models.MemberID{ann, bea, cleo}) {
			t.Errorf("the tail finds %v", got)
		}
		for _, wrong := range []string{"", "678", "12345678", "567x", "    "} {
			if got := c.tail(t, wrong); len(got) != 0 {
				t.Errorf("%q finds %v", wrong, got)
			}
		}
		other := circle{c.store, testkit.Community(t, c.store, nil)}
		if got := other.tail(t, "5678"); len(got) != 0 {
			t.Errorf("another community finds %v", got)
		}
		if c.home(t, ann) == 0 || c.home(t, ann) != c.home(t, cleo) || c.home(t, bea) == c.home(t, ann) {
			t.Errorf("households %v %v %v", c.home(t, ann), c.home(t, bea), c.home(t, cleo))
		}
		p, err := c.read(t).PhoneOf(ann)
		if err != nil {
			t.Fatal(err)
		}
		if plain, err := p.Number(c.store.Keys()); err != nil || plain != "8613812345678" {
			t.Errorf("opens as %q, %v", plain, err)
		}
		c.phone(t, cleo, "8613800000001") // she has another number now
		if c.home(t, cleo) == c.home(t, ann) || len(c.tail(t, "5678")) != 2 {
			t.Error("a second number must replace the first")
		}
		c.do(t, func(sc *models.Scope) error {
			_, err := sc.ForgetName(mini("ann"))
			return err
		})
		if got := c.tail(t, "5678"); !slices.Equal(got, []models.MemberID{bea}) || c.home(t, ann) != 0 {
			t.Errorf("after the erasure the tail finds %v", got)
		}
		if _, err := c.read(t).PhoneOf(ann); !models.IsKind(err, models.NotFound) {
			t.Errorf("an erased phone is read: %v", err)
		}
	})
}

// TestOneNumberOneHousehold: people who verify one number at the same time are one household.
func TestOneNumberOneHousehold(t *testing.T) {
	t.Parallel()
	eachCircle(t, func(t *testing.T, c circle) {
		people := make([]models.MemberID, 8)
		for i := range people {
			people[i] = c.meet(t, mini(string(rune('a'+i))))
		}
		var wg sync.WaitGroup
		for _, p := range people {
			wg.Go(func() { c.phone(t, p, "8613812345678") })
		}
		wg.Wait()
		in, err := c.read(t).PeopleIn([]models.HouseholdID{c.home(t, people[0])})
		if err != nil || len(in[c.home(t, people[0])]) != len(people) {
			t.Errorf("one household holds %v, %v", in, err)
		}
	})
}

// TestHouseholdByHand: what an organiser says holds against the number, and merges keep both.
func TestHouseholdByHand(t *testing.T) {
	t.Parallel()
	eachCircle(t, func(t *testing.T, c circle) {
		ann, bea := c.meet(t, official("ann")), c.meet(t, mini("bea"))
		cleo, dora := c.meet(t, mini("cleo")), c.meet(t, mini("dora"))
		c.phone(t, ann, "8613812345678")
		c.do(t, func(sc *models.Scope) error { return sc.Part(bea) })
		c.phone(t, bea, "8613812345678")
		if c.home(t, bea) != 0 {
			t.Error("a number overruled the organiser")
		}
		c.phone(t, bea, "8613812345678")
		c.do(t, func(sc *models.Scope) error {
			_, err := sc.Join([]models.MemberID{bea, cleo}, 0)
			return err
		})
		c.phone(t, dora, "8613899999999")
		if c.home(t, bea) == 0 || c.home(t, bea) != c.home(t, cleo) {
			t.Error("put together they are not one household")
		}
		// bea turns out to be ann: the organiser's word is kept.
		hand := c.home(t, bea)
		c.meet(t, official("ann"), mini("bea"))
		if c.home(t, ann) != hand || c.home(t, cleo) != hand || c.home(t, bea) != 0 {
			t.Errorf("after the merge: %v %v %v, want %v", c.home(t, ann), c.home(t, bea), c.home(t, cleo), hand)
		}
		if got := c.tail(t, "5678"); !slices.Equal(got, []models.MemberID{ann}) {
			t.Errorf("the number is %v's", got)
		}
	})
}

// TestMergeJoinsHouseholds: who lived with one of two people who are one lives with her; a number leads to the household it became.
func TestMergeJoinsHouseholds(t *testing.T) {
	t.Parallel()
	eachCircle(t, func(t *testing.T, c circle) {
		ann, bea := c.meet(t, official("ann")), c.meet(t, mini("bea"))
		cleo, dora, eve := c.meet(t, mini("cleo")), c.meet(t, mini("dora")), c.meet(t, mini("eve"))
		c.phone(t, ann, "8613800000001")
		c.phone(t, cleo, "8613800000001")
		c.phone(t, bea, "8613800000002")
		c.phone(t, dora, "8613800000002")
		c.meet(t, official("ann"), mini("bea"))
		c.phone(t, eve, "8613800000002")
		home := c.home(t, ann)
		for _, m := range []models.MemberID{cleo, dora, eve} {
			if c.home(t, m) != home {
				t.Errorf("%v lives in %v, not in %v", m, c.home(t, m), home)
			}
		}
	})
}
