package wechatsim_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"siyu/internal/wechatsim"
)

// code is what a call of the account's API answers.
func (w *world) code(t *testing.T, path, token string, in any) int {
	t.Helper()
	return w.post(t, path, token, in).code()
}

func TestMenuLimits(t *testing.T) {
	t.Parallel()
	w := newWorld(t, wechatsim.Options{}, "")
	token := w.token(t, oaID)
	click := func(name string) map[string]any { return map[string]any{"type": "click", "name": name, "key": "K"} }
	menu := func(all ...any) map[string]any { return map[string]any{"button": all} }
	for name, tc := range map[string]struct {
		menu map[string]any
		want int
	}{
		"one":              {menu(click("活动")), 0},
		"none":             {menu(), 40016},
		"four":             {menu(click("a"), click("b"), click("c"), click("d")), 40016},
		"a long name":      {menu(click("六个汉字的名")), 40018},
		"no key":           {menu(map[string]any{"type": "click", "name": "a"}), 40019},
		"no type":          {menu(map[string]any{"name": "a"}), 40017},
		"no address":       {menu(map[string]any{"type": "view", "name": "a", "url": "example.com"}), 40055},
		"six below":        {menu(map[string]any{"name": "a", "sub_button": []any{click("1"), click("2"), click("3"), click("4"), click("5"), click("6")}}), 40023},
		"a long one below": {menu(map[string]any{"name": "a", "sub_button": []any{click("六个汉字的名")}}), 0},
	} {
		if got := w.code(t, "/cgi-bin/menu/create", token, tc.menu); got != tc.want {
			t.Errorf("%s: %d, want %d", name, got, tc.want)
		}
	}
}

func TestTagLimits(t *testing.T) {
	t.Parallel()
	w := newWorld(t, wechatsim.Options{}, "")
	token := w.token(t, oaID)
	mei := w.NewPerson("Mei")
	_, err := mei.Follow(t.Context(), oaID)
	must(t, err)
	create := func(name string) int {
		return w.code(t, "/cgi-bin/tags/create", token, map[string]any{"tag": map[string]any{"name": name}})
	}
	give := func(id int, openIDs ...string) int {
		return w.code(t, "/cgi-bin/tags/members/batchtagging", token, map[string]any{"tagid": id, "openid_list": openIDs})
	}
	if got := create(strings.Repeat("汉", 11)); got != 45158 {
		t.Errorf("33 bytes: %d", got)
	}
	for i := range 100 {
		if got := create(fmt.Sprint("t", i)); got != 0 {
			t.Fatalf("tag %d: %d", i, got)
		}
	}
	if got := create("t5"); got != 45157 {
		t.Errorf("a second t5: %d", got)
	}
	if got := create("t100"); got != 45056 {
		t.Errorf("the 101st tag: %d", got)
	}
	for i := range 20 {
		if got := give(100+i, mei.OpenID(oaID)); got != 0 {
			t.Fatalf("her tag %d: %d", i+1, got)
		}
	}
	if got := give(120, mei.OpenID(oaID)); got != 45059 {
		t.Errorf("her 21st tag: %d", got)
	}
	if got := give(120, make([]string, 51)...); got != 40032 {
		t.Errorf("51 people: %d", got)
	}
	if got := give(777, mei.OpenID(oaID)); got != 45159 {
		t.Errorf("no tag: %d", got)
	}
	must(t, mei.Unfollow(t.Context(), oaID))
	if left := w.Tagged(oaID, "t0"); len(left) != 0 {
		t.Errorf("who left still has her tags")
	}
}

// TestMass: one message has one effect under one clientmsgid, and nobody gets a fifth one in a month of China.
func TestMass(t *testing.T) {
	t.Parallel()
	c := newCallback(t)
	w := newWorld(t, wechatsim.Options{}, c.URL)
	token := w.token(t, oaID)
	mei := w.NewPerson("Mei")
	_, err := mei.Follow(t.Context(), oaID)
	must(t, err)
	send := func(id string) answer {
		return w.post(t, "/cgi-bin/message/mass/sendall", token, map[string]any{"filter": map[string]any{"is_to_all": true},
			"msgtype": "text", "text": map[string]any{"content": "hi"}, "clientmsgid": id})
	}
	first := send("a")
	if first.code() != 0 || send("a").code() != 45066 {
		t.Fatalf("a second call within a minute: %v", first)
	}
	w.clock.Add(2 * time.Minute)
	if again := send("a"); again.code() != 45065 || again["msg_id"] != first["msg_id"] {
		t.Fatalf("a second call later: %v", again)
	}
	if long := send(strings.Repeat("x", 33)); long.code() != 45067 {
		t.Errorf("a long clientmsgid: %v", long)
	}
	for i := range 4 {
		send(fmt.Sprint("b", i))
	}
	all, err := w.Masses(oaID)
	must(t, err)
	for _, m := range all {
		must(t, w.FinishMass(t.Context(), m.ID, 0))
	}
	if got := len(mei.Inbox(oaID)); got != 4 {
		t.Errorf("she got %d, want 4", got)
	}
	wantTags(t, c.last(t), "Event", "MASSSENDJOBFINISH", "Status", "send success", "TotalCount", "1", "FilterCount", "0", "SentCount", "0")
	must(t, w.SetSubscription(oaID, true))
	if got := send("c").code(); got != 45028 {
		t.Errorf("a subscription account's second message of the day: %d", got)
	}
}
