package app_test

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"siyu/cmd/siyu/app"
	"siyu/internal/jobs"
	"siyu/internal/testkit"
	"siyu/internal/wechatsim"
	"siyu/models"
	"siyu/offers"
)

// The stream of posts that the kill switch is thrown into, and what it promises.
const (
	stopStream  = 160                   // offers, each to every group
	stopEvery   = 60 * time.Millisecond // between two of them
	stopAfter   = 20                    // tasks
	stopWaits   = 40 * time.Second      // for them: the machine may be busy
	noTaskAfter = time.Second           // from the switch's answer on
	stoppedBy   = 5 * time.Second       // all open tasks have been asked to stop
)

// TestKillSwitch has two instances on one store hand over a stream of posts, then throws the kill switch at one of them. By
// the platform's own log no task is made later than a second after the answer, by either instance; within five seconds every
// open one was asked to stop, and what an organiser has by hand says so too. When it is lifted the stream goes on.
func TestKillSwitch(t *testing.T) {
	if testing.Short() {
		t.Skip("a stream of posts takes some seconds")
	}
	t.Parallel()
	testkit.Each(t, func(t *testing.T, s *models.Store, clock *models.ManualClock) {
		w := newWorld(t, s, clock)
		w.staffed(t)
		stop := w.twoInstances(t)
		defer stop()
		w.stream(t)
		for began := w.now(); w.made(0) < stopAfter && w.now().Sub(began) < stopWaits; {
			w.sleep(t, 50*time.Millisecond)
		}
		before := w.made(0)
		if before < stopAfter || w.open(t) == 0 {
			t.Fatalf("only %d tasks were made before the stop, %d are open: %v", before, w.open(t), w.standing(t))
		}
		w.call(t, call{name: "stop", path: "/api/console/v1/stop", as: "organiser", body: `{"note":"too many complaints"}`})
		answered := w.now()
		for w.open(t) > 0 && w.now().Sub(answered) < stoppedBy {
			w.sleep(t, 20*time.Millisecond)
		}
		took := w.now().Sub(answered)
		if n := w.open(t); n > 0 {
			t.Errorf("%d tasks have not been asked to stop after %s", n, took)
		}
		w.sleep(t, stoppedBy-took+time.Second) // the stream flows on and must find everything closed
		if n := w.open(t); n > 0 {
			t.Errorf("%d tasks are open six seconds later", n)
		}
		if n := w.made(answered.Add(noTaskAfter)); n > 0 {
			t.Errorf("%d tasks were made later than %s after the answer", n, noTaskAfter)
		}
		t.Logf("%d tasks made before the stop, %d within the second after its answer, none later; all asked to stop after %s",
			before, w.made(answered), took)
		w.call(t, call{name: "resume", path: "/api/console/v1/resume", as: "organiser", body: `{"note":"it was a misunderstanding"}`})
		w.clock.Advance(2 * time.Minute) // what has its slot already looks again after a minute
		resumed := w.now()
		for w.made(resumed) == 0 && w.now().Sub(resumed) < stopWaits {
			w.sleep(t, 50*time.Millisecond)
		}
		if w.made(resumed) == 0 {
			t.Errorf("nothing is handed over after the stop was lifted, the test shows nothing: %v", w.standing(t))
		}
		stop()
		w.logIsClean(t)
	})
}

// twoInstances has two instances work on the store, while its clock runs with the real one.
func (w *world) twoInstances(t *testing.T) (stop func()) {
	t.Helper()
	second, err := app.New(t.Context(), app.Options{Store: w.store, PublicURL: w.front.URL, WeChatAPI: w.api.URL, WeComAPI: w.api.URL, LoopbackOnly: true, FoldAfter: -1})
	must(t, err)
	ctx, cancel := context.WithCancel(t.Context())
	var working sync.WaitGroup
	for _, a := range []*app.App{w.app, second} {
		working.Go(func() { _ = a.Runner.Run(ctx) })
	}
	working.Go(func() {
		for last := time.Now(); ctx.Err() == nil; pauseFor(ctx, time.Millisecond) {
			if passed := time.Since(last).Truncate(time.Millisecond); passed > 0 {
				w.clock.Advance(passed)
				last = last.Add(passed)
			}
		}
	})
	return sync.OnceFunc(func() {
		cancel()
		working.Wait()
		second.Close()
	})
}

func pauseFor(ctx context.Context, d time.Duration) {
	select {
	case <-ctx.Done():
	case <-time.After(d):
	}
}

// sleep lets real time pass: two instances cannot be stepped.
func (w *world) sleep(t *testing.T, d time.Duration) {
	t.Helper()
	pauseFor(t.Context(), d)
}

// stream has many offers ask for a slot in every group, one after the other; no rule holds them back.
func (w *world) stream(t *testing.T) {
	t.Helper()
	must(t, w.store.Tx(t.Context(), func(tx *models.Tx) error {
		sc := tx.In(w.seeded.Community)
		groups, err := sc.Groups()
		if err != nil {
			return err
		}
		rules := models.Rules{HoldFor: 12 * 3600_000, MinHold: 60_000, OwnerDay: 1000, Fatigue: &models.Fatigue{Off: true}}
		for _, id := range []models.GroupID{0, groups[0].ID, groups[1].ID, groups[2].ID} {
			if _, err := sc.AddPolicy(id, rules, 0); err != nil {
				return err
			}
		}
		for i := range stopStream {
			o := models.Offer{BrandID: w.seeded.Brands[0].ID, State: models.OfferApproved, Title: fmt.Sprint("第 ", i), Body: "x", Currency: "CAD",
				Stock: 1, PerMember: 1, StartsAt: tx.Now.Add(-time.Hour), EndsAt: tx.Now.Add(48 * time.Hour), RedeemBy: tx.Now.Add(72 * time.Hour)}
			if err := sc.InsertOffer(&o); err != nil {
				return err
			}
			for _, g := range groups {
				key := fmt.Sprint("stream-", i, "-", g.ID)
				p := models.Placement{Idem: key, Code: key, GroupID: g.ID, OfferID: o.ID, BrandID: o.BrandID}
				if _, err := sc.AddPlacement(&p); err != nil {
					return err
				}
				if err := jobs.Enqueue(tx, offers.Place{Community: sc.Community, Placement: p.ID}, tx.Now.Add(time.Duration(i)*stopEvery)); err != nil {
					return err
				}
			}
		}
		return nil
	}))
}

// made is how many tasks the platform has made since a time, by its own log.
func (w *world) made(since models.Millis) (n int) {
	for _, c := range w.sim.Calls(0) {
		if strings.HasSuffix(c.Path, "/add_msg_template") && c.Errcode == 0 && models.MillisOf(c.At) > since {
			n++
		}
	}
	return n
}

// open is how many tasks owners can still post: at the platform, and by hand.
func (w *world) open(t *testing.T) int {
	t.Helper()
	all, err := w.store.Read(t.Context()).In(w.seeded.Community).TasksIn(models.TaskOpen, models.TaskCalling)
	must(t, err)
	n := len(w.sim.OpenTasks(wechatsim.DefaultCorpID, ""))
	for _, task := range all {
		if task.Kind == models.OrdinaryGroup {
			n++
		}
	}
	return n
}

// standing counts where the community's posts stand, and why.
func (w *world) standing(t *testing.T) map[string]int {
	t.Helper()
	all, err := w.store.Read(t.Context()).In(w.seeded.Community).PlacementsIn()
	must(t, err)
	n := map[string]int{}
	for _, p := range all {
		n[string(p.State)+" "+p.Reasons]++
	}
	return n
}
