package miniprogram_test

import (
	"sync"
	"testing"

	"siyu/internal/wechatsim"
	"siyu/models"
)

// opens has people open a group's card in a place, and returns the group the last of them is told.
func (w *world) opens(t *testing.T, place *wechatsim.Group, code string, people ...*wechatsim.Person) models.Group {
	t.Helper()
	var g models.Group
	for _, p := range people {
		g = w.enter(t, w.login(t, p), entry(t, p, place, code))
	}
	return g
}

func (w *world) group(t *testing.T, id models.GroupID) models.Group {
	t.Helper()
	g, err := w.read(t).Group(id)
	if err != nil {
		t.Fatal(err)
	}
	return g
}

// TestWhichGroup: which place is a card's group is shown by those who open its cards, and not by the first of them.
func TestWhichGroup(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		var people []*wechatsim.Person
		for range 9 {
			people = append(people, w.sim.NewPerson("成员"))
		}
		home := func(code string) models.Group {
			return w.card(t, models.Group{Name: code, Kind: models.OrdinaryGroup, Zone: "America/Vancouver", Capacity: 500}, code)
		}
		t.Run("forwarded before anybody opened it there", func(t *testing.T) {
			real, other, want := w.ordinary(t, people...), w.ordinary(t, people...), home("a1")
			w.opens(t, other, "a1", people[0])
			if g := w.opens(t, real, "a1", people[1:5]...); g.ID == want.ID {
				t.Error("one card, and as many as may be in a group that it was forwarded to: nobody knows yet")
			}
			if g := w.opens(t, real, "a1", people[5]); g.ID != want.ID {
				t.Errorf("got %+v", g)
			}
		})
		t.Run("a second card was forwarded too", func(t *testing.T) {
			real, other, want := w.ordinary(t, people...), w.ordinary(t, people...), home("b1")
			w.card(t, want, "b2")
			w.opens(t, other, "b1", people[0])
			if g := w.opens(t, real, "b1", people[1]); g.ID == want.ID {
				t.Errorf("got %+v", g)
			}
			if g := w.opens(t, real, "b2", people[2]); g.ID == want.ID {
				t.Error("half as many opened cards elsewhere: nobody knows yet")
			}
			if g := w.opens(t, real, "b2", people[3]); g.ID != want.ID {
				t.Errorf("got %+v", g)
			}
			if g := w.opens(t, other, "b1", people[4:]...); g.Known() || g.ID == want.ID {
				t.Errorf("a group that is bound was bound again: %+v", g)
			}
		})
		t.Run("one of the team opened it", func(t *testing.T) {
			real, want := w.ordinary(t, people...), home("a2")
			for i, role := range []models.Role{models.Organiser, models.BrandUser} {
				session := w.login(t, people[i])
				w.do(t, func(sc *models.Scope) error {
					a := models.Account{Role: role, Login: string(role) + w.community.String(), Name: "lan", PasswordHash: []byte("x")}
					if err := sc.InsertAccount(&a); err != nil {
						return err
					}
					if _, err := sc.OfferOperatorCode(a.ID, "ABC", day); err != nil {
						return err
					}
					_, err := sc.BindOperator("ABC", appID, people[i].OpenID(appID), session.MemberID)
					return err
				})
			}
			if g := w.opens(t, real, "a2", people[1]); g.ID == want.ID {
				t.Errorf("a brand says by herself which group it is: %+v", g)
			}
			if g := w.opens(t, real, "a2", people[0]); g.ID != want.ID {
				t.Errorf("got %+v", g)
			}
		})
		t.Run("a card that nobody was given", func(t *testing.T) {
			real, want := w.ordinary(t, people...), models.Group{Name: "x", Kind: models.OrdinaryGroup, Zone: "America/Vancouver"}
			w.do(t, func(sc *models.Scope) error {
				if err := sc.InsertGroup(&want); err != nil {
					return err
				}
				_, err := sc.AddPlacement(&models.Placement{Code: "a3", Idem: "a3", GroupID: want.ID})
				return err
			})
			w.opens(t, real, "a3", people[2:]...)
			if w.group(t, want.ID).OpenGID != nil {
				t.Error("it bound the group")
			}
		})
		t.Run("the organiser says that they are two", func(t *testing.T) {
			real, want := w.ordinary(t, people...), home("a4")
			if g := w.opens(t, real, "a4", people[2:7]...); g.ID != want.ID {
				t.Fatalf("got %+v", g)
			}
			var other models.Group
			w.do(t, func(sc *models.Scope) (err error) { other, err = sc.Unbind(want.ID, 0); return err })
			if g := w.opens(t, real, "a4", people[2:]...); g.ID != other.ID || w.group(t, want.ID).OpenGID != nil {
				t.Errorf("it was bound again: %+v", g)
			}
			for group, n := range map[models.GroupID]int{want.ID: 0, other.ID: 7} {
				if present, err := w.read(t).CountPresent(group); err != nil || present != n {
					t.Errorf("%d are in %s, want %d: %v", present, group, n, err)
				}
			}
			if got := w.touches(t, w.login(t, people[2]).MemberID, models.TouchGroup); got[len(got)-1].GroupID != other.ID {
				t.Errorf("got %+v", got)
			}
			w.do(t, func(sc *models.Scope) error { _, err := sc.MergeGroups(other.ID, want.ID, 0, ""); return err })
			if g := w.opens(t, real, "", people[4]); g.ID != want.ID {
				t.Errorf("after she has changed her mind: %+v", g)
			}
		})
		t.Run("all at once", func(t *testing.T) {
			real, want := w.ordinary(t, people...), home("a5")
			var wg sync.WaitGroup
			for _, p := range people[1:] {
				session, in := w.login(t, p), entry(t, p, real, "a5")
				wg.Go(func() {
					if _, err := w.EnterGroup(t.Context(), session, in); err != nil {
						t.Error(err)
					}
				})
			}
			wg.Wait()
			if g := w.opens(t, real, "a5", people[1]); g.ID != want.ID {
				t.Errorf("got %+v", g)
			}
			if present, err := w.read(t).CountPresent(want.ID); err != nil || present != 8 {
				t.Errorf("%d are in it: %v", present, err)
			}
		})
	})
}
