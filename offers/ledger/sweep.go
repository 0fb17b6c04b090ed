package ledger

import (
	"context"
	"errors"
	"fmt"

	"siyu/models"
)

// sweepPart is how many lots or holds one transaction ends.
const sweepPart = 200

// Sweep books what time has ended in a community: points that have lapsed, and points that were set aside for too long, which
// go back. Nothing depends on when it runs: who uses points uses none that have lapsed. What cannot be booked, because its rows
// contradict each other, is passed over and told in the end.
func Sweep(ctx context.Context, store *models.Store, community models.CommunityID) error {
	return errors.Join(sweepHolds(ctx, store, community), sweepLots(ctx, store, community))
}

func sweepLots(ctx context.Context, store *models.Store, community models.CommunityID) error {
	for {
		due, err := store.Read(ctx).In(community).DueLots(sweepPart)
		if err != nil || len(due) == 0 {
			return err
		}
		members := make([]models.MemberID, len(due))
		for i, l := range due {
			members[i] = l.MemberID
		}
		err = store.Tx(ctx, func(tx *models.Tx) error { return lapseAll(tx.In(community), members) })
		if err != nil {
			return err
		}
	}
}

func sweepHolds(ctx context.Context, store *models.Store, community models.CommunityID) error {
	var last models.Hold
	var errs []error
	for {
		due, err := store.Read(ctx).In(community).DueHolds(last, sweepPart)
		if err != nil || len(due) == 0 {
			return errors.Join(append(errs, err)...)
		}
		for _, h := range due {
			last = h
			err := store.Tx(ctx, func(tx *models.Tx) error {
				err := GiveBack(tx.In(community), h.TransferID)
				if models.CodeOf(err) == "hold_ended" { // by somebody else, a moment ago
					return tx.In(community).EndHolds([]models.TransferID{h.TransferID})
				}
				return err
			})
			if models.IsKind(err, models.Unavailable) || ctx.Err() != nil {
				return err
			}
			if err != nil {
				errs = append(errs, fmt.Errorf("give back the hold %s: %w", h.TransferID, err))
			}
		}
	}
}

// lapseAll books what some people did not use in time.
func lapseAll(sc *models.Scope, members []models.MemberID) error {
	people, err := sc.LockPeople(members)
	if err != nil {
		return err
	}
	var now []models.MemberID
	for _, ids := range people {
		now = append(now, ids[0])
	}
	p := poster{sc: sc, books: map[models.MemberID]*book{}}
	purses, err := sc.PursesOf(now)
	if err != nil {
		return err
	}
	lots, err := sc.LotsOf(now, false)
	if err != nil {
		return err
	}
	for _, m := range now {
		b := &book{member: m, balance: purses[m].Balance, debt: purses[m].Debt}
		for _, l := range lots[m] {
			b.lots = append(b.lots, &lot{Lot: l})
		}
		p.books[m] = b
		p.lapse(b)
	}
	return p.write()
}
