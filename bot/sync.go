package bot

import (
	"context"
	"errors"
	"slices"
	"time"

	"siyu/internal/jobs"
	"siyu/internal/weixin"
	"siyu/models"
)

// SyncAll is the job that reads all groups of a corp. It works in slices; a process that dies in the middle leaves one to
// whoever comes next, who goes on where it stopped.
type SyncAll struct {
	Community models.CommunityID `json:"community"`
	Sync      models.SyncID      `json:"sync"`
}

// Kind names the job.
func (SyncAll) Kind() string { return "group.sync_all" }

// Reconcile is the periodic job that has every WeCom group read.
type Reconcile struct{}

// Kind names the job.
func (Reconcile) Kind() string { return "group.reconcile" }

// reconcile starts a sync of every connected corp; one that runs goes on.
func (b *Bot) reconcile(ctx context.Context, _ Reconcile) error {
	tx := b.store.Read(ctx)
	channels, err := tx.AllChannels()
	if err != nil {
		return err
	}
	var errs []error
	for _, c := range channels {
		if c.Kind == models.WeCom {
			_, _, err := b.startSync(ctx, c, false, 0)
			errs = append(errs, err)
		}
	}
	if err := errors.Join(errs...); err != nil { // the other corps are read all the same
		return err
	}
	return jobs.SnoozeFor(tx.Now, b.sync.Every, "reconciled")
}

// startSync starts a sync of a corp and reports whether it did; if one runs, that one is returned, and its job written anew
// in case it was lost.
func (b *Bot) startSync(ctx context.Context, c models.Channel, whole bool, by models.AccountID) (models.Sync, bool, error) {
	var s models.Sync
	fresh := false
	err := b.store.Tx(ctx, func(tx *models.Tx) error {
		sc := tx.In(c.CommunityID)
		last, err := sc.LastWholeSync(c.ID)
		if err != nil {
			return err
		}
		whole := whole || last.EndedAt < sc.Now.Add(-b.sync.WholeEvery)
		s = models.Sync{ChannelID: c.ID, Whole: whole, AccountID: by}
		if fresh, err = sc.StartSync(&s); err != nil {
			return err
		}
		if fresh && by != 0 {
			if err := sc.AddAudit(by, "group.sync", "channel:"+c.ID.String(), ""); err != nil {
				return err
			}
		}
		if !fresh && s.UpdatedAt > sc.Now.Add(-b.sync.Every/2) {
			return nil
		}
		_, err = jobs.EnqueueOnce(tx, SyncAll{Community: c.CommunityID, Sync: s.ID}, tx.Now, "syncall:"+s.ID.String())
		return err
	})
	b.jobs.Wake()
	return s, fresh, err
}

// StartSync has all groups of the community's corp read now, every member compared; a sync that runs is a Conflict. With
// several corps it returns the sync of the first one that was started.
func (b *Bot) StartSync(ctx context.Context, community models.CommunityID, by models.AccountID) (models.Sync, error) {
	corps, err := b.corps(ctx, community)
	if err != nil {
		return models.Sync{}, err
	}
	if len(corps) == 0 {
		return models.Sync{}, models.Errorf(models.Invalid, "no_wecom", "no WeCom corp is connected")
	}
	var begun models.Sync
	for _, c := range corps {
		s, fresh, err := b.startSync(ctx, c, true, by)
		if err != nil {
			return models.Sync{}, err
		}
		if fresh && begun.ID == 0 {
			begun = s
		}
	}
	if begun.ID == 0 {
		return models.Sync{}, models.Errorf(models.Conflict, "sync_running", "the groups are being read already")
	}
	return begun, nil
}

// SyncStanding is how the reading of a community's WeCom groups stands.
type SyncStanding struct {
	Running *models.Sync  // nil: none runs
	Ended   []models.Sync // the newest first
	NextAt  models.Millis // when the next one begins by itself; zero: no corp is connected
}

// SyncStanding tells how far the reading of all groups is, with up to limit syncs that ended.
func (b *Bot) SyncStanding(ctx context.Context, community models.CommunityID, limit int) (SyncStanding, error) {
	corps, err := b.corps(ctx, community)
	if err != nil || len(corps) == 0 {
		return SyncStanding{}, err
	}
	tx := b.store.Read(ctx)
	all, err := tx.In(community).Syncs(limit + len(corps))
	if err != nil {
		return SyncStanding{}, err
	}
	v := SyncStanding{NextAt: tx.Now}
	for _, s := range all {
		v.NextAt = max(v.NextAt, s.StartedAt.Add(b.sync.Every))
		switch {
		case s.Running() && v.Running == nil:
			v.Running = &s
		case !s.Running() && len(v.Ended) < limit:
			v.Ended = append(v.Ended, s)
		}
	}
	return v, nil
}

// SyncCode is WeCom's errcode of a sync that failed; zero if it did not, or not for what WeCom said.
func SyncCode(s models.Sync) int {
	if s.Error == "" {
		return 0
	}
	code, _ := weixin.Code(errors.New(s.Error))
	return code
}

func (b *Bot) corps(ctx context.Context, community models.CommunityID) ([]models.Channel, error) {
	all, err := b.store.Read(ctx).AllChannels()
	var corps []models.Channel
	for _, c := range all {
		if c.Kind == models.WeCom && c.CommunityID == community {
			corps = append(corps, c)
		}
	}
	return corps, err
}

// syncAll does one slice of a sync. What WeCom refuses for good ends it: the next reconcile tries again.
func (b *Bot) syncAll(ctx context.Context, a SyncAll) error {
	s, err := b.store.Read(ctx).In(a.Community).Sync(a.Sync)
	if models.IsKind(err, models.NotFound) {
		return nil
	}
	if err != nil || !s.Running() {
		return err
	}
	c, err := b.channelByID(ctx, a.Community, s.ChannelID)
	if err != nil {
		return b.endSync(ctx, s, models.SyncFailed, err.Error())
	}
	if err := b.learnPace(ctx, c); err != nil {
		return err
	}
	if s.State == models.SyncListing {
		if s, err = b.listAll(ctx, c, s); err != nil {
			return b.stopSync(ctx, s, err)
		}
	}
	return b.stopSync(ctx, s, b.readAll(ctx, c, s))
}

// paceFrom is how many of the latest syncs are looked at for calls that count still.
const paceFrom = 50

// learnPace counts what syncs of other processes have called of late: a process that was started again is the same caller
// to WeCom.
func (b *Bot) learnPace(ctx context.Context, c models.Channel) error {
	api := accountID(c) + " " + groupDetailAPI
	if b.pace.knows(api) {
		return nil
	}
	tx := b.store.Read(ctx)
	all, err := tx.In(c.CommunityID).Syncs(paceFrom)
	if err != nil {
		return err
	}
	b.pace.learn(api, tx.Now.Time(), slices.DeleteFunc(all, func(s models.Sync) bool { return s.ChannelID != c.ID }))
	return nil
}

// WorkOff does the work of a sync in this process until it has ended: for a command where no server runs.
func (b *Bot) WorkOff(ctx context.Context, s models.Sync) error {
	for {
		err := b.syncAll(ctx, SyncAll{Community: s.CommunityID, Sync: s.ID})
		until, later := jobs.SnoozedUntil(err)
		if !later {
			return err
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(until.Sub(models.MillisOf(b.store.Clock().Now()))):
		}
	}
}

// stopSync decides whether a sync that met an error goes on later or has failed.
func (b *Bot) stopSync(ctx context.Context, s models.Sync, err error) error {
	if err == nil || jobs.IsSnooze(err) || ctx.Err() != nil {
		return err
	}
	_, fromWeCom := weixin.Code(err)
	class := weixin.Classify(err)
	if jobs.Final(ctx, err) || fromWeCom && (class == weixin.Denied || class == weixin.Invalid || class == weixin.Gone) {
		b.log.WarnContext(ctx, "a sync of groups failed", "error", weixin.Redacted(err))
		return b.endSync(ctx, s, models.SyncFailed, weixin.Redacted(err).Error())
	}
	return weixin.Redacted(err)
}
