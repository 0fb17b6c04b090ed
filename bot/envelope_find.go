package bot

import (
	"context"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/silenceper/wechat/v2/work/externalcontact"

	"siyu/internal/weixin"
	"siyu/models"
)

// adopt looks for an envelope that WeCom was asked for and whose answer was lost. It returns the envelope as it is now: open
// if WeCom has it, else as it was.
func (b *Bot) adopt(ctx context.Context, community models.CommunityID, e models.Envelope) (models.Envelope, error) {
	sc := b.store.Read(ctx).In(community)
	msgID, err := b.findEnvelope(sc, e)
	if err != nil || msgID == "" {
		return e, err
	}
	if err := b.opened(ctx, community, e, msgID, nil); err != nil {
		return e, err
	}
	return b.store.Read(ctx).In(community).Envelope(e.ID)
}

// findEnvelope lists WeCom's group messages from when ours was written until it was asked for and returns the one whose card has our code; of one
// without a card of ours, which only the organiser's own posts are, it is the one with our very text that was made for us
// since WeCom was asked, and is no other envelope's.
func (b *Bot) findEnvelope(sc *models.Scope, e models.Envelope) (msgID string, err error) {
	text, coded, err := b.wording(sc, e)
	if err != nil {
		return "", err
	}
	var same []string
	err = b.eachMass(sc, e.CreatedAt.Add(-time.Hour), e.CalledAt.Add(time.Hour), func(m *externalcontact.GroupMsg) bool {
		switch {
		case cardCode(m) == e.Code:
			msgID = m.MsgID
		case !coded && m.Creator == "" && cardCode(m) == "" && m.Text.Content == text &&
			models.Millis(m.CreateTime)*1000 >= e.CalledAt.Add(-listSlack):
			same = append(same, m.MsgID)
		}
		return msgID == ""
	})
	if err != nil {
		return "", fmt.Errorf("look a message up: %w", err)
	}
	for i := 0; i < len(same) && msgID == ""; i++ {
		ours, err := b.isFor(sc, same[i], e.OwnerUserID)
		if err != nil {
			return "", err
		}
		if ours {
			msgID = same[i]
		}
	}
	return msgID, nil
}

// isFor reports whether a message that no envelope is known by is to be sent by an owner.
func (b *Bot) isFor(sc *models.Scope, msgID, owner string) (bool, error) {
	_, err := sc.EnvelopeByMsgID(msgID)
	if !models.IsKind(err, models.NotFound) {
		return false, err
	}
	senders, err := b.senders(sc, msgID)
	return slices.ContainsFunc(senders, func(s *externalcontact.Task) bool { return s.UserID == owner }), err
}

// listSlack is how far WeCom's clock may be behind ours.
const listSlack = time.Minute

// eachMass lists the corp's group messages that were made in a span of at most a month, whoever made them, until each says
// false.
func (b *Bot) eachMass(sc *models.Scope, from, to models.Millis, each func(*externalcontact.GroupMsg) bool) error {
	corp, err := b.corp(sc)
	if err != nil {
		return err
	}
	req := &externalcontact.GetGroupMsgListV2Request{ChatType: "group", Limit: 100,
		StartTime: from.Time().Unix(), EndTime: to.Time().Unix(), FilterType: 2}
	for {
		page, err := corp.GetGroupMsgListV2(req)
		if err != nil {
			return weixin.OfWeCom(err)
		}
		for _, m := range page.GroupMsgList {
			if !each(m) {
				return nil
			}
		}
		if page.NextCursor == "" {
			return nil
		}
		req.Cursor = page.NextCursor
	}
}

// cardCode is the code in the path of a message's card, as [CardPath] writes it; empty: it has none.
func cardCode(m *externalcontact.GroupMsg) string {
	for _, at := range m.Attachments {
		if at == nil {
			continue
		}
		_, query, _ := strings.Cut(at.MiniProgram.Page, "?")
		if values, err := url.ParseQuery(query); err == nil && values.Get("p") != "" {
			return values.Get("p")
		}
	}
	return ""
}
