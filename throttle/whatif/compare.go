package whatif

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"slices"
	"sync"
)

// Options are what Compare runs.
type Options struct {
	Worlds  []World
	Seeds   int // of each world; 0: as the world says
	Days    int // of each world; 0: as the world says
	Workers int // 0: as many as there are cores
	// Progress is called after each seed of each world, from one goroutine at a time.
	Progress func(Progress)
}

// Progress is how far Compare is.
type Progress struct {
	Done, Of int // seeds of all worlds
	World    string
}

// task is one seed of one world: all policies on one crowd.
type task struct{ world, seed int }

// Compare runs every policy on every world and seed, and holds them against one another. The answer depends on the worlds
// and seeds alone, not on the machine or the number of workers.
func Compare(ctx context.Context, o Options) (Report, error) {
	worlds := slices.Clone(o.Worlds)
	var tasks []task
	runs := make([][]seedRun, len(worlds))
	for i := range worlds {
		w := &worlds[i]
		if o.Seeds > 0 {
			w.Seeds = o.Seeds
		}
		if o.Days > 0 {
			w.Days = o.Days
		}
		if err := w.Check(); err != nil {
			return Report{}, fmt.Errorf("%w: %s: %w", ErrWorld, w.Name, err)
		}
		runs[i] = make([]seedRun, w.Seeds)
		for seed := range w.Seeds {
			tasks = append(tasks, task{i, seed})
		}
	}
	if len(tasks) == 0 {
		return Report{}, errors.New("no world to run")
	}
	workers := o.Workers
	if workers <= 0 {
		workers = runtime.GOMAXPROCS(0)
	}
	each(ctx, workers, len(tasks), func(i int) {
		t := tasks[i]
		runs[t.world][t.seed] = runSeed(ctx, &worlds[t.world], t.seed)
	}, func(done, i int) {
		if o.Progress != nil {
			o.Progress(Progress{Done: done, Of: len(tasks), World: worlds[tasks[i].world].Name})
		}
	})
	if err := ctx.Err(); err != nil {
		return Report{}, err
	}
	return report(worlds, runs), nil
}

// each does n things with some workers, and tells one at a time what is done.
func each(ctx context.Context, workers, n int, do func(i int), done func(count, i int)) {
	next := make(chan int)
	var wg sync.WaitGroup
	var mu sync.Mutex
	count := 0
	for range min(workers, n) {
		wg.Go(func() {
			for i := range next {
				do(i)
				mu.Lock()
				count++
				done(count, i)
				mu.Unlock()
			}
		})
	}
	for i := range n {
		select {
		case next <- i:
			continue
		case <-ctx.Done():
		}
		break
	}
	close(next)
	wg.Wait()
}

// seedRun is what all policies came to in one crowd.
type seedRun struct {
	named []Tally // in the order of policies
	swept []Tally // in the order of sweep
}

// runSeed runs all policies on the world's seed number n, and each distinct one once.
func runSeed(ctx context.Context, w *World, n int) seedRun {
	c := newCrowd(w, w.Seed+n)
	var s seedRun
	known := map[string]Tally{}
	for _, p := range policies() {
		if ctx.Err() != nil {
			return s
		}
		known[p.name] = simulate(c, p.make())
		s.named = append(s.named, known[p.name])
	}
	for _, p := range sweep() {
		if ctx.Err() != nil {
			return s
		}
		t, ok := known[p.name]
		if !ok {
			t = simulate(c, p.make())
		}
		s.swept = append(s.swept, t)
	}
	return s
}
