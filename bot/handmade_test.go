package bot_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"siyu/bot"
	"siyu/internal/jobs"
	"siyu/internal/testkit"
	"siyu/internal/wechatsim"
	"siyu/models"
)

// watchMasses has the periodic job look now.
func (b *bench) watchMasses(t *testing.T) {
	t.Helper()
	must(t, b.store.Tx(t.Context(), func(tx *models.Tx) error { return jobs.Periodic(tx, bot.WatchMasses{}) }))
	must(t, b.store.Tx(t.Context(), func(tx *models.Tx) error { return jobs.Hasten(tx, bot.WatchMasses{}, tx.Now) }))
	_, err := b.runner.Drain(t.Context())
	must(t, err)
}

// TestHandmade: what people of the corp send by hand is found and booked once: as the organiser's own, as a sponsored post
// without an offer if it says that it is an advertisement, as one of an offer if it carries its card. Ours is not among them.
func TestHandmade(t *testing.T) {
	t.Parallel()
	testkit.Each(t, func(t *testing.T, s *models.Store, clock *models.ManualClock) {
		b := newBench(t, s, clock)
		second, chat := b.customerGroup(t, wechatsim.GroupSpec{Name: "二群", OwnerUserID: owner})
		o := b.offer(t, "可颂")
		p := b.ask(t, b.ledger, b.wanted(t, o, b.group.ID).ID)
		b.settle(t, 10*time.Second)
		task := b.sim.OpenTasks(corpID, owner)[0]
		must(t, b.sim.Confirm(corpID, task.MsgID, owner))
		for _, m := range []wechatsim.GroupMass{
			{Text: "早上好"},
			{Text: "【广告】买一送一", ChatIDs: []string{chat.ChatID()}},
			{Text: "你们看这个", ChatIDs: []string{chat.ChatID()}, Cards: task.Cards},
		} {
			clock.Advance(time.Second)
			_, err := b.sim.PostMass(corpID, owner, m)
			must(t, err)
		}
		at := models.MillisOf(clock.Now().Truncate(time.Second))
		for range 3 {
			b.watchMasses(t)
			b.pass(t, 35*time.Minute)
		}
		own, err := b.scope(t).OrganicPosts([]models.GroupID{b.group.ID, second.ID}, 0)
		if err != nil || len(own) != 2 || own[0].Kind != models.OrganicMass || own[0].GroupID == own[1].GroupID {
			t.Errorf("booked as her own: %+v, %v", own, err)
		}
		all, err := b.scope(t).LivePlacements(second.ID, 0)
		must(t, err)
		if len(all) != 2 || all[0].Origin != models.OriginExternal || all[0].OfferID+all[1].OfferID != o.ID || max(all[0].SentAt, all[1].SentAt) != at {
			t.Errorf("booked as sponsored by hand: %+v", all)
		}
		b.state(t, p, models.PlacementConfirmed, "")
		if all, err := b.scope(t).LivePlacements(b.group.ID, 0); err != nil || len(all) != 1 {
			t.Errorf("in the first group: %+v, %v", all, err)
		}
		b.sound(t)
	})
}

// TestUnknown: a task that WeCom does not tell of any more counts, is listed, and its organiser settles it; what she says is
// audited, once.
func TestUnknown(t *testing.T) {
	t.Parallel()
	for _, posted := range []bool{true, false} {
		s, clock := testkit.Store(t)
		b := newBench(t, s, clock)
		p := b.ask(t, b.ledger, b.wanted(t, b.offer(t, "可颂"), b.group.ID).ID)
		b.settle(t, 10*time.Second)
		id := b.task(t, p).ID
		settle := func() error {
			var at models.Millis
			if posted {
				at = models.MillisOf(clock.Now().Add(-time.Hour))
			}
			_, err := b.bot.SettleTask(t.Context(), b.community, id, bot.Settlement{PostedAt: at})
			return err
		}
		if err := settle(); models.CodeOf(err) != "task_not_unknown" {
			t.Errorf("settled while WeCom tells: %v", err)
		}
		b.sim.VanishTask(b.task(t, p).MsgID)
		clock.Set(p.E.Time())
		b.pass(t, 3*time.Hour)
		b.state(t, p, models.PlacementTasked, "")
		if all, err := b.bot.UnknownTasks(t.Context(), b.community); err != nil || len(all) != 1 || all[0].ID != id {
			t.Fatalf("listed are %+v, %v", all, err)
		}
		settled := 0
		for _, err := range at(4, func(int) error { return settle() }) {
			if err == nil {
				settled++
			} else if models.CodeOf(err) != "task_not_unknown" {
				t.Errorf("settled twice: %v", err)
			}
		}
		if got := b.placement(t, p.ID); posted != (got.State == models.PlacementLate) || !posted && got.State != models.PlacementReleased {
			t.Errorf("posted: %t, and it is %s", posted, got.State)
		}
		audits, err := b.scope(t).Audits(20)
		must(t, err)
		noted := slices.DeleteFunc(audits, func(a models.Audit) bool { return a.Action != "task.settle" })
		if settled != 1 || len(noted) != 1 {
			t.Errorf("of four at once %d settled it and %d are written down", settled, len(noted))
		}
		if all, err := b.bot.UnknownTasks(t.Context(), b.community); err != nil || len(all) != 0 {
			t.Errorf("still listed: %+v, %v", all, err)
		}
		b.sound(t)
		clock.Advance(9 * 24 * time.Hour)
		b.drain(t)
		if open, err := b.scope(t).EnvelopesIn(models.EnvelopeOpen); err != nil || len(open) != 0 {
			t.Errorf("it is asked about for ever: %+v, %v", open, err)
		}
	}
}

// TestLimitLearnt: a group that WeCom lets nothing into teaches which limit it has; that is kept until it is disproved.
func TestLimitLearnt(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		spec   wechatsim.GroupSpec
		before int // messages by hand, on the same day
		per    models.CapUnit
		most   int
	}{
		"one a day":    {wechatsim.GroupSpec{DailyCap: 1}, 1, models.PerDay, 1},
		"seven a week": {wechatsim.GroupSpec{WeeklyCap: 7}, 7, models.PerWeek, 7},
		"unknown":      {wechatsim.GroupSpec{MonthlyCap: 4}, 4, "", 0},
	} {
		s, clock := testkit.Store(t)
		b := newBenchOn(t, s, clock, wechatsim.Options{ShowLimited: true})
		tc.spec.Name, tc.spec.OwnerUserID = name, owner
		g, chat := b.customerGroup(t, tc.spec)
		for range tc.before {
			_, err := b.sim.PostMass(corpID, owner, wechatsim.GroupMass{Text: "早", ChatIDs: []string{chat.ChatID()}})
			must(t, err)
			clock.Advance(time.Second)
		}
		b.watchMasses(t)
		p := b.ask(t, b.ledger, b.wanted(t, b.offer(t, "可颂"), g.ID).ID)
		b.settle(t, 10*time.Second)
		must(t, b.sim.Confirm(corpID, b.sim.OpenTasks(corpID, owner)[0].MsgID, owner))
		b.pass(t, 20*time.Minute)
		b.state(t, p, models.PlacementReleased, "platform")
		got, err := b.scope(t).Group(g.ID)
		must(t, err)
		if got.QuotaPer != tc.per || got.QuotaMost != tc.most || got.QuotaMonth != tc.before {
			t.Errorf("%s: learnt %d per %q after %d messages", name, got.QuotaMost, got.QuotaPer, got.QuotaMonth)
		}
		if q := b.ask(t, b.ledger, b.wanted(t, b.offer(t, "手作"), g.ID).ID); q.State != models.PlacementHeld || q.Reason != "platform" && q.Reason != "owner_day" {
			t.Errorf("%s: asked again it is %s (%s)", name, q.State, q.Reason)
		}
	}
}

// TestLimitGuess is the table of which limit fits what a group has had.
func TestLimitGuess(t *testing.T) {
	t.Parallel()
	at := func(days ...int) (all []models.Millis) { // days of March 2026, noon in China
		for i, d := range days {
			all = append(all, models.MillisOf(time.Date(2026, 3, d, 4, i%60, 0, 0, time.UTC)))
		}
		return all
	}
	every := func(n, days int) (all []int) {
		for i := range n {
			all = append(all, 1+i%days)
		}
		return all
	}
	now := time.Date(2026, 3, 20, 6, 0, 0, 0, time.UTC) // a Friday
	for i, tc := range []struct {
		days   []int
		before bool
		want   string
	}{
		{[]int{20}, false, "1 day until 2026-03-20T16:00:00Z"},
		{[]int{20, 20}, false, "0  until 1970-01-01T00:00:00Z"}, // two today: it is not one a day
		{[]int{16, 17, 18, 19, 20, 20, 20}, false, "7 week until 2026-03-22T16:00:00Z"},
		{every(31, 18), false, "31 month until 2026-03-31T16:00:00Z"},
		{[]int{2, 9, 16, 17}, false, "0  until 1970-01-01T00:00:00Z"},
		{[]int{2, 9, 16, 17}, true, "4 month until 2026-03-31T16:00:00Z"},
		{nil, true, "0  until 1970-01-01T00:00:00Z"},
	} {
		per, most, until := bot.GuessLimit(models.MillisOf(now), at(tc.days...), tc.before)
		if got := fmt.Sprintf("%d %s until %s", most, per, until.Time().Format(time.RFC3339)); got != tc.want {
			t.Errorf("case %d: %s, want %s", i, got, tc.want)
		}
	}
}
