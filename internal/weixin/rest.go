package weixin

import (
	"errors"
	"time"
)

// How long a fetch is not repeated after it failed: at first, and at most. Repeated wrong secrets get the caller's
// address banned for an hour.
const (
	failedRest    = time.Second
	failedRestMax = time.Minute
	deniedRest    = 30 * time.Second
	deniedRestMax = 10 * time.Minute
)

// rest is the pause after fetches that failed. It is a value: every failure makes the next, longer one.
type rest struct {
	err   error
	until time.Time
	span  time.Duration
}

// longer is the rest after one more failure.
func (r rest) longer(err error, now time.Time) rest {
	if at, known := r.known(err, now); known {
		return rest{err, at, at.Sub(now)}
	}
	least, most := failedRest, failedRestMax
	if Classify(err) == Denied {
		least, most = deniedRest, deniedRestMax
	}
	span := min(max(2*r.span, least), most)
	return rest{err, now.Add(span), span}
}

// known is the end of a rest that the refusal itself tells.
func (rest) known(err error, now time.Time) (time.Time, bool) {
	if stopped, ok := errors.AsType[*StoppedError](err); ok && stopped.Until.After(now) {
		return stopped.Until, true
	}
	switch code, _ := Code(err); code {
	case 89507: // refused by the account's administrator: an hour
		return now.Add(time.Hour), true
	case 89506: // refused twice: a day
		return now.Add(24 * time.Hour), true
	}
	return ResumeAt(err, now)
}

// stops returns the error of a call made during the rest, nil when it is over. A clock that was set back does not make
// a rest longer than it was meant to be.
func (r rest) stops(now time.Time) error {
	if r.err == nil || !now.Before(r.until) || r.until.Sub(now) > r.span {
		return nil
	}
	code, _ := Code(r.err)
	return &StoppedError{API: "access token", Class: Classify(r.err), Code: code, Until: r.until, Err: r.err}
}

// The pace of fetches in place of tokens refused before their end: a few at once, then one a minute. The platform allows
// 500,000 a day, the older interface 2,000.
const (
	spareBurst = 5
	spareEvery = time.Minute
)

// pace is a bucket of allowances that refills with time.
type pace struct {
	used int
	at   time.Time // when the first of them was used
}

// take uses up one allowance, or says when there will be one.
func (p *pace) take(now time.Time) (next time.Time, ok bool) {
	if back := int(now.Sub(p.at) / spareEvery); p.used > 0 && (back > 0 || now.Before(p.at)) {
		p.used, p.at = max(0, p.used-max(back, 1)), now
	}
	if p.used >= spareBurst {
		return p.at.Add(spareEvery), false
	}
	if p.used == 0 {
		p.at = now
	}
	p.used++
	return now, true
}
