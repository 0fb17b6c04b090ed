package offers_test

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"siyu/internal/testkit"
	"siyu/models"
	"siyu/offers"
)

// moment reads a time of Vancouver's clocks.
func moment(t *testing.T, text string) models.Millis {
	t.Helper()
	m, err := time.ParseInLocation("2006-01-02 15:04", text, vancouver(t))
	if err != nil {
		t.Fatal(err)
	}
	return models.MillisOf(m)
}

// said is what an error says of something.
func said(err error, what string) any {
	if e, is := errors.AsType[*models.Error](err); is {
		return e.Args[what]
	}
	return nil
}

func vancouver(t *testing.T) *time.Location {
	t.Helper()
	zone, err := time.LoadLocation("America/Vancouver")
	if err != nil {
		t.Fatal(err)
	}
	return zone
}

// TestUsable: validity has sharp ends, shops are named, and a blackout says when it ends, over midnight and when clocks change.
func TestUsable(t *testing.T) {
	t.Parallel()
	weekdays := []int{1, 2, 3, 4, 5}
	lunch := models.BlackoutSpan{Days: weekdays, From: 11*60 + 30, To: 14 * 60}
	night := models.BlackoutSpan{Days: []int{5, 6}, From: 22 * 60, To: 2 * 60} // Friday and Saturday, until two the next morning
	allSunday := models.BlackoutSpan{Days: []int{0}, From: 0, To: 1440}
	for _, c := range []struct {
		name, now string
		spans     []models.BlackoutSpan
		shops     models.Strings
		shop      models.ShopID
		code, at  string
	}{
		{"in the middle", "2026-06-03 10:00", nil, "", 0, "", ""},
		{"too early", "2026-05-31 23:59", nil, "", 0, "not_yet_valid", "2026-06-01 00:00"},
		{"the first minute", "2026-06-01 00:00", nil, "", 0, "", ""},
		{"the last minute", "2026-12-31 23:59", nil, "", 0, "", ""},
		{"over", "2027-01-01 00:00", nil, "", 0, "voucher_expired", "2027-01-01 00:00"},
		{"another shop", "2026-06-03 10:00", nil, models.StringsOf([]string{"7", "8"}), 9, "wrong_shop", ""},
		{"no shop", "2026-06-03 10:00", nil, models.StringsOf([]string{"7", "8"}), 0, "wrong_shop", ""},
		{"one of its shops", "2026-06-03 10:00", nil, models.StringsOf([]string{"7", "8"}), 8, "", ""},
		{"before lunch", "2026-06-03 11:29", []models.BlackoutSpan{lunch}, "", 0, "", ""},
		{"lunch", "2026-06-03 11:30", []models.BlackoutSpan{lunch}, "", 0, "blackout", "2026-06-03 14:00"},
		{"after lunch", "2026-06-03 14:00", []models.BlackoutSpan{lunch}, "", 0, "", ""},
		{"lunch on a Saturday", "2026-06-06 12:00", []models.BlackoutSpan{lunch}, "", 0, "", ""},
		{"Friday night", "2026-06-05 23:00", []models.BlackoutSpan{night}, "", 0, "blackout", "2026-06-06 02:00"},
		{"early on Saturday", "2026-06-06 01:59", []models.BlackoutSpan{night}, "", 0, "blackout", "2026-06-06 02:00"},
		{"early on Friday", "2026-06-05 01:00", []models.BlackoutSpan{night}, "", 0, "", ""},
		{"one after the other", "2026-06-06 23:00", []models.BlackoutSpan{night, allSunday}, "", 0, "blackout", "2026-06-08 00:00"},
	} {
		terms := models.Terms{Blackout: models.BlackoutOf(c.spans), ShopIDs: c.shops}
		v := models.Voucher{ValidFrom: moment(t, "2026-06-01 00:00"), ValidTo: moment(t, "2027-01-01 00:00")}
		err := offers.Usable(terms, v, c.shop, vancouver(t), moment(t, c.now))
		if models.CodeOf(err) != c.code {
			t.Errorf("%s: %v, want %q", c.name, err, c.code)
		}
		if at := said(err, "at"); c.at != "" && at != c.at {
			t.Errorf("%s: at %v, want %s", c.name, at, c.at)
		}
	}
	// The night clocks went back in 2025: rules of a year that is over do not change any more.
	again := moment(t, "2025-11-02 00:30").Add(2 * time.Hour) // half past one comes a second time
	for _, now := range []models.Millis{moment(t, "2025-11-01 23:00"), again} {
		err := offers.Usable(models.Terms{Blackout: models.BlackoutOf([]models.BlackoutSpan{night})}, models.Voucher{ValidTo: again + 1}, 0, vancouver(t), now)
		wantCode(t, err, "blackout")
		if at := said(err, "at"); at != "2025-11-02 02:00" {
			t.Errorf("the blackout of %s ends at %v", now.Time(), at)
		}
	}
}

// TestCurrencies: minor units are those of ISO 4217, and what is no currency is none.
func TestCurrencies(t *testing.T) {
	t.Parallel()
	for code, want := range map[string]string{"CAD": "CAD 4.05", "JPY": "JPY 405", "KWD": "KWD 0.405", "CNY": "CNY 4.05"} {
		if got := offers.Money(405, code); got != want {
			t.Errorf("%s, want %s", got, want)
		}
	}
	for _, code := range []string{"", "ABC", "cad", "AD ", "D A", "CADX", "BTC"} {
		if n, known := offers.MinorDigits(code); known {
			t.Errorf("%q has %d digits", code, n)
		}
	}
}

// TestDraftLimits: what bounds an offer is checked before anything is stored, and the field is named.
func TestDraftLimits(t *testing.T) {
	t.Parallel()
	testkit.Each(t, func(t *testing.T, s *models.Store, clock *models.ManualClock) {
		h := newHouse(t, s, clock, 1)
		for field, spoil := range map[string]func(*offers.Draft){
			"currency":         func(d *offers.Draft) { d.Currency = "XYZ" },
			"redeem_from":      func(d *offers.Draft) { d.RedeemFrom = d.RedeemBy },
			"per_household":    func(d *offers.Draft) { d.PerHousehold = -1 },
			"unit":             func(d *offers.Draft) { d.Unit = "cup" },
			"units":            func(d *offers.Draft) { d.Unit, d.Units = models.UnitFen, 3 },
			"value_fen":        func(d *offers.Draft) { d.Unit, d.ValueFen = models.UnitFen, 0 },
			"min_spend_fen":    func(d *offers.Draft) { d.MinSpendFen = -1 },
			"days_after_claim": func(d *offers.Draft) { d.DaysAfterClaim = 100_000 },
			"blackout":         func(d *offers.Draft) { d.Blackout = []models.BlackoutSpan{{Days: []int{7}, From: 0, To: 60}} },
			"audience":         func(d *offers.Draft) { d.Audience = "friends" },
			"audience_ids":     func(d *offers.Draft) { d.Audience = models.ForGroups },
			"words":            func(d *offers.Draft) { d.Words = []offers.Words{{Locale: "fr", Title: "x", Body: "y"}} },
		} {
			d := h.draft(5)
			spoil(&d)
			_, err := h.service.Submit(t.Context(), h.community, h.brands[0], 0, d)
			if !models.IsKind(err, models.Invalid) || said(err, "field") != field {
				t.Errorf("%s: %v", field, err)
			}
		}
		shop := models.Shop{BrandID: h.brands[0], Name: "Main Street", Zone: "America/Vancouver"}
		h.tx(func(sc *models.Scope) error { return sc.InsertShop(&shop) })
		d := h.draft(5)
		d.Limits = offers.Limits{PerHousehold: 2, Unit: models.UnitFen, MinSpendFen: 2000, DaysAfterClaim: 7,
			Blackout: []models.BlackoutSpan{{Days: []int{0, 6}, From: 600, To: 60}}, Shops: []models.ShopID{shop.ID}, Audience: models.ForGroups,
			AudienceIDs: []string{h.groups[0].String()}}
		d.Words = []offers.Words{{Locale: "en", Title: "Two for one", Body: "On weekends"}}
		o, err := h.service.Submit(t.Context(), h.community, h.brands[0], 0, d)
		if err != nil {
			t.Fatal(err)
		}
		terms, err := h.read().Terms(o.TermsID)
		if err != nil || terms.Units != 500 || terms.PerHousehold != 2 || fmt.Sprint(terms.Shops(), o.AudienceGroups()) != fmt.Sprint([]models.ShopID{shop.ID}, h.groups) ||
			terms.Blackout.List()[0].To != 60 || terms.DaysAfterClaim != 7 || terms.MinSpendFen != 2000 {
			t.Errorf("the terms are %+v, %v", terms, err)
		}
	})
}
