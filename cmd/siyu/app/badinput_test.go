package app_test

import (
	"crypto/sha1"
	"encoding/hex"
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"siyu/internal/testkit"
	"siyu/internal/wechatsim"
	"siyu/models"
)

const (
	official = wechatsim.DefaultOfficialAppID
	hook     = "/wechat/official/" + official
	secrets  = "没有人该读到的话 words nobody should read"
)

// spoken is a world in which somebody has written to the account, and the genuine push of it.
func spoken(t *testing.T, w *world) recorded {
	t.Helper()
	_, err := w.mei.Follow(t.Context(), official)
	must(t, err)
	_, err = w.mei.SendText(t.Context(), official, secrets)
	must(t, err)
	w.secret = append(w.secret, "没有人该读到的话", "words nobody should read")
	push := w.pushes.genuine()
	w.secret = append(w.secret, push.query.Get("msg_signature"), push.query.Get("signature"), encrypted(push.body))
	return push
}

func encrypted(body string) string {
	_, rest, _ := strings.Cut(body, "<Encrypt><![CDATA[")
	inner, _, _ := strings.Cut(rest, "]]>")
	return inner
}

func sign(parts ...string) string {
	slices.Sort(parts)
	sum := sha1.Sum([]byte(strings.Join(parts, "")))
	return hex.EncodeToString(sum[:])
}

// signed is a query that is right for a ciphertext (for none: for a plain body) at a time.
func signed(at time.Time, ciphertext string) url.Values {
	const nonce = "20260504"
	stamp := strconv.FormatInt(at.Unix(), 10)
	q := url.Values{"timestamp": {stamp}, "nonce": {nonce}, "signature": {sign(wechatsim.DefaultOfficialToken, stamp, nonce)}}
	if ciphertext != "" {
		q.Set("encrypt_type", "aes")
		q.Set("msg_signature", sign(wechatsim.DefaultOfficialToken, stamp, nonce, ciphertext))
	}
	return q
}

// with is a copy of a query with other values; an empty one is left out.
func with(q url.Values, pairs ...string) url.Values {
	c := maps.Clone(q)
	for i := 0; i < len(pairs); i += 2 {
		c[pairs[i]] = []string{pairs[i+1]}
		if pairs[i+1] == "" {
			delete(c, pairs[i])
		}
	}
	return c
}

func (w *world) inbox(t *testing.T) models.InboxCount {
	t.Helper()
	n, err := w.store.Read(t.Context()).In(w.seeded.Community).CountInbox()
	must(t, err)
	return n
}

// attack is one push that must be refused.
type attack struct {
	name   string
	method string
	path   string
	query  url.Values
	body   string
	status int
}

// TestForgedPushes: whatever is not WeChat's own push of this account, now, is refused with a clean 4xx, is not stored
// and leaves nothing personal in the log.
func TestForgedPushes(t *testing.T) {
	t.Parallel()
	eachWorld(t, func(t *testing.T, w *world) {
		push := spoken(t, w)
		cipher, now, q := encrypted(push.body), w.clock.Now(), push.query
		if cipher == "" || len(q.Get("msg_signature")) != 40 {
			t.Fatalf("the push came as %v", q)
		}
		plain := "<xml><ToUserName>gh</ToUserName><FromUserName>" + w.mei.OpenID(official) + "</FromUserName><CreateTime>1777921200</CreateTime>" +
			"<MsgType>text</MsgType><Content>" + secrets + "</Content><MsgId>1</MsgId></xml>"
		flipped := strings.Replace(cipher, cipher[40:44], "AAAA", 1)
		wrap := func(c string) string { return "<xml><Encrypt><![CDATA[" + c + "]]></Encrypt></xml>" }
		attacks := []attack{
			{name: "no query", query: url.Values{}, body: push.body},
			{name: "no signature", query: with(q, "msg_signature", "", "signature", ""), body: push.body},
			{name: "no msg_signature", query: with(q, "msg_signature", ""), body: push.body},
			{name: "a wrong signature", query: with(q, "msg_signature", strings.Repeat("0", 40)), body: push.body},
			{name: "a signature in capitals", query: with(q, "msg_signature", strings.ToUpper(q.Get("msg_signature"))), body: push.body},
			{name: "another nonce", query: with(q, "nonce", "1"), body: push.body},
			{name: "a stale timestamp", query: signed(now.Add(-11*time.Minute), cipher), body: push.body},
			{name: "a timestamp from the future", query: signed(now.Add(11*time.Minute), cipher), body: push.body},
			{name: "no number for a time", query: with(q, "timestamp", "soon"), body: push.body},
			{name: "downgraded to plain", query: signed(now, ""), body: plain},
			{name: "downgraded, said raw", query: with(signed(now, ""), "encrypt_type", "raw"), body: plain},
			{name: "downgraded, said aes", query: with(signed(now, ""), "encrypt_type", "aes"), body: plain},
			{name: "plain beside a ciphertext", query: signed(now, ""), body: strings.Replace(push.body, "<Encrypt>", "<Content>x</Content><Encrypt>", 1)},
			{name: "a changed ciphertext", query: q, body: wrap(flipped)},
			{name: "a changed ciphertext, signed", query: signed(now, flipped), body: wrap(flipped)},
			{name: "15 bytes, signed", query: signed(now, "AAAAAAAAAAAAAAAAAAAA"), body: wrap("AAAAAAAAAAAAAAAAAAAA")},
			{name: "no base64, signed", query: signed(now, "!!"), body: wrap("!!")},
			{name: "nothing", query: q},
			{name: "half of the XML", query: q, body: push.body[:len(push.body)/2], status: 400},
			{name: "not XML", query: q, body: "hello " + secrets, status: 400},
			{name: "half of JSON", query: q, body: `{"Encrypt":"`, status: 400},
			{name: "deep XML", query: q, body: strings.Repeat("<a>", 10_000), status: 400},
			{name: "bytes", query: q, body: "\x00\xff\xfe<xml>", status: 400},
			{name: "an entity", query: q, body: `<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><xml><Encrypt>&e;</Encrypt></xml>`},
			{name: "another account's address", path: "/wechat/miniprogram/" + miniApp, query: q, body: push.body},
			{name: "another kind's address", path: "/wechat/work/" + wechatsim.DefaultCorpID, query: q, body: push.body},
			{name: "an account we do not know", path: "/wechat/official/wx0000000000000000", query: q, body: push.body, status: 404},
			{name: "the right one of another kind", path: "/wechat/work/" + official, query: q, body: push.body, status: 404},
			{name: "an account that is no text", path: "/wechat/official/%ff%fe%00", query: q, body: push.body, status: 404},
			{name: "a kind there is none of", path: "/wechat/other/" + official, query: q, body: push.body, status: 404},
			{name: "a huge query", query: with(q, "echostr", strings.Repeat("x", 64<<10)), body: push.body, status: 400},
			{name: "a parameter twice", query: url.Values{"nonce": {"1", "2"}, "timestamp": q["timestamp"], "msg_signature": q["msg_signature"]}, body: push.body},
			{name: "a wrong method", method: http.MethodPut, query: q, body: push.body, status: 405},
			{name: "a wrong method", method: http.MethodDelete, query: q, status: 405},
			{name: "the address check, forged", method: http.MethodGet, query: with(q, "echostr", "x", "signature", "0")},
			{name: "the address check, without echo", method: http.MethodGet, query: signed(now, "")},
			{name: "the address check, stale", method: http.MethodGet, query: with(signed(now.Add(-time.Hour), ""), "echostr", "x")},
		}
		before := w.inbox(t)
		for _, a := range attacks {
			w.refuse(t, a)
		}
		if after := w.inbox(t); after != before {
			t.Errorf("the inbox was %+v and is %+v", before, after)
		}
		w.replay(t, push)
	})
}

func (w *world) refuse(t *testing.T, a attack) {
	t.Helper()
	if a.method == "" {
		a.method = http.MethodPost
	}
	if a.path == "" {
		a.path = hook
	}
	logged := len(w.log.String())
	got := w.send(t, a.method, a.path+"?"+a.query.Encode(), guest{}, a.body, map[string]string{"Content-Type": "text/xml"})
	if got.status < 400 || got.status > 499 || (a.status != 0 && got.status != a.status) {
		t.Errorf("%s: answered %d (want %d): %.200s", a.name, got.status, a.status, got.body)
	}
	if strings.Contains(string(got.body), "success") {
		t.Errorf("%s: answered %q", a.name, got.body)
	}
	if err := w.told.check(a.method, a.path, got); err != nil && a.status != 405 {
		t.Errorf("%s: %v: %s", a.name, err, got.body)
	}
	w.showsNothing(t, a.name, got)
	if line := w.log.String()[logged:]; !strings.Contains(line, `"status":`+strconv.Itoa(got.status)) {
		t.Errorf("%s: the log says nothing of it: %s", a.name, line)
	}
}

// replay: a copy of a genuine push within its time is answered as the first was, and has no other effect than a count.
func (w *world) replay(t *testing.T, push recorded) {
	t.Helper()
	before := w.inbox(t)
	got := w.send(t, http.MethodPost, hook+"?"+push.query.Encode(), guest{}, push.body, nil)
	after := w.inbox(t)
	if got.status != http.StatusOK || after.Accepted != before.Accepted || after.Duplicate != before.Duplicate+1 {
		t.Errorf("a copy: %d, %+v, before %+v", got.status, after, before)
	}
}

// gusher is a body almost without an end, after a beginning of its own; it counts what is drunk of it.
type gusher struct {
	head        string
	left, drunk int64
}

func (g *gusher) Read(p []byte) (int, error) {
	n := min(int64(len(p)), g.left)
	if n == 0 {
		return 0, fmt.Errorf("the well is dry")
	}
	for i := copy(p[:n], g.head); i < int(n); i++ {
		p[i] = 'x'
	}
	g.head = g.head[min(len(g.head), int(n)):]
	g.left -= n
	g.drunk += n
	return int(n), nil
}

// TestHugeBodies: of 64 MiB a part of a MiB is read and held, whatever the address. It is not parallel: it measures
// what the process allocates.
func TestHugeBodies(t *testing.T) {
	s, clock := testkit.Store(t)
	w := newWorld(t, s, clock)
	push := spoken(t, w)
	const size, mostRead, mostHeld = 64 << 20, 300 << 10, 2 << 20
	for _, c := range []struct{ name, path, head string }{
		{"a signed push", hook + "?" + push.query.Encode(), "<xml><Encrypt><![CDATA["},
		{"an unsigned push", hook, ""},
		{"a sign-in", sessionPath, `{"login":"`},
		{"a login", miniSessions, `{"app_id":"`},
	} {
		body := &gusher{head: c.head, left: size}
		req := httptest.NewRequestWithContext(t.Context(), http.MethodPost, c.path, body)
		req.Header.Set("Content-Type", "application/json")
		req.ContentLength = size
		rec := httptest.NewRecorder()
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		w.app.Handler.ServeHTTP(rec, req)
		runtime.ReadMemStats(&after)
		held := after.TotalAlloc - before.TotalAlloc
		t.Logf("%s: %d, %d KiB read, %d KiB allocated", c.name, rec.Code, body.drunk>>10, held>>10)
		if rec.Code != http.StatusRequestEntityTooLarge || body.drunk > mostRead || held > mostHeld {
			t.Errorf("%s: %d, %d bytes read, %d allocated: %s", c.name, rec.Code, body.drunk, held, rec.Body)
		}
	}
	// Over a real connection the client may be cut off while it still writes.
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, w.front.URL+hook+"?"+push.query.Encode(), &gusher{left: size})
	must(t, err)
	req.ContentLength = size
	if resp, err := w.client.Do(req); err == nil {
		if resp.StatusCode != http.StatusRequestEntityTooLarge {
			t.Errorf("answered %d", resp.StatusCode)
		}
		must(t, resp.Body.Close())
	}
	w.logIsClean(t)
}

// TestStoreGone: what cannot be stored is never answered with success, and the log says why without saying who.
func TestStoreGone(t *testing.T) {
	t.Parallel()
	eachWorld(t, func(t *testing.T, w *world) {
		push := spoken(t, w)
		w.staffed(t)
		w.loginMembers(t)
		must(t, w.store.Close())
		for _, c := range []struct{ method, path, as, body string }{
			{"POST", hook + "?" + push.query.Encode(), "", push.body},
			{"POST", "/wechat/official/wx9?" + push.query.Encode(), "", push.body},
			{"GET", "/readyz", "", ""},
			{"GET", "/e/" + w.seeded.Entries[0].Code, "", ""},
			{"POST", sessionPath, "", `{"login":"organiser","password":"` + password + `"}`},
			{"GET", "/api/console/v1/today", "organiser", ""},
			{"POST", miniSessions, "", w.login(w.mei.Login(miniApp), "visit-0009")},
			{"GET", "/api/mini/v1/offers", "member", ""},
			{"POST", redemptions, "staff", `{"code":"0000-0000-0000","request_no":"request-1"}`},
		} {
			a := w.send(t, c.method, c.path, w.guest(t, c.as), c.body, nil)
			if a.status < 500 || strings.Contains(string(a.body), "success") {
				t.Errorf("%s %.30s: %d %s", c.method, c.path, a.status, a.body)
			}
			w.showsNothing(t, c.path[:min(len(c.path), 40)], a)
		}
		if a := w.send(t, http.MethodGet, "/healthz", guest{}, "", nil); a.status != http.StatusOK {
			t.Errorf("the process runs, but says %d", a.status)
		}
	})
}

// TestWeChatGone: while WeChat does not answer, pushes are still taken in; nothing personal is logged of the calls that
// fail, and once it is back all of them take effect.
func TestWeChatGone(t *testing.T) {
	t.Parallel()
	eachWorld(t, func(t *testing.T, w *world) {
		entry := w.seeded.Entries[0]
		w.sim.Fail("/cgi-bin/user/info", wechatsim.Fault{Disconnect: true, Times: -1})
		_, err := w.mei.ScanOfficialQR(t.Context(), official, entry.Ticket)
		must(t, err)
		w.settle(t, time.Second)
		if n := w.inbox(t); n.Accepted != 1 || n.Pending != 1 {
			t.Errorf("while WeChat is away: %+v", n)
		}
		w.clock.Advance(time.Hour)
		waiting, err := w.store.Read(t.Context()).DueJobs(w.clock.Now(), 100)
		must(t, err)
		failed := 0
		for _, j := range waiting {
			if j.LastError != "" {
				failed++
			}
			for _, word := range w.secret {
				if word != "" && strings.Contains(j.LastError, word) {
					t.Errorf("a job keeps %q: %s", word, j.LastError)
				}
			}
		}
		if failed == 0 {
			t.Error("no job tells why it failed")
		}
		w.sim.ClearFaults()
		w.settle(t, time.Hour)
		if n := w.inbox(t); n.Pending != 0 || n.Dead != 0 {
			t.Errorf("after it is back: %+v", n)
		}
	})
}
