package weixin

import (
	"context"
	"encoding/json"
	"sync"
	"time"
)

// QuotaStore keeps what all instances of the program have called and found out. Like TokenStore it speaks in plain types:
// a mark is opaque text, of 2,000 bytes at most.
type QuotaStore interface {
	// AddCalls adds to the calls of an account's APIs in a period. A period greater than the stored one begins at 0; one
	// that is smaller is over and ignored.
	AddCalls(ctx context.Context, account string, period int, calls map[string]int64) error
	// ClearCalls makes the calls of all the account's APIs 0 but those of the API except.
	ClearCalls(ctx context.Context, account, except string) error
	// SaveMark keeps a mark with an API; an empty one removes it.
	SaveMark(ctx context.Context, account, api, mark string) error
	// LoadQuotas hands every stored API of the account to row.
	LoadQuotas(ctx context.Context, account string, row func(api string, period int, calls int64, mark string)) error
}

// flushEvery is how often an instance tells the store what it has called and reads what the others have. A crash loses
// what was called since.
const flushEvery = 5 * time.Second

// wholeAccount stands in place of an API for what is known about the account.
const wholeAccount = "*"

// mark is what is stored about an API, or about the whole account, beside the count of its calls. Times are Unix
// milliseconds.
type mark struct {
	Code    int    `json:"code,omitempty"` // of a halt
	Class   Class  `json:"class,omitempty"`
	Text    string `json:"text,omitempty"`
	Since   int64  `json:"since,omitempty"`
	Until   int64  `json:"until,omitempty"`
	Calls   int64  `json:"calls,omitempty"` // of a learnt limit
	Burst   int64  `json:"burst,omitempty"`
	Window  int64  `json:"window,omitempty"` // milliseconds
	Learnt  int64  `json:"learnt,omitempty"`
	IP      string `json:"ip,omitempty"` // of an address that is not welcome
	IPCode  int    `json:"ip_code,omitempty"`
	IPToken bool   `json:"ip_token,omitempty"`
	IPFrom  int64  `json:"ip_since,omitempty"`
}

// ledger carries a gate's counts to the store and those of other instances back, behind the calls.
type ledger struct {
	gate *gate
	once sync.Once
	busy sync.Mutex // one conversation with the store at a time

	running sync.WaitGroup // timers that will go off or are at work

	mu     sync.Mutex
	talked time.Time // with the store, by the hub's clock
	timer  *time.Timer
	tell   func() // what the timer does
	prompt bool   // the timer goes off at once
	closed bool
}

func (l *ledger) store() QuotaStore { return l.gate.client.hub.quotas }

// load reads what is stored before the first call. A store that is down keeps nobody waiting longer than storeTime.
func (l *ledger) load(ctx context.Context) {
	if l.store() == nil {
		return
	}
	l.once.Do(func() {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), storeTime)
		defer cancel()
		l.busy.Lock()
		defer l.busy.Unlock()
		if err := l.read(ctx); err != nil {
			l.gate.client.hub.log.WarnContext(ctx, "quotas cannot be read, counting without", "error", err)
		}
	})
}

// catchUp is done before every call: who has been silent for a while first hears what others have found out.
func (l *ledger) catchUp(ctx context.Context) {
	l.load(ctx)
	if l.store() == nil {
		return
	}
	now := l.gate.client.hub.now()
	l.mu.Lock()
	silent := now.Sub(l.talked).Abs() >= 2*flushEvery
	if silent {
		l.talked = now // one of many callers is enough
	}
	l.mu.Unlock()
	if silent {
		l.flush(ctx)
	}
}

// soon makes sure that the store is told within flushEvery.
func (l *ledger) soon(ctx context.Context) { l.plan(ctx, flushEvery) }

// now makes sure that the store is told at once: other instances should not run into the same refusal.
func (l *ledger) now(ctx context.Context) { l.plan(ctx, 0) }

func (l *ledger) plan(ctx context.Context, wait time.Duration) {
	if l.store() == nil {
		return
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	switch {
	case l.closed || l.timer != nil && (wait > 0 || l.prompt):
		return
	case l.timer != nil && l.timer.Stop():
		l.running.Done()
	}
	ctx = context.WithoutCancel(ctx)
	l.prompt, l.tell = wait == 0, func() { l.flush(ctx) }
	l.running.Add(1)
	l.timer = time.AfterFunc(wait, func() {
		defer l.running.Done()
		l.flush(ctx)
	})
}

// close tells the store for the last time.
func (l *ledger) close() {
	l.mu.Lock()
	last := l.timer != nil && l.timer.Stop()
	tell := l.tell
	l.closed = true
	l.mu.Unlock()
	if last {
		l.running.Done()
		tell()
	}
	l.running.Wait()
}

// flush tells the store what is new and reads what others have told it.
func (l *ledger) flush(ctx context.Context) {
	l.mu.Lock()
	if !l.closed && l.timer != nil && l.timer.Stop() { // somebody else was faster than it
		l.running.Done()
	}
	l.timer, l.prompt, l.talked = nil, false, l.gate.client.hub.now()
	l.mu.Unlock()
	whole := ctx
	ctx, cancel := context.WithTimeout(ctx, storeTime)
	defer cancel()
	l.busy.Lock()
	defer l.busy.Unlock()
	news := l.gate.news()
	err := l.write(ctx, news)
	l.gate.untold(news)
	if err == nil {
		err = l.read(ctx)
	}
	if err != nil {
		l.gate.client.hub.log.WarnContext(ctx, "quotas cannot be stored, trying again", "error", err)
		l.soon(whole)
	}
}

// news is what the store has not been told.
type news struct {
	calls map[int]map[string]int64 // by period and API
	marks map[string]mark
}

// news takes what is new and forgets that it is.
func (g *gate) news() *news {
	g.mu.Lock()
	defer g.mu.Unlock()
	n := &news{calls: map[int]map[string]int64{}, marks: map[string]mark{}}
	for api, w := range g.apis {
		if w.delta != 0 {
			if n.calls[w.period] == nil {
				n.calls[w.period] = map[string]int64{}
			}
			n.calls[w.period][api] = w.delta
			w.total, w.delta = w.total+w.delta, 0
		}
		if w.changed {
			n.marks[api], w.changed = w.mark(), false
		}
	}
	if g.changed {
		n.marks[wholeAccount], g.changed = g.mark(), false
	}
	return n
}

// untold takes back what the store did not take.
func (g *gate) untold(n *news) {
	g.mu.Lock()
	defer g.mu.Unlock()
	for period, calls := range n.calls {
		for api, count := range calls {
			if w := g.way(api); w.period == period {
				w.total, w.delta = w.total-count, w.delta+count
			}
		}
	}
	for api := range n.marks {
		if api == wholeAccount {
			g.changed = true
		} else {
			g.way(api).changed = true
		}
	}
}

// write tells the store and takes out of n what it has taken.
func (l *ledger) write(ctx context.Context, n *news) error {
	account := l.gate.client.TokenKey()
	for period, calls := range n.calls {
		if err := l.store().AddCalls(ctx, account, period, calls); err != nil {
			return err
		}
		delete(n.calls, period)
	}
	for api, m := range n.marks {
		text := ""
		if m != (mark{}) {
			raw, err := json.Marshal(m)
			if err != nil {
				return err
			}
			text = string(raw)
		}
		if err := l.store().SaveMark(ctx, account, api, text); err != nil {
			return err
		}
		delete(n.marks, api)
	}
	return nil
}

// read takes over what is stored.
func (l *ledger) read(ctx context.Context) error {
	return l.store().LoadQuotas(ctx, l.gate.client.TokenKey(), func(api string, period int, calls int64, text string) {
		var m mark
		if text != "" && json.Unmarshal([]byte(text), &m) != nil {
			m = mark{} // of a newer version: it is learnt anew
		}
		l.gate.hear(api, period, calls, m)
	})
}
