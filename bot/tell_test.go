package bot_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"siyu/bot"
	"siyu/internal/jobs"
	"siyu/internal/testkit"
	"siyu/internal/wechatsim"
	"siyu/models"
)

// bound makes an account of the team that follows the Official Account and has said who she is.
func (b *bench) bound(t *testing.T, name string) (models.Account, *wechatsim.Person) {
	t.Helper()
	a, p := b.organiser(t, name), b.sim.NewPerson(name)
	_, err := p.Follow(t.Context(), wechatsim.DefaultOfficialAppID)
	must(t, err)
	b.settle(t, 10*time.Second)
	must(t, b.store.Tx(t.Context(), func(tx *models.Tx) error {
		sc := tx.In(b.community)
		member, err := sc.Identify(models.Name{Kind: models.OpenID, Scope: wechatsim.DefaultOfficialAppID, Value: p.OpenID(wechatsim.DefaultOfficialAppID)})
		if err != nil {
			return err
		}
		if _, err := sc.OfferOperatorCode(a.ID, name, time.Hour); err != nil {
			return err
		}
		_, err = sc.BindOperator(name, wechatsim.DefaultMiniProgramAppID, "o-"+name, member)
		return err
	}))
	return a, p
}

// told lists what was told of a task.
func (b *bench) told(t *testing.T, id models.TaskID) []models.ToldOf {
	t.Helper()
	all, err := b.store.Read(t.Context()).In(b.community).TellingsOf([]models.TaskID{id})
	must(t, err)
	return all[id]
}

// tellings says what was told of a task to whom.
func (b *bench) tellings(t *testing.T, id models.TaskID) map[models.AccountID]string {
	t.Helper()
	got := map[models.AccountID]string{}
	for _, told := range b.told(t, id) {
		got[told.AccountID] += fmt.Sprintf("%d %s %s %s;", told.Round, told.Way, told.State, told.Why)
	}
	return got
}

// tellAll has two processes look at once, often, whom there is something to tell.
func (b *bench) tellAll(t *testing.T, processes ...*jobs.Runner) {
	t.Helper()
	b.write(t, func(sc *models.Scope) error {
		for range 6 {
			if err := jobs.Enqueue(sc.Tx, bot.TellOwners{Community: b.community}, sc.Now); err != nil {
				return err
			}
		}
		return nil
	})
	for _, err := range at(len(processes), func(i int) error { _, err := processes[i].Drain(t.Context()); return err }) {
		must(t, err)
	}
	b.settle(t, 10*time.Second)
	b.clock.Advance(time.Minute)
	b.settle(t, 10*time.Second)
}

// TestOwnersAreTold: tasks that open together are one message, what opens soon after it is the next, two reminders follow, and however many processes look nothing is
// said twice, not even what nobody knows the end of. Who cannot be written to is told nothing, and the reason is kept. A task
// that goes to a colleague is told to her, and nobody is reminded of what is done.
func TestOwnersAreTold(t *testing.T) {
	t.Parallel()
	testkit.Each(t, func(t *testing.T, s *models.Store, clock *models.ManualClock) {
		b := newBench(t, s, clock)
		lan, phone := b.bound(t, "lan")
		mute, bea := b.organiser(t, "mute"), b.colleague(t, "bea"+b.community.String(), models.KeeperScope)
		_, err := phone.SendText(t.Context(), wechatsim.DefaultOfficialAppID, "在")
		must(t, err)
		b.settle(t, 10*time.Second)
		b.rules(t, models.Rules{GroupCap: 2, GroupWindow: 7 * 24 * 3600_000, HoldFor: 3 * 3600_000})
		one, two, three := b.byHand(t, "甲"), b.byHand(t, "乙"), b.byHand(t, "丙")
		tasks := [3]models.Task{}
		for i, g := range []models.Group{one, two, three} {
			_, tasks[i] = b.handed(t, g.ID)
			if i == 1 { // the third opens when the others were told
				clock.Advance(time.Minute)
				both := []*jobs.Runner{b.runner}
				b.rewire(t, b.api)
				b.tellAll(t, append(both, b.runner)...)
			}
		}
		mine, kept := tasks[0], tasks[1]
		const nobody = "0 console untold official:no_wechat notice:no_wechat;"
		for _, id := range []models.TaskID{mine.ID, kept.ID} {
			if got := b.tellings(t, id); got[lan.ID] != "0 official told ;" || got[mute.ID] != nobody || len(got) != 2 {
				t.Errorf("told was %v", got)
			}
		}
		box := phone.Inbox(wechatsim.DefaultOfficialAppID)
		if len(box) != 1 || !strings.Contains(box[0].Text, "甲") || !strings.Contains(box[0].Text, b.bot.TaskURL(kept, lan.ID)) {
			t.Errorf("she read %+v", box)
		}
		_, err = b.bot.SetKeeper(t.Context(), lan, kept.GroupID, bea.ID, 0)
		must(t, err)
		clock.Advance(time.Minute)
		b.settle(t, 10*time.Second)
		if got := b.tellings(t, kept.ID); got[bea.ID] != nobody || got[lan.ID] != "0 official told ;" {
			t.Errorf("told was %v", got)
		}
		if got := b.tellings(t, tasks[2].ID); got[lan.ID] != "" || got[mute.ID] != nobody {
			t.Errorf("a minute after the last message there is another: %v", got)
		}
		clock.Advance(8 * time.Minute)
		b.settle(t, 10*time.Second)
		clock.Advance(time.Minute)
		b.settle(t, 10*time.Second)
		_, err = b.bot.ConfirmTask(t.Context(), b.community, tasks[2].ID, bot.Word{By: lan.ID})
		must(t, err)
		b.sim.Fail("/cgi-bin/message/custom/send", wechatsim.Fault{Disconnect: true, Execute: true})
		span := mine.DueAt.Sub(mine.OpenedAt)
		for _, after := range []time.Duration{span / 2, span * 5 / 6} {
			clock.Set(mine.OpenedAt.Add(after).Time())
			b.tellAll(t, b.runner)
			b.tellAll(t, b.runner)
		}
		if got := b.tellings(t, mine.ID)[lan.ID]; got != "0 official told ;1 official unknown ;2 official told ;" {
			t.Errorf("told was %s", got)
		}
		if n := len(phone.Inbox(wechatsim.DefaultOfficialAppID)); n != 4 {
			t.Errorf("%d messages, want two of what opened and two reminders", n)
		}
		if got := b.tellings(t, tasks[2].ID)[lan.ID]; got != "0 official told ;" {
			t.Errorf("she was reminded of what is done: %s", got)
		}
		if task, err := s.Read(t.Context()).In(b.community).Task(mine.ID); err != nil || task.Reminded != 2 {
			t.Errorf("reminded %d times, %v", task.Reminded, err)
		}
	})
}

// TestNobodyIsToldAtNight: what opens in a group's quiet hours is told when they end, if there is time left.
func TestNobodyIsToldAtNight(t *testing.T) {
	t.Parallel()
	s, clock := testkit.Store(t)
	b := newBench(t, s, clock)
	b.organiser(t, "lan")
	g := b.byHand(t, "甲")
	_, task := b.handed(t, g.ID)
	zone, err := time.LoadLocation(g.Zone)
	must(t, err)
	minute := clock.Now().In(zone).Hour()*60 + clock.Now().In(zone).Minute()
	b.rules(t, models.Rules{GroupCap: 2, GroupWindow: 7 * 24 * 3600_000, HoldFor: 3 * 3600_000,
		QuietStart: (minute + 1400) % 1440, QuietEnd: (minute + 60) % 1440})
	start := clock.Now()
	for _, look := range []struct{ minutes, want int }{{1, 0}, {30, 0}, {61, 1}, {62, 1}} {
		clock.Set(start.Add(time.Duration(look.minutes) * time.Minute))
		b.settle(t, 10*time.Second)
		if n := len(b.told(t, task.ID)); n != look.want {
			t.Fatalf("told %d times after %d minutes, want %d", n, look.minutes, look.want)
		}
	}
}
