package wechatsim

import "time"

// Trigger is something a person does that lets an app write to them.
type Trigger string

// The triggers of customer-service messages.
const (
	OnMessage Trigger = "message" // said something
	OnClick   Trigger = "click"   // menu: click, scancode_push, scancode_waitmsg; no other button
	OnFollow  Trigger = "follow"
	OnScan    Trigger = "scan"    // a parameter QR
	OnService Trigger = "service" // opened a Mini Program's customer-service page
)

// Allowance is how many customer-service messages a trigger allows, and for how long.
type Allowance struct {
	Limit int
	Life  time.Duration
}

// DefaultAllowances are the platform's: 5 in 48 hours after a message, 3 in a
// minute after following, scanning or clicking, 2 in a minute after opening a
// Mini Program's customer service. (Documentation of customer-service messages,
// 2026.)
func DefaultAllowances() map[Trigger]Allowance {
	return map[Trigger]Allowance{
		OnMessage: {5, 48 * time.Hour},
		OnClick:   {3, time.Minute},
		OnFollow:  {3, time.Minute},
		OnScan:    {3, time.Minute},
		OnService: {2, time.Minute},
	}
}

// window is how many messages may be sent until when.
type window struct {
	limit   int
	used    int
	expires time.Time
}

// Window is one trigger's allowance of one person, open or over.
type Window struct {
	Trigger Trigger   `json:"trigger"`
	Limit   int       `json:"limit"`
	Used    int       `json:"used"`
	Ends    time.Time `json:"ends"`
}

// Windows are what an app may still send to the person, those that are over
// too until the trigger opens them anew; in the order message, click, follow,
// scan, service.
func (p *Person) Windows(appID string) []Window {
	p.sim.mu.Lock()
	defer p.sim.mu.Unlock()
	list := []Window{}
	for _, t := range []Trigger{OnMessage, OnClick, OnFollow, OnScan, OnService} {
		if w := p.chat(appID).windows[t]; w != nil {
			list = append(list, Window{t, w.limit, w.used, w.expires})
		}
	}
	return list
}

// open starts a window anew: what was left of the last one of its kind is not added.
func (c *chat) open(t Trigger, now time.Time) {
	c.heard = now
	if a := c.allow[t]; a.Limit > 0 {
		c.windows[t] = &window{limit: a.Limit, expires: now.Add(a.Life)}
	}
}

// spend takes one message from every open window. Allowances of different
// triggers do not add up, says the documentation, without saying which one a
// message is taken from; this is the strictest reading, under which no more
// can ever be sent than the largest open allowance. A program that stays
// within it stays within every other reading too. It refuses with 45015 when
// no window is open and with 45047 when none has any left.
func (c *chat) spend(now time.Time) error {
	open, left := 0, 0
	for _, w := range c.windows {
		if now.Before(w.expires) {
			open++
			if w.used < w.limit {
				left++
			}
		}
	}
	if open == 0 {
		return apiError{Code: 45015}
	}
	if left == 0 {
		return apiError{Code: 45047}
	}
	for _, w := range c.windows {
		if now.Before(w.expires) {
			w.used = min(w.used+1, w.limit)
		}
	}
	return nil
}
