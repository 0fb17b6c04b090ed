package throttle

import (
	"errors"
	"fmt"
	"log/slog"
	"time"

	"siyu/models"
)

// clockSlack is how far behind a group's latest entry a clock may read and still be believed (several instances never
// agree to the millisecond); the group's latest time is then used instead.
const clockSlack = time.Minute

// Options is what a ledger needs.
type Options struct {
	Logger *slog.Logger // discarded if nil
}

// Ledger books placements. It works in the caller's transaction, under the group's row lock, so what it decides and the
// rows it decides from cannot come apart. Safe for concurrent use.
type Ledger struct {
	log   *slog.Logger
	zones zones
	watch []func(*models.Scope, models.GroupID) error
}

// NewLedger makes a ledger.
func NewLedger(o Options) (*Ledger, error) {
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	return &Ledger{log: o.Logger}, nil
}

// OnChange has fn called, in the same transaction, whenever a group may have become free earlier than was said: a
// placement was confirmed or released. Call it while wiring, before the ledger is used.
func (l *Ledger) OnChange(fn func(sc *models.Scope, group models.GroupID) error) {
	l.watch = append(l.watch, fn)
}

func (l *Ledger) changed(sc *models.Scope, group models.GroupID) error {
	for _, fn := range l.watch {
		if err := fn(sc, group); err != nil {
			return fmt.Errorf("tell that group %s changed: %w", group, err)
		}
	}
	return nil
}

// Reserve asks for a slot for a planned or held placement, now. It returns the placement as it is afterwards: reserved
// with its interval [S, E]; held with the reasons and NextAt, the first time at which the answer will be yes if nothing
// else happens (zero: not by itself); or lapsed because the flight is over. Any other state is returned as it is: asking
// twice takes one slot.
//
// fresh is true only for the one call that took the slot: whoever gets it hands the placement over.
func (l *Ledger) Reserve(sc *models.Scope, id models.PlacementID) (p models.Placement, fresh bool, err error) {
	p, moved, err := l.change(sc, id, func(p models.Placement, g models.Group) (models.Placement, error) {
		if p.State != models.PlacementPlanned && p.State != models.PlacementHeld {
			return p, nil
		}
		o, err := sc.Offer(p.OfferID)
		if err != nil {
			return p, err
		}
		if o.State != models.OfferApproved || sc.Now >= o.EndsAt {
			return lapse(p), nil
		}
		v, rev, err := l.ask(sc, g, question{brand: p.BrandID, offer: p.OfferID, start: o.StartsAt, end: o.EndsAt})
		if err != nil {
			return p, err
		}
		p.PolicyRev = rev
		return answer(p, v), nil
	})
	return p, moved && p.State == models.PlacementReserved, err
}

// answer is the placement after a verdict. The same refusal as before leaves it equal: that is not an event.
func answer(p models.Placement, v Verdict) models.Placement {
	p.NextAt = 0
	if v.Allow {
		p.State, p.S, p.E = models.PlacementReserved, models.Millis(v.S), models.Millis(v.E)
		p.Reason, p.Reasons = "", ""
		return p
	}
	p.State, p.Reason, p.Reasons = models.PlacementHeld, v.Deciding.String(), v.Reasons.String()
	if v.Next != Never {
		p.NextAt = models.Millis(v.Next)
	}
	return p
}

// lapse ends a placement whose flight is over; the reason it was last held for stays.
func lapse(p models.Placement) models.Placement {
	p.State, p.NextAt = models.PlacementLapsed, 0
	if p.Reason == "" {
		p.Reason, p.Reasons = OfferEnded.String(), OfferEnded.String()
	}
	return p
}

// tries is how often a placement that moved between being read and being written is read again. Only the hand-over
// (reserved to tasked) moves one without the group's lock, and only once.
const tries = 3

// change takes a placement, under its group's lock, to where next says, and reports whether that is somewhere else.
func (l *Ledger) change(sc *models.Scope, id models.PlacementID,
	next func(models.Placement, models.Group) (models.Placement, error),
) (models.Placement, bool, error) {
	p, err := sc.Placement(id)
	if err != nil {
		return p, false, fmt.Errorf("placement %s: %w", id, err)
	}
	g, err := sc.LockGroup(p.GroupID)
	if err != nil {
		return p, false, fmt.Errorf("lock group %s: %w", p.GroupID, err)
	}
	for range tries {
		if p, err = sc.Placement(id); err != nil { // again: what was read before the lock may be old
			return p, false, fmt.Errorf("placement %s: %w", id, err)
		}
		to, err := next(p, g)
		if err != nil || to == p {
			return p, false, err
		}
		moves := []models.Move{{From: p, To: to}}
		if err := sc.BookMoves(map[models.GroupID]*models.Group{g.ID: &g}, moves); err != nil {
			return p, false, err
		}
		return moves[0].To, true, nil
	}
	return p, false, models.Errorf(models.Conflict, "placement_moved", "placement %s keeps moving", id)
}

// question is what is asked about a group: a candidate, or with zero ids the group alone.
type question struct {
	brand      models.BrandID
	offer      models.OfferID
	start, end models.Millis
}

// ask runs the kernel over the group's rows. What cannot be read as rules becomes the reason NoPolicy; only a failing
// store is an error.
func (l *Ledger) ask(sc *models.Scope, g models.Group, q question) (Verdict, int, error) {
	pol, err := l.policy(sc, g)
	if err != nil {
		if !errors.Is(err, errNoPolicy) {
			return Verdict{}, 0, err
		}
		l.log.Warn("a group has no rules that can be read: nothing is sent to it", "group", g.ID.String(), "error", err)
		return Verdict{Reasons: Reasons(0).With(NoPolicy), Deciding: NoPolicy, Next: Never}, 0, nil
	}
	in := Input{
		Rules: pol.rules, Calendar: pol.calendar, Clock: pol.clock, Quiet: pol.quiet, Hold: pol.hold, MinWindow: pol.minWindow,
		Brand: int64(q.brand), Offer: int64(q.offer), Start: int64(q.start), End: int64(q.end),
	}
	if g.Paused {
		in.PausedUntil = Never
	}
	now := sc.Now
	if g.ClockHigh.Sub(now) <= clockSlack {
		now = max(now, g.ClockHigh)
	} else {
		in.ClockFloor = int64(g.ClockHigh)
	}
	if in.Live, err = live(sc, g.ID, now, pol.longest); err != nil {
		return Verdict{}, 0, err
	}
	return Decide(in, int64(now)), pol.rev, nil
}

// live lists what counts in a group. A pending placement whose time is over and that nobody has taken back can still be
// sent: it reaches to now.
func live(sc *models.Scope, group models.GroupID, now models.Millis, longest int64) ([]Entry, error) {
	rows, err := sc.LivePlacements(group, now-models.Millis(longest))
	if err != nil {
		return nil, fmt.Errorf("what counts in group %s: %w", group, err)
	}
	all := make([]Entry, 0, len(rows))
	for _, p := range rows {
		e := Entry{Interval: Interval{S: int64(p.S), E: int64(max(p.E, now))}, Brand: int64(p.BrandID), Offer: int64(p.OfferID)}
		if p.State == models.PlacementConfirmed || p.State == models.PlacementLate {
			e.S, e.E = int64(p.SentAt), int64(p.SentAt)
		}
		all = append(all, e)
	}
	return all, nil
}
