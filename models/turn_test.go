package models

import (
	"context"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

// TestTurnsOrder: who is waited for goes first, but not twice in a row while others wait.
func TestTurnsOrder(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var all turns
		if err := all.take(t.Context()); err != nil {
			t.Fatal(err)
		}
		var mu sync.Mutex
		var order string
		for _, who := range "ssfffs" {
			ctx := t.Context()
			if who == 'f' {
				ctx = Urgent(ctx)
			}
			go func() {
				if err := all.take(ctx); err != nil {
					t.Error(err)
				}
				mu.Lock()
				order += string(who)
				mu.Unlock()
				all.give()
			}()
			synctest.Wait()
		}
		all.give()
		synctest.Wait()
		if order != "fsfsfs" {
			t.Errorf("%s", order)
		}
		if all.taken || len(all.fast)+len(all.slow) != 0 {
			t.Errorf("%+v", &all)
		}
	})
}

// TestTurnsAlone: never two at once, whoever gives up waiting, and nobody waits for ever.
func TestTurnsAlone(t *testing.T) {
	t.Parallel()
	var all turns
	var inside, most int
	var mu sync.Mutex
	var working sync.WaitGroup
	if err := all.take(t.Context()); err != nil {
		t.Fatal(err)
	}
	ctx, leave := context.WithCancel(t.Context())
	for range 8 {
		working.Go(func() {
			if all.take(ctx) == nil {
				t.Error("two at once")
			}
		})
	}
	leave()
	working.Wait()
	all.give()
	for i := range 64 {
		working.Go(func() {
			for k := range 50 {
				ctx := t.Context()
				if i%3 == 0 {
					ctx = Urgent(ctx)
				}
				cancel := func() {}
				if k%2 == 0 {
					ctx, cancel = context.WithTimeout(ctx, time.Duration(i*k)*time.Microsecond)
				}
				err := all.take(ctx)
				cancel()
				if err != nil {
					continue
				}
				mu.Lock()
				inside++
				most = max(most, inside)
				mu.Unlock()
				mu.Lock()
				inside--
				mu.Unlock()
				all.give()
			}
		})
	}
	working.Wait()
	if most != 1 || all.taken || len(all.fast)+len(all.slow) != 0 {
		t.Errorf("%d at once; %+v", most, &all)
	}
}
