package offers

import (
	"context"
	"slices"
)

// ClaimTogether serves claims of one offer as one batch, whatever else waits.
func (s *Service) ClaimTogether(ctx context.Context, all []ClaimInput) ([]Claimed, []error) {
	batch := make([]*claimant, len(all))
	for i, in := range all {
		batch[i] = &claimant{in: in, answer: make(chan answered, 1)}
	}
	s.claims.serve(ctx, lineOf{all[0].Community, all[0].Offer}, slices.Clone(batch))
	got, errs := make([]Claimed, len(all)), make([]error, len(all))
	for i, w := range batch {
		a := <-w.answer
		got[i], errs[i] = a.got, a.err
	}
	return got, errs
}
