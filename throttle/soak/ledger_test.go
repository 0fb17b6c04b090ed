package soak_test

import (
	"math/rand/v2"
	"testing"

	"siyu/internal/testkit"
	"siyu/throttle"
)

// ledgerSteps is how many steps the real ledger goes along; SIYU_SOAK_LEDGER asks for more.
const ledgerSteps = 6_000

// TestLedgerSoak has the real ledger, on a real store, do what the machine does, step by step: answers, reasons, next times
// and rows must be the same. Some holds are tried in earnest: one second before the told time, and one second after. In the
// end the chain of all that happened must be sound, and each stored decision come out again.
func TestLedgerSoak(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("a store takes its time")
	}
	s, clock := testkit.Store(t)
	var sum tally
	proofs, decisions, worlds := 0, int64(0), 0
	for steps := fromEnv("SIYU_SOAK_LEDGER", ledgerSteps); steps > 0 && !t.Failed(); worlds++ {
		names := zoneNames()
		r := rand.New(rand.NewPCG(uint64(fromEnv("SIYU_SOAK_SEED", 1)), uint64(1<<40+worlds)))
		m, err := newMachine(r, names[r.IntN(len(names))], worldDays, ours(throttle.Decide), dangers{kills: true, lateOwners: true})
		if err != nil {
			t.Fatal(err)
		}
		if m.mirror, err = newMirror(s, clock, m.sky.name, m.time); err != nil {
			t.Fatal(err)
		}
		m.wants = m.wants[:0]
		for range 8 {
			m.wants = append(m.wants, m.newWant())
		}
		m.revise()
		for range min(steps, 500) {
			if m.step(); m.over() {
				break
			}
			if m.prove() {
				proofs++
			}
		}
		steps -= m.steps
		decisions += m.mirror.audit(m)
		if sum.add(m.tally); m.fault != "" {
			t.Errorf("world %d: %s", worlds, m.fault)
		}
	}
	t.Logf("%d worlds with the real ledger, %d holds tried before and after their time, %d decisions made again: %+v", worlds, proofs, decisions, sum)
	if proofs < 10 || decisions < 100 || sum.allows == 0 {
		t.Error("the histories are too poor to show anything")
	}
}

// prove tries a hold in earnest: the clock goes to one second before its time, and to one second after. It chooses those
// that nothing else can free earlier: no pending post whose time ends before.
func (m *machine) prove() bool {
	i := m.r.IntN(len(m.wants))
	now, floor, _ := m.clock()
	q := m.wants[i].q
	q.floor, q.gate = floor, m.pause
	if m.wants[i].row >= 0 || m.r.IntN(8) > 0 {
		return false
	}
	v := throttle.Decide(m.laws.input(q, m.quiet, m.books(now)), now)
	if v.Allow || v.Next-now > 2*day || v.Next-now < 2*second {
		return false
	}
	for _, r := range m.rows {
		if (r.state == reserved || r.state == tasked) && r.e <= v.Next+second {
			return false
		}
	}
	held := m.holds
	m.time = v.Next - second
	if m.ask(0, i); m.holds != held+1 {
		m.fail("held until %d, and not one second before", v.Next)
		return true
	}
	closing, allows, kills := m.closing, m.allows, m.kills
	m.time = v.Next + second
	if _, ok := m.laws.allows(m.sky, q, m.time, m.books(m.time)); !ok {
		m.closing = closing + 1
		return true // the slot was shorter than a second
	}
	if m.ask(0, i); m.allows == allows && m.kills == kills {
		m.fail("held until %d, and still a second after", v.Next)
	}
	return true
}
