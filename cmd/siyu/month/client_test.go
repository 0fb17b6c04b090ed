package month_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"
)

// client speaks to the server as phones and browsers do, and repeats what got no answer: the server may be killed at any
// moment, and everything it is asked here is safe to repeat.
type client struct {
	base   string
	http   *http.Client
	cookie string // of the organiser
	calls  int
	before func() // of each request, if not nil
}

// request is one call of the API.
type request struct {
	method, path   string
	bearer, cookie string
	key            string     // Idempotency-Key
	body           func() any // made anew for each try; nil for none
}

// refusal is an answer of the API that says no.
type refusal struct {
	status int
	code   string
	path   string
}

// Error says what was refused.
func (r *refusal) Error() string {
	return fmt.Sprintf("%s: refused with %d %s", r.path, r.status, r.code)
}

const (
	tries      = 80 // of a request that gets no answer: as long as a restart may take
	faultTries = 3  // of one that the server cannot do: time has to pass
)

// do performs a request until it is answered and reads the answer into out, if that is not nil.
func (c *client) do(ctx context.Context, q request, out any) (http.Header, error) {
	c.calls++
	var last error
	faults := 0
	for try := range tries {
		status, header, body, err := c.once(ctx, q)
		switch {
		case err != nil:
			last = err
		case status < 300:
			if out == nil {
				return header, nil
			}
			return header, json.Unmarshal(body, out)
		default:
			var in struct {
				Error struct{ Code string }
			}
			_ = json.Unmarshal(body, &in) // without a code the status says enough
			no := &refusal{status, in.Error.Code, q.path}
			if faults++; status < http.StatusInternalServerError || faults == faultTries {
				return nil, no
			}
			last = no
		}
		if err := pause(ctx, time.Duration(min(try+1, 50))*5*time.Millisecond); err != nil {
			return nil, err
		}
	}
	return nil, fmt.Errorf("%s %s: %w", q.method, q.path, last)
}

func (c *client) once(ctx context.Context, q request) (int, http.Header, []byte, error) {
	var body io.Reader
	if q.body != nil {
		text, err := json.Marshal(q.body())
		if err != nil {
			return 0, nil, nil, err
		}
		body = bytes.NewReader(text)
	}
	req, err := http.NewRequestWithContext(ctx, q.method, c.base+q.path, body)
	if err != nil {
		return 0, nil, nil, err
	}
	if body != nil {
		req.Header.Set("Content-Type", "application/json")
	}
	if q.bearer != "" {
		req.Header.Set("Authorization", "Bearer "+q.bearer)
	}
	if q.cookie != "" {
		req.Header.Set("Cookie", q.cookie)
	}
	if q.key != "" {
		req.Header.Set("Idempotency-Key", q.key)
	}
	if c.before != nil {
		c.before()
	}
	resp, err := c.http.Do(req)
	if err != nil {
		return 0, nil, nil, err
	}
	defer func() { _ = resp.Body.Close() }()
	text, err := io.ReadAll(io.LimitReader(resp.Body, 32<<20))
	return resp.StatusCode, resp.Header, text, err
}

// signIn opens a session at the console and returns its cookies.
func (c *client) signIn(ctx context.Context, login string) (string, error) {
	header, err := c.do(ctx, request{method: http.MethodPost, path: "/api/console/v1/session", body: func() any {
		return map[string]string{"login": login, "password": password}
	}}, nil)
	if err != nil {
		return "", err
	}
	var pairs []string
	for _, k := range (&http.Response{Header: header}).Cookies() {
		if k.MaxAge >= 0 && k.Value != "" {
			pairs = append(pairs, k.Name+"="+k.Value)
		}
	}
	return strings.Join(pairs, "; "), nil
}

// organiser performs a request as the organiser, who signs in again when her session has run out.
func (c *client) organiser(ctx context.Context, q request, out any) error {
	for range 2 {
		if c.cookie == "" {
			cookie, err := c.signIn(ctx, organiserLogin)
			if err != nil {
				return err
			}
			c.cookie = cookie
		}
		q.cookie = c.cookie
		_, err := c.do(ctx, q, out)
		no, refused := err.(*refusal) //nolint:errorlint // do returns it as it is
		if !refused || no.status != http.StatusUnauthorized {
			return err
		}
		c.cookie = ""
	}
	return fmt.Errorf("%s: signed in and refused", q.path)
}

// get is a request that reads, post one that writes what the body says, if it is not nil.
func get(path string) request { return request{method: http.MethodGet, path: path} }

func post(path string, body any) request {
	q := request{method: http.MethodPost, path: path}
	if body != nil {
		q.body = func() any { return body }
	}
	return q
}

// keyed is the request with a key that makes it one however often it is sent.
func (q request) keyed(key string) request {
	q.key = key
	return q
}

func pause(ctx context.Context, d time.Duration) error {
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-time.After(d):
		return nil
	}
}
