package whatif

import (
	"encoding/xml"
	"errors"
	"io"
	"strings"
	"testing"
)

// TestPictureIsSVG: it is XML, has a panel for each world, and no number in it is none.
func TestPictureIsSVG(t *testing.T) {
	t.Parallel()
	row := func(name string, lost, value float64) Row {
		return Row{Name: name, MembersLost: lost, SponsorValue: value}
	}
	r := Report{Worlds: []WorldReport{
		{Name: "a<b", Policies: []Row{row("none", 0, 0), row("fixed-3", 30, 100), row("siyu", 10, 120), row("unthrottled", 900, 90),
			row("aimd", 20, 80), row("token-bucket", 21, 81)}, Caps: []Row{row("ranked-1", 5, 50), row("ranked-3", 25, 110)},
			Siyu: &Gains{FrontierValue: Share{Mean: 0.3}, FrontierLost: Share{Mean: 0.5}}},
		{Name: "empty", Policies: []Row{row("none", 0, 0)}},
	}}
	for lang, want := range map[string]string{"en": "+30% value at equal loss · -50% lost at equal value", "zh-Hans": "同等流失 +30% 收益 · 同等收益 -50% 流失"} {
		picture := string(Picture(r, lang))
		for _, part := range []string{want, ">a&lt;b<", ">empty<", "<svg ", "</svg>"} {
			if !strings.Contains(picture, part) {
				t.Errorf("%s: no %q", lang, part)
			}
		}
		if strings.Contains(picture, "NaN") || strings.Contains(picture, "Inf") {
			t.Errorf("%s: a number that is none", lang)
		}
		for d := xml.NewDecoder(strings.NewReader(picture)); ; {
			if _, err := d.Token(); errors.Is(err, io.EOF) {
				break
			} else if err != nil {
				t.Fatal(err)
			}
		}
	}
}
