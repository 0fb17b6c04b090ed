package doctor

import (
	"context"
	"fmt"
	"net/url"
	"strings"

	"siyu/config"
	"siyu/internal/weixin"
	"siyu/models"
)

// token asks for the account's access token, the running server's if it has one.
func (p *patient) token(ctx context.Context, hub *weixin.Hub, c channel) (bool, []Finding) {
	f := Finding{Check: "token", About: name(c.Channel), Level: Good, What: text("WeChat gives one", "可以取得")}
	if _, err := hub.Token(ctx, c.id); err != nil {
		f.Level = Bad
		f.What, f.Remedy = explain(err)
		if known, e := hub.Health(ctx, c.id); e == nil && len(known) == 1 && known[0].Address.IP != "" {
			f.What, f.Remedy = explainAddress(known[0].Address.IP, known[0].Address.Code)
		}
		return false, []Finding{f}
	}
	return true, []Finding{f}
}

// explain says what a refusal of the platform means for an operator, and what to do.
func explain(err error) (what, remedy config.Text) {
	what = text("WeChat refuses: %v", "微信拒绝：%v", weixin.Redacted(err))
	code, coded := weixin.Code(err)
	if !coded {
		return text("no answer: %v", "无响应：%v", reason(err)), text("try again; see wechat above if it stays", "请重试；若持续出现，见上方 wechat 一项")
	}
	switch code {
	case 40164, 61004, 60020:
		return explainAddress("", code)
	case 89501, 89503:
		return what, text("its administrator must allow this server's address: WeChat has sent a message to confirm", "请管理员在微信中确认本服务器的 IP")
	case 89506, 89507:
		return what, text("its administrator refused this server's address; ask again in a day (89506) or an hour (89507)",
			"管理员拒绝了本服务器的 IP；一天（89506）或一小时（89507）后再试")
	case 40001, 40125, 41004:
		return what, text("the secret is wrong: copy it anew from the account's console into the configuration", "AppSecret 不对：请从后台重新复制到配置中")
	case 40013:
		return what, text("the app id is wrong", "AppID 不对")
	case 40243:
		return what, text("the secret is frozen: unfreeze it in the account's console", "AppSecret 已被冻结，请在后台解冻")
	case 48001, 48002, 301002, 81017:
		return what, text("the account lacks this right: grant it in its console, or verify the account", "账号没有该接口权限：请在后台授权或完成认证")
	case 48004, 50002, 43107:
		return what, text("the account is banned or frozen: see the notices in its console", "账号被封禁或冻结，请查看后台通知")
	}
	if weixin.Classify(err) == weixin.Quota {
		return what, text("wait until the quota is renewed, or clear it in the console under System", "等待额度恢复，或在控制台“系统”中清零")
	}
	return what, text("look the code up in WeChat's documents", "请在微信文档中查询该错误码")
}

// explainAddress says which address the platform does not know, if it said so itself.
func explainAddress(ip string, code int) (what, remedy config.Text) {
	if ip == "" {
		return text("WeChat does not know this server's address (%d)", "微信不认识本服务器的地址（%d）", code),
			text("enter this server's outgoing address in the IP allow-list", "请把本服务器的出口 IP 填入白名单")
	}
	return text("WeChat does not know this server's address %s (%d)", "微信不认识本服务器的地址 %s（%d）", ip, code),
		text("enter %s in the IP allow-list of the account (WeCom: trusted IP of the app)", "请把 %s 填入该账号的 IP 白名单（企业微信：应用的可信 IP）", ip)
}

// quotaPaths are the calls whose daily quota decides whether people are answered.
func quotaPaths(k models.ChannelKind) []string {
	if k == models.MiniProgram {
		return []string{"/sns/jscode2session", "/cgi-bin/message/subscribe/send", "/wxa/msg_sec_check", "/wxa/getwxacodeunlimit", "/wxa/generate_urllink"}
	}
	return []string{"/cgi-bin/message/custom/send", "/cgi-bin/user/info", "/cgi-bin/message/mass/send", "/cgi-bin/menu/create", "/cgi-bin/qrcode/create"}
}

// Shares of a daily quota that are told.
const (
	quotaWarn = 80 // percent
	quotaBad  = 100
)

// quotas asks how much of each is used today.
func (p *patient) quotas(ctx context.Context, hub *weixin.Hub, c channel) []Finding {
	var found []Finding
	var fine []string
	for _, path := range quotaPaths(c.Kind) {
		var answer struct {
			Quota struct {
				Limit int64 `json:"daily_limit"`
				Used  int64 `json:"used"`
			} `json:"quota"`
		}
		err := hub.PostJSON(ctx, c.id, "/cgi-bin/openapi/quota/get", map[string]string{"cgi_path": path}, &answer)
		q := answer.Quota
		switch {
		case err != nil:
			if code, _ := weixin.Code(err); code == 76022 || code == 76021 || code == 76003 { // not an interface of this account
				continue
			}
			f := Finding{Check: "quota", About: name(c.Channel) + " " + path, Level: Warn}
			f.What, f.Remedy = explain(err)
			found = append(found, f)
		case q.Limit > 0 && q.Used*100 >= q.Limit*quotaWarn:
			f := Finding{Check: "quota", About: name(c.Channel) + " " + path, Level: Warn,
				What:   text("%d of %d used today", "今日已用 %d / %d", q.Used, q.Limit),
				Remedy: text("it is renewed at midnight in China", "额度在北京时间零点恢复")}
			if q.Used*100 >= q.Limit*quotaBad {
				f.Level = Bad
				f.Remedy = text("until midnight in China nothing is sent this way; or clear it in the console under System (10 times a month)",
					"北京时间零点前无法调用；也可在控制台“系统”中清零（每月 10 次）")
			}
			found = append(found, f)
		default:
			fine = append(fine, path)
		}
	}
	if len(fine) > 0 {
		found = append(found, Finding{Check: "quota", About: name(c.Channel), Level: Good,
			What: text("%d interfaces have room today", "%d 个接口今日额度充足", len(fine))})
	}
	return found
}

// network has WeChat itself look at our name and ports.
func (p *patient) network(ctx context.Context, hub *weixin.Hub, c channel) []Finding {
	var answer struct {
		DNS []struct {
			IP string `json:"ip"`
		} `json:"dns"`
		Ping []struct {
			IP   string `json:"ip"`
			Loss string `json:"package_loss"`
			Time string `json:"time"`
		} `json:"ping"`
	}
	f := Finding{Check: "network", About: name(c.Channel), Level: Good}
	err := hub.PostJSON(ctx, c.id, "/cgi-bin/callback/check", map[string]string{"action": "all", "check_operator": "DEFAULT"}, &answer)
	if err != nil {
		f.Level = Warn
		f.What, f.Remedy = explain(err)
		return []Finding{f}
	}
	lost := 0
	for _, ping := range answer.Ping {
		if ping.Loss != "" && ping.Loss != "0%" {
			lost++
		}
	}
	switch {
	case len(answer.DNS) == 0:
		f.Level, f.What = Warn, text("WeChat finds no address for the callback's name", "微信未能解析回调域名")
		f.Remedy = text("is the callback saved in the account's console, and the name public?", "检查后台是否已保存回调地址、域名是否公网可解析")
	case lost > 0:
		f.Level, f.What = Note, text("%d of %d pings of WeChat lost packets", "微信的 %d/%d 次 ping 有丢包", lost, len(answer.Ping))
	default:
		f.What = text("WeChat reaches the callback's name at %d addresses", "微信可解析回调域名，共 %d 个地址", len(answer.DNS))
	}
	return []Finding{f}
}

// permissions tries what the send-queue and the groups need of WeCom, by reading only.
func (p *patient) permissions(ctx context.Context, hub *weixin.Hub, c channel) []Finding {
	calls := []struct {
		what config.Text
		call func() error
	}{
		{text("staff with customer contact", "配置了客户联系的成员"), func() error {
			var users struct {
				Follow []string `json:"follow_user"`
			}
			err := hub.GetJSON(ctx, c.id, "/cgi-bin/externalcontact/get_follow_user_list", nil, &users)
			if err == nil && len(users.Follow) == 0 {
				return errNobody
			}
			return err
		}},
		{text("customer groups", "客户群"), func() error {
			return hub.PostJSON(ctx, c.id, "/cgi-bin/externalcontact/groupchat/list", map[string]any{"limit": 1}, nil)
		}},
		{text("mass messages", "群发"), func() error {
			now := models.WallClock{}.Now().Unix()
			return hub.PostJSON(ctx, c.id, "/cgi-bin/externalcontact/get_groupmsg_list_v2",
				map[string]any{"chat_type": "group", "start_time": now - 3600, "end_time": now, "limit": 1}, nil)
		}},
		{text("the app itself", "应用自身"), func() error {
			return hub.GetJSON(ctx, c.id, "/cgi-bin/agent/get", url.Values{"agentid": {c.AgentID}}, nil)
		}},
	}
	var found []Finding
	for _, t := range calls {
		f := Finding{Check: "wecom", About: name(c.Channel), Level: Good,
			What: text(t.what.En+": allowed", t.what.Zh+"：有权限")}
		if err := t.call(); err != nil {
			f.Level = Bad
			f.What, f.Remedy = explain(err)
			if err == errNobody { //nolint:errorlint // ours, and never wrapped
				f.What = text("nobody on the staff has customer contact", "没有成员配置客户联系功能")
				f.Remedy = text("choose the staff in WeCom's admin console under customer contact", "请在企业微信管理后台“客户联系”中配置成员")
			} else {
				f.What = text(t.what.En+": "+escape(f.What.En), t.what.Zh+"："+escape(f.What.Zh))
			}
		}
		found = append(found, f)
	}
	return found
}

var errNobody = fmt.Errorf("nobody")

func escape(s string) string { return strings.ReplaceAll(s, "%", "%%") }

// templates compares the subscription templates that notices are sent with against those of the account.
func (p *patient) templates(ctx context.Context, hub *weixin.Hub, c channel) []Finding {
	var answer struct {
		Data []struct {
			ID      string `json:"priTmplId"`
			Content string `json:"content"`
		} `json:"data"`
	}
	f := Finding{Check: "templates", About: name(c.Channel), Level: Good}
	if err := hub.GetJSON(ctx, c.id, "/wxaapi/newtmpl/gettemplate", nil, &answer); err != nil {
		f.Level = Warn
		f.What, f.Remedy = explain(err)
		return []Finding{f}
	}
	known, err := p.Store.Read(ctx).In(c.CommunityID).TemplatesOf(c.AppID)
	if err != nil {
		f.Level, f.What = Bad, text("they cannot be read: %v", "无法读取：%v", err)
		f.Remedy = text("see database above", "见上方 database 一项")
		return []Finding{f}
	}
	fields := map[string]string{}
	for _, t := range answer.Data {
		fields[t.ID] = t.Content
	}
	var found []Finding
	for _, t := range known {
		content, has := fields[t.TemplateID]
		w := Finding{Check: "templates", About: name(c.Channel) + " " + t.Title, Level: Warn}
		switch {
		case !has:
			w.What = text("the account does not have it any more", "账号中已没有该模板")
		case content != t.Content:
			w.What = text("its fields have changed", "字段已变更")
		case t.State == models.TemplatePaused:
			w.What = text("its notices are paused (%s)", "通知已暂停（%s）", t.Reason)
		default:
			continue
		}
		w.Remedy = text("see it in the console under Reach, Templates; then read the account's templates again", "请在控制台“触达 · 模板”中查看，然后重新同步")
		found = append(found, w)
	}
	f.What = text("%d in the account, %d of them in use here", "账号中有 %d 个，其中本系统使用 %d 个", len(answer.Data), len(known)-len(found))
	return append(found, f)
}
