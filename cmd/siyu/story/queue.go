package story

import (
	"container/heap"
	"context"
	"time"
)

// event is something that happens at one moment of the story.
type event struct {
	at   time.Time
	seq  int // equal times: first planned, first done
	what string
	do   func(context.Context) error
}

// queue hands out events in order of (time, planning).
type queue struct {
	events []event
	seq    int
}

func (q *queue) plan(at time.Time, what string, do func(context.Context) error) {
	q.seq++
	heap.Push((*eventHeap)(q), event{at: at, seq: q.seq, what: what, do: do})
}

// next takes the earliest event; it reports false when none is left.
func (q *queue) next() (event, bool) {
	if len(q.events) == 0 {
		return event{}, false
	}
	return heap.Pop((*eventHeap)(q)).(event), true
}

// eventHeap is the queue as container/heap wants it.
type eventHeap queue

func (h *eventHeap) Len() int { return len(h.events) }

func (h *eventHeap) Less(i, j int) bool {
	if !h.events[i].at.Equal(h.events[j].at) {
		return h.events[i].at.Before(h.events[j].at)
	}
	return h.events[i].seq < h.events[j].seq
}

func (h *eventHeap) Swap(i, j int) { h.events[i], h.events[j] = h.events[j], h.events[i] }

func (h *eventHeap) Push(x any) { h.events = append(h.events, x.(event)) }

func (h *eventHeap) Pop() any {
	last := h.events[len(h.events)-1]
	h.events = h.events[:len(h.events)-1]
	return last
}
