package models_test

import (
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"pgregory.net/rapid"

	"siyu/internal/testkit"
	"siyu/models"
)

const (
	creditApp      = "wx1"
	creditTemplate = "T1"
)

// report is one message about a tap on its way to us.
type report struct {
	source models.Source
	ref    string
	at     models.Millis
	answer string
}

func (r report) book(sc *models.Scope, openID string) (bool, error) {
	return sc.AddSubscription(models.Subscription{
		UID:   sc.SubscriptionUID(r.source, creditApp, openID, r.ref, 0, creditTemplate),
		AppID: creditApp, OpenID: openID, TemplateID: creditTemplate, Source: r.source, Answer: r.answer, At: r.at})
}

// TestCreditsNeverExceedTheTaps: whatever is lost, doubled or late, the ledger never believes in more messages than the
// platform allows; and when every tap was told at least once by the same source, it knows all of them.
func TestCreditsNeverExceedTheTaps(t *testing.T) {
	t.Parallel()
	testkit.Each(t, func(t *testing.T, s *models.Store, clock *models.ManualClock) {
		community := testkit.Community(t, s, nil)
		people := 0
		rapid.Check(t, func(rt *rapid.T) {
			people++
			m := &creditMachine{t: t, s: s, clock: clock, community: community, openID: fmt.Sprintf("o%d", people)}
			rt.Repeat(map[string]func(*rapid.T){
				"tap": m.tap, "arrive": m.arrive, "twice": m.twice, "lose": m.lose, "send": m.send, "withdraw": m.withdraw,
				"wait": func(*rapid.T) { clock.Advance(90 * time.Second) },
				"":     m.holds,
			})
		})
	})
}

type creditMachine struct {
	t         *testing.T
	s         *models.Store
	clock     *models.ManualClock
	community models.CommunityID
	openID    string
	taps      int
	real      int // what the platform would still let through
	way       []report
	told      []report
}

func (m *creditMachine) do(fn func(*models.Scope) error) {
	m.t.Helper()
	err := m.s.Tx(m.t.Context(), func(tx *models.Tx) error { return fn(tx.In(m.community)) })
	if err != nil {
		m.t.Fatal(err)
	}
}

func (m *creditMachine) now() models.Millis { return models.MillisOf(m.clock.Now()) }

// tap is an answer to the dialog: both sources tell of it, some time.
func (m *creditMachine) tap(rt *rapid.T) {
	m.clock.Advance(2 * time.Second)
	m.taps++
	answer := rapid.SampledFrom([]string{"accept", "accept", "accept", "reject"}).Draw(rt, "answer")
	if answer == "accept" {
		m.real++
	}
	ref := fmt.Sprintf("tap-%06d", m.taps)
	second := m.now() / 1000 * 1000 // the platform tells whole seconds
	m.way = append(m.way, report{models.SourceEvent, ref, second, answer}, report{models.SourceClient, ref, m.now(), answer})
}

// arrive: one of the reports under way, in any order.
func (m *creditMachine) arrive(rt *rapid.T) {
	if len(m.way) == 0 {
		rt.Skip()
	}
	i := rapid.IntRange(0, len(m.way)-1).Draw(rt, "which")
	r := m.way[i]
	m.way = append(m.way[:i:i], m.way[i+1:]...)
	m.told = append(m.told, r)
	m.do(func(sc *models.Scope) error {
		fresh, err := r.book(sc, m.openID)
		if err == nil && !fresh {
			m.t.Errorf("%v was taken for known", r)
		}
		return err
	})
}

func (m *creditMachine) twice(rt *rapid.T) {
	if len(m.told) == 0 {
		rt.Skip()
	}
	r := rapid.SampledFrom(m.told).Draw(rt, "again")
	m.do(func(sc *models.Scope) error {
		fresh, err := r.book(sc, m.openID)
		if err == nil && fresh {
			m.t.Errorf("%v counted twice", r)
		}
		return err
	})
}

func (m *creditMachine) lose(rt *rapid.T) {
	if len(m.way) == 0 {
		rt.Skip()
	}
	m.way = m.way[1:]
}

// send spends a credit; the platform must let it through.
func (m *creditMachine) send(*rapid.T) {
	m.do(func(sc *models.Scope) error {
		epoch, ok, err := sc.SpendCredit(creditApp, m.openID, creditTemplate)
		if err != nil || !ok {
			return err
		}
		if m.real == 0 {
			m.t.Errorf("the ledger spends what the platform never gave")
			return sc.ReturnCredit(creditApp, m.openID, creditTemplate, epoch)
		}
		m.real--
		return nil
	})
}

// withdraw: she turns it off; the platform forgets what she allowed, and tells.
func (m *creditMachine) withdraw(*rapid.T) {
	m.clock.Advance(2 * time.Second)
	m.real = 0
	m.do(func(sc *models.Scope) error { return sc.ZeroCredit(creditApp, m.openID, creditTemplate, m.now()) })
	m.clock.Advance(2 * time.Second)
}

func (m *creditMachine) holds(*rapid.T) {
	c, err := m.s.Read(m.t.Context()).In(m.community).Credit(creditApp, m.openID, creditTemplate)
	if models.IsKind(err, models.NotFound) {
		return
	}
	if err != nil {
		m.t.Fatal(err)
	}
	if c.Left() > m.real || c.Left() < 0 {
		m.t.Errorf("the ledger has %d left, the platform %d: %+v", c.Left(), m.real, c)
	}
}

// TestCreditRules: how the two sources make one count.
func TestCreditRules(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name          string
		event, client int
		trust, want   int
	}{
		{"both told", 2, 2, 1, 2},
		{"the client's report is lost", 2, 1, 1, 2},
		{"the event is late", 0, 1, 1, 1},
		{"two events are lost: one is believed", 0, 2, 1, 1},
		{"the client invents", 1, 50, 1, 2},
		{"the client was caught", 0, 3, 0, 0},
		{"nothing", 0, 0, 1, 0},
	} {
		got := models.Credit{ByEvent: c.event, ByClient: c.client, Trust: c.trust}.Counted()
		if got != c.want {
			t.Errorf("%s: %d, want %d", c.name, got, c.want)
		}
	}
}

// TestZeroedCreditStaysZero: what happened before the platform said no does not come back with a late report.
func TestZeroedCreditStaysZero(t *testing.T) {
	t.Parallel()
	testkit.Each(t, func(t *testing.T, s *models.Store, clock *models.ManualClock) {
		community := testkit.Community(t, s, nil)
		m := &creditMachine{t: t, s: s, clock: clock, community: community, openID: "late"}
		early := models.MillisOf(clock.Now())
		clock.Advance(10 * time.Second)
		m.do(func(sc *models.Scope) error { return sc.ZeroCredit(creditApp, "late", creditTemplate, sc.Now) })
		left := func() int {
			c, err := s.Read(t.Context()).In(community).Credit(creditApp, "late", creditTemplate)
			if err != nil {
				t.Fatal(err)
			}
			return c.Left()
		}
		for _, r := range []report{
			{models.SourceEvent, "early", early, "accept"}, {models.SourceClient, "early", early, "accept"},
			{models.SourceClient, "soon", m.now() + 30_000, "accept"},
			{models.SourceClient, "later", m.now() + 120_000, "accept"}, // nothing but the client says so
		} {
			m.do(func(sc *models.Scope) error { _, err := r.book(sc, "late"); return err })
			if left() != 0 {
				t.Errorf("%v came back: %d", r, left())
			}
		}
		m.do(func(sc *models.Scope) error {
			_, err := report{models.SourceEvent, "later", m.now() + 120_000, "accept"}.book(sc, "late")
			return err
		})
		if left() != 1 {
			t.Errorf("a real tap after it counts %d, want 1", left())
		}
	})
}

// TestCreditsUnderConcurrency: K credits are spent K times, however many want them.
func TestCreditsUnderConcurrency(t *testing.T) {
	t.Parallel()
	testkit.Each(t, func(t *testing.T, s *models.Store, clock *models.ManualClock) {
		const credits, senders = 7, 40
		m := &creditMachine{t: t, s: s, clock: clock, openID: "busy"}
		m.community = testkit.Community(t, s, nil)
		var wg sync.WaitGroup
		for i := range credits * 2 { // every tap is told twice at once
			wg.Go(func() {
				m.do(func(sc *models.Scope) error {
					_, err := report{models.SourceEvent, fmt.Sprint("tap", i/2), m.now(), "accept"}.book(sc, "busy")
					return err
				})
			})
		}
		wg.Wait()
		var spent atomic.Int64
		for range senders {
			wg.Go(func() {
				var ok bool
				m.do(func(sc *models.Scope) error {
					var err error
					_, ok, err = sc.SpendCredit(creditApp, "busy", creditTemplate)
					return err
				})
				if ok {
					spent.Add(1)
				}
			})
		}
		wg.Wait()
		if spent.Load() != credits {
			t.Errorf("%d of %d credits were spent", spent.Load(), credits)
		}
	})
}
