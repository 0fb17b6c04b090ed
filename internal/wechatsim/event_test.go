package wechatsim_test

import (
	"encoding/json"
	"encoding/xml"
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"

	"siyu/internal/wechatsim"
)

// TestEveryMessageType: a person can send each type of the documentation, and
// each is told with its own fields, as XML to an Official Account and as JSON
// to this Mini Program.
func TestEveryMessageType(t *testing.T) {
	t.Parallel()
	c := newCallback(t)
	w := newWorld(t, wechatsim.Options{}, c.URL)
	mei := w.NewPerson("Mei")
	if _, err := mei.Send(t.Context(), oaID, wechatsim.Message{Type: "text", Content: "hi"}); !errors.Is(err, wechatsim.ErrNotFollowing) {
		t.Errorf("a stranger wrote: %v", err)
	}
	_, err := mei.Follow(t.Context(), oaID)
	must(t, err)
	want := map[string][]string{
		"text":            {"Content", "MsgId", "bizmsgmenuid"},
		"image":           {"PicUrl", "MediaId", "MsgId"},
		"voice":           {"MediaId", "Format", "Recognition", "MsgId"},
		"video":           {"MediaId", "ThumbMediaId", "MsgId"},
		"shortvideo":      {"MediaId", "ThumbMediaId", "MsgId"},
		"location":        {"Location_X", "Location_Y", "Scale", "Label", "MsgId"},
		"link":            {"Title", "Description", "Url", "MsgId"},
		"miniprogrampage": {"Title", "AppId", "PagePath", "ThumbUrl", "ThumbMediaId", "MsgId"},
	}
	whole := wechatsim.Message{
		Content: "<你好>", MenuID: "101", Recognition: "早", Latitude: 49.5, Longitude: -123.25, Scale: 16, Label: "Main St",
		Title: "T", Description: "D", URL: "https://example.com/?a=1&b=2", AppID: mpID, PagePath: "pages/index",
	}
	for _, kind := range wechatsim.MessageTypes() {
		m := whole
		m.Type = kind
		_, err := mei.Send(t.Context(), mpID, m)
		must(t, err)
		var object map[string]any
		must(t, json.Unmarshal([]byte(c.last(t)), &object))
		for _, name := range append(want[kind], "ToUserName", "FromUserName", "CreateTime", "MsgType") {
			if v, told := object[name]; !told || v == "" {
				t.Errorf("%s: no %s in %v", kind, name, object)
			}
		}
		if len(object) != len(want[kind])+4 {
			t.Errorf("%s: more than its fields: %v", kind, object)
		}
		_, err = mei.Send(t.Context(), oaID, m)
		if kind == "miniprogrampage" {
			if !errors.Is(err, wechatsim.ErrWrongKind) {
				t.Errorf("an Official Account got a Mini Program card: %v", err)
			}
			continue
		}
		must(t, err)
		wantTags(t, c.last(t), "MsgType", kind)
		for _, name := range want[kind] {
			if tag(c.last(t), name) == "(none)" {
				t.Errorf("%s: no %s in %s", kind, name, c.last(t))
			}
		}
	}
	_, err = mei.Send(t.Context(), oaID, wechatsim.Message{Type: "text", Content: "x", ArticleID: "2247484000", ArticleIndex: 2})
	must(t, err)
	wantTags(t, c.last(t), "MsgDataId", "2247484000", "Idx", "2", "bizmsgmenuid", "(none)")
	if _, err := mei.Send(t.Context(), oaID, wechatsim.Message{Type: "hologram"}); !errors.Is(err, wechatsim.ErrWrongKind) {
		t.Errorf("hologram: %v", err)
	}
}

// TestEveryEvent: each event of the catalogue arrives whole, in the account's format.
func TestEveryEvent(t *testing.T) {
	t.Parallel()
	c := newCallback(t)
	w := newWorld(t, wechatsim.Options{}, c.URL)
	mei := w.NewPerson("Mei")
	total := 0
	for kind, id := range map[string]string{"official": oaID, "miniprogram": mpID} {
		for _, name := range wechatsim.EventNames(kind) {
			_, err := w.Event(t.Context(), id, mei, name)
			must(t, err)
			last := c.last(t)
			var event string
			if kind == "official" {
				var in struct{ Event, FromUserName string }
				must(t, xml.Unmarshal([]byte(last), &in))
				event = in.Event
			} else {
				var in struct{ Event, FromUserName string }
				must(t, json.Unmarshal([]byte(last), &in))
				event = in.Event
			}
			if event != name || !strings.Contains(last, mei.OpenID(id)) {
				t.Errorf("%s came as %s", name, last)
			}
			total++
		}
	}
	if total < 25 {
		t.Errorf("only %d events", total)
	}
}

func TestEventShapes(t *testing.T) {
	t.Parallel()
	c := newCallback(t)
	w := newWorld(t, wechatsim.Options{}, c.URL)
	mei := w.NewPerson("Mei")
	_, err := mei.Follow(t.Context(), oaID)
	must(t, err)
	push := func(id, event string, fields ...wechatsim.Field) string {
		_, err := w.Event(t.Context(), id, mei, event, fields...)
		must(t, err)
		return c.last(t)
	}
	for got, want := range map[string]string{
		push(oaID, "pic_weixin"):                                               "<SendPicsInfo><Count>1</Count><PicList><item><PicMd5Sum>",
		push(oaID, "MASSSENDJOBFINISH"):                                        "<ArticleUrlResult><Count>1</Count><ResultList><item><ArticleIdx>1</ArticleIdx>",
		push(oaID, "PUBLISHJOBFINISH"):                                         "<article_detail><count>1</count><item><idx>1</idx>",
		push(mpID, "wxa_media_check"):                                          `"detail":[{"strategy":"content_model","errcode":0,"suggest":"pass","label":100,"prob":90}],"errcode":0`,
		push(mpID, "subscribe_msg_sent_event"):                                 `"List":{"TemplateId":"T1"`,
		push(oaID, "user_authorization_revoke"):                                "<RevokeInfo><![CDATA[301]]></RevokeInfo>",
		push(mpID, "weapp_audit_fail"):                                         `"Reason":"1:account`,
		push(oaID, "kf_switch_session"):                                        "<ToKfAccount><![CDATA[test2@test]]>",
		push(oaID, "unheard_of", wechatsim.Field{Name: "New", Value: 7}):       "<New>7</New>",
		push(oaID, "LOCATION", wechatsim.Field{Name: "Latitude", Value: 23.5}): "<Latitude>23.5</Latitude><Longitude>-123.1207</Longitude>",
	} {
		if !strings.Contains(got, want) {
			t.Errorf("no %s in %s", want, got)
		}
	}
	_, err = mei.ScanFromMenu(t.Context(), oaID, "k", "https://example.com", true)
	must(t, err)
	if got := c.last(t); !strings.Contains(got, "<ScanCodeInfo><ScanType><![CDATA[qrcode]]></ScanType><ScanResult><![CDATA[https://example.com]]>") {
		t.Error(got)
	}
	_, err = mei.SendPlaceFromMenu(t.Context(), oaID, "k", wechatsim.Place{Latitude: 1.5, Longitude: 2, Scale: 15, Label: "L"})
	must(t, err)
	wantTags(t, c.last(t), "Event", "location_select", "Location_X", "1.5", "Scale", "15")
	_, err = mei.ViewMenu(t.Context(), oaID, "https://example.com", "7")
	must(t, err)
	wantTags(t, c.last(t), "Event", "VIEW", "MenuId", "7")
	_, err = mei.ReportLocation(t.Context(), oaID, 1, 2, 3)
	must(t, err)
	wantTags(t, c.last(t), "Event", "LOCATION", "Precision", "3")
}

// TestOneDialogWithSeveralAnswers: one tap is one push, and what is withdrawn is gone.
func TestOneDialogWithSeveralAnswers(t *testing.T) {
	t.Parallel()
	c := newCallback(t)
	w := newWorld(t, wechatsim.Options{}, c.URL)
	mei := w.NewPerson("Mei")
	must(t, mei.AnswerSubscribe(t.Context(), mpID, wechatsim.Answer{TemplateID: "T1", Answer: "accept"},
		wechatsim.Answer{TemplateID: "T2", Answer: "reject"}))
	if got := c.last(t); !strings.Contains(got, `"List":[{"TemplateId":"T1","SubscribeStatusString":"accept","PopupScene":"0"},{"TemplateId":"T2","SubscribeStatusString":"reject"`) {
		t.Error(got)
	}
	if mei.Credits(mpID, "T1") != 1 || mei.Credits(mpID, "T2") != 0 {
		t.Error("credits do not follow the answers")
	}
	must(t, mei.WithdrawSubscribe(t.Context(), mpID, "T1"))
	if got := c.last(t); !strings.Contains(got, `"List":{"TemplateId":"T1","SubscribeStatusString":"reject"}`) || mei.Credits(mpID, "T1") != 0 {
		t.Error(got)
	}
	if err := mei.AnswerSubscribe(t.Context(), mpID, wechatsim.Answer{TemplateID: "T1", Answer: "perhaps"}); !errors.Is(err, wechatsim.ErrWrongKind) {
		t.Error(err)
	}
}

// TestAnythingByHTTP: the same from the control plane.
func TestAnythingByHTTP(t *testing.T) {
	t.Parallel()
	c := newCallback(t)
	w := newWorld(t, wechatsim.Options{}, c.URL)
	mei := w.NewPerson("Mei")
	_, err := mei.Follow(t.Context(), oaID)
	must(t, err)
	c.reply = func(_ int, d delivery, rw http.ResponseWriter, _ *http.Request) {
		if tag(d.inner, "MsgType") == "voice" {
			_, _ = io.WriteString(rw, seal(t, d, textReply(d, "heard")))
		}
	}
	if got := w.ctl(t, http.MethodPost, "/_sim/people/p1/send", `{"appid":"`+oaID+`","message":{"type":"voice","recognition":"早"}}`, 200); !strings.Contains(got, "heard") {
		t.Error(got)
	}
	wantTags(t, c.last(t), "MsgType", "voice", "Recognition", "早", "Format", "amr")
	w.ctl(t, http.MethodPost, "/_sim/people/p1/event", `{"appid":"`+oaID+`","event":"scancode_push","fields":{"ScanCodeInfo":{"ScanResult":"x"},"More":[{"a":1},{"a":2.5}]}}`, 200)
	if got := c.last(t); !strings.Contains(got, "<ScanCodeInfo><ScanResult><![CDATA[x]]></ScanResult></ScanCodeInfo><More><a>1</a></More><More><a>2.5</a></More>") {
		t.Error(got)
	}
	w.ctl(t, http.MethodPost, "/_sim/accounts/"+mpID+"/event", `{"event":"debug_demo","fields":{"debug_str":"<hi>"}}`, 200)
	if got := c.last(t); !strings.Contains(got, `"debug_str":"<hi>"`) {
		t.Error(got)
	}
	w.ctl(t, http.MethodPost, "/_sim/accounts/"+oaID+"/push", `{"openid":"o1","raw":"<xml><MsgType>future</MsgType></xml>"}`, 200)
	if got := c.last(t); got != "<xml><MsgType>future</MsgType></xml>" {
		t.Error(got)
	}
	w.ctl(t, http.MethodPost, "/_sim/people/p1/send", `{"appid":"`+oaID+`"}`, 400)
	w.ctl(t, http.MethodPost, "/_sim/people/p1/answer", `{"appid":"`+mpID+`","answers":[{"template_id":"T9","answer":"accept"}]}`, 200)
	w.ctl(t, http.MethodPost, "/_sim/people/p1/withdraw", `{"appid":"`+mpID+`","templates":["T9"]}`, 200)
	if mei.Credits(mpID, "T9") != 0 {
		t.Error("withdrawn by HTTP, and still there")
	}
}

// TestTapMenu: what a button of the published menu pushes follows from its type.
func TestTapMenu(t *testing.T) {
	t.Parallel()
	c := newCallback(t)
	w := newWorld(t, wechatsim.Options{}, c.URL)
	mei := w.NewPerson("Mei")
	does(t, w, mei, oaID, "follow")
	if _, err := mei.TapMenu(t.Context(), oaID, "Offers"); !errors.Is(err, wechatsim.ErrNoButton) {
		t.Errorf("a button of no menu: %v", err)
	}
	wantCode(t, w.post(t, "/cgi-bin/menu/create", w.token(t, oaID), map[string]any{"button": []any{
		map[string]any{"type": "click", "name": "Offers", "key": "offers"},
		map[string]any{"name": "More", "sub_button": []any{
			map[string]any{"type": "view", "name": "Site", "url": "https://example.com/a"},
			map[string]any{"type": "scancode_waitmsg", "name": "Scan", "key": "till"},
			map[string]any{"type": "pic_weixin", "name": "Picture", "key": "pic"},
		}},
	}}), 0)
	if got := w.ctl(t, http.MethodGet, "/_sim/accounts/official/menu", "", http.StatusOK); !strings.Contains(got, `{"name":"Site","type":"view","value":"https://example.com/a","under":"More"}`) {
		t.Error(got)
	}
	for name, want := range map[string][]string{
		"Offers": {"Event", "CLICK", "EventKey", "offers"}, "Site": {"Event", "VIEW", "EventKey", "https://example.com/a"},
		"Scan": {"Event", "scancode_waitmsg", "EventKey", "till", "ScanType", "qrcode"}, "Picture": {"Event", "pic_weixin", "EventKey", "pic"},
	} {
		w.ctl(t, http.MethodPost, "/_sim/people/p1/tap", `{"appid":"official","name":"`+name+`"}`, http.StatusOK)
		wantTags(t, c.last(t), want...)
	}
	use := w.post(t, "/cgi-bin/openapi/quota/get", w.token(t, oaID), map[string]any{"cgi_path": "/cgi-bin/menu/create"})
	wantCode(t, use, 0)
	if q, _ := use["quota"].(map[string]any); q["used"] != 1.0 || q["daily_limit"] != 1000.0 {
		t.Errorf("quota of menu/create: %v", use)
	}
}
