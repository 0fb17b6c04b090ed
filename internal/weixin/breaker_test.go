package weixin

import (
	"testing"
	"time"

	"pgregory.net/rapid"
)

// TestBreakerHoldsItsRules walks the state machine at random: while it is open nothing goes before its time, then one call
// at a time, an answer closes it, and no wait is longer than it may be.
func TestBreakerHoldsItsRules(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		b, now := breaker{}, time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC)
		probes, inRow := 0, 0
		t.Repeat(map[string]func(*rapid.T){
			"time": func(t *rapid.T) {
				now = now.Add(time.Duration(rapid.Int64Range(1, 200_000).Draw(t, "ms")) * time.Millisecond)
			},
			"call": func(t *rapid.T) {
				until, stop := b.stops(now)
				switch {
				case stop && !until.After(now):
					t.Fatalf("stopped until %v, which is not after %v", until, now)
				case b.on() && now.Before(b.until) && !stop:
					t.Fatal("a call went through an open breaker")
				case !b.on() && stop:
					t.Fatal("a closed breaker stops a call")
				case stop:
					return
				case b.on():
					if probes == 1 && now.Before(b.probe.Add(probeTime)) {
						t.Fatal("two probes at once")
					}
					probes = 1
				}
				b.halt = b.probing(now)
			},
			"answer": func(*rapid.T) { b, probes, inRow = b.pass(), 0, 0 },
			"nothing": func(t *rapid.T) {
				was := b
				b = b.fail(refusal{class: Temporary, now: now, jitter: rapid.Float64Range(0, 1).Draw(t, "jitter")})
				if probes, inRow = 0, inRow+1; inRow < tripAfter && b.on() && !was.on() {
					t.Fatalf("opened after %d failures", inRow)
				}
				if !was.on() && b.on() && was.failures+1 < tripAfter {
					t.Fatal("opened too early")
				}
			},
			"denied": func(t *rapid.T) {
				b = b.deny(refusal{class: Denied, code: 50002, now: now, jitter: rapid.Float64Range(0, 1).Draw(t, "jitter")})
				if probes = 0; !b.on() || !b.until.After(now) {
					t.Fatal("denied and not open")
				}
			},
			"": func(t *rapid.T) {
				if wait := b.until.Sub(now); b.on() && wait > deniedMost*5/4 {
					t.Fatalf("waits %v", wait)
				}
			},
		})
	})
}

// TestBreakerOpensLonger: 5 s, doubled to two minutes, and nothing left of it after an answer.
func TestBreakerOpensLonger(t *testing.T) {
	t.Parallel()
	b, now := breaker{}, time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC)
	r := refusal{class: Temporary}
	for range tripAfter {
		if b.on() {
			t.Fatal("too early")
		}
		r.now = now
		b = b.fail(r)
	}
	for _, seconds := range []int64{5, 10, 20, 40, 80, 120, 120} {
		want := time.Duration(seconds) * time.Second
		if got := b.until.Sub(now); got != want {
			t.Errorf("open for %v, want %v", got, want)
		}
		late := b.fail(refusal{class: Temporary, now: now.Add(time.Millisecond)})
		if late.until != b.until {
			t.Error("the failure of a call that was under way made it longer")
		}
		now = b.until
		if _, stop := b.stops(now); stop {
			t.Fatal("no probe")
		}
		b.halt = b.probing(now)
		if until, stop := b.stops(now); !stop || until.Sub(now) > time.Second {
			t.Error("a second probe")
		}
		if _, stop := b.stops(now.Add(probeTime)); stop {
			t.Error("a lost probe holds for ever")
		}
		r.now = now
		b = b.fail(r)
	}
	if b = b.pass(); b.on() || b.failures != 0 {
		t.Errorf("%+v", b)
	}
	for i := range 20 { // one a minute and ten seconds is no outage
		if b = b.fail(refusal{class: Temporary, now: now.Add(time.Duration(i) * 70 * time.Second)}); b.on() {
			t.Fatal("opened for failures that lie apart")
		}
	}
	if b = (breaker{}).deny(refusal{class: Denied, code: 89506, now: now}); b.until.Sub(now) != 24*time.Hour {
		t.Errorf("the administrator refused twice, and we ask after %v", b.until.Sub(now))
	}
	if _, stop := b.stops(now.Add(-72 * time.Hour)); stop {
		t.Error("a clock that was set back holds the account for days")
	}
}

// TestQuotaHalts: when each refusal is over.
func TestQuotaHalts(t *testing.T) {
	t.Parallel()
	noon := time.Date(2026, 3, 1, 4, 0, 30, 0, time.UTC) // in China
	midnight := time.Date(2026, 3, 1, 16, 0, 0, 0, time.UTC)
	after := func(h halt, code int, kind Kind, now time.Time) halt {
		t.Helper()
		next, stop := quotaHalt(h, refusal{code: code, class: Quota, now: now}, kind)
		if !stop {
			t.Fatalf("%d stops nothing", code)
		}
		return next
	}
	day := after(halt{}, 45009, Official, noon)
	if !day.until.Equal(midnight) {
		t.Errorf("day: %v", day.until)
	}
	again := after(day.probing(midnight), 45009, Official, midnight)
	if got := again.until.Sub(midnight); got != time.Minute || !again.since.Equal(noon) {
		t.Errorf("the platform's day has not turned yet: again after %v", got)
	}
	late := midnight.Add(time.Hour)
	if got := after(again, 45009, Official, late).until; !got.Equal(midnight.AddDate(0, 0, 1)) {
		t.Errorf("used up again in the new day: %v", got)
	}
	if got := after(halt{}, 45011, Official, noon).until.Sub(noon); got != 30*time.Second {
		t.Errorf("minute: %v", got)
	}
	second, _ := quotaHalt(halt{}, refusal{code: 44990, class: Quota, now: noon, jitter: 0.5}, Official)
	if got := second.until.Sub(noon); got != 1250*time.Millisecond {
		t.Errorf("second: %v", got)
	}
	corp, at := halt{}, noon
	for _, minutes := range []int64{1, 2, 4, 8, 16, 32, 60, 60} {
		want := time.Duration(minutes) * time.Minute
		corp = after(corp.probing(at), 45009, WeCom, at)
		if got := corp.until.Sub(at); got != want {
			t.Errorf("WeCom: %v, want %v", got, want)
		}
		at = corp.until
	}
	if _, stop := quotaHalt(halt{}, refusal{code: 45029, class: Quota, now: noon}, Official); stop {
		t.Error("permanent codes are used up for life, and other codes are still to be had")
	}
}

// TestUsage: learnt limits stop, default ones only hold back what can wait, and a new day begins at China's midnight.
func TestUsage(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 3, 1, 15, 59, 0, 0, time.UTC)
	u := usage{limit: Limit{Calls: 10}}
	allowed := func(low bool) bool {
		_, _, ok := u.allows("/x", now, low)
		return ok
	}
	u.turn("/x", now)
	u.add(8)
	if !allowed(true) || !u.wantsLimit(now) {
		t.Error("at eight of ten")
	}
	u.add(1)
	if allowed(true) || !allowed(false) {
		t.Error("at nine of ten only what cannot wait goes")
	}
	u.add(1)
	if !allowed(false) {
		t.Error("a default limit stops nobody")
	}
	u.take(Limit{Calls: 12, Burst: 3, Window: time.Minute}, 11, seen{own: u.own}, now)
	if u.used() != 11 || !allowed(false) {
		t.Errorf("learnt: %d used", u.used())
	}
	u.add(1)
	until, code, ok := u.allows("/x", now, false)
	if ok || code != 45009 || !until.Equal(now.Add(time.Minute)) {
		t.Errorf("used up: %v %d %v", until, code, ok)
	}
	now = now.Add(time.Minute)
	if !allowed(false) || u.used() != 0 {
		t.Error("a new day")
	}
	u.add(3)
	if until, code, ok := u.allows("/x", now, false); ok || code != 45011 || !until.Equal(now.Add(time.Minute)) {
		t.Errorf("a full minute: %v %d %v", until, code, ok)
	}
	now = now.Add(time.Minute)
	if !allowed(false) {
		t.Error("a new minute")
	}
	clear := usage{limit: Limit{Calls: 10}}
	clear.turn(clearPath, now)
	clear.add(10)
	until, code, ok = clear.allows(clearPath, now, false)
	if ok || code != 48006 || until.Month() != time.April && until.UTC().Day() != 31 {
		t.Errorf("clearing: %v %d %v", until, code, ok)
	}
}

func TestAddressIn(t *testing.T) {
	t.Parallel()
	for msg, want := range map[string]string{
		"invalid ip 1.2.3.4 ipv6 ::ffff:1.2.3.4, not in whitelist rid: 6-7-8":                           "1.2.3.4",
		"invalid ip ::ffff:1.2.3.4, not in whitelist":                                                   "1.2.3.4",
		"invalid ip 2001:db8::7 ipv6 2001:db8::7, not in whitelist":                                     "2001:db8::7",
		"not allow to access from your ip, hint: [16], from ip: 10.0.0.9, more info at https://x/?e=60": "10.0.0.9",
		"invalid ip, not in whitelist":                                                                  "",
	} {
		if got := addressIn(msg); got != want {
			t.Errorf("%q: %q, want %q", msg, got, want)
		}
	}
}
