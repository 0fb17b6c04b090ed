package weixin

import (
	"context"
	"errors"
	"strings"
)

// Class says what to do about an error of the platform.
type Class int

// The classes.
const (
	None      Class = iota // no error
	Temporary              // try again after a while
	Quota                  // we have called too often: stop until the limit is renewed
	Gone                   // this person or group cannot be reached this way now: do not try again
	Denied                 // the account lacks a right, a setting or its standing: somebody must look
	Invalid                // the request is wrong: trying again will not help
)

// String names the class for logs and metrics.
func (c Class) String() string {
	switch c {
	case None:
		return "none"
	case Temporary:
		return "temporary"
	case Quota:
		return "quota"
	case Gone:
		return "gone"
	case Denied:
		return "denied"
	case Invalid:
		return "invalid"
	}
	return "unknown"
}

// Classify sorts any error of an outbound call, ours or the SDK's. An error without an errcode is a failure on the way and
// so Temporary, except for what is plainly a mistake on our side.
func Classify(err error) Class {
	if e, ok := errors.AsType[*StoppedError](err); ok {
		return e.Class
	}
	switch {
	case err == nil:
		return None
	case errors.Is(err, ErrNoAccount), errors.Is(err, errNotLoopback):
		return Denied
	case errors.Is(err, ErrMalformed), errors.Is(err, ErrTooLarge), errors.Is(err, ErrRejected):
		return Invalid
	case errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded):
		return Temporary
	}
	if e, ok := errors.AsType[*HTTPError](err); ok {
		return classOfStatus(e.Status)
	}
	code, ok := Code(err)
	if !ok {
		return Temporary
	}
	var api string
	kind := Kind(0)
	if e, ok := errors.AsType[*APIError](err); ok {
		api, kind = e.API, e.Kind
	}
	switch {
	case code == 0:
		return None
	case code == 40001 && isTokenAPI(api):
		return Denied // the secret is wrong
	case code == 48002 && (kind == WeCom || strings.Contains(err.Error(), "forbidden")):
		return Denied // on WeCom: the app may not call this; elsewhere: the person refuses messages
	}
	return classOfCode(code)
}

func classOfStatus(status int) Class {
	if status == 429 || status >= 500 {
		return Temporary
	}
	return Invalid
}

func isTokenAPI(api string) bool {
	switch api {
	case "/cgi-bin/token", "/cgi-bin/stable_token", "/cgi-bin/gettoken":
		return true
	}
	return false
}

func classOfCode(code int) Class {
	switch code {
	case -1, // busy
		40001, 40014, 42001, // the token died again after a renewal and a replay
		41063,        // WeCom: the mass message is still being handed out
		41096,        // WeCom: another app is sending the welcome
		43108,        // two messages to one person at once
		45033, 45035, // WeCom: concurrent calls
		45066: // mass send: try again in a minute
		return Temporary
	case 44990, 44991, 45009, 45011, // per second, per minute, per day, per minute
		44993, // links
		45029, // permanent codes, for life
		48006: // clearing a quota
		return Quota
	case 40003, // no such openid
		41051,        // WeCom: already greeted
		43004, 43019, // not following; blocked
		43101,        // no subscription left, or refused
		45015, 45047, // the window to answer is over; its messages are used up
		48002, // refuses messages
		61010, // not seen in the last two hours
		84061: // WeCom: not a contact of that member
		return Gone
	case 40013, 40125, 40243, // appid or secret wrong; secret frozen
		40164, 61004, 60020, 89501, 89503, 89506, 89507, // our address is not welcome
		41001, 41002, 41004, // token, appid or secret missing
		41054, 81017, 301002, 701008, // WeCom: rights of the member, the range, the app; licences
		43107, 48001, 48004, 50002: // banned, not granted, frozen
		return Denied
	}
	return Invalid
}
