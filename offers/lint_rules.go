package offers

import "regexp"

// What a reward is promised for, and the reward, as the folded text has them.
const (
	near      = `[^。！？!?\n]{0,16}?`
	reward    = `(领取|领红包|即可领|可领|即可获|可获得|即可得|即得|就送|即送|送你|赠送|免费送|送(蛋糕|礼|券|优惠|好礼|红包|福利|积分|一|1)|奖励|红包|返现|抽奖|免费得|免费领|解锁|才能领|才能看|有礼|优惠码|打折|半价|立减)`
	sharing   = `(转发|转到|分享(到|至|给|本|此|这|后|即|群|朋友圈)|发(到)?朋友圈)`
	following = `(关注(公众号|本号|我们|后|店铺|视频号|账号|即)|订阅(公众号|本号))`
	inviting  = `(邀请[^。！？!?\n]{0,4}(好友|朋友|新人|位|人)|拉[^。！？!?\n]{0,3}(好友|朋友|新人|个人|人进群|人入群))`
	liking    = `(点赞|评论|留言)`
)

// NewLinter makes a linter with the rules that hold for sponsored posts in WeChat groups: the platform's on induced sharing,
// the advertising law of the People's Republic of China (2021), and what consumer law elsewhere has in common with it.
func NewLinter() *Linter {
	l := &Linter{}
	add := func(code string, w Weight, patterns ...string) {
		r := lintRule{code: code, weight: w}
		for _, p := range patterns {
			r.patterns = append(r.patterns, regexp.MustCompile(p))
		}
		l.rules = append(l.rules, r)
	}
	addConduct(add)
	addClaims(add)
	addTrades(add)
	for _, p := range []string{ // plain speech that looks like a claim
		`最后(一|几|两|三|\d)|最近|最终|最多|最少|最大限度|最早|最迟|最晚|最短|最长\d|最低消费|最新(消息|通知|活动|菜单|上架|到货|款)|最爱|最高(可)?(减|省|优惠|抵)|最低\d`,
		`第一(次|天|步|个|位|杯|份|件|单|课|节|批|届|期|周|时间|季|排|眼|口)|(顾客|客户|质量|安全|服务|品质|健康)第一`,
		`唯一(限制|要求|条件|一次|的?要求)|不是唯一`,
		`\bbest (before|wishes|friends?|regards|time|if|served|enjoyed)\b|\bfirst[- ]come\b|\btreat (yourself|your|someone|the|a)\b|\bdo your best\b|\btry (your|our) best\b|\bat best\b`,
		`\brisk[- ]free (return|exchange|trial)s?\b`,
	} {
		l.except = append(l.except, regexp.MustCompile(p))
	}
	return l
}

// addConduct: what WeChat bans accounts and groups for, and what Siyu never does: a benefit for sharing, following, liking,
// inviting or a head count.
func addConduct(add func(string, Weight, ...string)) {
	add("share_gated", Refused, `求转发|转发抽奖|转发有礼|分享有礼|分享领|转发领`, sharing+near+reward,
		`\b(forward|share|repost|retweet)\b[^.!?\n]{0,40}\b(to (get|win|claim|unlock|receive|earn|enjoy)|and (get|win|claim|receive|earn)|for (a |an |your )?(free|gift|coupon|chance|discount|cake|reward|voucher))`,
		`\b(get|win|claim|unlock|receive|earn)\b[^.!?\n]{0,30}\b(by|when you|if you|after|for) (forward|shar|repost)\w*`)
	add("follow_gated", Refused, following+near+reward, reward+near+`(先|请)关注`,
		`\b(follow|subscribe)\b[^.!?\n]{0,40}\b(to (get|win|claim|unlock|receive|earn|enjoy)|and (get|win|claim|receive|earn)|for (a |an |your )?(free|gift|coupon|chance|discount|reward|voucher))`,
		`\b(get|win|claim|unlock|receive|earn)\b[^.!?\n]{0,30}\b(by|when you|if you|after|for) (follow|subscrib)\w*`)
	add("like_gated", Refused, `集\s*\d*\s*个?\s*赞|集赞|(点|攒)满\s*\d+\s*个?赞|好评返现|五星好评`+near+reward, liking+near+reward,
		`\b(like|comment)\b (this|our|the)[^.!?\n]{0,30}\b(to (get|win|claim|unlock|receive)|and (get|win|claim|receive)|for (a |an |your )?(free|gift|coupon|chance|discount|voucher))`)
	add("invite_gated", Refused, `砍一刀|帮我砍|砍价|助力领|助力有礼|好友助力|邀请有礼|拉新(有礼|奖励)|裂变|老带新`, inviting+near+reward,
		`\b(invite|refer|tag)\b[^.!?\n]{0,40}\b(to (get|win|claim|unlock|receive|earn)|and (get|win|claim|receive|earn)|for (a |an |your )?(free|gift|coupon|chance|discount|reward|voucher))`,
		`\b(get|win|claim|unlock|receive|earn)\b[^.!?\n]{0,30}\b(by|when you|if you|after|for) (invit|refer)\w*`)
	add("head_gated", Refused, `(满|够|达到?|凑齐)\s*[\d一二三四五六七八九十百]+\s*(个|位)?人`+near+`(开奖|发红包|抽奖|送|解锁|有礼|发放|成团|开团|享|打折|半价|立减)`,
		`[\d一二三四五六七八九十百]+\s*人(成团|拼团|开团|团购价)|拼团`,
		`\b(unlock|starts?|valid|get)\w*[^.!?\n]{0,30}\b(once|when|if) \d+ (people|members|friends)\b`)
	add("companion", Warned, `[两二三四五2-9]人同行|bring (a|your) friends?\b`)
}

// addClaims: words about the product itself.
func addClaims(add func(string, Weight, ...string)) {
	add("absolute", Refused, `国家级|世界级|宇宙级|最高级|最佳|最优|最好|最强|最便宜|最低价|最先进|最高端|最专业|最权威|最正宗|最安全|最有效|最棒|最美味|最好吃`,
		`(全国|全球|全网|全市|全城|世界|亚洲|中国|行业|业内|同行|销量|排名|口碑|人气)(销量|排名|口碑)?第一|第一品牌|全网最低|史上最低|全城最低`,
		`绝无仅有|独一无二|史无前例|万能|顶级|极品|国宴级|百分之?百(有效|成功|安全)|100%(有效|成功|安全)`)
	add("superlative", Warned, `最[^。，！？!?\s近后终多少早迟晚短爱]|唯一|首选|第一(?:名|家)?`,
		`\bthe best\b|\bworld('|’)?s (best|first|leading)\b|\bbest (in|of) (town|the)\b|\b(no\.? ?1|number one|#1)\b|\b(cheapest|lowest price|unbeatable|the only)\b`)
	add("medical", Refused, `治疗|治愈|根治|药到病除|疗效|抗癌|防癌|(降|控制?)血[压糖脂]|无(任何)?副作用|祛病|处方药|包治|治(好|失眠|感冒|近视|湿疹|抑郁|焦虑)`,
		`\b(cures?|heals?|treats?) (your |the )?(cancer|diabetes|anxiety|depression|insomnia|acne|eczema|disease|illness|pain)\b|\bno side[- ]effects?\b|\bmiracle cure\b|\bprevents? (cancer|disease|diabetes)\b`)
	add("wellness", Warned, `排毒|养生|减肥|瘦身|消炎|抗炎|祛痘|祛斑|增高|提高免疫力|增强免疫|抗衰|丰胸|杀菌率?`,
		`\b(detox|clinically proven|boosts? immunity|weight loss|anti[- ]ag(e)?ing)\b`)
	add("returns", Refused, `保本|稳赚|包赚|零风险|无风险|保收益|躺赚|日入过万|年化(收益)?(率)?\s*\d|只赚不赔|高额?回报`,
		`\bguaranteed (returns?|profits?|income)\b|\brisk[- ]free\b|\bdouble your money\b|\bno[- ]risk investment\b`)
	add("tuition", Refused, `包过|保过|保录取|保送名校|包拿(证|offer)|(不过|没过)(全额)?退款|命题(老师|专家|组)|提分保证|保证(提分|录取|通过)`,
		`\b(guaranteed (admission|pass|score)|pass guaranteed|guarantee(d)? to pass)\b`)
	add("price", Warned, `原价|市场价|专柜价|\boriginal price\b|\bwas [$¥£€]\s?\d`)
}

// addTrades: what may not be advertised to everybody, or only with care.
func addTrades(add func(string, Weight, ...string)) {
	add("state", Refused, `国旗|国歌|国徽|军旗|军歌|军徽|国家机关|国家领导人|(中央|国务院|部队|军队|人民大会堂)(特供|专供|指定)|特供`)
	add("vice", Refused, `赌博|博彩|赌场|六合彩|下注|算命|占卜改运|改运|转运符|色情|\b(casino|gambling|betting)\b`)
	add("tobacco", Refused, `香烟|卷烟|烟草|电子烟|雪茄|\b(cigarettes?|tobacco|vapes?|vaping|e-cigarettes?|cigars?)\b`)
	add("alcohol", Warned, `白酒|啤酒|红酒|葡萄酒|威士忌|鸡尾酒|畅饮|\b(beer|wine|whisk(e)?y|cocktails?|liquor|spirits)\b`)
	add("minors", Warned, `奶粉|母乳代用|婴儿配方|\binfant formula\b`)
}
