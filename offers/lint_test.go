package offers_test

import (
	"os"
	"strings"
	"testing"

	"siyu/offers"
)

// TestLint: what must not be said is found in both scripts and in English, also when it is hidden, with its place; plain words
// that look like it are not.
func TestLint(t *testing.T) {
	t.Parallel()
	l := offers.NewLinter()
	for text, want := range map[string]string{
		"转发本条到朋友圈即可领取红包":                            "share_gated",
		"轉發本條到朋友圈即可領取紅包":                            "share_gated",
		"转 发·本条到朋友圈，即可领取":                           "share_gated",
		"Share this post to win a free lunch":       "share_gated",
		"Get a coupon when you share it":            "share_gated",
		"关注公众号后领取蛋糕":                                "follow_gated",
		"關注公眾號後領取蛋糕":                                "follow_gated",
		"Follow us to get 10% off and claim a gift": "follow_gated",
		"集38个赞送蛋糕":                                  "like_gated",
		"集讚有禮":                                      "like_gated",
		"点赞即可领取小礼品":                                 "like_gated",
		"Like this post to win a free coffee":       "like_gated",
		"帮我砍一刀":                                     "invite_gated",
		"邀请3位好友即送优惠券":                               "invite_gated",
		"Invite a friend to get 5 off":              "invite_gated",
		"满20人成团享半价":                                 "head_gated",
		"3人拼团更便宜":                                   "head_gated",
		"Unlocks when 20 people join":               "head_gated",
		"全网最低价，错过没有":                                "absolute",
		"本店是国家级名店":                                  "absolute",
		"最佳口味":                                      "absolute",
		"销量第一的奶茶":                                   "absolute",
		"TOP 顶级牛排":                                  "absolute",
		"全场最漂亮的花":                                   "superlative",
		"The best croissant":                        "superlative",
		"#1 cafe":                                   "",
		"Vancouver's number one cafe":               "superlative",
		"本品可治疗失眠，无副作用":                              "medical",
		"降血壓茶飲":                                     "medical",
		"This tea cures cancer":                     "medical",
		"排毒养颜果汁":                                    "wellness",
		"clinically proven cream":                   "wellness",
		"保本理财，年化收益 8%":                              "returns",
		"Guaranteed returns of 12%":                 "returns",
		"英语班包过，不过全额退款":                              "tuition",
		"Guaranteed admission to the Ivy League":    "tuition",
		"原价 99，现价 49":                               "price",
		"人民大会堂特供酒":                                  "state",
		"线上博彩送彩金":                                   "vice",
		"电子烟新口味":                                    "tobacco",
		"新款 VAPE 到店":                                "tobacco",
		"精酿啤酒买一送一":                                  "alcohol",
		"两人同行一人免单":                                  "companion",
		"Bring a friend for free":                   "companion",
		"肉桂卷买一送一，周中到店":                              "",
		"周末手工坊双人票半价":                                "",
		"最后三天，欢迎到店":                                 "",
		"最近上新，最多可减 20 元":                            "",
		"第一杯半价":                                     "",
		"质量第一，顾客第一":                                 "",
		"欢迎把孩子的作品分享到群里":                             "",
		"请把这条通知转发给没看到的家长":                           "",
		"昨天的活动满了，30 人都到齐了":                          "",
		"送货上门，分享美味":                                 "",
		"Best before Friday; treat yourself":        "",
		"We share three recipes this week":          "",
		"15 off a parent-and-child pottery hour":    "",
		"First come, first served":                  "",
		"Guaranteed fresh, baked at dawn":           "",
		"Follow the signs to the second floor":      "",
	} {
		got := ""
		all := l.Read(text)
		if len(all) > 0 {
			got = all[0].Rule
		}
		if got != want {
			t.Errorf("%q is %q, want %q", text, got, want)
		}
		for _, f := range all {
			if runes := []rune(text); f.From >= f.To || string(runes[f.From:f.To]) != f.Phrase {
				t.Errorf("%q: %q is not at %d to %d", text, f.Phrase, f.From, f.To)
			}
		}
	}
}

// TestLintDraft: every part of a draft is read, what is refused comes first, and a hidden word is shown as it was written.
func TestLintDraft(t *testing.T) {
	t.Parallel()
	d := offers.Draft{Title: "最美的花", Body: "好花", AdLabel: "Hot", Words: []offers.Words{
		{Locale: "en", Title: "Flowers", Body: "Share it to win a free rose"}, {CardTitle: "關注公眾號後·領取"}}}
	var got []string
	for _, f := range offers.NewLinter().Lint(d) {
		got = append(got, string(f.Weight)+" "+f.Rule+" "+f.Field+" "+f.Phrase)
	}
	want := "refused share_gated words.en.body Share it to win\nrefused follow_gated words.own.card_title 關注公眾號後·領取\n" +
		"refused ad_label ad_label Hot\nwarned superlative title 最美"
	if strings.Join(got, "\n") != want {
		t.Errorf("found\n%s\nwant\n%s", strings.Join(got, "\n"), want)
	}
}

// TestLintIsExplained: every rule has its reason, its source and what to do instead, in both languages.
func TestLintIsExplained(t *testing.T) {
	t.Parallel()
	for _, lang := range []string{"zh-Hans", "en"} {
		text, err := os.ReadFile("../handlers/texts/" + lang + ".json")
		if err != nil {
			t.Fatal(err)
		}
		for _, rule := range offers.NewLinter().Rules() {
			for _, part := range []string{"", "_source", "_do"} {
				if !strings.Contains(string(text), `"lint_`+rule+part+`":`) {
					t.Errorf("%s has no lint_%s%s", lang, rule, part)
				}
			}
		}
	}
}
