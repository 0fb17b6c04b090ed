package handlers

import (
	"context"
	"runtime"
	"sync"
	"time"

	"golang.org/x/time/rate"

	"siyu/models"
)

// How fast passwords may be tried: ten at once, then one every six seconds, per sign-in name and address.
const (
	guessBurst = 10
	guessEvery = 6 * time.Second
	wrongBurst = 60 // wrong tries of one address under any names, then one every two seconds: a shop's clerks share an address
	wrongEvery = 2 * time.Second
	guessSlots = 10000
	guessWait  = 10 * time.Second // for a turn at checking
)

// guessing slows down who tries passwords. Comparing one takes a processor for a tenth of a second, on purpose; so only
// half of the processors do it at a time, and who floods the sign-in keeps nobody from anything else.
type guessing struct {
	turns chan struct{}
	mu    sync.Mutex
	slots map[string]*rate.Limiter
}

func newGuessing() *guessing {
	return &guessing{turns: make(chan struct{}, max(1, runtime.GOMAXPROCS(0)/2)), slots: map[string]*rate.Limiter{}}
}

// turn waits for a turn at checking a password and returns how to give it back.
func (g *guessing) turn(ctx context.Context) (done func(), err error) {
	ctx, cancel := context.WithTimeout(ctx, guessWait)
	defer cancel()
	select {
	case g.turns <- struct{}{}:
		return func() { <-g.turns }, nil
	case <-ctx.Done():
		return nil, tooMany()
	}
}

// allow notes a try and refuses it if there were too many.
func (g *guessing) allow(who string) error {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.slot(who, guessEvery, guessBurst).Allow() {
		return nil
	}
	return tooMany()
}

// open refuses an address from which too much was wrong; wrong notes that something was. What was right costs nothing: many people may
// share an address.
func (g *guessing) open(address string) error {
	g.mu.Lock()
	defer g.mu.Unlock()
	if l := g.slots[anyName+address]; l != nil && l.Tokens() < 1 {
		return tooMany()
	}
	return nil
}

func (g *guessing) wrong(address string) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.slot(anyName+address, wrongEvery, wrongBurst).Allow()
}

// anyName begins what an address is counted under for all names together.
const anyName = "wrong "

// slot is somebody's limiter; mu is held.
func (g *guessing) slot(who string, every time.Duration, burst int) *rate.Limiter {
	if len(g.slots) >= guessSlots {
		g.sweep()
	}
	if len(g.slots) >= guessSlots {
		clear(g.slots) // there are not nearly as many turns in a minute; but memory must end somewhere
	}
	l := g.slots[who]
	if l == nil {
		l = rate.NewLimiter(rate.Every(every), burst)
		g.slots[who] = l
	}
	return l
}

// sweep forgets who has waited long enough to be new again: who tries many names must not make us forget the one that
// counts.
func (g *guessing) sweep() {
	for who, l := range g.slots {
		if l.Tokens() >= float64(l.Burst()) {
			delete(g.slots, who)
		}
	}
}

// forget takes the tries of somebody who knew the password off the record.
func (g *guessing) forget(who string) {
	g.mu.Lock()
	defer g.mu.Unlock()
	delete(g.slots, who)
}

func tooMany() error {
	return models.Errorf(models.Throttled, "sign_in_slow", "too many attempts").With("seconds", int(guessEvery/time.Second))
}
