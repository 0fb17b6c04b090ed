package app_test

import (
	"fmt"
	"testing"

	"siyu/internal/testkit"
	"siyu/models"
	"siyu/offers/ledger"
)

// TestStatementsOfConsole: an organiser says how a brand pays, closes its month and notes that it was paid; the brand reads its
// own, and nobody reads another's.
func TestStatementsOfConsole(t *testing.T) {
	t.Parallel()
	s, clock := testkit.Store(t)
	w := newWorld(t, s, clock)
	w.staffed(t)
	const of = "/api/console/v1/"
	mine, other := w.seeded.Brands[0].ID, w.seeded.Brands[1].ID
	w.kept["mine"], w.kept["other"] = mine.String(), other.String()
	contract := func(brand, rest string) string { return fmt.Sprintf(`{"brand_id":"${%s}",%s}`, brand, rest) }
	w.run(t, []call{
		{name: "none yet", path: of + "contracts", as: "organiser", has: []string{`"contracts":[]`}},
		{name: "by claim", path: of + "contracts", as: "organiser", status: 201, body: contract("mine", `"basis":"claim","price":150,"currency":"CAD","note":"spring"`),
			has: []string{`"number":1`, `"in_force":true`, `"price":150`}},
		{name: "a month", path: of + "contracts", as: "organiser", status: 201, body: contract("mine", `"basis":"flat","price":9900,"currency":"CAD"`), has: []string{`"number":2`}},
		{name: "the other's", path: of + "contracts", as: "organiser", status: 201, body: contract("other", `"basis":"flat","price":77,"currency":"CAD"`)},
		{name: "no currency", path: of + "contracts", as: "organiser", status: 400, body: contract("mine", `"basis":"claim","price":1,"currency":"XXX"`), has: []string{`"field":"currency"`}},
		{name: "for sharing", path: of + "contracts", as: "organiser", status: 400, body: contract("mine", `"basis":"share","price":1,"currency":"CAD"`), has: []string{`"field":"basis"`}},
		{name: "in the past", path: of + "contracts", as: "organiser", status: 409, body: contract("mine", `"basis":"claim","price":1,"currency":"CAD","from_at":5`), has: []string{"contract_past"}},
		{name: "by the brand", path: of + "contracts", as: "brand", status: 403, body: contract("mine", `"basis":"claim","price":0,"currency":"CAD"`)},
		{name: "what the brand sees", path: of + "contracts?brand_id=${other}", as: "brand", has: []string{`"price":9900`}, not: []string{`"price":77`}},
		{name: "too early", path: of + "statements", as: "organiser", status: 409, body: contract("mine", `"currency":"CAD","month":"2026-05"`), has: []string{"statement_month_open"}},
	})
	must(t, s.Tx(t.Context(), func(tx *models.Tx) error {
		return ledger.Claimed(tx.In(w.seeded.Community), models.Offer{ID: 5, BrandID: mine}, []*models.Voucher{{ID: 1}, {ID: 2}})
	}))
	clock.Advance(29 * day)
	w.signIn(t, map[string]string{"organiser": "organiser", "brand": "brand", "brand2": "brand2"})
	w.run(t, []call{
		{name: "due", path: of + "dues", as: "brand", has: []string{`"owed":300`, `"unstated":300`, `"closable":["2026-05"]`}, not: []string{w.kept["other"]}},
		{name: "closed", path: of + "statements", as: "organiser", status: 201, body: contract("mine", `"currency":"CAD","month":"2026-05"`),
			has: []string{`"number":1`, `"total":10200`, `"line_count":3`, `"by_itself":false`}, not: []string{`"reviewed_at":0`}, keep: "st=id"},
		{name: "closed again", path: of + "statements", as: "organiser", status: 409, body: contract("mine", `"currency":"CAD","month":"2026-05"`), has: []string{"statement_closed"}},
		{name: "no month", path: of + "statements", as: "organiser", status: 400, body: contract("mine", `"currency":"CAD","month":"2026-13"`), has: []string{`"field":"month"`}},
		{name: "the other's", path: of + "statements", as: "organiser", status: 201, body: contract("other", `"currency":"CAD","month":"2026-05"`), keep: "theirs=id"},
		{name: "a page", path: of + "statements?limit=1", as: "organiser", has: []string{`"number":2`, `"next":"${theirs}"`}},
		{name: "the next", path: of + "statements?limit=1&after=${theirs}", as: "organiser", has: []string{`"number":1`}},
		{name: "the brand's", path: of + "statements", as: "brand", has: []string{`"number":1`}, not: []string{`"number":2`}},
		{name: "read", path: of + "statements/${st}", as: "brand", has: []string{`"code":"flat"`, `"sum":9900`, `"code":"claim"`, `"n":2`}},
		{name: "another's", path: of + "statements/${theirs}", as: "brand", status: 404, has: []string{"statement_not_found"}},
		{name: "another's table", path: of + "statements/${theirs}/table.xlsx", as: "brand", status: 404},
		{name: "lines", path: of + "statements/${st}/lines?limit=2", as: "brand", has: []string{`"no":1`, `"next":2`, `"ref":"voucher:`}},
		{name: "the last", path: of + "statements/${st}/lines?after=2", as: "brand", has: []string{`"no":3`, `"next":0`}},
		{name: "table", path: of + "statements/${st}/table.xlsx", as: "brand"},
		{name: "page", path: of + "statements/${st}/page.html?lang=en", as: "brand", has: []string{"Statement no. 1", "CAD 102.00"}},
		{name: "paid by itself", path: of + "statements/${st}/paid", as: "brand", status: 403, body: `{"note":"x"}`},
		{name: "paid", path: of + "statements/${st}/paid", as: "organiser", body: `{"note":"bank transfer"}`, has: []string{`"paid_note":"bank transfer"`}},
		{name: "paid again", path: of + "statements/${st}/paid", as: "organiser", status: 409, body: `{}`, has: []string{"statement_paid"}},
		{name: "nothing due", path: of + "dues?brand_id=${mine}", as: "organiser", has: []string{`"owed":0`, `"closable":[]`}},
	})
}

// TestStatementsByThemselves: what was closed by itself is the organiser's to look at before its brand sees it, and she says when
// that happens.
func TestStatementsByThemselves(t *testing.T) {
	t.Parallel()
	s, clock := testkit.Store(t)
	w := newWorld(t, s, clock)
	const of = "/api/console/v1/"
	mine := w.seeded.Brands[0].ID
	must(t, s.Tx(t.Context(), func(tx *models.Tx) error {
		_, err := ledger.AddContract(tx.In(w.seeded.Community), 0, models.Contract{BrandID: mine, Basis: models.BasisFlat, Price: 9900, Currency: "CAD"})
		return err
	}))
	clock.Advance(36 * day)
	_, err := w.app.Runner.Drain(t.Context())
	must(t, err)
	w.staffed(t)
	w.run(t, []call{
		{name: "as usual", path: of + "statements/closing", as: "organiser", has: []string{`"by_itself":true,"days":5,"default_days":5`}},
		{name: "closed", path: of + "statements", as: "organiser", has: []string{`"month":"2026-05"`, `"by_itself":true,"reviewed_at":0`}},
		{name: "nothing for the brand", path: of + "statements", as: "brand", has: []string{`"statements":[]`}},
	})
	all, err := s.Read(t.Context()).In(w.seeded.Community).Statements(mine, false, 0, 2)
	if err != nil || len(all) != 1 {
		t.Fatal(all, err)
	}
	w.kept["st"] = all[0].ID.String()
	w.run(t, []call{
		{name: "nor by its number", path: of + "statements/${st}", as: "brand", status: 404, has: []string{"statement_not_found"}},
		{name: "nor as a table", path: of + "statements/${st}/table.xlsx", as: "brand", status: 404},
		{name: "not the brand's to review", method: "POST", path: of + "statements/${st}/review", as: "brand", status: 403},
		{name: "as a table", path: of + "statements/${st}/table.xlsx", as: "organiser"},
		{name: "reviewed", method: "POST", path: of + "statements/${st}/review", as: "organiser", has: []string{`"total":9900`, `"by_itself":true`}, not: []string{`"reviewed_at":0`}},
		{name: "now the brand sees it", path: of + "statements/${st}", as: "brand", has: []string{`"total":9900`}},
		{name: "too long", method: "PUT", path: of + "statements/closing", as: "organiser", status: 400, body: `{"by_itself":true,"days":29}`},
		{name: "by hand", method: "PUT", path: of + "statements/closing", as: "organiser", body: `{"by_itself":false}`, has: []string{`"by_itself":false`}},
		{name: "after ten days", method: "PUT", path: of + "statements/closing", as: "organiser", body: `{"by_itself":true,"days":10}`, has: []string{`"by_itself":true,"days":10`}},
		{name: "not the brand's", path: of + "statements/closing", as: "brand", status: 403},
	})
}

// TestBrands: an organiser sees every brand of her community, also one without offers, with what it has and how it pays now; a
// brand sees itself, and its drafts alone.
func TestBrands(t *testing.T) {
	t.Parallel()
	eachWorld(t, func(t *testing.T, w *world) {
		w.staffed(t)
		const of = "/api/console/v1/"
		mine, silent := w.seeded.Brands[1].ID, models.Brand{Name: "还没有优惠的店", Weight: 2}
		w.kept["mine"], w.kept["other"] = mine.String(), w.seeded.Brands[0].ID.String()
		must(t, w.store.Tx(t.Context(), func(tx *models.Tx) error {
			sc := tx.In(w.seeded.Community)
			if err := sc.InsertBrand(&silent); err != nil {
				return err
			}
			for state, ends := range map[models.OfferState]models.Millis{models.OfferDraft: 0, models.OfferSubmitted: sc.Now.Add(day), models.OfferWithdrawn: sc.Now.Add(day), models.OfferApproved: sc.Now} {
				o := models.Offer{BrandID: mine, State: state, Title: string(state), Currency: "CAD", Stock: 1, PerMember: 1, EndsAt: ends}
				if err := sc.InsertOffer(&o); err != nil {
					return err
				}
			}
			running := models.Offer{BrandID: mine, State: models.OfferApproved, Title: "x", Currency: "CAD", Stock: 1, PerMember: 1, EndsAt: sc.Now + 1}
			return sc.InsertOffer(&running)
		}))
		w.kept["silent"] = silent.ID.String()
		before := `"offers":{"drafts":0,"submitted":1,"running":1,"ended":2},"shops":0,"contracts":[]`
		w.run(t, []call{
			{name: "all of them", path: of + "brands", as: "organiser", has: []string{"${mine}", "${other}", `"id":"${silent}","name":"还没有优惠的店","weight":2,` +
				`"offers":{"drafts":0,"submitted":0,"running":0,"ended":0},"shops":0,"contracts":[]`, `"id":"${mine}"`, before}, not: []string{"别处的店"}},
			{name: "a shop", path: of + "shops", as: "organiser", status: 201, body: `{"brand_id":"${mine}","name":"一店"}`},
			{name: "by claim", path: of + "contracts", as: "organiser", status: 201, body: `{"brand_id":"${mine}","basis":"claim","price":150,"currency":"CAD"}`},
			{name: "for less", path: of + "contracts", as: "organiser", status: 201, body: `{"brand_id":"${mine}","basis":"claim","price":120,"currency":"CAD"}`, keep: "k=id"},
			{name: "itself", path: of + "brands", as: "brand2", has: []string{`"id":"${mine}"`, `"offers":{"drafts":1,"submitted":1,"running":1,"ended":2},"shops":1,` +
				`"contracts":[{"contract_id":"${k}","basis":"claim","price":120,"currency":"CAD"}]`}, not: []string{"${other}", "${silent}", "150"}},
			{name: "nobody", path: of + "brands", as: "nobody", status: 401},
		})
	})
}
