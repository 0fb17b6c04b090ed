package bot

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"time"

	"siyu/internal/weixin"
	"siyu/models"
)

// mediaLife is how long WeCom keeps an upload (media/upload).
const mediaLife = 3 * 24 * time.Hour

// uploadCard gives WeCom the picture of a sponsored post's card.
func (b *Bot) uploadCard(ctx context.Context, sc *models.Scope) (mediaID string, err error) {
	picture, err := cardPicture()
	if err != nil {
		return "", err
	}
	return b.upload(ctx, sc, "card.png", picture)
}

// upload gives the community's WeCom corp a picture, or finds that it has it: the same content is uploaded once, and again
// some time before WeCom forgets it.
func (b *Bot) upload(ctx context.Context, sc *models.Scope, name string, picture []byte) (mediaID string, err error) {
	c, err := sc.Channel(models.WeCom)
	if err != nil {
		return "", err
	}
	sum := sha256.Sum256(picture)
	hash := hex.EncodeToString(sum[:])
	known, err := sc.MediaOf(c.ID, hash, sc.Now.Add(b.envelopes.MediaMargin))
	if !models.IsKind(err, models.NotFound) {
		return known.MediaID, err
	}
	corp, err := b.hub.Work(c.AppID, c.AgentID)
	if err != nil {
		return "", err
	}
	up, err := corp.GetMaterial().UploadTempFileFromReader(name, "image", bytes.NewReader(picture))
	if err != nil {
		return "", fmt.Errorf("upload a picture: %w", weixin.OfWeCom(err))
	}
	err = b.store.Tx(ctx, func(tx *models.Tx) error {
		return tx.In(sc.Community).KeepMedia(models.Media{ChannelID: c.ID, Hash: hash, MediaID: up.MediaID, ExpiresAt: sc.Now.Add(mediaLife)})
	})
	return up.MediaID, err
}

// forgetMedia forgets uploads of which WeCom does not know one any more; it does not say which.
func (b *Bot) forgetMedia(ctx context.Context, sc *models.Scope, channel models.ChannelID, mediaIDs []string) error {
	return b.store.Tx(ctx, func(tx *models.Tx) error { return tx.In(sc.Community).ForgetMedia(channel, mediaIDs) })
}
