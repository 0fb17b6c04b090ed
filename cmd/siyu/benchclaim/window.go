package main

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"siyu/models"
)

// window is what was done in one measurement.
type window struct {
	Claims   int64         `json:"claims"`
	Took     time.Duration `json:"took"`
	P50, P99 time.Duration
}

func (w window) rate() float64 { return float64(w.Claims) / w.Took.Seconds() }

// keyOf is the key of the n-th claim of the newest offer; it tells which voucher of its member it is.
func (h *house) keyOf(n int) string {
	return fmt.Sprintf("claim-%d-%d-%d", h.made.Load(), n, n/len(h.members)+1)
}

func seqOf(key string) int {
	seq, _ := strconv.Atoi(key[strings.LastIndexByte(key, '-')+1:])
	return seq
}

// measure has clients claim one new offer for a while, each when she has her answer.
func (h *house) measure(ctx context.Context, clients int, length time.Duration, do claim) (window, error) {
	offer, err := h.offer(ctx, 1_000_000_000)
	if err != nil {
		return window{}, err
	}
	w, err := h.storm(ctx, clients, clock().Add(length), 0, func(ctx context.Context, n int) error {
		return do(ctx, offer, h.members[n%len(h.members)], h.keyOf(n))
	})
	if err != nil {
		return w, err
	}
	return w, h.check(ctx, offer, w.Claims)
}

// storm has clients ask until a time.
func (h *house) storm(ctx context.Context, clients int, until time.Time, from int, ask func(context.Context, int) error) (window, error) {
	var next, failed atomic.Int64
	next.Store(int64(from))
	times := make([][]time.Duration, clients)
	var first error
	var once sync.Once
	began := clock()
	var wg sync.WaitGroup
	for c := range clients {
		wg.Go(func() {
			for at := clock(); at.Before(until) && ctx.Err() == nil && failed.Load() == 0; {
				if err := ask(ctx, int(next.Add(1)-1)); err != nil {
					failed.Add(1)
					once.Do(func() { first = err })
					return
				}
				now := clock()
				times[c] = append(times[c], now.Sub(at))
				at = now
			}
		})
	}
	wg.Wait()
	all := slices.Concat(times...)
	slices.Sort(all)
	w := window{Claims: int64(len(all)), Took: clock().Sub(began)}
	if len(all) > 0 {
		w.P50, w.P99 = all[len(all)/2], all[len(all)*99/100]
	}
	return w, first
}

// floor has two writers insert rows for a while.
func (h *house) floor(ctx context.Context, length time.Duration) (window, error) {
	offer, err := h.offer(ctx, 1_000_000_000)
	if err != nil {
		return window{}, err
	}
	var next, done atomic.Int64
	w, err := h.storm(ctx, 2, clock().Add(length), 0, func(ctx context.Context, _ int) error {
		n, err := h.rows(ctx, offer, int(next.Add(256)-256))
		if err == nil {
			done.Add(int64(n))
		}
		return err
	})
	w.Claims = done.Load()
	if err != nil {
		return w, err
	}
	return w, h.check(ctx, offer, w.Claims)
}

// soldOut has clients who hold nothing ask for what is gone.
func (h *house) soldOut(ctx context.Context, clients int, length time.Duration) (window, error) {
	offer, err := h.offer(ctx, 1)
	if err != nil {
		return window{}, err
	}
	if err := h.serviceWay(ctx, offer, h.members[0], h.keyOf(0)); err != nil {
		return window{}, err
	}
	return h.storm(ctx, clients, clock().Add(length), 1, func(ctx context.Context, n int) error {
		member := h.members[1+n%(len(h.members)-1)]
		if err := h.serviceWay(ctx, offer, member, h.keyOf(n)); models.CodeOf(err) != "sold_out" {
			return fmt.Errorf("told %w of what is sold out", err)
		}
		return nil
	})
}
