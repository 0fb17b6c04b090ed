package models_test

import (
	"testing"
	"time"

	"siyu/internal/testkit"
	"siyu/models"
)

// TestTellings: a round of a task is told to one account once, a telling that ended stays as it ended, and what is old and ended
// is forgotten.
func TestTellings(t *testing.T) {
	t.Parallel()
	testkit.Each(t, func(t *testing.T, s *models.Store, clock *models.ManualClock) {
		c := testkit.Community(t, s, nil)
		tell := func(account models.AccountID, rounds map[models.TaskID]int) (models.Telling, error) {
			one := models.Telling{AccountID: account, Way: models.TellOfficial, State: models.TellingGoing}
			return one, s.Tx(t.Context(), func(tx *models.Tx) error { return tx.In(c).AddTelling(&one, rounds) })
		}
		move := func(from models.TellingWay, to models.Telling) (moved bool) {
			err := s.Tx(t.Context(), func(tx *models.Tx) (err error) { moved, err = tx.In(c).MoveTelling(from, to); return err })
			if err != nil {
				t.Fatal(err)
			}
			return moved
		}
		var old [2]models.Telling
		for i, rounds := range []map[models.TaskID]int{{7: 0, 8: 0}, {7: 1}} {
			var err error
			if old[i], err = tell(1, rounds); err != nil {
				t.Fatal(err)
			}
		}
		if _, err := tell(1, map[models.TaskID]int{9: 0, 7: 1}); !models.IsDuplicate(err) {
			t.Errorf("told twice: %v", err)
		}
		if _, err := tell(2, map[models.TaskID]int{7: 0}); err != nil {
			t.Errorf("another account: %v", err)
		}
		told, err := s.Read(t.Context()).In(c).ToldRounds(1, []models.TaskID{7, 8, 9})
		if err != nil || len(told) != 2 || told[7] != 2 || told[8] != 1 {
			t.Errorf("told is %v, %v", told, err)
		}
		end := old[0]
		end.State = models.TellingTold
		if move(models.TellNotice, end) || !move(models.TellOfficial, end) || move(models.TellOfficial, old[0]) {
			t.Error("it ended by another way, or not at all, or went on")
		}
		clock.Advance(time.Hour)
		for _, want := range []int64{1, 0} {
			if n, err := s.DeleteTellings(t.Context(), models.MillisOf(clock.Now())); err != nil || n != want {
				t.Errorf("%d were forgotten, want %d, %v", n, want, err)
			}
		}
		left, err := s.Read(t.Context()).In(c).TellingsOf([]models.TaskID{7, 8, 9})
		if err != nil || len(left[7]) != 2 || left[7][0].ID != old[1].ID || len(left[8])+len(left[9]) != 0 {
			t.Errorf("left are %+v, %v", left, err)
		}
	})
}
