package weixin

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"net"
	"net/http"
	"net/url"
	"slices"
	"sync"
	"time"
)

// The platform's addresses.
const (
	DefaultWeChatAPI = "https://api.weixin.qq.com"
	DefaultWeComAPI  = "https://qyapi.weixin.qq.com"
)

const (
	defaultTimeout     = 8 * time.Second
	defaultConcurrency = 64
)

// Credentials connect one account to a Hub.
type Credentials struct {
	Kind    Kind
	ID      string // appid or corpid
	Secret  string
	AgentID string // WeCom: required; every app of a corp has its own secret and its own tokens
	APIBase string // instead of the hub's address for this account; empty means the hub's
}

// AccountID is how calls name the account: the appid, or corpid/agentid for WeCom.
func (c Credentials) AccountID() string {
	if c.Kind == WeCom {
		return c.ID + "/" + c.AgentID
	}
	return c.ID
}

// LogValue keeps the secret out of logs.
func (c Credentials) LogValue() slog.Value {
	return slog.GroupValue(slog.String("kind", c.Kind.String()), slog.String("id", c.ID))
}

// HubOptions of NewHub.
type HubOptions struct {
	WeChatAPI    string        // base address for Official Accounts and Mini Programs; empty means the platform's
	WeComAPI     string        // base address for WeCom; empty means the platform's
	Timeout      time.Duration // of one call, its token included; 0 means 8 seconds
	Now          func() time.Time
	Tokens       *Tokens           // nil means tokens of this hub alone, in memory
	Logger       *slog.Logger      // nil means silence
	LoopbackOnly bool              // refuse every address outside this machine: for tests and the demo
	Transport    http.RoundTripper // nil means one of the hub's own
	Quotas       QuotaStore        // nil means counts of this hub alone, in memory
	Limits       map[string]Limit  // by path; nil means DefaultLimits
	Concurrency  int               // calls of one account under way at once; 0 means 64
}

// Hub is the way out to WeChat for any number of accounts: SDK clients and calls of our own, over one transport with
// tokens, timeouts and one replay after a dead token. Several hubs may live in one process, each with its own server.
// It is safe for concurrent use.
type Hub struct {
	weChat, weCom *url.URL
	timeout       time.Duration
	now           func() time.Time
	tokens        *Tokens
	log           *slog.Logger
	loopbackOnly  bool
	wire          http.RoundTripper
	quotas        QuotaStore
	limits        map[string]Limit
	concurrency   int
	learning      sync.WaitGroup
	mu            sync.RWMutex
	clients       map[string]*client // by AccountID
}

// NewHub makes a hub without accounts and installs the SDK's transport. Close it when it is not needed any more.
func NewHub(o HubOptions) (*Hub, error) {
	if o.Now == nil {
		return nil, errors.New("weixin: a hub needs a clock")
	}
	h := &Hub{
		timeout: o.Timeout, now: o.Now, tokens: o.Tokens, log: orSilent(o.Logger),
		loopbackOnly: o.LoopbackOnly, wire: o.Transport, clients: map[string]*client{},
		quotas: o.Quotas, limits: o.Limits, concurrency: o.Concurrency,
	}
	var err error
	if h.weChat, err = base(o.WeChatAPI, DefaultWeChatAPI); err != nil {
		return nil, err
	}
	if h.weCom, err = base(o.WeComAPI, DefaultWeComAPI); err != nil {
		return nil, err
	}
	if h.timeout <= 0 {
		h.timeout = defaultTimeout
	}
	if h.limits == nil {
		h.limits = DefaultLimits()
	}
	if h.concurrency <= 0 {
		h.concurrency = defaultConcurrency
	}
	if h.tokens == nil {
		if h.tokens, err = NewTokens(TokenOptions{Now: o.Now, Logger: o.Logger}); err != nil {
			return nil, err
		}
	}
	if h.wire == nil {
		h.wire = newWire(h.timeout)
	}
	InstallSDK()
	board.join(h)
	return h, nil
}

// newWire is a transport for many calls to few hosts.
func newWire(timeout time.Duration) *http.Transport {
	return &http.Transport{
		Proxy:                 http.ProxyFromEnvironment,
		DialContext:           (&net.Dialer{Timeout: timeout, KeepAlive: 30 * time.Second}).DialContext,
		ForceAttemptHTTP2:     true,
		MaxIdleConnsPerHost:   16,
		IdleConnTimeout:       90 * time.Second,
		TLSHandshakeTimeout:   timeout,
		ResponseHeaderTimeout: timeout,
	}
}

func base(given, otherwise string) (*url.URL, error) {
	if given == "" {
		given = otherwise
	}
	u, err := url.Parse(given)
	if err != nil || (u.Scheme != "http" && u.Scheme != "https") || u.Host == "" {
		return nil, fmt.Errorf("weixin: API address %q is not an http address", given)
	}
	return u, nil
}

// AddAccount connects an account, or gives a connected one new credentials; clients handed out before use the new ones.
func (h *Hub) AddAccount(c Credentials) error {
	switch {
	case c.Kind < Official || c.Kind > WeCom:
		return fmt.Errorf("weixin: account %q has unknown kind %d", c.ID, c.Kind)
	case c.ID == "" || c.Secret == "":
		return fmt.Errorf("weixin: account %q lacks its id or its secret", c.ID)
	case c.Kind == WeCom && c.AgentID == "":
		return fmt.Errorf("weixin: account %s lacks its agent id", c.ID)
	}
	to := h.weChat
	if c.Kind == WeCom {
		to = h.weCom
	}
	if c.APIBase != "" {
		var err error
		if to, err = base(c.APIBase, ""); err != nil {
			return err
		}
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	if known := h.clients[c.AccountID()]; known != nil && known.credentials().Kind == c.Kind {
		known.update(c, to)
		h.tokens.pardon(known)
		known.gate.pardon()
		return nil
	}
	cl := newClient(h, c, to)
	h.clients[c.AccountID()] = cl
	board.add(cl)
	return nil
}

// find looks an account up by AccountID; a corpid alone will do while the corp has one app.
func (h *Hub) find(accountID string) (*client, error) {
	h.mu.RLock()
	defer h.mu.RUnlock()
	if c := h.clients[accountID]; c != nil {
		return c, nil
	}
	var only *client
	for _, c := range h.clients {
		if cred := c.credentials(); cred.Kind == WeCom && cred.ID == accountID {
			if only != nil {
				return nil, fmt.Errorf("%w: %s has several apps, say which", ErrNoAccount, accountID)
			}
			only = c
		}
	}
	if only == nil {
		return nil, fmt.Errorf("%w: %s", ErrNoAccount, accountID)
	}
	return only, nil
}

// Token returns an access token for calls made elsewhere. Do not log it.
func (h *Hub) Token(ctx context.Context, accountID string) (string, error) {
	c, err := h.find(accountID)
	if err != nil {
		return "", err
	}
	return h.tokens.Get(ctx, c)
}

// Close forgets the hub's accounts and its idle connections, and tells the store what was called. SDK clients it handed
// out stop working.
func (h *Hub) Close() {
	board.leave(h)
	for _, c := range h.all() {
		c.gate.ledger.close()
	}
	h.learning.Wait()
	if t, ok := h.wire.(interface{ CloseIdleConnections() }); ok {
		t.CloseIdleConnections()
	}
}

// all are the accounts in the order of their ids.
func (h *Hub) all() []*client {
	h.mu.RLock()
	defer h.mu.RUnlock()
	all := make([]*client, 0, len(h.clients))
	for _, id := range slices.Sorted(maps.Keys(h.clients)) {
		all = append(all, h.clients[id])
	}
	return all
}
