package models_test

import (
	"sync"
	"testing"

	"siyu/models"
)

// TestTouchesFollowAMerge: what is written for somebody while she turns out to be somebody else is that somebody's.
func TestTouchesFollowAMerge(t *testing.T) {
	t.Parallel()
	eachCircle(t, func(t *testing.T, c circle) {
		for i := range 30 {
			s := string(rune('a' + i))
			c.meet(t, official("o"+s))
			younger := c.meet(t, mini("m"+s))
			var wg sync.WaitGroup
			wg.Go(func() {
				err := c.store.Tx(t.Context(), func(tx *models.Tx) error {
					_, err := tx.In(c.id).Identify(official("o"+s), mini("m"+s))
					return err
				})
				if err != nil {
					t.Error(err)
				}
			})
			for j := range 6 {
				wg.Go(func() {
					err := c.store.Tx(t.Context(), func(tx *models.Tx) error {
						sc := tx.In(c.id)
						person, err := sc.Canonical(younger)
						if err != nil {
							return err
						}
						for {
							if err := sc.LockMember(person); err != nil {
								return err
							}
							ids, err := sc.Cluster(younger)
							if err != nil {
								return err
							}
							if ids[0] == person {
								break
							}
							person = ids[0]
						}
						_, err = sc.AddTouch(&models.Touch{UID: s + string(rune('0'+j)), Kind: models.TouchClaim, At: 1, MemberID: person})
						return err
					})
					if err != nil {
						t.Error(err)
					}
				})
			}
			wg.Wait()
			left, _ := c.read(t).TouchesOf(younger)
			if len(left) != 0 {
				t.Errorf("round %d: %d touches stay with who is merged", i, len(left))
			}
		}
	})
}
