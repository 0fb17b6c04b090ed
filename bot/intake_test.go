package bot

import (
	"context"
	"fmt"
	"log/slog"
	"sync"
	"testing"
	"time"

	"siyu/internal/testkit"
	"siyu/models"
)

func newIntake(s *models.Store, within time.Duration, most int) *intake {
	return &intake{store: s, log: slog.New(slog.DiscardHandler), within: within, most: most}
}

func pushTo(community models.CommunityID, key string) models.Inbox {
	return models.Inbox{CommunityID: community, ChannelID: 1, DedupeKey: key, Body: []byte("<xml/>"), Format: "xml"}
}

// TestIntakeTogether: pushes that come at once are stored in few transactions, each once, each with its job, and everybody
// learns about his own.
func TestIntakeTogether(t *testing.T) {
	t.Parallel()
	testkit.Each(t, func(t *testing.T, s *models.Store, _ *models.ManualClock) {
		community := testkit.Community(t, s, nil)
		instances := []*intake{newIntake(s, time.Minute, waitingMost), newIntake(s, time.Minute, waitingMost)}
		const pushes, copies = 200, 3
		var mu sync.Mutex
		fresh := 0
		var wg sync.WaitGroup
		for i := range pushes * copies {
			wg.Go(func() {
				first, err := instances[i%2].put(t.Context(), pushTo(community, fmt.Sprintf("m:%d", i%pushes)))
				if err != nil {
					t.Error(err)
				}
				mu.Lock()
				defer mu.Unlock()
				if first {
					fresh++
				}
			})
		}
		wg.Wait()
		tx := s.Read(t.Context())
		n, err := tx.In(community).CountInbox()
		if err != nil || fresh != pushes || n.Accepted != pushes || n.Duplicate != pushes*(copies-1) {
			t.Errorf("%d were new; %+v, %v", fresh, n, err)
		}
		if jobs, err := tx.CountJobs(); err != nil || jobs.Due != pushes {
			t.Errorf("%d jobs, want %d, %v", jobs.Due, pushes, err)
		}
		for _, in := range instances {
			in.isEmpty(t)
		}
	})
}

// TestIntakePoison: a push the database refuses fails alone.
func TestIntakePoison(t *testing.T) {
	t.Parallel()
	testkit.Each(t, func(t *testing.T, s *models.Store, _ *models.ManualClock) {
		community := testkit.Community(t, s, nil)
		in := newIntake(s, time.Minute, waitingMost)
		batch := make([]*arriving, 5)
		for i := range batch {
			batch[i] = &arriving{Delivery: models.Delivery{Push: pushTo(community, fmt.Sprintf("m:%d", i))}, stored: make(chan error, 1)}
		}
		batch[2].Push.Body = nil // the column is NOT NULL
		in.batch(t.Context(), batch)
		for i, a := range batch {
			if err := <-a.stored; (err != nil) != (i == 2) || (err == nil && !a.Fresh) {
				t.Errorf("push %d: new %v, %v", i, a.Fresh, err)
			}
		}
		n, err := s.Read(t.Context()).In(community).CountInbox()
		if err != nil || n.Accepted != 4 || n.Duplicate != 0 {
			t.Errorf("%+v, %v", n, err)
		}
	})
}

// TestIntakeHangs: while the database hangs nobody waits longer than he may, no more wait than fit, nobody is told that his
// push is stored, and nothing is left of it afterwards.
func TestIntakeHangs(t *testing.T) {
	t.Parallel()
	s, _ := testkit.Store(t)
	community := testkit.Community(t, s, nil)
	const most, callers = 8, 40
	in := newIntake(s, 50*time.Millisecond, most)
	err := s.Tx(t.Context(), func(*models.Tx) error { // SQLite has one writer
		var wg sync.WaitGroup
		for i := range callers {
			wg.Go(func() {
				ctx, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
				defer cancel()
				_, err := in.put(ctx, pushTo(community, fmt.Sprintf("m:%d", i)))
				if !models.IsKind(err, models.Unavailable) {
					t.Errorf("push %d: %v, want Unavailable", i, err)
				}
				in.mu.Lock()
				defer in.mu.Unlock()
				if len(in.waiting) > most {
					t.Errorf("%d wait, at most %d may", len(in.waiting), most)
				}
			})
		}
		wg.Wait()
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if fresh, err := in.put(t.Context(), pushTo(community, "after")); err != nil || !fresh {
		t.Errorf("after it is back: new %v, %v", fresh, err)
	}
	in.isEmpty(t)
}

func (in *intake) isEmpty(t *testing.T) {
	t.Helper()
	in.mu.Lock()
	defer in.mu.Unlock()
	if in.bytes != 0 || len(in.waiting) != 0 || len(in.copies) != 0 {
		t.Errorf("%d still wait with %d bytes", len(in.waiting), in.bytes)
	}
}

// TestIntakeCuts: a batch is bounded by pushes and by bytes, and one push that is larger than a batch goes alone.
func TestIntakeCuts(t *testing.T) {
	t.Parallel()
	in := newIntake(nil, time.Second, 10_000)
	for range batchPushes + 1 {
		in.waiting = append(in.waiting, &arriving{})
	}
	for _, size := range []int{batchBytes + 1, batchBytes, 1} {
		in.waiting = append(in.waiting, &arriving{Delivery: models.Delivery{Push: models.Inbox{Body: make([]byte, size)}}})
		in.bytes += size
	}
	for i, want := range []int{batchPushes, 1, 1, 1, 1, 0} {
		if got := len(in.take()); got != want {
			t.Errorf("batch %d has %d pushes, want %d", i, got, want)
		}
	}
	if in.writing || in.bytes != 0 {
		t.Errorf("writing %v, %d bytes", in.writing, in.bytes)
	}
}

// TestIntakeWhileWorkedOn: a push whose row is locked by the work on it keeps its own copies waiting for a while, which are
// then answered, and no new push at all.
func TestIntakeWhileWorkedOn(t *testing.T) {
	t.Parallel()
	testkit.Each(t, func(t *testing.T, s *models.Store, _ *models.ManualClock) {
		if s.Engine() == models.SQLite {
			t.Skip("SQLite has one writer: nothing is stored while anything is written")
		}
		community := testkit.Community(t, s, nil)
		const within = 4 * time.Second
		in := newIntake(s, within, waitingMost)
		put := func(key string) (bool, error) {
			ctx, cancel := context.WithTimeout(t.Context(), within)
			defer cancel()
			return in.put(ctx, pushTo(community, key))
		}
		if _, err := put("m:1"); err != nil {
			t.Fatal(err)
		}
		var copies sync.WaitGroup
		err := s.Tx(t.Context(), func(tx *models.Tx) error {
			known, err := tx.In(community).Pushes("", 0, 1)
			if err != nil {
				return err
			}
			if _, err := tx.In(community).FinishPush(known[0].ID, models.InboxDone, ""); err != nil {
				return err
			}
			for range 3 {
				copies.Go(func() {
					if fresh, err := put("m:1"); fresh || err != nil {
						t.Errorf("a copy is new: %v, %v", fresh, err)
					}
				})
			}
			for i := range 20 {
				began := time.Now()
				if fresh, err := put(fmt.Sprintf("n:%d", i)); !fresh || err != nil {
					t.Errorf("a new push: %v, %v", fresh, err)
				}
				if took := time.Since(began); took > within/8 {
					t.Errorf("new push %d waited %s", i, took)
				}
			}
			copies.Wait()
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		in.isEmpty(t)
	})
}
