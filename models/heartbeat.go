package models

import (
	"time"

	"gorm.io/gorm/clause"
)

// Heartbeat is what one instance last said of its clock. All times in it are of the wall, in UTC milliseconds.
type Heartbeat struct {
	Instance string `gorm:"primaryKey"`
	At       int64  // its wall clock when it wrote this
	Drift    int64  // how far its wall clock has moved against its monotonic one since it was last trusted
	Behind   int64  // how far the database server's clock is ahead of it; zero on SQLite
	Suspect  string // why it does not trust its clock; empty: it does
}

// TableName names the table.
func (Heartbeat) TableName() string { return "heartbeats" }

// TrustInstance is the name under which an operator's word is kept that the clocks are right: its At is when she gave it.
const TrustInstance = "operator"

// Beat stores an instance's heartbeat in place of its last one.
func (tx *Tx) Beat(h Heartbeat) error {
	on := clause.OnConflict{Columns: []clause.Column{{Name: "instance"}},
		DoUpdates: clause.AssignmentColumns([]string{"at", "drift", "behind", "suspect"})}
	return translate(tx.db.Clauses(on).Create(&h).Error, "store a heartbeat")
}

// Heartbeats lists the heartbeats of all instances, the newest first.
func (tx *Tx) Heartbeats() ([]Heartbeat, error) {
	var all []Heartbeat
	return all, list(tx.db.Order("at DESC"), &all, "heartbeats")
}

// DropHeartbeats removes the heartbeats of instances that have been silent since before a time.
func (tx *Tx) DropHeartbeats(before time.Time) error {
	return translate(tx.db.Where("at < ? AND instance <> ?", before.UnixMilli(), TrustInstance).Delete(&Heartbeat{}).Error, "delete heartbeats")
}

// ServerTime is what the database server's clock reads; ok is false on SQLite, which has none of its own.
func (tx *Tx) ServerTime() (at time.Time, ok bool, err error) {
	if tx.s.engine != MySQL {
		return time.Time{}, false, nil
	}
	var micros int64
	err = tx.db.Raw("SELECT TIMESTAMPDIFF(MICROSECOND, '1970-01-01 00:00:00', UTC_TIMESTAMP(6))").Scan(&micros).Error
	return time.UnixMicro(micros), err == nil, translate(err, "ask the server for its time")
}
