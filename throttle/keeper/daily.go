package keeper

import (
	"context"
	"fmt"
	"time"

	"siyu/models"
)

// chunk is how many groups are written in one transaction.
const chunk = 200

// Day is what one run of the daily work came to.
type Day struct {
	Done     bool // false: there was more to do than time
	Observed int  // groups whose days were written
	Learnt   int  // groups that were learnt from
	Waves    map[models.GroupID]Wave
}

// Daily writes down the local days that have ended in a community's groups, and learns from them when all are written. It
// stops when its time is up and goes on where it was when it is called again; what is written already it does not write
// again. Groups whose day is not over are left for later.
func (k *Keeper) Daily(ctx context.Context, community models.CommunityID, most time.Duration) (Day, error) {
	var d Day
	wall := models.WallClock{}
	began := wall.Now()
	groups, known, err := k.all(ctx, community)
	if err != nil {
		return d, err
	}
	now := models.MillisOf(k.o.Store.Clock().Now())
	var due []span
	learn := false
	since := now
	for _, g := range groups {
		l := known[g.ID]
		s, ok := spanOf(g, l, now)
		if ok {
			due, since = append(due, s), min(since, s.from())
		}
		learn = learn || ok || l.Day < l.Observed
	}
	if !learn {
		d.Done = true
		return d, nil
	}
	responses, err := k.o.Store.Read(ctx).In(community).ResponsesSince(since)
	if err != nil {
		return d, err
	}
	for len(due) > 0 {
		if wall.Now().Sub(began) > most {
			k.log.InfoContext(ctx, "more days of groups are written later", "written", d.Observed, "left", len(due))
			return d, nil
		}
		n := min(len(due), chunk)
		if err := k.o.Store.Tx(ctx, func(tx *models.Tx) error { return k.observe(tx.In(community), due[:n], responses) }); err != nil {
			return d, fmt.Errorf("write days of groups: %w", err)
		}
		due = due[n:]
		d.Observed += n
	}
	if wall.Now().Sub(began) > most/2 { // learning is one piece of work: it gets a run of its own
		return d, nil
	}
	if d.Learnt, d.Waves, err = k.learn(ctx, community, groups); err != nil {
		return d, fmt.Errorf("learn from days of groups: %w", err)
	}
	d.Done = true
	k.log.InfoContext(ctx, "learnt from days of groups", "community", community.String(), "written", d.Observed, "learnt", d.Learnt,
		"waves", len(d.Waves), "took", wall.Now().Sub(began).Round(time.Millisecond))
	return d, nil
}

// all reads a community's groups and what was learnt of them.
func (k *Keeper) all(ctx context.Context, community models.CommunityID) ([]models.Group, map[models.GroupID]models.Learning, error) {
	sc := k.o.Store.Read(ctx).In(community)
	groups, err := sc.Groups()
	if err != nil {
		return nil, nil, err
	}
	known, err := sc.LearningsOf(idsOf(groups))
	return groups, known, err
}

func idsOf(groups []models.Group) []models.GroupID {
	ids := make([]models.GroupID, len(groups))
	for i, g := range groups {
		ids[i] = g.ID
	}
	return ids
}
