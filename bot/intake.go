package bot

import (
	"bytes"
	"context"
	"fmt"
	"log/slog"
	"slices"
	"sync"
	"time"

	"siyu/internal/jobs"
	"siyu/models"
)

// The sizes of the intake, for [Options].Intake. A batch is as big as a statement may be without a thought about the
// server's limits (MySQL's smallest max_allowed_packet is 1 MiB, SQLite takes 32,766 values); what waits is what a second
// or two of the database's work can be, and bounds the memory that a hanging database costs.
const (
	batchPushes  = 256
	batchBytes   = 512 << 10
	waitingMost  = 4096
	waitingBytes = 64 << 20
)

// intake stores pushes together: those that come while one batch is being written are the next one, so that a disk which
// flushes a thousand times a second stores ten thousand pushes. A push that comes alone is written at once. One batch is
// written at a time; whoever waits learns about his own push only, and only when it is durable.
type intake struct {
	store  *models.Store
	log    *slog.Logger
	within time.Duration // how long a batch may take
	most   int           // how many pushes may wait

	mu       sync.Mutex
	waiting  []*arriving
	bytes    int
	writing  bool
	copies   []*arriving // of pushes that are stored: they wait to be counted
	counting bool
}

// arriving is a push that somebody waits for.
type arriving struct {
	models.Delivery
	stored chan error // gets one value
}

// put stores a delivery and reports whether its push is new. Its error is Unavailable when too many wait already or ctx
// ends first; the push may be stored all the same, and the copy WeChat sends is then known.
func (in *intake) put(ctx context.Context, push models.Inbox) (fresh bool, err error) {
	a := &arriving{Delivery: models.Delivery{Push: push}, stored: make(chan error, 1)}
	if !in.join(ctx, a) {
		return false, models.Errorf(models.Unavailable, "store_unavailable", "too many pushes wait for the database")
	}
	select {
	case err := <-a.stored:
		return a.Fresh, err
	case <-ctx.Done():
		in.leave(a)
		return false, &models.Error{Kind: models.Unavailable, Code: "store_unavailable",
			Text: "the database took longer than WeChat waits", Err: ctx.Err()}
	}
}

// join queues a push, and starts the writer if there is none.
func (in *intake) join(ctx context.Context, a *arriving) bool {
	in.mu.Lock()
	defer in.mu.Unlock()
	if len(in.waiting)+len(in.copies) >= in.most || in.bytes+len(a.Push.Body) > waitingBytes {
		return false
	}
	in.waiting = append(in.waiting, a)
	in.bytes += len(a.Push.Body)
	if !in.writing {
		in.writing = true
		go in.write(context.WithoutCancel(ctx))
	}
	return true
}

// leave takes a push whose sender has stopped waiting out of the queue, if it is still there.
func (in *intake) leave(a *arriving) {
	in.mu.Lock()
	defer in.mu.Unlock()
	if i := slices.Index(in.waiting, a); i >= 0 {
		in.waiting = slices.Delete(in.waiting, i, i+1)
		in.bytes -= len(a.Push.Body)
	}
}

// write stores batch after batch until nothing waits.
func (in *intake) write(ctx context.Context) {
	for {
		batch := in.take()
		if len(batch) == 0 {
			return
		}
		in.batch(ctx, batch)
	}
}

// take removes the next batch from the queue; an empty one ends the writer.
func (in *intake) take() []*arriving {
	in.mu.Lock()
	defer in.mu.Unlock()
	n, size := 0, 0
	for n < min(len(in.waiting), batchPushes) && (n == 0 || size+len(in.waiting[n].Push.Body) <= batchBytes) {
		size += len(in.waiting[n].Push.Body)
		n++
	}
	batch := slices.Clone(in.waiting[:n])
	in.waiting = slices.Delete(in.waiting, 0, n)
	in.bytes -= size
	in.writing = n > 0
	return batch
}

// batch stores pushes and tells everybody about his own. One that the database refuses does not take the others with it:
// then each is stored alone. A database that does not answer is not asked again for each of them.
func (in *intake) batch(ctx context.Context, batch []*arriving) {
	ctx, cancel := context.WithTimeout(ctx, in.within)
	defer cancel()
	err := in.insert(ctx, batch)
	if err != nil && len(batch) > 1 && !models.IsKind(err, models.Unavailable) {
		in.log.WarnContext(ctx, "a batch of pushes is stored one by one", "pushes", len(batch), "error", err)
		for _, a := range batch {
			in.finish(ctx, []*arriving{a}, in.insert(ctx, []*arriving{a}))
		}
		return
	}
	in.finish(ctx, batch, err)
}

// finish answers those who wait. Copies of what is stored are counted first, so that who asks after the answer finds them
// counted. That takes a lock on their rows, which the work on a push holds as long as it takes: so it is done beside the
// writer, and nobody with a new push waits for it.
func (in *intake) finish(ctx context.Context, batch []*arriving, err error) {
	var copies []*arriving
	for _, a := range batch {
		if err == nil && !a.Counted {
			copies = append(copies, a)
			continue
		}
		a.stored <- err
	}
	if len(copies) == 0 {
		return
	}
	in.mu.Lock()
	defer in.mu.Unlock()
	in.copies = append(in.copies, copies...)
	if !in.counting {
		in.counting = true
		go in.count(context.WithoutCancel(ctx))
	}
}

// countShare is the part of the time a batch may take in which copies are counted. A copy waits for two such parts at most:
// for those before it and for its own.
const countShare = 4

// count counts copies, all that wait at once, until none does, and answers them: they are stored, counted or not.
func (in *intake) count(ctx context.Context) {
	for {
		in.mu.Lock()
		copies := in.copies
		in.copies, in.counting = nil, len(copies) > 0
		in.mu.Unlock()
		if len(copies) == 0 {
			return
		}
		if err := in.countOnce(ctx, copies); err != nil {
			in.log.WarnContext(ctx, "copies of pushes are not counted", "copies", len(copies), "error", err)
		}
		for _, a := range copies {
			a.stored <- nil
		}
	}
}

func (in *intake) countOnce(ctx context.Context, copies []*arriving) (err error) {
	defer func() {
		if p := recover(); p != nil { // as in insert
			err = fmt.Errorf("count copies: panic: %v", p)
		}
	}()
	ctx, cancel := context.WithTimeout(ctx, in.within/countShare)
	defer cancel()
	all := make([]*models.Delivery, len(copies))
	for i, a := range copies {
		all[i] = &a.Delivery
	}
	return in.store.Tx(ctx, func(tx *models.Tx) error { return tx.CountDeliveries(all) })
}

// hurries reports whether a push is of no use in a minute: who has just been added can be welcomed for twenty seconds.
func hurries(push models.Inbox) bool {
	return push.Intent == string(IntentContact) && bytes.Contains(push.Body, []byte("WelcomeCode"))
}

// insert stores the new pushes of a batch and their jobs in one transaction.
func (in *intake) insert(ctx context.Context, batch []*arriving) (err error) {
	defer func() {
		if p := recover(); p != nil { // this goroutine is nobody's handler: without this the process would end
			err = fmt.Errorf("store pushes: panic: %v", p)
		}
	}()
	all := make([]*models.Delivery, len(batch))
	for i, a := range batch {
		all[i] = &a.Delivery
	}
	return in.store.Tx(models.Urgent(ctx), func(tx *models.Tx) error {
		if err := tx.AddDeliveries(all); err != nil {
			return err
		}
		var work, first []jobs.Args
		for _, d := range all {
			switch job := (Process{Community: d.Push.CommunityID, Push: d.Push.ID}); {
			case d.Fresh && hurries(d.Push):
				first = append(first, job)
			case d.Fresh:
				work = append(work, job)
			}
		}
		if err := jobs.EnqueueAll(tx, first, jobs.Front); err != nil {
			return err
		}
		return jobs.EnqueueAll(tx, work, tx.Now)
	})
}
