package funnel

import (
	"context"
	"errors"
	"fmt"
	"time"

	"siyu/models"
)

// Options is what a Refresher needs.
type Options struct {
	Store *models.Store
	// Window is the longest chain; [DefaultWindow] if zero.
	Window time.Duration
}

// Refresher keeps the stored journeys equal to what the touches say. It is safe for concurrent use, also by several
// processes on one database.
type Refresher struct {
	store  *models.Store
	window time.Duration
}

// New makes a Refresher.
func New(o Options) (*Refresher, error) {
	if o.Store == nil {
		return nil, errors.New("funnel: a store is needed")
	}
	if o.Window < 0 {
		return nil, fmt.Errorf("funnel: a window of %s ends before it begins", o.Window)
	}
	if o.Window == 0 {
		o.Window = DefaultWindow
	}
	return &Refresher{store: o.Store, window: o.Window}, nil
}

// refreshBatch bounds how many marks are read at once.
const refreshBatch = 200

// Refresh recomputes the journeys of everyone whose touches changed, each in a transaction of her own, and returns
// how many people that were. Every touch that was committed before the call is counted when it returns.
func (r *Refresher) Refresh(ctx context.Context) (n int, err error) {
	zones := make(zones)
	for {
		dirty, err := r.store.Read(ctx).DirtyMembers(refreshBatch)
		if err != nil {
			return n, fmt.Errorf("refresh journeys: %w", err)
		}
		for _, d := range dirty {
			zone, err := zones.of(r.store.Read(ctx), d.Community)
			if err != nil {
				return n, fmt.Errorf("refresh journeys: %w", err)
			}
			took, err := r.refreshOne(ctx, d, zone)
			if err != nil {
				return n, fmt.Errorf("refresh journeys of member %s: %w", d.Member, err)
			}
			if took {
				n++
			}
		}
		if len(dirty) < refreshBatch {
			return n, nil
		}
	}
}

// refreshOne takes one person's mark and recomputes her. The mark goes first: a touch written from then on waits for
// this transaction and marks her again.
func (r *Refresher) refreshOne(ctx context.Context, d models.DirtyMember, zone *time.Location) (took bool, err error) {
	err = r.store.Tx(ctx, func(tx *models.Tx) error {
		sc := tx.In(d.Community)
		if took, err = sc.TakeDirty(d.Member); err != nil || !took {
			return err
		}
		return r.recompute(sc, d.Member, zone)
	})
	return took && err == nil, err
}

// Recompute computes the journeys of the named people from scratch, whether or not anything changed.
func (r *Refresher) Recompute(ctx context.Context, community models.CommunityID, members ...models.MemberID) error {
	zone, err := make(zones).of(r.store.Read(ctx), community)
	if err != nil {
		return fmt.Errorf("recompute journeys: %w", err)
	}
	for _, m := range members {
		err := r.store.Tx(ctx, func(tx *models.Tx) error { return r.recompute(tx.In(community), m, zone) })
		if err != nil {
			return fmt.Errorf("recompute journeys of member %s: %w", m, err)
		}
	}
	return nil
}

// recompute replaces the journeys of the person a member id is now. A touch can be written for a member at the moment
// she is merged into another and keep the old id; so the touches of every id she ever had are hers, and only her own
// id has journeys.
func (r *Refresher) recompute(sc *models.Scope, member models.MemberID, zone *time.Location) error {
	// Two transactions that recompute her do it one after the other; the second reads what the first read and more.
	ids, err := sc.LockPerson(member)
	if models.IsKind(err, models.NotFound) { // a touch nobody could be found for, or she was erased
		return sc.ReplaceJourneys(member, nil)
	}
	if err != nil {
		return err
	}
	var touches []models.Touch
	for _, id := range ids {
		some, err := sc.TouchesOf(id)
		if err != nil {
			return err
		}
		touches = append(touches, some...)
	}
	for _, merged := range ids[1:] {
		if err := sc.ReplaceJourneys(merged, nil); err != nil {
			return err
		}
	}
	return sc.ReplaceJourneys(ids[0], Journeys(touches, zone, r.window))
}

// zones are the communities' time zones, each read once.
type zones map[models.CommunityID]*time.Location

func (z zones) of(tx *models.Tx, id models.CommunityID) (*time.Location, error) {
	if zone, known := z[id]; known {
		return zone, nil
	}
	c, err := tx.ReadCommunity(id)
	if err != nil {
		return nil, err
	}
	zone, err := time.LoadLocation(c.Zone)
	if err != nil {
		return nil, fmt.Errorf("zone of community %s: %w", id, err)
	}
	z[id] = zone
	return zone, nil
}
