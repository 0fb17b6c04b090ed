package weixin_test

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"slices"
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
		var env weixin.Envelope
		var err error
		bounded(t, len(query)+len(body), func() { env, err = r.Open(query, body) })
		if err == nil {
			t.Fatalf("forged: %q", env.Plain)
		} else if !errors.Is(err, weixin.ErrRejected) && !errors.Is(err, weixin.ErrMalformed) && !errors.Is(err, weixin.ErrTooLarge) {
			t.Fatalf("another error: %v", err)
		}
		enc := g.encrypt(message)
		for _, outer := range [][]byte{xmlBody(enc), jsonBody(enc)} {
			query := g.query(enc).Encode()
			bounded(t, len(query)+len(outer), func() { env, err = r.Open(query, outer) })
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
	MsgID                                                               string    `xml:"MsgId"`
	Lists                                                               []stdLine `xml:"SubscribeMsgPopupEvent>List"`
	Others                                                              []stdLine `xml:"SubscribeMsgChangeEvent>List"`
	More                                                                []stdLine `xml:"SubscribeMsgSentEvent>List"`
	Bare                                                                []stdLine `xml:"List"`
}

type stdLine struct {
	TemplateID *string    `xml:"TemplateId"`
	Status     *string    `xml:"SubscribeStatusString"`
	Any        []struct{} `xml:",any"`
}

func (l stdLine) empty() bool { return l.TemplateID == nil && l.Status == nil && len(l.Any) == 0 }

func textOf(s *string) string {
	if s == nil {
		return ""
	}
	return *s
}

// bounded fails when fn allocates more than a constant times what it was given: a node is 56 bytes, the shortest thing
// that makes one has two, and growing a list copies it a few times.
func bounded(t *testing.T, given int, fn func()) {
	t.Helper()
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	fn()
	runtime.ReadMemStats(&after)
	if spent, most := after.TotalAlloc-before.TotalAlloc, uint64(256*given+256<<10); spent > most {
		t.Fatalf("%d bytes cost %d bytes of memory, want at most %d", given, spent, most)
	}
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
	golden(f, ".xml")
	f.Add([]byte("<xml a='>'><!-- c --><Content>a&#x597d;<![CDATA[]]]]><![CDATA[>]]>\r\n<b/>c</Content><?p?></xml>"))
	f.Fuzz(func(t *testing.T, body []byte) {
		var m weixin.Message
		var err error
		bounded(t, len(body), func() { m, err = weixin.ParseMessage(body) })
		tree, treeErr := weixin.ParseTree(body)
		if err != nil {
			if !errors.Is(err, weixin.ErrMalformed) {
				t.Fatal(err)
			}
			return
		}
		if treeErr != nil || m.Format == weixin.XML && last(tree, "Content") != m.Content {
			t.Fatalf("the tree says %q, %v; the message %q", last(tree, "Content"), treeErr, m.Content)
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
		if len(s.Others)+len(s.More)+len(s.Bare) > 0 { // of several kinds, the order is another
			return
		}
		lists := slices.DeleteFunc(s.Lists, stdLine.empty)
		if len(m.Subscriptions) != len(lists) {
			t.Fatalf("we read %d lists, encoding/xml %d", len(m.Subscriptions), len(lists))
		}
		for i, l := range lists {
			if m.Subscriptions[i].TemplateID != textOf(l.TemplateID) || m.Subscriptions[i].Status != textOf(l.Status) {
				t.Fatalf("list %d: %+v, %+v", i, m.Subscriptions[i], l)
			}
		}
	})
}

// last is the text of the last field of this very name.
func last(tree weixin.Node, name string) string {
	var text string
	for _, p := range tree.Parts {
		if p.Name == name {
			text = p.Text
		}
	}
	return text
}

// golden adds the golden files of the bot to the seeds: every type and event there is.
func golden(f *testing.F, ext string) {
	f.Helper()
	files, err := filepath.Glob("../../bot/testdata/golden/*" + ext)
	if err != nil {
		f.Fatal(err)
	}
	for _, file := range files {
		if strings.HasSuffix(file, ".want.json") {
			continue
		}
		body, err := os.ReadFile(file)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(body)
	}
}

// FuzzParseJSON holds that only JSON is read as JSON and that what was read can be written and read again.
func FuzzParseJSON(f *testing.F) {
	for _, s := range samples(f) {
		f.Add([]byte(s.Expect.Plaintext))
		f.Add([]byte(s.Body))
	}
	f.Add([]byte(`{"CreateTime":"1","MsgId":9223372036854775807,"List":[{"TemplateId":"t","PopupScene":"1"}],"MemChangeList":{"Item":["a"]}}`))
	f.Add([]byte(`{"List":{"TemplateId":"t"},"MemChangeList":"a,b"}`))
	f.Add([]byte(`{"a":[[[{"b":[1,null,"\u597d",{}]}]],[]],"List":["x",{"TemplateId":{"y":1}}],"\u0043ontent":"\ud800"}`))
	f.Add([]byte(`{"a":` + strings.Repeat("[", 40) + strings.Repeat("]", 40) + `,"MsgType":"text"}`))
	golden(f, ".json")
	f.Fuzz(func(t *testing.T, body []byte) {
		var m weixin.Message
		var err error
		bounded(t, len(body), func() { m, err = weixin.ParseMessage(body) })
		if err != nil || m.Format != weixin.JSON {
			return
		}
		if _, err := weixin.ParseTree(body); err != nil {
			t.Fatalf("the message reads, the tree does not: %v", err)
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
		var got []byte
		var err error
		bounded(t, len(key)+len(data)+len(iv), func() {
			got, err = weixin.DecryptData(key, data, iv, "wxfuzz", now, time.Hour)
		})
		if err == nil && !bytes.Contains(got, []byte("wxfuzz")) {
			t.Fatalf("opened %q", got)
		}
		got, err = weixin.DecryptData(sessionKey, phone(pad16(string(plain))), sessionIV, "wxmini", now, 0)
		if err == nil && !bytes.Equal(got, plain) {
			t.Fatalf("%q came as %q", plain, got)
		}
		if _, err := weixin.ParseGroupEntry(plain); err != nil && !errors.Is(err, weixin.ErrMalformed) {
			t.Fatal(err)
		}
	})
}
