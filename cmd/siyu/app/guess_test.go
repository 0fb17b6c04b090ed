package app_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
)

// TestSlowDownPadded: a sign-in name with spaces behind it is the same name to MySQL, and so it is to the limit.
func TestSlowDownPadded(t *testing.T) {
	t.Parallel()
	eachWorld(t, func(t *testing.T, w *world) {
		slow := 0
		for n := range 20 {
			body := fmt.Sprintf(`{"login":"organiser%s","password":"guess"}`, strings.Repeat(" ", n))
			if a := w.send(t, http.MethodPost, sessionPath, guest{}, body, nil); a.status == http.StatusTooManyRequests {
				slow++
			}
		}
		if slow < 8 {
			t.Errorf("%d of 20 tries were slowed", slow)
		}
	})
}
