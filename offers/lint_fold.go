package offers

import (
	"strings"
	"unicode"
)

// folded is a text as the rules read it: simplified, in lower case, and without what people put between characters to hide them.
type folded struct {
	text string
	at   []int // by byte of text: which character of the original it comes from
}

// fold makes a text readable for the rules. Between two Chinese characters, blanks and ornaments are left out.
func fold(text string) folded {
	var b strings.Builder
	var at []int
	var before rune
	gap := 0 // characters held back since before
	runes := []rune(text)
	write := func(i int, r rune) {
		b.WriteRune(r)
		for len(at) < b.Len() {
			at = append(at, i)
		}
	}
	for i, r := range runes {
		if r >= '！' && r <= '～' { // full width
			r -= '！' - '!'
		}
		if r == '　' {
			r = ' '
		}
		r = simplify(unicode.ToLower(r))
		switch {
		case unicode.Is(unicode.Cf, r): // zero width
			continue
		case strings.ContainsRune(" \t·・•*_~|^`", r) && unicode.Is(unicode.Han, before):
			gap++
			continue
		}
		if gap > 0 && !unicode.Is(unicode.Han, r) {
			write(i-1, ' ')
		}
		gap = 0
		write(i, r)
		before = r
	}
	return folded{text: b.String(), at: at}
}

// The traditional characters of what the rules look for, and the simplified ones at the same places.
const (
	traditional = "眾轉發關註讚贊獎勵紅領請夥進裡滿湊齊開優級價絕對頂極獨國際業銷質療癒藥壓減無險賺穩證報過錄煙賭場贏點評個張團幫變禮兌換與員專營後試" +
		"補還歲萬億獲寶貝鎖處殺膚體確實機軍費積現們當號閱訂雙選讓給貨門財資產貸債會師題學醫創傷腫飲權黨總導書區連戰麼葉純傳説說徹術癮憂鬱"
	simplified = "众转发关注赞赞奖励红领请伙进里满凑齐开优级价绝对顶极独国际业销质疗愈药压减无险赚稳证报过录烟赌场赢点评个张团帮变礼兑换与员专营后试" +
		"补还岁万亿获宝贝锁处杀肤体确实机军费积现们当号阅订双选让给货门财资产贷债会师题学医创伤肿饮权党总导书区连战么叶纯传说说彻术瘾忧郁"
)

func simplify(r rune) rune {
	if r < 0x4e00 {
		return r
	}
	i := 0
	for _, t := range traditional {
		if t == r {
			for _, s := range simplified {
				if i == 0 {
					return s
				}
				i--
			}
		}
		i++
	}
	return r
}
