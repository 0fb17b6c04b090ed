package wechatsim

import "strings"

// The well-known accounts of NewDefault. They open nothing but a simulator.
const (
	DefaultOfficialAppID     = "wx51a0000000000001"
	DefaultOfficialSecret    = "5100000000000000000000000000000a"
	DefaultOfficialToken     = "simofficial"
	DefaultOfficialAESKey    = "SimulatedOfficialAccountEncodingAESKey00000"
	DefaultMiniProgramAppID  = "wx51a0000000000002"
	DefaultMiniProgramSecret = "5100000000000000000000000000000b"
	DefaultMiniProgramToken  = "simminiprogram"
	DefaultMiniProgramAESKey = "SimulatedMiniProgramEncodingAESKey000000000"
	DefaultCorpID            = "ww51a0000000000003"
	DefaultCorpSecret        = "5100000000000000000000000000000c"
	DefaultCorpAgentID       = "1000002"
	DefaultCorpToken         = "simwecom"
	DefaultCorpAESKey        = "SimulatedWeComEncodingAESKey000000000000000"
)

// Accounts is one of each kind.
type Accounts struct {
	Official    App
	MiniProgram App
	WeCom       Corp
}

// DefaultAccounts are the well-known accounts with their callbacks below a
// base URL: /wechat/official/{appid}, /wechat/miniprogram/{appid} and
// /wechat/work/{corpid}. An empty base means no pushes.
func DefaultAccounts(callbackBase string) Accounts {
	at := func(path string) string {
		if callbackBase == "" {
			return ""
		}
		return strings.TrimSuffix(callbackBase, "/") + path
	}
	return Accounts{
		Official: App{
			AppID: DefaultOfficialAppID, Secret: DefaultOfficialSecret, Token: DefaultOfficialToken,
			AESKey: DefaultOfficialAESKey, OriginalID: "gh_51a000000001",
			CallbackURL: at("/wechat/official/" + DefaultOfficialAppID),
		},
		MiniProgram: App{
			AppID: DefaultMiniProgramAppID, Secret: DefaultMiniProgramSecret, Token: DefaultMiniProgramToken,
			AESKey: DefaultMiniProgramAESKey, OriginalID: "gh_51a000000002", Format: JSON,
			CallbackURL: at("/wechat/miniprogram/" + DefaultMiniProgramAppID),
		},
		WeCom: Corp{
			CorpID: DefaultCorpID, Secret: DefaultCorpSecret, AgentID: DefaultCorpAgentID, Token: DefaultCorpToken,
			AESKey: DefaultCorpAESKey, CallbackURL: at("/wechat/work/" + DefaultCorpID),
		},
	}
}

// NewDefault makes a world with the well-known accounts.
func NewDefault(opts Options, callbackBase string) (*Sim, error) {
	s := New(opts)
	accounts := DefaultAccounts(callbackBase)
	if err := s.AddOfficial(accounts.Official); err != nil {
		return nil, err
	}
	if err := s.AddMiniProgram(accounts.MiniProgram); err != nil {
		return nil, err
	}
	if err := s.AddWeCom(accounts.WeCom); err != nil {
		return nil, err
	}
	return s, nil
}

// DefaultTemplates are subscription templates such as a Mini Program with
// vouchers chooses from the platform's library.
func DefaultTemplates() []SubscribeTemplate {
	return []SubscribeTemplate{
		{
			ID: "SimTemplateVoucherExpiry000000000000000000A", Title: "优惠券到期提醒",
			Content: "优惠券名称:{{thing1.DATA}}\n到期时间:{{time2.DATA}}\n使用门店:{{thing3.DATA}}\n",
			Example: "优惠券名称:肉桂卷买一送一\n到期时间:2026年10月1日 18:00\n使用门店:山景烘焙\n",
		},
		{
			ID: "SimTemplateOfferStarts00000000000000000000B", Title: "活动开始提醒",
			Content: "活动名称:{{thing1.DATA}}\n开始时间:{{time2.DATA}}\n参加方式:{{phrase3.DATA}}\n",
			Example: "活动名称:周末市集\n开始时间:2026年10月3日 10:00\n参加方式:到店\n",
			Enums:   map[string][]string{"phrase3": {"到店", "线上"}},
		},
	}
}
