package bot

import (
	"context"
	"errors"
	"fmt"
	"time"

	"siyu/internal/jobs"
	"siyu/internal/weixin"
	"siyu/models"
	"siyu/offers"
)

// turnEvery is how often is looked whether an ordinary group has become a WeCom group.
const turnEvery = 24 * time.Hour

// turned makes an ordinary group the WeCom group it has become, with all that happened in it. If the sync has made a row of
// the WeCom group already, that one goes into it. Who is in it WeCom knows better than we: the stays that opened cards have told
// give way to its list, which is read at once. Doing it twice is the same as once.
func (b *Bot) turned(ctx context.Context, a offers.GroupTurned) error {
	return b.store.Tx(ctx, func(tx *models.Tx) error {
		sc := tx.In(a.Community)
		g, err := sc.Survivor(a.Group)
		if err != nil || g.Kind != models.OrdinaryGroup {
			return err
		}
		w, err := sc.GroupByChatID(a.ChatID)
		if err != nil && !models.IsKind(err, models.NotFound) {
			return err
		}
		if err == nil && w.OpenGID != nil {
			return jobs.Fatal(fmt.Errorf("group %s cannot become %s, which is bound to another", g.ID, w.ID))
		}
		if err := sc.DropSeenStays(g.ID); err != nil {
			return err
		}
		if err == nil {
			if _, err = offers.Merge(sc, w.ID, g.ID, 0, "it is a WeCom group now"); err == nil {
				_, err = b.passOn(sc, []models.Group{g})
			}
		} else {
			_, err = sc.TurnWeCom(g.ID, a.ChatID)
		}
		if err != nil {
			return err
		}
		if err := sc.AddAudit(0, "group.turn", "group:"+g.ID.String(), ""); err != nil {
			return err
		}
		return enqueueSync(sc, a.ChatID, sc.Now)
	})
}

// LookForTurned is the periodic job that asks WeCom of every ordinary group whose opengid is known whether it is one of its
// groups by now.
type LookForTurned struct{}

// Kind names the job.
func (LookForTurned) Kind() string { return "groups.turned" }

func (b *Bot) lookForTurned(ctx context.Context, _ LookForTurned) error {
	tx := b.store.Read(ctx)
	channels, err := tx.AllChannels()
	if err != nil {
		return err
	}
	var errs []error
	done := map[models.CommunityID]bool{}
	for _, c := range channels {
		if c.Kind == models.WeCom && !done[c.CommunityID] {
			done[c.CommunityID] = true
			errs = append(errs, b.lookIn(ctx, c))
		}
	}
	if err := errors.Join(errs...); err != nil { // the others were looked at all the same
		return err
	}
	return jobs.SnoozeFor(tx.Now, turnEvery, "looked")
}

func (b *Bot) lookIn(ctx context.Context, c models.Channel) error {
	groups, err := b.store.Read(ctx).In(c.CommunityID).BoundOrdinary()
	if err != nil {
		return err
	}
	for _, g := range groups {
		var out struct {
			ChatID string `json:"chat_id"`
		}
		err := b.hub.PostJSON(ctx, accountID(c), "/cgi-bin/externalcontact/opengid_to_chatid", map[string]string{"opengid": *g.OpenGID}, &out)
		switch weixin.Classify(err) {
		case weixin.Gone, weixin.Invalid: // it is an ordinary group
			continue
		case weixin.Temporary, weixin.Quota, weixin.Denied:
			return fmt.Errorf("ask which group it is: %w", weixin.Redacted(err))
		case weixin.None:
		}
		err = b.store.Tx(ctx, func(tx *models.Tx) error {
			_, err := jobs.EnqueueOnce(tx, offers.GroupTurned{Community: c.CommunityID, Group: g.ID, ChatID: out.ChatID}, tx.Now, "turned:"+g.ID.String())
			return err
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// MergeGroups makes two groups one, as an organiser says: from happened in into. What is to be done in it is whoever's the one
// group is.
func (b *Bot) MergeGroups(ctx context.Context, community models.CommunityID, from, into models.GroupID, by models.AccountID) error {
	err := b.store.Tx(ctx, func(tx *models.Tx) error {
		sc := tx.In(community)
		if moved, err := offers.Merge(sc, from, into, by, "the organiser says so"); err != nil || !moved {
			return err
		}
		_, err := b.passOn(sc, []models.Group{{ID: into}})
		return err
	})
	b.jobs.Wake()
	return err
}

// UnbindGroup takes a group's opengid from it, as an organiser says: the group WeChat calls so is another, which is returned.
func (b *Bot) UnbindGroup(ctx context.Context, community models.CommunityID, id models.GroupID, by models.AccountID) (models.Group, error) {
	var other models.Group
	err := b.store.Tx(ctx, func(tx *models.Tx) error {
		var err error
		other, err = tx.In(community).Unbind(id, by)
		return err
	})
	return other, err
}
