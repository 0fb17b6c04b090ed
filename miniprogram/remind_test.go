package miniprogram_test

import (
	"context"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"siyu/internal/jobs"
	"siyu/internal/wechatsim"
	"siyu/miniprogram"
	"siyu/models"
)

// reminding is a world whose account has a template for every kind of reminder.
func (w *world) reminding(t *testing.T) {
	t.Helper()
	all := []string{models.PurposeExpiring, models.PurposeNewOffer, models.PurposeWinBack}
	var templates []wechatsim.SubscribeTemplate
	for _, purpose := range all {
		templates = append(templates, reminder(purpose))
	}
	if err := w.sim.SetTemplates(appID, templates...); err != nil {
		t.Fatal(err)
	}
	if err := w.SyncTemplatesOf(t.Context(), w.community, 0); err != nil {
		t.Fatal(err)
	}
	views, err := w.Templates(t.Context(), w.community)
	if err != nil {
		t.Fatal(err)
	}
	for _, v := range views {
		if err := w.SetTemplatePurpose(t.Context(), w.community, v.ID, v.TemplateID, 0); err != nil {
			t.Fatal(err)
		}
	}
}

// person is a member who has allowed one message of each of some templates.
func (w *world) person(t *testing.T, allowed ...string) (*wechatsim.Person, models.Session) {
	t.Helper()
	p := w.sim.NewPerson("成员")
	session := w.login(t, p)
	for _, template := range allowed {
		w.allow(t, p, template)
	}
	return p, session
}

// remind looks once.
func (w *world) remind(t *testing.T) {
	t.Helper()
	w.do(t, func(sc *models.Scope) error { return jobs.Enqueue(sc.Tx, miniprogram.Remind{}, sc.Now) })
	w.drain(t)
}

// wantBox: she has got n messages.
func wantBox(t *testing.T, name string, p *wechatsim.Person, n int) {
	t.Helper()
	if box := p.Inbox(appID); len(box) != n {
		t.Errorf("%s got %d messages, want %d: %+v", name, len(box), n, box)
	}
}

// reasons are why nothing was sent, by how often.
func (w *world) reasons(t *testing.T, state models.ReminderState) map[string]int {
	t.Helper()
	all, err := w.Reminders(t.Context(), w.community, state, 0, 200)
	if err != nil {
		t.Fatal(err)
	}
	by := map[string]int{}
	for _, r := range all {
		by[r.Reason]++
	}
	return by
}

// TestRemindExpiring: who holds a voucher that ends soon is told once, if she has allowed it and wants to hear of it; everybody
// else's row says why not, and changes when the cause is gone.
func TestRemindExpiring(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		w.reminding(t)
		o := w.pastry(t, "面包店")
		w.do(t, func(sc *models.Scope) error { _, err := sc.TakeStock(o.ID); return err })
		soon, later := w.now().Add(2*day), w.now().Add(20*day)
		told, toldTo := w.person(t, models.PurposeExpiring)
		poor, poorTo := w.person(t)
		no, noTo := w.person(t, models.PurposeExpiring)
		less, lessTo := w.person(t, models.PurposeExpiring)
		far, farTo := w.person(t, models.PurposeExpiring)
		used, usedTo := w.person(t, models.PurposeExpiring)
		for _, s := range []models.Session{toldTo, poorTo, noTo, lessTo} {
			w.holds(t, s.MemberID, o, soon)
		}
		w.holds(t, farTo.MemberID, o, later)
		v := w.holds(t, usedTo.MemberID, o, soon)
		gone := v
		gone.State, gone.Used, gone.Ver, gone.RedeemedAt = models.VoucherRedeemed, v.Units, v.Ver+1, w.now()
		w.do(t, func(sc *models.Scope) error {
			return sc.MoveVouchers([]models.VoucherChange{{Before: v, After: gone}}, nil)
		})
		refuse := func(s models.Session, brand models.BrandID, undo bool) {
			if _, err := w.Refuse(t.Context(), s, brand, undo); err != nil {
				t.Fatal(err)
			}
		}
		refuse(noTo, 0, false)
		refuse(lessTo, o.BrandID, false)
		for range 3 {
			w.remind(t)
		}
		box := told.Inbox(appID)
		if len(box) != 1 || box[0].Data["thing1"] != "可颂买一送一" || box[0].Page == "" {
			t.Errorf("she got %+v", box)
		}
		for name, p := range map[string]*wechatsim.Person{"without a credit": poor, "who refuses": no, "less of the brand": less, "far off": far, "used": used} {
			wantBox(t, name, p, 0)
		}
		if by := w.reasons(t, models.ReminderHeld); len(by) != 3 || by["no_credit"] != 1 || by["refuses_ads"] != 1 || by["refuses_brand"] != 1 {
			t.Errorf("held for %v", by)
		}
		w.allow(t, poor, models.PurposeExpiring)
		refuse(noTo, 0, true)
		w.remind(t)
		wantBox(t, "with a credit now", poor, 1)
		wantBox(t, "who does not mind any more", no, 1)
		if by := w.reasons(t, models.ReminderBooked); by[""] != 3 {
			t.Errorf("booked %v", by)
		}
	})
}

// TestRemindByDay: nothing is sent in the quiet hours, of the house's and of the rules of sponsored posts; in the morning it is.
func TestRemindByDay(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		w.reminding(t)
		o := w.pastry(t, "面包店")
		w.do(t, func(sc *models.Scope) error {
			if _, err := sc.TakeStock(o.ID); err != nil {
				return err
			}
			_, err := sc.AddPolicy(0, models.Rules{QuietStart: 20 * 60, QuietEnd: 10 * 60}, 0) // eight in the evening to ten in the morning
			return err
		})
		p, session := w.person(t, models.PurposeExpiring)
		w.holds(t, session.MemberID, o, w.now().Add(2*day))
		for _, c := range []struct {
			hours int
			want  int
		}{{9, 0}, {10, 0}, {2, 0}, {1, 1}, {24, 1}} { // from noon: nine in the evening, seven, nine and ten in the morning, and a day later
			w.clock.Advance(time.Duration(c.hours) * time.Hour)
			w.remind(t)
			wantBox(t, fmt.Sprintf("at %s", w.clock.Now()), p, c.want)
		}
	})
}

// TestRemindOfOffers: who has had something of the brand or the category is told of what is new, once a week at most, and not of
// what she holds; who has had nothing of either is not told.
func TestRemindOfOffers(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		w.reminding(t)
		known := w.pastry(t, "面包店")
		w.clock.Advance(10 * day)
		mei, meiTo := w.person(t, models.PurposeNewOffer, models.PurposeNewOffer)
		other, otherTo := w.person(t, models.PurposeNewOffer)
		v := w.holds(t, meiTo.MemberID, known, w.now().Add(day))
		gone := v
		gone.State, gone.Used, gone.Ver, gone.RedeemedAt = models.VoucherRedeemed, v.Units, v.Ver+1, w.now()
		w.do(t, func(sc *models.Scope) error {
			return sc.MoveVouchers([]models.VoucherChange{{Before: v, After: gone}}, nil)
		})
		w.holds(t, otherTo.MemberID, known, w.now().Add(20*day)) // she has not used it
		w.remind(t)
		wantBox(t, "before there is anything new", mei, 0)
		first, second := w.pastry(t, "花店"), w.pastry(t, "书店") // of the same category
		for range 2 {
			w.remind(t)
		}
		wantBox(t, "of one of two", mei, 1)
		wantBox(t, "who knows neither", other, 0)
		if by := w.reasons(t, models.ReminderHeld); by["weekly_cap"] != 1 {
			t.Errorf("held for %v", by)
		}
		box := mei.Inbox(appID)
		for _, o := range []models.Offer{first, second} {
			if box[0].Page == "pages/offer?id="+o.ID.String() {
				return
			}
		}
		t.Errorf("she got %+v", box)
	})
}

// TestWinBack: who was silent is asked back once for each silence, if she ever claimed anything and there is something to come
// back for.
func TestWinBack(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		w.reminding(t)
		old := w.pastry(t, "面包店")
		claimed, claimedTo := w.person(t, models.PurposeWinBack, models.PurposeWinBack, models.PurposeWinBack)
		never, _ := w.person(t, models.PurposeWinBack)
		w.holds(t, claimedTo.MemberID, old, w.now().Add(day))
		w.clock.Advance(29 * day)
		w.pastry(t, "花店")
		w.remind(t)
		wantBox(t, "not silent enough", claimed, 0)
		w.clock.Advance(2 * day)
		for range 3 {
			w.remind(t)
			w.clock.Advance(day)
		}
		wantBox(t, "silent", claimed, 1)
		wantBox(t, "who never claimed", never, 0)
		w.login(t, claimed) // she is back
		w.remind(t)
		w.clock.Advance(31 * day)
		w.remind(t)
		wantBox(t, "nothing to come back for", claimed, 1)
		w.pastry(t, "书店")
		w.remind(t)
		wantBox(t, "silent again", claimed, 2)
	})
}

// dying is a context that ends when it has been asked for the n-th time: whatever runs under it dies in the middle, at the
// same place each time.
type dying struct {
	context.Context
	die  context.CancelFunc
	left *atomic.Int64
}

func mortal(ctx context.Context, n int64) context.Context {
	ctx, die := context.WithCancel(ctx)
	d := dying{Context: ctx, die: die, left: &atomic.Int64{}}
	d.left.Store(n)
	return d
}

// Done is asked for by every statement.
func (d dying) Done() <-chan struct{} {
	if d.left.Add(-1) <= 0 {
		d.die()
	}
	return d.Context.Done()
}

// TestRemindOnce: two workers that look at one moment, and some that die in the middle of it, send one message to each, and
// spend one credit for it.
func TestRemindOnce(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		w.reminding(t)
		o := w.pastry(t, "面包店")
		w.do(t, func(sc *models.Scope) error { _, err := sc.TakeStock(o.ID); return err })
		var people []*wechatsim.Person
		for range 8 {
			p, session := w.person(t, models.PurposeExpiring, models.PurposeExpiring)
			people = append(people, p)
			w.holds(t, session.MemberID, o, w.now().Add(day))
		}
		look := func() {
			w.do(t, func(sc *models.Scope) error { return jobs.Enqueue(sc.Tx, miniprogram.Remind{}, sc.Now) })
		}
		middle := 0
		for n := range 6 {
			if err := w.Look(mortal(t.Context(), int64(50+80*n))); err == nil || jobs.IsSnooze(err) {
				continue
			}
			if all, err := w.Reminders(t.Context(), w.community, "", 0, 200); err != nil || len(all) > 0 && len(all) < len(people) {
				middle++
			}
		}
		if middle == 0 {
			t.Error("nobody died in the middle")
		}
		look()
		look()
		other, _ := w.server(t)
		var both sync.WaitGroup
		for _, r := range []*jobs.Runner{w.runner, other} {
			both.Go(func() {
				if _, err := r.Drain(t.Context()); err != nil {
					t.Error(err)
				}
			})
		}
		both.Wait()
		w.drain(t)
		all, err := w.Reminders(t.Context(), w.community, "", 0, 200)
		if err != nil || len(all) != len(people) {
			t.Errorf("%d reminders, %v", len(all), err)
		}
		for i, p := range people {
			if n := len(p.Inbox(appID)); n > 1 {
				t.Errorf("%d got %d messages", i, n)
			}
		}
		for _, r := range all {
			if r.State != models.ReminderBooked || r.NoticeID == 0 {
				t.Errorf("%+v", r)
			}
		}
	})
}
