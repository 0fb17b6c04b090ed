package wechatsim_test

import (
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"siyu/internal/wechatsim"
)

// exchange trades a login code for the session.
func exchange(t *testing.T, w *world, code string) answer {
	t.Helper()
	return w.get(t, "/sns/jscode2session", "appid", mpID, "secret", wechatsim.DefaultMiniProgramSecret,
		"js_code", code, "grant_type", "authorization_code")
}

func TestLoginCodeWorksOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t, wechatsim.Options{}, "")
	mei := w.NewPerson("Mei")
	code := mei.Login(mpID)
	a := exchange(t, w, code)
	if a.text("openid") != mei.OpenID(mpID) || a.text("unionid") != mei.UnionID() || a.text("session_key") == "" {
		t.Errorf("session %v", a)
	}
	wantCode(t, exchange(t, w, code), 40029)
	wantCode(t, exchange(t, w, "made-up"), 40029)
	wantCode(t, exchange(t, w, mei.Login("wx0")), 40029)
	late := mei.Login(mpID)
	w.clock.Add(5 * time.Minute)
	wantCode(t, exchange(t, w, late), 40029)
	if again := exchange(t, w, mei.Login(mpID)); again.text("session_key") != a.text("session_key") {
		t.Error("the key stays for a while")
	}
	w.clock.Add(24 * time.Hour)
	if again := exchange(t, w, mei.Login(mpID)); again.text("session_key") == a.text("session_key") {
		t.Error("the key changes now and then")
	}
}

func TestEnterFromGroup(t *testing.T) {
	t.Parallel()
	w := newWorld(t, wechatsim.Options{}, "")
	mei, owner := w.NewPerson("Mei"), w.NewPerson("Owner")
	customers := newGroup(t, w, wechatsim.GroupSpec{Name: "A", OwnerUserID: "owner1"})
	ordinary := w.NewOrdinaryGroup("B", owner)
	must(t, customers.Join(t.Context(), mei, wechatsim.JoinVia{}))
	if _, _, err := mei.EnterFromGroup(mpID, customers); !errors.Is(err, wechatsim.ErrNoSession) {
		t.Error(err)
	}
	key := exchange(t, w, mei.Login(mpID)).text("session_key")
	if _, _, err := mei.EnterFromGroup(mpID, ordinary); !errors.Is(err, wechatsim.ErrNotMember) {
		t.Error(err)
	}
	must(t, ordinary.Join(t.Context(), mei, wechatsim.JoinVia{}))
	for g, chatType := range map[*wechatsim.Group]int{customers: 4, ordinary: 3} {
		data, iv, err := mei.EnterFromGroup(mpID, g)
		must(t, err)
		plain, _ := openSession(t, key, iv, data)
		var got struct {
			OpenGID     string `json:"opengid"`
			GroupOpenID string `json:"group_openid"`
			ChatType    int    `json:"chat_type"`
			Watermark   struct {
				AppID     string
				Timestamp int64
			}
		}
		must(t, json.Unmarshal(plain, &got))
		if got.OpenGID != g.OpenGID(mpID) || got.GroupOpenID != mei.GroupOpenID(mpID, g) || got.ChatType != chatType ||
			got.Watermark.AppID != mpID || got.Watermark.Timestamp != w.clock.Now().Unix() {
			t.Errorf("entry %s", plain)
		}
	}
	token := w.token(t, corpID)
	mapped := w.post(t, ext+"opengid_to_chatid", token, map[string]any{"opengid": customers.OpenGID(mpID)})
	if mapped.text("chat_id") != customers.ChatID() {
		t.Errorf("mapped %v", mapped)
	}
	wantCode(t, w.post(t, ext+"opengid_to_chatid", token, map[string]any{"opengid": ordinary.OpenGID(mpID)}), 40058)
}

func TestCustomerServiceWindows(t *testing.T) {
	t.Parallel()
	w := newWorld(t, wechatsim.Options{}, "")
	mei := w.NewPerson("Mei")
	send := func() answer {
		return w.post(t, "/cgi-bin/message/custom/send", w.token(t, oaID), map[string]any{
			"touser": mei.OpenID(oaID), "msgtype": "text", "text": map[string]any{"content": "hi"}})
	}
	wantCode(t, send(), 45015)
	_, err := mei.ScanOfficialQR(t.Context(), oaID, "V1")
	must(t, err)
	for range 3 {
		wantCode(t, send(), 0)
	}
	wantCode(t, send(), 45047)
	w.clock.Add(time.Minute)
	wantCode(t, send(), 45015)
	_, err = mei.SendText(t.Context(), oaID, "hello")
	must(t, err)
	w.clock.Add(47 * time.Hour)
	for range 5 {
		wantCode(t, send(), 0)
	}
	wantCode(t, send(), 45047)
	if got := mei.Inbox(oaID); len(got) != 8 || got[0].Text != "hi" {
		t.Errorf("inbox %+v", got)
	}
	must(t, mei.Unfollow(t.Context(), oaID))
	wantCode(t, send(), 45015)
}

func TestSubscriptionMessages(t *testing.T) {
	t.Parallel()
	w := newWorld(t, wechatsim.Options{SendLatency: 100 * time.Millisecond}, "")
	mei := w.NewPerson("Mei")
	token := w.token(t, mpID)
	send := func(value string) answer {
		return w.post(t, "/cgi-bin/message/subscribe/send", token, map[string]any{
			"touser": mei.OpenID(mpID), "template_id": "T1", "page": "pages/week",
			"data": map[string]any{"thing1": map[string]any{"value": value}}})
	}
	wantCode(t, send("hello"), 43101)
	must(t, mei.AcceptSubscribe(t.Context(), mpID, "T1"))
	must(t, mei.AcceptSubscribe(t.Context(), mpID, "T1"))
	wantCode(t, send("a thing of more than twenty characters"), 47003)
	codes := make(chan int, 8)
	var all sync.WaitGroup
	for range cap(codes) {
		all.Go(func() { codes <- send("hello").code() })
	}
	all.Wait()
	close(codes)
	count := map[int]int{}
	for code := range codes {
		count[code]++
	}
	if count[0] < 1 || count[0] > 2 || count[0]+count[43108]+count[43101] != cap(codes) {
		t.Errorf("codes %v", count)
	}
	if mei.Credits(mpID, "T1") != 2-count[0] || len(mei.Inbox(mpID)) != count[0] {
		t.Errorf("credits %d after %d", mei.Credits(mpID, "T1"), count[0])
	}
}

func TestCodesAndLinks(t *testing.T) {
	t.Parallel()
	w := newWorld(t, wechatsim.Options{}, "")
	token := w.token(t, mpID)
	fetch := func(in string) (string, []byte) {
		resp, err := http.Post(w.api+"/wxa/getwxacodeunlimit?access_token="+token, "application/json", strings.NewReader(in))
		must(t, err)
		defer func() { _ = resp.Body.Close() }()
		raw, err := io.ReadAll(resp.Body)
		must(t, err)
		return resp.Header.Get("Content-Type"), raw
	}
	kind, raw := fetch(`{"scene":"c=Ab9","page":"pages/offer"}`)
	if kind != "image/jpeg" || !strings.Contains(string(raw), "pages/offer?scene=c=Ab9") {
		t.Errorf("%s, %d bytes", kind, len(raw))
	}
	for in, code := range map[string]string{
		`{"scene":""}`: "40169", `{"scene":"` + strings.Repeat("x", 33) + `"}`: "40169", `{"scene":"a%20"}`: "40129",
		`{"scene":"a","page":"/p"}`: "41030", `{"scene":"a","width":1300}`: "40097",
	} {
		if kind, raw := fetch(in); !strings.HasPrefix(kind, "application/json") || !strings.Contains(string(raw), code) {
			t.Errorf("%s: %s %s", in, kind, raw)
		}
	}
	link := w.post(t, "/wxa/generate_urllink", token, map[string]any{"path": "pages/offer", "query": "c=1", "expire_type": 1, "expire_interval": 30})
	if !strings.HasPrefix(link.text("url_link"), "https://wxaurl.cn/") {
		t.Errorf("link %v", link)
	}
	wantCode(t, w.post(t, "/wxa/generate_urllink", token, map[string]any{"expire_type": 1, "expire_interval": 31}), 85401)

	qr := w.post(t, "/cgi-bin/qrcode/create", w.token(t, oaID), map[string]any{"action_name": "QR_STR_SCENE",
		"expire_seconds": 600, "action_info": map[string]any{"scene": map[string]any{"scene_str": "V1"}}})
	mei := w.NewPerson("Mei")
	_, err := mei.ScanOfficialQR(t.Context(), oaID, qr.text("ticket"))
	must(t, err)
	if qr["errmsg"] != nil {
		t.Error("a ticket comes without errmsg: some clients take any for a failure")
	}
	w.clock.Add(10 * time.Minute)
	if _, err := mei.ScanOfficialQR(t.Context(), oaID, qr.text("ticket")); !errors.Is(err, wechatsim.ErrExpiredQR) {
		t.Error(err)
	}
}
