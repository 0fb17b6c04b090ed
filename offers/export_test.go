package offers

import (
	"context"
	"slices"

	"siyu/models"
)

// ClaimTogether serves claims of one offer as one batch, whatever else waits.
func (s *Service) ClaimTogether(ctx context.Context, all []ClaimInput) ([]Claimed, []error) {
	batch := make([]*claimant, len(all))
	for i, in := range all {
		batch[i] = &claimant{in: in, answer: make(chan answer[Claimed], 1)}
	}
	s.claims.serve(ctx, lineOf{all[0].Community, all[0].Offer}, slices.Clone(batch))
	got, errs := make([]Claimed, len(all)), make([]error, len(all))
	for i, w := range batch {
		a := <-w.answer
		got[i], errs[i] = a.got, a.err
	}
	return got, errs
}

// CodeWeights are the weights of a code's symbols in its check, first to last, the check symbol's own among them.
func CodeWeights() []byte {
	weights, w := make([]byte, 0, codeLength), byte(1)
	for range codeRandom {
		w = times(w, 2)
		weights = append(weights, w)
	}
	return append(weights, 1)
}

// CodeTimes multiplies as the check does.
func CodeTimes(a, b byte) byte { return times(a, b) }

// CodeOf is the code of eleven symbols, given by their numbers.
func CodeOf(values [codeRandom]byte) Code { return encode(values) }

// CodesFrom makes the codes of n numbers from one on.
func CodesFrom(k *models.Keys, from uint64, n int) []NewCode { return codesFrom(k, from, n) }

// AnyCode is a code that nobody has.
func AnyCode() Code {
	k, _ := models.NewKeys(make([]byte, models.MinSecret))
	return NewCodes(k, 1)[0].Code
}

// CodeInto gives a voucher that no claim made a code.
func CodeInto(k *models.Keys, v *models.Voucher) string {
	c := NewCodes(k, 1)[0]
	v.CodeRef, v.CodeProof = c.Ref, c.Proof
	return c.Code.String()
}

// OldCodeInto gives a voucher a code as they were kept before.
func OldCodeInto(k *models.Keys, v *models.Voucher, code Code) string {
	v.CodeRef, v.CodeProof = k.MAC(sealCode, []byte(code)), k.Seal(sealCode, []byte(code))
	return code.String()
}

// RedeemTogether serves requests of tills of one community as one batch, whatever else waits.
func (s *Service) RedeemTogether(ctx context.Context, all []RedeemInput) ([]Redeemed, []error) {
	batch := make([]*caller[wanted, Redeemed], len(all))
	for i, in := range all {
		in.Uses = []Use{{Code: in.Code}}
		w, err := s.rules.read(in)
		if err != nil {
			panic(err)
		}
		batch[i] = &caller[wanted, Redeemed]{in: w, answer: make(chan answer[Redeemed], 1)}
	}
	s.tills.serve(ctx, all[0].Staff.CommunityID, batch)
	got, errs := make([]Redeemed, len(all)), make([]error, len(all))
	for i, w := range batch {
		a := <-w.answer
		got[i], errs[i] = a.got, a.err
	}
	return got, errs
}
