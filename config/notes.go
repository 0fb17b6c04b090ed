package config

import (
	"net"
	"net/url"
	"regexp"
	"strings"
)

// Notes returns what is odd and may still be meant: settings that do nothing yet and values of an unusual shape. They
// are for the operator's eyes at the start, and never quote a secret.
func (c Config) Notes() []Problem {
	var notes []Problem
	note := func(key string, what, remedy Text) {
		notes = append(notes, Problem{Key: key, What: what, Remedy: remedy})
	}
	if overPlainHTTP(c.PublicURL) {
		note("public_url",
			Text{En: "is plain http", Zh: "使用的是明文 http"},
			Text{En: "WeChat opens https pages only, and cookies travel in the clear", Zh: "微信只打开 https 页面，且登录凭据会明文传输"})
	}
	if c.RedisURL.IsSet() {
		note("redis_url",
			Text{En: "is not used yet: jobs run from the database", Zh: "目前尚未使用：任务由数据库驱动"},
			Text{})
	}
	for _, id := range []struct{ key, value, shape, like string }{
		{"official_app_id", c.Official.AppID, `^wx[0-9a-f]{16}$`, "wx0123456789abcdef"},
		{"miniprogram_app_id", c.MiniProgram.AppID, `^wx[0-9a-f]{16}$`, "wx0123456789abcdef"},
		{"wecom_corp_id", c.WeCom.CorpID, `^w[wx][0-9a-f]{16}$`, "ww0123456789abcdef"},
	} {
		if id.value != "" && !regexp.MustCompile(id.shape).MatchString(id.value) {
			note(id.key,
				Text{En: "does not look like " + id.like, Zh: "看起来不像 " + id.like},
				Text{En: "Fine for a simulated account; otherwise copy it once more", Zh: "模拟账号可忽略；否则请重新复制"})
		}
	}
	if c.Official.IsSet() && c.Official.AppID == c.MiniProgram.AppID {
		note("miniprogram_app_id",
			Text{En: "is the same as official_app_id", Zh: "与 official_app_id 相同"},
			Text{En: "An Official Account and a Mini Program never share an AppID", Zh: "公众号与小程序的 AppID 不会相同"})
	}
	return notes
}

// overPlainHTTP tells an http address that is not of this machine.
func overPlainHTTP(raw string) bool {
	u, err := url.Parse(raw)
	if err != nil || !strings.EqualFold(u.Scheme, "http") {
		return false
	}
	ip := net.ParseIP(u.Hostname())
	return u.Hostname() != "localhost" && (ip == nil || !ip.IsLoopback())
}
