package month_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"time"

	"siyu/internal/wechatsim"
	"siyu/models"
)

// pace is how far the world goes on before everybody waits for the server: within it events happen at their own times while
// the server works.
const pace = 10 * time.Minute

// live lives the month and the quiet day after it, in which nothing happens but what the server does by itself.
func (w *world) live(ctx context.Context) error {
	if err := w.goTo(ctx, w.begin.Add(time.Hour)); err != nil {
		return fmt.Errorf("the first reading of the groups: %w", err)
	}
	if err := w.meetGroups(ctx); err != nil {
		return err
	}
	if w.o.pieces {
		if err := w.writePieces(ctx); err != nil {
			return err
		}
	}
	w.planOffers()
	for d := range w.o.days {
		w.planDay(d)
	}
	if w.o.faults {
		w.trouble()
	}
	if w.o.abrupt {
		w.agenda.plan(w.end.Add(-5*time.Hour), "nobody is told anything any more", func(context.Context) error {
			w.sim.FailPush(wechatsim.PushFault{Drop: true, Times: -1})
			for _, g := range w.groups {
				w.agenda.plan(w.now.Add(time.Hour), "somebody joins", w.join(g, uint64(g.n)))
			}
			return nil
		})
		return w.goTo(ctx, w.end.Add(-time.Hour))
	}
	for d := range w.o.days {
		if err := w.goTo(ctx, w.begin.Add(time.Duration(d+1)*day)); err != nil {
			return err
		}
		w.o.progress(d+1, w)
	}
	w.sim.ClearFaults()
	w.agenda.events = nil // who has not done it by now does not do it any more
	if _, err := w.sim.DeliverHeld(ctx); err != nil {
		return err
	}
	return w.goTo(ctx, w.end.Add(day+2*time.Hour))
}

// goTo lives until a time: events at their own times, and after every pace the server has done what was due.
func (w *world) goTo(ctx context.Context, until time.Time) error {
	for w.srv.now.Now().Before(until) {
		mark := w.srv.now.Now().Truncate(pace).Add(pace)
		if mark.After(until) {
			mark = until
		}
		for {
			e, more := w.agenda.next(mark)
			if !more {
				break
			}
			if err := w.perform(ctx, e); err != nil {
				return err
			}
		}
		if err := w.srv.set(mark); err != nil {
			return err
		}
		began := time.Now()
		next, err := w.srv.settled(ctx)
		w.count.Ticks++
		w.count.Waited += time.Since(began)
		if err != nil {
			return fmt.Errorf("at %s: %w", mark.In(w.zone).Format(time.DateTime), err)
		}
		w.now = mark
		if err := w.lookAround(ctx); err != nil {
			return err
		}
		w.skip(next, until)
	}
	return nil
}

// skip moves on to the mark before the next thing that happens.
func (w *world) skip(job, until time.Time) {
	next := until
	if !job.IsZero() && job.Before(next) {
		next = job
	}
	if len(w.agenda.events) > 0 && w.agenda.events[0].at.Before(next) {
		next = w.agenda.events[0].at
	}
	if early := next.Truncate(pace); early.After(w.srv.now.Now()) {
		w.must(w.srv.set(early))
	}
}

func (w *world) perform(ctx context.Context, e event) error {
	if err := w.srv.set(e.at); err != nil {
		return err
	}
	w.now = w.srv.now.Now()
	began := time.Now()
	defer func() { w.count.Acted += time.Since(began) }()
	err := e.do(ctx)
	if no, refused := errors.AsType[*refusal](err); refused && no.status >= http.StatusInternalServerError && e.tries < 20 {
		e.tries++ // WeChat does not answer the server: people try again a little later
		e.at = w.now.Add(2 * time.Minute)
		w.agenda.add(e)
		return nil
	}
	if err != nil {
		return fmt.Errorf("%s at %s: %w", e.what, w.now.In(w.zone).Format(time.DateTime), err)
	}
	return nil
}

// lookAround is everybody noticing what is new: late pushes arrive, owners see their tasks.
func (w *world) lookAround(ctx context.Context) error {
	if _, err := w.sim.DeliverLate(ctx); err != nil {
		return err
	}
	if w.now.Before(w.end) {
		w.noticeTasks()
	}
	return w.srv.broken()
}

// meetGroups learns how the server calls the customer groups it has found.
func (w *world) meetGroups(ctx context.Context) error {
	all, err := w.store.Read(ctx).In(w.community).Groups()
	if err != nil {
		return err
	}
	byChat := map[string]models.GroupID{}
	for _, g := range all {
		if g.ChatID != nil {
			byChat[*g.ChatID] = g.ID
		}
	}
	for _, g := range w.groups {
		if g.kind != models.WeComGroup {
			continue
		}
		if g.id = byChat[g.sim.ChatID()]; g.id == 0 {
			return fmt.Errorf("group %d was not found by the sync", g.n)
		}
	}
	return nil
}

// planOffers has a brand hand in an offer every other day; the organiser approves it soon.
func (w *world) planOffers() {
	for i := 0; time.Duration(i)*2*day < time.Duration(w.o.days)*day-2*day; i++ {
		at := w.begin.Add(2*time.Hour + time.Duration(i)*2*day)
		w.agenda.plan(at, fmt.Sprintf("offer %d", i), w.sell(i))
	}
}

// sell submits an offer and approves it. What got no answer is looked up, not sent again.
func (w *world) sell(i int) act {
	return func(ctx context.Context) error {
		cookie, err := w.client.signIn(ctx, brandLogin(i%brands))
		if err != nil {
			return err
		}
		title := fmt.Sprintf("优惠 %d", i)
		var id, state string
		find := func() error {
			var list struct {
				Offers []struct{ ID, Title, State string }
			}
			if err := w.client.organiser(ctx, get("/api/console/v1/offers"), &list); err != nil {
				return err
			}
			for _, o := range list.Offers {
				if o.Title == title {
					id, state = o.ID, o.State
				}
			}
			return nil
		}
		now := models.MillisOf(w.now)
		in := map[string]any{"title": title, "body": "到店立减五元。five off in the shop.", "value_fen": 500, "currency": "CAD",
			"stock": 100000, "per_member": 1, "starts_at": now.Add(time.Hour), "ends_at": now.Add(8 * day), "redeem_by": now.Add(16 * day)}
		for range 20 {
			status, _, _, _ := w.client.once(ctx, request{method: http.MethodPost, path: "/api/console/v1/offers", cookie: cookie,
				body: func() any { return in }})
			if err := find(); err != nil {
				return err
			}
			if id != "" {
				break
			}
			if status >= 400 && status < 500 {
				return fmt.Errorf("the offer was refused with %d", status)
			}
			if err := pause(ctx, 50*time.Millisecond); err != nil {
				return err
			}
		}
		if state == string(models.OfferApproved) {
			return nil
		}
		return w.client.organiser(ctx, post("/api/console/v1/offers/"+id+"/approve", nil), nil)
	}
}

// planDay plans a day: who comes and goes, when the organiser looks at her tasks, and when the server is killed.
func (w *world) planDay(d int) {
	morning := w.begin.Add(time.Duration(d) * day)
	for _, g := range w.groups {
		w.planMoves(g, d, morning)
		w.planByHand(g, d, morning)
	}
	local := morning.In(w.zone)
	r := stream(w.o.seed, "organiser", d)
	for _, hour := range []int{9, 11, 13, 15, 17, 19, 21} {
		at := time.Date(local.Year(), local.Month(), local.Day(), hour, 0, 0, 0, w.zone).Add(between(r, 0, 50*time.Minute))
		if at.After(w.begin.Add(2 * time.Hour)) {
			w.agenda.plan(at, "the organiser looks at her tasks", w.lookAtTasks)
		}
	}
	w.planOwners(d, morning)
	if w.o.faults {
		w.planKill(d, morning)
	}
}

// must is for what cannot fail but for a full disk.
func (w *world) must(err error) {
	if err != nil {
		panic(err)
	}
}
