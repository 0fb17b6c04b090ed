package story

import (
	"fmt"
	"slices"
	"time"

	"siyu/models"
)

// Violations counts broken promises; all are zero in a house that keeps them.
type Violations struct {
	Cap          int `json:"cap"`           // sends after which a window holds more than its cap, group and brand
	Gap          int `json:"gap"`           // pairs of sends in one group closer than the minimum gap
	Quiet        int `json:"quiet"`         // sends in the group's quiet hours
	Oversold     int `json:"oversold"`      // vouchers beyond an offer's stock, or not counted by it
	DoubleRedeem int `json:"double_redeem"` // write-offs beyond the first of a voucher, or that disagree with its state
}

// Total is the number of broken promises of all kinds.
func (v Violations) Total() int { return v.Cap + v.Gap + v.Quiet + v.Oversold + v.DoubleRedeem }

// Recount counts the broken promises in raw rows, the long way round: every send against every other one, under every
// set of rules that holds in its group.
func Recount(rows Rows) (Violations, error) {
	var v Violations
	for _, g := range rows.Groups {
		rules, sent := rows.Rules[g.ID], sendsOf(rows.Placements, g.ID)
		if len(rules) == 0 && len(sent) > 0 {
			return v, fmt.Errorf("recount: posts in group %s, which has no rules", g.ID)
		}
		zone, err := time.LoadLocation(g.Zone)
		if err != nil {
			return v, fmt.Errorf("recount: group %s: %w", g.ID, err)
		}
		v.Cap += overCap(sent, rules)
		v.Gap += tooClose(sent, rules)
		for _, p := range sent {
			if slices.ContainsFunc(rules, func(r models.Rules) bool { return asleep(p.SentAt, zone, r.QuietStart, r.QuietEnd) }) {
				v.Quiet++
			}
		}
	}
	v.Oversold = oversold(rows.Offers, rows.Vouchers)
	v.DoubleRedeem = redeemedTwice(rows.Vouchers, rows.Redemptions)
	return v, nil
}

// sendsOf are the posts people really saw in a group; a late one was seen too.
func sendsOf(all []models.Placement, group models.GroupID) []models.Placement {
	var sent []models.Placement
	for _, p := range all {
		if p.GroupID == group && (p.State == models.PlacementConfirmed || p.State == models.PlacementLate) {
			sent = append(sent, p)
		}
	}
	return sent
}

// overCap counts the sends at which the window that ends with them holds too many of the group, and again those at
// which it holds too many of the brand. A window is (t-W, t].
func overCap(sent []models.Placement, rules []models.Rules) int {
	over := 0
	for _, last := range sent {
		group, brand := false, false
		for _, r := range rules {
			inGroup, ofBrand := 0, 0
			for _, p := range sent {
				age := int64(last.SentAt - p.SentAt)
				if age >= 0 && age < r.GroupWindow {
					inGroup++
				}
				if age >= 0 && age < r.BrandWindow && p.BrandID == last.BrandID {
					ofBrand++
				}
			}
			group = group || r.GroupCap > 0 && inGroup > r.GroupCap
			brand = brand || r.BrandCap > 0 && ofBrand > r.BrandCap
		}
		if group {
			over++
		}
		if brand {
			over++
		}
	}
	return over
}

// tooClose counts the pairs of sends nearer to each other than a minimum gap.
func tooClose(sent []models.Placement, rules []models.Rules) int {
	pairs := 0
	for i, a := range sent {
		for _, b := range sent[i+1:] {
			apart := max(int64(a.SentAt-b.SentAt), int64(b.SentAt-a.SentAt))
			if slices.ContainsFunc(rules, func(r models.Rules) bool { return apart < r.MinGap }) {
				pairs++
			}
		}
	}
	return pairs
}

// asleep reads the wall clock of the zone at the moment; start after end crosses midnight.
func asleep(at models.Millis, zone *time.Location, start, end int) bool {
	hour, minute, _ := at.Time().In(zone).Clock()
	clock := hour*60 + minute
	if start <= end {
		return start <= clock && clock < end
	}
	return clock >= start || clock < end
}

func oversold(offers []models.Offer, vouchers []models.Voucher) int {
	wrong := 0
	for _, o := range offers {
		held := 0
		for _, v := range vouchers {
			if v.OfferID == o.ID {
				held++
			}
		}
		wrong += max(0, held-o.Stock)
		if held != o.Claimed {
			wrong++
		}
	}
	return wrong
}

func redeemedTwice(vouchers []models.Voucher, redemptions []models.Redemption) int {
	wrong := 0
	known := map[models.VoucherID]bool{}
	for _, v := range vouchers {
		known[v.ID] = true
		times := 0
		for _, r := range redemptions {
			if r.VoucherID == v.ID && r.ReversedAt == 0 {
				times++
			}
		}
		wrong += max(0, times-1)
		if (times > 0) != (v.State == models.VoucherRedeemed) {
			wrong++
		}
	}
	for _, r := range redemptions {
		if !known[r.VoucherID] {
			wrong++
		}
	}
	return wrong
}
