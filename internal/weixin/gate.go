package weixin

import (
	"context"
	"errors"
	"math/rand/v2"
	"net/http"
	"strings"
	"sync"
	"time"
)

// gate is what stands before every call of one account: its breaker, the quota of each API, and how many calls may be
// under way at once.
type gate struct {
	client *client
	slots  chan struct{}
	ledger ledger

	mu      sync.Mutex
	breaker breaker
	address address
	apis    map[string]*ways
	changed bool // the breaker or the address, since the store was told
	last    LastError
}

// ways is what is known about one API of an account.
type ways struct {
	halt
	usage
	changed bool // the halt or the limit, since the store was told
}

// address is that the platform does not take calls from our address.
type address struct {
	ip    string // as the platform sees it; empty when it did not say
	code  int
	token bool // it is tokens that we are not given; else it is calls, as WeCom does
	since time.Time
}

func newGate(c *client) *gate {
	g := &gate{client: c, slots: make(chan struct{}, c.hub.concurrency), apis: map[string]*ways{}}
	g.ledger.gate = g
	return g
}

// way is the state of one API; g.mu is held.
func (g *gate) way(api string) *ways {
	w := g.apis[api]
	if w == nil {
		w = &ways{}
		if g.client.kind() != WeCom {
			w.limit = g.client.hub.limits[api]
		}
		g.apis[api] = w
	}
	return w
}

type (
	lowKey  struct{}
	liveKey struct{}
)

// LowPriority marks the calls made under the context as work that can wait: they may use up nine tenths of a day's quota,
// so that answers to people still go out.
func LowPriority(ctx context.Context) context.Context { return context.WithValue(ctx, lowKey{}, true) }

// live marks calls that find out how things stand: they are made whatever is known.
func live(ctx context.Context) context.Context { return context.WithValue(ctx, liveKey{}, true) }

func is(ctx context.Context, key any) bool { return ctx.Value(key) != nil }

// enter lets a call pass and counts it, or says why not. After it, leave or back out must be called once.
func (g *gate) enter(ctx context.Context, api string) error {
	g.ledger.catchUp(ctx)
	ending, err := g.admit(ctx, api)
	if err != nil || !ending || g.ledger.store() == nil || is(ctx, liveKey{}) {
		return err
	}
	return g.confirm(ctx, api)
}

// confirm asks the store whether a call that was counted is still within the quota: close to its end what other instances
// have called must count at once. Two that take the last one both give it back; that loses a call and earns no refusal.
func (g *gate) confirm(ctx context.Context, api string) error {
	g.ledger.flush(ctx)
	g.mu.Lock()
	now := g.client.hub.now()
	w := g.way(api)
	within := w.used() <= w.limit.Calls
	g.mu.Unlock()
	if within {
		return nil
	}
	g.backOut(api)
	return &StoppedError{API: api, Class: Quota, Code: 45009, Until: periodEnd(api, now), Err: errUsedUp}
}

// admit is enter by what this instance knows. It reports whether the quota is close to its end.
func (g *gate) admit(ctx context.Context, api string) (ending bool, err error) {
	g.mu.Lock()
	defer g.mu.Unlock()
	now := g.client.hub.now()
	w := g.way(api)
	// The token's own interfaces are not held back by the breaker: Tokens rests after a failure by itself, and the probe of
	// a breaker needs a token.
	whole := !isTokenAPI(api)
	if !is(ctx, liveKey{}) {
		if until, stop := g.breaker.stops(now); stop && whole {
			return false, stopped(api, g.breaker.halt, until)
		}
		if until, stop := w.stops(now); stop {
			return false, stopped(api, w.halt, until)
		}
		if until, code, ok := w.allows(api, now, is(ctx, lowKey{})); !ok {
			g.learnAgain(ctx, api, w, now)
			return false, &StoppedError{API: api, Class: Quota, Code: code, Until: until, Err: errUsedUp}
		}
	}
	if whole {
		g.breaker.halt = g.breaker.probing(now)
	}
	w.halt = w.probing(now)
	w.turn(api, now)
	w.add(1)
	w.flying++
	g.learnAgain(ctx, api, w, now)
	g.ledger.soon(ctx)
	return w.closes(), nil
}

// learnAgain asks for the limit of an API if it is time to, also when calls are held back because of it: our count may be
// too careful, and the account's limit may have been raised. g.mu is held.
func (g *gate) learnAgain(ctx context.Context, api string, w *ways, now time.Time) {
	if api != clearPath && w.wantsLimit(now) {
		w.asked = now
		g.client.learnSoon(ctx, api)
	}
}

var errUsedUp = errors.New("the quota we know of is used up")

func stopped(api string, h halt, until time.Time) error {
	e := &StoppedError{API: api, Class: h.class, Code: h.code, Until: until}
	if h.text != "" {
		e.Err = errors.New(h.text)
	}
	return e
}

// backOut takes back a call that entered and was not made.
func (g *gate) backOut(api string) {
	g.mu.Lock()
	defer g.mu.Unlock()
	w := g.way(api)
	w.add(-1)
	w.flying--
	w.halt, g.breaker.halt = w.unprobed(), g.breaker.unprobed()
}

// again counts the replay of a call.
func (g *gate) again(api string) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.way(api).add(1)
}

// outcome is how a call ended.
type outcome struct {
	err    error // nothing came back
	status int
	code   int
	msg    string
}

// leave books how a call ended.
func (g *gate) leave(ctx context.Context, api string, o outcome) {
	g.mu.Lock()
	defer g.mu.Unlock()
	now := g.client.hub.now()
	w := g.way(api)
	w.flying--
	r := refusal{code: o.code, now: now, jitter: rand.Float64()} //nolint:gosec // it only spreads retries
	switch {
	case o.err != nil && ctx.Err() != nil: // the caller went away: this tells nothing
		w.halt, g.breaker.halt = w.unprobed(), g.breaker.unprobed()
		return
	case o.err != nil:
		r.class, r.code, r.text = Temporary, 0, Redact(withoutAddress(o.err).Error())
	case o.status != http.StatusOK:
		r.class, r.text = classOfStatus(o.status), (&HTTPError{Status: o.status, API: api}).Error()
	case o.code != 0:
		r.class, r.text = Classify(&APIError{Code: o.code, Msg: o.msg, API: api, Kind: g.client.kind()}), Redact(o.msg)
	}
	if r.class != None {
		g.last = LastError{API: api, Code: r.code, Text: r.text, At: now}
	}
	whole, one := g.mark(), w.mark()
	g.book(api, w, r)
	if whole != g.mark() || one != w.mark() {
		g.changed = g.changed || whole != g.mark()
		w.changed = w.changed || one != w.mark()
		g.ledger.now(ctx)
	}
}

// book decides what an answer means for the account and for the API.
func (g *gate) book(api string, w *ways, r refusal) {
	down := r.class == Temporary && r.code <= 0 // nothing came back, HTTP 5xx, or errcode -1
	switch {
	case isAddress(r.code):
		g.unwelcome(r)
		g.address.token = isTokenAPI(api)
	case r.class == None && g.address.token == isTokenAPI(api):
		g.address = address{}
	}
	switch {
	case isTokenAPI(api) && r.class != Quota:
		if !down {
			w.halt = halt{}
		}
	case down:
		g.breaker, w.halt = g.breaker.fail(r), w.unprobed()
	case r.class == Denied && isAccountWide(r.code, api):
		g.breaker, w.halt = g.breaker.deny(r), w.unprobed()
	case r.class == Denied && isUngranted(r.code):
		g.breaker, w.halt = g.breaker.pass(), w.longer(r, apiLeast, apiMost)
	case r.class == Quota && !isPersonal(api):
		g.breaker = g.breaker.pass()
		if h, stop := quotaHalt(w.halt, r, g.client.kind()); stop {
			w.halt = h
			return
		}
		w.halt = halt{}
	default:
		g.breaker, w.halt = g.breaker.pass(), halt{}
	}
}

// isPersonal tells the interfaces of web and Mini Program logins: what they say about too many calls is about one person
// (platform documentation of code2Session, errcode 45011).
func isPersonal(api string) bool { return strings.HasPrefix(api, "/sns/") }

// unwelcome notes that our address is refused, and since when.
func (g *gate) unwelcome(r refusal) {
	ip := addressIn(r.text)
	if g.address.code == 0 {
		g.address.since = r.now
	}
	if ip == "" {
		ip = g.address.ip
	}
	g.address.ip, g.address.code = ip, r.code
}

// slot waits until fewer calls of the account are under way than may be. A slow account so keeps its own calls waiting
// and nobody else's.
func (g *gate) slot(ctx context.Context) error {
	select {
	case g.slots <- struct{}{}:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// release gives a place back.
func (g *gate) release() { <-g.slots }
