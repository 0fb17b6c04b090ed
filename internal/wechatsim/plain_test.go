package wechatsim_test

import (
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"siyu/internal/wechatsim"
)

// TestPlainModeAndXMLMiniProgram uses accounts as other consoles set them.
func TestPlainModeAndXMLMiniProgram(t *testing.T) {
	t.Parallel()
	var body string
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		raw, err := io.ReadAll(r.Body)
		if err != nil {
			t.Error(err)
		}
		body = string(raw)
		q := r.URL.Query()
		if q.Get("signature") != wechatsim.Sign("tok", q.Get("timestamp"), q.Get("nonce")) || q.Get("keep") != "1" {
			t.Errorf("query %v", q)
		}
		if tag(body, "MsgType") == "text" {
			_, _ = io.WriteString(w, "<xml><ToUserName>"+q.Get("openid")+"</ToUserName><FromUserName>gh_1</FromUserName>"+
				"<CreateTime>1</CreateTime><MsgType>image</MsgType><Image><MediaId>M1</MediaId></Image></xml>")
		}
	}))
	t.Cleanup(srv.Close)
	sim := wechatsim.New(wechatsim.Options{Now: newClock().Now})
	t.Cleanup(sim.Close)
	mei := sim.NewPerson("Mei") // before the accounts: both orders must work
	must(t, sim.AddOfficial(wechatsim.App{
		AppID: "wx1", Token: "tok", Plain: true, OriginalID: "gh_1", CallbackURL: srv.URL + "/cb?keep=1", Unbound: true,
	}))
	must(t, sim.AddMiniProgram(wechatsim.App{
		AppID: "wx2", Token: "tok", AESKey: strings.Repeat("A", 43), CallbackURL: srv.URL + "/cb?keep=1",
	}))
	_, err := mei.Follow(t.Context(), "wx1")
	must(t, err)
	wantTags(t, body, "Event", "subscribe", "ToUserName", "gh_1")
	reply, err := mei.SendText(t.Context(), "wx1", "hi")
	must(t, err)
	if reply.Kind != "image" || reply.MediaID != "M1" {
		t.Errorf("reply %+v", reply)
	}
	must(t, mei.AcceptSubscribe(t.Context(), "wx2", "T1", "T2"))
	inner, err := wechatsim.Open(strings.Repeat("A", 43), "wx2", tag(body, "Encrypt"))
	must(t, err)
	if got := string(inner); strings.Count(got, "<List>") != 2 || !strings.Contains(got, "<SubscribeMsgPopupEvent><List>") {
		t.Error(got)
	}
}

func TestAccountsAreChecked(t *testing.T) {
	t.Parallel()
	sim := wechatsim.New(wechatsim.Options{Now: newClock().Now})
	t.Cleanup(sim.Close)
	for name, app := range map[string]wechatsim.App{
		"no id": {Plain: true}, "short key": {AppID: "wx1", AESKey: "A"}, "odd format": {AppID: "wx1", Plain: true, Format: "yaml"},
	} {
		if sim.AddMiniProgram(app) == nil {
			t.Errorf("%s: accepted", name)
		}
	}
	must(t, sim.AddMiniProgram(wechatsim.App{AppID: "wx1", Plain: true}))
	if sim.AddMiniProgram(wechatsim.App{AppID: "wx1", Plain: true}) == nil {
		t.Error("registered twice")
	}
	if _, err := sim.NewPerson("Mei").Follow(t.Context(), "wx1"); !errors.Is(err, wechatsim.ErrWrongKind) {
		t.Error(err)
	}
}
