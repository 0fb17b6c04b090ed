package offers

import (
	"errors"
	"log/slog"
	"sync"

	"siyu/internal/jobs"
	"siyu/models"
	"siyu/offers/ledger"
	"siyu/throttle"
	"siyu/throttle/keeper"
	"siyu/throttle/turns"
)

// Options is what the service needs.
type Options struct {
	Store  *models.Store
	Ledger *throttle.Ledger
	Jobs   *jobs.Runner
	// Offline bounds what tills may accept without a network; what is zero has its default.
	Offline OfflineLimits
	Keeper  *keeper.Keeper // made with its defaults if nil
	Logger  *slog.Logger   // discarded if nil
	// ClaimQueue is how many claims may wait in this process; 8,192 if zero.
	ClaimQueue int
	// ClaimWorkers is how many batches of one offer may run at once; if zero two on MySQL, one on SQLite, where only one writes.
	ClaimWorkers int
	// Redeem are the numbers the till goes by; what is zero has its default.
	Redeem RedeemRules
}

// Service is everything that can be done with an offer. It is safe for concurrent use.
type Service struct {
	store  *models.Store
	ledger *throttle.Ledger
	alone  OfflineLimits // of tills
	turns  *turns.Planner
	jobs   *jobs.Runner
	keeper *keeper.Keeper
	claims *combiner
	rules  RedeemRules
	tills  *tills

	emptied emptied
	linter  func() *Linter // made when it is first asked: its rules take milliseconds to compile
	log     *slog.Logger
}

// New makes the service, registers its work with the runner and has the ledger tell it when a slot frees. It does not add the
// keeper's gates to the ledger: whoever made both does.
func New(o Options) (*Service, error) {
	if o.Store == nil || o.Ledger == nil || o.Jobs == nil {
		return nil, errors.New("offers: store, ledger and jobs are all needed")
	}
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	if o.Keeper == nil {
		var err error
		if o.Keeper, err = keeper.New(keeper.Options{Store: o.Store, Logger: o.Logger}); err != nil {
			return nil, err
		}
	}
	s := &Service{store: o.Store, ledger: o.Ledger, turns: turns.New(o.Ledger), jobs: o.Jobs, keeper: o.Keeper,
		claims: newCombiner(o), linter: sync.OnceValue(NewLinter), log: o.Logger, emptied: emptied{last: map[lineOf]models.Millis{}}}
	s.rules = o.Redeem.withDefaults()
	s.tills = newTills(o, s.rules)
	jobs.Register(o.Jobs, s.place)
	jobs.Register(o.Jobs, s.placeMany)
	jobs.Register(o.Jobs, s.planTurns)
	jobs.Register(o.Jobs, s.planWeeks)
	jobs.Register(o.Jobs, s.learn)
	jobs.Register(o.Jobs, s.watch)
	jobs.Register(o.Jobs, s.countOverlaps)
	jobs.Register(o.Jobs, s.nudgeGroups)
	jobs.Register(o.Jobs, s.oneEach)
	jobs.Register(o.Jobs, s.sweepWaiting)
	jobs.Register(o.Jobs, s.reconcile)
	jobs.Register(o.Jobs, s.closeMonths)
	o.Ledger.OnChange(s.Nudge)
	o.Ledger.OnChangeMany(nudgeLater)
	s.alone = o.Offline.orDefault()
	o.Ledger.OnConfirm(ledger.Placed)
	return s, nil
}
