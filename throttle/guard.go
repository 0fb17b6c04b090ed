package throttle

import (
	"context"
	"crypto/rand"
	"errors"
	"log/slog"
	"sync"
	"time"

	"siyu/models"
)

// GuardOptions is what a guard needs.
type GuardOptions struct {
	Store *models.Store
	// Read reads the machine's clocks; those of the machine if nil.
	Read   func() models.Reading
	Logger *slog.Logger // discarded if nil
	// Most is how far clocks may be apart and still be believed; five minutes if zero.
	Most time.Duration
	// Every is how often the clock is compared with the database's and the other instances'; a minute if zero.
	Every time.Duration
	// Healed is called when the clock is believed again.
	Healed func(context.Context) error
}

// Guard watches the machine's clock. All caps rest on it: one that jumps ahead makes old posts look older than they are, and
// then too much is sent. So while it is suspect nothing is reserved. It is suspect when it has moved against the machine's
// monotonic clock, or is apart from the database server's, or behind another instance's, by more than the limit; and is
// believed again when that is over or when an operator says that it is right.
//
// A clock that a driver moves, as in the demo and in tests, needs no guard.
type Guard struct {
	o        GuardOptions
	instance string

	mu      sync.Mutex
	base    models.Reading // when the clock was last trusted
	offset  time.Duration  // of the database's clock, as it was then
	trusted int64          // the operator's word that this follows
	why     string         // what the last comparison found
	beaten  bool           // it was compared at least once
	unwell  bool           // it was suspect when that was last told
}

// The reasons why a clock is suspect.
const (
	suspectDrift  = "drift"  // it jumped
	suspectServer = "server" // the database's clock reads otherwise
	suspectPeer   = "peer"   // another instance's clock is ahead of it
)

// NewGuard makes a guard that trusts the clock as it is now.
func NewGuard(o GuardOptions) (*Guard, error) {
	if o.Store == nil {
		return nil, errors.New("a guard needs a store")
	}
	if o.Read == nil {
		o.Read = models.WallClock{}.Readings()
	}
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	if o.Most == 0 {
		o.Most = maxDrift
	}
	if o.Every == 0 {
		o.Every = time.Minute
	}
	return &Guard{o: o, instance: rand.Text(), base: o.Read()}, nil
}

// Suspects tells why the clock is not believed now; empty: it is. It asks the machine alone and takes no time.
func (g *Guard) Suspects() string {
	if g == nil {
		return ""
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.suspects(g.o.Read())
}

func (g *Guard) suspects(r models.Reading) string {
	if g.drift(r).Abs() > g.o.Most {
		return suspectDrift
	}
	return g.why
}

// drift is how far the wall's clock has moved against the counting one since it was trusted.
func (g *Guard) drift(r models.Reading) time.Duration {
	return r.Wall.Sub(g.base.Wall) - (r.Count - g.base.Count)
}

// Run compares at once and then again and again until the context ends. A nil guard does nothing.
func (g *Guard) Run(ctx context.Context) {
	if g == nil {
		return
	}
	for {
		if err := g.Beat(ctx); err != nil && ctx.Err() == nil {
			g.o.Logger.WarnContext(ctx, "the clock cannot be compared", "error", err)
		}
		select {
		case <-ctx.Done():
			return
		case <-time.After(g.o.Every):
		}
	}
}

// Beat compares the clock with the database server's and with the other instances', follows an operator who trusts it, and
// writes down what this instance's clock reads.
func (g *Guard) Beat(ctx context.Context) error {
	tx := g.o.Store.Read(ctx)
	asked := g.o.Read()
	server, hasServer, err := tx.ServerTime()
	if err != nil {
		return err
	}
	all, err := tx.Heartbeats()
	if err != nil {
		return err
	}
	h, told, unwell := g.compare(asked, server, hasServer, all)
	err = g.o.Store.Tx(ctx, func(tx *models.Tx) error {
		if err := tx.DropHeartbeats(asked.Wall.Add(-keepHeartbeats)); err != nil {
			return err
		}
		return tx.Beat(h)
	})
	if !told {
		return err
	}
	if unwell {
		g.o.Logger.ErrorContext(ctx, "the clock is suspect: no sponsored post is reserved until it is right again or trusted",
			"why", h.Suspect, "drift_ms", h.Drift, "behind_ms", h.Behind)
		return err
	}
	g.o.Logger.InfoContext(ctx, "the clock is believed again")
	if g.o.Healed != nil {
		err = errors.Join(err, g.o.Healed(ctx))
	}
	return err
}

// keepHeartbeats is for how long an instance that is gone is still shown.
const keepHeartbeats = 24 * time.Hour

// compare forms an opinion; told says that it is another one than last time.
func (g *Guard) compare(asked models.Reading, server time.Time, hasServer bool, all []models.Heartbeat) (h models.Heartbeat, told, unwell bool) {
	g.mu.Lock()
	defer g.mu.Unlock()
	now := g.o.Read()
	behind := time.Duration(0)
	if hasServer { // the answer was made somewhere between the two readings
		behind = server.Sub(asked.Wall.Add((now.Count - asked.Count) / 2))
	}
	trust := int64(0)
	for _, other := range all {
		if other.Instance == models.TrustInstance {
			trust = other.At
		}
	}
	if trust != g.trusted && g.beaten { // her word from before this began to watch is about another clock
		g.base, g.offset = now, behind
	}
	g.trusted, g.beaten = trust, true
	g.why = ""
	if behind.Abs() > g.o.Most && (behind-g.offset).Abs() > g.o.Most {
		g.why = suspectServer
	}
	for _, other := range all {
		ahead := time.UnixMilli(other.At).Sub(now.Wall)
		if other.Instance != models.TrustInstance && other.Instance != g.instance && ahead > g.o.Most && g.why == "" {
			g.why = suspectPeer
		}
	}
	h = models.Heartbeat{Instance: g.instance, At: now.Wall.UnixMilli(), Drift: g.drift(now).Milliseconds(), Behind: behind.Milliseconds(),
		Suspect: g.suspects(now)}
	unwell = h.Suspect != ""
	told, g.unwell = unwell != g.unwell, unwell
	return h, told, unwell
}

// Trust is an operator's word that the clocks are right as they are. What instances wrote before is forgotten: each says anew
// what it reads, and takes that for right.
func Trust(tx *models.Tx, at time.Time) error {
	if err := tx.DropHeartbeats(at.Add(100 * 365 * 24 * time.Hour)); err != nil {
		return err
	}
	return tx.Beat(models.Heartbeat{Instance: models.TrustInstance, At: at.UnixMilli()})
}
