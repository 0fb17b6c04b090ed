package wechatsim_test

import (
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"testing"

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
