package weixin

import (
	"context"
	"errors"
	"time"
)

const quotaPath = "/cgi-bin/openapi/quota/get"

// learnSoon asks the platform, behind the call that found out, what the quota of an API really is.
func (c *client) learnSoon(ctx context.Context, api string) {
	ctx = context.WithoutCancel(ctx)
	c.hub.learning.Go(func() {
		if err := c.learn(ctx, api); err != nil {
			c.hub.log.WarnContext(ctx, "a quota cannot be read", "api", api, "account", c.credentials(), "error", Redacted(err))
		}
	})
}

// learn asks the platform for the limit of one API and how much of it is used, by us or by others.
func (c *client) learn(ctx context.Context, api string) error {
	var said struct {
		Quota struct {
			Limit int64 `json:"daily_limit"`
			Used  int64 `json:"used"`
		} `json:"quota"`
		Rate struct {
			Calls   int64 `json:"call_count"`
			Seconds int64 `json:"refresh_second"`
		} `json:"rate_limit"`
	}
	asked := c.gate.seen(api)
	err := c.hub.PostJSON(ctx, c.credentials().AccountID(), quotaPath, map[string]string{"cgi_path": api}, &said)
	if err != nil {
		return err
	}
	limit := Limit{said.Quota.Limit, said.Rate.Calls, time.Duration(said.Rate.Seconds) * time.Second}
	c.gate.learnt(api, limit, said.Quota.Used, asked)
	c.gate.ledger.now(ctx)
	return nil
}

func (g *gate) seen(api string) seen {
	g.mu.Lock()
	defer g.mu.Unlock()
	w := g.way(api)
	return seen{w.own, w.flying}
}

func (g *gate) learnt(api string, limit Limit, used int64, asked seen) {
	g.mu.Lock()
	defer g.mu.Unlock()
	now := g.client.hub.now()
	w := g.way(api)
	w.turn(api, now)
	w.take(limit, used, asked, now)
	w.asked, w.changed = now, true
}

// stale lists the APIs that were called in this period and whose limits were not asked for in the last hour.
func (g *gate) stale() []string {
	g.mu.Lock()
	defer g.mu.Unlock()
	now := g.client.hub.now()
	var all []string
	for api, w := range g.apis {
		w.turn(api, now)
		if w.used() > 0 && api != quotaPath && api != clearPath && !now.Before(w.asked.Add(learnEvery)) {
			w.asked = now
			all = append(all, api)
		}
	}
	return all
}

// LearnQuotas asks the platform for the limits of all APIs an account has called today, each at most once an hour. WeCom
// has no such question.
func (h *Hub) LearnQuotas(ctx context.Context, accountID string) error {
	c, err := h.find(accountID)
	if err != nil || c.kind() == WeCom {
		return err
	}
	c.gate.ledger.load(ctx)
	var faults []error
	for _, api := range c.gate.stale() {
		err := c.learn(LowPriority(ctx), api)
		if code, _ := Code(err); code == 76021 || code == 76003 { // it has no quota of its own
			continue
		}
		if err != nil {
			faults = append(faults, err)
			break // the next one would meet the same
		}
	}
	return errors.Join(faults...)
}
