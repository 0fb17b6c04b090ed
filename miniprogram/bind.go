package miniprogram

import (
	"context"
	"fmt"

	"siyu/internal/jobs"
	"siyu/internal/weixin"
	"siyu/models"
	"siyu/offers"
)

// UnnamedGroup is the name of a group nobody has named yet.
const UnnamedGroup = models.UnnamedGroup

// sighting is a group as WeChat tells it.
type sighting struct {
	openGID string
	chatID  string // of a WeCom group of the community's corp, known only if the store does not say that it is one
}

// lookUp asks WeCom which group an opengid is, if the store cannot tell and it may be one of its groups: also one that was an
// ordinary group when it was seen last.
func (s *Service) lookUp(ctx context.Context, community models.CommunityID, entry weixin.GroupEntry) (sighting, error) {
	seen := sighting{openGID: entry.OpenGID}
	sc := s.store.Read(ctx).In(community)
	g, err := sc.GroupByOpenGID(entry.OpenGID)
	if entry.ChatType == weixin.ChatOrdinaryGroup || err == nil && g.Kind == models.WeComGroup {
		return seen, nil
	}
	if err != nil && !models.IsKind(err, models.NotFound) {
		return seen, fmt.Errorf("enter a group: %w", err)
	}
	known := err == nil
	corp, err := sc.Channel(models.WeCom)
	if models.IsKind(err, models.NotFound) {
		return seen, nil
	}
	if err != nil {
		return seen, fmt.Errorf("enter a group: %w", err)
	}
	account := weixin.Credentials{Kind: weixin.WeCom, ID: corp.AppID, AgentID: corp.AgentID}.AccountID()
	var chat struct {
		ChatID string `json:"chat_id"`
	}
	err = s.hub.PostJSON(ctx, account, "/cgi-bin/externalcontact/opengid_to_chatid",
		map[string]string{"opengid": entry.OpenGID}, &chat)
	switch weixin.Classify(err) {
	case weixin.None:
		seen.chatID = chat.ChatID
		return seen, nil
	case weixin.Gone, weixin.Invalid: // a group of another corp, or one its members made outside of ours
		return seen, nil
	case weixin.Temporary, weixin.Quota, weixin.Denied:
	}
	if known { // the daily look finds it
		return seen, nil
	}
	return seen, platformError("ask which group it is", err)
}

// bind finds the group with an opengid, or gives one to the WeCom group it is, or registers a new one. An ordinary group is
// locked: it may become another at this moment.
func bind(sc *models.Scope, seen sighting) (models.Group, error) {
	g, err := sc.GroupByOpenGID(seen.openGID)
	switch {
	case err == nil && g.Kind == models.OrdinaryGroup && seen.chatID != "":
		key := "turned:" + g.ID.String()
		if _, err := jobs.EnqueueOnce(sc.Tx, offers.GroupTurned{Community: sc.Community, Group: g.ID, ChatID: seen.chatID}, sc.Now, key); err != nil {
			return g, err
		}
		return own(sc, g)
	case err == nil:
		return own(sc, g)
	case !models.IsKind(err, models.NotFound):
		return g, err
	case seen.chatID == "":
		return register(sc, seen)
	}
	g, err = sc.GroupByChatID(seen.chatID)
	if models.IsKind(err, models.NotFound) {
		return register(sc, seen)
	}
	if err != nil {
		return g, err
	}
	bound, err := sc.SetGroupOpenGID(g.ID, seen.openGID)
	if err == nil && !bound { // it has another one: WeChat knows the group under two
		return register(sc, sighting{openGID: seen.openGID})
	}
	g.OpenGID = &seen.openGID
	return g, err
}

// own locks an ordinary group and returns the one it is now.
func own(sc *models.Scope, g models.Group) (models.Group, error) {
	if g.Kind != models.OrdinaryGroup {
		return g, nil
	}
	g, err := sc.LockGroup(g.ID)
	if err != nil || g.MergedInto == 0 {
		return g, err
	}
	return sc.LockGroup(g.MergedInto)
}

// register adds a group nobody has told us of. One that is not WeCom's is paused: nothing sponsored goes to a group
// whose organiser does not know that we know it.
func register(sc *models.Scope, seen sighting) (models.Group, error) {
	community, err := sc.ReadCommunity(sc.Community)
	if err != nil {
		return models.Group{}, err
	}
	g := models.Group{Name: models.UnnamedGroup, Kind: models.OrdinaryGroup, OpenGID: &seen.openGID, Zone: community.Zone, Paused: true}
	if seen.chatID != "" {
		g.Kind, g.ChatID, g.Paused = models.WeComGroup, &seen.chatID, false
	}
	return g, sc.InsertGroup(&g)
}
