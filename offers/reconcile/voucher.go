package reconcile

import (
	"fmt"

	"siyu/models"
)

// standing is what of a voucher follows from its events.
type standing struct {
	State  models.VoucherState
	Ver    int
	Used   int
	Cycles int
}

// fold works out where a voucher stands from its events, and what is wrong with them.
func fold(v models.Voucher, events []models.VoucherEvent) (standing, string) {
	s, fault := standing{}, ""
	wrong := func(e models.VoucherEvent, why string) {
		if fault == "" {
			fault = fmt.Sprintf("event %d (%s): %s", e.N, e.Kind, why)
		}
	}
	for i, e := range events {
		if e.N != i+1 {
			wrong(e, fmt.Sprintf("number %d is missing", i+1))
		}
		if (e.Kind == models.EventClaimed) != (i == 0) {
			wrong(e, "a voucher is claimed first, and once")
		}
		s.Ver++
		switch e.Kind {
		case models.EventClaimed:
			s.State = models.VoucherIssued
		case models.EventReserved, models.EventReleased:
			if s.State != models.VoucherIssued {
				wrong(e, "of one that is "+string(s.State))
			}
		case models.EventRedeemed:
			if s.State != models.VoucherIssued || e.Units <= 0 {
				wrong(e, "of one that is "+string(s.State))
			}
			if s.Used += e.Units; s.Used == v.Units {
				s.State = models.VoucherRedeemed
			}
		case models.EventReversed:
			if s.State == models.VoucherVoid || e.Units <= 0 || e.Units > s.Used {
				wrong(e, "of one that is "+string(s.State))
			}
			s.Used -= e.Units
			s.Cycles++
			s.State = models.VoucherIssued
		case models.EventVoided:
			if s.State != models.VoucherIssued {
				wrong(e, "of one that is "+string(s.State))
			}
			s.State = models.VoucherVoid
		default:
			wrong(e, "unknown")
		}
	}
	return s, fault
}

// vouchers compares each voucher with its events and its redemptions, and what the brand was charged for the claim.
func (r *run) vouchers() error {
	return pages(r, "vouchers", r.sc.VoucherIDsAfter, func(ids []models.VoucherID) (found[models.VoucherID], error) {
		f := found[models.VoucherID]{}
		all, err := r.sc.VouchersBooked(ids)
		if err != nil {
			return f, err
		}
		events, err := r.sc.EventsOf(ids)
		if err != nil {
			return f, err
		}
		redemptions, err := r.sc.RedemptionsOf(ids)
		if err != nil {
			return f, err
		}
		for _, id := range ids {
			if !r.again {
				r.totals.Rows["voucher_events"] += int64(len(events[id]))
			}
			if v, there := all[id]; there {
				voucherFaults(f, v, events[id], redemptions[id])
			}
		}
		return f, r.claimsDue(f, ids, all)
	})
}

// voucherFaults says what is wrong with one voucher.
func voucherFaults(f found[models.VoucherID], v models.Voucher, events []models.VoucherEvent, redemptions []models.Redemption) {
	row := "voucher:" + v.ID.String()
	s, fault := fold(v, events)
	if fault != "" {
		f.add(v.ID, "voucher_events", row, "a life that is possible", fault)
	}
	compare(f, v.ID, "voucher_events", row, s, standing{v.State, v.Ver, v.Used, v.Cycles})
	if v.Used < 0 || v.Used > v.Units || (v.State == models.VoucherRedeemed) != (v.Used == v.Units && v.State != models.VoucherVoid) {
		f.add(v.ID, "voucher_units", row, fmt.Sprintf("%d units at most", v.Units), fmt.Sprintf("%d used, %s", v.Used, v.State))
	}
	if v.StockReturned && v.State != models.VoucherVoid {
		f.add(v.ID, "voucher_returned", row, models.VoucherVoid, v.State)
	}
	live := 0
	for _, one := range redemptions {
		if one.ReversedAt == 0 {
			live += one.Units
		}
		if one.LiveNo.Valid == (one.ReversedAt != 0) || one.Units <= 0 {
			f.add(v.ID, "redemption_live", "redemption:"+one.ID.String(), fmt.Sprintf("live: %v", one.ReversedAt == 0), fmt.Sprintf("live: %v", one.LiveNo.Valid))
		}
	}
	if live != v.Used {
		f.add(v.ID, "voucher_redemptions", row, fmt.Sprintf("%d units in redemptions that stand", live), fmt.Sprintf("%d used", v.Used))
	}
}
