package wechatsim_test

import (
	"encoding/json"
	"encoding/xml"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"

	"siyu/internal/wechatsim"
)

// keys are what a callback needs to read an account's pushes.
type keys struct{ id, original, token, aes string }

func keysOf(path string) keys {
	a := wechatsim.DefaultAccounts("")
	switch {
	case strings.HasSuffix(path, oaID):
		return keys{oaID, a.Official.OriginalID, a.Official.Token, a.Official.AESKey}
	case strings.HasSuffix(path, mpID):
		return keys{mpID, a.MiniProgram.OriginalID, a.MiniProgram.Token, a.MiniProgram.AESKey}
	}
	return keys{corpID, corpID, a.WeCom.Token, a.WeCom.AESKey}
}

// delivery is one push as it arrived.
type delivery struct {
	path  string
	query url.Values
	inner string
}

// callback is a program under test that records pushes.
type callback struct {
	*httptest.Server
	mu   sync.Mutex
	seen []delivery
	// reply answers a delivery; nil answers success.
	reply func(n int, d delivery, w http.ResponseWriter, r *http.Request)
}

func newCallback(t *testing.T) *callback {
	t.Helper()
	c := &callback{}
	c.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		d := delivery{path: r.URL.Path, query: r.URL.Query()}
		raw, err := io.ReadAll(r.Body)
		if err == nil {
			d.inner, err = open(d, raw)
		}
		if err != nil {
			t.Errorf("push to %s: %v", r.URL.Path, err)
			w.WriteHeader(http.StatusForbidden)
			return
		}
		c.mu.Lock()
		c.seen = append(c.seen, d)
		n, reply := len(c.seen), c.reply
		c.mu.Unlock()
		if reply == nil {
			_, _ = io.WriteString(w, "success")
			return
		}
		reply(n, d, w, r)
	}))
	t.Cleanup(c.Close)
	return c
}

// open verifies and decrypts as the documentation says.
func open(d delivery, raw []byte) (string, error) {
	k, q := keysOf(d.path), d.query
	if !strings.Contains(d.path, "/work/") {
		if q.Get("signature") != wechatsim.Sign(k.token, q.Get("timestamp"), q.Get("nonce")) {
			return "", fmt.Errorf("signature")
		}
		if q.Get("encrypt_type") != "aes" || q.Get("openid") == "" {
			return "", fmt.Errorf("query %v", q)
		}
	}
	var outer struct {
		ToUserName, Encrypt string
	}
	err := xml.Unmarshal(raw, &outer)
	if strings.HasPrefix(string(raw), "{") {
		err = json.Unmarshal(raw, &outer)
	}
	if err != nil || outer.ToUserName != k.original {
		return "", fmt.Errorf("outer body: %w %q", err, outer.ToUserName)
	}
	if q.Get("msg_signature") != wechatsim.Sign(k.token, q.Get("timestamp"), q.Get("nonce"), outer.Encrypt) {
		return "", fmt.Errorf("msg_signature")
	}
	plain, err := wechatsim.Open(k.aes, k.id, outer.Encrypt)
	return string(plain), err
}

func (c *callback) deliveries() []delivery {
	c.mu.Lock()
	defer c.mu.Unlock()
	return append([]delivery(nil), c.seen...)
}

// last is the newest push.
func (c *callback) last(t *testing.T) string {
	t.Helper()
	all := c.deliveries()
	if len(all) == 0 {
		t.Fatal("no push came")
	}
	return all[len(all)-1].inner
}

// seal encrypts a passive reply.
func seal(t *testing.T, d delivery, inner string) string {
	k := keysOf(d.path)
	encrypted, err := wechatsim.Seal(k.aes, k.id, nil, []byte(inner))
	if err != nil {
		t.Error(err)
	}
	stamp, nonce := "1772445600", d.query.Get("nonce")
	return fmt.Sprintf("<xml><Encrypt><![CDATA[%s]]></Encrypt><MsgSignature>%s</MsgSignature>"+
		"<TimeStamp>%s</TimeStamp><Nonce>%s</Nonce></xml>",
		encrypted, wechatsim.Sign(k.token, stamp, nonce, encrypted), stamp, nonce)
}

func textReply(d delivery, text string) string {
	return fmt.Sprintf("<xml><ToUserName>%s</ToUserName><FromUserName>%s</FromUserName>"+
		"<CreateTime>1772445600</CreateTime><MsgType>text</MsgType><Content><![CDATA[%s]]></Content></xml>",
		d.query.Get("openid"), keysOf(d.path).original, text)
}

// tag reads one element of a push.
func tag(inner, name string) string {
	_, rest, found := strings.Cut(inner, "<"+name+">")
	if !found {
		return "(none)"
	}
	value, _, _ := strings.Cut(rest, "</"+name+">")
	return strings.TrimSuffix(strings.TrimPrefix(value, "<![CDATA["), "]]>")
}

func wantTags(t *testing.T, inner string, pairs ...string) {
	t.Helper()
	for i := 0; i < len(pairs); i += 2 {
		if got := tag(inner, pairs[i]); got != pairs[i+1] {
			t.Errorf("%s is %q, want %q in %s", pairs[i], got, pairs[i+1], inner)
		}
	}
}
