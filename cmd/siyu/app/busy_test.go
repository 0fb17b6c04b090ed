package app_test

import (
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"siyu/cmd/siyu/app"
	"siyu/internal/testkit"
	"siyu/models"
)

// instance is one more server on the world's database, in which so many claims may wait.
func (w *world) instance(t *testing.T, queue int) http.Handler {
	t.Helper()
	a, err := app.New(t.Context(), app.Options{Store: w.store, Logger: slog.New(slog.DiscardHandler), PublicURL: w.front.URL,
		WeChatAPI: w.api.URL, WeComAPI: w.api.URL, LoopbackOnly: true, ClaimQueue: queue})
	must(t, err)
	t.Cleanup(a.Close)
	return a.Handler
}

// claimAt claims at an instance.
func (w *world) claimAt(t *testing.T, at http.Handler, as, key string) *httptest.ResponseRecorder {
	t.Helper()
	r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/api/mini/v1/offers/"+w.kept["one"]+"/claims", nil)
	r.Header.Set("Authorization", "Bearer "+w.guests[as].bearer)
	r.Header.Set("Idempotency-Key", key)
	out := httptest.NewRecorder()
	at.ServeHTTP(out, r)
	return out
}

// TestClaimsBusy: when too many wait a claim is refused with 429, and says when to ask again; nothing has happened, and the same
// key is answered then. Who holds a voucher gets it with every refusal, also at a server that has just begun.
func TestClaimsBusy(t *testing.T) {
	t.Parallel()
	s, clock := testkit.Store(t)
	w := newWorld(t, s, clock)
	w.staffed(t)
	w.loginMembers(t)
	w.onSale(t, map[string]string{"one": w.offer("stock", 1)})
	small := w.instance(t, 1)
	look := httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/api/mini/v1/offers", nil)
	look.Header.Set("Authorization", "Bearer "+w.guests["member"].bearer)
	small.ServeHTTP(httptest.NewRecorder(), look) // that she is here is noted
	const asked, refused = 8, 6                   // one may be in the batch that is held up, and one may wait
	answers := make(chan *httptest.ResponseRecorder, asked)
	must(t, s.Tx(t.Context(), func(*models.Tx) error { // nobody else writes meanwhile
		for i := range asked {
			go func() { answers <- w.claimAt(t, small, "member", fmt.Sprintf("key-number-%d", i)) }()
		}
		for range refused {
			a := <-answers
			if a.Code != http.StatusTooManyRequests || a.Header().Get("Retry-After") != "1" || !strings.Contains(a.Body.String(), "claims_busy") {
				t.Errorf("%d, Retry-After %q: %s", a.Code, a.Header().Get("Retry-After"), a.Body)
			}
		}
		return nil
	}))
	code := ""
	for range asked - refused {
		a := <-answers
		switch {
		case a.Code == http.StatusOK:
			code = pick(t, a.Body.Bytes(), "code")
		case a.Code != http.StatusTooManyRequests && !strings.Contains(a.Body.String(), "already_claimed"):
			t.Errorf("%d: %s", a.Code, a.Body)
		}
	}
	if code == "" {
		t.Fatal("who was not refused got nothing")
	}
	for i, at := range []http.Handler{small, w.app.Handler, w.instance(t, 0)} {
		if a := w.claimAt(t, at, "member2", "key-of-another"); a.Code != http.StatusConflict || !strings.Contains(a.Body.String(), "sold_out") {
			t.Errorf("server %d told who holds nothing %d: %s", i, a.Code, a.Body)
		}
		a := w.claimAt(t, at, "member", "one-more-key")
		body, err := io.ReadAll(a.Body)
		must(t, err)
		if a.Code != http.StatusConflict || !strings.Contains(string(body), "already_claimed") || pick(t, body, "voucher.code") != code {
			t.Errorf("server %d told who holds %s %d: %s", i, code, a.Code, body)
		}
	}
}
