package desk

import (
	"errors"

	"siyu/models"
	"siyu/throttle"
)

// Options is what a desk needs.
type Options struct {
	Store  *models.Store
	Ledger *throttle.Ledger
}

// Desk is where an organiser works with the throttle. It is safe for concurrent use.
type Desk struct {
	store  *models.Store
	ledger *throttle.Ledger
}

// New makes a desk.
func New(o Options) (*Desk, error) {
	if o.Store == nil || o.Ledger == nil {
		return nil, errors.New("desk: store and ledger are both needed")
	}
	return &Desk{store: o.Store, ledger: o.Ledger}, nil
}
