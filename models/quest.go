package models

import (
	"encoding/json"
	"log/slog"
)

// Period is how often a quest can be done.
type Period string

// The periods. Days and weeks are those of the community's zone; a week begins on Monday.
const (
	QuestOnce   Period = "once"
	QuestDaily  Period = "daily"
	QuestWeekly Period = "weekly"
)

// Quest (小任务) is something a member can do, a number of times, for points. Its action is one of value; sharing, following
// and bringing others cannot be asked for.
type Quest struct {
	ID          QuestID `gorm:"primaryKey;autoIncrement:false"`
	CommunityID CommunityID
	Preset      string // which of the ready-made ones it is; empty: the organiser's own
	Action      Action
	Period      Period
	Goal        int // how often within one period
	Points      int
	Title       string
	Body        string
	Choices     string // JSON list of a question's answers; "[]" for other actions
	StartsAt    Millis
	EndsAt      Millis // zero: without an end
	EndedAt     Millis // when an organiser ended it
	AccountID   AccountID
	CreatedAt   Millis `gorm:"autoCreateTime:false"`
}

// TableName names the table.
func (Quest) TableName() string { return "quests" }

// Answers are the choices of a question.
func (q Quest) Answers() []string {
	var all []string
	if json.Unmarshal([]byte(q.Choices), &all) != nil {
		return nil
	}
	return all
}

// Open reports whether a quest can be done at a time.
func (q Quest) Open(now Millis) bool {
	return q.EndedAt == 0 && now >= q.StartsAt && (q.EndsAt == 0 || now < q.EndsAt)
}

// AddQuest stores a new quest and fills its id.
func (sc *Scope) AddQuest(q *Quest) error {
	q.ID, q.CommunityID, q.CreatedAt = newID[Quest](sc.Tx), sc.Community, sc.Now
	return insert(sc.Tx, q, "quest")
}

// Quest returns one quest of the community.
func (sc *Scope) Quest(id QuestID) (Quest, error) {
	var q Quest
	err := one(sc.rows().Where("id = ?", int64(id)), &q, "quest")
	if IsKind(err, NotFound) {
		return q, Errorf(NotFound, "quest_not_found", "no such quest")
	}
	return q, err
}

// OpenQuests lists the quests that can be done now, oldest first; with an action only those of it.
func (sc *Scope) OpenQuests(action Action) ([]Quest, error) {
	var all []Quest
	q := sc.rows().Where("ended_at = 0 AND starts_at <= ? AND (ends_at = 0 OR ends_at > ?)", int64(sc.Now), int64(sc.Now)).Order("id")
	if action != "" {
		q = q.Where("action = ?", action)
	}
	return all, list(q, &all, "quests")
}

// Quests lists the community's quests, newest first, those before a given id if it is not zero, at most limit.
func (sc *Scope) Quests(before QuestID, limit int) ([]Quest, error) {
	var all []Quest
	q := sc.rows().Order("id DESC").Limit(limit)
	if before != 0 {
		q = q.Where("id < ?", int64(before))
	}
	return all, list(q, &all, "quests")
}

// EndQuest ends a quest now; it reports false if it was ended before.
func (sc *Scope) EndQuest(id QuestID) (bool, error) {
	return swap(sc.rows().Where("id = ? AND ended_at = 0", int64(id)), &Quest{}, map[string]any{"ended_at": int64(max(sc.Now, 1))}, "quest")
}

// QuestAnswer is what a member answered to a question, once in each term.
type QuestAnswer struct {
	ID          ID[QuestAnswer] `gorm:"primaryKey;autoIncrement:false"`
	CommunityID CommunityID
	QuestID     QuestID // unique with member and term
	MemberID    MemberID
	Term        string // which day or week, or "once"
	Choice      int    // counted from 0
	At          Millis
}

// TableName names the table.
func (QuestAnswer) TableName() string { return "quest_answers" }

// LogValue keeps what somebody thinks out of logs.
func (a QuestAnswer) LogValue() slog.Value { return slog.StringValue("answer " + a.ID.String()) }

// AddAnswer stores an answer; it reports false if the member has answered, and then a is what she said.
func (sc *Scope) AddAnswer(a *QuestAnswer) (bool, error) {
	a.ID, a.CommunityID, a.At = newID[QuestAnswer](sc.Tx), sc.Community, sc.Now
	return insertOnce(sc.Tx, a, "answer", func() error {
		var known QuestAnswer
		err := one(sc.rows().Where("quest_id = ? AND member_id = ? AND term = ?", int64(a.QuestID), int64(a.MemberID), a.Term), &known, "answer")
		if err == nil {
			*a = known
		}
		return err
	})
}

// AnswersOf lists what a person answered to some quests.
func (sc *Scope) AnswersOf(member MemberID, quests []QuestID) ([]QuestAnswer, error) {
	var all []QuestAnswer
	return all, list(sc.rows().Where("member_id = ? AND quest_id IN ?", int64(member), ints(quests)).Order("id"), &all, "answers")
}

// CountAnswers counts the answers to a question by choice.
func (sc *Scope) CountAnswers(quest QuestID) (map[int]int, error) {
	var rows []struct{ Choice, N int }
	err := sc.rows().Model(&QuestAnswer{}).Select("choice, COUNT(*) AS n").Where("quest_id = ?", int64(quest)).Group("choice").Scan(&rows).Error
	by := make(map[int]int, len(rows))
	for _, r := range rows {
		by[r.Choice] = r.N
	}
	return by, translate(err, "count answers")
}

// QuestsDone counts how often each of some quests was finished.
func (sc *Scope) QuestsDone(quests []QuestID) (map[QuestID]int, error) {
	var rows []struct {
		Ref QuestID
		N   int
	}
	err := sc.rows().Model(&Award{}).Select("ref, COUNT(*) AS n").Where("action = ? AND ref IN ? AND void_at = 0", ActQuest, ints(quests)).
		Group("ref").Scan(&rows).Error
	by := make(map[QuestID]int, len(rows))
	for _, r := range rows {
		by[r.Ref] = r.N
	}
	return by, translate(err, "count quests")
}

// repointAnswers makes the answers of one person another's; where both answered, the other's stays.
func (sc *Scope) repointAnswers(from, to MemberID) error {
	var mine, theirs []QuestAnswer
	if err := list(sc.rows().Where("member_id = ?", int64(from)), &mine, "answers"); err != nil || len(mine) == 0 {
		return err
	}
	if err := list(sc.rows().Where("member_id = ?", int64(to)), &theirs, "answers"); err != nil {
		return err
	}
	type key struct {
		quest QuestID
		term  string
	}
	has := map[key]bool{}
	for _, a := range theirs {
		has[key{a.QuestID, a.Term}] = true
	}
	for _, a := range mine {
		q := sc.rows().Where("id = ?", int64(a.ID))
		var err error
		if has[key{a.QuestID, a.Term}] {
			if err = sc.voidAward(AwardUID(ActAnswer, int64(a.ID)), "merged"); err == nil {
				err = q.Delete(&QuestAnswer{}).Error
			}
		} else {
			err = q.Model(&QuestAnswer{}).Update("member_id", int64(to)).Error
		}
		if err != nil {
			return translate(err, "merge answers")
		}
	}
	return nil
}
