package doctor

import (
	"context"
	"crypto/rand"
	"errors"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"

	"siyu/models"
)

// clock compares our clock with the platform's, which every answer of it carries.
func (p *patient) clock(ctx context.Context) []Finding {
	resp, err := p.get(ctx, http.MethodHead, p.Config.WeChatAPI)
	if err != nil {
		return []Finding{{Check: "wechat", About: host(p.Config.WeChatAPI), Level: Bad,
			What:   text("it cannot be reached: %v", "无法连接：%v", reason(err)),
			Remedy: text("let this machine out to port 443 of that host, and check its DNS", "请放行本机到该主机 443 端口的访问，并检查 DNS")}}
	}
	_ = resp.Body.Close()
	at, err := http.ParseTime(resp.Header.Get("Date"))
	if err != nil {
		return []Finding{{Check: "clock", Level: Note, What: text("WeChat does not say what time it is", "微信未返回时间")}}
	}
	return []Finding{drift("clock", at.Sub(models.WallClock{}.Now()), text("WeChat's clock", "微信时钟"))}
}

// address asks for ourselves under the public address, as WeChat and members do.
func (p *patient) address(ctx context.Context) []Finding {
	at := p.Config.PublicURL
	if at == "" {
		return []Finding{{Check: "public_url", Level: Bad, What: text("it is not set", "未设置"),
			Remedy: text("set SIYU_PUBLIC_URL to the https address under which WeChat and members reach this server",
				"请把 SIYU_PUBLIC_URL 设为微信与成员访问本服务的 https 地址")}}
	}
	f := Finding{Check: "public_url", About: at}
	resp, err := p.get(ctx, http.MethodGet, at+"/readyz")
	if err != nil {
		f.Level, f.What = Bad, text("it cannot be reached from here: %v", "从本机无法访问：%v", reason(err))
		f.Remedy = text("is siyu serve running, the proxy up, the name right and the certificate valid?", "检查 siyu serve 与反向代理是否运行、域名与证书是否有效")
		return []Finding{f}
	}
	defer func() { _ = resp.Body.Close() }()
	body, err := io.ReadAll(io.LimitReader(resp.Body, 64))
	if err != nil || resp.StatusCode != http.StatusOK || strings.TrimSpace(string(body)) != "ready" {
		f.Level, f.What = Bad, text("something else answers there (status %d)", "该地址由其他程序应答（状态 %d）", resp.StatusCode)
		f.Remedy = text("point the proxy at SIYU_ADDR; every path must reach Siyu unchanged", "请让反向代理把所有路径原样转发到 SIYU_ADDR")
		return []Finding{f}
	}
	f.Level, f.What = Good, text("it leads here", "可以访问本服务")
	if !strings.HasPrefix(at, "https://") {
		f.Level, f.What = Warn, text("it is not https", "不是 https")
		f.Remedy = text("Mini Programs accept https only, and pushes would travel in the clear", "小程序仅支持 https，且推送会以明文传输")
	}
	return []Finding{f}
}

// callback makes the check that WeChat makes when the address of an account is saved.
func (p *patient) callback(ctx context.Context, c channel) []Finding {
	if p.Config.PublicURL == "" {
		return nil
	}
	f := Finding{Check: "callback", About: name(c.Channel), Level: Bad}
	echo := rand.Text()
	query, err := c.receiver.CheckQuery(echo, rand.Text()[:10])
	if err != nil {
		f.What = text("the check cannot be made: %v", "无法进行检查：%v", err)
		return []Finding{f}
	}
	path := "/wechat/" + string(c.Kind) + "/" + url.PathEscape(c.AppID)
	resp, err := p.get(ctx, http.MethodGet, p.Config.PublicURL+path+"?"+query.Encode())
	if err != nil {
		f.What, f.Remedy = text("%s cannot be reached: %v", "%s 无法访问：%v", path, reason(err)), text("see public_url", "见 public_url")
		return []Finding{f}
	}
	defer func() { _ = resp.Body.Close() }()
	body, err := io.ReadAll(io.LimitReader(resp.Body, 1024))
	switch {
	case err == nil && resp.StatusCode == http.StatusOK && string(body) == echo:
		f.Level, f.What = Good, text("WeChat's check of %s%s succeeds", "%s%s 能通过微信的校验", host(p.Config.PublicURL), path)
	case resp.StatusCode == http.StatusForbidden:
		f.What = text("the server refuses a check signed with this account's token", "服务端拒绝了用该账号 Token 签名的校验")
		f.Remedy = text("the running server has another token or key, or its clock is wrong: start it again with this configuration",
			"正在运行的服务使用了不同的 Token 或密钥，或时钟不准：请用当前配置重启")
	default:
		f.What = text("the answer is not the bare echo (status %d)", "返回内容不是原样的 echostr（状态 %d）", resp.StatusCode)
		f.Remedy = text("the proxy must pass path, query and answer unchanged", "反向代理须原样转发路径、参数与应答")
	}
	return []Finding{f}
}

func (p *patient) get(ctx context.Context, method, address string) (*http.Response, error) {
	ctx, cancel := context.WithTimeout(ctx, timeout)
	req, err := http.NewRequestWithContext(ctx, method, address, nil)
	if err != nil {
		cancel()
		return nil, err
	}
	resp, err := p.HTTP.Do(req)
	if err != nil {
		cancel()
		return nil, err
	}
	resp.Body = closing{resp.Body, cancel}
	return resp, nil
}

// closing ends the time limit of an answer with its body.
type closing struct {
	io.ReadCloser
	cancel context.CancelFunc
}

func (c closing) Close() error {
	defer c.cancel()
	return c.ReadCloser.Close()
}

// reason is an error without the address, which has a signature in it.
func reason(err error) error {
	if u, ok := errors.AsType[*url.Error](err); ok {
		err = u.Err
	}
	if n, ok := errors.AsType[net.Error](err); ok && n.Timeout() {
		return errors.New("no answer within " + timeout.String())
	}
	return err
}
