package bot_test

import (
	"strconv"
	"strings"
	"testing"
	"time"

	"siyu/bot"
	"siyu/internal/testkit"
	"siyu/internal/wechatsim"
	"siyu/models"
)

func (b *bench) rule(t *testing.T, kind models.ChannelKind, d bot.RuleDraft) bot.RuleView {
	t.Helper()
	c, err := b.store.Read(t.Context()).In(b.community).Channel(kind)
	must(t, err)
	d.Name, d.Enabled = "rule", true
	r, err := b.bot.AddRule(t.Context(), b.community, c.ID, 0, d)
	must(t, err)
	return r
}

func keyword(pattern string, answers ...bot.RuleAnswer) bot.RuleDraft {
	return bot.RuleDraft{Kind: models.RuleKeyword, How: models.HowContains, Patterns: []string{pattern}, Answers: answers}
}

func saying(words string) bot.RuleAnswer {
	return bot.RuleAnswer{Kind: bot.AnswerText, Words: map[string]bot.Words{bot.LangHans: {Text: words}}}
}

// TestSeveralAnswers: the first answer goes out at once, the others as messages in their order, a card among them; each
// is sent once however often the push comes.
func TestSeveralAnswers(t *testing.T) {
	t.Parallel()
	testkit.Each(t, func(t *testing.T, s *models.Store, clock *models.ManualClock) {
		b := newBench(t, s, clock)
		app := wechatsim.DefaultOfficialAppID
		e, err := b.bot.MakeEntry(t.Context(), b.community, b.video, b.group.ID, "WAYIN")
		must(t, err)
		card := bot.RuleAnswer{Kind: bot.AnswerCard, MediaID: "thumb", Page: "pages/offer/index?a=1",
			Words: map[string]bot.Words{bot.LangHans: {Title: "卡片"}}}
		group := bot.RuleAnswer{Kind: bot.AnswerGroup, Entry: e.Code, Words: map[string]bot.Words{bot.LangHans: {Text: "进%group%：%link%"}}}
		news := bot.RuleAnswer{Kind: bot.AnswerNews, URL: "https://a.example/x", Words: map[string]bot.Words{bot.LangHans: {Title: "文章"}}}
		b.rule(t, models.OfficialAccount, keyword("优惠", card, saying("来自%community%"), group, news))
		p := b.sim.NewPerson("小林")
		_, err = p.Follow(t.Context(), app)
		must(t, err)
		b.settle(t, time.Minute)
		reply, err := p.SendText(t.Context(), app, "有优惠吗")
		must(t, err)
		if reply.Text != "来自北岸亲子圈" {
			t.Errorf("she reads %q at once", reply.Text)
		}
		b.settle(t, time.Minute)
		var got []string
		for _, m := range p.Inbox(app) {
			got = append(got, m.Kind+" "+m.Text)
		}
		want := "miniprogrampage 卡片|text 进一群：" + b.bot.EntryURL(e) + "|news 文章"
		if strings.Join(got, "|") != want {
			t.Errorf("she gets %q, want %q", got, want)
		}
		if b.sim.Refused(45015, 45047) != 0 {
			t.Error("WeChat refused messages")
		}
	})
}

// TestCopiesAreAnsweredAlike: a copy is answered as the first delivery was, though the rules have changed between them.
func TestCopiesAreAnsweredAlike(t *testing.T) {
	t.Parallel()
	s, clock := testkit.Store(t)
	b := newBench(t, s, clock)
	app := wechatsim.DefaultOfficialAppID
	r := b.rule(t, models.OfficialAccount, keyword("优惠", saying("第一版"), saying("然后")))
	p := b.sim.NewPerson("小林")
	_, err := p.Follow(t.Context(), app)
	must(t, err)
	b.settle(t, 2*time.Minute)
	push := []byte("<xml><ToUserName>" + wechatsim.DefaultAccounts("").Official.OriginalID + "</ToUserName><FromUserName>" + p.OpenID(app) + "</FromUserName><CreateTime>" +
		strconv.FormatInt(clock.Now().Unix(), 10) + "</CreateTime><MsgType>text</MsgType><Content>优惠</Content><MsgId>77</MsgId></xml>")
	first, err := b.sim.PushRaw(t.Context(), app, p.OpenID(app), push)
	must(t, err)
	_, err = b.bot.ChangeRule(t.Context(), b.community, r.ID, 0, func(d bot.RuleDraft) bot.RuleDraft {
		d.Answers = []bot.RuleAnswer{saying("第二版")}
		return d
	})
	must(t, err)
	again, err := b.sim.PushRaw(t.Context(), app, p.OpenID(app), push)
	must(t, err)
	if !strings.Contains(string(first.Raw), "第一版") || !strings.Contains(string(again.Raw), "第一版") {
		t.Errorf("answered with %s, then %s", first.Raw, again.Raw)
	}
	reply, err := p.SendText(t.Context(), app, "优惠")
	must(t, err)
	if reply.Text != "第二版" {
		t.Errorf("a new message is answered with %q", reply.Text)
	}
}

// TestOtherInstancesNotice: rules that another instance changed are in force here within a second.
func TestOtherInstancesNotice(t *testing.T) {
	t.Parallel()
	s, clock := testkit.Store(t)
	b := newBench(t, s, clock)
	app := wechatsim.DefaultOfficialAppID
	p := b.sim.NewPerson("小林")
	_, err := p.Follow(t.Context(), app)
	must(t, err)
	_, err = p.SendText(t.Context(), app, "优惠") // its rules are compiled now
	must(t, err)
	other := *b
	other.wire(t, b.api)
	must(t, other.bot.Connect(t.Context()))
	other.rule(t, models.OfficialAccount, keyword("优惠", saying("新")))
	clock.Advance(time.Second)
	reply, err := p.SendText(t.Context(), app, "优惠")
	must(t, err)
	if reply.Text != "新" {
		t.Errorf("answered with %q", reply.Text)
	}
}

// TestLanguages: she is answered in the language of her phone once WeChat has told it, and in Chinese before.
func TestLanguages(t *testing.T) {
	t.Parallel()
	s, clock := testkit.Store(t)
	b := newBench(t, s, clock)
	app := wechatsim.DefaultOfficialAppID
	for lang, want := range map[string]string{"zh_CN": "收到你的留言了", "zh_TW": "群主看到後會回覆", "en": "We have your message", "fr": "We have your message"} {
		p := b.sim.NewPerson(lang)
		p.Speak(lang)
		reply, err := p.Follow(t.Context(), app)
		must(t, err)
		if !strings.Contains(reply.Text, "欢迎关注") {
			t.Errorf("%s: who is not known yet reads %q", lang, reply.Text)
		}
		b.drain(t)
		if reply, err = p.SendText(t.Context(), app, "?"); err != nil || !strings.Contains(reply.Text, want) {
			t.Errorf("%s reads %q, %v", lang, reply.Text, err)
		}
	}
}

// TestMiniProgramReplies: a Mini Program answers by message only; a conversation nobody has a rule for is handed over.
func TestMiniProgramReplies(t *testing.T) {
	t.Parallel()
	s, clock := testkit.Store(t)
	b := newBench(t, s, clock)
	mini := wechatsim.DefaultMiniProgramAppID
	b.rule(t, models.MiniProgram, keyword("券", saying("在「我的」里"), saying("还有问题吗")))
	b.rule(t, models.MiniProgram, bot.RuleDraft{Kind: models.RuleEvent, Patterns: []string{bot.EventHelp}, Answers: []bot.RuleAnswer{saying("你好")}})
	p := b.sim.NewPerson("小林")
	must(t, p.OpenService(t.Context(), mini, "offer"))
	b.settle(t, 10*time.Second)
	reply, err := p.SendText(t.Context(), mini, "我的券呢")
	must(t, err)
	if reply.Kind != "" {
		t.Errorf("answered with %q at once, which a Mini Program cannot show", reply.Kind)
	}
	b.settle(t, 10*time.Second)
	var got []string
	for _, m := range p.Inbox(mini) {
		got = append(got, m.Text)
	}
	if strings.Join(got, "|") != "你好|在「我的」里|还有问题吗" {
		t.Errorf("she gets %q", got)
	}
	if reply, err = p.SendText(t.Context(), mini, "有人吗"); err != nil || reply.Kind != "transfer_customer_service" {
		t.Errorf("a question without a rule is answered with %q, %v", reply.Kind, err)
	}
}

// TestLateReply: a reply that could not be found in time goes out as a message, once.
func TestLateReply(t *testing.T) {
	t.Parallel()
	s, clock := testkit.Store(t)
	b := newBench(t, s, clock)
	b.thinking = time.Nanosecond
	b.wire(t, b.api)
	must(t, b.bot.Connect(t.Context()))
	app := wechatsim.DefaultOfficialAppID
	p := b.sim.NewPerson("小林")
	reply, err := p.Follow(t.Context(), app)
	must(t, err)
	if reply.Kind != "" {
		t.Fatalf("answered with %q though there was no time", reply.Kind)
	}
	b.settle(t, 20*time.Second)
	if got := p.Inbox(app); len(got) != 1 || !strings.Contains(got[0].Text, "欢迎关注") {
		t.Errorf("she gets %+v", got)
	}
}

// TestHarmlessNames: a name can make no place, no tag, no XML and no link of an answer.
func TestHarmlessNames(t *testing.T) {
	t.Parallel()
	s, clock := testkit.Store(t)
	b := newBench(t, s, clock)
	must(t, s.Tx(t.Context(), func(tx *models.Tx) error {
		g := models.Group{Name: `%link%<a href="http://evil.example">x</a>]]><![CDATA[ www.evil.cn` + "\n", Kind: models.OrdinaryGroup,
			Zone: "UTC", Capacity: 10, InviteURL: "https://weixin.qq.com/g/AbCdEfGhIjKl"}
		err := tx.In(b.community).InsertGroup(&g)
		b.group = g
		return err
	}))
	e, err := b.bot.MakeEntry(t.Context(), b.community, b.video, b.group.ID, "WAYIN")
	must(t, err)
	reply, err := b.sim.NewPerson("小林").ScanOfficialQR(t.Context(), wechatsim.DefaultOfficialAppID, e.Ticket)
	must(t, err)
	said := strings.ReplaceAll(reply.Text, b.bot.EntryURL(e), "")
	for _, bad := range []string{"<", ">", "%", "http:", "evil.", "www."} {
		if strings.Contains(said, bad) {
			t.Errorf("%q is in %q", bad, said)
		}
	}
	if strings.Count(reply.Text, b.bot.EntryURL(e)) != 1 {
		t.Errorf("the link is not there once: %q", reply.Text)
	}
}

// TestSilence: a rule of hers that is switched off, or that keeps silent, takes the place of the house's.
func TestSilence(t *testing.T) {
	t.Parallel()
	s, clock := testkit.Store(t)
	b := newBench(t, s, clock)
	app := wechatsim.DefaultOfficialAppID
	r := b.rule(t, models.OfficialAccount, bot.RuleDraft{Kind: models.RuleDefault, Answers: []bot.RuleAnswer{{Kind: bot.AnswerSilence}}})
	p := b.sim.NewPerson("小林")
	reply, err := p.Follow(t.Context(), app)
	must(t, err)
	if reply.Text == "" {
		t.Error("the welcome is gone with the default")
	}
	if reply, err = p.SendText(t.Context(), app, "?"); err != nil || reply.Kind != "" {
		t.Errorf("answered with %q, %v", reply.Text, err)
	}
	must(t, b.bot.DeleteRule(t.Context(), b.community, r.ID, 0))
	if reply, err = p.SendText(t.Context(), app, "?"); err != nil || reply.Text == "" {
		t.Errorf("without rules answered with %q, %v", reply.Text, err)
	}
}

// TestUnknownMessageIsAnswered: all of the answer to a message of a type that is new to us goes out, not only what fits
// into the answer to the push.
func TestUnknownMessageIsAnswered(t *testing.T) {
	t.Parallel()
	s, clock := testkit.Store(t)
	b := newBench(t, s, clock)
	app := wechatsim.DefaultOfficialAppID
	b.rule(t, models.OfficialAccount, bot.RuleDraft{Kind: models.RuleEvent, Patterns: []string{bot.EventOther},
		Answers: []bot.RuleAnswer{saying("一"), saying("二")}})
	p := b.sim.NewPerson("小林")
	_, err := p.Follow(t.Context(), app)
	must(t, err)
	b.settle(t, 10*time.Second)
	reply, err := b.sim.PushRaw(t.Context(), app, p.OpenID(app), []byte("<xml><ToUserName>"+wechatsim.DefaultAccounts("").Official.OriginalID+
		"</ToUserName><FromUserName>"+p.OpenID(app)+"</FromUserName><CreateTime>"+strconv.FormatInt(clock.Now().Unix(), 10)+
		"</CreateTime><MsgType>hologram</MsgType><MsgId>7</MsgId></xml>"))
	must(t, err)
	b.settle(t, 10*time.Second)
	got := p.Inbox(app)
	if !strings.Contains(string(reply.Raw), "一") || len(got) == 0 || got[len(got)-1].Text != "二" {
		t.Errorf("answered with %s, then %+v", reply.Raw, got)
	}
}

// TestHeavyPatterns: what all regular expressions of an account may cost together has an end, and is found before a message
// comes. A rule that is switched off costs nothing.
func TestHeavyPatterns(t *testing.T) {
	t.Parallel()
	s, clock := testkit.Store(t)
	b := newBench(t, s, clock)
	c := b.channel(t, models.OfficialAccount)
	heavy := bot.RuleDraft{Name: "heavy", Kind: models.RuleKeyword, How: models.HowRegex, Enabled: true, Answers: []bot.RuleAnswer{saying("x")}}
	for i := range 4 {
		heavy.Patterns = append(heavy.Patterns, ".{0,4"+strconv.Itoa(i)+"0}z")
	}
	var last bot.RuleView
	var err error
	n := 0
	for ; err == nil && n < 50; n++ {
		var r bot.RuleView
		if r, err = b.bot.AddRule(t.Context(), b.community, c.ID, 0, heavy); err == nil {
			last = r
		}
	}
	if models.CodeOf(err) != "patterns_too_complex" || n < 4 || n > 10 {
		t.Fatalf("after %d rules: %v", n, err)
	}
	off := heavy
	off.Enabled = false
	light := keyword("优惠", saying("y"))
	light.Name, light.Enabled = "light", true
	for _, d := range []bot.RuleDraft{off, light} {
		_, err := b.bot.AddRule(t.Context(), b.community, c.ID, 0, d)
		must(t, err)
	}
	_, err = b.bot.ChangeRule(t.Context(), b.community, last.ID, 0, func(d bot.RuleDraft) bot.RuleDraft { return d })
	must(t, err) // it is not counted twice
	_, err = b.bot.ChangeRule(t.Context(), b.community, last.ID, 0, func(bot.RuleDraft) bot.RuleDraft { return off })
	must(t, err)
	_, err = b.bot.AddRule(t.Context(), b.community, c.ID, 0, heavy)
	must(t, err)
}
