package miniprogram_test

import (
	"testing"

	"siyu/miniprogram"
	"siyu/models"
)

// TestQuest: a quest is done once in its term, by doing what it asks for; what is undone takes it back, and doing it again gives
// it again.
func TestQuest(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		session := w.login(t, w.sim.NewPerson("小梅"))
		o := w.pastry(t, "面包店")
		if _, err := w.AddQuest(t.Context(), w.community, 0, miniprogram.QuestDraft{Action: models.ActRedeem, Period: models.QuestWeekly, Goal: 2,
			Points: 30, Title: "本周核销两次"}); err != nil {
			t.Fatal(err)
		}
		asked, err := w.AddQuest(t.Context(), w.community, 0, miniprogram.QuestDraft{Action: models.ActAnswer, Period: models.QuestOnce, Goal: 1,
			Points: 7, Title: "喜欢哪种面包？", Choices: []string{"可颂", "贝果"}})
		if err != nil {
			t.Fatal(err)
		}
		var last models.Redemption
		for i, want := range []int64{10, 50, 60} { // the quest with the second, and not again with the third
			last = w.redeemed(t, w.holds(t, session.MemberID, o, w.now().Add(day)))
			w.drain(t)
			if p := w.purse(t, session); p.Balance != want {
				t.Errorf("after %d: %d points, want %d", i+1, p.Balance, want)
			}
		}
		card, err := w.Quests(t.Context(), session)
		if err != nil || len(card) != 2 || card[0].Done != 2 || !card[0].Got || card[1].Choice != -1 {
			t.Errorf("%+v, %v", card, err)
		}
		w.reversed(t, last)
		w.drain(t)
		w.wantPoints(t, session, 50, 50) // two are left: the quest stays
		r := w.redeemed(t, w.holds(t, session.MemberID, o, w.now().Add(day)))
		w.drain(t)
		w.wantPoints(t, session, 60, 60)
		for _, back := range []models.Redemption{r, last} {
			w.reversed(t, back)
		}
		w.drain(t)
		w.wantPoints(t, session, 50, 50)
		for choice := range 2 { // the first answer counts: 2 points for answering and 7 for the quest
			if c, err := w.Answer(t.Context(), session, asked.ID, choice); err != nil || c.Choice != 0 || !c.Got {
				t.Errorf("%+v, %v", c, err)
			}
		}
		w.wantPoints(t, session, 59, 59)
		all, err := w.AllQuests(t.Context(), w.community, 0, 10)
		if err != nil || len(all) != 2 || all[0].Answered[0] != 1 || all[1].Finished != 1 {
			t.Errorf("%+v, %v", all, err)
		}
		w.clock.Advance(7 * day)
		if card, err = w.Quests(t.Context(), session); err != nil || card[0].Done != 0 || card[0].Got || card[1].Choice != 0 {
			t.Errorf("the next week: %+v, %v", card, err)
		}
	})
}

// TestQuestRefused: a quest whose words may not be shown cannot be done either.
func TestQuestRefused(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		session := w.login(t, w.sim.NewPerson("小梅"))
		if _, err := w.AddQuest(t.Context(), w.community, 0, miniprogram.QuestDraft{Action: models.ActVisit, Period: models.QuestDaily, Goal: 1,
			Points: 30, Title: "每天来看看"}); err != nil {
			t.Fatal(err)
		}
		w.drain(t)
		all, err := w.Checks(t.Context(), w.community, "", 0, 10)
		if err != nil || len(all) != 1 {
			t.Fatal(all, err)
		}
		for _, want := range []struct {
			cards  int
			points int64
		}{{1, 31}, {0, 32}} {
			if _, err := w.CheckIn(t.Context(), session, ""); err != nil {
				t.Fatal(err)
			}
			if p := w.purse(t, session); p.Balance != want.points {
				t.Errorf("%d points, want %d", p.Balance, want.points)
			}
			cards, err := w.Quests(t.Context(), session)
			if err != nil || len(cards) != want.cards {
				t.Errorf("%+v, %v", cards, err)
			}
			if _, err := w.RefuseCheck(t.Context(), w.community, all[0].ID, 0, "不妥"); err != nil {
				t.Fatal(err)
			}
			w.clock.Advance(day)
		}
	})
}

// TestQuestTakenBack: a quest is taken back when what completed it is undone, and given again when it is done again.
func TestQuestTakenBack(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		session := w.login(t, w.sim.NewPerson("小梅"))
		o := w.pastry(t, "面包店")
		if _, err := w.AddQuest(t.Context(), w.community, 0, miniprogram.QuestDraft{Action: models.ActRedeem, Period: models.QuestOnce, Goal: 1,
			Points: 30, Title: "第一次核销"}); err != nil {
			t.Fatal(err)
		}
		for range 2 {
			r := w.redeemed(t, w.holds(t, session.MemberID, o, w.now().Add(day)))
			w.drain(t)
			w.wantPoints(t, session, 40, 40)
			w.reversed(t, r)
			w.drain(t)
			w.wantPoints(t, session, 0, 0)
		}
	})
}
