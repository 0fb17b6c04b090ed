package handlers

import (
	"bytes"
	"encoding/xml"
	"fmt"
	"strings"
	"unicode"

	"github.com/gin-gonic/gin"

	"siyu/models"
	"siyu/offers"
)

// poster is what a printed sheet says.
type poster struct {
	Label, Brand, Title string
	Body                string
	Value               string
	Terms               []string // one line each
	QR                  []byte   // an SVG of its own; nil: none
	Hint                string   // below the QR code
}

// The sheet's measures, in thousandths of its width. Its proportion is that of A4.
const (
	posterWidth  = 1000
	posterHeight = 1414
	posterMargin = 80
	posterQR     = 300
)

// draw makes the sheet. Its letters are the browser's own: a font that has all of Chinese would weigh more than the rest of Siyu.
func (p poster) draw() []byte {
	var b bytes.Buffer
	fmt.Fprintf(&b, `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" width="210mm" height="297mm" font-family="'PingFang SC','HarmonyOS Sans SC','Microsoft YaHei','Noto Sans CJK SC','WenQuanYi Micro Hei',system-ui,sans-serif" fill="#131a16">`, posterWidth, posterHeight)
	fmt.Fprintf(&b, `<rect width="%d" height="%d" fill="#fff"/><rect width="%d" height="24" fill="#067a40"/>`, posterWidth, posterHeight, posterWidth)
	y := 120
	line := func(size int, weight, text string) {
		fmt.Fprintf(&b, `<text x="%d" y="%d" font-size="%d" font-weight="%s">`, posterMargin, y, size, weight)
		_ = xml.EscapeText(&b, []byte(text)) // a buffer takes everything
		b.WriteString(`</text>`)
	}
	lines := func(size int, weight, text string, most, gap int) {
		for _, l := range wrap(text, float64(posterWidth-2*posterMargin)/float64(size), most) {
			line(size, weight, l)
			y += size * 4 / 3
		}
		y += gap
	}
	line(30, "400", "【"+p.Label+"】")
	y += 70
	lines(40, "400", p.Brand, 1, 20)
	lines(72, "700", p.Title, 3, 30)
	lines(36, "400", p.Body, 9, 30)
	lines(56, "700", p.Value, 1, 0)
	foot := posterHeight - posterMargin
	if p.QR != nil {
		top := foot - posterQR - 50
		fmt.Fprintf(&b, `<svg x="%d" y="%d" width="%d" height="%d">`, posterWidth-posterMargin-posterQR, top, posterQR, posterQR)
		b.Write(p.QR)
		b.WriteString(`</svg>`)
		fmt.Fprintf(&b, `<text x="%d" y="%d" font-size="26" text-anchor="middle">`, posterWidth-posterMargin-posterQR/2, foot)
		_ = xml.EscapeText(&b, []byte(p.Hint))
		b.WriteString(`</text>`)
	}
	y = foot - 38*(len(p.Terms)-1)
	for _, t := range p.Terms {
		line(26, "400", t)
		y += 38
	}
	b.WriteString(`</svg>`)
	return b.Bytes()
}

// wrap breaks a text into lines of so many ems, at most some of them; what does not fit ends in an ellipsis. Letters of wide
// scripts are an em, others are taken for a little more than half of one; a line breaks before a word, or anywhere in Chinese.
func wrap(text string, ems float64, most int) []string {
	var all []string
	var line []rune
	width, space := 0.0, -1
	push := func(upTo int) {
		all = append(all, strings.TrimSpace(string(line[:upTo])))
		line, width, space = line[upTo:], 0, -1
		for i, r := range line {
			width += em(r)
			if r == ' ' {
				space = i
			}
		}
	}
	for _, r := range text {
		if r == '\n' {
			push(len(line))
			continue
		}
		if width+em(r) > ems && len(line) > 0 {
			if em(r) < 1 && space > 0 && r != ' ' {
				push(space + 1)
			} else {
				push(len(line))
			}
		}
		if r == ' ' {
			space = len(line)
		}
		line = append(line, r)
		width += em(r)
	}
	push(len(line))
	if len(all) > most {
		all = all[:most]
		last := []rune(all[most-1])
		all[most-1] = string(last[:max(len(last)-1, 0)]) + "…"
	}
	return all
}

func em(r rune) float64 {
	if r >= 0x1100 && (unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Hangul) || r >= 0x3000) {
		return 1
	}
	if unicode.IsUpper(r) {
		return 0.7
	}
	return 0.58
}

// offerPoster draws the path's offer as a sheet to print.
func (s *server) offerPoster(c *gin.Context) (any, error) {
	o, err := s.seenOffer(c)
	if err != nil {
		return nil, err
	}
	if err := pickedLanguage(c); err != nil {
		return nil, err
	}
	w, brand, err := s.writtenOffer(c, o)
	if err != nil {
		return nil, err
	}
	lang := c.Query("lang")
	if lang == "" {
		lang = requestLanguage(c)
	}
	read := offers.WordsFor(w.Terms, w.Words, lang)
	p := poster{Label: o.AdLabel, Brand: brand.Name, Title: read.Title, Body: read.Body,
		Value: s.texts.say(lang, "poster_value", map[string]any{"value": offers.Money(w.Terms.ValueFen, w.Terms.Currency)})}
	if p.Terms, err = s.posterTerms(c, lang, w); err != nil {
		return nil, err
	}
	if code := c.Query("entry"); code != "" {
		e, err := s.Store.Read(c.Request.Context()).EntryByCode(code)
		if err != nil || e.CommunityID != o.CommunityID || e.RetiredAt != 0 {
			return nil, models.Errorf(models.NotFound, "entry_not_found", "no such entry")
		}
		if p.QR, err = drawSVG(strings.TrimRight(s.PublicURL, "/") + "/e/" + e.Code); err != nil {
			return nil, err
		}
		p.Hint = s.texts.say(lang, "poster_scan", nil)
	}
	c.Header("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'; sandbox")
	c.Header("Cache-Control", "no-store")
	return document{"image/svg+xml", p.draw()}, nil
}

// posterTerms are the lines that say what a voucher is bound to.
func (s *server) posterTerms(c *gin.Context, lang string, w offers.Written) ([]string, error) {
	zone, err := offers.ZoneOf(s.Store.Read(c.Request.Context()).In(w.CommunityID))
	if err != nil {
		return nil, err
	}
	day := func(m models.Millis) string { return m.Time().In(zone).Format("2006-01-02 15:04") }
	t := w.Terms
	all := []string{s.texts.say(lang, "poster_until", map[string]any{"at": day(t.RedeemBy)})}
	if t.DaysAfterClaim > 0 {
		all = append(all, s.texts.say(lang, "poster_days", map[string]any{"days": t.DaysAfterClaim}))
	}
	if t.MinSpendFen > 0 {
		all = append(all, s.texts.say(lang, "poster_min_spend", map[string]any{"value": offers.Money(t.MinSpendFen, t.Currency)}))
	}
	return append(all, s.texts.say(lang, "poster_per_member", map[string]any{"n": t.PerMember})), nil
}
