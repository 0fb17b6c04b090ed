package models_test

import (
	"testing"

	"siyu/internal/testkit"
	"siyu/models"
)

// TestMergeTakesAll: when two people turn out to be one, the one has the tags and the broadcasts of both.
func TestMergeTakesAll(t *testing.T) {
	t.Parallel()
	testkit.Each(t, func(t *testing.T, s *models.Store, _ *models.ManualClock) {
		community := testkit.Community(t, s, nil)
		err := s.Tx(t.Context(), func(tx *models.Tx) error {
			sc := tx.In(community)
			openID := models.Name{Kind: models.OpenID, Scope: "wx1", Value: "o1"}
			union := models.Name{Kind: models.UnionID, Value: "u1"}
			old, err := sc.Identify(union)
			if err != nil {
				return err
			}
			young, err := sc.Identify(openID)
			if err != nil {
				return err
			}
			tag := models.Tag{ChannelID: 1, Name: "常客"}
			if err := sc.InsertTag(&tag); err != nil {
				return err
			}
			for m, hand := range map[models.MemberID]int{old: 0, young: 1} {
				if _, err := sc.TagHand(tag.ID, m, hand); err != nil {
					return err
				}
			}
			for i, people := range [][]models.MemberID{{old, young}, {young}} {
				for _, m := range people {
					r := models.Recipient{BroadcastID: models.BroadcastID(i + 1), ChannelID: 1, MemberID: m, Month: 202605, Counts: true}
					if err := sc.AddRecipients([]models.Recipient{r}); err != nil {
						return err
					}
				}
			}
			one, err := sc.Identify(openID, union)
			if err != nil || one != old {
				t.Errorf("they are %s, want the older %s: %v", one, old, err)
			}
			tags, err := sc.TagsOf(one)
			if err != nil || len(tags) != 1 || !tags[0].Wanted {
				t.Errorf("her tags are %+v, %v", tags, err)
			}
			counts, err := sc.SentInMonth(1, 202605)
			if err != nil || counts[one] != 2 || len(counts) != 1 {
				t.Errorf("her month counts %v, want 2: %v", counts, err)
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	})
}
