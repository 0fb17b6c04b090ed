package weixin

import "time"

// When an account's calls are stopped for failures on the way (nothing answered, a time-out, HTTP 5xx, errcode -1), and
// for how long. The platform documents no such numbers; these keep an outage from holding every worker for the whole
// time-out of a call, and find its end within two minutes.
const (
	tripAfter  = 5           // failures in a row
	tripWithin = time.Minute // of each other
	openLeast  = 5 * time.Second
	openMost   = 2 * time.Minute
	// An account that is turned away is asked again after a minute, at last every ten: an address takes that long to count.
	deniedLeast = time.Minute
	deniedMost  = 10 * time.Minute
	// An API that is not granted, or was taken away, is asked again as seldom as somebody acts on it.
	apiLeast = 10 * time.Minute
	apiMost  = 6 * time.Hour
	// A probe that has told nothing for so long is lost; another one may go.
	probeTime = 30 * time.Second
)

// halt stops calls for a reason until a time. Then one call may try (the probe) while the others go on waiting for what it
// finds. It is a value and knows no clock; the zero halt stops nothing.
type halt struct {
	code  int
	class Class
	text  string // what the platform said, without secrets
	since time.Time
	until time.Time
	span  time.Duration
	probe time.Time // when the probe under way began; zero: none
}

// on reports whether there is a halt, also one whose time is over and which has not been probed.
func (h halt) on() bool { return !h.until.IsZero() }

// stops says until when a call must wait; false when it may go. When a halt is on, the call that goes is the probe: see
// probing.
func (h halt) stops(now time.Time) (time.Time, bool) {
	switch {
	case !h.on():
		return time.Time{}, false
	case now.Before(h.until) && h.until.Sub(now) <= 2*h.span: // else the clock was set back
		return h.until, true
	case !h.probe.IsZero() && !now.Before(h.probe) && now.Before(h.probe.Add(probeTime)):
		return now.Add(time.Second), true
	}
	return time.Time{}, false
}

// probing is the halt with a probe under way.
func (h halt) probing(now time.Time) halt {
	if h.on() {
		h.probe = now
	}
	return h
}

// unprobed is the halt whose probe told nothing.
func (h halt) unprobed() halt {
	h.probe = time.Time{}
	return h
}

// refusal is what stopped a call and for how long.
type refusal struct {
	code   int
	class  Class
	text   string
	now    time.Time
	jitter float64 // 0 to 1: so that instances do not all try at once
}

// longer is the halt after one more refusal: least long at first, doubled with every probe that fails, most at most.
func (h halt) longer(r refusal, least, most time.Duration) halt {
	span := least
	if h.on() && h.class == r.class {
		if _, waits := h.unprobed().stops(r.now); waits { // the answer to a call made before the halt
			return h
		}
		span = min(max(2*h.span, least), most)
	}
	return h.lasting(r, span+time.Duration(r.jitter*float64(span)/4))
}

// lasting is the halt after one more refusal, for a span that is known.
func (h halt) lasting(r refusal, span time.Duration) halt {
	since := r.now
	if h.on() && h.code == r.code {
		since = h.since
	}
	until := r.now.Add(span)
	if whole := until.Truncate(time.Millisecond); whole.Before(until) { // work is woken by the millisecond
		until = whole.Add(time.Millisecond)
	}
	return halt{code: r.code, class: r.class, text: r.text, since: since, until: until, span: span}
}

// breaker is the halt of a whole account and the count of failures that leads to one.
type breaker struct {
	halt
	failures int // in a row
	first    time.Time
}

// fail is the breaker after a failure on the way.
func (b breaker) fail(r refusal) breaker {
	if b.on() {
		b.halt = b.longer(r, openLeast, openMost)
		return b
	}
	if b.failures == 0 || r.now.Before(b.first) || r.now.Sub(b.first) > tripWithin {
		b.failures, b.first = 0, r.now
	}
	if b.failures++; b.failures >= tripAfter {
		b.halt = b.longer(r, openLeast, openMost)
	}
	return b
}

// deny is the breaker after the platform has turned the account away.
func (b breaker) deny(r refusal) breaker {
	switch r.code {
	case 89507: // the administrator refused our address: an hour
		b.halt = b.lasting(r, time.Hour)
	case 89506: // refused twice: a day
		b.halt = b.lasting(r, 24*time.Hour)
	default:
		b.halt = b.longer(r, deniedLeast, deniedMost)
	}
	return b
}

// pass is the breaker after an answer.
func (breaker) pass() breaker { return breaker{} }
