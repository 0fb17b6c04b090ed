package wechatsim_test

import (
	"context"
	"errors"
	"os"
	"strings"
	"testing"
	"time"

	"siyu/internal/wechatsim"
)

const evening = `
name: a bad evening
steps:
  - do: people
    with: {name: Mei}
  - do: people/p1/follow
    with: {appid: official}
  - at: 10s
    do: push-faults
    with: {copies: 1, for: 2m, event: text}
  - at: 30s
    do: people/p1/text
    with: {appid: official, text: hello}
    every: 1m
    times: 3
  - at: 40s
    do: people/p1/text
    with: {appid: miniprogram, text: hi}
  - at: 20s
    do: people/p9/text
    status: 404
    want: not found
  - at: 10m
    do: GET refusals
    want: "[]"
`

// TestScriptIsPlayedAtItsTimes: in order of time, repeated, with aliases for the accounts.
func TestScriptIsPlayedAtItsTimes(t *testing.T) {
	t.Parallel()
	c := newCallback(t)
	w := newWorld(t, wechatsim.Options{}, c.URL)
	script, err := wechatsim.ParseScript([]byte(evening))
	must(t, err)
	var times []string
	begin := w.clock.Now()
	played, err := w.Play(t.Context(), script, func(_ context.Context, at time.Time) error {
		times = append(times, at.Sub(begin).String())
		w.clock.Add(at.Sub(w.clock.Now()))
		return nil
	})
	must(t, err)
	if played.Name != "a bad evening" || played.Steps != 9 || len(played.Failed) != 0 {
		t.Errorf("%+v", played)
	}
	if got := strings.Join(times, " "); got != "0s 0s 10s 20s 30s 40s 1m30s 2m30s 10m0s" {
		t.Error(got)
	}
	// follow, text+copy, text to the Mini Program+copy, text+copy, text alone: the fault has ended
	if got := w.Stats(); got != (wechatsim.Stats{Sent: 8, Accepted: 5, Duplicate: 3}) {
		t.Errorf("stats %+v", got)
	}
}

// TestScriptTellsWhatFailed: and goes on.
func TestScriptTellsWhatFailed(t *testing.T) {
	t.Parallel()
	w := newWorld(t, wechatsim.Options{}, "")
	script, err := wechatsim.ParseScript([]byte(`{"steps":[{"do":"people/p1/follow","with":{"appid":"official"}},{"do":"people","with":{"name":"Mei"},"want":"p2"},{"do":"DELETE faults"},{"do":"people","with":{"nick":"x"}}]}`))
	must(t, err)
	stand := func(context.Context, time.Time) error { return nil }
	played, err := w.Play(t.Context(), script, stand)
	must(t, err)
	if played.Steps != 4 || len(played.Failed) != 3 || !strings.Contains(played.Failed[0].Error, "404") || !strings.Contains(played.Failed[1].Error, `no "p2"`) {
		t.Errorf("%+v", played)
	}
	if _, err := w.Play(t.Context(), script, func(context.Context, time.Time) error { return os.ErrDeadlineExceeded }); !errors.Is(err, os.ErrDeadlineExceeded) {
		t.Error(err)
	}
}

func TestBadScripts(t *testing.T) {
	t.Parallel()
	for raw, want := range map[string]string{
		"":                                       "EOF",
		"steps: []":                              "no steps",
		"steps: [{do: people, wth: {}}]":         "wth",
		"steps: [{at: soon, do: people}]":        "soon",
		"steps: [{do: ''}]":                      "step 1",
		"steps: [{do: PUT people}]":              "GET, POST or DELETE",
		"steps: [{do: GET state, with: {a: 1}}]": "no body",
		"steps: [{do: people, at: -1s}]":         "not negative",
		"steps: [{do: people, times: 3}]":        "without every",
		"steps: [{do: people, every: 1s, times: 900000}, {do: people, every: 1s, times: 900000}]": "at most",
	} {
		if _, err := wechatsim.ParseScript([]byte(raw)); !errors.Is(err, wechatsim.ErrScript) || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v", raw, err)
		}
	}
}
