package wechatsim_test

import (
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"siyu/internal/wechatsim"
)

// ctl calls the control plane and wants a status.
func (w *world) ctl(t *testing.T, method, path, in string, want int) string {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), method, w.api+path, strings.NewReader(in))
	must(t, err)
	resp, err := http.DefaultClient.Do(req)
	must(t, err)
	defer func() { _ = resp.Body.Close() }()
	raw, err := io.ReadAll(resp.Body)
	must(t, err)
	if resp.StatusCode != want {
		t.Fatalf("%s %s: %d %s", method, path, resp.StatusCode, raw)
	}
	return string(raw)
}

func TestControlPlaneTellsAWholeStory(t *testing.T) {
	t.Parallel()
	c := newCallback(t)
	w := newWorld(t, wechatsim.Options{Seed: 1}, c.URL)
	c.reply = func(_ int, d delivery, rw http.ResponseWriter, _ *http.Request) {
		if strings.Contains(d.inner, "SCAN") || strings.Contains(d.inner, "qrscene_") {
			_, _ = io.WriteString(rw, seal(t, d, textReply(d, "welcome")))
		}
	}
	do := func(path, in string) answer {
		var a answer
		raw := w.ctl(t, http.MethodPost, "/_sim/"+path, in, http.StatusOK)
		if err := json.Unmarshal([]byte(raw), &a); err != nil {
			t.Fatal(err, raw)
		}
		return a
	}
	if got := do("people", `{"name":"Mei"}`); got.text("id") != "p1" || got.text("unionid") == "" {
		t.Errorf("person %v", got)
	}
	if got := do("people/p1/scan", `{"appid":"`+oaID+`","scene":"V1"}`); got.text("text") != "welcome" {
		t.Errorf("scan %v", got)
	}
	do("people/p1/text", `{"appid":"`+oaID+`","text":"hi"}`)
	do("people/p1/subscribe", `{"appid":"`+mpID+`","templates":["T1"]}`)
	group := do("groups", `{"kind":"wecom","corpid":"`+corpID+`","name":"Parents","owner":"owner1"}`)
	do("groups/g1/join", `{"person":"p1","scene":3,"state":"V1"}`)
	code := do("people/p1/login", `{"appid":"`+mpID+`"}`).text("code")
	exchange(t, w, code)
	if got := do("people/p1/enter", `{"appid":"`+mpID+`","group":"g1"}`); got.text("encryptedData") == "" || got.text("iv") == "" {
		t.Errorf("entry %v", got)
	}
	token := w.token(t, corpID)
	w.post(t, ext+"add_msg_template", token, card("owner1", upload(t, w, token), "pages/offer", group.text("chat_id")))
	var tasks []wechatsim.Task
	raw := w.ctl(t, http.MethodGet, "/_sim/tasks?corpid="+corpID+"&userid=owner1", "", http.StatusOK)
	must(t, json.Unmarshal([]byte(raw), &tasks))
	do("tasks/"+tasks[0].MsgID+"/confirm", `{"corpid":"`+corpID+`","userid":"owner1"}`)
	if got := w.ctl(t, http.MethodGet, "/_sim/groups/g1/posts", "", http.StatusOK); !strings.Contains(got, "pages/offer") {
		t.Error(got)
	}
	do("people", `{"name":"Owner"}`)
	do("groups", `{"kind":"ordinary","name":"Neighbours","owner":"p2"}`)
	do("groups/g2/post", `{"person":"p2","title":"Dumplings","page":"pages/offer"}`)
	do("groups/g1/leave", `{"person":"p1"}`)
	do("accounts/"+oaID+"/invalidate-tokens", `{}`)
	state := w.ctl(t, http.MethodGet, "/_sim/state", "", http.StatusOK)
	for _, want := range []string{`"g2"`, `"ordinary"`, `"stats":{"sent":6,"accepted":6`, `"following":["` + oaID + `"]`} {
		if !strings.Contains(state, want) {
			t.Errorf("no %s in %s", want, state)
		}
	}
	a := wechatsim.DefaultAccounts("")
	for _, secret := range []string{a.Official.Secret, a.Official.Token, a.MiniProgram.AESKey, a.WeCom.Secret} {
		if strings.Contains(state, secret) {
			t.Error("the state tells a secret")
		}
	}
}

func TestControlPlaneRefuses(t *testing.T) {
	t.Parallel()
	w := newWorld(t, wechatsim.Options{PushRetries: -1}, "http://127.0.0.1:1")
	w.NewPerson("Mei")
	for _, c := range []struct {
		path, in string
		want     int
	}{
		{"people", `{"nickname":"Mei"}`, http.StatusBadRequest},
		{"people", `{}`, http.StatusBadRequest},
		{"people/p9/follow", `{"appid":"` + oaID + `"}`, http.StatusNotFound},
		{"people/p1/follow", `{"appid":"wx0"}`, http.StatusNotFound},
		{"people/p1/follow", `{"appid":"` + oaID + `"}`, http.StatusBadGateway},
		{"groups/g9/join", `{"person":"p1"}`, http.StatusNotFound},
		{"tasks/none/confirm", `{}`, http.StatusNotFound},
		{"no-such-thing", `{}`, http.StatusNotFound},
		{"faults", `{}`, http.StatusBadRequest},
	} {
		w.ctl(t, http.MethodPost, "/_sim/"+c.path, c.in, c.want)
	}
}

func TestIndexSpeaksBothLanguages(t *testing.T) {
	t.Parallel()
	w := newWorld(t, wechatsim.Options{}, "")
	w.NewOrdinaryGroup("<script>alert(1)</script>", w.NewPerson("Mei"))
	zh := w.ctl(t, http.MethodGet, "/?lang=zh", "", http.StatusOK)
	en := w.ctl(t, http.MethodGet, "/?lang=en", "", http.StatusOK)
	if !strings.Contains(zh, "本机模拟微信") || !strings.Contains(en, "A WeChat on localhost") {
		t.Error("a language is missing")
	}
	if strings.Contains(zh+en, "<script>") {
		t.Error("a group's name is not escaped")
	}
}

// TestThePageIsWhole: what it names is there, nothing else may be loaded, and texts are never set as markup.
func TestThePageIsWhole(t *testing.T) {
	t.Parallel()
	w := newWorld(t, wechatsim.Options{}, "")
	resp, err := http.Get(w.api + "/")
	must(t, err)
	_ = resp.Body.Close()
	if p := resp.Header.Get("Content-Security-Policy"); !strings.Contains(p, "default-src 'none'") || strings.Contains(p, "unsafe") {
		t.Errorf("policy %q", p)
	}
	for name, kind := range map[string]string{"main.js": "text/javascript", "dom.js": "text/javascript", "people.js": "text/javascript", "panels.js": "text/javascript", "style.css": "text/css"} {
		resp, err := http.Get(w.api + "/_sim/page/" + name)
		must(t, err)
		raw, err := io.ReadAll(resp.Body)
		must(t, err)
		_ = resp.Body.Close()
		if resp.StatusCode != http.StatusOK || !strings.HasPrefix(resp.Header.Get("Content-Type"), kind) {
			t.Errorf("%s: %d %s", name, resp.StatusCode, resp.Header.Get("Content-Type"))
		}
		for _, bad := range []string{"innerHTML", "insertAdjacentHTML", "document.write", "eval(", "https://cdn"} {
			if strings.Contains(string(raw), bad) {
				t.Errorf("%s uses %s", name, bad)
			}
		}
	}
	for _, path := range []string{"/_sim/page/none.js", "/_sim/page/..%2fpage.go"} {
		if got, err := http.Get(w.api + path); err != nil || got.StatusCode == http.StatusOK {
			t.Errorf("%s is served: %v", path, err)
		} else {
			_ = got.Body.Close()
		}
	}
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, w.api+"/", http.NoBody)
	must(t, err)
	req.Host = "evil.example"
	resp, err = http.DefaultClient.Do(req)
	must(t, err)
	_ = resp.Body.Close()
	if resp.StatusCode != http.StatusForbidden {
		t.Errorf("as evil.example: %d", resp.StatusCode)
	}
}

func TestFaults(t *testing.T) {
	t.Parallel()
	w := newWorld(t, wechatsim.Options{}, "")
	g := newGroup(t, w, wechatsim.GroupSpec{Name: "A", OwnerUserID: "owner1"})
	token := w.token(t, corpID)
	get := func() answer {
		return w.post(t, ext+"groupchat/get", token, map[string]any{"chat_id": g.ChatID()})
	}
	w.Fail(ext+"groupchat/get", wechatsim.Fault{Errcode: -1, Times: 2})
	wantCode(t, get(), -1)
	wantCode(t, get(), -1)
	wantCode(t, get(), 0)
	w.ctl(t, http.MethodPost, "/_sim/faults", `{"path":"*","errcode":45009,"times":-1}`, http.StatusOK)
	wantCode(t, get(), 45009)
	wantCode(t, w.post(t, ext+"add_msg_template", token, nil), 45009)
	w.ctl(t, http.MethodDelete, "/_sim/faults", "", http.StatusOK)
	wantCode(t, get(), 0)

	add := func() error {
		in := `{"chat_type":"group","sender":"owner1","text":{"content":"x"}}`
		resp, err := http.Post(w.api+ext+"add_msg_template?access_token="+token, "application/json", strings.NewReader(in))
		if err == nil {
			_ = resp.Body.Close()
		}
		return err
	}
	w.Fail(ext+"add_msg_template", wechatsim.Fault{Disconnect: true})
	if add() == nil || len(w.OpenTasks(corpID, "owner1")) != 0 {
		t.Error("a call cut off before it ran must leave nothing")
	}
	w.Fail(ext+"add_msg_template", wechatsim.Fault{Disconnect: true, Execute: true})
	if add() == nil || len(w.OpenTasks(corpID, "owner1")) != 1 {
		t.Error("a call whose answer is lost has taken effect")
	}
}

// TestOtherPagesAreKeptOut: neither a page elsewhere nor one whose name leads here may use the control plane.
func TestOtherPagesAreKeptOut(t *testing.T) {
	t.Parallel()
	w := newWorld(t, wechatsim.Options{}, "")
	ask := func(method, host string, header ...string) int {
		req, err := http.NewRequestWithContext(t.Context(), method, w.api+"/_sim/state", http.NoBody)
		must(t, err)
		if method == http.MethodPost {
			req.URL.Path = "/_sim/drop-next-push"
		}
		if host != "" {
			req.Host = host
		}
		for i := 0; i < len(header); i += 2 {
			req.Header.Set(header[i], header[i+1])
		}
		resp, err := http.DefaultClient.Do(req)
		must(t, err)
		_ = resp.Body.Close()
		return resp.StatusCode
	}
	for name, tc := range map[string]struct {
		got, want int
	}{
		"a program":                          {ask("POST", ""), 200},
		"this page":                          {ask("POST", "", "Origin", w.api), 200},
		"by name":                            {ask("POST", "localhost:9090"), 200},
		"in a container":                     {ask("POST", "simulator:9090"), 200},
		"by IPv6":                            {ask("POST", "[::1]:9090"), 200},
		"another page":                       {ask("POST", "", "Origin", "https://evil.example"), 403},
		"another port":                       {ask("POST", "127.0.0.1:9090", "Origin", "http://127.0.0.1:9091"), 403},
		"no page at all":                     {ask("POST", "", "Origin", "null"), 403},
		"a link elsewhere":                   {ask("POST", "", "Sec-Fetch-Site", "cross-site"), 403},
		"a name that resolves here":          {ask("POST", "evil.example:9090", "Origin", "http://evil.example:9090"), 403},
		"a name that resolves here, reading": {ask("GET", "evil.example"), 403},
		"another page, reading":              {ask("GET", "", "Origin", "https://evil.example"), 403},
	} {
		if tc.got != tc.want {
			t.Errorf("%s: %d, want %d", name, tc.got, tc.want)
		}
	}
}

// TestTheOperatorsRoutes: quotas, faults, tokens, addresses, the clock and the logs.
func TestTheOperatorsRoutes(t *testing.T) {
	t.Parallel()
	clock := newClock()
	w := newWorld(t, wechatsim.Options{Advance: clock.Add}, "")
	mei := w.NewPerson("Mei")
	post := func(path, in string) string { return w.ctl(t, http.MethodPost, "/_sim/"+path, in, http.StatusOK) }
	get := func(path string) string { return w.ctl(t, http.MethodGet, "/_sim/"+path, "", http.StatusOK) }
	wants := func(got string, want ...string) {
		t.Helper()
		for _, s := range want {
			if !strings.Contains(got, s) {
				t.Errorf("no %s in %s", s, got)
			}
		}
	}
	wants(get("accounts"), wechatsim.DefaultOfficialSecret, wechatsim.DefaultMiniProgramAESKey, wechatsim.DefaultCorpAgentID)
	does(t, w, mei, oaID, "follow")
	wants(get("people/p1/chat?appid=official"), `"trigger":"follow","limit":3,"used":0`, `"kind":"subscribe"`)
	post("quotas", `{"account":"official","path":"`+sendPath+`","minute":1}`)
	wantCode(t, w.say(t, mei, oaID), 0)
	wantCode(t, w.say(t, mei, oaID), 45011)
	post("quotas/exhaust", `{"account":"`+oaID+`","path":"`+sendPath+`"}`)
	wantCode(t, w.say(t, mei, oaID), 45009)
	wants(get("quotas"), `"path":"`+sendPath+`"`, `"minute":1`)
	wants(get("refusals"), `"errcode":45009,"calls":1`, `"errcode":45011,"calls":1`)
	wants(get("calls?after=1"), `"errcode":45009`)
	wants(get("calls/counts"), `"errcode":0`)
	post("accounts/official/clear-quota", `{}`)
	post("people/p1/refuse", `{"appid":"official","errcode":48002}`)
	post("quotas", `{"account":"official","path":"`+sendPath+`"}`)
	wantCode(t, w.say(t, mei, oaID), 48002)
	wants(post("faults", `{"path":"`+sendPath+`","errcode":-1,"msg":"busy","every":2,"for":"10m","account":"official","delay":"1ms"}`), `"id":1`)
	wants(post("push-faults", `{"drop":true,"rate":0.5,"times":-1,"event":"text"}`), `"id":2`)
	wants(get("faults"), "errcode -1, delay 1ms, account "+oaID+", every 2, for 10m0s", "push text", "drop, rate 0.5")
	w.ctl(t, http.MethodDelete, "/_sim/faults/1", "", http.StatusOK)
	w.ctl(t, http.MethodDelete, "/_sim/faults/1", "", http.StatusNotFound)
	for path, in := range map[string]string{
		"push-faults": `{"every":2}`, "faults": `{"path":"*","answer":"soup"}`, "quotas": `{"account":"official"}`,
		"quotas/exhaust": `{"account":"official"}`, "clock": `{"advance":"-1s"}`,
	} {
		w.ctl(t, http.MethodPost, "/_sim/"+path, in, http.StatusBadRequest)
	}
	post("accounts/official/steal-token", `{}`)
	post("accounts/official/expire-tokens", `{"after":"1s"}`)
	post("accounts/official/whitelist", `{"addresses":["203.0.113.9"]}`)
	wants(post("clock", `{"advance":"1h","skew":"0s"}`), `"delivered":0`)
	if got := clock.Now().Sub(newClock().Now()); got != time.Hour {
		t.Errorf("the clock moved by %s", got)
	}
	wants(get("catalogue"), `"miniprogrampage"`, `"scancode_waitmsg"`, `"wxa_media_check"`, `"/cgi-bin/token"`)
	post("held/deliver", `{}`)
	wants(get("pushes"), `"state":"no callback"`)
	still := newWorld(t, wechatsim.Options{}, "")
	still.ctl(t, http.MethodPost, "/_sim/clock", `{"advance":"1h"}`, http.StatusBadRequest)
}
