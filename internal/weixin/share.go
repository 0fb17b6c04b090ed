package weixin

import (
	"strings"
	"time"
)

// markText bounds what the platform said, in bytes, as it is stored.
const markText = 300

// mark is what other instances should know about an API.
func (w *ways) mark() mark {
	m := mark{}
	m.put(w.halt)
	if !w.learntAt.IsZero() {
		m.Calls, m.Burst, m.Window = w.limit.Calls, w.limit.Burst, w.limit.Window.Milliseconds()
		m.Learnt = w.learntAt.UnixMilli()
	}
	return m
}

// mark is what other instances should know about the account. That nothing answers is each one's own experience.
func (g *gate) mark() mark {
	m := mark{}
	if g.breaker.class == Denied {
		m.put(g.breaker.halt)
	}
	if g.address.code != 0 {
		m.IP, m.IPCode, m.IPToken, m.IPFrom = g.address.ip, g.address.code, g.address.token, g.address.since.UnixMilli()
	}
	return m
}

func (m *mark) put(h halt) {
	if !h.on() {
		return
	}
	m.Code, m.Class, m.Text = h.code, h.class, h.text
	if len(m.Text) > markText {
		m.Text = strings.ToValidUTF8(m.Text[:markText], "")
	}
	m.Since, m.Until = h.since.UnixMilli(), h.until.UnixMilli()
}

// halt is what put stored, seen at now.
func (m *mark) halt(now time.Time) halt {
	if m.Until == 0 {
		return halt{}
	}
	h := halt{code: m.Code, class: m.Class, text: m.Text, since: utc(m.Since), until: utc(m.Until)}
	h.span = max(h.until.Sub(now), time.Second)
	return h
}

func utc(ms int64) time.Time { return time.UnixMilli(ms).UTC() }

// hear takes over what another instance has found out, unless we have something newer to tell.
func (g *gate) hear(api string, period int, calls int64, m mark) {
	g.mu.Lock()
	defer g.mu.Unlock()
	now := g.client.hub.now()
	if api == wholeAccount {
		if g.changed || m == g.mark() {
			return
		}
		g.address = address{ip: m.IP, code: m.IPCode, token: m.IPToken}
		if m.IPFrom != 0 {
			g.address.since = utc(m.IPFrom)
		}
		if h := m.halt(now); h.on() || g.breaker.class == Denied {
			g.breaker = breaker{halt: h}
		}
		return
	}
	w := g.way(api)
	w.turn(api, now)
	if period == w.period {
		w.total = calls
	}
	if w.changed || m == w.mark() {
		return
	}
	w.halt = m.halt(now)
	if m.Learnt != 0 {
		w.limit = Limit{Calls: m.Calls, Burst: m.Burst, Window: time.Duration(m.Window) * time.Millisecond}
		w.learntAt = utc(m.Learnt)
		w.asked = w.learntAt
	}
}

// pardon forgets every halt: the account has new credentials, its quota was cleared, or somebody says that the reason is
// gone. What was counted stays. The store is told with the next call.
func (g *gate) pardon() {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.breaker, g.changed = breaker{}, true
	for _, w := range g.apis {
		if w.on() {
			w.halt, w.changed = halt{}, true
		}
	}
}
