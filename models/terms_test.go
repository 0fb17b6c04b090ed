package models_test

import (
	"testing"
	"time"

	"siyu/models"
)

// TestValidity: days after the claim end with a local day, whatever the clocks do at midnight, and never after RedeemBy.
func TestValidity(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, zone, claimed string
		terms               models.Terms
		from, to            string // "": zero
	}{
		{"the window alone", "America/Vancouver", "2026-03-01T10:00:00Z", models.Terms{RedeemFrom: at(t, "2026-03-05T08:00:00Z"),
			RedeemBy: at(t, "2026-04-01T07:00:00Z")}, "2026-03-05T08:00:00Z", "2026-04-01T07:00:00Z"},
		{"one day", "America/Vancouver", "2026-03-02T07:59:59Z", models.Terms{DaysAfterClaim: 1, RedeemBy: at(t, "2027-01-01T00:00:00Z")},
			"", "2026-03-03T08:00:00Z"}, // claimed on the first, as Vancouver's clocks show it
		{"a minute later is another day", "America/Vancouver", "2026-03-02T08:00:00Z",
			models.Terms{DaysAfterClaim: 1, RedeemBy: at(t, "2027-01-01T00:00:00Z")}, "", "2026-03-04T08:00:00Z"},
		{"over the change of clocks", "America/Vancouver", "2026-03-07T20:00:00Z",
			models.Terms{DaysAfterClaim: 2, RedeemBy: at(t, "2027-01-01T00:00:00Z")}, "", "2026-03-10T07:00:00Z"},
		{"midnight does not exist", "Asia/Beirut", "2025-03-28T10:00:00Z",
			models.Terms{DaysAfterClaim: 1, RedeemBy: at(t, "2027-01-01T00:00:00Z")}, "", "2025-03-29T22:00:00Z"},
		{"midnight comes twice", "America/Havana", "2025-10-31T10:00:00Z",
			models.Terms{DaysAfterClaim: 1, RedeemBy: at(t, "2027-01-01T00:00:00Z")}, "", "2025-11-02T04:00:00Z"},
		{"never after the end", "Asia/Shanghai", "2026-12-30T10:00:00Z",
			models.Terms{DaysAfterClaim: 30, RedeemBy: at(t, "2027-01-01T00:00:00Z")}, "", "2027-01-01T00:00:00Z"},
		{"counted from the first day it is good", "Asia/Shanghai", "2026-01-01T10:00:00Z", models.Terms{DaysAfterClaim: 1,
			RedeemFrom: at(t, "2026-02-01T02:00:00Z"), RedeemBy: at(t, "2027-01-01T00:00:00Z")}, "2026-02-01T02:00:00Z", "2026-02-02T16:00:00Z"},
	} {
		zone, err := time.LoadLocation(c.zone)
		if err != nil {
			t.Fatal(err)
		}
		from, to := c.terms.Validity(at(t, c.claimed), zone)
		if wantFrom, wantTo := at(t, c.from), at(t, c.to); from != wantFrom || to != wantTo {
			t.Errorf("%s: good from %s to %s, want %s to %s", c.name, from.Time(), to.Time(), wantFrom.Time(), wantTo.Time())
		}
	}
}

func at(t *testing.T, text string) models.Millis {
	t.Helper()
	if text == "" {
		return 0
	}
	moment, err := time.Parse(time.RFC3339, text)
	if err != nil {
		t.Fatal(err)
	}
	return models.MillisOf(moment)
}

// TestTermsAreRevisions: every offer has terms from the start, revisions are numbered, and what was never in force can go.
func TestTermsAreRevisions(t *testing.T) {
	t.Parallel()
	eachCircle(t, func(t *testing.T, c circle) {
		o := models.Offer{State: models.OfferApproved, Title: "x", Body: "y", Currency: "CAD", Stock: 3, PerMember: 2, RedeemBy: 99}
		c.do(t, func(sc *models.Scope) error { return sc.InsertOffer(&o) })
		next := models.Terms{OfferID: o.ID, Title: "z", Currency: "CAD", Unit: models.UnitUse, Units: 1}
		c.do(t, func(sc *models.Scope) error {
			return sc.AddTerms(&next, []models.Creative{{Locale: "en", Title: "in English"}})
		})
		all, err := c.read(t).TermsOf(o.ID)
		if err != nil || len(all) != 2 || all[1].Number != 2 {
			t.Fatalf("the revisions are %+v, %v", all, err)
		}
		if f := all[0]; f.ID != o.TermsID || f.Number != 1 || f.Title != "x" || f.PerMember != 2 || f.RedeemBy != 99 || f.Units != 1 ||
			f.Unit != models.UnitUse {
			t.Errorf("the first terms are %+v", f)
		}
		words, err := c.read(t).CreativesOf([]models.TermsID{o.TermsID, next.ID})
		if err != nil || len(words[next.ID]) != 1 || len(words[o.TermsID]) != 0 {
			t.Errorf("the words are %+v, %v", words, err)
		}
		c.do(t, func(sc *models.Scope) error { return sc.DropTerms(next.ID) })
		if left, err := c.read(t).TermsByID([]models.TermsID{o.TermsID, next.ID}); err != nil || len(left) != 1 {
			t.Errorf("left are %v, %v", left, err)
		}
	})
}
