package models_test

import (
	"sync"
	"testing"

	"siyu/models"
)

func push(key string) *models.Inbox {
	return &models.Inbox{ChannelID: 1, DedupeKey: key, Body: []byte("<xml/>"), Format: "xml"}
}

// TestInboxDedupe: a push is stored once however often and however concurrently it is delivered, and every delivery is
// counted.
func TestInboxDedupe(t *testing.T) {
	t.Parallel()
	eachCircle(t, func(t *testing.T, c circle) {
		const deliveries = 16
		var mu sync.Mutex
		var wg sync.WaitGroup
		fresh, ids := 0, map[models.InboxID]bool{}
		for range deliveries {
			wg.Go(func() {
				var first bool
				p := push("m:1")
				err := c.store.Tx(t.Context(), func(tx *models.Tx) (err error) {
					first, err = tx.In(c.id).AddInbox(p)
					return err
				})
				if err != nil {
					t.Error(err)
				}
				mu.Lock()
				defer mu.Unlock()
				ids[p.ID] = true
				if first {
					fresh++
				}
			})
		}
		wg.Wait()
		if fresh != 1 || len(ids) != 1 {
			t.Errorf("%d were new, under %d ids", fresh, len(ids))
		}
		c.do(t, func(sc *models.Scope) error {
			other := push("m:1")
			other.ChannelID = 2
			first, err := sc.AddInbox(other)
			if err == nil && !first {
				t.Error("another channel's push with the same key is not new")
			}
			return err
		})
		n, err := c.read(t).CountInbox()
		if err != nil || n.Accepted != 2 || n.Duplicate != deliveries-1 || n.Pending != 2 || n.Dead != 0 {
			t.Errorf("%+v, %v", n, err)
		}
	})
}

// TestFinishPush: a push is finished once.
func TestFinishPush(t *testing.T) {
	t.Parallel()
	eachCircle(t, func(t *testing.T, c circle) {
		a, b := push("a"), push("b")
		c.do(t, func(sc *models.Scope) error {
			for _, p := range []*models.Inbox{a, b} {
				if _, err := sc.AddInbox(p); err != nil {
					return err
				}
			}
			return nil
		})
		var won int
		for _, to := range []models.InboxState{models.InboxDone, models.InboxDead, models.InboxDone} {
			c.do(t, func(sc *models.Scope) error {
				ok, err := sc.FinishPush(a.ID, to, "why")
				if ok {
					won++
				}
				return err
			})
		}
		c.do(t, func(sc *models.Scope) error {
			_, err := sc.FinishPush(b.ID, models.InboxDead, "why")
			return err
		})
		n, err := c.read(t).CountInbox()
		if err != nil || won != 1 || n.Pending != 0 || n.Dead != 1 {
			t.Errorf("finished %d times, %+v, %v", won, n, err)
		}
		if got, err := c.read(t).Push(a.ID); err != nil || got.State != models.InboxDone || string(got.Body) != "<xml/>" {
			t.Errorf("%+v, %v", got, err)
		}
	})
}

// TestGroupStays: a stay is stored once; leaving ends it, once; coming back is another stay.
func TestGroupStays(t *testing.T) {
	t.Parallel()
	eachCircle(t, func(t *testing.T, c circle) {
		stay := func(at models.Millis) *models.GroupMember {
			return &models.GroupMember{GroupID: 5, UserKey: "wm1", MemberID: 3, JoinedAt: at}
		}
		add := func(m *models.GroupMember) (fresh bool) {
			c.do(t, func(sc *models.Scope) (err error) {
				fresh, err = sc.AddGroupMember(m)
				return err
			})
			return fresh
		}
		leave := func(id models.ID[models.GroupMember], at models.Millis) (ok bool) {
			c.do(t, func(sc *models.Scope) (err error) {
				ok, err = sc.CloseGroupMember(id, at)
				return err
			})
			return ok
		}
		present := func() int {
			all, err := c.read(t).PresentMembers(5)
			if err != nil {
				t.Error(err)
			}
			return len(all)
		}
		first, copied := stay(100), stay(100)
		if !add(first) || add(copied) || copied.ID != first.ID || present() != 1 {
			t.Errorf("%v %v, %d present", first, copied, present())
		}
		if !leave(first.ID, 200) || leave(first.ID, 300) || present() != 0 {
			t.Errorf("%d present after leaving", present())
		}
		if again := stay(100); add(again) || again.LeftAt != 200 {
			t.Errorf("an ended stay is told once more: %+v", again)
		}
		if !add(stay(400)) || present() != 1 {
			t.Errorf("%d present after coming back", present())
		}
	})
}
