package offers

import (
	"context"

	"siyu/models"
	"siyu/throttle/turns"
)

// Forecast tells what an offer would get in the coming week if it were launched now. It need not be stored; nothing is
// written.
func (s *Service) Forecast(ctx context.Context, community models.CommunityID, o models.Offer) (*turns.Forecast, error) {
	return s.turns.Forecast(s.store.Read(ctx).In(community), o)
}
