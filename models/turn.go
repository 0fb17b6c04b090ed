package models

import (
	"context"
	"slices"
	"sync"
)

// turns lets one writer at a time into a SQLite file. Those somebody waits for with a clock running go first, but never
// twice in a row while others wait: pushes must be stored while WeChat waits, and the work they cause must go on.
type turns struct {
	mu      sync.Mutex
	taken   bool
	wasFast bool // whose turn it is, or was last
	fast    []chan struct{}
	slow    []chan struct{}
}

type urgentKey struct{}

// Urgent marks the transactions begun under the context as ones that somebody outside waits for.
func Urgent(ctx context.Context) context.Context { return context.WithValue(ctx, urgentKey{}, true) }

// take waits for a turn; without an error it must be given back.
func (t *turns) take(ctx context.Context) error {
	urgent := ctx.Value(urgentKey{}) != nil
	t.mu.Lock()
	if !t.taken {
		t.taken, t.wasFast = true, urgent
		t.mu.Unlock()
		return nil
	}
	mine := make(chan struct{})
	if urgent {
		t.fast = append(t.fast, mine)
	} else {
		t.slow = append(t.slow, mine)
	}
	t.mu.Unlock()
	select {
	case <-mine:
		return nil
	case <-ctx.Done():
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	same := func(c chan struct{}) bool { return c == mine }
	waits := len(t.fast) + len(t.slow)
	t.fast, t.slow = slices.DeleteFunc(t.fast, same), slices.DeleteFunc(t.slow, same)
	if len(t.fast)+len(t.slow) == waits { // it came while we went
		t.next()
	}
	return ctx.Err()
}

// give ends a turn.
func (t *turns) give() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.next()
}

// next lets the next one in; t.mu is held.
func (t *turns) next() {
	queue := &t.slow
	if len(t.fast) > 0 && (!t.wasFast || len(t.slow) == 0) {
		queue = &t.fast
	}
	if len(*queue) == 0 {
		t.taken = false
		return
	}
	t.wasFast = queue == &t.fast
	close((*queue)[0])
	*queue = (*queue)[1:]
}
