package bot

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"siyu/internal/jobs"
	"siyu/models"
)

// WatchHealth is the periodic job that looks at how every group is doing, warns, and tells the responsible people.
type WatchHealth struct{}

// Kind names the job.
func (WatchHealth) Kind() string { return "health.watch" }

// watchHealthEvery is how often all groups are looked at; what a person waits for is worked out when she asks.
const watchHealthEvery = time.Hour

// healthPart is how many groups are looked at together.
const healthPart = 200

func (b *Bot) watchHealth(ctx context.Context, _ WatchHealth) error {
	tx := b.store.Read(ctx)
	all, err := tx.Communities()
	if err != nil {
		return err
	}
	var errs []error
	for _, c := range all {
		if err := b.lookAtAll(ctx, c.ID); err != nil {
			errs = append(errs, fmt.Errorf("look at the groups of a community: %w", err))
			continue
		}
		errs = append(errs, b.tellAll(ctx, c))
	}
	if err := errors.Join(errs...); err != nil { // the other communities were looked at all the same
		return err
	}
	return jobs.SnoozeFor(tx.Now, watchHealthEvery, "watched")
}

// lookAtAll works out and stores how a community's groups are doing, some at a time, and then settles its warnings.
func (b *Bot) lookAtAll(ctx context.Context, community models.CommunityID) error {
	sc := b.store.Read(ctx).In(community)
	groups, err := sc.EveryGroup() // of those that are others now nothing is to be known any more
	if err != nil {
		return err
	}
	desk, err := newHealthDesk(sc)
	if err != nil {
		return err
	}
	wanted := alarms{}
	for len(groups) > 0 {
		part := groups[:min(len(groups), healthPart)]
		groups = groups[len(part):]
		ids := make([]models.GroupID, len(part))
		for i, g := range part {
			ids[i] = g.ID
		}
		part = slices.DeleteFunc(slices.Clone(part), func(g models.Group) bool { return g.MergedInto != 0 || !g.Known() }) // nobody's, as far as is known
		facts, err := desk.facts(sc, part)
		if err != nil {
			return err
		}
		rows := make([]models.GroupHealth, len(part))
		for i, f := range facts {
			h := f.Judge(sc.Now)
			if all := alertsOf(part[i], h, sc.Now); len(all) > 0 {
				wanted[part[i].ID] = all
			}
			if rows[i], err = healthRow(part[i].ID, h); err != nil {
				return err
			}
		}
		if err := b.store.Tx(ctx, func(tx *models.Tx) error { return tx.In(community).ReplaceGroupHealths(ids, rows) }); err != nil {
			return err
		}
	}
	return b.store.Tx(ctx, func(tx *models.Tx) error { return settleAlarms(tx.In(community), wanted) })
}

func healthRow(id models.GroupID, h Health) (models.GroupHealth, error) {
	h.Days = nil // a list has no use for them, and they are most of it
	body, err := json.Marshal(h)
	return models.GroupHealth{GroupID: id, Grade: string(h.Grade), Badness: h.Badness(), Body: string(body)}, err
}

// GroupHealthView is how a group was doing when all were looked at last.
type GroupHealthView struct {
	models.Group
	Health
	At models.Millis
}

// WorstGroups lists how a community's groups are doing, the worst first: those after one, if it is named, and only some, if
// they are. A group that came after the last look is not listed yet.
func (b *Bot) WorstGroups(ctx context.Context, community models.CommunityID, after models.GroupID, limit int, only []models.GroupID) ([]GroupHealthView, error) {
	sc := b.store.Read(ctx).In(community)
	rows, err := sc.WorstGroups(after, limit, only)
	if models.IsKind(err, models.NotFound) {
		return nil, noGroup(err)
	}
	if err != nil {
		return nil, err
	}
	ids := make([]models.GroupID, len(rows))
	for i, r := range rows {
		ids[i] = r.GroupID
	}
	by, err := groupsOf(sc, ids)
	if err != nil {
		return nil, err
	}
	views := make([]GroupHealthView, 0, len(rows))
	for _, r := range rows {
		v := GroupHealthView{Group: by[r.GroupID], At: r.At}
		if err := json.Unmarshal([]byte(r.Body), &v.Health); err != nil {
			return nil, fmt.Errorf("read a group's health: %w", err)
		}
		views = append(views, v)
	}
	return views, nil
}

// SetHealthLimits stores from which values on a sign is worth a word, and has all groups looked at by them.
func (b *Bot) SetHealthLimits(ctx context.Context, by models.Account, l models.HealthLimits) error {
	err := b.store.Tx(ctx, func(tx *models.Tx) error {
		sc := tx.In(by.CommunityID)
		if err := sc.SetHealthLimits(l, by.ID); err != nil {
			return err
		}
		if err := jobs.Hasten(tx, WatchHealth{}, tx.Now); err != nil {
			return err
		}
		return sc.AddAudit(by.ID, "health.limits", "community", "")
	})
	b.jobs.Wake()
	return err
}
