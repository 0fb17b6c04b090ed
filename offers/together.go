package offers

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"sync"
	"time"

	"siyu/models"
)

// How requests are put together. None is a platform's number.
const (
	togetherTries   = 6 // runs of a batch while the database is away
	togetherPause   = 20 * time.Millisecond
	togetherPatient = 30 * time.Second // a batch may take at most
	batchesAtOnce   = 8                // that may run at once, of all lines: as many as there are connections for them
	busySeconds     = 1                // who is refused because too many wait may ask again after
)

// kind is what differs between requests that are put together.
type kind struct {
	name    string // for logs and errors
	busy    error  // the refusal when too many wait
	batch   int    // requests that become one transaction at most
	most    int    // that may wait in this process
	workers int    // batches of one line that may run at once
	more    int    // so many must wait for a second one
}

// together makes the requests of one line that come while a transaction runs the next transaction. It waits for nobody: a single
// request is a batch of one. Each caller is answered when what she is told is committed. A line is what its requests contend for:
// an offer, or a community's tills.
type together[Line comparable, In, Out any] struct {
	kind
	log  *slog.Logger
	room chan struct{} // a batch that runs holds a place
	// once decides and writes a batch in one transaction. What it returns with an error is asked only whether it happened after all.
	once func(ctx context.Context, of Line, in []In) (attempt[Out], error)
	// first, if there is one, answers those of a batch who need no transaction and returns the others.
	first func(ctx context.Context, of Line, batch []*caller[In, Out]) []*caller[In, Out]

	mu      sync.Mutex
	lines   map[Line]*queue[In, Out] // one that is here has a worker
	waiting int
}

// queue is who waits in a line.
type queue[In, Out any] struct {
	waiting []*caller[In, Out]
	workers int
}

// caller is somebody who waits.
type caller[In, Out any] struct {
	in     In
	gone   <-chan struct{}  // closed when she waits no more
	answer chan answer[Out] // takes one without waiting
}

// answer is what somebody is told.
type answer[Out any] struct {
	got Out
	err error
}

// attempt is one transaction that served a batch.
type attempt[Out any] interface {
	// happened looks on a new connection whether what was written and whose commit was not answered is there. All of it is, or
	// nothing. If it cannot be known the answer is no, and the batch runs again: what it locks first makes it wait for whatever the
	// database still does with this one, and it finds that by the keys of the requests.
	happened(ctx context.Context) bool
	// answers is what everybody is told, in the order of the requests, now that it is committed.
	answers() []answer[Out]
}

func newTogether[Line comparable, In, Out any](k kind, log *slog.Logger,
	once func(context.Context, Line, []In) (attempt[Out], error),
) *together[Line, In, Out] {
	return &together[Line, In, Out]{kind: k, log: log, room: make(chan struct{}, batchesAtOnce), once: once, lines: map[Line]*queue[In, Out]{}}
}

// ask waits for the answer to one request. If ctx ends first it is not known what becomes of it: the same key tells.
func (t *together[Line, In, Out]) ask(ctx context.Context, of Line, in In) (Out, error) {
	w := &caller[In, Out]{in: in, gone: ctx.Done(), answer: make(chan answer[Out], 1)}
	var none Out
	if !t.join(ctx, of, w) {
		return none, t.busy
	}
	select {
	case a := <-w.answer:
		return a.got, a.err
	case <-ctx.Done():
	}
	select {
	case a := <-w.answer:
		return a.got, a.err
	default:
		return none, t.away(ctx.Err())
	}
}

// join puts somebody at the end of her line, and a worker at its head if one is needed. It reports false if too many wait.
func (t *together[Line, In, Out]) join(ctx context.Context, of Line, w *caller[In, Out]) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.waiting >= t.most {
		return false
	}
	q := t.lines[of]
	if q == nil {
		q = &queue[In, Out]{}
		t.lines[of] = q
	}
	q.waiting = append(q.waiting, w)
	t.waiting++
	if q.workers == 0 || q.workers < t.workers && len(q.waiting) >= t.more {
		q.workers++
		go t.work(context.WithoutCancel(ctx), of)
	}
	return true
}

// work serves a line until nobody waits in it.
func (t *together[Line, In, Out]) work(ctx context.Context, of Line) {
	for {
		t.room <- struct{}{}
		batch := t.take(of)
		if batch != nil {
			t.serve(ctx, of, batch)
		}
		<-t.room
		if batch == nil {
			return
		}
	}
}

// take removes the next batch from a line, without those who wait no more; nil means one worker less: nobody is left, or they are too
// few for a batch beside another one, whose worker comes for them.
func (t *together[Line, In, Out]) take(of Line) []*caller[In, Out] {
	t.mu.Lock()
	defer t.mu.Unlock()
	q := t.lines[of]
	for len(q.waiting) > 0 && (q.workers == 1 || len(q.waiting) >= t.more) {
		n := min(len(q.waiting), t.batch)
		batch := make([]*caller[In, Out], 0, n)
		for i, w := range q.waiting[:n] {
			q.waiting[i] = nil
			select {
			case <-w.gone:
			default:
				batch = append(batch, w)
			}
		}
		q.waiting = q.waiting[n:]
		t.waiting -= n
		if len(batch) > 0 {
			return batch
		}
	}
	if q.workers--; q.workers == 0 {
		delete(t.lines, of)
	}
	return nil
}

func (t *together[Line, In, Out]) serve(ctx context.Context, of Line, batch []*caller[In, Out]) {
	ctx, cancel := context.WithTimeout(ctx, togetherPatient)
	defer cancel()
	if t.first != nil {
		batch = t.first(ctx, of, batch)
	}
	if len(batch) > 0 {
		t.settle(ctx, of, batch)
	}
}

// settle answers a batch. One that fails because of what is in it is halved until what fails is alone.
func (t *together[Line, In, Out]) settle(ctx context.Context, of Line, batch []*caller[In, Out]) {
	all, err := t.run(ctx, of, batch)
	switch {
	case err == nil:
		for i, w := range batch {
			w.answer <- all[i]
		}
	case len(batch) > 1 && !models.IsKind(err, models.Unavailable) && ctx.Err() == nil:
		half := len(batch) / 2
		t.settle(ctx, of, batch[:half])
		t.settle(ctx, of, batch[half:])
	default:
		for _, w := range batch {
			w.answer <- answer[Out]{err: err}
		}
	}
}

// run decides a batch in one transaction and returns the answers once they are on the disk. While the database is away it tries
// again: what was committed without our hearing of it is found by its key.
func (t *together[Line, In, Out]) run(ctx context.Context, of Line, batch []*caller[In, Out]) ([]answer[Out], error) {
	in := make([]In, len(batch))
	for i, w := range batch {
		in[i] = w.in
	}
	var err error
	for try := range togetherTries {
		var all []answer[Out]
		if all, err = t.try(ctx, of, in); err == nil {
			return all, nil
		}
		if !models.IsKind(err, models.Unavailable) && !models.InDoubt(err) && (!models.IsDuplicate(err) || try > 0) {
			return nil, err
		}
		t.log.WarnContext(ctx, "requests run again together", "of", t.name, "requests", len(in), "try", try+1, "code", models.CodeOf(err), "in_doubt", models.InDoubt(err))
		select {
		case <-ctx.Done():
			return nil, t.away(errors.Join(ctx.Err(), err))
		case <-time.After(togetherPause<<try/2 + rand.N(togetherPause<<try)): //nolint:gosec // apart from each other, nothing secret
		}
	}
	return nil, err
}

// try runs a batch once. What panics is a failure of the batch: the goroutine is nobody's handler, and the process would end.
func (t *together[Line, In, Out]) try(ctx context.Context, of Line, in []In) (all []answer[Out], err error) {
	defer func() {
		if p := recover(); p != nil {
			all, err = nil, fmt.Errorf("%s: panic: %v", t.name, p)
		}
	}()
	a, err := t.once(ctx, of, in)
	if err != nil && (!models.InDoubt(err) || !a.happened(ctx)) {
		return nil, err
	}
	return a.answers(), nil
}

func (t *together[Line, In, Out]) away(err error) error {
	return &models.Error{Kind: models.Unavailable, Code: "store_unavailable", Text: t.name, Err: err}
}
