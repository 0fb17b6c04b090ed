package bot

import (
	"bytes"
	"context"
	"image"
	_ "image/jpeg" // what phones take
	_ "image/png"  // and what screens show

	"siyu/models"
)

// AddPiecePicture stores a picture for pieces, without changing it. The same picture is stored once.
func (b *Bot) AddPiecePicture(ctx context.Context, community models.CommunityID, by models.AccountID, body []byte) (models.PiecePicture, error) {
	p := models.PiecePicture{Body: body, CreatedBy: by}
	if len(body) > b.pieces.PictureBytes {
		return p, models.Errorf(models.Invalid, "body_too_large", "the picture is too large")
	}
	facts, format, err := image.DecodeConfig(bytes.NewReader(body))
	if err != nil || facts.Width < 1 || facts.Height < 1 || format != "png" && format != "jpeg" {
		return p, models.Errorf(models.Invalid, "picture_kind", "the picture is neither PNG nor JPEG")
	}
	p.Mime = "image/" + format
	err = b.store.Tx(ctx, func(tx *models.Tx) error { return tx.In(community).AddPicture(&p) })
	return p, err
}

// PiecePicture returns one picture with its bytes.
func (b *Bot) PiecePicture(ctx context.Context, community models.CommunityID, id models.PictureID) (models.PiecePicture, error) {
	return b.store.Read(ctx).In(community).Picture(id)
}
