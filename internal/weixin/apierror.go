package weixin

import (
	"errors"
	"fmt"
	"regexp"
	"strconv"
	"strings"

	"github.com/silenceper/wechat/v2/util"
)

// APIError is a refusal of the platform: an answer whose errcode is not 0.
type APIError struct {
	Code int
	Msg  string // errmsg, without secrets
	API  string // the path that was called
	Kind Kind   // of the account; some codes mean different things on WeCom
}

func (e *APIError) Error() string {
	return fmt.Sprintf("weixin: %s: errcode=%d errmsg=%s", e.API, e.Code, e.Msg)
}

// HTTPError is an answer with another status than 200, which the platform gives only when something is broken.
type HTTPError struct {
	Status int
	API    string
}

func (e *HTTPError) Error() string { return fmt.Sprintf("weixin: %s: HTTP status %d", e.API, e.Status) }

// ErrNoAccount is a call for an account that no hub has, or one whose account cannot be told.
var ErrNoAccount = errors.New("weixin: no such account")

// Code finds the errcode in an error of ours or of the SDK, which for many calls has it only in the text.
func Code(err error) (int, bool) {
	if err == nil {
		return 0, false
	}
	if e, ok := errors.AsType[*StoppedError](err); ok {
		return e.Code, e.Code != 0
	}
	if e, ok := errors.AsType[*APIError](err); ok {
		return e.Code, true
	}
	if e, ok := errors.AsType[*util.CommonError](err); ok {
		return int(e.ErrCode), true
	}
	return codeInText(err.Error())
}

// OfWeCom says of an error of the SDK that it came from WeCom, which the SDK's own do not say: there some codes mean something
// else, such as too many calls in a minute and not on a day. An error without an errcode, and one of ours, stays as it is.
func OfWeCom(err error) error {
	code, said := Code(err)
	if _, stopped := errors.AsType[*StoppedError](err); stopped || !said || code == 0 {
		return err
	}
	if _, ours := errors.AsType[*APIError](err); ours {
		return err
	}
	return &APIError{Code: code, Msg: Redact(err.Error()), API: "WeCom", Kind: WeCom}
}

// codeInText reads the first "errcode=40001" of an error text.
func codeInText(text string) (int, bool) {
	_, rest, found := strings.Cut(text, "errcode=")
	if !found {
		return 0, false
	}
	end := 0
	for end < len(rest) && (rest[end] >= '0' && rest[end] <= '9' || end == 0 && rest[end] == '-') {
		end++
	}
	code, err := strconv.Atoi(rest[:end])
	return code, err == nil
}

// secretText finds what must not be in a text: the value after a key that names a token, a secret, a login code, a session
// key, a ticket or a person, in a URL or in JSON.
var secretText = regexp.MustCompile(
	`(?i)((?:^|[^a-z0-9_])(?:[a-z_]*(?:token|secret)|js_code|code|session_key|[a-z_]*ticket|[a-z_]*openid|unionid|external_userid|touser)["']?\s*[=:]\s*["']?)([^&\s"',}]+)`)

// Redact takes tokens, secrets, codes and the names of people out of a text.
func Redact(text string) string { return secretText.ReplaceAllString(text, "${1}***") }

// Redacted wraps an error of the SDK so that its text carries no login code, user token or openid, while errors.Is and errors.As
// still see what is inside. (Our own tokens and secrets never reach the SDK.)
func Redacted(err error) error {
	if err == nil {
		return nil
	}
	return &redacted{err}
}

type redacted struct{ err error }

func (r *redacted) Error() string { return Redact(r.err.Error()) }
func (r *redacted) Unwrap() error { return r.err }
