package wechatsim_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"siyu/internal/wechatsim"
)

// welcomeCodes are the codes that new contacts came with.
func welcomeCodes(c *callback) []string {
	var codes []string
	for _, d := range c.deliveries() {
		if _, rest, found := strings.Cut(d.inner, "<WelcomeCode><![CDATA["); found {
			code, _, _ := strings.Cut(rest, "]]>")
			codes = append(codes, code)
		}
	}
	return codes
}

func TestWelcomeOnceWithinTwentySeconds(t *testing.T) {
	t.Parallel()
	c := newCallback(t)
	w := newWorld(t, wechatsim.Options{}, c.URL)
	token := w.token(t, corpID)
	send := func(code string) answer {
		return w.post(t, ext+"send_welcome_msg", token, map[string]any{"welcome_code": code, "text": map[string]any{"content": "Hi"}})
	}
	add := func(name string) (*wechatsim.Person, string) {
		p := w.NewPerson(name)
		must(t, p.AddContact(t.Context(), corpID, "owner1", "V1"))
		codes := welcomeCodes(c)
		return p, codes[len(codes)-1]
	}
	mei, code := add("Mei")
	wantCode(t, send("none"), 41050)
	wantCode(t, send(code), 0)
	wantCode(t, send(code), 41051)
	if got := mei.Welcomes(corpID); len(got) != 1 || got[0].Text != "Hi" || got[0].By != "owner1" {
		t.Errorf("welcomes %+v", got)
	}
	late, code := add("Lan")
	w.clock.Add(20 * time.Second)
	wantCode(t, send(code), 41050)
	if got := late.Welcomes(corpID); len(got) != 0 {
		t.Errorf("welcomes %+v", got)
	}
	talks, code := add("Bo")
	talks.Chat(corpID, "owner1")
	wantCode(t, send(code), 41051)
	must(t, w.BusyWelcomes(corpID, 2))
	_, code = add("Jun")
	wantCode(t, send(code), 41096)
	wantCode(t, send(code), 41096)
	wantCode(t, send(code), 0)
	wantCode(t, w.post(t, ext+"send_welcome_msg", token, map[string]any{"welcome_code": code}), 41051)
}

// TestConsoleWelcome: with a welcome of WeCom's own console there is no code.
func TestConsoleWelcome(t *testing.T) {
	t.Parallel()
	c := newCallback(t)
	clock := newClock()
	sim := wechatsim.New(wechatsim.Options{Now: clock.Now})
	t.Cleanup(sim.Close)
	corp := wechatsim.DefaultAccounts(c.URL).WeCom
	corp.Greets = true
	must(t, sim.AddWeCom(corp))
	must(t, sim.NewPerson("Mei").AddContact(t.Context(), corpID, "owner1", ""))
	if n := len(c.deliveries()); n != 1 || len(welcomeCodes(c)) != 0 {
		t.Errorf("%d pushes, codes %v", n, welcomeCodes(c))
	}
}

func TestGroupWelcome(t *testing.T) {
	t.Parallel()
	w := newWorld(t, wechatsim.Options{}, "")
	g := newGroup(t, w, wechatsim.GroupSpec{Name: "A", OwnerUserID: "owner1"})
	token := w.token(t, corpID)
	call := func(verb string, in map[string]any) answer {
		return w.post(t, ext+"group_welcome_template/"+verb, token, in)
	}
	text := func(content string) map[string]any { return map[string]any{"text": map[string]any{"content": content}} }
	wantCode(t, call("add", map[string]any{}), 44004)
	wantCode(t, call("add", text(strings.Repeat("字", 1001))), 45002)
	made := text("%NICKNAME%, hello")
	made["link"] = map[string]any{"title": "Rules", "url": "https://example.com"}
	made["miniprogram"] = map[string]any{"title": "Card", "appid": mpID, "page": "p", "pic_media_id": upload(t, w, token)}
	a := call("add", made)
	wantCode(t, a, 0)
	id := a.text("template_id")
	got := call("get", map[string]any{"template_id": id})
	if _, has := got["miniprogram"]; has || got["link"] == nil || got["text"].(map[string]any)["content"] != "%NICKNAME%, hello" {
		t.Errorf("of several parts the first by priority counts: %v", got)
	}
	must(t, g.Join(t.Context(), w.NewPerson("Mei"), wechatsim.JoinVia{}))
	if len(g.Posts()) != 0 {
		t.Error("nothing is shown until the owner switches it on")
	}
	if err := g.WelcomeOn(t.Context(), "none"); !errors.Is(err, wechatsim.ErrNoWelcome) {
		t.Error(err)
	}
	must(t, g.WelcomeOn(t.Context(), id))
	must(t, g.Join(t.Context(), w.NewPerson("Lan"), wechatsim.JoinVia{}))
	must(t, g.Join(t.Context(), w.NewPerson("Bo"), wechatsim.JoinVia{})) // at once: merged
	if p := g.Posts(); len(p) != 1 || p[0].Text != "Lan, hello" || p[0].Welcome != id {
		t.Errorf("posts %+v", p)
	}
	edited := text("new")
	edited["template_id"] = id
	wantCode(t, call("edit", edited), 0)
	w.clock.Add(time.Minute)
	must(t, g.Join(t.Context(), w.NewPerson("Jun"), wechatsim.JoinVia{}))
	if p := g.Posts(); len(p) != 2 || p[1].Text != "new" {
		t.Errorf("posts %+v", p)
	}
	wantCode(t, call("del", map[string]any{"template_id": id}), 0)
	wantCode(t, call("get", map[string]any{"template_id": id}), 40058)
	for range 100 {
		wantCode(t, call("add", text("x")), 0)
	}
	wantCode(t, call("add", text("x")), 45009)
	if n := len(w.GroupWelcomes(corpID)); n != 100 {
		t.Errorf("%d templates", n)
	}
}
