package bot

import (
	"context"
	"fmt"
	"slices"

	"siyu/internal/jobs"
	"siyu/internal/weixin"
	"siyu/models"
)

// tooManyVisible is WeCom's answer to a list without owners when more than 1,000 people are in the app's range.
const tooManyVisible = 81017

// listAll asks WeCom which groups there are, page by page, and stores each page with the place to go on from. It ends
// with the sync in the state of reading.
func (b *Bot) listAll(ctx context.Context, c models.Channel, s models.Sync) (models.Sync, error) {
	var users []string
	for again := true; again; {
		var owners []string
		if s.ByOwner {
			if users == nil {
				var err error
				if users, err = b.followUsers(ctx, c); err != nil {
					return s, fmt.Errorf("list the corp's people: %w", err)
				}
			}
			if owners = ownersAfter(users, s.OwnersAfter, b.sync.Owners); len(owners) == 0 {
				break
			}
		}
		page, next, err := b.listPage(ctx, c, owners, s.ListCursor)
		code, _ := weixin.Code(err)
		switch {
		case code == tooManyVisible && !s.ByOwner:
			s.ByOwner, s.ListCursor = true, ""
		case err != nil && s.ListCursor != "" && weixin.Classify(err) == weixin.Invalid: // a cursor of yesterday: list anew
			s.ListCursor = ""
		case err != nil:
			return s, fmt.Errorf("list the groups of a corp: %w", err)
		case len(page) > 0 && next != "" && next != s.ListCursor:
			s.ListCursor = next
		case s.ByOwner:
			s.ListCursor, s.OwnersAfter = "", owners[len(owners)-1]
		default:
			again = false
		}
		if err := b.saveList(ctx, s, page); err != nil {
			return s, err
		}
	}
	return b.listed(ctx, s)
}

// ownersAfter are the next owners of a sorted list whose groups are asked for.
func ownersAfter(users []string, after string, most int) []string {
	from, found := slices.BinarySearch(users, after)
	if found {
		from++
	}
	return users[from:min(len(users), from+most)]
}

// followUsers lists the corp's people who have customers or groups, in the order of their names.
func (b *Bot) followUsers(ctx context.Context, c models.Channel) ([]string, error) {
	if err := b.mayCall(c, followUsersAPI); err != nil {
		return nil, err
	}
	var out struct {
		Users []string `json:"follow_user"`
	}
	err := b.hub.GetJSON(ctx, accountID(c), followUsersAPI, nil, &out)
	slices.Sort(out.Users)
	return append([]string{}, slices.Compact(out.Users)...), err
}

// listPage asks for one page of the groups of some owners, or of all.
func (b *Bot) listPage(ctx context.Context, c models.Channel, owners []string, cursor string) (page []models.ListedChat, next string, err error) {
	if err := b.mayCall(c, groupListAPI); err != nil {
		return nil, "", err
	}
	type filter struct {
		UserIDs []string `json:"userid_list"`
	}
	in := struct {
		Status int     `json:"status_filter"` // 0: whatever became of the owner
		Owners *filter `json:"owner_filter,omitempty"`
		Cursor string  `json:"cursor"`
		Limit  int     `json:"limit"`
	}{Cursor: cursor, Limit: b.sync.Page}
	if len(owners) > 0 {
		in.Owners = &filter{owners}
	}
	var out struct {
		List []struct {
			ChatID string `json:"chat_id"`
			Status int    `json:"status"`
		} `json:"group_chat_list"`
		Next string `json:"next_cursor"`
	}
	if err := b.hub.PostJSON(ctx, accountID(c), groupListAPI, in, &out); err != nil {
		return nil, "", err
	}
	for _, g := range out.List {
		if g.ChatID != "" {
			page = append(page, models.ListedChat{ChatID: g.ChatID, Status: g.Status})
		}
	}
	return page, out.Next, nil
}

// saveList stores one page and where the next one begins.
func (b *Bot) saveList(ctx context.Context, s models.Sync, page []models.ListedChat) error {
	return b.store.Tx(ctx, func(tx *models.Tx) error {
		sc := tx.In(s.CommunityID)
		if err := sc.ListChats(s, page); err != nil {
			return err
		}
		if err := sc.AddTally(s.ID, models.Tally{Calls: 1}); err != nil {
			return err
		}
		_, err := sc.SaveSync(s)
		return err
	})
}

// listed ends the list: what it does not have was missed once more, and everything is to be read.
func (b *Bot) listed(ctx context.Context, s models.Sync) (models.Sync, error) {
	err := b.store.Tx(ctx, func(tx *models.Tx) error {
		sc := tx.In(s.CommunityID)
		known, err := sc.Sync(s.ID)
		if err != nil || known.State != models.SyncListing { // a worker whose lease ran out was here already
			s = known
			return err
		}
		if err := sc.MissChats(s); err != nil {
			return err
		}
		if s.Total, s.Done, s.Failed, err = sc.CountChats(s); err != nil {
			return err
		}
		s.State = models.SyncReading
		_, err = sc.SaveSync(s)
		return err
	})
	return s, err
}

// mayCall counts a call of an API, or snoozes the work until there may be one.
func (b *Bot) mayCall(c models.Channel, api string) error {
	now := b.store.Clock().Now()
	until, ok := b.pace.take(accountID(c)+" "+api, now, b.sync)
	if ok {
		return nil
	}
	return jobs.Snooze(models.MillisOf(until), "WeCom allows only so many calls")
}
