package models

import (
	"context"

	"gorm.io/gorm"
)

// PiecePicture is a picture of an organiser's, kept as it was sent: WeCom forgets what is uploaded after three days, and an
// ordinary group's owner saves it from here.
type PiecePicture struct {
	ID          PictureID `gorm:"primaryKey;autoIncrement:false"`
	CommunityID CommunityID
	Hash        string // SHA-256 of Body in hex; unique in the community
	Mime        string // image/png or image/jpeg
	Size        int    // bytes
	Body        []byte
	CreatedBy   AccountID
	CreatedAt   Millis `gorm:"autoCreateTime:false"`
}

// TableName names the table.
func (PiecePicture) TableName() string { return "piece_pictures" }

// AddPicture stores a picture; the same one is stored once, and then p is the known one, as young as a new one.
func (sc *Scope) AddPicture(p *PiecePicture) error {
	p.ID, p.CommunityID, p.Hash, p.Size, p.CreatedAt = newID[PiecePicture](sc.Tx), sc.Community, Digest(p.Body), len(p.Body), sc.Now
	_, err := insertOnce(sc.Tx, p, "picture", func() error {
		var known PiecePicture
		if err := one(sc.rows().Where("hash = ?", p.Hash), &known, "picture"); err != nil {
			return err
		}
		known.CreatedAt = sc.Now
		*p = known
		_, err := swap(sc.rows().Where("id = ?", int64(p.ID)), &PiecePicture{}, map[string]any{"created_at": int64(sc.Now)}, "picture")
		return err
	})
	return err
}

// DeletePictures removes pictures that were sent before a time and that no piece and no offer has shown, and returns how many.
func (s *Store) DeletePictures(ctx context.Context, before Millis) (int64, error) {
	const unused = "created_at < ? AND NOT EXISTS (SELECT 1 FROM piece_contents c WHERE c.picture_id = piece_pictures.id)" +
		" AND NOT EXISTS (SELECT 1 FROM creatives w WHERE w.picture_id = piece_pictures.id)"
	return s.inParts(ctx, "delete pictures", func(db *gorm.DB) *gorm.DB {
		return db.Model(&PiecePicture{}).Where(unused, int64(before)).Order("id")
	}, func(db *gorm.DB, ids []int64) *gorm.DB {
		return db.Where("id IN ?", ids).Where(unused, int64(before)).Delete(&PiecePicture{})
	})
}

// Picture returns one picture of the community.
func (sc *Scope) Picture(id PictureID) (PiecePicture, error) {
	var p PiecePicture
	err := one(sc.rows().Where("id = ?", int64(id)), &p, "picture")
	if IsKind(err, NotFound) {
		return p, Errorf(NotFound, "picture_not_found", "no such picture").With("field", "picture_id")
	}
	return p, err
}

// PictureFacts returns one picture without its bytes.
func (sc *Scope) PictureFacts(id PictureID) (PiecePicture, error) {
	var p PiecePicture
	q := sc.rows().Select("id", "community_id", "hash", "mime", "size", "created_by", "created_at").Where("id = ?", int64(id))
	err := one(q, &p, "picture")
	if IsKind(err, NotFound) {
		return p, Errorf(NotFound, "picture_not_found", "no such picture").With("field", "picture_id")
	}
	return p, err
}

// PicturePath is the path under which WeChat downloads a picture that it is asked about. Its hash is known to who has the picture.
func PicturePath(p PiecePicture) string { return "/pictures/" + p.ID.String() + "/" + p.Hash }

// PictureAsked returns a picture by what [PicturePath] says, while a check of it is on its way; NotFound before and after, and for
// any other hash.
func (tx *Tx) PictureAsked(id PictureID, hash string) (PiecePicture, error) {
	var p PiecePicture
	err := one(tx.db.Where("id = ? AND hash = ?", int64(id), hash), &p, "picture")
	if err == nil {
		var n int64
		q := tx.In(p.CommunityID).rows().Model(&Check{}).Where("content = ? AND kind = ? AND state IN ?", PicturePath(p), CheckImage,
			[]CheckState{CheckUnchecked, CheckChecking}).Where("object = ?", "picture:"+id.String())
		if err = translate(q.Count(&n).Error, "count checks"); err == nil && n > 0 {
			return p, nil
		}
	}
	if err == nil || IsKind(err, NotFound) {
		err = Errorf(NotFound, "picture_not_found", "no such picture")
	}
	return PiecePicture{}, err
}
