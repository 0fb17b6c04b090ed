package bot

import (
	"bytes"
	"context"
	"crypto/rand"
	"errors"
	"fmt"

	"github.com/silenceper/wechat/v2/officialaccount/basic"
	"github.com/silenceper/wechat/v2/work/externalcontact"

	"siyu/models"
)

// entryCodeLength gives 60 bits: nobody finds an entry by guessing, and a WeCom state holds 30 characters.
const entryCodeLength = 12

// MakeEntry makes a tracked way from a video to a group: a QR code of the Official Account for the video and, for a
// WeCom group, a join way whose state says who came through it. An empty code is made up; one that is given has letters
// and digits only, at most 30, the length of WeCom's state.
func (b *Bot) MakeEntry(ctx context.Context, community models.CommunityID, video models.VideoID, group models.GroupID, code string) (models.Entry, error) {
	var e models.Entry
	sc := b.store.Read(ctx).In(community)
	g, err := sc.Group(group)
	if err != nil {
		return e, err
	}
	if code == "" {
		code = rand.Text()[:entryCodeLength]
	}
	e = models.Entry{Code: code, VideoID: video, GroupID: group}
	if err := b.giveQR(sc, &e); err != nil {
		return e, fmt.Errorf("make the video's QR code: %w", err)
	}
	if g.Kind == models.WeComGroup && g.ChatID != nil {
		if err := b.giveJoinWay(sc, &e, *g.ChatID); err != nil {
			return e, fmt.Errorf("make the group's join way: %w", err)
		}
	}
	return e, b.store.Tx(ctx, func(tx *models.Tx) error { return tx.In(community).InsertEntry(&e) })
}

// giveQR asks the Official Account for a permanent QR code whose scene is the entry's code.
func (b *Bot) giveQR(sc *models.Scope, e *models.Entry) error {
	c, err := sc.Channel(models.OfficialAccount)
	if models.IsKind(err, models.NotFound) {
		return models.Errorf(models.Invalid, "no_official_account", "connect an Official Account first")
	}
	if err != nil {
		return err
	}
	oa, err := b.hub.Official(c.AppID)
	if err != nil {
		return err
	}
	ticket, err := oa.GetBasic().GetQRTicket(basic.NewLimitQrRequest(e.Code))
	if err != nil {
		return err
	}
	e.Ticket, e.URL = ticket.Ticket, ticket.URL
	return nil
}

func (b *Bot) giveJoinWay(sc *models.Scope, e *models.Entry, chatID string) error {
	c, err := sc.Channel(models.WeCom)
	if err != nil {
		return err
	}
	corp, err := b.hub.Work(c.AppID, c.AgentID)
	if err != nil {
		return err
	}
	made, err := corp.GetExternalContact().AddJoinWay(&externalcontact.AddJoinWayRequest{
		Scene: 2, AutoCreateRoom: 1, ChatIDList: []string{chatID}, State: e.Code, Remark: e.Code})
	if err != nil {
		return err
	}
	way, err := corp.GetExternalContact().GetJoinWay(&externalcontact.JoinWayConfigRequest{ConfigID: made.ConfigID})
	if err != nil {
		return err
	}
	if way.JoinWay.QrCode == "" {
		return errors.New("WeCom gave no QR code")
	}
	e.JoinConfig, e.JoinURL = made.ConfigID, way.JoinWay.QrCode
	return nil
}

// EntryURL is the page of an entry, for any browser.
func (b *Bot) EntryURL(e models.Entry) string { return b.public + "/e/" + e.Code }

// Invitation is what the page of an entry shows.
type Invitation struct {
	Community string
	Group     string
	JoinURL   string // what the group's QR code says; empty when there is no way in right now
	Full      bool
}

// Invite finds what the page of an entry shows.
func (b *Bot) Invite(ctx context.Context, code string) (Invitation, error) {
	var v Invitation
	tx := b.store.Read(ctx)
	e, err := tx.EntryByCode(code)
	if models.IsKind(err, models.NotFound) {
		return v, models.Errorf(models.NotFound, "entry_not_found", "no such entry")
	}
	if err != nil {
		return v, err
	}
	c, err := tx.ReadCommunity(e.CommunityID)
	if err != nil {
		return v, err
	}
	g, err := tx.In(e.CommunityID).Group(e.GroupID)
	if err != nil {
		return v, err
	}
	v = Invitation{Community: c.Name, Group: g.Name, JoinURL: e.JoinURL, Full: g.Capacity > 0 && g.Headcount >= g.Capacity}
	if v.JoinURL == "" {
		v.JoinURL = g.InviteURL
	}
	return v, nil
}

// uploadCard gives WeCom the picture of a Mini Program card; the id it answers lives three days.
func (b *Bot) uploadCard(c models.Channel) (mediaID string, err error) {
	corp, err := b.hub.Work(c.AppID, c.AgentID)
	if err != nil {
		return "", err
	}
	picture, err := cardPicture()
	if err != nil {
		return "", err
	}
	up, err := corp.GetMaterial().UploadTempFileFromReader("card.png", "image", bytes.NewReader(picture))
	if err != nil {
		return "", fmt.Errorf("upload the card's picture: %w", err)
	}
	return up.MediaID, nil
}
