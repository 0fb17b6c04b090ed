package story

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"
)

// script is a server that answers one try after the other as it is told; "cut" closes the connection.
type script struct {
	*httptest.Server
	answers []string
	bodies  []string
}

func (s *script) URL() string                             { return s.Server.URL }
func (s *script) Settle(context.Context, time.Time) error { return nil }
func (s *script) Now() time.Time                          { return time.Time{} }

func newScript(t *testing.T, answers ...string) *script {
	t.Helper()
	s := &script{answers: answers}
	s.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		s.bodies = append(s.bodies, string(body))
		if len(s.bodies) > len(s.answers) {
			w.WriteHeader(http.StatusTeapot)
			return
		}
		switch a := s.answers[len(s.bodies)-1]; a {
		case "cut":
			panic(http.ErrAbortHandler)
		case "503", "409":
			w.WriteHeader(map[string]int{"503": 503, "409": 409}[a])
			_, _ = fmt.Fprintf(w, `{"error":{"code":"c%s","text":"no"}}`, a)
		default:
			_, _ = w.Write([]byte(a))
		}
	}))
	t.Cleanup(s.Close)
	return s
}

func TestClientRepeatsWhatGotNoAnswer(t *testing.T) {
	t.Parallel()
	s := newScript(t, "cut", "503", `{"token":"x"}`)
	made := 0
	var out struct{ Token string }
	_, err := newClient(s).do(t.Context(), request{method: http.MethodPost, path: "/", body: func() any {
		made++
		return made
	}}, &out)
	if err != nil || out.Token != "x" {
		t.Fatalf("%q, %v", out.Token, err)
	}
	if fmt.Sprint(s.bodies) != "[1 2 3]" {
		t.Errorf("bodies %v: each try has one of its own", s.bodies)
	}
}

func TestClientTakesNoForAnAnswer(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		answers []string
		retried bool
	}{
		"at once":     {[]string{"409"}, false},
		"after a cut": {[]string{"cut", "409"}, true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newScript(t, tt.answers...)
			_, err := newClient(s).do(t.Context(), request{method: http.MethodPost, path: "/"}, nil)
			no, ok := refusedWith(err)
			if !ok || no.Code != "c409" || no.Retried != tt.retried || len(s.bodies) != len(tt.answers) {
				t.Errorf("%v after %d tries", err, len(s.bodies))
			}
		})
	}
}

func TestClientGivesUpOnAFault(t *testing.T) {
	t.Parallel()
	s := newScript(t, "503", "503", "503", "503", "503", "503", "503", "503")
	_, err := newClient(s).do(t.Context(), request{method: http.MethodGet, path: "/"}, nil)
	if no, ok := refusedWith(err); !ok || no.Status != 503 || len(s.bodies) != failingTries {
		t.Errorf("%v after %d tries", err, len(s.bodies))
	}
}

func TestHandInLooksBeforeItRepeats(t *testing.T) {
	t.Parallel()
	cast := offerCasts()[0]
	listed := fmt.Sprintf(`{"offers":[{"id":"7","state":"submitted","title":%q}]}`, cast.title)
	for name, answers := range map[string][]string{
		"taken, answer lost": {"cut", listed},
		"not taken":          {"cut", `{"offers":[]}`, `{"id":"7"}`},
		"taken at once":      {`{"id":"7"}`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newScript(t, answers...)
			c := newClient(s)
			w := &world{client: c, now: Start(), brands: []*desk{{c: c, cookie: "siyu_session=x"}}}
			if err := w.handIn(t.Context(), cast); err != nil {
				t.Fatal(err)
			}
			if len(s.bodies) != len(s.answers) {
				t.Errorf("%d requests, %d expected", len(s.bodies), len(s.answers))
			}
		})
	}
}
