package models

// Video is a Channels (视频号) short video. WeChat tells nobody who watched it; we know who scanned its code.
type Video struct {
	ID          VideoID `gorm:"primaryKey;autoIncrement:false"`
	CommunityID CommunityID
	Title       string
	PublishedAt Millis
	CreatedAt   Millis `gorm:"autoCreateTime:false"`
}

// TableName names the table.
func (Video) TableName() string { return "videos" }

// InsertVideo stores a new video and fills its id.
func (sc *Scope) InsertVideo(v *Video) error {
	v.ID, v.CommunityID, v.CreatedAt = newID[Video](sc.Tx), sc.Community, sc.Now
	return insert(sc.Tx, v, "video")
}

// Videos lists the community's videos, oldest first.
func (sc *Scope) Videos() ([]Video, error) {
	var all []Video
	return all, list(sc.rows().Order("id"), &all, "videos")
}

// Video returns one video of the community.
func (sc *Scope) Video(id VideoID) (Video, error) {
	var v Video
	err := one(sc.rows().Where("id = ?", int64(id)), &v, "video")
	if IsKind(err, NotFound) {
		return v, Errorf(NotFound, "video_not_found", "no such video")
	}
	return v, err
}
