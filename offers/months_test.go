package offers_test

import (
	"context"
	"testing"
	"time"

	"siyu/internal/jobs"
	"siyu/internal/testkit"
	"siyu/models"
	"siyu/offers"
	"siyu/offers/ledger"
	"siyu/offers/reconcile"
)

func (h *house) statements(brand models.BrandID, reviewed bool) []models.Statement {
	h.t.Helper()
	all, err := h.read().Statements(brand, reviewed, 0, 100)
	if err != nil {
		h.t.Fatal(err)
	}
	return all
}

// TestMonthsCloseByThemselves: some days after a month is over it is closed, once, with an audit row and for the organiser's review;
// what is taken back later is in the next month's and changes nothing that was closed. Where it is to be done by hand nothing closes.
func TestMonthsCloseByThemselves(t *testing.T) {
	t.Parallel()
	testkit.Each(t, func(t *testing.T, s *models.Store, clock *models.ManualClock) {
		h := newHouse(t, s, clock, 0)
		zone, err := ledger.Zone(h.read())
		if err != nil {
			t.Fatal(err)
		}
		month := ledger.MonthAt(h.now(), zone)
		h.tx(func(sc *models.Scope) error {
			for i, k := range []models.Contract{{Basis: models.BasisClaim, Price: 150}, {Basis: models.BasisFlat, Price: 9900}} {
				k.BrandID, k.Currency = h.brands[i], "CAD"
				if _, err := ledger.AddContract(sc, 0, k); err != nil {
					return err
				}
			}
			return jobs.Periodic(sc.Tx, offers.CloseMonths{})
		})
		d := h.draft(5)
		d.EndsAt, d.RedeemBy = h.now().Add(90*24*time.Hour), h.now().Add(99*24*time.Hour)
		o := h.open(d)
		got, err := h.claim(h.member("ann"), o.ID, "key-ann-1")
		if err != nil {
			t.Fatal(err)
		}
		at := func(m ledger.Month, days int) {
			t.Helper()
			clock.Set(m.Until(zone).Add(time.Duration(days) * 24 * time.Hour).Time())
			for range 2 { // and once more, as if another server did the same
				h.tx(func(sc *models.Scope) error { return jobs.Hasten(sc.Tx, offers.CloseMonths{}, sc.Now) })
				h.drain()
			}
		}
		at(month, models.DefaultStatementDays-1)
		if all := h.statements(0, false); len(all) != 0 {
			t.Fatalf("closed a day too early: %+v", all)
		}
		at(month, models.DefaultStatementDays)
		first, fee := h.statements(h.brands[0], false), h.statements(h.brands[1], false)
		if len(first) != 1 || len(fee) != 1 || first[0].Total != 150 || fee[0].Total != 9900 || first[0].Month != month.String() ||
			first[0].ClosedBy != 0 || first[0].ReviewedAt != 0 || len(h.statements(0, true)) != 0 {
			t.Fatalf("closed: %+v and %+v", first, fee)
		}
		audits, err := h.read().Audits(2)
		if err != nil || len(audits) != 2 || audits[0].Action != "statement.close" || audits[1].Action != "statement.close" || audits[0].AccountID != 0 {
			t.Errorf("audit %+v, %v", audits, err)
		}

		if _, err := h.service.Void(context.Background(), offers.VoidInput{By: h.sponsor(), Voucher: got.ID, Reason: "wrong shop", ReturnStock: true}); err != nil {
			t.Fatal(err)
		}
		for range 2 {
			st, err := h.service.ReviewStatement(context.Background(), h.organiser(), first[0].ID)
			if err != nil || st.ReviewedBy != 72 || st.Total != 150 || st.Digest != first[0].Digest {
				t.Fatalf("reviewed: %+v, %v", st, err)
			}
		}
		at(month.Next(), models.DefaultStatementDays+9) // the server was off for a while
		all := h.statements(h.brands[0], false)
		if len(all) != 2 || all[0].Total != -150 || all[0].Month != month.Next().String() || all[1].Total != 150 || all[1].Digest != first[0].Digest ||
			len(h.statements(0, true)) != 1 {
			t.Errorf("a month later there are %+v", all)
		}

		if err := h.service.SetStatementsAfter(context.Background(), h.organiser(), -1); err != nil {
			t.Fatal(err)
		}
		at(month.Next().Next(), 20)
		if n := len(h.statements(0, false)); n != 4 {
			t.Errorf("%d statements: one closed that was to be closed by hand", n)
		}
		if err := h.service.SetStatementsAfter(context.Background(), h.organiser(), 20); err != nil {
			t.Fatal(err)
		}
		h.drain()
		if n := len(h.statements(h.brands[1], false)); n != 3 {
			t.Errorf("%d months of the fee are closed", n)
		}
		sum, err := reconcile.Run(context.Background(), reconcile.Options{Store: s}, h.community)
		if err != nil || sum.Found != 0 {
			t.Errorf("the books: %+v, %v", sum, err)
		}
	})
}
