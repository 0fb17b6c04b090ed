package offers_test

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"pgregory.net/rapid"

	"siyu/internal/testkit"
	"siyu/models"
	"siyu/offers"
	"siyu/offers/reconcile"
)

// lives is a community with several lives, two servers and one clock, which stands still while they live; and people who want the
// few vouchers of another offer, one after the other.
type lives struct {
	*house
	servers []*offers.Service
	clerks  []models.Account // of the brand, and last its owner, who may do what a manager may
	offers  []models.Offer   // of one unit, of three, and with a limit for households
	all     []*life
	looked  int
	steps   *testkit.Steps

	few    models.Offer
	want   []models.MemberID
	held   map[int]models.VoucherID
	queue  queue
	serial int
}

// What somebody may have, and how many want what is few.
const (
	livesPerMember = 4
	livesPerHome   = 3
	livesWanting   = 6
)

func newLives(t *testing.T, s *models.Store, clock *models.ManualClock, steps *testkit.Steps) *lives {
	t.Helper()
	h := newHouse(t, s, clock, 1)
	h.hearPromises()
	w := &lives{house: h, servers: []*offers.Service{h.service, h.another()}, clerks: []models.Account{h.clerk("Lin"), h.clerk("Wu"), h.brandUser()}, steps: steps}
	n := 6
	if steps.Long {
		n = 24
	}
	d := h.draft(n * 3 * 1000)
	d.PerMember, d.EndsAt, d.RedeemBy = livesPerMember, h.now().Add(24*time.Hour), h.now().Add(36*time.Hour)
	one := h.open(d)
	d.Units = 3
	three := h.open(d)
	d.Units, d.PerHousehold = 1, livesPerHome
	w.offers = []models.Offer{one, three, h.open(d)}
	for i := range n {
		w.all = append(w.all, w.life(i))
	}
	d = h.draft(2)
	d.EndsAt, d.RedeemBy = h.now().Add(72*time.Hour), h.now().Add(96*time.Hour)
	w.few, w.held = h.open(d), map[int]models.VoucherID{}
	w.queue = queue{stock: 2, promised: map[int]models.Millis{}, holds: map[int]bool{}}
	for i := range livesWanting {
		w.want = append(w.want, h.member(fmt.Sprintf("wants-%d-%s", i, h.community)))
	}
	return w
}

func (w *lives) life(i int) *life {
	w.t.Helper()
	name := fmt.Sprintf("life-%d-%s", i, w.community)
	l := &life{w: w, device: "till-of-" + name, names: [2]models.Name{named(name), followed(name)}}
	l.people = [3]models.MemberID{w.identify(l.names[0]), w.identify(l.names[1]), w.member(name + "-home")}
	w.tx(func(sc *models.Scope) error {
		_, err := sc.Join([]models.MemberID{l.people[0], l.people[2]}, 1)
		return err
	})
	return l
}

// TestVoucherLives: members claim, and clerks show, write off, repeat, take back, let go, void and write journals without a network,
// over two servers at once; people turn out to be one, a list waits for what is few, and time passes. Every single answer is the
// one the rules alone give, and in the end every sum is right.
func TestVoucherLives(t *testing.T) {
	t.Parallel()
	testkit.Worlds(t, "SIYU_SOAK_VOUCHERS", 500, func(t *testing.T, s *models.Store, clock *models.ManualClock, steps *testkit.Steps) {
		failed := false
		for !steps.Over() {
			rapid.Check(t, func(r *rapid.T) {
				if steps.Over() && !failed { // rapid's own number is for what needs no store
					return
				}
				failed = true // unless it comes to its end: what fails is walked again to find a shorter way there
				w := newLives(t, s, clock, steps)
				r.Repeat(rapid.StateMachineActions(w))
				w.reckon(r)
				failed = false
			})
		}
	})
}

// Round lets everybody live some steps at the same time, and then time pass.
func (w *lives) Round(r *rapid.T) {
	most := 4
	if w.steps.Long {
		most = 16
	}
	n := rapid.IntRange(1, most).Draw(r, "steps")
	todo := make([][]command, len(w.all))
	for i := range todo {
		todo[i] = rapid.SliceOfN(someCommand, n, n).Draw(r, fmt.Sprint("life ", i))
	}
	w.together(r, func(i int) string {
		for _, c := range todo[i] {
			if what, got, want := w.all[i].step(c); got != want {
				return fmt.Sprintf("life %d, %s: %q, want %q", i, what, got, want)
			}
		}
		return ""
	}, len(w.all))
	w.steps.Took(n * len(w.all))
	pause := rapid.SampledFrom([]time.Duration{time.Second, 30 * time.Second, 2 * time.Minute, 4 * time.Minute, 12 * time.Minute, time.Hour, 7 * time.Hour})
	w.clock.Advance(pause.Draw(r, "pause"))
}

// together runs something for several lives at once and fails with what the first of them says.
func (w *lives) together(r *rapid.T, live func(i int) string, n int) {
	faults := make([]string, n)
	var all sync.WaitGroup
	for i := range n {
		all.Go(func() { faults[i] = live(i) })
	}
	all.Wait()
	if first := cmp.Or(faults...); first != "" {
		r.Fatalf("at %d: %s", w.now(), first)
	}
}

// Meet finds out that two people are one, or has somebody look at what she is told then.
func (w *lives) Meet(r *rapid.T) {
	l := w.all[rapid.IntRange(0, len(w.all)-1).Draw(r, "life")]
	if !l.merged && rapid.IntRange(0, 3).Draw(r, "are one") == 0 {
		w.identify(l.names[:]...)
		l.merged = true
	}
	w.steps.Took(1)
}

// Queue is about the few: people claim, wait, leave and lose them, and there are more of them.
func (w *lives) Queue(r *rapid.T) {
	for range rapid.IntRange(1, 6).Draw(r, "steps") {
		who := rapid.IntRange(0, livesWanting-1).Draw(r, "who")
		what := rapid.SampledFrom([]string{"wait", "wait", "claim", "claim", "leave", "more", "lose"}).Draw(r, "what")
		if got, want := w.queueStep(what, who); got != want {
			r.Fatalf("%s of %d: got %q, the model says %q (%+v)", what, who, got, want, w.queue)
		}
		w.steps.Took(1)
	}
	w.tx(func(sc *models.Scope) error { return offers.PassOn(sc, w.few.ID) })
	w.queue.pass(w.now(), w.few.EndsAt)
	w.agrees(r, w.few.ID, w.want, w.queue)
}

func (w *lives) queueStep(what string, who int) (got, want string) {
	ctx, q := context.Background(), &w.queue
	q.pass(w.now(), w.few.EndsAt)
	w.serial++
	service := w.servers[w.serial%2]
	switch what {
	case "wait":
		_, err := service.Wait(ctx, w.community, w.want[who], w.few.ID)
		return models.CodeOf(err), q.wait(who)
	case "claim":
		in := offers.ClaimInput{Community: w.community, Member: w.want[who], Offer: w.few.ID, Key: fmt.Sprintf("key-of-few-%d-%d", who, w.serial)}
		given, err := service.Claim(ctx, in)
		if err == nil {
			w.held[who] = given.ID
		}
		return models.CodeOf(err), q.claim(who)
	case "leave":
		err := service.Leave(ctx, w.community, w.want[who], w.few.ID)
		delete(q.promised, who)
		q.waiting = slices.DeleteFunc(q.waiting, func(x int) bool { return x == who })
		q.pass(w.now(), w.few.EndsAt)
		return models.CodeOf(err), ""
	case "more":
		w.stock(w.few.ID, 1)
		q.stock++
		q.pass(w.now(), w.few.EndsAt)
	case "lose":
		if !q.holds[who] {
			return "", ""
		}
		_, err := service.Void(ctx, offers.VoidInput{By: w.clerks[2], Voucher: w.held[who], Reason: "a test", ReturnStock: true})
		q.holds[who] = false
		q.claimed--
		q.pass(w.now(), w.few.EndsAt)
		return models.CodeOf(err), ""
	}
	return "", ""
}

// Check looks at a few of the lives, others each time: a voucher of each is stored as it must be, and its key still gives it.
func (w *lives) Check(r *rapid.T) {
	const some = 4
	w.together(r, func(i int) string {
		l := w.all[(w.looked+i)%len(w.all)]
		if len(l.all) == 0 {
			return ""
		}
		l.asked++
		v := l.all[l.asked*7%len(l.all)]
		for _, ask := range []func() (string, string, string){
			func() (string, string, string) { return l.look(v) },
			func() (string, string, string) { return l.same(v, command{Server: l.asked % 2, N: l.asked}) },
		} {
			if what, got, want := ask(); got != want {
				return fmt.Sprintf("%s: %q, want %q", what, got, want)
			}
		}
		return ""
	}, some)
	w.looked += some
}

// reckon adds everything up: the stock, the events of each voucher, its redemptions that stand, and what the funnel knows; and has
// the books proved as every night.
func (w *lives) reckon(r *rapid.T) {
	w.together(r, func(i int) string { return w.all[i].reckon() }, len(w.all))
	taken := map[models.OfferID]int{}
	for _, l := range w.all {
		for _, v := range l.all {
			if !v.returned {
				taken[v.offer.ID]++
			}
		}
	}
	for _, o := range w.offers {
		if now, err := w.read().Offer(o.ID); err != nil || now.Claimed != taken[o.ID] {
			r.Fatalf("%d of offer %s are claimed, %d are held, %v", now.Claimed, o.ID, taken[o.ID], err)
		}
	}
	var first string
	_, err := reconcile.Run(context.Background(), reconcile.Options{Store: w.store, Pause: time.Millisecond, Tell: func(_ models.CommunityID, d reconcile.Difference) {
		first = cmp.Or(first, fmt.Sprintf("%s of %s is %s, want %s", d.Check, d.Row, d.Got, d.Want))
	}}, w.community)
	if err != nil || first != "" {
		r.Fatalf("the books: %s, %v", first, err)
	}
}

// reckon adds up what one life knows, and says what is wrong.
func (l *life) reckon() string {
	sc := l.w.read()
	ids := make([]models.VoucherID, len(l.all))
	for i, v := range l.all {
		ids[i] = v.id
		if _, got, want := l.look(v); got != want {
			return fmt.Sprintf("a voucher is %s and must be %s", got, want)
		}
	}
	live, err := sc.LiveRedemptions(ids)
	if err != nil {
		return err.Error()
	}
	events, err := sc.EventsOf(ids)
	if err != nil {
		return err.Error()
	}
	standing := 0
	for _, v := range l.all {
		used := 0
		for _, r := range live[v.id] {
			used += r.Units
		}
		standing += len(live[v.id])
		if e := events[v.id]; used != v.used || len(e) != v.ver || fold(e) != v.used {
			return fmt.Sprintf("voucher %s: %d used, %d by its redemptions, %d by its events; version %d of %d events", v.id, v.used, used, fold(e), v.ver, len(e))
		}
	}
	known, err := l.touched(sc)
	if n := lost(live, l.sent); err != nil || n != 0 || known != standing {
		return fmt.Sprintf("%d redemptions are not as they must be; %d stand, the funnel knows %d, %v", n, standing, known, err)
	}
	return ""
}

// touched counts the redemptions of a life that the funnel knows.
func (l *life) touched(sc *models.Scope) (n int, err error) {
	var people []models.MemberID
	for _, m := range l.people {
		p, err := sc.Canonical(m)
		if err != nil {
			return 0, err
		}
		people = append(people, p)
	}
	slices.Sort(people)
	all, err := sc.TouchesOfAll(slices.Compact(people))
	for _, touches := range all {
		for _, t := range touches {
			if t.Kind == models.TouchRedeem {
				n++
			}
		}
	}
	return n, err
}

// fold adds up what events say is used.
func fold(events []models.VoucherEvent) int {
	used := 0
	for _, e := range events {
		switch e.Kind {
		case models.EventRedeemed:
			used += e.Units
		case models.EventReversed:
			used -= e.Units
		default:
		}
	}
	return used
}
