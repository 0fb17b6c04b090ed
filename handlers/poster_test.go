package handlers

import (
	"encoding/xml"
	"errors"
	"io"
	"strings"
	"testing"
	"unicode/utf8"
)

// TestPoster: whatever a brand writes, the sheet is well-formed, says all of it in its place, and runs nothing.
func TestPoster(t *testing.T) {
	t.Parallel()
	qr, err := drawSVG("https://siyu.example/e/abc")
	if err != nil {
		t.Fatal(err)
	}
	p := poster{Label: "广告", Brand: `Tom & "Jerry"`, Title: "买一送一 <script>alert(1)</script>", Body: "第一行\n第二行 & more]]>", Value: "CAD 4.50",
		Terms: []string{"有效期至 2026-12-31", "每人限领 1 张"}, QR: qr, Hint: "微信扫码领取"}
	text, elements := "", map[string]int{}
	d := xml.NewDecoder(strings.NewReader(string(p.draw())))
	for {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		switch x := token.(type) {
		case xml.CharData:
			text += string(x)
		case xml.StartElement:
			elements[x.Name.Local]++
		}
	}
	for _, want := range []string{"【广告】", p.Brand, "alert(1)", "第二行 & more]]>", p.Value, p.Terms[1], p.Hint} {
		if !strings.Contains(text, want) {
			t.Errorf("the sheet does not say %q: %q", want, text)
		}
	}
	if elements["svg"] != 3 || elements["script"] != 0 || elements["path"] != 1 {
		t.Errorf("the sheet is made of %v", elements)
	}
}

// TestWrap: lines are no longer than they may be, break before words and anywhere in Chinese, and lose nothing until there are too
// many.
func TestWrap(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		text string
		ems  float64
		most int
		want string
	}{
		{"短", 10, 3, "短"},
		{"一二三四五六七", 3, 5, "一二三|四五六|七"},
		{"two words here", 6, 5, "two words|here"},
		{"unbreakablewordhere", 5, 5, "unbreaka|blewordh|ere"},
		{"上\n下", 9, 5, "上|下"},
		{"一二三四五六七", 3, 2, "一二三|四五…"},
		{"", 3, 2, ""},
	} {
		got := wrap(c.text, c.ems, c.most)
		if strings.Join(got, "|") != c.want {
			t.Errorf("%q is %q, want %q", c.text, got, c.want)
		}
	}
	long := strings.Repeat("肉桂卷 two for one ", 40)
	for _, l := range wrap(long, 20, 99) {
		if utf8.RuneCountInString(l) > 36 {
			t.Errorf("a line of %d: %q", utf8.RuneCountInString(l), l)
		}
	}
}
