package miniprogram

import (
	"context"
	"fmt"

	"siyu/internal/weixin"
	"siyu/models"
)

// UnnamedGroup is the name of a group nobody has named yet.
const UnnamedGroup = models.UnnamedGroup

// sighting is a group as WeChat tells it.
type sighting struct {
	openGID string
	chatID  string // of a WeCom group of the community's corp, known only if the opengid was not
}

// lookUp asks WeCom which group an opengid is, if the store cannot tell and it may be one of its groups.
func (s *Service) lookUp(ctx context.Context, community models.CommunityID, entry weixin.GroupEntry) (sighting, error) {
	seen := sighting{openGID: entry.OpenGID}
	sc := s.store.Read(ctx).In(community)
	_, err := sc.GroupByOpenGID(entry.OpenGID)
	if err == nil || entry.ChatType == weixin.ChatOrdinaryGroup {
		return seen, nil
	}
	if !models.IsKind(err, models.NotFound) {
		return seen, fmt.Errorf("enter a group: %w", err)
	}
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
	return seen, platformError("ask which group it is", err)
}

// bind finds the group with an opengid, or gives one to the group it must be, or registers a new one.
func bind(sc *models.Scope, seen sighting, placement string) (models.Group, error) {
	g, err := sc.GroupByOpenGID(seen.openGID)
	if !models.IsKind(err, models.NotFound) {
		return g, err
	}
	if seen.chatID != "" {
		g, err = sc.GroupByChatID(seen.chatID)
		if models.IsKind(err, models.NotFound) {
			return register(sc, seen)
		}
	} else {
		g, err = cardGroup(sc, placement)
	}
	if err != nil {
		return g, err
	}
	if g.ID == 0 {
		return register(sc, seen)
	}
	bound, err := sc.SetGroupOpenGID(g.ID, seen.openGID)
	if err == nil && !bound { // it has another one: the card was forwarded to a group that is not this one
		return register(sc, seen)
	}
	g.OpenGID = &seen.openGID
	return g, err
}

// cardGroup is the ordinary group a card was made for, zero if there is none. An ordinary group has no id of its own:
// the first member who opens its card gives it one.
func cardGroup(sc *models.Scope, code string) (models.Group, error) {
	p, err := placementOf(sc, code)
	if err != nil || p.ID == 0 {
		return models.Group{}, err
	}
	g, err := sc.Group(p.GroupID)
	if err != nil || g.Kind != models.OrdinaryGroup {
		return models.Group{}, err
	}
	return g, nil
}

// register adds a group nobody has told us of. One that is not WeCom's is paused: nothing sponsored goes to a group
// whose organiser does not know that we know it.
func register(sc *models.Scope, seen sighting) (models.Group, error) {
	community, err := sc.ReadCommunity(sc.Community)
	if err != nil {
		return models.Group{}, err
	}
	g := models.Group{Name: UnnamedGroup, Kind: models.OrdinaryGroup, OpenGID: &seen.openGID, Zone: community.Zone, Paused: true}
	if seen.chatID != "" {
		g.Kind, g.ChatID, g.Paused = models.WeComGroup, &seen.chatID, false
	}
	return g, sc.InsertGroup(&g)
}
