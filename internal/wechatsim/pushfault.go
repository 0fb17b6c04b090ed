package wechatsim

import (
	"context"
	"errors"
	"slices"
	"sync"
	"time"
)

var errAnswerLost = errors.New("the answer was lost on the way")

// PushFault is something that goes wrong with pushes on their way.
type PushFault struct {
	// What goes wrong; several may be given.
	Drop   bool          // it is lost: nobody is told
	Behind int           // it is held back until this many later pushes were delivered
	Later  time.Duration // it is held back for this long in simulated time; DeliverLate brings it
	Copies int           // it comes this many times more
	AtOnce bool          // with Copies: all of them at the same time as the first
	GiveUp time.Duration // the platform waits only this long, in real time, for each answer
	Lose   int           // the answers of this many deliveries are lost after they were given

	// Which pushes; no condition is every push.
	Event   string // an event's name, or a message's type
	Account string // appid or corpid
	Every   int
	Rate    float64 // which ones follows from the seed
	From    time.Time
	For     time.Duration
	Times   int // as in Fault
}

type livePushFault struct {
	PushFault
	strike
}

// heldPush waits for others to overtake it, or for its time.
type heldPush struct {
	push
	fault PushFault
	after int
	due   time.Time
}

// fate is what becomes of a push before it leaves.
type fate string

const (
	onItsWay fate = "under way"
	nowhere  fate = "no callback" // the account has no callback URL
	dropped  fate = "dropped"
	paused   fate = "paused" // lost, because the platform pauses the server
	held     fate = "held"
	accepted fate = "accepted"
	failed   fate = "failed" // given up after all retries
)

// FailPush makes the next pushes go wrong; it returns the fault's ID. Of
// several faults that fit, the first one given is taken.
func (s *Sim) FailPush(fault PushFault) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	live := &livePushFault{PushFault: fault}
	live.strike, live.Times = s.newStrike(fault.Account, fault.Every, fault.Rate, fault.From, fault.For, fault.Times)
	s.pushFaults = append(s.pushFaults, live)
	return live.id
}

// fate finds it, and the fault that is to blame; mu is held.
func (s *Sim) fate(p *push) (fate, *PushFault) {
	if p.url == "" {
		return nowhere, nil
	}
	if s.drops > 0 {
		s.drops--
		s.stats.Dropped++
		return dropped, nil
	}
	if s.pausing(p.url) {
		s.stats.Paused++
		return paused, nil
	}
	fault := s.takePushFault(p)
	switch {
	case fault == nil:
		return onItsWay, nil
	case fault.Drop:
		s.stats.Dropped++
		return dropped, fault
	case fault.Behind > 0 || fault.Later > 0:
		return held, fault
	}
	return onItsWay, fault
}

func (s *Sim) takePushFault(p *push) *PushFault {
	what := p.what()
	for i, f := range s.pushFaults {
		if (f.Event != "" && f.Event != what) || !s.strikes(&f.strike, &f.Times, p.acc, s.now()) {
			continue
		}
		if f.Times == 0 {
			s.pushFaults = slices.Delete(s.pushFaults, i, i+1)
		}
		taken := f.PushFault
		return &taken
	}
	return nil
}

// what is the event's name or the message's type.
func (p *push) what() string {
	if event := p.body.text("Event"); event != "" {
		return event
	}
	return p.body.text("MsgType")
}

// accompany starts the copies of a push that are to come at once, and returns
// what waits for them (and sends those that are to come after it).
func (s *Sim) accompany(ctx context.Context, p push, fault *PushFault) func(ok bool) {
	if fault == nil || fault.Copies < 1 {
		return func(bool) {}
	}
	if !fault.AtOnce {
		return func(ok bool) {
			for range fault.Copies {
				if ok {
					s.again(ctx, p)
				}
			}
		}
	}
	var all sync.WaitGroup
	for range fault.Copies {
		all.Go(func() { s.again(ctx, p) })
	}
	return func(bool) { all.Wait() }
}

// overtake counts one delivered push for those that wait, and delivers who has
// waited enough. What becomes of them is in the push log.
func (s *Sim) overtake(ctx context.Context) {
	s.mu.Lock()
	for _, h := range s.held {
		h.after--
	}
	now := s.now()
	s.mu.Unlock()
	_, _ = s.deliverHeld(ctx, func(h *heldPush) bool { return h.after < 1 && !h.due.After(now) }) // see above
}

// DeliverHeld delivers every push that is held back, in the order they were
// made, and returns how many there were.
func (s *Sim) DeliverHeld(ctx context.Context) (int, error) {
	return s.deliverHeld(ctx, func(*heldPush) bool { return true })
}

func (s *Sim) deliverHeld(ctx context.Context, which func(*heldPush) bool) (int, error) {
	s.mu.Lock()
	var due []*heldPush
	s.held = slices.DeleteFunc(s.held, func(h *heldPush) bool {
		if !which(h) {
			return false
		}
		due = append(due, h)
		return true
	})
	s.mu.Unlock()
	var failed error
	for _, h := range due {
		if _, err := s.carry(ctx, h.push, &h.fault); err != nil {
			failed = errors.Join(failed, err)
		}
	}
	return len(due), failed
}

func (f *PushFault) losses() int {
	if f == nil {
		return 0
	}
	return f.Lose
}

// String says what goes wrong and when, for the console.
func (f *PushFault) String() string {
	var t terms
	t.add(f.Drop, "drop")
	t.add(f.Behind > 0, "behind %d others", f.Behind)
	t.add(f.Later > 0, "%s later", f.Later)
	t.add(f.Copies > 0, "%d copies", f.Copies)
	t.add(f.AtOnce, "at once")
	t.add(f.GiveUp > 0, "wait only %s", f.GiveUp)
	t.add(f.Lose > 0, "lose %d answers", f.Lose)
	return t.when(f.Account, f.Every, f.Rate, f.For)
}
