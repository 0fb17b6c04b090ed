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

// TestSlowDownAddress: who tries many names, or made-up codes of the Mini Program, is slowed by address; who is right is not.
func TestSlowDownAddress(t *testing.T) {
	t.Parallel()
	s, clock := testkit.Store(t)
	w := newWorld(t, s, clock)
	slow, right := 0, `{"login":"organiser","password":"`+password+`"}`
	for range 70 {
		if a := w.send(t, http.MethodPost, sessionPath, guest{}, right, nil); a.status != http.StatusOK {
			t.Fatalf("a right password is answered with %d %s", a.status, a.body)
		}
	}
	for n := range 64 {
		body := fmt.Sprintf(`{"app_id":%q,"code":"made-up-%d","visit":"visit-%04d"}`, miniApp, n, n)
		if a := w.send(t, http.MethodPost, "/api/mini/v1/sessions", guest{}, body, nil); a.status == http.StatusTooManyRequests {
			slow++
		}
	}
	if slow == 0 || slow > 4 {
		t.Errorf("%d of 64 made-up codes were slowed", slow)
	}
	if a := w.send(t, http.MethodPost, sessionPath, guest{}, right, nil); a.status != http.StatusOK {
		t.Errorf("codes slow down passwords: %d", a.status)
	}
	for n := range 64 {
		w.send(t, http.MethodPost, "/api/staff/v1/sessions", guest{}, fmt.Sprintf(`{"login":"somebody-%d","password":"guess"}`, n), nil)
	}
	for _, path := range []string{sessionPath, "/api/staff/v1/sessions"} {
		if a := w.send(t, http.MethodPost, path, guest{}, right, nil); a.status != http.StatusTooManyRequests {
			t.Errorf("%s is answered with %d at an address from which so much was wrong", path, a.status)
		}
	}
}
