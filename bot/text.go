package bot

import (
	"strings"
	"unicode/utf8"
)

// fill puts values into the %name% places of a text. Values are taken as they are: nothing in them is a place.
func fill(text string, pairs ...string) string {
	for i := 0; i < len(pairs); i += 2 {
		pairs[i] = "%" + pairs[i] + "%"
	}
	return strings.NewReplacer(pairs...).Replace(text)
}

// clip shortens s to at most n bytes at a rune's edge; WeCom counts bytes.
func clip(s string, n int) string {
	if len(s) <= n {
		return s
	}
	for n > 0 && !utf8.RuneStart(s[n]) {
		n--
	}
	return s[:n]
}

// told is what is kept of an error: text, whatever bytes it quotes, and no longer than its column.
func told(err error) string { return clip(strings.ToValidUTF8(err.Error(), ""), 480) }
