package weixin_test

import (
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/silenceper/wechat/v2/util"

	"siyu/internal/weixin"
)

func TestClassify(t *testing.T) {
	t.Parallel()
	api := func(code int, kind weixin.Kind, api string) error {
		return &weixin.APIError{Code: code, Kind: kind, API: api}
	}
	for name, c := range map[string]struct {
		err  error
		want weixin.Class
	}{
		"nil":                {nil, weixin.None},
		"busy":               {api(-1, 0, ""), weixin.Temporary},
		"same fan":           {api(43108, 0, ""), weixin.Temporary},
		"deadline":           {context.DeadlineExceeded, weixin.Temporary},
		"no code":            {errors.New("connection reset"), weixin.Temporary},
		"too many requests":  {&weixin.HTTPError{Status: 429}, weixin.Temporary},
		"not found":          {&weixin.HTTPError{Status: 404}, weixin.Invalid},
		"daily":              {api(45009, 0, ""), weixin.Quota},
		"no subscription":    {api(43101, 0, ""), weixin.Gone},
		"window over":        {api(45015, 0, ""), weixin.Gone},
		"fan refuses":        {api(48002, weixin.Official, ""), weixin.Gone},
		"app not allowed":    {api(48002, weixin.WeCom, ""), weixin.Denied},
		"app, by the SDK":    {util.NewCommonError("x", 48002, "api forbidden for no authority"), weixin.Denied},
		"wrong secret":       {api(40001, weixin.Official, "/cgi-bin/stable_token"), weixin.Denied},
		"dead token":         {api(40001, weixin.Official, "/cgi-bin/menu/get"), weixin.Temporary},
		"address":            {api(40164, 0, ""), weixin.Denied},
		"words":              {api(45168, 0, ""), weixin.Invalid},
		"unknown code":       {api(99999, 0, ""), weixin.Invalid},
		"typed":              {util.NewCommonError("Send", 45009, "reach max api daily quota limit"), weixin.Quota},
		"untyped":            {errors.New("customer msg send error : errcode=45047 , errmsg=out of response count limit"), weixin.Gone},
		"untyped, negative":  {errors.New("template msg send error : errcode=-1 , errmsg=system error"), weixin.Temporary},
		"untyped, no number": {errors.New("errcode=x"), weixin.Temporary},
	} {
		if got := weixin.Classify(c.err); got != c.want {
			t.Errorf("%s: %v, want %v", name, got, c.want)
		}
	}
}

func TestRedact(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"https://x/y?access_token=ABC&appid=wx1":            "https://x/y?access_token=***&appid=wx1",
		"uri=https://x/t?appid=a&secret=S , statusCode=502": "uri=https://x/t?appid=a&secret=*** , statusCode=502",
		"?corpsecret=S&x=1":                                 "?corpsecret=***&x=1",
		"?js_code=C&grant_type=authorization_code":          "?js_code=***&grant_type=authorization_code",
		"?code=C&x":                        "?code=***&x",
		`{"session_key":"K","openid":"o"}`: `{"session_key":"***","openid":"***"}`,
		"get https://x/cgi-bin/user/info?openid=oX&lang=zh_CN": "get https://x/cgi-bin/user/info?openid=***&lang=zh_CN",
		"errcode=40001 , errmsg=access_token is invalid":       "errcode=40001 , errmsg=access_token is invalid",
		"invalid code: 0a1B, hints":                            "invalid code: ***, hints",
		"component_access_token=A refresh_token=B ticket=C ok": "component_access_token=*** refresh_token=*** ticket=*** ok",
	} {
		if got := weixin.Redact(in); got != want {
			t.Errorf("%q\ngot  %q\nwant %q", in, got, want)
		}
	}
	err := weixin.Redacted(&weixin.APIError{Code: 40029, Msg: "code: abc"})
	if code, ok := weixin.Code(err); !ok || code != 40029 || strings.Contains(err.Error(), "abc") {
		t.Errorf("%v", err)
	}
	if weixin.Redacted(nil) != nil {
		t.Error("nil is an error")
	}
}
