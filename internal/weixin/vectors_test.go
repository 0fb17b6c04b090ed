package weixin_test

import (
	"encoding/json"
	"net/url"
	"os"
	"strconv"
	"strings"
	"testing"
	"time"

	"siyu/internal/weixin"
)

// sample is one official sample of Tencent.
type sample struct {
	ID            string
	Kind          string
	Format        string
	Token         string
	Key           string `json:"encoding_aes_key"`
	ReceiveID     string `json:"receive_id"`
	Timestamp     string
	Nonce         string
	MsgSignature  string `json:"msg_signature"`
	Encrypt       string
	Random        string
	Plaintext     string
	Echostr       string
	Body          string
	AppID         string
	SessionKey    string `json:"session_key"`
	IV            string
	EncryptedData string `json:"encrypted_data"`
	RawData       string `json:"raw_data"`
	Data          string
	Ticket        string
	Noncestr      string
	URL           string
	Expect        struct {
		Plaintext    string
		Encrypt      string
		Signature    string
		MsgSignature string `json:"msg_signature"`
	}
}

func samples(t testing.TB) []sample {
	t.Helper()
	b, err := os.ReadFile("testdata/wechat-crypto.json")
	if err != nil {
		t.Fatal(err)
	}
	var file struct{ Vectors []sample }
	if err := json.Unmarshal(b, &file); err != nil {
		t.Fatal(err)
	}
	return file.Vectors
}

func (s sample) account() weixin.Account {
	kind := weixin.Official
	switch {
	case strings.HasPrefix(s.ID, "wecom"):
		kind = weixin.WeCom
	case strings.HasPrefix(s.ID, "mp"):
		kind = weixin.MiniProgram
	}
	a := weixin.Account{Kind: kind, ID: s.ReceiveID, Token: s.Token, AESKey: s.Key}
	if a.ID == "" {
		a.ID, a.Plain = "wxba5fad812f8e6fb9", true
	}
	return a
}

func (s sample) receiver(t testing.TB) *weixin.Receiver {
	t.Helper()
	at, _ := strconv.ParseInt(s.Timestamp, 10, 64)
	o := weixin.Options{Now: clock(at)}
	if s.Random != "" {
		o.Random = strings.NewReader(s.Random)
	}
	r, err := weixin.NewReceiver(s.account(), o)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func TestOfficialSamples(t *testing.T) {
	t.Parallel()
	checks := map[string]func(*testing.T, sample){
		"msg_decrypt": checkOpen, "url_verify_encrypted": checkEcho, "msg_encrypt": checkEncrypt,
		"signature_plain": checkPlain, "mp_decrypt_data": checkData,
		"mp_rawdata_sha1": func(t *testing.T, s sample) {
			same(t, weixin.RawDataSignature(s.RawData, s.SessionKey), s.Expect.Signature)
		},
		"mp_session_hmac_sha256": func(t *testing.T, s sample) {
			same(t, weixin.SessionSignature(s.SessionKey, s.Data), s.Expect.Signature)
		},
		"jssdk_signature": func(t *testing.T, s sample) {
			at, _ := strconv.ParseInt(s.Timestamp, 10, 64)
			same(t, weixin.JSSDKSignature(s.Ticket, s.Noncestr, at, s.URL), s.Expect.Signature)
		},
	}
	all := samples(t)
	if len(all) != 18 {
		t.Fatalf("%d samples, want 18", len(all))
	}
	for _, s := range all {
		t.Run(s.ID, func(t *testing.T) {
			t.Parallel()
			check := checks[s.Kind]
			if check == nil {
				t.Fatalf("no check for kind %q", s.Kind)
			}
			check(t, s)
		})
	}
}

func same(t *testing.T, got, want string) {
	t.Helper()
	if got != want {
		t.Errorf("got  %q\nwant %q", got, want)
	}
}

func checkOpen(t *testing.T, s sample) {
	body, format := xmlBody(s.Encrypt), weixin.XML
	if s.Format == "json" {
		body, format = jsonBody(s.Encrypt), weixin.JSON
	}
	q := url.Values{"timestamp": {s.Timestamp}, "nonce": {s.Nonce}, "msg_signature": {s.MsgSignature}}
	env, err := s.receiver(t).Open(q.Encode(), body)
	if err != nil {
		t.Fatal(err)
	}
	same(t, string(env.Plain), s.Expect.Plaintext)
	if env.Format != format || !env.Encrypted || env.Message.CreateTime == 0 || env.Message.FromUserName == "" {
		t.Errorf("envelope %+v", env)
	}
}

func checkEcho(t *testing.T, s sample) {
	raw := url.Values{"timestamp": {s.Timestamp}, "nonce": {s.Nonce}, "msg_signature": {s.MsgSignature}, "echostr": {s.Encrypt}}.Encode()
	for _, raw := range []string{raw, strings.ReplaceAll(raw, "%2B", "+")} {
		q, err := weixin.ParseQuery(raw)
		if err != nil {
			t.Fatal(err)
		}
		echo, err := s.receiver(t).VerifyURL(q)
		if err != nil {
			t.Fatal(err)
		}
		same(t, echo, s.Expect.Plaintext)
	}
}

func checkEncrypt(t *testing.T, s sample) {
	got, err := s.receiver(t).Encrypt([]byte(s.Plaintext))
	if err != nil {
		t.Fatal(err)
	}
	same(t, got, s.Expect.Encrypt)
	if s.Expect.MsgSignature != "" {
		same(t, sha(s.Token, s.Timestamp, s.Nonce, got), s.Expect.MsgSignature)
	}
}

func checkPlain(t *testing.T, s sample) {
	q := weixin.Query{Signature: s.Expect.Signature, Timestamp: s.Timestamp, Nonce: s.Nonce, Echostr: s.Echostr}
	if s.Echostr != "" {
		echo, err := s.receiver(t).VerifyURL(q)
		if err != nil {
			t.Fatal(err)
		}
		same(t, echo, s.Echostr)
		return
	}
	raw := url.Values{"timestamp": {s.Timestamp}, "nonce": {s.Nonce}, "signature": {s.Expect.Signature}}.Encode()
	env, err := s.receiver(t).Open(raw, []byte(s.Body))
	if err != nil {
		t.Fatal(err)
	}
	same(t, env.Message.Event, "debug_demo")
}

func checkData(t *testing.T, s sample) {
	now := time.Unix(1477314187, 0).Add(time.Minute)
	got, err := weixin.DecryptData(s.SessionKey, s.EncryptedData, s.IV, s.AppID, now, time.Hour)
	if err != nil {
		t.Fatal(err)
	}
	same(t, string(got), s.Expect.Plaintext)
}
