package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"siyu/models"
	"siyu/throttle"
)

// adminAuditCmd verifies what the throttle has written down.
type adminAuditCmd struct {
	configFlag
	Verify bool `help:"Check that no record of a decision, an event, a rule or an order was changed or is missing."`
	Replay bool `help:"Make every stored decision again from its inputs and compare."`
}

// Run audits the chains of all communities and fails if one is not as it was written. It changes nothing.
func (a *adminAuditCmd) Run(ctx context.Context, c console) error {
	if !a.Verify && !a.Replay {
		return errors.New("say --verify, --replay or both")
	}
	return a.withStore(ctx, c, func(s *models.Store) error {
		tx := s.Read(ctx)
		all, err := tx.Communities()
		if err != nil {
			return err
		}
		bad := 0
		for _, community := range all {
			n, err := a.community(c, tx.In(community.ID))
			if err != nil {
				return err
			}
			bad += n
		}
		if bad > 0 {
			return fmt.Errorf("%d chains are not as they were written", bad)
		}
		return nil
	})
}

// community audits one community's chains and returns how many are bad.
func (a *adminAuditCmd) community(c console, sc *models.Scope) (bad int, err error) {
	groups, err := sc.EveryGroup()
	if err != nil {
		return 0, err
	}
	var records, thinned, decisions int64
	for _, g := range append([]models.Group{{}}, groups...) { // the community's own chain first
		if a.Verify {
			chain, err := throttle.Verify(sc, g.ID)
			if err != nil {
				return bad, err
			}
			records, thinned = records+chain.Records, thinned+chain.Thinned
			if chain.Bad != 0 {
				bad++
				_, _ = fmt.Fprintf(c.out, "bad       group %s, record %d: %s\n", g.ID, chain.Bad, chain.Why)
			}
		}
		if a.Replay {
			again, err := throttle.Replay(sc, g.ID)
			if err != nil {
				return bad, err
			}
			decisions += again.Decisions
			if len(again.Differ) > 0 {
				bad++
				_, _ = fmt.Fprintf(c.out, "differ    group %s, records %v\n", g.ID, again.Differ)
			}
			if len(again.Untrue) > 0 {
				bad++
				_, _ = fmt.Fprintf(c.out, "untrue    group %s, records %v told a time at which nothing opens\n", g.ID, again.Untrue)
			}
		}
	}
	_, err = fmt.Fprintf(c.out, "audited   community %s: %d groups, %d records (%d without their inputs), %d decisions made again\n",
		sc.Community, len(groups), records, thinned, decisions)
	return bad, err
}

// adminClockCmd shows what the instances say of their clocks.
type adminClockCmd struct {
	configFlag
	Trust bool `help:"Say that the clocks are right as they are: instances that stopped reserving go on within a minute."`
}

// Run lists the heartbeats, after trusting the clocks if it is to.
func (a *adminClockCmd) Run(ctx context.Context, c console) error {
	return a.withStore(ctx, c, func(s *models.Store) error {
		if a.Trust {
			err := s.Tx(ctx, func(tx *models.Tx) error { return throttle.Trust(tx, models.WallClock{}.Now()) })
			if err != nil {
				return err
			}
			_, _ = fmt.Fprintln(c.out, "trusted   (instances follow within a minute)")
		}
		all, err := s.Read(ctx).Heartbeats()
		if err != nil {
			return err
		}
		for _, h := range all {
			if h.Instance == models.TrustInstance {
				continue
			}
			state := "trusts its clock"
			if h.Suspect != "" {
				state = "suspect: " + h.Suspect
			}
			_, _ = fmt.Fprintf(c.out, "%-9s %s  drift %v  database %+v  %s\n", h.Instance[:min(8, len(h.Instance))],
				time.UnixMilli(h.At).UTC().Format(time.RFC3339), time.Duration(h.Drift)*time.Millisecond,
				time.Duration(h.Behind)*time.Millisecond, state)
		}
		return nil
	})
}
