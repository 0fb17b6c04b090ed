package story_test

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"sync/atomic"
	"testing"

	"siyu/cmd/siyu/story"
	"siyu/throttle"
)

// TestStory lives one story twice, the second time with lost answers. It must be the same story.
func TestStory(t *testing.T) {
	t.Parallel()
	var smooth, rough story.Result
	t.Run("live", func(t *testing.T) {
		t.Run("smooth", func(t *testing.T) { smooth = live(t, nil) })
		t.Run("with lost answers", func(t *testing.T) { rough = live(t, unreliable) })
	})
	if smooth.People == 0 || rough.People == 0 {
		return // it has been said why
	}
	for _, s := range smooth.Stages.List() {
		if s.People == 0 {
			t.Errorf("nobody reached %s", s.Stage)
		}
	}
	// Pushes that were tried again are sent more often and may miss being sent twice; what was accepted is the same.
	lost := rough.Pushes.Sent - rough.Pushes.Duplicate - rough.Pushes.Accepted
	rough.Pushes.Sent, rough.Pushes.Duplicate = smooth.Pushes.Sent, smooth.Pushes.Duplicate
	if a, b := asJSON(t, smooth), asJSON(t, rough); a != b {
		t.Errorf("lost answers change the story:\n%s\n%s", a, b)
	}
	if lost == 0 {
		t.Error("no push was lost, so nothing was tried")
	}
}

// live lives a short story: long enough for somebody to come back another week.
func live(t *testing.T, wrap func(http.Handler) http.Handler) story.Result {
	t.Helper()
	t.Parallel()
	const seed, days = 5, 14
	h := newHouse(t, seed, wrap)
	told := 0
	r, err := story.Run(t.Context(), story.Options{
		Seed: seed, Days: days, People: 60, Pending: 1,
		Server: h.server, Sim: h.sim, Store: h.store, Seeded: h.seeded,
		Progress: func(d story.Day) {
			if told++; d.Number != told || d.Of != days {
				t.Errorf("day %d of %d is told as the %dth", d.Number, d.Of, told)
			}
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := r.Check(); err != nil {
		t.Error(err)
	}
	if told != days || r.Placements.Confirmed == 0 {
		t.Errorf("%d days, %d posts", told, r.Placements.Confirmed)
	}
	audited(t, h)
	return r
}

// audited wants every group's chain to be sound, every decision of the story to come out again as it was, and every hold to
// be over when it said: refused one second before, allowed one second after.
func audited(t *testing.T, h house) {
	t.Helper()
	sc := h.store.Read(t.Context()).In(h.seeded.Community)
	groups, err := sc.Groups()
	if err != nil {
		t.Fatal(err)
	}
	var decisions, holds int64
	for _, g := range groups {
		c, err := throttle.Verify(sc, g.ID)
		if err != nil || c.Bad != 0 || c.Records == 0 {
			t.Errorf("the chain of %s: %+v, %v", g.Name, c, err)
		}
		again, err := throttle.Replay(sc, g.ID)
		if err != nil || len(again.Differ) > 0 || len(again.Untrue) > 0 || again.Brief > 0 {
			t.Errorf("the decisions about %s made again: %+v, %v", g.Name, again, err)
		}
		decisions, holds = decisions+again.Decisions, holds+again.Holds
	}
	t.Logf("%d decisions made again, %d holds tried", decisions, holds)
	if decisions == 0 || holds == 0 {
		t.Error("the story has nothing to audit")
	}
}

func asJSON(t *testing.T, v any) string {
	t.Helper()
	text, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// unreliable loses about one request in fourteen, in three ways.
func unreliable(h http.Handler) http.Handler {
	var calls atomic.Int64
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch n := calls.Add(1); {
		case n%41 == 0:
			panic(http.ErrAbortHandler)
		case n%37 == 0:
			h.ServeHTTP(httptest.NewRecorder(), r)
			panic(http.ErrAbortHandler)
		case n%43 == 0:
			w.WriteHeader(http.StatusServiceUnavailable)
		default:
			h.ServeHTTP(w, r)
		}
	})
}
