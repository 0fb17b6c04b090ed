package miniprogram

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"siyu/models"
)

// QuestCard is a quest as a member sees it.
type QuestCard struct {
	models.Quest
	Done   int  // how often she has done it in this term, at most the goal
	Got    bool // and whether she has its points
	Choice int  // what she answered, counted from 0; -1: nothing yet
}

// Quests lists what a member can do now and how far she is.
func (s *Service) Quests(ctx context.Context, session models.Session) ([]QuestCard, error) {
	sc := s.store.Read(ctx).In(session.CommunityID)
	person, err := sc.Cluster(session.MemberID)
	if err != nil {
		return nil, fmt.Errorf("list quests: %w", err)
	}
	cards, err := questCards(sc, person)
	if err != nil {
		return nil, fmt.Errorf("list quests: %w", err)
	}
	return cards, nil
}

func questCards(sc *models.Scope, person []models.MemberID) ([]QuestCard, error) {
	open, err := openQuests(sc, "")
	if err != nil || len(open) == 0 {
		return nil, err
	}
	zone, err := communityZone(sc)
	if err != nil {
		return nil, err
	}
	ids := make([]models.QuestID, len(open))
	for i, q := range open {
		ids[i] = q.ID
	}
	awards, err := sc.QuestAwards(person, ids)
	if err != nil {
		return nil, err
	}
	answers, err := sc.AnswersOf(person[0], ids)
	if err != nil {
		return nil, err
	}
	cards := make([]QuestCard, len(open))
	for i, q := range open {
		term, _, _ := termOf(q.Period, sc.Now, zone)
		card := QuestCard{Quest: q, Choice: -1}
		if card.Done, err = progress(sc, person, q, sc.Now, zone); err != nil {
			return nil, err
		}
		for _, a := range answers {
			if a.QuestID == q.ID && a.Term == term {
				card.Choice, card.Done = a.Choice, 1
			}
		}
		card.Got = slices.ContainsFunc(awards, func(a models.Award) bool { return a.Ref == int64(q.ID) && a.Term == term })
		card.Done = min(card.Done, q.Goal)
		cards[i] = card
	}
	return cards, nil
}

// questObject names the content check of a quest's texts.
func questObject(id models.QuestID) string { return "quest:" + id.String() }

// openQuests lists the quests that can be done now, with an action only those of it; what may not be shown cannot be done.
func openQuests(sc *models.Scope, action models.Action) ([]models.Quest, error) {
	open, err := sc.OpenQuests(action)
	if err != nil || len(open) == 0 {
		return nil, err
	}
	objects := make([]string, len(open))
	for i, q := range open {
		objects[i] = questObject(q.ID)
	}
	checks, err := sc.ChecksOf(objects)
	return slices.DeleteFunc(open, func(q models.Quest) bool { return checks[questObject(q.ID)].State == models.CheckRefused }), err
}

// progress is how often a person has done what a quest wants, in the term of a time and since it began. Answers to a question
// are those to this one.
func progress(sc *models.Scope, person []models.MemberID, q models.Quest, at models.Millis, zone *time.Location) (int, error) {
	term, from, to := termOf(q.Period, at, zone)
	if q.Action == models.ActAnswer {
		answers, err := sc.AnswersOf(person[0], []models.QuestID{q.ID})
		if err != nil || !slices.ContainsFunc(answers, func(a models.QuestAnswer) bool { return a.Term == term }) {
			return 0, err
		}
		return 1, nil
	}
	times, _, err := sc.Earned(person, max(from, q.StartsAt), to, q.Action)
	return times, err
}

// advance gives a person, whose lock the caller has, what she gets for quests that an action has completed.
func (s *Service) advance(sc *models.Scope, person []models.MemberID, action models.Action, zone *time.Location) error {
	open, err := openQuests(sc, action)
	if err != nil {
		return err
	}
	for _, q := range open {
		done, err := progress(sc, person, q, sc.Now, zone)
		if err != nil {
			return err
		}
		if done < q.Goal {
			continue
		}
		term, _, _ := termOf(q.Period, sc.Now, zone)
		had, err := sc.QuestAwards(person, []models.QuestID{q.ID})
		if err != nil {
			return err
		}
		if slices.ContainsFunc(had, func(a models.Award) bool { return a.Term == term }) {
			continue // under whichever of her ids
		}
		a := models.Award{Action: models.ActQuest, Ref: int64(q.ID), Term: term, MemberID: person[0], Points: q.Points}
		if err := s.giveQuest(sc, a); err != nil {
			return err
		}
	}
	return nil
}

// giveQuest gives the points of a finished quest; what was taken back before, because an action of it was undone, is given
// again under another name.
func (s *Service) giveQuest(sc *models.Scope, a models.Award) error {
	for {
		fresh, err := s.give(sc, &a)
		if err != nil || fresh || a.VoidAt == 0 {
			return err
		}
		a = models.Award{Action: a.Action, Ref: a.Ref, Term: a.Term, MemberID: a.MemberID, Points: a.Points, Round: a.Round + 1}
	}
}

// retreat takes back the quests that are not complete any more after an award became void.
func (s *Service) retreat(sc *models.Scope, person []models.MemberID, undone models.Award) error {
	zone, err := communityZone(sc)
	if err != nil {
		return err
	}
	got, err := sc.QuestAwards(person, nil)
	if err != nil {
		return err
	}
	for _, a := range got {
		q, err := sc.Quest(models.QuestID(a.Ref))
		if err != nil {
			return err
		}
		if term, _, _ := termOf(q.Period, undone.At, zone); q.Action != undone.Action || term != a.Term {
			continue
		}
		done, err := progress(sc, person, q, undone.At, zone)
		if err != nil {
			return err
		}
		if done >= q.Goal {
			continue
		}
		if _, err := sc.VoidAward(a.ID, "incomplete"); err != nil {
			return err
		}
		a.VoidAt = max(sc.Now, 1)
		if err := book(sc, &a); err != nil {
			return err
		}
	}
	return nil
}

// Answer takes a member's answer to a question; the first one counts.
func (s *Service) Answer(ctx context.Context, session models.Session, id models.QuestID, choice int) (QuestCard, error) {
	var card QuestCard
	err := s.store.Tx(ctx, func(tx *models.Tx) error {
		sc := tx.In(session.CommunityID)
		person, err := sc.LockPerson(session.MemberID)
		if err != nil {
			return err
		}
		q, err := sc.Quest(id)
		switch {
		case err != nil:
			return err
		case q.Action != models.ActAnswer || choice < 0 || choice >= len(q.Answers()):
			return models.Errorf(models.Invalid, "bad_field", "no such answer").With("field", "choice")
		case !q.Open(sc.Now):
			return models.Errorf(models.Conflict, "quest_over", "the quest is over")
		}
		zone, err := communityZone(sc)
		if err != nil {
			return err
		}
		term, _, _ := termOf(q.Period, sc.Now, zone)
		a := models.QuestAnswer{QuestID: id, MemberID: person[0], Term: term, Choice: choice}
		fresh, err := sc.AddAnswer(&a)
		if err != nil {
			return err
		}
		if fresh {
			if _, err := s.earn(sc, person, models.Award{Action: models.ActAnswer, Ref: int64(a.ID)}); err != nil {
				return err
			}
		}
		cards, err := questCards(sc, person)
		if i := slices.IndexFunc(cards, func(c QuestCard) bool { return c.ID == id }); i >= 0 {
			card = cards[i]
		}
		return err
	})
	if err != nil {
		return card, fmt.Errorf("answer a question: %w", err)
	}
	return card, nil
}

// QuestCount is a quest as an organiser sees it: how often it was finished, and how a question was answered.
type QuestCount struct {
	models.Quest
	Finished int
	Answered []int // by choice
}

// AllQuests lists the community's quests for its organiser, newest first, those before a given id if it is not zero.
func (s *Service) AllQuests(ctx context.Context, community models.CommunityID, before models.QuestID, limit int) ([]QuestCount, error) {
	sc := s.store.Read(ctx).In(community)
	all, err := sc.Quests(before, limit)
	if err != nil {
		return nil, fmt.Errorf("list quests: %w", err)
	}
	ids := make([]models.QuestID, len(all))
	for i, q := range all {
		ids[i] = q.ID
	}
	done, err := sc.QuestsDone(ids)
	if err != nil {
		return nil, fmt.Errorf("list quests: %w", err)
	}
	counts := make([]QuestCount, len(all))
	for i, q := range all {
		counts[i] = QuestCount{Quest: q, Finished: done[q.ID]}
		if q.Action != models.ActAnswer {
			continue
		}
		by, err := sc.CountAnswers(q.ID)
		if err != nil {
			return nil, fmt.Errorf("list quests: %w", err)
		}
		for choice := range q.Answers() {
			counts[i].Answered = append(counts[i].Answered, by[choice])
		}
	}
	return counts, nil
}

// QuestPresets are ready-made quests; they have no texts, which are the reader's language's.
func QuestPresets() []QuestDraft { return presets() }

// AddQuest lets members do something for points from now on, or from a time. A quest is never changed: who began it must get
// what was promised.
func (s *Service) AddQuest(ctx context.Context, community models.CommunityID, by models.AccountID, d QuestDraft) (QuestCount, error) {
	var q models.Quest
	err := s.store.Tx(ctx, func(tx *models.Tx) error {
		if err := d.check(tx.Now); err != nil {
			return err
		}
		choices := make([]string, len(d.Choices))
		for i, c := range d.Choices {
			choices[i] = strings.TrimSpace(c)
		}
		text, err := json.Marshal(choices)
		if err != nil {
			return err
		}
		sc := tx.In(community)
		q = models.Quest{Action: d.Action, Period: d.Period, Goal: d.Goal, Points: d.Points, Title: strings.TrimSpace(d.Title),
			Body: strings.TrimSpace(d.Body), Choices: string(text), StartsAt: max(d.StartsAt, sc.Now), EndsAt: d.EndsAt, AccountID: by}
		if err := sc.AddQuest(&q); err != nil {
			return err
		}
		check := models.Check{Object: questObject(q.ID), Kind: models.CheckText, Scene: models.SceneForum,
			Content: strings.Join(append([]string{q.Title, q.Body}, choices...), "\n"), AccountID: by}
		if _, err := s.CheckContent(sc, check); err != nil {
			return err
		}
		return sc.AddAudit(by, "quest.add", "quest:"+q.ID.String(), "")
	})
	if err == nil {
		s.jobs.Wake()
	}
	return QuestCount{Quest: q, Answered: make([]int, len(q.Answers()))}, err
}

// EndQuest ends a quest; who has finished it keeps what she got. Ending it twice is the same as once.
func (s *Service) EndQuest(ctx context.Context, community models.CommunityID, id models.QuestID, by models.AccountID) error {
	return s.store.Tx(ctx, func(tx *models.Tx) error {
		sc := tx.In(community)
		if _, err := sc.Quest(id); err != nil {
			return err
		}
		moved, err := sc.EndQuest(id)
		if err != nil || !moved {
			return err
		}
		return sc.AddAudit(by, "quest.end", "quest:"+id.String(), "")
	})
}
