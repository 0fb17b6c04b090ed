package miniprogram

import (
	"context"
	"fmt"
	"time"

	"siyu/models"
	"siyu/offers"
)

// How far ahead the pictures of a voucher are handed out. Whoever has them can show them so long without us, on whatever phone:
// a cellar has no network, but an hour is enough for a meal and too short for a market.
const (
	codeAhead    = 10 * time.Minute
	codeAheadMax = time.Hour
)

// VoucherCode is what a member shows at the till.
type VoucherCode struct {
	Now      models.Millis // the server's clock, by which the pictures change
	Code     string        // to be typed where no camera works
	Standing Standing
	ValidTo  models.Millis
	Frames   []offers.Frame // none unless the voucher can be used
}

// Code hands out what the person who holds a voucher shows at the till for the time to come, ten minutes if ahead is zero and
// an hour at most.
func (s *Service) Code(ctx context.Context, session models.Session, id models.VoucherID, ahead time.Duration) (VoucherCode, error) {
	card, err := s.Voucher(ctx, session, id)
	if err != nil {
		return VoucherCode{}, err
	}
	if ahead <= 0 {
		ahead = codeAhead
	}
	v, now := card.Voucher, models.MillisOf(s.store.Clock().Now())
	code, err := offers.OpenCode(s.store.Keys(), v)
	if err != nil {
		return VoucherCode{}, fmt.Errorf("show a code: %w", err)
	}
	return VoucherCode{Now: now, Code: code, Standing: card.Standing, ValidTo: v.ValidTo,
		Frames: offers.Frames(s.store.Keys(), v, now, min(ahead, codeAheadMax))}, nil
}
