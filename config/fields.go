package config

import "strings"

// Prefix begins every word of the environment that is meant for Siyu.
const Prefix = "SIYU_"

// kind says what a value must look like before anybody asks what it means.
type kind int

const (
	word   kind = iota // free text, checked in validate.go where it has a shape
	secret             // free text that never prints
	whole              // a whole number
)

// field is one setting.
type field struct {
	key     string
	kind    kind
	initial string // the default; empty for none
	example string // shown in the sample, commented out, where there is no default
	about   Text   // lines of the sample file
}

// env returns the setting's name in the environment.
func (f field) env() string { return Prefix + strings.ToUpper(f.key) }

// section is a group of settings under one heading of the sample file.
type section struct {
	title  Text
	group  bool // all of its settings or none
	fields []field
}

// sections is the table of all settings, in the order of the sample file.
func sections() []section {
	return []section{
		{title: Text{En: "Where it listens", Zh: "监听地址"}, fields: addressFields()},
		{title: Text{En: "What it stores", Zh: "存储"}, fields: storeFields()},
		{title: Text{En: "Where WeChat is", Zh: "微信接口地址"}, fields: platformFields()},
		{
			title:  Text{En: "The first Official Account (all four or none)", Zh: "首个公众号（四项全填或全不填）"},
			group:  true,
			fields: channelFields("official"),
		},
		{
			title:  Text{En: "The first Mini Program (all four or none)", Zh: "首个小程序（四项全填或全不填）"},
			group:  true,
			fields: channelFields("miniprogram"),
		},
		{
			title:  Text{En: "The first WeCom corp (all five or none)", Zh: "首个企业微信（五项全填或全不填）"},
			group:  true,
			fields: weComFields(),
		},
		{title: Text{En: "How it speaks", Zh: "语言与日志"}, fields: speechFields()},
	}
}

func addressFields() []field {
	return []field{
		{key: "addr", initial: "127.0.0.1:8080", about: Text{
			En: "HOST:PORT for webhooks, APIs and the console. Put a TLS proxy in front of it.",
			Zh: "回调、接口与控制台的监听地址，前面请放一个 TLS 反向代理。",
		}},
		{key: "metrics_addr", initial: "127.0.0.1:8081", about: Text{
			En: "Not served yet: HOST:PORT for /metrics alone, never reachable from outside. \"off\" switches it off.",
			Zh: "目前尚未提供：仅供 /metrics 使用，不要对外开放；写 \"off\" 即关闭。",
		}},
		{key: "public_url", example: "https://siyu.example.com", about: Text{
			En: "The address under which members and WeChat reach this server.",
			Zh: "成员与微信访问本服务所用的公网地址。",
		}},
		{key: "trusted_proxies", example: "127.0.0.1, 10.0.0.0/8", about: Text{
			En: "Addresses of your reverse proxies, so that people are told apart behind them. Nobody else's word is taken.",
			Zh: "反向代理的地址（IP 或网段，逗号分隔），用于识别其后的访问者；其他来源一概不信。",
		}},
	}
}

func storeFields() []field {
	return []field{
		{key: "db", kind: secret, initial: "sqlite:siyu.db", about: Text{
			En: "sqlite:PATH, or mysql:USER:PASSWORD@tcp(HOST:3306)/DATABASE for MySQL 8, MariaDB 10.6 or newer.",
			Zh: "sqlite:文件路径，或 mysql:用户:密码@tcp(主机:3306)/库名（MySQL 8、MariaDB 10.6 及以上）。",
		}},
		{key: "redis_url", kind: secret, example: "redis://127.0.0.1:6379/0", about: Text{
			En: "Not used yet: jobs run from the database. It may stand here for later.",
			Zh: "目前尚未使用：任务由数据库驱动。可先填好备用。",
		}},
		{key: "secret_key", kind: secret, example: "the output of: openssl rand -base64 32", about: Text{
			En: "At least 32 bytes (base64, hex or plain) that seal secrets at rest and sign. Losing it loses them; keep a copy apart.",
			Zh: "至少 32 字节（base64、十六进制或原文），用于加密存储与签名。丢失后无法恢复，请另存一份。",
		}},
	}
}

func platformFields() []field {
	return []field{
		{key: "wechat_api", initial: "https://api.weixin.qq.com", about: Text{
			En: "Base URL for Official Accounts and Mini Programs. Point it at `siyu simulate` to try things out.",
			Zh: "公众号与小程序接口的根地址；指向 `siyu simulate` 即可本地试用。",
		}},
		{key: "wecom_api", initial: "https://qyapi.weixin.qq.com", about: Text{
			En: "Base URL for WeCom.",
			Zh: "企业微信接口的根地址。",
		}},
	}
}

// channelFields are the settings of an account that has an AppID.
func channelFields(name string) []field {
	return []field{
		{key: name + "_app_id", example: "wx0123456789abcdef", about: Text{
			En: "The account's AppID.",
			Zh: "账号的 AppID。",
		}},
		{key: name + "_app_secret", kind: secret, example: "0123456789abcdef0123456789abcdef", about: Text{
			En: "Its AppSecret.",
			Zh: "账号的 AppSecret。",
		}},
		{key: name + "_token", kind: secret, example: "the token of the message push page", about: Text{
			En: "The Token entered on the platform's message push page.",
			Zh: "平台“消息推送”页填写的 Token。",
		}},
		{key: name + "_aes_key", kind: secret, example: "43 letters and digits of the same page", about: Text{
			En: "The EncodingAESKey of the same page, 43 characters.",
			Zh: "同一页的 EncodingAESKey，共 43 个字符。",
		}},
	}
}

func weComFields() []field {
	return []field{
		{key: "wecom_corp_id", example: "ww0123456789abcdef", about: Text{
			En: "The CorpID.",
			Zh: "企业 ID（CorpID）。",
		}},
		{key: "wecom_secret", kind: secret, example: "the application's secret", about: Text{
			En: "The secret of the application that may use customer contact.",
			Zh: "有“客户联系”权限的应用 Secret。",
		}},
		{key: "wecom_agent_id", kind: whole, example: "1000002", about: Text{
			En: "Its AgentId, a number.",
			Zh: "该应用的 AgentId（数字）。",
		}},
		{key: "wecom_token", kind: secret, example: "the token of the callback page", about: Text{
			En: "The Token of the callback page.",
			Zh: "回调配置页的 Token。",
		}},
		{key: "wecom_aes_key", kind: secret, example: "43 letters and digits of the same page", about: Text{
			En: "The EncodingAESKey of the same page, 43 characters.",
			Zh: "同一页的 EncodingAESKey，共 43 个字符。",
		}},
	}
}

func speechFields() []field {
	return []field{
		{key: "lang", initial: Chinese, about: Text{
			En: "zh-Hans or en: texts the server sends when it does not know the reader's language.",
			Zh: "zh-Hans 或 en：不知道对方语言时所用的语言。",
		}},
		{key: "log_level", initial: "info", about: Text{
			En: "debug, info, warn or error. No level ever logs an openid, a token, a phone number or a message.",
			Zh: "debug、info、warn 或 error。任何级别都不会记录 openid、令牌、手机号或消息内容。",
		}},
		{key: "console_dir", example: "console/dist", about: Text{
			En: "A directory with a console build to serve in place of the one inside the program.",
			Zh: "用该目录中的控制台构建替换程序内置的控制台。",
		}},
	}
}

// fields returns all settings without their headings.
func fields() []field {
	var all []field
	for _, s := range sections() {
		all = append(all, s.fields...)
	}
	return all
}
