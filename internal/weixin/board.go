package weixin

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"sync"

	"github.com/silenceper/wechat/v2/util"
	"github.com/sirupsen/logrus"
)

// board is the one transport of the SDK, whose HTTP client is a variable of its package: there can be only one for the
// whole process, so this has to be a variable as well. It finds out which account of which hub a request belongs to.
var board = &switchboard{byWord: map[string]*client{}, hubs: map[*Hub]bool{}}

var installed sync.Once

// InstallSDK puts our transport under the SDK and silences its logger, which at some levels writes whole messages. NewHub
// calls it; calling it again does nothing.
func InstallSDK() {
	installed.Do(func() {
		util.DefaultHTTPClient = &http.Client{Transport: board, CheckRedirect: stay}
		logrus.SetOutput(io.Discard)
		logrus.SetLevel(logrus.PanicLevel)
	})
}

// stay follows no redirect: an API of the platform gives none, and it would carry a request we made to somebody else.
func stay(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }

type switchboard struct {
	mu     sync.RWMutex
	byWord map[string]*client // by token and secret stand-in
	hubs   map[*Hub]bool
}

func (b *switchboard) join(h *Hub) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.hubs[h] = true
}

func (b *switchboard) add(c *client) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.byWord[c.tokenStandIn], b.byWord[c.secretStandIn] = c, c
}

func (b *switchboard) leave(h *Hub) {
	b.mu.Lock()
	defer b.mu.Unlock()
	delete(b.hubs, h)
	for word, c := range b.byWord {
		if c.hub == h {
			delete(b.byWord, word)
		}
	}
}

// RoundTrip implements http.RoundTripper for the SDK.
func (b *switchboard) RoundTrip(req *http.Request) (*http.Response, error) {
	c, err := b.route(req)
	if err != nil {
		closeBody(req)
		return nil, err
	}
	return c.send(req)
}

type pinKey struct{}

// Pin ties the SDK calls made under the returned context to one account. Needed only for the few calls that carry neither
// our token nor our secret: those with a user's own token, after web OAuth.
func (h *Hub) Pin(ctx context.Context, accountID string) (context.Context, error) {
	c, err := h.find(accountID)
	if err != nil {
		return nil, err
	}
	return context.WithValue(ctx, pinKey{}, c), nil
}

// route finds the account: by the pin of the context, by a stand-in, or by an appid or corpid that only one account has.
func (b *switchboard) route(req *http.Request) (*client, error) {
	if c, ok := req.Context().Value(pinKey{}).(*client); ok {
		return c, nil
	}
	query := req.URL.Query()
	b.mu.RLock()
	defer b.mu.RUnlock()
	for _, key := range []string{"access_token", "secret", "corpsecret"} {
		if c := b.byWord[query.Get(key)]; c != nil {
			return c, nil
		}
	}
	id := query.Get("appid")
	if id == "" {
		id = query.Get("corpid")
	}
	var only *client
	for h := range b.hubs {
		c, err := h.find(id)
		if id == "" {
			c, err = h.sole()
		}
		if err != nil {
			continue
		}
		if only != nil {
			return nil, fmt.Errorf("%w: %s: more than one fits", ErrNoAccount, req.URL.Path)
		}
		only = c
	}
	if only == nil {
		return nil, fmt.Errorf("%w: %s", ErrNoAccount, req.URL.Path)
	}
	return only, nil
}

// sole is the account of a hub that has just one.
func (h *Hub) sole() (*client, error) {
	h.mu.RLock()
	defer h.mu.RUnlock()
	if len(h.clients) != 1 {
		return nil, ErrNoAccount
	}
	for _, c := range h.clients {
		return c, nil
	}
	return nil, ErrNoAccount
}
