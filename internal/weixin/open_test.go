package weixin_test

import (
	"bytes"
	"errors"
	"strings"
	"testing"

	"siyu/internal/weixin"
)

func TestOpenEncrypted(t *testing.T) {
	t.Parallel()
	r, f := receiver(t, testAccount(), testNow), newForge()
	for name, body := range map[string]func(string) []byte{"xml": xmlBody, "json": jsonBody} {
		enc := f.encrypt(textMessage)
		env, err := r.Open(f.query(enc).Encode(), body(enc))
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		m := env.Message
		if string(env.Plain) != textMessage || !env.Encrypted || env.Timestamp != testNow || env.Nonce != f.nonce ||
			m.Content != "你好 & <b>" || m.MsgID != "6054768590064713728" || m.DedupeKey(env.Plain) != "m:6054768590064713728" {
			t.Errorf("%s: %+v", name, env)
		}
	}
}

// Compatible mode sends plain text beside the ciphertext. Nothing signs the plain text, so it must not be read.
func TestCompatibleModeReadsOnlyTheCiphertext(t *testing.T) {
	t.Parallel()
	r, f := receiver(t, testAccount(), testNow), newForge()
	enc := f.encrypt(textMessage)
	body := strings.Replace(textMessage, "你好 & <b>", "forged", 1)
	body = strings.Replace(body, "</xml>", "<Encrypt><![CDATA["+enc+"]]></Encrypt></xml>", 1)
	env, err := r.Open(f.query(enc).Encode(), []byte(body))
	if err != nil || env.Message.Content != "你好 & <b>" {
		t.Errorf("%+v %v", env.Message, err)
	}
}

func TestPlainAccount(t *testing.T) {
	t.Parallel()
	f := newForge()
	a := testAccount()
	a.Plain, a.AESKey = true, ""
	r := receiver(t, a, testNow)
	env, err := r.Open(f.plainQuery().Encode(), []byte(textMessage))
	if err != nil || env.Encrypted || env.Message.Content != "你好 & <b>" {
		t.Errorf("%+v %v", env, err)
	}
	enc := f.encrypt(textMessage)
	if _, err := r.Open(f.query(enc).Encode(), xmlBody(enc)); !errors.Is(err, weixin.ErrRejected) {
		t.Errorf("encrypted push without a key: %v", err)
	}
	a.AESKey = testKey // the console was switched to encrypted mode before the configuration
	env, err = receiver(t, a, testNow).Open(f.query(enc).Encode(), xmlBody(enc))
	if err != nil || !env.Encrypted {
		t.Errorf("encrypted push with a key: %v", err)
	}
}

func TestOpenMalformed(t *testing.T) {
	t.Parallel()
	r, f := receiver(t, testAccount(), testNow), newForge()
	enc := f.encrypt(textMessage)
	q := f.query(enc).Encode()
	for name, p := range map[string]struct{ query, body string }{
		"empty body":          {q, ""},
		"space":               {q, " \r\n"},
		"words":               {q, "hello"},
		"half a tag":          {q, "<xml><Encrypt"},
		"open root":           {q, "<xml><Encrypt>a</Encrypt>"},
		"broken json":         {q, `{"Encrypt":"`},
		"json and more":       {q, string(jsonBody(enc)) + "x"},
		"parameter twice":     {q + "&timestamp=1", string(xmlBody(enc))},
		"broken escape":       {"msg_signature=%zz", string(xmlBody(enc))},
		"very long query":     {strings.Repeat("a", 9<<10), string(xmlBody(enc))},
		"decrypted, not text": {f.query(f.encrypt("hello")).Encode(), string(xmlBody(f.encrypt("hello")))},
		"decrypted, empty":    {f.query(f.encrypt("")).Encode(), string(xmlBody(f.encrypt("")))},
	} {
		if _, err := r.Open(p.query, []byte(p.body)); !errors.Is(err, weixin.ErrMalformed) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestBodyIsBounded(t *testing.T) {
	t.Parallel()
	r, f := receiver(t, testAccount(), testNow), newForge()
	big := make([]byte, 64<<20)
	if _, err := r.Open(f.plainQuery().Encode(), big); !errors.Is(err, weixin.ErrTooLarge) {
		t.Error(err)
	}
	if _, err := r.ReadBody(bytes.NewReader(big)); !errors.Is(err, weixin.ErrTooLarge) {
		t.Error(err)
	}
	if b, err := r.ReadBody(bytes.NewReader(big[:weixin.DefaultMaxBody])); err != nil || len(b) != weixin.DefaultMaxBody {
		t.Errorf("%d bytes, %v", len(b), err)
	}
	// The costliest outer body that nobody signed: pieces of text that must not be joined one by one.
	pieces := []byte("<xml><Encrypt>" + strings.Repeat("a<!---->", weixin.DefaultMaxBody/8-10) + "</Encrypt></xml>")
	if _, err := r.Open(f.plainQuery().Encode(), pieces); !errors.Is(err, weixin.ErrRejected) {
		t.Error(err)
	}
}

func TestVerifyURLRejects(t *testing.T) {
	t.Parallel()
	f := newForge()
	corp := testAccount()
	corp.Kind = weixin.WeCom
	enc := f.encrypt("1616140317555161061")
	for name, c := range map[string]struct {
		account weixin.Account
		query   weixin.Query
	}{
		"no echo":          {testAccount(), weixin.Query{Signature: sha(f.token, f.time, f.nonce), Timestamp: f.time, Nonce: f.nonce}},
		"forged":           {testAccount(), weixin.Query{Signature: sha("x", f.time, f.nonce), Timestamp: f.time, Nonce: f.nonce, Echostr: "1"}},
		"stale":            {testAccount(), weixin.Query{Signature: sha(f.token, "1409735669", f.nonce), Timestamp: "1409735669", Nonce: f.nonce, Echostr: "1"}},
		"wecom, plain":     {corp, weixin.Query{Signature: sha(f.token, f.time, f.nonce), Timestamp: f.time, Nonce: f.nonce, Echostr: "1"}},
		"wecom, wrong sig": {corp, weixin.Query{MsgSignature: sha(f.token, f.time, f.nonce), Timestamp: f.time, Nonce: f.nonce, Echostr: enc}},
	} {
		if echo, err := receiver(t, c.account, testNow).VerifyURL(c.query); !errors.Is(err, weixin.ErrRejected) || echo != "" {
			t.Errorf("%s: %q %v", name, echo, err)
		}
	}
}

func TestNewReceiverRefuses(t *testing.T) {
	t.Parallel()
	now := weixin.Options{Now: clock(testNow)}
	for name, edit := range map[string]func(*weixin.Account){
		"kind":               func(a *weixin.Account) { a.Kind = 0 },
		"id":                 func(a *weixin.Account) { a.ID = "" },
		"token":              func(a *weixin.Account) { a.Token = "" },
		"no key":             func(a *weixin.Account) { a.AESKey = "" },
		"short key":          func(a *weixin.Account) { a.AESKey = "abc" },
		"key not base64":     func(a *weixin.Account) { a.AESKey = strings.Repeat("!", 43) },
		"wecom in plain":     func(a *weixin.Account) { a.Kind, a.Plain = weixin.WeCom, true },
		"plain with bad key": func(a *weixin.Account) { a.Plain, a.AESKey = true, "abc" },
	} {
		a := testAccount()
		edit(&a)
		if _, err := weixin.NewReceiver(a, now); err == nil || strings.Contains(err.Error(), testKey) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := weixin.NewReceiver(testAccount(), weixin.Options{}); err == nil {
		t.Error("a receiver without a clock")
	}
}
