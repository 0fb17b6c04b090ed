package weixin

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
)

// PostJSON calls an API that takes JSON, under the account's token: path is like /cgi-bin/externalcontact/add_msg_template.
// The answer goes into out, a pointer, or undecoded when out is a *[]byte (pictures); nil means that only errcode matters.
// A refusal is an *APIError; see Classify.
func (h *Hub) PostJSON(ctx context.Context, accountID, path string, in, out any) error {
	c, err := h.find(accountID)
	if err != nil {
		return err
	}
	var body bytes.Buffer
	enc := json.NewEncoder(&body)
	enc.SetEscapeHTML(false) // members would read \u0026 otherwise
	if err := enc.Encode(in); err != nil {
		return fmt.Errorf("weixin: %s: request: %w", path, err)
	}
	return c.call(ctx, http.MethodPost, path, url.Values{"access_token": {c.tokenStandIn}}, body.Bytes(), out)
}

// GetJSON calls an API that takes its parameters in the query, under the account's token; query may be nil. out is as for
// PostJSON.
func (h *Hub) GetJSON(ctx context.Context, accountID, path string, query url.Values, out any) error {
	c, err := h.find(accountID)
	if err != nil {
		return err
	}
	full := url.Values{"access_token": {c.tokenStandIn}}
	for key, values := range query {
		if key != "access_token" {
			full[key] = values
		}
	}
	return c.call(ctx, http.MethodGet, path, full, nil, out)
}

// Session is what a Mini Program login gives.
type Session struct {
	OpenID     string `json:"openid"`
	UnionID    string `json:"unionid"`     // only when the Mini Program is bound to an Open Platform account
	SessionKey string `json:"session_key"` // keep it on the server
}

// LogValue keeps a session out of logs.
func (Session) LogValue() slog.Value { return slog.StringValue("session") }

// maxLoginCode bounds a login code in characters; real ones have 32.
const maxLoginCode = 128

// Login exchanges the code of wx.login (code2Session). A code that cannot be one is ErrMalformed and is not sent.
func (h *Hub) Login(ctx context.Context, appID, code string) (Session, error) {
	c, err := h.find(appID)
	if err != nil {
		return Session{}, err
	}
	if !isLoginCode(code) {
		return Session{}, fmt.Errorf("weixin: login code: %w", ErrMalformed)
	}
	query := url.Values{
		"appid": {c.credentials().ID}, "secret": {c.secretStandIn}, "js_code": {code}, "grant_type": {"authorization_code"},
	}
	var s Session
	if err := c.call(ctx, http.MethodGet, "/sns/jscode2session", query, nil, &s); err != nil {
		return Session{}, err
	}
	if s.OpenID == "" || s.SessionKey == "" {
		return Session{}, fmt.Errorf("weixin: /sns/jscode2session: %w", errNotJSON)
	}
	return s, nil
}

func isLoginCode(code string) bool {
	if code == "" || len(code) > maxLoginCode {
		return false
	}
	for _, c := range []byte(code) {
		letter := c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9'
		if !letter && c != '_' && c != '-' {
			return false
		}
	}
	return true
}

// postBare calls an API that takes JSON and no token. The body may hold a secret: it is made by us and never the SDK's.
func (c *client) postBare(ctx context.Context, path string, in any) error {
	body, err := json.Marshal(in)
	if err != nil {
		return fmt.Errorf("weixin: %s: request: %w", path, err)
	}
	return c.call(ctx, http.MethodPost, path, url.Values{}, body, nil)
}
