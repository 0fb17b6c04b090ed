package weixin

import (
	"context"
	"maps"
	"net/http"
	"slices"
	"time"
)

// AccountHealth is how the calls of one account stand, as one instance knows it. It holds no secret and nobody's name.
type AccountHealth struct {
	Kind      Kind
	AccountID string
	Token     TokenState
	// Stopped is why the whole account is not called: nothing answers, or it is turned away. Zero when it is.
	Stopped Stop
	Address Unwelcome // zero when our address is welcome, as far as we know
	APIs    []APIHealth
	Last    LastError // the last call that failed, whatever became of it
}

// Stop is why something is not called and until when.
type Stop struct {
	Class Class
	Code  int // 0: nothing answers
	Text  string
	Since time.Time
	Until time.Time // when it is tried again
}

// Unwelcome says that the platform takes no calls from our address.
type Unwelcome struct {
	IP    string // to be put on the account's list of allowed addresses; empty when the platform did not say it
	Code  int
	Since time.Time
}

// APIHealth is one API of an account that was called or is stopped.
type APIHealth struct {
	API     string
	Used    int64 // today in China; of clearing quotas: this month
	Limit   int64 // 0: not known
	Learnt  bool  // the limit is what the platform said, not a default
	Stopped Stop
}

// LastError is a call that failed.
type LastError struct {
	API  string
	Code int // 0: nothing came back
	Text string
	At   time.Time
}

// Health tells how all accounts stand, or the one named. It calls nobody but the store.
func (h *Hub) Health(ctx context.Context, accountID string) ([]AccountHealth, error) {
	accounts := h.all()
	if accountID != "" {
		c, err := h.find(accountID)
		if err != nil {
			return nil, err
		}
		accounts = []*client{c}
	}
	all := make([]AccountHealth, 0, len(accounts))
	for _, c := range accounts {
		c.gate.ledger.load(ctx)
		c.gate.ledger.refresh(ctx)
		v := c.gate.health()
		v.Kind, v.AccountID, v.Token = c.kind(), c.credentials().AccountID(), h.tokens.State(ctx, c)
		all = append(all, v)
	}
	return all, nil
}

func (g *gate) health() AccountHealth {
	g.mu.Lock()
	defer g.mu.Unlock()
	now := g.client.hub.now()
	v := AccountHealth{Stopped: g.breaker.view(), Last: g.last,
		Address: Unwelcome{IP: g.address.ip, Code: g.address.code, Since: g.address.since}}
	for _, api := range slices.Sorted(maps.Keys(g.apis)) {
		w := g.apis[api]
		w.turn(api, now)
		if w.used() > 0 || w.on() {
			v.APIs = append(v.APIs, APIHealth{API: api, Used: w.used(), Limit: w.limit.Calls, Learnt: !w.learntAt.IsZero(),
				Stopped: w.view()})
		}
	}
	return v
}

func (h halt) view() Stop {
	return Stop{Class: h.class, Code: h.code, Text: h.text, Since: h.since, Until: h.until}
}

// refresh reads what other instances have told the store since the last time.
func (l *ledger) refresh(ctx context.Context) {
	if l.store() != nil {
		l.flush(context.WithoutCancel(ctx))
	}
}

// ClearQuota makes the platform forget today's calls of all of an account's APIs and so ends every stop for them. It may be
// done ten times a month, by API and in the platform's console together; then it is refused with errcode 48006. left is
// how often it can be done again this month as far as we know.
func (h *Hub) ClearQuota(ctx context.Context, accountID string) (left int64, err error) {
	c, err := h.find(accountID)
	if err != nil {
		return 0, err
	}
	if c.kind() == WeCom {
		return 0, &APIError{Code: 48001, Msg: "WeCom has no quota to clear", API: clearPath, Kind: WeCom}
	}
	cred := c.credentials()
	in := map[string]string{"appid": cred.ID}
	if _, noToken := h.tokens.Get(ctx, c); noToken == nil {
		err = h.PostJSON(ctx, accountID, clearPath, in, nil)
	} else { // the quota of tokens itself may be what is used up
		err = c.clearBySecret(ctx, cred)
	}
	if err != nil {
		return 0, err
	}
	h.tokens.pardon(c)
	return c.gate.cleared(ctx)
}

// clearBySecret needs no token. Its calls count as those of the other way.
func (c *client) clearBySecret(ctx context.Context, cred Credentials) error {
	if err := c.gate.enter(ctx, clearPath); err != nil {
		return err
	}
	in := map[string]string{"appid": cred.ID, "appsecret": cred.Secret}
	err := c.postBare(ctx, clearPath+"/v2", in)
	o := outcome{status: http.StatusOK}
	if code, said := Code(err); said {
		o.code, o.msg = code, "clear_quota/v2"
	} else if err != nil {
		c.gate.backOut(clearPath)
		return err
	}
	c.gate.leave(ctx, clearPath, o)
	return err
}

// cleared books that the platform has forgotten the day's calls.
func (g *gate) cleared(ctx context.Context) (left int64, err error) {
	g.ledger.busy.Lock() // nothing counted before may be stored after
	g.mu.Lock()
	for api, w := range g.apis {
		if api == clearPath {
			left = max(0, w.limit.Calls-w.used())
			continue
		}
		w.total, w.delta = 0, 0
		if w.on() && w.class == Quota {
			w.halt, w.changed = halt{}, true
		}
	}
	g.mu.Unlock()
	if store := g.ledger.store(); store != nil {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), storeTime)
		defer cancel()
		err = store.ClearCalls(ctx, g.client.TokenKey(), clearPath)
	}
	g.ledger.busy.Unlock()
	g.ledger.now(ctx)
	return left, err
}

// Connection is what a live check found out.
type Connection struct {
	Token     error    // nil: the platform gave one
	Callback  error    // nil: asked and answered; the platform can reach our callback's server if Reached
	Reached   bool     // at least one of the platform's pings was answered
	Platform  []string // the addresses pushes come from
	CheckedAt time.Time
}

// Check finds out how an account stands by asking the platform now, whatever is known: it fetches a token and has the
// platform try the network between itself and our callback. What failed before is forgotten if the token is given.
func (h *Hub) Check(ctx context.Context, accountID string) (Connection, error) {
	c, err := h.find(accountID)
	if err != nil {
		return Connection{}, err
	}
	ctx = live(ctx)
	v := Connection{CheckedAt: h.now()}
	_, v.Token = c.FetchToken(ctx)
	if v.Token != nil {
		return v, nil //nolint:nilerr // it is what was found
	}
	h.tokens.pardon(c)
	c.gate.pardon()
	c.gate.ledger.now(ctx)
	v.Callback = h.tryCallback(ctx, c, &v)
	return v, nil
}

// tryCallback asks the platform where its pushes come from and whether it reaches our callback.
func (h *Hub) tryCallback(ctx context.Context, c *client, v *Connection) error {
	id := c.credentials().AccountID()
	var from struct {
		IPs []string `json:"ip_list"`
	}
	if err := h.GetJSON(ctx, id, "/cgi-bin/getcallbackip", nil, &from); err != nil {
		return err
	}
	v.Platform = from.IPs
	if c.kind() == WeCom { // it has no such check; that it answered is all there is to know
		return nil
	}
	var said struct {
		Ping []struct {
			Loss string `json:"package_loss"` // "0%"
		} `json:"ping"`
	}
	err := h.PostJSON(ctx, id, "/cgi-bin/callback/check",
		map[string]string{"action": "all", "check_operator": "DEFAULT"}, &said)
	for _, p := range said.Ping {
		v.Reached = v.Reached || p.Loss != "100%"
	}
	return err
}
