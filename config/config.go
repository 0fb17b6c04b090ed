package config

// Config is everything one Siyu is told from outside. What each setting means, in both languages, stands in fields.go.
// The tags are the words of the file; with SIYU_ before them and in capitals they are the words of the environment.
type Config struct {
	Addr        string `koanf:"addr"`         // HOST:PORT of webhooks, APIs and the console
	MetricsAddr string `koanf:"metrics_addr"` // HOST:PORT of /metrics alone; empty when switched off
	PublicURL   string `koanf:"public_url"`   // the address members and WeChat reach, without a slash at the end

	// TrustedProxies are the addresses (IP or CIDR, separated by commas) whose X-Forwarded-For is believed.
	TrustedProxies string `koanf:"trusted_proxies"`

	DB       Secret `koanf:"db"`        // sqlite:PATH or mysql:DSN; secret because a DSN holds a password
	RedisURL Secret `koanf:"redis_url"` // accepted and kept, not used yet

	SecretKey Secret `koanf:"secret_key"` // seals secrets at rest and signs; use [Config.Key] for its bytes

	WeChatAPI string `koanf:"wechat_api"` // base URL of the Official Account and Mini Program interfaces
	WeComAPI  string `koanf:"wecom_api"`  // base URL of the WeCom interfaces

	Official    Official    `koanf:",squash"`
	MiniProgram MiniProgram `koanf:",squash"`
	WeCom       WeCom       `koanf:",squash"`

	Lang       string `koanf:"lang"`        // zh-Hans or en: the texts the server sends of its own accord
	LogLevel   string `koanf:"log_level"`   // debug, info, warn or error
	ConsoleDir string `koanf:"console_dir"` // a console build to serve in place of the one in the program
}

// Official is the Official Account that is set up first.
type Official struct {
	AppID     string `koanf:"official_app_id"`
	AppSecret Secret `koanf:"official_app_secret"`
	Token     Secret `koanf:"official_token"`   // signs pushes
	AESKey    Secret `koanf:"official_aes_key"` // EncodingAESKey, 43 characters
}

// MiniProgram is the Mini Program that is set up first.
type MiniProgram struct {
	AppID     string `koanf:"miniprogram_app_id"`
	AppSecret Secret `koanf:"miniprogram_app_secret"`
	Token     Secret `koanf:"miniprogram_token"`   // signs pushes
	AESKey    Secret `koanf:"miniprogram_aes_key"` // EncodingAESKey, 43 characters
}

// WeCom is the WeCom corp and its application that are set up first.
type WeCom struct {
	CorpID  string `koanf:"wecom_corp_id"`
	Secret  Secret `koanf:"wecom_secret"`
	AgentID int64  `koanf:"wecom_agent_id"`
	Token   Secret `koanf:"wecom_token"`   // signs callbacks
	AESKey  Secret `koanf:"wecom_aes_key"` // EncodingAESKey, 43 characters
}

// IsSet tells whether an Official Account was given.
func (o Official) IsSet() bool { return o.AppID != "" }

// IsSet tells whether a Mini Program was given.
func (m MiniProgram) IsSet() bool { return m.AppID != "" }

// IsSet tells whether a WeCom corp was given.
func (w WeCom) IsSet() bool { return w.CorpID != "" }
