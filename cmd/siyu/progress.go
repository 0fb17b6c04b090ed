package main

import (
	"fmt"
	"io"
	"os"
	"strings"

	"siyu/cmd/siyu/story"
	"siyu/models"
)

// progress shows how far the story is: one line that is rewritten on a terminal, a line a week elsewhere.
type progress struct {
	w    io.Writer
	zh   bool
	live bool
	told int // of a sync: the last tenth a line was written about
}

func newProgress(w io.Writer, lang string) *progress {
	p := &progress{w: w, zh: lang == "zh-Hans"}
	if f, ok := w.(*os.File); ok {
		if info, err := f.Stat(); err == nil {
			p.live = info.Mode()&os.ModeCharDevice != 0
		}
	}
	return p
}

// barWidth is the bar's length in characters.
const barWidth = 28

func (p *progress) day(d story.Day) {
	full := barWidth * d.Number / max(d.Of, 1)
	format := "day %2d/%d %s scanned %d · joined %d · posts %d · opened %d · claimed %d · redeemed %d"
	if p.zh {
		format = "第 %2d/%d 天 %s 扫码 %d · 入群 %d · 推送 %d · 打开 %d · 领取 %d · 核销 %d"
	}
	line := fmt.Sprintf(format, d.Number, d.Of, strings.Repeat("█", full)+strings.Repeat("░", barWidth-full),
		d.Scans, d.Joins, d.Posts, d.Opens, d.Claims, d.Redeems)
	switch {
	case p.live:
		_, _ = fmt.Fprintf(p.w, "\r\x1b[2K%s", line)
	case d.Number%7 == 0 || d.Number == d.Of:
		_, _ = fmt.Fprintln(p.w, line)
	}
}

// sync shows how far the reading of all groups is: one line that is rewritten on a terminal, a line for each tenth elsewhere.
func (p *progress) sync(s models.Sync) {
	full := barWidth * s.Done / max(s.Total, 1)
	format, listing := "groups %s %d/%d · %d with news · %d people joined · %d left · %d failed", "groups are listed ..."
	if p.zh {
		format, listing = "读取群 %s %d/%d · 有变化 %d · 新进群 %d 人 · 离开 %d 人 · 失败 %d", "正在列出群…"
	}
	line := fmt.Sprintf(format, strings.Repeat("█", full)+strings.Repeat("░", barWidth-full), s.Done, s.Total, s.Changed,
		s.Joined, s.Departed, s.Failed)
	if s.State == models.SyncListing {
		line = listing
	}
	tenth := 1 + 10*s.Done/max(s.Total, 1)
	switch {
	case p.live:
		_, _ = fmt.Fprintf(p.w, "\r\x1b[2K%s", line)
	case s.State == models.SyncReading && tenth > p.told:
		p.told = tenth
		_, _ = fmt.Fprintln(p.w, line)
	}
}

func (p *progress) end() {
	if p.live {
		_, _ = fmt.Fprintln(p.w)
	}
}

// summary is the story's outcome for people.
func summary(r story.Result, days int, lang string) string {
	names := map[string]string{"video": "scanned a video's code", "follow": "followed", "group": "joined a group",
		"mini": "opened the Mini Program", "claim": "claimed", "redeem": "redeemed", "repeat": "came back another week"}
	head, posts, ok := "%d people in %s:\n", "posts      %d confirmed, %d held or given up%s\n", "violations none: no cap, gap or quiet hour broken, nothing oversold, nothing redeemed twice\n"
	if lang == "zh-Hans" {
		names = map[string]string{"video": "扫了视频里的码", "follow": "关注公众号", "group": "进群", "mini": "打开小程序",
			"claim": "领券", "redeem": "核销", "repeat": "之后又回来"}
		head, posts, ok = "%d 个人，%s走到了这里：\n", "推送   已发 %d 条，暂缓或放弃 %d 条%s\n", "违规   没有：没有超频、没有打扰休息、没有超发、没有重复核销\n"
	}
	var b strings.Builder
	fmt.Fprintf(&b, head, r.People, span(days, lang))
	for _, s := range r.Stages.List() {
		fmt.Fprintf(&b, "  %4d  %s\n", s.People, names[s.Stage])
	}
	held, why := 0, []string{}
	for _, h := range r.Placements.Held.List() {
		held += h.Count
		why = append(why, fmt.Sprintf("%s %d", h.Reason, h.Count))
	}
	tail := ""
	if held > 0 {
		tail = " (" + strings.Join(why, ", ") + ")"
	}
	fmt.Fprintf(&b, posts, r.Placements.Confirmed, held, tail)
	if r.Violations.Total() == 0 {
		b.WriteString(ok)
	}
	return b.String()
}

// span is how long the story was, in words; the usual four weeks go without saying in Chinese.
func span(days int, lang string) string {
	switch {
	case lang == "zh-Hans" && days == 28:
		return ""
	case lang == "zh-Hans":
		return fmt.Sprintf("%d 天里", days)
	case days == 28:
		return "four weeks"
	case days == 1:
		return "one day"
	}
	return fmt.Sprintf("%d days", days)
}

// welcome tells where the demo can be looked at.
func welcome(w *demo, lang string) string {
	s := w.seeded
	text := `
  console   %s/console/
  sign in   %s / %s      (brand: %s, staff: %s, same password)
  till      %s/till/      (for the staff, on a phone; it works without a network)
  WeChat    %s/      (simulated: its people are moved from here)

Everything in it is invented. Ctrl+C ends the demo and deletes it.
`
	if lang == "zh-Hans" {
		text = `
  后台   %s/console/
  登录   %s / %s      （品牌方 %s，核销员 %s，密码相同）
  核销   %s/till/      （核销员用手机打开，断网也能用）
  微信   %s/      （模拟的微信，可以在这里让群友做事）

数据全部是模拟的。按 Ctrl+C 结束演示并删除数据。
`
	}
	return fmt.Sprintf(text, w.URL(), s.Organiser.Login, s.Organiser.Password, s.Brands[0].User.Login, s.Brands[0].Staff.Login,
		w.URL(), w.simURL)
}
