package handlers

import (
	"net/http/httptest"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/gin-gonic/gin"
)

// TestPageTexts: what the page of an entry says it says in traditional characters too, with the same placeholders.
func TestPageTexts(t *testing.T) {
	t.Parallel()
	hans, hant := catalogue(t, zhHans), catalogue(t, zhHant)
	placeholder := regexp.MustCompile(`\{\{\.\w+\}\}`)
	n := 0
	for k, text := range hans {
		if !strings.HasPrefix(k, "entry_") {
			continue
		}
		n++
		a, b := placeholder.FindAllString(text, -1), placeholder.FindAllString(hant[k], -1)
		if hant[k] == "" || !slices.Equal(a, b) {
			t.Errorf("%s is %q in traditional characters", k, hant[k])
		}
	}
	if n < 12 {
		t.Errorf("only %d texts were compared", n)
	}
}

// TestPageLanguage: members get the language they chose, else the one their browser prefers among ours.
func TestPageLanguage(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ query, accept, want string }{
		{"", "", zhHans}, {"", "zh-CN,zh;q=0.9", zhHans}, {"", "zh-TW", zhHant}, {"", "zh-HK,en;q=0.8", zhHant},
		{"", "zh-Hant-CA", zhHant}, {"", "en-CA,zh;q=0.5", english}, {"", "fr,en;q=0.5", english}, {"", "fr", zhHans},
		{"", "\x00;;;q=x", zhHans}, {"?lang=en", "zh-CN", english}, {"?lang=zh-Hant", "en", zhHant}, {"?lang=xx", "en", english},
	} {
		g, _ := gin.CreateTestContext(httptest.NewRecorder())
		g.Request = httptest.NewRequestWithContext(t.Context(), "GET", "/e/x"+c.query, nil)
		g.Request.Header.Set("Accept-Language", c.accept)
		if got := pageLanguage(g); got != c.want {
			t.Errorf("%q %q is answered in %s, want %s", c.query, c.accept, got, c.want)
		}
	}
}
