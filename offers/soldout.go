package offers

import (
	"context"
	"sync"
	"time"

	"siyu/internal/jobs"
	"siyu/models"
	"siyu/throttle"
)

// soldOutTold is how often an offer that is sold out is told of while people go on asking for it, by one process.
const soldOutTold = time.Minute

// WatchStock is the periodic job that looks for posts of which readers could claim nothing, and for posts that wait for stock
// which has come back. The bot, which has handed the first ones out, does the work; it is hastened when either may have happened.
type WatchStock struct{}

// Kind names the job.
func (WatchStock) Kind() string { return "offers.stock" }

// stockMoved has posts follow a stock that somebody changed. What claims take is told by [Service.minded], outside of their
// transaction.
func stockMoved(sc *models.Scope) error { return jobs.Hasten(sc.Tx, WatchStock{}, sc.Now) }

// InStock has the posts ask for a slot again that were held because their offers had nothing left and have by now.
func InStock(sc *models.Scope) error {
	ids, err := sc.HeldInStock(throttle.SoldOut.String())
	if err != nil {
		return err
	}
	return enqueuePlacing(sc, ids, true)
}

// emptied remembers when this process told last that an offer is sold out.
type emptied struct {
	mu   sync.Mutex
	last map[lineOf]models.Millis
}

// due reports whether it is to be told now, and takes that for done.
func (e *emptied) due(of lineOf, now models.Millis) bool {
	e.mu.Lock()
	defer e.mu.Unlock()
	if at, told := e.last[of]; told && now.Sub(at) < soldOutTold {
		return false
	}
	for other, at := range e.last {
		if now.Sub(at) >= soldOutTold {
			delete(e.last, other)
		}
	}
	e.last[of] = now
	return true
}

// minded has posts of an offer looked at that was just found sold out. A failure costs nothing but time: they are looked at
// before each is sent, and every hour.
func (s *Service) minded(ctx context.Context, of lineOf) {
	now := models.MillisOf(s.store.Clock().Now())
	if !s.claims.wasSoldOut(of, now) || !s.emptied.due(of, now) {
		return
	}
	err := s.store.Tx(context.WithoutCancel(ctx), func(tx *models.Tx) error { return stockMoved(tx.In(of.community)) })
	if err != nil {
		s.log.WarnContext(ctx, "it could not be told that an offer is sold out", "offer", of.offer.String(), "code", models.CodeOf(err))
		return
	}
	s.jobs.Wake()
}
