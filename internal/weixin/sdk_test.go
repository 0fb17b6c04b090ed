package weixin_test

import (
	"errors"
	"strings"
	"sync"
	"testing"

	"github.com/silenceper/wechat/v2/miniprogram/qrcode"
	"github.com/silenceper/wechat/v2/miniprogram/subscribe"
	"github.com/silenceper/wechat/v2/officialaccount/message"

	"siyu/internal/weixin"
)

func TestSDKGoesThroughTheHub(t *testing.T) {
	t.Parallel()
	p := newPlatform(t)
	h := newHub(t, p)
	oa, err := h.Official("wxofficial")
	if err != nil {
		t.Fatal(err)
	}
	mini, err := h.MiniProgram("wxmini")
	if err != nil {
		t.Fatal(err)
	}
	corp, err := h.Work("wwcorp", "1000002")
	if err != nil {
		t.Fatal(err)
	}
	if err := oa.GetCustomerMessageManager().Send(message.NewCustomerTextMessage("o1", "<b>你好&</b>")); err != nil {
		t.Error(err)
	}
	if err := mini.GetSubscribe().Send(&subscribe.Message{ToUser: "o1", TemplateID: "t"}); err != nil {
		t.Error(err)
	}
	p.answer("/wecom/cgi-bin/externalcontact/groupchat/list", `{"errcode":0,"group_chat_list":[{"chat_id":"wr1","status":0}]}`)
	list, err := corp.GetExternalContact().GetGroupChatList(nil)
	if err != nil || len(list.GroupChatList) != 1 {
		t.Errorf("%+v %v", list, err)
	}
	kf, err := corp.GetKF()
	if err != nil {
		t.Fatal(err)
	}
	if _, err := kf.AccountList(); err != nil {
		t.Error(err)
	}
	// This one ignores the SDK's own hook for addresses; only a transport catches it.
	p.answer("/wxa/getwxacodeunlimit", "\xff\xd8")
	if b, err := mini.GetQRCode().GetWXACodeUnlimit(qrcode.QRCoder{Scene: "s"}); err != nil || string(b) != "\xff\xd8" {
		t.Errorf("%q %v", b, err)
	}
	tokens, calls := p.seen()
	if tokens != 3 {
		t.Errorf("%d tokens for 3 accounts: %q", tokens, calls)
	}
	for _, call := range calls {
		if strings.Contains(call, "token-") || strings.Contains(call, "secret-") {
			t.Errorf("a stand-in went out: %s", call)
		}
	}
}

func TestDeadTokenIsReplacedOnce(t *testing.T) {
	t.Parallel()
	p := newPlatform(t)
	h := newHub(t, p)
	oa, err := h.Official("wxofficial")
	if err != nil {
		t.Fatal(err)
	}
	send := oa.GetCustomerMessageManager()
	if err := send.Send(message.NewCustomerTextMessage("o1", "x")); err != nil {
		t.Fatal(err)
	}
	p.kill()
	var wg sync.WaitGroup
	for range 32 {
		wg.Go(func() {
			if err := send.Send(message.NewCustomerTextMessage("o1", "x")); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	if tokens, _ := p.seen(); tokens != 2 {
		t.Errorf("%d tokens, want 2", tokens)
	}
	for _, body := range p.bodies {
		if body == "" {
			t.Error("a replay lost its body")
		}
	}
}

func TestReplayStopsAtOne(t *testing.T) {
	t.Parallel()
	p := newPlatform(t)
	p.answer("/a", `{"errcode":42001,"errmsg":"access_token expired"}`)
	h := newHub(t, p)
	err := h.PostJSON(t.Context(), "wxofficial", "/a", struct{}{}, nil)
	if code, _ := weixin.Code(err); code != 42001 || weixin.Classify(err) != weixin.Temporary {
		t.Errorf("%v", err)
	}
	if tokens, calls := p.seen(); tokens != 2 || len(calls) != 4 {
		t.Errorf("%d tokens, calls %q", tokens, calls)
	}
}

func TestErrorsCarryNoSecrets(t *testing.T) {
	t.Parallel()
	p := newPlatform(t)
	h := newHub(t, p)
	oa, err := h.Official("wxofficial")
	if err != nil {
		t.Fatal(err)
	}
	mini, err := h.MiniProgram("wxmini")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := h.Token(t.Context(), "wxofficial"); err != nil {
		t.Fatal(err)
	}
	p.answer("/cgi-bin/message/custom/send", "status 502")
	p.answer("/sns/jscode2session", "status 502")
	check := func(what string, err error) {
		t.Helper()
		if err == nil {
			t.Errorf("%s: no error", what)
			return
		}
		for _, secret := range []string{"TOPSECRET", "TOKEN-", "CODECODE"} {
			if strings.Contains(err.Error(), secret) {
				t.Errorf("%s: %q in %v", what, secret, err)
			}
		}
	}
	check("status", oa.GetCustomerMessageManager().Send(message.NewCustomerTextMessage("o1", "x")))
	_, err = mini.GetAuth().Code2SessionContext(t.Context(), "CODECODE")
	check("login of the SDK", weixin.Redacted(err))
	_, err = h.Login(t.Context(), "wxmini", "CODECODE")
	check("login", err)
	p.Close()
	check("refused connection", oa.GetCustomerMessageManager().Send(message.NewCustomerTextMessage("o1", "x")))
	_, err = h.Login(t.Context(), "wxmini", "CODECODE")
	check("login, refused connection", err)
	_, err = h.Token(t.Context(), "wwcorp")
	check("token, refused connection", err)
	check("call, refused connection", h.PostJSON(t.Context(), "wxmini", "/a", struct{}{}, nil))
}

func TestUserTokenNeedsAPin(t *testing.T) {
	t.Parallel()
	p := newPlatform(t)
	h := newHub(t, p)
	p.mu.Lock()
	p.good["USERTOKEN"] = true
	p.mu.Unlock()
	p.answer("/sns/userinfo", `{"openid":"o1","nickname":"n"}`)
	oa, err := h.Official("wxofficial")
	if err != nil {
		t.Fatal(err)
	}
	_, err = oa.GetOauth().GetUserInfoContext(t.Context(), "USERTOKEN", "o1", "")
	if !errors.Is(err, weixin.ErrNoAccount) {
		t.Errorf("without a pin: %v", err)
	}
	ctx, err := h.Pin(t.Context(), "wxofficial")
	if err != nil {
		t.Fatal(err)
	}
	info, err := oa.GetOauth().GetUserInfoContext(ctx, "USERTOKEN", "o1", "")
	if err != nil || info.OpenID != "o1" {
		t.Errorf("with a pin: %+v %v", info, err)
	}
}

func TestTwoAppsOfOneCorp(t *testing.T) {
	t.Parallel()
	p := newPlatform(t)
	h := newHub(t, p)
	second := workCreds
	second.AgentID = "1000003"
	if err := h.AddAccount(second); err != nil {
		t.Fatal(err)
	}
	if _, err := h.Token(t.Context(), "wwcorp"); !errors.Is(err, weixin.ErrNoAccount) {
		t.Errorf("which app? %v", err)
	}
	a, errA := h.Token(t.Context(), "wwcorp/1000002")
	b, errB := h.Token(t.Context(), "wwcorp/1000003")
	if errA != nil || errB != nil || a == b {
		t.Errorf("tokens %q %q, %v %v", a, b, errA, errB)
	}
}

func TestWrongKindOfAccount(t *testing.T) {
	t.Parallel()
	h := newHub(t, newPlatform(t))
	_, errA := h.Official("wxmini")
	_, errB := h.MiniProgram("wxofficial")
	_, errC := h.Work("wxmini", "")
	_, errD := h.Work("nobody", "1")
	for _, err := range []error{errA, errB, errC, errD} {
		if !errors.Is(err, weixin.ErrNoAccount) {
			t.Errorf("%v", err)
		}
	}
}

func TestTicketIsKept(t *testing.T) {
	t.Parallel()
	p := newPlatform(t)
	h := newHub(t, p)
	p.answer("/cgi-bin/ticket/getticket", `{"errcode":0,"errmsg":"ok","ticket":"TICKET","expires_in":7200}`)
	oa, err := h.Official("wxofficial")
	if err != nil {
		t.Fatal(err)
	}
	for range 3 {
		if _, err := oa.GetJs().GetConfig("https://example.com/"); err != nil {
			t.Fatal(err)
		}
	}
	if _, calls := p.seen(); len(calls) != 2 {
		t.Errorf("calls %q", calls)
	}
}
