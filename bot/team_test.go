package bot_test

import (
	"fmt"
	"sync"
	"testing"
	"time"

	"siyu/bot"
	"siyu/internal/testkit"
	"siyu/models"
)

// colleague makes an account of the team.
func (b *bench) colleague(t *testing.T, login string, scope models.AccountScope) models.Account {
	t.Helper()
	a := models.Account{Role: models.Organiser, Login: login, Name: login, PasswordHash: []byte("x"), Scope: scope}
	b.write(t, func(sc *models.Scope) error { return sc.InsertAccount(&a) })
	return a
}

// at runs work many times at once and returns what came of it.
func at(n int, work func(i int) error) []error {
	out := make([]error, n)
	var all sync.WaitGroup
	for i := range n {
		all.Go(func() { out[i] = work(i) })
	}
	all.Wait()
	return out
}

// TestTeamRaces: of many who use one invitation at once, one joins; of owners who deactivate each other at once, one stays.
func TestTeamRaces(t *testing.T) {
	t.Parallel()
	testkit.Each(t, func(t *testing.T, s *models.Store, clock *models.ManualClock) {
		b := newBench(t, s, clock)
		lead := b.colleague(t, "lead", models.OwnerScope)
		_, code, err := b.bot.InviteColleague(t.Context(), lead, "小美", models.OwnerScope)
		must(t, err)
		joined := 0
		for _, err := range at(6, func(i int) error {
			_, err := b.bot.Join(t.Context(), code, models.Account{Login: fmt.Sprint("new", i), PasswordHash: []byte("x")})
			return err
		}) {
			switch {
			case err == nil:
				joined++
			case models.CodeOf(err) != "invitation_over":
				t.Errorf("a late one is told %v", err)
			}
		}
		team, err := b.bot.TeamBoard(t.Context(), b.community)
		must(t, err)
		if joined != 1 || len(team.Colleagues) != 2 || len(team.Invitations) != 0 {
			t.Errorf("%d joined, the team is %d, %d invitations are open", joined, len(team.Colleagues), len(team.Invitations))
		}
		no := false
		owners := []models.Account{team.Colleagues[0].Account, team.Colleagues[1].Account}
		refused := 0
		for _, err := range at(2, func(i int) error {
			return b.bot.ChangeColleague(t.Context(), owners[i], owners[1-i].ID, bot.ColleagueChange{Active: &no})
		}) {
			if models.CodeOf(err) == "last_owner" {
				refused++
			} else {
				must(t, err)
			}
		}
		left, err := s.Read(t.Context()).In(b.community).Team()
		must(t, err)
		active := 0
		for _, a := range left {
			if a.Active() {
				active++
			}
		}
		if refused != 1 || active != 1 {
			t.Errorf("%d of two were refused, %d owners are left", refused, active)
		}
	})
}

// TestTasksPassOn: a task that is handed over while its group is given to two people, one of whom leaves, ends with whoever has the
// group, or with nobody if she has left.
func TestTasksPassOn(t *testing.T) {
	t.Parallel()
	testkit.Each(t, func(t *testing.T, s *models.Store, clock *models.ManualClock) {
		b := newBench(t, s, clock)
		lead := b.colleague(t, "lead", models.OwnerScope)
		people := []models.Account{b.colleague(t, "anna", models.KeeperScope), b.colleague(t, "bea", models.KeeperScope)}
		g := b.neighbours(t, "邻居群")
		p := b.reserve(t, g.ID)
		work := []func() error{
			func() error { _, err := b.runner.Drain(t.Context()); return err },
			func() error { _, err := b.bot.SetKeeper(t.Context(), lead, g.ID, people[0].ID, 0); return err },
			func() error { _, err := b.bot.SetKeeper(t.Context(), lead, g.ID, people[1].ID, 0); return err },
			func() error {
				return b.bot.ChangeColleague(t.Context(), lead, people[0].ID, bot.ColleagueChange{Active: new(bool)})
			},
		}
		for _, err := range at(len(work), func(i int) error { return work[i]() }) {
			if models.CodeOf(err) != "colleague_gone" { // anna left before she was given it
				must(t, err)
			}
		}
		task, err := s.Read(t.Context()).In(b.community).TaskOf(p.ID)
		must(t, err)
		now, err := s.Read(t.Context()).In(b.community).Group(g.ID)
		must(t, err)
		want := now.KeeperID
		if want == people[0].ID { // who has left
			want = 0
		}
		if task.AccountID != want {
			t.Errorf("the task is %s's, the group is %s's, anna is %s", task.AccountID, now.KeeperID, people[0].ID)
		}
	})
}

// TestInvitationsEnd: who is no owner any more has no invitations out, and whoever joins has a name.
func TestInvitationsEnd(t *testing.T) {
	t.Parallel()
	s, clock := testkit.Store(t)
	b := newBench(t, s, clock)
	lead, second := b.colleague(t, "lead", models.OwnerScope), b.colleague(t, "second", models.OwnerScope)
	_, hers, err := b.bot.InviteColleague(t.Context(), second, "", models.OwnerScope)
	must(t, err)
	_, code, err := b.bot.InviteColleague(t.Context(), lead, " ", models.KeeperScope)
	must(t, err)
	keeper := models.KeeperScope
	must(t, b.bot.ChangeColleague(t.Context(), lead, second.ID, bot.ColleagueChange{Scope: &keeper}))
	if _, err := b.bot.Join(t.Context(), hers, models.Account{Login: "back", PasswordHash: []byte("x")}); models.CodeOf(err) != "invitation_over" {
		t.Errorf("who keeps some groups only has an owner in: %v", err)
	}
	a, err := b.bot.Join(t.Context(), code, models.Account{Login: "third", PasswordHash: []byte("x")})
	if err != nil || a.Name != "third" || a.Owns() {
		t.Errorf("whoever joined is %+v, %v", a, err)
	}
}

// TestMergedTasks: what is to be done in a group that becomes part of another is that one's keeper's; one that lives does not
// become part of one that has ended.
func TestMergedTasks(t *testing.T) {
	t.Parallel()
	s, clock := testkit.Store(t)
	b := newBench(t, s, clock)
	lead := b.colleague(t, "lead", models.OwnerScope)
	anna, bea := b.colleague(t, "anna", models.KeeperScope), b.colleague(t, "bea", models.KeeperScope)
	from, into, ended := b.neighbours(t, "École"), b.neighbours(t, "邻居二群"), b.neighbours(t, "旧群")
	for id, who := range map[models.GroupID]models.AccountID{from.ID: anna.ID, into.ID: bea.ID} {
		_, err := b.bot.SetKeeper(t.Context(), lead, id, who, 0)
		must(t, err)
	}
	p := b.reserve(t, from.ID)
	b.settle(t, 10*time.Second)
	if task, err := s.Read(t.Context()).In(b.community).TaskOf(p.ID); err != nil || task.AccountID != anna.ID {
		t.Fatalf("the task is %+v, %v", task, err)
	}
	must(t, b.bot.RetireGroup(t.Context(), b.community, ended.ID, "旧群", lead.ID))
	if err := b.bot.MergeGroups(t.Context(), b.community, from.ID, ended.ID, lead.ID); models.CodeOf(err) != "group_retired" {
		t.Errorf("a group that lives became part of one that has ended: %v", err)
	}
	must(t, b.bot.MergeGroups(t.Context(), b.community, from.ID, into.ID, lead.ID))
	task, err := s.Read(t.Context()).In(b.community).TaskOf(p.ID)
	if err != nil || task.GroupID != into.ID || task.AccountID != bea.ID {
		t.Errorf("the task is %+v, %v, want bea's", task, err)
	}
	if _, err := b.bot.SetKeeper(t.Context(), lead, from.ID, anna.ID, 0); models.CodeOf(err) != "group_merged" {
		t.Errorf("a group that is another has a keeper: %v", err)
	}
	name := "École"
	must(t, b.bot.EditGroup(t.Context(), b.community, into.ID, bot.GroupForm{Name: &name}, lead.ID))
	must(t, b.bot.EditGroup(t.Context(), b.community, b.neighbours(t, name).ID, bot.GroupForm{Name: &name}, lead.ID)) // two of a name stay so
	unnamed := models.UnnamedGroup
	if err := b.bot.EditGroup(t.Context(), b.community, into.ID, bot.GroupForm{Name: &unnamed}, lead.ID); models.CodeOf(err) != "group_name_wrong" {
		t.Errorf("a group is called as one that nobody has named: %v", err)
	}
	for _, words := range []string{"École", "ÉCOLE"[2:], "école"[2:]} {
		if found, err := b.bot.BoardPart(t.Context(), b.community, models.GroupFilter{Words: words}); err != nil || len(found) != 2 || found[0].ID != into.ID {
			t.Errorf("%s finds %d groups, %v", words, len(found), err)
		}
	}
}
