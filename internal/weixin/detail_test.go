package weixin_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"siyu/internal/weixin"
)

// TestMalformedParts: a part that is not what the documents promise reads as empty, and the rest of the push is there.
func TestMalformedParts(t *testing.T) {
	t.Parallel()
	const head = `"MsgType":"event","FromUserName":"o1","CreateTime":1,`
	for _, body := range []string{
		`{` + head + `"Event":"wxa_media_check","result":"none","detail":{"a":[1]},"errcode":{"x":1}}`,
		`{` + head + `"Event":"pic_weixin","SendPicsInfo":[1,2]}`,
		`{` + head + `"Event":"PUBLISHJOBFINISH","PublishEventInfo":{"article_detail":7,"fail_idx":["x"]}}`,
		`{` + head + `"Event":"subscribe_msg_popup_event","List":["x",7,null,[],{}]}`,
		`{` + head + `"Event":"LOCATION","Latitude":"north","Longitude":"NaN","Precision":"1e999"}`,
		`{` + head + `"Event":"location_select"}`,
		`{` + head + `"Event":"LOCATION","Deep":` + strings.Repeat(`{"a":`, 50) + `1` + strings.Repeat(`}`, 50) + `}`,
		`<xml><MsgType>event</MsgType><FromUserName>o1</FromUserName><CreateTime>1</CreateTime><Event>MASSSENDJOBFINISH</Event>` +
			`<TotalCount>many</TotalCount><ArticleUrlResult>x</ArticleUrlResult><ResultList/></xml>`,
	} {
		m := parse(t, body)
		if m.FromUserName != "o1" || m.CreateTime != 1 || m.Event == "" || len(m.Subscriptions) != 0 {
			t.Errorf("%s: %+v", body, m)
		}
		if m.Place != nil && *m.Place != (weixin.Place{}) {
			t.Errorf("%s: %+v", body, m.Place)
		}
	}
}

// TestUnknownPush: what we do not know is a message like any other, and all of it can be reached.
func TestUnknownPush(t *testing.T) {
	t.Parallel()
	for _, body := range []string{
		`<xml><MsgType>hologram</MsgType><MsgId>7</MsgId><Beam><Part><Hue>1</Hue></Part><Part><Hue>2</Hue></Part></Beam></xml>`,
		`{"MsgType":"hologram","MsgId":7,"Beam":{"Part":[{"Hue":1},{"Hue":"2"}]}}`,
	} {
		m := parse(t, body)
		if m.MsgType != "hologram" || m.MsgID != "7" {
			t.Errorf("%+v", m)
		}
		tree, err := weixin.ParseTree([]byte(body))
		if err != nil {
			t.Fatal(err)
		}
		want := []weixin.Node{{Name: "Part", Parts: []weixin.Node{{Name: "Hue", Text: "1"}}},
			{Name: "Part", Parts: []weixin.Node{{Name: "Hue", Text: "2"}}}}
		if d := cmp.Diff(want, tree.At("beam").All("part")); d != "" {
			t.Errorf("%s: %s", body, d)
		}
		env := weixin.Envelope{Plain: []byte(body)}
		if got := env.Field("Beam.Part.Hue"); got != "1" {
			t.Errorf("%s: %q", body, got)
		}
	}
	if _, err := weixin.ParseTree([]byte("[1]")); !errors.Is(err, weixin.ErrMalformed) {
		t.Errorf("no push: %v", err)
	}
}

// TestPerson: the events about consent come from the platform's own account and name the person inside.
func TestPerson(t *testing.T) {
	t.Parallel()
	m := parse(t, `{"MsgType":"event","Event":"user_authorization_revoke","FromUserName":"oPlatform","OpenID":"o1","RevokeInfo":"1,2"}`)
	if m.Person() != "o1" || len(m.Consent.RevokeInfo) != 2 {
		t.Errorf("%s %+v", m.Person(), m.Consent)
	}
	if m := parse(t, `{"MsgType":"text","FromUserName":"o2"}`); m.Person() != "o2" {
		t.Errorf("%s", m.Person())
	}
}
