package weixin_test

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	"siyu/internal/weixin"
)

// platform is a small WeChat: it gives tokens and remembers what it was asked.
type platform struct {
	*httptest.Server
	mu      sync.Mutex
	tokens  int             // given so far
	good    map[string]bool // tokens that are accepted
	life    int             // of a token, seconds
	refuse  int             // errcode for every token request
	calls   []string        // method, path and query
	bodies  []string
	answers map[string]string // by path
	hang    chan struct{}     // when set, token requests wait for it
}

func newPlatform(t testing.TB) *platform {
	t.Helper()
	p := &platform{good: map[string]bool{}, life: 7200, answers: map[string]string{}}
	p.Server = httptest.NewServer(p)
	t.Cleanup(p.Close)
	return p
}

func (p *platform) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	p.mu.Lock()
	hang := p.hang
	p.calls = append(p.calls, r.Method+" "+r.URL.Path+"?"+r.URL.RawQuery)
	p.bodies = append(p.bodies, string(body))
	p.mu.Unlock()
	isToken := strings.HasSuffix(r.URL.Path, "/stable_token") || strings.HasSuffix(r.URL.Path, "/gettoken")
	if isToken && hang != nil {
		<-hang
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	token := r.URL.Query().Get("access_token")
	switch answer, set := p.answers[r.URL.Path]; {
	case isToken && p.refuse != 0:
		_, _ = fmt.Fprintf(w, `{"errcode":%d,"errmsg":"no"}`, p.refuse)
	case isToken:
		p.tokens++
		value := fmt.Sprintf("TOKEN-%d", p.tokens)
		p.good[value] = true
		_, _ = fmt.Fprintf(w, `{"errcode":0,"access_token":%q,"expires_in":%d}`, value, p.life)
	case token != "" && !p.good[token]:
		_, _ = io.WriteString(w, `{"errcode":40001,"errmsg":"invalid credential, access_token is invalid or not latest"}`)
	case set && strings.HasPrefix(answer, "status "):
		w.WriteHeader(http.StatusBadGateway)
	case set:
		w.Header().Set("Content-Type", "image/jpeg")
		_, _ = io.WriteString(w, answer)
	default:
		_, _ = io.WriteString(w, `{"errcode":0,"errmsg":"ok","msgid":7}`)
	}
}

// kill makes every token given so far a dead one.
func (p *platform) kill() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.good = map[string]bool{}
}

func (p *platform) answer(path, body string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.answers[path] = body
}

func (p *platform) seen() (tokens int, calls []string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.tokens, append([]string(nil), p.calls...)
}

// Accounts of the tests. Their secrets are words that must never be seen in an error.
var (
	officialCreds = weixin.Credentials{Kind: weixin.Official, ID: "wxofficial", Secret: "TOPSECRET"}
	miniCreds     = weixin.Credentials{Kind: weixin.MiniProgram, ID: "wxmini", Secret: "TOPSECRET"}
	workCreds     = weixin.Credentials{Kind: weixin.WeCom, ID: "wwcorp", Secret: "TOPSECRET", AgentID: "1000002"}
)

func newHub(t testing.TB, p *platform, set ...func(*weixin.HubOptions)) *weixin.Hub {
	t.Helper()
	o := weixin.HubOptions{WeChatAPI: p.URL, WeComAPI: p.URL + "/wecom", Now: clock(testNow), LoopbackOnly: true}
	for _, s := range set {
		s(&o)
	}
	h, err := weixin.NewHub(o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(h.Close)
	for _, c := range []weixin.Credentials{officialCreds, miniCreds, workCreds} {
		if err := h.AddAccount(c); err != nil {
			t.Fatal(err)
		}
	}
	return h
}
