package miniprogram

import (
	"context"
	"fmt"

	"siyu/models"
)

// RefusedBrand is what a member wants no advertising of.
type RefusedBrand struct {
	Brand models.BrandID // zero: of any brand
	Name  string
	At    models.Millis
}

// Refusals lists what a member wants no advertising of.
func (s *Service) Refusals(ctx context.Context, session models.Session) ([]RefusedBrand, error) {
	sc := s.store.Read(ctx).In(session.CommunityID)
	person, err := sc.Canonical(session.MemberID)
	if err != nil {
		return nil, fmt.Errorf("list refusals: %w", err)
	}
	return refusedBy(sc, person)
}

func refusedBy(sc *models.Scope, person models.MemberID) ([]RefusedBrand, error) {
	all, err := sc.RefusalsOf(person)
	if err != nil {
		return nil, fmt.Errorf("list refusals: %w", err)
	}
	names, err := brandNames(sc)
	if err != nil {
		return nil, fmt.Errorf("list refusals: %w", err)
	}
	list := make([]RefusedBrand, len(all))
	for i, r := range all {
		list[i] = RefusedBrand{Brand: r.BrandID, Name: names[r.BrandID], At: r.At}
	}
	return list, nil
}

// Refuse notes that a member wants less of a brand (zero: no advertising at all), or with undo that she does not mind any more.
// It counts at once for what is posted into her groups, for her wall and for what is sent to her, and stays when she leaves a
// group and comes back. Vouchers she holds stay hers.
func (s *Service) Refuse(ctx context.Context, session models.Session, brand models.BrandID, undo bool) ([]RefusedBrand, error) {
	var list []RefusedBrand
	err := s.store.Tx(ctx, func(tx *models.Tx) error {
		sc := tx.In(session.CommunityID)
		person, err := sc.LockPerson(session.MemberID)
		if err != nil {
			return err
		}
		if brand != 0 {
			_, err := sc.Brand(brand)
			if models.IsKind(err, models.NotFound) {
				return models.Errorf(models.NotFound, "not_found", "no such brand")
			}
			if err != nil {
				return err
			}
		}
		if undo {
			_, err = sc.DropRefusal(person[0], brand)
		} else {
			_, err = sc.AddRefusal(person[0], brand)
		}
		if err != nil {
			return err
		}
		list, err = refusedBy(sc, person[0])
		return err
	})
	return list, err
}
