package handlers

import (
	"net/http"
	"net/http/httptest"
	"regexp"
	"slices"
	"testing"

	"github.com/gin-gonic/gin"
)

// TestFailureLanguage: members and clerks read failures in traditional characters, colleagues at the console do not; what is not
// there in traditional characters is told in simplified ones and never as something else.
func TestFailureLanguage(t *testing.T) {
	t.Parallel()
	texts, err := newTexts()
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ path, accept, want string }{
		{"/api/mini/v1/phone", "zh-TW", zhHant}, {"/api/staff/v1/redemptions", "zh-Hant-HK", zhHant},
		{"/api/mini/v1/phone", "en", english}, {"/api/console/v1/today", "zh-TW", zhHans},
	} {
		g, _ := gin.CreateTestContext(httptest.NewRecorder())
		g.Request = httptest.NewRequest(http.MethodGet, c.path, nil)
		g.Request.Header.Set("Accept-Language", c.accept)
		if got := failureLanguage(g); got != c.want {
			t.Errorf("%s for %s is in %s", c.path, c.accept, got)
		}
	}
	if got := texts.say(zhHant, "error_sold_out", nil); got != catalogue(t, zhHant)["error_sold_out"] {
		t.Errorf("got %q", got)
	}
	if got := texts.say(zhHant, "error_no_policy", nil); got != catalogue(t, zhHans)["error_no_policy"] {
		t.Errorf("got %q", got)
	}
}

// TestTraditionalFailures: what is told in traditional characters has the placeholders of the simplified text.
func TestTraditionalFailures(t *testing.T) {
	t.Parallel()
	hans := catalogue(t, zhHans)
	placeholder := regexp.MustCompile(`\{\{\.\w+\}\}`)
	for k, text := range catalogue(t, zhHant) {
		a, b := placeholder.FindAllString(text, -1), placeholder.FindAllString(hans[k], -1)
		slices.Sort(a)
		slices.Sort(b)
		if hans[k] == "" || !slices.Equal(a, b) {
			t.Errorf("%s is %q in traditional and %q in simplified characters", k, text, hans[k])
		}
	}
}
