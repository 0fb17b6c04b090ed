package wechatsim_test

import (
	"errors"
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"siyu/internal/wechatsim"
)

func TestScanFollowsThenScans(t *testing.T) {
	t.Parallel()
	c := newCallback(t)
	w := newWorld(t, wechatsim.Options{}, c.URL)
	c.reply = func(_ int, d delivery, rw http.ResponseWriter, _ *http.Request) {
		_, _ = io.WriteString(rw, seal(t, d, textReply(d, "入群: http://x/e/V1?a=1&b=2")))
	}
	mei := w.NewPerson("Mei")
	reply, err := mei.ScanOfficialQR(t.Context(), oaID, "V1")
	must(t, err)
	if reply.Kind != "text" || reply.Text != "入群: http://x/e/V1?a=1&b=2" {
		t.Errorf("reply %+v", reply)
	}
	wantTags(t, c.last(t), "Event", "subscribe", "EventKey", "qrscene_V1", "FromUserName", mei.OpenID(oaID), "CreateTime", "1772445600")
	ticket := tag(c.last(t), "Ticket")
	_, err = mei.ScanOfficialQR(t.Context(), oaID, "V1")
	must(t, err)
	wantTags(t, c.last(t), "Event", "SCAN", "EventKey", "V1", "Ticket", ticket)

	info := w.get(t, "/cgi-bin/user/info", "access_token", w.token(t, oaID), "openid", mei.OpenID(oaID))
	if info.text("unionid") != mei.UnionID() || info.text("qr_scene_str") != "V1" {
		t.Errorf("user info %v", info)
	}
	must(t, mei.Unfollow(t.Context(), oaID))
	wantTags(t, c.last(t), "Event", "unsubscribe")
	info = w.get(t, "/cgi-bin/user/info", "access_token", w.token(t, oaID), "openid", mei.OpenID(oaID))
	if info["subscribe"] != 0.0 || info["unionid"] != nil {
		t.Errorf("user info after leaving %v", info)
	}
	_, err = mei.Follow(t.Context(), oaID)
	must(t, err)
	wantTags(t, c.last(t), "Event", "subscribe", "EventKey", "")
}

func TestRetryUntilAccepted(t *testing.T) {
	t.Parallel()
	c := newCallback(t)
	w := newWorld(t, wechatsim.Options{}, c.URL)
	c.reply = func(n int, d delivery, rw http.ResponseWriter, _ *http.Request) {
		switch n {
		case 1:
			rw.WriteHeader(http.StatusInternalServerError)
		case 2:
			panic(http.ErrAbortHandler) // connection lost
		case 3:
			_, _ = io.WriteString(rw, textReply(d, "not encrypted in safe mode"))
		}
	}
	_, err := w.NewPerson("Mei").Follow(t.Context(), oaID)
	must(t, err)
	if got := w.Stats(); got != (wechatsim.Stats{Sent: 4, Accepted: 1}) {
		t.Errorf("stats %+v", got)
	}
	seen := c.deliveries()
	for _, d := range seen[1:] {
		if d.inner != seen[0].inner {
			t.Error("a retry must have the same inner body")
		}
		if d.query.Get("nonce") == seen[0].query.Get("nonce") {
			t.Error("a retry must have a nonce of its own")
		}
	}
}

func TestGiveUpAfterRetries(t *testing.T) {
	t.Parallel()
	c := newCallback(t)
	w := newWorld(t, wechatsim.Options{PushRetries: 2}, c.URL)
	c.reply = func(_ int, _ delivery, rw http.ResponseWriter, _ *http.Request) { rw.WriteHeader(http.StatusForbidden) }
	mei := w.NewPerson("Mei")
	_, err := mei.Follow(t.Context(), oaID)
	if !errors.Is(err, wechatsim.ErrUndelivered) {
		t.Fatalf("error %v", err)
	}
	if strings.Contains(err.Error(), mei.OpenID(oaID)) {
		t.Error("the error tells an openid")
	}
	if got := w.Stats(); got != (wechatsim.Stats{Sent: 3, Failed: 1}) {
		t.Errorf("stats %+v", got)
	}
	if !mei.Following(oaID) {
		t.Error("the person follows whether or not the program heard of it")
	}
}

func TestSlowAnswerIsRetried(t *testing.T) {
	t.Parallel()
	c := newCallback(t)
	w := newWorld(t, wechatsim.Options{PushTimeout: 50 * time.Millisecond, PushRetries: -1}, c.URL)
	c.reply = func(_ int, _ delivery, _ http.ResponseWriter, r *http.Request) { <-r.Context().Done() }
	_, err := w.NewPerson("Mei").Follow(t.Context(), oaID)
	if !errors.Is(err, wechatsim.ErrUndelivered) || w.Stats().Sent != 1 {
		t.Errorf("%v, %+v", err, w.Stats())
	}
}

func TestDuplicatesFollowFromTheSeed(t *testing.T) {
	t.Parallel()
	run := func(seed int64) ([]string, wechatsim.Stats) {
		c := newCallback(t)
		w := newWorld(t, wechatsim.Options{Seed: seed, DuplicateRate: 0.5}, c.URL)
		for _, name := range strings.Fields("a b c d e f g h i j k l m n o p q r s t") {
			_, err := w.NewPerson(name).Follow(t.Context(), oaID)
			must(t, err)
		}
		var inner []string
		for _, d := range c.deliveries() {
			inner = append(inner, d.inner)
		}
		return inner, w.Stats()
	}
	first, stats := run(7)
	if stats.Accepted != 20 || stats.Duplicate < 4 || stats.Duplicate > 16 || stats.Sent != 20+stats.Duplicate {
		t.Errorf("stats %+v", stats)
	}
	second, _ := run(7)
	if !slices.Equal(first, second) {
		t.Error("one seed, two worlds")
	}
	if third, _ := run(8); slices.Equal(first, third) {
		t.Error("two seeds, one world")
	}
}

func TestDropNextPush(t *testing.T) {
	t.Parallel()
	c := newCallback(t)
	w := newWorld(t, wechatsim.Options{}, c.URL)
	w.DropNextPush()
	mei := w.NewPerson("Mei")
	_, err := mei.Follow(t.Context(), oaID)
	must(t, err)
	if len(c.deliveries()) != 0 || w.Stats().Dropped != 1 || !mei.Following(oaID) {
		t.Errorf("%d pushes, %+v", len(c.deliveries()), w.Stats())
	}
	_, err = mei.SendText(t.Context(), oaID, "在吗 ]]> <b>")
	must(t, err)
	if len(c.deliveries()) != 1 || !strings.Contains(c.last(t), "]]]]><![CDATA[>") {
		t.Error(c.last(t))
	}
}

func TestSubscribeEventListIsObjectOrArray(t *testing.T) {
	t.Parallel()
	c := newCallback(t)
	w := newWorld(t, wechatsim.Options{}, c.URL)
	mei := w.NewPerson("Mei")
	must(t, mei.AcceptSubscribe(t.Context(), mpID, "T1"))
	if !strings.Contains(c.last(t), `"List":{"TemplateId":"T1","SubscribeStatusString":"accept"`) {
		t.Error(c.last(t))
	}
	must(t, mei.AcceptSubscribe(t.Context(), mpID, "T1", "T2"))
	if !strings.Contains(c.last(t), `"List":[{"TemplateId":"T1"`) {
		t.Error(c.last(t))
	}
	if mei.Credits(mpID, "T1") != 2 || mei.Credits(mpID, "T2") != 1 {
		t.Error("credits")
	}
}

func TestVerifyCallback(t *testing.T) {
	t.Parallel()
	accounts := wechatsim.DefaultAccounts("")
	mux := http.NewServeMux()
	mux.HandleFunc("GET /wechat/official/{id}", func(w http.ResponseWriter, r *http.Request) {
		q := r.URL.Query()
		if q.Get("signature") == wechatsim.Sign(accounts.Official.Token, q.Get("timestamp"), q.Get("nonce")) {
			_, _ = io.WriteString(w, q.Get("echostr"))
		}
	})
	mux.HandleFunc("GET /wechat/work/{id}", func(w http.ResponseWriter, r *http.Request) {
		q := r.URL.Query()
		plain, err := wechatsim.Open(accounts.WeCom.AESKey, corpID, q.Get("echostr"))
		if err == nil && q.Get("msg_signature") == wechatsim.Sign(accounts.WeCom.Token, q.Get("timestamp"), q.Get("nonce"), q.Get("echostr")) {
			_, _ = w.Write(plain)
		}
	})
	mux.HandleFunc("GET /wechat/miniprogram/{id}", func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.WriteString(w, `"`+r.URL.Query().Get("echostr")+`"`)
	})
	c := newCallback(t)
	c.Config.Handler = mux
	w := newWorld(t, wechatsim.Options{}, c.URL)
	must(t, w.VerifyCallback(t.Context(), oaID))
	must(t, w.VerifyCallback(t.Context(), corpID))
	if err := w.VerifyCallback(t.Context(), mpID); err == nil {
		t.Error("a wrapped echostr was taken")
	}
	if err := w.VerifyCallback(t.Context(), "wx0"); !errors.Is(err, wechatsim.ErrUnknownAccount) {
		t.Error(err)
	}
}
