package wechatsim

import "fmt"

// apiError is a business error: HTTP 200 with an errcode.
type apiError struct {
	Code int
	Msg  string // more than the standard text; often empty
}

func (e apiError) Error() string { return fmt.Sprintf("errcode %d: %s", e.Code, e.Msg) }

type status struct {
	ErrCode int    `json:"errcode"`
	ErrMsg  string `json:"errmsg"`
}

func ok() status { return status{ErrMsg: "ok"} }

// answer is the error as the platform words it: an app's errmsg ends with a
// request id, WeCom's with a hint.
func (e apiError) answer(path string) status {
	msg := meaning(e.Code)
	if e.Msg != "" {
		msg += " " + e.Msg
	}
	if isWeCom(path) {
		msg += fmt.Sprintf(", more info at https://open.work.weixin.qq.com/devtool/query?e=%d", e.Code)
	} else {
		msg += " rid: " + rid
	}
	return status{ErrCode: e.Code, ErrMsg: msg}
}

// meaning is the platform's text of an errcode.
func meaning(code int) string {
	text, known := map[int]string{
		-1:    "system error",
		40001: "invalid credential, access_token is invalid or not latest",
		40002: "invalid grant_type",
		40003: "invalid openid or userid",
		40004: "invalid media type",
		40007: "invalid media_id",
		40013: "invalid appid",
		40014: "invalid access_token",
		40029: "invalid code",
		40037: "invalid template_id",
		40050: "invalid chatid",
		40052: "invalid action name",
		40053: "invalid action info",
		40058: "invalid request parameter",
		40066: "invalid url",
		40164: "invalid ip",
		40125: "invalid appsecret",
		41001: "access_token missing",
		41050: "invalid welcome code",
		41051: "external user has started chatting",
		41096: "welcome message is being sent by another app",
		41063: "group message is being dispatched, try later",
		42001: "access_token expired",
		43101: "user refuse to accept the msg",
		43104: "appid not match with openid",
		43108: "another message is being sent to this user",
		44990: "reach max user api second frequency limit",
		44991: "reach max api minutely quota limit",
		45009: "reach max api daily quota limit",
		45011: "api minute-quota reach limit, must slower, retry next minute",
		45015: "response out of time limit or subscription is canceled",
		45047: "out of response count limit",
		43004: "require subscribe",
		43019: "require remove blacklist",
		45072: "invalid command",
		45080: "need prior interaction in 30 seconds",
		45081: "already typing",
		47001: "data format error",
		47003: "argument invalid!",
		47501: "invalid activity id",
		47502: "invalid target state",
		47503: "invalid version type",
		47504: "activity is expired",
		48001: "api unauthorized",
		48002: "user block receive message",
		49008: "group chat dismissed",
		60020: "not allow to access from your ip",
		81017: "too many users in the visible range, use owner_filter",
		84061: "not external contact",
	}[code]
	if !known {
		return "error"
	}
	return text
}
