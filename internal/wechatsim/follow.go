package wechatsim

import (
	"context"
	"strconv"
	"time"
)

// ScanOfficialQR scans an Official Account's parameter QR, given by its ticket
// or by its scene. Somebody new follows with it (event subscribe, qrscene_…);
// a follower only scans (event SCAN).
func (p *Person) ScanOfficialQR(ctx context.Context, appID, ticketOrScene string) (Reply, error) {
	return p.do(ctx, appID, []kind{official}, func(acc *account, c *chat) (body, error) {
		scene, number, ticket, err := p.sim.resolveQR(acc, ticketOrScene)
		if err != nil {
			return nil, err
		}
		now := p.sim.now()
		event, key := "SCAN", scene
		c.open(OnScan, now)
		if !c.following {
			event, key = "subscribe", "qrscene_"+scene
			c.follow(now, "ADD_SCENE_QR_CODE")
			c.qrScene, c.qrNumber = scene, number
		}
		return p.event(acc, event, field{"EventKey", key}, field{"Ticket", ticket}), nil
	})
}

// Follow follows an Official Account without any QR. Following twice is
// nothing: no push.
func (p *Person) Follow(ctx context.Context, appID string) (Reply, error) {
	return p.do(ctx, appID, []kind{official}, func(acc *account, c *chat) (body, error) {
		if c.following {
			return nil, nil
		}
		c.follow(p.sim.now(), "ADD_SCENE_SEARCH")
		return p.event(acc, "subscribe", field{"EventKey", ""}), nil
	})
}

// Unfollow leaves an Official Account; its windows close.
func (p *Person) Unfollow(ctx context.Context, appID string) error {
	_, err := p.do(ctx, appID, []kind{official}, func(acc *account, c *chat) (body, error) {
		if !c.following {
			return nil, nil
		}
		c.unfollow()
		p.sim.dropTags(acc, p)
		return p.event(acc, "unsubscribe", field{"EventKey", ""}), nil
	})
	return err
}

// OpenService opens a Mini Program's customer-service page.
func (p *Person) OpenService(ctx context.Context, mpAppID, sessionFrom string) error {
	_, err := p.do(ctx, mpAppID, []kind{mini}, func(acc *account, c *chat) (body, error) {
		c.open(OnService, p.sim.now())
		return p.event(acc, "user_enter_tempsession", field{"SessionFrom", sessionFrom}), nil
	})
	return err
}

// do changes the world under the lock, then tells the callback about it.
func (p *Person) do(ctx context.Context, appID string, kinds []kind, how act) (Reply, error) {
	acc, b, err := p.change(appID, kinds, how)
	if err != nil || b == nil {
		return Reply{}, err
	}
	return p.sim.deliver(ctx, acc, p.OpenID(appID), b)
}

// head is what every push of a person to an app begins with.
func (p *Person) head(acc *account, msgType string) body {
	return body{
		{"ToUserName", acc.original},
		{"FromUserName", p.OpenID(acc.id)},
		{"CreateTime", p.sim.now().Unix()},
		{"MsgType", msgType},
	}
}

func (p *Person) event(acc *account, event string, more ...field) body {
	return append(append(p.head(acc, "event"), field{"Event", event}), more...)
}

func (c *chat) follow(now time.Time, how string) {
	c.following, c.since, c.how = true, now, how
	c.qrScene, c.qrNumber = "", 0
	c.open(OnFollow, now)
}

// unfollow leaves: every window closes with it.
func (c *chat) unfollow() {
	c.following = false
	c.windows = map[Trigger]*window{}
}

// resolveQR finds the scene behind a ticket, or the ticket behind a scene. A
// scene that no call has made a QR for gets one: a driver may print its own.
func (s *Sim) resolveQR(acc *account, ticketOrScene string) (scene string, number int64, ticket string, err error) {
	key := acc.id + "/" + ticketOrScene
	t := s.tickets[key]
	if t == nil {
		t = s.tickets[acc.id+"/scene:"+ticketOrScene]
	}
	if t == nil {
		return ticketOrScene, 0, s.mint("gQ", base62+"+/", 94, "ticket", acc.id, ticketOrScene) + "==", nil
	}
	if !t.expires.IsZero() && !s.now().Before(t.expires) {
		return "", 0, "", ErrExpiredQR
	}
	scene = t.scene
	if t.number != 0 {
		scene = strconv.FormatInt(t.number, 10)
	}
	return scene, t.number, t.ticket, nil
}

// act changes what one app and one person have with each other and makes the
// push that tells of it; no push when there is nothing to tell.
type act func(acc *account, c *chat) (body, error)

func (p *Person) change(appID string, kinds []kind, how act) (*account, body, error) {
	p.sim.mu.Lock()
	defer p.sim.mu.Unlock()
	acc, err := p.sim.account(appID, kinds...)
	if err != nil {
		return nil, nil, err
	}
	c := p.chat(appID)
	b, err := how(acc, c)
	if err == nil && b != nil {
		c.hear(b, p.sim.now())
	}
	return acc, b, err
}
