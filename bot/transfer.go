package bot

import (
	"context"
	"strconv"
	"time"

	"siyu/internal/weixin"
	"siyu/models"
)

// mostTransfers is how many groups WeCom takes in one call of groupchat/transfer; a new owner may be given 300 a day.
const mostTransfers = 100

// transferSettle is how long after a hand-over the groups are read: WeCom refreshes them with a delay.
const transferSettle = 10 * time.Second

// Transferred is what WeCom did with groups that were to get another owner.
type Transferred struct {
	Groups int // that have the new owner
	Failed []NotTransferred
}

// NotTransferred is a group that WeCom did not hand over, with its errcode: 90500 says that its owner has not left.
type NotTransferred struct {
	models.Group
	Code int
}

// Transfer makes somebody the owner, in WeCom, of the groups of one of the corp's people who has left. It can be repeated:
// a group that was handed over already is only refused. What changed is read soon, as after any change.
func (b *Bot) Transfer(ctx context.Context, by models.Account, id models.StaffUserID, to string, only []models.GroupID) (Transferred, error) {
	var out Transferred
	sc := b.store.Read(ctx).In(by.CommunityID)
	u, err := sc.StaffUser(id)
	if err != nil {
		return out, err
	}
	if u.Present() {
		return out, models.Errorf(models.Conflict, "staff_present", "WeCom hands over only the groups of people who have left")
	}
	heir, err := sc.StaffByUserID(u.CorpID, to)
	if err != nil && !models.IsKind(err, models.NotFound) {
		return out, err
	}
	if !heir.Present() {
		return out, models.Errorf(models.Invalid, "staff_user_not_found", "nobody of the corp").With("field", "new_owner")
	}
	c, err := sc.Channel(models.WeCom)
	if err != nil {
		return out, err
	}
	owned, err := sc.GroupsOwned(u.UserID)
	if err != nil {
		return out, err
	}
	groups, asked := chosenGroups(owned, only), 0
	var failed error
	for asked < len(groups) && failed == nil {
		part := groups[asked:min(len(groups), asked+mostTransfers)]
		asked += len(part)
		failed = b.transfer(ctx, c, part, to, &out)
	}
	// What WeCom was asked for it may have done, whatever came back, and whether or not anybody waits for the answer.
	err = b.store.Tx(context.WithoutCancel(ctx), func(tx *models.Tx) error {
		sc := tx.In(by.CommunityID)
		for _, g := range groups[:asked] {
			if g.ChatID == nil {
				continue
			}
			if err := enqueueSync(sc, *g.ChatID, sc.Now.Add(transferSettle)); err != nil {
				return err
			}
		}
		return sc.AddAudit(by.ID, "team.transfer", "staff_user:"+id.String(), strconv.Itoa(out.Groups)+" groups")
	})
	if failed != nil {
		return out, failed
	}
	return out, err
}

func (b *Bot) transfer(ctx context.Context, c models.Channel, groups []models.Group, to string, out *Transferred) error {
	in := struct {
		ChatIDs  []string `json:"chat_id_list"`
		NewOwner string   `json:"new_owner"`
	}{NewOwner: to}
	by := make(map[string]models.Group, len(groups))
	for _, g := range groups {
		if g.ChatID != nil {
			in.ChatIDs, by[*g.ChatID] = append(in.ChatIDs, *g.ChatID), g
		}
	}
	var said struct {
		Failed []struct {
			ChatID string `json:"chat_id"`
			Code   int    `json:"errcode"`
		} `json:"failed_chat_list"`
	}
	if err := b.hub.PostJSON(ctx, accountID(c), "/cgi-bin/externalcontact/groupchat/transfer", in, &said); err != nil {
		return b.toOrganiser(weixin.Redacted(err))
	}
	out.Groups += len(in.ChatIDs)
	for _, f := range said.Failed {
		g := by[f.ChatID]
		out.Groups--
		out.Failed = append(out.Failed, NotTransferred{g, f.Code})
	}
	return nil
}
