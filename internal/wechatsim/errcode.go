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
		msg += " rid: 51a00000-00000000-00000000"
	}
	return status{ErrCode: e.Code, ErrMsg: msg}
}

// meaning is the platform's text of an errcode.
func meaning(code int) string {
	switch code {
	case -1:
		return "system error"
	case 40001:
		return "invalid credential, access_token is invalid or not latest"
	case 40002:
		return "invalid grant_type"
	case 40003:
		return "invalid openid or userid"
	case 40004:
		return "invalid media type"
	case 40007:
		return "invalid media_id"
	case 40013:
		return "invalid appid"
	case 40014:
		return "invalid access_token"
	case 40029:
		return "invalid code"
	case 40037:
		return "invalid template_id"
	case 40050:
		return "invalid chatid"
	case 40052:
		return "invalid action name"
	case 40053:
		return "invalid action info"
	case 40058:
		return "invalid request parameter"
	case 40066:
		return "invalid url"
	case 40125:
		return "invalid appsecret"
	case 41001:
		return "access_token missing"
	case 41063:
		return "group message is being dispatched, try later"
	case 42001:
		return "access_token expired"
	case 43101:
		return "user refuse to accept the msg"
	case 43108:
		return "another message is being sent to this user"
	case 45009:
		return "reach max api daily quota limit"
	case 45015:
		return "response out of time limit or subscription is canceled"
	case 45047:
		return "out of response count limit"
	case 47001:
		return "data format error"
	case 47003:
		return "argument invalid!"
	case 48001:
		return "api unauthorized"
	case 49008:
		return "group chat dismissed"
	case 84061:
		return "not external contact"
	default:
		return "error"
	}
}
