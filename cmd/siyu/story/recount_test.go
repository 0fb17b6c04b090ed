package story_test

import (
	"testing"
	"time"

	"siyu/cmd/siyu/story"
	"siyu/models"
)

const hour = int64(time.Hour / time.Millisecond)

// monday is a Monday noon in Vancouver.
func monday() models.Millis {
	return models.MillisOf(time.Date(2026, 3, 2, 20, 0, 0, 0, time.UTC))
}

// clean is a group with three proper posts, an offer with two vouchers, one of them written off.
func clean() story.Rows {
	at := func(hours int64) models.Millis { return monday() + models.Millis(hours*hour) }
	post := func(id, brand, hours int64) models.Placement {
		return models.Placement{ID: models.PlacementID(id), GroupID: 1, BrandID: models.BrandID(brand),
			State: models.PlacementConfirmed, SentAt: at(hours)}
	}
	return story.Rows{
		Groups: []models.Group{{ID: 1, Zone: "America/Vancouver"}},
		Rules: map[models.GroupID][]models.Rules{1: {{}, {
			GroupCap: 2, GroupWindow: 168 * hour, MinGap: 48 * hour, BrandCap: 1, BrandWindow: 168 * hour,
			QuietStart: 21*60 + 30, QuietEnd: 8*60 + 30,
		}}},
		Placements: []models.Placement{
			post(1, 1, 0), post(2, 2, 48), post(3, 1, 168),
			{ID: 4, GroupID: 1, BrandID: 2, State: models.PlacementReleased, SentAt: at(1)},
		},
		Offers: []models.Offer{{ID: 1, Stock: 2, Claimed: 2}},
		Vouchers: []models.Voucher{
			{ID: 1, OfferID: 1, State: models.VoucherRedeemed}, {ID: 2, OfferID: 1, State: models.VoucherIssued},
		},
		Redemptions: []models.Redemption{{ID: 1, VoucherID: 1}},
	}
}

func TestRecount(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name  string
		plant func(*story.Rows)
		want  story.Violations
	}{
		{"clean", func(*story.Rows) {}, story.Violations{}},
		{"third post in a window", func(r *story.Rows) {
			r.Placements = append(r.Placements, models.Placement{ID: 5, GroupID: 1, BrandID: 3,
				State: models.PlacementConfirmed, SentAt: monday() + models.Millis(97*hour)})
		}, story.Violations{Cap: 2}}, // with the two before it, and with the one after it
		{"late posts count", func(r *story.Rows) {
			r.Placements[3].State, r.Placements[3].SentAt = models.PlacementLate, monday()+models.Millis(100*hour)
		}, story.Violations{Cap: 3}}, // twice the group's cap, once the brand's
		{"a brand comes back a millisecond early", func(r *story.Rows) {
			r.Placements[2].SentAt--
		}, story.Violations{Cap: 2}}, // the same early post also makes three in the group's window
		{"a gap a millisecond short", func(r *story.Rows) { r.Placements[1].SentAt-- }, story.Violations{Gap: 1}},
		{"two at once", func(r *story.Rows) { r.Placements[1].SentAt = r.Placements[0].SentAt }, story.Violations{Gap: 1}},
		{"at the first quiet minute", func(r *story.Rows) {
			r.Placements[2].SentAt = monday() + models.Millis(176*hour+hour/2)
		}, story.Violations{Quiet: 1}}, // 21:30, because the clock went forward on the Sunday between
		{"before the quiet hours end", func(r *story.Rows) {
			r.Placements[0].SentAt = monday() - models.Millis(3*hour+hour/2) - 1
		}, story.Violations{Quiet: 1}}, // 8:29
		{"one voucher beyond the stock", func(r *story.Rows) {
			r.Vouchers = append(r.Vouchers, models.Voucher{ID: 3, OfferID: 1, State: models.VoucherIssued})
			r.Offers[0].Claimed = 3
		}, story.Violations{Oversold: 1}},
		{"a voucher nobody counted", func(r *story.Rows) { r.Offers[0].Claimed = 1 }, story.Violations{Oversold: 1}},
		{"a voucher written off twice", func(r *story.Rows) {
			r.Redemptions = append(r.Redemptions, models.Redemption{ID: 2, VoucherID: 1})
		}, story.Violations{DoubleRedeem: 1}},
		{"redeemed without a write-off", func(r *story.Rows) {
			r.Vouchers[1].State = models.VoucherRedeemed
		}, story.Violations{DoubleRedeem: 1}},
		{"a write-off of an open voucher", func(r *story.Rows) {
			r.Vouchers[0].State = models.VoucherIssued
		}, story.Violations{DoubleRedeem: 1}},
		{"a write-off of nothing", func(r *story.Rows) {
			r.Redemptions[0].VoucherID = 9
			r.Vouchers[0].State = models.VoucherIssued
		}, story.Violations{DoubleRedeem: 1}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			rows := clean()
			tt.plant(&rows)
			got, err := story.Recount(rows)
			if err != nil {
				t.Fatal(err)
			}
			if got != tt.want {
				t.Errorf("got %+v, want %+v", got, tt.want)
			}
		})
	}
}

func TestRecountRefusesWhatItCannotJudge(t *testing.T) {
	t.Parallel()
	rows := clean()
	delete(rows.Rules, 1)
	if _, err := story.Recount(rows); err == nil {
		t.Error("posts without rules were judged")
	}
	rows = clean()
	rows.Groups[0].Zone = "Mars/Olympus"
	if _, err := story.Recount(rows); err == nil {
		t.Error("posts in an unknown zone were judged")
	}
}
