package offers

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"siyu/internal/jobs"
	"siyu/models"
	"siyu/offers/ledger"
	"siyu/offers/reconcile"
)

// Reconcile is the nightly job that books what time has ended and proves that stocks, vouchers, charges, points and statements
// add up. It pauses nothing: it warns the organisers of each row that does not.
type Reconcile struct{}

// Kind names the job.
func (Reconcile) Kind() string { return "offers.reconcile" }

const (
	reconcileEvery = 24 * time.Hour
	// reconcileWarnings is how many rows of a community are warned of in one night; siyu doctor --reconcile names all of them.
	reconcileWarnings = 20
)

// WarnDiffers is the kind of warning about a row that contradicts others.
const WarnDiffers = "ledger_differs"

// reconcile looks at every community, also when one of them cannot be read.
func (s *Service) reconcile(ctx context.Context, _ Reconcile) error {
	tx := s.store.Read(ctx)
	all, err := tx.Communities()
	if err != nil {
		return err
	}
	var errs []error
	for _, c := range all {
		errs = append(errs, s.reconcileOne(ctx, c.ID))
	}
	if err := errors.Join(errs...); err != nil {
		return err
	}
	return jobs.SnoozeFor(tx.Now, reconcileEvery, "reconciled")
}

func (s *Service) reconcileOne(ctx context.Context, community models.CommunityID) error {
	if err := ledger.Sweep(ctx, s.store, community); models.IsKind(err, models.Unavailable) || ctx.Err() != nil {
		return fmt.Errorf("sweep the ledger: %w", err)
	} else if err != nil { // rows that contradict each other are what the proof is for: it goes on, tonight and tomorrow
		s.log.ErrorContext(ctx, "what time has ended could not all be booked", "community", community, "error", err)
	}
	var found []reconcile.Difference
	sum, err := reconcile.Run(ctx, reconcile.Options{Store: s.store, Tell: func(_ models.CommunityID, d reconcile.Difference) {
		if len(found) < reconcileWarnings {
			found = append(found, d)
		}
	}}, community)
	if err != nil {
		return err
	}
	if sum.Found > 0 {
		s.log.ErrorContext(ctx, "the books do not add up", "community", community, "rows", sum.Found, "first", found[0].Check)
	}
	return s.store.Tx(ctx, func(tx *models.Tx) error { return settleDifferences(tx.In(community), found) })
}

// settleDifferences warns of what was found anew and closes the warnings of what was mended.
func settleDifferences(sc *models.Scope, found []reconcile.Difference) error {
	standing, err := sc.StandingWarnings([]string{WarnDiffers})
	if err != nil {
		return err
	}
	known := map[string]models.WarningID{}
	for _, w := range standing {
		known[causeOf(w)] = w.ID
	}
	for _, d := range found {
		k := d.Row + " " + d.Check
		if _, stands := known[k]; stands {
			delete(known, k)
			continue
		}
		args, err := json.Marshal(d)
		if err != nil {
			return fmt.Errorf("warn of a difference: %w", err)
		}
		w := models.Warning{Kind: WarnDiffers, Object: short(d.Row), Episode: fmt.Sprintf("%s:%d", d.Check, sc.Now), Args: string(args), Urgent: true}
		if _, err := sc.RaiseWarning(&w); err != nil {
			return err
		}
	}
	over := make([]models.WarningID, 0, len(known))
	for _, id := range known {
		over = append(over, id)
	}
	return sc.CloseWarnings(over)
}

// causeOf is the row a warning names, and what was compared.
func causeOf(w models.Warning) string {
	var d reconcile.Difference
	if json.Unmarshal([]byte(w.Args), &d) != nil {
		return ""
	}
	return d.Row + " " + d.Check
}

// short keeps a row's name within what a warning can be about.
func short(row string) string { return row[:min(len(row), 80)] }
