package wechatsim_test

import (
	"testing"
	"time"

	"siyu/internal/wechatsim"
)

const wxopen = "/cgi-bin/message/wxopen/"

func (w *world) activity(t *testing.T, token string) string {
	t.Helper()
	a := w.get(t, wxopen+"activityid/create", "access_token", token)
	wantCode(t, a, 0)
	if a["expiration_time"] != float64(w.clock.Now().Add(24*time.Hour).Unix()) {
		t.Errorf("activity %v", a)
	}
	return a.text("activity_id")
}

// updatable is a request of updatablemsg/send; parameters come in pairs.
func updatable(id string, state int, params ...string) map[string]any {
	list := []any{}
	for i := 0; i < len(params); i += 2 {
		list = append(list, map[string]any{"name": params[i], "value": params[i+1]})
	}
	return map[string]any{"activity_id": id, "target_state": state, "template_info": map[string]any{"parameter_list": list}}
}

func TestUpdatableCard(t *testing.T) {
	t.Parallel()
	w := newWorld(t, wechatsim.Options{}, "")
	owner := w.NewPerson("Owner")
	g := w.NewOrdinaryGroup("A", owner)
	token := w.token(t, mpID)
	id := w.activity(t, token)
	send := func(in map[string]any) answer { return w.post(t, wxopen+"updatablemsg/send", token, in) }
	must(t, g.PostLive(owner, wechatsim.Post{AppID: mpID, Page: "p"},
		wechatsim.Share{ActivityID: id, TemplateID: wechatsim.TemplateFull, Count: "1", Limit: "3"}))
	says := func(want string) {
		t.Helper()
		if p := g.Posts(); len(p) != 1 || p[0].State != want {
			t.Errorf("the card says %+v, want %q and nothing more in the chat", p, want)
		}
	}
	says("成员正在加入，当前 1/3 人")
	wantCode(t, send(updatable("none", 0, "member_count", "2", "room_limit", "3")), 47501)
	wantCode(t, send(updatable(id, 3)), 47502)
	wantCode(t, send(updatable(id, 0)), 47003)
	wantCode(t, send(updatable(id, 0, "member_count", "2", "room_limit", "3")), 0)
	says("成员正在加入，当前 2/3 人")
	wantCode(t, send(updatable(id, 1, "path", "p", "version_type", "today")), 47503)
	wantCode(t, send(updatable(id, 1, "path", "p", "version_type", "release")), 0)
	says("已到齐")
	wantCode(t, send(updatable(id, 0, "member_count", "2", "room_limit", "3")), 47502)
	wantCode(t, send(updatable(id, 2)), 0)
	says("已结束")
	w.clock.Add(24 * time.Hour)
	token = w.token(t, mpID)
	wantCode(t, send(updatable(id, 2)), 47504)
}

// TestTwoCardStates: after the page of the API a card cannot be told that it has ended.
func TestTwoCardStates(t *testing.T) {
	t.Parallel()
	w := newWorld(t, wechatsim.Options{TwoCardStates: true}, "")
	token := w.token(t, mpID)
	id := w.activity(t, token)
	wantCode(t, w.post(t, wxopen+"updatablemsg/send", token, updatable(id, 2)), 47502)
	w.clock.Add(23 * time.Hour)
	token = w.token(t, mpID)
	wantCode(t, w.post(t, wxopen+"updatablemsg/send", token, updatable(id, 1, "path", "p", "version_type", "release")), 0)
	w.clock.Add(24 * time.Hour)
	if state, words, known := w.LiveCard(id); state != 2 || words != "已结束" || !known {
		t.Errorf("a day later: %d %s", state, words)
	}
}

func TestChatToolCard(t *testing.T) {
	t.Parallel()
	w := newWorld(t, wechatsim.Options{}, "")
	app := wechatsim.App{AppID: "wxchattool", Secret: "s", Plain: true, ChatTool: true}
	must(t, w.AddMiniProgram(app))
	owner := w.NewPerson("Owner")
	g := w.NewOrdinaryGroup("A", owner)
	in := func(id string, state int) map[string]any {
		return map[string]any{"activity_id": id, "target_state": state, "template_id": wechatsim.TemplateParticipate, "version_type": 0}
	}
	plain := w.token(t, mpID)
	wantCode(t, w.post(t, wxopen+"chattoolmsg/send", plain, in(w.activity(t, plain), 1)), 48001)
	token := w.post(t, "/cgi-bin/stable_token", "", map[string]any{"grant_type": "client_credential", "appid": app.AppID,
		"secret": app.Secret}).text("access_token")
	id := w.activity(t, token)
	must(t, g.PostLive(owner, wechatsim.Post{AppID: app.AppID, Page: "p"}, wechatsim.Share{ActivityID: id, ChatTool: true}))
	send := func(in map[string]any) answer { return w.post(t, wxopen+"chattoolmsg/send", token, in) }
	bare := in(id, 2)
	delete(bare, "template_id")
	wantCode(t, send(bare), 40037)
	wantCode(t, send(in(id, 2)), 0)
	wantCode(t, send(in(id, 1)), 47502)
	if p := g.Posts(); len(p) != 1 || p[0].State != "即将截止" {
		t.Errorf("posts %+v", p)
	}
	who := in(id, 2)
	who["participator_info_list"] = []any{map[string]any{"group_openid": "x", "state": 1}}
	wantCode(t, send(who), 0)
	if p := g.Posts(); len(p) != 2 {
		t.Errorf("somebody who takes part is a line in the chat: %+v", p)
	}
	wantCode(t, send(in(id, 3)), 0)
	wantCode(t, send(in(id, 3)), 47502)
}
