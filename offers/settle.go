package offers

import (
	"context"
	"fmt"

	"siyu/models"
	"siyu/offers/ledger"
)

// AddContract stores how a brand pays from a time on, and who said so.
func (s *Service) AddContract(ctx context.Context, by models.Account, c models.Contract) (models.Contract, error) {
	if _, known := MinorDigits(c.Currency); !known {
		return c, models.Errorf(models.Invalid, "contract_unsound", "no such currency").With("field", "currency")
	}
	err := s.store.Tx(ctx, func(tx *models.Tx) error {
		sc := tx.In(by.CommunityID)
		stored, err := ledger.AddContract(sc, by.ID, c)
		if err != nil {
			return err
		}
		c = stored
		detail := fmt.Sprintf("no. %d: %s %s", c.Number, c.Basis, Money(c.Price, c.Currency))
		return sc.AddAudit(by.ID, "contract.add", "brand:"+c.BrandID.String(), detail)
	})
	return c, err
}

// CloseStatement closes a brand's month, for good.
func (s *Service) CloseStatement(ctx context.Context, by models.Account, brand models.BrandID, currency, month string) (models.Statement, error) {
	return s.closeMonth(ctx, by.CommunityID, by.ID, brand, currency, month)
}

// PayStatement notes that a statement was paid.
func (s *Service) PayStatement(ctx context.Context, by models.Account, id models.StatementID, note string) (models.Statement, error) {
	var st models.Statement
	err := s.store.Tx(ctx, func(tx *models.Tx) (err error) {
		sc := tx.In(by.CommunityID)
		if st, err = ledger.Pay(sc, by.ID, id, note); err != nil {
			return err
		}
		return sc.AddAudit(by.ID, "statement.paid", "statement:"+st.ID.String(), fmt.Sprintf("no. %d", st.Number))
	})
	return st, err
}
