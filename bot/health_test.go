package bot_test

import (
	"encoding/json"
	"maps"
	"slices"
	"testing"
	"time"

	"siyu/bot"
	"siyu/internal/jobs"
	"siyu/internal/testkit"
	"siyu/internal/wechatsim"
	"siyu/models"
)

const day = 24 * time.Hour

// watch has the groups' health looked at now.
func (b *bench) watch(t *testing.T) {
	t.Helper()
	must(t, b.store.Tx(t.Context(), func(tx *models.Tx) error {
		if err := jobs.Periodic(tx, bot.WatchHealth{}); err != nil {
			return err
		}
		return jobs.Hasten(tx, bot.WatchHealth{}, tx.Now)
	}))
	_, err := b.runner.Drain(t.Context())
	must(t, err)
}

// open lists the kinds of the open warnings about a group.
func (b *bench) open(t *testing.T, id models.GroupID) map[string]models.Warning {
	t.Helper()
	all, err := b.store.Read(t.Context()).In(b.community).OpenWarnings(0, 200, id)
	must(t, err)
	kinds := map[string]models.Warning{}
	for _, w := range all {
		if _, twice := kinds[w.Kind]; twice {
			t.Errorf("two warnings %s are open", w.Kind)
		}
		kinds[w.Kind] = w
	}
	return kinds
}

func (b *bench) write(t *testing.T, do func(*models.Scope) error) {
	t.Helper()
	must(t, b.store.Tx(t.Context(), func(tx *models.Tx) error { return do(tx.In(b.community)) }))
}

// neighbours registers a group whose count and QR code are entered by hand.
func (b *bench) neighbours(t *testing.T, name string) models.Group {
	t.Helper()
	g := models.Group{Name: name, Kind: models.OrdinaryGroup, Zone: "America/Vancouver", Capacity: 100}
	b.write(t, func(sc *models.Scope) error {
		if err := sc.InsertGroup(&g); err != nil {
			return err
		}
		_, err := sc.SetHeadcount(g.ID, 40, 100)
		return err
	})
	return g
}

// TestWarningsOpenAndClose: each cause is one warning however often it is looked at, put aside or not; when the cause goes
// the warning closes, and when it comes back there is another.
func TestWarningsOpenAndClose(t *testing.T) {
	t.Parallel()
	testkit.Each(t, func(t *testing.T, s *models.Store, clock *models.ManualClock) {
		b := newBench(t, s, clock)
		g := b.neighbours(t, "邻居群")
		b.watch(t)
		if all := b.open(t, g.ID); len(all) != 0 {
			t.Fatalf("a new group is warned of: %v", all)
		}
		heads := func(n int) {
			b.write(t, func(sc *models.Scope) error {
				_, err := sc.SetHeadcount(g.ID, n, 100)
				return err
			})
		}
		heads(96)
		for range 3 {
			b.watch(t)
			clock.Advance(time.Hour)
		}
		w, warned := b.open(t, g.ID)[bot.WarnGroupFull]
		if !warned || len(b.open(t, g.ID)) != 1 {
			t.Fatalf("96 of 100: %v", b.open(t, g.ID))
		}
		must(t, b.bot.SeeWarning(t.Context(), b.community, w.ID, 0))
		b.watch(t)
		if all := b.open(t, g.ID); len(all) != 0 {
			t.Errorf("it was put aside and is open again: %v", all)
		}
		heads(60)
		b.watch(t)
		heads(97)
		b.watch(t)
		again, warned := b.open(t, g.ID)[bot.WarnGroupFull]
		if !warned || again.ID == w.ID {
			t.Errorf("full again is no new warning: %v", again)
		}
		clock.Advance(15 * day)
		b.watch(t)
		all := b.open(t, g.ID)
		for _, kind := range []string{bot.WarnGroupFull, bot.WarnQuiet, bot.WarnCountOld} {
			if _, ok := all[kind]; !ok {
				t.Errorf("after 15 days there is no warning %s: %v", kind, all)
			}
		}
		heads(50)
		b.write(t, func(sc *models.Scope) error {
			_, err := sc.AddOrganicPost(&models.OrganicPost{Idem: "x", GroupID: g.ID, Kind: models.OrganicMass, Posts: 1, At: sc.Now})
			return err
		})
		b.watch(t)
		if all := b.open(t, g.ID); len(all) != 0 {
			t.Errorf("every cause is gone, open are %v", all)
		}
	})
}

// TestInviteWarnings: a QR code's end is warned of two days before and once more a day before; a new one closes all.
func TestInviteWarnings(t *testing.T) {
	t.Parallel()
	s, clock := testkit.Store(t)
	b := newBench(t, s, clock)
	g := b.neighbours(t, "邻居群")
	way := func() {
		b.write(t, func(sc *models.Scope) error {
			_, err := sc.SetGroupWay(g.ID, "https://weixin.qq.com/g/"+sc.Now.Time().Format("0405"), sc.Now.Add(7*day))
			return err
		})
	}
	way()
	var seen []string
	for range 8 * 4 {
		b.watch(t)
		for kind, w := range b.open(t, g.ID) {
			if kind == bot.WarnExpiring || kind == bot.WarnExpired {
				if word := w.Episode[max(0, len(w.Episode)-4):] + " " + kind; len(seen) == 0 || seen[len(seen)-1] != word {
					seen = append(seen, word)
				}
			}
		}
		clock.Advance(6 * time.Hour)
	}
	if len(seen) != 3 || seen[0] != "-48h "+bot.WarnExpiring || seen[1] != "-24h "+bot.WarnExpiring {
		t.Errorf("the end of the code was warned of as %v", seen)
	}
	way()
	b.watch(t)
	if all := b.open(t, g.ID); len(all) != 0 {
		t.Errorf("with a new code %v is open", all)
	}
}

// TestHealthNumbers: who joined, left and was removed is counted once, whether the day was written down or is counted from the
// stays, and the group's list comes the worst first.
func TestHealthNumbers(t *testing.T) {
	t.Parallel()
	testkit.Each(t, func(t *testing.T, s *models.Store, clock *models.ManualClock) {
		b := newBench(t, s, clock)
		for i := range 12 {
			p := b.sim.NewPerson("成员")
			must(t, b.chat.Join(t.Context(), p, wechatsim.JoinVia{}))
			b.settle(t, time.Minute)
			switch i {
			case 3:
				must(t, b.chat.Leave(t.Context(), p))
			case 5:
				must(t, b.chat.Remove(t.Context(), p))
			}
			b.settle(t, time.Minute)
			clock.Advance(day - 4*time.Hour*time.Duration(i/11)) // nobody reads the group every few hours here
		}
		_, h, err := b.bot.GroupHealth(t.Context(), b.community, b.group.ID)
		must(t, err)
		if want := (bot.Flow{Joins: 12, Quits: 1, Removals: 1, Net: 10}); h.Month != want {
			t.Errorf("28 days: %+v, want %+v", h.Month, want)
		}
		if want := (bot.Flow{Joins: 6, Removals: 0, Net: 6}); h.Week != want { // today has none yet
			t.Errorf("7 days: %+v, want %+v", h.Week, want)
		}
		if h.Days[27].Members != 10 || h.Days[26].Members != 10 || h.Days[15].Members != 1 {
			t.Errorf("the members at the end of the days are %+v", h.Days[14:])
		}
		// The same with half of the days written down: nothing is counted twice.
		b.write(t, func(sc *models.Scope) error {
			var rows []models.GroupDay
			for _, d := range h.Days[:20] {
				rows = append(rows, models.GroupDay{GroupID: b.group.ID, Day: d.Day, Joins: d.Joins, Quits: d.Quits, Removals: d.Removals, Members: d.Members})
			}
			return sc.ReplaceGroupDays([]models.GroupID{b.group.ID}, 0, rows)
		})
		_, again, err := b.bot.GroupHealth(t.Context(), b.community, b.group.ID)
		must(t, err)
		if again.Month != h.Month || again.Week != h.Week || again.Days[15] != h.Days[15] {
			t.Errorf("with days written down %+v, without %+v", again.Month, h.Month)
		}
		worse := b.neighbours(t, "满了的群")
		b.write(t, func(sc *models.Scope) error {
			_, err := sc.SetHeadcount(worse.ID, 100, 100)
			return err
		})
		b.watch(t)
		all, err := b.bot.WorstGroups(t.Context(), b.community, 0, 10, nil)
		must(t, err)
		if len(all) != 2 || all[0].ID != worse.ID || all[0].Grade != bot.GradeBad {
			t.Errorf("the worst is %+v", all)
		}
		rest, err := b.bot.WorstGroups(t.Context(), b.community, worse.ID, 10, nil)
		if err != nil || len(rest) != 1 || rest[0].ID != b.group.ID {
			t.Errorf("after it come %+v, %v", rest, err)
		}
	})
}

// TestDigest: what is not urgent is told once a day and not at night, what is urgent at once, and nothing twice.
func TestDigest(t *testing.T) {
	t.Parallel()
	s, clock := testkit.Store(t)
	b := newBench(t, s, clock)
	g := b.neighbours(t, "邻居群")
	lead := b.sim.NewPerson("阿岚")
	_, err := lead.Follow(t.Context(), wechatsim.DefaultOfficialAppID)
	must(t, err)
	b.settle(t, time.Second)
	hash, err := models.HashPassword("open sesame 2026", 4)
	must(t, err)
	var keeper models.Account
	b.write(t, func(sc *models.Scope) error {
		a := models.Account{Role: models.Organiser, Login: "lan", Name: "阿岚", PasswordHash: hash}
		if err := sc.InsertAccount(&a); err != nil {
			return err
		}
		keeper = a
		member, err := sc.Identify(models.Name{Kind: models.OpenID, Scope: wechatsim.DefaultOfficialAppID, Value: lead.OpenID(wechatsim.DefaultOfficialAppID)})
		if err != nil {
			return err
		}
		if _, err := sc.OfferOperatorCode(a.ID, "code", time.Hour); err != nil {
			return err
		}
		_, err = sc.BindOperator("code", wechatsim.DefaultMiniProgramAppID, "o-lan", member)
		return err
	})
	said := func() int {
		n := 0
		all, err := b.store.Read(t.Context()).In(b.community).Messages("", 0, 100)
		must(t, err)
		for _, m := range all {
			if m.Purpose == "digest" && m.State == models.MessageSent {
				n++
			}
		}
		return n
	}
	step := func(what string, want int) {
		t.Helper()
		if _, err := lead.SendText(t.Context(), wechatsim.DefaultOfficialAppID, "在"); err != nil { // her window is open
			t.Fatal(err)
		}
		b.settle(t, 10*time.Second)
		b.watch(t)
		b.settle(t, time.Minute)
		if got := said(); got != want {
			t.Errorf("%s: %d digests were sent, want %d", what, got, want)
		}
	}
	b.write(t, func(sc *models.Scope) error {
		_, err := sc.SetHeadcount(g.ID, 99, 100)
		return err
	})
	step("noon, the group is full", 1)
	step("nothing new", 1)
	b.write(t, func(sc *models.Scope) error {
		_, err := sc.AddWarning(bot.WarnSlots, "slots", "x", map[string]any{"left": 3})
		return err
	})
	step("something else on the same day", 1)
	b.write(t, func(sc *models.Scope) error {
		text, _ := json.Marshal(map[string]any{"name": g.Name})
		_, err := sc.RaiseWarning(&models.Warning{Kind: "leaves_wave", Object: "group:" + g.ID.String(), Episode: "1", GroupID: g.ID,
			Args: string(text), Urgent: true})
		return err
	})
	step("something urgent", 2)
	clock.Advance(21 * time.Hour) // nine in the morning
	step("the next day", 3)
	b.write(t, func(sc *models.Scope) error {
		_, err := sc.AddPolicy(0, models.Rules{GroupCap: 2, GroupWindow: 7 * 24 * 3600_000, QuietStart: 20 * 60, QuietEnd: 9 * 60}, 0)
		if err != nil {
			return err
		}
		_, err = sc.RaiseWarning(&models.Warning{Kind: "leaves_wave", Object: "group:" + g.ID.String(), Episode: "2", GroupID: g.ID, Urgent: true})
		return err
	})
	clock.Advance(13 * time.Hour)
	step("urgent at night", 3)
	clock.Advance(12 * time.Hour)
	step("in the morning", 4)
	b.write(t, func(sc *models.Scope) error {
		if err := sc.SetGroupGone(g.ID, sc.Now); err != nil {
			return err
		}
		_, err := sc.SetGroupKeeper(g.ID, keeper.ID, 0)
		if err == nil {
			keeper.Scope = models.KeeperScope
			err = sc.SetAccountTeam(keeper)
		}
		return err
	})
	step("what she keeps is gone", 5)
}

// TestWorstGroupsPages: the pages of the list have every group that lives, whatever became of others.
func TestWorstGroupsPages(t *testing.T) {
	t.Parallel()
	s, clock := testkit.Store(t)
	b := newBench(t, s, clock)
	want := map[models.GroupID]bool{b.group.ID: true}
	var all []models.Group
	for _, name := range []string{"一群", "二群", "三群", "四群", "五群", "六群"} {
		all = append(all, b.neighbours(t, name))
		want[all[len(all)-1].ID] = true
	}
	b.watch(t) // what was written down of a group before it ended does not show it
	must(t, b.bot.RetireGroup(t.Context(), b.community, all[0].ID, "一群", 0))
	must(t, b.bot.MergeGroups(t.Context(), b.community, all[1].ID, all[2].ID, 0))
	delete(want, all[0].ID)
	delete(want, all[1].ID)
	stranger := b.neighbours(t, models.UnnamedGroup) // a card was opened in it, and nobody has said whose it is
	for _, when := range []string{"before the next look", "after it"} {
		got := map[models.GroupID]bool{}
		for after := models.GroupID(0); ; {
			page, err := b.bot.WorstGroups(t.Context(), b.community, after, 2, nil)
			must(t, err)
			for _, g := range page {
				got[g.ID], after = true, g.ID
			}
			if len(page) < 2 {
				break
			}
		}
		counts, err := s.Read(t.Context()).In(b.community).CountHealths(nil)
		must(t, err)
		n := 0
		for _, c := range counts {
			n += c
		}
		if !maps.Equal(got, want) || n != len(want) {
			t.Errorf("%s %d groups are listed and %d counted, want %d", when, len(got), n, len(want))
		}
		b.watch(t)
	}
	clock.Advance(20 * day)
	b.watch(t)
	if warned := b.open(t, stranger.ID); len(warned) != 0 {
		t.Errorf("a group that nobody knows is warned of: %v", warned)
	}
	if _, err := s.Read(t.Context()).In(b.community).GroupHealth(all[1].ID); !models.IsKind(err, models.NotFound) {
		t.Errorf("how a group is doing that is another now: %v", err)
	}
}

// TestResponse: how fast an owner is is counted until her post appeared, however late she says so.
func TestResponse(t *testing.T) {
	t.Parallel()
	s, clock := testkit.Store(t)
	b := newBench(t, s, clock)
	g := b.neighbours(t, "邻居群")
	_, task := b.handed(t, g.ID)
	posted := models.MillisOf(clock.Now().Add(30 * time.Minute))
	clock.Advance(8 * time.Hour)
	_, err := b.bot.ConfirmTask(t.Context(), b.community, task.ID, bot.Word{At: posted})
	must(t, err)
	_, h, err := b.bot.GroupHealth(t.Context(), b.community, g.ID)
	must(t, err)
	i := slices.IndexFunc(h.Signs, func(s bot.Sign) bool { return s.Name == bot.SignResponse })
	if i < 0 || h.Signs[i].Value != 0.5 || h.Signs[i].Grade != bot.GradeGood {
		t.Errorf("she took half an hour, and the signs are %+v", h.Signs)
	}
}
