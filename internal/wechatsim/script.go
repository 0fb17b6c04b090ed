package wechatsim

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"go.yaml.in/yaml/v3"
)

// Script is a story that the simulated world lives through by itself: at a
// time, a request to the control plane. It is written in YAML, of which JSON
// is a part:
//
//	name: a bad evening
//	steps:
//	  - do: people
//	    with: {name: Mei}
//	  - do: people/p1/follow
//	    with: {appid: official}
//	  - at: 10s
//	    do: faults
//	    with: {path: /cgi-bin/message/custom/send, errcode: -1, rate: 0.5, for: 5m}
//	  - at: 1m
//	    do: people/p1/text
//	    with: {appid: official, text: hello}
//	    every: 30s
//	    times: 10
//	  - at: 10m
//	    do: GET refusals
//	    want: "[]"
type Script struct {
	Name  string `yaml:"name"`
	Steps []Step `yaml:"steps"`
}

// Step is one thing that happens, once or several times.
type Step struct {
	// At is the simulated time since the script began.
	At time.Duration `yaml:"at"`
	// Do is a route below /_sim/, such as people/p1/follow; with GET or DELETE
	// before it when it is not a POST.
	Do string `yaml:"do"`
	// With is the request's body.
	With map[string]any `yaml:"with"`
	// Every and Times repeat it; without Times it happens once.
	Every time.Duration `yaml:"every"`
	Times int           `yaml:"times"`
	// Want is text that the answer must contain.
	Want string `yaml:"want"`
	// Status is what the request must answer; default 200.
	Status int `yaml:"status"`
}

// Played says how a script went.
type Played struct {
	Name   string        `json:"name"`
	Steps  int           `json:"steps"` // requests made, repetitions included
	Failed []StepFailure `json:"failed"`
}

// StepFailure is a step that did not answer as it should.
type StepFailure struct {
	At    string `json:"at"` // since the script began
	Do    string `json:"do"`
	Error string `json:"error"`
}

// ErrScript is a script that cannot be understood.
var ErrScript = errors.New("wechatsim: script")

// maxRequests is the most requests of one script, repetitions included.
const maxRequests = 1_000_000

// ParseScript reads a script and checks it as far as it can be checked before
// it is played.
func ParseScript(raw []byte) (Script, error) {
	var script Script
	dec := yaml.NewDecoder(bytes.NewReader(raw))
	dec.KnownFields(true)
	if err := dec.Decode(&script); err != nil {
		return Script{}, fmt.Errorf("%w: %w", ErrScript, err)
	}
	if len(script.Steps) == 0 {
		return Script{}, fmt.Errorf("%w: it has no steps", ErrScript)
	}
	total := 0
	for i, step := range script.Steps {
		if fault := step.fault(); fault != "" {
			return Script{}, fmt.Errorf("%w: step %d (%s): %s", ErrScript, i+1, step.Do, fault)
		}
		total += max(step.Times, 1)
	}
	if total > maxRequests {
		return Script{}, fmt.Errorf("%w: %d requests; at most %d", ErrScript, total, maxRequests)
	}
	return script, nil
}

func (s Step) fault() string {
	method, path, ok := s.request()
	switch {
	case !ok || path == "":
		return "do is a route such as people/p1/follow, after GET, POST or DELETE"
	case method == http.MethodGet && len(s.With) > 0:
		return "a GET has no body"
	case s.At < 0 || s.Every < 0 || s.Times < 0 || s.Times > maxRequests:
		return "at, every and times are not negative, and a step has an end"
	case s.Times > 1 && s.Every == 0:
		return "times without every"
	}
	return ""
}

// request is the method and the route of a step.
func (s Step) request() (method, path string, ok bool) {
	method, path, found := strings.Cut(strings.TrimSpace(s.Do), " ")
	if !found {
		return http.MethodPost, method, true
	}
	return method, strings.TrimSpace(path), slices.Contains([]string{http.MethodGet, http.MethodPost, http.MethodDelete}, method)
}

// moment is one request of a script.
type moment struct {
	at   time.Duration
	step Step
}

// moments are all requests in the order of their times; those of one time in
// the order of the script.
func (s Script) moments() []moment {
	var all []moment
	for _, step := range s.Steps {
		for n := range max(step.Times, 1) {
			all = append(all, moment{step.At + time.Duration(n)*step.Every, step})
		}
	}
	slices.SortStableFunc(all, func(a, b moment) int { return int(a.at - b.at) })
	return all
}

// Play lives through a script. until brings the simulated time to a moment:
// it waits, or moves the clock. Late pushes are delivered on the way. A step that
// fails is reported and the story goes on; only until can end it early.
func (s *Sim) Play(ctx context.Context, script Script, until func(context.Context, time.Time) error) (Played, error) {
	played := Played{Name: script.Name, Failed: []StepFailure{}}
	begin := s.opts.Now()
	for _, m := range script.moments() {
		if err := until(ctx, begin.Add(m.at)); err != nil {
			return played, err
		}
		if _, err := s.DeliverLate(ctx); err != nil && ctx.Err() == nil {
			played.fail(m, err)
		}
		played.Steps++
		if err := s.perform(ctx, m.step); err != nil {
			played.fail(m, err)
		}
	}
	return played, nil
}

func (p *Played) fail(m moment, err error) {
	p.Failed = append(p.Failed, StepFailure{At: m.at.String(), Do: m.step.Do, Error: err.Error()})
}

// perform makes one step's request in this process.
func (s *Sim) perform(ctx context.Context, step Step) error {
	method, path, _ := step.request()
	var content []byte
	if step.With != nil {
		content = compact(step.With)
	}
	req, err := http.NewRequestWithContext(ctx, method, "http://localhost/_sim/"+strings.TrimPrefix(path, "/"), bytes.NewReader(content))
	if err != nil {
		return fmt.Errorf("%w: %w", ErrScript, err)
	}
	answer := &heard{header: http.Header{}, status: http.StatusOK}
	s.handler.ServeHTTP(answer, req)
	want := step.Status
	if want == 0 {
		want = http.StatusOK
	}
	got := strings.TrimSpace(answer.body.String())
	if answer.status != want {
		return fmt.Errorf("%w: answered %d %s", ErrScript, answer.status, got)
	}
	if !strings.Contains(got, step.Want) {
		return fmt.Errorf("%w: no %q in %s", ErrScript, step.Want, got)
	}
	return nil
}

// heard keeps what a handler answers within the process.
type heard struct {
	header http.Header
	status int
	body   bytes.Buffer
}

func (h *heard) Header() http.Header         { return h.header }
func (h *heard) WriteHeader(status int)      { h.status = status }
func (h *heard) Write(b []byte) (int, error) { return h.body.Write(b) }
