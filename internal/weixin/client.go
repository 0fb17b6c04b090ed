package weixin

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"

	"github.com/silenceper/wechat/v2/miniprogram"
	"github.com/silenceper/wechat/v2/officialaccount"
	"github.com/silenceper/wechat/v2/work"
)

// client is one account of a hub. It is also a TokenSource.
type client struct {
	hub *Hub
	// What the SDK gets in place of the token and the secret: unique words, safe in a URL.
	tokenStandIn, secretStandIn string
	tickets                     *ticketCache
	official                    *officialaccount.OfficialAccount
	mini                        *miniprogram.MiniProgram
	work                        *work.Work
	what                        Kind
	gate                        *gate

	mu   sync.RWMutex
	cred Credentials
	to   *url.URL
}

func newClient(h *Hub, cred Credentials, to *url.URL) *client {
	word := rand.Text()
	c := &client{hub: h, cred: cred, to: to, tokenStandIn: "token-" + word, secretStandIn: "secret-" + word,
		what: cred.Kind}
	c.gate = newGate(c)
	c.tickets = &ticketCache{token: c.tokenStandIn, now: h.now, kept: map[string]ticket{}}
	c.build(cred)
	return c
}

// kind never changes.
func (c *client) kind() Kind { return c.what }

func (c *client) credentials() Credentials {
	c.mu.RLock()
	defer c.mu.RUnlock()
	return c.cred
}

func (c *client) address() *url.URL {
	c.mu.RLock()
	defer c.mu.RUnlock()
	return c.to
}

func (c *client) update(cred Credentials, to *url.URL) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.cred, c.to = cred, to
}

// TokenKey implements TokenSource.
func (c *client) TokenKey() string {
	cred := c.credentials()
	return "weixin:" + cred.Kind.String() + ":" + cred.AccountID()
}

// FetchToken implements TokenSource: stable_token, never forced, or WeCom's gettoken.
func (c *client) FetchToken(ctx context.Context) (Token, error) {
	cred := c.credentials()
	api, method := "/cgi-bin/stable_token", http.MethodPost
	var query url.Values
	var body []byte
	if cred.Kind == WeCom {
		api, method = "/cgi-bin/gettoken", http.MethodGet
		query = url.Values{"corpid": {cred.ID}, "corpsecret": {cred.Secret}}
	} else {
		var err error
		body, err = json.Marshal(map[string]any{
			"grant_type": "client_credential", "appid": cred.ID, "secret": cred.Secret, "force_refresh": false,
		})
		if err != nil {
			return Token{}, err
		}
	}
	var answer struct {
		AccessToken string `json:"access_token"`
		ExpiresIn   int64  `json:"expires_in"`
	}
	if err := c.call(ctx, method, api, query, body, &answer); err != nil {
		return Token{}, err
	}
	if answer.AccessToken == "" || answer.ExpiresIn <= 0 {
		return Token{}, fmt.Errorf("weixin: %s: an answer without a token", api)
	}
	return Token{Value: answer.AccessToken, Life: time.Duration(answer.ExpiresIn) * time.Second}, nil
}

// maxAnswer bounds an answer of the platform in bytes; the largest are pictures.
const maxAnswer = 16 << 20

// call makes one call and decodes the answer into out, or copies it when out is a *[]byte. The query may hold stand-ins;
// the host is the platform's whatever the account is, send aims the call at the account's own.
func (c *client) call(ctx context.Context, method, api string, query url.Values, body []byte, out any) error {
	path, given, _ := strings.Cut(api, "?")
	if !strings.HasPrefix(path, "/") {
		return fmt.Errorf("weixin: %q is not the path of an API: %w", path, ErrMalformed)
	}
	api = path
	to := url.URL{Scheme: "https", Host: weChatHost, Path: path, RawQuery: query.Encode()}
	if given != "" {
		to.RawQuery += "&" + given
	}
	var reader io.Reader
	if body != nil {
		reader = bytes.NewReader(body)
	}
	req, err := http.NewRequestWithContext(ctx, method, to.String(), reader)
	if err != nil {
		return fmt.Errorf("weixin: %s: %w", api, ErrMalformed) // the error would quote the URL
	}
	if body != nil {
		req.Header.Set("Content-Type", "application/json; charset=utf-8")
	}
	resp, err := c.send(req)
	if err != nil {
		return fmt.Errorf("weixin: %s: %w", api, err)
	}
	defer func() { _ = resp.Body.Close() }()
	if resp.StatusCode != http.StatusOK {
		return &HTTPError{Status: resp.StatusCode, API: api}
	}
	answer, err := io.ReadAll(io.LimitReader(resp.Body, maxAnswer+1))
	if err != nil {
		return fmt.Errorf("weixin: %s: %w", api, err)
	}
	if len(answer) > maxAnswer {
		return fmt.Errorf("weixin: %s: answer: %w", api, ErrTooLarge)
	}
	return c.decode(api, answer, out)
}

func (c *client) decode(api string, answer []byte, out any) error {
	var status struct {
		ErrCode int    `json:"errcode"`
		ErrMsg  string `json:"errmsg"`
	}
	isJSON := len(answer) > 0 && answer[0] == '{' && json.Unmarshal(answer, &status) == nil
	if isJSON && status.ErrCode != 0 {
		if _, raw := out.(*[]byte); out != nil && !raw {
			_ = json.Unmarshal(answer, out) // some refusals say more: which message a clientmsgid belongs to
		}
		return &APIError{Code: status.ErrCode, Msg: Redact(status.ErrMsg), API: api, Kind: c.credentials().Kind}
	}
	switch out := out.(type) {
	case nil:
		if !isJSON {
			return fmt.Errorf("weixin: %s: %w", api, errNotJSON)
		}
		return nil
	case *[]byte:
		*out = answer
		return nil
	}
	if err := json.Unmarshal(answer, out); err != nil {
		return fmt.Errorf("weixin: %s: %w", api, errNotJSON) // the decoder's error may quote the answer
	}
	return nil
}

var errNotJSON = errors.New("the answer cannot be read")

// reveal puts the real token and secret where the stand-ins are.
func (c *client) reveal(rawQuery, token string) string {
	return strings.NewReplacer(
		c.tokenStandIn, url.QueryEscape(token),
		c.secretStandIn, url.QueryEscape(c.credentials().Secret),
	).Replace(rawQuery)
}
