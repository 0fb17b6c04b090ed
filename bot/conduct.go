package bot

import (
	"regexp"
	"strings"

	"siyu/models"
)

// Remark is something that must not be said in a group, and where it is said.
type Remark struct {
	Code   string // [RemarkSharing], [RemarkHeads] or [RemarkAdvert]
	Phrase string // the words it is about
}

// What conduct forbids.
const (
	RemarkSharing = "share_gated" // a reward for forwarding, following or inviting
	RemarkHeads   = "head_gated"  // a benefit that comes when enough people are there
	RemarkAdvert  = "advert"      // an advertisement: it belongs into an offer, where the throttle counts it
)

// conduct finds rewards for sharing. WeChat bans accounts and groups that promise them (its rules on induced sharing, 诱导分享);
// plain talk of sharing is fine. An act alone is never found, except the ones that have no other meaning.
type conduct struct {
	sharing []*regexp.Regexp
	heads   []*regexp.Regexp
	label   *regexp.Regexp
}

func newConduct() conduct {
	const (
		within = `[^。！？!?\n]{0,16}?`
		reward = `(领取|领红包|即可领|可领|即可获|可获得|即可得|即得|就送|即送|送你|赠送|奖励|红包|返现|抽奖|免费得|免费领|解锁|才能领|才能看|有礼|优惠码)`
		act    = `(转发|转到|分享(到|至|给|本|此|这|后|即|群|朋友圈)|邀请[^。！？!?\n]{0,4}(好友|朋友|新人|位|人)|拉[^。！？!?\n]{0,3}(好友|朋友|新人|个人|人进群|人入群)|关注(公众号|本号|后))`
	)
	return conduct{
		sharing: []*regexp.Regexp{
			regexp.MustCompile(`集\s*\d*\s*个?\s*赞|求转发|转发抽奖|转发有礼|分享有礼|砍一刀|帮我砍|助力领|邀请有礼|拉新有礼|裂变`),
			regexp.MustCompile(act + within + reward),
			regexp.MustCompile(`(?i)\b(forward|share|repost|retweet|invite|tag)\b[^.!?\n]{0,40}\b(to (get|win|claim|unlock|receive)|and (get|win|claim|receive)|for (a |your )?(free|gift|coupon|chance))`),
			regexp.MustCompile(`(?i)\b(get|win|claim|unlock|receive)\b[^.!?\n]{0,30}\b(by|when you|if you|after)\s+(forward|shar|repost|invit)\w*`),
		},
		heads: []*regexp.Regexp{
			regexp.MustCompile(`(满|够|达到?|凑齐)\s*[\d一二三四五六七八九十百]+\s*(个)?人` + within + `(开奖|发红包|抽奖|送|解锁|有礼|发放)`),
		},
		label: regexp.MustCompile(`(?i)^\s*[【\[（(]\s*(` + strings.Join(quoted(models.AdLabels()), "|") + `)\s*[】\])）]`),
	}
}

func quoted(all []string) []string {
	out := make([]string, len(all))
	for i, s := range all {
		out[i] = regexp.QuoteMeta(s)
	}
	return out
}

// remarks lists what is wrong with some texts that are posted together, each kind once.
func (c conduct) remarks(texts ...string) []Remark {
	var all []Remark
	text := strings.Join(texts, "\n")
	find := func(code string, patterns ...*regexp.Regexp) {
		for _, p := range patterns {
			if found := p.FindString(text); found != "" {
				all = append(all, Remark{Code: code, Phrase: clip(strings.TrimSpace(found), 120)})
				return
			}
		}
	}
	find(RemarkSharing, c.sharing...)
	find(RemarkHeads, c.heads...)
	for _, t := range texts {
		if found := c.label.FindString(t); found != "" {
			all = append(all, Remark{Code: RemarkAdvert, Phrase: strings.TrimSpace(found)})
			break
		}
	}
	return all
}
