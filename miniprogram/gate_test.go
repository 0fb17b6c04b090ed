package miniprogram_test

import (
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"siyu/internal/jobs"
	"siyu/internal/testkit"
	"siyu/internal/wechatsim"
	"siyu/internal/weixin"
	"siyu/miniprogram"
	"siyu/models"
	"siyu/offers"
)

const (
	riskPath = "/wxa/getuserriskrank"
	herIP    = "203.0.113.7"
)

// guard sets the community's policy: the default one, on, and changed.
func (w *world) guard(t *testing.T, change func(*models.GatePolicy)) models.GatePolicy {
	t.Helper()
	p := models.DefaultGatePolicy()
	p.Mode, p.TooFastMs = models.GateOn, 0
	change(&p)
	if err := w.SetGatePolicy(t.Context(), models.Account{CommunityID: w.community}, p); err != nil {
		t.Fatal(err)
	}
	return p
}

func (w *world) admit(t *testing.T, session models.Session, offer models.OfferID, key string) offers.Passage {
	t.Helper()
	return w.Admit(t.Context(), session, miniprogram.Asking{Offer: offer, Key: key, IP: herIP})
}

func (w *world) asked() int {
	n := 0
	for _, c := range w.sim.Calls(0) {
		if c.Path == riskPath {
			n++
		}
	}
	return n
}

// TestGateAsksWeChat: a rank is asked for once in two hours, whoever needs it, and what it says is done.
func TestGateAsksWeChat(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		p := w.guard(t, func(*models.GatePolicy) {})
		good, middle, bad := w.sim.NewPerson("好"), w.sim.NewPerson("中"), w.sim.NewPerson("坏")
		middle.SetRisk(2)
		bad.SetRisk(3)
		a, b, c := w.login(t, good), w.login(t, middle), w.login(t, bad)
		for range 3 {
			if got := w.admit(t, a, 7, "key-of-good"); got != (offers.Passage{}) {
				t.Errorf("the good one: %+v", got)
			}
		}
		if got := w.admit(t, b, 7, "key-of-middle"); got.Refusal != nil || got.UsableFrom != w.now().Add(time.Duration(p.HoldMinutes)*time.Minute) {
			t.Errorf("the one in the middle: %+v", got)
		}
		wantCode(t, w.admit(t, c, 7, "key-of-bad").Refusal, models.Denied, "claim_denied")
		if n := w.asked(); n != 3 {
			t.Errorf("WeChat was asked %d times", n)
		}
		w.GateRests()
		_, other := w.server(t) // another process reads what this one was told
		wantCode(t, other.Admit(t.Context(), c, miniprogram.Asking{Offer: 8, Key: "key-of-bad-2", IP: herIP}).Refusal, models.Denied, "claim_denied")
		if n := w.asked(); n != 3 {
			t.Errorf("then WeChat was asked %d times", n)
		}
		bad.SetRisk(0)
		w.clock.Advance(2 * time.Hour)
		c = w.login(t, bad)
		if got := w.admit(t, c, 9, "key-of-bad-3"); got.Refusal != nil {
			t.Errorf("two hours later: %v", got.Refusal)
		}
	})
}

// TestShadow: at first nothing follows from what the gate finds; it is counted.
func TestShadow(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		w.guard(t, func(p *models.GatePolicy) { p.Mode = models.GateShadow })
		bad := w.sim.NewPerson("坏")
		bad.SetRisk(4)
		session := w.login(t, bad)
		for range 3 {
			if got := w.admit(t, session, 7, "key-of-bad"); got != (offers.Passage{}) {
				t.Errorf("in shadow mode: %+v", got)
			}
		}
		w.GateRests()
		r, err := w.GateReport(t.Context(), w.community)
		if err != nil || r.Noted["deny"] != 1 || len(r.Verdicts) != 0 || len(r.Reasons) != 1 || r.Reasons[0].Reasons != offers.ReasonRankHigh {
			t.Errorf("report %+v, %v", r, err)
		}
		_, err = w.Appeal(t.Context(), session, 7, "")
		wantCode(t, err, models.NotFound, "nothing_to_appeal")
		w.guard(t, func(p *models.GatePolicy) { p.Mode = models.GateOff })
		if got := w.admit(t, session, 7, "key-of-bad"); got != (offers.Passage{}) {
			t.Errorf("off: %+v", got)
		}
	})
}

// TestGateWithoutWeChat: who cannot be asked about is let pass, held or refused as the policy says, and asked about again.
func TestGateWithoutWeChat(t *testing.T) {
	t.Parallel()
	s, clock := testkit.Store(t)
	w := newWorld(t, s, clock)
	w.guard(t, func(*models.GatePolicy) {})
	people := make([]models.Session, 5)
	persons := make([]*wechatsim.Person, len(people))
	for i := range people {
		persons[i] = w.sim.NewPerson(fmt.Sprint(i))
		persons[i].SetRisk(4)
		people[i] = w.login(t, persons[i])
	}
	w.clock.Advance(2*time.Hour + time.Second) // she was not here within two hours
	if got := w.admit(t, people[0], 7, "key-inactive"); got != (offers.Passage{}) {
		t.Errorf("not active: %+v", got)
	}
	w.clock.Advance(5 * time.Minute)
	people[0] = w.login(t, persons[0])
	wantCode(t, w.admit(t, people[0], 7, "key-inactive").Refusal, models.Denied, "claim_denied")

	w.guard(t, func(p *models.GatePolicy) { p.Unreachable = models.UnreachableDeny })
	w.sim.Fail(riskPath, wechatsim.Fault{Errcode: 48001})
	wantCode(t, w.admit(t, people[1], 7, "key-closed").Refusal, models.Denied, "claim_unchecked")
	before := w.asked()
	wantCode(t, w.admit(t, people[2], 7, "key-closed").Refusal, models.Denied, "claim_unchecked") // and is not asked about: it may not
	if w.asked() != before {
		t.Error("WeChat was asked again though it said that we may not")
	}
	w.guard(t, func(p *models.GatePolicy) { p.Unreachable = models.UnreachableHold })
	if got := w.admit(t, people[3], 7, "key-held"); got.Refusal != nil || got.UsableFrom == 0 {
		t.Errorf("held: %+v", got)
	}
	if got := w.Admit(t.Context(), people[4], miniprogram.Asking{Offer: 7, Key: "key-nowhere", IP: "?"}); got.UsableFrom == 0 {
		t.Errorf("from nowhere: %+v", got)
	}
	w.GateRests()
}

// TestGateWaitsLittle: a claim waits for WeChat as long as it may and no longer, and the next ones not at all.
func TestGateWaitsLittle(t *testing.T) {
	t.Parallel()
	s, clock := testkit.Store(t)
	w := newWorld(t, s, clock)
	runner, err := jobs.NewRunner(jobs.Options{Store: s})
	if err != nil {
		t.Fatal(err)
	}
	quick, err := miniprogram.New(miniprogram.Options{Store: s, Hub: w.hub, Jobs: runner, RankWait: 20 * time.Millisecond})
	if err != nil {
		t.Fatal(err)
	}
	w.guard(t, func(*models.GatePolicy) {})
	one, two := w.login(t, w.sim.NewPerson("1")), w.login(t, w.sim.NewPerson("2"))
	const away = 6 * time.Second // long beside whatever a busy machine does meanwhile
	w.sim.Fail(riskPath, wechatsim.Fault{Delay: away, Times: 2})
	start := models.WallClock{}.Now()
	for i, session := range []models.Session{one, two, one, two} {
		if got := quick.Admit(t.Context(), session, miniprogram.Asking{Offer: 7, Key: fmt.Sprintf("key-slow-%d", i), IP: herIP}); got != (offers.Passage{}) {
			t.Errorf("%d: %+v", i, got)
		}
	}
	if took := (models.WallClock{}).Now().Sub(start); took > away/2 {
		t.Errorf("four claims waited %v", took)
	}
	quick.GateRests()
}

// TestVelocity: many claims of one person within an hour are refused, also when other processes saw them; the same claim sent again
// is one.
func TestVelocity(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		w.guard(t, func(p *models.GatePolicy) { p.ClaimsPerHour = 3 })
		session := w.login(t, w.sim.NewPerson("快"))
		for i := range 9 {
			if got := w.admit(t, session, 7, fmt.Sprintf("key-%d-x", i/3)); got.Refusal != nil {
				t.Errorf("%d: %v", i, got.Refusal)
			}
		}
		wantCode(t, w.admit(t, session, 8, "key-too-many").Refusal, models.Denied, "claims_too_many")
		w.clock.Advance(time.Hour)
		if got := w.admit(t, session, 8, "key-later"); got.Refusal != nil {
			t.Errorf("an hour later: %v", got.Refusal)
		}
		another := w.login(t, w.sim.NewPerson("多"))
		w.do(t, func(sc *models.Scope) error { // claimed elsewhere
			for i := range 3 {
				v := models.Voucher{OfferID: models.OfferID(100 + i), MemberID: another.MemberID, Seq: 1, ClaimKey: fmt.Sprintf("elsewhere-%d", i), CodeRef: []byte(fmt.Sprint("hash", i)), CodeProof: []byte("x")}
				if err := sc.InsertVoucher(&v); err != nil {
					return err
				}
			}
			return nil
		})
		wantCode(t, w.admit(t, another, 7, "key-fourth").Refusal, models.Denied, "claims_too_many")
		w.GateRests()
	})
}

// TestGroupHopping: who joins many groups at once, or claims many groups' own offers, is held.
func TestGroupHopping(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		w.guard(t, func(*models.GatePolicy) {})
		session, calm := w.login(t, w.sim.NewPerson("跳")), w.login(t, w.sim.NewPerson("静"))
		w.do(t, func(sc *models.Scope) error {
			for i := range 4 {
				stay := models.GroupMember{GroupID: models.GroupID(10 + i), UserKey: "k", MemberID: session.MemberID, JoinedAt: sc.Now.Add(-time.Duration(i) * day)}
				if _, err := sc.AddGroupMember(&stay); err != nil {
					return err
				}
				old := models.GroupMember{GroupID: models.GroupID(20 + i), UserKey: "k", MemberID: calm.MemberID, JoinedAt: sc.Now.Add(-8 * day)}
				if _, err := sc.AddGroupMember(&old); err != nil {
					return err
				}
			}
			return nil
		})
		if got := w.admit(t, session, 7, "key-hopping"); got.UsableFrom == 0 {
			t.Errorf("four groups in a week: %+v", got)
		}
		if got := w.admit(t, calm, 7, "key-of-calm"); got != (offers.Passage{}) {
			t.Errorf("four groups long ago: %+v", got)
		}
		w.do(t, func(sc *models.Scope) error {
			for i := range 3 {
				o := models.Offer{State: models.OfferApproved, Title: "群", Currency: "CAD", Stock: 1, PerMember: 1, StartsAt: sc.Now, EndsAt: sc.Now.Add(day), RedeemBy: sc.Now.Add(day), Audience: models.ForGroups}
				if err := sc.InsertOffer(&o); err != nil {
					return err
				}
				v := models.Voucher{OfferID: o.ID, MemberID: calm.MemberID, GroupID: models.GroupID(20 + i), Seq: 1, ClaimKey: fmt.Sprintf("own-%d-x", i), CodeRef: []byte(fmt.Sprint("own", i)), CodeProof: []byte("x")}
				if err := sc.InsertVoucher(&v); err != nil {
					return err
				}
			}
			return nil
		})
		w.clock.Advance(5 * time.Minute)
		if got := w.admit(t, calm, 7, "key-of-calm-2"); got.UsableFrom == 0 {
			t.Errorf("three groups' own offers: %+v", got)
		}
		w.GateRests()
	})
}

// TestAppeal: what was refused can be appealed against, once at a time; upheld, she passes for a while and what was held is good.
func TestAppeal(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		p := w.guard(t, func(*models.GatePolicy) {})
		organiser := models.Account{CommunityID: w.community}
		mei := w.sim.NewPerson("Mei")
		mei.SetRisk(4)
		session := w.login(t, mei)
		o := models.Offer{State: models.OfferApproved, Title: "可颂", Currency: "CAD", Stock: 1, PerMember: 1}
		w.do(t, func(sc *models.Scope) error {
			o.StartsAt, o.EndsAt, o.RedeemBy = sc.Now, sc.Now.Add(9*day), sc.Now.Add(9*day)
			return sc.InsertOffer(&o)
		})
		_, err := w.Appeal(t.Context(), session, o.ID, "")
		wantCode(t, err, models.NotFound, "nothing_to_appeal")
		wantCode(t, w.admit(t, session, o.ID, "key-of-mei").Refusal, models.Denied, "claim_denied")
		v := models.Voucher{OfferID: o.ID, TermsID: o.TermsID, MemberID: session.MemberID, Seq: 1, ClaimKey: "held-one", CodeRef: []byte("h"), CodeProof: []byte("x"), ValidFrom: w.now().Add(time.Hour), ValidTo: o.RedeemBy}
		w.do(t, func(sc *models.Scope) error { return sc.InsertVoucher(&v) })
		a, err := w.Appeal(t.Context(), session, o.ID, " 我没有作弊 ")
		if err != nil || a.Reasons != offers.ReasonRankHigh || a.Body != "我没有作弊" {
			t.Fatalf("%+v, %v", a, err)
		}
		var wg sync.WaitGroup
		for range 4 {
			wg.Go(func() {
				if again, err := w.Appeal(t.Context(), session, o.ID, "again"); err != nil || again.ID != a.ID {
					t.Errorf("%+v, %v", again, err)
				}
			})
		}
		wg.Wait()
		if a, err = w.DecideAppeal(t.Context(), organiser, a.ID, true, "对不起"); err != nil || a.State != models.AppealUpheld || a.Until != w.now().Add(time.Duration(p.AppealHours)*time.Hour) {
			t.Fatalf("%+v, %v", a, err)
		}
		_, err = w.DecideAppeal(t.Context(), organiser, a.ID, false, "")
		wantCode(t, err, models.Conflict, "appeal_decided")
		if got := w.admit(t, session, o.ID, "key-of-mei"); got != (offers.Passage{}) {
			t.Errorf("after it was upheld: %+v", got)
		}
		if now, err := w.read(t).Voucher(v.ID); err != nil || now.ValidFrom != 0 {
			t.Errorf("what was held is good from %v, %v", now.ValidFrom, err)
		}
		r, err := w.GateReport(t.Context(), w.community)
		if err != nil || r.Verdicts["deny"] != 1 || r.Appeals[models.AppealUpheld] != 1 || r.WrongRate != 0.5 {
			t.Errorf("report %+v, %v", r, err)
		}
		w.clock.Set(a.Until.Time())
		session = w.login(t, mei)
		wantCode(t, w.admit(t, session, o.ID, "key-of-mei").Refusal, models.Denied, "claim_denied")
		audits, err := w.read(t).Audits(9)
		if err != nil || len(audits) == 0 || audits[0].Action != "appeal.uphold" || strings.Contains(audits[0].Detail, "作弊") {
			t.Errorf("audits %+v, %v", audits, err)
		}
		w.GateRests()
	})
}

// TestExpect: who opens the offers is asked about meanwhile, so that her claim waits for nothing.
func TestExpect(t *testing.T) {
	t.Parallel()
	s, clock := testkit.Store(t)
	w := newWorld(t, s, clock)
	w.guard(t, func(*models.GatePolicy) {})
	mei := w.sim.NewPerson("Mei")
	mei.SetRisk(3)
	session := w.login(t, mei)
	for range 5 {
		w.Expect(t.Context(), session, herIP)
	}
	w.GateRests()
	if n := w.asked(); n != 1 {
		t.Errorf("WeChat was asked %d times", n)
	}
	w.sim.Fail(riskPath, wechatsim.Fault{Errcode: -1})
	wantCode(t, w.admit(t, session, 7, "key-of-mei").Refusal, models.Denied, "claim_denied")
	w.GateRests()
}

// TestManyAtTheGate: many people at once are read together, and everybody gets her own answer.
func TestManyAtTheGate(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		w.guard(t, func(p *models.GatePolicy) { p.HoldRank = 4; p.DenyRank = 4 })
		people := w.sim.NewPeople(12, "众")
		var wg sync.WaitGroup
		for i, p := range people {
			p.SetRisk(i % 2 * 4)
			session := w.login(t, p)
			wg.Go(func() {
				var hers sync.WaitGroup
				for j := range 3 {
					hers.Go(func() {
						got := w.admit(t, session, 7, fmt.Sprintf("key-%d-%d", i, j))
						if (got.Refusal != nil) != (i%2 == 1) {
							t.Errorf("%d: %+v", i, got)
						}
					})
				}
				hers.Wait()
				if _, err := w.Appeal(t.Context(), session, 7, "me"); (err == nil) != (i%2 == 1) { // what she was refused for is there when she hears of it
					t.Errorf("%d appeals at once: %v", i, err)
				}
			})
		}
		wg.Wait()
		w.GateRests()
		if n := w.asked(); n != len(people) {
			t.Errorf("WeChat was asked %d times about %d people", n, len(people))
		}
		if r, err := w.GateReport(t.Context(), w.community); err != nil || r.Verdicts["deny"] != len(people)/2 {
			t.Errorf("report %+v, %v", r, err)
		}
	})
}

// TestNetworkOf: neighbours are one network.
func TestNetworkOf(t *testing.T) {
	t.Parallel()
	for ip, want := range map[string]string{"203.0.113.7": "203.0.113.0/24", "::ffff:203.0.113.9": "203.0.113.0/24",
		"2001:db8:1:2::3": "2001:db8:1::/48", "": "", "x": ""} {
		if got, ok := miniprogram.NetworkOf(ip); got != want || ok != (want != "") {
			t.Errorf("%q is in %q", ip, got)
		}
	}
}

// BenchmarkAdmit is what the gate costs a claim of somebody it has in mind.
func BenchmarkAdmit(b *testing.B) {
	s, _ := testkit.Store(b)
	community := testkit.Community(b, s, nil)
	runner, err := jobs.NewRunner(jobs.Options{Store: s})
	if err != nil {
		b.Fatal(err)
	}
	hub, err := weixin.NewHub(weixin.HubOptions{Now: models.WallClock{}.Now, LoopbackOnly: true})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(hub.Close)
	service, err := miniprogram.New(miniprogram.Options{Store: s, Hub: hub, Jobs: runner})
	if err != nil {
		b.Fatal(err)
	}
	var member models.MemberID
	err = s.Tx(b.Context(), func(tx *models.Tx) (err error) {
		member, err = tx.In(community).Identify(models.Name{Kind: models.OpenID, Scope: appID, Value: "o"})
		return err
	})
	if err != nil {
		b.Fatal(err)
	}
	session := models.Session{CommunityID: community, AppID: appID, MemberID: member}
	for b.Loop() {
		service.Admit(b.Context(), session, miniprogram.Asking{Offer: 7, Key: "one-and-the-same", IP: herIP})
	}
}
