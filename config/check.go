package config

import (
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"net"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// keyBytes is the least length of the secret key: AES-256 and HMAC-SHA-256 both want 32 bytes.
const keyBytes = 32

// aesKeyChars is the length of an EncodingAESKey on every WeChat platform page.
const aesKeyChars = 43

// Require returns [Problems] for those of the named settings that are empty: what a command cannot do without.
func (c Config) Require(keys ...string) error {
	var problems Problems
	for _, f := range fields() {
		if !slices.Contains(keys, f.key) || c.given(f.key) {
			continue
		}
		p := Problem{
			Key:  f.key,
			What: Text{En: "is missing", Zh: "未填写"},
			Remedy: Text{
				En: "Set " + f.key + " in the file or " + f.env() + " in the environment",
				Zh: "请在文件中填写 " + f.key + "，或设置环境变量 " + f.env(),
			},
		}
		if f.key == "secret_key" {
			p.Remedy = makeKey()
		}
		problems = append(problems, p)
	}
	return problems.err()
}

// Key returns the bytes of the secret key: decoded when it is written in hex or base64 and is long enough then, and
// otherwise the characters themselves. It is empty when none was given.
func (c Config) Key() []byte {
	text := c.SecretKey.Reveal()
	if raw, err := hex.DecodeString(text); err == nil && len(raw) >= keyBytes {
		return raw
	}
	unpadded := strings.TrimRight(text, "=")
	for _, enc := range []*base64.Encoding{base64.RawStdEncoding, base64.RawURLEncoding} {
		if raw, err := enc.DecodeString(unpadded); err == nil && len(raw) >= keyBytes {
			return raw
		}
	}
	return []byte(text)
}

// check returns what cannot work; from tells where each value came from.
func (c Config) check(from map[string]string) Problems {
	var problems Problems
	for _, f := range fields() {
		what, remedy := c.fault(f.key)
		if what.En != "" {
			problems = append(problems, Problem{Key: f.key, From: from[f.key], What: what, Remedy: remedy})
		}
	}
	return append(problems, c.halves(from)...)
}

// fault tells what is wrong with one setting; an empty text means nothing.
func (c Config) fault(key string) (what, remedy Text) {
	switch key {
	case "addr":
		return addrFault(c.Addr)
	case "metrics_addr":
		return c.metricsFault()
	case "public_url":
		return urlFault(c.PublicURL, false)
	case "trusted_proxies":
		return proxiesFault(c.Proxies())
	case "db":
		return dbFault(c.DB.Reveal())
	case "redis_url":
		return redisFault(c.RedisURL.Reveal())
	case "secret_key":
		return c.keyFault()
	case "wechat_api":
		return urlFault(c.WeChatAPI, true)
	case "wecom_api":
		return urlFault(c.WeComAPI, true)
	case "official_aes_key":
		return aesFault(c.Official.AESKey.Reveal())
	case "miniprogram_aes_key":
		return aesFault(c.MiniProgram.AESKey.Reveal())
	case "wecom_aes_key":
		return aesFault(c.WeCom.AESKey.Reveal())
	case "wecom_agent_id":
		return agentFault(c.WeCom.AgentID)
	case "lang":
		return oneOf(c.Lang, Chinese, English)
	case "log_level":
		return oneOf(c.LogLevel, "debug", "info", "warn", "error")
	}
	return Text{}, Text{}
}

func addrFault(addr string) (what, remedy Text) {
	_, port, err := net.SplitHostPort(addr)
	if n, bad := strconv.ParseUint(port, 10, 16); err == nil && bad == nil && n <= 65535 {
		return Text{}, Text{}
	}
	return Text{En: fmt.Sprintf("%q is not HOST:PORT", addr), Zh: fmt.Sprintf("%q 不是“主机:端口”", addr)},
		Text{En: "Write something like 127.0.0.1:8080, or :8080 for all addresses", Zh: "例如 127.0.0.1:8080；:8080 表示所有地址"}
}

func (c Config) metricsFault() (what, remedy Text) {
	switch c.MetricsAddr {
	case "", "off":
		return Text{}, Text{}
	case c.Addr:
		return Text{En: "is the same as addr", Zh: "与 addr 相同"},
			Text{En: "Metrics are not for the public: give another port, or \"off\"", Zh: "指标不应公开：请换一个端口，或写 \"off\""}
	}
	return addrFault(c.MetricsAddr)
}

// Proxies lists the trusted proxies.
func (c Config) Proxies() []string {
	return strings.FieldsFunc(c.TrustedProxies, func(r rune) bool { return r == ',' || r == ' ' })
}

func proxiesFault(proxies []string) (what, remedy Text) {
	for _, p := range proxies {
		if _, _, err := net.ParseCIDR(p); err != nil && net.ParseIP(p) == nil {
			return Text{En: fmt.Sprintf("%q is no IP address or network", p), Zh: fmt.Sprintf("%q 不是 IP 地址或网段", p)},
				Text{En: "Write something like 127.0.0.1, 10.0.0.0/8", Zh: "例如 127.0.0.1, 10.0.0.0/8"}
		}
	}
	return Text{}, Text{}
}

// urlFault wants http or https with a host and nothing behind it; an interface may stand under a path.
func urlFault(raw string, pathAllowed bool) (what, remedy Text) {
	if raw == "" && !pathAllowed {
		return Text{}, Text{}
	}
	u, err := url.Parse(raw)
	if err != nil || (u.Scheme != "http" && u.Scheme != "https") || u.Hostname() == "" || u.User != nil {
		return Text{En: "is not an http or https address", Zh: "不是 http 或 https 地址"},
			Text{En: "Write something like https://siyu.example.com", Zh: "例如 https://siyu.example.com"}
	}
	if u.RawQuery != "" || u.Fragment != "" || (!pathAllowed && strings.Trim(u.Path, "/") != "") {
		return Text{En: "has something behind the host", Zh: "主机名之后有多余内容"},
			Text{En: "Write scheme, host and port only", Zh: "只写协议、主机与端口"}
	}
	return Text{}, Text{}
}

func redisFault(raw string) (what, remedy Text) {
	if raw == "" {
		return Text{}, Text{}
	}
	u, err := url.Parse(raw)
	if err == nil && u.Host != "" && slices.Contains([]string{"redis", "rediss"}, u.Scheme) {
		return Text{}, Text{}
	}
	return Text{En: "is not a redis address", Zh: "不是 redis 地址"},
		Text{En: "Write something like redis://127.0.0.1:6379/0, rediss:// with TLS", Zh: "例如 redis://127.0.0.1:6379/0；TLS 用 rediss://"}
}

func (c Config) keyFault() (what, remedy Text) {
	if !c.SecretKey.IsSet() {
		return Text{}, Text{}
	}
	key := c.Key()
	if len(key) < keyBytes {
		return Text{
			En: fmt.Sprintf("has %d bytes, at least %d are needed", len(key), keyBytes),
			Zh: fmt.Sprintf("只有 %d 字节，至少需要 %d 字节", len(key), keyBytes),
		}, makeKey()
	}
	if distinct(key) < keyBytes/4 {
		return Text{En: "repeats itself and could be guessed", Zh: "重复过多，容易被猜到"}, makeKey()
	}
	return Text{}, Text{}
}

func makeKey() Text {
	return Text{
		En: "Make one with `openssl rand -base64 32` and keep a copy apart",
		Zh: "用 `openssl rand -base64 32` 生成，并另存一份",
	}
}

func distinct(b []byte) int {
	seen := map[byte]bool{}
	for _, c := range b {
		seen[c] = true
	}
	return len(seen)
}

func aesFault(key string) (what, remedy Text) {
	if key == "" || (len(key) == aesKeyChars && regexp.MustCompile(`^[A-Za-z0-9+/]+$`).MatchString(key)) {
		return Text{}, Text{}
	}
	remedy = Text{En: "Copy the EncodingAESKey from the platform's page once more", Zh: "请从平台页面重新复制 EncodingAESKey"}
	if len(key) != aesKeyChars {
		return Text{
			En: fmt.Sprintf("has %d characters instead of %d", len(key), aesKeyChars),
			Zh: fmt.Sprintf("共 %d 个字符，应为 %d 个", len(key), aesKeyChars),
		}, remedy
	}
	return Text{En: "holds other characters than letters and digits", Zh: "含有字母、数字以外的字符"}, remedy
}

func agentFault(id int64) (what, remedy Text) {
	if id >= 0 {
		return Text{}, Text{}
	}
	return Text{En: "is below zero", Zh: "小于零"}, Text{En: "Copy the AgentId from the application's page", Zh: "请从应用页面复制 AgentId"}
}

func oneOf(value string, allowed ...string) (what, remedy Text) {
	if slices.Contains(allowed, value) {
		return Text{}, Text{}
	}
	list := strings.Join(allowed, ", ")
	return Text{En: fmt.Sprintf("%q is not known", value), Zh: fmt.Sprintf("不认识 %q", value)},
		Text{En: "Write one of: " + list, Zh: "可选：" + list}
}
