package weixin

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"sync"
)

var errNotLoopback = errors.New("weixin: only addresses of this machine are allowed here")

// peekSize is how much of an answer is read to see whether it says that the token is dead.
const peekSize = 4096

// send makes one request for this account, if the account's gate lets it: stand-ins become real, the address becomes the
// account's, and when the answer says that the token is dead the request is made once more with a new one. Those three
// codes mean that nothing was done, so a replay does nothing twice.
func (c *client) send(req *http.Request) (*http.Response, error) {
	api := req.URL.Path
	if err := c.gate.enter(req.Context(), api); err != nil {
		closeBody(req)
		return nil, err
	}
	ctx, cancel := context.WithTimeout(req.Context(), c.hub.timeout)
	resp, made, err := c.sendWithin(req.WithContext(ctx))
	switch {
	case !made:
		c.gate.backOut(api)
	case err != nil:
		c.gate.leave(req.Context(), api, outcome{err: err})
	default:
		c.gate.leave(req.Context(), api, resp.outcome)
	}
	if err != nil {
		cancel()
		return nil, err
	}
	resp.Request = req // the one that was sent holds secrets
	resp.Body = &cancelBody{resp.Body, cancel}
	return resp.Response, nil
}

type cancelBody struct {
	io.ReadCloser
	cancel context.CancelFunc
}

func (b *cancelBody) Close() error {
	err := b.ReadCloser.Close()
	b.cancel()
	return err
}

// answer is a response whose beginning has been read.
type answer struct {
	*http.Response
	outcome outcome
}

// dead reports whether the platform says that the token is not good.
func (a *answer) dead() bool {
	code := a.outcome.code
	return code == 40001 || code == 40014 || code == 42001
}

// sendWithin also reports whether a request was made at all.
func (c *client) sendWithin(req *http.Request) (_ *answer, made bool, _ error) {
	ctx := req.Context()
	if !strings.Contains(req.URL.RawQuery, c.tokenStandIn) {
		return c.once(req, "")
	}
	token, err := c.hub.tokens.Get(ctx, c)
	if err != nil {
		closeBody(req)
		return nil, false, err
	}
	resp, made, err := c.once(req, token)
	if err != nil || !resp.dead() {
		return resp, made, err
	}
	c.hub.tokens.Invalidate(ctx, c, token)
	fresh, err := c.hub.tokens.Get(ctx, c)
	if err != nil || fresh == token || (req.Body != nil && req.GetBody == nil) {
		return resp, true, nil //nolint:nilerr // the first answer says best what is wrong
	}
	if req.GetBody != nil {
		if req.Body, err = req.GetBody(); err != nil {
			return resp, true, nil //nolint:nilerr // as above
		}
	}
	_ = resp.Body.Close()
	c.hub.log.InfoContext(ctx, "access token renewed, call repeated", "api", req.URL.Path, "account", c.credentials())
	c.gate.again(req.URL.Path)
	return c.once(req, fresh)
}

// The hosts the SDK calls. Stand-ins are made real for no other.
const (
	weChatHost = "api.weixin.qq.com"
	weComHost  = "qyapi.weixin.qq.com"
)

// once sends a copy of req to the account's address.
func (c *client) once(req *http.Request, token string) (_ *answer, made bool, _ error) {
	if req.URL.Host != weChatHost && req.URL.Host != weComHost {
		closeBody(req)
		return nil, false, fmt.Errorf("%w: %s is no API of the platform", ErrNoAccount, req.URL.Host)
	}
	to := c.address()
	if c.hub.loopbackOnly && !isLoopback(to.Hostname()) {
		closeBody(req)
		return nil, false, errNotLoopback
	}
	placed := !isTokenAPI(req.URL.Path) // those who hold the places may be waiting for a token
	if placed {
		if err := c.gate.slot(req.Context()); err != nil {
			closeBody(req)
			return nil, true, err
		}
	}
	out := req.Clone(req.Context())
	out.URL.RawQuery = c.reveal(req.URL.RawQuery, token)
	out.URL.Scheme, out.URL.Host, out.Host = to.Scheme, to.Host, ""
	if prefix := strings.TrimSuffix(to.Path, "/"); prefix != "" {
		out.URL.Path, out.URL.RawPath = prefix+req.URL.Path, ""
	}
	resp, err := c.hub.wire.RoundTrip(out) //nolint:bodyclose // whoever reads the answer closes it
	if err != nil {
		if placed {
			c.gate.release()
		}
		return nil, true, err
	}
	a := &answer{Response: resp, outcome: peek(resp)}
	if placed {
		resp.Body = &place{ReadCloser: resp.Body, gate: c.gate}
	}
	return a, true, nil
}

// place gives the place of a call back when its answer has been read.
type place struct {
	io.ReadCloser
	gate *gate
	once sync.Once
}

func (p *place) Close() error {
	defer p.once.Do(p.gate.release)
	return p.ReadCloser.Close()
}

func isLoopback(host string) bool {
	if host == "localhost" {
		return true
	}
	ip := net.ParseIP(host)
	return ip != nil && ip.IsLoopback()
}

func closeBody(req *http.Request) {
	if req.Body != nil {
		_ = req.Body.Close()
	}
}

// peek looks at the beginning of an answer for what the platform says about the call, and puts it back. A refusal is
// short: what is longer is none.
func peek(resp *http.Response) outcome {
	o := outcome{status: resp.StatusCode}
	if resp.StatusCode != http.StatusOK {
		return o
	}
	head := make([]byte, peekSize)
	n, err := io.ReadFull(resp.Body, head)
	head = head[:n]
	resp.Body = &peeked{io.MultiReader(bytes.NewReader(head), resp.Body), resp.Body}
	if err != nil && !errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF) {
		o.err = err // it comes again to whoever reads on
		return o
	}
	if n == 0 || head[0] != '{' || !bytes.Contains(head, []byte(`"errcode"`)) || bytes.HasPrefix(head, []byte(`{"errcode":0,`)) {
		return o
	}
	var said struct {
		ErrCode int    `json:"errcode"`
		ErrMsg  string `json:"errmsg"`
	}
	if json.Unmarshal(head, &said) == nil {
		o.code, o.msg = said.ErrCode, said.ErrMsg
	}
	return o
}

type peeked struct {
	io.Reader
	io.Closer
}
