package wechatsim

import (
	"context"
	"errors"
	"slices"
	"time"
)

// latePush is a push that follows an API call after its answer.
type latePush struct {
	due    time.Time
	acc    *account
	openid string
	body   body
}

// pushLater plans a push; mu is held.
func (s *Sim) pushLater(due time.Time, acc *account, openid string, b body) {
	s.late = append(s.late, latePush{due, acc, openid, b})
}

// Late is how many pushes wait to be delivered by DeliverLate.
func (s *Sim) Late() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.late)
}

// DeliverLate delivers the pushes that follow earlier calls and are due at the
// simulated time, in the order of the calls, and returns how many there were.
func (s *Sim) DeliverLate(ctx context.Context) (int, error) {
	s.mu.Lock()
	now := s.now()
	var due []latePush
	s.late = slices.DeleteFunc(s.late, func(l latePush) bool {
		if l.due.After(now) {
			return false
		}
		due = append(due, l)
		return true
	})
	s.mu.Unlock()
	var failed error
	for _, l := range due {
		if _, err := s.deliver(ctx, l.acc, l.openid, l.body); err != nil {
			failed = errors.Join(failed, err)
		}
	}
	n, err := s.deliverHeld(ctx, func(h *heldPush) bool { return h.fault.Later > 0 && !h.due.After(now) })
	return len(due) + n, errors.Join(failed, err)
}

// KeepDelivering calls DeliverLate every so often, in real time, until ctx
// ends. A push that is given up is counted in Stats and nobody is told, as on
// the platform.
func (s *Sim) KeepDelivering(ctx context.Context, every time.Duration) {
	tick := time.NewTicker(every)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
			_, _ = s.DeliverLate(ctx) // see above
		}
	}
}
