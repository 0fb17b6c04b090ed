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
)

var errNotLoopback = errors.New("weixin: only addresses of this machine are allowed here")

// peekSize is how much of an answer is read to see whether it says that the token is dead.
const peekSize = 4096

// send makes one request for this account: stand-ins become real, the address becomes the account's, and when the answer
// says that the token is dead the request is made once more with a new one. Those three codes mean that nothing was done,
// so a replay does nothing twice.
func (c *client) send(req *http.Request) (*http.Response, error) {
	ctx, cancel := context.WithTimeout(req.Context(), c.hub.timeout)
	resp, err := c.sendWithin(req.WithContext(ctx))
	if err != nil {
		cancel()
		return nil, err
	}
	resp.Request = req // the one that was sent holds secrets
	resp.Body = &cancelBody{resp.Body, cancel}
	return resp, nil
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

func (c *client) sendWithin(req *http.Request) (*http.Response, error) {
	ctx := req.Context()
	if !strings.Contains(req.URL.RawQuery, c.tokenStandIn) {
		return c.once(req, "")
	}
	token, err := c.hub.tokens.Get(ctx, c)
	if err != nil {
		closeBody(req)
		return nil, err
	}
	resp, err := c.once(req, token)
	if err != nil || !tokenDead(resp) {
		return resp, err
	}
	c.hub.tokens.Invalidate(ctx, c, token)
	fresh, err := c.hub.tokens.Get(ctx, c)
	if err != nil || fresh == token || (req.Body != nil && req.GetBody == nil) {
		return resp, nil //nolint:nilerr // the first answer says best what is wrong
	}
	if req.GetBody != nil {
		if req.Body, err = req.GetBody(); err != nil {
			return resp, nil //nolint:nilerr // as above
		}
	}
	_ = resp.Body.Close()
	c.hub.log.InfoContext(ctx, "access token renewed, call repeated", "api", req.URL.Path, "account", c.credentials())
	return c.once(req, fresh)
}

// The hosts the SDK calls. Stand-ins are made real for no other.
const (
	weChatHost = "api.weixin.qq.com"
	weComHost  = "qyapi.weixin.qq.com"
)

// once sends a copy of req to the account's address.
func (c *client) once(req *http.Request, token string) (*http.Response, error) {
	if req.URL.Host != weChatHost && req.URL.Host != weComHost {
		closeBody(req)
		return nil, fmt.Errorf("%w: %s is no API of the platform", ErrNoAccount, req.URL.Host)
	}
	to := c.address()
	out := req.Clone(req.Context())
	out.URL.RawQuery = c.reveal(req.URL.RawQuery, token)
	out.URL.Scheme, out.URL.Host, out.Host = to.Scheme, to.Host, ""
	if prefix := strings.TrimSuffix(to.Path, "/"); prefix != "" {
		out.URL.Path, out.URL.RawPath = prefix+req.URL.Path, ""
	}
	return c.hub.wireOut(out)
}

func (h *Hub) wireOut(req *http.Request) (*http.Response, error) {
	if h.loopbackOnly && !isLoopback(req.URL.Hostname()) {
		closeBody(req)
		return nil, errNotLoopback
	}
	return h.wire.RoundTrip(req)
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

// tokenDead looks at the beginning of an answer and puts it back.
func tokenDead(resp *http.Response) bool {
	if resp.StatusCode != http.StatusOK {
		return false
	}
	head := make([]byte, peekSize)
	n, _ := io.ReadFull(resp.Body, head) // an error comes again to whoever reads on
	head = head[:n]
	resp.Body = &peeked{io.MultiReader(bytes.NewReader(head), resp.Body), resp.Body}
	if n == 0 || head[0] != '{' {
		return false
	}
	var answer struct {
		ErrCode int `json:"errcode"`
	}
	if err := json.Unmarshal(head, &answer); err != nil {
		return false
	}
	return answer.ErrCode == 40001 || answer.ErrCode == 40014 || answer.ErrCode == 42001
}

type peeked struct {
	io.Reader
	io.Closer
}
