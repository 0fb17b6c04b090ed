package models

import (
	"cmp"
	"fmt"
	"slices"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"
)

// Delivery is one delivery of a push. WeChat delivers a push up to four times, at times to two instances at once.
type Delivery struct {
	Push    Inbox // of its channel's community; its id is known once it is stored, unless another instance was faster
	Fresh   bool  // it was not known before
	Counted bool  // it is in its push's number of deliveries
}

// pushKey is what makes a push one.
type pushKey struct {
	channel ChannelID
	key     string
}

func (d *Delivery) key() pushKey { return pushKey{d.Push.ChannelID, d.Push.DedupeKey} }

// AddDeliveries stores what is new of a batch, of any communities, in three statements at most. It locks nothing that is
// known already: a push that is being worked on right now holds up nobody's batch. Its copies are counted afterwards, by
// [Tx.CountDeliveries].
func (tx *Tx) AddDeliveries(all []*Delivery) error {
	known, err := tx.knownPushes(all)
	if err != nil {
		return err
	}
	firsts := map[pushKey]*Delivery{}
	var rows []*Inbox
	for _, d := range all {
		d.Fresh, d.Counted = false, false
		if id, ok := known[d.key()]; ok {
			d.Push.ID = id
			continue
		}
		if first := firsts[d.key()]; first != nil { // a copy within the batch
			first.Push.Deliveries++
			d.Push.ID, d.Counted = first.Push.ID, true
			continue
		}
		firsts[d.key()] = d
		d.Push.ID, d.Push.ReceivedAt, d.Push.State, d.Push.Deliveries = newID[Inbox](tx), tx.Now, InboxPending, 1
		d.Fresh, d.Counted = true, true
		rows = append(rows, &d.Push)
	}
	if len(rows) == 0 {
		return nil
	}
	// One order for all instances: batches that want the same keys wait for each other and do not deadlock.
	slices.SortFunc(rows, func(a, b *Inbox) int {
		return cmp.Or(cmp.Compare(a.ChannelID, b.ChannelID), cmp.Compare(a.DedupeKey, b.DedupeKey))
	})
	raced, err := tx.insertPushes(rows)
	for key := range raced {
		firsts[key].Fresh = false
	}
	return err
}

// knownPushes finds which pushes of a batch are stored already.
func (tx *Tx) knownPushes(all []*Delivery) (map[pushKey]InboxID, error) {
	channels, keys := map[ChannelID]bool{}, make([]string, len(all))
	for i, d := range all {
		channels[d.Push.ChannelID], keys[i] = true, d.Push.DedupeKey
	}
	known := map[pushKey]InboxID{}
	for channel := range channels {
		var rows []Inbox
		q := tx.db.Select("id", "channel_id", "dedupe_key").Where("channel_id = ? AND dedupe_key IN ?", int64(channel), keys)
		if err := list(q, &rows, "pushes"); err != nil {
			return nil, err
		}
		for _, r := range rows {
			known[pushKey{r.ChannelID, r.DedupeKey}] = r.ID
		}
	}
	return known, nil
}

// insertPushes writes rows and tells which of them another instance has written since they were looked for. Only MySQL
// has other instances: there the statement counts such a delivery instead, and waits until the other one has committed.
func (tx *Tx) insertPushes(rows []*Inbox) (raced map[pushKey]bool, err error) {
	q := tx.db
	if tx.s.engine == MySQL {
		q = q.Clauses(clause.OnConflict{DoUpdates: clause.Assignments(map[string]any{
			"deliveries": gorm.Expr("deliveries + VALUES(deliveries)")})})
	}
	r := q.Create(&rows)
	if IsDuplicate(r.Error) {
		return nil, fmt.Errorf("insert pushes: %w", errIDCollision)
	}
	if r.Error != nil || r.RowsAffected == int64(len(rows)) { // MySQL counts a changed row twice
		return nil, translate(r.Error, "insert pushes")
	}
	want := make(map[InboxID]pushKey, len(rows))
	ids := make([]int64, len(rows))
	for i, row := range rows {
		want[row.ID], ids[i] = pushKey{row.ChannelID, row.DedupeKey}, int64(row.ID)
	}
	var mine []Inbox
	if err := list(tx.db.Select("id", "channel_id", "dedupe_key").Where("id IN ?", ids), &mine, "pushes"); err != nil {
		return nil, err
	}
	for _, row := range mine {
		if want[row.ID] != (pushKey{row.ChannelID, row.DedupeKey}) {
			return nil, fmt.Errorf("insert pushes: %w", errIDCollision)
		}
		delete(want, row.ID)
	}
	raced = make(map[pushKey]bool, len(want))
	for _, key := range want {
		raced[key] = true
	}
	return raced, nil
}

// CountDeliveries counts what [Tx.AddDeliveries] left uncounted.
func (tx *Tx) CountDeliveries(all []*Delivery) error {
	times := map[int64]int{}
	for _, d := range all {
		if !d.Counted {
			times[int64(d.Push.ID)]++
		}
	}
	of := map[int][]int64{}
	for id, n := range times {
		of[n] = append(of[n], id)
	}
	for n, ids := range of {
		slices.Sort(ids)
		r := tx.db.Exec("UPDATE inbox SET deliveries = deliveries + ? WHERE id IN ?", n, ids)
		if r.Error != nil {
			return translate(r.Error, "count deliveries")
		}
	}
	for _, d := range all {
		d.Counted = true
	}
	return nil
}
