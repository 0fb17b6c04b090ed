package main

import (
	"context"
	"io"

	"siyu/models"
)

// naive reads all groups and books them person by person: who she is, her stay, her touch, one statement after the other,
// each group in a transaction of its own. It is what a program does that knows no batches.
func (h *house) naive(ctx context.Context, _ io.Writer, _ string) (result, error) {
	account, api := h.channel.AppID+"/"+h.channel.AgentID, "/cgi-bin/externalcontact/"
	var users struct {
		Users []string `json:"follow_user"`
	}
	if err := h.hub.GetJSON(ctx, account, api+"get_follow_user_list", nil, &users); err != nil {
		return result{}, err
	}
	var list struct {
		Chats []struct {
			ID string `json:"chat_id"`
		} `json:"group_chat_list"`
	}
	in := map[string]any{"limit": 1000, "owner_filter": map[string]any{"userid_list": users.Users}}
	if err := h.hub.PostJSON(ctx, account, api+"groupchat/list", in, &list); err != nil {
		return result{}, err
	}
	r := result{State: "done"}
	for _, chat := range list.Chats {
		var d struct {
			Group naiveGroup `json:"group_chat"`
		}
		if err := h.hub.PostJSON(ctx, account, api+"groupchat/get", map[string]any{"chat_id": chat.ID, "need_name": 0}, &d); err != nil {
			return r, err
		}
		err := h.store.Tx(ctx, func(tx *models.Tx) error { return h.bookNaively(tx.In(h.community), d.Group) })
		if err != nil {
			return r, err
		}
		r.Done++
	}
	var err error
	r.Stays, err = h.heads(ctx)
	return r, err
}

type naiveGroup struct {
	ChatID  string `json:"chat_id"`
	Name    string `json:"name"`
	Owner   string `json:"owner"`
	Members []struct {
		UserID  string `json:"userid"`
		Type    int    `json:"type"`
		UnionID string `json:"unionid"`
		Joined  int64  `json:"join_time"`
		Scene   int    `json:"join_scene"`
		State   string `json:"state"`
	} `json:"member_list"`
}

func (h *house) bookNaively(sc *models.Scope, d naiveGroup) error {
	g := models.Group{Name: d.Name, Kind: models.WeComGroup, ChatID: &d.ChatID, OwnerUserID: d.Owner, Zone: "UTC", Capacity: 200}
	if err := sc.InsertGroup(&g); err != nil {
		return err
	}
	for _, m := range d.Members {
		stay := models.GroupMember{GroupID: g.ID, UserKey: m.UserID, Staff: m.Type == 1, JoinScene: m.Scene, State: m.State,
			JoinedAt: models.Millis(m.Joined) * 1000}
		if !stay.Staff {
			var err error
			stay.MemberID, err = sc.Identify(models.Name{Kind: models.ExternalUserID, Scope: h.channel.AppID, Value: m.UserID},
				models.Name{Kind: models.UnionID, Value: m.UnionID})
			if err != nil {
				return err
			}
		}
		if _, err := sc.AddGroupMember(&stay); err != nil {
			return err
		}
		if stay.Staff {
			continue
		}
		if m.State != "" {
			if _, err := sc.EntryByCode(m.State); err != nil && !models.IsKind(err, models.NotFound) {
				return err
			}
		}
		_, err := sc.AddTouch(&models.Touch{Kind: models.TouchGroup, At: min(stay.JoinedAt, sc.Now), MemberID: stay.MemberID,
			GroupID: g.ID, UID: "join:" + stay.ID.String()})
		if err != nil {
			return err
		}
	}
	return nil
}
