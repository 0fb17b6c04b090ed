package main

import (
	"context"
	"errors"
	"fmt"
	"text/tabwriter"
	"time"

	"siyu/bot"
	"siyu/models"
)

// adminGroupsCmd is about all groups at once.
type adminGroupsCmd struct {
	Sync adminGroupsSyncCmd `cmd:"" help:"Read all WeCom groups now and show how far it is. Ctrl+C leaves it to siyu serve; a sync goes on where it stopped."`
	List adminGroupsListCmd `cmd:"" help:"List all groups: who owns them, how many people are in them, when they were read."`
}

type adminGroupsSyncCmd struct{ configFlag }

// unserved is how long a sync that nobody works on is watched before this process works on it.
const unserved = 5 * time.Second

// Run starts a sync, or watches the one that runs, until it has ended.
func (a *adminGroupsSyncCmd) Run(ctx context.Context, c console) error {
	var community models.CommunityID
	err := a.withCommunity(ctx, c, func(_ *models.Scope, own models.Community) error {
		community = own.ID
		return nil
	})
	if err != nil {
		return err
	}
	cfg, log, err := a.load(c.err)
	if err != nil {
		return err
	}
	server, closeAll, err := wire(ctx, cfg, log)
	if err != nil {
		return err
	}
	defer closeAll()
	if _, err := server.Bot.StartSync(ctx, community, 0); err != nil && models.CodeOf(err) != "sync_running" {
		return err
	}
	w := watch{bot: server.Bot, community: community, bar: newProgress(c.err, cfg.Lang)}
	s, err := w.toEnd(ctx)
	if err != nil {
		return err
	}
	if s.State == models.SyncFailed {
		return fmt.Errorf("the groups cannot be read: %s", s.Error)
	}
	_, err = fmt.Fprintf(c.out, "groups    %d read, %d with news, %d could not be read; %d people joined, %d left; %d calls in %s\n",
		s.Done, s.Changed, s.Failed, s.Joined, s.Departed, s.Calls, s.EndedAt.Sub(s.StartedAt).Round(time.Second))
	return err
}

// watch is somebody at a terminal who waits for a sync.
type watch struct {
	bot       *bot.Bot
	community models.CommunityID
	bar       *progress
}

// toEnd shows how far the sync is until it has ended. If no server works on it, it is worked off here.
func (w watch) toEnd(ctx context.Context) (models.Sync, error) {
	standing, err := w.bot.SyncStanding(ctx, w.community, 1)
	if err != nil {
		return models.Sync{}, err
	}
	first := standing.Running
	tick := time.NewTicker(time.Second / 4)
	defer tick.Stop()
	begun := models.WallClock{}.Now()
	var done chan error // of our own work
	defer w.bar.end()
	for {
		standing, err = w.bot.SyncStanding(ctx, w.community, 1)
		if err != nil {
			return models.Sync{}, err
		}
		s := standing.Running
		if s == nil {
			if len(standing.Ended) == 0 {
				return models.Sync{}, errors.New("the sync is gone")
			}
			return standing.Ended[0], nil
		}
		w.bar.sync(*s)
		if done == nil && first != nil && s.UpdatedAt == first.UpdatedAt && (models.WallClock{}).Now().Sub(begun) > unserved {
			done = make(chan error, 1)
			go func() { done <- w.bot.WorkOff(ctx, *s) }()
		}
		select {
		case <-ctx.Done():
			return models.Sync{}, ctx.Err()
		case err := <-done: // nil is never ready: a channel without work
			if err != nil {
				return models.Sync{}, err
			}
			done = nil
		case <-tick.C:
		}
	}
}

type adminGroupsListCmd struct{ configFlag }

// Run prints one line a group.
func (a *adminGroupsListCmd) Run(ctx context.Context, c console) error {
	return a.withCommunity(ctx, c, func(sc *models.Scope, own models.Community) error {
		groups, err := sc.Groups()
		if err != nil {
			return err
		}
		if len(groups) == 0 {
			_, err := fmt.Fprintln(c.out, "There is no group yet: WeCom's are found by siyu admin groups sync, ordinary ones are registered by siyu admin group.")
			return err
		}
		zone, err := time.LoadLocation(own.Zone)
		if err != nil {
			return err
		}
		t := tabwriter.NewWriter(c.out, 0, 4, 2, ' ', 0)
		_, _ = fmt.Fprintln(t, "NAME\tKIND\tOWNER\tPEOPLE\tREAD\tSTATE")
		for _, g := range groups {
			_, _ = fmt.Fprintf(t, "%s\t%s\t%s\t%d/%d\t%s\t%s\n", g.Name, g.Kind, dash(g.OwnerUserID), g.Headcount, g.Capacity,
				readAt(g, zone), stateOf(g, sc.Now))
		}
		return t.Flush()
	})
}

// readAt is when a group's people were counted, in the community's zone.
func readAt(g models.Group, zone *time.Location) string {
	at := max(g.SyncedAt, g.CountedAt)
	if at == 0 {
		return "-"
	}
	return at.Time().In(zone).Format("2006-01-02 15:04")
}

func stateOf(g models.Group, now models.Millis) string {
	switch {
	case g.GoneAt != 0:
		return "gone"
	case g.PausedAt(now):
		return "paused"
	}
	return "open"
}

func dash(s string) string {
	if s == "" {
		return "-"
	}
	return s
}
