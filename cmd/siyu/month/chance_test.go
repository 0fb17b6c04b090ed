package month_test

import (
	"container/heap"
	"context"
	"hash/fnv"
	"math/rand/v2"
	"strconv"
	"time"
)

// stream gives the random numbers of one purpose, such as group 17's fifth day. Equal arguments give equal numbers whatever
// was drawn elsewhere.
func stream(seed int64, what string, which ...int) *rand.Rand {
	h := fnv.New64a()
	_, _ = h.Write([]byte(what))
	for _, n := range which {
		_, _ = h.Write([]byte{'/'})
		_, _ = h.Write(strconv.AppendInt(nil, int64(n), 10))
	}
	return rand.New(rand.NewPCG(uint64(seed), h.Sum64()))
}

func chance(r *rand.Rand, p float64) bool { return r.Float64() < p }

// between draws a time from [from, to), in whole seconds: WeChat tells no finer ones.
func between(r *rand.Rand, from, to time.Duration) time.Duration {
	if to <= from {
		return from.Truncate(time.Second)
	}
	return (from + time.Duration(r.Int64N(int64(to-from)))).Truncate(time.Second)
}

// act is what somebody does at one moment.
type act func(context.Context) error

// event is an act and its moment; of equal moments the first planned is the first.
type event struct {
	at   time.Time
	seq  int
	what string
	do   act
	// tries is how often it did not succeed because the server could not.
	tries int
}

// agenda hands out events in their order.
type agenda struct {
	events []event
	seq    int
}

func (a *agenda) plan(at time.Time, what string, do act) {
	a.add(event{at: at, what: what, do: do})
}

func (a *agenda) add(e event) {
	a.seq++
	e.seq = a.seq
	heap.Push((*agendaHeap)(a), e)
}

// next takes the earliest event that is not after a time.
func (a *agenda) next(until time.Time) (event, bool) {
	if len(a.events) == 0 || a.events[0].at.After(until) {
		return event{}, false
	}
	return heap.Pop((*agendaHeap)(a)).(event), true
}

type agendaHeap agenda

func (h *agendaHeap) Len() int { return len(h.events) }

func (h *agendaHeap) Less(i, j int) bool {
	if !h.events[i].at.Equal(h.events[j].at) {
		return h.events[i].at.Before(h.events[j].at)
	}
	return h.events[i].seq < h.events[j].seq
}

func (h *agendaHeap) Swap(i, j int) { h.events[i], h.events[j] = h.events[j], h.events[i] }

func (h *agendaHeap) Push(x any) { h.events = append(h.events, x.(event)) }

func (h *agendaHeap) Pop() any {
	last := h.events[len(h.events)-1]
	h.events = h.events[:len(h.events)-1]
	return last
}
