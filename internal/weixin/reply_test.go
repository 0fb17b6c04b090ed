package weixin_test

import (
	"encoding/json"
	"encoding/xml"
	"strings"
	"testing"

	"siyu/internal/weixin"
)

// answer is what the platform reads of our reply.
type answer struct {
	ToUserName   string
	FromUserName string
	CreateTime   int64
	MsgType      string
	Content      string
	MediaID      string `xml:"Image>MediaId"`
	ArticleCount int
	Articles     []struct{ Title, Description, PicUrl, Url string } `xml:"Articles>item"` //nolint:revive // the platform's names
	KfAccount    string                                             `xml:"TransInfo>KfAccount"`
}

func seal(t *testing.T, r *weixin.Receiver, reply weixin.Reply, m weixin.Message) ([]byte, string) {
	t.Helper()
	body, kind, err := r.Seal(reply, m, "1320562132")
	if err != nil {
		t.Fatal(err)
	}
	return body, kind
}

func plainReceiver(t *testing.T) *weixin.Receiver {
	t.Helper()
	a := testAccount()
	a.Plain, a.AESKey = true, ""
	return receiver(t, a, testNow)
}

func TestPlainReplies(t *testing.T) {
	t.Parallel()
	r, m := plainReceiver(t), weixin.Message{ToUserName: "gh_1", FromUserName: "o1"}
	read := func(reply weixin.Reply) answer {
		t.Helper()
		body, kind := seal(t, r, reply, m)
		var a answer
		if err := xml.Unmarshal(body, &a); err != nil || kind != "application/xml; charset=utf-8" {
			t.Fatalf("%s: %s %v", body, kind, err)
		}
		if a.ToUserName != "o1" || a.FromUserName != "gh_1" || a.CreateTime != testNow {
			t.Errorf("%s", body)
		}
		return a
	}
	const nasty = "你好 <a href=\"x\">]]></Content><x>&amp; ]]]]>> \n"
	if a := read(weixin.Text{Content: nasty + "\x00\x1b\xff"}); a.MsgType != "text" || a.Content != nasty+"\uFFFD" {
		t.Errorf("%q", a.Content)
	}
	if a := read(weixin.Image{MediaID: "m"}); a.MsgType != "image" || a.MediaID != "m" {
		t.Errorf("%+v", a)
	}
	a := read(weixin.News{Articles: []weixin.Article{{Title: "t", Description: "d", PicURL: "p", URL: "u"}, {Title: "t2"}}})
	if a.MsgType != "news" || a.ArticleCount != 2 || len(a.Articles) != 2 || a.Articles[0].Url != "u" || a.Articles[1].Title != "t2" {
		t.Errorf("%+v", a)
	}
	if a := read(weixin.Transfer{Account: "kf1@x"}); a.MsgType != "transfer_customer_service" || a.KfAccount != "kf1@x" {
		t.Errorf("%+v", a)
	}
	if a := read(weixin.Transfer{}); a.MsgType != "transfer_customer_service" || a.KfAccount != "" {
		t.Errorf("%+v", a)
	}
}

func TestNoReplyIsSuccess(t *testing.T) {
	t.Parallel()
	for _, r := range []*weixin.Receiver{receiver(t, testAccount(), testNow), plainReceiver(t)} {
		body, kind := seal(t, r, nil, weixin.Message{Format: weixin.JSON, Encrypted: true})
		if string(body) != "success" || kind != "text/plain; charset=utf-8" {
			t.Errorf("%s %s", body, kind)
		}
	}
}

// A sealed reply is opened with the receiver itself: the platform does the same with the same key.
func TestSealedReplies(t *testing.T) {
	t.Parallel()
	r := receiver(t, testAccount(), testNow)
	seen := map[string]bool{}
	for range 3 {
		body, _ := seal(t, r, weixin.Text{Content: "hi"}, weixin.Message{ToUserName: "gh_1", FromUserName: "o1", Encrypted: true})
		var outer struct {
			Encrypt, MsgSignature, Nonce string
			TimeStamp                    string
		}
		if err := xml.Unmarshal(body, &outer); err != nil {
			t.Fatal(err)
		}
		open(t, r, outer.MsgSignature, outer.TimeStamp, outer.Nonce, body)
		seen[outer.Encrypt] = true
	}
	if len(seen) != 3 {
		t.Error("two replies with the same random bytes")
	}
	body, kind := seal(t, r, weixin.Transfer{}, weixin.Message{Format: weixin.JSON, ToUserName: "gh_1", FromUserName: "o1"})
	var outer struct {
		Encrypt, MsgSignature, Nonce string
		TimeStamp                    json.Number
	}
	if err := json.Unmarshal(body, &outer); err != nil || kind != "application/json; charset=utf-8" || strings.Contains(string(body), `TimeStamp":"`) {
		t.Fatalf("%s %s %v", body, kind, err)
	}
	open(t, r, outer.MsgSignature, outer.TimeStamp.String(), outer.Nonce, body)
}

func open(t *testing.T, r *weixin.Receiver, signature, timestamp, nonce string, body []byte) {
	t.Helper()
	if nonce != "1320562132" || timestamp != "1790000000" {
		t.Errorf("nonce %q, timestamp %q", nonce, timestamp)
	}
	env, err := r.Open("msg_signature="+signature+"&timestamp="+timestamp+"&nonce="+nonce, body)
	if err != nil || env.Message.ToUserName != "o1" || env.Message.FromUserName != "gh_1" {
		t.Errorf("%+v %v", env.Message, err)
	}
}

func TestReplyFollowsTheRequest(t *testing.T) {
	t.Parallel()
	a := testAccount()
	a.Plain = true // plain in our configuration, but the push came encrypted
	r := receiver(t, a, testNow)
	body, _ := seal(t, r, weixin.Text{Content: "hi"}, weixin.Message{Encrypted: true})
	if !strings.Contains(string(body), "<Encrypt>") {
		t.Errorf("%s", body)
	}
	body, _ = seal(t, r, weixin.Text{Content: "hi"}, weixin.Message{})
	if strings.Contains(string(body), "<Encrypt>") {
		t.Errorf("%s", body)
	}
	body, _ = seal(t, r, weixin.News{Articles: []weixin.Article{{Title: "t", URL: "u"}}}, weixin.Message{Format: weixin.JSON})
	if !strings.Contains(string(body), `"Articles":[{"Title":"t","Description":"","PicUrl":"","Url":"u"}]`) {
		t.Errorf("%s", body)
	}
	body, _ = seal(t, r, weixin.Image{MediaID: "m"}, weixin.Message{Format: weixin.JSON})
	if !strings.Contains(string(body), `"Image":{"MediaId":"m"}`) {
		t.Errorf("%s", body)
	}
}

func TestEmptyRepliesAreRefused(t *testing.T) {
	t.Parallel()
	r := plainReceiver(t)
	for _, reply := range []weixin.Reply{weixin.Text{}, weixin.Image{}, weixin.News{}, weixin.News{Articles: make([]weixin.Article, 9)}} {
		if _, _, err := r.Seal(reply, weixin.Message{}, "1"); err == nil {
			t.Errorf("%T", reply)
		}
	}
}
