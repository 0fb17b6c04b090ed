package bot_test

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"siyu/internal/jobs"
	"siyu/internal/testkit"
	"siyu/internal/wechatsim"
	"siyu/models"
	"siyu/offers"
	"siyu/throttle"
)

// customerGroup is one more customer group, in WeCom and in the store.
func (b *bench) customerGroup(t *testing.T, spec wechatsim.GroupSpec) (models.Group, *wechatsim.Group) {
	t.Helper()
	spec.Silent = true
	chat, err := b.sim.NewWeComGroup(t.Context(), corpID, spec)
	must(t, err)
	id := chat.ChatID()
	g := models.Group{Name: spec.Name, Kind: models.WeComGroup, ChatID: &id, OwnerUserID: spec.OwnerUserID, Zone: "America/Vancouver", Capacity: 200}
	must(t, b.store.Tx(t.Context(), func(tx *models.Tx) error { return tx.In(b.community).InsertGroup(&g) }))
	return g, chat
}

// offer is an approved offer that runs for twenty days.
func (b *bench) offer(t *testing.T, title string) models.Offer {
	t.Helper()
	var o models.Offer
	must(t, b.store.Tx(t.Context(), func(tx *models.Tx) error {
		sc := tx.In(b.community)
		brand := models.Brand{Name: title, Weight: 1}
		if err := sc.InsertBrand(&brand); err != nil {
			return err
		}
		o = models.Offer{BrandID: brand.ID, State: models.OfferApproved, Title: title, Body: "凭券到店", Currency: "CAD", Stock: 10,
			PerMember: 1, StartsAt: tx.Now, EndsAt: tx.Now.Add(20 * 24 * time.Hour), RedeemBy: tx.Now.Add(30 * 24 * time.Hour)}
		return sc.InsertOffer(&o)
	}))
	return o
}

// wanted is an offer that waits for its slot in a group, as offers plan it.
func (b *bench) wanted(t *testing.T, o models.Offer, g models.GroupID) models.Placement {
	t.Helper()
	p := models.Placement{Idem: fmt.Sprintf("%s:%s:1", o.ID, g), Code: "P" + o.ID.String()[10:] + g.String()[10:], GroupID: g, OfferID: o.ID, BrandID: o.BrandID}
	must(t, b.store.Tx(t.Context(), func(tx *models.Tx) error { _, err := tx.In(b.community).AddPlacement(&p); return err }))
	return p
}

// ask asks a ledger for a slot now, and has it handed over.
func (b *bench) ask(t *testing.T, l *throttle.Ledger, id models.PlacementID) models.Placement {
	t.Helper()
	var p models.Placement
	must(t, b.store.Tx(t.Context(), func(tx *models.Tx) error {
		var fresh bool
		var err error
		if p, fresh, err = l.Reserve(tx.In(b.community), id); err != nil || !fresh {
			return err
		}
		return jobs.Enqueue(tx, offers.Handover{Community: b.community, Placement: id}, tx.Now)
	}))
	return p
}

// blind is a ledger that knows nothing of the queue.
func blind(t *testing.T) *throttle.Ledger {
	t.Helper()
	l, err := throttle.NewLedger(throttle.Options{})
	must(t, err)
	return l
}

// rewire is another process.
func (b *bench) rewire(t *testing.T, api string) {
	t.Helper()
	b.wire(t, api)
	must(t, b.bot.Connect(t.Context()))
}

// pass lets d pass in steps of five minutes.
func (b *bench) pass(t *testing.T, d time.Duration) {
	t.Helper()
	for passed := time.Duration(0); passed < d; passed += 5 * time.Minute {
		b.clock.Advance(5 * time.Minute)
		_, err := b.runner.Drain(t.Context())
		must(t, err)
	}
}

func (b *bench) state(t *testing.T, p models.Placement, state models.PlacementState, reason string) {
	t.Helper()
	if got := b.placement(t, p.ID); got.State != state || got.Reason != reason {
		t.Errorf("the post in group %s is %s (%s), want %s (%s)", p.GroupID, got.State, got.Reason, state, reason)
	}
}

// TestFold: an owner gets one message for all her groups of one offer; each group is booked at its own time, and one that she
// leaves out gives its slot back when no row can come any more.
func TestFold(t *testing.T) {
	t.Parallel()
	testkit.Each(t, func(t *testing.T, s *models.Store, clock *models.ManualClock) {
		b := newBench(t, s, clock)
		b.envelopes.FoldAfter = 2 * time.Minute
		b.rewire(t, b.api)
		second, chat2 := b.customerGroup(t, wechatsim.GroupSpec{Name: "二群", OwnerUserID: owner})
		third, _ := b.customerGroup(t, wechatsim.GroupSpec{Name: "三群", OwnerUserID: owner})
		other, _ := b.customerGroup(t, wechatsim.GroupSpec{Name: "四群", OwnerUserID: "another"})
		o := b.offer(t, "可颂买一送一")
		var all []models.Placement
		for _, g := range []models.GroupID{b.group.ID, second.ID, third.ID, other.ID} {
			all = append(all, b.ask(t, b.ledger, b.wanted(t, o, g).ID))
			b.settle(t, 20*time.Second)
		}
		b.settle(t, 2*time.Minute)
		hers, others := b.sim.OpenTasks(corpID, owner), b.sim.OpenTasks(corpID, "another")
		if len(hers) != 1 || len(hers[0].ChatIDs) != 3 || len(others) != 1 || len(others[0].ChatIDs) != 1 {
			t.Fatalf("the owners were given %+v and %+v", hers, others)
		}
		code := strings.TrimPrefix(hers[0].Cards[0].Page, "pages/offer/index?p=")
		for i, g := range []models.GroupID{b.group.ID, second.ID, third.ID} {
			if p, err := b.scope(t).PlacementOfCard(code, g); err != nil || p.ID != all[i].ID {
				t.Errorf("the card opened in group %d is of %s, %v", i, p.ID, err)
			}
		}
		if _, err := b.scope(t).PlacementOfCard(code, other.ID); !models.IsKind(err, models.NotFound) {
			t.Errorf("the card opened in a group it was not for: %v", err)
		}
		must(t, b.sim.Confirm(corpID, hers[0].MsgID, owner, b.chat.ChatID(), chat2.ChatID()))
		sent := clock.Now().Unix()
		b.settle(t, 20*time.Minute)
		for _, p := range all[:2] {
			if got := b.placement(t, p.ID); got.State != models.PlacementConfirmed || got.SentAt.Time().Unix() != sent {
				t.Errorf("a post is %s at %s", got.State, got.SentAt.Time())
			}
		}
		b.state(t, all[2], models.PlacementTasked, "")
		b.settle(t, 30*time.Minute)
		b.state(t, all[2], models.PlacementReleased, "owner_skipped")
		b.state(t, all[3], models.PlacementTasked, "")
		b.sound(t)
	})
}

// TestEndsApart: groups of one message whose times end apart. The first end stops all of it; what still has time is handed
// over anew, once, and on a day of its own if it is sponsored.
func TestEndsApart(t *testing.T) {
	t.Parallel()
	s, clock := testkit.Store(t)
	b := newBench(t, s, clock)
	b.rules(t, models.Rules{GroupCap: 2, GroupWindow: 7 * 24 * 3600_000, OwnerDay: 2})
	b.envelopes.FoldAfter = time.Hour
	b.rewire(t, b.api)
	second, _ := b.customerGroup(t, wechatsim.GroupSpec{Name: "二群", OwnerUserID: owner})
	o := b.offer(t, "可颂")
	first := b.ask(t, b.ledger, b.wanted(t, o, b.group.ID).ID)
	b.pass(t, 30*time.Minute)
	later := b.ask(t, b.ledger, b.wanted(t, o, second.ID).ID)
	b.pass(t, 40*time.Minute)
	if open := b.sim.OpenTasks(corpID, owner); len(open) != 1 || len(open[0].ChatIDs) != 2 {
		t.Fatalf("the owner has %+v", open)
	}
	was := b.sim.OpenTasks(corpID, owner)[0].MsgID
	clock.Set(first.E.Time())
	b.envelopes.FoldAfter = -1
	b.rewire(t, b.api)
	b.settle(t, time.Minute)
	b.state(t, first, models.PlacementReleased, "owner_silent")
	open := b.sim.OpenTasks(corpID, owner)
	if len(open) != 1 || open[0].MsgID == was || len(open[0].ChatIDs) != 1 || open[0].ChatIDs[0] != *second.ChatID {
		t.Fatalf("after the first end the owner has %+v", open)
	}
	clock.Set(later.E.Time().Add(-time.Second))
	must(t, b.sim.Confirm(corpID, open[0].MsgID, owner))
	b.settle(t, time.Minute)
	b.state(t, later, models.PlacementConfirmed, "")
	b.sound(t)
}

// cut lets the n-th call of WeCom kill the process that makes it: before it is answered, and executed or not.
type cut struct {
	at      int64
	execute bool
	kill    func()
	calls   atomic.Int64
	next    http.Handler
}

func (c *cut) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if n := c.calls.Add(1); n != c.at {
		c.next.ServeHTTP(w, r)
		return
	}
	if c.execute {
		c.next.ServeHTTP(httptest.NewRecorder(), r)
	}
	c.kill()
	panic(http.ErrAbortHandler)
}

// TestKilledAtEveryCall kills the process in each of the calls it makes for a message to three groups, before and after the
// call was executed. Another process goes on; there is one message, and every group is booked once.
func TestKilledAtEveryCall(t *testing.T) {
	t.Parallel()
	calls := int64(8) // token, picture, the message, its first results
	if testing.Short() {
		calls = 4
	}
	for at := int64(1); at <= calls; at++ {
		for _, execute := range []bool{false, true} {
			if !killedAt(t, at, execute) {
				t.Errorf("there was no call %d", at)
			}
		}
	}
}

func killedAt(t *testing.T, at int64, execute bool) (killed bool) {
	t.Helper()
	s, clock := testkit.Store(t)
	b := newBench(t, s, clock)
	o := b.offer(t, "可颂")
	chats := []*wechatsim.Group{b.chat}
	all := []models.Placement{b.wanted(t, o, b.group.ID)}
	for i := range 2 {
		g, chat := b.customerGroup(t, wechatsim.GroupSpec{Name: fmt.Sprint("群", i), OwnerUserID: owner})
		chats, all = append(chats, chat), append(all, b.wanted(t, o, g.ID))
	}
	c := &cut{at: at, execute: execute, next: b.sim.Handler()}
	front := httptest.NewServer(c)
	defer front.Close()
	b.rewire(t, front.URL)
	life, kill := contextWithKill(t)
	c.kill = func() { kill(); killed = true }
	for _, p := range all {
		b.ask(t, b.ledger, p.ID)
	}
	confirmed := false
	for range 14 * 6 { // hours
		if _, err := b.runner.Drain(life); err != nil {
			life, kill = contextWithKill(t)
			c.kill = kill
			must(t, s.Tx(t.Context(), func(tx *models.Tx) error { return tx.FreeLeases() }))
			b.rewire(t, b.api)
		}
		if open := b.sim.OpenTasks(corpID, owner); len(open) > 1 {
			t.Fatalf("killed in call %d (executed: %t): the owner has %d messages", at, execute, len(open))
		} else if len(open) == 1 && open[0].Reminders > 0 {
			must(t, b.sim.Confirm(corpID, open[0].MsgID, owner))
			confirmed = true
		}
		clock.Advance(10 * time.Minute)
	}
	if !confirmed {
		t.Errorf("killed in call %d (executed: %t): she was never reminded", at, execute)
	}
	for i, p := range all {
		if n := len(chats[i].Posts()); n != 1 {
			t.Errorf("killed in call %d (executed: %t): group %d has %d posts", at, execute, i, n)
		}
		b.state(t, p, models.PlacementConfirmed, "")
	}
	return killed
}

// TestOwnersDay: a second offer of the day waits for the owner's next one, and is told the very instant.
func TestOwnersDay(t *testing.T) {
	t.Parallel()
	testkit.Each(t, func(t *testing.T, s *models.Store, clock *models.ManualClock) {
		b := newBench(t, s, clock)
		second, _ := b.customerGroup(t, wechatsim.GroupSpec{Name: "二群", OwnerUserID: owner})
		other, _ := b.customerGroup(t, wechatsim.GroupSpec{Name: "三群", OwnerUserID: "another"})
		o1, o2 := b.offer(t, "可颂"), b.offer(t, "手作")
		if p := b.ask(t, b.ledger, b.wanted(t, o1, b.group.ID).ID); p.State != models.PlacementReserved {
			t.Fatalf("the first is %s (%s)", p.State, p.Reasons)
		}
		vancouver, err := time.LoadLocation("America/Vancouver")
		must(t, err)
		y, m, d := clock.Now().In(vancouver).Date()
		midnight := models.MillisOf(time.Date(y, m, d+1, 0, 0, 0, 0, vancouver))
		held := b.wanted(t, o2, second.ID)
		for _, after := range []string{"before it is folded", "after"} {
			if p := b.ask(t, b.ledger, held.ID); p.State != models.PlacementHeld || p.Reason != "owner_day" || p.NextAt != midnight {
				t.Fatalf("%s the second offer is %s (%s) until %s", after, p.State, p.Reason, p.NextAt.Time())
			}
			b.settle(t, time.Minute)
		}
		if p := b.ask(t, b.ledger, b.wanted(t, o2, other.ID).ID); p.State != models.PlacementReserved {
			t.Errorf("another owner's is %s (%s)", p.State, p.Reason)
		}
		clock.Set(midnight.Time().Add(-time.Millisecond))
		if p := b.ask(t, b.ledger, held.ID); p.State != models.PlacementHeld {
			t.Errorf("a moment before the day it is %s", p.State)
		}
		clock.Set(midnight.Time())
		if p := b.ask(t, b.ledger, held.ID); p.State != models.PlacementReserved {
			t.Errorf("on the next day it is %s (%s)", p.State, p.Reason)
		}
	})
}

// TestOwnersDayRace: offers of several groups of one owner that got their slots at the same moment, when none knew of the
// others. One goes out; the others wait for other days and none is lost.
func TestOwnersDayRace(t *testing.T) {
	t.Parallel()
	testkit.Each(t, func(t *testing.T, s *models.Store, clock *models.ManualClock) {
		b := newBench(t, s, clock)
		b.work = jobs.Options{Poll: 2 * time.Millisecond, Workers: 6}
		b.rewire(t, b.api)
		groups := []models.GroupID{b.group.ID}
		for i := range 5 {
			g, _ := b.customerGroup(t, wechatsim.GroupSpec{Name: fmt.Sprint("群", i), OwnerUserID: owner})
			groups = append(groups, g.ID)
		}
		l := blind(t)
		var all []models.Placement
		for i, g := range groups {
			all = append(all, b.ask(t, l, b.wanted(t, b.offer(t, fmt.Sprint("券", i)), g).ID))
		}
		stop := b.run(t)
		eventually(t, func() bool {
			out, back := 0, 0
			for _, p := range all {
				switch got := b.placement(t, p.ID); {
				case got.State == models.PlacementTasked:
					out++
				case got.State == models.PlacementReleased && got.Reason == "owner_day":
					back++
				}
			}
			return out == 1 && back == len(all)-1
		})
		stop()
		if open := b.sim.OpenTasks(corpID, owner); len(open) != 1 {
			t.Errorf("the owner has %d messages on one day", len(open))
		}
		anew, err := b.scope(t).PlacementsIn(models.PlacementPlanned)
		must(t, err)
		if len(anew) != len(all)-1 {
			t.Errorf("%d are planned anew, want %d", len(anew), len(all)-1)
		}
		for _, p := range anew {
			if got := b.ask(t, b.ledger, p.ID); got.State != models.PlacementHeld || got.Reason != "owner_day" {
				t.Errorf("what is planned anew is %s (%s)", got.State, got.Reason)
			}
		}
		b.sound(t)
	})
}

// TestReminders: at half and at five sixths of the time, not at night, not after it is sent, and never a third, whoever is
// restarted meanwhile.
func TestReminders(t *testing.T) {
	t.Parallel()
	s, clock := testkit.Store(t)
	b := newBench(t, s, clock)
	second, _ := b.customerGroup(t, wechatsim.GroupSpec{Name: "二群", OwnerUserID: "another"})
	o := b.offer(t, "可颂")
	p := b.ask(t, b.ledger, b.wanted(t, o, b.group.ID).ID)
	b.ask(t, b.ledger, b.wanted(t, o, second.ID).ID)
	b.settle(t, time.Minute)
	must(t, b.sim.Confirm(corpID, b.sim.OpenTasks(corpID, "another")[0].MsgID, "another"))
	began := clock.Now()
	for _, want := range []struct {
		part float64
		n    int
	}{{0.49, 0}, {0.51, 1}, {0.82, 1}, {0.84, 2}, {0.99, 2}} {
		for to := began.Add(time.Duration(want.part * float64(p.E.Time().Sub(began)))); clock.Now().Before(to); {
			b.pass(t, 5*time.Minute)
		}
		b.rewire(t, b.api) // another process
		if got := b.sim.OpenTasks(corpID, owner)[0].Reminders; got != want.n {
			t.Errorf("after %.2f of the time she was reminded %d times, want %d", want.part, got, want.n)
		}
	}
	reminds := 0
	for _, c := range b.sim.Calls(0) {
		if strings.HasSuffix(c.Path, "/remind_groupmsg_send") {
			reminds++
		}
	}
	if reminds != 2 {
		t.Errorf("WeCom was asked for %d reminders, want 2: none for what is sent", reminds)
	}
}

// TestRemindersAtNight wait until the morning of the group.
func TestRemindersAtNight(t *testing.T) {
	t.Parallel()
	s, clock := testkit.Store(t)
	b := newBench(t, s, clock)
	p := b.ask(t, b.ledger, b.wanted(t, b.offer(t, "可颂"), b.group.ID).ID)
	b.settle(t, time.Minute)
	vancouver, err := time.LoadLocation("America/Vancouver")
	must(t, err)
	half := clock.Now().Add(p.E.Time().Sub(clock.Now()) / 2).In(vancouver)
	minute := half.Hour()*60 + half.Minute()
	b.rules(t, models.Rules{GroupCap: 2, GroupWindow: 7 * 24 * 3600_000, QuietStart: (minute + 1440 - 30) % 1440, QuietEnd: (minute + 60) % 1440})
	b.pass(t, half.Sub(clock.Now())+50*time.Minute)
	if n := b.sim.OpenTasks(corpID, owner)[0].Reminders; n != 0 {
		t.Errorf("reminded %d times at night", n)
	}
	b.pass(t, 20*time.Minute)
	if n := b.sim.OpenTasks(corpID, owner)[0].Reminders; n != 1 {
		t.Errorf("reminded %d times in the morning", n)
	}
}

// TestMedia: the same picture is uploaded once in three days, and once more when WeCom has lost it.
func TestMedia(t *testing.T) {
	t.Parallel()
	s, clock := testkit.Store(t)
	b := newBench(t, s, clock)
	b.rules(t, models.Rules{GroupCap: 50, GroupWindow: 7 * 24 * 3600_000})
	uploads := func() (n int) {
		for _, c := range b.sim.Calls(0) {
			if strings.HasSuffix(c.Path, "/media/upload") {
				n++
			}
		}
		return n
	}
	for day, want := range []int{1, 1, 1, 2, 3} {
		if day == 4 {
			b.sim.ExpireMedia()
		}
		p := b.ask(t, b.ledger, b.wanted(t, b.offer(t, fmt.Sprint("券", day)), b.group.ID).ID)
		b.settle(t, 10*time.Second)
		b.state(t, p, models.PlacementTasked, "")
		if got := uploads(); got != want {
			t.Errorf("day %d: %d uploads, want %d", day, got, want)
		}
		clock.Advance(24 * time.Hour)
	}
}

// TestDispatching: right after it was made WeCom tells nothing of a message; then that is waited for.
func TestDispatching(t *testing.T) {
	t.Parallel()
	s, clock := testkit.Store(t)
	b := newBenchOn(t, s, clock, wechatsim.Options{DispatchDelay: 16 * time.Minute})
	p := b.ask(t, b.ledger, b.wanted(t, b.offer(t, "可颂"), b.group.ID).ID)
	b.settle(t, 16*time.Minute+20*time.Second)
	must(t, b.sim.Confirm(corpID, b.sim.OpenTasks(corpID, owner)[0].MsgID, owner))
	b.settle(t, 16*time.Minute)
	b.state(t, p, models.PlacementConfirmed, "")
	if dead, err := s.Read(t.Context()).CountJobs(); err != nil || dead.Dead != 0 {
		t.Errorf("%+v, %v", dead, err)
	}
}

// TestLateRow: a row that WeCom shows when its task was given up is booked as late.
func TestLateRow(t *testing.T) {
	t.Parallel()
	s, clock := testkit.Store(t)
	b := newBenchOn(t, s, clock, wechatsim.Options{ResultDelay: 50 * time.Minute})
	p := b.ask(t, b.ledger, b.wanted(t, b.offer(t, "可颂"), b.group.ID).ID)
	b.settle(t, time.Minute)
	must(t, b.sim.Confirm(corpID, b.sim.OpenTasks(corpID, owner)[0].MsgID, owner))
	b.pass(t, 45*time.Minute)
	b.state(t, p, models.PlacementReleased, "owner_skipped")
	b.pass(t, 2*time.Hour)
	if got := b.placement(t, p.ID); got.State != models.PlacementLate {
		t.Errorf("what appeared after all is %s", got.State)
	}
}

// contextWithKill is the life of a process.
func contextWithKill(t *testing.T) (context.Context, context.CancelFunc) {
	t.Helper()
	life, kill := context.WithCancel(t.Context())
	t.Cleanup(kill)
	return life, kill
}
