package wechatsim_test

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"siyu/internal/wechatsim"
)

// TestTextCheck: the platform judges a text only under the name of somebody who was just here.
func TestTextCheck(t *testing.T) {
	t.Parallel()
	w := newWorld(t, wechatsim.Options{}, "")
	mei, lan := w.NewPerson("Mei"), w.NewPerson("Lan")
	exchange(t, w, mei.Login(mpID))
	w.Moderate("casino", "risky", 20006)
	ask := func(p *wechatsim.Person, content string, version, scene int) answer {
		t.Helper()
		return w.post(t, "/wxa/msg_sec_check", w.token(t, mpID), map[string]any{
			"openid": p.OpenID(mpID), "content": content, "version": version, "scene": scene})
	}
	for _, c := range []struct {
		name, content  string
		who            *wechatsim.Person
		version, scene int
		code           int
		has            string
	}{
		{"fine", "hello", mei, 2, 3, 0, `{"suggest":"pass","label":100}`},
		{"risky", "my casino", mei, 2, 3, 0, `{"suggest":"risky","label":20006}`},
		{"never here", "hello", lan, 2, 3, 61010, ""},
		{"old version", "hello", mei, 1, 3, 40129, ""},
		{"no scene", "hello", mei, 2, 0, 40129, ""},
		{"the longest", strings.Repeat("\u5bb6", 2500), mei, 2, 1, 0, "pass"},
		{"too long", strings.Repeat("\u5bb6", 2501), mei, 2, 1, 45002, ""},
	} {
		a := ask(c.who, c.content, c.version, c.scene)
		raw, err := json.Marshal(a["result"])
		must(t, err)
		if a.code() != c.code || (c.code == 0 && !sameJSON(t, string(raw), c.has)) {
			t.Errorf("%s: %d %s", c.name, a.code(), raw)
		}
	}
	w.clock.Add(2*time.Hour + time.Second)
	if got := ask(mei, "hello", 2, 3).code(); got != 61010 {
		t.Errorf("two hours later: %d", got)
	}
}

// sameJSON reports whether an object holds all that another one says, or a word.
func sameJSON(t *testing.T, got, want string) bool {
	t.Helper()
	if !strings.HasPrefix(want, "{") {
		return strings.Contains(got, want)
	}
	var a, b map[string]any
	must(t, json.Unmarshal([]byte(got), &a))
	must(t, json.Unmarshal([]byte(want), &b))
	for k, v := range b {
		if a[k] != v {
			return false
		}
	}
	return true
}

// TestMediaCheckFollows: the verdict comes as a push, not before its time.
func TestMediaCheckFollows(t *testing.T) {
	t.Parallel()
	c := newCallback(t)
	w := newWorld(t, wechatsim.Options{MediaCheckDelay: 10 * time.Minute}, c.URL)
	mei := w.NewPerson("Mei")
	exchange(t, w, mei.Login(mpID))
	w.Unloadable("gone", -1008)
	traces := []string{}
	for _, url := range []string{"https://x.example/a.jpg", "https://x.example/gone.jpg"} {
		a := w.post(t, "/wxa/media_check_async", w.token(t, mpID), map[string]any{
			"openid": mei.OpenID(mpID), "media_url": url, "media_type": 2, "version": 2, "scene": 1})
		if a.code() != 0 || a.text("trace_id") == "" {
			t.Fatal(a)
		}
		traces = append(traces, a.text("trace_id"))
	}
	if n, err := w.DeliverLate(t.Context()); n != 0 || err != nil {
		t.Errorf("%d came at once, %v", n, err)
	}
	w.clock.Add(10 * time.Minute)
	if n, err := w.DeliverLate(t.Context()); n != 2 || err != nil || w.Late() != 0 {
		t.Errorf("%d came, %v, %d wait", n, err, w.Late())
	}
	all := c.deliveries()
	for i, want := range []string{`"suggest":"pass"`, `"errcode":-1008`} {
		if got := all[i].inner; !strings.Contains(got, traces[i]) || !strings.Contains(got, want) {
			t.Errorf("push %d: %s", i, got)
		}
	}
}

// TestTemplateList: gettemplate shows what the console has, in the platform's words, and sending is held to it.
func TestTemplateList(t *testing.T) {
	t.Parallel()
	c := newCallback(t)
	w := newWorld(t, wechatsim.Options{}, c.URL)
	must(t, w.SetTemplates(mpID, wechatsim.SubscribeTemplate{ID: "T1", Title: "A", Content: "x:{{thing1.DATA}}\ny:{{enum_string2.DATA}}\n",
		Enums: map[string][]string{"enum_string2": {"on", "off"}}}))
	token := w.token(t, mpID)
	raw, err := json.Marshal(w.get(t, "/wxaapi/newtmpl/gettemplate", "access_token", token)["data"])
	must(t, err)
	for _, want := range []string{`"priTmplId":"T1"`, `"type":2`, `"keywordCode":"enum_string2.DATA"`, `"enumValueList":["on","off"]`} {
		if !strings.Contains(string(raw), want) {
			t.Errorf("no %s in %s", want, raw)
		}
	}
	mei := w.NewPerson("Mei")
	must(t, mei.AcceptSubscribe(t.Context(), mpID, "T1"))
	w.FailSent("T1", -10001, "failed:system failed")
	send := func(id string) answer {
		return w.post(t, "/cgi-bin/message/subscribe/send", token, map[string]any{"touser": mei.OpenID(mpID), "template_id": id,
			"data": map[string]any{"thing1": map[string]any{"value": "x"}, "enum_string2": map[string]any{"value": "on"}}})
	}
	if got := send("T9").code(); got != 40037 {
		t.Errorf("another template: %d", got)
	}
	if a := send("T1"); a.code() != 0 {
		t.Fatal(a)
	}
	_, err = w.DeliverLate(t.Context())
	must(t, err)
	if last := c.last(t); !strings.Contains(last, "subscribe_msg_sent_event") || !strings.Contains(last, "-10001") {
		t.Errorf("the sent event is %s", last)
	}
	if got := send("T1").code(); got != 43101 {
		t.Errorf("a second message: %d", got)
	}
}
