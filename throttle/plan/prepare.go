package plan

import (
	"runtime"
	"sync"

	"siyu/throttle"
)

// none is the brand of an opening that nobody has.
const none = uint16(maxBrands - 1)

// cell is the state of one group while it is planned and afterwards. A cell is replaced, never changed, once its plan is
// handed out.
type cell struct {
	open  []opening
	wish  []bid    // by brand, the best first
	masks []uint64 // of the wishes; nil if all openings are possible for all of them
	fair  []uint16 // whose each opening is in the fair division
	own   []uint16 // and whose in the plan
	offer []int32  // and for which offer, -1 for none
	turns []Turn   // by slot
}

// worker is one goroutine's scratch.
type worker struct {
	s       *Snapshot
	spent   []bool // by offer: it has its target
	in      throttle.Input
	live    []throttle.Entry
	rules   []throttle.Rule
	gates   []throttle.Gate // room for a candidate's
	gatesOf []throttle.Gate // the group's own
	open    []opening
	wish    []bid
	masks   []uint64
	least   []float64
	before  []Turn
	ends    []int64
	taken   []int64
	tried   []int64
	turns   []Turn
	store   arena
}

// arena hands out pieces of large slices: a plan has tens of thousands of small ones.
type arena struct {
	open   []opening
	wish   []bid
	masks  []uint64
	brands []uint16
	offers []int32
	turns  []Turn
}

const arenaSize = 1 << 13

// keep copies a slice into a pool.
func keep[T any](pool *[]T, from []T) []T {
	if len(from) == 0 {
		return nil
	}
	if cap(*pool)-len(*pool) < len(from) {
		*pool = make([]T, 0, max(arenaSize, len(from)))
	}
	n := len(*pool)
	*pool = append(*pool, from...)
	return (*pool)[n:len(*pool):len(*pool)]
}

// blank takes n elements of one value from a pool.
func blank[T any](pool *[]T, n int, value T) []T {
	if cap(*pool)-len(*pool) < n {
		*pool = make([]T, 0, max(arenaSize, n))
	}
	at := len(*pool)
	for range n {
		*pool = append(*pool, value)
	}
	return (*pool)[at:len(*pool):len(*pool)]
}

// prepare finds a group's openings and wishes.
func (w *worker) prepare(g int) cell {
	w.openings(g)
	w.bids(g)
	c := cell{open: keep(&w.store.open, w.open), wish: keep(&w.store.wish, w.wish)}
	for i := range c.wish {
		if c.wish[i].part {
			c.masks = keep(&w.store.masks, w.masks)
			break
		}
	}
	c.fair = blank(&w.store.brands, len(c.open), none)
	c.own = blank(&w.store.brands, len(c.open), none)
	c.offer = blank(&w.store.offers, len(c.open), -1)
	return c
}

// each runs work for every one of the groups, on all processors: groups are looked at alone, so the order does not show.
func (p *pass) each(groups []int32, work func(w *worker, g int)) {
	const least = 64 // fewer groups are not worth a goroutine
	n := max(1, min(runtime.GOMAXPROCS(0), len(groups)/least))
	var wg sync.WaitGroup
	for i := range n {
		part := groups[i*len(groups)/n : (i+1)*len(groups)/n]
		run := func() {
			w := &worker{s: p.s, spent: p.spent}
			for _, g := range part {
				work(w, int(g))
			}
		}
		if n == 1 {
			run()
			break
		}
		wg.Go(run)
	}
	wg.Wait()
}
