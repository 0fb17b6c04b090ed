package weixin_test

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"siyu/internal/weixin"
)

func TestRetryAt(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 3, 1, 10, 0, 30, 0, time.UTC)
	for name, c := range map[string]struct {
		err      error
		wait     time.Duration // 0: it does not wait
		hopeless bool
	}{
		"nothing":          {nil, 0, false},
		"away":             {errors.New("connection reset"), 0, false},
		"busy":             {&weixin.APIError{Code: -1}, 0, false},
		"day":              {&weixin.APIError{Code: 45009}, 6*time.Hour - 30*time.Second, false},
		"minute":           {fmt.Errorf("send: %w", &weixin.APIError{Code: 45011}), 30 * time.Second, false},
		"minute, by text":  {errors.New("template msg send error : errcode=45011 , errmsg=x"), 30 * time.Second, false},
		"WeCom's minute":   {weixin.OfWeCom(errors.New("CancelGroupMsgSend Error , errcode=45009 , errmsg=x")), 30 * time.Second, false},
		"ours of WeCom":    {weixin.OfWeCom(&weixin.APIError{Code: 45009}), 6*time.Hour - 30*time.Second, false},
		"away from WeCom":  {weixin.OfWeCom(errors.New("connection reset")), 0, false},
		"no right there":   {weixin.OfWeCom(errors.New("CancelGroupMsgSend Error , errcode=48002 , errmsg=x")), 0, true},
		"address":          {&weixin.APIError{Code: 40164}, 10 * time.Minute, false},
		"address, by text": {errors.New("get token: errcode=40164 , errmsg=invalid ip"), 10 * time.Minute, false},
		"wrong secret":     {&weixin.APIError{Code: 40001, API: "/cgi-bin/stable_token"}, 10 * time.Minute, false},
		"dead token":       {&weixin.APIError{Code: 40001, API: "/a"}, 0, false},
		"frozen":           {&weixin.APIError{Code: 50002}, 10 * time.Minute, false},
		"no right":         {&weixin.APIError{Code: 48001}, 0, true},
		"no such account":  {weixin.ErrNoAccount, 0, false},
		"gone":             {&weixin.APIError{Code: 43004}, 0, true},
		"wrong":            {&weixin.APIError{Code: 47001}, 0, true},
	} {
		at, waits := weixin.RetryAt(c.err, now)
		if waits != (c.wait > 0) || waits && at.Sub(now) != c.wait {
			t.Errorf("%s: waits %v until %v, want %v", name, waits, at, c.wait)
		}
		if got := weixin.Hopeless(c.err); got != c.hopeless {
			t.Errorf("%s: hopeless %v, want %v", name, got, c.hopeless)
		}
	}
}
