package bot_test

import (
	"testing"
	"time"

	"siyu/bot"
	"siyu/internal/jobs"
	"siyu/internal/testkit"
	"siyu/internal/wechatsim"
	"siyu/models"
)

// TestOwnerChanges: what the old owner was asked for and has not posted is taken back from her and goes to the new one for the
// rest of its time; what she has posted stays hers. Nothing is posted twice.
func TestOwnerChanges(t *testing.T) {
	t.Parallel()
	for name, posted := range map[string]bool{"not posted": false, "posted just before": true} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			testkit.Each(t, func(t *testing.T, s *models.Store, clock *models.ManualClock) {
				b := newBench(t, s, clock)
				corp := wechatsim.DefaultCorpID
				p := b.reserve(t, b.group.ID)
				b.settle(t, 15*time.Minute)
				old := b.sim.OpenTasks(corp, owner)
				if len(old) != 1 {
					t.Fatalf("the owner has %d tasks", len(old))
				}
				if posted {
					must(t, b.sim.Confirm(corp, old[0].MsgID, owner))
				}
				must(t, b.chat.ChangeOwner(t.Context(), "second"))
				b.settle(t, 45*time.Minute)
				if left := b.sim.OpenTasks(corp, owner); len(left) != 0 {
					t.Errorf("the old owner still has %d tasks", len(left))
				}
				g, err := s.Read(t.Context()).In(b.community).Group(b.group.ID)
				must(t, err)
				if g.OwnerUserID != "second" {
					t.Errorf("the group is %s's", g.OwnerUserID)
				}
				open := b.sim.OpenTasks(corp, "second")
				if !posted {
					if len(open) != 1 {
						t.Fatalf("the new owner has %d tasks", len(open))
					}
					if got := b.placement(t, p.ID); got.State != models.PlacementTasked || got.S != p.S || got.E != p.E {
						t.Errorf("the placement is %s in [%d,%d], want what it was", got.State, got.S, got.E)
					}
					must(t, b.sim.Confirm(corp, open[0].MsgID, "second"))
					b.settle(t, 20*time.Minute)
				} else if len(open) != 0 {
					t.Errorf("it was posted, and the new owner has %d tasks", len(open))
				}
				if got := b.placement(t, p.ID); got.State != models.PlacementConfirmed {
					t.Errorf("the placement is %s", got.State)
				}
				if n := len(b.chat.Posts()); n != 1 {
					t.Errorf("it was posted %d times", n)
				}
			})
		})
	}
}

// TestStaffLeaves: who is no more with the corp is found out; her groups are listed, her tasks are the owners', one action hands
// the groups over in Siyu and another in WeCom.
func TestStaffLeaves(t *testing.T) {
	t.Parallel()
	testkit.Each(t, func(t *testing.T, s *models.Store, clock *models.ManualClock) {
		b := newBench(t, s, clock)
		corp := wechatsim.DefaultCorpID
		other, err := b.sim.NewWeComGroup(t.Context(), corp, wechatsim.GroupSpec{Name: "二群", OwnerUserID: "second"})
		must(t, err)
		b.settle(t, time.Minute)
		look := func() {
			b.write(t, func(sc *models.Scope) error {
				if err := jobs.Periodic(sc.Tx, bot.WatchStaff{}); err != nil {
					return err
				}
				return jobs.Hasten(sc.Tx, bot.WatchStaff{}, sc.Now)
			})
			_, err := b.runner.Drain(t.Context())
			must(t, err)
		}
		look()
		var lead, second models.Account
		b.write(t, func(sc *models.Scope) error {
			lead = models.Account{Role: models.Organiser, Login: "lead", Name: "阿岚", PasswordHash: []byte("x")}
			second = models.Account{Role: models.Organiser, Login: "second", Name: "小美", PasswordHash: []byte("x"), Scope: models.KeeperScope}
			if err := sc.InsertAccount(&lead); err != nil {
				return err
			}
			return sc.InsertAccount(&second)
		})
		staff := func(user string) models.StaffUser {
			u, err := s.Read(t.Context()).In(b.community).StaffByUserID(corp, user)
			must(t, err)
			return u
		}
		must(t, b.bot.MapStaff(t.Context(), lead, staff(owner).ID, lead.ID))
		must(t, b.bot.MapStaff(t.Context(), lead, staff("second").ID, second.ID))
		p := b.reserve(t, b.group.ID)
		b.settle(t, 15*time.Minute)
		whose := func() models.AccountID {
			task, err := s.Read(t.Context()).In(b.community).TaskOf(p.ID)
			must(t, err)
			return task.AccountID
		}
		if whose() != lead.ID {
			t.Errorf("the task is %s's, want who owns the group in WeCom", whose())
		}
		must(t, b.sim.StaffLeaves(corp, owner))
		clock.Advance(time.Minute)
		look()
		if u := staff(owner); u.Present() || staff("second").LeftAt != 0 {
			t.Fatalf("%s is taken for present", u.UserID)
		}
		if whose() != 0 {
			t.Errorf("the task is %s's, want anybody's", whose())
		}
		b.watch(t)
		if _, ok := b.open(t, b.group.ID)[bot.WarnOwnerLeft]; !ok {
			t.Errorf("nobody is warned: %v", b.open(t, b.group.ID))
		}
		team, err := b.bot.TeamBoard(t.Context(), b.community)
		must(t, err)
		if len(team.Orphans) != 1 || team.Orphans[0].ID != b.group.ID {
			t.Errorf("the groups of who left are %+v", team.Orphans)
		}
		if _, err := b.bot.Transfer(t.Context(), lead, staff("second").ID, owner, nil); models.CodeOf(err) != "staff_present" {
			t.Errorf("handing over the groups of somebody who is there: %v", err)
		}
		if _, err := b.bot.Transfer(t.Context(), lead, staff(owner).ID, "nobody", nil); models.CodeOf(err) != "staff_user_not_found" {
			t.Errorf("handing over to nobody: %v", err)
		}
		passed, err := b.bot.HandOverStaff(t.Context(), lead, staff(owner).ID, second.ID, nil)
		must(t, err)
		if passed.Groups != 1 || passed.Tasks != 1 || whose() != second.ID {
			t.Errorf("%+v were handed over, the task is %s's", passed, whose())
		}
		b.sim.Fail("/cgi-bin/externalcontact/groupchat/transfer", wechatsim.Fault{Disconnect: true})
		if _, err := b.bot.Transfer(t.Context(), lead, staff(owner).ID, "second", nil); models.CodeOf(err) == "" {
			t.Errorf("a lost answer: %v, which nobody can read", err)
		}
		if all, err := s.Read(t.Context()).In(b.community).Audits(1); err != nil || all[0].Action != "team.transfer" {
			t.Errorf("that WeCom was asked is not written down: %+v, %v", all, err)
		}
		moved, err := b.bot.Transfer(t.Context(), lead, staff(owner).ID, "second", nil)
		must(t, err)
		if moved.Groups != 1 || len(moved.Failed) != 0 || b.chat.Owner() != "second" || other.Owner() != "second" {
			t.Errorf("WeCom handed over %+v", moved)
		}
		b.settle(t, time.Minute)
		b.watch(t)
		if all := b.open(t, b.group.ID); len(all) != 0 {
			t.Errorf("it is handed over, open is %v", all)
		}
	})
}

// TestSenderIsGone: that WeCom refuses an owner as the sender of a message is reason to look at once whether she has left.
func TestSenderIsGone(t *testing.T) {
	t.Parallel()
	s, clock := testkit.Store(t)
	b := newBench(t, s, clock)
	corp := wechatsim.DefaultCorpID
	_, err := b.sim.NewWeComGroup(t.Context(), corp, wechatsim.GroupSpec{Name: "二群", OwnerUserID: "second"})
	must(t, err)
	b.write(t, func(sc *models.Scope) error { return jobs.Periodic(sc.Tx, bot.WatchStaff{}) })
	b.settle(t, time.Minute)
	must(t, b.sim.StaffLeaves(corp, owner))
	b.reserve(t, b.group.ID)
	b.settle(t, 15*time.Minute)
	u, err := s.Read(t.Context()).In(b.community).StaffByUserID(corp, owner)
	must(t, err)
	if u.Present() {
		t.Error("nobody has noticed that she has left")
	}
	if n := len(b.sim.OpenTasks(corp, "")); n != 0 {
		t.Errorf("%d messages wait for somebody", n)
	}
}

// TestOwnerChangesTooLate: what changes hands when its time is over is nobody's fault: it is planned anew, with a reason that
// people can read.
func TestOwnerChangesTooLate(t *testing.T) {
	t.Parallel()
	s, clock := testkit.Store(t)
	b := newBench(t, s, clock)
	p := b.reserve(t, b.group.ID)
	b.settle(t, 15*time.Minute)
	task, err := s.Read(t.Context()).In(b.community).TaskOf(p.ID)
	must(t, err)
	clock.Set(task.DueAt.Time())
	b.write(t, func(sc *models.Scope) error {
		return jobs.Enqueue(sc.Tx, bot.CloseTask{Community: b.community, Task: task.ID, Why: "owner_changed"}, sc.Now.Add(-time.Minute))
	})
	b.settle(t, time.Minute)
	task, err = s.Read(t.Context()).In(b.community).Task(task.ID)
	must(t, err)
	if task.State != models.TaskCancelled || task.Why != "task_failed" {
		t.Errorf("the task is %s, %s", task.State, task.Why)
	}
}
