package bot

import (
	"slices"

	"siyu/models"
)

// builtin is a rule that stands as long as the organiser has none of her own for the same case.
type builtin struct {
	name string
	rule models.ReplyRule
}

// builtins are the rules of a channel that nobody has configured: they lead on whoever comes by a tracked code, and leave
// nobody without an answer.
func builtins(kind models.ChannelKind) []builtin {
	rule := func(kind models.RuleKind, patterns []string, a RuleAnswer) models.ReplyRule {
		return models.ReplyRule{Kind: kind, Patterns: models.StringsOf(patterns), Answers: writeAnswers([]RuleAnswer{a}), Enabled: true}
	}
	switch kind {
	case models.OfficialAccount:
		welcome := say(AnswerText, textWelcomeHans, textWelcomeHant, textWelcomeEn)
		return []builtin{
			{"invitation", rule(models.RuleEntry, nil, say(AnswerGroup, textInviteHans, textInviteHant, textInviteEn))},
			{"welcome", rule(models.RuleEvent, []string{EventFollow}, welcome)},
			{"scanned", rule(models.RuleEvent, []string{EventScan}, welcome)},
			{"received", rule(models.RuleDefault, nil, say(AnswerText, textDefaultHans, textDefaultHant, textDefaultEn))},
		}
	case models.MiniProgram:
		// A Mini Program's message that nobody takes is lost; handed over it waits for somebody in WeChat's own tool.
		return []builtin{{"handover", rule(models.RuleDefault, nil, RuleAnswer{Kind: AnswerHuman})}}
	case models.WeCom:
	}
	return nil
}

func say(kind AnswerKind, hans, hant, en string) RuleAnswer {
	return RuleAnswer{Kind: kind, Words: map[string]Words{LangHans: {Text: hans}, LangHant: {Text: hant}, LangEn: {Text: en}}}
}

// withBuiltins adds to a channel's own rules those of the house whose case she has not taken into her own hands. A rule of
// hers that is switched off takes it too: that is how she says that nothing is to be answered.
func withBuiltins(kind models.ChannelKind, own []models.ReplyRule) []models.ReplyRule {
	all := slices.Clone(own)
	for i, b := range builtins(kind) {
		if !slices.ContainsFunc(own, func(r models.ReplyRule) bool { return takes(r, b.rule) }) {
			b.rule.Name, b.rule.Position = b.name, len(own)+i+1
			all = append(all, b.rule)
		}
	}
	return all
}

// takes reports whether r is about every case that b is about.
func takes(r, b models.ReplyRule) bool {
	if r.Kind != b.Kind {
		return false
	}
	patterns := r.Patterns.List()
	for _, p := range b.Patterns.List() {
		if !slices.Contains(patterns, p) {
			return false
		}
	}
	return len(b.Patterns.List()) > 0 || len(patterns) == 0
}

// What people read where nobody has written anything else.
const (
	textInviteHans = "欢迎！点下面的链接进入「%group%」，群里有当地活动和专属优惠：\n%link%"
	textInviteHant = "歡迎！點下面的連結加入「%group%」，群裡有當地活動和專屬優惠：\n%link%"
	textInviteEn   = "Welcome! Tap the link to join “%group%”, with local events and offers for its members:\n%link%"

	textWelcomeHans = "欢迎关注！扫描视频里的二维码即可加入我们的群。"
	textWelcomeHant = "歡迎關注！掃描影片裡的二維碼即可加入我們的群。"
	textWelcomeEn   = "Welcome! Scan the QR code in our videos to join our group."

	textDefaultHans = "收到你的留言了，群主看到后会回复你。"
	textDefaultHant = "收到你的留言了，群主看到後會回覆你。"
	textDefaultEn   = "We have your message. The organiser will reply as soon as possible."

	textFullHans = "「%group%」已经满员，群主正在准备新群，请晚点再来看看：\n%link%"
	textFullHant = "「%group%」已經滿員，群主正在準備新群，請晚點再來看看：\n%link%"
	textFullEn   = "“%group%” is full right now. The organiser is preparing a new group; please look again later:\n%link%"

	textClosedHans = "「%group%」的入群二维码正在更新，请晚点再打开：\n%link%"
	textClosedHant = "「%group%」的入群二維碼正在更新，請晚點再打開：\n%link%"
	textClosedEn   = "The way into “%group%” is being renewed. Please open this later:\n%link%"
)
