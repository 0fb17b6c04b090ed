package miniprogram

import (
	"context"
	"fmt"
	"slices"

	"siyu/models"
)

// Voucher shows one voucher to the person who holds it; to anybody else there is none.
func (s *Service) Voucher(ctx context.Context, session models.Session, id models.VoucherID) (VoucherCard, error) {
	sc := s.store.Read(ctx).In(session.CommunityID)
	v, err := sc.Voucher(id)
	if err != nil {
		return VoucherCard{}, fmt.Errorf("show a voucher: %w", err)
	}
	ids, err := sc.Cluster(session.MemberID)
	if err != nil {
		return VoucherCard{}, fmt.Errorf("show a voucher: %w", err)
	}
	if !slices.Contains(ids, v.MemberID) {
		return VoucherCard{}, models.Errorf(models.NotFound, "not_found", "no such voucher")
	}
	promised, err := promisedTo(sc, []models.Voucher{v})
	if err != nil {
		return VoucherCard{}, fmt.Errorf("show a voucher: %w", err)
	}
	b, err := sc.Brand(v.BrandID)
	if err != nil {
		return VoucherCard{}, fmt.Errorf("show a voucher: %w", err)
	}
	return VoucherCard{Voucher: v, OfferTitle: promised[id].Terms.Title, BrandName: b.Name, Promise: promised[id], Standing: StandingAt(v, sc.Now)}, nil
}
