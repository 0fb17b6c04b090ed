package bot

import (
	"context"
	"crypto/hmac"
	"encoding/base64"
	"fmt"

	"siyu/models"
)

// mostPicture bounds in bytes what a QR code on a page says.
const mostPicture = 1024

// PictureKey names what a QR code on an entry's page says, so that a second request can be answered with the picture that
// belongs to the page of the first. It is signed: nobody else can have this server draw something.
func (b *Bot) PictureKey(code, says string) string {
	return base64.RawURLEncoding.EncodeToString(append(b.pictureMAC(code, says, b.hour()), says...))
}

// hour is the hour since 1970. A key lives for one or two: a page that was left open must not draw a dead code tomorrow.
func (b *Bot) hour() int64 { return b.store.Clock().Now().Unix() / 3600 }

const pictureMACBytes = 16

func (b *Bot) pictureMAC(code, says string, hour int64) []byte {
	return b.store.Keys().MAC("entry.picture", fmt.Appendf(nil, "%d\x00%s\x00%s", hour, code, says))[:pictureMACBytes]
}

// OpenPicture returns what the QR code says that a key names. Without a key it is what everybody's page of the entry shows,
// and empty if that shows none.
func (b *Bot) OpenPicture(ctx context.Context, code, key string) (string, error) {
	if key == "" {
		i, err := b.Invite(ctx, code, Visitor{})
		return i.JoinURL, err
	}
	raw, err := base64.RawURLEncoding.DecodeString(key)
	if err != nil || len(raw) <= pictureMACBytes || len(raw) > mostPicture {
		return "", models.Errorf(models.NotFound, "entry_not_found", "no such picture")
	}
	says := string(raw[pictureMACBytes:])
	mac, hour := raw[:pictureMACBytes], b.hour()
	if !hmac.Equal(mac, b.pictureMAC(code, says, hour)) && !hmac.Equal(mac, b.pictureMAC(code, says, hour-1)) {
		return "", models.Errorf(models.NotFound, "entry_not_found", "no such picture")
	}
	return says, nil
}

// MiniCode fetches an entry's Mini Program code from WeChat, a JPEG of the given width in pixels. WeChat makes as many as
// are asked for, so none is kept.
func (b *Bot) MiniCode(ctx context.Context, e models.Entry, width int) ([]byte, error) {
	c, err := b.miniChannel(b.store.Read(ctx).In(e.CommunityID))
	if err != nil {
		return nil, err
	}
	return b.miniCode(ctx, c, miniScene(e.Code), b.entries.LinkPage, width)
}

// miniCode fetches a Mini Program code that opens a page with a scene.
func (b *Bot) miniCode(ctx context.Context, c models.Channel, scene, page string, width int) ([]byte, error) {
	in := struct {
		Scene     string `json:"scene"`
		Page      string `json:"page"`
		Width     int    `json:"width"`
		CheckPath bool   `json:"check_path"`
	}{Scene: scene, Page: page, Width: min(max(width, 280), 1280)}
	var picture []byte
	if err := b.hub.PostJSON(ctx, accountID(c), "/wxa/getwxacodeunlimit", in, &picture); err != nil {
		return nil, b.toOrganiser(err)
	}
	return picture, nil
}

// miniScene is what the Mini Program is told when somebody scans an entry's code: at most 32 characters, of which an entry's
// code takes 30.
func miniScene(code string) string { return "e=" + code }
