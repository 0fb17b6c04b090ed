package bot

import (
	"context"
	"errors"
	"maps"
	"slices"
	"time"

	"siyu/internal/jobs"
	"siyu/internal/weixin"
	"siyu/models"
)

// RecountTag is the job that asks a tag's rule about every follower.
type RecountTag struct {
	Community models.CommunityID `json:"community"`
	Tag       models.TagID       `json:"tag"`
}

// Kind names the job.
func (RecountTag) Kind() string { return "tag.recount" }

// RefreshTags is the periodic job that asks the rules about whoever did something lately, and once a night about everybody,
// because some conditions change by time alone; the night also compares WeChat's lists with ours.
type RefreshTags struct{}

// Kind names the job.
func (RefreshTags) Kind() string { return "tag.refresh" }

// How often, and how far a refresh looks back beyond that: touches of another instance are written with its clock.
const (
	tagsEvery   = 10 * time.Minute
	tagsIdle    = 6 * time.Hour // while there are no tags; the first one hastens it
	tagsOverlap = 5 * time.Minute
	tagsNight   = 24 * time.Hour
)

// refreshTags brings the tags that have a rule up to date.
func (b *Bot) refreshTags(ctx context.Context, _ RefreshTags) error {
	tx := b.store.Read(ctx)
	tags, err := tx.AllTags()
	if err != nil {
		return err
	}
	next := tagsIdle
	if len(tags) > 0 {
		next = tagsEvery
		dirty, err := tx.TouchedMembers(tx.Now.Add(-tagsEvery - tagsOverlap))
		if err != nil {
			return err
		}
		touched := map[models.CommunityID][]models.MemberID{}
		for _, d := range dirty {
			touched[d.Community] = append(touched[d.Community], d.Member)
		}
		var errs []error // one community's trouble keeps no other from its tags
		for _, t := range tags {
			errs = append(errs, b.refreshTag(ctx, t, touched[t.CommunityID]))
		}
		if err := errors.Join(errs...); err != nil {
			return err
		}
	}
	return jobs.SnoozeFor(tx.Now, next, "refreshed")
}

func (b *Bot) refreshTag(ctx context.Context, t models.Tag, touched []models.MemberID) error {
	now := models.MillisOf(b.store.Clock().Now())
	if t.State == models.TagActive && t.CheckedAt < now.Add(-tagsNight) {
		return b.store.Tx(ctx, func(tx *models.Tx) error {
			sc := tx.In(t.CommunityID)
			if err := enqueueRecount(sc, t.ID); err != nil {
				return err
			}
			_, err := jobs.EnqueueOnce(tx, SyncTag{t.CommunityID, t.ID, true}, tx.Now, "tag.check:"+t.ID.String())
			return err
		})
	}
	if t.RuleJSON == "" || len(touched) == 0 || t.State != models.TagActive {
		return nil
	}
	only := make(map[models.MemberID]bool, len(touched))
	for _, m := range touched {
		only[m] = true
	}
	return b.applyRule(ctx, t, only)
}

// recountTag asks a tag's rule about everybody; without a rule nobody has the tag by it.
func (b *Bot) recountTag(ctx context.Context, a RecountTag) error {
	t, err := b.store.Read(ctx).In(a.Community).Tag(a.Tag)
	if models.IsKind(err, models.NotFound) || (err == nil && t.State != models.TagActive) {
		return nil
	}
	if err != nil {
		return err
	}
	return b.applyRule(ctx, t, nil)
}

// applyRule asks a tag's rule about its account's followers, all or only some, and about who has it by the rule. It writes
// in small transactions: stopped in the middle, it is simply done again.
func (b *Bot) applyRule(ctx context.Context, t models.Tag, only map[models.MemberID]bool) error {
	sc := b.store.Read(ctx).In(t.CommunityID)
	holds, err := b.ruleAnswers(sc, t, only)
	if err != nil {
		return err
	}
	members := slices.Sorted(maps.Keys(holds)) // in one order: two that do this at once must not lock each other out
	const some = 200
	stale := false
	for len(members) > 0 && !stale {
		n := min(len(members), some)
		part := members[:n]
		err := b.store.Tx(ctx, func(tx *models.Tx) error {
			now, err := tx.In(t.CommunityID).Tag(t.ID)
			gone := models.IsKind(err, models.NotFound)
			if gone || (err == nil && (now.RuleJSON != t.RuleJSON || now.State != models.TagActive)) {
				stale = true // it has another rule by now, and a job of its own for that
				return nil
			}
			if err != nil {
				return err
			}
			for _, m := range part {
				if _, err := tx.In(t.CommunityID).TagByRule(t.ID, m, holds[m]); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			return err
		}
		members = members[n:]
	}
	return b.store.Tx(ctx, func(tx *models.Tx) error { return enqueueTagSync(tx.In(t.CommunityID), t.ID) })
}

// ruleAnswers says what a tag's rule says of whom, for all of whom that may have changed.
func (b *Bot) ruleAnswers(sc *models.Scope, t models.Tag, only map[models.MemberID]bool) (map[models.MemberID]bool, error) {
	rule, _, err := t.Rule()
	if err != nil {
		return nil, err
	}
	c, err := b.officialOf(sc)
	if err != nil {
		return nil, err
	}
	readers, err := sc.Addressees(c)
	if err != nil {
		return nil, err
	}
	asked := readers[:0:0]
	for _, r := range readers {
		if only == nil || only[r.MemberID] {
			asked = append(asked, r)
		}
	}
	facts, err := factsOf(sc, asked)
	if err != nil {
		return nil, err
	}
	shares, err := sc.MemberTags(t.ID)
	if err != nil {
		return nil, err
	}
	had := make(map[models.MemberID]bool, len(shares))
	for _, s := range shares {
		had[s.MemberID] = s.ByRule
	}
	changed := map[models.MemberID]bool{}
	for m, f := range facts {
		if now := RuleHolds(rule, f, sc.Now); now != had[m] {
			changed[m] = now
		}
	}
	for m, by := range had { // who has left has no facts any more
		if _, here := facts[m]; by && !here && only == nil {
			changed[m] = false
		}
	}
	return changed, nil
}

// retag has a follower's tags given to her again when she follows: WeChat took them when she left.
func (b *Bot) retag(_ context.Context, c models.Channel, _ models.Inbox, m weixin.Message) (effect, error) {
	if c.Kind != models.OfficialAccount {
		return nil, nil
	}
	return func(sc *models.Scope) error {
		known, err := sc.MembersOf(c.AppID, []string{m.FromUserName})
		if err != nil || known[m.FromUserName] == 0 {
			return err
		}
		again, err := sc.ForgetRemoteTags(c.ID, known[m.FromUserName])
		if err != nil {
			return err
		}
		for _, t := range again {
			if err := enqueueTagSync(sc, t); err != nil {
				return err
			}
		}
		return nil
	}, nil
}
