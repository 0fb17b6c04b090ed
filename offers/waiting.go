package offers

import (
	"context"
	"fmt"
	"time"

	"siyu/internal/jobs"
	"siyu/models"
)

// How a waiting list is served. None is a platform's number.
const (
	promiseFor  = 24 * time.Hour // that a voucher is kept for who waited, unless the offer ends before
	passAtOnce  = 500            // promises one transaction makes; the rest follow
	sweepEvery  = time.Hour      // between two looks at all lists; one at the end of each promise comes beside it
	sweepOffers = 200            // offers that one transaction of the sweep reads
)

// TellPromise is the job that tells a member of a voucher that is kept for her, if she allowed a message. The Mini Program does the
// work.
type TellPromise struct {
	Community models.CommunityID `json:"community"`
	Waiter    models.WaiterID    `json:"waiter"`
	Member    models.MemberID    `json:"member"`
	Offer     models.OfferID     `json:"offer"`
	Until     models.Millis      `json:"until"`
}

// Kind names the job.
func (TellPromise) Kind() string { return "waiter.promised" }

// SweepWaiting is the job that passes on what was promised and not claimed in time, and ends the lists of offers that are over.
type SweepWaiting struct{}

// Kind names the job.
func (SweepWaiting) Kind() string { return "waiters.sweep" }

// Spot is a member's place in a waiting list.
type Spot struct {
	State models.WaiterState
	Ahead int           // who wait before her
	Until models.Millis // of a promise
}

// Wait puts a member at the end of the waiting list of an offer that is sold out and returns her place; who waits already keeps
// hers. It is refused as not_sold_out while there is something to claim, as already_claimed to who holds all she may, and as a
// claim would be to who is not meant.
func (s *Service) Wait(ctx context.Context, community models.CommunityID, member models.MemberID, offer models.OfferID) (Spot, error) {
	var place Spot
	err := s.store.Tx(ctx, func(tx *models.Tx) error {
		sc := tx.In(community)
		person, err := sc.LockPerson(member)
		if err != nil {
			return err
		}
		o, err := lockOffer(sc, offer)
		if err != nil {
			return err
		}
		if o, err = passOn(sc, o); err != nil {
			return err
		}
		live, err := sc.LiveWaiters(offer, person)
		if err != nil {
			return err
		}
		if len(live) == 0 {
			w := models.Waiter{OfferID: offer, MemberID: person[0]}
			if err := mayWait(sc, o, person); err != nil {
				return err
			}
			if err := sc.AddWaiter(&w); err != nil {
				return err
			}
			live = append(live, w)
		}
		place, err = spotOf(sc, live[0])
		return err
	})
	if err != nil {
		return Spot{}, fmt.Errorf("wait for an offer: %w", err)
	}
	s.jobs.Wake()
	return place, nil
}

// mayWait says why a person may not wait for an offer, nil if she may.
func mayWait(sc *models.Scope, o models.Offer, person []models.MemberID) error {
	if err := claimable(o, sc.Now); err != nil {
		return err
	}
	vouchers, err := sc.VouchersOf(person, o.ID)
	if err != nil {
		return err
	}
	all := make([]*models.Voucher, len(vouchers))
	for i := range vouchers {
		all[i] = &vouchers[i]
	}
	held, _ := holds(all, o.ID)
	if len(held) >= o.PerMember {
		return models.Errorf(models.Conflict, "already_claimed", "holds all she may").With("limit", o.PerMember)
	}
	if o.Left() > 0 {
		return models.Errorf(models.Conflict, "not_sold_out", "there is one to claim")
	}
	a, err := admits(sc, o, map[models.MemberID][]models.MemberID{person[0]: person})
	if err != nil {
		return err
	}
	return a.refuses(o, person[0], len(held), sc.Now)
}

// WaitingSpot is a member's place in an offer's waiting list; not_waiting if she has none.
func (s *Service) WaitingSpot(ctx context.Context, community models.CommunityID, member models.MemberID, offer models.OfferID) (Spot, error) {
	sc := s.store.Read(ctx).In(community)
	person, err := sc.Cluster(member)
	if err != nil {
		return Spot{}, err
	}
	live, err := sc.LiveWaiters(offer, person)
	if err != nil {
		return Spot{}, err
	}
	if len(live) == 0 || live[0].State == models.WaiterPromised && sc.Now >= live[0].Until {
		return Spot{}, models.Errorf(models.NotFound, "not_waiting", "she does not wait for it")
	}
	return spotOf(sc, live[0])
}

// Leave takes a member out of an offer's waiting list; what was promised to her goes to the next. Leaving twice is no error.
func (s *Service) Leave(ctx context.Context, community models.CommunityID, member models.MemberID, offer models.OfferID) error {
	err := s.store.Tx(ctx, func(tx *models.Tx) error {
		sc := tx.In(community)
		person, err := sc.LockPerson(member)
		if err != nil {
			return err
		}
		o, err := lockOffer(sc, offer)
		if err != nil {
			return err
		}
		live, err := sc.LiveWaiters(offer, person)
		if err != nil || len(live) == 0 {
			return err
		}
		if err := sc.MoveWaiters(offer, []models.WaiterID{live[0].ID}, live[0].State, models.WaiterLeft, 0); err != nil {
			return err
		}
		if live[0].State == models.WaiterPromised {
			o.Promised--
		} else {
			o.Waiting--
		}
		_, err = passOn(sc, o)
		return err
	})
	if err == nil {
		s.jobs.Wake()
	}
	return err
}

// PassOn gives what came back into an offer's stock, or was added to it, to those who wait, in the transaction that did so. The
// offer is locked.
func PassOn(sc *models.Scope, offer models.OfferID) error {
	o, err := lockOffer(sc, offer)
	if err != nil {
		return err
	}
	_, err = passOn(sc, o)
	return err
}

// passOn lets promises go that were not kept in time and makes new ones, in the order in which people came; it returns the offer as
// it is then. Its row must be locked.
func passOn(sc *models.Scope, o models.Offer) (models.Offer, error) {
	if o.Waiting == 0 && o.Promised == 0 {
		return o, nil
	}
	over := isOver(o, sc.Now)
	ended, err := sc.EndedWaiters(o.ID, over, passAtOnce)
	if err != nil {
		return o, err
	}
	for _, from := range []models.WaiterState{models.WaiterWaiting, models.WaiterPromised} {
		ids := idsIn(ended, from)
		if err := sc.MoveWaiters(o.ID, ids, from, models.WaiterLapsed, 0); err != nil {
			return o, err
		}
		if from == models.WaiterPromised {
			o.Promised -= len(ids)
		} else {
			o.Waiting -= len(ids)
		}
	}
	n := min(o.Stock-o.Claimed-o.Promised, o.Waiting, passAtOnce)
	if over || n <= 0 {
		return o, nil
	}
	next, err := sc.NextWaiters(o.ID, n)
	if err != nil {
		return o, err
	}
	until := min(sc.Now.Add(promiseFor), o.EndsAt)
	ids := idsIn(next, models.WaiterWaiting)
	if err := sc.MoveWaiters(o.ID, ids, models.WaiterWaiting, models.WaiterPromised, until); err != nil {
		return o, err
	}
	o.Waiting, o.Promised = o.Waiting-len(ids), o.Promised+len(ids)
	if until < sc.Now.Add(sweepEvery) {
		if err := jobs.Hasten(sc.Tx, SweepWaiting{}, until); err != nil {
			return o, err
		}
	}
	tell := make([]jobs.Args, len(next))
	for i, w := range next {
		tell[i] = TellPromise{Community: sc.Community, Waiter: w.ID, Member: w.MemberID, Offer: o.ID, Until: until}
	}
	return o, jobs.EnqueueAll(sc.Tx, tell, sc.Now)
}

// isOver reports whether nobody gets a voucher of an offer any more, or yet; pure.
func isOver(o models.Offer, now models.Millis) bool { return claimable(o, now) != nil }

// sweepWaiting is the job that serves the lists where nothing else happens.
func (s *Service) sweepWaiting(ctx context.Context, _ SweepWaiting) error {
	after := models.OfferID(0)
	for {
		all, err := s.store.Read(ctx).OffersWaitedFor(after, sweepOffers)
		if err != nil {
			return fmt.Errorf("sweep waiting lists: %w", err)
		}
		for _, o := range all {
			after = o.ID
			err := s.store.Tx(ctx, func(tx *models.Tx) error { return PassOn(tx.In(o.CommunityID), o.ID) })
			if err != nil {
				return fmt.Errorf("sweep waiting lists: %w", err)
			}
		}
		if len(all) < sweepOffers {
			break
		}
	}
	s.jobs.Wake()
	now := models.MillisOf(s.store.Clock().Now())
	next, err := s.store.Read(ctx).NextLapse()
	if err != nil {
		return fmt.Errorf("sweep waiting lists: %w", err)
	}
	at := now.Add(sweepEvery)
	if next > now {
		at = min(at, next)
	}
	return jobs.Snooze(at, "waiting lists are served")
}

func lockOffer(sc *models.Scope, id models.OfferID) (models.Offer, error) {
	found, err := sc.OffersByID([]models.OfferID{id}, true)
	if err != nil {
		return models.Offer{}, err
	}
	o, there := found[id]
	if !there {
		return o, models.Errorf(models.NotFound, "offer_not_found", "no such offer")
	}
	return o, nil
}

func spotOf(sc *models.Scope, w models.Waiter) (Spot, error) {
	p := Spot{State: w.State, Until: w.Until}
	if w.State != models.WaiterWaiting {
		return p, nil
	}
	var err error
	p.Ahead, err = sc.Ahead(w.OfferID, w.N)
	return p, err
}

func idsIn(all []models.Waiter, state models.WaiterState) []models.WaiterID {
	var ids []models.WaiterID
	for _, w := range all {
		if w.State == state {
			ids = append(ids, w.ID)
		}
	}
	return ids
}
