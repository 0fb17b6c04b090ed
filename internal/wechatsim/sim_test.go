package wechatsim_test

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"sync"
	"testing"
	"time"

	"siyu/internal/wechatsim"
)

const (
	oaID   = wechatsim.DefaultOfficialAppID
	mpID   = wechatsim.DefaultMiniProgramAppID
	corpID = wechatsim.DefaultCorpID
)

// clock is a clock that stands until it is moved.
type clock struct {
	mu  sync.Mutex
	now time.Time
}

func newClock() *clock { return &clock{now: time.Date(2026, 3, 2, 10, 0, 0, 0, time.UTC)} }

func (c *clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *clock) Add(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}

// world is a simulator, its clock and its API over HTTP.
type world struct {
	*wechatsim.Sim
	clock *clock
	api   string
}

func newWorld(t *testing.T, opts wechatsim.Options, callbackBase string) *world {
	t.Helper()
	c := newClock()
	opts.Now = c.Now
	sim, err := wechatsim.NewDefault(opts, callbackBase)
	if err != nil {
		t.Fatal(err)
	}
	srv := httptest.NewServer(sim.Handler())
	t.Cleanup(func() { srv.Close(); sim.Close() })
	return &world{Sim: sim, clock: c, api: srv.URL}
}

// answer is any API answer, loosely.
type answer map[string]any

func (a answer) code() int {
	n, _ := a["errcode"].(float64)
	return int(n)
}

func (a answer) text(key string) string {
	s, _ := a[key].(string)
	return s
}

// get calls the API; params come in pairs.
func (w *world) get(t *testing.T, path string, params ...string) answer {
	t.Helper()
	q := url.Values{}
	for i := 0; i < len(params); i += 2 {
		q.Set(params[i], params[i+1])
	}
	resp, err := http.Get(w.api + path + "?" + q.Encode())
	if err != nil {
		t.Fatal(err)
	}
	return decode(t, resp)
}

func (w *world) post(t *testing.T, path, token string, in any) answer {
	t.Helper()
	raw, err := json.Marshal(in)
	if err != nil {
		t.Fatal(err)
	}
	target := w.api + path
	if token != "" {
		target += "?access_token=" + url.QueryEscape(token)
	}
	resp, err := http.Post(target, "application/json", bytes.NewReader(raw))
	if err != nil {
		t.Fatal(err)
	}
	return decode(t, resp)
}

func decode(t *testing.T, resp *http.Response) answer {
	t.Helper()
	defer func() { _ = resp.Body.Close() }()
	raw, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	if resp.StatusCode != http.StatusOK {
		t.Fatalf("status %d: every business error is a 200", resp.StatusCode)
	}
	var a answer
	if err := json.Unmarshal(raw, &a); err != nil {
		t.Fatalf("%v in %q", err, raw)
	}
	return a
}

// token logs an account in.
func (w *world) token(t *testing.T, id string) string {
	t.Helper()
	a := wechatsim.DefaultAccounts("")
	if id == corpID {
		return w.get(t, "/cgi-bin/gettoken", "corpid", id, "corpsecret", a.WeCom.Secret).text("access_token")
	}
	secret := a.Official.Secret
	if id == mpID {
		secret = a.MiniProgram.Secret
	}
	in := map[string]any{"grant_type": "client_credential", "appid": id, "secret": secret}
	return w.post(t, "/cgi-bin/stable_token", "", in).text("access_token")
}

func wantCode(t *testing.T, a answer, want int) {
	t.Helper()
	if a.code() != want {
		t.Fatalf("errcode %d (%s), want %d", a.code(), a.text("errmsg"), want)
	}
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
