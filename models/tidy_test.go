package models_test

import (
	"fmt"
	"testing"
	"time"

	"siyu/internal/testkit"
	"siyu/models"
)

// TestTidy: of more rows than one transaction takes, all that are old and finished go, and no other.
func TestTidy(t *testing.T) {
	t.Parallel()
	testkit.Each(t, func(t *testing.T, s *models.Store, clock *models.ManualClock) {
		const old, young = 2_100, 7
		c := testkit.Community(t, s, nil)
		fill := func(key string, n int, state models.InboxState) {
			t.Helper()
			for at := 0; at < n; at += 300 {
				err := s.Tx(t.Context(), func(tx *models.Tx) error {
					var pushes []*models.Delivery
					var work []*models.Job
					for i := at; i < min(n, at+300); i++ {
						pushes = append(pushes, &models.Delivery{Push: models.Inbox{CommunityID: c, ChannelID: 1, DedupeKey: fmt.Sprint(key, i),
							Body: []byte("said"), Reply: []byte("{}"), Format: "xml"}})
						work = append(work, &models.Job{Kind: "test", CommunityID: c, RunAt: tx.Now})
					}
					if err := tx.AddDeliveries(pushes); err != nil {
						return err
					}
					if err := tx.AddJobs(work); err != nil || state == models.InboxPending {
						return err
					}
					for _, d := range pushes {
						if _, err := tx.In(c).FinishPush(d.Push.ID, state, ""); err != nil {
							return err
						}
					}
					due, err := tx.DueJobs(time.Now(), 1000)
					if err != nil {
						return err
					}
					leased, err := tx.LeaseJobs(due, key, time.Now(), time.Now().Add(time.Hour))
					if err != nil {
						return err
					}
					return tx.EndJobs(leased)
				})
				if err != nil {
					t.Fatal(err)
				}
			}
		}
		fill("old", old, models.InboxDone)
		clock.Advance(time.Hour)
		before := models.MillisOf(clock.Now())
		fill("young", young, models.InboxDone)
		fill("waits", 1, models.InboxPending)
		for _, want := range []int64{old, 0} {
			n, err := s.BlankPushes(t.Context(), before)
			if err != nil || n != want {
				t.Errorf("%d pushes blanked, want %d, %v", n, want, err)
			}
			if n, err = s.DeleteDoneJobs(t.Context(), before); err != nil || n != want {
				t.Errorf("%d jobs deleted, want %d, %v", n, want, err)
			}
		}
		all, err := s.Read(t.Context()).In(c).Pushes("", 0, old+young+1)
		if err != nil || len(all) != old+young+1 {
			t.Fatalf("%d pushes, %v", len(all), err)
		}
		for i, p := range all {
			full, err := s.Read(t.Context()).In(c).Push(p.ID)
			if err != nil || (len(full.Body) > 0) != (i <= young) {
				t.Fatalf("push %s of %d says %q, %v", full.DedupeKey, i, full.Body, err)
			}
		}
		clock.Advance(time.Hour)
		if n, err := s.DeleteDoneJobs(t.Context(), models.MillisOf(clock.Now())); err != nil || n != young {
			t.Errorf("%d jobs deleted, %v; the one that waits must stay", n, err)
		}
	})
}

// TestDeletePictures: pictures that no piece has shown go when they are old, and one that is sent again is not.
func TestDeletePictures(t *testing.T) {
	t.Parallel()
	s, clock := testkit.Store(t)
	ids := map[string]models.PictureID{}
	send := func(sc *models.Scope, body string) error {
		p := models.PiecePicture{Body: []byte(body), Mime: "image/png"}
		err := sc.AddPicture(&p)
		if known := ids[body]; known != 0 && known != p.ID {
			t.Errorf("%s is stored twice", body)
		}
		ids[body] = p.ID
		return err
	}
	community := testkit.Community(t, s, func(sc *models.Scope) error {
		for _, body := range []string{"shown", "left", "again"} {
			if err := send(sc, body); err != nil {
				return err
			}
		}
		return sc.InsertPiece(&models.Piece{}, &models.PieceContent{Title: "x", PictureID: ids["shown"]})
	})
	clock.Advance(time.Hour)
	before := models.MillisOf(clock.Now())
	if err := s.Tx(t.Context(), func(tx *models.Tx) error { return send(tx.In(community), "again") }); err != nil {
		t.Fatal(err)
	}
	if n, err := s.DeletePictures(t.Context(), before); err != nil || n != 1 {
		t.Errorf("%d pictures deleted, %v", n, err)
	}
	for body, gone := range map[string]bool{"shown": false, "left": true, "again": false} {
		if _, err := s.Read(t.Context()).In(community).Picture(ids[body]); models.IsKind(err, models.NotFound) != gone {
			t.Errorf("%s: %v", body, err)
		}
	}
}
