package story

import (
	"time"

	"siyu/models"
)

// Zone is where the community lives.
const Zone = "America/Vancouver"

// Start is when the story begins: a Monday morning, six days before the clocks change.
func Start() time.Time { return time.Date(2026, time.March, 2, 16, 0, 0, 0, time.UTC) }

const (
	day         = 24 * time.Hour
	communityAs = "北岸亲子圈 North Shore Families"
)

// groupCast is one group of the community.
type groupCast struct {
	name     string
	kind     models.GroupKind
	owner    string // WeCom userid
	capacity int
}

func groupCasts() []groupCast {
	return []groupCast{
		{"北岸亲子一群", models.WeComGroup, "owner-lin", 200},
		{"周末遛娃群", models.WeComGroup, "owner-he", 200},
		{"北岸妈妈下午茶", models.OrdinaryGroup, "", 500},
	}
}

// communityRules leave about two posts a week; strictRules are the third group's own.
func communityRules() models.Rules {
	return models.Rules{
		GroupCap: 2, GroupWindow: (7 * day).Milliseconds(), MinGap: (48 * time.Hour).Milliseconds(),
		BrandCap: 1, BrandWindow: (7 * day).Milliseconds(),
		QuietStart: 21*60 + 30, QuietEnd: 8*60 + 30,
		HoldFor: (12 * time.Hour).Milliseconds(), MinHold: (30 * time.Minute).Milliseconds(),
	}
}

func strictRules() models.Rules {
	r := communityRules()
	r.GroupCap, r.MinGap = 1, (72 * time.Hour).Milliseconds()
	r.QuietStart, r.QuietEnd = 20*60, 9*60
	return r
}

func brandNames() []string {
	return []string{"山景烘焙 Mountain View Bakery", "小海豚手作 Little Dolphin Crafts"}
}

// videoCast is one short video; its code is shown at after the start, and leads to these groups.
type videoCast struct {
	title  string
	after  time.Duration
	pull   float64 // how many watch it, relative to the others
	groups []int
	codes  []string
}

func videoCasts() []videoCast {
	return []videoCast{
		{"雨天也能去的五个亲子好去处 Five rainy-day outings", 2 * time.Hour, 0.36, []int{0, 1}, []string{"V1A", "V1B"}},
		{"北岸步道推车友好路线 Stroller-friendly trails", 3*day + 10*time.Hour, 0.26, []int{1, 2}, []string{"V2B", "V2C"}},
		{"春假营地怎么选 Choosing a spring camp", 9*day + 11*time.Hour, 0.22, []int{2, 0}, []string{"V3C", "V3A"}},
		{"新移民家庭医生攻略 Finding a family doctor", 19*day + 10*time.Hour, 0.16, []int{0, 2}, []string{"V4A", "V4C"}},
	}
}

// offerCast is what a brand hands in, when, and what the organiser makes of it.
type offerCast struct {
	brand     int
	title     string
	body      string // the label that says it is advertising is put before it
	value     int64  // cents
	stock     int
	after     time.Duration // from the story's start to its submission
	decided   time.Duration // from the submission to the organiser's decision; zero: never
	decline   string        // why not; empty: approved
	flight    time.Duration
	redeemFor time.Duration // after the flight's end
}

// offerCasts are six, of which one does not suit a group of parents.
func offerCasts() []offerCast {
	return []offerCast{
		{0, "肉桂卷买一送一 Cinnamon rolls, two for one", "周中到店，肉桂卷买一送一。two for one on weekdays.",
			450, 70, 1*day + 2*time.Hour, 3 * time.Hour, "", 8 * day, 9 * day},
		{1, "亲子陶艺体验课 Family pottery hour", "一大一小陶艺体验课立减十五元。15 off a parent-and-child pottery hour.",
			1500, 60, 2*day + 5*time.Hour, 5 * time.Hour, "", 9 * day, 10 * day},
		{0, "深夜鸡尾酒第二杯半价 Late-night cocktails, second one half price", "每晚九点以后。every night after nine.",
			3200, 30, 6*day + 1*time.Hour, 2 * time.Hour, "家长群不发酒类广告 No alcohol in a group of parents", 8 * day, 8 * day},
		{1, "复活节彩蛋套装 Easter egg painting set", "彩蛋套装限量十五份。fifteen egg painting sets.",
			1200, 15, 22*day + 3*time.Hour, 4 * time.Hour, "", 12 * day, 8 * day},
		{0, "生日蛋糕立减 Birthday cake discount", "提前三天预订，八寸蛋糕减八元。8 off an eight-inch cake.",
			800, 60, 9*day + 6*time.Hour, 28 * time.Hour, "", 5 * day, 9 * day},
		{1, "周末手工坊双人票 Weekend workshop for two", "周末手工坊双人票半价。half price for two.",
			1800, 60, 20*day + 2*time.Hour, 6 * time.Hour, "", 12 * day, 8 * day},
	}
}

// pendingCasts are what still waits for the organiser when somebody looks at the console after the story.
func pendingCasts() []offerCast {
	return []offerCast{
		{0, "春季野餐篮 Spring picnic basket", "四人野餐篮预订减六元。6 off a picnic basket for four.",
			600, 40, 0, 0, "", 10 * day, 10 * day},
		{1, "母亲节手作卡片课 Mother's Day card class", "手作卡片课买一送一。bring a friend for free.",
			1600, 24, 0, 0, "", 10 * day, 10 * day},
	}
}

// nickname makes a name such as people give themselves in parents' groups.
func nickname(seed int64, n int) string {
	r := stream(seed, "nickname", n)
	first := []string{"小鱼", "豆豆", "乐乐", "安安", "米粒", "果果", "团子", "可可", "星星", "暖暖", "Momo", "Leo", "Mia", "阿宝", "糯米", "年年"}
	last := []string{"妈妈", "爸爸", "麻麻", "姥姥", "家长", "小姨", "", "妈咪"}
	return first[r.IntN(len(first))] + last[r.IntN(len(last))]
}
