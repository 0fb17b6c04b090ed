package story

import (
	"context"
	"fmt"
	"net/http"
	"strings"
)

// desk is somebody signed in with an account: at the console with a cookie, at the till with a bearer token. It signs
// in when it must and again when its session has run out.
type desk struct {
	c      *client
	login  Login
	till   bool
	cookie string
	bearer string
}

func (d *desk) signIn(ctx context.Context) error {
	q := request{method: http.MethodPost, path: "/api/console/v1/session", body: func() any {
		return map[string]string{"login": d.login.Login, "password": d.login.Password}
	}}
	var token struct{ Token string }
	if !d.till {
		header, err := d.c.do(ctx, q, nil)
		if err != nil {
			return fmt.Errorf("sign in %s: %w", d.login.Login, err)
		}
		d.cookie = cookies(header)
		return nil
	}
	q.path = "/api/staff/v1/sessions"
	if _, err := d.c.do(ctx, q, &token); err != nil {
		return fmt.Errorf("sign in %s: %w", d.login.Login, err)
	}
	d.bearer = token.Token
	return nil
}

// cookies turns what an answer sets into what the next request sends.
func cookies(header http.Header) string {
	var pairs []string
	for _, c := range (&http.Response{Header: header}).Cookies() {
		if c.MaxAge >= 0 && c.Value != "" {
			pairs = append(pairs, c.Name+"="+c.Value)
		}
	}
	return strings.Join(pairs, "; ")
}

// do performs a request in the desk's session.
func (d *desk) do(ctx context.Context, q request, out any) error {
	if d.cookie == "" && d.bearer == "" {
		if err := d.signIn(ctx); err != nil {
			return err
		}
	}
	q.cookie, q.bearer = d.cookie, d.bearer
	_, err := d.c.do(ctx, q, out)
	if no, ok := refusedWith(err); !ok || no.Status != http.StatusUnauthorized {
		return err
	}
	if err := d.signIn(ctx); err != nil {
		return err
	}
	q.cookie, q.bearer = d.cookie, d.bearer
	_, err = d.c.do(ctx, q, out)
	return err
}

func (d *desk) get(ctx context.Context, path string, out any) error {
	return d.do(ctx, request{method: http.MethodGet, path: path}, out)
}

func (d *desk) post(ctx context.Context, path string, body, out any) error {
	q := request{method: http.MethodPost, path: path}
	if body != nil {
		q.body = func() any { return body }
	}
	return d.do(ctx, q, out)
}
