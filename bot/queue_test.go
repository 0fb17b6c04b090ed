package bot_test

import (
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"siyu/bot"
	"siyu/internal/jobs"
	"siyu/internal/testkit"
	"siyu/internal/wechatsim"
	"siyu/models"
	"siyu/offers"
	"siyu/throttle"
)

const addTemplate = "/cgi-bin/externalcontact/add_msg_template"

// reserve plans an approved offer into a group, reserves its slot and has it handed over.
func (b *bench) reserve(t *testing.T, group models.GroupID) models.Placement {
	t.Helper()
	return b.reserveAs(t, group, models.OfferID.String)
}

func (b *bench) reserveAs(t *testing.T, group models.GroupID, idem func(models.OfferID) string) models.Placement {
	t.Helper()
	ledger, err := throttle.NewLedger(throttle.Options{})
	must(t, err)
	var p models.Placement
	must(t, b.store.Tx(t.Context(), func(tx *models.Tx) error {
		sc := tx.In(b.community)
		brand := models.Brand{Name: "山景烘焙", Weight: 1}
		if err := sc.InsertBrand(&brand); err != nil {
			return err
		}
		o := models.Offer{BrandID: brand.ID, State: models.OfferApproved, Title: "可颂买一送一", Body: "凭券到店", Currency: "CAD",
			Stock: 10, PerMember: 1, StartsAt: tx.Now, EndsAt: tx.Now.Add(20 * 24 * time.Hour), RedeemBy: tx.Now.Add(30 * 24 * time.Hour)}
		if err := sc.InsertOffer(&o); err != nil {
			return err
		}
		p = models.Placement{Idem: idem(o.ID), Code: "CARD" + o.ID.String(), GroupID: group, OfferID: o.ID, BrandID: brand.ID}
		if _, err := sc.AddPlacement(&p); err != nil {
			return err
		}
		var err error
		if p, _, err = ledger.Reserve(sc, p.ID); err != nil {
			return err
		}
		return jobs.Enqueue(tx, offers.Handover{Community: b.community, Placement: p.ID}, tx.Now)
	}))
	return p
}

// rules puts other rules of the community in force.
func (b *bench) rules(t *testing.T, r models.Rules) {
	t.Helper()
	must(t, b.store.Tx(t.Context(), func(tx *models.Tx) error {
		_, err := tx.In(b.community).AddPolicy(0, r, 0)
		return err
	}))
}

func (b *bench) placement(t *testing.T, id models.PlacementID) models.Placement {
	t.Helper()
	p, err := b.store.Read(t.Context()).In(b.community).Placement(id)
	must(t, err)
	return p
}

func TestHandover(t *testing.T) {
	t.Parallel()
	testkit.Each(t, func(t *testing.T, s *models.Store, clock *models.ManualClock) {
		b := newBench(t, s, clock)
		corp := wechatsim.DefaultCorpID
		for name, fault := range map[string]*wechatsim.Fault{
			"the call goes well": nil,
			"WeCom is busy":      {Errcode: -1, Times: 2},
			"the answer is lost": {Disconnect: true, Execute: true},
			"the call is lost":   {Disconnect: true},
		} {
			t.Run(name, func(t *testing.T) {
				before := len(b.sim.OpenTasks(corp, owner))
				if fault != nil {
					b.sim.Fail(addTemplate, *fault)
				}
				p := b.reserve(t, b.group.ID)
				b.settle(t, 12*time.Minute)
				open := b.sim.OpenTasks(corp, owner)
				if len(open) != before+1 {
					t.Fatalf("the owner was given %d tasks, want 1", len(open)-before)
				}
				if got := b.placement(t, p.ID); got.State != models.PlacementTasked {
					t.Fatalf("the placement is %s", got.State)
				}
				must(t, b.sim.Confirm(corp, open[len(open)-1].MsgID, owner))
				sent := clock.Now()
				b.settle(t, 20*time.Minute)
				got := b.placement(t, p.ID)
				if got.State != models.PlacementConfirmed || got.SentAt.Time().Unix() != sent.Unix() {
					t.Fatalf("the placement is %s at %s, want confirmed at %s", got.State, got.SentAt.Time(), sent)
				}
				clock.Advance(8 * 24 * time.Hour) // the next one has its own week
			})
		}
	})
}

// TestOwnerNeverPosts takes the task back at the end of its interval and says why.
func TestOwnerNeverPosts(t *testing.T) {
	t.Parallel()
	s, clock := testkit.Store(t)
	b := newBench(t, s, clock)
	p := b.reserve(t, b.group.ID)
	b.settle(t, time.Minute)
	msg := b.sim.OpenTasks(wechatsim.DefaultCorpID, owner)[0].MsgID
	clock.Set(p.E.Time())
	b.settle(t, time.Minute)
	if got := b.placement(t, p.ID); got.State != models.PlacementReleased || got.Reason != "owner_silent" {
		t.Errorf("the placement is %s because of %q", got.State, got.Reason)
	}
	if err := b.sim.Confirm(wechatsim.DefaultCorpID, msg, owner); err == nil {
		t.Error("the owner can still post it")
	}
}

// TestGroupWeComRefuses is a task that WeCom takes without the group it is for: its owner never sees it.
func TestGroupWeComRefuses(t *testing.T) {
	t.Parallel()
	testkit.Each(t, func(t *testing.T, s *models.Store, clock *models.ManualClock) {
		b := newBench(t, s, clock)
		wechat := b.sim.Handler()
		front := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if r.URL.Path != addTemplate {
				wechat.ServeHTTP(w, r)
				return
			}
			_, _ = w.Write([]byte(`{"errcode":0,"msgid":"m1","fail_list":["` + b.chat.ChatID() + `"]}`))
		}))
		t.Cleanup(front.Close)
		b.wire(t, front.URL)
		must(t, b.bot.Connect(t.Context()))
		p := b.reserve(t, b.group.ID)
		b.settle(t, time.Minute)
		if got := b.placement(t, p.ID); got.State != models.PlacementReleased || got.Reason != "task_failed" {
			t.Errorf("the placement is %s because of %q, want released at once because of task_failed", got.State, got.Reason)
		}
	})
}

// TestPostedAtTheLastMoment is an owner who taps between the last poll and the end: what was sent counts.
func TestPostedAtTheLastMoment(t *testing.T) {
	t.Parallel()
	s, clock := testkit.Store(t)
	b := newBench(t, s, clock)
	p := b.reserve(t, b.group.ID)
	b.settle(t, time.Minute)
	clock.Set(p.E.Time().Add(-time.Second))
	must(t, b.sim.Confirm(wechatsim.DefaultCorpID, b.sim.OpenTasks(wechatsim.DefaultCorpID, owner)[0].MsgID, owner))
	b.settle(t, time.Minute)
	if got := b.placement(t, p.ID); got.State != models.PlacementConfirmed {
		t.Errorf("the placement is %s", got.State)
	}
}

// TestByHand hands a card to the organiser of an ordinary group, who says once, and again, that she posted it.
func TestByHand(t *testing.T) {
	t.Parallel()
	testkit.Each(t, func(t *testing.T, s *models.Store, clock *models.ManualClock) {
		b := newBench(t, s, clock)
		var g models.Group
		must(t, s.Tx(t.Context(), func(tx *models.Tx) error {
			g = models.Group{Name: "二群", Kind: models.OrdinaryGroup, Zone: "America/Vancouver", Capacity: 500}
			return tx.In(b.community).InsertGroup(&g)
		}))
		p := b.reserve(t, g.ID)
		b.settle(t, time.Minute)
		tasks, err := b.bot.Tasks(t.Context(), b.community)
		must(t, err)
		if len(tasks) != 1 || tasks[0].CardPath != "pages/offer/index?p="+p.Code {
			t.Fatalf("the organiser sees %+v", tasks)
		}
		for range 2 {
			v, err := b.bot.ConfirmTask(t.Context(), b.community, tasks[0].ID, bot.Word{})
			must(t, err)
			if v.State != models.TaskDone {
				t.Fatalf("the task is %s", v.State)
			}
		}
		if got := b.placement(t, p.ID); got.State != models.PlacementConfirmed {
			t.Errorf("the placement is %s", got.State)
		}
		late := b.reserve(t, g.ID)
		if late.State != models.PlacementReserved {
			t.Fatalf("the second placement is %s: %s", late.State, late.Reasons)
		}
		b.settle(t, time.Minute)
		tasks, err = b.bot.Tasks(t.Context(), b.community)
		must(t, err)
		clock.Set(late.E.Time())
		b.settle(t, time.Minute)
		_, err = b.bot.ConfirmTask(t.Context(), b.community, tasks[0].ID, bot.Word{})
		must(t, err)
		if got := b.placement(t, late.ID); got.State != models.PlacementLate {
			t.Errorf("a card posted after its time is %s, want late", got.State)
		}
	})
}
