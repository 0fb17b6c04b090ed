package offers

import (
	"errors"
	"log/slog"

	"siyu/internal/jobs"
	"siyu/models"
	"siyu/throttle"
	"siyu/throttle/turns"
)

// Options is what the service needs.
type Options struct {
	Store  *models.Store
	Ledger *throttle.Ledger
	Jobs   *jobs.Runner
	Logger *slog.Logger // discarded if nil
}

// Service is everything that can be done with an offer. It is safe for concurrent use.
type Service struct {
	store  *models.Store
	ledger *throttle.Ledger
	turns  *turns.Planner
	jobs   *jobs.Runner
	log    *slog.Logger
}

// New makes the service, registers its work with the runner and has the ledger tell it when a slot frees.
func New(o Options) (*Service, error) {
	if o.Store == nil || o.Ledger == nil || o.Jobs == nil {
		return nil, errors.New("offers: store, ledger and jobs are all needed")
	}
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	s := &Service{store: o.Store, ledger: o.Ledger, turns: turns.New(o.Ledger), jobs: o.Jobs, log: o.Logger}
	jobs.Register(o.Jobs, s.place)
	jobs.Register(o.Jobs, s.placeMany)
	jobs.Register(o.Jobs, s.planTurns)
	jobs.Register(o.Jobs, s.planWeeks)
	o.Ledger.OnChange(s.Nudge)
	return s, nil
}
