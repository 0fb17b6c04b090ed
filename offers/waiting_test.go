package offers_test

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"pgregory.net/rapid"

	"siyu/internal/jobs"
	"siyu/internal/testkit"
	"siyu/models"
	"siyu/offers"
)

// told counts the jobs that tell members of promises.
func (h *house) hearPromises() *[]offers.TellPromise {
	var mu sync.Mutex
	var all []offers.TellPromise
	jobs.Register(h.runner, func(_ context.Context, a offers.TellPromise) error {
		mu.Lock()
		defer mu.Unlock()
		all = append(all, a)
		return nil
	})
	return &all
}

func (h *house) wait(m models.MemberID, o models.OfferID) (offers.Spot, error) {
	return h.service.Wait(context.Background(), h.community, m, o)
}

func (h *house) spot(m models.MemberID, o models.OfferID) (offers.Spot, error) {
	return h.service.WaitingSpot(context.Background(), h.community, m, o)
}

func (h *house) leave(m models.MemberID, o models.OfferID) {
	h.t.Helper()
	if err := h.service.Leave(context.Background(), h.community, m, o); err != nil {
		h.t.Fatal(err)
	}
}

// stock adds to an offer's stock and passes it on, as a brand does.
func (h *house) stock(o models.OfferID, more int) {
	h.t.Helper()
	h.tx(func(sc *models.Scope) error {
		now, err := sc.OffersByID([]models.OfferID{o}, true)
		if err != nil {
			return err
		}
		if moved, err := sc.SetStock(o, now[o].Stock, now[o].Stock+more); err != nil || !moved {
			return fmt.Errorf("stock moved %v, %w", moved, err)
		}
		return offers.PassOn(sc, o)
	})
}

func (h *house) wantSpot(m models.MemberID, o models.OfferID, state models.WaiterState, ahead int) {
	h.t.Helper()
	if p, err := h.spot(m, o); err != nil || p.State != state || p.Ahead != ahead {
		h.t.Errorf("she stands at %+v, %v; want %s behind %d", p, err, state, ahead)
	}
}

// TestWaiting: what comes back goes to who waited longest, for a time, and to nobody else.
func TestWaiting(t *testing.T) {
	t.Parallel()
	testkit.Each(t, func(t *testing.T, s *models.Store, clock *models.ManualClock) {
		h := newHouse(t, s, clock, 0)
		heard := h.hearPromises()
		o := h.open(h.draft(1))
		ann, bea, cleo, dora := h.member("ann"), h.member("bea"), h.member("cleo"), h.member("dora")
		_, err := h.wait(bea, o.ID)
		wantCode(t, err, "not_sold_out")
		if _, err := h.claim(ann, o.ID, "key-of-ann"); err != nil {
			t.Fatal(err)
		}
		_, err = h.wait(ann, o.ID)
		wantCode(t, err, "already_claimed")
		for i, m := range []models.MemberID{bea, cleo, bea} {
			if p, err := h.wait(m, o.ID); err != nil || p.State != models.WaiterWaiting || p.Ahead != i%2 {
				t.Fatalf("%d: %+v, %v", i, p, err)
			}
		}
		_, err = h.claim(bea, o.ID, "key-too-early")
		wantCode(t, err, "sold_out")

		h.stock(o.ID, 1)
		h.wantSpot(bea, o.ID, models.WaiterPromised, 0)
		h.wantSpot(cleo, o.ID, models.WaiterWaiting, 0)
		_, err = h.claim(dora, o.ID, "key-of-dora") // whoever comes by does not get it
		wantCode(t, err, "sold_out")
		_, err = h.claim(cleo, o.ID, "key-of-cleo")
		wantCode(t, err, "sold_out")
		if _, err := h.claim(bea, o.ID, "key-of-bea"); err != nil {
			t.Fatal(err)
		}
		_, err = h.spot(bea, o.ID)
		wantCode(t, err, "not_waiting")

		h.stock(o.ID, 1) // cleo lets it pass; nobody waits behind her
		h.wantSpot(cleo, o.ID, models.WaiterPromised, 0)
		clock.Advance(24 * time.Hour)
		_, err = h.spot(cleo, o.ID)
		wantCode(t, err, "not_waiting")
		if _, err := h.claim(dora, o.ID, "key-of-dora-2"); err != nil {
			t.Fatal(err)
		}
		after, err := h.read().Offer(o.ID)
		if err != nil || after.Claimed != 3 || after.Promised != 0 || after.Waiting != 0 {
			t.Errorf("%d claimed, %d promised, %d wait, %v", after.Claimed, after.Promised, after.Waiting, err)
		}
		h.drain()
		var who []models.MemberID
		for _, a := range *heard {
			who = append(who, a.Member)
		}
		if !slices.Equal(who, []models.MemberID{bea, cleo}) {
			t.Errorf("told were %v", who)
		}
	})
}

// TestPromisesMoveOn: leaving, a merge, the sweep and the offer's end.
func TestPromisesMoveOn(t *testing.T) {
	t.Parallel()
	testkit.Each(t, func(t *testing.T, s *models.Store, clock *models.ManualClock) {
		h := newHouse(t, s, clock, 0)
		h.hearPromises()
		o := h.open(h.draft(1))
		ann, bea, cleo, dora := h.member("ann"), h.member("bea"), h.follower("cleo"), h.member("dora")
		if _, err := h.claim(ann, o.ID, "key-of-ann"); err != nil {
			t.Fatal(err)
		}
		for _, m := range []models.MemberID{bea, cleo, dora} {
			if _, err := h.wait(m, o.ID); err != nil {
				t.Fatal(err)
			}
		}
		h.stock(o.ID, 1)
		h.leave(bea, o.ID)
		h.leave(bea, o.ID)
		h.wantSpot(cleo, o.ID, models.WaiterPromised, 0)
		h.wantSpot(dora, o.ID, models.WaiterWaiting, 0)
		h.identify(named("dora"), followed("cleo")) // they are one: the promise stays, the other place goes
		h.wantSpot(cleo, o.ID, models.WaiterPromised, 0)
		h.wantSpot(dora, o.ID, models.WaiterPromised, 0)
		now, err := h.read().Offer(o.ID)
		if err != nil || now.Waiting != 0 || now.Promised != 1 {
			t.Fatalf("%d wait, %d are promised, %v", now.Waiting, now.Promised, err)
		}
		eve := h.member("eve")
		if _, err := h.wait(eve, o.ID); err != nil {
			t.Fatal(err)
		}
		h.tx(func(sc *models.Scope) error { return jobs.Periodic(sc.Tx, offers.SweepWaiting{}) })
		clock.Advance(25 * time.Hour)
		h.drain()
		h.wantSpot(eve, o.ID, models.WaiterPromised, 0)
		clock.Set(o.EndsAt.Time())
		h.drain()
		after, err := h.read().Offer(o.ID)
		if err != nil || after.Waiting != 0 || after.Promised != 0 {
			t.Errorf("after its end %d wait, %d are promised, %v", after.Waiting, after.Promised, err)
		}
		_, err = h.wait(eve, o.ID)
		wantCode(t, err, "offer_over")
	})
}

// TestStockToWaitersAtOnce: many wait and many come by while the stock comes back bit by bit, at two instances: everybody who
// waited gets one in the order of her place, nobody else any, and no more than there are.
func TestStockToWaitersAtOnce(t *testing.T) {
	t.Parallel()
	testkit.Each(t, func(t *testing.T, s *models.Store, clock *models.ManualClock) {
		h := newHouse(t, s, clock, 0)
		h.hearPromises()
		two := h.another()
		o := h.open(h.draft(1))
		m := h.members(21)
		if _, err := h.claim(m[0], o.ID, "key-of-first"); err != nil {
			t.Fatal(err)
		}
		var wg sync.WaitGroup
		for i, w := range m[1:11] {
			wg.Go(func() {
				service := []*offers.Service{h.service, two}[i%2]
				if _, err := service.Wait(t.Context(), h.community, w, o.ID); err != nil {
					t.Error(err)
				}
			})
		}
		wg.Wait()
		for i := range 6 {
			wg.Go(func() { h.stock(o.ID, 1) })
			for j, c := range m[1:] {
				wg.Go(func() {
					service := []*offers.Service{h.service, two}[j%2]
					_, err := service.Claim(t.Context(), offers.ClaimInput{Community: h.community, Member: c, Offer: o.ID, Key: fmt.Sprintf("round-%d-of-%d", i, j)})
					if code := models.CodeOf(err); err != nil && code != "sold_out" && code != "already_claimed" {
						t.Error(err)
					}
				})
			}
			wg.Wait()
		}
		all, err := h.read().AllVouchers()
		if err != nil {
			t.Fatal(err)
		}
		for _, v := range all[1:] {
			if !slices.Contains(m[1:11], v.MemberID) {
				t.Errorf("%v did not wait and has one", v.MemberID)
			}
		}
		after, err := h.read().Offer(o.ID)
		if err != nil || after.Claimed != len(all) || after.Claimed+after.Promised != 7 || after.Waiting != 4 {
			t.Errorf("%d vouchers, %d claimed, %d promised, %d wait, %v", len(all), after.Claimed, after.Promised, after.Waiting, err)
		}
	})
}

// queue is what a waiting list must do, said once more.
type queue struct {
	stock, claimed int
	waiting        []int
	promised       map[int]models.Millis // until
	holds          map[int]bool
	over           bool
}

func (q *queue) pass(now models.Millis, ends models.Millis) {
	if q.over = now >= ends; q.over {
		clear(q.promised)
		q.waiting = nil
		return
	}
	for who, until := range q.promised {
		if until <= now {
			delete(q.promised, who)
		}
	}
	for len(q.waiting) > 0 && q.claimed+len(q.promised) < q.stock {
		q.promised[q.waiting[0]] = min(now.Add(24*time.Hour), ends)
		q.waiting = q.waiting[1:]
	}
}

func (q *queue) claim(who int) string {
	_, promised := q.promised[who]
	switch {
	case q.over:
		return "offer_over"
	case q.holds[who]:
		return "already_claimed"
	case !promised && q.claimed+len(q.promised)+len(q.waiting) >= q.stock:
		return "sold_out"
	}
	delete(q.promised, who)
	q.claimed, q.holds[who] = q.claimed+1, true
	return ""
}

func (q *queue) wait(who int) string {
	_, promised := q.promised[who]
	switch {
	case q.over:
		return "offer_over"
	case promised, slices.Contains(q.waiting, who):
		return ""
	case q.holds[who]:
		return "already_claimed"
	case q.claimed+len(q.promised)+len(q.waiting) < q.stock:
		return "not_sold_out"
	}
	q.waiting = append(q.waiting, who)
	return ""
}

// TestWaitingList: whatever people do, in whatever order, the list is the model's: the order is kept, nothing is given twice and
// never more than there is.
func TestWaitingList(t *testing.T) {
	t.Parallel()
	testkit.Each(t, func(t *testing.T, s *models.Store, clock *models.ManualClock) {
		h := newHouse(t, s, clock, 0)
		h.hearPromises()
		const people = 6
		m := h.members(people)
		round := 0
		rapid.Check(t, func(r *rapid.T) {
			round++
			o := h.open(h.draft(1))
			q := queue{stock: 1, promised: map[int]models.Millis{}, holds: map[int]bool{}}
			for step := range rapid.IntRange(1, 14).Draw(r, "steps") {
				who := rapid.IntRange(0, people-1).Draw(r, "who")
				got, want := "", ""
				switch rapid.SampledFrom([]string{"wait", "wait", "claim", "leave", "stock", "later"}).Draw(r, "what") {
				case "wait":
					q.pass(h.now(), o.EndsAt)
					_, err := h.wait(m[who], o.ID)
					got, want = models.CodeOf(err), q.wait(who)
				case "claim":
					q.pass(h.now(), o.EndsAt)
					_, errs := h.service.ClaimTogether(t.Context(), []offers.ClaimInput{{Community: h.community, Member: m[who], Offer: o.ID,
						Key: fmt.Sprintf("key-%d-%d", round, step)}})
					got, want = models.CodeOf(errs[0]), q.claim(who)
				case "leave":
					h.leave(m[who], o.ID)
					delete(q.promised, who)
					q.waiting = slices.DeleteFunc(q.waiting, func(w int) bool { return w == who })
					q.pass(h.now(), o.EndsAt)
				case "stock":
					h.stock(o.ID, 1)
					q.stock++
					q.pass(h.now(), o.EndsAt)
				case "later":
					clock.Advance(9 * time.Hour)
				}
				if got != want {
					r.Fatalf("step %d: got %q, the model says %q (%+v)", step, got, want, q)
				}
			}
			h.tx(func(sc *models.Scope) error { return offers.PassOn(sc, o.ID) })
			q.pass(h.now(), o.EndsAt)
			h.agrees(r, o.ID, m, q)
		})
	})
}

// agrees compares an offer and everybody's place with the model.
func (h *house) agrees(r *rapid.T, id models.OfferID, m []models.MemberID, q queue) {
	o, err := h.read().Offer(id)
	if err != nil || o.Claimed != q.claimed || o.Promised != len(q.promised) || o.Waiting != len(q.waiting) || o.Claimed+o.Promised > o.Stock {
		r.Fatalf("%d of %d claimed, %d promised, %d wait, %v; the model says %+v", o.Claimed, o.Stock, o.Promised, o.Waiting, err, q)
	}
	for who := range m {
		live, err := h.read().LiveWaiters(id, []models.MemberID{m[who]})
		if err != nil || len(live) > 1 {
			r.Fatalf("%d has %v, %v", who, live, err)
		}
		until, promised := q.promised[who]
		place := slices.Index(q.waiting, who)
		switch {
		case promised && (len(live) == 0 || live[0].State != models.WaiterPromised || live[0].Until != until):
			r.Fatalf("%d is promised one until %v, and has %+v", who, until, live)
		case place >= 0:
			if spot, err := h.spot(m[who], id); err != nil || spot.Ahead != place {
				r.Fatalf("%d waits behind %d, and is told %+v, %v", who, place, spot, err)
			}
		case !promised && len(live) > 0:
			r.Fatalf("%d is in no list, and has %+v", who, live)
		}
	}
}
