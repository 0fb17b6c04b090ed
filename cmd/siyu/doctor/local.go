package doctor

import (
	"context"
	"fmt"
	"net/url"
	"os"
	"strings"
	"time"

	"siyu/config"
	"siyu/internal/weixin"
	"siyu/models"
)

// slow is when an answer of the database is slow enough to be told: a push has 4.5 s for all of its questions.
const slow = 250 * time.Millisecond

func text(en, zh string, args ...any) config.Text {
	if len(args) > 0 {
		en, zh = fmt.Sprintf(en, args...), fmt.Sprintf(zh, args...)
	}
	return config.Text{En: en, Zh: zh}
}

// settings tells what the configuration lacks; that it can be read was checked before.
func (p *patient) settings() []Finding {
	var found []Finding
	for _, n := range p.Config.Notes() {
		found = append(found, Finding{Check: "config", About: n.Key, Level: Note, What: n.What, Remedy: n.Remedy})
	}
	return append(found, Finding{Check: "config", Level: Good, What: text("it can be read", "可以读取")})
}

// database looks at the store: does it answer, in time, with the schema of this program, and does it take changes?
func (p *patient) database(ctx context.Context) []Finding {
	facts, err := p.Store.Facts(ctx)
	if err != nil {
		return []Finding{{Check: "database", Level: Bad, What: text("it does not answer: %v", "没有响应：%v", err),
			Remedy: text("start the database, and check the address, user and password in SIYU_DB", "启动数据库，并核对 SIYU_DB 中的地址、用户与密码")}}
	}
	about := string(facts.Engine) + " " + facts.Version
	found := []Finding{{Check: "database", About: about, Level: Good,
		What: text("answers in %v", "%v 内响应", facts.Answers.Round(100*time.Microsecond))}}
	if facts.Answers > slow {
		found[0].Level = Warn
		found[0].Remedy = text("put the database nearer to the server: every push asks it several times within 4.5 s",
			"请把数据库放得离服务器近一些：每条推送须在 4.5 秒内多次查询")
	}
	found = append(found, p.schema(ctx)...)
	if worst(found) == Bad {
		return found
	}
	if err := p.Store.CheckWrite(ctx); err != nil {
		found = append(found, Finding{Check: "database", About: about, Level: Bad,
			What:   text("takes no changes: %v", "无法写入：%v", err),
			Remedy: text("is the disk full, the file of another user, or the server read-only?", "检查磁盘是否已满、文件属主，或数据库是否为只读")})
	}
	if !facts.Now.IsZero() {
		found = append(found, drift("clock_database", facts.Now.Sub(models.WallClock{}.Now()),
			text("the database's clock", "数据库时钟")))
	}
	return append(found, p.file()...)
}

func (p *patient) schema(ctx context.Context) []Finding {
	steps, err := p.Store.Migrations(ctx)
	if err != nil {
		return []Finding{{Check: "schema", Level: Bad, What: text("it cannot be read: %v", "无法读取：%v", err),
			Remedy: text("run siyu migrate status", "运行 siyu migrate status 查看")}}
	}
	pending, newest := 0, ""
	for _, s := range steps {
		if s.AppliedAt.IsZero() {
			pending++
		} else {
			newest = s.Name
		}
	}
	if pending > 0 {
		return []Finding{{Check: "schema", Level: Bad, What: text("%d steps are missing", "缺少 %d 个步骤", pending),
			Remedy: text("run siyu migrate up, or start siyu serve, which does it", "运行 siyu migrate up；siyu serve 启动时也会自动执行")}}
	}
	return []Finding{{Check: "schema", About: newest, Level: Good, What: text("up to date", "已是最新")}}
}

// file looks at a SQLite file: it holds people's names, so nobody else on the machine may read it.
func (p *patient) file() []Finding {
	path, isFile := strings.CutPrefix(p.Config.DB.Reveal(), "sqlite:")
	if !isFile {
		return nil
	}
	info, err := os.Stat(path)
	if err != nil || info.Mode().Perm()&0o077 == 0 {
		return nil
	}
	return []Finding{{Check: "database", About: path, Level: Warn,
		What:   text("other users of this machine may read it (%v)", "本机其他用户可读（%v）", info.Mode().Perm()),
		Remedy: text("chmod 600 %s*", "执行 chmod 600 %s*", path)}}
}

// connect opens every stored channel.
func (p *patient) connect(ctx context.Context) (*weixin.Hub, []Finding) {
	now := models.WallClock{}.Now
	tx := p.Store.Read(ctx)
	all, err := tx.AllChannels()
	if err != nil {
		return nil, []Finding{{Check: "accounts", Level: Bad, What: text("they cannot be read: %v", "无法读取：%v", err)}}
	}
	if len(all) == 0 {
		return nil, []Finding{{Check: "accounts", Level: Warn, What: text("no account of WeChat is connected", "尚未接入任何微信账号"),
			Remedy: text("put at least an Official Account into the configuration and start siyu serve", "在配置中填写公众号等账号，然后启动 siyu serve")}}
	}
	// The tokens are those of the running server: a token of our own would be wasted, or end theirs.
	tokens, err := weixin.NewTokens(weixin.TokenOptions{Store: p.Store, Now: now, Logger: p.Logger})
	if err == nil {
		var hub *weixin.Hub
		hub, err = weixin.NewHub(weixin.HubOptions{WeChatAPI: p.Config.WeChatAPI, WeComAPI: p.Config.WeComAPI, Now: now,
			Tokens: tokens, Logger: p.Logger, Timeout: timeout})
		if err == nil {
			return hub, p.open(tx, hub, all)
		}
	}
	return nil, []Finding{{Check: "accounts", Level: Bad, What: text("WeChat's address cannot be used: %v", "微信接口地址不可用：%v", err),
		Remedy: text("correct SIYU_WECHAT_API and SIYU_WECOM_API", "更正 SIYU_WECHAT_API 与 SIYU_WECOM_API")}}
}

func (p *patient) open(tx *models.Tx, hub *weixin.Hub, all []models.Channel) []Finding {
	var found []Finding
	for _, c := range all {
		kind := seamKind(c.Kind)
		secrets, err := tx.OpenChannel(c)
		if err != nil {
			found = append(found, Finding{Check: "account", About: name(c), Level: Bad,
				What:   text("its secrets cannot be opened", "密钥无法解开"),
				Remedy: text("SIYU_SECRET_KEY is not the one they were sealed with: bring that one back", "SIYU_SECRET_KEY 与加密时不同，请换回原来的密钥")})
			continue
		}
		receiver, err := weixin.NewReceiver(weixin.Account{Kind: kind, ID: c.AppID, Token: secrets.Token, AESKey: secrets.AESKey,
			Plain: c.Plain}, weixin.Options{Now: models.WallClock{}.Now})
		cred := weixin.Credentials{Kind: kind, ID: c.AppID, Secret: secrets.Secret, AgentID: c.AgentID}
		if err == nil {
			err = hub.AddAccount(cred)
		}
		if err != nil {
			found = append(found, Finding{Check: "account", About: name(c), Level: Bad, What: text("it cannot be used: %v", "不可用：%v", err),
				Remedy: text("correct its settings and start the server again", "更正其配置并重启服务")})
			continue
		}
		p.channels = append(p.channels, channel{Channel: c, id: cred.AccountID(), receiver: receiver})
		f := Finding{Check: "account", About: name(c), Level: Good, What: text("its secrets can be opened", "密钥可以解开")}
		if c.Plain {
			f.Level, f.What = Warn, text("its pushes are not encrypted", "推送未加密")
			f.Remedy = text("choose the encrypted mode in its console, then remove plain here", "请在公众平台改用安全模式")
		}
		found = append(found, f)
	}
	return found
}

func seamKind(k models.ChannelKind) weixin.Kind {
	switch k {
	case models.MiniProgram:
		return weixin.MiniProgram
	case models.WeCom:
		return weixin.WeCom
	case models.OfficialAccount:
	}
	return weixin.Official
}

func name(c models.Channel) string { return string(c.Kind) + " " + c.AppID }

// work tells what failed for good and waits for somebody.
func (p *patient) work(ctx context.Context) []Finding {
	tx := p.Store.Read(ctx)
	count, err := tx.CountJobs()
	if err != nil {
		return []Finding{{Check: "jobs", Level: Bad, What: text("they cannot be counted: %v", "无法统计：%v", err)}}
	}
	if count.Dead > 0 {
		return []Finding{{Check: "jobs", Level: Warn, What: text("%d failed for good", "%d 个任务已彻底失败", count.Dead),
			Remedy: text("look at them in the console under System, mend the cause and start them again", "在控制台“系统”中查看，排除原因后重新执行")}}
	}
	return []Finding{{Check: "jobs", Level: Good, What: text("%d due, none failed for good", "待处理 %d 个，无彻底失败", count.Due)}}
}

// silent is after how long without a heartbeat an instance is taken for gone.
const silent = 5 * time.Minute

// instances tells what the instances that run say of their clocks: while one is suspect it reserves nothing.
func (p *patient) instances(ctx context.Context) []Finding {
	all, err := p.Store.Read(ctx).Heartbeats()
	if err != nil {
		return []Finding{{Check: "clock_guard", Level: Bad, What: text("it cannot be read: %v", "无法读取：%v", err)}}
	}
	now := models.WallClock{}.Now()
	running := 0
	var found []Finding
	for _, h := range all {
		if h.Instance == models.TrustInstance || now.Sub(time.UnixMilli(h.At)) > silent {
			continue
		}
		running++
		if h.Suspect == "" {
			continue
		}
		by := time.Duration(h.Drift) * time.Millisecond
		if by == 0 {
			by = time.Duration(h.Behind) * time.Millisecond
		}
		found = append(found, Finding{Check: "clock_guard", About: h.Suspect, Level: Bad,
			What: text("an instance does not trust its clock (%v) and reserves no sponsored post", "有实例的时钟不可信（%v），已停止安排推广", by.Round(time.Second)),
			Remedy: text("set the clock right, or if it is right run siyu admin clock --trust",
				"请校准时钟；若时钟无误，运行 siyu admin clock --trust")})
	}
	if len(found) > 0 {
		return found
	}
	return []Finding{{Check: "clock_guard", Level: Good, What: text("%d instances run and trust their clocks", "运行中的 %d 个实例时钟均可信", running)}}
}

// How far two clocks may be apart: pushes are taken up to ten minutes away from now, tokens end by ours.
const (
	driftNote = 30 * time.Second
	driftBad  = 5 * time.Minute
)

func drift(check string, by time.Duration, whose config.Text) Finding {
	f := Finding{Check: check, Level: Good, What: text(whose.En+" and ours agree", whose.Zh+"与本机一致")}
	if by.Abs() <= driftNote {
		return f
	}
	f.Level = Warn
	if by.Abs() > driftBad {
		f.Level = Bad
	}
	f.What = text(whose.En+" is %v away from ours", whose.Zh+"与本机相差 %v", by.Round(time.Second))
	f.Remedy = text("let both machines follow NTP (timedatectl set-ntp true): pushes more than ten minutes away are refused",
		"请让两台机器都同步 NTP（timedatectl set-ntp true）：相差超过十分钟的推送会被拒绝")
	return f
}

// host is the part of an address that may be shown.
func host(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return address
	}
	return u.Host
}
