package app_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"siyu/internal/testkit"
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

// TestSlowDownAddress: made-up codes of the Mini Program are slowed by address, and keep nobody from signing in with a password.
func TestSlowDownAddress(t *testing.T) {
	t.Parallel()
	s, clock := testkit.Store(t)
	w := newWorld(t, s, clock)
	slow := false
	for n := 0; n < 500 && !slow; n++ {
		body := fmt.Sprintf(`{"app_id":%q,"code":"made-up-%d","visit":"visit-%04d"}`, miniApp, n, n)
		slow = w.send(t, http.MethodPost, "/api/mini/v1/sessions", guest{}, body, nil).status == http.StatusTooManyRequests
		if slow && n < 60 {
			t.Errorf("the code no. %d is slowed already", n+1)
		}
	}
	if !slow {
		t.Error("500 made-up codes are taken as they come")
	}
	if a := w.send(t, http.MethodPost, sessionPath, guest{}, `{"login":"organiser","password":"`+password+`"}`, nil); a.status != http.StatusOK {
		t.Errorf("codes slow down passwords: %d", a.status)
	}
}
