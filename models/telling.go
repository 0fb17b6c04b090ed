package models

import (
	"maps"
	"slices"
)

// TellingWay is how somebody of the team is told of her tasks.
type TellingWay string

// The ways, in the order in which they are tried.
const (
	TellOfficial TellingWay = "official" // a customer-service message of the Official Account
	TellNotice   TellingWay = "notice"   // a subscription message of the Mini Program
	TellConsole  TellingWay = "console"  // only the console shows it
)

// TellingState is where a telling stands.
type TellingState string

// The states of a telling.
const (
	TellingGoing   TellingState = "going" // the message waits or is being sent
	TellingTold    TellingState = "told"
	TellingUntold  TellingState = "untold"  // no way was open: Why says of each why
	TellingUnknown TellingState = "unknown" // nobody knows whether it arrived; it is not said again
)

// Telling is one message to one person of the team about her tasks: several that are due together are one.
type Telling struct {
	ID          TellingID `gorm:"primaryKey;autoIncrement:false"`
	CommunityID CommunityID
	AccountID   AccountID
	Way         TellingWay // the last that was tried
	State       TellingState
	Why         string // why the ways before it were closed, such as "official:message_window_closed notice:no_credit"
	MessageID   MessageID
	NoticeID    NoticeID
	Tasks       int
	DoneAt      Millis
	CreatedAt   Millis `gorm:"autoCreateTime:false"`
}

// TableName names the table.
func (Telling) TableName() string { return "tellings" }

// ToldTask is that a telling is about a task: its opening (round 0) or a reminder (1, 2). Nobody is told of one round of a
// task twice.
type ToldTask struct {
	ID          ID[ToldTask] `gorm:"primaryKey;autoIncrement:false"`
	CommunityID CommunityID
	TellingID   TellingID
	TaskID      TaskID
	AccountID   AccountID
	Round       int
}

// TableName names the table.
func (ToldTask) TableName() string { return "told_tasks" }

// AddTelling stores a telling about the rounds of some tasks, given by task. A round that was told meanwhile is a Conflict
// for which [IsDuplicate] holds: nothing is to be said then.
func (sc *Scope) AddTelling(t *Telling, rounds map[TaskID]int) error {
	t.ID, t.CommunityID, t.CreatedAt, t.Tasks = newID[Telling](sc.Tx), sc.Community, sc.Now, len(rounds)
	if err := insert(sc.Tx, t, "telling"); err != nil {
		return err
	}
	rows := make([]ToldTask, 0, len(rounds))
	for _, id := range slices.Sorted(maps.Keys(rounds)) {
		rows = append(rows, ToldTask{ID: newID[ToldTask](sc.Tx), CommunityID: sc.Community, TellingID: t.ID, TaskID: id,
			AccountID: t.AccountID, Round: rounds[id]})
	}
	return insert(sc.Tx, &rows, "told tasks")
}

// Telling returns one telling of the community.
func (sc *Scope) Telling(id TellingID) (Telling, error) {
	var t Telling
	return t, one(sc.rows().Where("id = ?", int64(id)), &t, "telling")
}

// MoveTelling stores what to says of a telling that is still going by the way from; it reports false if it is not.
func (sc *Scope) MoveTelling(from TellingWay, to Telling) (bool, error) {
	set := map[string]any{"way": to.Way, "state": to.State, "why": to.Why, "message_id": int64(to.MessageID), "notice_id": int64(to.NoticeID)}
	if to.State != TellingGoing {
		set["done_at"] = int64(sc.Now)
	}
	return swap(sc.rows().Where("id = ? AND state = ? AND way = ?", int64(to.ID), TellingGoing, from), &Telling{}, set, "telling")
}

// ToldRounds tells for some tasks how many rounds somebody was told of.
func (sc *Scope) ToldRounds(account AccountID, tasks []TaskID) (map[TaskID]int, error) {
	told := map[TaskID]int{}
	err := inBatches(tasks, func(some []TaskID) error {
		var part []ToldTask
		err := list(sc.rows().Where("account_id = ? AND task_id IN ?", int64(account), ints(some)), &part, "told tasks")
		for _, t := range part {
			told[t.TaskID] = max(told[t.TaskID], t.Round+1)
		}
		return err
	})
	return told, err
}

// TasksTold lists what a telling is about, the oldest first.
func (sc *Scope) TasksTold(id TellingID) ([]TaskID, error) {
	var ids []TaskID
	err := sc.rows().Model(&ToldTask{}).Where("telling_id = ?", int64(id)).Order("task_id").Pluck("task_id", &ids).Error
	return ids, translate(err, "list told tasks")
}

// ToldOf is a telling of a task, with which round of it was told.
type ToldOf struct {
	Telling
	TaskID TaskID
	Round  int
}

// TellingsOf lists for each of some tasks who was told of it, the oldest first.
func (sc *Scope) TellingsOf(tasks []TaskID) (map[TaskID][]ToldOf, error) {
	all := map[TaskID][]ToldOf{}
	err := inBatches(tasks, func(some []TaskID) error {
		var part []ToldOf
		q := sc.db.Table("told_tasks r").Select("t.*, r.task_id, r.round").Joins("JOIN tellings t ON t.id = r.telling_id").
			Where("r.community_id = ? AND r.task_id IN ?", int64(sc.Community), ints(some)).Order("t.id")
		err := translate(q.Scan(&part).Error, "list tellings")
		for _, t := range part {
			all[t.TaskID] = append(all[t.TaskID], t)
		}
		return err
	})
	return all, err
}

// LastTelling returns the last message that somebody got, may have got or is getting about her tasks; NotFound if none.
func (sc *Scope) LastTelling(account AccountID) (Telling, error) {
	var t Telling
	return t, one(sc.rows().Where("account_id = ? AND state <> ?", int64(account), TellingUntold).Order("id DESC"), &t, "telling")
}

// RemindTask counts a reminder of a task; it reports false if it was reminded more often already.
func (sc *Scope) RemindTask(id TaskID, round int) (bool, error) {
	return swap(sc.rows().Where("id = ? AND reminded < ?", int64(id), round), &Task{},
		map[string]any{"reminded": round, "reminded_at": int64(sc.Now)}, "task")
}
