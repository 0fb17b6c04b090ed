package whatif

import (
	"bytes"
	"encoding/xml"
	"fmt"
	"math"
	"strings"
)

// The measures of the picture, in pixels.
const (
	panelWide, panelHigh = 330, 270
	plotLeft, plotTop    = 52, 44
	plotWide, plotHigh   = 262, 168
	perRow               = 4
	headHigh             = 92
)

// pictureWords are the picture's words in one language.
type pictureWords struct {
	title, across, up, gains         string
	caps, first, siyu, bucket, other string
}

func wordsOfPicture(lang string) pictureWords {
	if lang == "zh-Hans" {
		return pictureWords{
			title: "每个世界里的品牌收益与流失成员", across: "因推广流失的成员（平方根刻度）", up: "品牌收益（点击）",
			gains: "同等流失 %+.0f%% 收益 · 同等收益 %+.0f%% 流失",
			caps:  "按匹配排序的固定频控（每周 3、5、7 条标出）", first: "先到先得", siyu: "siyu", bucket: "令牌桶 / AIMD", other: "不限频",
		}
	}
	return pictureWords{
		title: "Sponsor value and members lost, world by world", across: "members lost to posts (square-root scale)",
		up: "sponsor value (clicks)", gains: "%+.0f%% value at equal loss · %+.0f%% lost at equal value",
		caps: "fixed caps, ranked (3, 5 and 7 a week marked)", first: "fixed caps, first come", siyu: "siyu",
		bucket: "token bucket / AIMD", other: "unthrottled",
	}
}

// Picture draws sponsor value against members lost as SVG, one panel a world: the frontier of the fixed caps, and where the
// other policies are. lang is zh-Hans or, for everything else, English.
func Picture(r Report, lang string) []byte {
	words := wordsOfPicture(lang)
	columns := min(perRow, max(len(r.Worlds), 2))
	wide, high := columns*panelWide+16, headHigh+(len(r.Worlds)+columns-1)/columns*panelHigh+8
	d := &drawing{}
	d.printf(`<svg xmlns="http://www.w3.org/2000/svg" width="%d" height="%d" viewBox="0 0 %d %d" `, wide, high, wide, high)
	d.printf(`font-family="system-ui, 'Noto Sans', 'Noto Sans CJK SC', 'PingFang SC', 'Microsoft YaHei', sans-serif" font-size="11">` + "\n")
	d.printf(`<rect width="100%%" height="100%%" fill="#ffffff"/>` + "\n")
	d.text(16, 26, `font-size="17" font-weight="600" fill="#1f2933"`, words.title)
	d.legend(words)
	for i := range r.Worlds {
		d.panel(8+i%columns*panelWide, headHigh+i/columns*panelHigh, &r.Worlds[i], words)
	}
	d.printf("</svg>\n")
	return d.Bytes()
}

// The colours tell policies apart by brightness too.
const (
	colourSiyu, colourCaps, colourFirst, colourOther = "#d9480f", "#5f6b7a", "#1971c2", "#2b8a3e"
	colourAll                                        = "#111827"
)

// drawing is SVG in the making.
type drawing struct{ bytes.Buffer }

func (d *drawing) printf(format string, args ...any) { fmt.Fprintf(&d.Buffer, format, args...) }

func (d *drawing) text(x, y float64, style, text string) {
	d.printf(`<text x="%.1f" y="%.1f" %s>`, x, y, style)
	_ = xml.EscapeText(&d.Buffer, []byte(text)) // a buffer takes everything
	d.printf("</text>\n")
}

// mark is a policy's place.
func (d *drawing) mark(policy string, x, y float64) {
	switch {
	case policy == ours:
		d.printf(`<circle cx="%.1f" cy="%.1f" r="6" fill="%s" stroke="#ffffff" stroke-width="1.5"/>`+"\n", x, y, colourSiyu)
	case policy == noThrottle:
		d.printf(`<path d="M%.1f %.1fl8 8m0 -8l-8 8" stroke="%s" stroke-width="1.8"/>`+"\n", x-4, y-4, colourAll)
	case strings.HasPrefix(policy, "fixed-"):
		d.printf(`<rect x="%.1f" y="%.1f" width="7" height="7" fill="%s"/>`+"\n", x-3.5, y-3.5, colourFirst)
	case strings.HasPrefix(policy, "ranked-"):
		d.printf(`<circle cx="%.1f" cy="%.1f" r="3.6" fill="#ffffff" stroke="%s" stroke-width="1.6"/>`+"\n", x, y, colourCaps)
	case policy == "aimd":
		d.printf(`<path d="M%.1f %.1fl4.5 4.5l-4.5 4.5l-4.5 -4.5z" fill="%s"/>`+"\n", x, y-4.5, colourOther)
	case policy == "token-bucket":
		d.printf(`<path d="M%.1f %.1fl4.5 8h-9z" fill="%s"/>`+"\n", x, y-5, colourOther)
	}
}

func (d *drawing) legend(words pictureWords) {
	x := 22.0
	for _, item := range []struct{ policy, words string }{{ours, words.siyu}, {"ranked-3", words.caps}, {firstCome, words.first},
		{"token-bucket", words.bucket}, {noThrottle, words.other}} {
		d.mark(item.policy, x, 48)
		if item.policy == "token-bucket" {
			d.mark("aimd", x+13, 48)
			x += 13
		}
		d.text(x+10, 52, `font-size="12" fill="#3e4c59"`, item.words)
		for _, letter := range item.words {
			x += 6.4
			if letter > 0x2e80 { // wide letters
				x += 5.8
			}
		}
		x += 30
	}
	d.text(16, 76, `fill="#7b8794"`, "↑ "+words.up+"    → "+words.across)
}

// scale is the two axes of a panel.
type scale struct{ x, y, lost, value float64 }

func (s scale) at(row Row) (x, y float64) {
	return s.x + plotWide*math.Sqrt(row.MembersLost/s.lost), s.y + plotHigh*(1-row.SponsorValue/s.value)
}

func (d *drawing) panel(left, top int, w *WorldReport, words pictureWords) {
	s := scale{x: float64(left + plotLeft), y: float64(top + plotTop), lost: 1, value: 1}
	for _, rows := range [][]Row{w.Policies, w.Caps} {
		for _, row := range rows {
			s.lost, s.value = max(s.lost, row.MembersLost), max(s.value, row.SponsorValue)
		}
	}
	s.lost, s.value = s.lost*1.04, s.value*1.08
	d.text(s.x, float64(top+16), `font-size="13" font-weight="600" fill="#1f2933"`, w.Name)
	if w.Siyu != nil {
		d.text(s.x, float64(top+32), `fill="`+colourSiyu+`"`, fmt.Sprintf(words.gains, 100*w.Siyu.FrontierValue.Mean, -100*w.Siyu.FrontierLost.Mean))
	}
	d.axes(s)
	var line strings.Builder
	for i, row := range append([]Row{{}}, w.Caps...) {
		x, y := s.at(row)
		fmt.Fprintf(&line, "%c%.1f %.1f", "ML"[min(i, 1)], x, y)
	}
	d.printf(`<path d="%s" fill="none" stroke="%s" stroke-width="1.6"/>`+"\n", line.String(), colourCaps)
	for _, row := range w.Policies {
		x, y := s.at(row)
		if row.Name != ours && row.Name != "none" {
			d.mark(row.Name, x, y)
		}
		if k, ok := strings.CutPrefix(row.Name, "fixed-"); ok {
			d.text(x+6, y+9, `font-size="10" fill="`+colourFirst+`"`, k)
		} else if k, ok := strings.CutPrefix(row.Name, "ranked-"); ok {
			d.text(x-3, y-7, `font-size="10" fill="`+colourCaps+`"`, k)
		}
	}
	for _, row := range w.Policies { // on top of the others
		if x, y := s.at(row); row.Name == ours {
			d.mark(ours, x, y)
		}
	}
}

// axes draws the frame, and lines at round numbers.
func (d *drawing) axes(s scale) {
	for v := 0.0; v <= s.value; v += round(s.value / 4) {
		_, y := s.at(Row{SponsorValue: v})
		d.printf(`<path d="M%.1f %.1fh%d" stroke="#e4e7eb"/>`+"\n", s.x, y, plotWide)
		d.text(s.x-6, y+4, `text-anchor="end" fill="#7b8794"`, short(v))
	}
	step := round(s.lost / 5)
	for _, v := range []float64{0, step / 5, step, 2 * step, 3 * step, 4 * step, 5 * step} {
		if v > s.lost {
			break
		}
		x, _ := s.at(Row{MembersLost: v})
		d.printf(`<path d="M%.1f %.1fv4" stroke="#9aa5b1"/>`+"\n", x, s.y+plotHigh)
		d.text(x, s.y+plotHigh+16, `text-anchor="middle" fill="#7b8794"`, short(v))
	}
	d.printf(`<path d="M%.1f %.1fv%dh%d" fill="none" stroke="#9aa5b1"/>`+"\n", s.x, s.y, plotHigh, plotWide)
}

// round is the nearest 1, 2 or 5 times a power of ten from above.
func round(x float64) float64 {
	power := math.Pow(10, math.Floor(math.Log10(x)))
	for _, n := range []float64{1, 2, 5} {
		if x <= n*power {
			return n * power
		}
	}
	return 10 * power
}

// short writes 12000 as 12k.
func short(x float64) string {
	if x >= 1000 {
		return strings.TrimSuffix(fmt.Sprintf("%.1f", x/1000), ".0") + "k"
	}
	return fmt.Sprintf("%g", x)
}
