package weixin_test

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"errors"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"siyu/internal/weixin"
)

// FuzzOpen holds that Open never panics, that without the token nothing is opened, and that what is opened with it is
// exactly what was sealed.
func FuzzOpen(f *testing.F) {
	for _, s := range samples(f) {
		if s.Kind == "msg_decrypt" {
			f.Add("timestamp="+s.Timestamp+"&nonce="+s.Nonce+"&msg_signature="+s.MsgSignature, xmlBody(s.Encrypt), s.Expect.Plaintext)
			f.Add("timestamp="+s.Timestamp+"&nonce="+s.Nonce+"&signature="+s.MsgSignature, jsonBody(s.Encrypt), s.Expect.Plaintext)
		}
	}
	f.Add("", []byte(textMessage), textMessage)
	f.Add("encrypt_type=aes", []byte(`{"Encrypt":""}`), `{"List":[{}]}`)
	r := receiver(f, testAccount(), testNow)
	g := newForge()
	f.Fuzz(func(t *testing.T, query string, body []byte, message string) {
		if env, err := r.Open(query, body); err == nil {
			t.Fatalf("forged: %q", env.Plain)
		} else if !errors.Is(err, weixin.ErrRejected) && !errors.Is(err, weixin.ErrMalformed) && !errors.Is(err, weixin.ErrTooLarge) {
			t.Fatalf("another error: %v", err)
		}
		enc := g.encrypt(message)
		for _, outer := range [][]byte{xmlBody(enc), jsonBody(enc)} {
			env, err := r.Open(g.query(enc).Encode(), outer)
			if err != nil && !errors.Is(err, weixin.ErrMalformed) && !errors.Is(err, weixin.ErrTooLarge) {
				t.Fatalf("honest push of %q: %v", message, err)
			}
			if err == nil && string(env.Plain) != message {
				t.Fatalf("%q came as %q", message, env.Plain)
			}
		}
	})
}

// std is Message as encoding/xml reads it.
type std struct {
	ToUserName, FromUserName, MsgType, Content, Event, EventKey, Ticket string
	CreateTime                                                          string
	MsgID                                                               string `xml:"MsgId"`
	Lists                                                               []struct {
		TemplateID string `xml:"TemplateId"`
		Status     string `xml:"SubscribeStatusString"`
	} `xml:"SubscribeMsgPopupEvent>List"`
}

// FuzzParseXML holds that where encoding/xml reads a document too, both read the same.
func FuzzParseXML(f *testing.F) {
	for _, s := range samples(f) {
		f.Add([]byte(s.Expect.Plaintext))
		f.Add([]byte(s.Plaintext))
	}
	f.Add([]byte(textMessage))
	f.Add([]byte(popupXML))
	f.Add([]byte(strings.Replace(chatEvent, "MEMBERS", "<MemChangeList><Item>a</Item></MemChangeList>", 1)))
	f.Add([]byte("<xml a='>'><!-- c --><Content>a&#x597d;<![CDATA[]]]]><![CDATA[>]]>\r\n<b/>c</Content><?p?></xml>"))
	f.Fuzz(func(t *testing.T, body []byte) {
		m, err := weixin.ParseMessage(body)
		if err != nil {
			if !errors.Is(err, weixin.ErrMalformed) {
				t.Fatal(err)
			}
			return
		}
		var s std
		if m.Format != weixin.XML || bytes.Contains(body, []byte{':'}) || xml.Unmarshal(body, &s) != nil { // we know no namespaces
			return
		}
		pairs := [][2]string{
			{m.ToUserName, s.ToUserName}, {m.FromUserName, s.FromUserName}, {m.MsgType, s.MsgType}, {m.Content, s.Content},
			{m.Event, s.Event}, {m.EventKey, s.EventKey}, {m.Ticket, s.Ticket},
		}
		if !bytes.Contains(body, []byte("MsgID")) { // we read both spellings
			pairs = append(pairs, [2]string{m.MsgID, s.MsgID})
		}
		for i, p := range pairs {
			if p[0] != p[1] {
				t.Fatalf("field %d: we read %q, encoding/xml %q", i, p[0], p[1])
			}
		}
		if len(m.Subscriptions) != len(s.Lists) {
			t.Fatalf("we read %d lists, encoding/xml %d", len(m.Subscriptions), len(s.Lists))
		}
		for i, l := range s.Lists {
			if m.Subscriptions[i].TemplateID != l.TemplateID || m.Subscriptions[i].Status != l.Status {
				t.Fatalf("list %d: %+v, %+v", i, m.Subscriptions[i], l)
			}
		}
	})
}

// FuzzParseJSON holds that only JSON is read as JSON and that what was read can be written and read again.
func FuzzParseJSON(f *testing.F) {
	for _, s := range samples(f) {
		f.Add([]byte(s.Expect.Plaintext))
		f.Add([]byte(s.Body))
	}
	f.Add([]byte(`{"CreateTime":"1","MsgId":9223372036854775807,"List":[{"TemplateId":"t","PopupScene":"1"}],"MemChangeList":{"Item":["a"]}}`))
	f.Add([]byte(`{"List":{"TemplateId":"t"},"MemChangeList":"a,b"}`))
	f.Fuzz(func(t *testing.T, body []byte) {
		m, err := weixin.ParseMessage(body)
		if err != nil || m.Format != weixin.JSON {
			return
		}
		if !json.Valid(bytes.TrimPrefix(body, []byte("\xef\xbb\xbf"))) {
			t.Fatalf("read as JSON: %q", body)
		}
		if !utf8.ValidString(m.Content + m.FromUserName + m.EventKey) {
			t.Fatal("bad text came through")
		}
		again, err := json.Marshal(map[string]any{
			"Content": m.Content, "FromUserName": m.FromUserName, "EventKey": m.EventKey, "CreateTime": m.CreateTime, "MsgId": m.MsgID,
		})
		if err != nil {
			t.Fatal(err)
		}
		n, err := weixin.ParseMessage(again)
		if err != nil || n.Content != m.Content || n.FromUserName != m.FromUserName || n.EventKey != m.EventKey ||
			n.CreateTime != m.CreateTime || n.MsgID != m.MsgID {
			t.Fatalf("%+v\n%+v\n%v", m, n, err)
		}
	})
}

// FuzzDecryptData holds that nothing a phone sends panics, and that only data with our watermark is opened.
func FuzzDecryptData(f *testing.F) {
	for _, s := range samples(f) {
		if s.Kind == "mp_decrypt_data" {
			f.Add(s.SessionKey, s.EncryptedData, s.IV, []byte(s.Expect.Plaintext))
		}
	}
	f.Add(sessionKey, "QUFBQUFBQUFBQUFBQUFB", sessionIV, []byte(groupData("wxmini", testNow)))
	f.Fuzz(func(t *testing.T, key, data, iv string, plain []byte) {
		now := time.Unix(testNow, 0)
		if got, err := weixin.DecryptData(key, data, iv, "wxfuzz", now, time.Hour); err == nil && !bytes.Contains(got, []byte("wxfuzz")) {
			t.Fatalf("opened %q", got)
		}
		got, err := weixin.DecryptData(sessionKey, phone(pad16(string(plain))), sessionIV, "wxmini", now, 0)
		if err == nil && !bytes.Equal(got, plain) {
			t.Fatalf("%q came as %q", plain, got)
		}
		if _, err := weixin.ParseGroupEntry(plain); err != nil && !errors.Is(err, weixin.ErrMalformed) {
			t.Fatal(err)
		}
	})
}
