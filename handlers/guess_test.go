package handlers

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/gin-gonic/gin"

	"siyu/internal/testkit"
	"siyu/models"
)

// TestWrongAddress: an address from which too much was wrong is refused under every name, and no other is.
func TestWrongAddress(t *testing.T) {
	t.Parallel()
	g := newGuessing()
	for n := range wrongBurst {
		if err := g.open("a"); err != nil {
			t.Fatalf("refused after %d wrong ones: %v", n, err)
		}
		g.wrong("a")
	}
	if g.open("a") == nil {
		t.Error("it is open after so much was wrong")
	}
	if err := g.open("b"); err != nil {
		t.Errorf("another address: %v", err)
	}
}

// TestWrongPasswordsOfAnAddress: a wrong password counts for its address, and at one from which too much was wrong nobody's is looked
// at, whether at the console or at a till: both ask check.
func TestWrongPasswordsOfAnAddress(t *testing.T) {
	t.Parallel()
	store, _ := testkit.Store(t)
	s := &server{Options: Options{Store: store}, guess: newGuessing()}
	try := func(login string) error {
		c, _ := gin.CreateTestContext(httptest.NewRecorder())
		c.Request = httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/", strings.NewReader(`{"login":"`+login+`","password":"guess"}`))
		c.Request.Header.Set("Content-Type", "application/json")
		_, err := s.check(c)
		return err
	}
	if code := models.CodeOf(try("one")); code != "sign_in_wrong" {
		t.Fatalf("a wrong password is answered with %s", code)
	}
	for range wrongBurst - 1 {
		s.guess.wrong("192.0.2.1") // where httptest's requests come from
	}
	if err := try("two"); !models.IsKind(err, models.Throttled) {
		t.Errorf("another name at the address is answered with %v", err)
	}
}
