package models

import (
	"log/slog"
	"time"
)

// Reader is one openid of a Mini Program as the sender of notices knows it: when it was last here, whether anything can
// reach it, and who is sending to it now.
type Reader struct {
	ID          ID[Reader] `gorm:"primaryKey;autoIncrement:false"`
	CommunityID CommunityID
	AppID       string
	OpenID      string
	SeenAt      Millis   // last use of the Mini Program, at most a few minutes behind; zero: unknown
	GoneAt      Millis   // when the platform said that there is no such openid; zero while it can be reached
	NoticeID    NoticeID // what is being sent now
	LeaseUntil  int64    // UTC milliseconds of the wall clock: nobody else sends until then
	CreatedAt   Millis   `gorm:"autoCreateTime:false"`
}

// TableName names the table.
func (Reader) TableName() string { return "readers" }

// LogValue keeps the openid out of logs.
func (r Reader) LogValue() slog.Value { return slog.StringValue("reader " + r.ID.String()) }

// Reader returns what is known of an openid; NotFound if nothing is.
func (sc *Scope) Reader(appID, openID string) (Reader, error) {
	var r Reader
	return r, one(sc.rows().Where("app_id = ? AND open_id = ?", appID, openID), &r, "reader")
}

// SeeReader notes that an openid is using the Mini Program now. Within every it writes nothing, because this is called
// with each request. Somebody who is here is not gone.
func (sc *Scope) SeeReader(appID, openID string, every time.Duration) error {
	r, err := sc.Reader(appID, openID)
	switch {
	case IsKind(err, NotFound):
		r, err = sc.addReader(appID, openID, sc.Now)
		if err != nil {
			return err
		}
	case err != nil:
		return err
	}
	if r.GoneAt == 0 && r.SeenAt > sc.Now.Add(-every) {
		return nil
	}
	q := sc.rows().Where("id = ? AND seen_at <= ?", int64(r.ID), int64(sc.Now))
	_, err = swap(q, &Reader{}, map[string]any{"seen_at": int64(sc.Now), "gone_at": 0}, "reader")
	return err
}

// addReader makes sure that an openid has its row.
func (sc *Scope) addReader(appID, openID string, seen Millis) (Reader, error) {
	r := Reader{ID: newID[Reader](sc.Tx), CommunityID: sc.Community, AppID: appID, OpenID: openID, SeenAt: seen,
		CreatedAt: sc.Now}
	_, err := insertOnce(sc.Tx, &r, "reader", func() error {
		known, err := sc.Reader(appID, openID)
		if err == nil {
			r = known
		}
		return err
	})
	return r, err
}

// LoseReader notes that the platform knows no such openid any more.
func (sc *Scope) LoseReader(appID, openID string) error {
	r, err := sc.addReader(appID, openID, 0)
	if err != nil {
		return err
	}
	_, err = swap(sc.rows().Where("id = ? AND gone_at = 0", int64(r.ID)), &Reader{},
		map[string]any{"gone_at": int64(sc.Now)}, "reader")
	return err
}

// LeaseReader takes the right to send to an openid until a wall time; it reports false while somebody else has it. The
// platform refuses two messages to one person at once.
func (sc *Scope) LeaseReader(appID, openID string, n NoticeID, wall, until time.Time) (bool, error) {
	r, err := sc.addReader(appID, openID, 0)
	if err != nil {
		return false, err
	}
	q := sc.rows().Where("id = ? AND lease_until <= ?", int64(r.ID), wall.UnixMilli())
	return swap(q, &Reader{}, map[string]any{"notice_id": int64(n), "lease_until": until.UnixMilli()}, "reader")
}

// FreeReader gives the right back, if it is still this notice's.
func (sc *Scope) FreeReader(appID, openID string, n NoticeID) error {
	q := sc.rows().Where("app_id = ? AND open_id = ? AND notice_id = ?", appID, openID, int64(n))
	_, err := swap(q, &Reader{}, map[string]any{"lease_until": 0, "notice_id": 0}, "reader")
	return err
}
