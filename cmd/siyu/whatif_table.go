package main

import (
	"fmt"
	"io"
	"os"
	"strings"

	"siyu/throttle/whatif"
)

// whatifBar shows how far the worlds are: one line that is rewritten on a terminal, a line a tenth elsewhere.
type whatifBar struct {
	w     io.Writer
	zh    bool
	live  bool
	tenth int
}

func newWhatifBar(w io.Writer, lang string) *whatifBar {
	p := &whatifBar{w: w, zh: lang == "zh-Hans"}
	if f, ok := w.(*os.File); ok {
		if info, err := f.Stat(); err == nil {
			p.live = info.Mode()&os.ModeCharDevice != 0
		}
	}
	return p
}

func (p *whatifBar) step(at whatif.Progress) {
	full := barWidth * at.Done / max(at.Of, 1)
	format := "%s %3d of %d runs of all policies · %s"
	if p.zh {
		format = "%s 全部策略已跑 %3d/%d 轮 · %s"
	}
	line := fmt.Sprintf(format, strings.Repeat("█", full)+strings.Repeat("░", barWidth-full), at.Done, at.Of, at.World)
	tenth := 10 * at.Done / max(at.Of, 1)
	switch {
	case p.live:
		_, _ = fmt.Fprintf(p.w, "\r\x1b[2K%s", line)
	case tenth > p.tenth:
		_, _ = fmt.Fprintln(p.w, line)
	}
	p.tenth = tenth
}

func (p *whatifBar) end() {
	if p.live {
		_, _ = fmt.Fprintln(p.w)
	}
}

// whatifWords are the table's words in one language.
type whatifWords struct {
	world, head, siyu, summary string
}

func wordsOfWhatif(lang string) whatifWords {
	if lang == "zh-Hans" {
		return whatifWords{
			world: "%s：%s（%d 天，%d 个种子）\n",
			head:  "  %-14s 每周推送   品牌收益   流失成员     总价值\n",
			siyu: "  siyu 对比：同等流失下收益 %+.0f%%（%+.0f..%+.0f），同等收益下流失 %+.0f%%（%+.0f..%+.0f）；" +
				"对每周 3 条先到先得：收益 %+.0f%%，流失 %+.0f%%；比本世界最优（%s）差 %.1f%%\n",
			summary: `全部 %d 个世界
  对调优后的排序频控：同等流失下收益至少 %+.0f%%，同等收益下流失至多 %+.0f%%
  对每周 3 条先到先得（中位数）：收益 %+.0f%%，流失 %+.0f%%；对不限频：流失至多 %+.0f%%
  与各世界最优策略的差距：平均 %.1f%%，最大 %.1f%%
`}
	}
	return whatifWords{
		world: "%s: %s (%d days, %d seeds)\n",
		head:  "  %-14s posts/week      value       lost  total value\n",
		siyu: "  siyu: at equal loss %+.0f%% value (%+.0f..%+.0f), at equal value %+.0f%% lost (%+.0f..%+.0f); " +
			"against 3 a week first come %+.0f%% value, %+.0f%% lost; behind the best here (%s) by %.1f%%\n",
		summary: `all %d worlds
  against the tuned ranked caps: at equal loss at least %+.0f%% value, at equal value at most %+.0f%% lost
  against 3 a week first come (median): %+.0f%% value, %+.0f%% lost; against no throttle at most %+.0f%% lost
  behind each world's best policy by %.1f%% on average, %.1f%% at most
`}
}

// whatifTable is the report for people.
func whatifTable(r whatif.Report, lang string) string {
	words := wordsOfWhatif(lang)
	var b strings.Builder
	for _, w := range r.Worlds {
		fmt.Fprintf(&b, words.world, w.Name, w.About, w.Days, w.Seeds)
		fmt.Fprintf(&b, words.head, "")
		for _, row := range w.Policies {
			fmt.Fprintf(&b, "  %-14s %10.1f %10.0f %10.0f %12.0f\n", row.Name, row.PostsPerWeek, row.SponsorValue, row.MembersLost, row.TotalValue)
		}
		if g := w.Siyu; g != nil {
			fmt.Fprintf(&b, words.siyu, 100*g.FrontierValue.Mean, 100*g.FrontierValue.Low, 100*g.FrontierValue.High,
				-100*g.FrontierLost.Mean, -100*g.FrontierLost.High, -100*g.FrontierLost.Low,
				100*g.FirstComeValue.Mean, -100*g.FirstComeLost.Mean, g.Best, 100*g.Regret)
		}
		b.WriteString("\n")
	}
	s := r.Summary
	fmt.Fprintf(&b, words.summary, len(r.Worlds), 100*s.FrontierValueMin, -100*s.FrontierLostMin, 100*s.FirstComeValueMedian,
		-100*s.FirstComeLostMedian, -100*s.UnthrottledLostMin, 100*s.RegretMean, 100*s.RegretMax)
	return b.String()
}
