package ledger_test

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"time"

	"pgregory.net/rapid"

	"siyu/internal/testkit"
	"siyu/models"
	"siyu/offers/ledger"
	"siyu/offers/reconcile"
)

// machine drives the ledger along a random history beside a model of it that knows no lots' rows, no locks and no store.
type machine struct {
	h      *house
	soak   *testkit.Steps
	draw   func(n int) int // of 0 to n-1
	people []*person
	done   []models.Transfer // what was earned and spent, to be taken back or repeated
	holds  []models.Transfer
	used   map[models.TransferID][]taken // what was taken for what, while it can come back
	ended  map[models.TransferID]bool    // holds that were answered, transfers that were taken back
	lots   map[string]*pile
	steps  int
	serial int

	charges map[models.TransferID]int64 // of the brand, in no statement yet
	charged []models.TransferID
	month   ledger.Month
	owed    int64
}

// person is somebody in the model, under all ids she has had.
type person struct {
	id    models.MemberID
	names []models.Name
	debt  int64
	into  *person // who she turned out to be
}

// pile is points that somebody got together.
type pile struct {
	of    *person
	no    int
	left  int64
	until models.Millis // zero: for ever
}

type taken struct {
	pile *pile
	n    int64
}

func newMachine(h *house, soak *testkit.Steps) *machine {
	m := &machine{h: h, soak: soak, used: map[models.TransferID][]taken{}, ended: map[models.TransferID]bool{}, lots: map[string]*pile{},
		charges: map[models.TransferID]int64{}}
	zone, err := ledger.Zone(h.read())
	if err != nil {
		h.t.Fatal(err)
	}
	m.month = ledger.MonthAt(h.now(), zone)
	for i := range 4 {
		kind := []string{"mini", "official"}[i%2]
		n := models.Name{Kind: models.OpenID, Scope: kind, Value: fmt.Sprint("person-", i)}
		m.people = append(m.people, &person{id: h.member(n), names: []models.Name{n}})
	}
	h.pays(models.Contract{Basis: models.BasisClaim, Price: 1})
	return m
}

func (p *person) now() *person {
	for p.into != nil {
		p = p.into
	}
	return p
}

// piles are somebody's points, those first that are used first.
func (m *machine) piles(p *person) []*pile {
	var all []*pile
	for _, l := range m.lots {
		if l.of.now() == p && l.left > 0 {
			all = append(all, l)
		}
	}
	end := func(l *pile) int64 { return cmp.Or(int64(l.until), 1<<62) }
	slices.SortFunc(all, func(a, b *pile) int { return cmp.Or(cmp.Compare(end(a), end(b)), cmp.Compare(a.no, b.no)) })
	return all
}

func (m *machine) has(p *person) (n int64) {
	for _, l := range m.piles(p) {
		n += l.left
	}
	return n
}

// lapse forgets what somebody did not use in time.
func (m *machine) lapse(p *person) {
	for _, l := range m.piles(p) {
		if l.until != 0 && l.until <= m.h.now() {
			l.left = 0
		}
	}
}

// take uses points of the model, or says that there are too few.
func (m *machine) take(p *person, n int64) ([]taken, bool) {
	good := int64(0)
	for _, l := range m.piles(p) {
		if l.until == 0 || l.until > m.h.now() {
			good += l.left
		}
	}
	if good < n { // a refusal books nothing, not even what has lapsed
		return nil, false
	}
	m.lapse(p)
	var all []taken
	for _, l := range m.piles(p) {
		x := min(n, l.left)
		l.left -= x
		n -= x
		if x > 0 {
			all = append(all, taken{l, x})
		}
	}
	return all, true
}

// settle pays a debt of the model.
func (m *machine) settle(p *person) {
	if p.debt == 0 {
		return
	}
	m.lapse(p)
	n := min(p.debt, m.has(p))
	m.take(p, n)
	p.debt -= n
}

func (m *machine) putBack(p *person, all []taken) {
	m.lapse(p)
	for _, t := range all {
		t.pile.left += t.n
		if t.pile.until != 0 {
			t.pile.until = max(t.pile.until, m.h.now().Add(7*day))
		}
	}
	m.settle(p)
}

// step does one thing in a transaction that is under way. What it must be refused with is an error of that code.
func (m *machine) step(sc *models.Scope) error {
	m.steps++
	p := m.people[m.draw(len(m.people))]
	who := p.now()
	switch m.draw(12) {
	case 0, 1, 2:
		return m.earn(sc, p, who)
	case 3, 4:
		return m.spend(sc, p, who)
	case 5, 6:
		return m.answer(sc, m.draw(2) == 0)
	case 7, 8:
		return m.takeBack(sc)
	case 9:
		return m.repeat(sc)
	case 10:
		return m.charge(sc)
	}
	return m.uncharge(sc)
}

func (m *machine) ref() string { m.serial++; return strconv.Itoa(m.serial) }

func (m *machine) earn(sc *models.Scope, p, who *person) error {
	until := models.Millis(0)
	if m.draw(3) > 0 {
		until = sc.Now.Add(time.Duration(1+m.draw(30)) * day)
	}
	t := ledger.Earn(p.id, int64(1+m.draw(20)), "visit", m.ref(), until)
	if err := ledger.Post(sc, []models.Transfer{t}); err != nil {
		return err
	}
	m.lots[t.Ref] = &pile{of: who, no: m.serial, left: t.Amount, until: until}
	m.done = append(m.done, t)
	m.settle(who)
	return nil
}

func (m *machine) spend(sc *models.Scope, p, who *person) error {
	t := ledger.Spend(p.id, int64(1+m.draw(25)), "gift", m.ref())
	hold := m.draw(2) == 0
	if hold {
		until := models.Millis(0)
		if m.draw(2) == 0 {
			until = sc.Now.Add(time.Duration(1+m.draw(9)) * day)
		}
		t = ledger.Hold(p.id, t.Amount, "order", t.Ref, until)
	}
	before := m.has(who)
	all, enough := m.take(who, t.Amount)
	err := ledger.Post(sc, []models.Transfer{t})
	if !enough {
		if models.CodeOf(err) != "points_short" {
			return fmt.Errorf("took %d of %d: %w", t.Amount, before, err)
		}
		return nil
	}
	m.used[m.h.id(t)] = all
	if hold {
		m.holds = append(m.holds, t)
	} else {
		m.done = append(m.done, t)
	}
	return err
}

// answer uses what was set aside, or gives it back.
func (m *machine) answer(sc *models.Scope, use bool) error {
	if len(m.holds) == 0 {
		return nil
	}
	t := m.holds[m.draw(len(m.holds))]
	id := m.h.id(t)
	over := t.ExpiresAt != 0 && t.ExpiresAt <= sc.Now
	way := map[bool]models.TransferID{true: models.NewTransferID(m.h.community, models.CodePost, string(id)),
		false: models.NewTransferID(m.h.community, models.CodeVoid, string(id))}
	if use {
		err := ledger.Settle(sc, id)
		if m.ended[way[true]] { // once more
			return err
		}
		if m.ended[id] || over {
			return wants(err, "hold_ended")
		}
		m.ended[id], m.ended[way[true]] = true, true
		return err
	}
	err := ledger.GiveBack(sc, id)
	if m.ended[way[false]] {
		return err
	}
	if m.ended[id] {
		return wants(err, "hold_ended")
	}
	m.ended[id], m.ended[way[false]] = true, true
	m.putBack(m.ownerOf(t), m.used[id])
	return err
}

func wants(err error, code string) error {
	if models.CodeOf(err) == code {
		return nil
	}
	return fmt.Errorf("want %s: %w", code, err)
}

// ownerOf is who a transfer is about now.
func (m *machine) ownerOf(t models.Transfer) *person {
	id, is := t.Debit.Member()
	if !is {
		id, _ = t.Credit.Member()
	}
	for _, p := range m.people {
		if p.id == id {
			return p.now()
		}
	}
	panic("nobody")
}

// takeBack mirrors something that was earned or spent, perhaps again.
func (m *machine) takeBack(sc *models.Scope) error {
	if len(m.done) == 0 {
		return nil
	}
	t := m.done[m.draw(len(m.done))]
	id := m.h.id(t)
	if err := ledger.Reverse(sc, id); err != nil || m.ended[id] {
		return err
	}
	m.ended[id] = true
	p := m.ownerOf(t)
	if _, earned := t.Credit.Member(); earned {
		p.debt += t.Amount
		m.settle(p)
		return nil
	}
	m.putBack(p, m.used[id])
	return nil
}

// repeat books something a second time, which changes nothing, or with another amount, which is refused.
func (m *machine) repeat(sc *models.Scope) error {
	if len(m.done) == 0 {
		return nil
	}
	t := m.done[m.draw(len(m.done))]
	if m.draw(2) == 0 {
		return ledger.Post(sc, []models.Transfer{t})
	}
	t.Amount++
	return wants(ledger.Post(sc, []models.Transfer{t}), "transfer_reused")
}

func (m *machine) charge(sc *models.Scope) error {
	t := models.Transfer{Code: "fee", Ref: m.ref(), Unit: "CAD", Amount: int64(1 + m.draw(500)), Debit: models.SponsorPurse(m.h.brand), Credit: models.PurseIncome}
	id := m.h.id(t)
	m.charges[id], m.charged, m.owed = t.Amount, append(m.charged, id), m.owed+t.Amount
	return ledger.Post(sc, []models.Transfer{t})
}

func (m *machine) uncharge(sc *models.Scope) error {
	if len(m.charged) == 0 {
		return nil
	}
	i := m.draw(len(m.charged))
	id := m.charged[i]
	t, err := sc.Transfer(id)
	if err != nil {
		return err
	}
	m.charged = slices.Delete(m.charged, i, i+1)
	m.charges[models.NewTransferID(m.h.community, models.CodeReversal, string(id))] = -t.Amount
	m.owed -= t.Amount
	if err := ledger.Reverse(sc, id); err != nil {
		return err
	}
	return ledger.Reverse(sc, id)
}

// pass lets time pass, closes what is over, and now and then makes two people one.
func (m *machine) pass() error {
	m.h.clock.Advance(time.Duration(m.draw(6*24)) * time.Hour)
	zone, err := ledger.Zone(m.h.read())
	if err != nil {
		return err
	}
	for ; m.month.Until(zone) <= m.h.now(); m.month = m.month.Next() {
		if err := m.closeMonth(); err != nil {
			return err
		}
	}
	if m.draw(4) == 0 {
		if err := ledger.Sweep(m.h.t.Context(), m.h.store, m.h.community); err != nil {
			return err
		}
		over := slices.Clone(m.holds) // they end one after the other
		slices.SortFunc(over, func(a, b models.Transfer) int {
			return cmp.Or(cmp.Compare(a.ExpiresAt, b.ExpiresAt), cmp.Compare(m.h.id(a), m.h.id(b)))
		})
		for _, t := range over {
			if id := m.h.id(t); t.ExpiresAt != 0 && t.ExpiresAt <= m.h.now() && !m.ended[id] {
				m.ended[id], m.ended[models.NewTransferID(m.h.community, models.CodeVoid, string(id))] = true, true
				m.putBack(m.ownerOf(t), m.used[id])
			}
		}
		for _, p := range m.people {
			m.lapse(p.now())
		}
	}
	if m.draw(8) == 0 {
		return m.merge(m.people[m.draw(len(m.people))].now(), m.people[m.draw(len(m.people))].now())
	}
	return nil
}

func (m *machine) closeMonth() error {
	want := int64(0)
	for _, n := range m.charges {
		want += n
	}
	st, err := m.h.closeMonth(m.month.String())
	if len(m.charges) == 0 {
		return wants(err, "statement_empty")
	}
	if err != nil || st.Total != want || st.LineCount != len(m.charges) {
		return fmt.Errorf("closed %s with %d in %d lines, want %d in %d: %w", m.month, st.Total, st.LineCount, want, len(m.charges), err)
	}
	clear(m.charges)
	return nil
}

// merge makes two people one, as far as their names allow.
func (m *machine) merge(a, b *person) error {
	if a == b || len(a.names) > 1 || len(b.names) > 1 || a.names[0].Scope == b.names[0].Scope {
		return nil
	}
	err := m.h.do(func(sc *models.Scope) error { _, err := sc.Identify(a.names[0], b.names[0]); return err })
	if a.id > b.id {
		a, b = b, a
	}
	b.into = a
	a.names = append(a.names, b.names...)
	a.debt += b.debt
	b.debt = 0
	return err
}

// check compares what is stored with the model.
func (m *machine) check() error {
	for i, p := range m.people {
		n, err := ledger.Balance(m.h.read(), p.id)
		if err != nil {
			return err
		}
		purses, err := m.h.read().PursesOf([]models.MemberID{p.now().id})
		if err != nil {
			return err
		}
		if want := m.has(p.now()); n != want || purses[p.now().id].Debt != p.now().debt {
			return fmt.Errorf("person %d has %d points and owes %d, want %d and %d", i, n, purses[p.now().id].Debt, want, p.now().debt)
		}
	}
	if got := m.h.owes("CAD"); got != m.owed {
		return fmt.Errorf("the brand owes %d, want %d", got, m.owed)
	}
	return nil
}

// prove has the books proved as every night.
func (m *machine) prove() error {
	var first error
	_, err := reconcile.Run(m.h.t.Context(), reconcile.Options{Store: m.h.store, Pause: time.Millisecond, Tell: func(_ models.CommunityID, d reconcile.Difference) {
		if first == nil {
			first = fmt.Errorf("%s of %s is %s, want %s", d.Check, d.Row, d.Got, d.Want)
		}
	}}, m.h.community)
	return cmp.Or(first, err)
}

// Book does some steps in one transaction.
func (m *machine) Book(r *rapid.T) {
	most := 8
	if m.soak.Long {
		most = 100
	}
	n := rapid.IntRange(1, most).Draw(r, "steps")
	m.draw = drawing(r)
	err := m.h.do(func(sc *models.Scope) error {
		for range n {
			if err := m.step(sc); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		r.Fatalf("step %d: %v", m.steps, err)
	}
	m.soak.Took(n)
}

// Pass lets time pass.
func (m *machine) Pass(r *rapid.T) {
	m.draw = drawing(r)
	if err := m.pass(); err != nil {
		r.Fatal(err)
	}
	m.soak.Took(1)
}

// Check compares what is stored with the model.
func (m *machine) Check(r *rapid.T) {
	if err := m.check(); err != nil {
		r.Fatalf("after step %d: %v", m.steps, err)
	}
}

func drawing(r *rapid.T) func(int) int {
	return func(n int) int { return rapid.IntRange(0, n-1).Draw(r, "") }
}
