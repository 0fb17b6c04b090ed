package handlers

import (
	"sync"
	"time"

	"golang.org/x/time/rate"

	"siyu/models"
)

// How fast passwords may be tried: ten at once, then one every six seconds, per sign-in name and address.
const (
	guessBurst = 10
	guessEvery = 6 * time.Second
	guessSlots = 10000
)

// guessing slows down who tries passwords.
type guessing struct {
	mu    sync.Mutex
	slots map[string]*rate.Limiter
}

func newGuessing() *guessing { return &guessing{slots: map[string]*rate.Limiter{}} }

// allow notes a try and refuses it if there were too many.
func (g *guessing) allow(who string) error {
	g.mu.Lock()
	defer g.mu.Unlock()
	if len(g.slots) >= guessSlots { // forgetting all is cheap, and only helps who waits anyway
		clear(g.slots)
	}
	l := g.slots[who]
	if l == nil {
		l = rate.NewLimiter(rate.Every(guessEvery), guessBurst)
		g.slots[who] = l
	}
	if l.Allow() {
		return nil
	}
	return models.Errorf(models.Throttled, "sign_in_slow", "too many attempts").With("seconds", int(guessEvery/time.Second))
}

// forget takes the tries of somebody who knew the password off the record.
func (g *guessing) forget(who string) {
	g.mu.Lock()
	defer g.mu.Unlock()
	delete(g.slots, who)
}
