package offers

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"time"

	"siyu/internal/jobs"
	"siyu/models"
	"siyu/offers/ledger"
)

// CloseMonths is the periodic job that closes brands' months by itself, some days after they are over, for the organiser's review.
type CloseMonths struct{}

// Kind names the job.
func (CloseMonths) Kind() string { return "statements.close" }

const (
	closeMonthsEvery = 6 * time.Hour
	monthsAtOnce     = 120 // of one account in one run: ten years
)

// closeMonths looks at every community, also when one of them fails.
func (s *Service) closeMonths(ctx context.Context, _ CloseMonths) error {
	tx := s.store.Read(ctx)
	all, err := tx.Communities()
	if err != nil {
		return err
	}
	var errs []error
	for _, c := range all {
		if days, by := c.StatementsAfter(); by {
			errs = append(errs, s.closeRipe(ctx, c.ID, time.Duration(days)*24*time.Hour))
		}
	}
	if err := errors.Join(errs...); err != nil {
		return err
	}
	return jobs.SnoozeFor(tx.Now, closeMonthsEvery, "months are closed")
}

// closeRipe closes what is over for so long, each brand's oldest month first.
func (s *Service) closeRipe(ctx context.Context, community models.CommunityID, wait time.Duration) error {
	sc := s.store.Read(ctx).In(community)
	zone, err := ledger.Zone(sc)
	if err != nil {
		return err
	}
	accounts, err := ledger.Accounts(sc)
	if err != nil {
		return err
	}
	for _, a := range accounts {
		var from ledger.Month
		for range monthsAtOnce {
			m, ripe, err := ledger.Ripe(s.store.Read(ctx).In(community), a, zone, from, wait)
			if err != nil {
				return err
			}
			if !ripe {
				break
			}
			_, err = s.closeMonth(ctx, community, 0, a.Brand, a.Currency, m.String())
			known := []string{"statement_empty", "statement_closed"} // nothing was due, or somebody else was quicker
			if err != nil && !slices.Contains(known, models.CodeOf(err)) {
				return fmt.Errorf("close %s of brand %s: %w", m, a.Brand, err)
			}
			from = m.Next()
		}
	}
	return nil
}

// closeMonth closes a brand's month and says who did: an account, or zero if it was closed by itself.
func (s *Service) closeMonth(ctx context.Context, community models.CommunityID, by models.AccountID, brand models.BrandID,
	currency, month string,
) (models.Statement, error) {
	var st models.Statement
	err := s.store.Tx(ctx, func(tx *models.Tx) (err error) {
		sc := tx.In(community)
		if st, err = ledger.Close(sc, by, brand, currency, month); err != nil {
			return err
		}
		return sc.AddAudit(by, "statement.close", "statement:"+st.ID.String(), fmt.Sprintf("no. %d, %s", st.Number, st.Month))
	})
	return st, err
}

// ReviewStatement notes that an organiser has looked at a statement that was closed by itself: from then on its brand sees it. It
// does not change what it says. A second time changes nothing.
func (s *Service) ReviewStatement(ctx context.Context, by models.Account, id models.StatementID) (models.Statement, error) {
	var st models.Statement
	err := s.store.Tx(ctx, func(tx *models.Tx) (err error) {
		sc := tx.In(by.CommunityID)
		if st, err = sc.Statement(id); err != nil {
			return err
		}
		fresh, err := sc.ReviewStatement(id, by.ID)
		if err != nil || !fresh {
			return err
		}
		if st, err = sc.Statement(id); err != nil {
			return err
		}
		return sc.AddAudit(by.ID, "statement.review", "statement:"+id.String(), fmt.Sprintf("no. %d", st.Number))
	})
	return st, err
}

// SetStatementsAfter says how many days after a month is over it is closed by itself; zero: as usual; below zero: never.
func (s *Service) SetStatementsAfter(ctx context.Context, by models.Account, days int) error {
	if days > models.MaxStatementDays {
		return models.Errorf(models.Invalid, "bad_field", "1 to %d days", models.MaxStatementDays).With("field", "days")
	}
	return s.store.Tx(ctx, func(tx *models.Tx) error {
		sc := tx.In(by.CommunityID)
		moved, err := sc.SetStatementDays(max(days, -1))
		if err != nil || !moved {
			return err
		}
		if err := jobs.Hasten(tx, CloseMonths{}, tx.Now); err != nil {
			return err
		}
		return sc.AddAudit(by.ID, "statement.days", "community:"+sc.Community.String(), strconv.Itoa(days))
	})
}
