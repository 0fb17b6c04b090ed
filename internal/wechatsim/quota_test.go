package wechatsim_test

import (
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"siyu/internal/wechatsim"
)

const sendPath = "/cgi-bin/message/custom/send"

// TestQuotasEndWithTheirTime: each limit has its errcode and its end.
func TestQuotasEndWithTheirTime(t *testing.T) {
	t.Parallel()
	w := newWorld(t, wechatsim.Options{}, "")
	mei := w.NewPerson("Mei")
	token := w.token(t, oaID)
	info := func() int {
		return w.get(t, "/cgi-bin/user/info", "access_token", token, "openid", mei.OpenID(oaID)).code()
	}
	limit := func(q wechatsim.Quota) { must(t, w.SetQuota(oaID, "/cgi-bin/user/info", q)) }
	want := func(codes ...int) {
		t.Helper()
		for i, code := range codes {
			if got := info(); got != code {
				t.Fatalf("call %d: %d, want %d", i, got, code)
			}
		}
	}
	limit(wechatsim.Quota{Second: 2})
	want(0, 0, 44990, 44990)
	w.clock.Add(time.Second)
	want(0, 0, 44990)
	limit(wechatsim.Quota{Minute: 6})
	want(0, 0, 45011)
	w.clock.Add(time.Minute)
	want(0, 0, 0, 0, 0, 0, 45011)
	w.clock.Add(time.Minute)
	limit(wechatsim.Quota{Day: 13})
	want(0, 45009)
	w.clock.Add(5*time.Hour + 55*time.Minute) // 23:57 in China
	token = w.token(t, oaID)
	want(45009)
	w.clock.Add(3 * time.Minute) // midnight
	want(0)
	must(t, w.ExhaustQuota(oaID, "/cgi-bin/user/info"))
	want(45009)
	w.ClearQuota(oaID)
	want(0)
	if w.SetQuota("wx0", "/x", wechatsim.Quota{}) == nil || w.ExhaustQuota("wx0", "/x") == nil {
		t.Error("an account that nobody knows has quotas")
	}
	uses := w.QuotaUses()
	if len(uses) != 1 || uses[0].Used != 1 || uses[0].Day != 13 {
		t.Errorf("uses %+v", uses)
	}
}

// TestQuotasAreTheAccounts: what one account uses up is not missing elsewhere, and WeCom has a code of its own.
func TestQuotasAreTheAccounts(t *testing.T) {
	t.Parallel()
	w := newWorld(t, wechatsim.Options{}, "")
	mei := w.NewPerson("Mei")
	does(t, w, mei, oaID, "follow")
	does(t, w, mei, mpID, "text")
	must(t, w.ExhaustQuota(oaID, sendPath))
	wantCode(t, w.say(t, mei, oaID), 45009)
	wantCode(t, w.say(t, mei, mpID), 0)
	must(t, w.SetQuota(corpID, ext+"groupchat/list", wechatsim.Quota{Minute: 1}))
	list := func() int {
		return w.post(t, ext+"groupchat/list", w.token(t, corpID), map[string]any{"limit": 1}).code()
	}
	if a, b := list(), list(); a != 0 || b != 45009 {
		t.Errorf("%d, %d", a, b)
	}
	must(t, w.SetQuota(oaID, "/cgi-bin/token", wechatsim.Quota{Day: 1}))
	fetch := func() int {
		return w.get(t, "/cgi-bin/token", "grant_type", "client_credential", "appid", oaID,
			"secret", wechatsim.DefaultOfficialSecret).code()
	}
	if a, b := fetch(), fetch(); a != 0 || b != 45009 {
		t.Errorf("tokens: %d, %d", a, b)
	}
}

// TestRefusalsAreCounted: by account, path and code; what a fault made is kept apart.
func TestRefusalsAreCounted(t *testing.T) {
	t.Parallel()
	w := newWorld(t, wechatsim.Options{}, "")
	mei := w.NewPerson("Mei")
	for range 2 {
		wantCode(t, w.say(t, mei, oaID), 45015)
	}
	does(t, w, mei, oaID, "follow")
	wantCode(t, w.say(t, mei, oaID), 0)
	w.Fail(sendPath, wechatsim.Fault{Errcode: 45009})
	wantCode(t, w.say(t, mei, oaID), 45009)
	got := w.Refusals()
	if len(got) != 1 || got[0] != (wechatsim.CallCount{Account: oaID, Path: sendPath, Errcode: 45015, Calls: 2}) {
		t.Errorf("refusals %+v", got)
	}
	if w.Refused(45015, 45047) != 2 || w.Refused(45009) != 0 {
		t.Error("counted wrongly")
	}
	var sends []wechatsim.Call
	for _, c := range w.Calls(0) {
		if c.Path == sendPath {
			sends = append(sends, c)
		}
	}
	if len(sends) != 4 || sends[0].Errcode != 45015 || sends[0].Account != oaID || !sends[3].Fault || sends[3].N <= sends[2].N {
		t.Errorf("log %+v", sends)
	}
	if rest := w.Calls(sends[3].N); len(rest) != 0 {
		t.Errorf("after the last: %+v", rest)
	}
}

// TestCallLogKeepsTheNewest: it is bounded, and its numbers go on.
func TestCallLogKeepsTheNewest(t *testing.T) {
	t.Parallel()
	w := newWorld(t, wechatsim.Options{}, "")
	h := w.Handler()
	for range 4500 {
		req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "/cgi-bin/showqrcode?ticket=x", http.NoBody)
		must(t, err)
		h.ServeHTTP(nowhere{}, req)
	}
	log := w.Calls(0)
	if len(log) < 2000 || len(log) > 4000 || log[len(log)-1].N != 4500 || log[0].N != 4501-int64(len(log)) {
		t.Errorf("%d entries, %d to %d", len(log), log[0].N, log[len(log)-1].N)
	}
	if tail := w.Calls(4498); len(tail) != 2 || tail[0].N != 4499 {
		t.Errorf("tail %+v", tail)
	}
}

type nowhere struct{}

func (nowhere) Header() http.Header         { return http.Header{} }
func (nowhere) Write(b []byte) (int, error) { return len(b), nil }
func (nowhere) WriteHeader(int)             {}

// TestTroubleWithAccess: addresses, stolen and short-lived tokens, a clock that is wrong.
func TestTroubleWithAccess(t *testing.T) {
	t.Parallel()
	w := newWorld(t, wechatsim.Options{}, "")
	mei := w.NewPerson("Mei")
	info := func(token string) answer {
		return w.get(t, "/cgi-bin/user/info", "access_token", token, "openid", mei.OpenID(oaID))
	}
	token := w.token(t, oaID)
	must(t, w.StealToken(oaID))
	wantCode(t, info(token), 40001)
	token = w.token(t, oaID)
	wantCode(t, info(token), 0)
	must(t, w.ExpireTokens(oaID, time.Minute))
	wantCode(t, info(token), 0)
	w.clock.Add(time.Minute)
	wantCode(t, info(token), 42001)
	token = w.token(t, oaID)
	w.SetClockSkew(3 * time.Hour)
	wantCode(t, info(token), 42001)
	w.SetClockSkew(0)
	wantCode(t, info(token), 0)

	must(t, w.SetWhitelist(oaID, "203.0.113.9"))
	got := info(token)
	wantCode(t, got, 40164)
	if !strings.Contains(got.text("errmsg"), "invalid ip 127.0.0.1 ipv6 ::ffff:127.0.0.1, not in whitelist") {
		t.Error(got)
	}
	wantCode(t, w.get(t, "/cgi-bin/token", "grant_type", "client_credential", "appid", oaID, "secret", "any"), 40164)
	must(t, w.SetWhitelist(oaID, "203.0.113.9", "127.0.0.1"))
	wantCode(t, info(token), 0)
	must(t, w.SetWhitelist(corpID, "203.0.113.9"))
	wantCode(t, w.get(t, "/cgi-bin/gettoken", "corpid", corpID, "corpsecret", "any"), 60020)
	for _, err := range []error{w.SetWhitelist("wx0"), w.StealToken("wx0"), w.ExpireTokens("wx0", 0)} {
		if err == nil {
			t.Error("trouble with an account that nobody knows")
		}
	}
}

// TestFaultsFollowTheirConditions: every k-th, a share, a span of time, one account.
func TestFaultsFollowTheirConditions(t *testing.T) {
	t.Parallel()
	run := func(seed int64, f wechatsim.Fault, calls int, every time.Duration) (codes []int) {
		w := newWorld(t, wechatsim.Options{Seed: seed}, "")
		mei := w.NewPerson("Mei")
		w.Fail("*", f)
		for range calls {
			codes = append(codes, w.get(t, "/cgi-bin/user/info", "access_token", "x", "openid", mei.OpenID(oaID)).code())
			w.clock.Add(every)
		}
		return codes
	}
	count := func(codes []int) (n int) {
		for _, c := range codes {
			if c == -1 {
				n++
			}
		}
		return n
	}
	third := run(1, wechatsim.Fault{Errcode: -1, Every: 3}, 9, 0)
	if count(third) != 3 || third[2] != -1 || third[5] != -1 {
		t.Errorf("every third: %v", third)
	}
	if some := run(1, wechatsim.Fault{Errcode: -1, Every: 3, Times: 2}, 12, 0); count(some) != 2 {
		t.Errorf("every third, twice: %v", some)
	}
	share, again, other := run(5, wechatsim.Fault{Errcode: -1, Rate: .3}, 100, 0), run(5, wechatsim.Fault{Errcode: -1, Rate: .3}, 100, 0), run(6, wechatsim.Fault{Errcode: -1, Rate: .3}, 100, 0)
	if n := count(share); n < 15 || n > 45 || !equal(share, again) || equal(share, other) {
		t.Errorf("a share of .3: %d, and the seed must decide", n)
	}
	if span := run(1, wechatsim.Fault{Errcode: -1, For: 3 * time.Minute}, 6, time.Minute); !equal(span, []int{-1, -1, -1, 40014, 40014, 40014}) {
		t.Errorf("three minutes: %v", span)
	}
	later := wechatsim.Fault{Errcode: -1, From: newClock().Now().Add(2 * time.Minute), For: 2 * time.Minute}
	if span := run(1, later, 6, time.Minute); !equal(span, []int{40014, 40014, -1, -1, 40014, 40014}) {
		t.Errorf("from the third minute: %v", span)
	}
	if none := run(1, wechatsim.Fault{Errcode: -1, Account: oaID}, 2, 0); count(none) != 0 {
		t.Errorf("a call of nobody hit a fault of one account: %v", none)
	}
	w := newWorld(t, wechatsim.Options{}, "")
	id := w.Fail(sendPath, wechatsim.Fault{Errcode: -1, Account: mpID, Times: -1})
	mei := w.NewPerson("Mei")
	wantCode(t, w.say(t, mei, oaID), 45015)
	wantCode(t, w.say(t, mei, mpID), -1)
	if got := w.Faults(); len(got) != 1 || got[0].Fired != 1 || got[0].Left != -1 || !strings.Contains(got[0].What, "errcode -1") {
		t.Errorf("faults %+v", got)
	}
	if !w.ClearFault(id) || w.ClearFault(id) || len(w.Faults()) != 0 {
		t.Error("a fault is cleared once")
	}
	wantCode(t, w.say(t, mei, mpID), 45015)
}

func equal(a, b []int) bool {
	if len(a) != len(b) {
		return false
	}
	for i := range a {
		if a[i] != b[i] {
			return false
		}
	}
	return true
}

// TestGarbage: what a proxy answers instead of the platform.
func TestGarbage(t *testing.T) {
	t.Parallel()
	w := newWorld(t, wechatsim.Options{}, "")
	mei := w.NewPerson("Mei")
	does(t, w, mei, oaID, "follow")
	does(t, w, mei, oaID, "text")
	token := w.token(t, oaID)
	for i, tc := range []struct {
		fault  wechatsim.Fault
		status int
		kind   string
		body   string
		done   bool
	}{
		{wechatsim.Fault{Answer: wechatsim.HTML}, 502, "text/html", "502 Bad Gateway", false},
		{wechatsim.Fault{Answer: wechatsim.HTML, Execute: true}, 502, "text/html", "502 Bad Gateway", true},
		{wechatsim.Fault{Answer: wechatsim.Truncated}, 200, "application/json", `{"errcode":`, true},
		{wechatsim.Fault{Answer: wechatsim.WrongType}, 200, "text/html", `{"errcode":0,"errmsg":"ok"}`, true},
		{wechatsim.Fault{Answer: wechatsim.Empty}, 200, "", "", false},
	} {
		before := len(mei.Inbox(oaID))
		w.Fail(sendPath, tc.fault)
		resp, err := http.Post(w.api+sendPath+"?access_token="+token, "application/json",
			strings.NewReader(`{"touser":"`+mei.OpenID(oaID)+`","msgtype":"text","text":{"content":"x"}}`))
		must(t, err)
		raw, err := io.ReadAll(resp.Body)
		must(t, err)
		_ = resp.Body.Close()
		if resp.StatusCode != tc.status || !strings.HasPrefix(resp.Header.Get("Content-Type"), tc.kind) || !strings.Contains(string(raw), tc.body) {
			t.Errorf("%d: %d %s %q", i, resp.StatusCode, resp.Header.Get("Content-Type"), raw)
		}
		if strings.HasSuffix(string(raw), "}") == (tc.fault.Answer == wechatsim.Truncated) && len(raw) > 0 && tc.status == 200 {
			t.Errorf("%d: %q", i, raw)
		}
		if done := len(mei.Inbox(oaID)) > before; done != tc.done {
			t.Errorf("%d: took effect: %v", i, done)
		}
	}
}

// TestSubscriptionAccountHasNoParameterQR: it is the simpler kind.
func TestSubscriptionAccountHasNoParameterQR(t *testing.T) {
	t.Parallel()
	w := newWorld(t, wechatsim.Options{}, "")
	must(t, w.AddOfficial(wechatsim.App{AppID: "wx9", Secret: "s", Plain: true, Subscription: true}))
	token := w.get(t, "/cgi-bin/token", "grant_type", "client_credential", "appid", "wx9", "secret", "s").text("access_token")
	wantCode(t, w.post(t, "/cgi-bin/qrcode/create", token, map[string]any{"action_name": "QR_STR_SCENE",
		"action_info": map[string]any{"scene": map[string]any{"scene_str": "V1"}}}), 48001)
}
