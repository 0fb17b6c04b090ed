package bot_test

import (
	"testing"

	"siyu/bot"
)

// TestConduct: rewards for sharing, following or a head count are found in both languages; plain talk of sharing is not.
func TestConduct(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"转发本条到朋友圈即可领取红包":                        "share_gated",
		"分享给三位好友，免费领一份绘本":                       "share_gated",
		"邀请2位朋友进群就送优惠券":                         "share_gated",
		"集38个赞送玩具":                              "share_gated",
		"集赞有礼":                                  "share_gated",
		"帮我砍一刀":                                 "share_gated",
		"关注公众号后领取资料":                            "share_gated",
		"拉3个人进群，赠送试听课":                          "share_gated",
		"Share this post to win a free lunch":   "share_gated",
		"Get a coupon when you invite a friend": "share_gated",
		"群满200人就抽奖":                             "head_gated",
		"凑齐 50 人发红包":                            "head_gated",
		"【广告】周末特价":                              "advert",
		"[Ad] weekend":                          "advert",

		"周末分享会：三位妈妈讲自己的经验，免费参加":                                  "",
		"欢迎把孩子的作品分享到群里，大家一起看看":                                   "",
		"请把这条通知转发给没看到的家长":                                        "",
		"邀请大家周六来公园野餐，自带午餐":                                       "",
		"图书馆免费领借书证，地址在下面":                                        "",
		"昨天的活动满了，30 人都到齐了，谢谢大家":                                  "",
		"关于广告：本群不发广告，请大家放心":                                      "",
		"We share three recipes this week":                       "",
		"Invite your child to draw, then share the picture here": "",
	} {
		got := ""
		if all := bot.Remarks(text); len(all) > 0 {
			got = all[0].Code
		}
		if got != want {
			t.Errorf("%q is %q, want %q", text, got, want)
		}
	}
}
