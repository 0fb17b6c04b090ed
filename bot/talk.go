package bot

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"siyu/internal/jobs"
	"siyu/models"
)

// CountTalk is the periodic job that reads how much was talked in WeCom groups.
type CountTalk struct{}

// Kind names the job.
func (CountTalk) Kind() string { return "talk.count" }

// WeCom's statistics of customer groups (groupchat/statistic) count days of China's calendar, tell of yesterday at the latest,
// and of owners, never of groups. What is called a total counts from the group's beginning until the end of the day.
const (
	talkOwners  = 100 // of one call
	talkLimit   = 1000
	talkBack    = 30            // days that are made up for after an outage
	talkFrom    = 6 * time.Hour // after midnight in China: WeCom has counted yesterday by then
	chinaOffset = 8 * 60 * 60   // seconds east of UTC
)

// talkData is what WeCom says of an owner's groups until the end of a day.
type talkData struct {
	Chats    int   `json:"chat_total"`
	Talking  int   `json:"chat_has_msg"`
	Talkers  int   `json:"member_has_msg"`
	Messages int64 `json:"msg_total"`
}

// countTalk reads every day that is not known yet, of every corp.
func (b *Bot) countTalk(ctx context.Context, _ CountTalk) error {
	tx := b.store.Read(ctx)
	channels, err := tx.AllChannels()
	if err != nil {
		return err
	}
	today := chinaDay(tx.Now.Add(-talkFrom))
	var errs []error
	for _, c := range channels {
		if c.Kind == models.WeCom {
			errs = append(errs, b.talkOfCorp(ctx, c, today-1))
		}
	}
	if err := errors.Join(errs...); err != nil { // the other corps were read all the same
		return err
	}
	return jobs.Snooze(chinaMidnight(today+1).Add(talkFrom), "counted")
}

// chinaDay is the day of China's calendar, counted from 1 January 1970.
func chinaDay(at models.Millis) int { return int((int64(at)/1000 + chinaOffset) / daySeconds) }

// chinaMidnight is the first instant of a day of China's calendar.
func chinaMidnight(day int) models.Millis {
	return models.Millis((int64(day)*daySeconds - chinaOffset) * 1000)
}

// talkOfCorp reads a corp's days up to one, each in a transaction of its own: what was read is not read again after a crash.
func (b *Bot) talkOfCorp(ctx context.Context, c models.Channel, until int) error {
	sc := b.store.Read(ctx).In(c.CommunityID)
	groups, err := sc.GroupsWhere(models.GroupFilter{Kind: models.WeComGroup})
	if err != nil {
		return err
	}
	owned := map[string][]models.Group{}
	for _, g := range groups {
		if g.GoneAt == 0 && g.OwnerUserID != "" {
			owned[g.OwnerUserID] = append(owned[g.OwnerUserID], g)
		}
	}
	last, err := sc.LastTalkDay(c.ID)
	if err != nil || len(owned) == 0 {
		return err
	}
	from := max(last+1, until-talkBack+1)
	if last == 0 {
		from = until
	}
	if from > until {
		return nil
	}
	owners := make([]string, 0, len(owned))
	for owner := range owned {
		owners = append(owners, owner)
	}
	slices.Sort(owners)
	before, err := b.readTalk(ctx, c, owners, from-1)
	if err != nil {
		return err
	}
	for day := from; day <= until; day++ {
		now, err := b.readTalk(ctx, c, owners, day)
		if err != nil {
			return err
		}
		err = b.store.Tx(ctx, func(tx *models.Tx) error {
			return b.bookTalk(tx.In(c.CommunityID), c, owned, day, before, now)
		})
		if err != nil {
			return fmt.Errorf("book the talk of a day: %w", err)
		}
		before = now
	}
	return nil
}

// readTalk asks WeCom for one day of some owners.
func (b *Bot) readTalk(ctx context.Context, c models.Channel, owners []string, day int) (map[string]talkData, error) {
	all := map[string]talkData{}
	at := int64(chinaMidnight(day)) / 1000
	for some := range slices.Chunk(owners, talkOwners) {
		for offset := 0; ; {
			var page struct {
				Total int `json:"total"`
				Next  int `json:"next_offset"`
				Items []struct {
					Owner string   `json:"owner"`
					Data  talkData `json:"data"`
				} `json:"items"`
			}
			err := b.hub.PostJSON(ctx, accountID(c), "/cgi-bin/externalcontact/groupchat/statistic", map[string]any{
				"day_begin_time": at, "day_end_time": at, "owner_filter": map[string]any{"userid_list": some},
				"order_by": 2, "offset": offset, "limit": talkLimit}, &page)
			if err != nil {
				return nil, fmt.Errorf("read how much was talked: %w", err)
			}
			for _, i := range page.Items {
				all[i.Owner] = i.Data
			}
			if len(page.Items) == 0 || page.Next <= offset || page.Next >= page.Total {
				break
			}
			offset = page.Next
		}
	}
	return all, nil
}

// bookTalk stores a day of all owners. Of an owner with one group all her messages are that group's, so they are booked there
// too, without the mass messages that are known already.
func (b *Bot) bookTalk(sc *models.Scope, c models.Channel, owned map[string][]models.Group, day int, before, now map[string]talkData) error {
	for _, owner := range sortedKeys(now) {
		was, known := before[owner]
		is := now[owner]
		t := models.OwnerTalk{ChannelID: c.ID, OwnerUserID: owner, Day: day, Talkers: is.Talkers, ChatsTalking: is.Talking, Chats: is.Chats, Total: is.Messages}
		if known {
			t.Messages = int(max(is.Messages-was.Messages, 0))
		}
		fresh, err := sc.AddOwnerTalk(&t)
		if err != nil {
			return err
		}
		groups := owned[owner]
		if !fresh || !known || len(groups) != 1 || is.Chats != 1 || was.Chats != 1 || t.Messages == 0 {
			continue
		}
		if err := b.bookGroupTalk(sc, groups[0], day, t.Messages); err != nil {
			return err
		}
	}
	return nil
}

// bookGroupTalk books the talk of a group's day as if it was said when the day began: nobody tells when it was, and so it
// never makes room after a sponsored post of its own day.
func (b *Bot) bookGroupTalk(sc *models.Scope, g models.Group, day, messages int) error {
	from, to := chinaMidnight(day), chinaMidnight(day+1)
	mass, err := sc.OrganicPosts([]models.GroupID{g.ID}, from-1)
	if err != nil {
		return err
	}
	for _, p := range mass {
		if p.Kind == models.OrganicMass && p.At < to {
			messages -= p.Posts
		}
	}
	sponsored, err := sc.PlacementsWithin([]models.GroupID{g.ID}, from, to)
	if err != nil {
		return err
	}
	for _, p := range sponsored {
		if p.State == models.PlacementConfirmed || p.State == models.PlacementLate {
			messages--
		}
	}
	if messages <= 0 {
		return nil
	}
	return b.ledger.Organic(sc, models.OrganicPost{Idem: fmt.Sprintf("%s%s:%d", talkPrefix, g.ID, day), GroupID: g.ID, Kind: models.OrganicChat,
		Posts: messages, At: from})
}

// talkPrefix begins the Idem of a group's talk of one day.
const talkPrefix = "talk:"

func sortedKeys[T any](all map[string]T) []string {
	keys := make([]string, 0, len(all))
	for k := range all {
		keys = append(keys, k)
	}
	slices.SortFunc(keys, strings.Compare)
	return keys
}
