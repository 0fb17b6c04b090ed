package throttle_test

import (
	"context"
	"testing"
	"time"

	"pgregory.net/rapid"

	"siyu/internal/testkit"
	"siyu/models"
)

// owner is a group's owner in a random history: she sends when she likes, also after the time is over or the placement
// is given up, and we hear of it later or never.
type owner struct {
	w     *world
	clock *models.ManualClock
	rules models.Rules
	sent  map[int]models.Millis // what truly happened, by placement
	told  map[int]bool          // what we have heard
	moved map[int]bool          // what the last step was about
}

// Whatever the order of asking, sending, hearing, giving up, retrying and clocks that jump: sends inside their intervals
// never break a cap, the gap or the night, terminal states stay, and the events add up to the state.
func TestLedgerHistories(t *testing.T) {
	t.Parallel()
	s, clock := testkit.Store(t)
	rapid.Check(t, func(rt *rapid.T) {
		rules := models.Rules{GroupCap: rapid.IntRange(1, 3).Draw(rt, "k"), GroupWindow: rapid.Int64Range(1, 30).Draw(rt, "w") * hour,
			MinGap: rapid.Int64Range(0, 5).Draw(rt, "gap") * hour, QuietStart: 22 * 60, QuietEnd: 7 * 60,
			HoldFor: rapid.Int64Range(1, 10).Draw(rt, "hold") * hour, MinHold: 10 * minute}
		o := &owner{w: newWorld(t, s, 6, &rules), clock: clock, rules: rules, sent: map[int]models.Millis{}, told: map[int]bool{},
			moved: map[int]bool{}}
		pick := func() int {
			i := rapid.IntRange(0, 5).Draw(rt, "placement")
			o.moved[i] = true
			return i
		}
		rt.Repeat(map[string]func(*rapid.T){
			"wait": func(rt *rapid.T) {
				clock.Advance(time.Duration(rapid.IntRange(1, 600).Draw(rt, "minutes")) * time.Minute)
			},
			"reserve": func(rt *rapid.T) { o.reserve(rt, pick()) },
			"send":    func(*rapid.T) { o.send(pick()) },
			"hear":    func(*rapid.T) { o.hear(pick()) },
			"give up": func(rt *rapid.T) { o.giveUp(rt, pick()) },
			"jump": func(rt *rapid.T) {
				if rapid.IntRange(0, 9).Draw(rt, "rare") == 0 {
					clock.Advance(time.Duration(rapid.IntRange(-36, 36).Draw(rt, "hours")) * time.Hour)
				}
			},
			"": func(rt *rapid.T) { o.check(rt) },
		})
	})
}

func (o *owner) reserve(rt *rapid.T, i int) {
	before := o.w.read(i)
	p := o.w.reserve(i)
	if p.State == models.PlacementHeld && (p.Reason == "" || p.Reasons == "") {
		rt.Fatalf("held without a reason: %+v", p)
	}
	if before.State != models.PlacementPlanned && before.State != models.PlacementHeld && p != before {
		rt.Fatalf("asking for a %s one changed it to %+v", before.State, p)
	}
	if p.State == models.PlacementReserved && before.State != models.PlacementReserved {
		o.wantRoom(rt, p, o.rows(rt, true)) // late sends count against a new slot
	}
	if again := o.w.reserve(i); again.State != p.State || again.S != p.S || again.E != p.E {
		rt.Fatalf("asked twice: %+v, then %+v", p, again)
	}
}

func (o *owner) send(i int) {
	p := o.w.read(i)
	if _, done := o.sent[i]; done || p.S == 0 {
		return
	}
	o.sent[i] = models.MillisOf(o.clock.Now())
}

func (o *owner) hear(i int) {
	if at, ok := o.sent[i]; ok {
		o.told[i] = true
		o.w.confirm(i, at)
		o.w.confirm(i, at.Add(time.Hour)) // told again, wrongly
	}
}

// giveUp releases what is over and, as far as can be verified, was not sent.
func (o *owner) giveUp(rt *rapid.T, i int) {
	p := o.w.read(i)
	_, sent := o.sent[i]
	if sent && !o.told[i] && p.State == models.PlacementReserved {
		return // the platform says that it was sent
	}
	after := o.w.release(i, "owner_silent")
	final := p.State == models.PlacementConfirmed || p.State == models.PlacementLate || p.State == models.PlacementReleased
	if final && after != p {
		rt.Fatalf("%+v was given up as %+v", p, after)
	}
}

// rows are the group's placements that count: those posted in time and those that may still be, and on demand those
// posted late.
func (o *owner) rows(rt *rapid.T, late bool) []models.Placement {
	all, err := o.w.store.Read(context.Background()).In(o.w.community).LivePlacements(o.w.group, 0)
	if err != nil {
		rt.Fatal(err)
	}
	var rows []models.Placement
	for _, p := range all {
		switch p.State {
		case models.PlacementLate:
			if !late {
				continue
			}
			p.S, p.E = p.SentAt, p.SentAt
		case models.PlacementConfirmed:
			p.S, p.E = p.SentAt, p.SentAt
		}
		rows = append(rows, p)
	}
	return rows
}

// wantRoom wants no window that p can fall into to be able to hold more than the rules allow.
func (o *owner) wantRoom(rt *rapid.T, p models.Placement, rows []models.Placement) {
	for _, rule := range []struct {
		k int
		w int64
	}{{o.rules.GroupCap, o.rules.GroupWindow}, {1, o.rules.MinGap}} {
		for _, end := range rows { // the fullest windows end where one of them begins
			x := end.S
			if x < p.S || int64(x) >= int64(p.E)+rule.w {
				continue
			}
			n := 0
			for _, q := range rows {
				if q.S <= x && int64(q.E) > int64(x)-rule.w {
					n++
				}
			}
			if rule.w > 0 && n > rule.k {
				rt.Fatalf("%d can be sent within %d h, %d may: %+v", n, rule.w/hour, rule.k, rows)
			}
		}
	}
}

func (o *owner) check(rt *rapid.T) {
	zone, err := time.LoadLocation("America/Vancouver")
	if err != nil {
		rt.Fatal(err)
	}
	rows := o.rows(rt, false)
	for _, p := range rows {
		o.wantRoom(rt, p, rows)
		for _, at := range []models.Millis{p.S, p.E} {
			if h := at.Time().In(zone).Hour(); h >= 22 || h < 7 {
				rt.Fatalf("%s at night: %s", p.State, at.Time().In(zone))
			}
		}
	}
	for i := range o.moved {
		p, ev := o.w.read(i), o.w.events(i)
		state := models.PlacementPlanned
		for _, e := range ev {
			if e.FromState != state {
				rt.Fatalf("placement %d: an event leads from %s, the one before to %s", i, e.FromState, state)
			}
			state = e.ToState
		}
		if state != p.State {
			rt.Fatalf("placement %d is %s, its events say %s", i, p.State, state)
		}
		if o.told[i] && p.State != models.PlacementConfirmed && p.State != models.PlacementLate {
			rt.Fatalf("placement %d was sent, and is %s", i, p.State)
		}
	}
	clear(o.moved)
}
