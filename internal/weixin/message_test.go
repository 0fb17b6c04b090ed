package weixin_test

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"siyu/internal/weixin"
)

const (
	chatEvent = `<xml><ToUserName><![CDATA[ww1]]></ToUserName><FromUserName><![CDATA[sys]]></FromUserName>` +
		`<CreateTime>1403610513</CreateTime><MsgType><![CDATA[event]]></MsgType><Event><![CDATA[change_external_chat]]></Event>` +
		`<ChatId><![CDATA[wr1]]></ChatId><ChangeType><![CDATA[update]]></ChangeType><UpdateDetail><![CDATA[add_member]]></UpdateDetail>` +
		`<JoinScene>3</JoinScene><QuitScene>0</QuitScene><MemChangeCnt>2</MemChangeCnt>MEMBERS</xml>`
	popupXML = `<xml><ToUserName><![CDATA[gh_1]]></ToUserName><FromUserName><![CDATA[o1]]></FromUserName><CreateTime>1610969440</CreateTime>
<MsgType><![CDATA[event]]></MsgType><Event><![CDATA[subscribe_msg_popup_event]]></Event><SubscribeMsgPopupEvent>
<List><TemplateId><![CDATA[t1]]></TemplateId><SubscribeStatusString><![CDATA[accept]]></SubscribeStatusString><PopupScene>2</PopupScene></List>
<List><TemplateId><![CDATA[t2]]></TemplateId><SubscribeStatusString><![CDATA[reject]]></SubscribeStatusString><PopupScene>0</PopupScene></List>
</SubscribeMsgPopupEvent></xml>`
)

func parse(t *testing.T, body string) weixin.Message {
	t.Helper()
	m, err := weixin.ParseMessage([]byte(body))
	if err != nil {
		t.Fatalf("%s: %v", body, err)
	}
	return m
}

func TestFollowEvent(t *testing.T) {
	t.Parallel()
	m := parse(t, `<?xml version="1.0"?><!-- x --><xml a="1" b='>'><ToUserName>gh_1</ToUserName><FromUserName>o1</FromUserName>
<CreateTime> 123456789 </CreateTime><MsgType>event</MsgType><Event>subscribe</Event><EventKey>qrscene_a&amp;b</EventKey>
<Ticket>T</Ticket><Unknown><Deep>x</Deep></Unknown><Empty/></xml>`)
	want := weixin.Message{
		ToUserName: "gh_1", FromUserName: "o1", CreateTime: 123456789, MsgType: "event",
		Event: "subscribe", EventKey: "qrscene_a&b", Ticket: "T",
	}
	if d := cmp.Diff(want, m); d != "" {
		t.Error(d)
	}
}

func TestMemberLists(t *testing.T) {
	t.Parallel()
	for _, members := range []string{
		`<MemChangeList><![CDATA[wm1,wm2]]></MemChangeList>`,
		`<MemChangeList>wm1</MemChangeList><MemChangeList>wm2</MemChangeList>`,
		"<MemChangeList>\n<Item>wm1</Item>\n<Item><![CDATA[wm2]]></Item>\n</MemChangeList>",
	} {
		m := parse(t, strings.Replace(chatEvent, "MEMBERS", members, 1))
		want := weixin.Message{
			ToUserName: "ww1", FromUserName: "sys", CreateTime: 1403610513, MsgType: "event", Event: "change_external_chat",
			ChatID: "wr1", ChangeType: "update", UpdateDetail: "add_member", JoinScene: 3, MemChangeCnt: 2,
			MemChangeList: []string{"wm1", "wm2"},
		}
		if d := cmp.Diff(want, m); d != "" {
			t.Errorf("%s: %s", members, d)
		}
	}
	for _, members := range []string{`"wm1,wm2"`, `["wm1","wm2"]`, `{"Item":["wm1","wm2"]}`} {
		m := parse(t, `{"MemChangeList":`+members+`}`)
		if !slices.Equal(m.MemChangeList, []string{"wm1", "wm2"}) {
			t.Errorf("%s: %q", members, m.MemChangeList)
		}
	}
}

func TestSubscriptionLists(t *testing.T) {
	t.Parallel()
	two := []weixin.Subscription{{TemplateID: "t1", Status: "accept", PopupScene: 2}, {TemplateID: "t2", Status: "reject"}}
	const one = `{"TemplateId":"t1","SubscribeStatusString":"accept","PopupScene":"2"}`
	for body, want := range map[string][]weixin.Subscription{
		popupXML: two,
		`{"Event":"subscribe_msg_popup_event","List":` + one + `}`:                                          two[:1],
		`{"List":[` + one + `,{"TemplateId":"t2","SubscribeStatusString":"reject","PopupScene":0}]}`:        two,
		`{"List":{"TemplateId":"t","MsgID":"1700827132819554304","ErrorCode":"0","ErrorStatus":"success"}}`: {{TemplateID: "t", MsgID: "1700827132819554304", ErrorStatus: "success"}},
		`{"List":null}`: nil,
		`{"List":"?"}`:  nil,
	} {
		if d := cmp.Diff(want, parse(t, body).Subscriptions); d != "" {
			t.Errorf("%s: %s", body, d)
		}
	}
}

func TestNumbersAsText(t *testing.T) {
	t.Parallel()
	for _, body := range []string{
		`{"CreateTime":"1610969440","MsgId":"23","JoinScene":"3","Content":null}`,
		`{"CreateTime":1610969440,"MsgId":23,"JoinScene":3,"Content":{"a":1}}`,
	} {
		m := parse(t, body)
		if m.CreateTime != 1610969440 || m.MsgID != "23" || m.JoinScene != 3 || m.Content != "" {
			t.Errorf("%s: %+v", body, m)
		}
	}
	// A 64-bit id must not pass through a float.
	if m := parse(t, `{"MsgId":9223372036854775807}`); m.MsgID != "9223372036854775807" {
		t.Errorf("%q", m.MsgID)
	}
}

func TestDedupeKey(t *testing.T) {
	t.Parallel()
	key := func(body string) string { return parse(t, body).DedupeKey([]byte(body)) }
	if got := key(`{"MsgType":"text","MsgId":7}`); got != "m:7" {
		t.Errorf("message: %s", got)
	}
	// An event may carry the MsgID of the job it reports on; two reports of one job are two events.
	a, b := key(`{"MsgType":"event","MsgID":7,"Status":"success"}`), key(`{"MsgType":"event","MsgID":7,"Status":"failed"}`)
	if a == b || len(a) != 34 || !strings.HasPrefix(a, "e:") {
		t.Errorf("events: %s %s", a, b)
	}
	join := strings.Replace(chatEvent, "MEMBERS", "", 1)
	leave := strings.Replace(join, "add_member", "del_member", 1)
	if key(join) == key(leave) { // the documented key, FromUserName and CreateTime, is the same for both
		t.Error("two changes of a group in one second are one")
	}
	if first, retry := key(join), key(join); first != retry {
		t.Error("a retry is another event")
	}
}

func TestBadTextIsReplaced(t *testing.T) {
	t.Parallel()
	if m := parse(t, "<xml><Content>a\xff\xfeb</Content></xml>"); m.Content != "a\uFFFDb" {
		t.Errorf("xml %q", m.Content)
	}
	if m := parse(t, "{\"Content\":\"a\xffb\"}"); m.Content != "a\uFFFDb" {
		t.Errorf("json %q", m.Content)
	}
	if m := parse(t, "\xef\xbb\xbf<xml><Content>a\x14b</Content></xml>"); m.Content != "a\x14b" { // old phones send such emoji
		t.Errorf("control character %q", m.Content)
	}
}

func TestXMLText(t *testing.T) {
	t.Parallel()
	for body, want := range map[string]string{
		"a&lt;&gt;&amp;&apos;&quot;b":               `a<>&'"b`,
		"&#20320;&#x597d;":                          "你好",
		"<![CDATA[a]]]]><![CDATA[>b]]>":             "a]]>b",
		"a<!-- c -->b<?p i?>c":                      "abc",
		"a<![CDATA[ & ]]>b":                         "a & b",
		"a\r\nb\rc":                                 "a\nb\nc",
		"<![CDATA[a\r\nb]]>":                        "a\nb",
		"a<b>x</b>c":                                "ac",
		"<![CDATA[]]>":                              "",
		"<![CDATA[<Content>x</Content><!DOCTYPE]]>": "<Content>x</Content><!DOCTYPE",
	} {
		if got := parse(t, "<xml><Content>"+body+"</Content></xml>").Content; got != want {
			t.Errorf("%q: got %q, want %q", body, got, want)
		}
	}
}

func TestMalformedXML(t *testing.T) {
	t.Parallel()
	deep := strings.Repeat("<a>", 17) + strings.Repeat("</a>", 17)
	for _, body := range []string{
		"<", "<>", "<xml", "<xml>", "</xml>", "<xml></lmx>", "<xml/><xml/>", "<xml></xml>x", "<xml></xml></xml>", "<1/>",
		"<xml><a></xml></a>", "<xml>&bad;</xml>", "<xml>&amp</xml>", "<xml>&#0;</xml>", "<xml>&#xD800;</xml>", "<xml>&#x110000;</xml>",
		"<xml>]]></xml>", "<xml><![CDATA[</xml>", "<xml><!-- -- --></xml>", "<xml><!-- </xml>", "<xml><? </xml>", "<xml a></xml>",
		"<xml a=1></xml>", `<xml a="<"></xml>`, `<xml a="></xml>`, "<!DOCTYPE x><xml/>", "<xml><!ENTITY a 'b'></xml>", "<!---->",
		"<![CDATA[x]]>", deep, "<xml><CreateTime>soon</CreateTime></xml>", "<xml><CreateTime></CreateTime></xml>", "<xml/ >",
	} {
		if _, err := weixin.ParseMessage([]byte(body)); !errors.Is(err, weixin.ErrMalformed) {
			t.Errorf("%s: %v", body, err)
		}
	}
}

func TestField(t *testing.T) {
	t.Parallel()
	for _, env := range []weixin.Envelope{
		{Plain: []byte(`<xml><SessionFrom><![CDATA[page=1]]></SessionFrom><A><Hidden>x</Hidden></A></xml>`)},
		{Plain: []byte(` {"SessionFrom":"page=1","A":{"Hidden":"x"}}`), Format: weixin.JSON},
	} {
		if got := env.Field("SessionFrom"); got != "page=1" {
			t.Errorf("%q", got)
		}
		if env.Field("Hidden") != "" || env.Field("None") != "" {
			t.Error("a field that is not there")
		}
	}
}
