package ledger_test

import (
	"runtime"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"siyu/internal/testkit"
	"siyu/models"
	"siyu/offers/ledger"
)

func (h *house) closeMonth(month string) (models.Statement, error) {
	var st models.Statement
	err := h.do(func(sc *models.Scope) (err error) {
		st, err = ledger.Close(sc, 1, h.brand, "CAD", month)
		return err
	})
	return st, err
}

// closed closes a month and checks the statement against its own lines.
func (h *house) closed(month string, total int64, count int) models.Statement {
	h.t.Helper()
	st, err := h.closeMonth(month)
	if err != nil {
		h.t.Fatal(err)
	}
	st, err = h.read().Statement(st.ID)
	if err != nil {
		h.t.Fatal(err)
	}
	lines, err := h.read().StatementLines(st.ID, 0, 1000)
	if err != nil {
		h.t.Fatal(err)
	}
	var d models.DigestLines
	sum := int64(0)
	for _, l := range lines {
		sum += l.Amount
		d.Add(l)
	}
	if st.Total != total || sum != total || st.LineCount != count || len(lines) != count || st.Digest != d.String() {
		h.t.Fatalf("statement of %s: total %d and %d in its lines, want %d; %d lines and %d, want %d: %+v", month, st.Total, sum, total,
			st.LineCount, len(lines), count, lines)
	}
	return st
}

// TestStatements: a month is closed once it is over; what is taken back later is a line of the next; a cap holds for the month it
// was charged in, whatever is taken back when.
func TestStatements(t *testing.T) {
	t.Parallel()
	testkit.Each(t, func(t *testing.T, s *models.Store, clock *models.ManualClock) {
		h := newHouse(t, s, clock) // noon of 4 May in Vancouver
		h.pays(models.Contract{Basis: models.BasisRedemption, Price: 100, MonthCap: 250})
		h.pays(models.Contract{Basis: models.BasisClaim, Price: 7})
		h.pays(models.Contract{Basis: models.BasisFlat, Price: 1000})
		_, err := h.closeMonth("2026-05")
		wantCode(t, err, "statement_month_open")
		_, err = h.closeMonth("May")
		wantCode(t, err, "statement_month_wrong")
		var uses []ledger.Use
		for range 4 {
			uses = append(uses, h.writeOff(h.claim()))
		}
		h.to(time.Date(2026, 6, 1, 6, 59, 59, 0, time.UTC)) // a second before midnight there
		_, err = h.closeMonth("2026-05")
		wantCode(t, err, "statement_month_open")
		clock.Advance(time.Second)
		h.writeOff(h.claim()) // June's
		may := h.closed("2026-05", 4*7+400-150+1000, 4+4+1+1)
		_, err = h.closeMonth("2026-05")
		wantCode(t, err, "statement_closed")
		h.tx(func(sc *models.Scope) error { return ledger.Reversed(sc, uses[0]) }) // 300 are left of 400: still above the cap
		h.tx(func(sc *models.Scope) error { return ledger.Reversed(sc, uses[1]) }) // 200: now below
		h.to(time.Date(2026, 7, 1, 7, 0, 0, 0, time.UTC))
		june := h.closed("2026-06", 100+7+1000-200+150, 1+1+1+2+1)
		if june.Number != may.Number+1 {
			t.Errorf("number %d after %d", june.Number, may.Number)
		}
		h.to(time.Date(2026, 9, 1, 7, 0, 0, 0, time.UTC))
		h.closed("2026-08", 2000, 2) // July was not closed: its fee is here
		for i, code := range []string{"", "statement_paid"} {
			err := h.do(func(sc *models.Scope) error { _, err := ledger.Pay(sc, 1, may.ID, "wire"); return err })
			if i == 0 && err != nil || models.CodeOf(err) != code {
				t.Fatalf("paid: %v", err)
			}
		}
		if n := h.owes("CAD"); n != june.Total+2000 {
			t.Errorf("owes %d, want %d", n, june.Total+2000)
		}
	})
}

// TestCloseWhileCharged: write-offs go on while months are closed; each charge is in one statement and none is lost.
func TestCloseWhileCharged(t *testing.T) {
	t.Parallel()
	testkit.Each(t, func(t *testing.T, s *models.Store, clock *models.ManualClock) {
		h := newHouse(t, s, clock)
		h.pays(models.Contract{Basis: models.BasisRedemption, Price: 3})
		v := h.claim()
		const clerks = 4
		var (
			wg   sync.WaitGroup
			done [clerks]atomic.Int64 // write-offs of each clerk
			over atomic.Bool
		)
		for w := range clerks {
			wg.Go(func() {
				for i := 0; !over.Load(); i++ {
					u := ledger.Use{Voucher: v, Redemption: models.Redemption{ID: models.RedemptionID(1 + i*clerks + w)}}
					err := h.do(func(sc *models.Scope) error {
						u.Redemption.At = sc.Now
						return ledger.Redeemed(sc, []ledger.Use{u})
					})
					if err != nil {
						t.Error(err)
						return
					}
					done[w].Add(1)
				}
			})
		}
		goOn := func() { // until nothing is under way that began before
			for w := range clerks {
				for from := done[w].Load(); done[w].Load() < from+2 && !t.Failed(); {
					runtime.Gosched()
				}
			}
		}
		for m := (ledger.Month{Year: 2026, Of: time.May}); m.Of < time.November; m = m.Next() {
			end := time.Date(m.Year, m.Of+1, 1, 7, 0, 0, 0, time.UTC)
			if m.Of == time.October {
				over.Store(true)
				wg.Wait()
			} else {
				h.to(end.Add(-time.Hour))
				goOn()
			}
			h.to(end.Add(time.Second))
			if _, err := h.closeMonth(m.String()); err != nil && models.CodeOf(err) != "statement_empty" {
				t.Error(err)
			}
		}
		all, err := h.read().Statements(h.brand, false, 0, 100)
		if err != nil {
			t.Fatal(err)
		}
		lines, sum, want := 0, int64(0), int64(0)
		for w := range clerks {
			want += done[w].Load()
		}
		for _, st := range all {
			lines, sum = lines+st.LineCount, sum+st.Total
		}
		if int64(lines) != want || sum != 3*want || h.owes("CAD") != sum || len(all) < 5 {
			t.Errorf("%d statements of %d lines, %d written off, %d charged, owes %d", len(all), lines, want, sum, h.owes("CAD"))
		}
		left, err := h.read().Unstated(h.brand, "CAD", 0, h.now(), nil, 10)
		if err != nil || len(left) > 0 {
			t.Errorf("left out: %v, %v", left, err)
		}
	})
}

// TestMonths: in thirty zones with every sort of clock change, each moment is in one month, which begins when the last one ends.
func TestMonths(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"UTC", "America/Vancouver", "America/St_Johns", "America/Havana", "America/Sao_Paulo", "America/Asuncion",
		"America/Santiago", "America/New_York", "America/Toronto", "America/Scoresbysund", "Atlantic/Azores", "Europe/London", "Europe/Dublin",
		"Europe/Berlin", "Europe/Lisbon", "Africa/Cairo", "Africa/Casablanca", "Asia/Beirut", "Asia/Amman", "Asia/Tehran", "Asia/Gaza",
		"Asia/Shanghai", "Asia/Kolkata", "Asia/Kathmandu", "Australia/Sydney", "Australia/Lord_Howe", "Pacific/Auckland", "Pacific/Chatham",
		"Pacific/Apia", "Pacific/Kiritimati", "Pacific/Marquesas", "Asia/Damascus"} {
		zone, err := time.LoadLocation(name)
		if err != nil {
			t.Fatal(err)
		}
		for m := (ledger.Month{Year: 1994, Of: time.January}); m.Year < 2032; m = m.Next() {
			from, until := m.From(zone), m.Until(zone)
			if from != m.From(zone) || until != m.Next().From(zone) || until.Sub(from) < 27*24*time.Hour || until.Sub(from) > 32*24*time.Hour {
				t.Errorf("%s %s: from %d until %d", name, m, from, until)
			}
			for _, at := range []models.Millis{from, from + 1, from.Add(time.Hour), until.Add(-time.Hour), until - 1} {
				if got := ledger.MonthAt(at, zone); got != m {
					t.Errorf("%s: %s is in %s, not in %s", name, at.Time().In(zone), got, m)
				}
			}
			if got := ledger.MonthAt(from-1, zone); got.Next() != m {
				t.Errorf("%s: before %s is %s", name, m, got)
			}
			first := from.Time().In(zone)
			if y, mo, d := first.Date(); y != m.Year || mo != m.Of || d > 2 {
				t.Errorf("%s: %s begins at %s", name, m, first)
			}
		}
	}
	if m, err := ledger.ParseMonth("2026-13"); err == nil {
		t.Errorf("read %s", m)
	}
}
