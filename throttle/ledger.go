package throttle

import (
	"fmt"
	"log/slog"
	"sync"
	"time"

	"siyu/models"
)

// clockSlack is how far behind a group's latest entry a clock may read and still be believed (several instances never
// agree to the millisecond); the group's latest time is then used instead.
const clockSlack = time.Minute

// Options is what a ledger needs.
type Options struct {
	Logger *slog.Logger // discarded if nil
	// Guard watches the machine's clock; nothing is reserved while it suspects it. Nil: the clock is believed, as one must
	// that a driver moves.
	Guard *Guard
}

// Ledger books placements. It works in the caller's transaction, under the group's row lock, so what it decides and the
// rows it decides from cannot come apart. Safe for concurrent use.
type Ledger struct {
	log   *slog.Logger
	guard *Guard
	zones zones
	watch []func(*models.Scope, models.GroupID) error
	hooks []Hook

	onConfirm []func(*models.Scope, models.Placement) error

	watchMany []func(*models.Scope, []models.GroupID) error

	made     sync.Mutex
	policies map[policyKey]policy
}

// NewLedger makes a ledger.
func NewLedger(o Options) (*Ledger, error) {
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	return &Ledger{log: o.Logger, guard: o.Guard}, nil
}

// OnChange has fn called, in the same transaction, whenever a group may have become free earlier than was said: a
// placement was confirmed or released. Call it while wiring, before the ledger is used.
func (l *Ledger) OnChange(fn func(sc *models.Scope, group models.GroupID) error) {
	l.watch = append(l.watch, fn)
}

// OnConfirm has fn called, in the same transaction and under its group's lock, with a placement that was confirmed or booked as
// late, once. Call it while wiring, before the ledger is used.
func (l *Ledger) OnConfirm(fn func(sc *models.Scope, p models.Placement) error) {
	l.onConfirm = append(l.onConfirm, fn)
}

// OnChangeMany has fn called, in the same transaction, whenever many groups may have become free earlier than was said. There
// may be thousands of them, so fn leaves the work to later. Call it while wiring, before the ledger is used.
func (l *Ledger) OnChangeMany(fn func(sc *models.Scope, groups []models.GroupID) error) {
	l.watchMany = append(l.watchMany, fn)
}

// changedMany tells it of those groups in which something waits; of some, or of all if groups is nil.
func (l *Ledger) changedMany(sc *models.Scope, groups []models.GroupID) error {
	waiting, err := sc.GroupsHolding(groups)
	if err != nil || len(waiting) == 0 {
		return err
	}
	for _, fn := range l.watchMany {
		if err := fn(sc, waiting); err != nil {
			return fmt.Errorf("tell that %d groups changed: %w", len(waiting), err)
		}
	}
	return nil
}

func (l *Ledger) changed(sc *models.Scope, group models.GroupID) error {
	for _, fn := range l.watch {
		if err := fn(sc, group); err != nil {
			return fmt.Errorf("tell that group %s changed: %w", group, err)
		}
	}
	return nil
}

// Ask is one question to the ledger: may this offer go into this group now. Offer and Placement are zero when the group
// alone is asked about.
type Ask struct {
	Group     models.Group
	Offer     models.Offer
	Placement models.Placement
	Rules     models.Rules // the community's and the group's together
	Posts     []models.Placement
	Now       models.Millis
}

// Hook tells further gates for each of some questions, in their order; no two are about one group. Posts is what counts in
// the group. It is called under the groups' locks before a reservation, and without any for an explanation; it must only
// read, and its gates can only tighten.
type Hook func(sc *models.Scope, asks []Ask) ([][]Gate, error)

// AddHook has a hook asked at every decision. Call it while wiring, before the ledger is used.
func (l *Ledger) AddHook(h Hook) { l.hooks = append(l.hooks, h) }

// hooked asks all hooks.
func (l *Ledger) hooked(sc *models.Scope, asks []Ask) ([][]Gate, error) {
	all := make([][]Gate, len(asks))
	for _, h := range l.hooks {
		gates, err := h(sc, asks)
		if err != nil {
			return nil, err
		}
		for i := range min(len(gates), len(all)) {
			all[i] = append(all[i], gates[i]...)
		}
	}
	return all, nil
}

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
