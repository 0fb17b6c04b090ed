package models

import (
	"context"

	"gorm.io/gorm"
)

// tidyPart is how many rows one transaction of tidying up changes. On SQLite nothing else is written meanwhile, and a push
// that cannot be stored within seconds is refused; a part takes some ten milliseconds. What is tidied stays tidied when the
// time for all of it is not enough.
const tidyPart = 1000

// BlankPushes empties the bodies of pushes that were done before a time and returns how many: they name people and say
// what they wrote, and nobody needs them any more. The rows stay, so that a late copy is still known.
func (s *Store) BlankPushes(ctx context.Context, before Millis) (int64, error) {
	after := int64(0) // what is blank already is not looked at for every part
	return s.inParts(ctx, "blank pushes", func(db *gorm.DB) *gorm.DB {
		return db.Model(&Inbox{}).Where("id > ? AND state = ? AND done_at < ? AND body <> ?", after, InboxDone, int64(before), []byte{}).
			Order("id")
	}, func(db *gorm.DB, ids []int64) *gorm.DB {
		after = ids[len(ids)-1]
		return db.Model(&Inbox{}).Where("id IN ? AND state = ?", ids, InboxDone).Updates(map[string]any{"body": []byte{}, "reply": nil})
	})
}

// DeleteDoneJobs removes jobs that were finished before a time and returns how many. What is finished was due before.
func (s *Store) DeleteDoneJobs(ctx context.Context, before Millis) (int64, error) {
	return s.inParts(ctx, "delete jobs", func(db *gorm.DB) *gorm.DB {
		return db.Model(&Job{}).Where("state = ? AND run_at < ? AND done_at < ?", JobDone, int64(before), int64(before)).
			Order("run_at, id")
	}, func(db *gorm.DB, ids []int64) *gorm.DB {
		return db.Where("id IN ? AND state = ?", ids, JobDone).Delete(&Job{})
	})
}

// DeleteMessages removes messages that ended before a time and returns how many. None that still counts in a window may be
// among them.
func (s *Store) DeleteMessages(ctx context.Context, before Millis) (int64, error) {
	return s.inParts(ctx, "delete messages", func(db *gorm.DB) *gorm.DB {
		return db.Model(&Message{}).Where("ended_at > 0 AND ended_at < ?", int64(before)).Order("id")
	}, func(db *gorm.DB, ids []int64) *gorm.DB {
		return db.Where("id IN ?", ids).Delete(&Message{})
	})
}

// DeleteSendWindows removes windows that closed before a time and returns how many. One that was opened anew meanwhile
// stays.
func (s *Store) DeleteSendWindows(ctx context.Context, before Millis) (int64, error) {
	return s.inParts(ctx, "delete send windows", func(db *gorm.DB) *gorm.DB {
		return db.Model(&SendWindow{}).Where("closes_at < ?", int64(before)).Order("closes_at")
	}, func(db *gorm.DB, ids []int64) *gorm.DB {
		return db.Where("id IN ? AND closes_at < ?", ids, int64(before)).Delete(&SendWindow{})
	})
}

// DeleteSyncs removes syncs that ended before a time, and returns how many.
func (s *Store) DeleteSyncs(ctx context.Context, before Millis) (int64, error) {
	return s.inParts(ctx, "delete syncs", func(db *gorm.DB) *gorm.DB {
		return db.Model(&Sync{}).Where("ended_at > 0 AND ended_at < ?", int64(before)).Order("ended_at")
	}, func(db *gorm.DB, ids []int64) *gorm.DB {
		return db.Where("id IN ? AND ended_at > 0 AND ended_at < ?", ids, int64(before)).Delete(&Sync{})
	})
}

// DeleteTellings removes what people of the team were told of their tasks, or could not be, before a time, and returns how many.
// No task that is told of again may be as old.
func (s *Store) DeleteTellings(ctx context.Context, before Millis) (int64, error) {
	return s.inParts(ctx, "delete tellings", func(db *gorm.DB) *gorm.DB {
		return db.Model(&Telling{}).Where("done_at > 0 AND done_at < ?", int64(before)).Order("id")
	}, func(db *gorm.DB, ids []int64) *gorm.DB {
		if r := db.Where("telling_id IN ?", ids).Delete(&ToldTask{}); r.Error != nil {
			return r
		}
		return db.Where("id IN ?", ids).Delete(&Telling{})
	})
}

// ThinRecords forgets the inputs of refusals that were decided before a time and returns of how many. Their digests stay, and
// with them the chain; what was allowed keeps everything.
func (s *Store) ThinRecords(ctx context.Context, before Millis) (int64, error) {
	return s.inParts(ctx, "thin records", func(db *gorm.DB) *gorm.DB {
		return db.Model(&Record{}).Where("verdict = ? AND at < ? AND body IS NOT NULL", VerdictHold, int64(before)).Order("at, id")
	}, func(db *gorm.DB, ids []int64) *gorm.DB {
		return db.Model(&Record{}).Where("id IN ? AND verdict = ?", ids, VerdictHold).Updates(map[string]any{"body": nil})
	})
}

// inParts finds rows outside any transaction, which on SQLite holds up no writer, and changes them a part at a time. What
// change leaves as it was, find must not find again for ever: a part that changes nothing is the last.
func (s *Store) inParts(ctx context.Context, what string, find func(*gorm.DB) *gorm.DB, change func(*gorm.DB, []int64) *gorm.DB) (int64, error) {
	total := int64(0)
	for {
		var ids []int64
		if err := find(s.db.WithContext(ctx)).Limit(tidyPart).Pluck("id", &ids).Error; err != nil || len(ids) == 0 {
			return total, translate(err, what)
		}
		var n int64
		err := s.Tx(ctx, func(tx *Tx) error {
			r := change(tx.db, ids)
			n = r.RowsAffected
			return translate(r.Error, what)
		})
		total += n
		if err != nil || n == 0 || len(ids) < tidyPart {
			return total, err
		}
	}
}
