package weixin_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"strings"
	"testing"
	"time"

	"siyu/internal/weixin"
)

type sent struct {
	MsgID int64 `json:"msgid"`
}

func TestCallCarriesTokenAndReachesItsServer(t *testing.T) {
	t.Parallel()
	p := newPlatform(t)
	h := newHub(t, p)
	var out sent
	if err := h.PostJSON(t.Context(), "wxmini", "/cgi-bin/message/subscribe/send", map[string]string{"a": "<&>"}, &out); err != nil {
		t.Fatal(err)
	}
	if err := h.GetJSON(t.Context(), "wwcorp", "/cgi-bin/user/get", url.Values{"userid": {"a&b"}, "access_token": {"x"}}, nil); err != nil {
		t.Fatal(err)
	}
	_, calls := p.seen()
	want := []string{
		"POST /cgi-bin/stable_token?", "POST /cgi-bin/message/subscribe/send?access_token=TOKEN-1",
		"GET /wecom/cgi-bin/gettoken?corpid=wwcorp&corpsecret=TOPSECRET",
		"GET /wecom/cgi-bin/user/get?access_token=TOKEN-2&userid=a%26b",
	}
	if strings.Join(calls, "\n") != strings.Join(want, "\n") || out.MsgID != 7 {
		t.Errorf("calls %q, out %+v", calls, out)
	}
	if p.bodies[1] != "{\"a\":\"<&>\"}\n" {
		t.Errorf("body %q", p.bodies[1])
	}
	var ask struct {
		GrantType    string `json:"grant_type"`
		AppID        string
		Secret       string
		ForceRefresh *bool `json:"force_refresh"`
	}
	if err := json.Unmarshal([]byte(p.bodies[0]), &ask); err != nil || ask.AppID != "wxmini" || ask.ForceRefresh == nil || *ask.ForceRefresh {
		t.Errorf("token request %q: %v", p.bodies[0], err)
	}
}

func TestTwoHubsOneProcess(t *testing.T) {
	t.Parallel()
	for i := range 4 {
		t.Run(fmt.Sprint(i), func(t *testing.T) {
			t.Parallel()
			p := newPlatform(t)
			p.answer("/sns/jscode2session", fmt.Sprintf(`{"openid":"o%d","session_key":"k"}`, i))
			h := newHub(t, p) // the same appids as the other three
			mini, err := h.MiniProgram("wxmini")
			if err != nil {
				t.Fatal(err)
			}
			res, err := mini.GetAuth().Code2SessionContext(t.Context(), "code1")
			if err != nil || res.OpenID != fmt.Sprintf("o%d", i) {
				t.Fatalf("%+v %v", res, err)
			}
		})
	}
}

func TestLogin(t *testing.T) {
	t.Parallel()
	p := newPlatform(t)
	h := newHub(t, p)
	p.answer("/sns/jscode2session", `{"openid":"o1","session_key":"k","unionid":"u"}`)
	s, err := h.Login(t.Context(), "wxmini", "0a1B_-")
	if err != nil || s.OpenID != "o1" || s.UnionID != "u" {
		t.Fatalf("%+v %v", s, err)
	}
	for _, code := range []string{"", "x&grant_type=evil", "a b", strings.Repeat("a", 129), "é"} {
		if _, err := h.Login(t.Context(), "wxmini", code); !errors.Is(err, weixin.ErrMalformed) {
			t.Errorf("code %q: %v", code, err)
		}
	}
	p.answer("/sns/jscode2session", `{"errcode":40029,"errmsg":"invalid code: 0a1B, hints: [ req_id: x ]"}`)
	_, err = h.Login(t.Context(), "wxmini", "0a1B")
	if e, ok := errors.AsType[*weixin.APIError](err); !ok || e.Code != 40029 || strings.Contains(err.Error(), "0a1B") {
		t.Errorf("refused code: %v", err)
	}
	if tokens, calls := p.seen(); tokens != 0 || len(calls) != 2 {
		t.Errorf("%d tokens, calls %q", tokens, calls)
	}
}

func TestAnswers(t *testing.T) {
	t.Parallel()
	p := newPlatform(t)
	h := newHub(t, p)
	ctx := t.Context()
	p.answer("/wxa/getwxacodeunlimit", "\xff\xd8picture")
	var picture []byte
	if err := h.PostJSON(ctx, "wxmini", "/wxa/getwxacodeunlimit", struct{}{}, &picture); err != nil || string(picture) != "\xff\xd8picture" {
		t.Errorf("picture %q %v", picture, err)
	}
	p.answer("/a", `{"errcode":43101,"errmsg":"user refuse rid: 1"}`)
	err := h.PostJSON(ctx, "wxmini", "/a", struct{}{}, nil)
	if e, ok := errors.AsType[*weixin.APIError](err); !ok || e.API != "/a" || weixin.Classify(err) != weixin.Gone {
		t.Errorf("refusal %v", err)
	}
	p.answer("/b", "status 502")
	if err := h.PostJSON(ctx, "wxmini", "/b", struct{}{}, nil); weixin.Classify(err) != weixin.Temporary {
		t.Errorf("502: %v", err)
	}
	p.answer("/c", "<html>")
	var out sent
	if err := h.PostJSON(ctx, "wxmini", "/c?x=1", struct{}{}, &out); err == nil || weixin.Classify(err) != weixin.Temporary {
		t.Errorf("html: %v", err)
	}
	if err := h.PostJSON(ctx, "wxmini", "no/slash", struct{}{}, nil); weixin.Classify(err) != weixin.Invalid {
		t.Errorf("path: %v", err)
	}
	if err := h.PostJSON(ctx, "nobody", "/a", struct{}{}, nil); !errors.Is(err, weixin.ErrNoAccount) || weixin.Classify(err) != weixin.Denied {
		t.Errorf("no account: %v", err)
	}
}

func TestLoopbackOnly(t *testing.T) {
	t.Parallel()
	p := newPlatform(t)
	h := newHub(t, p, func(o *weixin.HubOptions) { o.WeChatAPI = "" })
	if err := h.PostJSON(t.Context(), "wxmini", "/a", struct{}{}, nil); weixin.Classify(err) != weixin.Denied {
		t.Errorf("outside: %v", err)
	}
	if err := h.PostJSON(t.Context(), "wwcorp/1000002", "/a", struct{}{}, nil); err != nil {
		t.Errorf("inside: %v", err)
	}
}

func TestTimeout(t *testing.T) {
	t.Parallel()
	p := newPlatform(t)
	p.hang = make(chan struct{})
	h := newHub(t, p, func(o *weixin.HubOptions) { o.Timeout = 50 * time.Millisecond })
	t.Cleanup(func() { close(p.hang) })
	err := h.PostJSON(t.Context(), "wxmini", "/a", struct{}{}, nil)
	if !errors.Is(err, context.DeadlineExceeded) || weixin.Classify(err) != weixin.Temporary {
		t.Errorf("hanging platform: %v", err)
	}
}

func TestAddAccountRefusesAndReplaces(t *testing.T) {
	t.Parallel()
	p := newPlatform(t)
	h := newHub(t, p)
	for _, c := range []weixin.Credentials{
		{}, {Kind: weixin.Official, ID: "x"}, {Kind: weixin.WeCom, ID: "x", Secret: "s"},
		{Kind: weixin.Official, ID: "x", Secret: "s", APIBase: "ftp://x"},
	} {
		if err := h.AddAccount(c); err == nil {
			t.Errorf("%+v accepted", c)
		}
	}
	other := newPlatform(t)
	moved := miniCreds
	moved.APIBase = other.URL
	if err := h.AddAccount(moved); err != nil {
		t.Fatal(err)
	}
	if err := h.PostJSON(t.Context(), "wxmini", "/a", struct{}{}, nil); err != nil {
		t.Fatal(err)
	}
	if _, calls := other.seen(); len(calls) != 2 {
		t.Errorf("calls at the new address: %q", calls)
	}
}
