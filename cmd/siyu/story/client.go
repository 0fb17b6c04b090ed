package story

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"time"
)

// client speaks to the server as the outside world does. It repeats what got no answer: every request it is given is
// safe to repeat, because the server may be killed at any moment.
type client struct {
	server Server
	http   *http.Client
}

func newClient(server Server) *client {
	return &client{server: server, http: &http.Client{
		Timeout:   30 * time.Second,
		Transport: &http.Transport{MaxIdleConnsPerHost: 4, IdleConnTimeout: 30 * time.Second},
	}}
}

// request is one call of the API.
type request struct {
	method string
	path   string
	bearer string
	cookie string
	key    string     // Idempotency-Key
	body   func() any // made anew for each try; nil for none
}

// refusalError is an answer of the API that says no.
type refusalError struct {
	Status  int
	Code    string
	Text    string
	Retried bool // an earlier try got no answer and may have taken effect
}

// Error says what was refused; it never holds what was sent.
func (r *refusalError) Error() string {
	return fmt.Sprintf("refused with %d %s: %s", r.Status, r.Code, r.Text)
}

// refusedWith returns the refusal in err's chain, if there is one.
func refusedWith(err error) (*refusalError, bool) { return errors.AsType[*refusalError](err) }

const (
	unreachableTries = 60 // about half a minute: as long as a restart may take
	failingTries     = 6  // about a second: a 5xx that stays is a fault
)

// do performs a request until it is answered and reads the JSON answer into out, if that is not nil. The header of
// the answer is returned for its cookies.
func (c *client) do(ctx context.Context, q request, out any) (http.Header, error) {
	header, body, err := c.answer(ctx, q)
	if err != nil {
		return nil, fmt.Errorf("%s %s: %w", q.method, q.path, err)
	}
	if out == nil {
		return header, nil
	}
	if err := json.Unmarshal(body, out); err != nil {
		return nil, fmt.Errorf("%s %s: read the answer: %w", q.method, q.path, err)
	}
	return header, nil
}

// answer repeats a request until there is an answer below 500.
func (c *client) answer(ctx context.Context, q request) (http.Header, []byte, error) {
	for try, failed := 0, 0; ; try++ {
		got, err := c.once(ctx, q)
		switch {
		case err != nil:
			if ctx.Err() != nil || try >= unreachableTries {
				return nil, nil, err
			}
		case got.status < http.StatusMultipleChoices:
			return got.header, got.body, nil
		default:
			no := got.refusal()
			no.Retried = try > 0
			failed++
			if got.status < http.StatusInternalServerError || failed >= failingTries {
				return nil, nil, no
			}
		}
		if err := pause(ctx, try); err != nil {
			return nil, nil, err
		}
	}
}

// answered is one answer, read to its end.
type answered struct {
	status int
	header http.Header
	body   []byte
}

// refusal reads the one shape that every failure has.
func (a answered) refusal() *refusalError {
	var in struct {
		Error struct{ Code, Text string }
	}
	if json.Unmarshal(a.body, &in) != nil || in.Error.Code == "" {
		in.Error.Text = http.StatusText(a.status)
	}
	return &refusalError{Status: a.status, Code: in.Error.Code, Text: in.Error.Text}
}

// once performs a request once; an error says that nothing is known about what it did.
func (c *client) once(ctx context.Context, q request) (answered, error) {
	var body io.Reader
	if q.body != nil {
		text, err := json.Marshal(q.body())
		if err != nil {
			return answered{}, err
		}
		body = bytes.NewReader(text)
	}
	req, err := http.NewRequestWithContext(ctx, q.method, c.server.URL()+q.path, body)
	if err != nil {
		return answered{}, err
	}
	req.Header.Set("Accept-Language", "zh-Hans")
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
	resp, err := c.http.Do(req)
	if err != nil {
		return answered{}, err
	}
	content, err := io.ReadAll(io.LimitReader(resp.Body, 8<<20))
	return answered{resp.StatusCode, resp.Header, content}, errors.Join(err, resp.Body.Close())
}

// pause waits a little before the next try, longer each time, half a second at most.
func pause(ctx context.Context, try int) error {
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-time.After(min(20*time.Millisecond<<min(try, 6), 500*time.Millisecond)):
		return nil
	}
}
